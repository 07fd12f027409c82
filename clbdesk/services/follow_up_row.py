"""One line of Opvolging: what was promised, to whom, by when, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clbdesk.domain.care import Agreement, ConsultativeNote
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.development import CareQuestion
from clbdesk.domain.follow_up import Referral, Task
from clbdesk.domain.guidance_request import GuidanceRequest
from clbdesk.domain.names import normalise, on_a_list
from clbdesk.domain.objection import Objection
from clbdesk.domain.shielding import Shielding
from clbdesk.domain.visits import Attendance, Contact
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.reading import Standing

Promise = (
    Referral
    | Task
    | Conclusion
    | Contact
    | Attendance
    | CareQuestion
    | Objection
    | Agreement
    | ConsultativeNote
    | GuidanceRequest
    | Shielding
)
Promised = (
    Standing[Referral]
    | Standing[Task]
    | Standing[Conclusion]
    | Standing[Contact]
    | Standing[Attendance]
    | Standing[CareQuestion]
    | Standing[Objection]
    | Standing[Agreement]
    | Standing[ConsultativeNote]
    | Standing[GuidanceRequest]
    | Standing[Shielding]
)


class Group(StrEnum):
    """The filters of the page."""

    TO_SIGN = "to_sign"
    REFERRAL = "referral"
    RETEST = "retest"
    CATCH_UP = "catch_up"
    VACCINATION = "vaccination"
    OBJECTION = "objection"
    OTHER = "other"
    AGREEMENT = "agreement"
    EVALUATION = "evaluation"
    REQUEST = "request"
    SHIELDING = "shielding"


@dataclass(frozen=True, slots=True)
class About:
    """The pupil of a row, and where; `class_name` and `school` are empty when they are not here."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    class_name: str


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One thing to do. `due` None = no term; `owner` empty = nobody yet.

    `about` None: what concerns a school. `is_mine`: of the user, or of nobody. `is_here`: the pupil
    is on the list of its visit on this laptop, and can be opened.
    """

    promise: Promised
    group: Group
    due: date | None
    about: About | None
    school: str
    owner: str
    is_mine: bool
    is_overdue: bool
    is_here: bool

    @property
    def record_id(self) -> RecordId:
        """The record behind it."""
        return self.promise.record_id

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands among others of the same day: schools first, then by name."""
        if self.about is None:
            return ("", normalise(self.school), self.key)
        return (*on_a_list(self.about.family_name, self.about.given_name), self.key)

    @property
    def key(self) -> str:
        """A contact can wait for a signature and for its open parts: two rows of one record."""
        return f"{self.group}/{self.record_id}"

    @property
    def body(self) -> Promise:
        """What was promised."""
        return self.promise.body

    @property
    def visit_id(self) -> VisitId | None:
        """The visit on which it was promised."""
        return self.promise.revision.visit_id

    @property
    def is_conflict(self) -> bool:
        """Two laptops say different things of it: a person chooses before anything else is done."""
        return self.promise.is_conflict

    @property
    def referral(self) -> Standing[Referral] | None:
        """The referral, when it is one, and everybody agrees on it."""
        body, found = self.promise.body, self.promise
        if self.is_conflict:
            return None
        return Standing(body, found.revision, found.head) if isinstance(body, Referral) else None

    @property
    def to_finish(self) -> Standing[Task] | Standing[Agreement] | None:
        """What ends with a word on what became of it."""
        body, found = self.promise.body, self.promise
        if self.is_conflict:
            return None
        if isinstance(body, Task):
            return Standing(body, found.revision, found.head)
        return Standing(body, found.revision, found.head) if isinstance(body, Agreement) else None

    @property
    def to_plan(self) -> Standing[Referral] | Standing[Task] | None:
        """What can be given a day, and an owner."""
        body, found = self.promise.body, self.promise
        if isinstance(body, Task) and not self.is_conflict:
            return Standing(body, found.revision, found.head)
        return self.referral
