"""A line on attention ground in a card: what asks attention, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.button import Link
from ui.widgets.label import IconWord, Label


class Notice(QWidget):
    """Hidden while there is nothing to say. `followed()` when its link is pressed."""

    followed = Signal()

    def __init__(self) -> None:
        """Without words until `show_notice`."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 12, 4)
        row.setSpacing(8)
        self._text = Label("", weight=Weight.SEMIBOLD, role=Role.ATTENTION, wrap=True)
        self._hint = Label("", Size.QUIET, role=Role.SECONDARY)
        self.link = Link("", Size.BASE)
        row.addWidget(IconWord("alert-triangle", "", Role.ATTENTION))
        row.addWidget(self._text, 1)
        row.addWidget(self.link)
        row.addWidget(self._hint)
        self.link.clicked.connect(lambda _on: self.followed.emit())
        self.setMinimumHeight(theme.px(34))
        self.hide()

    def show_notice(self, text: str, link: str = "", hint: str = "") -> None:
        """What to say; nothing with an empty text."""
        self._text.setText(text)
        self.link.setText(link)
        self.link.setAccessibleName(link)
        self.link.updateGeometry()
        self.link.setVisible(bool(link))
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        del event
        paint.frame(
            QPainter(self),
            QRectF(self.rect()),
            ground=Role.ATTENTION_GROUND,
            radius=paint.RADIUS_FIELD,
        )
