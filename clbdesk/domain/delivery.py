"""The way of a dose to the vaccination register: which state it is in, and what may happen next.

The state is never stored: it follows from what should stand in the register and from the steps so
far, which are only ever added to. States of handbook 2 §5.1; requests of the two services, §5.2-5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class DeliveryState(StrEnum):
    """Niet te leveren, klaar, geleverd, aanvaard, fout, handmatig ingevoerd."""

    NOT_TO_DELIVER = "not_to_deliver"
    READY = "ready"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    FAILED = "failed"
    BY_HAND = "by_hand"


class Request(StrEnum):
    """What is asked of the register (aanleveren, aanvullen; remove is of the single-dose service)."""

    ADD = "add"
    SUPPLEMENT = "supplement"
    REMOVE = "remove"


class Step(StrEnum):
    """What happened to a delivery.

    AGAIN: a person wants it sent once more; REAL: a person says that a double is a needle of its own.
    """

    SENT = "sent"
    ACCEPTED = "accepted"
    FAILED = "failed"
    AGAIN = "again"
    BY_HAND = "by_hand"
    REAL = "real"


class Obstacle(StrEnum):
    """Why a dose does not go, or not yet."""

    NOT_GIVEN = "not_given"
    NOT_OURS = "not_ours"
    WITHDRAWN = "withdrawn"
    TWO_VERSIONS = "two_versions"
    DOUBLE = "double"
    DAY_UNKNOWN = "day_unknown"
    NO_PUPIL = "no_pupil"
    PROVISIONAL_PUPIL = "provisional_pupil"
    NO_INSZ = "no_insz"
    WRONG_INSZ = "wrong_insz"
    NO_CODE = "no_code"
    NO_LOT = "no_lot"
    UNWRITABLE = "unwritable"
    NO_DOCTOR = "no_doctor"
    NO_DOCTOR_NUMBER = "no_doctor_number"
    NO_REGISTER_ID = "no_register_id"
    INSZ_CHANGED = "insz_changed"
    CHANGED_AFTER_BY_HAND = "changed_after_by_hand"


# With one of these a dose must not stand in the register at all; the others only make it wait.
FINAL_OBSTACLES = frozenset({Obstacle.NOT_GIVEN, Obstacle.NOT_OURS, Obstacle.WITHDRAWN})
# Sent again without an answer: it may stand in the register or not.
_PERHAPS = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register should hold of a dose: `content` is a digest of what would be sent.

    None with obstacles: nothing (final ones), or not known yet. `subject` is a digest of whom it is
    about; a content begins with it and a point.
    """

    content: str | None
    obstacles: tuple[Obstacle, ...] = ()
    subject: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether the dose must not stand in the register."""
        return any(one in FINAL_OBSTACLES for one in self.obstacles)


@dataclass(frozen=True, slots=True)
class DeliveryStep:
    """One line of the history of a delivery. `content`, `request`: of what was sent or done."""

    step: Step
    request: Request | None = None
    content: str | None = None
    register_id: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a dose stands. `request`: what goes next, or what is under way.

    `register_id`: the register's own number; `code`: of its last refusal.
    """

    state: DeliveryState
    request: Request | None = None
    obstacles: tuple[Obstacle, ...] = ()
    register_id: str = ""
    code: str = ""

    @property
    def allowed(self) -> frozenset[Step]:
        """The steps that may follow."""
        by_hand = {
            DeliveryState.NOT_TO_DELIVER: bool(set(self.obstacles) - FINAL_OBSTACLES),
            DeliveryState.ACCEPTED: False,
            DeliveryState.BY_HAND: False,
        }.get(self.state, True)
        found = {Step.BY_HAND} if by_hand else set()
        if self.state is DeliveryState.READY:
            found.add(Step.SENT)
        if self.state is DeliveryState.DELIVERED:
            found |= {Step.ACCEPTED, Step.FAILED, Step.AGAIN}
        if self.state is DeliveryState.FAILED and not self.obstacles:
            found.add(Step.AGAIN)
        if Obstacle.DOUBLE in self.obstacles:
            found.add(Step.REAL)
        return frozenset(found)


