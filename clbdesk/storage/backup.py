"""Encrypted backups of a vault: from encrypted to encrypted, verified before they count."""

from __future__ import annotations

import os
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlcipher3 import dbapi2

from clbdesk.errors import Environment
from clbdesk.storage.cipher import open_raw
from clbdesk.storage.files import flush_folder

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

KEPT = 5
_SUFFIX = ".vault"
_STAMP = "%Y%m%dT%H%M%S%f"
_COUNT = "SELECT (SELECT count(*) FROM revision), (SELECT count(*) FROM draft)"


def back_up(engine: Engine, key: bytearray, folder: Path, now: datetime) -> Path:
    """Copy the vault under the same key, verify the copy, keep the last five.

    Environment("storage.backup_failed") when it did not succeed; the vault itself is untouched.
    """
    target = folder / f"{now.astimezone(UTC):{_STAMP}}{_SUFFIX}"
    unfinished = target.with_suffix(".unfinished")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.unfinished*"):  # by a crash, with pupils who may have left since
            left.unlink()
        _copy(engine, key, unfinished)
        _flush(unfinished)
        unfinished.replace(target)
        flush_folder(folder)
    except (OSError, dbapi2.Error) as error:
        with suppress(OSError):
            _remove(unfinished)
        raise Environment("storage.backup_failed") from error
    for old in backups_in(folder)[:-KEPT]:
        _remove(old)
    return target


def backups_in(folder: Path) -> list[Path]:
    """The backups of a vault, oldest first."""
    return sorted(folder.glob(f"*{_SUFFIX}")) if folder.is_dir() else []


def made_at(path: Path) -> datetime:
    """When a backup was made, aware, in UTC."""
    return datetime.strptime(path.stem, _STAMP).replace(tzinfo=UTC)


def remove_all_but(folder: Path, kept: Path) -> None:
    """Remove the other backups."""
    for old in backups_in(folder):
        if old != kept:
            _remove(old)


def _copy(engine: Engine, key: bytearray, target: Path) -> None:
    """Copy and compare: a backup that cannot be read is worse than none."""
    source = engine.raw_connection()
    try:
        driver = source.driver_connection
        assert driver is not None
        with closing(open_raw(target, key, create=True)) as copy:
            driver.backup(copy)
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            # One file, no write-ahead log beside it.
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        with closing(open_raw(target, key)) as copy:
            seals = copy.execute("PRAGMA cipher_integrity_check").fetchall()
            counts = copy.execute(_COUNT).fetchone()
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        if found != "ok" or seals or counts != driver.execute(_COUNT).fetchone():
            raise dbapi2.DatabaseError("the copy differs")
    finally:
        source.close()


def _flush(path: Path) -> None:
    """What is not on the disk does not count as a backup."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        name.unlink(missing_ok=True)
