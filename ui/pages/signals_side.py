"""Beside the signals: a question that was received, and what may go to parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from clbdesk.domain.development import AskedBy, CareQuestion, PassOn
from clbdesk.wording import label, say
from ui.pages.step import Problem
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from clbdesk.ids import PupilId

_LABEL_WIDTH = 88
_ASKED_BY = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(AskedBy, "lmvs", strict=True)
)
_PASS_ON = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(PassOn, "jnt", strict=True)
)
YES_NO = (Choice("yes", "Ja", "j"), Choice("no", "Nee", "n"))


class QuestionCard(Card):
    """Vraag onthaald: the question, who asks, and whether it may be passed on."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty."""
        super().__init__("Vraag onthaald", spacing=6)
        self.question = TextEdit("Vraag", limit=500, lines=2)
        self._asked_by = ChoiceRow("Van", _ASKED_BY, padding=10)
        self._pass_on = ChoiceRow("Doorgeven", _PASS_ON, padding=10)
        for words, control, stretch in (
            ("Vraag", self.question, True),
            ("Van", self._asked_by, False),
            ("Doorgeven", self._pass_on, False),
        ):
            self.body.addWidget(FieldRow(words, control, label_width=_LABEL_WIDTH, stretch=stretch))
            control.edited.connect(self.edited)

    def show_question(self, found: CareQuestion | None) -> None:
        """What was recorded."""
        self.question.set_value(found.question if found else "")
        self._asked_by.set_value(found.asked_by.value if found else None)
        self._pass_on.set_value(found.pass_on.value if found else None)

    def value(self, pupil_id: PupilId) -> CareQuestion | None:
        """The question when it is whole."""
        asked_by = self._asked_by.value_as(AskedBy)
        pass_on = self._pass_on.value_as(PassOn)
        if not self.question.value() or asked_by is None or pass_on is None:
            return None
        return CareQuestion(
            pupil_id=pupil_id, question=self.question.value(), asked_by=asked_by, pass_on=pass_on
        )

    def problems(self) -> list[Problem]:
        """A question that was begun needs who asks and whether it may go on."""
        chosen = (self._asked_by.value(), self._pass_on.value())
        if not self.question.value():
            missing = say("signals.question_missing")
            return [Problem(missing, self.question)] if any(chosen) else []
        found = []
        if self.question.problem():
            found.append(Problem(self.question.problem(), self.question))
        if chosen[0] is None:
            found.append(Problem(say("signals.asked_by_missing"), self._asked_by))
        if chosen[1] is None:
            found.append(Problem(say("signals.pass_on_missing"), self._pass_on))
        return found

    def set_editable(self, on: bool) -> None:
        """To type, or only to read."""
        self.question.setReadOnly(not on)
        self._asked_by.setEnabled(on)
        self._pass_on.setEnabled(on)

    def content(self) -> dict[str, Any]:
        """For the draft."""
        return {
            "question": self.question.value(),
            "asked_by": self._asked_by.value(),
            "pass_on": self._pass_on.value(),
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From a draft."""
        self.question.set_value(content["question"])
        self._asked_by.set_value(content["asked_by"])
        self._pass_on.set_value(content["pass_on"])


class ParentsCard(Card):
    """What the parents know, and what may go to them; at the foot what the letter would say."""

    edited = Signal()

    def __init__(self) -> None:
        """Nothing is chosen, and nothing is released."""
        super().__init__("Ouders en brief", spacing=6)
        self._informed = ChoiceRow("Zorg van de school: ouders vooraf ingelicht", YES_NO)
        self._closed = TickBox("niet voor ouders")
        self._why = TextEdit("Reden van niet voor ouders", limit=200, placeholder="reden")
        self._why.hide()
        self._letter = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._informed_row = FieldRow("Ouders vooraf ingelicht", self._informed, label_width=164)
        self.body.addWidget(self._informed_row)
        self.body.addWidget(self._closed)
        self.body.addWidget(self._why)
        self.body.addWidget(self._letter)
        for control in (self._informed, self._why):
            control.edited.connect(self.edited)
        self._closed.edited.connect(self._on_closed)

    def show_values(self, *, informed: bool | None, not_for_parents: str) -> None:
        """What was recorded."""
        self._informed.set_value(None if informed is None else "yes" if informed else "no")
        self._closed.set_value(bool(not_for_parents))
        self._why.set_value(not_for_parents)
        self._why.setVisible(bool(not_for_parents))

    def show_letter(self, words: str) -> None:
        """What would stand in the letter as the form is now."""
        self._letter.setText(words)

    @property
    def informed(self) -> bool | None:
        """Whether the parents knew before; None = not answered."""
        value = self._informed.value()
        return None if value is None else value == "yes"

    @property
    def not_for_parents(self) -> str:
        """The reason, or empty when it may be for the parents."""
        return self._why.value() if self._closed.value() else ""

    def problems(self) -> list[Problem]:
        """Closed for parents needs a reason."""
        if self._closed.value() and not self._why.value():
            return [Problem(say("signals.reason_missing"), self._why)]
        return [Problem(self._why.problem(), self._why)] if self._why.problem() else []

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        self._informed.setEnabled(on)
        self._closed.setEnabled(on)
        self._why.setReadOnly(not on)

    def content(self) -> dict[str, Any]:
        """For the draft."""
        return {
            "informed": self._informed.value(),
            "closed": self._closed.value(),
            "why": self._why.value(),
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From a draft."""
        self._informed.set_value(content["informed"])
        self._closed.set_value(content["closed"])
        self._why.set_value(content["why"])
        self._why.setVisible(content["closed"])

    def _on_closed(self) -> None:
        self._why.setVisible(self._closed.value())
        self.edited.emit()
