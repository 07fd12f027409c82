"""Many rows or many ids in one statement, the quick way of each database.

PostgreSQL gets one array or one JSON text as its only parameter: hundreds of placeholders cost
more than the work itself, and COPY is not allowed behind row-level security.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
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
    cast,
    insert,
    literal,
)
from sqlalchemy import text as statement
from sqlalchemy.dialects import postgresql

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def among(tx: Connection, column: Column[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether a text column holds one of these values; at most a few thousand."""
    known = list(values)
    if tx.dialect.name == "postgresql":
        # As text, which PostgreSQL reads: the driver would look at every value by itself.
        return column == any_(cast(literal(_array_of(known), Text), ARRAY(Text)))
    return column.in_(known)


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
    if tx.dialect.name != "postgresql":
        tx.execute(insert(table), rows)
        return
    content = msgspec.json.encode(rows).decode()
    tx.execute(_from_json(table, tuple(rows[0])), {"rows": content})


@cache
def _from_json(table: Table, names: tuple[str, ...]) -> Any:
    shapes = ", ".join(f'"{name}" {table.c[name].type.compile(_DIALECT)}' for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    return statement(
        f'INSERT INTO "{table.name}" ({columns}) '  # noqa: S608  # names of our own tables
        f"SELECT {columns} FROM json_to_recordset(CAST(:rows AS json)) AS sent({shapes})"
    )
