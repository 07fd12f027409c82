"""What a conclusion promises, against a real vault: one commit, taken back whole, never lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Audiometry,
    Conclusion,
    ConclusionWord,
    DomainConclusion,
    EyePosition,
)
from clbdesk.domain.follow_up import (
    Referral,
    ReferralState,
    ReferralTo,
    Task,
    TaskKind,
    TaskState,
)
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.services.aftercare import ReferralEntry, TaskEntry
from clbdesk.services.decision import open_decision, record_decision, unanswered
from clbdesk.services.drafts import undo_to_draft
from clbdesk.services.outcome import Outcome
from clbdesk.services.proposal import DomainRow
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import Standing, all_standing
from clbdesk.services.records import Saved
from tests.builders.contact_visit import AN, ELS, TODAY, VISIT, ContactVisit, opened_contact_visit

SIGHT = ReferralEntry(domain="vision", to=ReferralTo.OPHTHALMOLOGIST, reason="scheelzien")
OTOSCOPY = TaskEntry(domain="hearing", task=TaskKind.OTOSCOPY, due=date(2026, 12, 7))


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
        head="Verwijzing oogarts",
        text="scheelzien rechts",
    )


def row(visit: ContactVisit, pupil: PupilOnVisit, domain: str) -> DomainRow:
    """One domain of the page."""
    rows = open_decision(visit.desk(), pupil).rows
    return next(one for one in rows if one.domain.value == domain)


def conclude(
    visit: ContactVisit,
    pupil: PupilOnVisit,
    word: ConclusionWord,
    domain: str,
    *,
    referrals: tuple[ReferralEntry, ...] = (),
    tasks: tuple[TaskEntry, ...] = (),
    reason: str | None = None,
) -> Outcome[Saved]:
    """Save a conclusion on one domain, opened just before."""
    view = open_decision(visit.desk(), pupil)
    one = DomainConclusion(domain=domain, proposal=None, conclusion=word)
    return record_decision(
        visit.desk(),
        pupil,
        (one,),
        advice="",
        open_parts=("hearing",),
        assumed=(),
        base=view.base,
        referrals=referrals,
        tasks=tasks,
        reason=reason,
    )


def referrals(visit: ContactVisit, pupil: PupilOnVisit) -> list[Standing[Referral]]:
    """The referrals of a pupil that stand."""
    with visit.station.vault.read() as reader:
        heads = reader.heads(kinds=("referral",), pupil_id=pupil.pupil_id)
    return all_standing(heads, Referral)


def tasks(visit: ContactVisit, pupil: PupilOnVisit) -> list[Standing[Task]]:
    """The tasks of a pupil that stand."""
    with visit.station.vault.read() as reader:
        return all_standing(reader.heads(kinds=("task",), pupil_id=pupil.pupil_id), Task)


def test_conclusion_referral_and_task_are_one_commit(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    saved = conclude(
        visit,
        pupil,
        ConclusionWord.REFERRAL,
        "vision",
        referrals=(SIGHT,),
        tasks=(replace(OTOSCOPY, owner=ELS.staff_id),),
    )

    kinds = [one.kind for one in saved.value.revisions]
    assert {"conclusion", "referral", "task"} <= set(kinds)
    assert {"referral", "task"} <= saved.changes.kinds
    (referral,) = referrals(visit, pupil)
    assert referral.body.to is ReferralTo.OPHTHALMOLOGIST
    assert (referral.body.state, referral.body.on) == (ReferralState.OPEN, TODAY)
    assert referral.body.origin_id == pupil.exam_id("conclusion")
    (task,) = tasks(visit, pupil)
    assert (task.body.due, task.body.owner) == (date(2026, 12, 7), ELS.staff_id)


def test_undo_takes_the_promise_back_with_the_conclusion(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    saved = conclude(visit, pupil, ConclusionWord.REFERRAL, "vision", referrals=(SIGHT,))

    undo_to_draft(visit.desk(), saved.value, pupil.form("decision"), pupil.where, None)

    assert referrals(visit, pupil) == []
    assert visit.standing(pupil, "conclusion", Conclusion) is None


@pytest.mark.parametrize(
    "word, key",
    [
        (ConclusionWord.REFERRAL, "referral_missing"),
        (ConclusionWord.FOLLOW_UP, "task_missing"),
        (ConclusionWord.CHECK, "task_missing"),
    ],
)
def test_a_promise_to_nobody_is_refused_and_nothing_is_written(
    visit: ContactVisit, word: ConclusionWord, key: str
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    with pytest.raises(Refused, match=key):
        conclude(visit, pupil, word, "hearing")

    assert visit.standing(pupil, "conclusion", Conclusion) is None


def test_a_referral_to_somebody_else_needs_a_name_and_every_referral_a_reason(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    other, silent = replace(SIGHT, to=ReferralTo.OTHER), replace(SIGHT, reason=" ")

    with pytest.raises(Refused, match="to_whom"):
        conclude(visit, pupil, ConclusionWord.REFERRAL, "vision", referrals=(other,))
    with pytest.raises(Refused, match="reason_missing"):
        conclude(visit, pupil, ConclusionWord.REFERRAL, "vision", referrals=(silent,))


def test_who_still_needs_a_vaccine_stands_on_the_vaccination_list_already(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    conclude(visit, pupil, ConclusionWord.FOLLOW_UP, "vaccination")

    assert visit.standing(pupil, "conclusion", Conclusion) is not None
    assert tasks(visit, pupil) == []


def test_saving_again_leaves_what_did_not_change_alone(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    conclude(visit, pupil, ConclusionWord.REFERRAL, "vision", referrals=(SIGHT,))
    (first,) = referrals(visit, pupil)

    known = replace(SIGHT, record_id=first.record_id)
    saved = conclude(visit, pupil, ConclusionWord.REFERRAL, "vision", referrals=(known,))

    assert "referral" not in {one.kind for one in saved.value.revisions}
    (again,) = referrals(visit, pupil)
    assert again.revision.rev_id == first.revision.rev_id


def test_a_correction_withdraws_a_referral_that_nobody_answered(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    conclude(visit, pupil, ConclusionWord.REFERRAL, "vision", referrals=(SIGHT,))

    saved = conclude(visit, pupil, ConclusionWord.OK, "vision", reason="tikfout")

    assert referrals(visit, pupil) == []
    undo_to_draft(visit.desk(), saved.value, pupil.form("decision"), pupil.where, None)
    (back,) = referrals(visit, pupil)
    assert back.body.reason == "scheelzien"


def test_a_correction_leaves_an_answered_referral_and_a_done_task_standing(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    word = ConclusionWord.REFERRAL
    conclude(visit, pupil, word, "vision", referrals=(SIGHT,), tasks=(OTOSCOPY,))
    (referral,), (task,) = referrals(visit, pupil), tasks(visit, pupil)
    for standing, body in (
        (referral, {"state": ReferralState.ANSWERED}),
        (task, {"state": TaskState.DONE}),
    ):
        changed = msgspec.structs.replace(standing.body, **body)
        visit.save(
            changed,
            record_id=standing.record_id,
            pupil_id=pupil.pupil_id,
            visit_id=VISIT,
            base=standing.base,
        )

    conclude(visit, pupil, ConclusionWord.OK, "vision", reason="tikfout")

    assert [one.body.state for one in referrals(visit, pupil)] == [ReferralState.ANSWERED]
    assert [one.body.state for one in tasks(visit, pupil)] == [TaskState.DONE]


def beside(
    visit: ContactVisit, pupil: PupilOnVisit, stood: Standing[Referral], **fields: object
) -> None:
    """What a laptop wrote on the version that stood."""
    visit.save(
        msgspec.structs.replace(stood.body, **fields),
        record_id=stood.record_id,
        pupil_id=pupil.pupil_id,
        visit_id=VISIT,
        base=stood.base,
    )


def test_an_answer_in_the_other_of_two_versions_is_never_withdrawn(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    conclude(visit, pupil, ConclusionWord.REFERRAL, "vision", referrals=(SIGHT,))
    (stood,) = referrals(visit, pupil)
    beside(visit, pupil, stood, state=ReferralState.ANSWERED)
    visit.station.clock.set(visit.station.clock.now() + timedelta(minutes=5))
    beside(visit, pupil, stood, owner=ELS.staff_id)
    (both,) = referrals(visit, pupil)
    assert (both.is_conflict, both.body.state) == (True, ReferralState.OPEN)
    assert unanswered(open_decision(visit.desk(), pupil)) == ()

    conclude(visit, pupil, ConclusionWord.OK, "vision", reason="tikfout")

    (left,) = referrals(visit, pupil)
    assert left.head.leaves == both.head.leaves


def test_what_a_colleague_wrote_since_the_form_was_opened_is_not_withdrawn(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    conclude(visit, pupil, ConclusionWord.REFERRAL, "vision", referrals=(SIGHT,))
    opened = open_decision(visit.desk(), pupil)
    beside(visit, pupil, opened.referrals[0], owner=ELS.staff_id)

    record_decision(
        visit.desk(),
        pupil,
        (DomainConclusion(domain="vision", proposal=None, conclusion=ConclusionWord.OK),),
        advice="",
        open_parts=("hearing",),
        assumed=(),
        base=opened.base,
        reason="tikfout",
    )

    (left,) = referrals(visit, pupil)
    assert left.body.owner == ELS.staff_id


def test_a_squint_proposes_the_ophthalmologist_in_the_words_of_the_rule(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    body = EyePosition(state=ExamState.DONE, judgements=(judged("VIS-8", Verdict.REFER),), on=TODAY)
    visit.save(
        body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=pupil.exam_id("eye_position")
    )

    found = row(visit, pupil, "vision")

    assert found.referral.to is ReferralTo.OPHTHALMOLOGIST
    assert found.referral.reason == "Verwijzing oogarts: scheelzien rechts"
    assert found.referral.look_on is None  # the interval of a reminder is not known


def test_a_failed_audiometry_proposes_otoscopy_within_fourteen_days(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    lines = (judged("AUD", Verdict.CHECK), judged("AUD-1", Verdict.CHECK))
    body = Audiometry(state=ExamState.DONE, judgements=lines, on=TODAY)
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=pupil.exam_id("audiometry"))

    found = row(visit, pupil, "hearing")

    assert found.task.task is TaskKind.OTOSCOPY
    assert found.task.due == date(2026, 12, 7)


def test_an_interval_that_nobody_confirmed_is_left_open(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    body = EyePosition(state=ExamState.DONE, judgements=(judged("VIS-4", Verdict.RISK),), on=TODAY)
    visit.save(
        body, pupil_id=pupil.pupil_id, visit_id=VISIT, record_id=pupil.exam_id("eye_position")
    )

    found = row(visit, pupil, "vision")

    assert (found.task.task, found.task.due) == (TaskKind.SELECTIVE_EXAM, None)


def test_the_team_of_the_visit_is_offered_beginning_with_who_is_working(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    team = open_decision(visit.desk(ELS), pupil).team

    assert [one.name for one in team] == [ELS.name, AN.name]
