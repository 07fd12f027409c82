"""The receipt on paper: the same bytes for the same words, every sign printed or reported."""

from __future__ import annotations

import pypdfium2

from clbdesk.reports.paper import Paper, missing_signs
from clbdesk.reports.receipt import ReceiptPaper, ScopeLine, receipt_paper

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


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


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
