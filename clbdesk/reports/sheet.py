"""What can stand on a sheet of A4, and how it is drawn: text, strokes, drawings, bars.

Points from the bottom left corner. Where it stands is decided by `clbdesk.reports.paper`.
"""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from clbdesk.charts.scene import Scene
from clbdesk.reports.fonts import Face, fonts
from clbdesk.reports.scene import draw_scene

WIDTH, HEIGHT = A4
BARS_HIGH = 12 * mm
_BAR = 0.33 * mm  # the thinnest bar, what an ordinary scanner reads from ordinary paper


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` from the bottom, points. `align`: left, right."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    grey: float
    right: bool


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line from one point to another; `dashed` where the sheet is cut."""

    x1: float
    y1: float
    x2: float
    y2: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A scene with its top left corner at x, y; `scale` 1 is its own size."""

    x: float
    y: float
    scene: Scene
    scale: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Digits as Code 128, with its top right corner at x, y."""

    x: float
    y: float
    digits: str


Item = Text | Stroke | Picture | Bars


def draw_watermark(canvas: Canvas, words: str) -> None:
    """Pale words across the page, below everything that is to be read; as large as they fit."""
    if not words:
        return
    fonts()
    diagonal = 0.8 * (WIDTH**2 + HEIGHT**2) ** 0.5
    size = min(34.0, 34.0 * diagonal / stringWidth(words, Face.BOLD, 34))
    canvas.saveState()
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(52)
    canvas.setFont(Face.BOLD, size)
    canvas.setFillGray(0.92)
    canvas.drawCentredString(0, 0, words)
    canvas.restoreState()


def draw(canvas: Canvas, item: Item) -> None:
    if isinstance(item, Picture):
        draw_scene(canvas, item.scene, item.x, item.y, item.scale)
    elif isinstance(item, Bars):
        canvas.setFillGray(0.0)
        bars = Code128(item.digits, barHeight=BARS_HIGH, barWidth=_BAR, quiet=False)
        bars.drawOn(canvas, item.x - bars.width, item.y - BARS_HIGH)
    elif isinstance(item, Stroke):
        canvas.setStrokeGray(0.6)
        canvas.setLineWidth(0.5)
        canvas.setDash(*((3, 3) if item.dashed else ()))
        canvas.line(item.x1, item.y1, item.x2, item.y2)
        canvas.setDash()
    else:
        canvas.setFont(item.face, item.size)
        canvas.setFillGray(item.grey)
        draw = canvas.drawRightString if item.right else canvas.drawString
        draw(item.x, item.y, item.text)
