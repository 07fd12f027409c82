"""Files that leave the centre: written whole, readable by their owner alone, and listed with a checksum.

Only the centre writes them. A laptop has no export: what it holds leaves it by synchronising.
"""

from __future__ import annotations

import getpass
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, insert

from clbdesk.centre.centre import Centre
from clbdesk.centre.schema import EXPORT
from clbdesk.errors import Environment, Refused


def write_file(path: Path, content: bytes) -> None:
    """Write a new file for its owner alone. Refused when there is one of that name already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused("export.file_exists", field="out", file=path.name) from error
    except OSError as error:
        raise Environment("export.cannot_write", file=path.name) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise Environment("export.cannot_write", file=path.name) from error


def list_export(
    tx: Connection, centre: Centre, export_id: str, kind: str, count: int, content: bytes
) -> None:
    """Remember that a file went out: what, how many records, who asked on which computer."""
    tx.execute(
        insert(EXPORT),
        {
            "centre_id": centre.centre_id,
            "export_id": export_id,
            "at": centre.clock.now(),
            "kind": kind,
            "count": count,
            "sha256": hashlib.sha256(content).hexdigest(),
            "asked_by": _who(),
        },
    )


def _who() -> str:
    """The account that ran the command; a service without one is named as such."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
