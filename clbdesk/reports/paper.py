"""A sheet of A4: fonts, margins, page numbers, and a check that every sign can be printed.

The same content gives the same bytes (invariant), so that what was printed can be proved. A sign
that Lato lacks is reported and never printed as a box (pages.md P28).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from clbdesk.charts.scene import Scene
from clbdesk.reports.fonts import Face, fonts, missing_signs
from clbdesk.reports.locked import PdfLock
from clbdesk.reports.scene import scene_texts
from clbdesk.reports.sheet import (
    BARS_HIGH,
    HEIGHT,
    WIDTH,
    Bars,
    Item,
    Picture,
    Stroke,
    Text,
    draw,
    draw_watermark,
)

_MARGIN = 20 * mm
_BOTTOM = 24 * mm
_FOOT = 12 * mm
_BOX = 9 * mm
_WRITE = 24  # room to write a line by hand, points
INNER = WIDTH - 2 * _MARGIN


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished document. `missing`: signs that could not be printed, each once, or empty."""

    pdf: bytes
    pages: int
    missing: str


@dataclass
class Paper:
    """A document that is filled from top to bottom and breaks into pages by itself.

    `title` also names the PDF, and with `section` (a class) the paper in its outline: nobody's name
    there. `foot` stands at the left of every page, `watermark` across it. Lengths in points.
    """

    title: str
    foot: str = ""
    watermark: str = ""
    section: str = ""
    _pages: list[list[Item]] = field(default_factory=lambda: [[]])
    _y: float = HEIGHT - _MARGIN
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
        for block in text.split("\n"):
            for line in simpleSplit(block, face, size, INNER):
                self._room(size * 1.45)
                self._line(_MARGIN, line, face, size, grey=grey)
        self._y -= size * 0.4

    def sides(self, left: str, right: str, face: Face, size: float = 11) -> None:
        """One line with words at both margins."""
        self._room(size * 1.45)
        self._line(_MARGIN, left, face, size)
        self._put(WIDTH - _MARGIN, right, Face.REGULAR, size, right=True)
        self._y -= size * 0.4

    def pair(
        self,
        name: str,
        value: str,
        size: float = 10.5,
        *,
        at: float = 60 * mm,
        face: Face = Face.SEMIBOLD,
    ) -> None:
        """A label at the left and its value `at` points from the margin, wrapped, on one page."""
        fonts()
        lines = simpleSplit(value, face, size, INNER - at) or [""]
        self._room(size * 1.7 + (len(lines) - 1) * size * 1.45)
        for number, line in enumerate(lines):
            self._y -= size * (1.45 if number else 1.7)
            if number == 0:
                self._put(_MARGIN, name, Face.REGULAR, size, grey=0.3)
            self._put(_MARGIN + at, line, face, size)

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        numbers: bool = True,
    ) -> None:
        """Columns of these widths, with the heads again on every page.

        `numbers`: all but the first are aligned to the right; else all to the left.
        """
        size = 9.5
        self._room(size * 6)
        self._heads(heads, widths, size, numbers=numbers)
        for row in rows:
            if self._room(size * 2):
                self._heads(heads, widths, size, numbers=numbers)
            self._row(row, widths, Face.REGULAR, size, numbers=numbers)
        self._y -= size

    def form(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> None:
        """Boxes to write in by hand, with the heads again on every page.

        A row gives the words of its first boxes; the others stay empty.
        """
        self._room(3 * _BOX)
        self._boxes(heads, widths, grey=0.3)
        for row in rows:
            if self._room(_BOX):
                self._boxes(heads, widths, grey=0.3)
            self._boxes((*row, *("" for _ in heads[len(row) :])), widths)

    def scene(self, scene: Scene, width: float = INNER) -> None:
        """A drawing, no wider than this, whole on one page."""
        scale = min(1.0, width / (scene.width_mm * mm))
        height = scene.height_mm * mm * scale
        self._room(height)
        for text in scene_texts(scene):
            self._signs.update(missing_signs(text))
        self._pages[-1].append(Picture(_MARGIN, self._y, scene, scale))
        self._y -= height

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
        self._across(_MARGIN, WIDTH - _MARGIN, self._y)
        self._y -= 2

    def write_line(self, name: str) -> None:
        """A label, and a line to write on behind it."""
        self._room(_WRITE)
        self._y -= _WRITE
        self._put(_MARGIN, name, Face.REGULAR, 10.5, grey=0.3)
        self._across(_MARGIN + 60 * mm, WIDTH - _MARGIN, self._y - 2)

    def cut_line(self, words: str) -> None:
        """Where a strip is cut off, over the whole sheet."""
        self._y -= 14
        self._across(0, WIDTH, self._y, dashed=True)
        self._y -= 2
        self._line(_MARGIN, words, Face.REGULAR, 8.5, grey=0.3)

    def barcode(self, digits: str, shown: str) -> None:
        """An even number of digits as bars at the right margin, and below them to read.

        What follows stands beside it, at the left.
        """
        top, right = self._y - 4, WIDTH - _MARGIN
        self._pages[-1].append(Bars(right, top, digits))
        self._put(right, shown, Face.REGULAR, 10.5, right=True, y=top - BARS_HIGH - 13)

    def space(self, height: float) -> None:
        """Empty room."""
        self._y -= height

    def printed(self) -> Printed:
        """The document as PDF, with its page numbers."""
        return bind([self], self.title)

    @property
    def pages(self) -> int:
        """How many sides it has so far."""
        return len(self._pages)

    def draw_on(self, canvas: Canvas) -> str:
        """Every page, with its own numbers; the signs that could not be printed."""
        for number, page in enumerate(self._pages, 1):
            draw_watermark(canvas, self.watermark)
            for item in page:
                draw(canvas, item)
            canvas.setFont(Face.REGULAR, 8.5)
            canvas.setFillGray(0.3)
            self._signs.update(missing_signs(self.foot))
            canvas.drawString(_MARGIN, _FOOT, self.foot)
            words = f"pagina {number} van {len(self._pages)}"
            canvas.drawRightString(WIDTH - _MARGIN, _FOOT, words)
            canvas.showPage()
        return "".join(sorted(self._signs))

    def _heads(
        self, heads: Sequence[str], widths: Sequence[float], size: float, *, numbers: bool
    ) -> None:
        self._row(heads, widths, Face.REGULAR, size, grey=0.3, numbers=numbers)
        self.rule()

    def _boxes(self, cells: Sequence[str], widths: Sequence[float], *, grey: float = 0.0) -> None:
        top, x, size = self._y, _MARGIN, 8.5
        self._y -= _BOX
        words = top - _BOX / 2 - size * 0.35
        for cell, width in zip(cells, widths, strict=True):
            kept = cell
            while stringWidth(kept, Face.REGULAR, size) > width - 4:
                kept = kept.rstrip("…")[:-1] + "…"
            self._put(x + 2, kept, Face.REGULAR, size, grey=grey, y=words)
            self._pages[-1].append(Stroke(x, top, x, self._y))
            x += width
        self._pages[-1].append(Stroke(x, top, x, self._y))
        for y in (top, self._y):
            self._across(_MARGIN, x, y)

    def _across(self, x1: float, x2: float, y: float, *, dashed: bool = False) -> None:
        self._pages[-1].append(Stroke(x1, y, x2, y, dashed))

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        face: Face,
        size: float,
        *,
        grey: float = 0.0,
        numbers: bool,
    ) -> None:
        self._y -= size * 1.7
        x = _MARGIN
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            right = numbers and number > 0
            at = x + width if right else x
            self._put(at, cell, face, size, grey=grey, right=right)
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
        y: float | None = None,
    ) -> None:
        missing = missing_signs(text, face)
        self._signs.update(missing)
        shown = "".join(" " if sign in missing else sign for sign in text)
        self._pages[-1].append(Text(x, self._y if y is None else y, shown, face, size, grey, right))

    def _room(self, height: float) -> bool:
        """Go on to a new page when this height does not fit; whether that was so."""
        if self._y - height >= _BOTTOM:
            return False
        self._pages.append([])
        self._y = HEIGHT - _MARGIN
        return True


def bind(
    papers: Sequence[Paper], title: str, *, two_sided: bool = False, password: str = ""
) -> Printed:
    """Several documents as one PDF, each with page numbers of its own.

    `two_sided`: an empty side is added where the next document would begin on somebody's back.
    `password`: what opens it, empty for everybody; its bytes then differ every time.
    """
    fonts()
    buffer = io.BytesIO()
    canvas = Canvas(
        buffer,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        lang="nl-BE",
        pdfVersion=(2, 0) if password else None,
        encrypt=PdfLock(password) if password else None,
    )
    canvas.setTitle(title)
    canvas.setAuthor("clbdesk")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    pages, missing = 0, set[str]()
    for number, paper in enumerate(papers):
        named = f"{paper.title} · {paper.section}" if paper.section else paper.title
        canvas.bookmarkPage(str(number))
        canvas.addOutlineEntry(f"{number + 1}. {named}", str(number))
        missing.update(paper.draw_on(canvas))
        pages += paper.pages
        if two_sided and paper.pages % 2 and number < len(papers) - 1:
            canvas.showPage()
            pages += 1
    canvas.save()
    return Printed(buffer.getvalue(), pages, "".join(sorted(missing)))
