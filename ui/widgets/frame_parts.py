"""The top line and the status line, which every page has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import actions, icons, theme
from ui.actions import Key
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.button import Button
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont, QPaintEvent

_SIDE, _GAP = 16, 8  # px
_BETWEEN = " · "
_QUIET_LINE = 17  # px of one of two lines


class _Quiet(QWidget):
    """Quiet words in one line, else smaller, else in two lines; the tooltip has them whole."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_words(self, words: str) -> None:
        self._words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        lines, font = self.lines()
        height = theme.px(_QUIET_LINE) if len(lines) > 1 else self.height()
        top = (self.height() - height * len(lines)) / 2
        for index, line in enumerate(lines):
            box = QRectF(0, top + index * height, self.width(), height)
            paint.text(painter, box, line, font, Role.SECONDARY)

    def lines(self) -> tuple[list[str], QFont]:
        """What is shown, with its font; a line breaks between two statements."""
        font = theme.font()
        if paint.width_of(self._words, font) <= self.width():
            return [self._words], font
        font = theme.font(Size.QUIET)
        statements = self._words.split(_BETWEEN)
        count = len(statements)
        while count > 1 and paint.width_of(_BETWEEN.join(statements[:count]), font) > self.width():
            count -= 1
        lines = [_BETWEEN.join(part) for part in (statements[:count], statements[count:]) if part]
        metrics = QFontMetricsF(font)
        elide = Qt.TextElideMode.ElideRight
        return [metrics.elidedText(line, elide, self.width()) for line in lines], font


class TopLine(QWidget):
    """44 px: back, where am I, the page's own buttons, search, lock."""

    back_asked = Signal()
    search_asked = Signal()
    lock_asked = Signal()

    def __init__(self) -> None:
        """Without a way back until `set_back`."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(_SIDE, 0, _SIDE, 0)
        row.setSpacing(_GAP)
        self._back = Button("", actions.hint(Key.BACK), icon="chevron-left", height=36)
        self._back.hide()
        self._title = Label(size=Size.TITLE, weight=Weight.SEMIBOLD)
        self._quiet = _Quiet()
        self.search_button = Button("Zoeken", actions.hint(Key.FIND), icon="search", height=36)
        self.lock_button = Button("Vergrendelen", actions.hint(Key.LOCK), icon="lock", height=36)
        row.addWidget(self._back)
        row.addWidget(self._title)
        row.addSpacing(4)
        row.addWidget(self._quiet, 1)
        row.addWidget(self.search_button)
        row.addWidget(self.lock_button)
        self._page_buttons = row.indexOf(self.search_button)
        self._places = row
        self._back.clicked.connect(self.back_asked)
        self.search_button.clicked.connect(self.search_asked)
        self.lock_button.clicked.connect(self.lock_asked)
        self._measure()
        theme.signals().changed.connect(self._measure)

    def set_back(self, where: str) -> None:
        """The page that Esc leads to; none with an empty text."""
        self._back.set_words(where)
        self._back.setVisible(bool(where))
        self._title.setContentsMargins(8 if where else 0, 0, 0, 0)

    def set_title(self, title: str, quiet: str = "") -> None:
        """Title, and the quiet words after it."""
        self._title.setText(title)
        self._quiet.show_words(quiet)
        self.setAccessibleName(title)

    def add(self, *buttons: QWidget) -> None:
        """The page's own buttons, before search."""
        for button in buttons:
            self._places.insertWidget(self._page_buttons, button)
            self._page_buttons += 1

    def event(self, event: QEvent) -> bool:
        """Another title or button: look again at what fits."""
        handled = super().event(event)
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Resize}:
            self._fold()
        return handled

    def _fold(self) -> None:
        """The title is never cut off: the keys on the buttons go first."""
        buttons = [one for one in self.findChildren(Button) if not one.isHidden()]
        taken = self._title.sizeHint().width() + 2 * _SIDE
        taken += sum(one.width_of(with_hint=True) + _GAP for one in buttons)
        for one in buttons:
            one.fold_hint(taken > self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line under it."""
        del event
        paint.hairline(QPainter(self), 0, self.height() - 1, self.width())

    def _measure(self) -> None:
        self.setFixedHeight(theme.px(44))


@dataclass(frozen=True, slots=True)
class StatusItem:
    """One statement in the status line; neutral unless something asks attention."""

    text: str
    icon: str = ""
    role: Role = Role.SECONDARY


class StatusLine(QWidget):
    """32 px: network and what waits at the left, who works here at the right."""

    def __init__(self) -> None:
        """Empty until `show_status`."""
        super().__init__()
        self._items: tuple[StatusItem, ...] = ()
        self._who = ""
        self._measure()
        theme.signals().changed.connect(self._measure)

    def show_status(self, items: Sequence[StatusItem], who: str = "") -> None:
        """Statements at the left, the user at the right."""
        self._items, self._who = tuple(items), who
        self.setAccessibleName(" · ".join([*(item.text for item in items), who]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Statements divided by short lines."""
        del event
        painter = QPainter(self)
        font = theme.font(Size.QUIET)
        x = 16.0
        for index, item in enumerate(self._items):
            if index:
                line = QRectF(x + 16, (self.height() - 14) / 2, 1, 14)
                painter.fillRect(line, theme.colour(Role.LINE))
                x += 33
            if item.icon:
                side = theme.px(16)
                box = QRectF(x, (self.height() - side) / 2, side, side)
                icons.paint(painter, item.icon, item.role, box)
                x += side + theme.px(8)
            x += paint.text(painter, QRectF(x, 0, 10, self.height()), item.text, font, item.role)
        right = QRectF(0, 0, self.width() - 16, self.height())
        paint.text(painter, right, self._who, font, Role.SECONDARY, Qt.AlignmentFlag.AlignRight)

    def _measure(self) -> None:
        self.setFixedHeight(theme.px(32))
