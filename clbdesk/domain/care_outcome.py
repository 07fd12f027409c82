"""What a care meeting leads to: crossing the border with a basis, and what left for the school.

Handbook 3 §5.6 (border) and §5.7 (what goes to the school and what never does).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, RecordId, SchoolId


class BorderReason(StrEnum):
    """Why guidance by demand begins here."""

    OPEN_FILE = "open_file"
    TALK_OR_TEST = "talk_or_test"
    PARENTS_OR_HELPER = "parents_or_helper"
    REPORT = "report"
    PHASE = "phase"
    FAMILY_AT_TABLE = "family_at_table"


class BorderBasis(StrEnum):
    """On what the crossing rests; all but consent are mandatory guidance and need none.

    A safety concern is a basis too, and is none here: it is written in its own closed circle and
    leaves no trace among what the whole team reads.
    """

    CONSENT = "consent"
    COMPULSORY_EDUCATION = "compulsory_education"
    SYSTEMATIC_CONTACT = "systematic_contact"
    PROPHYLAXIS = "prophylaxis"


class Giver(StrEnum):
    """Who can consent; both parents are asked separately."""

    PUPIL = "pupil"
    MOTHER = "mother"
    FATHER = "father"
    GUARDIAN = "guardian"


class Manner(StrEnum):
    """How somebody answered."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    TELEPHONE = "telephone"


class Answer(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one of them said: `gives` True consent, False refusal."""

    giver: Giver
    gives: bool


class Transition(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic crosses the border: a request for the centre, which makes the path of guidance.

    `pupil_id` when the pupil is on the laptop, else the name and birth date as they were said.
    `competent`: whether the pupil decided for himself or herself on that day (domain/capacity.py).
    `until`: last day of the consent, None = until it is withdrawn. `words`: the words that were
    used, or why an exception holds.
    """

    school_id: SchoolId
    topic_id: RecordId | None
    reason: BorderReason
    basis: BorderBasis
    on: date
    words: str
    pupil_id: PupilId | None = None
    pupil_name: str = ""
    birth_date: date | None = None
    competent: bool | None = None
    answers: tuple[Answer, ...] = ()
    manner: Manner | None = None
    until: date | None = None


class OutputForm(StrEnum):
    """The list of agreements on one page without names of pupils, or the full consultative text."""

    AGREEMENTS = "agreements"
    REPORT = "report"


class Explained(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of the list that stayed in the text, and why."""

    word: str
    reason: str


class MeetingText(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text that a meeting released to the school, for the doctor and the nurse of that school.

    Only of a meeting in which nobody was discussed on name. `on`: the day of the meeting.
    """

    school_id: SchoolId
    meeting_id: RecordId
    form: OutputForm
    on: date
    text: str


class SchoolOutput(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was released to a school, word for word.

    `text`: the exact text; `sha256`: hex, of its UTF-8 bytes. `left_out`: codes of
    resources/standards/school_output.toml that the meeting had and that did not go; `edition`: of
    that table. `edited`: somebody changed the text before releasing it.
    """

    school_id: SchoolId
    meeting_id: RecordId
    form: OutputForm
    text: str
    sha256: str
    recipient: str
    recipient_function: str
    released_at: datetime
    edited: bool
    explained: tuple[Explained, ...]
    left_out: tuple[str, ...]
    edition: str
