"""Beside an objection the centre examines nothing, whatever kind of test it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import fields, replace

from clbdesk.domain.body import Body, ExamBody, ExamState, Source
from clbdesk.domain.contact import Growth, VisionTest
from clbdesk.domain.kinds import KINDS, IdRule
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import PupilId
from clbdesk.services.doctor import open_doctor
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.hearing import open_hearing
from clbdesk.services.objection import heed, objection_id
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.records import withdraw
from clbdesk.services.vision import open_vision
from clbdesk.standards.moments import parts_of
from tests.builders.contact_visit import TODAY, VISIT, ContactVisit, opened_contact_visit

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
        heed(an_objection(), a_test(kind))
    heeded = heed(an_objection(date(2026, 11, 23)), a_test(kind))
    assert isinstance(heeded, ExamBody)
    assert heeded.source is Source.EXTERNAL_REPORT
    assert heeded.performed_by_name == "dr. Greet Baert, Gent"


@pytest.mark.parametrize("kind", sorted(TALKED))
def test_asking_and_talking_stay_possible(kind: str) -> None:
    body = a_test(kind)
    assert heed(an_objection(), body) == body


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def objected(visit: ContactVisit, pupil: PupilOnVisit, **fields: object) -> PupilOnVisit:
    """The same pupil, with an objection against this contact."""
    body = replace(an_objection(), pupil_id=pupil.pupil_id, **fields)
    record_id = objection_id(pupil.pupil_id, ContactMoment.LO1, 2026)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=record_id)
    with visit.station.vault.read() as reader:
        return find_on_visit(reader, VISIT, pupil.pupil_id)[0]


def measured(
    visit: ContactVisit, pupil: PupilOnVisit, height: str, reason: str | None = None
) -> Growth:
    """Length saved by the page of growth, as it stands."""
    view = open_growth(visit.desk(), pupil)
    entry = GrowthEntry(height_cm=Decimal(height))
    record_growth(visit.desk(), view, entry, view.base, reason=reason)
    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    return found.body


REPORTED = {"examined_on": date(2026, 11, 12), "report_received_on": date(2026, 11, 23)}


def test_what_the_other_doctor_found_is_of_the_day_on_which_he_examined(
    visit: ContactVisit,
) -> None:
    pupil = objected(visit, visit.pupil(ContactMoment.LO1), **REPORTED)
    body = measured(visit, pupil, "112.0")
    assert (body.on, body.source) == (date(2026, 11, 12), Source.EXTERNAL_REPORT)
    assert open_vision(visit.desk(), pupil).today == date(2026, 11, 12)
    assert open_hearing(visit.desk(), pupil).today == date(2026, 11, 12)
    assert open_doctor(visit.desk(), pupil).today == date(2026, 11, 12)


def test_what_the_centre_measured_before_the_objection_never_becomes_of_the_other_doctor(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    measured(visit, pupil, "121.0")
    pupil = objected(visit, pupil, **REPORTED)

    corrected = measured(visit, pupil, "112.0", "tikfout")
    assert (corrected.source, corrected.performed_by_name) == (Source.CLB, None)
    assert corrected.on == TODAY

    withdraw(visit.desk(), [pupil.exam_id("growth")], "verslag in de plaats")
    copied = measured(visit, pupil, "112.4")
    assert (copied.source, copied.on) == (Source.EXTERNAL_REPORT, date(2026, 11, 12))


def test_what_was_measured_before_the_objection_stays_and_is_not_changed_while_it_waits(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    before = measured(visit, pupil, "121.0")
    pupil = objected(visit, pupil)
    with pytest.raises(Refused, match=r"objection\.closed"):
        measured(visit, pupil, "112.0", "tikfout")
    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    assert found.body == before


def test_an_objection_that_comes_in_while_somebody_types_stops_the_saving(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    view = open_growth(visit.desk(), pupil)
    objected(visit, pupil)
    with pytest.raises(Refused, match=r"objection\.closed"):
        record_growth(visit.desk(), view, GrowthEntry(height_cm=Decimal("112.0")), view.base)
    assert visit.standing(pupil, "growth", Growth) is None
