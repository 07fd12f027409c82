"""Audiograms of reports from outside against a real vault: typed, corrected, drawn, printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState, Source
from clbdesk.domain.contact import Conclusion, ConclusionWord, DomainConclusion, Otoscopy
from clbdesk.domain.follow_up import Referral, ReferralTo
from clbdesk.domain.hearing import Audiogram, Threshold, TympanogramType, Tympanometry
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, StaffId
from clbdesk.services.audiogram import (
    AudiogramEntry,
    entry_of,
    missing_in,
    open_audiograms,
    read_threshold,
    record_audiogram,
)
from clbdesk.services.hearing import open_hearing
from clbdesk.services.history import open_record, view_history
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters, record_printed
from clbdesk.services.pupil import PupilOnVisit
from tests.builders.contact_visit import AN, TODAY, VISIT, ContactVisit, opened_contact_visit
from tests.builders.paper_words import text_of

MADE = date(2026, 9, 14)
CELLS = {
    ("right_air", "500"): "20",
    ("right_air", "4000"): "55 m",
    ("right_bone", "4000"): "50m",
    ("left_air", "500"): "10",
    ("left_air", "8000"): "110 g",
}


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def entry(**changes: object) -> AudiogramEntry:
    """What the report of dr. Baert says."""
    values = {"on": MADE, "made_by": "dr. Greet Baert, NKO Gent", "cells": CELLS}
    return AudiogramEntry(**(values | changes))


def recorded(visit: ContactVisit, pupil: PupilOnVisit, form: AudiogramEntry) -> RecordId:
    """Typed and saved by An."""
    view = open_audiograms(visit.desk(), VISIT, pupil.pupil_id)
    return record_audiogram(visit.desk(), view, form).value.revisions[0].record_id


def test_a_report_is_recorded_as_external_on_the_day_on_which_it_was_made(
    visit: ContactVisit,
) -> None:
    finn = visit.pupil(ContactMoment.LO1)

    record_id = recorded(visit, finn, entry())

    (found,) = open_audiograms(visit.desk(), VISIT, finn.pupil_id).known
    body = found.body
    assert (body.source, body.performed_by_name) == (
        Source.EXTERNAL_REPORT,
        "dr. Greet Baert, NKO Gent",
    )
    assert local_day(found.revision.occurred_at) == body.on == MADE
    assert body.right_air == {
        "500": Threshold(level_db=20),
        "4000": Threshold(level_db=55, masked=True),
    }
    assert body.left_air["8000"] == Threshold(level_db=110, no_response=True)
    assert body.right_bone == {"4000": Threshold(level_db=50, masked=True)}
    assert (body.left_bone, body.judgements) == ({}, ())
    assert entry_of(body).cells == CELLS | {("right_bone", "4000"): "50 m"}
    (row,) = [
        one
        for one in view_history(visit.desk(), VISIT, finn.pupil_id).rows
        if one.record_id == record_id
    ]
    assert (row.word, row.on, row.by) == ("Extern audiogram", MADE, body.performed_by_name)
    assert row.moment is None  # no part of this contact
    assert open_record(visit.desk(), finn.pupil_id, record_id).audiogram == body


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", None),
        (" -10 ", Threshold(level_db=-10)),
        ("−5", Threshold(level_db=-5)),
        ("0", Threshold(level_db=0)),
        ("45M", Threshold(level_db=45, masked=True)),
        ("110 gm", Threshold(level_db=110, masked=True, no_response=True)),
    ],
)
def test_a_cell_is_read_as_level_masking_and_no_response(
    text: str, expected: Threshold | None
) -> None:
    assert read_threshold(text, "Rechts lucht, 500 Hz") == expected


@pytest.mark.parametrize("text", ["12", "125", "-15", "121"])
def test_a_level_that_no_audiometer_gives_is_refused(text: str) -> None:
    assert read_threshold(text, "Rechts lucht, 500 Hz") == (
        "Rechts lucht, 500 Hz: vul een waarde in van −10 tot 120 dB, in stappen van 5."
    )


@pytest.mark.parametrize("text", ["vijf", "45 x", "45 mm", "4 5", "45,0", "g"])
def test_what_is_no_level_is_refused_with_an_example(text: str) -> None:
    assert read_threshold(text, "Links been, 250 Hz") == (
        "Links been, 250 Hz: vul een niveau in, bijvoorbeeld 45, 45 m of 110 g."
    )


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"on": None}, "on"),
        ({"on": date(2026, 11, 24)}, "on"),
        ({"on": date(2019, 1, 1)}, "on"),
        ({"made_by": "  "}, "made_by"),
        ({"cells": {}}, ("right_air", "125")),
        ({"cells": {("left_bone", "250"): "47"}}, ("left_bone", "250")),
    ],
)
def test_day_maker_and_a_threshold_are_compulsory(
    visit: ContactVisit, changes: dict[str, object], field: object
) -> None:
    finn = visit.pupil(ContactMoment.LO1)
    view = open_audiograms(visit.desk(), VISIT, finn.pupil_id)
    form = entry(**changes)

    assert next(missing_in(view, form)).field == field
    with pytest.raises(Refused):
        record_audiogram(visit.desk(), view, form)
    assert open_audiograms(visit.desk(), VISIT, finn.pupil_id).known == ()


def test_a_correction_is_a_version_with_its_reason(visit: ContactVisit) -> None:
    finn = visit.pupil(ContactMoment.LO1)
    record_id = recorded(visit, finn, entry())
    view = open_audiograms(visit.desk(), VISIT, finn.pupil_id, record_id)

    record_audiogram(visit.desk(), view, entry(made_by="dr. Baert"), reason="tikfout")

    text = open_record(visit.desk(), finn.pupil_id, record_id)
    assert [one.reason for one in text.versions] == ["tikfout", ""]
    assert text.performer == "dr. Baert"


def test_the_newest_measurement_comes_first_beside_the_tests(visit: ContactVisit) -> None:
    finn = visit.pupil(ContactMoment.LO1)
    recorded(visit, finn, entry())
    recorded(visit, finn, entry(on=date(2025, 3, 1)))

    found = open_hearing(visit.desk(), finn).outside

    assert [one.body.on for one in found] == [MADE, date(2025, 3, 1)]


def test_a_colleague_with_a_conflict_of_interest_does_not_see_it(visit: ContactVisit) -> None:
    finn = visit.pupil(ContactMoment.LO1)
    record_id = recorded(visit, finn, entry())
    shielded(visit, finn, record_id, Flag.CONFLICT_OF_INTEREST, blocked=AN.staff_id)

    assert open_hearing(visit.desk(), finn).outside == ()


def shielded(
    visit: ContactVisit,
    pupil: PupilOnVisit,
    item: RecordId,
    flag: Flag,
    blocked: StaffId | None = None,
) -> None:
    """Somebody keeps an item back."""
    body = Shielding(
        pupil_id=pupil.pupil_id, item_id=item, flags=(flag,), reason="r", blocked_staff=blocked
    )
    record_id = derived_record_id("shielding", item)
    visit.save(body, pupil_id=pupil.pupil_id, record_id=record_id)


# --- with the referral ---


def referred(visit: ContactVisit, pupil: PupilOnVisit, domain: str) -> None:
    """A signed conclusion that refers."""
    word = DomainConclusion(domain=domain, proposal=None, conclusion=ConclusionWord.REFERRAL)
    conclusion = Conclusion(
        pupil_id=pupil.pupil_id, domains=(word,), complete=True, signed_by=StaffId("maes")
    )
    where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT}
    visit.save(conclusion, record_id=pupil.exam_id("conclusion"), **where)
    referral = Referral(
        pupil_id=pupil.pupil_id,
        domain=domain,
        to=ReferralTo.ENT,
        reason="Kans op onderliggend gehoorverlies.",
        on=TODAY,
        origin_id=pupil.exam_id("conclusion"),
    )
    visit.save(referral, record_id=derived_record_id("referral", pupil.pupil_id), **where)


def letter(visit: ContactVisit) -> tuple[str, bytes]:
    """Text and PDF of the referral letter, which came out of the printer."""
    key = open_letters(visit.desk(), VISIT).rows[-1].key
    made = make_letters(visit.desk(), VISIT, [key], action="print")
    record_printed(visit.desk(), made)
    return text_of(made.printed.pdf), made.printed.pdf


def test_the_letter_to_the_ent_doctor_draws_the_audiogram_and_says_every_threshold(
    visit: ContactVisit,
) -> None:
    finn = visit.pupil(ContactMoment.LO1)
    where = {"pupil_id": finn.pupil_id, "visit_id": VISIT}
    seen = Otoscopy(state=ExamState.DONE, right=("cerumen",), left=("normal",), on=TODAY)
    visit.save(seen, record_id=finn.exam_id("otoscopy"), **where)
    curve = Tympanometry(state=ExamState.DONE, right=TympanogramType.B, on=TODAY)
    visit.save(curve, record_id=finn.exam_id("tympanometry"), **where)
    record_id = recorded(visit, finn, entry())
    referred(visit, finn, "hearing")

    text, pdf = letter(visit)

    for words in (
        "Otoscopie rechts cerumen",
        "Tympanogram rechts type B",
        "Audiogram van 14 sep 2026 · dr. Greet Baert, NKO Gent",
        "Rechts lucht 500 Hz 20 dB, 4000 Hz 55 dB gemaskeerd",
        "Links lucht 500 Hz 10 dB, 8000 Hz 110 dB geen antwoord",
        "Rechts lucht gemaskeerd",  # the legend of the drawing
    ):
        assert words in text
    assert b"/Subtype /Image" not in pdf  # lines and letters, no picture
    view = open_audiograms(visit.desk(), VISIT, finn.pupil_id, record_id)
    record_audiogram(visit.desk(), view, entry(cells={("left_air", "500"): "15"}), reason="tikfout")
    assert open_letters(visit.desk(), VISIT).rows[-1].state is LetterState.CHANGED


def test_a_referral_about_something_else_and_a_shielded_report_leave_it_out(
    visit: ContactVisit,
) -> None:
    finn, anna = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    recorded(visit, finn, entry())
    referred(visit, finn, "vision")
    assert "Audiogram" not in letter(visit)[0]

    record_id = recorded(visit, anna, entry())
    shielded(visit, anna, record_id, Flag.THIRD_PARTY)
    referred(visit, anna, "hearing")
    keys = [row.key for row in open_letters(visit.desk(), VISIT).rows if row.to]
    made = make_letters(visit.desk(), VISIT, keys, action="print")
    document = pypdfium2.PdfDocument(made.printed.pdf)
    assert "Audiogram" not in " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert len(keys) == 2


def test_an_audiogram_in_two_versions_keeps_the_letter_back(visit: ContactVisit) -> None:
    finn = visit.pupil(ContactMoment.LO1)
    record_id = recorded(visit, finn, entry())
    referred(visit, finn, "hearing")
    other = Audiogram(
        pupil_id=finn.pupil_id,
        state=ExamState.DONE,
        source=Source.EXTERNAL_REPORT,
        performed_by_name="dr. Baert",
        left_air={"500": Threshold(level_db=25)},
        on=MADE,
    )
    visit.save(other, pupil_id=finn.pupil_id, visit_id=VISIT, record_id=record_id)

    to_parents, to_doctor = open_letters(visit.desk(), VISIT).rows
    assert to_doctor.state is LetterState.TWO_VERSIONS
    assert to_parents.state is LetterState.READY  # it tells nothing of the report
