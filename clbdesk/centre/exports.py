"""Files that leave the centre: written whole, for their owner alone, listed with a checksum.

Only the centre writes them: what a laptop holds leaves it by synchronising. The access log of every
pupil in a file says so, in a chain of the centre's own.
"""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from sqlalchemy import Connection, insert, select

from clbdesk.centre import ledger
from clbdesk.centre.bulk import chunks
from clbdesk.centre.centre import Centre
from clbdesk.centre.checks import CENTRE_DEVICE
from clbdesk.centre.schema import ACCESS_LINE, EXPORT
from clbdesk.centre.writing import CENTRE_AUTHOR, CENTRE_EPOCH
from clbdesk.domain.device import AccessLine
from clbdesk.domain.revision import Compartment, Role
from clbdesk.errors import Environment, Refused
from clbdesk.ids import PupilId, RecordId, StaffId
from clbdesk.storage.access_log import digest_of_line, first_link


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


@dataclass(frozen=True, slots=True)
class Exported:
    """What went out: a kind of file, its content, and whose data are in it.

    `action`: "export", "deliver" for what a register is owed, or "review" for the weekly list.
    `record_id`: what a file about nobody in particular is about; it has one line in the log then.
    `by`, `role`, `reason`: of whoever reads it, where that is not the centre itself.
    """

    export_id: str
    kind: str
    count: int
    content: bytes
    pupils: Collection[PupilId]
    compartment: Compartment
    action: str = "export"
    record_id: RecordId | None = None
    by: StaffId = CENTRE_AUTHOR
    role: Role = Role.CENTRE
    reason: str = ""


def list_export(tx: Connection, centre: Centre, done: Exported) -> None:
    """Remember that a file went out, and say so in the access log of every pupil in it."""
    who, now = asked_by(), centre.clock.now()
    tx.execute(
        insert(EXPORT),
        {
            "centre_id": centre.centre_id,
            "export_id": done.export_id,
            "at": now,
            "kind": done.kind,
            "count": done.count,
            "sha256": hashlib.sha256(done.content).hexdigest(),
            "asked_by": who,
        },
    )
    about: list[PupilId | None] = [*sorted(done.pupils)]
    if done.record_id is not None:
        about.append(None)
    line = AccessLine(
        number=0,
        at=now,
        staff_id=done.by,
        role=done.role,
        action=done.action,
        kind=done.kind,
        record_id=done.record_id,
        pupil_id=None,
        reason=" · ".join(filter(None, (f"{done.export_id} ({who})", done.reason))),
        previous="",
        digest="",
    )
    log_access(tx, centre, line, about, done.compartment)


def log_access(
    tx: Connection,
    centre: Centre,
    line: AccessLine,
    about: Iterable[PupilId | None],
    compartment: Compartment,
) -> None:
    """Add one line for each pupil to the centre's own chain, which sets number, links and digest."""
    ledger.bump(tx, centre.centre_id, 0)  # that chain has one writer at a time
    number, previous = _last_link(tx, centre)
    rows = []
    for pupil_id in about:
        number += 1
        bare = msgspec.structs.replace(line, number=number, pupil_id=pupil_id, previous=previous)
        previous = digest_of_line(bare)
        rows.append(
            {
                "centre_id": centre.centre_id,
                "device": CENTRE_DEVICE,
                "epoch": CENTRE_EPOCH,
                "compartment": compartment.value,
                "received_at": line.at,
                **msgspec.structs.asdict(bare),
                "role": bare.role.value,
                "digest": previous,
            }
        )
    for chunk in chunks(rows):
        tx.execute(insert(ACCESS_LINE), chunk)


def _last_link(tx: Connection, centre: Centre) -> tuple[int, str]:
    last = tx.execute(
        select(ACCESS_LINE.c.number, ACCESS_LINE.c.digest)
        .where(
            ACCESS_LINE.c.centre_id == centre.centre_id,
            ACCESS_LINE.c.device == CENTRE_DEVICE,
            ACCESS_LINE.c.epoch == CENTRE_EPOCH,
        )
        .order_by(ACCESS_LINE.c.number.desc())
        .limit(1)
    ).one_or_none()
    return (last.number, last.digest) if last else (0, first_link(CENTRE_EPOCH))


def asked_by() -> str:
    """The account that ran the command; a service without one is named as such."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"
