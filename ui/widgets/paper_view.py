"""Pages of a document on the screen, one under the other, as wide as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui import theme
from ui.theme import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage, QPaintEvent, QResizeEvent

_GAP = 12
_WIDEST = 794  # A4 at 96 dpi: larger than paper would only look coarse


class PaperView(QScrollArea):
    """`show_pages(images)`; paper is white in both schemes. Arrow keys scroll."""

    def __init__(self, name: str) -> None:
        """Empty until `show_pages`."""
        super().__init__()
        self._sheets = _Sheets()
        self.setWidget(self._sheets)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)

    def show_pages(self, pages: Sequence[QImage], words: str = "") -> None:
        """These pages, from the top; none at all when nothing is chosen. `words`: to read aloud."""
        self._sheets.show_pages(pages)
        self.setAccessibleDescription(words)
        self.verticalScrollBar().setValue(0)


class _Sheets(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._pages: tuple[QImage, ...] = ()

    def show_pages(self, pages: Sequence[QImage]) -> None:
        self._pages = tuple(pages)
        self._measure()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(theme.colour(Role.LINE), 1))
        for page, box in zip(self._pages, self._boxes(), strict=True):
            painter.drawImage(box, page)
            painter.drawRect(box)

    def _boxes(self) -> list[QRectF]:
        wide, top, boxes = min(self.width() - 2, theme.px(_WIDEST)), 1.0, []
        for page in self._pages:
            high = wide * page.height() / page.width()
            boxes.append(QRectF((self.width() - wide) / 2, top, wide, high))
            top += high + _GAP
        return boxes

    def _measure(self) -> None:
        boxes = self._boxes()
        self.setMinimumHeight(round(boxes[-1].bottom()) + 1 if boxes else 0)
