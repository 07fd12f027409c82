"""What is typed at a care meeting and at one of its topics: the forms as drafts keep them.

Rows may be half filled; `*_text` is a date or an hour as it was typed, also when it cannot be read.
"""

from __future__ import annotations

from datetime import date, time

import msgspec

from clbdesk.domain.care import (
    CONSULTATIVE,
    AgreementStatus,
    AskedStep,
    CareDomain,
    EducationalNeed,
    Hypothesis,
    MeetingKind,
    OwnAnswer,
    Statement,
    TeacherNeed,
    TopicSubject,
    Tried,
)
from clbdesk.domain.kinds import derived_record_id
from clbdesk.ids import RecordId, VisitId
from clbdesk.storage.vault import Draft

_TOPIC = "care_topic/"


class ParticipantEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table. `function` None = not chosen; `bound` = beroepsgeheim."""

    name: str = ""
    function: str | None = None
    organisation: str = ""
    bound: bool = False


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an earlier agreement, with a remark and a new date."""

    status: AgreementStatus
    note: str = ""
    by: date | None = None
    by_text: str = ""


class MeetingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a meeting; `marks` by the record of the earlier agreement."""

    kind: MeetingKind | None = MeetingKind.CARE_MEETING
    start: time | None = None
    start_text: str = ""
    end: time | None = None
    end_text: str = ""
    chair: str = ""
    note_taker: str = ""
    participants: tuple[ParticipantEntry, ...] = ()
    marks: dict[str, Mark] = {}

    def at_table(self) -> tuple[ParticipantEntry, ...]:
        """The rows with a name."""
        return tuple(one for one in self.participants if one.name)


class GoalEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A goal and its term."""

    text: str = ""
    by: date | None = None
    by_text: str = ""


class AgreementEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Who – what – when. `record_id` None = not recorded yet."""

    record_id: RecordId | None = None
    who: str = ""
    what: str = ""
    by: date | None = None
    by_text: str = ""

    def is_empty(self) -> bool:
        """Nothing was typed."""
        return not (self.who or self.what or self.by_text)

    def is_whole(self) -> bool:
        """It says who, what and when."""
        return bool(self.who and self.what and self.by)


class TopicEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The form of one topic along the conversation guide; `personal_data`: on name, deliberately."""

    number: int
    title: str
    subject: TopicSubject = TopicSubject.PUPIL_ANONYMOUS
    grade: str = ""
    domains: tuple[CareDomain, ...] = ()
    phase: int | None = None
    initiative: str = ""
    follows: RecordId | None = None
    informed: str | None = None
    question: str = ""
    strengths: tuple[str, ...] = ()
    observations: tuple[str | Statement, ...] = ()
    tried: tuple[Tried, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    needs: tuple[EducationalNeed, ...] = ()
    teacher_needs: tuple[TeacherNeed, ...] = ()
    goals: tuple[GoalEntry, ...] = ()
    agreements: tuple[AgreementEntry, ...] = ()
    informing_by: str = ""
    informing_on: date | None = None
    informing_on_text: str = ""
    informing_text: str = ""
    evaluation_on: date | None = None
    evaluation_on_text: str = ""
    evaluation_by: str = ""
    usefulness: int | None = None
    one_word: str = ""
    outcome: str = ""
    principles: tuple[str, ...] = ()
    clb_note: str = ""
    personal_data: bool = False
    activity: str = CONSULTATIVE
    theme: str = ""
    own: tuple[OwnAnswer, ...] = ()
    template: tuple[AskedStep, ...] = ()


def meeting_id(visit_id: VisitId) -> RecordId:
    """A visit has one meeting, whoever of the team writes it down."""
    return derived_record_id("care_meeting", visit_id)


def meeting_form(visit_id: VisitId) -> str:
    """The key of the draft of a meeting."""
    return f"care_meeting/{visit_id}"


def topic_form(record_id: RecordId) -> str:
    """The key of the draft of a topic."""
    return f"{_TOPIC}{record_id}"


def topic_of_form(form: str) -> RecordId | None:
    """The topic to which a draft belongs; None for another form."""
    return RecordId(form.removeprefix(_TOPIC)) if form.startswith(_TOPIC) else None


def written(entry: MeetingEntry | TopicEntry) -> str:
    """A form as the text of its draft."""
    return msgspec.json.encode(entry).decode()


def read_meeting(draft: Draft) -> MeetingEntry:
    """The form that a draft holds."""
    return msgspec.json.decode(draft.content, type=MeetingEntry)


def read_topic(draft: Draft) -> TopicEntry:
    """The form that a draft holds."""
    return msgspec.json.decode(draft.content, type=TopicEntry)
