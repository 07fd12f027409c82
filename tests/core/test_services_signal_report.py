"""Words beside a signal report: another colleague reads them, names block, small numbers show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from clbdesk.domain.care import CareDomain
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Pupil, Sex, Staff
from clbdesk.domain.revision import Role
from clbdesk.domain.school_signal import (
    ReportDomain,
    ReportTheme,
    SecondReading,
    SignalNarrative,
    SignalReport,
)
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, StaffId
from clbdesk.services.desk import Desk, User
from clbdesk.services.signal_report import (
    ReportLine,
    approve,
    report_paper,
    small_numbers,
    view_reports,
    write_narrative,
)
from tests.builders.care import SCHOOL, SECOND, Place, new_place

SOFIE = User(StaffId("staff-sofie"), "Sofie Aerts", Role.SOCIAL_WORKER)
NORA = User(StaffId("staff-nora"), "Nora Dux", Role.PSYCHOPEDAGOGUE)


def report(first: date, last: date, total: int | None) -> SignalReport:
    return SignalReport(
        school_id=SCHOOL,
        first=first,
        last=last,
        least=5,
        least_sensitive=10,
        total=total,
        domains=(
            ReportDomain(
                domain=CareDomain.PSYCHOSOCIAL,
                total=total,
                themes=(
                    ReportTheme(theme="speelplaats, pauzes", count=12),
                    ReportTheme(theme="pesten", count=None),
                    ReportTheme(theme="klasklimaat", count=None),
                ),
            ),
        ),
    )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A laptop with two published halves and a pupil on board."""
    made = new_place(tmp_path)
    for first, last, total in (
        (date(2026, 2, 1), date(2026, 8, 31), 19),
        (date(2026, 9, 1), date(2027, 1, 31), 25),
    ):
        record_id = derived_record_id("signal_report", SCHOOL, first.isoformat())
        made.station.save(report(first, last, total), record_id=record_id)
    for user in (made.desk.user, SOFIE, NORA):
        made.station.save(Staff(name=user.name, roles=(user.role,)), record_id=user.staff_id)
    lotte = Pupil(
        given_name="Lotte", family_name="Peeters", birth_date=date(2018, 3, 4), sex=Sex.FEMALE
    )
    made.station.save(lotte, pupil_id="pupil-1", record_id="pupil-1")
    made.at(SECOND)
    yield made
    made.station.vault.close()


def of(place: Place, user: User) -> Desk:
    return replace(place.desk, user=user)


def newest(desk: Desk) -> ReportLine:
    return view_reports(desk).lines[0]


def write(desk: Desk, text: str) -> None:
    write_narrative(desk, newest(desk), text)


def test_a_report_goes_to_the_school_after_a_colleague_read_it(place: Place) -> None:
    tom, sofie = place.desk, of(place, SOFIE)
    write(tom, "Op de speelplaats is er na de middag te weinig toezicht.")
    with pytest.raises(Refused) as refused:
        report_paper(tom, newest(tom).record_id)
    assert refused.value.key == "signal_report.not_read"

    approve(sofie, newest(sofie))

    line = newest(tom)
    assert line.reading is not None
    assert line.reading.reader == "Sofie Aerts"
    printed = report_paper(tom, line.record_id)
    pages = [one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(printed.pdf)]
    text = " ".join("\n".join(pages).split())
    assert "te weinig toezicht" in text
    assert "Geschreven door Tom Wouters, gelezen door Sofie Aerts" in text
    assert "speelplaats, pauzes" in text
    assert "niet getoond" in text


def test_who_wrote_any_version_is_never_the_second_reader(place: Place) -> None:
    tom, sofie, nora = place.desk, of(place, SOFIE), of(place, NORA)
    write(tom, "Eerste tekst.")
    write(sofie, "Eerste tekst, verbeterd.")
    for writer in (tom, sofie):
        with pytest.raises(Refused) as refused:
            approve(writer, newest(writer))
        assert refused.value.key == "signal_report.own_text"
    approve(nora, newest(nora))
    assert newest(tom).reading is not None


def test_a_change_after_the_reading_needs_another_reading(place: Place) -> None:
    tom, sofie = place.desk, of(place, SOFIE)
    write(tom, "Eerste tekst.")
    approve(sofie, newest(sofie))
    write(tom, "Een heel andere tekst.")
    assert newest(tom).reading is None
    with pytest.raises(Refused):
        report_paper(tom, newest(tom).record_id)


def test_words_that_changed_while_somebody_read_them_are_not_approved(place: Place) -> None:
    tom, sofie = place.desk, of(place, SOFIE)
    write(tom, "Eerste tekst.")
    before_the_eyes = newest(sofie)
    write(tom, "Een andere tekst.")
    with pytest.raises(Refused) as refused:
        approve(sofie, before_the_eyes)
    assert refused.value.key == "signal_report.changed"


def test_a_pupils_name_in_the_words_is_refused_without_saying_it(place: Place) -> None:
    with pytest.raises(Refused) as refused:
        write(place.desk, "Vooral Lotte wordt gepest.")
    assert refused.value.key == "signal_report.name_in_text"
    assert "Lotte" not in str(refused.value)
    assert newest(place.desk).narrative is None


@pytest.mark.parametrize(
    "text,found",
    [
        ("van de 12 meldingen gingen er 3 over pesten en 1 over iets anders", ("3", "1")),
        ("in 3A en 3B, op 3,5 jaar, 3% meer, 2026-27", ()),
        ("0 meldingen, 5 meldingen", ()),
        ("4 leerlingen, en nog eens 4", ("4",)),
        ("twee leerlingen, Eén ervan en een derde; zes klassen", ("twee", "Eén")),
    ],
)
def test_a_number_below_the_smallest_count_is_pointed_out(
    text: str, found: tuple[str, ...]
) -> None:
    assert small_numbers(text, 5) == found


def test_the_halves_of_a_school_stand_beside_each_other_up_to_the_one_at_hand(
    place: Place,
) -> None:
    lines = view_reports(place.desk).lines
    assert [[one.total for one in line.trend] for line in lines] == [[19, 25], [19]]


def test_an_unknown_report_is_a_defect_not_an_empty_paper(place: Place) -> None:
    with pytest.raises(Exception, match=r"signal_report\.unknown"):
        report_paper(place.desk, RecordId("nothing"))


def test_words_in_two_versions_are_neither_approved_nor_printed_nor_written_over(
    place: Place,
) -> None:
    tom = place.desk
    report_id = newest(tom).record_id
    for text in ("Wat Tom schreef.", "Wat er op de andere laptop staat."):
        body = SignalNarrative(report_id=report_id, text=text)
        place.station.save(body, record_id=derived_record_id("signal_narrative", report_id))
    line = newest(tom)
    assert line.is_conflict
    for act in (lambda: approve(of(place, NORA), line), lambda: write(tom, "Een derde tekst.")):
        with pytest.raises(Refused):
            act()
    with pytest.raises(Refused) as refused:
        report_paper(tom, report_id)
    assert refused.value.key == "signal_report.not_read"


def test_a_reading_by_who_wrote_it_counts_for_nothing_wherever_it_came_from(place: Place) -> None:
    tom = place.desk
    write(tom, "Eerste tekst.")
    line = newest(tom)
    assert line.narrative is not None
    place.station.staff_id = tom.user.staff_id
    body = SecondReading(report_id=line.record_id, read=line.narrative.revision.rev_id)
    place.station.save(body)
    assert newest(tom).reading is None
    place.station.staff_id = NORA.staff_id
    place.station.save(body)
    assert newest(tom).reading is not None
