"""What is done with a promise: an answer, a reminder, another owner or day, and its end.

Every act is a revision of the promise, so that the dossier tells who did what and when. A sight
referral ends only with the report of an oogarts (FUP-3); a task ends with a word on what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.care import Agreement, AgreementStatus
from clbdesk.domain.follow_up import (
    Referral,
    ReferralAnswer,
    ReferralState,
    Reminder,
    ReminderWay,
    Task,
    TaskKind,
    TaskState,
    closes,
)
from clbdesk.domain.revision import Revision
from clbdesk.errors import Refused
from clbdesk.ids import RevId, StaffId
from clbdesk.services.desk import Desk
from clbdesk.services.drafts import undo_to_draft
from clbdesk.services.follow_up_row import FollowUpRow
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing
from clbdesk.services.records import Part, Saved, Where, record
from clbdesk.standards.phrases import day


def receive_answer(
    desk: Desk, referral: Standing[Referral], answer: ReferralAnswer, *, close: bool
) -> Outcome[Saved]:
    """Note a report; `close` ends the referral when a report of this writer may (FUP-3).

    What comes in after the end is kept and opens nothing again. Refused for a day after today, for a
    report from before the referral, which answers nothing, and for an empty report.
    """
    _not_after_today(desk, answer.on)
    if answer.on < referral.body.on:
        raise Refused("follow_up.before_referral", field="on", day=day(referral.body.on))
    if not answer.text.strip():
        raise Refused("follow_up.answer_missing", field="text")
    body = msgspec.structs.replace(referral.body, answers=(*referral.body.answers, answer))
    if body.state is not ReferralState.CLOSED:
        ends = close and closes(body, answer.by)
        body = msgspec.structs.replace(
            body,
            state=ReferralState.CLOSED if ends else ReferralState.ANSWERED,
            closed_on=answer.on if ends else None,
        )
    return record(desk, [_part(referral.revision, referral.base, body)])


def remind(
    desk: Desk, referral: Standing[Referral], way: ReminderWay, look_on: date | None
) -> Outcome[Saved]:
    """The parents were reminded today; `look_on`: when it is looked at again, no interval is known."""
    reminder = Reminder(on=local_day(desk.clock.now()), way=way)
    body = msgspec.structs.replace(
        referral.body, reminders=(*referral.body.reminders, reminder), look_on=look_on
    )
    return record(desk, [_part(referral.revision, referral.base, body)])


def ask_selective_exam(
    desk: Desk, referral: Standing[Referral], due: date | None
) -> Outcome[Saved]:
    """The second step of FUP-1: the pupil is examined again; the referral stays open beside it."""
    body = referral.body
    task = Task(
        pupil_id=body.pupil_id,
        task=TaskKind.SELECTIVE_EXAM,
        due=due,
        owner=body.owner,
        origin_id=referral.record_id,
        domain=body.domain,
    )
    revision = referral.revision
    where = Where(revision.pupil_id, revision.visit_id, revision.school_id)
    return record(desk, [Part(task, where)])


def plan(desk: Desk, promise: Standing[Referral] | Standing[Task], on: date) -> Outcome[Saved]:
    """The day on which it will be done, or looked at."""
    if isinstance(promise.body, Task):
        part = _part(
            promise.revision, promise.base, msgspec.structs.replace(promise.body, planned_on=on)
        )
    else:
        part = _part(
            promise.revision, promise.base, msgspec.structs.replace(promise.body, look_on=on)
        )
    return record(desk, [part])


def assign(desk: Desk, rows: Sequence[FollowUpRow], owner: StaffId) -> Outcome[Saved]:
    """Give referrals and tasks to somebody, in one commit; other rows have no owner to change."""
    parts = [
        _part(
            row.promise.revision, row.promise.base, msgspec.structs.replace(row.body, owner=owner)
        )
        for row in rows
        if isinstance(row.body, Referral | Task) and row.body.owner != owner
    ]
    return record(desk, parts)


def finish(
    desk: Desk, promise: Standing[Task] | Standing[Agreement], *, done: bool, reason: str
) -> Outcome[Saved]:
    """End a task or an agreement: done, or not done any more. Refused without a reason."""
    if not reason.strip():
        raise Refused("follow_up.reason_missing", field="reason")
    if isinstance(promise.body, Agreement):
        status = AgreementStatus.DONE if done else AgreementStatus.LAPSED
        agreed = msgspec.structs.replace(promise.body, status=status, note=reason.strip())
        return record(desk, [_part(promise.revision, promise.base, agreed)])
    body = msgspec.structs.replace(
        promise.body,
        state=TaskState.DONE if done else TaskState.CANCELLED,
        closed_on=local_day(desk.clock.now()),
        closed_reason=reason.strip(),
    )
    return record(desk, [_part(promise.revision, promise.base, body)])


def undo(desk: Desk, saved: Saved) -> Outcome[Saved]:
    """Take an act back."""
    return undo_to_draft(desk, saved, "follow_up", Where(), None)


def _part(revision: Revision, base: tuple[RevId, ...], body: Body) -> Part:
    where = Where(revision.pupil_id, revision.visit_id, revision.school_id)
    return Part(body, where, revision.record_id, base)


def _not_after_today(desk: Desk, on: date) -> None:
    if on > local_day(desk.clock.now()):
        raise Refused("follow_up.later_than_today", field="on")
