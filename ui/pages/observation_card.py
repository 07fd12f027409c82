"""The card of P14 at the right of P12 and P13: who may not leave yet, and letting a pupil go.

The time left is counted from the saved hour by the clock of the desk; the card only draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.models.list_model import Column, ListModel
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import is_discreet, when_discreet_changes
from ui.widgets.label import Label
from ui.widgets.list_view import ListView
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from clbdesk.services.vaccination_observation import Watched

_TICK_MS = 1000
_FEWEST = 6  # rows before the list scrolls, however low the window is
_OTHER = "andere"
_EARLY = (
    Choice("naar de arts", "Naar de arts", "n"),
    Choice("opgehaald door een ouder", "Opgehaald", "o"),
    Choice("blijft bij de leerkracht", "Bij leerkracht", "b"),
    Choice(_OTHER, "Andere", "a"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A pupil, and how many seconds are left: what changes is drawn anew."""

    watched: Watched
    left: str


class EarlyStrip(QWidget):
    """Why a pupil may go before the minutes are over: a letter is enough."""

    chosen = Signal(str)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__()
        self.setProperty("whole", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        self._words = Label(weight=Weight.SEMIBOLD, wrap=True)
        self.reasons = ChoiceRow(
            "Reden om nu te laten gaan", _EARLY, required=True, columns=2, height=32
        )
        self._text = TextEdit("Andere reden", limit=120, placeholder="reden")
        self._go = Button("Laten gaan", height=36)
        for widget in (self._words, self.reasons, self._text, self._go):
            column.addWidget(widget)
        self.reasons.edited.connect(self._on_reason)
        self._go.clicked.connect(self._give)
        self.hide()

    def ask(self, left: str) -> None:
        """Begin with nothing chosen."""
        self._words.setText(say("vaccination.early", left=left))
        self.reasons.set_value(None)
        self._text.set_value("")
        self._text.hide()
        self._go.hide()
        self.show()
        self.reasons.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_reason(self) -> None:
        is_other = self.reasons.value() == _OTHER
        self._text.setVisible(is_other)
        self._go.setVisible(is_other)
        if is_other:
            self._text.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.reasons.value():
            self.chosen.emit(self.reasons.value())

    def _give(self) -> None:
        if self._text.value():
            self.chosen.emit(self._text.value())
        else:
            self._text.setFocus(Qt.FocusReason.OtherFocusReason)


class ObservationCard(Card):
    """`let_go(watched, reason)` when a pupil may leave; `incident_asked()` for the current one."""

    let_go = Signal(object, str)
    incident_asked = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        """`now`: the clock of the desk. Empty until `show_watched`."""
        super().__init__("In observatie", spacing=4)
        self._now = now
        self._asked: Watched | None = None
        self._model: ListModel[_Row] = ListModel(
            (Column("Naam", 0, self._name_cell), Column("", 132, _state)),
            lambda row: row.watched.record_id,
        )
        self.list = ListView("In observatie", self._model, row_height=32)
        self.list.marked.connect(self._on_marked)
        self._none = Label("Niemand in observatie.", role=Role.SECONDARY)
        self.early = EarlyStrip()
        self.early.chosen.connect(self._on_early)
        self._go = Button("Mag gaan", "Spatie", height=36)
        self._go.clicked.connect(self.mark_current)
        self._incident = Button("Incident…", actions.hint(Key.INCIDENT), height=36)
        self._incident.clicked.connect(self.incident_asked)
        self._feet = QWidget()
        foot = QHBoxLayout(self._feet)
        foot.setContentsMargins(0, 4, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(self._go)
        foot.addWidget(self._incident)
        foot.addStretch(1)
        for widget in (self.list, self._none, self.early, self._feet):
            self.body.addWidget(widget)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._draw)
        self._watched: tuple[Watched, ...] = ()
        self._most = _FEWEST
        when_discreet_changes(self.list.viewport().update)
        self.show_watched(())

    def show_watched(self, watched: Sequence[Watched]) -> None:
        """Who is in observation now; the current row stays with its pupil."""
        current = self._model.key_at(self.list.current())
        self._watched = tuple(watched)
        self.set_title("In observatie", f"({len(watched)})" if watched else "")
        self.list.setVisible(bool(watched))
        self._go.setVisible(bool(watched))
        self._none.setVisible(not watched)
        if self._asked not in watched:
            self.early.hide()
        self._draw()
        if watched:
            position = self._model.position(current) if current else None
            self.list.go_to(position or 0)
            self._fit()
            self._tick.start()
        else:
            self._tick.stop()

    def give_room(self, height: int) -> None:
        """The rows have this room (pixels); what does not fit is scrolled to."""
        self._most = max(_FEWEST, height // self.list.verticalHeader().defaultSectionSize())
        self._fit()

    def _fit(self) -> None:
        row = self.list.verticalHeader().defaultSectionSize()
        spare = max(0, len(self._watched) - self._most) * row
        height = self.list.height_of_all() - spare + 2
        self.list.setFixedHeight(max(height, self.list.minimumSizeHint().height()))

    def current(self) -> Watched | None:
        """The pupil of the current row."""
        position = self.list.current()
        return self._model.row(position).watched if position >= 0 and self._watched else None

    def mark_current(self) -> None:
        """The same as Space on the current row."""
        self._on_marked(self.list.current())

    def close_strip(self) -> bool:
        """Esc closes the question why; False when it was not open."""
        is_open = self.early.isVisible()
        self.early.hide()
        if is_open:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        return is_open

    def _name_cell(self, row: _Row) -> TextCell:
        one = row.watched
        text = show.list_name(one.family_name, one.given_name)
        if is_discreet():
            text = show.initials(one.family_name, one.given_name)
        return TextCell(text, Weight.SEMIBOLD)

    def _draw(self) -> None:
        if not self._watched:
            self._model.show_rows(())
            return
        now = self._now()
        self._model.show_rows(
            [
                _Row(one, "" if one.is_over(now) else show.time_left(one.left(now)))
                for one in self._watched
            ]
        )

    def _on_marked(self, position: int) -> None:
        if not 0 <= position < self._model.rowCount():
            return
        watched, now = self._model.row(position).watched, self._now()
        if watched.is_over(now):
            self.let_go.emit(watched, "")
            return
        self._asked = watched
        self.early.ask(show.time_left(watched.left(now)))

    def _on_early(self, reason: str) -> None:
        self.early.hide()
        if self._asked is not None:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.let_go.emit(self._asked, reason)


def let_go_sentence(watched: Watched, reason: str) -> str:
    """What is said after a pupil was let go."""
    name = show.full_name(watched.family_name, watched.given_name)
    if reason:
        return say("vaccination.let_go_early", name=name, reason=reason)
    return say("vaccination.let_go", name=name, minutes=watched.minutes)


def _state(row: _Row) -> StateCell:
    if row.left:
        return StateCell("hourglass", f"nog {row.left}", Role.ACCENT)
    return StateCell("door-exit", "mag gaan", Role.OK, Weight.SEMIBOLD)
