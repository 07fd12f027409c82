"""Unlikely values that nobody confirmed stand in the way of the contact and of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import ExamBody, ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    AudiometryCell,
    CellResult,
    EyeResult,
    Growth,
    SpeechInNoise,
    SpinEar,
    VisionTest,
)
from clbdesk.domain.judgement import Confirmation
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import StaffId
from clbdesk.services.day_close import close_day, open_day
from clbdesk.services.decision import open_decision
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.unconfirmed import Unconfirmed, unconfirmed
from tests.builders.contact_visit import TODAY, VISIT, ContactVisit, opened_contact_visit

DONE = ExamState.DONE
ACUITY = Acuity(
    state=DONE,
    test=VisionTest.LOGMAR,
    right=EyeResult(logmar=Decimal("1.20"), state=DONE),
    left=EyeResult(logmar=Decimal("0.10"), state=DONE),
    on=TODAY,
)
QUIET = SpinEar(srt_db=Decimal("-9.8"), sd_db=Decimal("1.0"), touched_limit=False)
SPIN = SpeechInNoise(
    state=DONE, right=QUIET, left=msgspec.structs.replace(QUIET, srt_db=Decimal("9.8")), on=TODAY
)
TONES = Audiometry(
    state=DONE, right={"1000": AudiometryCell(result=CellResult.PASS, level_db=5)}, on=TODAY
)
GROWTH = Growth(state=DONE, height_cm=Decimal("60.0"), weight_kg=Decimal("20.0"), on=TODAY)
STEPS = {
    "growth": "growth",
    "acuity": "vision",
    "speech_in_noise": "hearing",
    "audiometry": "hearing",
}
CASES = [
    ("growth", ContactMoment.LO1, GROWTH, "height", "60.0", "60,0 cm"),
    ("acuity", ContactMoment.LO1, ACUITY, "right", "1.20", "rechteroog 1,20 logMAR"),
    ("speech_in_noise", ContactMoment.LO6, SPIN, "left.srt", "9.8", "SRT links 9,8 dB SNR"),
    ("audiometry", ContactMoment.LO1, TONES, "right.1000", "5", "rechts 1000 Hz 5 dB"),
]


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def examined(visit: ContactVisit, moment: ContactMoment, kind: str, body: ExamBody) -> PupilOnVisit:
    pupil = visit.pupil(moment)
    where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT}
    visit.save(body, record_id=pupil.exam_id(kind), **where)
    return pupil


@pytest.mark.parametrize("kind, moment, body, field, value, words", CASES)
def test_an_unlikely_value_stands_in_the_way_until_that_value_is_confirmed(
    visit: ContactVisit,
    kind: str,
    moment: ContactMoment,
    body: ExamBody,
    field: str,
    value: str,
    words: str,
) -> None:
    pupil = examined(visit, moment, kind, body)
    asked = Unconfirmed(STEPS[kind], words)
    assert asked in unconfirmed(visit.desk(), pupil)
    assert asked in open_decision(visit.desk(), pupil).open_questions

    said = Confirmation(
        limit_id="LIM",
        field=field,
        value=value,
        first_reading=None,
        confirmed_by=StaffId("staff-an"),
        confirmed_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    )
    sure = examined(visit, moment, kind, msgspec.structs.replace(body, confirmed=(said,)))
    assert asked not in unconfirmed(visit.desk(), sure)
    other = msgspec.structs.replace(said, value="0.0")
    again = examined(visit, moment, kind, msgspec.structs.replace(body, confirmed=(other,)))
    assert asked in unconfirmed(visit.desk(), again), "another value was confirmed"


@pytest.mark.parametrize("kind, moment, body", [one[:3] for one in CASES[1:]])
def test_what_could_not_be_trusted_is_not_asked_about(
    visit: ContactVisit, kind: str, moment: ContactMoment, body: ExamBody
) -> None:
    doubted = msgspec.structs.replace(body, state=ExamState.UNRELIABLE)
    assert unconfirmed(visit.desk(), examined(visit, moment, kind, doubted)) == ()


def test_the_day_does_not_close_over_a_value_that_nobody_confirmed(visit: ContactVisit) -> None:
    examined(visit, ContactMoment.LO1, "acuity", ACUITY)
    desk = visit.desk()
    view = open_day(desk, VISIT)
    (line,) = view.stops
    assert line.text == "Nog 1 waarde zonder bevestiging. Bevestig of meet opnieuw."
    assert line.quiet == "Finn Peeters: rechteroog 1,20 logMAR"
    with pytest.raises(Refused, match=r"day\.stopped"):
        close_day(desk, view)
