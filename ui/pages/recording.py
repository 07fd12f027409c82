"""Saving, undoing, correcting and withdrawing one step: the same for every step of a pupil."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from clbdesk.services.drafts import undo_to_draft
from clbdesk.services.records import Saved, withdraw
from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination
from ui.pages.reason_strip import ReasonStrip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import PupilId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilView
    from ui.bus import Message
    from ui.pages.base import Page
    from ui.pages.draft_keeper import DraftKeeper
    from ui.pages.step import StepPage


class Recording(QObject):
    """What becomes of the form of one step.

    `recorded(then)`: written, and where to go ("go", "other", "stay"). `open_again(step)`: the
    same form with what was typed, after something else changed. `changed(step)`: look again at
    what is recorded. `words_changed()`: the form became editable.
    """

    recorded = Signal(str)
    open_again = Signal(str)
    changed = Signal(str)
    words_changed = Signal()

    def __init__(self, page: Page, drafts: DraftKeeper) -> None:
        """`page`: whose desk, thread and message bar are used."""
        super().__init__(page)
        self._page, self._drafts = page, drafts
        self._step: StepPage | None = None
        self._view: PupilView | None = None
        self._reason: str | None = None
        self._offered: Message | None = None  # the sentence that something can be taken back
        self.is_correction = False
        self._was_undone = False  # the form that comes next is what undo put back
        self._field: QWidget | None = None  # where the keyboard was before it had to wait
        self.reasons = ReasonStrip()
        self.reasons.hide()
        self.reasons.chosen.connect(self._on_reason)

    def watch(self, step: StepPage, view: PupilView, *, is_correction: bool) -> None:
        """Another form is on the screen. `is_correction`: a draft of a saved part was put back."""
        before = self._view.on_visit.pupil_id if self._view else None
        if before == view.on_visit.pupil_id and step is not self._step:
            self._page.messages.form_left()
        self._step, self._view = step, view
        self._field = None
        self._reason, self.is_correction = None, is_correction
        self._offer_undo(step, view)

    def _offer_undo(self, step: StepPage, view: PupilView) -> None:
        """What may still be taken back without a reason, unless something else can be undone now."""
        saved, bar = step.saved_state(), self._page.messages
        if self._offered is not None and bar.message() is self._offered:
            bar.clear()
        said = bar.message()
        if saved is None or saved.undo is None or (said is not None and said.act is not None):
            return
        whole, sentence = saved.undo
        self._page.say(sentence, act=self._undo_act(whole, view, step.step, None))
        self._offered = bar.message()

    def is_saved(self) -> bool:
        """Whether the step shows what is recorded, and nobody is correcting it; or is only read."""
        step = self._step
        if step is None:
            return False
        saved = step.saved_state() is not None and not self.is_correction
        return saved or not step.may_record()

    # --- waiting ---

    def hold(
        self, failed: Callable[[Refused | Environment], None], about: PupilId | None = None
    ) -> Callable[[Refused | Environment], None]:
        """A form is being written, or another one read: what is typed meanwhile is of neither.

        It ends when a form is shown (`watch`), or with what is returned: the form that was there
        goes on as it stood, unless it was recorded or is not of who is on the page by now
        (`about`), and `failed` is called.
        """
        if not self._drafts.is_waiting:
            self._drafts.is_waiting = True
            self._field = self._page.focusWidget()
            self._page.setFocus(Qt.FocusReason.OtherFocusReason)

        def stayed(trouble: Refused | Environment) -> None:
            self._drafts.is_waiting = False
            whose, field = self._drafts.whose(), self._field
            if whose is None or about not in {None, whose}:
                self._take_away()
            elif field is not None and shiboken6.isValid(field) and self._page.hasFocus():
                field.setFocus(Qt.FocusReason.OtherFocusReason)
            failed(trouble)

        return stayed

    def _take_away(self) -> None:
        """Nobody types in a form under the name of somebody else, or records one twice."""
        if self._step is not None:
            self._step.hide()
        self._step = self._view = None
        self._drafts.forget()
        self._page.rules.show_lines(())

    # --- saving ---

    def save(self, then: str) -> None:
        """Check, ask the reason of a correction, and record in one commit."""
        step, view = self._step, self._view
        if step is None or view is None or self.is_saved() or self._drafts.is_waiting:
            return
        problems = step.problems()
        if problems:
            self._page.show_problems(problems)
            return
        if self.is_correction and self._reason is None:
            self.ask_correction()
            return
        saving = step.saving(reason=self._reason)
        content = step.content()
        typed = json.dumps(content, ensure_ascii=False) if content is not None else None
        desk = self._page.work.desk
        saved = partial(self._on_saved, step, view, then, typed)
        self._drafts.hold()
        failed = self.hold(partial(self._on_refused, step))
        self._page.ask(lambda: saving(desk), saved, failed)

    def _on_refused(self, step: StepPage, trouble: Refused | Environment) -> None:
        """Nothing was written; what the page shows may be out of date."""
        self._drafts.release()
        self._page.tell(trouble)
        if step.must_look_again(trouble):
            self._drafts.keep()
            self.open_again.emit(step.step)

    def _on_saved(
        self,
        step: StepPage,
        view: PupilView,
        then: str,
        typed: str | None,
        outcome: Outcome[Saved],
    ) -> None:
        pupil = view.on_visit.pupil
        name = show.full_name(pupil.family_name, pupil.given_name)
        self._drafts.saved(step, view.on_visit)
        self._reason, self.is_correction = None, False
        self._page.messages.clear()
        self._page.work.bus.changed.emit(outcome.changes)
        self.recorded.emit(then)
        sentence = step.saved_sentence(name) or say("pupil.saved", part=step.part, name=name)
        act = self._undo_act(outcome.value, view, step.step, typed)
        self._page.work.bus.say(sentence, Severity.OK, act)

    def _undo_act(self, saved: Saved, view: PupilView, step: str, typed: str | None) -> Act:
        back = partial(self._undo, saved, view, step, typed)
        return Act("Ongedaan maken", back, actions.hint(Key.UNDO))

    def _undo(self, saved: Saved, view: PupilView, step: str, typed: str | None) -> None:
        form, where = view.on_visit.form(step), view.on_visit.where
        call = partial(undo_to_draft, self._page.work.desk, saved, form, where, typed)
        self._page.ask(call, partial(self._on_undone, view, step))

    def _on_undone(self, view: PupilView, step: str, outcome: Outcome[Saved]) -> None:
        self._page.work.bus.changed.emit(outcome.changes)
        on_visit = view.on_visit
        self._was_undone = True
        self._page.go(Destination(self._page.name, on_visit.visit_id, on_visit.pupil_id, step))

    def told_undone(self, key: str) -> bool:
        """Whether the form that was read is what undo put back; then that is said, and once."""
        was_undone, self._was_undone = self._was_undone, False
        if was_undone:
            self._page.say(say(key))
        return was_undone

    def beside(self, call: Callable[[Desk], Outcome[Saved]]) -> None:
        """Record something beside the form, such as a consent, and show the step with it."""
        self._page.ask(partial(call, self._page.work.desk), self._on_beside)

    def _on_beside(self, outcome: Outcome[Saved]) -> None:
        self._drafts.keep()
        said = self._page.messages.message()
        if self._view is not None and (said is None or said.act is None):
            pupil = self._view.on_visit.pupil
            name = show.full_name(pupil.family_name, pupil.given_name)
            self._page.say(say("pupil.beside", name=name), Severity.OK)
        if self._step is not None:
            self.open_again.emit(self._step.step)
        self._page.work.bus.changed.emit(outcome.changes)

    # --- correcting, withdrawing ---

    def ask_correction(self) -> None:
        """F2: a reason, then the saved values become a form again."""
        if self._may_change():
            self.reasons.ask("correct")

    def ask_withdrawal(self) -> None:
        """Intrekken…: a reason, then the record is withdrawn."""
        if self._may_change():
            self.reasons.ask("withdraw")

    def _may_change(self) -> bool:
        step = self._step
        return step is not None and step.saved_state() is not None and step.may_record()

    def _on_reason(self, purpose: str, reason: str) -> None:
        self.reasons.hide()
        step = self._step
        saved = step.saved_state() if step is not None else None
        if step is None or saved is None or self._drafts.is_waiting:
            return
        if purpose == "withdraw":
            call = partial(withdraw, self._page.work.desk, saved.record_ids, reason)
            self._page.ask(call, partial(self._on_withdrawn, step))
            return
        self._reason = reason
        if self.is_correction:
            self.save("go")
            return
        self.is_correction = True
        step.set_editable(True)
        self.words_changed.emit()
        first = step.first_field() or self._page.footer.primary
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_withdrawn(self, step: StepPage, outcome: Outcome[Saved]) -> None:
        self._page.work.bus.changed.emit(outcome.changes)
        self.changed.emit(step.step)
        self._page.say(say("pupil.withdrawn", part=step.part))
