"""P18 Zorgoverleg: who sits there, what became of the last agreements, what is on the table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.care_outcome import BorderReason
from clbdesk.services import care_meeting as service
from clbdesk.services.care_entry import MeetingEntry, read_meeting, written
from clbdesk.services.care_missing import missing_in_meeting
from clbdesk.services.care_topic import new_topic_id
from clbdesk.services.drafts import Draft, undo_to_draft
from clbdesk.services.records import Saved, withdraw
from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.care_meeting_agreements import AgreementsCard
from ui.pages.care_meeting_hours import HoursCard
from ui.pages.care_meeting_people import ParticipantsCard
from ui.pages.care_meeting_topics import TopicsCard
from ui.pages.care_meeting_words import closed_words, quiet_words
from ui.pages.care_rows import has_focus
from ui.pages.care_side_doors import signal_door
from ui.pages.reason_strip import ReasonStrip
from ui.widgets.button import Button
from ui.widgets.card import Columns

if TYPE_CHECKING:
    from clbdesk.ids import RecordId, VisitId
    from clbdesk.services.care_meeting import MeetingView
    from clbdesk.services.outcome import ChangeSet, Outcome

_RIGHT = 560


class CareMeetingPage(Page):
    """One meeting of a visit; everything typed is a draft until it is saved."""

    name: ClassVar[str] = "care_meeting"

    def __init__(self, work: Work) -> None:
        """Table and hours at the left, agreements and topics at the right."""
        super().__init__(work)
        self._view: MeetingView | None = None
        self._correcting: str | None = None
        self._is_correction = False
        self._drafts = FormDraft(self, lambda: written(self._entry()))
        self._drafts.kept.connect(self._on_kept)
        self._kept_at = ""
        self.people = ParticipantsCard()
        self.hours = HoursCard()
        self.agreements = AgreementsCard(lambda: local_day(work.desk.clock.now()))
        self.topics = TopicsCard()
        self._reasons = ReasonStrip()
        self._reasons.hide()
        self._reasons.chosen.connect(self._on_reason)
        self.body.addWidget(self._reasons)
        self._columns = Columns(right_width=_RIGHT)
        self._columns.left.addWidget(self.people)
        self._columns.left.addWidget(self.hours)
        self._columns.right.addWidget(self.agreements)
        self._columns.right.addWidget(self.topics)
        self.body.addWidget(self._columns)
        self.body.addStretch(1)
        self._same = Button("Zelfde deelnemers", actions.hint(Key.REST_IN_ORDER))
        self._close = Button("Overleg afsluiten")
        self._correct = Button("Verbeteren", actions.hint(Key.CORRECT))
        self._withdraw = Button("Intrekken…")
        self._drop = Button("Concept weggooien")
        self._output = Button("Uitvoer…")
        self.footer.add_left(self._same, self._correct, self._withdraw, self._drop)
        self.footer.add_left(self._output, signal_door(self, self._visit))
        self.footer.add_right(self._close)
        self._same.clicked.connect(self.take_same_people)
        self._close.clicked.connect(self.close_meeting)
        self._correct.clicked.connect(lambda: self._ask_reason("correct"))
        self._withdraw.clicked.connect(lambda: self._ask_reason("withdraw"))
        self._drop.clicked.connect(lambda: self._drafts.drop(self._look_again))
        self._output.clicked.connect(lambda _on: self._to("school_output"))
        self.footer.primary_pressed.connect(self._primary)
        for part in (self.people, self.hours, self.agreements):
            part.edited.connect(self._on_edited)
        self.people.rows.changed.connect(self._name_people)
        self.people.border_asked.connect(self._to_border)
        self.topics.opened.connect(self._open_topic)
        self.topics.note_asked.connect(lambda: self._to("intervention"))
        actions.bind(self, Key.SAVE, self.save)
        actions.bind(self, Key.REST_IN_ORDER, self.take_same_people)
        actions.bind(self, Key.NEW, self._new_participant)
        actions.bind(self, Key.CORRECT, lambda: self._ask_reason("correct"))

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """The meeting of a visit, with what was typed before."""
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if visit_id is not None:
            call = partial(service.open_meeting, self.work.desk, visit_id)
            self.ask(call, partial(self._on_view, arriving=True))

    def leave(self) -> None:
        """Keep the draft before anything else is shown."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A topic was recorded, or a synchronisation brought something."""
        if self._view is None or not self.isVisible() or self._drafts.is_dirty:
            return
        if changes.touches("care_meeting", "consultative_note", "agreement", "visit"):
            self.ask(partial(service.view_meeting, self.work.desk, self._view.visit_id), self._came)

    def _came(self, view: MeetingView) -> None:
        """What came in; of a form that somebody is typing in only the list of topics changes."""
        typing = has_focus(self.people) or has_focus(self.hours)
        if self._view and (typing or self._kept_at or self._drafts.is_dirty):
            here = self._view
            self._view = replace(here, topics=view.topics, new_agreements=view.new_agreements)
            self.topics.show_topics(view.topics)
        else:
            self._on_view(view, arriving=False)

    def close_open(self) -> bool:
        """Esc closes the details of an agreement, or the strip that asks a reason."""
        asked = self._reasons.isVisible()
        self._reasons.hide()
        return self.agreements.close_details() or asked

    def title_back(self) -> str:
        """Zorgoverleg."""
        return "Zorgoverleg"

    def _look_again(self) -> None:
        if self._view is not None:
            call = partial(service.view_meeting, self.work.desk, self._view.visit_id)
            self.ask(call, partial(self._on_view, arriving=False))

    def _on_view(self, view: MeetingView, *, arriving: bool) -> None:
        self._view = view
        self._is_correction, self._correcting = view.is_closed and view.draft is not None, None
        entry = service.new_meeting(view)
        if view.draft is not None:
            entry = read_meeting(view.draft)
        elif view.saved is not None:
            entry = service.entry_of(view.saved.body)
        self._drafts.watch(view.form, view.where, view.draft.base if view.draft else view.base)
        self._kept_at = show.hour(view.draft.saved_at) if view.draft else ""
        self._show_entry(entry)
        self.topics.show_topics(view.topics)
        self._show_state()
        if arriving:
            self._greet(view)

    def _greet(self, view: MeetingView) -> None:
        if view.saved is not None and view.saved.is_conflict:
            compare = Act("Vergelijken", lambda: self.go(Destination("conflicts")))
            self.say(say("care.two_versions"), Severity.ATTENTION, compare)
        elif view.draft is not None:
            self.say(say("care.draft_found", hour=self._kept_at))
        if view.is_closed and view.draft is None:
            self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        elif view.earlier:
            self.agreements.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._new_participant()

    def _show_entry(self, entry: MeetingEntry) -> None:
        assert self._view is not None
        self.people.set_entries(entry.participants)
        self.people.know(self._view.people)
        self.hours.show_entry(entry)
        self.agreements.show_agreements(self._view.earlier, entry.marks)
        self._name_people()

    def _entry(self) -> MeetingEntry:
        people = self.people.entries()
        return self.hours.entry(people, self.agreements.marks())

    def _name_people(self) -> None:
        self.hours.set_people([one.name for one in self.people.entries() if one.name])

    def _is_open(self) -> bool:
        """Whether the form can be typed in."""
        return self._view is not None and (not self._view.is_closed or self._is_correction)

    def _show_state(self) -> None:
        view = self._view
        assert view is not None
        is_open = self._is_open()
        for part in (self.people, self.hours, self.agreements):
            part.set_editable(is_open)
        self.top_line.set_title("Zorgoverleg", quiet_words(view, self._kept_at))
        has_draft = bool(self._kept_at)
        self._same.setVisible(is_open and bool(view.last_participants))
        self._close.setVisible(is_open and not view.is_closed)
        self._correct.setVisible(view.is_closed and not self._is_correction)
        self._withdraw.setVisible(view.saved is not None and not view.topics)
        self._drop.setVisible(has_draft)
        self._output.setVisible(view.saved is not None and bool(view.topics) and not view.is_closed)
        if not view.is_closed:
            self.footer.set_primary("Nieuwe bespreking")
        else:
            self.footer.set_primary("Opslaan" if self._is_correction else "Uitvoer naar school")

    # --- typing ---

    def _on_edited(self) -> None:
        self.hours.set_people([one.name for one in self.people.entries() if one.name])
        self._drafts.touched()

    def _on_kept(self, draft: Draft) -> None:
        self._kept_at = show.hour(draft.saved_at)
        self._show_state()

    def _new_participant(self) -> None:
        if self._is_open():
            rows = self.people.rows.rows()
            if rows[-1].entry().name:
                self.people.rows.add()
            else:
                rows[-1].first().setFocus(Qt.FocusReason.OtherFocusReason)

    def take_same_people(self) -> None:
        """F7: who sat here the last time."""
        view = self._view
        if view is None or not self._is_open() or not view.last_participants:
            return
        self.people.set_entries(service.same_people(view, self._entry()))
        self._name_people()
        self._on_edited()
        day = show.short_day(view.last_on) if view.last_on else ""
        self.say(say("care.same_people", day=day, count=len(view.last_participants)))

    # --- topics ---

    def _visit(self) -> VisitId | None:
        return self._view.visit_id if self._view else None

    def _to(self, page: str) -> None:
        if self._view is not None:
            self.go(Destination(page, self._view.visit_id))

    def _to_border(self) -> None:
        if self._view is not None:
            step = BorderReason.FAMILY_AT_TABLE.value
            self.go(Destination("border_check", self._view.visit_id, step=step))

    def _primary(self) -> None:
        if self._view is None:
            return
        if not self._view.is_closed:
            self._record_then(None)
        elif self._is_correction:
            self.save()
        else:
            self._to("school_output")

    def _open_topic(self, record_id: RecordId) -> None:
        self._record_then(record_id)

    def _record_then(self, record_id: RecordId | None) -> None:
        """Record the meeting when that can be, then go to a topic; typing is never held up."""
        view = self._view
        assert view is not None
        to = Destination(
            "care_topic", view.visit_id, record_id=record_id or new_topic_id(self.work.desk)
        )
        entry = self._entry()
        is_new = view.saved is None or self._drafts.is_dirty or bool(self._kept_at)
        if not is_new or not self._is_open() or view.is_closed:
            self.go(to)
            return
        if missing_in_meeting(entry, closing=False) or self._unreadable():
            self.go(to)
            return
        call = partial(service.record_meeting, self.work.desk, view, entry, self._drafts.base)
        self._drafts.record(call, partial(self._on_recorded_then, to))

    def _on_recorded_then(self, to: Destination, outcome: Outcome[Saved]) -> None:
        self._kept_at = ""
        self.work.bus.changed.emit(outcome.changes)
        self.go(to)

    # --- saving ---

    def _unreadable(self) -> list[Problem]:
        found = self.hours.problem() or self.agreements.problem()
        return [Problem(*found)] if found else []

    def _problems(self, entry: MeetingEntry, *, closing: bool) -> list[Problem]:
        missing = [
            Problem(one.text, self.hours.field_of(one.field) or self.people.field_of(one.field))
            for one in missing_in_meeting(entry, closing=closing)
        ]
        return [*self._unreadable(), *missing]

    def save(self) -> None:
        """Ctrl+S: record what stands here, and stay."""
        self._save(close=False)

    def close_meeting(self) -> None:
        """Overleg afsluiten: every topic is recorded and the end hour is known."""
        if self._view is None:
            return
        if any(one.is_draft for one in self._view.topics):
            self.say(say("care.draft_left"), Severity.ATTENTION)
            return
        self._save(close=True)

    def _save(self, *, close: bool) -> None:
        view = self._view
        if view is None or not self._is_open():
            return
        entry = self._entry()
        problems = self._problems(entry, closing=close or view.is_closed)
        if problems:
            self.show_problems(problems)
            return
        if self._is_correction and self._correcting is None:
            self._ask_reason("correct")
            return
        call = partial(
            service.record_meeting,
            self.work.desk,
            view,
            entry,
            self._drafts.base,
            close=close,
            reason=self._correcting,
        )
        self._drafts.record(call, partial(self._on_saved, view, written(entry), close))

    def _on_saved(
        self, view: MeetingView, typed: str, closed: bool, outcome: Outcome[Saved]
    ) -> None:
        self._look_again()
        self.messages.clear()
        if not outcome.value.revisions:
            self.say(say("care.meeting_unchanged"))
            return
        self.work.bus.changed.emit(outcome.changes)
        sentence = say("care.meeting_saved", school=view.school)
        if closed:
            sentence = closed_words(view)
        undo = partial(self._undo, outcome.value, view, typed)
        act = Act("Ongedaan maken", undo, actions.hint(Key.UNDO))
        self.work.bus.say(sentence, Severity.OK, act)

    def _undo(self, saved: Saved, view: MeetingView, typed: str) -> None:
        call = partial(undo_to_draft, self.work.desk, saved, view.form, view.where, typed)
        self.ask(call, self._on_undone)

    def _on_undone(self, outcome: Outcome[Saved]) -> None:
        self._look_again()
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("care.undone"))

    # --- correcting and withdrawing ---

    def _ask_reason(self, purpose: str) -> None:
        if self._view is not None and self._view.saved is not None:
            self._reasons.ask(purpose)

    def _on_reason(self, purpose: str, reason: str) -> None:
        self._reasons.hide()
        view = self._view
        if view is None or view.saved is None:
            return
        if purpose == "withdraw":
            call = partial(withdraw, self.work.desk, (view.record_id,), reason)
            self.ask(call, partial(self._on_withdrawn, view.school))
            return
        self._correcting = reason
        if self._is_correction:
            self.save()
            return
        self._is_correction = True
        self._show_state()
        self.people.rows.rows()[0].first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_withdrawn(self, school: str, outcome: Outcome[Saved]) -> None:
        self._look_again()
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("care.meeting_withdrawn", school=school))
