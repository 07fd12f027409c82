"""What is promised after a contact: a referral with its answers, and a task with its term.

Nothing that was promised may get lost: both stay open until somebody closes them with a date and
a reason. A sight referral stays open until the report of an oogarts (FUP-3, medical handbook §1.5,
§5.4): parents who go to an optician instead are a known cause of late treatment.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, RecordId, RevId, StaffId


class ReferralTo(StrEnum):
    """To whom the CLB refers (medical handbook §5.4)."""

    GP = "gp"
    OPHTHALMOLOGIST = "ophthalmologist"
    ENT = "ent"
    PAEDIATRICIAN = "paediatrician"
    DENTIST = "dentist"
    CAR_COS = "car_cos"
    PHYSIOTHERAPIST = "physiotherapist"
    DIETITIAN = "dietitian"
    CGG = "cgg"
    OTHER = "other"


class LetterWay(StrEnum):
    """How the referral letter reaches the parents."""

    WITH_PUPIL = "with_pupil"
    POST = "post"


class ReferralState(StrEnum):
    """`answered`: somebody answered, and the referral stays open; `closed`: nothing is awaited."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class AnsweredBy(StrEnum):
    """Who wrote the report, or told what was found."""

    OPHTHALMOLOGIST = "ophthalmologist"
    ENT = "ent"
    GP = "gp"
    OPTICIAN = "optician"
    OTHER = "other"


class ReferralAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report that came in on a day."""

    on: date
    by: AnsweredBy
    text: str


class ReminderWay(StrEnum):
    """How the parents were reminded (FUP-1)."""

    LETTER = "letter"
    TELEPHONE = "telephone"


class Reminder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parents were reminded on a day."""

    on: date
    way: ReminderWay


class Referral(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One referral. `domain`: of the conclusion that it follows from ("vision").

    `to_name`: who, for somebody else than the list knows. `urgency`: the words of the centre.
    `look_on`: the day on which it is looked at again, None = no term. `origin_id`: the conclusion.
    """

    pupil_id: PupilId
    domain: str
    to: ReferralTo
    to_name: str = ""
    reason: str
    urgency: str = ""
    letter: LetterWay = LetterWay.WITH_PUPIL
    reply_slip: bool = True
    on: date
    look_on: date | None = None
    owner: StaffId | None = None
    origin_id: RecordId | None = None
    state: ReferralState = ReferralState.OPEN
    answers: tuple[ReferralAnswer, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    closed_on: date | None = None
    closed_reason: str = ""


class TaskKind(StrEnum):
    """What has to be done (medical handbook §5.4)."""

    REMINDER = "reminder"
    SELECTIVE_EXAM = "selective_exam"
    OTOSCOPY = "otoscopy"
    SPIN_RETEST = "spin_retest"
    CATCH_UP_VACCINATION = "catch_up_vaccination"
    INFORM_PARENTS = "inform_parents"
    OTHER = "other"


class TaskState(StrEnum):
    """What became of a task."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Task(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing to do for one pupil. `due` None = no term, because no rule gives one.

    `owner` None = nobody yet. `origin_id`: the record it follows from. `domain`: of the conclusion,
    or an empty text. `planned_on`: the day on which it will be done, before or after `due`.
    `over`: of a talk with the parents, the versions that were spoken about.
    """

    pupil_id: PupilId
    task: TaskKind
    due: date | None = None
    owner: StaffId | None = None
    origin_id: RecordId | None = None
    domain: str = ""
    text: str = ""
    planned_on: date | None = None
    state: TaskState = TaskState.OPEN
    closed_on: date | None = None
    closed_reason: str = ""
    over: tuple[RevId, ...] = ()


def closes(referral: Referral, by: AnsweredBy) -> bool:
    """Whether a report of this writer may end the referral (FUP-3)."""
    return referral.domain != "vision" or by is AnsweredBy.OPHTHALMOLOGIST


def as_answered(referral: Referral) -> Referral:
    """The referral as its answers allow: joined from two versions it is closed only by a report that may."""
    ended = any(closes(referral, answer.by) for answer in referral.answers)
    if referral.state is not ReferralState.CLOSED or ended:
        return referral
    state = ReferralState.ANSWERED if referral.answers else ReferralState.OPEN
    return msgspec.structs.replace(referral, state=state, closed_on=None)
