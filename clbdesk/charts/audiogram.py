"""Audiogram: lowest level heard per ear, dB HL downwards, frequencies an octave apart.

Right is a red circle, left a blue cross with a dashed line: shape and word always go with the
colour, for colour-blind staff and for paper. A cell without an answer is absent, never at 0 dB.
"""

from __future__ import annotations

import math
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
    from collections.abc import Mapping, Sequence

# Frequencies of the short audiometry, Hz; others are drawn when they were measured.
_ALWAYS = (500, 1000, 4000)
_SOFTEST, _LOUDEST = -10, 120

_WIDTH, _HEIGHT = 320 * PX, 316 * PX
_LEFT, _TOP, _RIGHT, _BOTTOM = 44 * PX, 36 * PX, 304 * PX, 280 * PX
_DASH = (6 * PX, 4 * PX)

Levels = dict[int, int]


def heard_levels(cells: Mapping[str, AudiometryCell]) -> Levels:
    """Lowest level heard by frequency in Hz, of the cells that have a reliable one."""
    return {
        int(frequency): cell.level_db
        for frequency, cell in cells.items()
        if cell.level_db is not None and cell.result in {CellResult.PASS, CellResult.FAIL}
    }


def audiogram(right: Levels, left: Levels) -> Scene:
    """The drawing of both ears; levels in dB HL by frequency in Hz."""
    items: list[Item] = []
    places = _places(sorted({*_ALWAYS, *right, *left}))
    _grid(items, places)
    # The right ear lies under the left, whose cross leaves the circle visible.
    for levels, role, kind, dash in (
        (right, ColourRole.RIGHT_EAR, MarkerKind.OPEN_CIRCLE, ()),
        (left, ColourRole.LEFT_EAR, MarkerKind.CROSS, _DASH),
    ):
        runs = _runs(levels, places)
        items += [Line(points, role, 1.5 * PX, dash) for points in runs if len(points) > 1]
        items += [Marker(kind, x, y, 13 * PX, role) for points in runs for x, y in points]
    _legend(items)
    return Scene(_WIDTH, _HEIGHT, tuple(items), _description(right, left))


def _places(frequencies: Sequence[int]) -> dict[int, float]:
    """Where each frequency stands: octaves are equally wide, with half an octave of room at both ends."""
    octaves = [math.log2(frequency) for frequency in frequencies]
    first, last = octaves[0] - 0.5, octaves[-1] + 0.5
    return {
        frequency: _LEFT + (octave - first) / (last - first) * (_RIGHT - _LEFT)
        for frequency, octave in zip(frequencies, octaves, strict=True)
    }


def _y(level: float) -> float:
    inside = min(max(level, _SOFTEST), _LOUDEST)
    return _TOP + (inside - _SOFTEST) / (_LOUDEST - _SOFTEST) * (_BOTTOM - _TOP)


def _runs(levels: Levels, places: dict[int, float]) -> list[tuple[Point, ...]]:
    """The points of one ear, broken where a frequency was not answered."""
    runs: list[tuple[Point, ...]] = [()]
    for frequency, x in places.items():
        if frequency in levels:
            runs[-1] = (*runs[-1], (x, _y(levels[frequency])))
        else:
            runs.append(())
    return runs


def _grid(items: list[Item], places: dict[int, float]) -> None:
    for level in range(_SOFTEST, _LOUDEST + 1, 10):
        y = _y(level)
        role = ColourRole.LINE if level == 0 else ColourRole.LINE_FAINT
        items.append(Line(((_LEFT, y), (_RIGHT, y)), role))
        if level % 20 == 0:
            items.append(_quiet(_LEFT - 8 * PX, y, str(level), Anchor.END))
    for frequency, x in places.items():
        items.append(Line(((x, _TOP), (x, _BOTTOM)), ColourRole.LINE_FAINT))
        shown = f"{frequency // 1000}k" if frequency >= 1000 else str(frequency)
        items.append(_quiet(x, _TOP - 11 * PX, shown, Anchor.MIDDLE))
    items.append(_quiet(_LEFT - 8 * PX, _TOP - 11 * PX, say("charts.audiogram_level"), Anchor.END))


def _quiet(x: float, middle: float, text: str, anchor: Anchor) -> Text:
    return Text(x, baseline(middle, 9.5), text, 9.5, anchor, role=ColourRole.SECONDARY)


def _legend(items: list[Item]) -> None:
    y = _BOTTOM + 20 * PX
    for x, kind, role, key in (
        (_LEFT + 8 * PX, MarkerKind.OPEN_CIRCLE, ColourRole.RIGHT_EAR, "legend_right"),
        (_LEFT + 108 * PX, MarkerKind.CROSS, ColourRole.LEFT_EAR, "legend_left"),
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
