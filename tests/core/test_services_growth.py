"""Groei against a real vault: values, their judgements, their questions and the parents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Clothing, Growth, ParentHeight
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import AttendanceState, Contact, ContactBasis, ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import StaffId
from clbdesk.services.confirming import Answer
from clbdesk.services.desk import User
from clbdesk.services.growth import (
    GrowthEntry,
    ask_about,
    judge,
    open_growth,
    open_questions,
    record_growth,
)
from clbdesk.services.growth_past import ChosenReference, choose_reference, may_choose_reference
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import one_standing
from clbdesk.standards.limits import Field, Unlikely
from tests.builders.contact_visit import TODAY, VISIT, ContactVisit, opened_contact_visit

MAES = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
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


@pytest.mark.parametrize(
    "stage, more, basis",
    [
        ("L1", {}, ContactBasis.CLASS),
        (None, {}, ContactBasis.AGE),
        (None, {"okan": True}, ContactBasis.AGE),
        ("L1", {"special_education": True}, ContactBasis.AGE),
    ],
)
def test_the_contact_says_whether_the_class_or_the_age_brought_it(
    visit: ContactVisit, stage: str | None, more: dict[str, bool], basis: ContactBasis
) -> None:
    pupil = visit.enrolled(visit.pupil(ContactMoment.LO1), stage, **more)

    save(visit, pupil, HEALTHY)

    with visit.station.vault.read() as reader:
        contact = one_standing(reader, pupil.contact_id, Contact)
    assert contact is not None
    assert contact.body.basis is basis


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


# --- head, sitting height and other charts: for a doctor -----------------------------------------


def as_doctor(visit: ContactVisit, pupil: PupilOnVisit, entry: GrowthEntry) -> None:
    """Record as a doctor."""
    desk = visit.desk(MAES)
    view = open_growth(desk, pupil)
    record_growth(desk, view, entry, view.base)


def test_a_doctor_records_head_and_sitting_height_and_both_are_told_without_criterion(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    entry = replace(HEALTHY, head_cm=Decimal("51.4"), sitting_height_cm=Decimal("66.2"))

    as_doctor(visit, pupil, entry)

    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    assert (found.body.head_cm, found.body.sitting_height_cm) == (
        Decimal("51.4"),
        Decimal("66.2"),
    )
    assert {"GRO-HC", "GRO-ZIT"} <= {one.rule_id for one in found.body.judgements}


def test_a_nurse_records_no_head_and_keeps_the_one_that_a_doctor_measured(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    with pytest.raises(Refused) as refused:
        save(visit, pupil, replace(HEALTHY, head_cm=Decimal("51.4")))
    assert refused.value.key == "growth.doctor_only"
    assert visit.standing(pupil, "growth", Growth) is None

    as_doctor(visit, pupil, replace(HEALTHY, head_cm=Decimal("51.4")))
    corrected = replace(HEALTHY, height_cm=Decimal("121.6"), head_cm=Decimal("51.4"))
    save(visit, pupil, corrected, reason="tikfout")

    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    assert (found.body.height_cm, found.body.head_cm) == (Decimal("121.6"), Decimal("51.4"))


def test_a_length_that_could_not_be_trusted_is_shown_and_never_compared_with(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    doubted = Growth(
        state=ExamState.DONE,
        height_cm=Decimal("131.0"),
        height_state=ExamState.UNRELIABLE,
        on=TODAY - timedelta(days=800),
    )
    visit.save(doubted, pupil_id=pupil.pupil_id)

    view = open_growth(visit.desk(), pupil)

    assert [one.height_cm for one in view.earlier] == [Decimal("131.0")]
    assert ask_about(view, HEALTHY, Field.HEIGHT, Decimal("121.5")) is None
    assert judge(view, HEALTHY).velocity is None


def test_what_stands_beside_a_field_is_from_before_and_says_when_it_does_not_count(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    for height, days, state in (
        ("104.0", -800, ExamState.DONE),
        ("131.0", -400, ExamState.UNRELIABLE),
        ("122.0", 30, ExamState.DONE),
    ):
        on = TODAY + timedelta(days=days)
        body = Growth(state=ExamState.DONE, height_cm=Decimal(height), height_state=state, on=on)
        visit.save(body, pupil_id=pupil.pupil_id)

    view = open_growth(visit.desk(), pupil)

    assert view.before("height") == "131,0 op 19 okt 2025, telt niet mee"
    assert view.before("weight") == ""


def test_a_length_with_two_versions_is_shown_and_never_compared_with_until_somebody_chose(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = visit.station.ids.new()
    for height in ("104.0", "114.0"):
        one = Growth(
            state=ExamState.DONE,
            height_cm=Decimal(height),
            weight_kg=Decimal("17.0"),
            on=TODAY - timedelta(days=800),
        )
        visit.save(one, pupil_id=pupil.pupil_id, record_id=record_id)

    view = open_growth(visit.desk(), pupil)

    (point,) = view.earlier
    assert point.height_cm == Decimal("114.0")
    judged = judge(view, HEALTHY)
    assert judged.velocity is None
    assert {one.rule_id: one.verdict for one in judged.lines}["GRO-1"] is Verdict.NOT_DONE
    assert ask_about(view, HEALTHY, Field.HEIGHT, Decimal("113.0")) is None
    # What both versions say is no question.
    asked = ask_about(view, HEALTHY, Field.WEIGHT, Decimal("35.0"))
    assert isinstance(asked, Unlikely)
    assert "17,0" in asked.question


def test_a_doctor_chooses_other_charts_with_name_day_and_reason(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    desk = visit.desk(MAES)
    standard = judge(open_growth(desk, pupil), HEALTHY)

    before = open_growth(desk, pupil).chosen
    choose_reference(desk, pupil.pupil_id, before, "who", "ouders uit Ghana, lengte -2,6 SDS")
    view = open_growth(visit.desk(), pupil)

    assert (view.chosen.reference, view.chosen.on) == ("who", TODAY)
    assert view.chosen.reason == "ouders uit Ghana, lengte -2,6 SDS"
    judged = judge(view, HEALTHY)
    assert judged.height is not None
    assert judged.height != standard.height
    assert judged.lines[: len(standard.lines)] == standard.lines
    save(visit, pupil, HEALTHY)
    found = visit.standing(pupil, "growth", Growth)
    assert found is not None
    assert found.body.reference == "who"
    assert "WHO-2, GRO-REF" in {one.rule_id for one in found.body.judgements}
    with visit.station.vault.read() as reader:
        assert "growth_reference" in {line.kind for line in reader.access_lines()}


def test_the_choice_of_the_charts_is_refused_to_a_nurse_without_reason_and_for_unknown_ones(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    before = open_growth(visit.desk(), pupil).chosen

    for desk, reference, reason, key in (
        (visit.desk(), "who", "andere afkomst", "records.no_right"),
        (visit.desk(MAES), "who", "  ", "growth.reason_missing"),
        (visit.desk(MAES), "nl-2010", "andere afkomst", "growth.no_reference"),
    ):
        with pytest.raises(Refused) as refused:
            choose_reference(desk, pupil.pupil_id, before, reference, reason)
        assert refused.value.key == key
    assert open_growth(visit.desk(), pupil).chosen == ChosenReference()
    assert not may_choose_reference(visit.desk())


def test_a_head_that_comes_later_leaves_the_step_half_done(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    as_doctor(visit, pupil, replace(HEALTHY, head_state=ExamState.POSTPONED))

    assert visit.step(pupil, "growth") is StepState.PARTIAL
