"""Parts of Verontrusting: facts row by row, numbers to call, the circle, and the circle's own list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.safety import ConcernFact
from clbdesk.ids import StaffId
from clbdesk.wording import say
from ui import format as show
from ui import theme
from ui.models.list_model import Column, ListModel
from ui.pages.care_rows import EntryRow
from ui.theme import Role, Size, Weight
from ui.widgets.button import Link
from ui.widgets.card import Card
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Chip, Label
from ui.widgets.list_view import ListView
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.services.safety_concern import ConcernLine, ConcernView
    from clbdesk.standards.safety import EmergencyNumber


class FactRow(EntryRow[ConcernFact]):
    """One fact: what, literally; when, and of whom."""

    def __init__(self) -> None:
        """Text over the width, hour and source below."""
        super().__init__()
        self._text = TextEdit("Feit", limit=1000, lines=2, required=True, placeholder="letterlijk")
        self._at = TextEdit("Dag en uur", limit=60, required=True, placeholder="vandaag 10:40")
        self._source = TextEdit(
            "Bron", limit=100, required=True, placeholder="gezien bij het meten"
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        grid.addWidget(self._text, 0, 0, 1, 4)
        for place, (word, field) in enumerate((("Wanneer", self._at), ("Bron", self._source))):
            grid.addWidget(Label(word, Size.QUIET, role=Role.SECONDARY), 1, 2 * place)
            grid.addWidget(field, 1, 2 * place + 1)
        for field in (self._text, self._at, self._source):
            field.edited.connect(self.edited)

    def entry(self) -> ConcernFact:
        """What stands in the row."""
        return ConcernFact(
            text=self._text.value(), at=self._at.value(), source=self._source.value()
        )

    def set_entry(self, entry: ConcernFact) -> None:
        """Show a fact."""
        self._text.set_value(entry.text)
        self._at.set_value(entry.at)
        self._source.set_value(entry.source)

    def first(self) -> QWidget:
        """The fact itself."""
        return self._text


class YesNo(ChoiceRow):
    """Ja, nee, or not answered."""

    def __init__(self, name: str, *, required: bool = False) -> None:
        """Nothing is chosen."""
        choices = (Choice("yes", "Ja", "j"), Choice("no", "Nee", "n"))
        super().__init__(name, choices, required=required)

    def answer(self) -> bool | None:
        """None = not answered."""
        value = self.value()
        return None if value is None else value == "yes"

    def set_answer(self, answer: bool | None) -> None:
        """From what was written before, without telling anybody."""
        self.set_value(None if answer is None else "yes" if answer else "no")


class NumbersCard(Card):
    """Whom to call; large when the pupil is not safe."""

    def __init__(self) -> None:
        """Empty until `show_numbers`."""
        super().__init__("Nummers", spacing=2)
        self._first = Label(
            say("concern.first_safety"), Size.TITLE, Weight.BOLD, Role.ERROR, wrap=True
        )
        self._first.hide()
        self.body.addWidget(self._first)
        self._holder = QWidget()
        self.body.addWidget(self._holder)
        self._shown: object = None

    def show_numbers(self, numbers: tuple[EmergencyNumber, ...], *, urgent: bool) -> None:
        """One line per number; what the centre did not fill in says so."""
        if self._shown == (numbers, urgent):
            return
        self._shown = (numbers, urgent)
        self._first.setVisible(urgent)
        self.set_ground(Role.ERROR_GROUND if urgent else Role.SURFACE)
        self._holder.hide()
        self._holder.deleteLater()
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for one in numbers:
            line = QHBoxLayout()
            line.setSpacing(10)
            size = Size.FIGURE if urgent else Size.BASE
            figure = Label(one.number or "–", size, Weight.BOLD)
            figure.setMinimumWidth(theme.px(72 if urgent else 52))
            words = one.what if one.number else f"{one.what}: {say('concern.number_missing')}"
            line.addWidget(figure)
            line.addWidget(Label(words, Size.QUIET, role=Role.SECONDARY, wrap=True), 1)
            column.addLayout(line)
        if not all(one.is_signed for one in numbers):
            column.addWidget(Chip("Te bevestigen", Role.ATTENTION, "signature", outline=True))
        self.body.addWidget(self._holder)


class CircleCard(Card):
    """Who reads it. `edited()` when somebody was added or taken out."""

    edited = Signal()

    def __init__(self) -> None:
        """With nobody."""
        super().__init__("Kring", spacing=4)
        self._view: ConcernView | None = None
        self._extra: list[StaffId] = []
        self._people = QWidget()
        self.add = FilteredList("Toevoegen aan de kring", width=None)
        self.add.setPlaceholderText("collega toevoegen")
        self.add.edited.connect(self._on_add)
        self.body.addWidget(self._people)
        self.body.addWidget(self.add)
        for key in ("who_reads", "others_see"):
            self.body.addWidget(
                Label(say(f"concern.{key}"), Size.SMALL, role=Role.SECONDARY, wrap=True)
            )

    def extra(self) -> tuple[StaffId, ...]:
        """Who was added beside the author and the second person."""
        return tuple(self._extra)

    def show_circle(
        self, view: ConcernView, circle: tuple[StaffId, ...], extra: tuple[StaffId, ...]
    ) -> None:
        """Names, with a way out for who was added."""
        self._view, self._extra = view, list(extra)
        self._people.hide()
        self._people.deleteLater()
        self._people = QWidget()
        column = QVBoxLayout(self._people)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for staff_id in circle:
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(Label(view.name_of(staff_id), weight=Weight.SEMIBOLD), 1)
            if staff_id in self._extra:
                away = Link("uit de kring", about=view.name_of(staff_id))
                away.clicked.connect(partial(self._take_out, staff_id))
                line.addWidget(away)
            column.addLayout(line)
        if len(view.members) < 2:
            column.addWidget(
                Label(say("concern.no_others"), Size.QUIET, role=Role.SECONDARY, wrap=True)
            )
        layout = self.body
        layout.insertWidget(0, self._people)
        others = [one for one in view.members if one.staff_id not in circle]
        self.add.set_options([Option(one.staff_id, one.name) for one in others])
        self.add.setVisible(bool(others))

    def _on_add(self) -> None:
        chosen = self.add.value()
        if chosen is not None and not self.add.is_listing():
            self._extra.append(StaffId(chosen))
            self.add.set_value(None)
            self.edited.emit()

    def _take_out(self, staff_id: StaffId, _on: bool = False) -> None:
        self._extra.remove(staff_id)
        self.edited.emit()


class ConcernList(Card):
    """The concerns of whose circle this user is. `opened(RecordId)`.

    `unsent`: what the circle did not get yet, for the top of the page.
    """

    opened = Signal(str)

    def __init__(self) -> None:
        """Empty until `show_lines`."""
        super().__init__("Mijn kring", spacing=4)
        self._model: ListModel[ConcernLine] = ListModel(
            (
                Column("Leerling", 0, lambda row: TextCell(row.pupil, Weight.SEMIBOLD)),
                Column(
                    "Opnieuw bekijken", 132, lambda row: TextCell(show.short_day(row.review_on))
                ),
                Column("", 112, _state),
            ),
            lambda row: row.record_id,
        )
        self.list = ListView("Verontrustingen van mijn kring", self._model, row_height=32)
        self.list.opened.connect(lambda row: self.opened.emit(self._model.row(row).record_id))
        self._none = Label(say("concern.empty"), role=Role.SECONDARY, wrap=True)
        self.unsent = Label("", role=Role.ATTENTION, wrap=True)
        self.body.addWidget(self._none)
        self.body.addWidget(self.list)
        self.unsent.hide()

    def show_lines(self, lines: tuple[ConcernLine, ...], waiting: int) -> None:
        """Those that can be opened, by the day they are looked at again.

        `waiting`: everything that goes out with the next synchronisation.
        """
        sentences = []
        if any(one.is_apart for one in lines):
            sentences.append(say("concern.apart"))
        if any(one.is_waiting for one in lines):
            count = show.counted(waiting, "wijziging", "wijzigingen")
            sentences.append(say("concern.waiting", count=count))
        self.unsent.setText("\n".join(sentences))
        self.unsent.setVisible(bool(sentences))
        self._model.show_rows(list(lines))
        self.list.setFixedHeight(self.list.height_of_all() + 2)
        self.list.setVisible(bool(lines))
        self._none.setVisible(not lines)


def _state(row: ConcernLine) -> StateCell:
    if row.is_apart:
        return StateCell("alert-triangle", say("concern.kept_apart"), Role.ATTENTION)
    if row.is_waiting:
        return StateCell("cloud-off", say("concern.not_sent"), Role.ATTENTION)
    if row.is_closed:
        return StateCell("check", say("concern.closed"), Role.SECONDARY)
    if row.is_due:
        return StateCell("clock", say("concern.due"), Role.ATTENTION)
    if row.is_alone:
        return StateCell("alert-triangle", say("concern.alone"), Role.ATTENTION)
    return StateCell("lock", "kring", Role.ACCENT)
