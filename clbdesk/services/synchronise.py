"""Meenemen, synchroniseren en vrijgeven: the sync machine on this desk's vault.

Runs on the network's thread. The vault is only held for the short transactions that the machine
asks of its store, so that pages go on being shown and saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from clbdesk.domain.people import School
from clbdesk.domain.scopes import CENTRE_SCOPE, Receipt
from clbdesk.domain.visits import Visit
from clbdesk.ids import RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import ChangeSet, Outcome
from clbdesk.services.reading import one_standing
from clbdesk.services.visits import pupils_of, taken_visits
from clbdesk.storage.laptop import Laptop
from clbdesk.storage.sync_store import SyncStore
from clbdesk.storage.vault import Quarantined, Reader
from clbdesk.sync.interfaces import Cancel, Transport
from clbdesk.sync.machine import SyncReport, TakenAlong, run_sync, take_along
from clbdesk.sync.progress import Progress, Step

__all__ = ["Progress", "Step", "SyncReport", "TakenAlong"]

# Everything may have changed: pages look again at whatever they show.
_EVERYTHING = frozenset({"visit", "visit_start", "visit_pupil", "pupil", "attendance", "staff"})


@dataclass(frozen=True, slots=True)
class VisitInHand:
    """A visit that is still on this laptop."""

    visit_id: VisitId
    title: str
    pupils: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SyncView:
    """What the page of synchronising shows before and after."""

    waiting: int
    drafts: int
    conflicts: int
    quarantined: tuple[Quarantined, ...]
    visits: tuple[VisitInHand, ...]
    last_receipt: Receipt | None
    scope_titles: dict[str, str]


def view_sync(desk: Desk) -> SyncView:
    """Counts and visits as they stand in this vault."""
    with desk.vault.read() as reader:
        waiting = reader.outbox_by_visit()
        visits = tuple(
            VisitInHand(
                visit_id=VisitId(visit_id),
                title=_title(reader, VisitId(visit_id)),
                pupils=len(pupils_of(reader, VisitId(visit_id))),
                waiting=waiting.get(VisitId(visit_id), 0),
            )
            for visit_id in sorted(taken_visits(reader))
        )
        receipts = reader.receipts()
        titles = {row.scope: _title(reader, VisitId(row.scope)) for row in reader.scopes()}
        return SyncView(
            waiting=reader.outbox_count(),
            drafts=len(reader.drafts(desk.user.staff_id)),
            conflicts=len(reader.conflicts()),
            quarantined=tuple(reader.quarantined()),
            visits=visits,
            last_receipt=receipts[0] if receipts else None,
            scope_titles=titles,
        )


def waiting_count(desk: Desk) -> int:
    """How many revisions the centre has not confirmed."""
    with desk.vault.read() as reader:
        return reader.outbox_count()


def synchronise(
    desk: Desk,
    laptop: Laptop,
    transport: Transport,
    report: Callable[[Progress], None],
    cancel: Cancel,
    give_back: Collection[VisitId] = (),
) -> Outcome[SyncReport]:
    """Push, pull, verify and release; see sync/machine.py for what it may raise."""
    store = SyncStore(desk.vault, laptop, desk.clock, desk.ids)
    done = run_sync(store, transport, desk.clock, report, cancel, give_back)
    return Outcome(done, ChangeSet(_EVERYTHING))


def take_visit(
    desk: Desk,
    laptop: Laptop,
    transport: Transport,
    visit_id: VisitId,
    report: Callable[[Progress], None],
    cancel: Cancel,
) -> Outcome[TakenAlong]:
    """Take a visit along, all or nothing."""
    store = SyncStore(desk.vault, laptop, desk.clock, desk.ids)
    taken = take_along(store, transport, desk.clock, visit_id, report, cancel)
    return Outcome(taken, ChangeSet(_EVERYTHING, visit_ids=frozenset({visit_id})))


def _title(reader: Reader, visit_id: VisitId) -> str:
    if visit_id == CENTRE_SCOPE:
        return "Centrum"
    visit = one_standing(reader, RecordId(visit_id), Visit)
    if visit is None:
        return ""
    school = one_standing(reader, RecordId(visit.body.school_id), School)
    return school.body.name if school else ""
