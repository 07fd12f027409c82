"""A vault in memory that keeps the contract of clbdesk.sync.interfaces.Store to the letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from clbdesk.domain.device import AccessLine, DeviceUser, Lease
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Revision, leaves
from clbdesk.domain.scopes import (
    Applied,
    Batch,
    PushOutcome,
    PushResult,
    Receipt,
    Release,
    ScopeState,
    Sequenced,
    digest_of,
)
from clbdesk.ids import DeviceId, PupilId, VisitId
from tests.sync.simulator.scope_rule import VisitScope, lies_in

# What lies in the file, and so in its backup.
_KEPT = (
    *("revisions", "outbox", "reoffers", "places", "apart", "scopes", "cursors", "taken", "drafts"),
    *("_generation", "_known_seq"),
)


def _copied(content: Any) -> Any:
    if not isinstance(content, dict):
        return content
    return {key: dict(one) if isinstance(one, dict) else one for key, one in content.items()}


class MemoryStore:
    """All attributes are what a vault has on disk; every method is one transaction."""

    # Small, so that a sync of a few revisions already needs several batches.
    batch_limit = 3

    def __init__(self, device: str, compartment: Compartment, epoch: str) -> None:
        self.device = DeviceId(device)
        self.compartment = compartment
        self.epoch = epoch
        self.revisions: dict[str, Revision] = {}
        self.outbox: dict[str, None] = {}
        self.reoffers: dict[str, None] = {}
        self.places: dict[str, int] = {}
        self.apart: dict[str, str] = {}
        self.scopes: dict[str, dict[str, int]] = {}
        self.cursors: dict[str, int] = {}
        self.taken: dict[VisitId, dict[str, int]] = {}
        self.drafts: dict[VisitId, int] = {}
        self.staged: dict[str, list[Sequenced]] = {}
        self.receipts: list[Receipt] = []
        self.access: list[AccessLine] = []
        self.lease: Lease | None = None
        self.offset = timedelta(0)
        self.backups = 0
        self.device_seq = 0
        self._generation: str | None = None
        self._known_seq = 0
        self._access_confirmed = 0
        self._batch: Batch | None = None
        self._batches = 0
        self._copy: dict[str, Any] | None = None

    # --- what the user does -----------------------------------------------------------------------

    def save(self, revision: Revision) -> None:
        self.device_seq += 1
        assert revision.device_seq == self.device_seq
        self.revisions[revision.rev_id] = revision
        self.outbox[revision.rev_id] = None

    def of_record(self, record_id: str) -> list[Revision]:
        return [one for one in self.revisions.values() if one.record_id == record_id]

    # --- Store ------------------------------------------------------------------------------------

    def generation(self) -> str | None:
        return self._generation

    def known_seq(self) -> int:
        return self._known_seq

    def back_up(self) -> int:
        self.backups += 1
        self._keep_copy()
        return len(self.revisions)

    def _keep_copy(self) -> None:
        self._copy = {name: _copied(getattr(self, name)) for name in _KEPT}

    def come_back(self) -> bool:
        """The newest backup takes the place of a damaged vault, as storage.restore does it."""
        if self._copy is None:
            return False
        for name, content in self._copy.items():
            setattr(self, name, _copied(content))
        self.reoffers |= self.outbox
        self.outbox.clear()
        self.staged.clear()
        self._batch = None
        self.epoch += "+"
        self.device_seq = self._access_confirmed = 0
        return True

    def begin_generation(self, generation: str) -> None:
        self._generation = generation
        self._known_seq = 0
        self._access_confirmed = 0
        self._batch = None
        self.cursors.clear()
        self.scopes.clear()
        self.places.clear()
        self.reoffers = {rev_id: None for rev_id in self.revisions if rev_id not in self.outbox}

    def keep_hello(
        self, *, lease: Lease, users: Sequence[DeviceUser], server_now: datetime, offset: timedelta
    ) -> None:
        self.lease = lease
        self.offset = offset

    def end_lease(self, lease: Lease) -> None:
        self.lease = lease

    def access_lines(self, limit: int) -> tuple[AccessLine, ...]:
        return tuple(self.access[self._access_confirmed :][:limit])

    def access_confirmed(self, number: int) -> None:
        self._access_confirmed = number

    def waiting(self) -> int:
        return len(self.outbox) + len(self.reoffers)

    def next_batch(self, limit: int) -> Batch | None:
        if self._batch is None and self.waiting():
            queue = self.reoffers or self.outbox
            chosen = list(queue)[: min(limit, self.batch_limit)]
            self._batches += 1
            self._batch = Batch(
                batch_id=f"{self.epoch}.{self._batches}",
                revisions=tuple(self.revisions[rev_id] for rev_id in chosen),
                reoffer=bool(self.reoffers),
            )
        return self._batch

    def mark_results(self, batch_id: str, results: Sequence[PushResult]) -> None:
        if self._batch is None or self._batch.batch_id != batch_id:
            return
        self._batch = None
        for result in results:
            self.outbox.pop(result.rev_id, None)
            self.reoffers.pop(result.rev_id, None)
            self.places[result.rev_id] = result.seq
            self._known_seq = max(self._known_seq, result.seq)
            if result.outcome is PushOutcome.QUARANTINE:
                self.apart[result.rev_id] = result.reason or ""
            else:
                self.apart.pop(result.rev_id, None)

    def in_hand(self) -> tuple[VisitId, ...]:
        return tuple(sorted(self.taken))

    def pupils_in_hand(self, besides: VisitId) -> int:
        return len({one for visit in self.taken if visit != besides for one in self.pupils(visit)})

    def cursor(self, scope: str) -> int:
        return self.cursors.get(scope, 0)

    def begin_stage(self, scope: str) -> None:
        self.staged[scope] = []

    def stage(self, scope: str, lines: Sequence[Sequenced]) -> None:
        self.staged[scope].extend(lines)

    def apply_stage(
        self, scope: str, cursor: int, also_taken: dict[str, int] | None = None
    ) -> Applied:
        new = self._move_in(scope)
        self._move_cursor(scope, cursor)
        if also_taken is not None:
            self.taken[VisitId(scope)] = also_taken
        return Applied(new=new, pupils=len(self.pupils(scope)))

    def _move_in(self, scope: str) -> int:
        new = 0
        members = self.scopes.setdefault(scope, {})
        for line in self.staged.pop(scope, []):
            rev_id = line.revision.rev_id
            if rev_id not in self.revisions:
                self.revisions[rev_id] = line.revision
                new += 1
            members[rev_id] = line.seq
            self.apart.pop(rev_id, None)
        return new

    def _move_cursor(self, scope: str, cursor: int) -> None:
        self.cursors[scope] = cursor
        self._known_seq = max(self._known_seq, cursor)

    def scope_state(self, scope: str) -> ScopeState:
        cursor = self.cursor(scope)
        pairs = [
            (rev_id, self.revisions[rev_id].body_commit)
            for rev_id, seq in self.scopes.get(scope, {}).items()
            if seq <= cursor and rev_id in self.revisions
        ]
        return ScopeState(scope=scope, cursor=cursor, count=len(pairs), digest=digest_of(pairs))

    def restart_scope(self, scope: str) -> None:
        self.cursors.pop(scope, None)
        for rev_id in self.scopes.pop(scope, {}):
            if rev_id in self.revisions and rev_id not in self.outbox:
                self.reoffers[rev_id] = None

    def written(self) -> int:
        return self.device_seq - len(self.outbox)

    def pupils(self, visit_id: str) -> set[str]:
        return {
            one.pupil_id
            for one in self.revisions.values()
            if one.kind == "visit_pupil" and one.visit_id == visit_id and one.pupil_id
        }

    def concerned(self, visit_id: VisitId) -> list[Revision]:
        """What leaves with a visit: all that it needs, or that was written on it, and no other needs."""
        mine = self._scope(visit_id)
        others = [self._scope(visit) for visit in self.taken if visit != visit_id]
        return [
            one
            for one in self.revisions.values()
            if not KINDS[one.kind].centre_scope
            and (one.visit_id == visit_id or lies_in(mine, one, self.compartment))
            and not any(lies_in(other, one, self.compartment) for other in others)
        ]

    def _scope(self, visit_id: VisitId) -> VisitScope:
        made = self.of_record(visit_id)
        return VisitScope(
            visit_id=visit_id,
            school_id=made[0].school_id if made else None,
            pupils=frozenset(map(PupilId, self.pupils(visit_id))),
        )

    def purge(self, visit_id: VisitId, durable_seq: int) -> Release:
        leaving = self.concerned(visit_id)
        ids = {one.rev_id for one in leaving}
        release = Release(
            visit_id=visit_id,
            outbox=len(ids & (self.outbox.keys() | self.reoffers.keys())),
            drafts=self.drafts.get(visit_id, 0),
            conflicts=self._forks(leaving),
            quarantined=len(ids & self.apart.keys()),
            not_backed_up=sum(not self._is_backed_up(rev_id, durable_seq) for rev_id in ids),
        )
        if release.is_refused or release.is_waiting:
            return release
        pupils = len({one.pupil_id for one in leaving if one.pupil_id})
        del self.taken[visit_id]
        self.cursors.pop(visit_id, None)
        self.scopes.pop(visit_id, None)
        for rev_id in ids:
            del self.revisions[rev_id]
            self.places.pop(rev_id, None)
        self._keep_copy()  # older copies would keep released pupils
        return Release(visit_id=visit_id, pupils=pupils)

    def _forks(self, revisions: Iterable[Revision]) -> int:
        records = {one.record_id for one in revisions}
        return sum(len(leaves(self.of_record(record))) > 1 for record in records)

    def _is_backed_up(self, rev_id: str, durable_seq: int) -> bool:
        known = [members[rev_id] for members in self.scopes.values() if rev_id in members]
        if rev_id in self.places:
            known.append(self.places[rev_id])
        return bool(known) and min(known) <= durable_seq

    def keep_receipt(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)
