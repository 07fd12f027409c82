"""Zorgoverleg: the meeting, its topics by the conversation guide, its agreements (handbook 3 §5)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.domain.development import Nature
from clbdesk.ids import RecordId, SchoolId, VisitId


class MeetingKind(StrEnum):
    """Kind of meeting."""

    CARE_MEETING = "care_meeting"
    GUIDANCE_CELL = "guidance_cell"
    MDO = "mdo"
    AD_HOC = "ad_hoc"
    TELEPHONE = "telephone"


class Participant(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody at the table; `bound_by_secrecy` = beroepsgeheim, not ambtsgeheim.

    `function` is a row of resources/standards/participant_functions.
    """

    name: str
    function: str
    organisation: str = ""
    bound_by_secrecy: bool


class CareMeeting(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One zorgoverleg at a school."""

    school_id: SchoolId
    visit_id: VisitId
    kind: MeetingKind
    start: datetime
    end: datetime | None = None
    chair: str = ""
    note_taker: str
    participants: tuple[Participant, ...]
    closed: bool = False


class TopicSubject(StrEnum):
    """What a topic is about; a pupil is unnamed by default."""

    PUPIL_ANONYMOUS = "pupil_anonymous"
    PUPIL_INITIALS = "pupil_initials"
    GROUP = "group"
    TEACHER_QUESTION = "teacher_question"
    SCHOOL_THEME = "school_theme"


class CareDomain(StrEnum):
    """The four domains of pupil guidance."""

    LEARNING = "LS"
    CAREER = "OLB"
    PSYCHOSOCIAL = "PSF"
    HEALTH = "PGZ"


class Tried(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measure that was tried; `effect`: + · 0 · −; `phase` of the care continuum, 0 to 3."""

    measure: str
    since: str = ""
    effect: str = ""
    phase: int | None = None


class HypothesisState(StrEnum):
    """What became of a possible explanation; one that turned out irrelevant is removed."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    REMOVED = "removed"


class Hypothesis(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A possible explanation; open ones come back at the evaluation date."""

    text: str
    status: HypothesisState = HypothesisState.OPEN


class Statement(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the step of observations that is no plain observation (handbook 3 §2.1).

    `status`: of a hypothesis; None of a fact or an interpretation.
    """

    text: str
    nature: Nature
    status: HypothesisState | None = None


def statement_of(line: str | Statement) -> Statement:
    """A recorded line with what it is: a line without a mark is an observation."""
    return Statement(text=line, nature=Nature.OBSERVATION) if isinstance(line, str) else line


def line_of(statement: Statement) -> str | Statement:
    """A statement as it is recorded."""
    return statement.text if statement.nature is Nature.OBSERVATION else statement


class EducationalNeed(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What this pupil needs; `sort` is one of the eight of the guide."""

    sort: str
    text: str


class TeacherNeed(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who needs what."""

    who: str
    what: str


class Goal(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A goal with its term."""

    text: str
    by: date | None = None


class Informing(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who tells pupil and parents, when, and what when that was said."""

    by: str
    on: date | None = None
    text: str = ""


class AskedStep(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of the guide as a topic was asked it."""

    name: str
    label: str
    prompt: str
    required: bool


class OwnAnswer(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was written in a step that the centre added."""

    step: str
    text: str


CONSULTATIVE = "CLLB"  # core activity of a talk without a client relation (handbook 3 §6)


class ConsultativeNote(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic (bespreking) of a meeting, along the thirteen steps of the guide.

    No pupil id and no name: the pseudonym ("leerling A") is all. `personal_data` True when the
    note-taker chose named mode: then it is open to a rights request. `activity`: code of the core
    activity (list "function" of the codes of interventions). `observations`: plain ones are
    their text alone. `theme`: code of the list "subject" on the day of the meeting, or empty.
    `template`: the guide it was written under; empty = as it comes with the program.
    """

    meeting_id: RecordId
    school_id: SchoolId
    number: int
    subject: TopicSubject
    pseudonym: str
    grade: str
    domains: tuple[CareDomain, ...]
    phase: int | None
    initiative: str
    follows: RecordId | None = None
    informed: str | None = None
    question: str = ""
    strengths: tuple[str, ...] = ()
    observations: tuple[str | Statement, ...] = ()
    tried: tuple[Tried, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    needs: tuple[EducationalNeed, ...] = ()
    teacher_needs: tuple[TeacherNeed, ...] = ()
    goals: tuple[Goal, ...] = ()
    informing: Informing | None = None
    evaluation_on: date | None = None
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

    def open_hypotheses(self) -> tuple[Hypothesis, ...]:
        """Explanations that nobody confirmed, rejected or took away, wherever they stand."""
        marked = (
            Hypothesis(text=one.text, status=one.status or HypothesisState.OPEN)
            for one in map(statement_of, self.observations)
            if one.nature is Nature.HYPOTHESIS
        )
        every = (*marked, *self.hypotheses)
        return tuple(one for one in every if one.status is HypothesisState.OPEN)


class AgreementStatus(StrEnum):
    """What became of an agreement."""

    OPEN = "open"
    BUSY = "busy"
    DONE = "done"
    NOT_DONE = "not_done"
    LAPSED = "lapsed"


class Agreement(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who – what – when; carried into the next meeting of the same school.

    `number`: its place among the agreements of its topic.
    """

    school_id: SchoolId
    meeting_id: RecordId
    topic_id: RecordId
    number: int = 1
    who: str
    what: str
    by: date | None
    status: AgreementStatus = AgreementStatus.OPEN
    note: str = ""
