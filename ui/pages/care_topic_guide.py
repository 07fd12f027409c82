"""Leidraad: the thirteen steps at the left, what is required and how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from ui import icons, theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

_WIDTH, _HEAD, _FOOT = 248, 36, 30
_ROW_LEAST, _ROW_MOST = 22, 41


class StepState(StrEnum):
    """How far a step is."""

    OPEN = "open"
    TYPING = "typing"
    FILLED = "filled"
    SKIPPED = "skipped"


_LOOKS = {
    StepState.TYPING: ("pencil", Role.ACCENT, "bezig"),
    StepState.FILLED: ("check", Role.OK, "ingevuld"),
    StepState.SKIPPED: ("minus", Role.SECONDARY, "leeg"),
}


@dataclass(frozen=True, slots=True)
class GuideLine:
    """One step: `detail` is shown before its state, as the day of the evaluation."""

    number: int
    label: str
    required: bool
    state: StepState
    detail: str = ""


class GuideRail(QWidget):
    """The steps; `step_asked(int)` on a click, or Enter after the arrows."""

    step_asked = Signal(int)

    def __init__(self) -> None:
        """Empty until `show_steps`."""
        super().__init__()
        self._lines: tuple[GuideLine, ...] = ()
        self._current = 0
        self._cursor = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Leidraad")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._measure()
        theme.signals().changed.connect(self._measure)

    def show_steps(self, lines: Sequence[GuideLine], current: int) -> None:
        """All steps; `current` is the number of the one that is worked on, 0 for the head."""
        self._lines, self._current = tuple(lines), current
        if not self.hasFocus():
            self._cursor = max(0, current - 1)
        self.setAccessibleName(f"Leidraad, {self.counted()}")
        words = (
            f"{one.number} {one.label} {_LOOKS[one.state][2]}"
            for one in lines
            if one.state in _LOOKS
        )
        self.setAccessibleDescription(", ".join(words))
        self.update()

    def counted(self) -> str:
        """4 van 9 verplicht."""
        required = [one for one in self._lines if one.required]
        filled = sum(one.state is StepState.FILLED for one in required)
        return f"{filled} van {len(required)} verplicht"

    def states(self) -> dict[int, StepState]:
        """State by number."""
        return {one.number: one.state for one in self._lines}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, Enter goes into the step."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and self._lines:
            self._cursor = min(len(self._lines) - 1, max(0, self._cursor + step))
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.step_asked.emit(self._lines[self._cursor].number)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click goes into the step."""
        place = int((event.position().y() - theme.px(_HEAD)) // self._row_height())
        if 0 <= place < len(self._lines):
            self.step_asked.emit(self._lines[place].number)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Head, steps, legend, and the line at the right."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(Role.SURFACE))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), theme.colour(Role.LINE))
        quiet = theme.font(Size.QUIET)
        head = QRectF(16, theme.px(3), self.width() - 33, theme.px(_HEAD))
        paint.text(painter, head, "Leidraad", quiet, Role.SECONDARY)
        paint.text(painter, head, self.counted(), quiet, Role.SECONDARY, _RIGHT)
        height = self._row_height()
        y = float(theme.px(_HEAD))
        for place, line in enumerate(self._lines):
            self._paint_line(painter, QRectF(0, y, self.width() - 1, height), place, line)
            y += height
        foot = QRectF(0, y, self.width(), theme.px(_FOOT) + 6)
        if foot.bottom() <= self.height() + 4:
            self._dot(painter, QPointF(20, foot.center().y()))
            words = foot.adjusted(30, 0, 0, 0)
            paint.text(painter, words, "verplicht", quiet, Role.SECONDARY)

    def _paint_line(self, painter: QPainter, box: QRectF, place: int, line: GuideLine) -> None:
        current = line.number == self._current
        if current:
            painter.fillRect(box, theme.colour(Role.SELECTED))
            painter.fillRect(QRectF(0, box.top(), 4, box.height()), theme.colour(Role.ACCENT))
        if self.hasFocus() and place == self._cursor:
            ring = box.adjusted(5, 1, -2, -1)
            paint.frame(painter, ring, ground=None, border=Role.ACCENT, width=2)
        number_font = theme.font(weight=Weight.SEMIBOLD)
        number = QRectF(0, box.top(), 36, box.height())
        paint.text(painter, number, str(line.number), number_font, Role.ACCENT, _RIGHT)
        font = theme.font(weight=Weight.SEMIBOLD if current else Weight.REGULAR)
        words = box.adjusted(48, 0, 0, 0)
        width = paint.text(painter, words, line.label, font, Role.TEXT)
        if line.required:
            self._dot(painter, QPointF(48 + width + 8, box.center().y()))
        right = self.width() - 17.0
        if line.state in _LOOKS:
            icon, role, _word = _LOOKS[line.state]
            side = theme.px(16)
            spot = QRectF(right - side, box.center().y() - side / 2, side, side)
            icons.paint(painter, icon, role, spot)
            right -= side + 8
        if line.detail:
            detail = QRectF(0, box.top(), right, box.height())
            paint.text(painter, detail, line.detail, theme.font(Size.QUIET), Role.SECONDARY, _RIGHT)

    def _dot(self, painter: QPainter, centre: QPointF) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(Role.SECONDARY))
        painter.drawEllipse(centre, 2.0, 2.0)
        painter.restore()

    def _row_height(self) -> float:
        room = (self.height() - theme.px(_HEAD) - theme.px(_FOOT)) / max(1, len(self._lines))
        return min(theme.px(_ROW_MOST), max(theme.px(_ROW_LEAST), room))

    def _measure(self) -> None:
        self.setFixedWidth(theme.px(_WIDTH))
        self.update()


_RIGHT = Qt.AlignmentFlag.AlignRight
