"""Besluit against a real vault: what may be proposed, what counts, and who signs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    Conclusion,
    ConclusionWord,
    DomainConclusion,
    EyePosition,
    Growth,
    HearingIndication,
)
from clbdesk.domain.contact import VisionTest as AcuityTest
from clbdesk.domain.judgement import OWN_CRITERION, Judgement, RuleStatus, Verdict
from clbdesk.domain.kinds import exam_id
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import StaffId, VisitId
from clbdesk.services.decision import open_decision, record_decision
from clbdesk.services.desk import User
from clbdesk.services.proposal import DomainRow
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.standards.hearing_indication import Screening, hearing_indication
from tests.builders.contact_visit import AN, TODAY, VISIT, ContactVisit, opened_contact_visit

DOCTOR = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def judged(rule_id: str, verdict: Verdict) -> Judgement:
    """A judgement as a test stored it."""
    return Judgement(
        rule_id=rule_id,
        edition="2018",
        source="Standaard",
        status=RuleStatus.ON,
        verdict=verdict,
        head="kop",
        text="zin",
        domain="growth",
    )


def has_growth(
    visit: ContactVisit, pupil: PupilOnVisit, *judgements: Judgement, on: VisitId = VISIT
) -> None:
    """Growth of this contact, recorded on a visit."""
    body = Growth(
        state=ExamState.DONE,
        height_cm=Decimal("121.5"),
        weight_kg=Decimal("24.8"),
        judgements=judgements,
        on=TODAY,
    )
    assert pupil.contact_id is not None
    record_id = exam_id("growth", pupil.contact_id, on)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=on, record_id=record_id)


def row(visit: ContactVisit, pupil: PupilOnVisit, domain: str) -> DomainRow:
    """One domain of the page."""
    rows = open_decision(visit.desk(), pupil).rows
    return next(one for one in rows if one.domain.value == domain)


def decide(visit: ContactVisit, pupil: PupilOnVisit, user: User, **given: object) -> None:
    """Record a conclusion on growth."""
    domain = DomainConclusion(
        domain="growth",
        proposal=given.pop("proposal", ConclusionWord.OK),
        conclusion=given.pop("word", ConclusionWord.OK),
        reason=given.pop("why", ""),
    )
    view = open_decision(visit.desk(user), pupil)
    record_decision(
        visit.desk(user),
        pupil,
        (domain,),
        advice="",
        open_parts=(),
        assumed=(),
        base=view.base,
        **given,
    )


@pytest.mark.parametrize(
    "verdicts, proposal",
    [
        ((Verdict.OK,), ConclusionWord.OK),
        ((Verdict.OK, Verdict.INFO), ConclusionWord.OK),
        ((Verdict.OK, Verdict.CHECK), ConclusionWord.FOLLOW_UP),
        ((Verdict.RETEST, Verdict.CHECK), ConclusionWord.CHECK),
        ((Verdict.REFER, Verdict.OK), ConclusionWord.REFERRAL),
        ((Verdict.OK, Verdict.NO_CRITERION), None),
        ((Verdict.OK, Verdict.DOCTOR), None),
        ((Verdict.OK, Verdict.RISK), None),
        ((), None),
    ],
)
def test_the_gravest_verdict_is_proposed_and_a_rule_that_cannot_speak_proposes_nothing(
    visit: ContactVisit, verdicts: tuple[Verdict, ...], proposal: ConclusionWord | None
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    has_growth(visit, pupil, *(judged("GRO-1", verdict) for verdict in verdicts))

    assert row(visit, pupil, "growth").proposal is proposal


@pytest.mark.parametrize("rule_id", ["GRO-2", "GRO-10", "SPIN-6"])
def test_beside_a_criterion_of_the_centre_nothing_is_proposed(
    visit: ContactVisit, rule_id: str
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    empty = judged(rule_id, Verdict.NO_CRITERION)
    own = msgspec.structs.replace(empty, numbers={OWN_CRITERION: rule_id})

    has_growth(visit, pupil, judged("GRO-1", Verdict.OK), empty)
    assert row(visit, pupil, "growth").proposal is ConclusionWord.OK
    other = visit.pupil(ContactMoment.LO4)
    has_growth(visit, other, judged("GRO-1", Verdict.OK), own)
    assert row(visit, other, "growth").proposal is None


@pytest.mark.parametrize("rule_id", ["GRO-5", "GRO-REF", "WHO-2, GRO-REF", "GRO-4"])
def test_what_is_only_told_proposes_nothing_by_itself(visit: ContactVisit, rule_id: str) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    has_growth(visit, pupil, judged(rule_id, Verdict.INFO), judged("BMI-AGE", Verdict.INFO))

    assert row(visit, pupil, "growth").proposal is None
    assert row(visit, pupil, "weight").proposal is None


@pytest.mark.parametrize("concern, word", [(True, None), (False, ConclusionWord.OK)])
def test_a_plan_to_test_hearing_is_no_good_hearing_and_no_test_to_do_is(
    visit: ContactVisit, concern: bool, word: ConclusionWord | None
) -> None:
    pupil = visit.pupil(ContactMoment.KK1)
    assert pupil.contact_id is not None
    plan = hearing_indication(
        ContactMoment.KK1,
        screening=Screening(registered="yes", told=None),
        risk_factors=(),
        developmental_concern=concern,
    )
    body = HearingIndication(pupil_id=pupil.pupil_id, judgements=plan.lines)
    record_id = exam_id("hearing_indication", pupil.contact_id, VISIT)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=record_id)

    assert row(visit, pupil, "hearing").proposal is word


@pytest.mark.parametrize(
    "verdict, word", [(Verdict.OK, None), (Verdict.REFER, ConclusionWord.REFERRAL)]
)
def test_a_domain_of_which_a_part_is_open_is_not_in_order_and_may_be_referred(
    visit: ContactVisit, verdict: Verdict, word: ConclusionWord | None
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    assert pupil.contact_id is not None
    eyes = EyePosition(state=ExamState.DONE, judgements=(judged("VIS-8", verdict),), on=TODAY)
    record_id = exam_id("eye_position", pupil.contact_id, VISIT)
    visit.save(eyes, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=record_id)

    assert row(visit, pupil, "vision").proposal is word


def test_rules_of_weight_speak_for_weight_and_empty_increments_silence_nobody(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    has_growth(
        visit,
        pupil,
        judged("GRO-1", Verdict.OK),
        judged("GRO-2, GRO-3", Verdict.NO_CRITERION),
        judged("BMI-5", Verdict.CHECK),
    )

    assert row(visit, pupil, "growth").proposal is ConclusionWord.OK
    assert row(visit, pupil, "weight").proposal is ConclusionWord.FOLLOW_UP


def test_a_test_of_the_same_contact_on_another_visit_counts(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    has_growth(visit, pupil, judged("GRO-1", Verdict.OK), on=VisitId("visit-0"))

    view = open_decision(visit.desk(), pupil)
    assert row(visit, pupil, "growth").proposal is ConclusionWord.OK
    assert "growth" not in {one.step.name for one in view.open_steps}


def test_a_test_of_an_earlier_contact_counts_for_nothing(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    body = Growth(
        state=ExamState.DONE,
        height_cm=Decimal(98),
        judgements=(judged("GRO-1", Verdict.OK),),
        on=date(2023, 10, 9),
    )
    visit.save(body, pupil_id=pupil.pupil_id, visit_id="visit-2023")

    found = row(visit, pupil, "growth")

    assert (found.proposal, found.has_records) == (None, False)
    assert found.fixed is ConclusionWord.NOT_EXAMINED


def test_what_was_refused_is_concluded_as_refused_and_never_as_in_order(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO4)
    body = Acuity(state=ExamState.REFUSED, state_reason="pupil", test=AcuityTest.LOGMAR, on=TODAY)
    record_id = pupil.exam_id("acuity")
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=record_id)

    assert row(visit, pupil, "vision").fixed is ConclusionWord.REFUSED


@pytest.mark.parametrize(
    "verdicts, proposal, fixed",
    [((Verdict.KNOWN,), ConclusionWord.KNOWN, None), ((), None, ConclusionWord.NOT_EXAMINED)],
)
def test_a_known_loss_that_was_not_screened_is_proposed_as_known(
    visit: ContactVisit,
    verdicts: tuple[Verdict, ...],
    proposal: ConclusionWord | None,
    fixed: ConclusionWord | None,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    assert pupil.contact_id is not None
    body = Audiometry(
        state=ExamState.NOT_PLANNED,
        state_reason="no_indication",
        judgements=tuple(judged("HE-8", verdict) for verdict in verdicts),
        on=TODAY,
    )
    record_id = exam_id("audiometry", pupil.contact_id, VISIT)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=record_id)

    found = row(visit, pupil, "hearing")

    assert (found.proposal, found.fixed) == (proposal, fixed)


def test_a_nurse_leaves_it_for_the_doctor_and_the_doctor_signs(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    has_growth(visit, pupil, judged("GRO-1", Verdict.OK))

    decide(visit, pupil, AN)
    unsigned = visit.standing(pupil, "conclusion", Conclusion)
    decide(visit, pupil, DOCTOR)
    signed = visit.standing(pupil, "conclusion", Conclusion)

    assert unsigned is not None
    assert unsigned.body.signed_by is None
    assert signed is not None
    assert signed.body.signed_by == DOCTOR.staff_id
    assert visit.revisions(pupil, "conclusion") == 2


def test_another_word_than_the_proposal_is_refused_without_a_reason(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    with pytest.raises(Refused, match="reason_missing"):
        decide(visit, pupil, AN, proposal=ConclusionWord.REFERRAL)
    decide(visit, pupil, AN, proposal=ConclusionWord.REFERRAL, why="reeds in opvolging")

    found = visit.standing(pupil, "conclusion", Conclusion)
    assert found is not None
    assert found.body.domains[0].reason == "reeds in opvolging"
