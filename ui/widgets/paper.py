"""A PDF made in memory, painted page by page on a printer: the very pages that were made.

PDFium paints (QtPdf is not part of the Qt that is bundled). Nothing is written to disk, and one
page at a time is in memory: a class is forty of them at 25 MB.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import pypdfium2
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtPrintSupport import QPrinter

# PDFium works for one thread at a time, whichever document it is about.
_PDFIUM = Lock()
_POINTS = 72
_PRINT_DPI = 300
_FORMATS = {
    1: QImage.Format.Format_Grayscale8,
    3: QImage.Format.Format_RGB888,
    4: QImage.Format.Format_RGBX8888,
}


def page_images(pdf: bytes, dpi: int) -> Iterator[QImage]:
    """The pages as pictures of their own size at this resolution, one at a time."""
    with _opened(pdf) as document:
        for number in range(len(document)):
            with _PDFIUM:
                image = _image(document[number], dpi)
            yield image


def page_words(pdf: bytes) -> str:
    """The text of all pages, for who cannot see them."""
    with _opened(pdf) as document, _PDFIUM:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        with _PDFIUM:
            document.close()


def print_pages(pdf: bytes, printer: QPrinter) -> bool:
    """Put every page on paper; False when the printer does not answer (E6)."""
    painter = QPainter()
    if not painter.begin(printer):
        return False
    for number, image in enumerate(page_images(pdf, _PRINT_DPI)):
        if number and not printer.newPage():
            painter.end()
            return False
        sheet = QRectF(painter.viewport())
        scale = min(sheet.width() / image.width(), sheet.height() / image.height())
        box = QRectF(0, 0, image.width() * scale, image.height() * scale)
        box.moveCenter(sheet.center())
        painter.drawImage(box, image)
    return painter.end()


def _image(page: pypdfium2.PdfPage, dpi: int) -> QImage:
    bitmap = page.render(scale=dpi / _POINTS, rev_byteorder=True)
    raw = bytes(bitmap.buffer)
    image = QImage(raw, bitmap.width, bitmap.height, bitmap.stride, _FORMATS[bitmap.n_channels])
    return image.copy()
