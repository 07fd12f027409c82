"""The receipt on paper: the same bytes for the same words, every sign printed or reported."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4

from clbdesk.charts.scene import Scene, Text
from clbdesk.reports.fonts import Face, missing_signs
from clbdesk.reports.paper import Paper, Printed
from clbdesk.reports.receipt import ReceiptPaper, ScopeLine, receipt_paper
from clbdesk.reports.sheet import wrapped
from tests.builders.paper_words import text_of
from tests.builders.papers import LONG, Papers

RECEIPT = ReceiptPaper(
    centre="CLB De Horizon",
    count="168 van 168",
    code="7F3A-92C1",
    facts=(("Laptop", "LAP-07"), ("Gebruiker", "An Janssens · verpleegkundige")),
    received=24,
    held=168,
    quarantined=0,
    scopes=(ScopeLine("De Kring – systematisch contact", 2300, "0123456789abcdef"),),
)


def test_the_receipt_says_count_code_laptop_and_what_was_checked():
    text = text_of(receipt_paper(RECEIPT).pdf)
    for words in ("168 van 168, het centrum bevestigt", "7F3A-92C1", "LAP-07", "2300", "1 van 1"):
        assert words in text


def test_the_same_receipt_gives_the_same_bytes():
    assert receipt_paper(RECEIPT).pdf == receipt_paper(RECEIPT).pdf


def test_a_sign_that_the_font_lacks_is_reported_and_not_boxed():
    paper = Paper("Proef")
    paper.paragraph("Naam 李 en Zoë")
    printed = paper.printed()
    assert printed.missing == "李"
    assert "Zoë" in text_of(printed.pdf)
    assert missing_signs("Nguyễn Łukasz Žan") == ""


def test_a_long_document_breaks_and_counts_its_pages():
    paper = Paper("Proef")
    for number in range(90):
        paper.pair(f"Regel {number}", "waarde")
    printed = paper.printed()
    assert printed.pages > 1
    assert f"pagina {printed.pages} van {printed.pages}" in text_of(printed.pdf)


# --- long words ---


def boxes(pdf: bytes, page: int = 0) -> list[tuple[str, float, float, float, float]]:
    """Every run of text with its left, lower, right and upper edge in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        textpage = document[page].get_textpage()
        found = []
        for number in range(textpage.count_rects()):
            left, bottom, right, top = textpage.get_rect(number)
            text = textpage.get_text_bounded(left - 0.5, bottom - 0.5, right + 0.5, top + 0.5)
            found.append((text.strip(), left, bottom, right, top))
        return found
    finally:
        document.close()


@pytest.mark.parametrize(
    "make", [pytest.param(one, id=name) for name, one in Papers(9, name=LONG).every().items()]
)
def test_no_word_of_a_paper_leaves_the_page_or_touches_another(
    make: Callable[[], Printed],
) -> None:
    printed = make()
    for page in range(printed.pages):
        found = [
            one for one in boxes(printed.pdf, page) if not one[0].startswith("Vertrouwelijk –")
        ]
        for text, left, bottom, right, top in found:
            assert 50 < left < right < A4[0] - 50, text
            assert 25 < bottom < top < A4[1] - 50, text
        for one, other in combinations(found, 2):
            across = min(one[3], other[3]) - max(one[1], other[1])
            high = min(one[4], other[4]) - max(one[2], other[2])
            assert across < 1 or high < 2, (one, other)


def test_a_word_that_is_wider_than_its_column_is_cut_after_a_hyphen() -> None:
    lines = wrapped("D’Hooghe-Østergård-Wiśniewska", Face.REGULAR, 10, 110)
    assert lines == ["D’Hooghe-Østergård-", "Wiśniewska"]
    assert "".join(wrapped("a" * 90, Face.REGULAR, 10, 110)) == "a" * 90


def test_words_in_a_table_stay_in_their_column() -> None:
    paper = Paper("Proef")
    paper.heading("Proef")
    paper.table(("Naam", "Klas"), [(" ".join(LONG), "4A")] * 3, (90, 60), numbers=False)
    for text, left, _, right, _ in boxes(paper.printed().pdf):
        if left < 140 and "pagina" not in text and text != "Proef":
            assert right < 150, text


def test_a_value_as_long_as_a_story_goes_on_over_the_page() -> None:
    paper = Paper("Proef")
    paper.heading("Proef")
    paper.pair("Opmerking", "woord " * 1500 + "einde")
    printed = paper.printed()
    assert printed.pages > 1
    assert "einde" in text_of(printed.pdf)


def test_what_stands_beside_a_barcode_does_not_run_into_it() -> None:
    paper = Paper("Proef")
    paper.barcode("20260012345678", "2026 0012 3456 78")
    paper.heading("Formulier voor " + "een centrum met een lange naam " * 3, size=12)
    paper.pair("Naam", " ".join(LONG))
    low = min(bottom for text, _, bottom, _, _ in boxes(paper.printed().pdf) if "2026" in text)
    for text, _, bottom, right, _ in boxes(paper.printed().pdf):
        if bottom > low and "2026" not in text:
            assert right < 420, text


def test_a_report_for_a_school_says_what_the_letters_of_its_domains_stand_for() -> None:
    text = text_of(Papers(4).signal_report().pdf)
    assert "PSF: psychisch en sociaal functioneren." in text
    assert "PSF:" not in text_of(Papers(0).signal_report().pdf)


@pytest.mark.parametrize("many", [6, 7, 8, 9, 11, 14])
def test_what_is_said_of_one_dose_stands_on_one_page(many: int) -> None:
    document = pypdfium2.PdfDocument(Papers(many, name=LONG).card().pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 1 or many < 9
    for page in pages:
        assert page.count("M-M-RVaxPro") == page.count("telt als dosis 2")


def test_the_closing_words_of_a_bundle_stay_together() -> None:
    for many in range(1, 9):
        document = pypdfium2.PdfDocument(Papers(many).access().pdf)
        last = document[len(document) - 1].get_textpage().get_text_bounded()
        document.close()
        assert "Het recht op inzage heeft grenzen" in last
        assert "Ontvangen en besproken op" in last


def test_a_drawing_that_is_higher_than_a_page_is_made_to_fit_one() -> None:
    paper = Paper("Proef")
    paper.heading("Proef")
    rows = tuple(Text(0, 5 + 10 * number, f"rij {number}") for number in range(60))
    paper.scene(Scene(160, 605, rows, "zestig rijen"))
    printed = paper.printed()
    assert printed.pages == 2
    lows = [bottom for text, _, bottom, _, _ in boxes(printed.pdf, 1) if text.startswith("rij")]
    assert len(lows) == 60
    assert min(lows) > 60


def test_a_sign_that_the_font_lacks_stands_nowhere_as_a_box() -> None:
    paper = Paper("Proef", foot="Li 李", watermark="Voor 王")
    paper.heading("Proef 张")
    paper.scene(Scene(60, 20, (Text(2, 10, "thema 陈"),), "een thema"))
    printed = paper.printed()
    assert set(printed.missing) == set("李王张陈")
    assert not set(printed.missing) & set(text_of(printed.pdf))
