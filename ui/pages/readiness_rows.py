"""Klaar voor vertrek: one row per line, divided by lines; only what asks attention has a ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.services.readiness import Level, Line
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.button import Link
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

_LEVELS: dict[Level, tuple[str, str, Role, Role]] = {
    Level.OK: ("check", "in orde", Role.OK, Role.SURFACE),
    Level.ATTENTION: ("alert-triangle", "na te kijken", Role.ATTENTION, Role.ATTENTION_GROUND),
    Level.STOP: ("x", "tegengehouden", Role.ERROR, Role.ERROR_GROUND),
}
_HEIGHT = 35
_BESIDE = 40  # characters of quiet words that fit beside the others on the smallest screen
_WIDER = 8  # the ground of an attention row, on both sides of the text


class ReadinessRows(QWidget):
    """The lines of a visit; no lines, no room. `followed(page)` when a line is looked into."""

    followed = Signal(str)

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """These lines in their order."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for index, line in enumerate(lines):
            above = lines[index - 1].level if index else Level.ATTENTION
            ruled = line.level is Level.OK and above is Level.OK
            row = _Row(line, ruled=ruled)
            row.followed.connect(self.followed)
            self._column.addWidget(row)


class _Row(QWidget):
    """35 px: icon at the left edge, text 30 further. Many quiet words, such as names, go below."""

    followed = Signal(str)

    def __init__(self, line: Line, *, ruled: bool) -> None:
        super().__init__()
        self._line, self._ruled = line, ruled
        icon, word, role, _ground = _LEVELS[line.level]
        row = QHBoxLayout(self)
        row.setContentsMargins(_WIDER, 0, _WIDER, 0)
        row.setSpacing(12)
        row.addWidget(IconWord(icon, "", role))
        weight = Weight.REGULAR if line.level is Level.OK else Weight.SEMIBOLD
        text = Label(line.text, weight=weight, wrap=False)
        is_long = len(line.quiet) > _BESIDE
        quiet = Label(line.quiet, Size.QUIET, role=Role.SECONDARY, wrap=is_long)
        if is_long:
            words = QVBoxLayout()
            words.setContentsMargins(0, 8, 0, 8)
            words.setSpacing(2)
            words.addWidget(text)
            words.addWidget(quiet)
            row.addLayout(words, 1)
        else:
            row.addWidget(text)
            row.addWidget(quiet, 1)
        if line.page:
            link = Link("Bekijken", about=line.text)
            link.clicked.connect(lambda: self.followed.emit(line.page))
            row.addWidget(link)
        if not is_long:
            self.setFixedHeight(theme.px(_HEIGHT))
        self.setAccessibleName(f"{line.text} {line.quiet}, {word}".replace(" ,", ","))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line above, or a ground with air between it and the lines."""
        del event
        painter = QPainter(self)
        if self._line.level is Level.OK:
            if self._ruled:
                paint.hairline(painter, _WIDER, 0, self.width() - _WIDER, Role.LINE_FAINT)
            return
        box = QRectF(self.rect()).adjusted(0, 2, 0, -2)
        paint.frame(painter, box, ground=_LEVELS[self._line.level][3], radius=4)
