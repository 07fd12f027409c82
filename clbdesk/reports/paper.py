"""A sheet of A4: fonts, margins, page numbers, and a check that every sign can be printed.

The same content gives the same bytes (invariant), so that what was printed can be proved. A sign
that Lato lacks is reported and never printed as a box (pages.md P28).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from clbdesk.assets import resource

_WIDTH, _HEIGHT = A4
_MARGIN = 20 * mm
_BOTTOM = 24 * mm
_FOOT = 12 * mm
INNER = _WIDTH - 2 * _MARGIN


class Face(StrEnum):
    """The faces that are bundled."""

    REGULAR = "Lato-Regular"
    ITALIC = "Lato-Italic"
    SEMIBOLD = "Lato-SemiBold"
    BOLD = "Lato-Bold"


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished document. `missing`: signs that could not be printed, each once, or empty."""

    pdf: bytes
    pages: int
    missing: str


@dataclass(frozen=True, slots=True)
class _Text:
    """One line of text; `y` from the bottom, points. `align`: left, right."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    grey: float
    right: bool


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A line over the width between two x."""

    x1: float
    x2: float
    y: float


@dataclass
class Paper:
    """A document that is filled from top to bottom and breaks into pages by itself.

    `title` also names the PDF; `foot` stands at the left of every page. Lengths in points.
    """

    title: str
    foot: str = ""
    _pages: list[list[_Text | _Stroke]] = field(default_factory=lambda: [[]])
    _y: float = _HEIGHT - _MARGIN
    _signs: set[str] = field(default_factory=set)

    def heading(self, text: str, size: float = 18) -> None:
        """A title line."""
        self._room(size * 1.6)
        self._line(_MARGIN, text, Face.BOLD, size)
        self._y -= size * 0.6

    def paragraph(
        self, text: str, face: Face = Face.REGULAR, size: float = 10.5, *, grey: float = 0.0
    ) -> None:
        """A wrapped text."""
        fonts()
        for line in simpleSplit(text, face, size, INNER):
            self._room(size * 1.45)
            self._line(_MARGIN, line, face, size, grey=grey)
        self._y -= size * 0.4

    def pair(self, name: str, value: str, size: float = 10.5) -> None:
        """A label at the left and its value at 60 mm, wrapped."""
        fonts()
        start = _MARGIN + 60 * mm
        lines = simpleSplit(value, Face.SEMIBOLD, size, INNER - 60 * mm) or [""]
        for number, line in enumerate(lines):
            self._room(size * 1.7)
            self._y -= size * 1.7
            if number == 0:
                self._put(_MARGIN, name, Face.REGULAR, size, grey=0.3)
            self._put(start, line, Face.SEMIBOLD, size)

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> None:
        """Columns of these widths; all but the first aligned to the right."""
        size = 9.5
        self._room(size * 6)
        self._row(heads, widths, Face.REGULAR, size, grey=0.3)
        self.rule()
        for row in rows:
            self._room(size * 2)
            self._row(row, widths, Face.REGULAR, size)
        self._y -= size

    def rule(self) -> None:
        """A thin line over the width."""
        self._y -= 4
        self._pages[-1].append(_Stroke(_MARGIN, _WIDTH - _MARGIN, self._y))
        self._y -= 2

    def space(self, height: float) -> None:
        """Empty room."""
        self._y -= height

    def printed(self) -> Printed:
        """The document as PDF, with its page numbers."""
        fonts()
        buffer = io.BytesIO()
        canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1)
        canvas.setTitle(self.title)
        canvas.setAuthor("clbdesk")
        for number, page in enumerate(self._pages, 1):
            self._draw(canvas, page)
            canvas.setFont(Face.REGULAR, 8.5)
            canvas.setFillGray(0.3)
            canvas.drawString(_MARGIN, _FOOT, self.foot)
            words = f"pagina {number} van {len(self._pages)}"
            canvas.drawRightString(_WIDTH - _MARGIN, _FOOT, words)
            canvas.showPage()
        canvas.save()
        return Printed(buffer.getvalue(), len(self._pages), "".join(sorted(self._signs)))

    def _draw(self, canvas: Canvas, page: list[_Text | _Stroke]) -> None:
        for item in page:
            if isinstance(item, _Stroke):
                canvas.setStrokeGray(0.6)
                canvas.setLineWidth(0.5)
                canvas.line(item.x1, item.y, item.x2, item.y)
                continue
            canvas.setFont(item.face, item.size)
            canvas.setFillGray(item.grey)
            draw = canvas.drawRightString if item.right else canvas.drawString
            draw(item.x, item.y, item.text)

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        face: Face,
        size: float,
        *,
        grey: float = 0.0,
    ) -> None:
        self._y -= size * 1.7
        x = _MARGIN
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            at = x if number == 0 else x + width
            self._put(at, cell, face, size, grey=grey, right=number > 0)
            x += width

    def _line(self, x: float, text: str, face: Face, size: float, *, grey: float = 0.0) -> None:
        self._y -= size * 1.45
        self._put(x, text, face, size, grey=grey)

    def _put(
        self,
        x: float,
        text: str,
        face: Face,
        size: float,
        *,
        grey: float = 0.0,
        right: bool = False,
    ) -> None:
        missing = missing_signs(text, face)
        self._signs.update(missing)
        shown = "".join(" " if sign in missing else sign for sign in text)
        self._pages[-1].append(_Text(x, self._y, shown, face, size, grey, right))

    def _room(self, height: float) -> None:
        if self._y - height < _BOTTOM:
            self._pages.append([])
            self._y = _HEIGHT - _MARGIN


@cache
def fonts() -> dict[Face, TTFont]:
    """The Lato faces, registered once."""
    found = {}
    for face in Face:
        font = TTFont(face.value, str(resource("fonts", f"{face.value}.ttf")))
        pdfmetrics.registerFont(font)
        found[face] = font
    return found


def missing_signs(text: str, face: Face = Face.REGULAR) -> str:
    """The signs of a text that this face has no shape for, each once, in order."""
    known = fonts()[face].face.charToGlyph
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in known))
