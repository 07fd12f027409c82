"""The focus ring: 2 px accent, 1 px clear of the control, exactly one on the screen.

One overlay follows the focus through the whole application, so that no control has to leave room
for its own ring. A control may name another widget to be ringed (`setProperty("ring", widget)`)
or none (`setProperty("ring", False)`: lists show their current row instead).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from ui import theme
from ui.theme import Role

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

REACH = 3  # 1 px clear + 2 px ring
_FOLLOWED = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.LayoutRequest,
}


class _Ring(QWidget):
    """The drawn ring; takes no mouse and no focus."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.host = host
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ring alone."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(Role.ACCENT), 2))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 5, 5)


class FocusRing(QObject):
    """Follows the focus of the application; made once by `install`."""

    def __init__(self, app: QApplication) -> None:
        """Lives as long as the application."""
        super().__init__(app)
        self._ring: _Ring | None = None
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._place)
        app.focusChanged.connect(self._follow)

    def target(self) -> QWidget | None:
        """The widget that is ringed now."""
        return self._target if self._ring is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the control when it or what holds it moves."""
        if event.type() in _FOLLOWED:
            self._later.start(0)
        return super().eventFilter(watched, event)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        del old
        self._leave()
        target = _ringed(new)
        if target is None:
            return
        self._target = target
        host = _host(target)
        self._ring = _Ring(host)
        widget: QWidget | None = target
        while widget is not None and widget is not host:
            widget.installEventFilter(self)
            self._watched.append(widget)
            widget = widget.parentWidget()
        self._place()

    def _place(self) -> None:
        ring, target = self._ring, self._target
        if ring is None or target is None:
            return
        if not (shiboken6.isValid(ring) and shiboken6.isValid(target)):
            self._leave()
            return
        ring.setVisible(target.isVisible())
        corner = target.mapTo(ring.host, QPoint(0, 0))
        ring.setGeometry(QRect(corner, target.size()).adjusted(-REACH, -REACH, REACH, REACH))
        ring.raise_()

    def _leave(self) -> None:
        for widget in self._watched:
            if shiboken6.isValid(widget):
                widget.removeEventFilter(self)
        self._watched.clear()
        self._target = None
        if self._ring is not None and shiboken6.isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None


def install(app: QApplication) -> FocusRing:
    """Start ringing the focus; asking again gives the same one."""
    rings = [child for child in app.children() if isinstance(child, FocusRing)]
    return rings[0] if rings else FocusRing(app)


def _ringed(focus: QWidget | None) -> QWidget | None:
    if focus is None or focus.focusPolicy() == Qt.FocusPolicy.NoFocus or focus.isWindow():
        return None
    wish = focus.property("ring")
    if wish is False:
        return None
    return wish if isinstance(wish, QWidget) else focus


def _host(target: QWidget) -> QWidget:
    """What moves together with the control: the page inside a scroll area, else the window."""
    widget = target
    while (above := widget.parentWidget()) is not None:
        area = above.parentWidget()
        if (
            isinstance(area, QAbstractScrollArea)
            and area.viewport() is above
            and widget is not target
        ):
            return widget
        if above.isWindow():
            return above
        widget = above
    return widget
