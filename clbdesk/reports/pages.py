"""Pages of A4 that are filled from top to bottom, and the structure of what stands on them.

A sign that Lato lacks is reported and never printed as a box (pages.md P28). What the parts of a
document look like is in `clbdesk.reports.paper`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from clbdesk.reports.fonts import Face, missing_signs, without_missing
from clbdesk.reports.sheet import HEIGHT, WIDTH, Item, Stroke, Text, draw, draw_foot, draw_watermark
from clbdesk.reports.tagged import Element, Structure, Tag

MARGIN = 20 * mm
BOTTOM = 24 * mm
INNER = WIDTH - 2 * MARGIN


@dataclass
class Pages:
    """A document that breaks into pages by itself.

    `title` also names the PDF, and with `section` (a class) the paper in its outline: nobody's name
    there. `foot` stands at the left of every page, `watermark` across it. Lengths in points.
    """

    title: str
    foot: str = ""
    watermark: str = ""
    section: str = ""
    structure: Element = field(default_factory=lambda: Element(Tag.PART))
    _pages: list[list[tuple[Item, Element | None]]] = field(default_factory=lambda: [[]])
    _y: float = HEIGHT - MARGIN
    _signs: set[str] = field(default_factory=set)
    _bars: tuple[float, float] = (HEIGHT, 0.0)  # down to where and how wide a barcode stands

    def keep(self, height: float) -> None:
        """Begin a new page unless this much room is left: what follows belongs together."""
        self._room(height)

    def new_page(self) -> None:
        """What follows begins on a page of its own."""
        if self._pages[-1]:
            self._room(self._y)

    def rule(self) -> None:
        """A thin line over the width."""
        self._y -= 4
        self._across(MARGIN, WIDTH - MARGIN, self._y)
        self._y -= 2

    def space(self, height: float) -> None:
        """Empty room."""
        self._y -= height

    @property
    def pages(self) -> int:
        """How many sides it has so far."""
        return len(self._pages)

    def draw_on(self, canvas: Canvas, structure: Structure) -> str:
        """Every page, with its own numbers; the signs that could not be printed."""
        foot = self._printable(self.foot, Face.REGULAR)
        watermark = self._printable(self.watermark, Face.BOLD)
        for number, page in enumerate(self._pages, 1):
            with structure.drawing(None):
                draw_watermark(canvas, watermark)
            for element, items in groupby(page, key=lambda one: one[1]):
                with structure.drawing(element):
                    for item, _ in items:
                        draw(canvas, item)
            with structure.drawing(None):
                draw_foot(canvas, foot, f"pagina {number} van {len(self._pages)}", MARGIN)
            structure.end_page()
        return "".join(sorted(self._signs))

    @property
    def _width(self) -> float:
        """How wide a text can be here."""
        low, wide = self._bars
        return INNER - wide if self._y > low else INNER

    def _room(self, height: float) -> bool:
        """Go on to a new page when this height does not fit; whether that was so."""
        if self._y - height >= BOTTOM:
            return False
        self._pages.append([])
        self._bars = (HEIGHT, 0.0)
        self._y = HEIGHT - MARGIN
        return True

    def _line(self, of: Element, text: str, face: Face, size: float, *, grey: float = 0.0) -> None:
        self._y -= size * 1.45
        self._put(of, MARGIN, text, face, size, grey=grey)

    def _across(self, x1: float, x2: float, y: float, *, dashed: bool = False) -> None:
        self._add(None, Stroke(x1, y, x2, y, dashed))

    def _put(
        self,
        of: Element | None,
        x: float,
        text: str,
        face: Face,
        size: float,
        *,
        grey: float = 0.0,
        right: bool = False,
        y: float | None = None,
    ) -> None:
        shown = self._printable(text, face)
        if shown:
            self._add(of, Text(x, self._y if y is None else y, shown, face, size, grey, right))

    def _printable(self, text: str, face: Face) -> str:
        """What this face can print of a text; the rest is reported."""
        self._signs.update(missing_signs(text, face))
        return without_missing(text, face)

    def _add(self, of: Element | None, item: Item) -> None:
        self._pages[-1].append((item, of))
