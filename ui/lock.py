"""Locks the window when nobody touches it, and at once after the laptop slept.

Any key, click, wheel or movement starts the time anew. The wall clock is compared as well: when
the laptop slept (lid closed) ticks are missing, and the window asks for the passphrase again.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWindow
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
        self._window: QWindow | None = None
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
        if not self.is_watching():
            self._app.focusWindowChanged.connect(self._watch)
        self._watch(self._app.focusWindow())
        self._touched = self._ticked = self._now()
        self._timer.start()

    def stop(self) -> None:
        """Stop watching, while locked."""
        if self.is_watching():
            self._app.focusWindowChanged.disconnect(self._watch)
        self._timer.stop()
        self._watch(None)

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
        """Signs of life: keys, pointer and touch reach the window before any control in it."""
        del watched
        if isinstance(event, QInputEvent) and event.type() in _SIGNS_OF_LIFE:
            self._touched = self._now()
        return False

    def _watch(self, window: QWindow | None) -> None:
        """The window of the system that is used now, this one or a dialog."""
        if self._window is not None and shiboken6.isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)
