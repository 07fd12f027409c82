"""The form of an incident: a type, stamps by a key, few words. No dose is ever computed here."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from clbdesk.domain.incident import (
    IncidentMark,
    IncidentOutcome,
    IncidentType,
    Stamp,
    VaccinationError,
)
from clbdesk.ids import RecordId, StaffId
from clbdesk.services.vaccination_incident import IncidentEntry, IncidentView
from clbdesk.wording import label
from ui import format as show
from ui import theme
from ui.pages.base import Problem
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

_WIDTH = 104
_TYPE_LETTERS = {
    IncidentType.SYNCOPE: "f",
    IncidentType.LOCAL_REACTION: "l",
    IncidentType.ALLERGY: "a",
    IncidentType.ANAPHYLAXIS: "n",
    IncidentType.NEEDLESTICK: "p",
    IncidentType.VACCINATION_ERROR: "v",
}
_ERROR_LETTERS = {
    VaccinationError.WRONG_VACCINE: "v",
    VaccinationError.EXPIRED: "e",
    VaccinationError.WRONG_PUPIL: "l",
    VaccinationError.DOUBLE_DOSE: "d",
    VaccinationError.TOO_EARLY: "t",
    VaccinationError.OTHER: "a",
}
_OUTCOME_LETTERS = {
    IncidentOutcome.RECOVERED: "h",
    IncidentOutcome.DOCTOR: "a",
    IncidentOutcome.HOSPITAL: "z",
}
_MARK_LETTERS = {
    IncidentMark.ADRENALINE: "a",
    IncidentMark.EMERGENCY_CALL: "b",
    IncidentMark.DOCTOR: "c",
    IncidentMark.PARENTS: "d",
}


class StampGrid(QWidget):
    """Four marks; A to D give the hour of the key press, again gives a second one."""

    edited = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        """`now`: the clock of the desk."""
        super().__init__()
        self.setProperty("whole", True)
        self._now = now
        self._stamps: tuple[Stamp, ...] = ()
        self._hours: dict[IncidentMark, Label] = {}
        self.buttons: dict[IncidentMark, Button] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for line, mark in enumerate(IncidentMark):
            letter = _MARK_LETTERS[mark].upper()
            button = Button(f"{letter}  {label(mark)}", height=36)
            button.clicked.connect(partial(self.stamp, mark))
            hours = Label("–", role=Role.SECONDARY)
            grid.addWidget(button, line, 0)
            grid.addWidget(hours, line, 1)
            self.buttons[mark], self._hours[mark] = button, hours

    def stamps(self) -> tuple[Stamp, ...]:
        """In the order in which they were given."""
        return self._stamps

    def set_stamps(self, stamps: tuple[Stamp, ...]) -> None:
        """From a draft, without telling anybody."""
        self._stamps = stamps
        self._draw()

    def stamp(self, mark: IncidentMark) -> None:
        """This moment, to the second."""
        self._stamps = (*self._stamps, Stamp(mark=mark, at=self._now()))
        self._draw()
        self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A to D stamp while the focus is in here; Backspace takes the last one back."""
        letters = {letter: mark for mark, letter in _MARK_LETTERS.items()}
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        mark = letters.get(event.text().casefold()) if plain else None
        if mark is not None and not event.isAutoRepeat():
            self.stamp(mark)
        elif event.key() == Qt.Key.Key_Backspace and self._stamps:
            self._stamps = self._stamps[:-1]
            self._draw()
            self.edited.emit()
        else:
            super().keyPressEvent(event)

    def _draw(self) -> None:
        for mark, hours in self._hours.items():
            found = [show.to_the_second(one.at) for one in self._stamps if one.mark is mark]
            hours.setText(" · ".join(found) or "–")
            hours.set_weight(Weight.SEMIBOLD if found else Weight.REGULAR)
            hours.set_role(Role.TEXT if found else Role.SECONDARY)


