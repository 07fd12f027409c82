"""+ Onderdeel toevoegen: a step that does not belong to the moment, on indication of this pupil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from clbdesk.wording import say
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from clbdesk.standards.moments import Step


class AddStrip(Card):
    """`chosen(name of the step)`; a choice is an answer, because the step can be left empty."""

    chosen = Signal(str)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__("Onderdeel toevoegen", "alleen bij deze leerling")
        self._steps = ChoiceRow("Onderdeel", ())
        self.body.addWidget(self._steps, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(
            Label(say("pupil.add_step"), Size.QUIET, role=Role.SECONDARY, wrap=True)
        )
        self._steps.edited.connect(self._on_chosen)
        self.hide()

    def ask(self, steps: tuple[Step, ...]) -> None:
        """Which of these."""
        self._steps.set_choices(
            [Choice(step.name, step.label, step.label[:1].lower()) for step in steps]
        )
        self._steps.set_value(None)
        self.show()
        self._steps.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chosen(self) -> None:
        name = self._steps.value()
        if name is not None:
            self.hide()
            self.chosen.emit(name)
