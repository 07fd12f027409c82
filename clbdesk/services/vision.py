"""Zicht: which tests this moment draws, judging what is typed, recording each test by itself.

One eye now and the other later is normal (VIS-5): an eye that is missing or postponed leaves the
acuity open, and saving it later is another revision of the same record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamBody, ExamState, Source
from clbdesk.domain.contact import (
    Acuity,
    Background,
    BackgroundItem,
    ColourVision,
    Correction,
    EyePosition,
    EyeResult,
    OtherTestReason,
    StereoVision,
    VisionTest,
)
from clbdesk.domain.judgement import Confirmation, Judgement
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Staff
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Defect, Environment
from clbdesk.ids import RecordId, RevId
from clbdesk.services.confirming import Answer, confirmations
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.pupil import PupilOnVisit, add_step
from clbdesk.services.reading import Standing, all_standing, one_standing, open_base, standing
from clbdesk.services.records import Part, Saved, base_in, changes_of
from clbdesk.services.relation import must_read_at
from clbdesk.services.visits import find_defaults, find_room_check
from clbdesk.standards.limits import Field, Impossible, Unlikely, check
from clbdesk.standards.moments import PartWhen, acuity_test, parts_of
from clbdesk.standards.tables import damaged_table
from clbdesk.standards.vision import judge_vision
from clbdesk.storage.vault import Head, Reader

STEP = "vision"
ACUITY, POSITION, COLOUR, STEREO = "acuity", "eye_position", "colour_vision", "stereo_vision"
EYES = ("right", "left")
_DISTANCE_CM = 300  # 3 m for LogMAR and Kay (VWVJ Standaard Visus, werkkaarten 09/2018)
_WEARS = frozenset({"glasses", "lenses"})


@dataclass(frozen=True, slots=True)
class EarlierAcuity:
    """An earlier test, to read and never to draw a line through (values of tests differ)."""

    on: date
    test: VisionTest
    right: EyeResult | None
    left: EyeResult | None
    correction: Correction | None
    by: str
    external: bool


@dataclass(frozen=True, slots=True)
class VisionView:
    """What the page of sight shows before anybody types.

    `parts`: the kinds drawn now; `saved`: what is recorded of them; `known`: glasses, lenses or an
    eye disorder; `room_is_checked`: whether the Lokaalcheck of the visit was filled in.
    """

    on_visit: PupilOnVisit
    today: date
    parts: tuple[str, ...]
    test: VisionTest
    distance_cm: int
    occlusion: str | None
    first_eye: str
    known: bool
    room_is_checked: bool
    earlier: tuple[EarlierAcuity, ...]
    acuity: Standing[Acuity] | None
    position: Standing[EyePosition] | None
    colour: Standing[ColourVision] | None
    stereo: Standing[StereoVision] | None
    saved_by: str
    base: tuple[RevId, ...]

    @property
    def moment(self) -> ContactMoment:
        """The moment whose tests these are; sight is drawn in no other place."""
        if self.on_visit.moment is None:
            raise Defect("vision.no_moment")
        return self.on_visit.moment

    @property
    def saved(
        self,
    ) -> dict[
        str,
        Standing[Acuity] | Standing[EyePosition] | Standing[ColourVision] | Standing[StereoVision],
    ]:
        """The recorded tests by kind."""
        found = {
            ACUITY: self.acuity,
            POSITION: self.position,
            COLOUR: self.colour,
            STEREO: self.stereo,
        }
        return {kind: one for kind, one in found.items() if one is not None}

    @property
    def is_conflict(self) -> bool:
        """Whether two versions of one of the tests stand."""
        return any(one.is_conflict for one in self.saved.values())

    @property
    def is_complete(self) -> bool:
        """Whether every drawn test is recorded and nothing of it is left for later."""
        saved = self.saved
        return all(kind in saved and not is_left(saved[kind].body) for kind in self.parts)


@dataclass(frozen=True, slots=True)
class VisionEntry:
    """The form. A test or an eye that is None is still open and is not recorded.

    `confirmed`: answers by eye. `assumed`: what F7 filled in, as "kind.field".
    """

    test: VisionTest
    distance_cm: int = _DISTANCE_CM
    occlusion: str | None = None
    first_eye: str = "right"
    correction: Correction | None = None
    right: EyeResult | None = None
    left: EyeResult | None = None
    position: EyePosition | None = None
    colour: ColourVision | None = None
    stereo: StereoVision | None = None
    test_reason: OtherTestReason | None = None
    developmental_years: Decimal | None = None
    confirmed: Mapping[str, Answer] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()


def is_left(body: ExamBody) -> bool:
    """Whether something of a recorded test is still to be done today or later."""
    if isinstance(body, Acuity) and body.state is ExamState.DONE:
        return any(
            eye is None or eye.state is ExamState.POSTPONED for eye in (body.right, body.left)
        )
    return body.state is ExamState.POSTPONED


def still_to_do(view: VisionView, entry: VisionEntry) -> tuple[str, ...]:
    """The eyes and the drawn tests beside acuity that this form leaves for later."""
    eyes = {"right": entry.right, "left": entry.left}
    tests = {POSITION: entry.position, STEREO: entry.stereo, COLOUR: entry.colour}
    return (
        *(
            eye
            for eye, result in eyes.items()
            if result is None or result.state is ExamState.POSTPONED
        ),
        *(
            kind
            for kind, body in tests.items()
            if kind in view.parts and (body is None or is_left(body))
        ),
    )


# --- opening ---


def open_vision(desk: Desk, on_visit: PupilOnVisit) -> VisionView:
    """Everything of sight that this laptop knows of a pupil."""
    must_read_at(desk, on_visit.school_id, "acuity")
    if on_visit.moment is None:
        raise Defect("vision.no_moment")
    defaults = find_defaults(desk, on_visit.visit_id)
    room = find_room_check(desk, on_visit.visit_id)
    with desk.vault.read() as reader:
        heads = {
            kind: reader.head(on_visit.exam_id(kind)) for kind in (ACUITY, POSITION, COLOUR, STEREO)
        }
        earlier = _earlier(reader, on_visit)
        doubtful = _was_doubtful(reader, on_visit)
        known = _is_known(reader, on_visit)
        saved_by = _last_author(reader, heads)
    chosen = defaults.vision_tests.get(on_visit.moment.value)
    return VisionView(
        on_visit=on_visit,
        today=on_visit.tested_on(local_day(desk.clock.now())),
        parts=_drawn(on_visit.moment, doubtful, heads),
        test=VisionTest(chosen) if chosen else acuity_test(on_visit.moment),
        distance_cm=_DISTANCE_CM,
        occlusion=defaults.occlusion,
        first_eye=defaults.first_eye,
        known=known,
        room_is_checked=room.distance_marked is not None and room.light_lux is not None,
        earlier=earlier,
        acuity=standing(heads[ACUITY], Acuity),
        position=standing(heads[POSITION], EyePosition),
        colour=standing(heads[COLOUR], ColourVision),
        stereo=standing(heads[STEREO], StereoVision),
        saved_by=saved_by,
        base=tuple(rev_id for head in heads.values() for rev_id in open_base(head)),
    )


def _drawn(
    moment: ContactMoment, doubtful: bool, heads: Mapping[str, Head | None]
) -> tuple[str, ...]:
    """The tests of the moment; those for doubt only after doubt, or when somebody did one."""
    return tuple(
        part.kind
        for part in parts_of(moment).get(STEP, ())
        if part.when is PartWhen.ALWAYS or doubtful or heads.get(part.kind) is not None
    )


def _earlier(reader: Reader, on_visit: PupilOnVisit) -> tuple[EarlierAcuity, ...]:
    """Newest first, without the one of this visit."""
    found = all_standing(reader.heads(kinds=(ACUITY,), pupil_id=on_visit.pupil_id), Acuity)
    others = [one for one in found if one.record_id != on_visit.exam_id(ACUITY)]
    return tuple(
        EarlierAcuity(
            on=one.body.on,
            test=one.body.test,
            right=one.body.right,
            left=one.body.left,
            correction=one.body.correction,
            by=one.body.performed_by_name or _staff_name(reader, one),
            external=one.body.source is Source.EXTERNAL_REPORT,
        )
        for one in sorted(others, key=lambda one: one.body.on, reverse=True)
    )


def _staff_name(reader: Reader, found: Standing[Acuity]) -> str:
    staff = one_standing(reader, RecordId(found.revision.author), Staff)
    return staff.body.name if staff else ""


def _was_doubtful(reader: Reader, on_visit: PupilOnVisit) -> bool:
    """VIS-9: the last colour test was doubtful."""
    found = all_standing(reader.heads(kinds=(COLOUR,), pupil_id=on_visit.pupil_id), ColourVision)
    others = [one.body for one in found if one.record_id != on_visit.exam_id(COLOUR)]
    last = max(others, key=lambda body: body.on, default=None)
    return last is not None and last.result == "doubtful"


def _is_known(reader: Reader, on_visit: PupilOnVisit) -> bool:
    answers = {}
    for item in (BackgroundItem.GLASSES, BackgroundItem.VISION):
        record_id = derived_record_id("background", on_visit.pupil_id, item.value)
        found = one_standing(reader, record_id, Background)
        answers[item] = found.body.answer if found else ""
    return answers[BackgroundItem.GLASSES] in _WEARS or answers[BackgroundItem.VISION] == "yes"


def _last_author(reader: Reader, heads: Mapping[str, Head | None]) -> str:
    leaves = [leaf for head in heads.values() if head is not None for leaf in head.leaves]
    last = max(leaves, key=lambda leaf: leaf.recorded_at, default=None)
    staff = one_standing(reader, RecordId(last.author), Staff) if last else None
    return staff.body.name if staff else ""


# --- judging ---


def judge(view: VisionView, entry: VisionEntry) -> tuple[Judgement, ...]:
    """The rule lines of what stands in the form, test by test. Pure and quick."""
    bodies = _bodies(view, entry)
    return tuple(
        line for kind in view.parts if kind in bodies for line in _lines(view, bodies[kind])
    )


def _lines(view: VisionView, body: ExamBody) -> tuple[Judgement, ...]:
    try:
        return judge_vision(
            view.moment,
            acuity=body if isinstance(body, Acuity) else None,
            eye_position=body if isinstance(body, EyePosition) else None,
            colour=body if isinstance(body, ColourVision) else None,
            stereo=body if isinstance(body, StereoVision) else None,
            known=view.known,
        ).lines
    except Environment as error:
        return (damaged_table(error, STEP),)


def ask_about(name: str, value: Decimal) -> Impossible | Unlikely | None:
    """Whether a logMAR value cannot be, or must be confirmed; `name` as in "Rechts"."""
    return check(Field.ACUITY, value, label=name)


# --- recording ---


def record_vision(
    desk: Desk,
    view: VisionView,
    entry: VisionEntry,
    base: tuple[RevId, ...],
    *,
    reason: str | None = None,
) -> Outcome[Saved]:
    """Record every test of the form that is new or differs, each with its judgements."""
    on_visit, saved = view.on_visit, view.saved
    with desk.vault.write() as work:
        parts = []
        for kind, body in _bodies(view, entry).items():
            before = saved.get(kind)
            confirmed = _confirmed(desk, view, entry) if isinstance(body, Acuity) else ()
            whole = msgspec.structs.replace(body, confirmed=confirmed)
            if before is not None and _without_lines(before.body) == whole:
                continue
            record_id = on_visit.exam_id(kind)
            judged = msgspec.structs.replace(whole, judgements=_lines(view, body))
            parts.append(Part(judged, on_visit.where, record_id, base_in(work, record_id, base)))
        added = add_step(desk, work, on_visit, STEP, parts, reason=reason)
    return Outcome(added, changes_of(added.revisions))


def _without_lines(body: ExamBody) -> ExamBody:
    return msgspec.structs.replace(body, judgements=())


def _confirmed(desk: Desk, view: VisionView, entry: VisionEntry) -> tuple[Confirmation, ...]:
    eyes = {"right": entry.right, "left": entry.left}
    values = {name: eye.logmar if eye else None for name, eye in eyes.items()}
    before = view.acuity.body.confirmed if view.acuity else ()
    return confirmations(desk, values, entry.confirmed, before)


def _bodies(view: VisionView, entry: VisionEntry) -> dict[str, ExamBody]:
    """The tests of the form as they would be recorded, without judgements."""
    made: dict[str, ExamBody | None] = {
        ACUITY: _acuity(view, entry),
        POSITION: entry.position,
        COLOUR: entry.colour,
        STEREO: entry.stereo,
    }
    bodies: dict[str, ExamBody] = {}
    for kind, body in made.items():
        if body is None or kind not in view.parts:
            continue
        before = view.saved.get(kind)
        prefix = f"{kind}."
        bodies[kind] = msgspec.structs.replace(
            body,
            on=before.body.on if before else view.today,
            assumed=tuple(
                sorted(one.removeprefix(prefix) for one in entry.assumed if one.startswith(prefix))
            ),
        )
    return bodies


def _acuity(view: VisionView, entry: VisionEntry) -> Acuity | None:
    """Both eyes in one state is the state of the whole test; else every eye says its own."""
    eyes = [eye for eye in (entry.right, entry.left) if eye is not None]
    if not eyes:
        return None
    first = eyes[0]
    is_whole = len(eyes) == len(EYES) and {eye.state for eye in eyes} == {first.state}
    return Acuity(
        state=first.state if is_whole else ExamState.DONE,
        state_reason=first.state_reason if is_whole else None,
        test=entry.test,
        test_reason=entry.test_reason,
        developmental_years=entry.developmental_years,
        distance_cm=entry.distance_cm,
        occlusion=entry.occlusion,
        first_eye=entry.first_eye,
        correction=entry.correction,
        right=entry.right,
        left=entry.left,
        on=view.today,
    )
