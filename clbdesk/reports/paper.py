"""A document on A4 by its parts, and several of them as one PDF.

The same content gives the same bytes (invariant), so that what was printed can be proved.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from clbdesk.charts.scene import Scene
from clbdesk.reports.fonts import Face, fonts, missing_signs
from clbdesk.reports.locked import PdfLock
from clbdesk.reports.pages import BOTTOM, INNER, MARGIN, Pages
from clbdesk.reports.scene import scene_texts
from clbdesk.reports.sheet import (
    BARS_HIGH,
    CELL,
    GAP,
    HEIGHT,
    WIDTH,
    Bars,
    Picture,
    Stroke,
    bars,
    in_box,
    in_columns,
    wrapped,
)
from clbdesk.reports.tagged import Element, Structure, Tag
from clbdesk.wording import say

__all__ = ["INNER", "Paper", "Printed", "bind"]

_BOX, _INSET = 9 * mm, 4  # a box to write in, and the air beside its words
_TITLE = 15.0  # from this size on a heading is the title of the document
_STORY = 14  # lines of a value that stay together
_WRITE = 24  # room to write a line by hand, points


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished document. `missing`: signs that could not be printed, each once, or empty."""

    pdf: bytes
    pages: int
    missing: str


class Paper(Pages):
    """A document by its parts: titles, texts, labels with values, tables, forms and drawings.

    What is put on it stands in the structure of the PDF in the same order (reports/tagged.py).
    """

    def heading(self, text: str, size: float = 18) -> None:
        """The title of the document, from 15 points on, or that of a part of it."""
        lines = wrapped(text, Face.BOLD, size, self._width)
        self._room(size * (0.15 + 1.45 * len(lines)))
        of = self.structure.add(Tag.TITLE if size >= _TITLE else Tag.HEADING)
        for line in lines:
            self._line(of, line, Face.BOLD, size)
        self._y -= size * 0.6

    def paragraph(
        self,
        text: str,
        face: Face = Face.REGULAR,
        size: float = 10.5,
        *,
        grey: float = 0.0,
        is_heading: bool = False,
    ) -> None:
        """A wrapped text. `is_heading`: it is the title of what follows, in the size of a text."""
        for block in text.split("\n"):
            of = self.structure.add(Tag.HEADING if is_heading else Tag.PARAGRAPH)
            for line in wrapped(block, face, size, INNER):
                self._room(size * 1.45)
                self._line(of, line, face, size, grey=grey)
        self._y -= size * 0.4

    def sides(self, left: str, right: str, face: Face, size: float = 11) -> None:
        """Words at both margins; those at the left are wrapped beside the others."""
        room = INNER - stringWidth(right, Face.REGULAR, size) - GAP
        lines = wrapped(left, face, size, room)
        self._room(size * 1.45 * len(lines))
        of, y = self.structure.add(Tag.PARAGRAPH), self._y - size * 1.45
        for line in lines:
            self._line(of, line, face, size)
        of = self.structure.add(Tag.PARAGRAPH)
        self._put(of, WIDTH - MARGIN, right, Face.REGULAR, size, right=True, y=y)
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
        """A label at the left and its value `at` points from the margin, both wrapped.

        They stay on one page, unless the value is as long as a story.
        """
        names = wrapped(name, Face.REGULAR, size, at - GAP)
        lines = wrapped(value, face, size, self._width - at)
        count = max(len(names), len(lines), 1)
        self._room(size * 1.7 + (min(count, _STORY) - 1) * size * 1.45)
        of = self.structure.add(Tag.PARAGRAPH)
        self._y -= size * 1.7
        low = self._y
        for number, words in enumerate(names):
            low = self._y - number * size * 1.45
            self._put(of, MARGIN, f"{words.rstrip()} ", Face.REGULAR, size, grey=0.3, y=low)
        for number, line in enumerate(lines):
            if number:
                low = HEIGHT if self._room(size * 1.45) else low
                self._y -= size * 1.45
            self._put(of, MARGIN + at, line, face, size)
        self._y = min(self._y, low)

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        numbers: bool = True,
    ) -> None:
        """Columns of these widths, their words wrapped, with the heads again on every page.

        `numbers`: all but the first are aligned to the right; else all to the left.
        """
        self._room(CELL * 6)
        of = self.structure.add(Tag.TABLE)
        self._row(of.add(Tag.ROW), heads, widths, numbers=numbers, is_head=True)
        for row in rows:
            high = max(1, *(len(lines) for lines in in_columns(row, widths)))
            if self._room(CELL * (0.85 + 1.45 * high)):
                self._row(None, heads, widths, numbers=numbers, is_head=True)
            self._row(of.add(Tag.ROW), row, widths, numbers=numbers)
        self._y -= CELL

    def form(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> None:
        """Boxes to write in by hand, with the heads again on every page.

        A row gives the words of its first boxes; the others stay empty.
        """
        self._room(3 * _BOX)
        of = self.structure.add(Tag.TABLE)
        self._boxes(of.add(Tag.ROW), heads, widths, is_head=True)
        for row in rows:
            if self._room(_BOX):
                self._boxes(None, heads, widths, is_head=True)
            self._boxes(of.add(Tag.ROW), (*row, *("" for _ in heads[len(row) :])), widths)

    def scene(self, scene: Scene, width: float = INNER) -> None:
        """A drawing, no wider than this, whole on one page."""
        highest = HEIGHT - MARGIN - BOTTOM
        scale = min(1.0, width / (scene.width_mm * mm), highest / (scene.height_mm * mm))
        height = scene.height_mm * mm * scale
        self._room(height)
        for text in scene_texts(scene):
            self._signs.update(missing_signs(text))
        of = self.structure.add(Tag.FIGURE)
        across = scene.width_mm * mm * scale
        of.words = scene.description
        of.box = (MARGIN, self._y - height, MARGIN + across, self._y)
        self._add(of, Picture(MARGIN, self._y, scene, scale))
        self._y -= height

    def write_line(self, name: str) -> None:
        """A label, and a line to write on behind it."""
        self._room(_WRITE)
        self._y -= _WRITE
        of = self.structure.add(Tag.PARAGRAPH)
        self._put(of, MARGIN, name, Face.REGULAR, 10.5, grey=0.3)
        self._across(MARGIN + 60 * mm, WIDTH - MARGIN, self._y - 2)

    def cut_line(self, words: str) -> None:
        """Where a strip is cut off, over the whole sheet."""
        self._y -= 14
        self._across(0, WIDTH, self._y, dashed=True)
        self._y -= 2
        self._line(self.structure.add(Tag.PARAGRAPH), words, Face.REGULAR, 8.5, grey=0.3)

    def barcode(self, digits: str, shown: str) -> None:
        """An even number of digits as bars at the right margin, and below them to read.

        What follows stands beside it, at the left.
        """
        top, right = self._y - 4, WIDTH - MARGIN
        of = self.structure.add(Tag.FIGURE)
        of.words = say("print.barcode", number=shown)
        of.box = (right - bars(digits).width, top - BARS_HIGH, right, top)
        self._add(of, Bars(right, top, digits))
        of = self.structure.add(Tag.PARAGRAPH)
        y = top - BARS_HIGH - 13
        self._bars = (y, bars(digits).width + 2 * GAP)
        self._put(of, right, shown, Face.REGULAR, 10.5, right=True, y=y)

    def printed(self) -> Printed:
        """The document as PDF, with its page numbers."""
        return bind([self], self.title)

    def _boxes(
        self,
        of: Element | None,
        cells: Sequence[str],
        widths: Sequence[float],
        *,
        is_head: bool = False,
    ) -> None:
        top, x = self._y, MARGIN
        self._y -= _BOX
        for cell, width in zip(cells, widths, strict=True):
            part = of.add(Tag.HEAD if is_head else Tag.CELL) if of else None
            size, lines = in_box(cell, width - 2 * _INSET)
            y = top - _BOX / 2 - size * 0.35 + (len(lines) - 1) * size * 0.55
            for line in lines:
                self._put(part, x + _INSET, line, Face.REGULAR, size, grey=0.3 * is_head, y=y)
                y -= size * 1.1
            self._add(None, Stroke(x, top, x, self._y))
            x += width
        self._add(None, Stroke(x, top, x, self._y))
        for y in (top, self._y):
            self._across(MARGIN, x, y)

    def _row(
        self,
        of: Element | None,
        cells: Sequence[str],
        widths: Sequence[float],
        *,
        numbers: bool,
        is_head: bool = False,
    ) -> None:
        self._y -= CELL * 1.7
        x, lowest = MARGIN, self._y
        for number, (lines, width) in enumerate(
            zip(in_columns(cells, widths), widths, strict=True)
        ):
            part = of.add(Tag.HEAD if is_head else Tag.CELL) if of else None
            right = numbers and number > 0
            at, y = x + width if right else x, self._y
            for line in lines:
                grey = 0.3 * is_head
                self._put(part, at, line, Face.REGULAR, CELL, grey=grey, right=right, y=y)
                lowest = min(lowest, y)
                y -= CELL * 1.45
            x += width
        self._y = lowest if lowest == self._y else lowest - CELL * 0.3
        if is_head:
            self.rule()


def bind(
    papers: Sequence[Paper], title: str, *, two_sided: bool = False, password: str = ""
) -> Printed:
    """Several documents as one PDF, each with page numbers of its own.

    `two_sided`: an empty side is added where the next document would begin on somebody's back.
    `password`: what opens it, empty for everybody; its bytes then differ every time.
    """
    fonts()
    buffer = io.BytesIO()
    # Every page begins with a face: the usual one of the library is in no file.
    canvas = Canvas(
        buffer,
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        lang="nl-BE",
        initialFontName=Face.REGULAR.value,  # type: ignore[arg-type]
        pdfVersion=(2, 0) if password else None,
        encrypt=PdfLock(password) if password else None,
    )
    canvas.setTitle(title)
    canvas.setAuthor("clbdesk")
    canvas.setCreator("clbdesk")
    canvas.setSubject("")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    pages, missing, structure = 0, set[str](), Structure(canvas)
    for number, paper in enumerate(papers):
        named = f"{paper.title} · {paper.section}" if paper.section else paper.title
        canvas.bookmarkPage(str(number))
        canvas.addOutlineEntry(f"{number + 1}. {named}", str(number))
        missing.update(paper.draw_on(canvas, structure))
        pages += paper.pages
        if two_sided and paper.pages % 2 and number < len(papers) - 1:
            structure.end_page()
            pages += 1
    structure.write([paper.structure for paper in papers])
    canvas.save()
    return Printed(buffer.getvalue(), pages, "".join(sorted(missing)))
