"""P16 Besluit: what the rules proposed per domain, and what the professional concludes.

The program never concludes by itself: "rest in orde" takes over proposals that say in order, and
never a domain whose rule is empty, unreliable, at risk or "naar arts".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamBody, ExamState, decode
from clbdesk.domain.contact import Conclusion, ConclusionWord, DomainConclusion
from clbdesk.domain.follow_up import Referral, Task, TaskState
from clbdesk.domain.judgement import Judgement, Verdict
from clbdesk.domain.kinds import KINDS, exam_id
from clbdesk.domain.people import Pupil, Staff
from clbdesk.domain.revision import Revision, Role
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
from clbdesk.services.growth import open_questions
from clbdesk.services.outcome import Outcome
from clbdesk.services.progress import StepProgress, StepState, step_state
from clbdesk.services.pupil import PupilOnVisit, add_step, view_pupil
from clbdesk.services.reading import Standing, one_standing, open_base, standing
from clbdesk.services.records import Part, Saved, base_in, changes_of
from clbdesk.services.rejudge import judged_again
from clbdesk.standards.follow_up import (
    ReferralProposal,
    TaskProposal,
    propose_referral,
    propose_task,
)
from clbdesk.storage.vault import Head, Reader


class Domain(StrEnum):
    """The domains of a conclusion in the order in which they are drawn."""

    GROWTH = "growth"
    WEIGHT = "weight"
    VISION = "vision"
    HEARING = "hearing"
    VACCINATION = "vaccination"
    MOUTH = "mouth"
    POSTURE = "posture"
    PUBERTY = "puberty"
    DEVELOPMENT = "development"
    WELL_BEING = "well_being"


# What only a doctor examines (contact_parts.csv).
OF_DOCTOR = frozenset({Domain.PUBERTY, Domain.POSTURE, Domain.MOUTH})

_DOMAINS_OF_KIND: dict[str, tuple[Domain, ...]] = {
    "growth": (Domain.GROWTH, Domain.WEIGHT),
    "acuity": (Domain.VISION,),
    "eye_position": (Domain.VISION,),
    "colour_vision": (Domain.VISION,),
    "stereo_vision": (Domain.VISION,),
    "audiometry": (Domain.HEARING,),
    "speech_in_noise": (Domain.HEARING,),
    "tympanometry": (Domain.HEARING,),
    "hearing_indication": (Domain.HEARING,),
    "vaccination_status": (Domain.VACCINATION,),
    "oral_health": (Domain.MOUTH,),
    "doctor_exam": (Domain.POSTURE,),
    "puberty": (Domain.PUBERTY,),
    "development": (Domain.DEVELOPMENT,),
    "well_being": (Domain.WELL_BEING,),
}

# The word that a verdict proposes; a verdict that is not here proposes nothing, and blocks F7.
_PROPOSES: dict[Verdict, ConclusionWord | None] = {
    Verdict.OK: ConclusionWord.OK,
    Verdict.INFO: ConclusionWord.OK,
    Verdict.BORDERLINE: ConclusionWord.FOLLOW_UP,
    Verdict.CHECK: ConclusionWord.FOLLOW_UP,
    Verdict.RETEST: ConclusionWord.CHECK,
    Verdict.REFER: ConclusionWord.REFERRAL,
    Verdict.KNOWN: ConclusionWord.KNOWN,
}
_WEIGHT_RULES = "BMI-"
# Empty rules beside one that speaks for the domain: growth is proposed by GRO-1 although no
# increments are known; stereo vision (VIS-10) and a tympanogram (AUD-5) are information only; the
# zones of SPIN-6 say which aftercare, SPIN-1 and SPIN-2 what is abnormal.
_NOT_DECISIVE = frozenset({"GRO-2", "GRO-3", "GRO-10", "VIS-10", "AUD-TYMP", "SPIN-6"})
_NO_TEST = frozenset({"HE-2", "HE-4"})  # told, and it concludes: there is no test to do
# From mild to grave: the gravest proposal of a domain speaks.
_GRAVITY = (
    ConclusionWord.OK,
    ConclusionWord.KNOWN,
    ConclusionWord.FOLLOW_UP,
    ConclusionWord.CHECK,
    ConclusionWord.REFERRAL,
)


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One domain: the judgements behind the proposal, the proposal, and what follows by itself.

    `fixed`: NOT_EXAMINED or REFUSED where the tests say so; then nothing is asked.
    `has_records`: whether anything of this domain was recorded. `referral` and `task`: what stands
    in them before anybody types.
    """

    domain: Domain
    judgements: tuple[Judgement, ...]
    proposal: ConclusionWord | None
    fixed: ConclusionWord | None
    has_records: bool
    referral: ReferralProposal
    task: TaskProposal


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What the page of a conclusion shows.

    `open_questions`: values that nobody confirmed yet, in words ("Lengte 112,0 cm"); they keep the
    contact from being closed. `doctor`: who of the team signs, or an empty text. `referrals` and
    `tasks`: what the saved conclusion promised. `team`: who can do a task, first the user. `over`:
    the versions of the tests behind the rows. `is_overtaken`: they say something else than when it
    was saved.
    """

    rows: tuple[DomainRow, ...]
    open_steps: tuple[StepProgress, ...]
    open_questions: tuple[str, ...]
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
    view = view_pupil(desk, on_visit.visit_id, on_visit.pupil_id)
    with desk.vault.read() as reader:
        heads = _heads(reader, on_visit)
        by_kind = that_count(heads)
        pupil = one_standing(reader, RecordId(on_visit.pupil_id), Pupil)
        found = _found(reader, by_kind)
        conclusion = reader.head(on_visit.exam_id("conclusion"))
        saved = standing(conclusion, Conclusion)
        tests = _tests(heads, on_visit)
        overtaken = saved is not None and is_overtaken(reader, saved, tests, pupil)
        doctor = _doctor(reader, on_visit)
        referrals, tasks = referrals_of(reader, on_visit), tasks_of(reader, on_visit)
        team = team_of(reader, on_visit.visit_id, desk.user.staff_id)
    promises = [one.head for one in referrals] + [one.head for one in tasks]
    promised = tuple(rev_id for head in promises for rev_id in open_base(head))
    today = local_day(desk.clock.now())
    steps = [_with_tests(progress, by_kind) for progress in view.steps]
    drawn = {part for progress in steps for part in progress.step.parts}
    return DecisionView(
        rows=tuple(
            row for domain in Domain if (row := _row(domain, found, drawn, today)) is not None
        ),
        open_steps=tuple(
            progress
            for progress in steps
            if progress.is_open and "conclusion" not in progress.step.parts
        ),
        open_questions=open_questions(desk, on_visit),
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


@dataclass(frozen=True, slots=True)
class _Found:
    """What one standing version of a test says."""

    on: date
    judgements: tuple[Judgement, ...]
    state: ExamState


def _found(reader: Reader, by_kind: Mapping[str, Head]) -> dict[str, list[_Found]]:
    """Every version that stands of every test, by kind; a test without any is there, and empty."""
    return {
        kind: [_of(reader, leaf) for leaf in head.final]
        for kind, head in by_kind.items()
        if kind in _DOMAINS_OF_KIND
    }


def _row(
    domain: Domain, by_kind: Mapping[str, Sequence[_Found]], drawn: set[str], today: date
) -> DomainRow | None:
    kinds = [kind for kind, domains in _DOMAINS_OF_KIND.items() if domain in domains]
    if not drawn.intersection(kinds) and not any(kind in by_kind for kind in kinds):
        return None
    judgements: list[Judgement] = []
    states: list[ExamState] = []
    tested_on = None
    for kind in kinds:
        for found in by_kind.get(kind, ()):
            tested_on = found.on
            judgements += [one for one in found.judgements if _belongs(one, domain, kind)]
            states.append(found.state)
    proposal = _proposal(judgements)
    return DomainRow(
        domain=domain,
        judgements=tuple(judgements),
        proposal=proposal,
        fixed=_fixed(states, proposal),
        has_records=bool(states),
        referral=propose_referral(judgements, today),
        task=propose_task(judgements, tested_on or today),
    )


def _of(reader: Reader, leaf: Revision) -> _Found:
    body = judged_again(reader, decode(leaf.body, KINDS[leaf.kind].shape), leaf)
    judgements: tuple[Judgement, ...] = getattr(body, "judgements", ())
    state = body.state if isinstance(body, ExamBody) else ExamState.DONE
    return _Found(local_day(leaf.occurred_at), judgements, state)


def _belongs(judgement: Judgement, domain: Domain, kind: str) -> bool:
    if kind != "growth":
        return True
    return judgement.rule_id.startswith(_WEIGHT_RULES) == (domain is Domain.WEIGHT)


def _proposal(judgements: Sequence[Judgement]) -> ConclusionWord | None:
    """The gravest word; none when any rule cannot speak for the domain, or nothing was judged."""
    words = []
    for judgement in judgements:
        if _is_beside_the_point(judgement):
            continue
        word = _PROPOSES.get(judgement.verdict)
        if word is None:
            return None
        words.append(word)
    return max(words, key=_GRAVITY.index) if words else None


def _is_beside_the_point(judgement: Judgement) -> bool:
    """What is only told (no class at this age, a test to do), and an empty rule beside another."""
    if judgement.verdict is Verdict.INFO:
        return judgement.rule_id not in _NO_TEST and judgement.domain != Domain.VACCINATION
    if judgement.verdict is not Verdict.NO_CRITERION or judgement.has_own_criterion:
        return False
    return set(judgement.rule_id.split(", ")) <= _NOT_DECISIVE


def _fixed(states: Sequence[ExamState], proposal: ConclusionWord | None) -> ConclusionWord | None:
    """What follows without anybody's judgement; nothing recorded is nothing examined.

    A known loss is not planned either, and stays a proposal: known, under care (HE-8).
    """
    if not states:
        return ConclusionWord.NOT_EXAMINED
    if all(state is ExamState.REFUSED for state in states):
        return ConclusionWord.REFUSED
    if all(state is ExamState.NOT_PLANNED for state in states):
        return None if proposal is ConclusionWord.KNOWN else ConclusionWord.NOT_EXAMINED
    return None


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
