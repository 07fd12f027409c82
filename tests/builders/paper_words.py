"""The words that stand on a paper, read back from its PDF."""

from __future__ import annotations

from pathlib import Path

import pypdfium2


def pages_of(pdf: bytes | Path, password: str | None = None) -> list[str]:
    """The words of every page in one line; a locked paper opens with its password."""
    document = pypdfium2.PdfDocument(pdf, password=password)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def text_of(pdf: bytes | Path, password: str | None = None) -> str:
    """All pages in one line."""
    return " ".join(pages_of(pdf, password))
