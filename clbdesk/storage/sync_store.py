"""One vault as the sync machine sees it (sync.interfaces.Store): each method at most one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, insert, select, update

from clbdesk.errors import Environment
from clbdesk.ids import VisitId
from clbdesk.storage import access_log, outbox, purge, scopes
from clbdesk.storage.schema import (
    OUTBOX,
    RECEIPT,
    REOFFER,
    REVISION,
    SCOPE,
    SCOPE_REVISION,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from clbdesk.clock import Clock
    from clbdesk.domain.device import AccessLine, DeviceUser, Lease
    from clbdesk.domain.revision import Compartment
    from clbdesk.domain.scopes import (
        Applied,
        Batch,
        PushResult,
        Receipt,
        Release,
        ScopeState,
        Sequenced,
    )
    from clbdesk.ids import IdSource
    from clbdesk.storage.laptop import Laptop
    from clbdesk.storage.unit_of_work import UnitOfWork
    from clbdesk.storage.vault import Vault

# Settings of the vault that only synchronising writes.
_GENERATION = "generation"
_KNOWN_SEQ = "known_seq"
_ACCESS_CONFIRMED = "access_confirmed"
_LEASE = "lease"
_LARGEST_TIME = "largest_time"
_CLOCK_OFFSET = "clock_offset_seconds"
_GAVE_BACK = "gave_back"


class SyncStore:
    """The vault of one user, during one synchronisation."""

    def __init__(self, vault: Vault, laptop: Laptop, clock: Clock, ids: IdSource) -> None:
        """`laptop`: keeps the users and the lease that the centre names."""
        self._vault = vault
        self._laptop = laptop
        self._clock = clock
        self._ids = ids
        # In memory: what is not complete does not count, so a crash may forget it.
        self._staged: dict[str, list[Sequenced]] = {}

    @property
    def compartment(self) -> Compartment:
        """Medical or guidance."""
        return self._vault.compartment

    @property
    def epoch(self) -> str:
        """The life of this vault."""
        return self._vault.epoch

    # --- the centre ---

    def generation(self) -> str | None:
        """The generation that all stored places belong to."""
        return self._setting(_GENERATION)

    def known_seq(self) -> int:
        """The largest place this vault was ever told of."""
        return int(self._setting(_KNOWN_SEQ) or 0)

    def begin_generation(self, generation: str) -> None:
        """Forget all places; offer again everything that is not waiting anyway."""
        with self._vault.write() as work:
            connection = work.connection
            connection.execute(update(OUTBOX).values(batch_id=None))
            connection.execute(delete(REOFFER))
            connection.execute(delete(SCOPE_REVISION))
            connection.execute(update(SCOPE).values(cursor=0))
            connection.execute(update(REVISION).values(seq=None))
            outbox.offer_again(connection, connection.scalars(select(REVISION.c.rev_id)))
            work.set_setting(_GENERATION, generation)
            work.set_setting(_KNOWN_SEQ, "0")
            work.set_setting(_ACCESS_CONFIRMED, "0")

    def keep_hello(
        self, *, lease: Lease, users: Sequence[DeviceUser], server_now: datetime, offset: timedelta
    ) -> None:
        """Keep the lease, the users, and the hour of the centre as the largest time."""
        with self._vault.write() as work:
            work.set_setting(_LEASE, msgspec.json.encode(lease).decode())
            work.set_setting(_LARGEST_TIME, server_now.isoformat())
            work.set_setting(_CLOCK_OFFSET, str(offset.total_seconds()))
        self._laptop.keep_hello(users, lease)

    def end_lease(self, lease: Lease) -> None:
        """Revoked: nothing opens from now on but synchronising; slots and records stay."""
        with self._vault.write() as work:
            work.set_setting(_LEASE, msgspec.json.encode(lease).decode())

    def keep_receipt(self, receipt: Receipt) -> None:
        """Keep what the centre confirmed."""
        content = msgspec.json.encode(receipt).decode()
        with self._vault.write() as work:
            work.connection.execute(insert(RECEIPT), {"at": receipt.at, "content": content})

    # --- the access log ---

    def access_lines(self, limit: int) -> tuple[AccessLine, ...]:
        """The first lines after the confirmed one."""
        with self._vault.read() as reader:
            confirmed = int(reader.setting(_ACCESS_CONFIRMED) or 0)
            return tuple(access_log.lines_after(reader.connection, confirmed, limit))

    def access_confirmed(self, number: int) -> None:
        """The centre holds the log up to and including this line."""
        with self._vault.write() as work:
            work.set_setting(_ACCESS_CONFIRMED, str(number))

    # --- out ---

    def waiting(self) -> int:
        """Revisions in the outbox plus those offered again."""
        with self._vault.read() as reader:
            return outbox.waiting(reader.connection)

    def next_batch(self, limit: int) -> Batch | None:
        """The unanswered batch, or a new one, stored before it is returned."""
        with self._vault.write() as work:
            return outbox.next_batch(work.connection, limit, self._ids.new())

    def mark_results(self, batch_id: str, results: Sequence[PushResult]) -> None:
        """The centre answered this batch; an unknown one does nothing."""
        with self._vault.write() as work:
            largest = outbox.mark_results(work.connection, batch_id, results)
            if largest is not None:
                _remember_seq(work, largest)

    def written(self) -> int:
        """Highest device_seq of this epoch minus what waits in the outbox."""
        with self._vault.read() as reader:
            highest = int(reader.setting("device_seq") or 0)
            return highest - reader.outbox_count()

    # --- in ---

    def in_hand(self) -> tuple[VisitId, ...]:
        """Visits taken along and not given back."""
        with self._vault.read() as reader:
            return tuple(VisitId(scope) for scope in scopes.in_hand(reader.connection))

    def pupils_in_hand(self, besides: VisitId) -> int:
        """How many pupils the other visits in hand have together."""
        with self._vault.read() as reader:
            others = [scope for scope in scopes.in_hand(reader.connection) if scope != besides]
            return scopes.pupils_in(reader.connection, others)

    def cursor(self, scope: str) -> int:
        """Up to where a scope was received and applied."""
        with self._vault.read() as reader:
            return scopes.cursor_of(reader.connection, scope)

    def begin_stage(self, scope: str) -> None:
        """Forget what a broken pull left."""
        self._staged.pop(scope, None)

    def stage(self, scope: str, lines: Sequence[Sequenced]) -> None:
        """Put lines aside; nothing of them counts yet."""
        self._staged.setdefault(scope, []).extend(lines)

    def apply_stage(
        self, scope: str, cursor: int, also_taken: dict[str, int] | None = None
    ) -> Applied:
        """Move the stage in, together with its cursor."""
        with self._vault.write() as work:
            lines = self._staged.get(scope, ())
            now = self._clock.now()
            applied = scopes.apply(work.connection, scope, lines, cursor, now, also_taken)
            _remember_seq(work, cursor)
        self._staged.pop(scope, None)
        return applied

    def scope_state(self, scope: str) -> ScopeState:
        """Count and digest of what the vault really holds in a scope."""
        with self._vault.read() as reader:
            return scopes.scope_state(reader.connection, scope)

    def restart_scope(self, scope: str) -> None:
        """From the start again, and offer again what is here."""
        with self._vault.write() as work:
            scopes.restart(work.connection, scope)

    # --- the disk ---

    def back_up(self) -> int:
        """Make an encrypted backup; its size in bytes."""
        if self._setting(_GAVE_BACK):
            self._renew_backups()
        return self._vault.back_up().stat().st_size

    def purge(self, visit_id: VisitId, durable_seq: int) -> Release:
        """Give a visit back, or say what stands in the way."""
        with self._vault.write() as work:
            release = purge.purge(work.connection, visit_id, durable_seq)
            if release.is_refused or release.is_waiting:
                return release
            work.set_setting(_GAVE_BACK, "yes")
        try:
            self._renew_backups()
        except Environment:
            # The visit has left; its traces in older backups leave at the next synchronisation.
            return release
        return release

    def _renew_backups(self) -> None:
        """Overwritten pages leave the file, and a fresh backup replaces those with released pupils."""
        self._vault.shrink()
        self._vault.forget_older_backups()
        with self._vault.write() as work:
            work.set_setting(_GAVE_BACK, "")

    def _setting(self, key: str) -> str | None:
        with self._vault.read() as reader:
            return reader.setting(key)


def _remember_seq(work: UnitOfWork, seq: int) -> None:
    if seq > int(work.setting(_KNOWN_SEQ) or 0):
        work.set_setting(_KNOWN_SEQ, str(seq))
