"""Paints a scene of `clbdesk.charts` on the screen, in the colours of the theme.

The geometry is that of the printed page: millimetres, one size for all; only the whole is scaled
to the room, never stretched. Blind users get the description, and pages offer a table beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from clbdesk.charts.scene import (
    PX,
    Anchor,
    ColourRole,
    Line,
    Marker,
    MarkerKind,
    Polygon,
    Scene,
    Text,
    Weight,
)
from ui import theme
from ui.theme import Role

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from clbdesk.charts.scene import Item

_WEIGHTS = {
    Weight.REGULAR: theme.Weight.REGULAR,
    Weight.SEMIBOLD: theme.Weight.SEMIBOLD,
    Weight.BOLD: theme.Weight.BOLD,
}


class SceneView(QWidget):
    """A drawing; at its own size when there is room, smaller when there is not."""

    def __init__(self, scene: Scene | None = None) -> None:
        """Empty until `show_scene`."""
        super().__init__()
        self._scene: Scene | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        if scene is not None:
            self.show_scene(scene)

    def show_scene(self, scene: Scene) -> None:
        """Another drawing."""
        self._scene = scene
        self.setAccessibleName("Grafiek")
        self.setAccessibleDescription(scene.description)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The size of the drawing in logical pixels (96 per inch)."""
        if self._scene is None:
            return QSize(0, 0)
        return QSize(round(self._scene.width_mm / PX), round(self._scene.height_mm / PX))

    def minimumSizeHint(self) -> QSize:
        """Three fifths of it: below that numbers cannot be read."""
        return self.sizeHint() * 0.6

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale the whole, then paint the items in their order."""
        del event
        if self._scene is None or not self.width() or not self.height():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._fit(), self._fit())
        for item in self._scene.items:
            _paint(painter, item)

    def at_mm(self, place: QPointF) -> tuple[float, float]:
        """A place of the widget in the millimetres of the drawing."""
        return place.x() / self._fit() * PX, place.y() / self._fit() * PX

    def _fit(self) -> float:
        """How much of its own size the drawing has."""
        hint = self.sizeHint()
        if not hint.width() or not hint.height():
            return 1.0
        return min(1.0, self.width() / hint.width(), self.height() / hint.height())


def _paint(painter: QPainter, item: Item) -> None:
    match item:
        case Line():
            _line(painter, item)
        case Polygon():
            area = _colour(item.role)
            area.setAlphaF(item.opacity)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(area)
            painter.drawPolygon(_points(item.points))
        case Marker():
            _marker(painter, item)
        case Text():
            _text(painter, item)
        case _:
            assert_never(item)


def _line(painter: QPainter, item: Line) -> None:
    width = item.width_mm / PX
    pen = QPen(_colour(item.role), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if item.dash:
        pen.setDashPattern([length / PX / width for length in item.dash])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    straight = len({x for x, _ in item.points}) == 1 or len({y for _, y in item.points}) == 1
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not straight)
    painter.drawPolyline(_points(item.points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _marker(painter: QPainter, item: Marker) -> None:
    centre = QPointF(item.x / PX, item.y / PX)
    stroke = item.stroke_mm / PX
    half = item.size_mm / PX / 2
    pen = QPen(_colour(item.role), stroke)
    painter.setPen(pen)
    if item.kind is MarkerKind.CIRCLE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_colour(item.role))
        painter.drawEllipse(centre, half, half)
        return
    painter.setBrush(_colour(ColourRole.SURFACE))
    inner = half - stroke / 2
    if item.kind is MarkerKind.OPEN_CIRCLE:
        painter.drawEllipse(centre, inner, inner)
    elif item.kind is MarkerKind.OPEN_SQUARE:
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(QRectF(centre.x() - inner, centre.y() - inner, 2 * inner, 2 * inner))
    else:
        for slope in (1, -1):
            step = QPointF(inner, slope * inner)
            painter.drawLine(centre - step, centre + step)


def _text(painter: QPainter, item: Text) -> None:
    font = QFont(theme.FAMILY)
    font.setPointSizeF(item.size_pt)
    font.setWeight(QFont.Weight(int(_WEIGHTS[item.weight])))
    font.setFeature(QFont.Tag("liga"), 0)
    advance = QFontMetricsF(font).horizontalAdvance(item.text)
    shift = {Anchor.START: 0.0, Anchor.MIDDLE: advance / 2, Anchor.END: advance}[item.anchor]
    painter.setFont(font)
    painter.setPen(_colour(item.role))
    painter.drawText(QPointF(item.x / PX - shift, item.y / PX), item.text)


def _points(points: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(x / PX, y / PX) for x, y in points])


def _colour(role: ColourRole) -> QColor:
    return QColor(theme.colour(Role(role.value)))
