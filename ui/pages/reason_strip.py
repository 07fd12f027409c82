"""The strip that asks a reason before a correction or a withdrawal; no box, no default answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label

_OTHER = "andere"
_REASONS = (
    Choice("tikfout", "Tikfout", "t"),
    Choice("opnieuw gemeten", "Opnieuw gemeten", "o"),
    Choice("aangevuld", "Aangevuld", "a"),
    Choice("verkeerde leerling", "Verkeerde leerling", "v"),
    Choice(_OTHER, "Andere", "n"),
)
_TITLES = {"correct": "Verbeteren", "withdraw": "Intrekken"}


class ReasonStrip(Card):
    """`chosen(purpose, reason)` when a reason was given; hidden again by the page."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__("Verbeteren", "De vorige versie blijft in de historiek.")
        self._purpose = "correct"
        self._reasons = ChoiceRow("Reden", _REASONS, required=True, padding=10)
        self._text = QLineEdit()
        self._text.setMaxLength(200)
        self._text.setAccessibleName("Andere reden")
        self._text.setPlaceholderText("reden")
        self._text.setMinimumHeight(36)
        self._text.hide()
        self._go = Button("Verder", "Enter")
        self._wrong = Label(size=Size.QUIET, role=Role.ERROR)
        self._wrong.hide()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label("Reden"))
        row.addWidget(self._reasons)
        row.addWidget(self._go)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self._text)  # beside the reasons it would have no room for a sentence
        self.body.addWidget(self._wrong)
        self._reasons.edited.connect(self._on_edited)
        self._go.clicked.connect(self._give)
        self._text.returnPressed.connect(self._give)

    def ask(self, purpose: str) -> None:
        """Begin with nothing chosen and the focus on the reasons."""
        self._purpose = purpose
        self.set_title(_TITLES[purpose], "De vorige versie blijft in de historiek.")
        self._reasons.set_value(None)
        self._text.clear()
        self._text.hide()
        self._wrong.hide()
        self.show()
        self._reasons.setFocus(Qt.FocusReason.OtherFocusReason)

    def reason(self) -> str:
        """What was given, or an empty text."""
        value = self._reasons.value()
        return self._text.text().strip() if value == _OTHER else value or ""

    def _on_edited(self) -> None:
        other = self._reasons.value() == _OTHER
        self._text.setVisible(other)
        (self._text if other else self._go).setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        if not self.reason():
            self._wrong.setText("Vul de reden in.")
            self._wrong.show()
            return
        self.chosen.emit(self._purpose, self.reason())
