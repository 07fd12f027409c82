"""A vault from its backup: the newest that is whole takes the place of what is damaged or gone.

The restored vault begins a new epoch before it is put in place: its device numbers and its access
log start anew, so that nothing is ever written twice under one number.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlcipher3 import dbapi2

from clbdesk.errors import ClbdeskError, Environment
from clbdesk.storage import access_log
from clbdesk.storage.backup import backups_in, made_at
from clbdesk.storage.cipher import begin_writing, open_engine, open_raw
from clbdesk.storage.file_lock import FileLock
from clbdesk.storage.files import flush_folder
from clbdesk.storage.schema import ACCESS, OUTBOX, REOFFER
from clbdesk.storage.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from clbdesk.clock import Clock
    from clbdesk.domain.revision import Compartment
    from clbdesk.ids import DeviceId, IdSource
    from clbdesk.paths import DataFolder


def restore(
    folder: DataFolder,
    compartment: Compartment,
    device: DeviceId,
    key: bytes | bytearray,
    *,
    clock: Clock,
    ids: IdSource,
) -> datetime:
    """Put the newest whole backup in place; when that one was made, aware, in UTC.

    What is there now is kept beside it. Environment: open elsewhere (E3), or
    "storage.no_backup" when there is none that is whole.
    """
    vault = folder.vault(compartment)
    lock = FileLock(folder.lock(compartment))
    try:
        for copy in reversed(backups_in(folder.backups(compartment))):
            if _is_whole(copy, key):
                fresh = vault.with_name(f"{vault.name}.restoring")
                shutil.copyfile(copy, fresh)
                _begin_epoch(fresh, device, key, clock, ids)
                _set_aside(vault, clock.now())
                fresh.replace(vault)
                flush_folder(vault.parent)
                return made_at(copy)
    finally:
        lock.release()
    raise Environment("storage.no_backup")


def _is_whole(path: Path, key: bytes | bytearray) -> bool:
    try:
        with closing(open_raw(path, key)) as copy:
            seals = copy.execute("PRAGMA cipher_integrity_check").fetchall()
            pages = copy.execute("PRAGMA integrity_check").fetchone()[0]
            # One file again, no write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
    except (ClbdeskError, dbapi2.Error, OSError):
        return False
    return not seals and pages == "ok"


def _begin_epoch(
    path: Path, device: DeviceId, key: bytes | bytearray, clock: Clock, ids: IdSource
) -> None:
    """What the old epoch still had to send is offered again; its unconfirmed log is linked anew."""
    engine = open_engine(path, key)
    epoch = ids.new()
    with begin_writing(engine) as connection:
        work = UnitOfWork(connection, device=device, epoch=epoch, clock=clock)
        connection.execute(update(REOFFER).values(batch_id=None))
        waiting = select(OUTBOX.c.rev_id).order_by(OUTBOX.c.position)
        connection.execute(insert(REOFFER).from_select(["rev_id"], waiting))
        connection.execute(delete(OUTBOX))
        confirmed = int(work.setting("access_confirmed") or 0)
        lines = access_log.lines_after(connection, confirmed)
        connection.execute(delete(ACCESS))
        link = access_log.last_link(connection, epoch)
        for line in lines:
            link = access_log.append(connection, line, link)
        work.set_setting("epoch", epoch)
        work.set_setting("device_seq", "0")
        work.set_setting("access_confirmed", "0")
        work.finish()
    engine.dispose()


def _set_aside(vault: Path, now: datetime) -> None:
    """A damaged file may still be of use to who repairs it; it is as encrypted as before."""
    for path in (vault, *(vault.with_name(f"{vault.name}{tail}") for tail in ("-wal", "-shm"))):
        if path.exists():
            path.replace(path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%S}.damaged"))
