"""A field with its label, quiet words beside it, and the room below for refusal or question.

Errors appear on leaving the field (format and range) or on saving, never while typing; the input
is never cleared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from ui import theme
from ui.theme import Role, Size
from ui.widgets.choice_row import ChoiceRow
from ui.widgets.control import Control, mark
from ui.widgets.date_edit import DateEdit
from ui.widgets.label import Chip, IconWord, Label
from ui.widgets.question_line import QuestionLine

if TYPE_CHECKING:
    from collections.abc import Callable

LABEL_WIDTH = 136
_LABEL_GAP = 12
_HIDDEN = "••"


class _Discreet(QObject):
    """Whether previous values are hidden from who looks over a shoulder (F9)."""

    changed = Signal()
    on = False


_discreet = _Discreet()


def be_discreet(on: bool) -> None:
    """Hide the quiet words of every row but the one with the focus, for the whole window."""
    _discreet.on = on
    _discreet.changed.emit()


def is_discreet() -> bool:
    """Whether names and previous values are hidden now."""
    return _discreet.on


def when_discreet_changes(call: Callable[[], None]) -> None:
    """Ask to be told when they are hidden or shown again."""
    _discreet.changed.connect(call)


class FieldRow(QWidget):
    """One row of a form: label at the left, control, quiet words; refusal and question below.

    The row listens to the control's `left` and `edited` when it has them. `confirmed` and
    `measure_again` come from the question.
    """

    confirmed = Signal()
    measure_again = Signal()

    def __init__(
        self,
        label: str,
        control: QWidget,
        *,
        quiet: str = "",
        label_width: int = LABEL_WIDTH,
        stretch: bool = False,
    ) -> None:
        """`stretch` lets a text field take the width that is left."""
        super().__init__()
        self.control = control
        self._label_width = label_width
        self.label = Label(label)
        self.label.setBuddy(control)
        self.quiet = Label(quiet, Size.QUIET, role=Role.SECONDARY)
        self._quiet_words = quiet
        self._has_more = False
        _discreet.changed.connect(self._show_quiet)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        self._chip = Chip("F7", Role.ACCENT)
        self._chip.hide()
        self._state = IconWord(size=Size.QUIET)
        self._state.hide()
        self._error_icon = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._error = Label(size=Size.QUIET, role=Role.ERROR, wrap=True)
        self._error_line = QWidget()
        self._question = QuestionLine()
        self._build(stretch=stretch)
        if isinstance(control, Control):
            if not control.name:
                control.name = label
            left = getattr(control, "left", None)
            edited = getattr(control, "edited", None)
            if left is not None:
                left.connect(self.judge)
            if edited is not None:
                edited.connect(self._on_edited)
        self._question.confirmed.connect(self._on_confirmed)
        self._question.measure_again.connect(self._on_measure_again)
        self.setProperty("whole", True)
        self._measure()
        theme.signals().changed.connect(self._measure)

    def set_quiet(self, text: str) -> None:
        """Previous value and date, source, "standaard van vandaag"."""
        self._quiet_words = text
        self._show_quiet()

    def _show_quiet(self) -> None:
        if not shiboken6.isValid(self.quiet):
            return
        hidden = _discreet.on and self._quiet_words and not self._has_focus()
        self.quiet.setText(_HIDDEN if hidden else self._quiet_words)
        self._close_up()

    def _close_up(self) -> None:
        """Without anything beside the field, it ends where the row ends."""
        self.quiet.setVisible(bool(self.quiet.text()))
        own = (self.quiet, self._state, self._chip)
        is_empty = not self._has_more and all(one.isHidden() for one in own)
        self._beside.setContentsMargins(0 if is_empty else 16, 0, 0, 0)

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self.control or self.control.isAncestorOf(focus))

    def set_error(self, text: str) -> None:
        """The refusal under the field, or none."""
        self._error.setText(text)
        self._error_line.setVisible(bool(text))
        self.control.setAccessibleDescription(text)
        self._dress()

    def error(self) -> str:
        """The refusal that stands there."""
        return self._error.text()

    def ask(self, sentence: str, *, to_confirm: bool = False) -> None:
        """The question about an unlikely value, or none; `to_confirm`: by a limit not signed yet."""
        self._question.ask(sentence, to_confirm=to_confirm)
        self._dress()

    def question(self) -> str:
        """The question that stands open."""
        return self._question.sentence

    def confirm(self) -> None:
        """Answer the open question with "Nagemeten, klopt" (F4)."""
        if self.question():
            self._on_confirmed()

    def add_beside(self, *widgets: QWidget) -> None:
        """More of the same row right after the control: a computed value, a second choice."""
        for index, widget in enumerate(widgets):
            self._beside.insertWidget(index, widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._has_more = True
        self._close_up()

    def set_filled_by_key(self, on: bool) -> None:
        """The chip that says that F7 filled this in."""
        self._chip.setVisible(on)
        self._close_up()

    def set_state(self, icon: str, word: str) -> None:
        """A not-done state with its word beside the field; none with an empty word."""
        self._state.show_state(icon, word, Role.SECONDARY)
        self._state.setVisible(bool(word))
        self._close_up()

    def judge(self) -> None:
        """Show what cannot be saved as it stands; called on leaving.

        That a field is missing was said on saving, and stays until something is in it. Leaving
        also happens while the window is taken down, when half of the row has gone.
        """
        parts = (self.control, self._error, self._error_line, self._question)
        if isinstance(self.control, Control) and all(map(shiboken6.isValid, parts)):
            problem = self.control.problem()
            if problem or not self.control.is_open():
                self.set_error(problem)

    def _on_focus_changed(self, _old: QWidget | None, _new: QWidget | None) -> None:
        if _discreet.on:
            self._show_quiet()

    def _build(self, *, stretch: bool) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(2)
        top = Qt.AlignmentFlag.AlignTop
        centre = Qt.AlignmentFlag.AlignVCenter
        tall = isinstance(self.control, QPlainTextEdit | DateEdit)
        if self.label.text():
            grid.addWidget(self.label, 0, 0, top if tall else centre)
        grid.addWidget(self.control, 0, 1, *(() if stretch else (1, 1, centre)))
        beside = QHBoxLayout()
        beside.setSpacing(8)
        for widget in (self.quiet, self._state, self._chip):
            beside.addWidget(widget, 0, centre)
        beside.addStretch(1)
        grid.addLayout(beside, 0, 2)
        self._beside = beside
        self._close_up()
        line = QHBoxLayout(self._error_line)
        line.setContentsMargins(0, 0, 0, 4)
        line.setSpacing(8)
        line.addWidget(self._error_icon, 0, top)
        line.addWidget(self._error, 1)
        self._error_line.hide()
        grid.addWidget(self._error_line, 1, 1, 1, 2)
        grid.addWidget(self._question, 2, 0, 1, 3)
        grid.setColumnStretch(1 if stretch else 2, 1)
        self._grid = grid

    def _on_edited(self) -> None:
        self.set_error("")
        self.set_filled_by_key(False)

    def _on_confirmed(self) -> None:
        self.ask("")
        self.control.setFocus()
        self.confirmed.emit()

    def _on_measure_again(self) -> None:
        self.ask("")
        self.control.setFocus()
        self.measure_again.emit()

    def _dress(self) -> None:
        state = "error" if self.error() else "question" if self.question() else ""
        if isinstance(self.control, QLineEdit | QPlainTextEdit):
            mark(self.control, state)
        elif isinstance(self.control, ChoiceRow | DateEdit):
            self.control.set_error(state == "error")

    def _measure(self) -> None:
        words = self.label.sizeHint().width() + theme.px(_LABEL_GAP)
        width = max(theme.px(self._label_width), words) if self.label.text() else 0
        self._grid.setColumnMinimumWidth(0, width)
        self.label.setMinimumHeight(theme.px(40))
