"""What a doctor decides when a condition is not met: today, later, not, or refer; with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.standards.vaccination.prescreen import DoctorDecision
from clbdesk.wording import label, say
from ui.pages.vaccination_blocks import Block
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

_DECISIONS: Sequence[Choice] = (
    Choice(DoctorDecision.MAY_TODAY, "Mag vandaag", "m"),
    Choice(DoctorDecision.POSTPONE, "Uitstellen", "u"),
    Choice(DoctorDecision.NOT_GIVEN, "Niet geven", "n"),
    Choice(DoctorDecision.REFER, "Doorverwijzen", "d"),
)


class DoctorBlock(Block):
    """Drawn for a doctor only, and only when something is left to one."""

    edited = Signal()
    order_asked = Signal()

    def __init__(self) -> None:
        """Nothing decided. `order_asked`: a nurse may give it later, without the doctor."""
        super().__init__(None, "Arts beslist", height=40)
        self.decisions = ChoiceRow("Besluit van de arts", _DECISIONS, required=True, padding=12)
        self._reason = TextEdit("Reden van de arts", limit=300, placeholder="reden, of tot wanneer")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.decisions)
        row.addWidget(self._reason, 1)
        self.content.addLayout(row)
        self.order = Button("Order voor de verpleegkundige", height=36)
        self.order.clicked.connect(self.order_asked)
        self._order_row = QWidget()
        line = QHBoxLayout(self._order_row)
        line.setContentsMargins(0, 4, 0, 0)
        line.setSpacing(12)
        line.addWidget(self.order)
        line.addWidget(Label(say("vaccination.order_hint"), Size.QUIET, role=Role.SECONDARY))
        line.addStretch(1)
        self.content.addWidget(self._order_row)
        self.decisions.edited.connect(self._show_order)
        self.decisions.edited.connect(self.edited)
        self._reason.edited.connect(self.edited)
        self.hide()

    def decision(self) -> str | None:
        """What was decided."""
        return self.decisions.value()

    def reason(self) -> str:
        """Why."""
        return self._reason.value()

    def why_not(self) -> str:
        """Why nothing is given today, in words; empty while nothing or "mag vandaag" is decided."""
        decision = self.decisions.value_as(DoctorDecision)
        if decision is None or decision is DoctorDecision.MAY_TODAY:
            return ""
        words = say("vaccination.doctor_decided", decision=label(decision))
        return f"{words} – {self.reason()}" if self.reason() else words

    def set_decision(self, decision: str | None, reason: str) -> None:
        """From a draft or a record, without telling anybody."""
        self.decisions.set_value(decision)
        self._reason.set_value(reason)
        self._show_order()

    def _show_order(self) -> None:
        may = self.decisions.value_as(DoctorDecision) is DoctorDecision.MAY_TODAY
        self._order_row.setVisible(may)

    def problem(self) -> str:
        """A decision without its reason."""
        if self.decision() is not None and not self.reason():
            return "Vul de reden van de arts in."
        return ""

    def set_editable(self, on: bool) -> None:
        """To be changed, or only read."""
        self.decisions.setEnabled(on)
        self._reason.setReadOnly(not on)
        self.order.setEnabled(on)
