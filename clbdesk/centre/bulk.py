"""Many rows or many ids in one statement, the quick way of each database.

PostgreSQL gets one array or one JSON text as its only parameter: hundreds of placeholders cost
more than the work itself, and COPY is not allowed behind row-level security.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    insert,
    literal,
)
from sqlalchemy import text as statement
from sqlalchemy.dialects import postgresql

_CHUNK = 500
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def chunks(items: Iterable[Any], size: int = _CHUNK) -> Iterable[list[Any]]:
    """The items in lists of at most `size`: databases limit the values of one statement."""
    known = list(items)
    for start in range(0, len(known), size):
        yield known[start : start + size]


def among(tx: Connection, column: Column[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether a text column holds one of these values; at most a few thousand."""
    if is_postgres(tx):
        return column == any_(cast(literal(_array_of(list(values)), Text), ARRAY(Text)))
    return column.in_(list(values))


def among_bound(
    column: Column[Any], name: str = "ids", *, in_postgres: bool
) -> ColumnElement[bool]:
    """The same for a statement that is kept: it is given `bound` values under this name."""
    if in_postgres:
        return column == any_(cast(bindparam(name, type_=Text), ARRAY(Text)))
    return column.in_(bindparam(name, expanding=True))


def bound(tx: Connection, values: Iterable[str]) -> str | list[str]:
    """Values as `among_bound` takes them."""
    return _array_of(list(values)) if is_postgres(tx) else list(values)


def is_postgres(tx: Connection) -> bool:
    """Which of both databases this is."""
    return tx.dialect.name == "postgresql"


def _array_of(values: Sequence[str]) -> str:
    """The literal of an array; ids hold nothing that would have to be escaped, but may be anything."""
    if not values:
        return "{}"
    if any(mark in one for mark in '"\\' for one in values):
        values = [one.replace("\\", "\\\\").replace('"', '\\"') for one in values]
    return '{"' + '","'.join(values) + '"}'


def insert_rows(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns."""
    if not rows:
        return
    if not is_postgres(tx):
        tx.execute(insert(table), rows)
        return
    names = tuple(rows[0])
    # What all rows say is sent and read once: of a day's work that is most of every revision.
    shared = tuple(name for name in names if len({row[name] for row in rows}) == 1)
    own = tuple(name for name in names if name not in shared)
    if not own:
        own, shared = names, ()
    encode = msgspec.json.encode
    content = {
        "rows": encode([{name: row[name] for name in own} for row in rows]).decode(),
        "shared": encode({name: rows[0][name] for name in shared}).decode(),
    }
    tx.execute(_from_json(table, own, shared), content if shared else {"rows": content["rows"]})


@lru_cache(maxsize=256)
def _from_json(table: Table, own: tuple[str, ...], shared: tuple[str, ...]) -> Any:
    columns = ", ".join(f'"{name}"' for name in (*own, *shared))
    source = f"json_to_recordset(CAST(:rows AS json)) AS sent({_shapes(table, own)})"
    if shared:
        source += f", json_to_record(CAST(:shared AS json)) AS every({_shapes(table, shared)})"
    return statement(
        f'INSERT INTO "{table.name}" ({columns}) '  # noqa: S608  # names of our own tables
        f"SELECT {columns} FROM {source}"
    )


def _shapes(table: Table, names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}" {table.c[name].type.compile(_DIALECT)}' for name in names)
