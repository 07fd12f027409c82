"""The footer of a page: secondary buttons at the left, one primary button at the right.

Nothing in it is ever cut off: what is too wide for the window first gives up the key hints of the
secondary buttons (they stay in the list of F1), and then stands in two lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import actions, theme
from ui.actions import Key
from ui.theme import Role
from ui.widgets import paint
from ui.widgets.button import Button, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

_DOUBLE_PRESS_MS = 400  # a second press within this time is one press
_MARGIN, _GAP = 16, 8


class Footer(QWidget):
    """48 px, or 96 where one line is too short.

    `primary_pressed` comes once for a double press within 400 ms, so that a double press never
    touches the next pupil.
    """

    primary_pressed = Signal()

    def __init__(self) -> None:
        """Empty; without a primary button until `set_primary`."""
        super().__init__()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        for line in (self._upper, self._lower):
            line.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
            line.setSpacing(_GAP)
            line.addStretch(1)
            lines.addLayout(line)
        self.primary = Button("", actions.hint(Key.SAVE_AND_GO), kind=Kind.PRIMARY)
        self.primary.hide()
        self._lower.addWidget(self.primary)
        self._left: list[QWidget] = []
        self._right: list[QWidget] = [self.primary]
        self._lifted = 0  # how many of the left stand in the upper line
        self._since = QElapsedTimer()
        self._quick = False
        self.primary.clicked.connect(self.press_primary)
        self._arrange()
        theme.signals().changed.connect(self._arrange)

    def set_primary(
        self, text: str, hint: str | None = None, *, enabled: bool = True, quick: bool = False
    ) -> None:
        """The words say what will happen and where it leads.

        `quick`: it records nothing and touches nobody else, so quick presses all count.
        """
        self.primary.set_words(text, hint)
        self._quick = quick
        self.primary.setEnabled(enabled)
        self.primary.setVisible(bool(text))

    def press_primary(self) -> None:
        """The act of the page; also bound to Ctrl+Enter."""
        if not self.primary.isEnabled() or self.primary.isHidden():
            return
        soon = self._since.isValid() and self._since.elapsed() < _DOUBLE_PRESS_MS
        if soon and not self._quick:
            return
        self._since.start()
        self.primary_pressed.emit()

    def add_left(self, *buttons: QWidget) -> None:
        """Secondary buttons, in reading order."""
        for button in buttons:
            self._lower.insertWidget(len(self._left) - self._lifted, button)
            self._left.append(button)

    def add_before(self, known: QWidget, button: QWidget) -> None:
        """One more secondary button, at the left of a known one."""
        place = self._left.index(known)
        if place < self._lifted:
            self._upper.insertWidget(place, button)
            self._lifted += 1
        else:
            self._lower.insertWidget(place - self._lifted, button)
        self._left.insert(place, button)

    def add_right(self, *buttons: QWidget) -> None:
        """Secondary buttons that stand directly before the primary one."""
        for button in buttons:
            self._lower.insertWidget(self._lower.count() - 1, button)
            self._right.insert(-1, button)

    def event(self, event: QEvent) -> bool:
        """Other words or another button: look again at what fits."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower window gives up hints, then takes a second line."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface between two lines."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(Role.SURFACE))
        paint.hairline(painter, 0, 0, self.width())
        paint.hairline(painter, 0, self.height() - 1, self.width())

    def _arrange(self) -> None:
        """Where every button stands at this width, and whether its key stands on it."""
        left = [one for one in self._left if not one.isHidden()]
        right = [one for one in self._right if not one.isHidden()]
        above: list[QWidget] = []
        brief = not self._fits(left + right, brief=False)
        if brief and not self._fits(left + right, brief=True):
            brief = not (self._fits(left, brief=False) and self._fits(right, brief=False))
            above = left
            while len(above) > 1 and not self._fits(above, brief=brief):
                above = above[:-1]
        for one in self._left + self._right:
            if isinstance(one, Button) and one is not self.primary:
                one.fold_hint(brief)
        self._lift(self._left.index(above[-1]) + 1 if above else 0)

    def _fits(self, buttons: Sequence[QWidget], *, brief: bool) -> bool:
        """Whether these fit in one line; `brief`: without the keys of the secondary ones."""
        widths = [
            one.width_of(with_hint=not brief or one is self.primary)
            if isinstance(one, Button)
            else one.sizeHint().width()
            for one in buttons
        ]
        return sum(widths) + _GAP * (len(widths) - 1) <= self.width() - 2 * _MARGIN

    def _lift(self, count: int) -> None:
        """Let the first so many secondary buttons stand in the upper line."""
        if count != self._lifted:
            for one in self._left:
                self._upper.removeWidget(one)
                self._lower.removeWidget(one)
            for index, one in enumerate(self._left[:count]):
                self._upper.insertWidget(index, one)
            for index, one in enumerate(self._left[count:]):
                self._lower.insertWidget(index, one)
            self._lifted = count
        self.setFixedHeight(theme.px(48) * (2 if count else 1))
