"""Groei against a real vault: values, their judgements, their questions and the parents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Clothing, Growth, ParentHeight
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.visits import AttendanceState, Contact, ContactMoment
from clbdesk.services.confirming import Answer
from clbdesk.services.growth import (
    GrowthEntry,
    ask_about,
    judge,
    open_growth,
    open_questions,
    record_growth,
)
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import one_standing
from clbdesk.standards.limits import Field, Unlikely
from tests.builders.contact_visit import TODAY, VISIT, ContactVisit, opened_contact_visit

HEALTHY = GrowthEntry(
    height_cm=Decimal("121.5"), weight_kg=Decimal("24.8"), clothing=Clothing.GYM_SUIT
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def save(visit: ContactVisit, pupil: PupilOnVisit, entry: GrowthEntry, **rest: object) -> None:
    """Record what was typed on the form as it opens now."""
    view = open_growth(visit.desk(), pupil)
    record_growth(visit.desk(), view, entry, view.base, **rest)


def before(visit: ContactVisit, pupil: PupilOnVisit, height: str, on: date) -> None:
    """An earlier measurement from elsewhere."""
    body = Growth(state=ExamState.DONE, height_cm=Decimal(height), on=on)
    visit.save(body, pupil_id=pupil.pupil_id)


def test_growth_is_saved_with_its_judgements_the_contact_and_the_presence(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    save(visit, pupil, HEALTHY)

    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    assert (found.body.height_cm, found.body.weight_kg) == (Decimal("121.5"), Decimal("24.8"))
    assert found.body.on == TODAY
    assert "BMI-7, BMI-3" in {one.rule_id for one in found.body.judgements}
    assert visit.step(pupil, "growth") is StepState.DONE
    with visit.station.vault.read() as reader:
        contact = one_standing(reader, pupil.contact_id, Contact)
        attendance = reader.head(derived_record_id("attendance", VISIT, pupil.pupil_id))
    assert contact is not None
    assert attendance is not None
    assert f'"{AttendanceState.PRESENT}"' in attendance.leaf.body


def test_a_correction_keeps_the_day_of_the_measurement_and_its_reason(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    save(visit, pupil, HEALTHY)
    visit.station.clock.advance(timedelta(days=3))

    save(
        visit,
        pupil,
        GrowthEntry(height_cm=Decimal("122.5"), weight_kg=Decimal(24)),
        reason="tikfout",
    )

    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    assert (found.body.on, found.revision.reason) == (TODAY, "tikfout")
    assert visit.revisions(pupil, "growth") == 2


def test_unreliable_values_are_kept_and_not_judged(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    doubted = GrowthEntry(
        height_cm=Decimal("121.5"),
        weight_kg=Decimal("24.8"),
        weight_state=ExamState.UNRELIABLE,
        state_reason="distracted",
    )

    save(visit, pupil, doubted)

    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    assert found.body.weight_kg == Decimal("24.8")
    assert not any(one.rule_id.startswith("BMI-") for one in found.body.judgements)
    assert visit.step(pupil, "growth") is StepState.RETEST


@pytest.mark.parametrize(
    "height, weight, whole, step",
    [
        (ExamState.POSTPONED, ExamState.POSTPONED, ExamState.POSTPONED, StepState.PARTIAL),
        (ExamState.REFUSED, ExamState.REFUSED, ExamState.REFUSED, StepState.NOT_DONE),
        (ExamState.NOT_POSSIBLE, ExamState.REFUSED, ExamState.NOT_POSSIBLE, StepState.NOT_DONE),
    ],
)
def test_nothing_measured_is_never_done(
    visit: ContactVisit, height: ExamState, weight: ExamState, whole: ExamState, step: StepState
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    save(visit, pupil, GrowthEntry(height_state=height, weight_state=weight))

    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    assert (found.body.state, found.body.judgements) == (whole, ())
    assert visit.step(pupil, "growth") is step


@pytest.mark.parametrize("height, asks", [("119.5", False), ("119.4", True)])
def test_more_than_half_a_centimetre_shorter_asks(
    visit: ContactVisit, height: str, asks: bool
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    before(visit, pupil, "120.0", date(2026, 9, 1))
    view = open_growth(visit.desk(), pupil)

    value = Decimal(height)
    found = ask_about(view, GrowthEntry(height_cm=value), Field.HEIGHT, value)

    assert isinstance(found, Unlikely) is asks


def test_an_unlikely_value_stays_an_open_question_until_somebody_confirms_that_value(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    before(visit, pupil, "120.0", date(2025, 11, 1))
    shorter = GrowthEntry(height_cm=Decimal("112.0"), weight_kg=Decimal(20))

    save(visit, pupil, shorter)
    unanswered = open_questions(visit.desk(), pupil)
    answered = GrowthEntry(
        height_cm=Decimal("112.0"),
        weight_kg=Decimal(20),
        confirmed={"height": Answer("LIM-H", Decimal("121.0"))},
    )
    save(visit, pupil, answered, reason="opnieuw gemeten")

    assert unanswered == ("112,0 cm",)
    assert open_questions(visit.desk(), pupil) == ()
    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    (answer,) = found.body.confirmed
    assert (answer.first_reading, answer.confirmed_by) == ("121.0", "staff-an")


def test_the_parents_are_saved_only_when_something_about_them_changed(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = derived_record_id("parent_height", pupil.pupil_id)
    with_parents = GrowthEntry(
        height_cm=Decimal("121.5"),
        weight_kg=Decimal("24.8"),
        mother_cm=Decimal(168),
        father_cm=Decimal(181),
    )

    save(visit, pupil, HEALTHY)
    with visit.station.vault.read() as reader:
        assert reader.head(record_id) is None
    save(visit, pupil, with_parents, reason="aangevuld")
    save(visit, pupil, with_parents, reason="aangevuld")

    with visit.station.vault.read() as reader:
        parents = one_standing(reader, record_id, ParentHeight)
        assert len(reader.history(record_id)) == 1
    assert parents is not None
    assert (parents.body.mother_cm, parents.body.mother_measured) == (Decimal(168), False)
    target = judge(open_growth(visit.desk(), pupil), with_parents).target_height
    assert target is not None
    assert target.cm == Decimal(181)
