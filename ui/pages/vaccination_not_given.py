"""The strip of F8 on P13: why a planned dose is not given (handbook 2 §5.5), never by silence."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clbdesk.domain.vaccination import NotGivenReason
from clbdesk.wording import label
from ui.theme import Weight
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

_LETTERS = {
    NotGivenReason.ABSENT: "a",
    NotGivenReason.ILL: "z",
    NotGivenReason.PUPIL_REFUSES: "w",
    NotGivenReason.NO_CONSENT: "t",
    NotGivenReason.ALREADY_GIVEN: "r",
    NotGivenReason.CONTRAINDICATION: "c",
    NotGivenReason.NO_STOCK: "v",
    NotGivenReason.DOCTOR_DECIDES: "b",
    NotGivenReason.OTHER: "n",
}
_ASKS_TEXT = {
    NotGivenReason.ALREADY_GIVEN: "wanneer, bijvoorbeeld 4/3/2026",
    NotGivenReason.OTHER: "reden",
}


class NotGivenStrip(QWidget):
    """Why a planned dose is not given: choosing a reason is enough, Ctrl+Enter saves the page."""

    chosen = Signal(str, str)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__()
        self.setProperty("whole", True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 4, 0, 8)
        outer.setSpacing(4)
        self._title = Label(weight=Weight.SEMIBOLD)
        self.reasons = ChoiceRow(
            "Reden",
            [Choice(one.value, label(one), _LETTERS[one]) for one in NotGivenReason],
            required=True,
            columns=3,
            height=32,
        )
        self.text = TextEdit("Toelichting", limit=200)
        self.text.hide()
        for widget in (self._title, self.reasons, self.text):
            outer.addWidget(widget)
        self.reasons.edited.connect(self._on_reason)
        self.text.edited.connect(self._tell)
        self.hide()

    def ask(self, what: str) -> None:
        """Open empty, with the focus on the reasons."""
        self._title.setText(f"{what} niet toegediend: kies de reden")
        self.reasons.set_value(None)
        self.text.set_value("")
        self.text.hide()
        self.show()
        self.reasons.setFocus(Qt.FocusReason.OtherFocusReason)

    def problem(self) -> str:
        """What is still missing while the strip is open."""
        if not self.isVisible():
            return ""
        reason = self.reasons.value_as(NotGivenReason)
        if reason is None:
            return "Kies de reden."
        if reason in _ASKS_TEXT and not self.text.value():
            return "Vul de toelichting in."
        return ""

    def _on_reason(self) -> None:
        reason = self.reasons.value_as(NotGivenReason)
        asks = reason in _ASKS_TEXT
        self.text.setVisible(asks)
        if asks and reason is not None:
            self.text.setPlaceholderText(_ASKS_TEXT[reason])
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()

    def _tell(self) -> None:
        reason = self.reasons.value()
        if reason is not None:
            self.chosen.emit(reason, self.text.value())
