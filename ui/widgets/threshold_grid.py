"""Six cells of short audiometry, in test order, each with an outcome and the lowest level heard.

G gehoord, N niet gehoord, O onbetrouwbaar, − niet afgenomen, Z reageert zonder toon; digits are
dB; Enter goes to the next cell of the protocol, arrows anywhere, Backspace empties. Nothing jumps
by itself: one slip would put every later value in the wrong cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clbdesk.domain.contact import CellResult
from ui import format as show
from ui import icons, theme
from ui.theme import Role, Size, Weight
from ui.widgets import azerty, paint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

FREQUENCIES = (1000, 4000, 500)  # test order, not pitch
_LOWEST, _HIGHEST, _STEP = -10, 120, 5
_LETTERS = {
    "g": CellResult.PASS,
    "n": CellResult.FAIL,
    "o": CellResult.UNRELIABLE,
    "-": CellResult.NOT_DONE,
    "−": CellResult.NOT_DONE,
}
_LOOK = {
    CellResult.PASS: ("check", "gehoord", Role.OK),
    CellResult.FAIL: ("x", "niet gehoord", Role.ATTENTION),
    CellResult.UNRELIABLE: ("wave", "onbetrouwbaar", Role.ATTENTION),
    CellResult.NOT_DONE: ("minus", "niet afgenomen", Role.SECONDARY),
}
_ROW_HEAD, _CELL_WIDTH, _CELL_HEIGHT, _HEAD, _GAP = 104, 148, 56, 40, 8


class Ear(StrEnum):
    """Which ear; the values are those of the records."""

    RIGHT = "right"
    LEFT = "left"


_EAR_WORDS = {Ear.RIGHT: "Rechts", Ear.LEFT: "Links"}
_EAR_ROLES = {Ear.RIGHT: Role.RIGHT_EAR, Ear.LEFT: Role.LEFT_EAR}


@dataclass(frozen=True, slots=True)
class Threshold:
    """One cell; `level_db` is what was typed, also when it cannot be saved."""

    result: CellResult | None = None
    level_db: int | None = None
    silent_response: bool = False

    def problem(self) -> bool:
        """Whether the level is outside −10 to 120 dB or not a step of 5 (LIM-A)."""
        level = self.level_db
        return level is not None and not (_LOWEST <= level <= _HIGHEST and level % _STEP == 0)


Place = tuple[Ear, int]


class ThresholdGrid(QWidget):
    """The grid; `active_changed` when another cell is to be tested, for the large line."""

    edited = Signal()
    left = Signal()
    active_changed = Signal()

    def __init__(self, name: str) -> None:
        """The right ear always stands on top, and is tested first until `set_first_ear`."""
        super().__init__()
        self.name, self.required = name, True
        self._first = Ear.RIGHT
        self._cells: dict[Place, Threshold] = {}
        self._active = self.order()[0]
        self._typing = ""
        self._before_minus: Threshold | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ring", False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._describe()
        theme.signals().changed.connect(self.updateGeometry)

    # --- value ---

    def order(self) -> tuple[Place, ...]:
        """The protocol: all frequencies of the first ear, then of the other."""
        second = Ear.LEFT if self._first is Ear.RIGHT else Ear.RIGHT
        return tuple((ear, hertz) for ear in (self._first, second) for hertz in FREQUENCIES)

    def set_first_ear(self, ear: Ear) -> None:
        """Which ear is tested first; goes to the first cell that is still open."""
        self._first = ear
        self.go_to_first_open()

    def value(self) -> dict[Place, Threshold]:
        """All cells in which something stands."""
        return {place: cell for place, cell in self._cells.items() if cell != Threshold()}

    def set_value(self, cells: Mapping[Place, Threshold]) -> None:
        """Show cells from a draft, without telling anybody, at the first open one."""
        self._cells = dict(cells)
        self.go_to_first_open()

    def cell(self, place: Place) -> Threshold:
        """One cell."""
        return self._cells.get(place, Threshold())

    def open_places(self) -> tuple[Place, ...]:
        """Cells without an outcome, in protocol order."""
        return tuple(place for place in self.order() if self.cell(place).result is None)

    def pass_open_cells(self) -> tuple[Place, ...]:
        """F7: every open cell is heard, without a level; returns which."""
        filled = self.open_places()
        for place in filled:
            self._cells[place] = replace(self.cell(place), result=CellResult.PASS)
        if filled:
            self._tell()
        return filled

    def is_open(self) -> bool:
        """A cell is still without an outcome."""
        return bool(self.open_places())

    def problem(self) -> str:
        """The refusal of the first level that cannot be."""
        for ear, hertz in self.order():
            if self.cell((ear, hertz)).problem():
                low = show.whole(_LOWEST)
                where = f"{_EAR_WORDS[ear]}, {hertz} Hz"
                return f"{where}: vul een waarde in van {low} tot {_HIGHEST} dB, in stappen van {_STEP}."
        return ""

    def active(self) -> Place:
        """The cell that is tested now."""
        return self._active

    def active_words(self) -> str:
        """RECHTS · 500 Hz."""
        ear, hertz = self._active
        return f"{_EAR_WORDS[ear].upper()} · {hertz} Hz"

    def go_to(self, place: Place) -> None:
        """Make another cell the active one."""
        self._typing, self._before_minus = "", None
        self._active = place
        self._describe()
        self.active_changed.emit()
        self.update()

    def go_to_first_open(self) -> None:
        """The first cell without an outcome, or the first of all."""
        self.go_to(next(iter(self.open_places()), self.order()[0]))

    # --- keys and mouse ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters, digits, Enter, arrows, Backspace; the rest belongs to the page."""
        if event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        ):
            super().keyPressEvent(event)
            return
        text = azerty.digit(event) or event.text().casefold()
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._next(event)
        elif key in _ARROWS:
            self._arrow(*_ARROWS[key])
        elif key in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            self._erase()
        elif text.isdecimal() and text.isascii():
            self._digit(text)
        elif text in _LETTERS:
            self._letter(text)
        elif text == "z":
            cell = self.cell(self._active)
            self._put(replace(cell, silent_response=not cell.silent_response))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click makes a cell the active one."""
        for place in self.order():
            if self._box(place).contains(event.position()):
                self.go_to(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Frame the active cell."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The form may judge."""
        super().focusOutEvent(event)
        self._typing = ""
        self.update()
        self.left.emit()

    def _next(self, event: QKeyEvent) -> None:
        order = self.order()
        here = order.index(self._active)
        if here + 1 < len(order):
            self.go_to(order[here + 1])
        else:
            event.ignore()

    def _arrow(self, across: int, down: int) -> None:
        ear, hertz = self._active
        column = min(len(FREQUENCIES) - 1, max(0, FREQUENCIES.index(hertz) + across))
        if down:
            ear = Ear.LEFT if down > 0 else Ear.RIGHT
        self.go_to((ear, FREQUENCIES[column]))

    def _letter(self, letter: str) -> None:
        cell = self.cell(self._active)
        self._typing = ""
        self._before_minus = cell if _LETTERS[letter] is CellResult.NOT_DONE else None
        self._put(replace(cell, result=_LETTERS[letter]))

    def _digit(self, digit: str) -> None:
        cell = self.cell(self._active)
        if self._before_minus is not None:  # "-" and then a digit is a level below zero
            cell, self._before_minus, self._typing = self._before_minus, None, "-"
        if len(self._typing.lstrip("-")) < 3:
            self._typing += digit
        self._put(replace(cell, level_db=int(self._typing)))

    def _erase(self) -> None:
        self._before_minus = None
        self._typing = self._typing[:-1]
        if self._typing.lstrip("-"):
            self._put(replace(self.cell(self._active), level_db=int(self._typing)))
        else:
            self._typing = ""
            self._put(Threshold())

    def _put(self, cell: Threshold) -> None:
        self._cells[self._active] = cell
        self._tell()

    def _tell(self) -> None:
        self._describe()
        self.update()
        self.edited.emit()

    def _describe(self) -> None:
        ear, hertz = self._active
        words = ", ".join(_words(self.cell(self._active))) or "leeg"
        self.setAccessibleName(f"{self.name}: {_EAR_WORDS[ear]} {hertz} Hz, {words}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    # --- drawing ---

    def sizeHint(self) -> QSize:
        """Row heads and three columns, two rows."""
        width = _ROW_HEAD + len(FREQUENCIES) * _CELL_WIDTH + (len(FREQUENCIES) - 1) * _GAP
        return QSize(theme.px(width + 4), theme.px(_HEAD + 2 * _CELL_HEIGHT + _GAP + 4))

    def minimumSizeHint(self) -> QSize:
        """Never cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Heads, then cells; the active one is framed."""
        del event
        painter = QPainter(self)
        centre = Qt.AlignmentFlag.AlignHCenter
        for index, hertz in enumerate(FREQUENCIES):
            above = self._box((Ear.RIGHT, hertz))
            head = QRectF(above.left(), 0, above.width(), theme.px(22))
            strong = theme.font(Size.BASE, Weight.SEMIBOLD)
            paint.text(painter, head, f"{hertz} Hz", strong, Role.TEXT, centre)
            nth = QRectF(above.left(), theme.px(20), above.width(), theme.px(16))
            paint.text(
                painter, nth, f"{index + 1}e", theme.font(Size.SMALL), Role.SECONDARY, centre
            )
        for ear in Ear:
            self._paint_row_head(painter, ear)
        for place in self.order():
            self._paint_cell(painter, place)

    def _paint_row_head(self, painter: QPainter, ear: Ear) -> None:
        box = self._box((ear, FREQUENCIES[0]))
        words = QRectF(0, box.top(), 10, box.height())
        width = paint.text(
            painter, words, _EAR_WORDS[ear], theme.font(Size.BASE, Weight.SEMIBOLD), Role.TEXT
        )
        side = theme.px(11)
        middle = QPointF(width + theme.px(16), box.center().y())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(_EAR_ROLES[ear]), 2))
        half = side / 2
        if ear is Ear.RIGHT:
            painter.drawEllipse(middle, half, half)
        else:
            for slope in (1, -1):
                step = QPointF(half, slope * half)
                painter.drawLine(middle - step, middle + step)
        painter.restore()

    def _paint_cell(self, painter: QPainter, place: Place) -> None:
        cell, box = self.cell(place), self._box(place)
        is_active = place == self._active
        ground = Role.SELECTED if is_active else Role.SURFACE
        border, width = (Role.ACCENT, 2.0) if is_active else (Role.INPUT_BORDER, 1.0)
        if cell.problem():
            border, width = Role.ERROR, 2.0
        paint.frame(painter, box, ground=ground, border=border, width=width)
        if is_active and self.hasFocus():
            ring = box.adjusted(-3, -3, 3, 3)
            paint.frame(painter, ring, ground=None, border=Role.ACCENT, width=2, radius=6)
        upper = QRectF(
            box.left() + theme.px(12), box.top() + theme.px(4), box.width(), theme.px(26)
        )
        lower = upper.translated(0, theme.px(22))
        detail = " · ".join(_words(cell)[1 if cell.result else 0 :])
        if not detail or cell.result is None:  # one line only: in the middle of its cell
            upper.moveCenter(QPointF(upper.center().x(), box.center().y()))
            lower = upper
        if cell.result is not None:
            icon, word, role = _LOOK[cell.result]
            side = theme.px(17)
            icons.paint(
                painter, icon, role, QRectF(upper.left(), upper.center().y() - side / 2, side, side)
            )
            words = upper.adjusted(side + theme.px(7), 0, 0, 0)
            weight = Weight.REGULAR if cell.result is CellResult.PASS else Weight.SEMIBOLD
            paint.text(painter, words, word, theme.font(Size.BASE, weight), role)
        role = Role.ERROR if cell.problem() else Role.SECONDARY
        paint.text(painter, lower, detail, theme.font(Size.QUIET), role)

    def _box(self, place: Place) -> QRectF:
        ear, hertz = place
        column, row = FREQUENCIES.index(hertz), 0 if ear is Ear.RIGHT else 1
        return QRectF(
            theme.px(_ROW_HEAD + column * (_CELL_WIDTH + _GAP)),
            theme.px(_HEAD + row * (_CELL_HEIGHT + _GAP)),
            theme.px(_CELL_WIDTH),
            theme.px(_CELL_HEIGHT),
        )


_ARROWS = {
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_Up: (0, -1),
}


def _words(cell: Threshold) -> list[str]:
    words = [_LOOK[cell.result][1]] if cell.result else []
    if cell.level_db is not None:
        words.append(f"{show.whole(cell.level_db)} dB")
    if cell.silent_response:
        words.append("zonder toon")
    return words
