"""The structure of a PDF: what is a title, a paragraph, a table, a picture, in the order of reading.

Who cannot see the page hears it by this tree (ISO 32000-1 §14.7, §14.8). ReportLab writes none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFPage,
    PDFString,
)
from reportlab.pdfgen.canvas import Canvas


class Tag(StrEnum):
    """What a part of a document is; the names are those of the standard."""

    DOCUMENT = "Document"
    PART = "Part"
    TITLE = "H1"
    HEADING = "H2"
    PARAGRAPH = "P"
    TABLE = "Table"
    ROW = "TR"
    HEAD = "TH"
    CELL = "TD"
    FIGURE = "Figure"


@dataclass(slots=True, eq=False)
class Element:
    """A part of a document. `words` say what a figure shows; `box`: its corners, points."""

    tag: Tag
    words: str = ""
    box: tuple[float, float, float, float] | None = None
    parts: list[Element] = field(default_factory=list)

    def add(self, tag: Tag) -> Element:
        """The next part of it."""
        part = Element(tag)
        self.parts.append(part)
        return part


class Structure:
    """Writes down what belongs to which element while the pages of one PDF are drawn."""

    def __init__(self, canvas: Canvas) -> None:
        """For one document, from its first page on."""
        self._canvas = canvas
        inside: Any = canvas
        self._document: Any = inside._doc  # noqa: SLF001 - no public way to page and catalogue
        self._pages: list[tuple[PDFPage, list[Element]]] = []
        self._here: list[Element] = []
        self._marks: dict[Element, list[tuple[int, int]]] = defaultdict(list)

    @contextmanager
    def drawing(self, element: Element | None) -> Iterator[None]:
        """What is drawn meanwhile is of this element; of None it is decoration, not read out."""
        if element is None:
            self._canvas.addLiteral("/Artifact BMC")
        else:
            self._marks[element].append((len(self._pages), len(self._here)))
            self._canvas.addLiteral(f"/{element.tag} <</MCID {len(self._here)}>> BDC")
            self._here.append(element)
        yield
        self._canvas.addLiteral("EMC")

    def end_page(self) -> None:
        """Go on to the next page."""
        self._canvas.showPage()
        page = self._document.Pages.pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents"]
        page.StructParents = len(self._pages)
        self._pages.append((page, self._here))
        self._here = []

    def write(self, papers: Sequence[Element]) -> None:
        """The tree, after the last page; `papers`: the documents in this file, in order."""
        document = self._document
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        whole = Element(Tag.DOCUMENT, parts=list(papers))
        known: dict[Element, PDFObjectReference] = {}
        root["K"] = self._write(whole, document.Reference(root), known)
        numbers: list[object] = []
        for number, (_, elements) in enumerate(self._pages):
            numbers += [number, PDFArray([known[one] for one in elements])]
        root["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
        root["ParentTreeNextKey"] = len(self._pages)
        document.Catalog.StructTreeRoot = root
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})

    def _write(
        self, element: Element, parent: PDFObjectReference, known: dict[Element, PDFObjectReference]
    ) -> PDFObjectReference:
        document = self._document
        entry = PDFDictionary({"S": PDFName(element.tag.value), "P": parent})
        reference: PDFObjectReference = document.Reference(entry)
        known[element] = reference
        kids: list[object] = [self._write(part, reference, known) for part in element.parts]
        marks = self._marks[element]
        first = marks[0][0] if marks else None
        if first is not None:
            entry["Pg"] = document.Reference(self._pages[first][0])
        for page, mark in marks:
            if page == first:
                kids.append(mark)
                continue
            on = document.Reference(self._pages[page][0])
            kids.append(PDFDictionary({"Type": PDFName("MCR"), "Pg": on, "MCID": mark}))
        entry["K"] = PDFArray(kids)
        if element.words:
            entry["Alt"] = PDFString(element.words)
        if element.box is not None:
            box = PDFArray([round(each, 2) for each in element.box])
            entry["A"] = PDFDictionary({"O": PDFName("Layout"), "BBox": box})
        elif element.tag is Tag.HEAD:
            entry["A"] = PDFDictionary({"O": PDFName("Table"), "Scope": PDFName("Column")})
        return reference