@dataclass(slots=True)
class _Replay:
    """What the steps so far say of the register. `there`: content that it holds, None = nothing."""

    there: str | None = None
    register_id: str = ""
    pending: DeliveryStep | None = None
    failed: DeliveryStep | None = None
    failed_code: str = ""
    by_hand: DeliveryStep | None = None

    def follow(self, step: DeliveryStep) -> None:
        match step.step:
            case Step.SENT:
                self.pending, self.failed, self.by_hand = step, None, None
            case Step.ACCEPTED if self.pending is not None:
                is_removed = self.pending.request is Request.REMOVE
                self.there = None if is_removed else self.pending.content
                self.register_id = "" if is_removed else step.register_id or self.register_id
                self.pending = None
            case Step.FAILED if self.pending is not None:
                self.failed, self.failed_code, self.pending = self.pending, step.code, None
            case Step.AGAIN:
                if self.pending is not None and self.there is None:
                    self.there = _PERHAPS
                self.pending = self.failed = None
            case Step.BY_HAND:
                self.by_hand, self.pending, self.failed = step, None, None
            case _:
                pass  # an answer that nothing waits for, or a word about a double


def delivery_of(wanted: Wanted, steps: Sequence[DeliveryStep]) -> Delivery:
    """The state of a dose: what should stand in the register, after these steps in their order."""
    known = _Replay()
    for step in steps:
        known.follow(step)
    if known.pending is not None:
        return Delivery(
            DeliveryState.DELIVERED, known.pending.request, register_id=known.register_id
        )
    if known.by_hand is not None:
        return _after_by_hand(wanted, known.by_hand)
    if wanted.is_nothing:
        return _to_remove(wanted, known)
    if wanted.content is None:
        held = known.there is not None and known.there != _PERHAPS
        state = DeliveryState.ACCEPTED if held else DeliveryState.NOT_TO_DELIVER
        return Delivery(state, obstacles=wanted.obstacles, register_id=known.register_id)
    if known.there == wanted.content:
        return Delivery(DeliveryState.ACCEPTED, register_id=known.register_id)
    if known.there and _subject_of(known.there) != wanted.subject:
        return _of_another_number(known)
    request = Request.SUPPLEMENT if known.there else Request.ADD
    return _to_send(request, wanted.content, known)


def done_by_hand(wanted: Wanted) -> DeliveryStep:
    """The step of a person who entered or removed the dose in the register as it is wanted now."""
    content = None if wanted.is_nothing else wanted.content or _PERHAPS
    return DeliveryStep(Step.BY_HAND, content=content)


def _after_by_hand(wanted: Wanted, done: DeliveryStep) -> Delivery:
    """What a person entered must be mended by a person: the program does not know its number."""
    if wanted.content is not None:
        is_right = done.content in (_PERHAPS, wanted.content)
    else:
        is_right = wanted.is_nothing == (done.content is None)
    if is_right:
        return Delivery(DeliveryState.BY_HAND)
    return Delivery(DeliveryState.FAILED, obstacles=(Obstacle.CHANGED_AFTER_BY_HAND,))


def _to_remove(wanted: Wanted, known: _Replay) -> Delivery:
    if known.there is None:
        return Delivery(DeliveryState.NOT_TO_DELIVER, obstacles=wanted.obstacles)
    if not known.register_id:
        return Delivery(DeliveryState.FAILED, Request.REMOVE, obstacles=(Obstacle.NO_REGISTER_ID,))
    if _subject_of(known.there) != wanted.subject:
        return _of_another_number(known)
    return _to_send(Request.REMOVE, None, known)


def _subject_of(content: str) -> str:
    return content.rpartition(".")[0]


def _of_another_number(known: _Replay) -> Delivery:
    """It stands in the register under another INSZ: a person knows whether that is one child."""
    return Delivery(
        DeliveryState.FAILED,
        obstacles=(Obstacle.INSZ_CHANGED,),
        register_id=known.register_id,
    )


def _to_send(request: Request, content: str | None, known: _Replay) -> Delivery:
    """Ready, unless the register refused this very content before."""
    failed = known.failed
    if failed is not None and failed.content == content and failed.request is request:
        return Delivery(
            DeliveryState.FAILED, request, register_id=known.register_id, code=known.failed_code
        )
    return Delivery(DeliveryState.READY, request, register_id=known.register_id)
