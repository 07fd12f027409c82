"""The dossier as a service: newest first, each record whole, reading logged, versions told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import (
    Acuity,
    Clothing,
    ColourVision,
    EyeResult,
    Growth,
    VisionTest,
)
from clbdesk.domain.vaccination import Dose, DoseSource, DoseStatus
from clbdesk.domain.visits import Attendance, AttendanceState, ContactMoment
from clbdesk.errors import Defect
from clbdesk.ids import RecordId
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.history import open_history, open_record, view_history
from clbdesk.services.history_rows import Group, RowState, step_of
from clbdesk.services.history_tests import open_tests
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import withdraw
from clbdesk.standards.vaccination.validity import Counts
from tests.builders.contact_visit import VISIT, ContactVisit, opened_contact_visit


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def measure(visit: ContactVisit, pupil: PupilOnVisit, height: str, reason: str = "") -> RecordId:
    """Length and weight on the form as it opens now."""
    view = open_growth(visit.desk(), pupil)
    entry = GrowthEntry(
        height_cm=Decimal(height), weight_kg=Decimal("21.0"), clothing=Clothing.GYM_SUIT
    )
    record_growth(visit.desk(), view, entry, view.base, reason=reason or None)
    return pupil.exam_id("growth")


def dose(visit: ContactVisit, pupil: PupilOnVisit, on: str, **given: object) -> RecordId:
    """A dose of an earlier year."""
    body = Dose(
        pupil_id=pupil.pupil_id,
        status=DoseStatus.GIVEN,
        vaccine="MBR",
        product="Priorix",
        on=on,
        source=DoseSource.VACCINNET,
        **given,
    )
    return visit.save(body, pupil_id=pupil.pupil_id)


def test_a_contact_is_a_row_and_what_only_says_that_somebody_was_there_is_not(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measure(visit, pupil, "117.0")

    rows = {row.kind: row for row in view_history(visit.desk(), VISIT, pupil.pupil_id).rows}

    assert set(rows) == {"growth", "contact"}, "the list of the visit and presence are left out"
    assert rows["growth"].moment is rows["contact"].moment is ContactMoment.LO1
    assert rows["growth"].by == "An Janssens"


def test_an_absence_is_something_to_know_afterwards(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    absent = Attendance(visit_id=VISIT, pupil_id=pupil.pupil_id, state=AttendanceState.ABSENT)
    visit.save(absent, pupil_id=pupil.pupil_id, visit_id=VISIT)

    rows = view_history(visit.desk(), VISIT, pupil.pupil_id).rows

    assert [(row.kind, row.group) for row in rows] == [("attendance", Group.PLANNING)]


def test_a_corrected_record_tells_what_it_was_and_why(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, pupil, "171.0")
    measure(visit, pupil, "117.0", "tikfout")

    text = open_record(visit.desk(), pupil.pupil_id, record_id)

    assert text.row.state is RowState.CORRECTED
    assert [one.reason for one in text.versions] == ["tikfout", ""]
    was = {one.label: one.value for one in text.versions[0].was}
    assert was == {"Lengte": Decimal("171.0")}
    assert text.versions[1].was == ()


def test_a_withdrawn_record_stays_with_its_reason(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, pupil, "117.0")
    withdraw(visit.desk(), [record_id], "verkeerde leerling")

    rows = view_history(visit.desk(), VISIT, pupil.pupil_id).rows
    (row,) = [row for row in rows if row.kind == "growth"]
    text = open_record(visit.desk(), pupil.pupil_id, record_id)

    assert row.state is RowState.WITHDRAWN
    assert (text.versions[0].is_withdrawn, text.versions[0].reason) == (True, "verkeerde leerling")
    assert not text.may_withdraw


def test_a_record_tells_its_judgements_with_rule_and_edition(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    text = open_record(visit.desk(), pupil.pupil_id, measure(visit, pupil, "117.0"))

    assert text.judgements
    assert all(one.rule_id and one.edition for one in text.judgements)
    labels = [one.label for one in text.fields]
    assert labels[:2] == ["Lengte", "Gewicht"]
    assert text.fields[0].unit == "cm"


def test_an_external_report_names_its_source_and_its_performer(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    body = Growth(
        state=ExamState.DONE,
        height_cm=Decimal("98.0"),
        on=date(2024, 3, 1),
        source=Source.EXTERNAL_REPORT,
        performed_by_name="Kind en Gezin",
    )
    record_id = visit.save(body, pupil_id=pupil.pupil_id)

    text = open_record(visit.desk(), pupil.pupil_id, record_id)

    assert (text.performer, text.source) == ("Kind en Gezin", "extern verslag")


def test_opening_is_logged_once_per_dossier_and_once_per_record(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = measure(visit, pupil, "117.0")
    with visit.station.vault.read() as reader:
        before = len(reader.access_lines())

    open_history(visit.desk(), VISIT, pupil.pupil_id)
    view_history(visit.desk(), VISIT, pupil.pupil_id)
    open_record(visit.desk(), pupil.pupil_id, record_id)

    with visit.station.vault.read() as reader:
        lines = reader.access_lines()[before:]
    assert [(one.action, one.kind, one.record_id) for one in lines] == [
        ("open", "pupil", pupil.pupil_id),
        ("open", "growth", record_id),
    ]


def test_only_a_record_of_a_visit_in_hand_can_be_corrected_here(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    text = open_record(visit.desk(), pupil.pupil_id, measure(visit, pupil, "117.0"))

    assert text.step is None, "this vault has no visit in hand"


def test_a_record_that_is_not_here_is_a_defect(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    with pytest.raises(Defect, match=r"history\.unknown_record"):
        open_record(visit.desk(), pupil.pupil_id, RecordId("nothing"))


def test_the_card_tells_which_doses_count(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    good = dose(visit, pupil, "2021-04-20")
    early = dose(visit, pupil, "2020-05-01")

    view = view_history(visit.desk(), VISIT, pupil.pupil_id)

    counts = {row.record_id: row.counts for row in view.rows}
    assert counts[good] is Counts.YES
    assert counts[early] is not Counts.YES
    assert view.card is not None
    (mmr,) = [row for row in view.card.rows if row.series == "MBR"]
    assert [one.dose.when.first for one in mmr.doses] == [date(2020, 5, 1), date(2021, 4, 20)]
    assert view.card.advice


def test_a_dose_that_the_rules_do_not_know_is_named_and_not_judged(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = visit.save(
        Dose(
            pupil_id=pupil.pupil_id,
            status=DoseStatus.GIVEN,
            vaccine="onbekend vaccin",
            on="2021",
            source=DoseSource.DOCUMENT,
        ),
        pupil_id=pupil.pupil_id,
    )

    view = view_history(visit.desk(), VISIT, pupil.pupil_id)

    assert view.card is not None
    assert view.card.unread == ("onbekend vaccin",)
    (row,) = [row for row in view.rows if row.record_id == record_id]
    assert row.counts is None


@pytest.mark.parametrize(
    "kind,step",
    [
        ("growth", "growth"),
        ("parent_height", "growth"),
        ("growth_reference", "growth"),
        ("background", "questionnaire"),
        ("acuity", "vision"),
        ("dose", "vaccination"),
        ("enrolment", None),
    ],
)
def test_every_kind_knows_the_step_it_is_made_on(kind: str, step: str | None) -> None:
    assert step_of(kind) == step


def acuity(visit: ContactVisit, pupil: PupilOnVisit, test: VisionTest, right: str) -> RecordId:
    """A test of one eye."""
    eye = EyeResult(logmar=Decimal(right), state=ExamState.DONE)
    body = Acuity(state=ExamState.DONE, test=test, right=eye, on=date(2026, 11, 23))
    return visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT)


def test_tests_stand_per_kind_with_their_values_and_withdrawn_ones_not(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    acuity(visit, pupil, VisionTest.LOGMAR, "0.1")
    gone = acuity(visit, pupil, VisionTest.LOGMAR, "0.9")
    colours = ColourVision(state=ExamState.DONE, result="good", on=date(2026, 11, 23))
    visit.save(colours, pupil_id=pupil.pupil_id, visit_id=VISIT)
    withdraw(visit.desk(), [gone], "verkeerde leerling")

    groups = {one.word: one.lines for one in open_tests(visit.desk(), pupil.pupil_id)}

    assert set(groups) == {"Gezichtsscherpte", "Kleurzin"}
    (line,) = groups["Gezichtsscherpte"]
    assert line.said.startswith("Test LogMAR · Afstand 300 cm · Rechts 0,1 (0,8)")


def test_looking_at_the_tests_is_logged(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    open_tests(visit.desk(), pupil.pupil_id)
    with visit.station.vault.read() as reader:
        line = reader.access_lines()[-1]
    assert (line.action, line.pupil_id, line.reason) == ("open", pupil.pupil_id, "tests")
