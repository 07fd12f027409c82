"""The drawing of the growth chart, read and looked at closer by keyboard and mouse.

Left and Right go from point to point, + and − look closer and back, 0 shows the whole. The wheel
does nothing without Ctrl: it scrolls the page, and nobody zooms by accident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent

from ui.widgets import azerty
from ui.widgets.scene_view import SceneView

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

    from clbdesk.charts.scene import Scene

_LEAST = 0.9
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_CLOSER = {"+": 1, "=": 1, "-": -1, "−": -1}


class GrowthPlot(SceneView):
    """`stepped(±1)`, `pointed(x_mm, y_mm)` and `left()` are about points, `closer(±1)` and `whole()`."""

    stepped = Signal(int)
    pointed = Signal(float, float)
    left = Signal()
    closer = Signal(int)
    whole = Signal()

    def __init__(self) -> None:
        """Tab reaches it, the mouse is followed."""
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def minimumSizeHint(self) -> QSize:
        """High enough to be read where the page is narrow and scrolls."""
        hint = self.sizeHint()
        return QSize(super().minimumSizeHint().width(), round(hint.height() * _LEAST))

    def show_scene(self, scene: Scene) -> None:
        """Another drawing; who cannot see it hears the point that is read."""
        super().show_scene(scene)
        if self.hasFocus():
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Points and closer looks; everything else goes on to the page."""
        key = Qt.Key(event.key())
        typed = azerty.digit(event) or event.text()
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if held:
            super().keyPressEvent(event)
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif typed in _CLOSER:
            self.closer.emit(_CLOSER[typed])
        elif typed == "0":
            self.whole.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The newest point is read."""
        super().focusInEvent(event)
        self.stepped.emit(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No point is read any more."""
        super().focusOutEvent(event)
        self.left.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The point under the mouse is read."""
        self.pointed.emit(*self.at_mm(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse went away."""
        super().leaveEvent(event)
        if not self.hasFocus():
            self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only with Ctrl; else the page scrolls."""
        turned = event.angleDelta().y()
        if not turned or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        self.closer.emit(1 if turned > 0 else -1)
        event.accept()
