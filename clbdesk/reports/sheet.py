"""What can stand on a sheet of A4, and how it is drawn: text, strokes, drawings, bars.

Points from the bottom left corner. Where it stands is decided by `clbdesk.reports.paper`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from clbdesk.charts.scene import Scene
from clbdesk.reports.fonts import Face, fonts
from clbdesk.reports.scene import draw_scene

WIDTH, HEIGHT = A4
BARS_HIGH = 12 * mm
CELL = 9.5  # letters of a table, points
GAP = 6.0  # between words of one line that are about different things
_FOOT = 12 * mm
_FOOT_SIZE = 8.5
# Letters of a box, the smaller the more lines it has.
_IN_BOX = ((8.5, 1), (7.5, 2), (6.5, 3))
_BAR = 0.33 * mm  # the thinnest bar, what an ordinary scanner reads from ordinary paper


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `right`: x is where it ends."""

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


def wrapped(text: str, face: Face, size: float, width: float) -> list[str]:
    """The lines of a text in this width; a wider word is cut, after a hyphen if it has one.

    A line that goes on ends with its space, so that its last word and the next stay two.
    """
    fonts()
    lines: list[str] = []
    for line in simpleSplit(text, face, size, width):
        rest = line
        while stringWidth(rest, face, size) > width and len(rest) > 1:
            fits = next(
                count
                for count in range(len(rest) - 1, 0, -1)
                if count == 1 or stringWidth(rest[:count], face, size) <= width
            )
            fits = rest.rfind("-", 0, fits) + 1 or fits
            lines.append(rest[:fits])
            rest = rest[fits:]
        lines.append(f"{rest} ")
    return [*lines[:-1], *(last.rstrip() for last in lines[-1:])]


def in_columns(cells: Sequence[str], widths: Sequence[float]) -> list[list[str]]:
    """The lines of every cell of a row of a table."""
    return [
        wrapped(cell, Face.REGULAR, CELL, width - GAP)
        for cell, width in zip(cells, widths, strict=True)
    ]


def in_box(text: str, width: float) -> tuple[float, list[str]]:
    """The size of the letters and the lines of a text in a box for a hand, at most three lines."""
    for size, most in _IN_BOX:
        lines = wrapped(text, Face.REGULAR, size, width)
        if len(lines) <= most:
            return size, lines
    kept = wrapped(text, Face.REGULAR, size, width)[:most]
    return size, [*kept[:-1], f"{kept[-1].rstrip()[:-1]}…"]


def bars(digits: str) -> Code128:
    """An even number of digits, as wide as they are."""
    return Code128(digits, barHeight=BARS_HIGH, barWidth=_BAR, quiet=False)


def draw_foot(canvas: Canvas, left: str, right: str, margin: float) -> None:
    """Words at both sides below a page; the left ones as many lines as they need, upwards."""
    canvas.setFillGray(0.3)
    canvas.setFont(Face.REGULAR, _FOOT_SIZE)
    canvas.drawRightString(WIDTH - margin, _FOOT, right)
    room = WIDTH - 2 * margin - stringWidth(right, Face.REGULAR, _FOOT_SIZE) - _FOOT_SIZE
    lines = wrapped(left, Face.REGULAR, _FOOT_SIZE, room)
    for number, line in enumerate(reversed(lines)):
        canvas.drawString(margin, _FOOT + number * _FOOT_SIZE * 1.25, line)


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
    """One item where it stands."""
    if isinstance(item, Picture):
        draw_scene(canvas, item.scene, item.x, item.y, item.scale)
    elif isinstance(item, Bars):
        canvas.setFillGray(0.0)
        code = bars(item.digits)
        code.drawOn(canvas, item.x - code.width, item.y - BARS_HIGH)
    elif isinstance(item, Stroke):
        canvas.setStrokeGray(0.6)
        canvas.setLineWidth(0.5)
        canvas.setDash(*((3, 3) if item.dashed else ()))
        canvas.line(item.x1, item.y1, item.x2, item.y2)
        canvas.setDash()
    else:
        canvas.setFont(item.face, item.size)
        canvas.setFillGray(item.grey)
        write = canvas.drawRightString if item.right else canvas.drawString
        write(item.x, item.y, item.text)
