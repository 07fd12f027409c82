"""Locks the window when nobody touches it, and at once after the laptop slept.

Any key, click, wheel or movement starts the time anew. The wall clock is compared as well: when
the laptop slept (lid closed) ticks are missing, and the window asks for the passphrase again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

DEFAULT_MINUTES = 5
_TICK_SECONDS = 5
_SLEPT_SECONDS = 30
_SIGNS_OF_LIFE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
}


class IdleLock(QObject):
    """Emits `lock_asked` once, until `start` is called again after unlocking."""

    lock_asked = Signal()

    def __init__(
        self,
        app: QApplication,
        minutes: int = DEFAULT_MINUTES,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`minutes` from 1 to 15; `now` in seconds of the wall clock."""
        super().__init__(app)
        self._app = app
        self._now = now
        self._limit = 0.0
        self._touched = self._ticked = now()
        self.set_minutes(minutes)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_SECONDS * 1000)
        self._timer.timeout.connect(self.tick)

    def set_minutes(self, minutes: int) -> None:
        """The setting; kept within 1 to 15."""
        self._limit = 60.0 * min(15, max(1, minutes))

    def start(self) -> None:
        """Begin to watch, after unlocking."""
        self._app.installEventFilter(self)
        self._touched = self._ticked = self._now()
        self._timer.start()

    def stop(self) -> None:
        """Stop watching, while locked."""
        self._timer.stop()
        self._app.removeEventFilter(self)

    def is_watching(self) -> bool:
        """Whether the window would be locked when left alone."""
        return self._timer.isActive()

    def tick(self) -> None:
        """Look at the clock; called every few seconds."""
        now = self._now()
        slept = now - self._ticked > _SLEPT_SECONDS
        self._ticked = now
        if slept or now - self._touched >= self._limit:
            self.stop()
            self.lock_asked.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Signs of life, wherever in the application."""
        del watched
        if isinstance(event, QInputEvent) and event.type() in _SIGNS_OF_LIFE:
            self._touched = self._now()
        return False
