"""The strip of F8: why a test was not done, in two rows inside the card, never a dialog.

States and reasons are data of the caller. What was typed stays visible and stays in the draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import actions
from ui.actions import Key
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.button import Button
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `asks_text` for "andere"."""

    value: str
    label: str
    letter: str = ""
    asks_text: bool = False


@dataclass(frozen=True, slots=True)
class NotDone:
    """One not-done state with its letter, when to use it, and the reasons it offers."""

    value: str
    label: str
    letter: str
    use_when: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NotDoneAnswer:
    """What was chosen; `text` belongs to a reason that asks for words."""

    state: str
    reason: str
    text: str = ""


class NotDoneStrip(QWidget):
    """Rows "Toestand" and "Reden"; `answered(NotDoneAnswer)` on Ctrl+Enter, `closed` on Esc."""

    answered = Signal(object)
    closed = Signal()

    def __init__(self, states: Sequence[NotDone]) -> None:
        """Hidden until `ask`."""
        super().__init__()
        self._states = tuple(states)
        self.setProperty("whole", True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.setSpacing(8)
        self._title = Label(size=Size.BASE, weight=Weight.SEMIBOLD)
        outer.addWidget(self._title)
        choices = [Choice(one.value, one.label, one.letter) for one in self._states]
        self.state = ChoiceRow("Toestand", choices, required=True)
        self.reason = ChoiceRow("Reden", (), required=True)
        self.text = TextEdit("Toelichting", limit=200)
        self._state_row = FieldRow("Toestand", self.state, label_width=96)
        self._reason_row = FieldRow("Reden", self.reason, label_width=96)
        self._text_row = FieldRow("Toelichting", self.text, label_width=96, stretch=True)
        for row in (self._state_row, self._reason_row, self._text_row):
            outer.addWidget(row)
        self._use_when = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._use_when, 1)
        self._cancel = Button("Sluiten", actions.hint(Key.BACK), height=36)
        self._confirm = Button("Noteren", actions.hint(Key.SAVE_AND_GO), height=36)
        foot.addWidget(self._cancel)
        foot.addWidget(self._confirm)
        outer.addLayout(foot)
        self.state.edited.connect(self._on_state)
        self.reason.edited.connect(self._on_reason)
        self._cancel.clicked.connect(self.close_strip)
        self._confirm.clicked.connect(self.confirm)
        self.hide()

    def ask(self, what: str) -> None:
        """Open empty for `what` ("Gehoor", "Rechts"), with the focus in the first row."""
        self._title.setText(f"{what}: niet afgenomen")
        self.setAccessibleName(self._title.text())
        self.state.set_value(None)
        self.text.set_value("")
        self._on_state()
        self.show()
        self.state.setFocus(Qt.FocusReason.OtherFocusReason)

    def confirm(self) -> None:
        """Emit the answer, or say what is missing."""
        state, reason = self.state.value(), self.reason.value()
        self._state_row.set_error("" if state else "Kies de toestand.")
        self._reason_row.set_error("" if reason or not state else "Kies de reden.")
        needs_text = self._asks_text() and self.text.is_open()
        self._text_row.set_error("Vul de toelichting in." if needs_text else self.text.problem())
        if state and reason and not self._text_row.error():
            self.hide()
            self.answered.emit(NotDoneAnswer(state, reason, self.text.value()))

    def close_strip(self) -> None:
        """Close without an answer."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter answers, Enter goes on to the reason, Esc closes."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if event.key() == Qt.Key.Key_Escape:
            self.close_strip()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirm()
        elif is_enter:
            self._next_row()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A pale box inside the card."""
        del event
        box = QRectF(self.rect())
        paint.frame(QPainter(self), box, ground=Role.SELECTED_LIGHT, border=Role.INPUT_BORDER)

    def _next_row(self) -> None:
        rows: list[QWidget] = [self.state, self.reason]
        if self._asks_text():
            rows.append(self.text)
        rows.append(self._confirm)
        here = next((index for index, row in enumerate(rows) if row.hasFocus()), 0)
        rows[min(here + 1, len(rows) - 1)].setFocus(Qt.FocusReason.TabFocusReason)

    def _chosen_state(self) -> NotDone | None:
        return next((one for one in self._states if one.value == self.state.value()), None)

    def _asks_text(self) -> bool:
        state = self._chosen_state()
        reasons = state.reasons if state else ()
        return any(one.asks_text for one in reasons if one.value == self.reason.value())

    def _on_state(self) -> None:
        state = self._chosen_state()
        reasons = state.reasons if state else ()
        self.reason.set_choices([Choice(one.value, one.label, one.letter) for one in reasons])
        self.reason.set_value(None)
        self._reason_row.setVisible(state is not None)
        self._use_when.setText(state.use_when if state else "")
        self._on_reason()

    def _on_reason(self) -> None:
        self._text_row.setVisible(self._asks_text())
