"""P17 Mededeling aan school: the exact text, who agreed, to whom it goes; and taking consent back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.disclosing import AgreedBy, AgreedHow, MessageChannel, MessageException
from clbdesk.services.school_message import (
    Told,
    open_messages,
    tell_school,
    view_messages,
    withdraw_consent,
)
from clbdesk.wording import label, say
from ui import format as show
from ui.bus import Severity
from ui.models.list_model import Column, ListModel
from ui.pages import shown
from ui.pages.base import Destination, Problem, Work
from ui.pages.capacity_words import who_decides
from ui.pages.form_values import put_values
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
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from clbdesk.domain.disclosing import SchoolMessage
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.reading import Standing
    from clbdesk.services.records import Saved
    from clbdesk.services.school_message import MessagesView
    from ui.pages.form_values import Field
    from ui.pages.pupil_form import Reading

_RIGHT = 446
_LABELS = 120


class SchoolMessagePage(PupilForm):
    """The form at the left, earlier messages at the right."""

    name: ClassVar[str] = "school_message"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work)
        self._view: MessagesView | None = None
        self.text = TextEdit("Tekst", limit=2000, lines=4, required=True)
        self.recipient = TextEdit("Ontvanger", limit=120, required=True)
        self.function = TextEdit("Functie", limit=80, required=True)
        self.channel = ChoiceRow("Kanaal", _choices(MessageChannel, "gtbm"), required=True)
        self.agreed_by = ChoiceRow("Toestemming door", _choices(AgreedBy, "lmvo"))
        self.agreed_how = ChoiceRow("Wijze", _choices(AgreedHow, "ms"))
        self.until = DateEdit("Geldig tot", today=self._today, lean=Lean.FUTURE)
        self.exception = ChoiceRow("Uitzondering", _choices(MessageException, "vlpc"), columns=2)
        self.reason = TextEdit("Reden van de uitzondering", limit=300)
        self._who = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._model: ListModel[Standing[SchoolMessage]] = ListModel(
            _columns(), lambda one: one.record_id
        )
        self.list = ListView("Mededelingen", self._model, row_height=44)
        self.list.current_changed.connect(lambda _row: self._show_chosen())
        self._none = Label(say("access.no_messages"), role=Role.SECONDARY, wrap=True)
        self._chosen = Label("", wrap=True)
        self._consent = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        fields: dict[str, Field] = {
            "text": self.text,
            "recipient": self.recipient,
            "function": self.function,
            "channel": self.channel,
            "agreed_by": self.agreed_by,
            "agreed_how": self.agreed_how,
            "until": self.until,
            "exception": self.exception,
            "reason": self.reason,
        }
        self.keep_fields(fields)
        self._place()
        self._take_back = Button("Toestemming intrekken")
        self._take_back.clicked.connect(lambda _on: self.take_back())
        self.footer.add_left(self._take_back)
        self.footer.set_primary("Opslaan")
        self.footer.primary_pressed.connect(self.save)
        self.banner.show()

    def _place(self) -> None:
        form = Card("Mededeling aan school", say("access.head_reads"), main=True)
        form.body.addWidget(self._who)
        for name, control in (
            ("Tekst", self.text),
            ("Ontvanger", self.recipient),
            ("Functie", self.function),
            ("Kanaal", self.channel),
            ("Toestemming", self.agreed_by),
            ("Wijze", self.agreed_how),
            ("Geldig tot", self.until),
            ("Uitzondering", self.exception),
            ("Reden", self.reason),
        ):
            form.body.addWidget(_row(name, control))
        earlier = Card("Eerder meegedeeld")
        earlier.body.addWidget(self._none)
        earlier.body.addWidget(self.list)
        earlier.body.addWidget(self._chosen)
        earlier.body.addWidget(self._consent)
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(form)
        columns.right.addWidget(earlier)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The messages of a pupil; a new one begins empty."""
        super().arrive(to)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown(self) -> MessagesView | None:
        """What is on the page."""
        return self._view

    def reading(self, *, again: bool) -> Reading:
        """Everything the page shows."""
        return view_messages if again else open_messages

    def title_back(self) -> str:
        """Mededeling."""
        return "Mededeling"

    def show_view(self, view: MessagesView, *, again: bool) -> None:
        """Show what was read; a form that is being typed stays."""
        self._view = view
        self.banner.show_pupil(shown.banner(view.pupil, view.today))
        self.top_line.set_title("Mededeling aan school", view.pupil.school)
        given_name = view.pupil.on_visit.pupil.given_name
        self._who.setText(who_decides(view.capacity, given_name, view.today))
        self._model.show_rows(view.messages)
        self._none.setVisible(not view.messages)
        self.list.setVisible(bool(view.messages))
        self.list.setFixedHeight(self.list.height_of_all() + 2)
        if view.messages:
            self.list.go_to(0)
        if not again:
            put_values(self._fields, view.draft.content if view.draft else "{}")
            on_visit = view.pupil.on_visit
            self._drafts.watch(on_visit.form("school_message"), on_visit.where, ())
        self._show_chosen()

    def _current(self) -> Standing[SchoolMessage] | None:
        at = self.list.current()
        return self._model.row(at) if 0 <= at < self._model.rowCount() else None

    def _show_chosen(self) -> None:
        one = self._current()
        self._chosen.setText(one.body.text if one else "")
        self._chosen.setVisible(one is not None)
        self._consent.setText(_consent_words(one.body) if one else "")
        self._consent.setVisible(one is not None)
        stands = one is not None and one.body.agreed_by is not None
        self._take_back.setVisible(stands and one is not None and one.body.withdrawn_on is None)

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: the message, when nothing is missing."""
        view = self._view
        channel = self.channel.value_as(MessageChannel)
        problems = [
            Problem(text, control)
            for control, text in (
                (self.text, "Vul de tekst in."),
                (self.recipient, "Vul de ontvanger in."),
                (self.function, "Vul de functie in."),
                (self.channel, "Kies het kanaal."),
            )
            if control.is_open()
        ]
        if wrong := self.until.problem():
            problems.append(Problem(wrong, self.until))
        if problems or view is None or channel is None:
            self.show_problems(problems)
            return
        told = Told(
            text=self.text.value(),
            recipient=self.recipient.value(),
            recipient_function=self.function.value(),
            channel=channel,
            agreed_by=self.agreed_by.value_as(AgreedBy),
            agreed_how=self.agreed_how.value_as(AgreedHow),
            valid_until=self.until.day(),
            exception=self.exception.value_as(MessageException),
            exception_reason=self.reason.value(),
        )
        call = partial(tell_school, self.work.desk, view.pupil.on_visit, told)
        self._drafts.record(call, self._on_told)

    def _on_told(self, outcome: Outcome[Saved]) -> None:
        self._drafts.stop()
        put_values(self._fields, "{}")
        self.work.bus.changed.emit(outcome.changes)
        if self._view is not None:
            pupil = self._view.pupil.on_visit.pupil
            name = show.full_name(pupil.family_name, pupil.given_name)
            self.say(say("access.told", name=name), Severity.OK)

    def take_back(self) -> None:
        """The consent under the chosen message."""
        one = self._current()
        if one is not None:
            self.ask(partial(withdraw_consent, self.work.desk, one.record_id), self._on_taken_back)

    def _on_taken_back(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("access.consent_taken_back"), Severity.OK)

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())


def _choices(
    words: type[MessageChannel | AgreedBy | AgreedHow | MessageException], letters: str
) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.value, label(one).capitalize(), letter)
        for one, letter in zip(words, letters, strict=True)
    )


def _row(name: str, control: QWidget) -> FieldRow:
    return FieldRow(name, control, label_width=_LABELS, stretch=isinstance(control, TextEdit))


def _consent_words(body: SchoolMessage) -> str:
    parts = []
    if body.exception is not None:
        words = say(
            "access.exception_line", word=label(body.exception), reason=body.exception_reason
        )
        parts.append(words)
    elif body.agreed_by is not None and body.agreed_how is not None:
        on = show.day(body.agreed_on or body.told_on)
        who, how = label(body.agreed_by), label(body.agreed_how)
        parts.append(say("access.agreed_line", who=who, how=how, day=on))
    if body.valid_until is not None:
        parts.append(say("access.until_line", day=show.day(body.valid_until)))
    if body.withdrawn_on is not None:
        parts.append(say("access.taken_back_line", day=show.day(body.withdrawn_on)))
    words = " · ".join(parts)
    return words[:1].upper() + words[1:]


def _columns() -> tuple[Column[Standing[SchoolMessage]], ...]:
    return (
        Column("Datum", 104, lambda one: TextCell(show.day(one.body.told_on), role=Role.SECONDARY)),
        Column("Aan", 0, lambda one: TextCell(one.body.recipient, Weight.SEMIBOLD)),
        Column("Toestemming", 128, _state_cell),
    )


def _state_cell(one: Standing[SchoolMessage]) -> StateCell:
    if one.body.withdrawn_on is not None:
        return StateCell("x", "Ingetrokken", Role.ATTENTION)
    if one.body.exception is not None:
        return StateCell("alert-triangle", "Uitzondering", Role.ATTENTION)
    return StateCell("check", label(one.body.agreed_by) if one.body.agreed_by else "", Role.OK)
