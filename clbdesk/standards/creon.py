"""What is mandatory to register for the government (CREON), as columns of a file.

The list predates 2023 and the format is not public (handbook 3 §4.3, C16): every row waits for
confirmation. An item without a column is not registered in this program.
"""

from __future__ import annotations

from dataclasses import dataclass

from clbdesk.domain.people import Sex
from clbdesk.standards.tables import kept, standards

_FILE = "creon_set.csv"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field at `path` (joined by points) of a kind; `sex` None = of everybody."""

    name: str
    kind: str
    path: str
    sex: Sex | None


@kept
def creon_columns() -> tuple[Column, ...]:
    """The columns in the order of the table."""
    return tuple(
        Column(row["column"], row["kind"], row["path"], Sex(row["sex"]) if row["sex"] else None)
        for row in standards().rows(_FILE)
        if row["column"]
    )


@kept
def creon_missing() -> tuple[str, ...]:
    """The items of the list that this program does not register, in Dutch."""
    rows = standards().rows(_FILE)
    return tuple(row["item"] for row in rows if not row["column"])
