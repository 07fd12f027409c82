"""The structure of every paper: titles, paragraphs, tables and pictures in the order of reading."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from clbdesk.reports.locked import new_password
from clbdesk.reports.paper import Paper, Printed, bind
from tests.builders.papers import LONG, Papers

SIZES = {"filled": Papers(3), "empty": Papers(0), "overfull": Papers(30, name=LONG)}
EVERY = [
    pytest.param(make, id=f"{name}-{size}")
    for size, papers in SIZES.items()
    for name, make in papers.every().items()
]


@dataclass
class Node:
    """An element as a reader finds it: its tag, what a figure says, and its marks on this page."""

    tag: str
    alt: str
    marks: list[int]
    parts: list[Node] = field(default_factory=list)

    def all(self) -> Iterator[Node]:
        """Itself and all below it, in order."""
        yield self
        for part in self.parts:
            yield from part.all()


def text_of(get: Callable[..., int], element: object) -> str:
    size = get(element, None, 0)
    buffer = ctypes.create_string_buffer(size)
    get(element, buffer, size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le")


def in_text(text: pypdfium2.PdfTextPage, item: object, into: object, size: int) -> int:
    """The words of one piece of text, as the calls on elements give theirs."""
    letters = ctypes.cast(into, ctypes.POINTER(ctypes.c_ushort)) if into is not None else None
    return int(pdfium.FPDFTextObj_GetText(item, text.raw, letters, size))


def node(element: object) -> Node:
    marks = [
        pdfium.FPDF_StructElement_GetChildMarkedContentID(element, place)
        for place in range(pdfium.FPDF_StructElement_CountChildren(element))
    ]
    found = Node(
        text_of(pdfium.FPDF_StructElement_GetType, element),
        text_of(pdfium.FPDF_StructElement_GetAltText, element),
        [mark for mark in marks if mark >= 0],
    )
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        child = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
        if child:
            found.parts.append(node(child))
    return found


@dataclass
class Read:
    """One page: its elements, and the words of every mark on it."""

    nodes: list[Node]
    words: dict[int, str]
    unmarked: str

    def of(self, *tags: str) -> list[tuple[str, str]]:
        """Tag and words of the elements with marks on this page, in order."""
        return [
            (one.tag, " ".join("".join(self.words.get(mark, "") for mark in one.marks).split()))
            for top in self.nodes
            for one in top.all()
            if one.tag in tags and one.marks
        ]


def read(pdf: bytes, password: str | None = None) -> list[Read]:
    """Every page by its structure."""
    found = []
    with closing(pypdfium2.PdfDocument(pdf, password=password)) as document:
        assert pdfium.FPDFCatalog_IsTagged(document.raw)
        for page in document:
            tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
            count = pdfium.FPDF_StructTree_CountChildren(tree)
            tops = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, one) for one in range(count)]
            nodes = [node(one) for one in tops if one]
            pdfium.FPDF_StructTree_Close(tree)
            words: dict[int, str] = {}
            unmarked = []
            text = page.get_textpage()
            for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,)):
                mark = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
                said = text_of(partial(in_text, text), item.raw)
                if mark < 0:
                    unmarked.append(said)
                else:
                    words[mark] = words.get(mark, "") + said
            found.append(Read(nodes, words, " ".join(unmarked)))
    return found


def titles(pages: list[Read]) -> list[tuple[str, str]]:
    return [one for page in pages for one in page.of("H1", "H2")]


@pytest.mark.parametrize("make", EVERY)
def test_every_paper_is_told_from_its_structure(make: Callable[[], Printed]) -> None:
    pages = read(make().pdf)

    first = titles(pages)[0]
    assert first[0] == "H1", "a title comes before any other heading"
    assert first[1]
    for page in pages:
        nodes = [one for top in page.nodes for one in top.all()]
        assert "pagina" in page.unmarked, "the foot is not read out in the middle of a text"
        assert "pagina" not in " ".join(page.words.values())
        marks = [mark for one in nodes for mark in one.marks]
        assert sorted(marks) == sorted(set(marks)), "no words belong to two elements"
        assert set(page.words) <= set(marks), "no words are left out of the structure"
        assert marks == sorted(marks), "the order of reading is that of the page"
        for one in nodes:
            if one.tag == "Figure" and one.marks:
                assert len(one.alt) > 10
            if one.tag == "TR":
                assert {part.tag for part in one.parts} in ({"TH"}, {"TD"})
            if one.tag == "Table":
                assert all(part.tag == "TR" for part in one.parts)


@pytest.mark.parametrize("make", EVERY)
def test_every_face_that_a_paper_names_is_in_the_file(make: Callable[[], Printed]) -> None:
    pdf = make().pdf
    faces = {face[0] for face in re.finditer(rb"/BaseFont /[^ /\r\n]+", pdf)}
    assert faces
    assert all(re.match(rb"/BaseFont /[A-Z]{6}\+Lato-", face) for face in faces), faces


@pytest.mark.parametrize("make", EVERY)
def test_every_paper_has_the_same_bytes_twice(make: Callable[[], Printed]) -> None:
    assert make().pdf == make().pdf


def test_the_titles_of_a_letter_come_in_their_order() -> None:
    found = titles(read(Papers(3).referral().pdf))
    assert found == [
        ("H1", "Verwijsbrief"),
        ("H2", "Bevindingen van het CLB"),
        ("H2", "Lengte naar leeftijd · Vlaamse groeicurven 2004 · meisjes"),
        ("H2", "Audiogram van 23 nov 2026"),
        ("H2", "Antwoordstrook voor CLB De Horizon"),
    ]


def test_every_chart_of_growth_says_what_it_shows() -> None:
    pages = read(Papers(3).growth_charts().pdf)
    figures = [
        one.alt
        for page in pages
        for top in page.nodes
        for one in top.all()
        if one.tag == "Figure" and one.marks
    ]
    assert len(figures) == 3
    assert figures[0].startswith("Lengte naar leeftijd, Vlaamse groeicurven 2004, meisjes, 2–12 j.")
    assert "23 nov 2026: 136,2 cm" in figures[0]


def test_a_table_has_heads_of_columns_and_a_row_per_pupil() -> None:
    (page,) = read(Papers(2).school_list().pdf)
    assert page.of("TH") == [("TH", "Naam"), ("TH", "Klas"), ("TH", "CLB")]
    assert page.of("TD")[:3] == [("TD", "PEETERS, Lotte"), ("TD", "4A"), ("TD", "gezien")]
    assert len(page.of("TD")) == 6


def test_heads_that_come_again_on_the_next_page_are_not_told_again() -> None:
    pages = read(Papers(60).school_list().pdf)
    assert len(pages) > 1
    assert [page.of("TH") for page in pages[1:]] == [[] for _ in pages[1:]]
    assert "Naam" in pages[1].unmarked, "but they are there to be seen"


def test_a_paragraph_that_goes_on_over_the_page_is_one_paragraph() -> None:
    paper = Paper("Proef")
    paper.heading("Proef")
    for _ in range(34):
        paper.paragraph("Regel.")
    paper.paragraph("woord " * 400)
    first, second = read(paper.printed().pdf)
    words = first.of("P")[-1][1], second.of("P")[0][1]
    assert sum(one.split().count("woord") for one in words) == 400
    assert len(second.of("P")) == 1


def test_a_bundle_keeps_every_document_a_part_of_its_own() -> None:
    papers = []
    for number in range(3):
        paper = Paper(f"Brief {number}")
        paper.heading(f"Brief {number}")
        papers.append(paper)
    pages = read(bind(papers, "Brieven", two_sided=True).pdf)
    assert [page.of("H1") for page in pages] == [
        [("H1", "Brief 0")], [], [("H1", "Brief 1")], [], [("H1", "Brief 2")],
    ]  # fmt: skip
    tops = [top.tag for page in pages for top in page.nodes]
    assert set(tops) == {"Document"}


def test_a_locked_file_is_told_too_and_hides_what_a_chart_shows() -> None:
    password = new_password()
    paper = Paper("Resultaat")
    paper.heading("Resultaat")
    paper.scene(Papers(2).picture().scene)
    pdf = bind([paper], "Brieven", password=password).pdf
    (page,) = read(pdf, password)
    assert page.of("H1") == [("H1", "Resultaat")]
    (figure,) = (one for top in page.nodes for one in top.all() if one.tag == "Figure")
    assert "23 nov 2026: 136,2 cm" in figure.alt
    assert b"136,2" not in pdf
    assert "136,2".encode("utf-16-be") not in pdf


def test_the_file_says_its_language_and_shows_its_title() -> None:
    pdf = Papers(1).result().pdf
    assert b"/Lang (nl-BE)" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert b"/Marked true" in pdf


def test_a_label_of_two_lines_is_told_before_its_value() -> None:
    paper = Paper("Proef")
    paper.heading("Proef")
    paper.pair("Gezichtsscherpte van het rechteroog", "0,6 op 3 m met eigen bril " * 9, at=100)
    (page,) = read(paper.printed().pdf)
    (pair,) = page.of("P")
    said = " ".join(["0,6 op 3 m met eigen bril"] * 9)
    assert pair[1] == f"Gezichtsscherpte van het rechteroog {said}"


def test_nothing_of_a_file_is_said_in_another_language() -> None:
    with closing(pypdfium2.PdfDocument(Papers(1).result().pdf)) as document:
        found = document.get_metadata_dict()
    assert found["Title"] == "Resultaat van het systematisch contact"
    assert (found["Author"], found["Creator"]) == ("clbdesk", "clbdesk")
    assert (found["Subject"], found["Keywords"]) == ("", "")
