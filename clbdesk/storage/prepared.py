"""Statements of the hot paths: written in SQLAlchemy Core, compiled once, run on the bare driver.

A save has ten statements; through Core's execution each costs more than SQLCipher itself needs.
The schema stays the only source: names, types and columns come from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import sqlite

from clbdesk.storage.schema import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ClauseElement, Connection, Select

# By position: SQLite's driver looks a named value up anew for every row of many.
_DIALECT = sqlite.dialect(paramstyle="qmark")


def among(name: str) -> Select[Any]:
    """The values of a JSON list, bound under this name: any number of them in one statement."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


AMONG = among("among")


class Prepared:
    """One statement with named values; moments go in and come out as aware datetimes.

    `sql`: the statement as SQLite reads it.
    """

    def __init__(self, statement: ClauseElement) -> None:
        """`statement`: select, insert, update or delete without expanding lists."""
        compiled: Any = statement.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        binds = {name: compiled.binds[name] for name in compiled.bind_names.values()}
        self._asked: list[str] = list(compiled.positiontup)
        self._fixed = {name: bind.value for name, bind in binds.items() if bind.value is not None}
        self._moments = [
            place for place, name in enumerate(self._asked) if isinstance(binds[name].type, Moment)
        ]
        selected = getattr(statement, "selected_columns", ())
        self._columns = [(column.key, isinstance(column.type, Moment)) for column in selected]
        self._names = [name for name, _is_moment in self._columns]
        self._has_moments = any(is_moment for _name, is_moment in self._columns)
        self._moment = Moment()

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Execute once; how many rows were written."""
        written: int = _driver(connection).execute(self.sql, self._bound(values)).rowcount
        return written

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute for every row."""
        _driver(connection).executemany(self.sql, map(self._bound, rows))

    def rows(self, connection: Connection, **values: Any) -> list[dict[str, Any]]:
        """The rows of a select, as dictionaries by column name."""
        found = _driver(connection).execute(self.sql, self._bound(values)).fetchall()
        if not self._has_moments:
            return [dict(zip(self._names, row, strict=True)) for row in found]
        return [self._row(row) for row in found]

    def tuples(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a select as the driver gives them: moments in microseconds since 1970."""
        found: list[tuple[Any, ...]]
        found = _driver(connection).execute(self.sql, self._bound(values)).fetchall()
        return found

    def _bound(self, values: Mapping[str, Any]) -> list[Any]:
        if self._fixed:
            values = {**self._fixed, **values}
        bound = [values[name] for name in self._asked]
        for place in self._moments:
            bound[place] = self._moment.process_bind_param(bound[place], _DIALECT)
        return bound

    def _row(self, row: tuple[Any, ...]) -> dict[str, Any]:
        return {
            name: self._moment.process_result_value(value, _DIALECT) if is_moment else value
            for (name, is_moment), value in zip(self._columns, row, strict=True)
        }


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
