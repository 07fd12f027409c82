"""A line of typed text that reads itself: numbers, dates, hours.

Qt's own editors take an unshifted AZERTY row for nothing, change a value by wheel and judge while
somebody types; this line takes the digits, leaves the wheel to the page and says when it was left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from ui import theme
from ui.widgets import azerty

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent


class TypedLine(QLineEdit):
    """`edited()`: somebody typed. `left()`: the focus went elsewhere, the moment to judge."""

    edited = Signal()
    left = Signal()

    def __init__(self, name: str, width: int) -> None:
        """`width` (logical pixels, grows with the text) shows the expected length."""
        super().__init__()
        self._width = width
        self.setAccessibleName(name)
        self.textEdited.connect(self.edited)
        self._measure()
        theme.signals().changed.connect(self._measure)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits of an unshifted AZERTY row; the rest as typed."""
        digit = azerty.digit(event)
        if digit:
            self.insert(digit)
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Never change a value by wheel; the page scrolls."""
        event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """On leaving the text is put in order, and the form may judge."""
        super().focusOutEvent(event)
        popup, window = Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason
        if event.reason() not in {popup, window}:
            self.put_in_order()
            self.left.emit()

    def put_in_order(self) -> None:
        """What was typed, in the form in which it is shown; here as it is."""

    def replace(self, text: str) -> None:
        """Another text that Ctrl+Z can take back."""
        if text != self.text():
            self.selectAll()
            self.insert(text)

    def _measure(self) -> None:
        self.setFont(theme.font())
        self.setFixedSize(theme.px(self._width), theme.px(40))
