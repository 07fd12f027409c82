"""P17 Inzage voorbereiden: for whom, in which way; what is given and what falls out, and the bundle."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.capacity import Relationship
from clbdesk.domain.disclosing import AccessWay, Requester
from clbdesk.services.access_request import (
    AccessView,
    Asked,
    Bundle,
    Weighed,
    access_form,
    make_bundle,
    open_access,
    view_access,
    weigh,
)
from clbdesk.standards.retention import working_days_after
from clbdesk.wording import label, say
from ui import format as show
from ui.bus import Act, Severity
from ui.models.list_model import Column, ListModel
from ui.pages import shown
from ui.pages.base import Destination, Problem, Work
from ui.pages.capacity_words import who_decides
from ui.pages.form_values import put_values
from ui.pages.print_dialog import ask_printer
from ui.pages.pupil_form import PupilForm
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.list_view import ListView
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.domain.disclosing import AccessRequest
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.reading import Standing
    from ui.pages.form_values import Field
    from ui.pages.pupil_form import Reading

_LEFT = 520
_LABELS = 120
_PARENTS = frozenset({Requester.MOTHER, Requester.FATHER, Requester.LEGAL_GUARDIAN})
_REQUESTERS = (
    Choice(Requester.PUPIL.value, "Leerling", "l"),
    Choice(Requester.MOTHER.value, "Moeder", "m"),
    Choice(Requester.FATHER.value, "Vader", "v"),
    Choice(Requester.LEGAL_GUARDIAN.value, "Voogd", "o"),
    Choice(Requester.CONFIDANT.value, "Vertrouwenspersoon", "e"),
)
_WAYS = (
    Choice(AccessWay.VIEWING.value, "Inzage", "i"),
    Choice(AccessWay.TALK.value, "Gesprek", "g"),
    Choice(AccessWay.REPORT.value, "Rapport", "r"),
    Choice(AccessWay.COPY.value, "Afschrift", "a"),
)


class AccessRequestPage(PupilForm):
    """The form at the left; at the right every item with what stands against giving it."""

    name: ClassVar[str] = "access_request"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work)
        self._view: AccessView | None = None
        self.requester = ChoiceRow("Voor wie", _REQUESTERS, required=True, columns=2)
        self.person = TextEdit("Naam", limit=120, required=True)
        self.way = ChoiceRow("Wijze", _WAYS, required=True)
        self.received = DateEdit(
            "Gevraagd op",
            today=self._today,
            lean=Lean.PAST,
            required=True,
            no_later_than_today=True,
        )
        self.permission = TextEdit("Toestemming van de leerling", limit=300, lines=2)
        self.weighed = TickBox("Belang van de leerling afgewogen")
        self.signed = TickBox("Gezondheidsdeel meegeven, samen met mij als CLB-arts")
        self._earlier_model: ListModel[Standing[AccessRequest]] = ListModel(
            _earlier_columns(), lambda one: one.record_id
        )
        self.earlier = ListView("Eerder gevraagd", self._earlier_model, row_height=32)
        self.earlier.opened.connect(self._take_over)
        self._earlier_card = Card("Eerder gevraagd", "Enter neemt over")
        self._due = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._who = Label("", wrap=True)
        self._model: ListModel[Weighed] = ListModel(_columns(), lambda one: one.text.record_id)
        self.list = ListView("Onderdelen", self._model, row_height=32)
        self._count = Label("", weight=Weight.SEMIBOLD, wrap=True)
        self._items = Card("Wat gegeven wordt", main=True)
        self._permission_row = FieldRow(
            "Toestemming", self.permission, label_width=_LABELS, stretch=True
        )
        fields: dict[str, Field] = {
            "requester": self.requester,
            "person": self.person,
            "way": self.way,
            "received": self.received,
            "permission": self.permission,
            "weighed": self.weighed,
        }
        self.keep_fields(fields)
        self._place()
        for control in (self.requester, self.way, self.permission, self.weighed, self.signed):
            control.edited.connect(self.look)
        self.requester.edited.connect(self._name_the_person)
        self.received.edited.connect(self._show_due)
        self._decides = Button("Wie beslist…")
        self._decides.clicked.connect(lambda _on: self._to("capacity"))
        self.footer.add_left(self._decides)
        self.footer.set_primary("Bundel maken")
        self.footer.primary_pressed.connect(self.make)
        self.banner.show()

    def _place(self) -> None:
        form = Card("Inzage voorbereiden", main=True)
        form.body.addWidget(self._who)
        for name, control in (
            ("Voor wie", self.requester),
            ("Naam", self.person),
            ("Wijze", self.way),
            ("Gevraagd op", self.received),
        ):
            stretch = control is self.person
            form.body.addWidget(FieldRow(name, control, label_width=_LABELS, stretch=stretch))
        form.body.addWidget(self._due)
        form.body.addWidget(self._permission_row)
        form.body.addWidget(self.weighed)
        form.body.addWidget(self.signed)
        self._items.body.addWidget(self._count)
        self._items.body.addWidget(self.list)
        note = Label(say("access.staff_only"), Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._items.body.addWidget(note)
        columns = Columns(left_width=_LEFT)
        columns.left.addWidget(form)
        columns.left.addStretch(1)
        self._earlier_card.body.addWidget(self.earlier)
        columns.left.addWidget(self._earlier_card)
        columns.right.addWidget(self._items)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- arriving ---

    def shown(self) -> AccessView | None:
        """What is on the page."""
        return self._view

    def reading(self, *, again: bool) -> Reading:
        """Everything the page shows."""
        return view_access if again else open_access

    def title_back(self) -> str:
        """Inzage."""
        return "Inzage"

    def show_view(self, view: AccessView, *, again: bool) -> None:
        """Show what was read; a form that is being typed stays."""
        self._view = view
        self.banner.show_pupil(shown.banner(view.pupil, view.today))
        self.top_line.set_title("Inzage voorbereiden")
        given_name = view.pupil.on_visit.pupil.given_name
        self._who.setText(who_decides(view.capacity, given_name, view.today))
        self.signed.setVisible(view.may_sign)
        if not again:
            put_values(self._fields, view.draft.content if view.draft else "{}")
            if self.received.day() is None:
                self.received.set_value(view.today)
            pupil_id = view.pupil.on_visit.pupil_id
            self._drafts.watch(access_form(pupil_id), view.pupil.on_visit.where, ())
            self.signed.set_value(view.may_sign)
            self.requester.setFocus(Qt.FocusReason.OtherFocusReason)
        self._earlier_model.show_rows(view.requests)
        self._earlier_card.setVisible(bool(view.requests))
        self.earlier.setFixedHeight(self.earlier.height_of_all() + 2)
        self._show_due()
        self.look()

    def _show_due(self) -> None:
        """The last day of the term, from the day of asking."""
        received = self.received.day() or self._today()
        due = working_days_after(received, "INZ-1")
        self._due.setText(say("access.due", day=show.weekday(due)))

    def _take_over(self, position: int) -> None:
        """What was asked before, as the form: so a doctor completes what a nurse prepared."""
        body = self._earlier_model.row(position).body
        self.requester.set_value(body.requester.value)
        self.person.set_value(body.requester_name)
        self.way.set_value(body.way.value)
        self.received.set_value(body.received_on)
        self.permission.set_value(body.permission)
        self.weighed.set_value(body.weighed)
        self._drafts.touched()
        self._show_due()
        self.look()

    def _name_the_person(self) -> None:
        """Who was noted before is filled in; somebody else can be typed over it."""
        view, requester = self._view, self.requester.value_as(Requester)
        if view is None or requester is None:
            return
        if requester is Requester.PUPIL:
            pupil = view.pupil.on_visit.pupil
            self.person.set_value(show.full_name(pupil.family_name, pupil.given_name))
            return
        known = view.capacity.person(Relationship(requester.value))
        self.person.set_value(known.body.name if known else "")

    # --- weighing ---

    def look(self) -> None:
        """Weigh every item again for what is chosen now."""
        view, requester = self._view, self.requester.value_as(Requester)
        parent_of_competent = view is not None and view.capacity.competent and requester in _PARENTS
        self._permission_row.setVisible(parent_of_competent)
        self.weighed.setVisible(parent_of_competent)
        self._items.setVisible(requester is not None)
        asked = self._asked()
        if view is not None and asked is not None:
            call = partial(weigh, self.work.desk, view.pupil.on_visit.pupil_id, asked)
            self.ask(call, self._show_weighed)

    def _asked(self) -> Asked | None:
        view, requester = self._view, self.requester.value_as(Requester)
        if view is None or requester is None:
            return None
        by_parent = self._permission_row.isVisibleTo(self)
        return Asked(
            requester=requester,
            name=self.person.value(),
            way=self.way.value_as(AccessWay) or AccessWay.VIEWING,
            received_on=self.received.day() or view.today,
            permission=self.permission.value() if by_parent else "",
            weighed=self.weighed.value() and by_parent,
            signed=self.signed.value() and view.may_sign,
        )

    def _show_weighed(self, found: tuple[Weighed, ...]) -> None:
        self._model.show_rows(found)
        self.list.setFixedHeight(self.list.height_of_all() + 2)
        given = sum(not one.against for one in found)
        counted = show.counted(given, "onderdeel wordt", "onderdelen worden")
        fall_out = show.counted(len(found) - given, "valt weg", "vallen weg")
        self._count.setText(say("access.counted", given=counted, left_out=fall_out))

    # --- the bundle ---

    def make(self) -> None:
        """Ctrl+Enter: the bundle, when nothing is missing."""
        view, asked = self._view, self._asked()
        problems = self._problems()
        if problems or view is None or asked is None:
            self.show_problems(problems)
            return
        call = partial(make_bundle, self.work.desk, view.pupil.on_visit.pupil_id, asked)
        self._drafts.record(call, self._on_bundle)

    def _problems(self) -> list[Problem]:
        found = [
            Problem(text, control)
            for control, text in (
                (self.requester, "Kies voor wie."),
                (self.person, "Vul de naam in."),
                (self.way, "Kies de wijze."),
                (self.received, "Vul in wanneer het gevraagd is."),
            )
            if control.is_open()
        ]
        if wrong := self.received.problem():
            found.append(Problem(wrong, self.received))
        return found

    def _on_bundle(self, outcome: Outcome[Bundle]) -> None:
        self._drafts.stop()
        self.work.bus.changed.emit(outcome.changes)
        given = sum(not one.against for one in self._model.rows())
        sentence = say("access.made", name=self.person.value(), given=given)
        printed = outcome.value.printed
        self.say(sentence, Severity.OK, Act("Afdrukken", lambda: self._print(printed.pdf)))

    def _print(self, pdf: bytes) -> None:
        key = ask_printer(self, pdf)
        if key:
            self.say(say(key), Severity.OK if key.endswith("printed") else Severity.ERROR)

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())

    def _to(self, page: str) -> None:
        if self._view is not None:
            at = self._view.pupil.on_visit
            self.go(Destination(page, at.visit_id, at.pupil_id))


def _earlier_columns() -> tuple[Column[Standing[AccessRequest]], ...]:
    return (
        Column(
            "Gevraagd",
            108,
            lambda one: TextCell(show.day(one.body.received_on), role=Role.SECONDARY),
        ),
        Column("Voor", 0, lambda one: TextCell(one.body.requester_name, Weight.SEMIBOLD)),
        Column("Gezondheid", 176, _signed_cell),
    )


def _signed_cell(one: Standing[AccessRequest]) -> StateCell:
    if one.body.signed_by is None:
        return StateCell("stethoscope", "zonder CLB-arts", Role.ATTENTION)
    return StateCell("check", "met CLB-arts", Role.OK)


def _columns() -> tuple[Column[Weighed], ...]:
    return (
        Column("Datum", 108, lambda one: TextCell(show.day(one.text.row.on), role=Role.SECONDARY)),
        Column("Onderdeel", 0, _word_cell),
        Column("Voor deze aanvrager", 300, _state_cell),
    )


def _word_cell(one: Weighed) -> TextCell:
    row = one.text.row
    return TextCell(f"{row.word} · {row.about}" if row.about else row.word, Weight.SEMIBOLD)


def _state_cell(one: Weighed) -> StateCell:
    if not one.against:
        return StateCell("check", "wordt gegeven", Role.OK)
    return StateCell("minus", f"valt weg: {label(one.against[0])}", Role.SECONDARY)
