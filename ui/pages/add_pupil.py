"""Leerling toevoegen: the form over the class list, with who it may be already listed first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.people import Sex
from clbdesk.services.provisional import (
    NewPupil,
    SimilarPupil,
    add_pupil,
    find_similar,
    put_on_list,
)
from clbdesk.wording import say
from ui import format as show
from ui.pages.base import Problem
from ui.theme import Role
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Chip, Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.ids import VisitId
    from ui.pages.base import Page

_LABELS = 136


class AddPupilCard(Card):
    """`listed(pupil_id)`: it is one who stands on the list already. `added(sentence, outcome)`."""

    listed = Signal(str)
    added = Signal(str, object)

    def __init__(self, page: Page) -> None:
        """Empty. `page`: whose desk, thread and messages are used."""
        super().__init__("Leerling toevoegen", main=True)
        self._page = page
        self._visit_id: VisitId | None = None
        self.add_to_head(Chip("wordt aan het centrum herkend", Role.ATTENTION, "help"))
        self.family = TextEdit("Familienaam", limit=80, required=True)
        self.given = TextEdit("Voornaam", limit=80, required=True)
        self.born = DateEdit(
            "Geboortedatum",
            today=partial(_today, page),
            lean=Lean.PAST,
            required=True,
            no_later_than_today=True,
        )
        self._sex = ChoiceRow(
            "Geslacht",
            (
                Choice(Sex.FEMALE.value, "Vrouw", "v"),
                Choice(Sex.MALE.value, "Man", "m"),
                Choice(Sex.UNKNOWN.value, "Onbekend", "o"),
            ),
            required=True,
        )
        self._class = ChoiceRow("Klas", (), required=True)
        self._rows = tuple(
            (FieldRow(name, control, label_width=_LABELS), control, problem)
            for name, control, problem in (
                ("Familienaam", self.family, "Vul de familienaam in."),
                ("Voornaam", self.given, "Vul de voornaam in."),
                ("Geboortedatum", self.born, "Vul de geboortedatum in."),
                ("Geslacht", self._sex, "Kies het geslacht."),
                ("Klas", self._class, "Kies de klas."),
            )
        )
        self._similar = QVBoxLayout()
        self._similar.setSpacing(4)
        holder = QWidget()
        holder.setLayout(self._similar)
        self._similar.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(holder)
        for row, _control, _problem in self._rows:
            self.body.addWidget(row)
        for control in (self.family, self.given, self.born):
            control.left.connect(self._look)

    def ask(self, visit_id: VisitId, classes: tuple[str, ...], chosen: str | None) -> None:
        """Begin anew."""
        self._visit_id = visit_id
        self.family.set_value("")
        self.given.set_value("")
        self.born.set_value(None)
        self._sex.set_value(None)
        self._class.set_choices(tuple(Choice(name, name) for name in classes))
        self._class.set_value(chosen)
        self._show_similar(())
        for row, _control, _problem in self._rows:
            row.set_error("")
        self.family.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_similar(self, found: tuple[SimilarPupil, ...]) -> None:
        """Whoever it may be, each with a button that says so."""
        while (item := self._similar.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for one in found:
            self._similar.addWidget(self._question(one))

    def _question(self, one: SimilarPupil) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        name = show.list_name(one.family_name, one.given_name)
        words = ", ".join(part for part in (show.day(one.birth_date), one.class_name) if part)
        question = say("class_list.similar", name=name, words=words)
        row.addWidget(Label(question, role=Role.ATTENTION, wrap=True), 1)
        same = Button("Zelfde leerling", height=36)
        same.setAccessibleDescription(name)
        same.clicked.connect(partial(self._on_same, one))
        row.addWidget(same)
        return made

    # --- looking, adding ---

    def _look(self) -> None:
        family, given = self.family.value(), self.given.value()
        if self._visit_id is not None and family and given:
            born = self.born.day()
            call = partial(find_similar, self._page.work.desk, self._visit_id, family, given, born)
            self._page.ask(call, self._show_similar)

    def _on_same(self, one: SimilarPupil) -> None:
        if self._visit_id is None or one.on_list:
            self.listed.emit(one.pupil_id)
            return
        where = self._class.value() or one.class_name
        call = partial(put_on_list, self._page.work.desk, self._visit_id, one.pupil_id, where)
        name = show.full_name(one.family_name, one.given_name)
        sentence = say("class_list.joined", name=name, where=where)
        self._page.ask(call, partial(self.added.emit, sentence))

    def confirm(self) -> None:
        """The primary button of the page: add the pupil when nothing is missing."""
        problems = self._problems()
        if problems:
            self._page.show_problems(problems)
            return
        new = self._answer()
        if new is None or self._visit_id is None:
            return
        name = show.full_name(new.family_name, new.given_name)
        sentence = say("class_list.added", name=name, where=new.class_name)
        call = partial(add_pupil, self._page.work.desk, self._visit_id, new)
        self._page.ask(call, partial(self.added.emit, sentence))

    def _problems(self) -> list[Problem]:
        found = []
        for row, control, missing in self._rows:
            text = control.problem() or (missing if control.is_open() else "")
            row.set_error(text)
            if text:
                found.append(Problem(text, control))
        return found

    def _answer(self) -> NewPupil | None:
        born, sex, class_name = self.born.day(), self._sex.value_as(Sex), self._class.value()
        if born is None or sex is None or class_name is None:
            return None
        return NewPupil(self.family.value(), self.given.value(), born, sex, class_name)


def _today(page: Page) -> date:
    return local_day(page.work.desk.clock.now())
