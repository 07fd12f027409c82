"""P19 Bespreking: one topic along the thirteen steps, ending in who – what – when."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.services import care_topic as service
from clbdesk.services.care_entry import TopicEntry, read_topic, written
from clbdesk.services.care_missing import HEAD, missing_in_topic
from clbdesk.services.drafts import Draft, undo_to_draft
from clbdesk.services.records import Saved, withdraw
from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination, Page, Work
from ui.pages.care_draft import FormDraft
from ui.pages.care_side_doors import concern_door, signal_door
from ui.pages.care_topic_body import TopicBody
from ui.pages.care_topic_names import NameWatch
from ui.pages.care_topic_states import guide_lines
from ui.pages.care_topic_steps import moved_words
from ui.pages.care_words import due_words
from ui.pages.reason_strip import ReasonStrip
from ui.widgets.button import Button

if TYPE_CHECKING:
    from clbdesk.ids import VisitId
    from clbdesk.services.care_earlier import EarlierTopic
    from clbdesk.services.care_topic import TopicView
    from clbdesk.services.outcome import ChangeSet, Outcome

_CROSSES = "demand_driven"  # the outcome with which guidance by demand begins


class CareTopicPage(Page):
    """One topic of a meeting; Ctrl+Enter walks the steps and records at the last."""

    name: ClassVar[str] = "care_topic"

    def __init__(self, work: Work) -> None:
        """Guide, head and steps, and what stands beside them."""
        super().__init__(work)
        self._view: TopicView | None = None
        self._entry = TopicEntry(number=1, title="")
        self._correcting: str | None = None
        self._is_correction = False
        self._furthest = 0
        self._kept_at = ""
        self._drafts = FormDraft(self, lambda: written(self.entry()))
        self._drafts.kept.connect(self._on_kept)
        self._names = NameWatch()
        self._reasons = ReasonStrip()
        self._reasons.hide()
        self._reasons.chosen.connect(self._on_reason)
        self.content = TopicBody(self._reasons, lambda: local_day(work.desk.clock.now()))
        self.fill_body(self.content)
        self._back = Button("Stap terug", actions.hint(Key.SAVE_OTHER_WAY))
        self._correct = Button("Verbeteren", actions.hint(Key.CORRECT))
        self._withdraw = Button("Intrekken…")
        self._drop = Button("Concept weggooien")
        self.footer.add_left(self._correct, self._withdraw, self._drop)
        self.footer.add_left(concern_door(self, self._visit), signal_door(self, self._visit))
        self.footer.add_right(self._back)
        self._connect()

    def _connect(self) -> None:
        content = self.content
        self._back.clicked.connect(lambda _on: self.step_back())
        self._correct.clicked.connect(lambda _on: self._ask_reason("correct"))
        self._withdraw.clicked.connect(lambda _on: self._ask_reason("withdraw"))
        self._drop.clicked.connect(lambda _on: self._drafts.drop(self._to_meeting))
        self.footer.primary_pressed.connect(self.step_on)
        for part in (content.head, content.steps, content.side):
            part.edited.connect(self._on_edited)
        content.steps.rows_changed.connect(self._show_guide)
        content.steps.replace_asked.connect(self.replace_name)
        content.side.replace_asked.connect(self.replace_name)
        content.head.replace_asked.connect(self.replace_name)
        content.head.follow_asked.connect(self._on_follow)
        content.head.border_asked.connect(partial(self._to_border, "phase"))
        content.steps.border_asked.connect(partial(self._to_border, "talk_or_test"))
        content.guide.step_asked.connect(self._go_to)
        content.step_changed.connect(self._on_step)
        actions.bind(self, Key.SAVE, partial(self.save, stay=True))
        actions.bind(self, Key.SAVE_OTHER_WAY, self.step_back)
        actions.bind(self, Key.NEW, self._new_row)
        actions.bind(self, Key.PSEUDONYM, self.replace_name)
        actions.bind(self, Key.CORRECT, lambda: self._ask_reason("correct"))

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """A topic of a visit: new, a draft, or recorded."""
        if to.visit_id is not None and to.record_id is not None:
            self.messages.clear()
            call = partial(service.open_topic, self.work.desk, to.visit_id, to.record_id)
            self.ask(call, self._on_opened)

    def leave(self) -> None:
        """Keep the draft before anything else is shown."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A synchronisation brought another version of what is shown."""
        view = self._view
        if view is None or not self.isVisible() or self._drafts.is_dirty or self._kept_at:
            return
        if view.saved is not None and changes.touches("consultative_note", "visit"):
            self._look_again()

    def close_open(self) -> bool:
        """Esc closes the strip that asks a reason."""
        was_open = self._reasons.isVisible()
        self._reasons.hide()
        return was_open

    def title_back(self) -> str:
        """Bespreking."""
        return "Bespreking"

    def _visit(self) -> VisitId | None:
        return self._view.visit_id if self._view else None

    def _to_meeting(self) -> None:
        if self._view is not None:
            self.go(Destination("care_meeting", self._view.visit_id))

    def _to_border(self, reason: str) -> None:
        if self._view is not None:
            at, topic = self._view.visit_id, self._view.record_id
            self.go(Destination("border_check", at, step=reason, record_id=topic))

    def _look_again(self) -> None:
        if self._view is not None:
            call = partial(
                service.view_topic, self.work.desk, self._view.visit_id, self._view.record_id
            )
            self.ask(call, self._show_view)

    def _on_opened(self, view: TopicView) -> None:
        self._furthest = 0
        self.content.begin()
        self._show_view(view)
        if view.saved is not None and view.saved.is_conflict:
            compare = Act("Vergelijken", lambda: self.go(Destination("conflicts")))
            self.say(say("care.two_versions"), Severity.ATTENTION, compare)
        elif view.draft is not None:
            self.say(say("care.draft_found", hour=self._kept_at))
        elif not view.is_meeting_recorded:
            self.say(say("care.no_meeting"), Severity.ATTENTION)
        elif view.saved is None and (due := due_words(view)):
            self.say(due)
        if not self._is_open():
            self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        elif view.draft is not None:
            missing = missing_in_topic(view, self.entry())  # where to go on
            self._go_to(min((one.step for one in missing), default=self.content.last))
        else:
            self.content.head.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_view(self, view: TopicView) -> None:
        self._view = view
        self._names.know(view.names)
        self._is_correction = view.saved is not None and view.draft is not None
        self._correcting = None
        entry = service.new_topic(view)
        if view.draft is not None:
            entry = read_topic(view.draft)
        elif view.saved is not None:
            entry = service.entry_of_topic(view)
        self._drafts.watch(view.form, view.where, view.draft.base if view.draft else view.base)
        self._kept_at = show.hour(view.draft.saved_at) if view.draft else ""
        self.content.head.set_open(view.saved is None and view.draft is None)
        self._show_entry(entry)
        self._show_state()

    def _show_entry(self, entry: TopicEntry) -> None:
        assert self._view is not None
        self._entry = entry
        content = self.content
        content.head.show_entry(self._view, entry)
        content.steps.show_entry(self._view, entry)
        content.side.show_entry(entry.principles, entry.clb_note)
        content.side.show_previous(self._view.follows(entry))
        self._look_for_names()
        self._show_guide()

    def entry(self) -> TopicEntry:
        """What stands in the form."""
        return msgspec.structs.replace(
            self._entry,
            **self.content.head.content(),
            **self.content.steps.content(),
            principles=self.content.side.principles(),
            clb_note=self.content.side.note.value(),
        )

    def _is_open(self) -> bool:
        return self._view is not None and (self._view.saved is None or self._is_correction)

    def _show_state(self) -> None:
        view = self._view
        assert view is not None
        is_open, is_saved = self._is_open(), view.saved is not None
        self.content.set_editable(is_open)
        self._show_title()
        self._correct.setVisible(is_saved and not self._is_correction)
        self._withdraw.setVisible(is_saved)
        self._drop.setVisible(bool(self._kept_at))
        self._show_words()

    def _show_title(self) -> None:
        view = self._view
        assert view is not None
        quiet = [view.school, show.weekday(view.on)]
        if self._kept_at:
            quiet.insert(0, f"Concept {self._kept_at}")
        elif view.saved is not None:
            hour = show.hour(view.saved.revision.recorded_at)
            quiet.append(say("care.saved_note", hour=hour, name=view.saved_by))
        title = self.content.head.shown_title()
        self.top_line.set_title(f"Bespreking {title}".strip(), " · ".join(quiet))

    def _show_words(self) -> None:
        current, is_open = self.content.current, self._is_open()
        self._back.setVisible(is_open)
        self._back.setEnabled(current > 0)
        if not is_open:
            self.footer.set_primary("Naar het zorgoverleg")
        elif current == self.content.last:
            self.footer.set_primary("Bespreking opslaan")
        else:
            self.footer.set_primary("Volgende stap", quick=True)

    def _show_guide(self) -> None:
        if self._view is None:
            return
        current = self.content.current
        self._furthest = max(self._furthest, current)
        lines = guide_lines(self._view, self.entry(), current, self._furthest)
        self.content.guide.show_steps(lines, current)

    # --- the steps ---

    def _go_to(self, number: int) -> None:
        self.content.go_to(number)

    def _on_step(self, _number: int) -> None:
        self._show_words()
        self._show_guide()

    def step_on(self) -> None:
        """Ctrl+Enter: the next step; at the last one, record."""
        if not self._is_open():
            self._to_meeting()
        elif self.content.current >= self.content.last:
            self.save(stay=False)
        else:
            self._go_to(self.content.current + 1)

    def step_back(self) -> None:
        """Ctrl+Shift+Enter."""
        if self._is_open() and self.content.current > 0:
            self._go_to(self.content.current - 1)

    def _new_row(self) -> None:
        """Ctrl+N: another row in this step."""
        if self._is_open() and self.content.current > 0:
            rows = self.content.steps.section(self.content.current).rows
            if rows is not None:
                rows.add()

    def _on_follow(self, earlier: EarlierTopic) -> None:
        """An earlier talk is followed up: its head, its letter, its agreements beside."""
        assert self._view is not None
        self.messages.clear()
        self._show_entry(service.following(self._view, self.entry(), earlier))
        self._on_edited()
        self._show_state()
        self._go_to(1)

    # --- typing ---

    def _on_edited(self) -> None:
        self._look_for_names()
        self._show_guide()
        self._show_title()
        self._drafts.touched()

    def _on_kept(self, draft: Draft) -> None:
        self._kept_at = show.hour(draft.saved_at)
        self._show_state()

    def _look_for_names(self) -> None:
        named = self.content.head.named.value()  # on name, deliberately: nothing to notice
        self._names.look(
            self.content.watched(), self.content.head.instead_of_a_name(), on=not named
        )

    def replace_name(self) -> None:
        """Ctrl+R: the name at the focus, else the first that is found, and all equal ones."""
        if not self._is_open():
            return
        self._names.replace_first(self.content.watched(), self.content.head.instead_of_a_name())

    # --- saving ---

    def save(self, *, stay: bool) -> None:
        """Record the topic with its agreements; what is missing is named, with a way to it."""
        view = self._view
        if view is None or not self._is_open():
            return
        entry = self.entry()
        missing = missing_in_topic(view, entry)
        problems = self.content.problems(missing)
        if problems:
            if any(one.step == HEAD for one in missing):
                self.content.head.set_open(True)
            self.show_problems(problems)
            return
        if self._is_correction and self._correcting is None:
            self._ask_reason("correct")
            return
        call = partial(
            service.record_topic,
            self.work.desk,
            view,
            entry,
            self._drafts.base,
            reason=self._correcting,
        )
        self._drafts.record(call, partial(self._on_saved, view, entry, stay))

    def _on_saved(
        self, view: TopicView, entry: TopicEntry, stay: bool, outcome: Outcome[Saved]
    ) -> None:
        self._kept_at = ""
        self.messages.clear()
        self.work.bus.changed.emit(outcome.changes)
        if stay:
            self._look_again()
        elif entry.outcome == _CROSSES:
            self._to_border("")
        else:
            self._to_meeting()
        moved = moved_words(view.evaluation)
        sentence = say("care.topic_saved", title=entry.title)
        if moved and entry.evaluation_on == view.evaluation.on:
            sentence = say("care.topic_saved_moved", title=entry.title, moved=moved)
        undo = partial(self._undo, outcome.value, view, written(entry))
        act = Act("Ongedaan maken", undo, actions.hint(Key.UNDO))
        self.work.bus.say(sentence, Severity.OK, act)

    def _undo(self, saved: Saved, view: TopicView, typed: str) -> None:
        call = partial(undo_to_draft, self.work.desk, saved, view.form, view.where, typed)
        self.ask(call, partial(self._on_undone, view))

    def _on_undone(self, view: TopicView, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.go(Destination(self.name, view.visit_id, record_id=view.record_id))
        self.work.bus.say(say("care.undone"))

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
            call = partial(withdraw, self.work.desk, view.record_ids, reason)
            self.ask(call, self._on_withdrawn)
            return
        self._correcting = reason
        if self._is_correction:
            self.save(stay=True)
            return
        self._is_correction = True
        self._show_state()
        self._go_to(1)

    def _on_withdrawn(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self._to_meeting()
        self.work.bus.say(say("care.topic_withdrawn", title=self._entry.title))
