"""The laptop's side of a synchronisation, without any I/O of its own: hello, push, pull, verify, release.

Rules it guards (architecture §5): a batch is stored before it is sent and repeated unchanged;
what is received counts only when it is complete; cursor and content move together; every answer
of another generation starts everything over; nothing leaves the vault that the centre has not
proved and backed up. It may be killed between any two instructions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from clbdesk.clock import Clock
from clbdesk.domain.device import DeviceStatus
from clbdesk.domain.scopes import CENTRE_SCOPE, Receipt, Release, ScopeState, receipt_code
from clbdesk.errors import Environment, Refused
from clbdesk.ids import VisitId
from clbdesk.sync.conversation import Conversation
from clbdesk.sync.failures import ConnectionLost, GenerationChanged
from clbdesk.sync.interfaces import Cancel, Store, Transport
from clbdesk.sync.progress import Progress, Report, Step
from clbdesk.sync.protocol import PUPIL_LIMIT, VerifyAnswer

# A centre that is set back while we talk to it is met by starting over; more than this is a fault.
_ROUNDS = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ScopeReport:
    """One scope after a synchronisation. `is_equal`: both sides have the same count and digest."""

    scope: str
    received: int
    state: ScopeState
    is_equal: bool
    was_fetched_again: bool


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a synchronisation did: `confirmed` and `quarantined` revisions were sent.

    `clock_offset`: centre minus laptop. `was_restored`: the centre had been set back and was
    offered again what this vault holds. `missing`: revisions of this vault that the centre still
    does not have, normally 0. `receipt` None: the two sides do not agree on everything.
    """

    confirmed: int
    quarantined: int
    received: int
    scopes: tuple[ScopeReport, ...]
    releases: tuple[Release, ...]
    clock_offset: timedelta
    was_restored: bool
    missing: int
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class TakenAlong:
    """A visit that came along: `also_taken` device name → pupils in common."""

    visit_id: VisitId
    pupils: int
    received: int
    also_taken: dict[str, int]
    clock_offset: timedelta


def run_sync(
    store: Store,
    transport: Transport,
    clock: Clock,
    report: Report,
    cancel: Cancel,
    give_back: Collection[VisitId] = (),
) -> SyncReport:
    """Bring everything home, prove it, and release the visits that are given back.

    Raises Environment (nothing lost, repeat later) or Refused("sync.cancelled"); whatever was
    confirmed before stays confirmed.
    """
    report(Progress(Step.BACKUP, 0, 1))
    store.back_up()
    report(Progress(Step.BACKUP, 1, 1))
    talk = Conversation(store, transport, clock, report, cancel)
    return _starting_over(lambda: _bring_home(store, talk, report, tuple(give_back)))


def take_along(
    store: Store,
    transport: Transport,
    clock: Clock,
    visit_id: VisitId,
    report: Report,
    cancel: Cancel,
) -> TakenAlong:
    """Take a visit along, all or nothing; one that is already in hand is brought up to date.

    Raises Environment("sync.take_incomplete") when the visit did not come whole, Refused when it
    would make more than PUPIL_LIMIT pupils.
    """
    talk = Conversation(store, transport, clock, report, cancel)
    return _starting_over(lambda: _take(store, talk, visit_id))


def _starting_over(steps: Callable[[], T]) -> T:
    for _ in range(_ROUNDS - 1):
        try:
            return steps()
        except GenerationChanged:
            continue
    return steps()


def _greet(talk: Conversation) -> bool:
    """Whether this laptop may do more than hand over what waits."""
    return talk.hello().device_status is DeviceStatus.OK


def _take(store: Store, talk: Conversation, visit_id: VisitId) -> TakenAlong:
    if not _greet(talk):
        raise Environment("sync.revoked")
    talk.pull(CENTRE_SCOPE)
    told = talk.tell_taken(visit_id)
    # A care meeting lists nobody: its names of the school are no reason to leave it at the centre.
    if told.pupils and store.pupils_in_hand(besides=visit_id) + told.pupils > PUPIL_LIMIT:
        raise Refused("sync.too_many_pupils", limit=PUPIL_LIMIT)
    try:
        applied = talk.pull(visit_id, told.also_taken)
    except ConnectionLost as failure:
        raise Environment(
            "sync.take_incomplete", received=len(talk.pupils), expected=told.pupils
        ) from failure
    return TakenAlong(
        visit_id=visit_id,
        pupils=applied.pupils,
        received=talk.received[visit_id],
        also_taken=told.also_taken,
        clock_offset=talk.offset,
    )


