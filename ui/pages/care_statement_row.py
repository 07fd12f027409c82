"""Rows of steps 4 and 6: what was seen, with what kind of statement it is, and explanations.

A sign typed first in a line says what it is (! feit, = interpretatie, ? hypothese) and does not
stay in the text; Backspace at the beginning makes it an observation again.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clbdesk.domain.care import Hypothesis, HypothesisState, Statement, line_of, statement_of
from clbdesk.domain.development import Nature
from clbdesk.wording import label
from ui import theme
from ui.pages.care_rows import EntryRow
from ui.theme import Role
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import IconWord
from ui.widgets.text_edit import TextEdit

_SIGNS = {"!": Nature.FACT, "=": Nature.INTERPRETATION, "?": Nature.HYPOTHESIS}
_LOOKS = {
    Nature.OBSERVATION: ("eye", Role.SECONDARY),
    Nature.FACT: ("check", Role.ACCENT),
    Nature.INTERPRETATION: ("equal", Role.TEXT),
    Nature.HYPOTHESIS: ("help", Role.ATTENTION),
}
_NATURES = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Nature, "wfih", strict=True)
)
_STATES = tuple(
    Choice(one.value, label(one), letter)
    for one, letter in zip(HypothesisState, "obvw", strict=True)
)
_MARK = 116


def _states() -> ChoiceRow:
    made = ChoiceRow("Toestand van de verklaring", _STATES, padding=10)
    made.set_value(HypothesisState.OPEN.value)
    return made


class HypothesisRow(EntryRow[Hypothesis]):
    """A possible explanation; it is open until something speaks for or against it."""

    def __init__(self) -> None:
        """Open."""
        super().__init__()
        self._text = TextEdit("Mogelijke verklaring", limit=300, lines=2)
        self._status = _states()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addWidget(self._status)
        for control in (self._text, self._status):
            control.edited.connect(self.edited)

    def entry(self) -> Hypothesis:
        """The explanation."""
        status = self._status.value_as(HypothesisState) or HypothesisState.OPEN
        return Hypothesis(text=self._text.value(), status=status)

    def set_entry(self, entry: Hypothesis) -> None:
        """Show an explanation."""
        self._text.set_value(entry.text)
        self._status.set_value(entry.status.value)

    def first(self) -> QWidget:
        """The text."""
        return self._text

    def texts(self) -> tuple[TextEdit, ...]:
        """The text."""
        return (self._text,)


class StatementRow(EntryRow[str | Statement]):
    """What was seen; its mark stands before it in icon, word and colour.

    Worked on, the four kinds can be chosen under it; of a hypothesis also what became of it.
    """

    def __init__(self) -> None:
        """An observation, as the row that is worked on."""
        super().__init__()
        self._mark = IconWord()
        signs = "! feit   = interpretatie   ? hypothese"
        self._text = TextEdit("Waarneming", limit=300, lines=2, placeholder=signs)
        self._nature = ChoiceRow("Aard van de zin", _NATURES, padding=10)
        self._status = _states()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, theme.px(_MARK))
        grid.setColumnStretch(1, 1)
        left = Qt.AlignmentFlag.AlignLeft
        grid.addWidget(self._mark, 0, 0, left | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._text, 0, 1)
        grid.addWidget(self._nature, 1, 1, left)
        grid.addWidget(self._status, 2, 1, left)
        self._is_open = True
        self._set_nature(Nature.OBSERVATION)
        self._text.edited.connect(self._on_text)
        self._nature.edited.connect(self._on_nature)
        self._status.edited.connect(self.edited)
        self._text.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Going into the row opens it; Backspace before the text takes the mark away."""
        if event.type() == QEvent.Type.FocusIn and not self._is_open:
            self.open_asked.emit()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            cursor = self._text.textCursor()
            at_begin = cursor.atStart() and not cursor.hasSelection()
            marked = self._kind() is not Nature.OBSERVATION and not self._text.isReadOnly()
            if event.key() == Qt.Key.Key_Backspace and at_begin and marked:
                self._set_nature(Nature.OBSERVATION)
                self.edited.emit()
                return True
        return super().eventFilter(watched, event)

    def _on_text(self) -> None:
        """A sign at the very beginning is a mark, not text; Ctrl+Z brings it back as text."""
        nature = _SIGNS.get(self._text.toPlainText()[:1])
        cursor = self._text.textCursor()
        if nature is not None and cursor.position() == 1:
            cursor.deletePreviousChar()
            self._set_nature(nature)
            return  # taking the sign away told everybody
        self.edited.emit()

    def _on_nature(self) -> None:
        self._set_nature(self._kind())
        self.edited.emit()

    def _kind(self) -> Nature:
        return self._nature.value_as(Nature) or Nature.OBSERVATION

    def _set_nature(self, nature: Nature) -> None:
        self._nature.set_value(nature.value)
        icon, role = _LOOKS[nature]
        self._mark.show_state(icon, label(nature), role)
        self._text.setAccessibleName(label(nature))
        self._show_choices()

    def _show_choices(self) -> None:
        self._nature.setVisible(self._is_open)
        is_told = self._is_open or not self._status.isEnabled()  # recorded: what became of it
        self._status.setVisible(is_told and self._kind() is Nature.HYPOTHESIS)

    def set_open(self, on: bool) -> None:
        """The choices are under the row that is worked on."""
        self._is_open = on
        self._show_choices()

    def entry(self) -> str | Statement:
        """The statement; a plain observation is its text."""
        nature, status = self._kind(), None
        if nature is Nature.HYPOTHESIS:
            status = self._status.value_as(HypothesisState) or HypothesisState.OPEN
        return line_of(Statement(text=self._text.value(), nature=nature, status=status))

    def set_entry(self, entry: str | Statement) -> None:
        """Show a statement."""
        shown = statement_of(entry)
        self._text.set_value(shown.text)
        self._status.set_value((shown.status or HypothesisState.OPEN).value)
        self._set_nature(shown.nature)

    def first(self) -> QWidget:
        """The text."""
        return self._text

    def texts(self) -> tuple[TextEdit, ...]:
        """The text."""
        return (self._text,)
