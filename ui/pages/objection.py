"""Verzet (P03): who objects, since when, and what became of it; until the report nobody examines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.services.objection_form import (
    ObjectionEntry,
    ObjectionView,
    missing_in,
    objection_of,
    open_objection,
    record_objection,
    view_objection,
    withdraw_objection,
)
from clbdesk.standards.objection import terms_of
from clbdesk.wording import say
from ui import format as show
from ui.bus import Severity
from ui.pages import shown
from ui.pages.base import Problem, Work
from ui.pages.form_values import put_values
from ui.pages.pupil_form import PupilForm
from ui.pages.reason_strip import ReasonStrip
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Chip, Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from clbdesk.services.outcome import Outcome
    from clbdesk.services.records import Saved
    from ui.pages.pupil_form import Reading

_RIGHT = 446
_LABELS = 176


class ObjectionPage(PupilForm):
    """One form for the letter and for what followed; Ctrl+Enter saves it as it stands."""

    name: ClassVar[str] = "objection"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work)
        self._view: ObjectionView | None = None
        self.received = self._date("Brief ontvangen op")
        self.by = ChoiceRow(
            "Door",
            (
                Choice(ObjectionBy.PARENT.value, "Ouder", "o"),
                Choice(ObjectionBy.PUPIL.value, "Leerling vanaf 12 jaar", "l"),
            ),
            required=True,
        )
        self.examiner = TextEdit("Gekozen arts", limit=120, placeholder="naam en plaats")
        self.model_given = self._date("Verslagmodel bezorgd op")
        self.examined = self._date("Onderzocht op")
        self.report = self._date("Verslag ontvangen op")
        self._terms = Label(wrap=True, weight=Weight.SEMIBOLD)
        self._sign = Chip(say("objection.to_confirm"), Role.ATTENTION, "signature", outline=True)
        self._reasons = ReasonStrip()
        self._withdraw = Button("Verzet intrekken…")
        self.keep_fields(
            {
                "received_on": self.received,
                "by": self.by,
                "examiner": self.examiner,
                "model_given_on": self.model_given,
                "examined_on": self.examined,
                "report_received_on": self.report,
            }
        )
        self._place()
        self._reasons.hide()
        self._reasons.chosen.connect(self._take_back)
        self._withdraw.clicked.connect(self._ask_reason)
        self.footer.add_left(self._withdraw)
        self.footer.set_primary("Verzet opslaan")
        self.footer.primary_pressed.connect(self.save)
        self.top_line.set_title("Verzet")
        self.banner.show()

    def _date(self, name: str) -> DateEdit:
        return DateEdit(name, today=self._today, lean=Lean.NEAR)

    def _place(self) -> None:
        letter = Card("Brief aan de directeur", main=True)
        followed = Card("Wat volgde", main=True)
        for card, name, control in (
            (letter, "Ontvangen op", self.received),
            (letter, "Door", self.by),
            (followed, "Gekozen arts", self.examiner),
            (followed, "Verslagmodel bezorgd", self.model_given),
            (followed, "Onderzocht op", self.examined),
            (followed, "Verslag ontvangen op", self.report),
        ):
            card.body.addWidget(_row(name, control))
        terms = Card("Termijnen")
        terms.body.addWidget(self._terms)
        terms.body.addWidget(self._sign)
        why = Label(say("objection.explained"), Size.QUIET, role=Role.SECONDARY, wrap=True)
        terms.body.addWidget(why)
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(letter)
        columns.left.addWidget(followed)
        columns.right.addWidget(terms)
        self.body.addWidget(self._reasons)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- arriving ---

    def shown(self) -> ObjectionView | None:
        """What is on the page."""
        return self._view

    def reading(self, *, again: bool) -> Reading:
        """The objection to the contact of this visit, or an empty form."""
        return view_objection if again else open_objection

    def close_open(self) -> bool:
        """Esc closes the strip that asks a reason."""
        is_open = self._reasons.isVisible()
        self._reasons.hide()
        return is_open

    def title_back(self) -> str:
        """Verzet."""
        return "Verzet"

    def show_view(self, view: ObjectionView, *, again: bool) -> None:
        """Show what was read; what is being typed stays, on what it was begun on."""
        if again and self._drafts.is_dirty:
            return
        self._view = view
        self.banner.show_pupil(shown.banner(view.pupil, view.today))
        on_visit = view.pupil.on_visit
        self._drafts.watch(view.form, on_visit.where, view.base)
        body = view.saved.body if view.saved else None
        self.received.set_value(body.received_on if body else None)
        self.by.set_value(body.by.value if body else None)
        self.examiner.set_value(body.examiner if body else "")
        self.model_given.set_value(body.model_given_on if body else None)
        self.examined.set_value(body.examined_on if body else None)
        self.report.set_value(body.report_received_on if body else None)
        if view.draft is not None:
            put_values(self._fields, view.draft.content)
        self._withdraw.setVisible(body is not None)
        self._show_terms(view)
        first = self.received if body is None else self.examiner
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_terms(self, view: ObjectionView) -> None:
        terms = view.terms
        self._sign.setVisible(terms is not None and not terms.is_signed)
        if terms is None or view.saved is None:
            self._terms.setText(say("objection.no_terms"))
            return
        body = view.saved.body
        lines = []
        if body.examined_on is None:
            lines.append(_term("objection.examine_by", terms.examined_by, view.today))
        elif terms.reported_by is not None and body.report_received_on is None:
            lines.append(_term("objection.report_by", terms.reported_by, view.today))
        self._terms.setText("\n".join(lines) or say("objection.terms_met"))

    # --- saving ---

    def save(self) -> None:
        """Note what stands in the form."""
        view = self._view
        if view is None:
            return
        entry = self._entry()
        dates = (self.received, self.model_given, self.examined, self.report)
        problems = [Problem(text, field) for field in dates if (text := field.problem())]
        problems += [Problem(say(key), self._fields[name]) for name, key in missing_in(view, entry)]
        if problems:
            self.show_problems(problems)
            return
        body = objection_of(view, entry)
        call = partial(record_objection, self.work.desk, view, body)
        self._drafts.record(call, partial(self._on_saved, body))

    def _entry(self) -> ObjectionEntry:
        return ObjectionEntry(
            received_on=self.received.day(),
            by=self.by.value_as(ObjectionBy),
            examiner=self.examiner.value(),
            model_given_on=self.model_given.day(),
            examined_on=self.examined.day(),
            report_received_on=self.report.day(),
        )

    def _on_saved(self, body: Objection, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        if body.report_received_on is not None:
            text = say("objection.report_saved", name=self._name(), examiner=body.examiner)
        else:
            last = show.day(terms_of(body).examined_by)
            text = say("objection.saved", name=self._name(), day=last)
        self.say(text, Severity.OK)

    def _name(self) -> str:
        assert self._view is not None
        pupil = self._view.pupil.on_visit.pupil
        return show.full_name(pupil.family_name, pupil.given_name)

    # --- taking back ---

    def _ask_reason(self) -> None:
        self._reasons.ask("withdraw")

    def _take_back(self, _purpose: str, reason: str) -> None:
        self._reasons.hide()
        view = self._view
        if view is not None and view.saved is not None:
            call = partial(withdraw_objection, self.work.desk, view, reason)
            self._drafts.drop(lambda: self.ask(call, self._on_taken_back))

    def _on_taken_back(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("objection.withdrawn", name=self._name()), Severity.OK)

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())


def _row(name: str, control: QWidget) -> FieldRow:
    return FieldRow(name, control, label_width=_LABELS, stretch=isinstance(control, TextEdit))


def _term(key: str, last: date, today: date) -> str:
    text = say(key, day=show.day(last))
    return f"{text} {say('objection.overdue')}" if today > last else text
