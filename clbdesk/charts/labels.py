"""Where the words of a chart stand, so that none touches another and none lies on a curve."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from clbdesk.charts.scene import CAP_HEIGHT, PT, PX

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clbdesk.charts.scene import Point

# Widest advance of the digits and capitals that labels are made of, in em.
_ADVANCE = 0.62
GAP = 3 * PX


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in mm, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box, gap: float = GAP) -> bool:
        """True when the two are nearer than `gap` in both directions."""
        return (
            self.left - gap < other.right
            and other.left - gap < self.right
            and self.top - gap < other.bottom
            and other.top - gap < self.bottom
        )


def text_width(text: str, size_pt: float) -> float:
    """An upper estimate of the width of a text in Lato, mm."""
    return len(text) * _ADVANCE * size_pt * PT


def text_height(size_pt: float) -> float:
    """Height of capitals and digits, mm."""
    return CAP_HEIGHT * size_pt * PT


def spread(wanted: Sequence[float], middle: int, apart: float) -> tuple[float, ...]:
    """Positions at least `apart` from each other, pushed outwards from the one at `middle`.

    `wanted` descends (y of ascending percentiles); the middle one keeps its place.
    """
    placed = list(wanted)
    for index in range(middle + 1, len(placed)):
        placed[index] = min(placed[index], placed[index - 1] - apart)
    for index in range(middle - 1, -1, -1):
        placed[index] = max(placed[index], placed[index + 1] + apart)
    return tuple(placed)


def highest(lines: Iterable[Sequence[Point]], left: float, right: float) -> float | None:
    """The smallest y that any of the polylines reaches between two x; None if none gets there."""
    found = _within(lines, left, right)
    return min(found, default=None)


def lowest(lines: Iterable[Sequence[Point]], left: float, right: float) -> float | None:
    """The largest y that any of the polylines reaches between two x; None if none gets there."""
    found = _within(lines, left, right)
    return max(found, default=None)


def place(
    x: float,
    width: float,
    height: float,
    *,
    bounds: Box,
    lines: Sequence[Sequence[Point]],
    taken: Sequence[Box],
) -> Box | None:
    """A box for a label at `x`: above all lines, else below them; None when there is no room.

    Only sideways it is moved into `bounds`; upwards it climbs over boxes that are taken.
    """
    left = min(max(x - width / 2, bounds.left), bounds.right - width)
    right = left + width
    top_line = highest(lines, left, right)
    bottom = (bounds.bottom if top_line is None else top_line) - GAP
    while bottom - height >= bounds.top:
        box = Box(left, bottom - height, right, bottom)
        hit = [other for other in taken if box.touches(other)]
        if not hit:
            return box
        bottom = min(other.top for other in hit) - GAP * 1.01
    low_line = lowest(lines, left, right)
    top = (bounds.top if low_line is None else low_line) + GAP
    while top + height <= bounds.bottom:
        box = Box(left, top, right, top + height)
        hit = [other for other in taken if box.touches(other)]
        if not hit:
            return box
        top = max(other.bottom for other in hit) + GAP * 1.01
    return None


def beside(
    left: float,
    middle: float,
    width: float,
    height: float,
    *,
    bounds: Box,
    lines: Sequence[Sequence[Point]],
    taken: Sequence[Box],
) -> Box | None:
    """The box nearest to `middle` that no line crosses and no taken box touches; None if none."""
    crossing = _within(lines, left, left + width)
    steps = round((bounds.bottom - bounds.top) / PX)
    for step in range(2 * steps):
        offset = PX * (step // 2 + 1) * (1 if step % 2 else -1)
        box = Box(left, middle + offset - height / 2, left + width, middle + offset + height / 2)
        inside = bounds.top <= box.top and box.bottom <= bounds.bottom
        crossed = any(box.top - GAP < y < box.bottom + GAP for y in crossing)
        if inside and not crossed and not any(box.touches(other) for other in taken):
            return box
    return None


def _within(lines: Iterable[Sequence[Point]], left: float, right: float) -> list[float]:
    """The y of every vertex between two x, and of the lines where they cross those x."""
    found: list[float] = []
    for line in lines:
        found += [y for x, y in line if left <= x <= right]
        for (x1, y1), (x2, y2) in pairwise(line):
            for edge in (left, right):
                if min(x1, x2) < edge < max(x1, x2):
                    found.append(y1 + (y2 - y1) * (edge - x1) / (x2 - x1))
    return found
