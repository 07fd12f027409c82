"""What a doctor decides when a condition is not met: today, later, not, or refer; with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.vaccination import DoctorDecision
from clbdesk.wording import label, say
from ui import theme
from ui.pages.vaccination_blocks import Block
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_NAME = 96
_DECISIONS: Sequence[Choice] = (
    Choice(DoctorDecision.MAY_TODAY, "Mag vandaag", "m"),
    Choice(DoctorDecision.POSTPONE, "Uitstellen", "u"),
    Choice(DoctorDecision.NOT_GIVEN, "Niet geven", "n"),
    Choice(DoctorDecision.REFER, "Doorverwijzen", "d"),
)


class DoctorBlock(Block):
    """Drawn for a doctor only, and only when something is left to one: a line per vaccine."""

    edited = Signal()
    order_asked = Signal()
    withdrawal_asked = Signal()

    def __init__(self) -> None:
        """Nothing decided. `order_asked`: a nurse may give it later, without the doctor.

        `withdrawal_asked`: the order that stands holds no more.
        """
        super().__init__(None, "Arts beslist", height=40)
        self.choices: dict[str, ChoiceRow] = {}
        self._lines: dict[str, QWidget] = {}
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self.content.addLayout(self._column)
        self.reason_edit = TextEdit(
            "Reden van de arts", limit=300, placeholder="reden, of tot wanneer"
        )
        self.content.addWidget(self.reason_edit)
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
        self._stands = Label(role=Role.SECONDARY, wrap=True)
        self.withdraw = Button("Order intrekken", height=36)
        self.withdraw.clicked.connect(self.withdrawal_asked)
        self._stands_row = QWidget()
        below = QHBoxLayout(self._stands_row)
        below.setContentsMargins(0, 4, 0, 4)
        below.setSpacing(12)
        below.addWidget(self._stands, 1)
        below.addWidget(self.withdraw)
        self.content.addWidget(self._stands_row)
        self.show_order("")
        self.reason_edit.edited.connect(self.edited)
        self.hide()

    def show_vaccines(self, labels: Mapping[str, str]) -> None:
        """Other vaccines, by type with their words; nothing is decided about them."""
        for line in self._lines.values():
            line.hide()
            line.deleteLater()
        self.choices, self._lines = {}, {}
        for vaccine, words in labels.items():
            row = ChoiceRow(
                f"Besluit van de arts over {words}", _DECISIONS, required=True, padding=12
            )
            row.edited.connect(self._show_order)
            row.edited.connect(self.edited)
            line = QWidget()
            inner = QHBoxLayout(line)
            inner.setContentsMargins(0, 2, 0, 2)
            inner.setSpacing(12)
            name = Label(words)
            name.setFixedWidth(theme.px(_NAME))
            inner.addWidget(name)
            inner.addWidget(row)
            inner.addStretch(1)
            self._column.addWidget(line)
            self.choices[vaccine], self._lines[vaccine] = row, line
        self._show_order()

    def show_order(self, words: str) -> None:
        """The order that stands, or none."""
        self._stands.setText(words)
        self._stands_row.setVisible(bool(words))

    def ask_about(self, vaccines: Collection[str]) -> bool:
        """Draw the lines of these vaccines, and of those that were decided about.

        Whether there is anything to decide, or an order that can be withdrawn.
        """
        shown = {*vaccines, *self.decisions()}
        for vaccine, line in self._lines.items():
            line.setVisible(vaccine in shown)
        return bool(self._stands.text()) or not shown.isdisjoint(self._lines)

    def decisions(self) -> dict[str, DoctorDecision]:
        """What was decided, by vaccine."""
        found = {vaccine: row.value_as(DoctorDecision) for vaccine, row in self.choices.items()}
        return {vaccine: value for vaccine, value in found.items() if value is not None}

    def reason(self) -> str:
        """Why."""
        return self.reason_edit.value()

    def ordered(self) -> tuple[str, ...]:
        """The vaccines that may be given today."""
        return tuple(
            vaccine
            for vaccine, decision in self.decisions().items()
            if decision is DoctorDecision.MAY_TODAY
        )

    def why_not(self, vaccine: str) -> str:
        """Why this is not given today, in words; empty while nothing or "mag vandaag" is decided."""
        decision = self.decisions().get(vaccine)
        if decision is None or decision is DoctorDecision.MAY_TODAY:
            return ""
        words = say("vaccination.doctor_decided", decision=label(decision))
        return f"{words} – {self.reason()}" if self.reason() else words

    def set_decisions(self, decisions: Mapping[str, DoctorDecision], reason: str) -> None:
        """From a draft or a record, without telling anybody."""
        for vaccine, row in self.choices.items():
            row.set_value(decisions.get(vaccine))
        self.reason_edit.set_value(reason)
        self._show_order()

    def _show_order(self) -> None:
        self._order_row.setVisible(bool(self.ordered()))

    def problem(self) -> str:
        """A decision without its reason."""
        if self.decisions() and not self.reason():
            return "Vul de reden van de arts in."
        return ""

    def set_editable(self, on: bool) -> None:
        """To be changed, or only read."""
        for row in self.choices.values():
            row.setEnabled(on)
        self.reason_edit.setReadOnly(not on)
        self.order.setEnabled(on)
        self.withdraw.setEnabled(on)
