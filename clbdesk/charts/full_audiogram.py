"""The full audiogram of a report from outside, with the symbols of the field (handbook 1 §3.4).

Air: right a red circle, masked a triangle; left a blue cross, masked a square. Bone: right "<",
masked "["; left ">", masked "]" (ASHA 1990 for the masked ones). No response: an arrow down. Air
is joined, solid at the right and dashed at the left; a threshold that was not heard never is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from clbdesk.charts.audiogram import Field
from clbdesk.charts.scene import (
    PX,
    ColourRole,
    Item,
    Line,
    Marker,
    MarkerKind,
    Point,
    Polygon,
    Scene,
    Text,
    baseline,
)
from clbdesk.domain.hearing import FREQUENCIES
from clbdesk.standards.phrases import number
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.domain.hearing import Audiogram, Threshold

_WIDTH = 408 * PX
_FIELD = Field(44 * PX, 36 * PX, 400 * PX, 330 * PX, tuple(int(one) for one in FREQUENCIES))
_HALF = 6.5 * PX  # of a symbol
_STROKE = 2 * PX
_BESIDE = 11 * PX  # bone conduction stands beside the line of its frequency
_COLUMN, _ROW = 184 * PX, 20 * PX
_ROLES = {"right": ColourRole.RIGHT_EAR, "left": ColourRole.LEFT_EAR}
_SIDES = {"right": -1.0, "left": 1.0}


def full_audiogram(body: Audiogram) -> Scene:
    """Both ears, air and bone, with a legend of the symbols that stand in it."""
    items = _FIELD.grid()
    used: dict[str, list[tuple[bool, bool]]] = {"right": [], "left": []}
    silent = False
    for ear, role in _ROLES.items():
        air, bone = thresholds_of(body, ear)
        heard = {int(hz): one.level_db for hz, one in air.items() if not one.no_response}
        items += _FIELD.joined(heard, role)
        for is_bone, found in ((False, air), (True, bone)):
            for hertz in FREQUENCIES:
                if hertz in found:
                    one = found[hertz]
                    items += _threshold(ear, int(hertz), one, is_bone=is_bone)
                    used[ear].append((is_bone, one.masked))
                    silent = silent or one.no_response
    height = _legend(items, used, silent=silent)
    return Scene(_WIDTH, height, tuple(items), _description(body))


def thresholds_of(
    body: Audiogram, ear: str
) -> tuple[Mapping[str, Threshold], Mapping[str, Threshold]]:
    """Air and bone conduction of an ear, right or left."""
    if ear == "right":
        return body.right_air, body.right_bone
    return body.left_air, body.left_bone


def _threshold(ear: str, hertz: int, found: Threshold, *, is_bone: bool) -> list[Item]:
    x, y = _FIELD.x(hertz), _FIELD.y(found.level_db)
    if is_bone:
        x += _SIDES[ear] * _BESIDE
    items = _symbol(ear, x, y, is_bone=is_bone, masked=found.masked)
    return [*items, *_arrow(ear, x, y, _ROLES[ear])] if found.no_response else items


def _symbol(ear: str, x: float, y: float, *, is_bone: bool, masked: bool) -> list[Item]:
    role = _ROLES[ear]
    if is_bone:
        # The open side looks at the line of the frequency.
        outer, inner = x + _SIDES[ear] * _HALF * 0.6, x - _SIDES[ear] * _HALF * 0.6
        if masked:
            return [
                _line(
                    role,
                    (inner, y - _HALF),
                    (outer, y - _HALF),
                    (outer, y + _HALF),
                    (inner, y + _HALF),
                )
            ]
        return [_line(role, (inner, y - _HALF), (outer, y), (inner, y + _HALF))]
    if masked and ear == "right":
        corners = ((x, y - _HALF), (x + _HALF, y + _HALF * 0.8), (x - _HALF, y + _HALF * 0.8))
        return [Polygon(corners, ColourRole.SURFACE), _line(role, *corners, corners[0])]
    if masked:
        return [Marker(MarkerKind.OPEN_SQUARE, x, y, 2 * _HALF, role, _STROKE)]
    kind = MarkerKind.OPEN_CIRCLE if ear == "right" else MarkerKind.CROSS
    return [Marker(kind, x, y, 2 * _HALF, role, _STROKE)]


def _arrow(ear: str, x: float, y: float, role: ColourRole) -> list[Item]:
    """Down and away from the line of the frequency."""
    side = _SIDES[ear]
    start = (x + side * _HALF * 0.7, y + _HALF * 0.7)
    end = (x + side * _HALF * 1.9, y + _HALF * 2.4)
    return [
        _line(role, start, end),
        _line(role, (end[0] - side * 5 * PX, end[1] - 1.5 * PX), end, (end[0], end[1] - 6 * PX)),
    ]


def _line(role: ColourRole, *points: Point) -> Line:
    return Line(points, role, _STROKE)


def _legend(
    items: list[Item], used: Mapping[str, list[tuple[bool, bool]]], *, silent: bool
) -> float:
    """Symbol and words of what is drawn, an ear per column; the height of the whole in mm."""
    top = _FIELD.bottom + 22 * PX
    lowest = top
    for column, (ear, found) in enumerate(used.items()):
        x = _FIELD.left + column * _COLUMN
        for row, (is_bone, masked) in enumerate(sorted(set(found)) or [(False, False)]):
            y = top + row * _ROW
            items += _symbol(ear, x, y, is_bone=is_bone, masked=masked)
            items.append(_words(x, y, _name(ear, is_bone=is_bone, masked=masked)))
            lowest = max(lowest, y)
    if silent:
        lowest += _ROW
        corner = (_FIELD.left - _HALF, lowest - _HALF * 1.5)
        items += _arrow("left", *corner, ColourRole.TEXT)  # of either ear
        items.append(_words(_FIELD.left, lowest, say("audiogram.no_response")))
    return lowest + 14 * PX


def _words(x: float, y: float, text: str) -> Text:
    return Text(x + 14 * PX, baseline(y, 9.5), text, 9.5, role=ColourRole.TEXT)


def _name(ear: str, *, is_bone: bool, masked: bool) -> str:
    words = f"{say(f'charts.{ear}')} {say('audiogram.bone' if is_bone else 'audiogram.air')}"
    return f"{words} {say('audiogram.masked')}" if masked else words


def _description(body: Audiogram) -> str:
    """Every threshold in words: who cannot see the drawing misses nothing."""
    sentences = [say("audiogram.title")]
    for ear in _ROLES:
        for is_bone, found in enumerate(thresholds_of(body, ear)):
            cells = [
                say("audiogram.cell", hertz=hertz, level=threshold_words(found[hertz]))
                for hertz in FREQUENCIES
                if hertz in found
            ]
            if cells:
                name = _name(ear, is_bone=bool(is_bone), masked=False)
                sentences.append(say("charts.audiogram_ear", ear=name, cells=", ".join(cells)))
    return " ".join(sentences)


def threshold_words(found: Threshold) -> str:
    """The level with what belongs to it: 45 dB, gemaskeerd."""
    words = [f"{number(Decimal(found.level_db), 0)} dB"]
    words += [say("audiogram.masked")] if found.masked else []
    words += [say("audiogram.no_response")] if found.no_response else []
    return " ".join(words)
