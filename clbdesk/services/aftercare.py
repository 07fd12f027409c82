"""What a conclusion promises: its referrals and tasks, written and taken back together with it.

A domain that is referred has a referral; one that is followed up or checked has a task, so that
nothing that was concluded rests on somebody's memory. What was answered or done in the meantime
stays, whatever is corrected later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.contact import ConclusionWord, DomainConclusion
from clbdesk.domain.follow_up import (
    LetterWay,
    Referral,
    ReferralState,
    ReferralTo,
    Task,
    TaskKind,
    TaskState,
)
from clbdesk.domain.people import Staff
from clbdesk.domain.visits import Visit
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, RevId, StaffId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import Part, Saved, add_parts, base_in, withdraw_in
from clbdesk.storage.vault import Reader, UnitOfWork

_NEED_TASK = frozenset({ConclusionWord.FOLLOW_UP, ConclusionWord.CHECK})
# Who still needs a vaccine stands on the vaccination list, and gets its task when that closes.
_WITHOUT_TASK = frozenset({"vaccination"})
_NO_LONGER = "besluit verbeterd"


@dataclass(frozen=True, slots=True)
class ReferralEntry:
    """What is filled in for a referral. `record_id` None = a new one."""

    domain: str
    to: ReferralTo
    to_name: str = ""
    reason: str = ""
    urgency: str = ""
    letter: LetterWay = LetterWay.WITH_PUPIL
    reply_slip: bool = True
    look_on: date | None = None
    owner: StaffId | None = None
    record_id: RecordId | None = None


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """What is filled in for a task. `record_id` None = a new one."""

    domain: str
    task: TaskKind
    due: date | None = None
    owner: StaffId | None = None
    text: str = ""
    record_id: RecordId | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can do a task."""

    staff_id: StaffId
    name: str


def needs_task(domain: str, word: ConclusionWord | None) -> bool:
    """Whether this conclusion is kept only with a task."""
    return word in _NEED_TASK and domain not in _WITHOUT_TASK


def referrals_of(reader: Reader, on_visit: PupilOnVisit) -> tuple[Standing[Referral], ...]:
    """The referrals of the conclusion of this contact on this visit."""
    heads = reader.heads(kinds=("referral",), pupil_id=on_visit.pupil_id)
    origin = on_visit.exam_id("conclusion")
    return tuple(one for one in all_standing(heads, Referral) if one.body.origin_id == origin)


def tasks_of(reader: Reader, on_visit: PupilOnVisit) -> tuple[Standing[Task], ...]:
    """The tasks of the conclusion of this contact on this visit."""
    heads = reader.heads(kinds=("task",), pupil_id=on_visit.pupil_id)
    origin = on_visit.exam_id("conclusion")
    return tuple(one for one in all_standing(heads, Task) if one.body.origin_id == origin)


def team_of(reader: Reader, visit_id: VisitId, me: StaffId) -> tuple[Member, ...]:
    """The team of a visit, and whoever works here now, first me."""
    visit = one_standing(reader, RecordId(visit_id), Visit)
    team = visit.body.team if visit else ()
    ids = dict.fromkeys((me, *team))
    names = {one: one_standing(reader, RecordId(one), Staff) for one in ids}
    return tuple(Member(one, staff.body.name) for one, staff in names.items() if staff is not None)


def check_aftercare(
    domains: Iterable[DomainConclusion],
    referrals: Sequence[ReferralEntry],
    tasks: Sequence[TaskEntry],
) -> None:
    """Refused when a domain is referred to nobody, or followed up by nothing."""
    referred = {one.domain for one in referrals}
    planned = {one.domain for one in tasks}
    for one in domains:
        if one.conclusion is ConclusionWord.REFERRAL and one.domain not in referred:
            raise Refused("decision.referral_missing", field=one.domain)
        if needs_task(one.domain, one.conclusion) and one.domain not in planned:
            raise Refused("decision.task_missing", field=one.domain)
    for referral in referrals:
        if referral.to is ReferralTo.OTHER and not referral.to_name.strip():
            raise Refused("decision.referral_to_whom", field=referral.domain)
        if not referral.reason.strip():
            raise Refused("decision.referral_reason_missing", field=referral.domain)


