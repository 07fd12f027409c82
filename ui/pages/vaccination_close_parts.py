"""Parts of P15: a count that stands in the way with its link, and the reason of reopening."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import format as show
from ui.theme import Role, Weight
from ui.widgets.button import Button, Link
from ui.widgets.card import Card
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord
from ui.widgets.text_edit import TextEdit


class ReopenCard(Card):
    """Why a closed session is opened again; `given(reason)`."""

    given = Signal(str)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__("Vaccinatiesessie heropenen", "De vorige telling blijft in de historiek.")
        self._reason = TextEdit("Reden om te heropenen", limit=200, required=True)
        self._row = FieldRow("Reden", self._reason, label_width=72, stretch=True)
        self._go = Button("Heropenen", height=36)
        self._go.clicked.connect(self._give)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._row, 1)
        row.addWidget(self._go, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.hide()

    def ask(self) -> None:
        """Begin empty."""
        self._reason.set_value("")
        self._row.set_error("")
        self.show()
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        if not self._reason.value():
            self._row.set_error("Vul de reden in.")
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.given.emit(self._reason.value())


class Blocker(QWidget):
    """A count with its state, and the link to where it is put right."""

    def __init__(self, words: str, link: str) -> None:
        """`words` before the count, `link` where it is put right."""
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._words = words
        self.state = IconWord()
        self.link = Link(link, about=words)
        row.addWidget(self.state)
        row.addWidget(self.link)
        row.addStretch(1)

    def show_count(self, count: int, *, blocks: bool) -> None:
        """`blocks`: anything but nought stands in the way of closing."""
        words = f"{self._words} {show.whole(count)}"
        if not blocks or not count:
            icon, role = ("check", Role.OK) if not count else ("stethoscope", Role.ATTENTION)
            self.state.show_state(icon, words, role, word_role=Role.TEXT)
        else:
            self.state.show_state("x", words, Role.ERROR, Weight.SEMIBOLD)
        self.link.setVisible(bool(count))
