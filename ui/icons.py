"""Outline icons, tinted by colour role and drawn sharp at every device pixel ratio.

The pictures are Tabler icons (MIT, resources/icons/LICENSE-tabler.txt) under the names of the
word table; they are never files with a colour of their own.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui import theme
from ui.theme import Role

FOLDER = theme.RESOURCES / "icons"


@cache
def names() -> tuple[str, ...]:
    """The names of all icons."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.svg")))


@cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _tinted(name: str, tint: str, size: int, ratio: float) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", tint).encode()))
    side = round(size * ratio)
    image = QImage(QSize(side, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)


def pixmap(name: str, role: Role, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of `size` logical pixels; FileNotFoundError for an unknown name."""
    return _tinted(name, theme.colour(role).name(), size, ratio)


def icon(name: str, role: Role = Role.TEXT, size: int = 18) -> QIcon:
    """The icon for Qt's own buttons and menus, at single and double resolution."""
    made = QIcon(pixmap(name, role, size))
    made.addPixmap(pixmap(name, role, size, 2.0))
    return made


def paint(painter: QPainter, name: str, role: Role, box: QRectF) -> None:
    """Draw the icon into a square box of a running painter, sharp on its device."""
    ratio = painter.device().devicePixelRatioF()
    picture = pixmap(name, role, round(box.width()), ratio)
    painter.drawPixmap(box.topLeft().toPoint(), picture)
