"""P16 Besluit: what the rules proposed per domain, and what the professional concludes.

The program never concludes by itself: "rest in orde" takes over proposals that say in order, and
never a domain whose rule is empty, unreliable, at risk or "naar arts".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.contact import Conclusion, DomainConclusion
from clbdesk.domain.follow_up import Referral, Task, TaskState
from clbdesk.domain.kinds import exam_id
from clbdesk.domain.people import Pupil, Staff
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import Visit
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, RevId
from clbdesk.services.aftercare import (
    Member,
    ReferralEntry,
    TaskEntry,
    add_aftercare,
    check_aftercare,
    is_unanswered,
    referrals_of,
    tasks_of,
    team_of,
)
from clbdesk.services.concluded import TESTS, is_overtaken, tests_in, that_count, versions_of
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.progress import StepProgress, StepState, step_state
from clbdesk.services.proposal import DomainRow, rows_of
from clbdesk.services.pupil import PupilOnVisit, add_step, view_pupil
from clbdesk.services.reading import Standing, one_standing, open_base, standing
from clbdesk.services.records import Part, Saved, base_in, changes_of
from clbdesk.services.relation import must_read_at
from clbdesk.services.unconfirmed import Unconfirmed, unconfirmed
from clbdesk.storage.vault import Head, Reader


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What the page of a conclusion shows.

    `open_questions`: values that nobody confirmed yet ("112,0 cm") with their step; they keep the
    contact from being closed. `doctor`: who of the team signs, or an empty text. `referrals` and
    `tasks`: what the saved conclusion promised. `team`: who can do a task, first the user. `over`:
    the versions of the tests behind the rows. `is_overtaken`: they say something else than when it
    was saved.
    """

    rows: tuple[DomainRow, ...]
    open_steps: tuple[StepProgress, ...]
    open_questions: tuple[Unconfirmed, ...]
    doctor: str
    saved: Standing[Conclusion] | None
    is_overtaken: bool
    referrals: tuple[Standing[Referral], ...]
    tasks: tuple[Standing[Task], ...]
    team: tuple[Member, ...]
    base: tuple[RevId, ...]
    over: tuple[RevId, ...]
    may_sign: bool
    today: date


def open_decision(desk: Desk, on_visit: PupilOnVisit) -> DecisionView:
    """Gather what the tests of this contact found, also those done on another visit."""
    must_read_at(desk, on_visit.school_id, *TESTS)
    view = view_pupil(desk, on_visit.visit_id, on_visit.pupil_id)
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        heads = _heads(reader, on_visit)
        by_kind = that_count(heads)
        steps = [_with_tests(progress, by_kind) for progress in view.steps]
        drawn = {part for progress in steps for part in progress.step.parts}
        rows = rows_of(reader, by_kind, drawn, today)
        pupil = one_standing(reader, RecordId(on_visit.pupil_id), Pupil)
        conclusion = reader.head(on_visit.exam_id("conclusion"))
        saved = standing(conclusion, Conclusion)
        tests = _tests(heads, on_visit)
        overtaken = saved is not None and is_overtaken(reader, saved, tests, pupil)
        doctor = _doctor(reader, on_visit)
        referrals, tasks = referrals_of(reader, on_visit), tasks_of(reader, on_visit)
        team = team_of(reader, on_visit.visit_id, desk.user.staff_id)
    promises = [one.head for one in referrals] + [one.head for one in tasks]
    promised = tuple(rev_id for head in promises for rev_id in open_base(head))
    return DecisionView(
        rows=rows,
        open_steps=tuple(
            progress
            for progress in steps
            if progress.is_open and "conclusion" not in progress.step.parts
        ),
        open_questions=unconfirmed(desk, on_visit),
        doctor=doctor,
        saved=saved,
        is_overtaken=overtaken,
        referrals=referrals,
        tasks=tasks,
        team=team,
        base=(*open_base(conclusion), *promised),
        over=versions_of(tests, pupil),
        may_sign=desk.user.role is Role.DOCTOR,
        today=today,
    )


