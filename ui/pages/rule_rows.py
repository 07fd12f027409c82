"""The list of the rules: its columns, how a rule stands, and the strip that takes one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from clbdesk.services.rules import RuleState
from clbdesk.standards.signing import is_text
from ui.models.list_model import Column
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.services.rules import RuleView

OWN_CRITERION = ("signature", "Eigen criterium", Role.SECONDARY)
STATES: dict[RuleState, tuple[str, str, Role]] = {
    RuleState.EMPTY: ("help", "Leeg", Role.SECONDARY),
    RuleState.TO_CONFIRM: ("signature", "Te bevestigen", Role.ATTENTION),
    RuleState.ACTIVE: ("check", "Actief", Role.OK),
}
_WORDS = 40  # of what a rule is about; the rest stands at the right
_VALUE_WORDS, _ID_WORDS = 10, 15


class BackCard(Card):
    """Why a signature is taken back. `asked()` when the button was pressed."""

    asked = Signal()

    def __init__(self) -> None:
        """Hidden until `begin`."""
        super().__init__("Handtekening intrekken", "Oude besluiten veranderen niet.", spacing=8)
        self.why = TextEdit("Reden", limit=300, required=True)
        row = QHBoxLayout()
        row.setSpacing(12)
        name = Label("Reden")
        name.setBuddy(self.why)
        take = Button("Intrekken")
        take.clicked.connect(self.asked)
        row.addWidget(name)
        row.addWidget(self.why, 1)
        row.addWidget(take)
        self.body.addLayout(row)
        self.hide()

    def begin(self) -> None:
        """Ask the reason."""
        self.why.set_value("")
        self.show()
        self.why.setFocus(Qt.FocusReason.OtherFocusReason)


def rule_columns() -> tuple[Column[RuleView], ...]:
    """Id, what it is about, its value, and how it stands."""
    return (
        Column("Id", 168, lambda view: TextCell(_short(view.row.id, _ID_WORDS))),
        Column("Wat", 0, _what),
        Column("Waarde", 96, _value),
        Column("Stand", 144, _state),
    )


def _what(view: RuleView) -> TextCell:
    return TextCell(_short(view.row.what, _WORDS))


def _value(view: RuleView) -> TextCell:
    values = view.rule.values
    if len(values) > 2:
        return TextCell(f"{len(values)} waarden", role=Role.SECONDARY)
    if not view.units or is_text(view.row.unit):
        words = view.rule.criterion or view.rule.value
        return TextCell(_short(words, _VALUE_WORDS), role=Role.SECONDARY)
    return TextCell(" · ".join(value.replace(".", ",") for value in values), role=Role.SECONDARY)


def _short(words: str, limit: int) -> str:
    return words if len(words) <= limit else f"{words[:limit].rstrip(' ,')}…"


def _state(view: RuleView) -> StateCell:
    if view.is_conflict:
        return StateCell("arrows-split", "Twee versies", Role.ATTENTION, Weight.SEMIBOLD)
    if view.rule.criterion:
        return StateCell(*OWN_CRITERION)
    icon, word, role = STATES[view.state]
    if view.state is RuleState.ACTIVE and view.signature is not None:
        return StateCell("signature", "Afgetekend", Role.OK)
    return StateCell(icon, word, role)
