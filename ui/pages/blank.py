"""The empty screen of Shift+F9: nothing but the name and the clock, until a key or two minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import format as show
from ui.theme import Role, Size, Weight
from ui.widgets.label import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from clbdesk.clock import Clock

_LOCKS_AFTER_MS = 120_000  # ui.md, bystanders: pages.md §1.8


class BlankPage(QWidget):
    """`woken()` at the first key or click, `expired()` after two minutes."""

    woken = Signal()
    expired = Signal()

    def __init__(self) -> None:
        """Does nothing until `start`."""
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Leeg scherm")
        self._clock: Clock | None = None
        self._hour = Label("", Size.TITLE, role=Role.SECONDARY)
        column = QVBoxLayout(self)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(1)
        column.addWidget(Label("clbdesk", Size.FIGURE, Weight.BOLD), 0, middle)
        column.addWidget(self._hour, 0, middle)
        column.addStretch(1)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(_LOCKS_AFTER_MS)
        self._end.timeout.connect(self.expired)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_hour)

    def start(self, clock: Clock) -> None:
        """Cover what stood there."""
        self._clock = clock
        self._show_hour()
        self._end.start()
        self._tick.start()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """No longer shown."""
        self._end.stop()
        self._tick.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Any key brings the page back, and does nothing else."""
        event.accept()
        self.woken.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """So does a click."""
        event.accept()
        self.woken.emit()

    def _show_hour(self) -> None:
        if self._clock is not None:
            self._hour.setText(show.hour(self._clock.now()))