class IncidentCard(Card):
    """`edited()`: something was chosen, stamped or typed."""

    edited = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Hidden until `show_view`."""
        super().__init__("Incident", main=True, wraps=True, spacing=6)
        self._view: IncidentView | None = None
        self._began: datetime | None = None
        self._begin = Label(weight=Weight.SEMIBOLD)
        self.type = ChoiceRow(
            "Soort incident",
            [Choice(one.value, label(one), _TYPE_LETTERS[one]) for one in IncidentType],
            required=True,
            columns=3,
            height=36,
        )
        self.who = FilteredList("Wie had het prikaccident", required=True, width=280)
        self.error = ChoiceRow(
            "Wat ging er fout",
            [
                Choice(one.value, label(one).capitalize(), _ERROR_LETTERS[one])
                for one in VaccinationError
            ],
            required=True,
            columns=3,
            height=32,
        )
        self.doses = MultiChoiceRow("Prik die niet telt", (), required=True)
        self.stamps = StampGrid(now)
        self._dose = TextEdit("Dosis adrenaline", limit=60, placeholder="zoals toegediend")
        self._signs = TextEdit("Tekens", limit=500, lines=2)
        self._treatment = TextEdit("Behandeling", limit=500, lines=2)
        self._outcome = ChoiceRow(
            "Afloop",
            [Choice(one.value, label(one), _OUTCOME_LETTERS[one]) for one in IncidentOutcome],
        )
        self._lots = Label(role=Role.SECONDARY, wrap=True)
        self._who_row = FieldRow("Wie", self.who, label_width=_WIDTH)
        self._error_row = FieldRow("Fout", self.error, label_width=_WIDTH, stretch=True)
        self._doses_row = FieldRow("Telt niet", self.doses, label_width=_WIDTH)
        rows = (
            FieldRow("Soort", self.type, label_width=_WIDTH, stretch=True),
            self._who_row,
            self._error_row,
            self._doses_row,
            FieldRow("Tijdstip", self.stamps, label_width=_WIDTH, stretch=True),
            FieldRow("Adrenaline", self._dose, label_width=_WIDTH, stretch=True),
            FieldRow("Tekens", self._signs, label_width=_WIDTH, stretch=True),
            FieldRow("Behandeling", self._treatment, label_width=_WIDTH, stretch=True),
            FieldRow("Afloop", self._outcome, label_width=_WIDTH),
        )
        self.add_to_head(self._begin)
        self.body.addWidget(self._lots)
        for row in rows:
            self.body.addWidget(row)
        self.setMinimumWidth(theme.px(420))
        self.type.edited.connect(self._on_type)
        for control in (self.who, self.error, self.doses, self._outcome):
            control.edited.connect(self.edited)
        for text in (self._dose, self._signs, self._treatment):
            text.edited.connect(self.edited)
        self.stamps.edited.connect(self.edited)
        self.hide()

    def show_view(self, view: IncidentView) -> None:
        """An empty form: it began now."""
        self._view, self._began = view, view.began_at
        self._show_begin()
        if view.pupil_id is not None and view.birth_date is not None:
            name = show.list_name(view.family_name, view.given_name)
            self.set_title("Incident", f"{name} · {show.day(view.birth_date)}")
        else:
            self.set_title("Incident", "zonder leerling: alleen een prikaccident")
        lots = " · ".join(f"{one.vaccine}: {one.product}, lot {one.lot}" for one in view.doses)
        self._lots.setText(lots)
        self._lots.setVisible(bool(lots))
        self.who.set_options([Option(one.staff_id, one.name) for one in view.team])
        self.doses.set_choices(
            [
                Choice(one.record_id, f"{one.vaccine} {one.lot}", str(number))
                for number, one in enumerate(view.doses, 1)
                if not one.is_void
            ]
        )
        standing = [one.record_id for one in view.doses if not one.is_void]
        self.doses.set_values(standing if len(standing) == 1 else ())
        self.type.set_value(None if view.pupil_id else IncidentType.NEEDLESTICK.value)
        self.who.set_value(view.user)
        self.error.set_value(None)
        self._outcome.set_value(None)
        self.stamps.set_stamps(())
        for text in (self._dose, self._signs, self._treatment):
            text.set_value("")
        self._show_type()
        self.show()

    def focus_first(self) -> None:
        """The type; where it is fixed, the stamps."""
        first = self.type if self.type.is_open() else self.stamps.buttons[IncidentMark.ADRENALINE]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def entry(self) -> IncidentEntry:
        """What stands in the form."""
        assert self._began is not None  # a view is shown
        staff = self.who.value()
        return IncidentEntry(
            type=self.type.value_as(IncidentType),
            began_at=self._began,
            stamps=self.stamps.stamps(),
            adrenaline_dose=self._dose.value(),
            signs=self._signs.value(),
            treatment=self._treatment.value(),
            outcome=self._outcome.value_as(IncidentOutcome),
            staff_id=StaffId(staff) if staff else None,
            error=self.error.value_as(VaccinationError),
            dose_ids=tuple(RecordId(one) for one in self.doses.values()),
        )

    def problems(self) -> list[Problem]:
        """What the type needs before it can be saved."""
        found = []
        chosen = self.type.value_as(IncidentType)
        if chosen is None:
            found.append(Problem("Kies het soort incident.", self.type))
        if chosen is IncidentType.NEEDLESTICK and self.who.value() is None:
            found.append(Problem("Kies wie het prikaccident had.", self.who))
        if chosen is IncidentType.VACCINATION_ERROR:
            if self.error.is_open():
                found.append(Problem("Kies wat er fout ging.", self.error))
            if not self.doses.values():
                found.append(Problem("Kies de prik die niet telt.", self.doses))
        texts = (self._dose, self._signs, self._treatment)
        return found + [Problem(text.problem(), text) for text in texts if text.problem()]

    def content(self) -> dict[str, Any]:
        """For a draft."""
        return {
            "type": self.type.value(),
            "began": self._began.isoformat() if self._began else None,
            "stamps": [[one.mark.value, one.at.isoformat()] for one in self.stamps.stamps()],
            "dose": self._dose.value(),
            "signs": self._signs.value(),
            "treatment": self._treatment.value(),
            "outcome": self._outcome.value(),
            "who": self.who.value(),
            "error": self.error.value(),
            "doses": list(self.doses.values()),
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From a draft: also the hour at which it began."""
        self.type.set_value(content["type"])
        if content["began"]:
            self._began = datetime.fromisoformat(content["began"])
        self.stamps.set_stamps(
            tuple(
                Stamp(mark=IncidentMark(mark), at=datetime.fromisoformat(at))
                for mark, at in content["stamps"]
            )
        )
        self._dose.set_value(content["dose"])
        self._signs.set_value(content["signs"])
        self._treatment.set_value(content["treatment"])
        self._outcome.set_value(content["outcome"])
        self.who.set_value(content["who"])
        self.error.set_value(content["error"])
        known = {choice.value for choice in self.doses.choices()}
        self.doses.set_values([one for one in content["doses"] if one in known])
        self._show_begin()
        self._show_type()

    def _show_begin(self) -> None:
        began = show.to_the_second(self._began) if self._began else ""
        self._begin.setText(f"begin {began}")

    def _on_type(self) -> None:
        self._show_type()
        self.edited.emit()
        chosen = self.type.value_as(IncidentType)
        if chosen is IncidentType.VACCINATION_ERROR:
            self.error.setFocus(Qt.FocusReason.OtherFocusReason)
        elif chosen is not None:  # seconds count: the next key stamps
            self.stamps.buttons[IncidentMark.ADRENALINE].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_type(self) -> None:
        chosen = self.type.value_as(IncidentType)
        is_error = chosen is IncidentType.VACCINATION_ERROR
        self._who_row.setVisible(chosen is IncidentType.NEEDLESTICK)
        self._error_row.setVisible(is_error)
        self._doses_row.setVisible(is_error)
