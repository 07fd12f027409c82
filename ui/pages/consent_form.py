"""The form of one pupil on the page Formulieren: a choice per vaccine, and what is said beside it.

What is the same for the whole stack (who gave it, channel, days) stands in a card of its own and
stays from form to form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt, Signal

from clbdesk.domain.vaccination import ConsentChannel, ConsentChoice, ConsentGiver, ConsentReach
from clbdesk.services.consent_stack import FormEntry
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.wording import label, say
from ui.pages.base import Problem
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from clbdesk.services.consent_stack import FormRow

_LABELS = 108


class Typed(msgspec.Struct, frozen=True):
    """What stands in the form of one pupil, as its draft keeps it."""

    choices: dict[str, str] = {}
    yes: tuple[str, ...] = ()
    name: str = ""
    relation: str = ""
    reason: str = ""


class StackCard(Card):
    """What holds for every form of the stack until somebody changes it."""

    def __init__(self, today: Callable[[], date]) -> None:
        """On paper, by a parent, received today."""
        super().__init__("Stapel", "geldt voor elk formulier tot iemand het wijzigt", spacing=6)
        self.giver = ChoiceRow(
            "Door", member_choices(ConsentGiver, "ovmb"), required=True, padding=8
        )
        self.giver.set_value(ConsentGiver.PARENT.value)
        self.channel = ChoiceRow(
            "Kanaal", member_choices(ConsentChannel, "pdt"), required=True, padding=12
        )
        self.channel.set_value(ConsentChannel.PAPER.value)
        self.signed = DateEdit("Getekend op", today, lean=Lean.PAST, no_later_than_today=True)
        self.received = DateEdit(
            "Ontvangen op", today, lean=Lean.PAST, no_later_than_today=True, required=True
        )
        self.received.set_value(today())
        for one in (self.giver, self.channel, self.received, self.signed):
            self.body.addWidget(FieldRow(one.name, one, label_width=_LABELS))

    def problems(self) -> list[Problem]:
        """What of the stack is missing or wrong."""
        found = []
        if self.giver.is_open():
            found.append(Problem("Kies door wie.", self.giver))
        if self.channel.is_open():
            found.append(Problem("Kies het kanaal.", self.channel))
        for day in (self.received, self.signed):
            text = day.problem() or (
                f"Vul {day.name.lower()} in." if day.required and day.is_open() else ""
            )
            if text:
                found.append(Problem(text, day))
        return found


class FormCard(Card):
    """`edited()`: something was typed or chosen."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty until `show_form`."""
        super().__init__("Formulier", main=True, spacing=6)
        self._vaccines: tuple[str, ...] = ()
        self._before = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)
        self.body.addWidget(self._before)
        self.every = ChoiceRow("Alle vaccins", _choices(), padding=6)
        self._every_row = FieldRow("Alle vaccins", self.every, label_width=_LABELS)
        self.body.addWidget(self._every_row)
        self.choices: list[ChoiceRow] = []
        self._rows: list[FieldRow] = []
        self.yes = MultiChoiceRow("Met ja beantwoord", (), padding=10)
        self.name = TextEdit("Naam", limit=80)
        self.relation = TextEdit("Relatie", limit=40, placeholder="moeder, vader, …")
        self.reason = TextEdit("Uitleg", limit=200)
        self._yes_row = FieldRow("Met ja", self.yes, label_width=_LABELS)
        self._rest = [
            self._yes_row,
            FieldRow("Naam", self.name, label_width=_LABELS, stretch=True),
            FieldRow("Relatie", self.relation, label_width=_LABELS, stretch=True),
            FieldRow("Uitleg", self.reason, label_width=_LABELS, stretch=True),
        ]
        for row in self._rest:
            self.body.addWidget(row)
        self.every.edited.connect(self._choose_all)
        for control in (self.yes, self.name, self.relation, self.reason):
            control.edited.connect(self.edited)

    # --- what is shown ---

    def show_form(self, row: FormRow) -> None:
        """Another pupil: empty, or as the draft has it."""
        self._vaccines = row.vaccines
        self.show_before(row)
        while len(self.choices) < len(row.vaccines):
            self._add_vaccine()
        for at, line in enumerate(self._rows):
            line.setVisible(at < len(row.vaccines))
            line.set_error("")
        for vaccine, line in zip(row.vaccines, self._rows, strict=False):
            name = vaccine_types()[vaccine].label
            line.label.setText(name)
            self.choices[self._rows.index(line)].name = name
        self._every_row.setVisible(len(row.vaccines) > 1)
        self.yes.set_choices(
            [Choice(one.id, _first(one.text.partition(":")[0])) for one in row.questions]
        )
        self._yes_row.setVisible(bool(row.questions))
        self.put(Typed() if row.draft is None else msgspec.json.decode(row.draft, type=Typed))

    def show_before(self, row: FormRow) -> None:
        """What was answered before, in words."""
        lines = []
        for vaccine, verdict in row.verdicts.items():
            name = vaccine_types()[vaccine].label
            lines.append(verdict.text if name in verdict.text else f"{name}: {verdict.text}")
        self._before.setText("\n".join(lines) if not row.is_unanswered else "")
        self._before.setVisible(not row.is_unanswered)

    def put(self, typed: Typed) -> None:
        """Put back what was typed, without telling anybody."""
        for vaccine, choice in zip(self._vaccines, self.choices, strict=False):
            choice.set_value(typed.choices.get(vaccine))
        self.yes.set_values([one.value for one in self.yes.choices() if one.value in typed.yes])
        self.name.set_value(typed.name)
        self.relation.set_value(typed.relation)
        self.reason.set_value(typed.reason)
        self._show_every()

    def typed(self) -> Typed:
        """What stands in the form now."""
        return Typed(
            choices={
                vaccine: value
                for vaccine, choice in zip(self._vaccines, self.choices, strict=False)
                if (value := choice.value()) is not None
            },
            yes=self.yes.values(),
            name=self.name.value(),
            relation=self.relation.value(),
            reason=self.reason.value(),
        )

    def focus_first(self) -> None:
        """The one gesture for all vaccines, or the only vaccine."""
        first = self.every if len(self._vaccines) > 1 else self.choices[0]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what is asked ---

    def problems(self) -> list[Problem]:
        """A vaccine without a choice is never left open by silence."""
        return [
            Problem(say("consent_form.choice_missing", vaccine=choice.name), choice)
            for _vaccine, choice in zip(self._vaccines, self.choices, strict=False)
            if choice.is_open()
        ]

    def entry(self, stack: StackCard) -> FormEntry:
        """The form with what holds for the stack; only without problems."""
        typed, received = self.typed(), stack.received.day()
        giver, channel = (
            stack.giver.value_as(ConsentGiver),
            stack.channel.value_as(ConsentChannel),
        )
        assert giver is not None
        assert channel is not None
        assert received is not None
        return FormEntry(
            choices={vaccine: ConsentChoice(value) for vaccine, value in typed.choices.items()},
            giver=giver,
            channel=channel,
            received_on=received,
            signed_on=stack.signed.day(),
            giver_name=typed.name,
            relation=typed.relation,
            yes=frozenset(typed.yes),
            reason=typed.reason,
        )

    # --- choosing ---

    def _add_vaccine(self) -> None:
        choice = ChoiceRow("Vaccin", _choices(), required=True, padding=6)
        choice.edited.connect(self._on_choice)
        row = FieldRow("Vaccin", choice, label_width=_LABELS)
        self.choices.append(choice)
        self._rows.append(row)
        self.body.insertWidget(self.body.indexOf(self._yes_row), row)

    def _choose_all(self) -> None:
        for _vaccine, choice in zip(self._vaccines, self.choices, strict=False):
            choice.set_value(self.every.value())
        self.edited.emit()

    def _on_choice(self) -> None:
        self._show_every()
        self.edited.emit()

    def _show_every(self) -> None:
        """The one gesture shows what all have in common."""
        found = {choice.value() for _one, choice in zip(self._vaccines, self.choices, strict=False)}
        self.every.set_value(found.pop() if len(found) == 1 else None)


def _choices() -> list[Choice]:
    return member_choices(ConsentChoice, "chrwi")


def member_choices(
    members: type[ConsentChoice | ConsentGiver | ConsentChannel | ConsentReach], letters: str
) -> list[Choice]:
    """A choice per member, in its word, chosen by its letter."""
    return [
        Choice(one.value, _first(label(one)), letter)
        for one, letter in zip(members, letters, strict=True)
    ]


def _first(word: str) -> str:
    return word[:1].upper() + word[1:]
