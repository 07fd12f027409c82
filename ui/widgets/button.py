"""Buttons with a quiet key hint, and links; Space presses, Enter never saves.

One primary button per page, filled with the accent; everything else is outlined. `autoDefault`
is off: Enter in a line edit must not press a lone button.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import icons, theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent


class Kind(StrEnum):
    """How much a button asks for."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"  # accent words without a border, such as "+ Nog een"
    MUTED = "muted"  # the same in secondary words


_BARE = {Kind.QUIET, Kind.MUTED}


class Button(QPushButton):
    """A button of 40 px in the footer or 36 px in a head, with icon and key hint."""

    def __init__(
        self,
        text: str,
        hint: str = "",
        *,
        kind: Kind = Kind.SECONDARY,
        icon: str = "",
        height: int = 40,
        parent: QWidget | None = None,
    ) -> None:
        """`hint` is the key as shown, from `actions.hint`."""
        super().__init__(text, parent)
        self._hint, self._kind, self._icon, self._height = hint, kind, icon, height
        self._is_folded = False
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._name()
        theme.signals().changed.connect(self.updateGeometry)

    @property
    def kind(self) -> Kind:
        """Primary, secondary or quiet."""
        return self._kind

    def set_words(self, text: str, hint: str | None = None) -> None:
        """Other words, as when the primary button says where it leads."""
        self.setText(text)
        if hint is not None:
            self._hint = hint
        self._name()
        self.updateGeometry()
        self.update()

    def fold_hint(self, folded: bool) -> None:
        """Leave the key away where the line is too short, and say it in the tooltip."""
        if folded != self._is_folded:
            self._is_folded = folded
            self.setToolTip(self._hint if folded else "")
            self.updateGeometry()
            self.update()

    def width_of(self, *, with_hint: bool) -> int:
        """Pixels for icon and words, and for the key hint as well."""
        width = 2 * self._padding() + paint.width_of(self.text(), self._font())
        if self._icon:
            width += theme.px(18) + (theme.px(8) if self.text() else 0)
        if self._hint and with_hint:
            width += theme.px(10) + paint.width_of(self._hint, theme.font(Size.SMALL))
        return round(width) + 1

    def sizeHint(self) -> QSize:
        """Room for icon, words and hint."""
        return QSize(self.width_of(with_hint=not self._is_folded), theme.px(self._height))

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses secondary and quiet buttons only."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            if self._kind is not Kind.PRIMARY and not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, icon, words and hint."""
        del event
        painter = QPainter(self)
        box = QRectF(self.rect())
        words, quiet = self._ground(painter, box)
        x = float(self._padding())
        content = self.sizeHint().width()
        if self.width() > content:
            x += (self.width() - content) / 2
        if self._icon:
            side = theme.px(18)
            icons.paint(
                painter, self._icon, words, QRectF(x, (box.height() - side) / 2, side, side)
            )
            x += side + theme.px(8)
        line = QRectF(x, 0, box.width() - x, box.height())
        x += paint.text(painter, line, self.text(), self._font(), words) + theme.px(10)
        if self._hint and not self._is_folded:
            line.setLeft(x)
            paint.text(painter, line, self._hint, theme.font(Size.SMALL), quiet)

    def _ground(self, painter: QPainter, box: QRectF) -> tuple[Role, Role]:
        hot = self.isEnabled() and (self.isDown() or self.underMouse())
        if self._kind is Kind.PRIMARY and self.isEnabled():
            paint.frame(painter, box, ground=Role.ACCENT_PRESSED if hot else Role.ACCENT)
            return Role.ON_ACCENT, Role.QUIET_ON_ACCENT
        if self._kind in _BARE:
            if hot:
                paint.frame(painter, box, ground=Role.SELECTED_LIGHT)
            is_accent = self.isEnabled() and self._kind is Kind.QUIET
            return Role.ACCENT if is_accent else Role.SECONDARY, Role.SECONDARY
        ground = Role.SELECTED_LIGHT if hot else Role.SURFACE
        border = Role.INPUT_BORDER if self.isEnabled() else Role.LINE
        if self.hasFocus():
            border = Role.ACCENT
        paint.frame(painter, box, ground=ground, border=border)
        return Role.TEXT if self.isEnabled() else Role.SECONDARY, Role.SECONDARY

    def _padding(self) -> int:
        if self._kind in _BARE:
            return theme.px(4)
        return theme.px(16 if self._kind is Kind.PRIMARY else 13)

    def _font(self) -> QFont:
        primary = self._kind is Kind.PRIMARY
        return theme.font(Size.BASE, Weight.SEMIBOLD if primary else Weight.REGULAR)

    def _name(self) -> None:
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(self._hint)
        if self._is_folded:
            self.setToolTip(self._hint)


class Link(QPushButton):
    """Accent words with a line under them, for going to or changing something."""

    def __init__(
        self,
        text: str,
        size: Size = Size.QUIET,
        *,
        about: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`about` tells what the word is for where "Lijst" or "Wijzigen" alone does not."""
        super().__init__(text, parent)
        self._size = size
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._about = about
        self.setText(text)
        theme.signals().changed.connect(self.updateGeometry)

    def setText(self, text: str) -> None:
        """Other words; they are read aloud with what they are for."""
        super().setText(text)
        said = (text, self._about)
        self.setAccessibleName(": ".join(part for part in said if part))

    def sizeHint(self) -> QSize:
        """The words, and a target of 28 px."""
        width = paint.width_of(self.text(), theme.font(self._size))
        return QSize(round(width) + 1, theme.px(28))

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter follows a link as Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words, and the line 8 px under their middle."""
        del event
        painter = QPainter(self)
        role = Role.ACCENT if self.isEnabled() else Role.SECONDARY
        advance = paint.text(
            painter, QRectF(self.rect()), self.text(), theme.font(self._size), role
        )
        if self.isEnabled():
            y = self.height() // 2 + theme.px(8)
            paint.hairline(painter, 0, y, advance, role)
