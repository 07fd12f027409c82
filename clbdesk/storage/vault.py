"""One open vault: one encrypted file of one compartment on one laptop.

Any thread may read; writers take turns. The names that services code against stand here.
"""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from clbdesk.domain.revision import Compartment, is_sealed
from clbdesk.errors import Environment
from clbdesk.storage import access_log, backup, migrations
from clbdesk.storage.cipher import (
    begin_reading,
    begin_writing,
    open_engine,
    open_raw,
    reading,
    translated,
    writing,
)
from clbdesk.storage.drafts import Draft
from clbdesk.storage.file_lock import FileLock
from clbdesk.storage.heads import Head, heads_differ, rebuild_heads
from clbdesk.storage.reader import LeaseState, Quarantined, Reader, ScopeRow
from clbdesk.storage.search import PupilHit, rebuild_search
from clbdesk.storage.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from clbdesk.clock import Clock
    from clbdesk.ids import DeviceId, IdSource
    from clbdesk.paths import DataFolder

__all__ = [
    "Draft",
    "Head",
    "LeaseState",
    "PupilHit",
    "Quarantined",
    "Reader",
    "ScopeRow",
    "UnitOfWork",
    "Vault",
]


class Vault:
    """An open vault. Made by `create` or `open`, ended by `close`; the key is dropped then."""

    def __init__(
        self,
        engine: Engine,
        key: bytearray,
        lock: FileLock,
        *,
        compartment: Compartment,
        device: DeviceId,
        epoch: str,
        folder: DataFolder,
        clock: Clock,
    ) -> None:
        """Through `create` and `open` only; this takes over the key and the lock."""
        self.compartment = compartment
        self.device = device
        self.epoch = epoch
        self._engine = engine
        self._key = key
        self._lock = lock
        self._folder = folder
        self._path = folder.vault(compartment)
        self._clock = clock
        self._writer = threading.Lock()
        self._idle: list[Connection] = []
        self._is_open = True

    @classmethod
    def create(
        cls,
        folder: DataFolder,
        compartment: Compartment,
        device: DeviceId,
        key: bytes | bytearray,
        *,
        clock: Clock,
        ids: IdSource,
    ) -> Vault:
        """Make an empty vault with this 256-bit key. FileExistsError when there is one already."""
        path = folder.vault(compartment)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise FileExistsError(path.name)
        return cls._on_file(folder, compartment, device, key, clock=clock, ids=ids, create=True)

    @classmethod
    def open(
        cls,
        folder: DataFolder,
        compartment: Compartment,
        device: DeviceId,
        key: bytes | bytearray,
        *,
        clock: Clock,
        ids: IdSource,
    ) -> Vault:
        """Open the vault, migrated if an older program made it.

        Environment: open in another window (E3), damaged (E4), made by a newer program (E14).
        """
        return cls._on_file(folder, compartment, device, key, clock=clock, ids=ids, create=False)

    @classmethod
    def _on_file(
        cls,
        folder: DataFolder,
        compartment: Compartment,
        device: DeviceId,
        key: bytes | bytearray,
        *,
        clock: Clock,
        ids: IdSource,
        create: bool,
    ) -> Vault:
        kept = bytearray(key)
        lock = FileLock(folder.lock(compartment))
        try:
            path = folder.vault(compartment)
            engine = open_engine(path, kept, create=create)
            try:
                _migrate(engine, kept, folder.backups(compartment), clock)
                epoch = _epoch(engine, device, clock, ids)
            except BaseException:
                engine.dispose()
                raise
        except BaseException:
            lock.release()
            _wipe(kept)
            raise
        return cls(
            engine,
            kept,
            lock,
            compartment=compartment,
            device=device,
            epoch=epoch,
            folder=folder,
            clock=clock,
        )

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """One steady picture of the vault; never held up by a writer."""
        self._assert_open()
        with translated(), self._connection() as connection, reading(connection):
            yield Reader(connection)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """One commit; rolled back on any exception, and then nothing was changed."""
        with self._writer:
            self._assert_open()  # it may have been closed while this waited for its turn
            with translated(), self._connection() as connection, writing(connection):
                work = UnitOfWork(
                    connection, device=self.device, epoch=self.epoch, clock=self._clock
                )
                yield work
                work.finish()

    def copy_of_key(self) -> bytearray:
        """To wrap for a colleague of the same compartment; wipe it after use."""
        self._assert_open()
        return bytearray(self._key)

    def back_up(self) -> Path:
        """An encrypted, verified copy; the last five are kept. Environment (E5) when it failed."""
        return backup.back_up(
            self._engine, self._key, self._folder.backups(self.compartment), self._clock.now()
        )

    def forget_older_backups(self) -> None:
        """After giving back: a fresh backup takes the place of all that hold released pupils."""
        kept = self.back_up()
        backup.remove_all_but(self._folder.backups(self.compartment), kept)

    def shrink(self) -> None:
        """After a purge: give freed pages back and empty the write-ahead log."""
        with self._writer:
            raw = self._engine.raw_connection()
            try:
                cursor = raw.cursor()
                for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    cursor.execute(statement)
                    cursor.fetchall()
                cursor.close()
            finally:
                raw.close()

    def check(self) -> list[str]:
        """What is wrong with this vault, as words for a log; empty when all is well.

        Pages against their seals, tables against their indexes, heads against the revisions they
        are derived from, bodies against their commitments, and the chain of the access log.
        """
        damage = self._damage()
        if damage:
            return damage
        troubles = []
        with self.read() as reader:
            if heads_differ(reader.connection):
                troubles.append("heads")
            if not all(is_sealed(one) for one in reader.every_revision()):
                troubles.append("bodies")
            first = access_log.first_link(self.epoch)
            if access_log.broken_at(reader.access_lines(), first) is not None:
                troubles.append("access_log")
        return troubles

    def has_damaged_pages(self) -> bool:
        """Whether the file itself is damaged, so that only a backup helps."""
        return bool(self._damage())

    def _damage(self) -> list[str]:
        """What the pages tell, on a connection of its own.

        FTS5 remembers its index in every connection, and `integrity_check` believes that memory
        after another connection wrote: on a kept one a whole vault would seem damaged.
        """
        self._assert_open()
        with translated(), closing(open_raw(self._path, self._key)) as fresh:
            for pragma in ("PRAGMA cipher_integrity_check", "PRAGMA integrity_check"):
                told = [row[0] for row in fresh.execute(pragma).fetchall()]
                troubles = [f"pages: {trouble}" for trouble in told if trouble != "ok"]
                if troubles:
                    return troubles
        return []

    def rebuild(self) -> None:
        """Derive heads and search lines anew from the revisions."""
        with self.write() as work:
            rebuild_heads(work.connection)
            rebuild_search(work.connection)

    def close(self) -> None:
        """Close all connections, drop the key, let another window in. May be repeated."""
        with self._writer:
            self._is_open = False
            self._close_idle()
            self._engine.dispose()
            _wipe(self._key)
            self._lock.release()

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection, kept for the next use unless something went wrong on it.

        Taking it from the engine each time costs as much as a tenth of a save. The one that was
        used last comes first: it has the pages at hand.
        """
        try:
            connection = self._idle.pop()  # not looked at first: another thread takes them too
        except IndexError:
            connection = self._engine.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        if not self._is_open:
            self._close_idle()

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _assert_open(self) -> None:
        """A task that comes back after the window was locked is told so."""
        if not self._is_open:
            raise Environment("storage.closed")


def _migrate(engine: Engine, key: bytearray, backups: Path, clock: Clock) -> None:
    """To the newest version, with a backup first when there is something to lose."""
    with begin_reading(engine) as connection:
        version = migrations.version_of(connection)
    if version == migrations.NEWEST:
        return
    if version is not None and version > migrations.NEWEST:
        raise Environment("storage.newer_version")
    if version is not None:
        backup.back_up(engine, key, backups, clock.now())
    with begin_writing(engine) as connection:
        migrations.upgrade(connection)


def _epoch(engine: Engine, device: DeviceId, clock: Clock, ids: IdSource) -> str:
    """The life of this vault in which device_seq counts; a vault without one begins it here."""
    with begin_reading(engine) as connection:
        epoch = Reader(connection).setting("epoch")
    if epoch is not None:
        return epoch
    epoch = ids.new()
    with begin_writing(engine) as connection:
        work = UnitOfWork(connection, device=device, epoch=epoch, clock=clock)
        work.set_setting("epoch", epoch)
        work.set_setting("device_seq", "0")
        work.set_setting("largest_time", clock.now().isoformat())
        work.finish()
    return epoch


def _wipe(key: bytearray) -> None:
    """Best effort: Python may have copied it."""
    key[:] = bytes(len(key))
