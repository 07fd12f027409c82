"""The access log: who opened, printed, exported or searched what, when and why. Reading counts.

Append-only and hash-chained from the epoch of its vault: a line that is changed, moved or left
out breaks the chain. Laptop and centre compute the same digest.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, insert, select

from clbdesk.domain.device import AccessLine
from clbdesk.domain.revision import Role
from clbdesk.ids import StaffId
from clbdesk.storage.prepared import Prepared
from clbdesk.storage.schema import ACCESS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection, RowMapping

# Number and digest of a line.
Link = tuple[int, str]

_LAST = Prepared(select(ACCESS.c.number, ACCESS.c.digest).order_by(ACCESS.c.number.desc()).limit(1))
_AFTER = (
    select(ACCESS)
    .where(ACCESS.c.number > bindparam("after"))
    .order_by(ACCESS.c.number)
    .limit(bindparam("limit"))
)
_NEWEST = (
    select(ACCESS)
    .where(
        ACCESS.c.staff_id == bindparam("staff_id"),
        ACCESS.c.action.in_(bindparam("actions", expanding=True)),
    )
    .order_by(ACCESS.c.number.desc())
    .limit(1)
)
_ADD = Prepared(insert(ACCESS))


def first_link(epoch: str) -> str:
    """What the first line of a chain names as its previous digest."""
    return hashlib.sha256(epoch.encode()).hexdigest()


def digest_of_line(line: AccessLine) -> str:
    """Hex SHA-256 over the line's canonical JSON without its digest, `previous` included."""
    return _digest(msgspec.structs.replace(line, digest=""))


def broken_at(lines: Iterable[AccessLine], previous: str, number: int = 0) -> int | None:
    """The number of the first line that does not follow on `previous`; None when all do.

    `number`: number of the line before the first, 0 at the beginning of a chain.
    """
    for line in lines:
        number += 1
        follows = line.number == number and line.previous == previous
        if not follows or line.digest != digest_of_line(line):
            return number
        previous = line.digest
    return None


def last_link(connection: Connection, epoch: str) -> Link:
    """Where the next line follows on."""
    last = _LAST.tuples(connection, {})
    return (last[0][0], last[0][1]) if last else (0, first_link(epoch))


def append(connection: Connection, line: AccessLine, after: Link) -> Link:
    """Store a line behind another; its own `number`, `previous` and `digest` are made here."""
    number, previous = after[0] + 1, after[1]
    values = msgspec.structs.asdict(line)
    values |= {"number": number, "previous": previous, "digest": "", "role": line.role.value}
    values["digest"] = _digest(values)
    _ADD.run(connection, values)
    return number, values["digest"]


def _digest(bare: AccessLine | dict[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()


def lines_after(connection: Connection, number: int, limit: int = -1) -> list[AccessLine]:
    """The lines after a number, oldest first."""
    rows = connection.execute(_AFTER, {"after": number, "limit": limit}).mappings()
    return [line_of(row) for row in rows]


def newest_of(
    connection: Connection, staff_id: StaffId, actions: Collection[str]
) -> AccessLine | None:
    """The last of these acts of somebody on this laptop."""
    given = {"staff_id": staff_id, "actions": sorted(actions)}
    row = connection.execute(_NEWEST, given).mappings().one_or_none()
    return None if row is None else line_of(row)


def line_of(row: RowMapping) -> AccessLine:
    """The line of a row mapping; further columns are left out."""
    return AccessLine(
        number=row["number"],
        at=row["at"],
        staff_id=StaffId(row["staff_id"]),
        role=Role(row["role"]),
        action=row["action"],
        kind=row["kind"],
        record_id=row["record_id"],
        pupil_id=row["pupil_id"],
        reason=row["reason"],
        previous=row["previous"],
        digest=row["digest"],
    )
