"""Beside an objection the centre examines nothing, whatever kind of test it is."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import fields

from clbdesk.domain.body import Body, ExamBody, ExamState, Source
from clbdesk.domain.contact import VisionTest
from clbdesk.domain.kinds import KINDS, IdRule
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import PupilId
from clbdesk.services.objection import heed
from clbdesk.standards.moments import parts_of

# Asking, talking and looking up what stands on paper; an audiogram is the report of somebody else.
TALKED = {"questionnaire", "development", "well_being", "vaccination_status"}
TESTS = sorted(
    kind.name
    for kind in KINDS.values()
    if issubclass(kind.shape, ExamBody) and kind.id_rule is IdRule.PER_CONTACT_AND_VISIT
)
ANSWERS: dict[str, object] = {
    "state": ExamState.DONE,
    "on": date(2026, 11, 23),
    "test": VisionTest.LOGMAR,
    "received": None,
    "pupil_id": PupilId("p"),
}


def a_test(kind: str) -> Body:
    shape = KINDS[kind].shape
    needed = [field.name for field in fields(shape) if field.required]
    return shape(**{name: ANSWERS[name] for name in needed})


def an_objection(report: date | None = None) -> Objection:
    return Objection(
        pupil_id=PupilId("p"),
        moment=ContactMoment.LO1,
        school_year=2026,
        received_on=date(2026, 11, 20),
        by=ObjectionBy.PARENT,
        examiner="dr. Greet Baert, Gent",
        report_received_on=report,
    )


def test_every_test_of_every_moment_is_asked_about() -> None:
    drawn = {part.kind for one in ContactMoment for row in parts_of(one).values() for part in row}
    assert drawn - {"hearing_indication", "care_question", "conclusion"} <= set(TESTS)


@pytest.mark.parametrize("kind", [one for one in TESTS if one not in TALKED])
def test_a_test_is_refused_until_another_doctors_report_and_is_his_from_then_on(kind: str) -> None:
    with pytest.raises(Refused, match=r"objection\.closed"):
        heed(an_objection(), [a_test(kind)])
    (heeded,) = heed(an_objection(date(2026, 11, 23)), [a_test(kind)])
    assert isinstance(heeded, ExamBody)
    assert heeded.source is Source.EXTERNAL_REPORT
    assert heeded.performed_by_name == "dr. Greet Baert, Gent"


@pytest.mark.parametrize("kind", sorted(TALKED))
def test_asking_and_talking_stay_possible(kind: str) -> None:
    body = a_test(kind)
    assert heed(an_objection(), [body]) == (body,)
