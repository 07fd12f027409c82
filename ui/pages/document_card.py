"""A paper of the centre beside a form: the emergency card while an incident is written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.services.centre_document import find_document
from clbdesk.wording import say
from ui import format as show
from ui import theme
from ui.widgets.card import Card
from ui.widgets.paper import page_images, page_words
from ui.widgets.paper_view import PaperView

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QImage

    from clbdesk.domain.centre_document import DocumentUse
    from clbdesk.services.desk import Desk

_DPI = 110
_HEIGHT = 520


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document as pictures, with its words for who cannot see them."""

    title: str
    added_on: date
    pages: tuple[QImage, ...]
    words: str


def read_document(desk: Desk, use: DocumentUse) -> ShownDocument | None:
    """From the vault, for the vault's thread; None when the centre gave none."""
    found = find_document(desk, use)
    if found is None:
        return None
    return ShownDocument(
        title=found.title,
        added_on=found.added_on,
        pages=tuple(page_images(found.pdf, _DPI)),
        words=page_words(found.pdf),
    )


class DocumentCard(Card):
    """Hidden until `show_document`; arrow keys scroll in it."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__(main=True)
        self._paper = PaperView("Document van het centrum")
        self._paper.setFixedHeight(theme.px(_HEIGHT))
        self.body.addWidget(self._paper)
        self.hide()

    def show_document(self, document: ShownDocument) -> None:
        """From its first page."""
        since = say("vaccination.document_since", day=show.day(document.added_on))
        self.set_title(document.title, since)
        self._paper.show_pages(document.pages, document.words)
        self.show()
