"""Words on the screen: plain labels, an icon with its word, chips and the line between rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFont, QPainter, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui import icons, theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

GROUND_OF = {
    Role.OK: Role.OK_GROUND,
    Role.ATTENTION: Role.ATTENTION_GROUND,
    Role.ERROR: Role.ERROR_GROUND,
}
_ICON_SIZE = {Size.QUIET: 16, Size.SMALL: 16, Size.TITLE: 20}


class Label(QLabel):
    """Plain text in a size, weight and role of the theme; `wrap` for sentences."""

    def __init__(
        self,
        text: str = "",
        size: Size = Size.BASE,
        weight: Weight = Weight.REGULAR,
        role: Role = Role.TEXT,
        *,
        wrap: bool = False,
    ) -> None:
        """Text of users is never read as markup."""
        super().__init__(text)
        self._size, self._weight, self._role = size, weight, role
        self._struck = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._dress()
        theme.signals().changed.connect(self._dress)

    def set_role(self, role: Role) -> None:
        """Another colour role."""
        self._role = role
        self._dress()

    def set_weight(self, weight: Weight) -> None:
        """Another weight."""
        self._weight = weight
        self._dress()

    def set_struck(self, struck: bool) -> None:
        """A line through the words, for what was withdrawn."""
        self._struck = struck
        self._dress()

    def redress(self) -> None:
        """Its colours again, after a part of the page was moved: Qt brings back older ones."""
        self._dress()

    def _dress(self) -> None:
        font = theme.font(self._size, self._weight)
        font.setStrikeOut(self._struck)
        self.setFont(font)
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.colour(self._role))
        self.setPalette(palette)


class WrappingLabel(Label):
    """Words in one line as long as there is room, then in more; what follows stands right after."""

    def __init__(
        self, size: Size = Size.BASE, weight: Weight = Weight.REGULAR, role: Role = Role.TEXT
    ) -> None:
        """Empty."""
        super().__init__("", size, weight, role, wrap=True)

    def sizeHint(self) -> QSize:
        """One line."""
        width = math.ceil(paint.width_of(self.text(), self.font())) + 2
        return QSize(width, super().heightForWidth(width))


class IconWord(QWidget):
    """An icon and its word in one role; colour never stands alone.

    `word_role` differs for neutral states: secondary icon, normal text.
    """

    def __init__(
        self,
        icon: str = "",
        word: str = "",
        role: Role = Role.TEXT,
        *,
        weight: Weight = Weight.REGULAR,
        size: Size = Size.BASE,
        word_role: Role | None = None,
    ) -> None:
        """The word is the accessible name."""
        super().__init__()
        self._icon, self._word, self._role = icon, word, role
        self._weight, self._size, self._word_role = weight, size, word_role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(word)
        theme.signals().changed.connect(self.updateGeometry)

    @property
    def word(self) -> str:
        """The word that is shown."""
        return self._word

    def show_state(
        self,
        icon: str,
        word: str,
        role: Role,
        weight: Weight = Weight.REGULAR,
        word_role: Role | None = None,
    ) -> None:
        """Another state; readers of the screen are told."""
        self._icon, self._word, self._role = icon, word, role
        self._weight, self._word_role = weight, word_role
        self.setAccessibleName(word)
        event = QAccessibleEvent(self, QAccessible.Event.NameChanged)
        QAccessible.updateAccessibility(event)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Icon, gap of 8 and the word."""
        font = theme.font(self._size, self._weight)
        side = self._side()
        gap = theme.px(8) if self._icon and self._word else 0
        width = (side if self._icon else 0) + gap + paint.width_of(self._word, font)
        return QSize(round(width) + 2, max(side, theme.px(24)))

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon and word on one middle."""
        del event
        painter = QPainter(self)
        side = self._side()
        x = 0.0
        if self._icon:
            icons.paint(
                painter, self._icon, self._role, QRectF(0, (self.height() - side) / 2, side, side)
            )
            x = side + theme.px(8)
        box = QRectF(x, 0, self.width() - x, self.height())
        font = theme.font(self._size, self._weight)
        paint.text(painter, box, self._word, font, self._word_role or self._role)

    def _side(self) -> int:
        return theme.px(_ICON_SIZE.get(self._size, 18))


class Chip(QWidget):
    """A short state in a box: tinted ground, or `outline` for what waits for confirmation."""

    def __init__(
        self,
        word: str,
        role: Role = Role.ATTENTION,
        icon: str = "",
        *,
        outline: bool = False,
    ) -> None:
        """Filled chips are 24 high with 10 pt, outline chips 22 with an icon of 14."""
        super().__init__()
        self._word, self._role, self._icon, self._outline = word, role, icon, outline
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(word)
        theme.signals().changed.connect(self.updateGeometry)

    def show_state(self, word: str, role: Role, icon: str = "") -> None:
        """Another state."""
        self._word, self._role, self._icon = word, role, icon
        self.setAccessibleName(word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Padding of 8, icon, gap of 5, word."""
        width = 2 * theme.px(9) + paint.width_of(self._word, self._font())
        if self._icon:
            width += self._side() + theme.px(5)
        return QSize(round(width) + 1, theme.px(22 if self._outline else 26))

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground or outline, icon and word."""
        del event
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self._outline:
            paint.frame(painter, box, ground=None, border=self._role)
        else:
            paint.frame(painter, box, ground=GROUND_OF.get(self._role, Role.SELECTED))
        x = float(theme.px(9))
        if self._icon:
            side = self._side()
            icons.paint(
                painter, self._icon, self._role, QRectF(x, (self.height() - side) / 2, side, side)
            )
            x += side + theme.px(5)
        paint.text(
            painter,
            QRectF(x, 0, box.width() - x, box.height()),
            self._word,
            self._font(),
            self._role,
        )

    def _font(self) -> QFont:
        return theme.font(Size.QUIET, Weight.REGULAR if self._outline else Weight.SEMIBOLD)

    def _side(self) -> int:
        return theme.px(14 if self._outline else 16)


class Rule(QWidget):
    """A line of one pixel between rows or sections."""

    def __init__(self, role: Role = Role.LINE) -> None:
        """`Role.LINE_FAINT` between rows, `Role.LINE` between sections."""
        super().__init__()
        self._role = role
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the pixel row."""
        del event
        QPainter(self).fillRect(self.rect(), theme.colour(self._role))
