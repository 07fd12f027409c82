"""The thresholds of a full audiogram as they are typed: a row per ear and way, a column per Hz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from clbdesk.domain.hearing import FREQUENCIES
from clbdesk.services.audiogram import ROWS, cell_name, read_threshold
from clbdesk.wording import say
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets import azerty
from ui.widgets.control import mark
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QFocusEvent, QKeyEvent

Place = tuple[str, str]
_SYMBOLS = {"right_air": "○", "right_bone": "<", "left_air": "✕", "left_bone": ">"}
_STEPS = {
    Qt.Key.Key_Return.value: (0, 1),
    Qt.Key.Key_Enter.value: (0, 1),
    Qt.Key.Key_Down.value: (1, 0),
    Qt.Key.Key_Up.value: (-1, 0),
}


class LevelEdit(QLineEdit):
    """One cell. `moved(rows, columns)`: Enter and the arrows up and down."""

    edited = Signal()
    left = Signal()
    moved = Signal(int, int)

    def __init__(self, place: Place) -> None:
        """Empty."""
        super().__init__()
        self.name, self.required = cell_name(*place), False
        self.setAccessibleName(self.name)
        self.setMaxLength(8)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.textEdited.connect(self.edited)
        self._measure()
        theme.signals().changed.connect(self._measure)

    def value(self) -> str:
        """As typed."""
        return self.text()

    def is_open(self) -> bool:
        """Not measured."""
        return not self.text().strip()

    def problem(self) -> str:
        """The refusal of what cannot be a threshold."""
        found = read_threshold(self.text(), self.name)
        return found if isinstance(found, str) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits of an unshifted row; Enter and arrows go to another cell."""
        digit = azerty.digit(event)
        step = _STEPS.get(event.key())
        if digit:
            self.insert(digit)
            self.edited.emit()
        elif step and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.moved.emit(*step)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The moment to judge."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.left.emit()

    def _measure(self) -> None:
        self.setFont(theme.font())
        self.setMinimumWidth(theme.px(64))
        self.setFixedHeight(theme.px(36))


class AudiogramGrid(QWidget):
    """All cells, empty where nothing was measured. `edited()` when somebody typed."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self.cells = {
            (row, hertz): LevelEdit((row, hertz)) for row in ROWS for hertz in FREQUENCIES
        }
        self._error_icon = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._error = Label("", Size.QUIET, role=Role.ERROR, wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for column, hertz in enumerate(FREQUENCIES, start=1):
            head = Label(f"{hertz} Hz", Size.QUIET, role=Role.SECONDARY)
            grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignHCenter)
            grid.setColumnStretch(column, 1)
        for line, row in enumerate(ROWS, start=1):
            words = f"{say(f'audiogram.{row}')} {_SYMBOLS[row]}"
            grid.addWidget(Label(words, weight=Weight.SEMIBOLD), line, 0)
            for column, hertz in enumerate(FREQUENCIES, start=1):
                cell = self.cells[(row, hertz)]
                grid.addWidget(cell, line, column)
                cell.edited.connect(self.edited)
                cell.left.connect(self.judge)
                cell.moved.connect(lambda down, on, at=(row, hertz): self._move(at, down, on))
        below = len(ROWS) + 1
        grid.addWidget(self._error, below, 0, 1, len(FREQUENCIES) + 1)
        self._error.hide()

    def texts(self) -> dict[Place, str]:
        """What was typed, by place; empty cells are left out."""
        return {place: cell.text() for place, cell in self.cells.items() if not cell.is_open()}

    def set_texts(self, texts: Mapping[Place, str]) -> None:
        """From a record or a draft."""
        for place, cell in self.cells.items():
            cell.setText(texts.get(place, ""))
        self.judge()

    def set_editable(self, on: bool) -> None:
        """To type, or only to read."""
        for cell in self.cells.values():
            cell.setReadOnly(not on)

    def judge(self) -> None:
        """Mark what cannot be; the first sentence stands below."""
        wrong = [text for cell in self.cells.values() if (text := cell.problem())]
        for cell in self.cells.values():
            mark(cell, "error" if cell.problem() else "")
        self._error.setText(wrong[0] if wrong else "")
        self._error.setVisible(bool(wrong))

    def _move(self, at: Place, down: int, on: int) -> None:
        """Enter goes on in the row and then to the next; the arrows stay in the column."""
        places = list(self.cells)
        step = on + down * len(FREQUENCIES)
        target = places.index(at) + step
        if 0 <= target < len(places):
            cell = self.cells[places[target]]
            cell.setFocus(Qt.FocusReason.TabFocusReason)
            cell.selectAll()
        elif on:
            self.focusNextChild()
