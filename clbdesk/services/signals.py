"""Signalen: worries by area, the talk about well-being, and a question that was received.

The words behind a signal are confidential by field. Who may not read them does not get them, and
cannot change the area that they belong to; only a doctor releases words for the letter, and what
is rewritten afterwards is no longer released.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.body import Body, ExamState
from clbdesk.domain.development import (
    AreaSignal,
    CareQuestion,
    Development,
    DevelopmentArea,
    WellBeing,
    WellBeingTopic,
    may_read_words,
    without_hidden_words,
)
from clbdesk.domain.judgement import Judgement
from clbdesk.domain.people import Staff
from clbdesk.domain.revision import Role
from clbdesk.errors import Defect, Environment, Refused
from clbdesk.ids import RecordId, RevId
from clbdesk.services.desk import Desk, User
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, add_step
from clbdesk.services.reading import Standing, one_standing, open_base, standing
from clbdesk.services.records import Part, Saved, base_in, changes_of, withdraw_in
from clbdesk.services.relation import must_read_at
from clbdesk.standards.moments import PartWhen, parts_of
from clbdesk.standards.signals import (
    DEVELOPMENT,
    WELL_BEING,
    judge_development,
    judge_well_being,
)
from clbdesk.standards.tables import damaged_table
from clbdesk.storage.vault import Head, Reader
from clbdesk.wording import say

STEP = "signals"
QUESTION = "care_question"
AREAS: dict[str, tuple[str, ...]] = {
    DEVELOPMENT: tuple(area.value for area in DevelopmentArea),
    WELL_BEING: tuple(topic.value for topic in WellBeingTopic),
}
_EMPTIED = "vraag leeggemaakt"
Signals = TypeVar("Signals", Development, WellBeing)


@dataclass(frozen=True, slots=True)
class SignalsView:
    """What the page shows. `required`: the kinds of which every area is asked at this moment.

    `hidden`: areas ("development.social") whose words are not for this person; they stand as they
    are. `development`, `well_being`: as this person may see them.
    """

    on_visit: PupilOnVisit
    today: date
    parts: tuple[str, ...]
    required: frozenset[str]
    development: Standing[Development] | None
    well_being: Standing[WellBeing] | None
    question: Standing[CareQuestion] | None
    hidden: frozenset[str]
    may_release: bool
    saved_by: str
    base: tuple[RevId, ...]

    @property
    def saved(self) -> dict[str, Standing[Development] | Standing[WellBeing]]:
        """What is recorded, by kind."""
        found = {DEVELOPMENT: self.development, WELL_BEING: self.well_being}
        return {kind: one for kind, one in found.items() if one is not None}

    @property
    def is_conflict(self) -> bool:
        """Whether two versions stand."""
        return any(one.is_conflict for one in self.saved.values())

    @property
    def is_complete(self) -> bool:
        """Whether everything that is asked at this moment is recorded and not left for later."""
        saved = self.saved
        return all(
            kind in saved and saved[kind].body.state is not ExamState.POSTPONED
            for kind in self.required
        )


@dataclass(frozen=True, slots=True)
class SignalsEntry:
    """The form: signals by area and by topic; an area that is missing is still open.

    `assumed`: what F7 filled in, as "development.physical".
    """

    development: Mapping[str, AreaSignal] = field(default_factory=dict)
    well_being: Mapping[str, AreaSignal] = field(default_factory=dict)
    parents_informed: bool | None = None
    questionnaire_taken: bool | None = None
    questionnaire_outcome: str = ""
    pupil_agrees: bool | None = None
    not_for_parents: str = ""
    question: CareQuestion | None = None
    state: ExamState = ExamState.DONE
    state_reason: str | None = None
    assumed: frozenset[str] = frozenset()

    def signals(self, kind: str) -> Mapping[str, AreaSignal]:
        """The signals of a kind."""
        return self.development if kind == DEVELOPMENT else self.well_being


def open_signals(desk: Desk, on_visit: PupilOnVisit) -> SignalsView:
    """What was said in this contact, without the words that are for somebody else."""
    must_read_at(desk, on_visit.school_id, "development", "well_being")
    if on_visit.moment is None:
        raise Defect("signals.no_moment")
    kinds = (DEVELOPMENT, WELL_BEING, QUESTION)
    with desk.vault.read() as reader:
        heads = {kind: reader.head(on_visit.exam_id(kind)) for kind in kinds}
        saved_by = _last_author(reader, heads)
    parts = parts_of(on_visit.moment).get(STEP, ())
    development = standing(heads[DEVELOPMENT], Development)
    well_being = standing(heads[WELL_BEING], WellBeing)
    return SignalsView(
        on_visit=on_visit,
        today=local_day(desk.clock.now()),
        parts=tuple(kind for kind in AREAS if kind in {part.kind for part in parts}),
        required=frozenset(part.kind for part in parts if part.when is PartWhen.ALWAYS),
        development=_shown(development, desk.user),
        well_being=_shown(well_being, desk.user),
        question=standing(heads[QUESTION], CareQuestion),
        hidden=_hidden(desk.user, development, well_being),
        may_release=desk.user.role is Role.DOCTOR,
        saved_by=saved_by,
        base=tuple(rev_id for head in heads.values() for rev_id in open_base(head)),
    )


def seen_by(body: Body, user: User) -> Body:
    """A body as this person may see it, wherever it is shown."""
    return without_hidden_words(body, user.role, user.staff_id, say("signals.hidden"))


def _shown(found: Standing[Signals] | None, user: User) -> Standing[Signals] | None:
    if found is None:
        return None
    body = seen_by(found.body, user)
    assert isinstance(body, type(found.body))
    return Standing(body, found.revision, found.head)


def _hidden(
    user: User, *found: Standing[Development] | Standing[WellBeing] | None
) -> frozenset[str]:
    return frozenset(
        f"{_kind(one.body)}.{area}"
        for one in found
        if one is not None
        for area, signal in one.body.signals.items()
        if not may_read_words(signal, user.role, user.staff_id)
    )


def _kind(body: Development | WellBeing) -> str:
    return DEVELOPMENT if isinstance(body, Development) else WELL_BEING


def _last_author(reader: Reader, heads: Mapping[str, Head | None]) -> str:
    leaves = [leaf for head in heads.values() if head is not None for leaf in head.leaves]
    last = max(leaves, key=lambda leaf: leaf.recorded_at, default=None)
    staff = one_standing(reader, RecordId(last.author), Staff) if last else None
    return staff.body.name if staff else ""


# --- judging ---


def bodies_of(view: SignalsView, entry: SignalsEntry) -> dict[str, Development | WellBeing]:
    """The records that this form makes, without judgements; an untouched kind is left out."""
    made: dict[str, Development | WellBeing] = {}
    for kind in view.parts:
        signals = dict(entry.signals(kind))
        whole = set(signals) == set(AREAS[kind])
        if not signals and (entry.state is ExamState.DONE or kind not in view.required):
            continue
        before = view.saved.get(kind)
        empty = _empty(kind, entry, before.body.on if before else view.today)
        made[kind] = msgspec.structs.replace(
            empty,
            state=ExamState.DONE if whole else entry.state,
            state_reason=None if whole else entry.state_reason,
            signals=signals,
            not_for_parents=entry.not_for_parents,
            assumed=_assumed(kind, entry),
        )
    return made


def _empty(kind: str, entry: SignalsEntry, on: date) -> Development | WellBeing:
    if kind == DEVELOPMENT:
        return Development(state=ExamState.DONE, on=on, parents_informed=entry.parents_informed)
    return WellBeing(
        state=ExamState.DONE,
        on=on,
        questionnaire_taken=entry.questionnaire_taken,
        questionnaire_outcome=entry.questionnaire_outcome,
        pupil_agrees=entry.pupil_agrees,
    )


def _assumed(kind: str, entry: SignalsEntry) -> tuple[str, ...]:
    prefix = f"{kind}."
    return tuple(
        sorted(one.removeprefix(prefix) for one in entry.assumed if one.startswith(prefix))
    )


def judge(view: SignalsView, entry: SignalsEntry) -> tuple[Judgement, ...]:
    """The rule lines of what stands in the form. Pure and quick."""
    return tuple(line for body in bodies_of(view, entry).values() for line in _lines(body))


def _lines(body: Development | WellBeing) -> tuple[Judgement, ...]:
    try:
        if isinstance(body, Development):
            return judge_development(body)
        return judge_well_being(body)
    except Environment as error:
        return (damaged_table(error, _kind(body)),)


# --- recording ---


def record_signals(
    desk: Desk,
    view: SignalsView,
    entry: SignalsEntry,
    base: tuple[RevId, ...],
    *,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record what is new or differs, and the question that was received.

    Words that are for somebody else stay as they are. Refused ("signals.release_doctor_only") when
    somebody else than a doctor releases words for the letter.
    """
    on_visit = view.on_visit
    with desk.vault.write() as work:
        parts = []
        for kind, body in bodies_of(view, entry).items():
            record_id = on_visit.exam_id(kind)
            stored = _stored(work, record_id, body)
            whole = msgspec.structs.replace(body, signals=_guarded(desk.user, body, stored))
            if stored is not None and msgspec.structs.replace(stored, judgements=()) == whole:
                continue
            judged = msgspec.structs.replace(whole, judgements=_lines(whole))
            parts.append(Part(judged, on_visit.where, record_id, base_in(work, record_id, base)))
        parts += _question_parts(work, view, entry, base)
        revisions = add_step(desk, work, on_visit, STEP, parts, reason=reason).revisions
        if view.question is not None and entry.question is None:
            gone = withdraw_in(desk, work, view.question.record_id, reason or _EMPTIED)
            revisions = (*revisions, gone)
    return Outcome(Saved(revisions), changes_of(revisions))


