"""P24 Opvolging: what was promised and is not finished; what must happen, never a value."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clbdesk.domain.development import CareQuestion, PassOn
from clbdesk.services import follow_up_acts as acts
from clbdesk.services.follow_up import FollowUpView, open_follow_up
from clbdesk.services.follow_up_row import FollowUpRow, Group
from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination, Page, Work
from ui.pages.follow_up_filters import FollowUpFilters
from ui.pages.follow_up_strips import (
    ActStrip,
    AnswerStrip,
    AssignStrip,
    FinishStrip,
    PlanStrip,
    RemindStrip,
)
from ui.pages.follow_up_words import begun, due_cell, name_of, named, state_cell, step_for, what
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QKeyEvent

    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_KINDS = (
    "referral",
    "task",
    "conclusion",
    "contact",
    "attendance",
    "care_question",
    "objection",
    "agreement",
    "consultative_note",
    "guidance_request",
    "request_answer",
    "shielding",
)

# Where it is done when it is no step of a contact.
_PAGES = {Group.OBJECTION: "objection", Group.SHIELDING: "history"}


class FollowUpPage(Page):
    """The list, and one strip at a time for what is done with its current row."""

    name: ClassVar[str] = "follow_up"

    def __init__(self, work: Work) -> None:
        """Filters above, the list below."""
        super().__init__(work)
        self._view: FollowUpView | None = None
        self._marked: set[str] = set()
        self._asked: FollowUpRow | None = None
        self._filters = FollowUpFilters()
        self._model: ListModel[FollowUpRow] = ListModel(self._columns(), lambda row: row.key)
        self._list = _LetteredList("Op te volgen", self._model, row_height=32)
        self._none = Label(role=Role.SECONDARY, wrap=True)
        self._answer = AnswerStrip(self._today)
        self._remind = RemindStrip(self._today)
        self._assign = AssignStrip()
        self._plan = PlanStrip(self._today)
        self._finish = FinishStrip()
        self._strips: dict[ActStrip, Callable[[], None]] = {
            self._answer: self._save_answer,
            self._remind: self._save_reminder,
            self._assign: self._save_assignment,
            self._plan: self._save_plan,
            self._finish: self._save_end,
        }
        self.fill_body(self._place())
        self._buttons = {
            "A": Button("Toewijzen…", "A"),
            "P": Button("Inplannen…", "P"),
            "R": Button("Rappel…", "R"),
            "K": Button("Klaar…", "K"),
        }
        for letter, button in self._buttons.items():
            button.clicked.connect(partial(self._on_letter, letter))
        self.footer.add_left(*self._buttons.values())
        self.footer.primary_pressed.connect(self._primary)
        self._filters.changed.connect(self._filter)
        self._list.opened.connect(self._open)
        self._list.marked.connect(self._toggle_mark)
        self._list.pressed_letter.connect(self._on_letter)
        self._list.current_changed.connect(lambda _row: self._show_buttons())
        self.top_line.set_title("Opvolging")
        actions.bind(self, Key.FILTER, self._filters.search.setFocus)

    def _place(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._filters)
        strips = QVBoxLayout()
        strips.setContentsMargins(16, 0, 16, 0)
        for strip in self._strips:
            strips.addWidget(strip)
        strips.addWidget(self._none)
        column.addLayout(strips)
        column.addWidget(self._list, 1)
        return body

    def _columns(self) -> tuple[Column[FollowUpRow], ...]:
        return (
            Column("Tegen", 136, due_cell),
            Column("Wat", 400, self._what_cell),
            Column("Leerling of school", 0, self._about_cell),
            Column("Toestand", 184, state_cell),
            Column("Wie", 144, lambda row: TextCell(row.owner or "–", role=Role.SECONDARY)),
        )

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """Everything that is open now; the current row stays where it was."""
        del to
        self._close_strips()
        self.ask(partial(open_follow_up, self.work.desk), self._on_view)
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: ChangeSet) -> None:
        """Something was promised, answered or finished."""
        if self._view is not None and changes.touches(*_KINDS):
            self.ask(partial(open_follow_up, self.work.desk), self._on_view)

    def title_back(self) -> str:
        """Opvolging."""
        return "Opvolging"

    def show_discreet(self) -> None:
        """Names become initials, or names again."""
        self._filter()

    def close_open(self) -> bool:
        """Esc closes the strip."""
        was_open = self._open_strip() is not None
        self._close_strips()
        if was_open:
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        return was_open

    def _today(self) -> date:
        assert self._view is not None
        return self._view.today

    def _on_view(self, view: FollowUpView) -> None:
        self._view = view
        self._marked &= {row.key for row in view.rows}
        self._filter()

    # --- what is shown ---

    def _filter(self) -> None:
        rows = self._view.rows if self._view else ()
        whose = self._filters.of_choice(rows)
        kept = self._filters.kept(whose)
        current = self._model.key_at(self._list.current())
        self._model.show_rows(kept)
        if kept:
            self._list.go_to((self._model.position(current) if current else None) or 0)
        self._none.setText(say("follow_up.empty_filter" if rows else "follow_up.empty"))
        self._none.setVisible(not kept)
        overdue = sum(row.is_overdue for row in whose)
        quiet = [show.counted(len(whose), "zaak", "zaken")] if whose else []
        if overdue:
            quiet.append(f"{overdue} over tijd")
        self.top_line.set_title("Opvolging", " · ".join(quiet))
        self._show_buttons()

    def _what_cell(self, row: FollowUpRow) -> TextCell:
        mark = StateCell("check", "gekozen", Role.ACCENT) if row.key in self._marked else None
        return TextCell(what(row), Weight.SEMIBOLD, mark=mark)

    def _about_cell(self, row: FollowUpRow) -> TextCell:
        if row.about is None:
            return TextCell(row.school)
        name = show.list_name(row.about.family_name, row.about.given_name)
        if self.work.station.discreet and self._model.key_at(self._list.current()) != row.key:
            name = show.initials(row.about.family_name, row.about.given_name)
        schools = {one.school for one in self._view.rows} if self._view else set()
        parts = (name, row.about.class_name, row.school if len(schools) > 1 else "")
        return TextCell(" · ".join(part for part in parts if part))

    def _current(self) -> FollowUpRow | None:
        at = self._list.current()
        return self._model.row(at) if 0 <= at < self._model.rowCount() else None

    def _show_buttons(self) -> None:
        row = self._current()
        self._buttons["A"].setVisible(bool(row and row.to_plan) or bool(self._marked))
        self._buttons["P"].setVisible(bool(row and row.to_plan))
        self._buttons["R"].setVisible(bool(row and row.referral))
        self._buttons["K"].setVisible(bool(row and row.to_finish))
        strip = self._open_strip()
        if strip is not None:
            self.footer.set_primary(strip.words, actions.hint(Key.SAVE_AND_GO))
        elif row is not None and row.referral is not None:
            self.footer.set_primary("Antwoord ontvangen…", "Enter")
        else:
            self.footer.set_primary("Openen", "Enter", enabled=row is not None)

    # --- opening ---

    def _primary(self) -> None:
        strip = self._open_strip()
        if strip is None:
            self._open(self._list.current())
        elif strip.is_ready():
            self._strips[strip]()

    def _open(self, position: int) -> None:
        """A referral asks its answer; the rest is done where it belongs."""
        if not 0 <= position < self._model.rowCount():
            return
        row = self._model.row(position)
        if row.is_conflict:
            self.go(Destination("conflicts", record_id=row.record_id))
        elif row.referral is not None:
            self._begin(row)
            self._answer.ask(named(row), row.referral.body)
            self._show_buttons()
        elif row.group is Group.REQUEST:
            self.go(Destination("request_answer", record_id=row.record_id))
        elif not row.is_here:
            self.say(say("follow_up.elsewhere"), Severity.ATTENTION)
        elif row.group is Group.EVALUATION:
            self.go(Destination("care_topic", row.visit_id, record_id=row.record_id))
        elif row.about is None:
            self.go(Destination("care_meeting", row.visit_id))
        elif isinstance(row.body, CareQuestion) and row.body.pass_on is PassOn.YES:
            self.go(Destination("guidance_request", row.visit_id, row.about.pupil_id))
        elif row.group in _PAGES:
            self.go(Destination(_PAGES[row.group], row.visit_id, row.about.pupil_id))
        else:
            self._remember(row)
            self.go(Destination("pupil", row.visit_id, row.about.pupil_id, step_for(row)))

    def _remember(self, row: FollowUpRow) -> None:
        """Tekenen en volgende walks through what is listed here of the same visit."""
        station = self.work.station
        same = [one for one in self._model.rows() if one.group is row.group and one.about]
        station.order = tuple(
            one.about.pupil_id for one in same if one.about and one.visit_id == row.visit_id
        )
        station.list_page, station.at_step = self.name, step_for(row)

    # --- acting ---

    def _toggle_mark(self, position: int) -> None:
        row = self._model.row(position)
        if row.to_plan is not None:
            self._marked ^= {row.key}
            self._list.viewport().update()
            self._show_buttons()

    def _on_letter(self, letter: str) -> None:
        """A, P, R or K on the current row, when it has that act."""
        row = self._current()
        if row is None or self._view is None or self._buttons[letter].isHidden():
            return
        strip = {"A": self._assign, "P": self._plan, "R": self._remind, "K": self._finish}[letter]
        self._begin(row)
        if strip is self._assign:
            chosen = self._chosen()
            about = named(row) if len(chosen) == 1 else show.counted(len(chosen), "zaak", "zaken")
            self._assign.ask(about, self._view.team)
        elif isinstance(strip, PlanStrip | RemindStrip | FinishStrip):
            strip.ask(named(row))
        self._show_buttons()

    def _begin(self, row: FollowUpRow) -> None:
        self._close_strips()
        self._asked = row
        self.messages.clear()

    def _chosen(self) -> list[FollowUpRow]:
        """The marked rows, else the current one."""
        marked = [row for row in self._view.rows if row.key in self._marked] if self._view else []
        row = self._current()
        return marked or ([row] if row else [])

    def _open_strip(self) -> ActStrip | None:
        return next((strip for strip in self._strips if not strip.isHidden()), None)

    def _close_strips(self) -> None:
        for strip in self._strips:
            strip.hide()
        self._show_buttons()

    def _save_answer(self) -> None:
        row, answer, ends = self._asked, self._answer.answer(), self._answer.closes()
        if row is not None and row.referral is not None:
            call = partial(acts.receive_answer, self.work.desk, row.referral, answer, close=ends)
            key = "follow_up.closed" if ends else "follow_up.answered"
            self.ask(call, partial(self._on_done, say(key, name=name_of(row))))

    def _save_reminder(self) -> None:
        row, way, day = self._asked, self._remind.way(), self._remind.by_edit.day()
        if row is None or row.referral is None:
            return
        if way is None:
            call = partial(acts.ask_selective_exam, self.work.desk, row.referral, day)
            self.ask(call, partial(self._on_done, say("follow_up.exam", name=name_of(row))))
            return
        words = say("follow_up.reminded", name=name_of(row))
        if day is not None:
            until = show.short_weekday(day)
            words = say("follow_up.reminded_until", name=name_of(row), day=until)
        call = partial(acts.remind, self.work.desk, row.referral, way, day)
        self.ask(call, partial(self._on_done, words))

    def _save_assignment(self) -> None:
        rows, (owner, name) = self._chosen(), self._assign.owner()
        words = say("follow_up.assigned_one", who=name)
        if len(rows) > 1:
            words = say("follow_up.assigned", count=len(rows), who=name)
        self._marked = set()
        self.ask(partial(acts.assign, self.work.desk, rows, owner), partial(self._on_done, words))

    def _save_plan(self) -> None:
        row, day = self._asked, self._plan.on_edit.day()
        if row is not None and row.to_plan is not None and day is not None:
            until = show.short_weekday(day)
            words = say("follow_up.planned", what=begun(what(row)), name=name_of(row), day=until)
            self.ask(
                partial(acts.plan, self.work.desk, row.to_plan, day), partial(self._on_done, words)
            )

    def _save_end(self) -> None:
        row, reason = self._asked, self._finish.reason_edit.value()
        if row is not None and row.to_finish is not None:
            done = self._finish.is_done()
            key = "follow_up.done" if done else "follow_up.lapsed"
            words = say(key, what=begun(what(row)), name=name_of(row))
            call = partial(acts.finish, self.work.desk, row.to_finish, done=done, reason=reason)
            self.ask(call, partial(self._on_done, words))

    def _on_done(self, words: str, outcome: Outcome[Saved]) -> None:
        self._close_strips()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.work.bus.changed.emit(outcome.changes)
        undo = Act("Ongedaan maken", partial(self._undo, outcome.value), actions.hint(Key.UNDO))
        self.work.bus.say(words, Severity.OK, undo)

    def _undo(self, saved: Saved) -> None:
        self.ask(partial(acts.undo, self.work.desk, saved), self._on_undone)

    def _on_undone(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("follow_up.undone"))


class _LetteredList(ListView):
    """A, P, R and K act on the current row instead of jumping to a name."""

    pressed_letter = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The four letters; everything else as in every list."""
        letter = event.text().upper()
        if letter and letter in "APRK" and not event.modifiers():
            self.pressed_letter.emit(letter)
        else:
            super().keyPressEvent(event)
