"""Catches a scanner that types into a form (handbook 2 §5.8): the field it typed in stays clean.

Keys go to the form as always. When a burst of keys turns out to be a code (of a box, unless the form
waits for another one), the key that ends it is swallowed, and the form is told to put back what stood there before the first key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from clbdesk.domain.barcode import read_package
from ui.actions import AtFocus

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

_GAP_MS = 40  # nobody types faster than a scanner sends
_SHORTEST = 16  # 01 and fourteen digits
_ENDS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}


class ScanCatcher(QObject):
    """`scanned(code, before)`: the code, and what `picture` gave before its first key."""

    scanned = Signal(str, object)

    def __init__(
        self,
        form: QWidget,
        picture: Callable[[], Any],
        is_code: Callable[[str], bool] | None = None,
    ) -> None:
        """`picture`: the form as it stands; asked at the first key after a pause."""
        super().__init__(form)
        self._is_code = is_code or _is_box
        self._form, self._picture = form, picture
        self._keys, self._before = "", None
        self._last = 0
        self._field: QWidget | None = None
        self._at_focus = AtFocus(self)

    def start(self) -> None:
        """Listen while the form is shown."""
        self._at_focus.start()

    def stop(self) -> None:
        """Not any more."""
        self._at_focus.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at keys that go to a field of the form; swallow only the end of a code."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        focus: QWidget | None = QApplication.focusWidget()
        if focus is None or watched is not focus or not self._form.isAncestorOf(focus):
            return False
        in_burst = event.timestamp() - self._last < _GAP_MS  # by the keyboard, not by our pace
        self._last = event.timestamp()
        if event.key() in _ENDS:
            return self._is_end(in_burst=in_burst)
        if not event.text():
            return False
        if not in_burst or not self._keys or focus is not self._field:
            self._keys, self._before, self._field = "", self._picture(), focus
        self._keys += event.text()
        return False

    def _is_end(self, *, in_burst: bool) -> bool:
        code, before = self._keys, self._before
        self._keys, self._before = "", None
        if not in_burst or not self._is_code(code):
            return False
        self.scanned.emit(code, before)
        return True


def _is_box(code: str) -> bool:
    return len(code) >= _SHORTEST and read_package(code).gtin is not None
