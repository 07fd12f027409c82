"""From when to when, what kind of meeting, who leads and who writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from clbdesk.domain.care import MeetingKind
from clbdesk.services.care_entry import Mark, MeetingEntry, ParticipantEntry
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import TimeEdit
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

_KINDS = (
    Choice(MeetingKind.CARE_MEETING.value, "Zorgoverleg", "z"),
    Choice(MeetingKind.GUIDANCE_CELL.value, "Cel", "c"),
    Choice(MeetingKind.MDO.value, "MDO", "m"),
    Choice(MeetingKind.AD_HOC.value, "Ad hoc", "a"),
    Choice(MeetingKind.TELEPHONE.value, "Telefonisch", "t"),
)


class HoursCard(Card):
    """The frame of the meeting. `edited()` by the user."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty."""
        super().__init__(spacing=10)
        self.start = TimeEdit("Van", required=True)
        self.end = TimeEdit("Tot")
        self._length = Label("", Size.QUIET, role=Role.SECONDARY)
        self.kind = ChoiceRow("Soort", _KINDS, required=True, padding=11)
        self._chair = FilteredList("Voorzitter", width=208)
        self.note_taker = FilteredList("Verslaggever", width=208, required=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        hours = QHBoxLayout()
        hours.setSpacing(12)
        for part in (self.start, Label("tot"), self.end, self._length):
            hours.addWidget(part)
        hours.addStretch(1)
        people = QHBoxLayout()
        people.setSpacing(12)
        for who in (self._chair, Label("Verslaggever"), self.note_taker):
            people.addWidget(who)
        people.addStretch(1)
        grid.addWidget(Label("Van"), 0, 0)
        grid.addLayout(hours, 0, 1)
        grid.addWidget(Label("Soort"), 1, 0)
        grid.addWidget(self.kind, 1, 1)
        grid.addWidget(Label("Voorzitter"), 2, 0)
        grid.addLayout(people, 2, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        for control in (self.start, self.end, self.kind, self._chair, self.note_taker):
            control.edited.connect(self._on_edited)

    def show_entry(self, entry: MeetingEntry) -> None:
        """Hours, kind and roles of a form."""
        self.start.setText(entry.start_text)
        self.end.setText(entry.end_text)
        self.kind.set_value(entry.kind.value if entry.kind else None)
        self.set_people([one.name for one in entry.at_table()])
        self._chair.set_value(entry.chair or None)
        self.note_taker.set_value(entry.note_taker or None)
        self._show_length()

    def entry(self, people: tuple[ParticipantEntry, ...], marks: dict[str, Mark]) -> MeetingEntry:
        """The whole form of the meeting."""
        return MeetingEntry(
            kind=self.kind.value_as(MeetingKind),
            start=self.start.value(),
            start_text=self.start.text(),
            end=self.end.value(),
            end_text=self.end.text(),
            chair=self._chair.value() or "",
            note_taker=self.note_taker.value() or "",
            participants=people,
            marks=marks,
        )

    def set_people(self, names: Sequence[str]) -> None:
        """Who can lead and who can write: whoever sits at the table."""
        options = [Option(name, name) for name in dict.fromkeys(names)]
        for field in (self._chair, self.note_taker):
            if field.options() != tuple(options):
                field.set_options(options)

    def set_editable(self, on: bool) -> None:
        """Fields, or what is recorded."""
        for field in (self.start, self.end, self._chair, self.note_taker):
            field.setReadOnly(not on)
        self.kind.setEnabled(on)

    def problem(self) -> tuple[str, QWidget] | None:
        """An hour that cannot be read, or a name that is not in the list."""
        for field in (self.start, self.end, self._chair, self.note_taker):
            if field.problem():
                return field.problem(), field
        return None

    def field_of(self, problem: str) -> QWidget | None:
        """Where something that is missing is put right; None when it is not here."""
        fields: dict[str, QWidget] = {
            "start": self.start,
            "end": self.end,
            "order": self.end,
            "kind": self.kind,
            "note_taker": self.note_taker,
        }
        return fields.get(problem)

    def _on_edited(self) -> None:
        self._show_length()
        self.edited.emit()

    def _show_length(self) -> None:
        start, end = self.start.value(), self.end.value()
        minutes = 0
        if start and end:
            minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
        self._length.setText(f"{minutes} minuten" if minutes > 0 else "")
