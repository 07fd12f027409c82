"""The form of parents, typed over at the school: a consent event beside the form of P13."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.domain.vaccination import ConsentChannel, ConsentChoice, ConsentGiver, ConsentReach
from clbdesk.services.vaccination_saving import ConsentEntry, record_consent
from clbdesk.standards.vaccination.prescreen import form_questions
from clbdesk.standards.vaccination.ruleset import vaccine_types
from ui.pages.consent_form import member_choices
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.control import Control
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved

_WITH_LIVE = frozenset({"MBR"})  # the form of a live vaccine asks most
_WIDTH = 120


class ConsentForm(Card):
    """`recorded(call)`: a function for the vault's thread that adds the consent."""

    recorded = Signal(object)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__("Formulier", "wat de ouders of de leerling tekenden", spacing=6)
        self.setProperty("whole", True)
        self._on_visit: PupilOnVisit | None = None
        self._today: date | None = None
        self._choice = ChoiceRow(
            "Keuze", member_choices(ConsentChoice, "chrwi"), required=True, padding=10
        )
        self._vaccines = MultiChoiceRow("Vaccins", (), required=True, padding=10)
        self._giver = ChoiceRow(
            "Door", member_choices(ConsentGiver, "ovmb"), required=True, padding=12
        )
        self._name = TextEdit("Naam", limit=80, required=True)
        self._relation = TextEdit("Relatie", limit=40, placeholder="moeder, vader, …")
        self._channel = ChoiceRow(
            "Kanaal", member_choices(ConsentChannel, "pdt"), required=True, padding=12
        )
        self._signed = DateEdit("Getekend op", self._day, lean=Lean.PAST, no_later_than_today=True)
        self._received = DateEdit(
            "Ontvangen op", self._day, lean=Lean.PAST, no_later_than_today=True, required=True
        )
        self._health = MultiChoiceRow("Met ja beantwoord", _health_choices(), padding=10)
        self._reason = TextEdit("Reden", limit=200)
        self._reach = ChoiceRow("Geldt voor", member_choices(ConsentReach, "rd"), padding=12)
        self._rows = [
            FieldRow("Keuze", self._choice, label_width=_WIDTH),
            FieldRow("Vaccins", self._vaccines, label_width=_WIDTH),
            FieldRow("Door", self._giver, label_width=_WIDTH),
            FieldRow("Naam", self._name, label_width=_WIDTH, stretch=True),
            FieldRow("Relatie", self._relation, label_width=_WIDTH, stretch=True),
            FieldRow("Kanaal", self._channel, label_width=_WIDTH),
            FieldRow("Getekend op", self._signed, label_width=_WIDTH),
            FieldRow("Ontvangen op", self._received, label_width=_WIDTH),
            FieldRow("Met ja", self._health, label_width=_WIDTH),
            FieldRow("Reden", self._reason, label_width=_WIDTH, stretch=True),
            FieldRow("Geldt voor", self._reach, label_width=_WIDTH),
        ]
        for row in self._rows:
            self.body.addWidget(row)
        self._choice.edited.connect(self._follow_choice)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(
            Label(
                "Een formulier wordt toegevoegd; wat er al was, blijft staan.",
                Size.QUIET,
                role=Role.SECONDARY,
                wrap=True,
            ),
            1,
        )
        close, save = Button("Sluiten", "Esc", height=36), Button("Formulier opslaan", height=36)
        close.clicked.connect(self.hide)
        save.clicked.connect(self.save)
        foot.addWidget(close)
        foot.addWidget(save)
        self.body.addLayout(foot)
        self.hide()

    def ask(self, on_visit: PupilOnVisit, vaccines: tuple[str, ...], today: date) -> None:
        """Open empty for the vaccines of the station, received today."""
        self._on_visit, self._today = on_visit, today
        self._vaccines.set_choices([Choice(one, vaccine_types()[one].label) for one in vaccines])
        for choices in (self._choice, self._giver, self._channel):
            choices.set_value(None)
        self._vaccines.set_values(vaccines)
        self._reach.set_value(ConsentReach.SERIES.value)
        self._health.set_values(())
        for edit in (self._name, self._relation, self._reason):
            edit.set_value("")
        self._signed.set_value(None)
        self._received.set_value(today)
        for row in self._rows:
            row.set_error("")
        self._follow_choice()
        self.show()
        self._choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow_choice(self) -> None:
        """Only a yes is for a number of doses."""
        is_yes = self._choice.value_as(ConsentChoice) in {None, ConsentChoice.CLB}
        self._rows[-1].setVisible(is_yes)

    def save(self) -> None:
        """Hand over what was typed, or say what is missing."""
        if self._on_visit is None or self._first_problem() is not None:
            return
        choice, giver = (
            self._choice.value_as(ConsentChoice),
            self._giver.value_as(ConsentGiver),
        )
        channel, received = self._channel.value_as(ConsentChannel), self._received.day()
        assert choice is not None  # looked at just now
        assert giver is not None
        assert channel is not None
        assert received is not None
        entry = ConsentEntry(
            choice=choice,
            vaccines=self._vaccines.values(),
            giver=giver,
            giver_name=self._name.value(),
            relation=self._relation.value(),
            channel=channel,
            signed_on=self._signed.day(),
            received_on=received,
            health_answers={
                one.value: one.value in self._health.values() for one in self._health.choices()
            },
            reason=self._reason.value(),
            reach=self._reach.value_as(ConsentReach) or ConsentReach.SERIES,
        )
        self.hide()
        self.recorded.emit(_recording(self._on_visit, entry))

    def _first_problem(self) -> QWidget | None:
        """Marks every row that is not right, and goes to the first of them."""
        first = None
        for row in self._rows:
            row.judge()
            control = row.control
            empty = isinstance(control, Control) and control.required and control.is_open()
            if empty and not row.error():
                row.set_error(f"{row.label.text()}: vul dit in.")
            if row.error() and first is None:
                first = control
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        return first

    def _day(self) -> date:
        assert self._today is not None  # the form is only open for a pupil
        return self._today


def _recording(on_visit: PupilOnVisit, entry: ConsentEntry) -> Callable[[Desk], Outcome[Saved]]:
    return partial(record_consent, on_visit=on_visit, entry=entry)


def _health_choices() -> list[Choice]:
    words = {one.id: one.text.partition(":")[0] for one in form_questions(_WITH_LIVE)}
    return [Choice(name, word[:1].upper() + word[1:]) for name, word in words.items()]
