"""Audiogram: lowest level heard per ear, dB HL downwards, frequencies an octave apart.

Right is a red circle, left a blue cross with a dashed line: shape and word always go with the
colour, for colour-blind staff and for paper. A cell without an answer is absent, never at 0 dB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.charts.scene import (
    PX,
    Anchor,
    ColourRole,
    Item,
    Line,
    Marker,
    MarkerKind,
    Point,
    Scene,
    Text,
    baseline,
)
from clbdesk.domain.contact import AudiometryCell, CellResult
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Mapping

# Frequencies of the short audiometry, Hz; others are drawn when they were measured.
_ALWAYS = (500, 1000, 4000)
_SOFTEST, _LOUDEST = -10, 120

_WIDTH, _HEIGHT = 320 * PX, 316 * PX
_DASH = (6 * PX, 4 * PX)

Levels = dict[int, int]


@dataclass(frozen=True, slots=True)
class Field:
    """Where the levels are drawn, in mm; frequencies in Hz stand an octave apart."""

    left: float
    top: float
    right: float
    bottom: float
    frequencies: tuple[int, ...]

    def x(self, frequency: int) -> float:
        """Octaves are equally wide, with half an octave of room at both ends."""
        octaves = [math.log2(one) for one in self.frequencies]
        first, last = octaves[0] - 0.5, octaves[-1] + 0.5
        return self.left + (math.log2(frequency) - first) / (last - first) * (
            self.right - self.left
        )

    def y(self, level: float) -> float:
        """Louder stands lower; beyond the scale at its edge."""
        inside = min(max(level, _SOFTEST), _LOUDEST)
        return self.top + (inside - _SOFTEST) / (_LOUDEST - _SOFTEST) * (self.bottom - self.top)

    def grid(self) -> list[Item]:
        """The lines of the levels and of the frequencies, with their numbers."""
        items: list[Item] = []
        for level in range(_SOFTEST, _LOUDEST + 1, 10):
            y = self.y(level)
            role = ColourRole.LINE if level == 0 else ColourRole.LINE_FAINT
            items.append(Line(((self.left, y), (self.right, y)), role))
            if level % 20 == 0:
                items.append(_quiet(self.left - 8 * PX, y, str(level), Anchor.END))
        above = self.top - 11 * PX
        for frequency in self.frequencies:
            x = self.x(frequency)
            items.append(Line(((x, self.top), (x, self.bottom)), ColourRole.LINE_FAINT))
            shown = f"{frequency // 1000}k" if frequency >= 1000 else str(frequency)
            items.append(_quiet(x, above, shown, Anchor.MIDDLE))
        items.append(_quiet(self.left - 8 * PX, above, say("charts.audiogram_level"), Anchor.END))
        return items

    def joined(self, levels: Levels, role: ColourRole) -> list[Item]:
        """The thin line through the points of one ear, broken where nothing was answered."""
        dash = _DASH if role is ColourRole.LEFT_EAR else ()
        runs: list[tuple[Point, ...]] = [()]
        for frequency in self.frequencies:
            if frequency in levels:
                runs[-1] = (*runs[-1], (self.x(frequency), self.y(levels[frequency])))
            else:
                runs.append(())
        return [Line(points, role, 1.5 * PX, dash) for points in runs if len(points) > 1]


def heard_levels(cells: Mapping[str, AudiometryCell]) -> Levels:
    """Lowest level heard by frequency in Hz, of the cells that have a reliable one."""
    return {
        int(frequency): cell.level_db
        for frequency, cell in cells.items()
        if cell.level_db is not None and cell.result in {CellResult.PASS, CellResult.FAIL}
    }


def audiogram(right: Levels, left: Levels) -> Scene:
    """The drawing of both ears; levels in dB HL by frequency in Hz."""
    frequencies = tuple(sorted({*_ALWAYS, *right, *left}))
    field = Field(44 * PX, 36 * PX, 304 * PX, 280 * PX, frequencies)
    items = field.grid()
    # The right ear lies under the left, whose cross leaves the circle visible.
    for levels, role, kind in (
        (right, ColourRole.RIGHT_EAR, MarkerKind.OPEN_CIRCLE),
        (left, ColourRole.LEFT_EAR, MarkerKind.CROSS),
    ):
        items += field.joined(levels, role)
        items += [
            Marker(kind, field.x(one), field.y(levels[one]), 13 * PX, role)
            for one in frequencies
            if one in levels
        ]
    _legend(items, field)
    return Scene(_WIDTH, _HEIGHT, tuple(items), _description(right, left))


def _quiet(x: float, middle: float, text: str, anchor: Anchor) -> Text:
    return Text(x, baseline(middle, 9.5), text, 9.5, anchor, role=ColourRole.SECONDARY)


def _legend(items: list[Item], field: Field) -> None:
    y = field.bottom + 20 * PX
    for x, kind, role, key in (
        (field.left + 8 * PX, MarkerKind.OPEN_CIRCLE, ColourRole.RIGHT_EAR, "legend_right"),
        (field.left + 108 * PX, MarkerKind.CROSS, ColourRole.LEFT_EAR, "legend_left"),
    ):
        items.append(Marker(kind, x, y, 11 * PX, role))
        text = say(f"charts.audiogram_{key}")
        items.append(Text(x + 12 * PX, baseline(y, 10), text, 10, role=ColourRole.TEXT))


def _description(right: Levels, left: Levels) -> str:
    sentences = [say("charts.audiogram_title")]
    for ear, levels in (("right", right), ("left", left)):
        cells = [
            say("charts.audiogram_cell", frequency=frequency, level=levels[frequency])
            for frequency in sorted(levels)
        ]
        if cells:
            name = say(f"charts.{ear}")
            sentences.append(say("charts.audiogram_ear", ear=name, cells=", ".join(cells)))
    return " ".join(sentences)
