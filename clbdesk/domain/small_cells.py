"""Counts that may be shown: small ones are hidden, and enough others that none can be computed back.

A table of groups with cells, a total per group and one over all. A count from 1 up to the least
is hidden; then others, until the sum of what is hidden, which subtraction tells, leaves each small
one open, also to somebody who knows this rule. So what is hidden with it is chosen by name, never
by number, and a group shows its total only where it shows all its cells: every choice that looks
at a number tells something of it. Source: handbook 3 §7.1 (sector practice; n >= 5).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

Least = Callable[[str], int]
_Cell = tuple[str, str]  # group, cell


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as it may be shown; None = hidden, for whichever of the two reasons."""

    total: int | None
    cells: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """The whole table as it may be shown. Cells of zero are not in it."""

    total: int | None
    groups: Mapping[str, ShownGroup]


@dataclass(frozen=True, slots=True)
class _Table:
    """The counts, and the smallest that is shown of each cell."""

    groups: Mapping[str, Mapping[str, int]]
    least: Least
    usual: int

    @property
    def total(self) -> int:
        """The true sum over all."""
        return sum(sum(cells.values()) for cells in self.groups.values())

    def hidden(self) -> set[_Cell] | None:
        """What to hide while the total is shown; None = too little for a total."""
        cells = [(group, cell) for group, counts in self.groups.items() for cell in counts]
        found = {one for one in cells if self._is_small(one)}
        others = sorted(set(cells) - found)
        while not self._is_safe(found):
            if not others:
                return None
            found.add(others.pop(0))
        return found if self.total >= self.usual else None

    def _is_safe(self, hidden: Collection[_Cell]) -> bool:
        """Whether a known sum over these cells says nothing of any of them.

        It would near either end: nearly all ones, or all just too small to be shown.
        """
        if not hidden:
            return True
        known = sum(self._count(one) for one in hidden)
        most = sum(self.least(cell) - 1 for _group, cell in hidden)
        if known >= most - 1 and all(self._is_small(one) for one in hidden):
            return False
        least = max(self.least(cell) for _group, cell in hidden)
        return len(hidden) > 1 and known >= least and known > len(hidden) + 1

    def _is_small(self, one: _Cell) -> bool:
        return self._count(one) < self.least(one[1])

    def _count(self, one: _Cell) -> int:
        return self.groups[one[0]][one[1]]


def shown_table(groups: Mapping[str, Mapping[str, int]], least: Least, usual: int) -> ShownTable:
    """The table without what is too small and without what gives it away.

    `least`: per cell the smallest count that is shown; `usual`: the same for the total. Where there
    is too little for a total nothing is shown: the rest would tell that it is too little.
    """
    known = {
        group: filled
        for group, cells in groups.items()
        if (filled := {cell: count for cell, count in cells.items() if count > 0})
    }
    table = _Table(known, least, usual)
    hidden = table.hidden()
    shown = {
        group: {
            cell: None if hidden is None or (group, cell) in hidden else count
            for cell, count in cells.items()
        }
        for group, cells in known.items()
    }
    return ShownTable(
        total=None if hidden is None else table.total,
        groups={
            group: ShownGroup(
                total=None if None in cells.values() else sum(known[group].values()), cells=cells
            )
            for group, cells in shown.items()
        },
    )


def raised_table(shown: ShownTable, least: Least) -> ShownTable:
    """A table that may be shown, shown from a higher count on.

    It is made of what the first one shows and of nothing else: who lays the two beside each other,
    at whatever limits, knows what the first one said. Where it hides anything it has no total: what
    is hidden stands in no sum, and never alone.
    """
    cells = {
        (group, cell): count
        for group, table in shown.groups.items()
        for cell, count in table.cells.items()
    }
    hidden = {one for one, count in cells.items() if count is None or count < least(one[1])}
    if len(hidden) == 1:
        hidden |= set(sorted(set(cells) - hidden)[:1])
    groups = {}
    for group, table in shown.groups.items():
        kept = {
            cell: None if (group, cell) in hidden else count for cell, count in table.cells.items()
        }
        groups[group] = ShownGroup(None if None in kept.values() else table.total, kept)
    return ShownTable(None if hidden else shown.total, groups)
