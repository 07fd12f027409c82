"""P20 Grens: where guidance by demand begins; a page, never a dialog to click away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.care_outcome import BorderBasis, BorderReason, Giver, Manner
from clbdesk.ids import PupilId
from clbdesk.services.border import (
    BorderEntry,
    competent_now,
    deciders,
    missing_at_border,
    new_border,
    open_border,
    record_transition,
    who_decides,
)
from clbdesk.services.records import Saved, withdraw
from clbdesk.wording import label, say
from ui import actions
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.care_notice import Notice
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from clbdesk.services.border import BorderView
    from clbdesk.services.outcome import Outcome

_LABEL = 152
_UNDONE = "overgang ongedaan gemaakt"
_CONSENT, _EXCEPTION, _STAY = "consent", "exception", "stay"
_CONCERN = "concern"
_REASONS = tuple(
    Choice(one.value, label(one), letter)
    for one, letter in zip(BorderReason, "dlohfa", strict=True)
)
_WAYS = (
    Choice(_CONSENT, "Toestemming", "1"),
    Choice(_EXCEPTION, "Uitzondering", "2"),
    Choice(_STAY, "Toch niet", "3"),
)
_EXCEPTIONS = (
    *(
        Choice(one.value, label(one), letter)
        for one, letter in zip(list(BorderBasis)[1:], "lsp", strict=True)
    ),
    Choice(_CONCERN, "Verontrusting", "v"),
)
_MANNERS = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Manner, "mst", strict=True)
)
_LETTERS = {Giver.PUPIL: "l", Giver.MOTHER: "m", Giver.FATHER: "v", Giver.GUARDIAN: "o"}


class BorderCheckPage(Page):
    """Reason, pupil, and one of three ways; leaving without saving writes nothing."""

    name: ClassVar[str] = "border_check"

    def __init__(self, work: Work) -> None:
        """All fields; those of a way that is not chosen are hidden."""
        super().__init__(work)
        self._view: BorderView | None = None
        self._drafts = FormDraft(self, lambda: msgspec.json.encode(self.entry()).decode())
        self.reason = ChoiceRow("Reden", _REASONS, required=True, padding=10)
        self.pupil = FilteredList("Leerling", width=320)
        self.pupil_name = TextEdit("Naam", limit=100, placeholder="niet op deze laptop: naam")
        self.birth = DateEdit(
            "Geboortedatum", self._today, lean=Lean.PAST, no_later_than_today=True
        )
        self.way = ChoiceRow("Keuze", _WAYS, required=True)
        self.gives = MultiChoiceRow("Toestemming van", _givers(Giver), required=True)
        self.refuses = MultiChoiceRow("Weigering van", _givers(Giver))
        self.manner = ChoiceRow("Hoe", _MANNERS, required=True)
        self.on = DateEdit(
            "Op", self._today, lean=Lean.PAST, no_later_than_today=True, required=True
        )
        self.until = DateEdit("Geldig tot", self._today, lean=Lean.FUTURE)
        self.exception = ChoiceRow("Uitzondering", _EXCEPTIONS, required=True)
        self.words = TextEdit("Woorden", limit=500, lines=2, required=True)
        self.notice = Notice()
        self._who = Label("", Size.BASE, Weight.SEMIBOLD, wrap=True)
        self._unnamed = _box((("Naam", self.pupil_name), ("Geboortedatum", self.birth)))
        self._consent = _box(
            (
                ("Toestemming van", self.gives),
                ("Weigering van", self.refuses),
                ("Hoe", self.manner),
                ("Op", self.on),
                ("Geldig tot", self.until),
            )
        )
        self._except = _box((("Uitzondering", self.exception),))
        self._said = _box((("Woorden", self.words),))
        card = Card("Hier begint vraaggestuurde begeleiding.", main=True, spacing=8)
        card.body.addWidget(Label(say("border.not_needed"), role=Role.SECONDARY, wrap=True))
        card.body.addWidget(_row("Reden", self.reason))
        card.body.addWidget(_row("Leerling", self.pupil))
        card.body.addWidget(self._unnamed)
        card.body.addWidget(_row("Keuze", self.way))
        card.body.addWidget(self._who)
        for box in (self._consent, self._except, self.notice, self._said):
            card.body.addWidget(box)
        self.body.addWidget(card)
        self.body.addStretch(1)
        self._leave = Button("Terug", actions.hint(Key.BACK))
        self.footer.add_left(self._leave)
        self.footer.set_primary("Overgang opslaan")
        self._connect()

    def _connect(self) -> None:
        self._leave.clicked.connect(lambda _on: self._stay())
        self.footer.primary_pressed.connect(self.save)
        self.notice.followed.connect(self._to_concern)
        self.way.edited.connect(self._on_way)
        for field in (
            self.reason,
            self.pupil,
            self.pupil_name,
            self.birth,
            self.gives,
            self.refuses,
            self.manner,
            self.on,
            self.until,
            self.exception,
            self.words,
        ):
            field.edited.connect(self._on_edited)

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """`step`: the reason why somebody stands here; `pupil_id` when it is known."""
        if to.visit_id is not None:
            call = partial(open_border, self.work.desk, to.visit_id, to.record_id)
            self.ask(call, partial(self._on_view, to))

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def title_back(self) -> str:
        """Grens."""
        return "Grens"

    def _on_view(self, to: Destination, view: BorderView) -> None:
        self._view = view
        self.messages.clear()
        draft = view.draft
        entry = new_border(view)
        if draft is not None:
            entry = msgspec.json.decode(draft.content, type=BorderEntry)
        if to.step in set(BorderReason):
            entry = msgspec.structs.replace(entry, reason=BorderReason(to.step))
        if to.pupil_id is not None:
            entry = msgspec.structs.replace(entry, pupil_id=to.pupil_id)
        self._drafts.watch(view.form, view.where, ())
        self.pupil.set_options([Option(p.pupil_id, p.name, p.class_name) for p in view.pupils])
        self._show_entry(entry)
        self.top_line.set_title(
            "Grens: consultatief of vraaggestuurd",
            " · ".join(part for part in (view.topic, view.school) if part),
        )
        self.focus_first()
        if entry.reason is not None:
            known = entry.pupil_id is not None
            (self.way if known else self.pupil).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_entry(self, entry: BorderEntry) -> None:
        self.reason.set_value(entry.reason.value if entry.reason else None)
        self.pupil.set_value(entry.pupil_id)
        self.pupil_name.set_value(entry.pupil_name)
        self.birth.set_value(entry.birth_date)
        basis = entry.basis
        way = None if basis is None else _CONSENT if basis is BorderBasis.CONSENT else _EXCEPTION
        self.way.set_value(way)
        self.exception.set_value(basis.value if basis and way == _EXCEPTION else None)
        self._show_state()
        self.gives.set_values([one.value for one in entry.gives])
        self.refuses.set_values([one.value for one in entry.refuses])
        self.manner.set_value(entry.manner.value if entry.manner else None)
        self.on.set_value(entry.on)
        self.until.set_value(entry.until)
        self.words.set_value(entry.words)

    def entry(self) -> BorderEntry:
        """What stands on the page."""
        way, pupil = self.way.value(), self.pupil.value()
        basis = BorderBasis.CONSENT if way == _CONSENT else None
        if way == _EXCEPTION and self.exception.value() != _CONCERN:
            basis = self.exception.value_as(BorderBasis)
        return BorderEntry(
            reason=self.reason.value_as(BorderReason),
            pupil_id=PupilId(pupil) if pupil else None,
            pupil_name=self.pupil_name.value(),
            birth_date=self.birth.day(),
            basis=basis,
            gives=tuple(Giver(one) for one in self.gives.values()),
            refuses=tuple(Giver(one) for one in self.refuses.values()),
            manner=self.manner.value_as(Manner),
            on=self.on.day(),
            until=self.until.day(),
            words=self.words.value(),
        )

    # --- choosing ---

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())

    def _on_way(self) -> None:
        self._show_state()
        if self.way.value() == _CONSENT:
            self.gives.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.way.value() == _EXCEPTION:
            self.exception.setFocus(Qt.FocusReason.TabFocusReason)
        self._drafts.touched()

    def _on_edited(self) -> None:
        self._show_state()
        self._drafts.touched()

    def _show_state(self) -> None:
        view, way = self._view, self.way.value()
        if view is None:
            return
        entry = self.entry()
        self._unnamed.setVisible(entry.pupil_id is None)
        self._who.setText(who_decides(view, entry))
        self._consent.setVisible(way == _CONSENT)
        self._except.setVisible(way == _EXCEPTION)
        concern = way == _EXCEPTION and self.exception.value() == _CONCERN
        self.notice.show_notice(
            say("border.concern") if concern else "", say("border.to_concern") if concern else ""
        )
        self._said.setVisible(way in {_CONSENT, _EXCEPTION} and not concern)
        counting = deciders(view, entry)
        if competent_now(view, entry) is not None:
            kept = [one for one in self.gives.values() if Giver(one) in counting]
            against = [one for one in self.refuses.values() if Giver(one) in counting]
            self.gives.set_choices(_givers(counting))
            self.refuses.set_choices(_givers(counting))
            self.gives.set_values(kept)
            self.refuses.set_values(against)
        else:
            self.gives.set_choices(_givers(Giver))
            self.refuses.set_choices(_givers(Giver))
        words = "Verder zonder naam" if way == _STAY else "Overgang opslaan"
        self.footer.set_primary("Verontrusting noteren" if concern else words)

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: record the crossing, or go back to the talk without a name."""
        view = self._view
        if view is None:
            return
        if self.way.value() == _STAY:
            self._stay()
            return
        if self.way.value() == _EXCEPTION and self.exception.value() == _CONCERN:
            self._to_concern()
            return
        entry = self.entry()
        problems = [
            Problem(one.text, self._field_of(one.field)) for one in missing_at_border(view, entry)
        ]
        if problems:
            self.show_problems(problems)
            return
        call = partial(record_transition, self.work.desk, view, entry)
        self._drafts.record(call, self._on_saved)

    def _field_of(self, name: str) -> QWidget:
        fields: dict[str, QWidget] = {
            "reason": self.reason,
            "pupil": self.pupil,
            "birth_date": self.birth,
            "basis": self.exception if self.way.value() == _EXCEPTION else self.way,
            "gives": self.gives,
            "refuses": self.refuses,
            "manner": self.manner,
            "on": self.on,
            "until": self.until,
            "words": self.words,
        }
        return fields[name]

    def _on_saved(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.work.station.crossed |= outcome.changes.pupil_ids
        self._back_to_talk()
        records = tuple(one.record_id for one in outcome.value.revisions)
        undo = partial(withdraw, self.work.desk, records, _UNDONE)
        act = Act("Ongedaan maken", lambda: self.ask(undo, self._on_undone), actions.hint(Key.UNDO))
        self.work.bus.say(say("border.saved"), Severity.OK, act)

    def _on_undone(self, outcome: Outcome[Saved]) -> None:
        self.work.station.crossed -= outcome.changes.pupil_ids
        self.work.bus.changed.emit(outcome.changes)
        self.work.bus.say(say("border.undone"))

    def _stay(self) -> None:
        """Toch niet: nothing is kept of the page."""
        self._drafts.drop(lambda: None)
        self._back_to_talk()
        self.work.bus.say(say("border.not_crossed"))

    def _back_to_talk(self) -> None:
        view = self._view
        if view is not None and view.topic_id is not None:
            self.go(Destination("care_topic", view.visit_id, record_id=view.topic_id))
        elif view is not None:
            self.go(Destination("care_meeting", view.visit_id))

    def _to_concern(self) -> None:
        """The page keeps nothing of it."""
        self._drafts.drop(lambda: None)
        view = self._view
        if view is not None:
            self.go(Destination("safety_concern", view.visit_id))


def _givers(some: Iterable[Giver]) -> tuple[Choice, ...]:
    return tuple(Choice(one.value, label(one), _LETTERS[one]) for one in some)


def _row(name: str, control: QWidget) -> FieldRow:
    return FieldRow(name, control, label_width=_LABEL, stretch=isinstance(control, TextEdit))


def _box(fields: Iterable[tuple[str, QWidget]]) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for name, control in fields:
        column.addWidget(_row(name, control))
    return box
