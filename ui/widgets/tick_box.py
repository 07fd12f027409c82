"""Tick boxes: each a yes on its own; Space or a click changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QFont, QPaintEvent

_BOX = 18
_AIR = 4  # between the last letter and the ring of the focus


class TickBox(QCheckBox):
    """A box of 18 px with its words; the whole row of 32 px is the target."""

    edited = Signal()

    def __init__(
        self,
        words: str,
        size: Size = Size.BASE,
        *,
        strong: bool = False,
    ) -> None:
        """`strong` sets the words semibold, as for a planned dose."""
        super().__init__(words)
        self.name, self.required = words, False
        self._size, self._strong = size, strong
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _on: self.edited.emit())
        theme.signals().changed.connect(self.updateGeometry)

    def value(self) -> bool:
        """Whether it is ticked."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Tick from a draft, without telling anybody."""
        self.setChecked(value)

    def is_open(self) -> bool:
        """A tick is never asked for."""
        return False

    def problem(self) -> str:
        """A tick cannot be impossible."""
        return ""

    def sizeHint(self) -> QSize:
        """Box, gap of 10, words."""
        words = paint.width_of(self.text(), self._font())
        gap = theme.px(10) if self.text() else 0
        return QSize(round(theme.px(_BOX) + gap + words) + _AIR, theme.px(32))

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """Words count as well as the box."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, tick, words."""
        del event
        painter = QPainter(self)
        side = theme.px(_BOX)
        box = QRectF(0, (self.height() - side) // 2, side, side)
        if self.isChecked():
            ground = Role.ACCENT if self.isEnabled() else Role.SECONDARY
            paint.frame(painter, box, ground=ground, radius=paint.RADIUS_TICK)
            self._paint_tick(painter, box)
        else:
            border = Role.ACCENT if self.hasFocus() else Role.INPUT_BORDER
            paint.frame(painter, box, ground=Role.SURFACE, border=border, radius=3)
        words = QRectF(side + theme.px(10), 0, self.width(), self.height())
        role = Role.TEXT if self.isEnabled() else Role.SECONDARY
        paint.text(painter, words, self.text(), self._font(), role)

    def _paint_tick(self, painter: QPainter, box: QRectF) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour(Role.ON_ACCENT), box.width() / 9)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        points = ((0.24, 0.53), (0.42, 0.70), (0.77, 0.32))
        painter.drawPolyline(
            [QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in points]
        )
        painter.restore()

    def _font(self) -> QFont:
        return theme.font(self._size, Weight.SEMIBOLD if self._strong else Weight.REGULAR)
