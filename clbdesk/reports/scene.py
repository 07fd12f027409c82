"""A drawing of `clbdesk.charts` on paper: the geometry of the screen, as lines and letters.

Paper is light: colours are those of the light scheme, so that chart and screen look alike.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from typing import assert_never

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from clbdesk.assets import resource
from clbdesk.charts.scene import (
    Anchor,
    ColourRole,
    Item,
    Line,
    Marker,
    MarkerKind,
    Point,
    Polygon,
    Scene,
    Text,
    Weight,
)
from clbdesk.reports.fonts import Face, fonts, without_missing

_FACES = {
    Weight.REGULAR: Face.REGULAR,
    Weight.SEMIBOLD: Face.SEMIBOLD,
    Weight.BOLD: Face.BOLD,
}
_BUTT, _ROUND = 0, 1


def scene_texts(scene: Scene) -> tuple[str, ...]:
    """The words that stand in a drawing."""
    return tuple(item.text for item in scene.items if isinstance(item, Text))


def draw_scene(canvas: Canvas, scene: Scene, x: float, y: float, scale: float = 1.0) -> None:
    """Paint a drawing with its top left corner at x, y (points from the bottom left)."""
    fonts()
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(scale, scale)
    canvas.setLineCap(_BUTT)
    canvas.setLineJoin(_ROUND)
    for item in scene.items:
        _paint(canvas, item)
    canvas.restoreState()


def _paint(canvas: Canvas, item: Item) -> None:
    match item:
        case Line():
            canvas.setStrokeColor(_colour(item.role))
            canvas.setLineWidth(item.width_mm * mm)
            canvas.setDash([length * mm for length in item.dash])
            _trace(canvas, item.points, stroke=1, fill=0)
            canvas.setDash()
        case Polygon():
            canvas.setFillColor(_on_paper(item.role, item.opacity))
            _trace(canvas, item.points, stroke=0, fill=1)
        case Marker():
            _marker(canvas, item)
        case Text():
            face = _FACES[item.weight]
            canvas.setFont(face, item.size_pt)
            canvas.setFillColor(_colour(item.role))
            draw = {
                Anchor.START: canvas.drawString,
                Anchor.MIDDLE: canvas.drawCentredString,
                Anchor.END: canvas.drawRightString,
            }[item.anchor]
            draw(item.x * mm, -item.y * mm, without_missing(item.text, face))
        case _:
            assert_never(item)


def _trace(canvas: Canvas, points: tuple[Point, ...], *, stroke: int, fill: int) -> None:
    canvas.drawPath(_path(points), stroke=stroke, fill=fill)


@lru_cache(maxsize=512)
def _path(points: tuple[Point, ...]) -> PDFPathObject:
    """Written once for a class: grid and curves are the same in every letter of an age."""
    path = PDFPathObject()
    (x, y), *rest = points
    path.moveTo(x * mm, -y * mm)
    for x, y in rest:
        path.lineTo(x * mm, -y * mm)
    return path


def _marker(canvas: Canvas, item: Marker) -> None:
    x, y, half = item.x * mm, -item.y * mm, item.size_mm * mm / 2
    stroke = item.stroke_mm * mm
    canvas.setStrokeColor(_colour(item.role))
    canvas.setLineWidth(stroke)
    if item.kind is MarkerKind.CIRCLE:
        canvas.setFillColor(_colour(item.role))
        canvas.circle(x, y, half, stroke=0, fill=1)
        return
    canvas.setFillColor(_colour(ColourRole.SURFACE))
    inner = half - stroke / 2
    if item.kind is MarkerKind.OPEN_CIRCLE:
        canvas.circle(x, y, inner, stroke=1, fill=1)
    elif item.kind is MarkerKind.OPEN_SQUARE:
        canvas.rect(x - inner, y - inner, 2 * inner, 2 * inner, stroke=1, fill=1)
    else:
        canvas.line(x - inner, y - inner, x + inner, y + inner)
        canvas.line(x - inner, y + inner, x + inner, y - inner)


@cache
def _colour(role: ColourRole) -> Color:
    tokens = tomllib.loads(resource("theme", "tokens.toml").read_text(encoding="utf-8"))
    return HexColor(tokens["light"][role.value])


@cache
def _on_paper(role: ColourRole, opacity: float) -> Color:
    """A colour that lets paper shine through, as one without: printers need no transparency."""
    colour = _colour(role)
    mixed = (1 - opacity * (1 - part) for part in (colour.red, colour.green, colour.blue))
    return Color(*mixed)