def _bring_home(
    store: Store, talk: Conversation, report: Report, give_back: tuple[VisitId, ...]
) -> SyncReport:
    may_receive = _greet(talk)
    if may_receive:
        talk.hand_over_access_log()
    talk.push()
    if not may_receive:
        raise Environment("sync.revoked")
    scopes = (CENTRE_SCOPE, *store.in_hand())
    for scope in scopes:
        talk.pull(scope)
    seen = _compare(store, talk, report, scopes)
    again: frozenset[str] = frozenset()
    if not seen.is_whole:
        again = seen.unequal if not seen.missing else frozenset(scopes)
        _fetch_again(store, talk, seen, again)
        seen = _compare(store, talk, report, scopes)
    receipt = _receipt(store, talk, seen)
    releases = _release(store, talk, report, seen, give_back)
    return SyncReport(
        confirmed=talk.confirmed,
        quarantined=talk.quarantined,
        received=sum(talk.received.values()),
        scopes=tuple(
            ScopeReport(
                scope=state.scope,
                received=talk.received.get(state.scope, 0),
                state=state,
                is_equal=state.scope not in seen.unequal,
                was_fetched_again=state.scope in again,
            )
            for state in seen.here
        ),
        releases=releases,
        clock_offset=talk.offset,
        was_restored=talk.was_restored,
        missing=seen.missing,
        receipt=receipt,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """Both sides beside each other."""

    here: tuple[ScopeState, ...]
    unequal: frozenset[str]
    missing: int
    there: VerifyAnswer

    @property
    def is_whole(self) -> bool:
        return not self.unequal and not self.missing


def _compare(store: Store, talk: Conversation, report: Report, scopes: tuple[str, ...]) -> _Seen:
    report(Progress(Step.CHECK, 0, len(scopes)))
    written = store.written()
    here = tuple(store.scope_state(scope) for scope in scopes)
    there = talk.verify(here)
    unequal = frozenset(
        mine.scope for mine, theirs in zip(here, there.scopes, strict=True) if mine != theirs
    )
    report(Progress(Step.CHECK, len(scopes) - len(unequal), len(scopes)))
    missing = max(0, written - there.held - there.quarantined)
    return _Seen(here=here, unequal=unequal, missing=missing, there=there)


def _fetch_again(store: Store, talk: Conversation, seen: _Seen, again: frozenset[str]) -> None:
    """What differs is offered again and received from the start: a union, so nothing is replaced."""
    if seen.missing:
        store.begin_generation(talk.generation)
    else:
        for scope in sorted(again):
            store.restart_scope(scope)
    talk.push()
    for scope in (state.scope for state in seen.here):
        if scope in again:
            talk.pull(scope)


def _receipt(store: Store, talk: Conversation, seen: _Seen) -> Receipt | None:
    if not seen.is_whole:
        return None
    receipt = Receipt(
        at=seen.there.now,
        generation=talk.generation,
        sent=talk.confirmed + talk.quarantined,
        confirmed=talk.confirmed,
        received=sum(talk.received.values()),
        held=seen.there.held,
        quarantined=seen.there.quarantined,
        scopes=seen.here,
        code=receipt_code(seen.here),
    )
    store.keep_receipt(receipt)
    return receipt


def _release(
    store: Store, talk: Conversation, report: Report, seen: _Seen, give_back: tuple[VisitId, ...]
) -> tuple[Release, ...]:
    """Only what both sides agree on may leave; the digest was taken before."""
    in_hand = store.in_hand()
    wanted = [
        visit
        for visit in give_back
        if visit in in_hand and visit not in seen.unequal and not seen.missing
    ]
    releases = []
    for done, visit_id in enumerate(wanted):
        report(Progress(Step.RELEASE, done, len(wanted), visit_id))
        release = store.purge(visit_id, seen.there.durable_seq)
        releases.append(release)
        if not (release.is_refused or release.is_waiting):
            # Should this be lost, the next hello tells the centre what is still in hand.
            with suppress(Environment):
                talk.tell_released(visit_id)
    report(Progress(Step.RELEASE, len(wanted), len(wanted)))
    return tuple(releases)