def _stored(
    reader: Reader, record_id: RecordId, like: Development | WellBeing
) -> Development | WellBeing | None:
    found = one_standing(reader, record_id, type(like))
    return found.body if found else None


def _guarded(
    user: User, body: Development | WellBeing, stored: Development | WellBeing | None
) -> dict[str, AreaSignal]:
    """The signals as they may be written by this person."""
    before = stored.signals if stored else {}
    written = {
        area: _as_written(user, signal, before.get(area)) for area, signal in body.signals.items()
    }
    kept = {
        area: signal
        for area, signal in before.items()
        if not may_read_words(signal, user.role, user.staff_id)
    }
    return written | kept


def _as_written(user: User, signal: AreaSignal, before: AreaSignal | None) -> AreaSignal:
    same_words = before is not None and before.text == signal.text
    writer = before.written_by if before is not None and same_words else user.staff_id
    found = msgspec.structs.replace(signal, written_by=writer if signal.text else None)
    if not signal.for_letter or user.role is Role.DOCTOR:
        return found
    if before is None or not before.for_letter:
        raise Refused("signals.release_doctor_only")
    return found if same_words else msgspec.structs.replace(found, for_letter=False)


def _question_parts(
    reader: Reader, view: SignalsView, entry: SignalsEntry, base: tuple[RevId, ...]
) -> list[Part]:
    if entry.question is None or (view.question and view.question.body == entry.question):
        return []
    record_id = view.on_visit.exam_id(QUESTION)
    return [Part(entry.question, view.on_visit.where, record_id, base_in(reader, record_id, base))]
