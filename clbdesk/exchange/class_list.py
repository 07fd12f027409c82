"""Class lists as schools send them, read into rows and named problems; nothing is stored here.

A bad row is a problem with its row and field and never stops the others. What contradicts itself
inside the file is a problem too, never a choice. docs/specs/class-lists.md has the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clbdesk.errors import Refused
from clbdesk.exchange.class_list_columns import Field, find_columns, recognised
from clbdesk.exchange.class_list_files import read_tables
from clbdesk.exchange.class_list_rows import ClassListRow, ListReader, Problem

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ClassList:
    """A list as read. `count`: pupils in it, those with problems included."""

    count: int
    rows: tuple[ClassListRow, ...]
    problems: tuple[Problem, ...]


def read_class_list(path: Path, today: date) -> ClassList:
    """Read a CSV or Excel list; Refused only when the file as a whole is no class list."""
    found = [(each, find_columns(each.rows, each.title)) for each in read_tables(path, recognised)]
    lists = [(table, columns) for table, columns in found if columns is not None]
    if not lists:
        raise Refused("exchange.no_class_list", field="file")
    count = 0
    rows: list[ClassListRow] = []
    problems: list[Problem] = []
    for table, columns in lists:
        reader = ListReader(table, columns, table.title if len(lists) > 1 else "", today)
        for number, cells in reader.lines():
            row, noted = reader.read(number, cells)
            count += 1
            problems += noted
            if row is not None:
                rows.append(row)
    kept, doubles = _without_doubles(rows)
    return ClassList(count, kept, tuple(sorted([*problems, *doubles], key=_place)))


def _place(problem: Problem) -> tuple[str, int]:
    return problem.sheet, problem.row


def _without_doubles(
    rows: list[ClassListRow],
) -> tuple[tuple[ClassListRow, ...], list[Problem]]:
    """The rows that stand once, and a problem for each that stands again.

    Of equal rows the first is kept. Rows of one pupil that differ (another class, one number for
    two names) are all kept out: which of them is right is for somebody to say.
    """
    problems: dict[tuple[str, int], Problem] = {}

    def refuse(row: ClassListRow, field: Field, code: str, other: ClassListRow) -> None:
        noted = Problem(row.row, field, code, str(other.row), sheet=row.sheet)
        problems.setdefault((row.sheet, row.row), noted)

    by_number = _groups(rows, lambda row: row.insz)
    by_identity = _groups(rows, lambda row: row.identity)
    for field, groups in ((Field.INSZ, by_number), (Field.FAMILY_NAME, by_identity)):
        for group in groups:
            first = group[0]
            numbers = {row.insz for row in group}
            if None not in numbers and len(numbers) == len(group):
                continue  # namesakes born on one day, told apart by their numbers
            alike = all(_as_imported(row) == _as_imported(first) for row in group)
            for row in group[1:]:
                refuse(row, field, "double" if alike else "double_differs", first)
            if not alike:
                refuse(first, field, "double_differs", group[1])
    kept = tuple(row for row in rows if (row.sheet, row.row) not in problems)
    return kept, list(problems.values())


def _as_imported(row: ClassListRow) -> tuple[object, ...]:
    return row.identity, replace(row, row=0, sheet="", family_name="", given_name="")


def _groups(
    rows: list[ClassListRow], key: Callable[[ClassListRow], Hashable]
) -> Iterable[list[ClassListRow]]:
    groups: defaultdict[Hashable, list[ClassListRow]] = defaultdict(list)
    for row in rows:
        if (value := key(row)) is not None:
            groups[value].append(row)
    return [group for group in groups.values() if len(group) > 1]
