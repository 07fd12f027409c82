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

    Lines run to the right. Sideways the box is moved into `bounds`; upwards (or downwards) it
    climbs over boxes that are taken.
    """
    left = min(max(x - width / 2, bounds.left), bounds.right - width)
    right = left + width
    crossing = _within(lines, left, right)
    bottom = min((high for high, _ in crossing), default=bounds.bottom) - GAP
    while bottom - height >= bounds.top:
        box = Box(left, bottom - height, right, bottom)
        hit = [other for other in taken if box.touches(other)]
        if not hit:
            return box
        bottom = min(other.top for other in hit) - GAP * 1.01
    top = max((low for _, low in crossing), default=bounds.top) + GAP
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
        crossed = any(box.top - GAP < low and high < box.bottom + GAP for high, low in crossing)
        if inside and not crossed and not any(box.touches(other) for other in taken):
            return box
    return None


def _within(
    lines: Iterable[Sequence[Point]], left: float, right: float
) -> list[tuple[float, float]]:
    """The highest and lowest y of every segment between two x, in that order."""
    found: list[tuple[float, float]] = []
    for line in lines:
        for (x1, y1), (x2, y2) in pairwise(line):
            if x1 > right or x2 < left:
                continue
            slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0.0
            start = y1 + slope * (left - x1) if x1 < left else y1
            end = y1 + slope * (right - x1) if x2 > right else y2
            found.append((min(start, end), max(start, end)))
    return found
