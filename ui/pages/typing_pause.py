"""When typed words are kept: at every pause, and every few seconds of who types on without one."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

_PAUSE_MS = 1000
LONGEST_MS = 4000


class TypingPause(QObject):
    """`due()`: keep what was typed now; once per `touched()` or more of them."""

    due = Signal()

    def __init__(self, parent: QObject) -> None:
        """Nothing was typed."""
        super().__init__(parent)
        self._since = QElapsedTimer()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_due)

    def touched(self) -> None:
        """Something was typed."""
        if not self._since.isValid():
            self._since.start()
        if self._since.elapsed() >= LONGEST_MS:
            self._on_due()
        else:
            self._pause.start()

    def stop(self) -> None:
        """It was kept, recorded or thrown away."""
        self._pause.stop()
        self._since.invalidate()

    def _on_due(self) -> None:
        self.stop()
        self.due.emit()
