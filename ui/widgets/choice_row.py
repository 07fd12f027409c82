"""Choosing one or several of two to eight answers: all are visible, none is preselected.

The underlined letter chooses while the row has the focus, arrows move, Backspace empties. The
chosen answer has a pale ground, a 2 px border and semibold words, so that it is told without
colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets import azerty, paint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPaintEvent

Answer = TypeVar("Answer", bound=StrEnum)

_GAP = 4  # between cells that are not joined


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: what is stored, what is shown, its letter, and a quiet count at the right."""

    value: str
    label: str
    letter: str = ""
    count: str = ""


class ChoiceRow(QWidget):
    """One of several answers, or none.

    `columns=0` joins all cells in one row; otherwise a grid of separate cells with words at the
    left and counts at the right, for filters. Heights are 36 to 40, 28 only in long lists.
    """

    edited = Signal()
    left = Signal()

    def __init__(
        self,
        name: str,
        choices: Sequence[Choice],
        *,
        required: bool = False,
        height: int = 36,
        padding: int = 14,
        columns: int = 0,
    ) -> None:
        """Letters must differ within a row."""
        super().__init__()
        self.name, self.required = name, required
        self._choices: tuple[Choice, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self._cursor = 0
        self._height, self._padding, self._columns = height, padding, columns
        self._error = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy.Policy.Expanding if columns else QSizePolicy.Policy.Fixed
        self.setSizePolicy(policy, QSizePolicy.Policy.Fixed)
        self._describe()
        self.set_choices(choices)
        theme.signals().changed.connect(self.updateGeometry)

    def choices(self) -> tuple[Choice, ...]:
        """What can be chosen."""
        return self._choices

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Other answers or counts; what was chosen stays when it still exists."""
        if tuple(choices) == self._choices:
            return
        letters = [choice.letter.casefold() for choice in choices if choice.letter]
        if len(letters) != len(set(letters)):
            raise ValueError(f"two answers of {self.name} share a letter")
        self._choices = tuple(choices)
        values = {choice.value for choice in choices}
        self._chosen = tuple(value for value in self._chosen if value in values)
        self._describe()
        self.updateGeometry()
        self.update()

    def value(self) -> str | None:
        """What is chosen."""
        return self._chosen[0] if self._chosen else None

    def value_as(self, kind: type[Answer]) -> Answer | None:
        """What is chosen, as member of a closed list."""
        value = self.value()
        return None if value is None else kind(value)

    def set_value(self, value: str | None) -> None:
        """Choose from a draft or default, without telling anybody."""
        self._set(() if value is None else (value,))

    def is_open(self) -> bool:
        """Nothing is chosen."""
        return not self._chosen

    def problem(self) -> str:
        """A row cannot hold anything impossible."""
        return ""

    def set_error(self, on: bool) -> None:
        """A thick border in error colour."""
        self._error = on
        self.update()

    def sizeHint(self) -> QSize:
        """All cells at their semibold width."""
        height = theme.px(self._height)
        if self._columns:
            rows = -(-len(self._choices) // self._columns)
            widest = max((self._cell_width(choice) for choice in self._choices), default=0)
            width = self._columns * widest + (self._columns - 1) * _GAP
            return QSize(round(width), rows * height + (rows - 1) * _GAP)
        return QSize(round(sum(self._cell_width(one) - 1 for one in self._choices) + 1), height)

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    # --- keys and mouse ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letter, arrows, Backspace; everything else goes on to the page."""
        if event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        ):
            super().keyPressEvent(event)
            return
        step = self._step(Qt.Key(event.key()))
        letter = azerty.digit(event) or event.text().casefold()
        if step:
            self._move(step)
        elif event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            self._act(())
        elif event.key() == Qt.Key.Key_Space:
            self._press(self._cursor)
        elif letter and letter in self._letters():
            self._press(self._letters().index(letter))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        for index, cell in enumerate(self._cells()):
            if cell.contains(event.position()):
                self._press(index)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the letters."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the letters; the form may judge."""
        super().focusOutEvent(event)
        self.update()
        self.left.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Enabled or not is drawn."""
        super().changeEvent(event)
        self.update()

    def _press(self, index: int) -> None:
        self._cursor = index
        self._act((self._choices[index].value,))

    def _move(self, step: int) -> None:
        last = len(self._choices) - 1
        if self.is_open():
            self._press(0 if step > 0 else last)
        else:
            self._press(min(last, max(0, self._cursor + step)))

    def _act(self, chosen: tuple[str, ...]) -> None:
        if chosen != self._chosen:
            self._set(chosen)
            self.edited.emit()
        self.update()

    def _set(self, chosen: tuple[str, ...]) -> None:
        values = [choice.value for choice in self._choices]
        for value in chosen:
            if value not in values:
                raise ValueError(f"{value} is not an answer of {self.name}")
        if chosen:
            self._cursor = values.index(chosen[-1])
        if chosen != self._chosen:
            self._chosen = chosen
            self._describe()
            self.update()

    def _letters(self) -> list[str]:
        return [choice.letter.casefold() for choice in self._choices]

    def _step(self, key: Qt.Key) -> int:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        if self._columns:
            steps |= {Qt.Key.Key_Down: self._columns, Qt.Key.Key_Up: -self._columns}
        return steps.get(key, 0)

    def _describe(self) -> None:
        words = [choice.label for choice in self._choices if choice.value in self._chosen]
        self.setAccessibleName(f"{self.name}: {', '.join(words) or 'niets gekozen'}")
        self.setAccessibleDescription(", ".join(choice.label for choice in self._choices))
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, then the chosen ones over the lines between them; as text when it only tells."""
        del event
        painter = QPainter(self)
        if not self.isEnabled() and not self._columns:
            words = ", ".join(one.label for one in self._choices if one.value in self._chosen)
            paint.text(painter, QRectF(self.rect()), words or "–", theme.font(), Role.TEXT)
            return
        cells = self._cells()
        joined = not self._columns
        if joined:
            self._paint_frame(painter, cells)
        for index, (choice, cell) in enumerate(zip(self._choices, cells, strict=True)):
            chosen = choice.value in self._chosen
            if chosen:
                paint.frame(painter, cell, ground=Role.SELECTED, border=Role.ACCENT, width=2)
            elif not joined:
                border = Role.ERROR if self._error else Role.LINE
                paint.frame(painter, cell, ground=Role.SURFACE, border=border)
            self._paint_words(painter, cell, index, chosen=chosen)

    def _paint_frame(self, painter: QPainter, cells: list[QRectF]) -> None:
        box = QRectF(self.rect())
        if self._error:
            paint.frame(painter, box, ground=Role.SURFACE, border=Role.ERROR, width=2)
        else:
            paint.frame(painter, box, ground=Role.SURFACE, border=Role.INPUT_BORDER)
        for cell in cells[1:]:
            line = QRectF(cell.left(), 1, 1, box.height() - 2)
            painter.fillRect(line, theme.colour(Role.INPUT_BORDER))

    def _paint_words(self, painter: QPainter, cell: QRectF, index: int, *, chosen: bool) -> None:
        choice = self._choices[index]
        font = _font(chosen=chosen)
        role = Role.TEXT if self.isEnabled() else Role.SECONDARY
        if self._columns:
            inner = cell.adjusted(12, 0, -12, 0)
            paint.text(painter, inner, choice.label, font, role)
            quiet = theme.font(Size.QUIET, Weight.SEMIBOLD if chosen else Weight.REGULAR)
            paint.text(
                painter,
                inner,
                choice.count,
                quiet,
                role if chosen else Role.SECONDARY,
                Qt.AlignmentFlag.AlignRight,
            )
            x = inner.left()
        else:
            paint.text(painter, cell, choice.label, font, role, Qt.AlignmentFlag.AlignHCenter)
            x = cell.left() + (cell.width() - paint.width_of(choice.label, font)) / 2
        if self.hasFocus():
            self._paint_letter(painter, cell, x, choice, font)
            self._paint_cursor(painter, cell, index)

    def _paint_letter(
        self, painter: QPainter, cell: QRectF, x: float, choice: Choice, font: QFont
    ) -> None:
        at = choice.label.casefold().find(choice.letter.casefold()) if choice.letter else -1
        if at < 0:
            return
        metrics = QFontMetricsF(font)
        start = round(x) + metrics.horizontalAdvance(choice.label[:at])
        width = metrics.horizontalAdvance(choice.label[at])
        y = round(cell.center().y() + metrics.capHeight() / 2) + 2
        paint.hairline(painter, start, y, start + width, Role.TEXT)

    def _paint_cursor(self, painter: QPainter, cell: QRectF, index: int) -> None:
        """Nothing: in a single choice the cursor is what is chosen."""

    def _cell_width(self, choice: Choice) -> float:
        width = round(paint.width_of(choice.label, _font(chosen=True))) + 2 * theme.px(
            self._padding
        )
        if choice.count:
            width += theme.px(12) + round(paint.width_of(choice.count, theme.font(Size.QUIET)))
        return width

    def _cells(self) -> list[QRectF]:
        height = theme.px(self._height)
        if not self._columns:
            cells: list[QRectF] = []
            x = 0.0
            for choice in self._choices:
                width = self._cell_width(choice)
                cells.append(QRectF(x, 0, width, height))
                x += width - 1
            return cells
        width = (self.width() - (self._columns - 1) * _GAP) / self._columns
        return [
            QRectF(
                round(index % self._columns * (width + _GAP)),
                index // self._columns * (height + _GAP),
                round(width),
                height,
            )
            for index in range(len(self._choices))
        ]


class MultiChoiceRow(ChoiceRow):
    """Several of the answers: letters, Space and clicks switch one on or off, arrows only move."""

    def values(self) -> tuple[str, ...]:
        """What is chosen, in the order shown."""
        return tuple(one.value for one in self._choices if one.value in self._chosen)

    def set_values(self, values: Sequence[str]) -> None:
        """Choose from a draft, without telling anybody."""
        self._set(tuple(values))

    def _press(self, index: int) -> None:
        self._cursor = index
        value = self._choices[index].value
        if value in self._chosen:
            self._act(tuple(one for one in self._chosen if one != value))
        else:
            self._act((*self._chosen, value))

    def _move(self, step: int) -> None:
        self._cursor = min(len(self._choices) - 1, max(0, self._cursor + step))
        self.update()

    def _paint_cursor(self, painter: QPainter, cell: QRectF, index: int) -> None:
        if index == self._cursor:
            paint.frame(
                painter,
                cell.adjusted(4, 4, -4, -4),
                ground=None,
                border=Role.INPUT_BORDER,
                radius=2,
            )


def _font(*, chosen: bool) -> QFont:
    return theme.font(Size.BASE, Weight.SEMIBOLD if chosen else Weight.REGULAR)
