"""The steps of a contact: numbers fixed for all contact moments, so that hands learn them.

Steps that do not belong to the moment are not drawn; names are never abbreviated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui import icons, theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.button import Button, Kind
from ui.widgets.label import IconWord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFont, QPaintEvent, QResizeEvent


_PADDING, _NARROW_PADDING = 14, 5
_ADD = "Onderdeel toevoegen"


@dataclass(frozen=True, slots=True)
class Step:
    """One step as drawn: icon and role of its state, and the state in words for the tooltip."""

    number: int
    name: str
    icon: str = ""
    role: Role = Role.TEXT
    state: str = ""


class _StepButton(QPushButton):
    def __init__(self, step: Step, *, current: bool, divider: bool) -> None:
        super().__init__(step.name)
        self.step, self.current, self._divider = step, current, divider
        self._padding = _PADDING
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(step.state)
        state = f", {step.state}" if step.state else ""
        here = ", hier" if current else ""
        self.setAccessibleName(f"Stap {step.number} {step.name}{state}{here}")
        self.setAccessibleDescription(f"Alt+{step.number}")
        theme.signals().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        number = paint.width_of(str(self.step.number), theme.font())
        width = (
            2 * theme.px(self._padding)
            + number
            + theme.px(8)
            + paint.width_of(self.step.name, self._font())
        )
        if self.step.icon:
            width += theme.px(8) + theme.px(18)
        return QSize(round(width), theme.px(39))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_padding(self, padding: int) -> None:
        self._padding = padding
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        box = QRectF(self.rect())
        if self.current or self.underMouse():
            painter.fillRect(box, theme.colour(Role.SELECTED_LIGHT))
        if self.current:
            line = QRectF(0, box.height() - 3, box.width(), 3)
            painter.fillRect(line, theme.colour(Role.ACCENT))
        elif self._divider:
            height = theme.px(18)
            line = QRectF(box.width() - 1, (box.height() - height) / 2, 1, height)
            painter.fillRect(line, theme.colour(Role.LINE))
        x = float(theme.px(self._padding))
        number = Role.ACCENT if self.current else Role.SECONDARY
        x += paint.text(
            painter, QRectF(x, 0, 10, box.height()), str(self.step.number), theme.font(), number
        )
        x += theme.px(8)
        x += paint.text(
            painter, QRectF(x, 0, 10, box.height()), self.step.name, self._font(), Role.TEXT
        )
        if self.step.icon:
            side = theme.px(18)
            x += theme.px(8)
            icon = QRectF(round(x), round((box.height() - side) / 2), side, side)
            icons.paint(painter, self.step.icon, self.step.role, icon)

    def _font(self) -> QFont:
        return theme.font(Size.BASE, Weight.SEMIBOLD if self.current else Weight.REGULAR)


class StepBar(QWidget):
    """40 px on surface: steps, "+ Onderdeel toevoegen", and the time of the draft at the right."""

    step_asked = Signal(int)
    add_asked = Signal()

    def __init__(self) -> None:
        """Empty until `show_steps`."""
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 1)
        self._row.setSpacing(0)
        self._buttons: list[_StepButton] = []
        self._is_narrow = False
        self._add = Button(_ADD, kind=Kind.MUTED, icon="plus", height=36)
        self._add.clicked.connect(self.add_asked)
        self._draft = IconWord("pencil", "", Role.ACCENT, size=Size.QUIET)
        self._row.addSpacing(8)
        self._row.addWidget(self._add)
        self._row.addStretch(1)
        self._row.addWidget(self._draft)
        self._draft.hide()
        self._measure()
        theme.signals().changed.connect(self._measure)

    def show_steps(
        self, steps: Sequence[Step], current: int | None, *, may_add: bool = True
    ) -> None:
        """Draw the steps of the moment; `current` is a number."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for index, step in enumerate(steps):
            following = steps[index + 1].number if index + 1 < len(steps) else None
            divider = following is not None and following != current
            button = _StepButton(step, current=step.number == current, divider=divider)
            button.clicked.connect(lambda _=False, number=step.number: self.step_asked.emit(number))
            self._row.insertWidget(index, button)
            self._buttons.append(button)
        self._add.setVisible(may_add)
        self._fit()

    def numbers(self) -> tuple[int, ...]:
        """The steps that are drawn, for Alt+digit and for the next step."""
        return tuple(button.step.number for button in self._buttons)

    def show_draft(self, word: str) -> None:
        """The time of the draft at the right ("Concept 10:42"), or nothing."""
        self._draft.show_state("pencil", word, Role.ACCENT, word_role=Role.SECONDARY)
        self._draft.setVisible(bool(word))
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """All steps with their whole names, at their narrowest."""
        steps = sum(button.sizeHint().width() for button in self._buttons)
        saved = sum(2 * theme.px(_PADDING - _NARROW_PADDING) for _ in self._buttons)
        narrow = steps if self._is_narrow else steps - saved
        return QSize(narrow + 48 + self._draft_width() + theme.px(40), theme.px(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the words of the last button and some air go, never a name."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._is_narrow:
            self._set_narrow(narrow=False)
        self._add.set_words(_ADD)
        if self._wanted() > self.width():
            self._add.set_words("")
            self._add.setToolTip(_ADD)
            self._add.setAccessibleName(_ADD)
        if self._wanted() > self.width():
            self._set_narrow(narrow=True)

    def _wanted(self) -> int:
        steps = sum(button.sizeHint().width() for button in self._buttons)
        add = 0 if self._add.isHidden() else self._add.sizeHint().width() + 8
        return steps + add + 32 + self._draft_width()

    def _draft_width(self) -> int:
        return 0 if self._draft.isHidden() else self._draft.sizeHint().width() + 8

    def _set_narrow(self, *, narrow: bool) -> None:
        self._is_narrow = narrow
        for button in self._buttons:
            button.set_padding(_NARROW_PADDING if narrow else _PADDING)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface with a line under it."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(Role.SURFACE))
        paint.hairline(painter, 0, self.height() - 1, self.width())

    def _measure(self) -> None:
        self.setFixedHeight(theme.px(40))
