"""F8 on the class list: somebody is not here, and why; no box, no default answer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from clbdesk.domain.visits import AbsenceReason
from clbdesk.wording import label
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label

_LETTERS = {AbsenceReason.ILL: "z", AbsenceReason.ABSENT: "a", AbsenceReason.REFUSES: "w"}

_OBJECTION = "objection"


class AbsenceStrip(Card):
    """`answered(AbsenceReason)` once the reason is confirmed; hidden until `ask`.

    `objection_asked`: it is no absence, somebody objected to the contact.
    """

    answered = Signal(object)
    objection_asked = Signal()

    def __init__(self, *, may_object: bool = True) -> None:
        """One row of reasons; `may_object`: an objection is one of the answers."""
        super().__init__("Afwezig")
        self._reason = ChoiceRow(
            "Reden van afwezigheid",
            [Choice(one.value, label(one).capitalize(), letter) for one, letter in _LETTERS.items()]
            + [Choice(_OBJECTION, "Verzet…", "v")] * may_object,
            required=True,
        )
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label("Reden"))
        row.addWidget(self._reason)
        row.addStretch(1)
        self.body.addLayout(row)
        self.hide()

    def ask(self, name: str) -> None:
        """About whom; nothing is chosen yet."""
        self.set_title("Afwezig", name)
        self._reason.set_value(None)
        self.show()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def confirm(self) -> None:
        """The primary button of the page: only with a reason."""
        if self._reason.value() == _OBJECTION:
            self.hide()
            self.objection_asked.emit()
            return
        reason = self._reason.value_as(AbsenceReason)
        if reason is None:
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.hide()
        self.answered.emit(reason)
