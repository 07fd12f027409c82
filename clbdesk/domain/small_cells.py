"""Counts that may be shown: small ones are hidden, and enough others that none can be computed back.

A table of groups with cells, a total per group and one over all. A count from 1 up to the least
is hidden; then complementary ones, until what is hidden under every shown total counts at least
two, and more than a fixed sum of ones can say. Source: handbook 3 §7.1 (sector practice; n >= 5).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

Least = Callable[[str], int]


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


@dataclass(slots=True)
class _Hiding:
    """What is hidden so far."""

    groups: Mapping[str, Mapping[str, int]]
    least: Least
    usual: int
    cells: set[tuple[str, str]] = field(default_factory=set)
    totals: set[str] = field(default_factory=set)
    all: bool = False

    def total_of(self, group: str) -> int:
        """The true total of a group."""
        return sum(self.groups[group].values())

    def hidden_in(self, names: Collection[str]) -> list[tuple[str, str]]:
        """The hidden cells of some groups."""
        return [one for one in self.cells if one[0] in names]

    def smallest_shown(self, names: Collection[str]) -> tuple[str, str] | None:
        """The smallest cell of some groups that is still shown."""
        shown = [
            (count, group, cell)
            for group in names
            for cell, count in self.groups[group].items()
            if (group, cell) not in self.cells
        ]
        return min(shown)[1:] if shown else None

    def is_safe(self, hidden: Collection[tuple[str, str]]) -> bool:
        """Whether a known sum over these cells says nothing of any of them."""
        if not hidden:
            return True
        counts = [self.groups[group][cell] for group, cell in hidden]
        least = max(self.least(cell) for _group, cell in hidden)
        return len(counts) > 1 and sum(counts) >= least and sum(counts) > len(counts) + 1

    def protect(self, names: Collection[str]) -> bool:
        """Hide more in these groups until their sum is safe; False when nothing is left."""
        while not self.is_safe(self.hidden_in(names)):
            more = self.smallest_shown(names)
            if more is None:
                return False
            self.cells.add(more)
        return True

    def hide_total(self, group: str) -> None:
        """A hidden total needs a hidden cell, or its cells add up to it."""
        self.totals.add(group)
        if not self.hidden_in({group}):
            more = self.smallest_shown({group})
            if more is not None:
                self.cells.add(more)


def shown_table(groups: Mapping[str, Mapping[str, int]], least: Least, usual: int) -> ShownTable:
    """The table without what is too small and without what gives it away.

    `least`: per cell the smallest count that is shown; `usual`: the same for totals.
    """
    known = {
        group: filled
        for group, cells in groups.items()
        if (filled := {cell: count for cell, count in cells.items() if count > 0})
    }
    hiding = _Hiding(known, least, usual)
    for group, cells in known.items():
        hiding.cells |= {(group, cell) for cell, count in cells.items() if count < least(cell)}
    for group in known:
        if hiding.total_of(group) < usual or not hiding.protect({group}):
            hiding.hide_total(group)
    _protect_total(hiding)
    return ShownTable(
        total=None if hiding.all else sum(hiding.total_of(group) for group in known),
        groups={
            group: ShownGroup(
                total=None if group in hiding.totals else hiding.total_of(group),
                cells={
                    cell: None if (group, cell) in hiding.cells else count
                    for cell, count in cells.items()
                },
            )
            for group, cells in known.items()
        },
    )


def _protect_total(hiding: _Hiding) -> None:
    """The shown total less the shown groups is the sum of the hidden ones: that must be safe."""
    if sum(hiding.total_of(group) for group in hiding.groups) < hiding.usual:
        hiding.all = True
        for group in hiding.groups:
            hiding.hide_total(group)
        return
    while hiding.totals:
        sums = [hiding.total_of(group) for group in hiding.totals]
        enough = len(sums) > 1 and sum(sums) >= hiding.usual
        if enough and hiding.protect(hiding.totals):
            return
        shown = [group for group in hiding.groups if group not in hiding.totals]
        if not shown:
            hiding.all = True
            return
        hiding.hide_total(min(shown, key=lambda one: (hiding.total_of(one), one)))
