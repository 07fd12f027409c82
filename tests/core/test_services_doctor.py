"""Arts against a real vault: who writes, what is judged, and what the conclusion is offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Growth, Questionnaire, QuestionnaireState
from clbdesk.domain.doctor import (
    Basis,
    BlockResult,
    DoctorExam,
    ExamBlock,
    Finding,
    OralHealth,
    Puberty,
)
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.revision import Role
from clbdesk.domain.rights import as_it_comes
from clbdesk.domain.visits import Attendance, AttendanceState, ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, StaffId
from clbdesk.services.conflict_view import open_question
from clbdesk.services.conflicts import Choice, choose, questions
from clbdesk.services.decision import open_decision
from clbdesk.services.desk import User
from clbdesk.services.doctor import DoctorEntry, open_doctor, record_doctor
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.progress import PupilState, StepProgress, StepState, pupil_state
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.records import Saved
from clbdesk.services.versions import Side
from clbdesk.standards.moments import steps_of
from tests.builders.contact_visit import AN, TODAY, VISIT, ContactVisit, opened_contact_visit

MAES = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
NORMAL = BlockResult(finding=Finding.NORMAL)
BLOCKS = {one.value: NORMAL for one in (ExamBlock.BACK, ExamBlock.LEGS, ExamBlock.FEET)}
EXAM = DoctorExam(state=ExamState.DONE, blocks=BLOCKS, on=TODAY)
BOY = Puberty(
    state=ExamState.DONE, genital_stage=2, hair_stage=1, basis=Basis.EXAMINATION, on=TODAY
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def save(visit: ContactVisit, pupil: PupilOnVisit, entry: DoctorEntry, user: User = MAES) -> Saved:
    """Record on the form as it opens now."""
    desk = visit.desk(user)
    view = open_doctor(desk, pupil)
    return record_doctor(desk, view, entry, view.base).value


def proposals(visit: ContactVisit, pupil: PupilOnVisit) -> dict[str, str | None]:
    """What the conclusion is offered, by domain."""
    rows = open_decision(visit.desk(MAES), pupil).rows
    return {row.domain.value: row.fixed or row.proposal for row in rows}


def test_a_doctor_closes_the_step_and_the_conclusion_is_offered_both_domains(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO6)

    save(visit, pupil, DoctorEntry(puberty=BOY, exam=EXAM))

    assert visit.step(pupil, "doctor") is StepState.DONE
    found = proposals(visit, pupil)
    assert (found["puberty"], found["posture"]) == ("ok", "ok")
    assert "mouth" not in found


def test_a_nurse_reads_and_does_not_write(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO6)
    save(visit, pupil, DoctorEntry(puberty=BOY, exam=EXAM))

    for entry in (DoctorEntry(puberty=BOY), DoctorEntry(exam=EXAM)):
        with pytest.raises(Refused) as refused:
            save(visit, pupil, entry, AN)
        assert refused.value.key == "doctor.doctor_only"

    view = open_doctor(visit.desk(AN), pupil)
    assert view.puberty is not None
    assert view.writes == frozenset()
    assert not as_it_comes().may_write(Role.NURSE, "puberty", OF_SCHOOL)


@pytest.mark.parametrize("state", [one for one in ExamState if one is not ExamState.DONE])
def test_puberty_that_was_not_done_is_never_in_order(visit: ContactVisit, state: ExamState) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    refused = Puberty(
        state=state,
        stage_reason="pupil",
        genital_state=state,
        hair_state=state,
        on=TODAY,
    )

    save(visit, pupil, DoctorEntry(puberty=refused, exam=EXAM))

    found = visit.standing(pupil, "puberty", Puberty)
    assert found is not None
    assert found.body.judgements == ()
    assert proposals(visit, pupil)["puberty"] != "ok"
    expected = {
        ExamState.POSTPONED: StepState.PARTIAL,
        ExamState.UNRELIABLE: StepState.RETEST,
    }.get(state, StepState.DONE)
    assert visit.step(pupil, "doctor") is expected


def test_only_one_stage_leaves_the_step_open(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO6)
    only_hair = msgspec.structs.replace(BOY, genital_stage=None)

    save(visit, pupil, DoctorEntry(puberty=only_hair, exam=EXAM))

    assert visit.step(pupil, "doctor") is StepState.PARTIAL
    assert proposals(visit, pupil)["puberty"] is None


def test_a_block_that_was_refused_leaves_the_conclusion_to_the_doctor(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO6)
    blocks = BLOCKS | {"back": BlockResult(state=ExamState.REFUSED, state_reason="pupil")}

    save(visit, pupil, DoctorEntry(puberty=BOY, exam=msgspec.structs.replace(EXAM, blocks=blocks)))

    assert proposals(visit, pupil)["posture"] is None


def test_the_mouth_has_no_criterion_and_leaves_the_conclusion_open(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO6)

    save(visit, pupil, DoctorEntry(mouth=OralHealth(state=ExamState.DONE, on=TODAY)))

    assert proposals(visit, pupil)["mouth"] is None


def test_the_doctor_begins_with_what_the_nurse_found(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO6)
    asked = Questionnaire(
        state=ExamState.DONE, received=QuestionnaireState.RECEIVED, question="Groei ik traag?"
    )
    visit.save(
        asked,
        pupil_id=pupil.pupil_id,
        visit_id=pupil.visit_id,
        record_id=pupil.exam_id("questionnaire"),
    )
    desk = visit.desk()
    view = open_growth(desk, pupil)
    record_growth(desk, view, GrowthEntry(Decimal(140), weight_kg=Decimal(34)), view.base)

    found = open_doctor(visit.desk(MAES), pupil)

    assert found.question == "Groei ik traag?"
    by_domain = {row.domain.value: row for row in found.found}
    assert by_domain["growth"].judgements
    assert not {"puberty", "posture", "mouth"} & set(by_domain)


def test_a_growth_curve_that_rose_is_known_to_the_rules(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO6)
    earlier = Growth(state=ExamState.DONE, height_cm=Decimal(120), on=date(2023, 11, 20))
    visit.save(earlier, pupil_id=pupil.pupil_id)
    measured = open_growth(visit.desk(), pupil)
    record_growth(visit.desk(), measured, GrowthEntry(Decimal(152)), measured.base)
    young = replace(pupil, pupil=msgspec.structs.replace(pupil.pupil, birth_date=date(2018, 4, 9)))

    assert open_doctor(visit.desk(MAES), pupil).rose
    view = open_doctor(visit.desk(MAES), young)
    saved = record_doctor(visit.desk(MAES), view, DoctorEntry(puberty=BOY, exam=EXAM), view.base)
    assert saved.value.revisions
    found = visit.standing(pupil, "puberty", Puberty)
    assert found is not None
    assert {one.rule_id: one.verdict for one in found.body.judgements} == {
        "PUB-2": Verdict.REFER,
        "PUB-9": Verdict.DOCTOR,
    }


def test_saving_again_without_a_change_writes_nothing(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO6)
    save(visit, pupil, DoctorEntry(puberty=BOY, exam=EXAM))

    again = save(visit, pupil, DoctorEntry(puberty=BOY, exam=EXAM))

    assert again.revisions == ()


def test_a_correction_after_a_birthday_is_judged_for_the_age_at_the_examination(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    eight = replace(pupil, pupil=msgspec.structs.replace(pupil.pupil, birth_date=date(2017, 12, 1)))
    save(visit, eight, DoctorEntry(puberty=BOY))
    before = visit.standing(pupil, "puberty", Puberty)
    visit.station.clock.advance(timedelta(days=14))
    save(visit, eight, DoctorEntry(puberty=msgspec.structs.replace(BOY, genital_stage=3)))
    after = visit.standing(pupil, "puberty", Puberty)
    assert before is not None
    assert after is not None
    assert [one.rule_id for one in after.body.judgements] == ["PUB-2"]
    assert after.body.on == before.body.on


def test_two_versions_of_puberty_are_joined_field_by_field_and_judged_anew(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.SO3)
    save(visit, pupil, DoctorEntry(puberty=BOY, exam=EXAM))
    theirs = msgspec.structs.replace(BOY, genital_stage=1, hair_stage=2)
    record_id = pupil.exam_id("puberty")
    visit.save(theirs, pupil_id=pupil.pupil_id, visit_id=pupil.visit_id, record_id=record_id)
    desk = visit.desk(MAES)
    (question,) = questions(desk)
    shown = open_question(desk, question)
    stage = ("genital_stage",)
    ours = next(
        side
        for side, row in ((Side.LEFT, "left"), (Side.RIGHT, "right"))
        if next(getattr(one, row) for one in shown.rows if one.path == stage) == 2
    )

    choose(desk, question, shown.seen, Choice(ours, other=frozenset({stage})))

    found = visit.standing(pupil, "puberty", Puberty)
    assert found is not None
    assert (found.body.genital_stage, found.body.hair_stage) == (1, 1)
    assert [one.rule_id for one in found.body.judgements] == ["PUB-5"]


def test_a_pupil_of_whom_only_the_doctors_part_is_left_waits_for_the_doctor() -> None:
    steps = steps_of(ContactMoment.LO6)
    here = Attendance(
        visit_id=VISIT, pupil_id=PupilId("finn"), state=AttendanceState.PRESENT, reason=None
    )

    def state(*left: str) -> PupilState:
        found = [
            StepProgress(one, StepState.OPEN if one.name in left else StepState.DONE)
            for one in steps
        ]
        return pupil_state(here, found, waits_for_doctor=False, is_closed=False)

    assert state("doctor") is PupilState.WAITS_FOR_DOCTOR
    assert state("doctor", "hearing") is PupilState.BUSY
    assert state(*(one.name for one in steps)) is PupilState.PRESENT
