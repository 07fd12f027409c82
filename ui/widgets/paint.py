"""Strokes shared by self-painting controls: frames on whole pixels, text centred on cap height."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from ui import theme
from ui.theme import Role

RADIUS_FIELD = 4.0
RADIUS_CARD = 6.0
RADIUS_TICK = 3.0


def frame(
    painter: QPainter,
    box: QRectF,
    *,
    ground: Role | None,
    border: Role | None = None,
    width: float = 1.0,
    radius: float = RADIUS_FIELD,
) -> None:
    """A rounded box whose border lies wholly inside `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QBrush(theme.colour(ground)) if ground else Qt.BrushStyle.NoBrush)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, radius, radius)
    else:
        painter.setPen(QPen(theme.colour(border), width))
        half = width / 2
        inner = box.adjusted(half, half, -half, -half)
        painter.drawRoundedRect(inner, radius - half, radius - half)
    painter.restore()


def hairline(painter: QPainter, x1: float, y: float, x2: float, role: Role = Role.LINE) -> None:
    """A horizontal line of one pixel whose top edge is at `y`."""
    painter.fillRect(QRectF(x1, y, x2 - x1, 1.0), theme.colour(role))


def width_of(text: str, font: QFont) -> float:
    """The advance of a line of text in logical pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


def text(
    painter: QPainter,
    box: QRectF,
    words: str,
    font: QFont,
    role: Role | QColor,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """One line centred on its cap height in `box`; returns its advance, so that more can follow."""
    metrics = QFontMetricsF(font)
    advance = metrics.horizontalAdvance(words)
    x = box.left()
    if align == Qt.AlignmentFlag.AlignRight:
        x = box.right() - advance
    elif align == Qt.AlignmentFlag.AlignHCenter:
        x = box.left() + (box.width() - advance) / 2
    baseline = box.center().y() + metrics.capHeight() / 2
    painter.setFont(font)
    painter.setPen(theme.colour(role) if isinstance(role, Role) else role)
    painter.drawText(QPointF(round(x), round(baseline)), words)
    return advance
