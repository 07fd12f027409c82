"""On which charts a pupil is plotted: who chose them and why, and the strip in which a doctor chooses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.services.growth_past import choose_reference
from clbdesk.standards.references import STANDARD, references
from clbdesk.wording import say
from ui import format as show
from ui.theme import Role, Size
from ui.widgets.button import Button, Link
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.services.growth import GrowthView

_REASON = 120
_LETTERS = {"flanders-2004": "v", "who": "w"}


class ReferenceRow(QWidget):
    """Hidden while nothing else was chosen and nobody chooses.

    `link`: opens the choice, for doctors; the chart places it. `chosen(call)`: record this choice
    (a function for the vault's thread).
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        """Folded in."""
        super().__init__()
        self._view: GrowthView | None = None
        self._note = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self.link = Link(say("growth.other_reference"), Size.QUIET, about="kiezen")
        self._references = ChoiceRow("Referentie", (), required=True, padding=8)
        self._reason = TextEdit("Reden", limit=_REASON, lines=1, required=True, placeholder="reden")
        self._apply = Button("Toepassen", height=36)
        self._wrong = Label("", Size.QUIET, role=Role.ERROR)
        self._strip = QWidget()
        fields = QHBoxLayout(self._strip)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(8)
        fields.addWidget(self._references)
        fields.addWidget(self._reason, 1)
        fields.addWidget(self._apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._note)
        column.addWidget(self._strip)
        column.addWidget(self._wrong)
        self.link.clicked.connect(lambda _on=False: self._unfold())
        self._apply.clicked.connect(lambda _on=False: self._on_apply())

    def show_view(self, view: GrowthView) -> None:
        """What holds for this pupil; folded in when it is another pupil or another choice."""
        before = self._view
        if before is not None and (before.on_visit, before.chosen) == (view.on_visit, view.chosen):
            return
        self._view = view
        chosen = view.chosen
        is_other = chosen.reference != STANDARD
        by = {"name": chosen.by, "day": show.day(chosen.on) if chosen.on else ""}
        self._note.setText(
            say("growth.reference_by", reason=chosen.reason, **by) if is_other else ""
        )
        self._note.setVisible(is_other)
        self.link.setVisible(view.is_doctor)
        self._references.set_choices(
            [Choice(one.id, one.name, _LETTERS.get(one.id, "")) for one in references()]
        )
        self._fold()
        self.setVisible(is_other)

    def _fold(self) -> None:
        self._strip.hide()
        self._wrong.setText("")
        self._wrong.hide()
        self._reason.set_value("")

    def _unfold(self) -> None:
        assert self._view is not None
        self._references.set_value(self._view.chosen.reference)
        self._strip.show()
        self.show()
        self._references.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_apply(self) -> None:
        assert self._view is not None
        reason = self._reason.value().strip()
        self._wrong.setText("" if reason else say("growth.reason_missing"))
        self._wrong.setVisible(not reason)
        if not reason:
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.chosen.emit(
            partial(
                choose_reference,
                pupil_id=self._view.on_visit.pupil_id,
                before=self._view.chosen,
                reference=self._references.value() or STANDARD,
                reason=reason,
            )
        )