def unanswered(view: DecisionView) -> tuple[RecordId, ...]:
    """What goes with a conclusion that is withdrawn: promises with which nothing happened yet.

    Not one with two versions: the other may hold an answer.
    """
    referrals = [
        one.record_id for one in view.referrals if not one.is_conflict and is_unanswered(one.body)
    ]
    tasks = [
        one.record_id
        for one in view.tasks
        if not one.is_conflict and one.body.state is TaskState.OPEN
    ]
    return (*referrals, *tasks)


def _heads(reader: Reader, on_visit: PupilOnVisit) -> list[Head]:
    """What was recorded on this visit, and the tests of this contact on others."""
    found = []
    for head in reader.heads(pupil_id=on_visit.pupil_id):
        visit_id = head.leaf.visit_id
        if visit_id is None:
            continue
        here = visit_id == on_visit.visit_id
        same_contact = on_visit.contact_id is not None and head.record_id == exam_id(
            head.kind, on_visit.contact_id, visit_id
        )
        if here or same_contact:
            found.append(head)
    return found


def _tests(heads: Sequence[Head], on_visit: PupilOnVisit) -> list[Head]:
    if on_visit.contact_id is None:
        return [head for head in heads if head.kind in TESTS]
    return tests_in(heads, on_visit.contact_id)


def _over(reader: Reader, on_visit: PupilOnVisit) -> tuple[RevId, ...]:
    pupil = one_standing(reader, RecordId(on_visit.pupil_id), Pupil)
    return versions_of(_tests(_heads(reader, on_visit), on_visit), pupil)


def _with_tests(progress: StepProgress, by_kind: Mapping[str, Head]) -> StepProgress:
    """A step is done when its parts are, on whichever visit."""
    has_draft = progress.state is StepState.DRAFT
    state = step_state(progress.step.parts, by_kind, has_draft=has_draft)
    return StepProgress(progress.step, state)


def _doctor(reader: Reader, on_visit: PupilOnVisit) -> str:
    visit = one_standing(reader, RecordId(on_visit.visit_id), Visit)
    for staff_id in visit.body.team if visit else ():
        member = one_standing(reader, RecordId(staff_id), Staff)
        if member is not None and Role.DOCTOR in member.body.roles:
            return member.body.name
    return ""


def record_decision(
    desk: Desk,
    on_visit: PupilOnVisit,
    domains: Sequence[DomainConclusion],
    *,
    advice: str,
    open_parts: Sequence[str],
    assumed: Sequence[str],
    base: tuple[RevId, ...],
    referrals: Sequence[ReferralEntry] = (),
    tasks: Sequence[TaskEntry] = (),
    catch_up: date | None = None,
    reason: str | None = None,
    over: tuple[RevId, ...] | None = None,
) -> Outcome[Saved]:
    """Record the conclusion with what it promises; a doctor signs it, a nurse leaves it for one.

    `catch_up`: the day on which open parts are done, None = at the next visit. `over`: the versions of
    the tests that were on the screen, None = those that stand now. Refused when a
    conclusion is milder or other than the proposal without a reason ("decision.reason_missing"),
    and as `check_aftercare`.
    """
    for one in domains:
        if one.proposal is not None and one.conclusion is not one.proposal and not one.reason:
            raise Refused("decision.reason_missing", field=one.domain)
    check_aftercare(domains, referrals, tasks)
    with desk.vault.write() as work:
        body = Conclusion(
            pupil_id=on_visit.pupil_id,
            domains=tuple(domains),
            advice=advice,
            complete=not open_parts,
            open_parts=tuple(open_parts),
            catch_up=catch_up.isoformat() if catch_up and open_parts else "",
            assumed=tuple(assumed),
            signed_by=desk.user.staff_id if desk.user.role is Role.DOCTOR else None,
            over=_over(work, on_visit) if over is None else over,
        )
        record_id = on_visit.exam_id("conclusion")
        part = Part(body, on_visit.where, record_id, base_in(work, record_id, base))
        saved = add_step(desk, work, on_visit, "decision", [part], reason=reason)
        promised = add_aftercare(desk, work, on_visit, referrals, tasks, base)
    whole = Saved((*saved.revisions, *promised.revisions))
    return Outcome(whole, changes_of(whole.revisions))
