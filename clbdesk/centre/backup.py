"""The embedded centre's own backup: copied, synced, verified, and only then told to laptops.

`durable_seq` is what laptops may rely on before they let go of anything, so it moves only behind
a copy that was opened again and found whole. The last three copies are kept.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from clbdesk.centre.centre import Centre, particulars, publish_durable
from clbdesk.errors import Environment
from clbdesk.storage import cipher

KEPT = 3
# Copying and checking this much takes about as long as a user waits without wondering.
_QUICK = 48 * 1024 * 1024
log = logging.getLogger(__name__)


def catch_up(centre: Centre) -> None:
    """Back an embedded centre up when something is newer than its last backup.

    A backup that fails only keeps the watermark where it is: laptops then hold on to what they
    have, and nothing else waits for it.
    """
    try:
        if centre.embedded is not None and is_behind(centre):
            back_up(centre)
    except Environment as error:
        log.warning("backup: %s", error)


def catch_up_if_quick(centre: Centre) -> None:
    """The same while a laptop waits for an answer; a large file is left to the keeper's thread."""
    if centre.embedded is not None and centre.embedded[0].stat().st_size <= _QUICK:
        catch_up(centre)


def is_behind(centre: Centre) -> bool:
    """Whether something is newer than the last backup."""
    with centre.store.reading() as tx:
        known = particulars(tx, centre.centre_id)
    return known.seq > known.durable_seq


def back_up(centre: Centre) -> int:
    """Make a verified copy and publish what it covers; the watermark.

    Environment when the copy is not whole; then nothing is published. One at a time.
    """
    assert centre.embedded is not None, "PostgreSQL is backed up by its own tools"
    path, key = centre.embedded
    with centre.backing_up:
        with centre.store.reading() as tx:
            covered = particulars(tx, centre.centre_id).seq
        try:
            with cipher.translated():
                _write(path, key, centre.centre_id, covered)
        except OSError as error:
            raise Environment("centre.backup_failed") from error
        with centre.store.writing() as tx:
            return publish_durable(tx, centre.centre_id, covered)


def _write(path: Path, key: bytes, centre_id: int, covered: int) -> None:
    folder = path.parent / "backup"
    folder.mkdir(mode=0o700, exist_ok=True)
    finished = folder / f"centre-{covered:012d}.db"
    unfinished = finished.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    _copy(path, unfinished, key)
    _verify(unfinished, key, centre_id, covered)
    unfinished.replace(finished)
    _sync(folder)
    for old in sorted(folder.glob("centre-*.db"))[:-KEPT]:
        old.unlink(missing_ok=True)


def _copy(path: Path, target: Path, key: bytes) -> None:
    """Page by page from encrypted to encrypted, down to the disk."""
    source = cipher.open_raw(path, key)
    try:
        copy = cipher.open_raw(target, key, create=True)
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").close()
        finally:
            copy.close()
    finally:
        source.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _verify(target: Path, key: bytes, centre_id: int, covered: int) -> None:
    """The copy opens, every page has its seal, and it reaches as far as is claimed."""
    copy = cipher.open_raw(target, key)
    try:
        seals = copy.execute("PRAGMA cipher_integrity_check").fetchall()
        whole = copy.execute("PRAGMA quick_check").fetchall()
        question = "SELECT seq FROM centre_clock WHERE centre_id = ?"
        reached = copy.execute(question, (centre_id,)).fetchone()
        copy.execute("PRAGMA journal_mode = DELETE").close()
    finally:
        copy.close()
    if seals or whole != [("ok",)] or reached is None or reached[0] < covered:
        target.unlink(missing_ok=True)
        raise Environment("centre.backup_failed")


def _sync(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be synced there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
