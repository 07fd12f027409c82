"""How far a pupil is on a visit: derived from the records, never stored.

Every step of the moment has parts (kinds of record); the state of a step follows from the
states of its parts, and the state of the pupil from those and the attendance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from clbdesk.domain.body import ExamBody, ExamState, decode
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    CellResult,
    Growth,
    HearingIndication,
    SpeechInNoise,
)
from clbdesk.domain.development import (
    AreaSignal,
    Development,
    DevelopmentArea,
    WellBeing,
    WellBeingTopic,
)
from clbdesk.domain.doctor import DoctorExam, Puberty
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.visits import Attendance, AttendanceState
from clbdesk.services.reading import standing
from clbdesk.standards.examination import NEEDED
from clbdesk.standards.moments import Step
from clbdesk.storage.vault import Head


class StepState(StrEnum):
    """The icon on a step (pages.md P04)."""

    OPEN = "open"
    DRAFT = "draft"
    PARTIAL = "partial"
    DONE = "done"
    NOT_DONE = "not_done"
    RETEST = "retest"
    TWO_VERSIONS = "two_versions"
    NEWER = "newer"


class PupilState(StrEnum):
    """The word of a pupil on the class list."""

    EXPECTED = "expected"
    PRESENT = "present"
    ABSENT = "absent"
    BUSY = "busy"
    PARTIAL = "partial"
    DONE = "done"
    LATER = "later"
    DRAFT = "draft"
    WAITS_FOR_DOCTOR = "waits_for_doctor"
    TWO_VERSIONS = "two_versions"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step of a pupil: number, state, and the hour and author of the last saving."""

    step: Step
    state: StepState

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done in it."""
        return self.state not in (StepState.DONE, StepState.NOT_DONE)


def step_state(parts: Iterable[str], heads: Mapping[str, Head], *, has_draft: bool) -> StepState:
    """The state of a step from the heads of its parts, by kind."""
    states = [part_state(heads.get(part)) for part in parts]
    for strongest in (StepState.TWO_VERSIONS, StepState.NEWER):
        if strongest in states:
            return strongest
    if has_draft:
        return StepState.DRAFT
    if StepState.PARTIAL in states or StepState.RETEST in states:
        return StepState.PARTIAL if StepState.PARTIAL in states else StepState.RETEST
    if not states or all(state is StepState.OPEN for state in states):
        return StepState.OPEN
    if StepState.OPEN in states:
        return StepState.PARTIAL
    return StepState.NOT_DONE if StepState.DONE not in states else StepState.DONE


def needed_parts(step: Step, heads: Mapping[str, Head]) -> tuple[str, ...]:
    """The parts of a step for one pupil: what everybody gets, what was recorded, what is indicated.

    A toddler for whom audiometry is indicated (HE-1) is not done before it was tested.
    """
    also = {kind for kind in step.optional if kind in heads}
    if _audiometry_is_indicated(heads.get("hearing_indication")):
        also |= {kind for kind in step.optional if kind == "audiometry"}
    return (*step.parts, *(kind for kind in step.optional if kind in also))


def _audiometry_is_indicated(head: Head | None) -> bool:
    found = standing(head, HearingIndication)
    return found is not None and found.body.indicated is True


def part_state(head: Head | None) -> StepState:
    """The state of one part: open, partial, done, not done, or two versions."""
    if head is None:
        return StepState.OPEN
    if len(head.leaves) > 1:
        return StepState.TWO_VERSIONS
    leaf = head.leaves[0]
    if leaf.status is RevisionStatus.WITHDRAWN:
        return StepState.OPEN
    kind = KINDS.get(leaf.kind)
    if kind is None or leaf.kind_version > kind.version:
        return StepState.NEWER
    body = decode(leaf.body, kind.shape)
    if not isinstance(body, ExamBody):
        return StepState.DONE
    return _exam_state(body)


def _exam_state(body: ExamBody) -> StepState:
    if body.state is ExamState.POSTPONED:
        return StepState.PARTIAL
    if body.state is ExamState.UNRELIABLE:
        return StepState.RETEST
    if body.state is not ExamState.DONE:
        return StepState.NOT_DONE
    pieces = tuple(_pieces(body))
    if ExamState.POSTPONED in pieces or None in pieces:
        return StepState.PARTIAL
    if ExamState.UNRELIABLE in pieces:
        return StepState.RETEST
    return StepState.DONE


def _pieces(body: ExamBody) -> Iterable[ExamState | None]:
    """The states of the halves of a test that can be done at different moments."""
    match body:
        case Acuity():
            yield from _ears_or_eyes(body)
        case Growth():
            yield from (body.height_state, body.weight_state)
            yield from (body.head_state, body.sitting_height_state)
        case SpeechInNoise():
            yield from _ears_or_eyes(body)
            if any(one.verdict is Verdict.RETEST for one in body.judgements):
                yield ExamState.UNRELIABLE
        case Audiometry():
            for cell in (*body.right.values(), *body.left.values()):
                yield ExamState.UNRELIABLE if cell.result is CellResult.UNRELIABLE else cell.state
        case Development():
            yield from _missing(body.signals, DevelopmentArea)
        case WellBeing():
            yield from _missing(body.signals, WellBeingTopic)
        case Puberty():
            yield from _stages(body)
        case DoctorExam():
            blocks = [body.blocks.get(block.value) for block in NEEDED]
            yield from (one.state if one else None for one in blocks)


def _ears_or_eyes(body: Acuity | SpeechInNoise) -> Iterable[ExamState | None]:
    return (side.state if side else None for side in (body.right, body.left))


def _missing(signals: Mapping[str, AreaSignal], areas: type[StrEnum]) -> Iterable[None]:
    """One None when an area is still open."""
    return () if set(signals) == {area.value for area in areas} else (None,)


def _stages(body: Puberty) -> Iterable[ExamState | None]:
    """Pubic hair, and breast or genitals; what was not done says so itself."""
    yield _stage(body.hair_stage, body.hair_state)
    breast = _stage(body.breast_stage, body.breast_state)
    yield breast or _stage(body.genital_stage, body.genital_state)


def _stage(stage: int | None, state: ExamState) -> ExamState | None:
    return None if stage is None and state is ExamState.DONE else state


def pupil_state(
    attendance: Attendance | None,
    steps: Iterable[StepProgress],
    *,
    waits_for_doctor: bool,
    is_closed: bool,
) -> PupilState:
    """The word for a pupil: what needs somebody first, then how far, then presence.

    `is_closed`: an objection without a report stands against the contact.
    """
    if is_closed:
        return PupilState.OBJECTION
    steps = tuple(steps)
    states = {step.state for step in steps}
    if StepState.TWO_VERSIONS in states:
        return PupilState.TWO_VERSIONS
    presence = attendance.state if attendance else AttendanceState.EXPECTED
    if presence is AttendanceState.ABSENT:
        return PupilState.ABSENT
    open_steps = [step for step in steps if step.is_open]
    if not open_steps and steps:
        return PupilState.WAITS_FOR_DOCTOR if waits_for_doctor else PupilState.DONE
    if presence is AttendanceState.LATER:
        return PupilState.LATER
    if (
        open_steps
        and len(open_steps) < len(steps)
        and all(one.step.doctor_only for one in open_steps)
    ):
        return PupilState.WAITS_FOR_DOCTOR
    if StepState.DRAFT in states:
        return PupilState.DRAFT
    if states & {StepState.PARTIAL, StepState.RETEST}:
        return PupilState.PARTIAL
    if len(open_steps) < len(steps):
        return PupilState.BUSY
    return PupilState.PRESENT if presence is AttendanceState.PRESENT else PupilState.EXPECTED