def add_aftercare(
    desk: Desk,
    work: UnitOfWork,
    on_visit: PupilOnVisit,
    referrals: Sequence[ReferralEntry],
    tasks: Sequence[TaskEntry],
    base: tuple[RevId, ...],
) -> Saved:
    """Write what changed, and withdraw what the form no longer asks for; in the caller's commit.

    `base`: the leaves on which the form was opened. What it did not know is left alone.
    """
    referred = {one.record_id: one.body for one in referrals_of(work, on_visit)}
    planned = {one.record_id: one.body for one in tasks_of(work, on_visit)}
    written: list[tuple[RecordId | None, Body | None, Body]] = []
    for entry in referrals:
        stood = referred.get(entry.record_id) if entry.record_id else None
        written.append((entry.record_id, stood, _referral(desk, on_visit, entry, stood)))
    for asked in tasks:
        stands = planned.get(asked.record_id) if asked.record_id else None
        written.append((asked.record_id, stands, _task(on_visit, asked, stands)))
    parts = [
        Part(body, on_visit.where, one, base_in(work, one, base) if one else ())
        for one, before, body in written
        if body != before
    ]
    kept = {one for one, _, _ in written}
    untouched = [one for one, body in referred.items() if is_unanswered(body)]
    untouched += [one for one, body in planned.items() if body.state is TaskState.OPEN]
    gone = [one for one in untouched if one not in kept and _is_known(work, one, base)]
    withdrawn = tuple(withdraw_in(desk, work, one, _NO_LONGER) for one in gone)
    return Saved((*add_parts(desk, work, parts).revisions, *withdrawn))


def _is_known(reader: Reader, record_id: RecordId, base: tuple[RevId, ...]) -> bool:
    """Whether the form was opened on all that stands; another version may hold an answer."""
    head = reader.head(record_id)
    return head is not None and set(head.tips) <= set(base)


def is_unanswered(body: Referral) -> bool:
    """Whether nothing happened with it since it was made."""
    return body.state is ReferralState.OPEN and not body.reminders


def _referral(
    desk: Desk, on_visit: PupilOnVisit, entry: ReferralEntry, before: Referral | None
) -> Referral:
    fresh = Referral(
        pupil_id=on_visit.pupil_id,
        domain=entry.domain,
        to=entry.to,
        to_name=entry.to_name.strip() if entry.to is ReferralTo.OTHER else "",
        reason=entry.reason.strip(),
        urgency=entry.urgency.strip(),
        letter=entry.letter,
        reply_slip=entry.reply_slip,
        on=before.on if before else local_day(desk.clock.now()),
        look_on=entry.look_on,
        owner=entry.owner,
        origin_id=on_visit.exam_id("conclusion"),
    )
    if before is None:
        return fresh
    return msgspec.structs.replace(
        fresh,
        state=before.state,
        answers=before.answers,
        reminders=before.reminders,
        closed_on=before.closed_on,
        closed_reason=before.closed_reason,
    )


def _task(on_visit: PupilOnVisit, entry: TaskEntry, before: Task | None) -> Task:
    fresh = Task(
        pupil_id=on_visit.pupil_id,
        task=entry.task,
        due=entry.due,
        owner=entry.owner,
        origin_id=on_visit.exam_id("conclusion"),
        domain=entry.domain,
        text=entry.text.strip(),
    )
    if before is None:
        return fresh
    return msgspec.structs.replace(
        fresh,
        planned_on=before.planned_on,
        state=before.state,
        closed_on=before.closed_on,
        closed_reason=before.closed_reason,
    )
