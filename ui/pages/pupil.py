"""P04 Leerling: the shell around the steps of one pupil.

Banner, steps, drafts, not-done strip, correcting, saving, undo and where to go next are the same
for every step and live here; a step page knows its own form only.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer

from clbdesk.clock import local_day
from clbdesk.domain.age import age_months
from clbdesk.domain.body import ExamState
from clbdesk.services.drafts import Draft, drop_draft, find_draft, keep_draft
from clbdesk.services.pupil import PupilView, open_pupil, view_pupil
from clbdesk.services.records import Saved, undo, withdraw
from clbdesk.wording import label, say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages import shown
from ui.pages.base import Destination, Page
from ui.pages.reason_strip import ReasonStrip
from ui.widgets.banner import BannerView
from ui.widgets.button import Button
from ui.widgets.message_bar import to_put_right
from ui.widgets.not_done_strip import NotDoneAnswer, NotDoneStrip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.progress import StepProgress
    from ui.pages.base import Work
    from ui.pages.step import Problem, StepPage

_PAUSE_MS = 1000  # typing is kept as a draft after a pause this long


class PupilPage(Page):
    """One pupil at a time; `steps` are the step pages by name."""

    name: ClassVar[str] = "pupil"

    def __init__(self, work: Work, steps: Mapping[str, StepPage]) -> None:
        """The step pages are made once and used for every pupil."""
        super().__init__(work)
        self._pages = dict(steps)
        self._view: PupilView | None = None
        self._page: StepPage | None = None
        self._correcting: str | None = None
        self._is_correction = False
        self._dirty = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.keep)
        self._strip = NotDoneStrip(shown.not_done_states())
        self._strip.answered.connect(self._on_not_done)
        self._reasons = ReasonStrip()
        self._reasons.hide()
        self._reasons.chosen.connect(self._on_reason)
        self.body.addWidget(self._strip)
        self.body.addWidget(self._reasons)
        for page in self._pages.values():
            page.hide()
            self.body.addWidget(page)
            page.edited.connect(self._on_edited)
            page.rules_changed.connect(self._show_rules)
            page.words_changed.connect(self._show_words)
            page.notice.connect(self.say)
        self.body.addStretch(1)
        self._make_footer()
        self.banner.show()
        self.steps.show()
        self.steps.step_asked.connect(self.go_to_step_number)
        self.footer.primary_pressed.connect(self.save_and_go)
        actions.bind(self, Key.SAVE, partial(self._save, then="stay"))
        actions.bind(self, Key.SAVE_OTHER_WAY, partial(self._save, then="other"))
        actions.bind(self, Key.NOT_DONE, self.ask_not_done)
        actions.bind(self, Key.REST_IN_ORDER, self._rest_in_order)
        actions.bind(self, Key.CONFIRM_VALUE, self._confirm_value)
        actions.bind(self, Key.CORRECT, self.ask_correction)
        actions.bind(self, Key.NEXT_PUPIL, partial(self._other_pupil, 1))
        actions.bind(self, Key.PREVIOUS_PUPIL, partial(self._other_pupil, -1))
        actions.bind(self, Key.END_OF_QUEUE, self._half_now)

    def _make_footer(self) -> None:
        self._not_done = Button("Niet afgenomen…", actions.hint(Key.NOT_DONE))
        self._rest = Button("Rest in orde", actions.hint(Key.REST_IN_ORDER))
        self._correct = Button("Verbeteren", actions.hint(Key.CORRECT))
        self._withdraw = Button("Intrekken…")
        self._drop = Button("Concept weggooien")
        self._not_done.clicked.connect(self.ask_not_done)
        self._rest.clicked.connect(self._rest_in_order)
        self._correct.clicked.connect(self.ask_correction)
        self._withdraw.clicked.connect(self.ask_withdrawal)
        self._drop.clicked.connect(self._drop_draft)
        self.footer.add_left(self._not_done, self._rest, self._correct, self._withdraw, self._drop)

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """Open the pupil (logged), then the asked step or the first open one."""
        if to.visit_id is None or to.pupil_id is None:
            return
        other = self._view is None or self._view.on_visit.pupil_id != to.pupil_id
        self._hide_strips()
        call = partial(
            open_pupil if other else view_pupil, self.work.desk, to.visit_id, to.pupil_id
        )
        self.ask(call, partial(self._on_opened, to.step, other))

    def leave(self) -> None:
        """Keep the draft before anything else is shown."""
        if self._dirty:
            self.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A saving of this pupil elsewhere: steps and alerts may differ."""
        if self._view is not None and self._view.on_visit.pupil_id in changes.pupil_ids:
            self._look_again()

    def close_open(self) -> bool:
        """Esc closes the strip that asks a state or a reason."""
        is_open = self._strip.isVisible() or self._reasons.isVisible()
        self._hide_strips()
        return is_open

    def title_back(self) -> str:
        """The name of the page that comes back here."""
        return "Leerling"

    def _on_opened(self, step: str | None, is_other: bool, view: PupilView) -> None:
        self._view = view
        on_visit = view.on_visit
        moment = on_visit.moment
        title = "Systematisch contact" if moment else "Vaccinatie"
        quiet = " · ".join(
            part
            for part in (moment.value if moment else "", show.weekday(on_visit.visit_on))
            if part
        )
        self.top_line.set_title(title, quiet)
        self._show_banner()
        if is_other:
            self.messages.clear()
            name = show.list_name(on_visit.pupil.family_name, on_visit.pupil.given_name)
            self.say(f"Nu: {name} – {show.day(on_visit.pupil.birth_date)}")
        names = [one.step.name for one in view.steps if one.step.name in self._pages]
        first_open = next(
            (one.step.name for one in view.steps if one.is_open and one.step.name in self._pages),
            names[0] if names else None,
        )
        chosen = step if step in names else first_open
        if chosen is not None:
            self._open_step(chosen)

    def _show_banner(self) -> None:
        assert self._view is not None
        on_visit = self._view.on_visit
        pupil = on_visit.pupil
        today = local_day(self.work.desk.clock.now())
        self.banner.show_pupil(
            BannerView(
                family_name=pupil.family_name,
                given_name=pupil.given_name,
                born=pupil.birth_date,
                age_months=age_months(pupil.birth_date, today),
                sex=label(pupil.sex),
                number=pupil.pupil_number,
                class_name=on_visit.class_name,
                call_name=pupil.call_name if pupil.call_name != pupil.given_name else "",
                alerts=shown.alerts(self._view),
            ),
        )

    # --- the step ---

    def go_to_step_number(self, number: int) -> None:
        """Alt+1 … Alt+8, and a click on a step."""
        if self._view is None:
            return
        for one in self._view.steps:
            if one.step.number == number and one.step.name in self._pages:
                self.leave()
                self._open_step(one.step.name)

    def _open_step(self, name: str) -> None:
        assert self._view is not None
        self._hide_strips()
        page, on_visit = self._pages[name], self._view.on_visit
        opening = page.opening(on_visit)
        form = on_visit.form(name)
        desk = self.work.desk

        def read() -> tuple[Any, Draft | None]:
            return opening(desk), find_draft(desk, form)

        self.ask(read, partial(self._on_step_read, page))

    def _on_step_read(self, page: StepPage, answer: tuple[Any, Draft | None]) -> None:
        view, draft = answer
        for other in self._pages.values():
            other.setVisible(other is page)
        self._page, self._dirty, self._is_correction, self._correcting = page, False, False, None
        page.show_view(view)
        saved = page.saved_state()
        page.set_editable(saved is None)
        if draft is not None:
            page.set_editable(True)
            page.restore(json.loads(draft.content), draft.base)
            self._is_correction = saved is not None
            self.steps.show_draft(f"Concept {show.hour(draft.saved_at)}")
            self.say(say("pupil.draft_found", hour=show.hour(draft.saved_at)))
        else:
            self.steps.show_draft("")
        if saved is not None and draft is None:
            self.say(saved.note)
        if saved is not None and saved.two_versions:
            self.say(
                say("pupil.two_versions"),
                Severity.ATTENTION,
                Act("Vergelijken", lambda: self.go(Destination("conflicts"))),
            )
        self._show_steps()
        self._show_rules()
        self._show_words()
        first = page.first_field() if saved is None or draft is not None else None
        (first or self.footer.primary).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_steps(self) -> None:
        assert self._view is not None
        current = self._current()
        self.steps.show_steps(
            tuple(shown.step(one) for one in self._view.steps if one.step.name in self._pages),
            current.step.number if current else None,
            may_add=False,
        )

    def _current(self) -> StepProgress | None:
        if self._view is None or self._page is None:
            return None
        return next((one for one in self._view.steps if one.step.name == self._page.step), None)

    def _show_rules(self) -> None:
        if self._page is not None:
            self.rules.show_lines(tuple(shown.rule_line(one) for one in self._page.judgements()))

    def _show_words(self) -> None:
        page = self._page
        if page is None:
            return
        saved = page.saved_state() is not None and not self._is_correction
        self._not_done.setVisible(not saved and page.may_be_not_done())
        self._rest.set_words(page.rest_words(), actions.hint(Key.REST_IN_ORDER))
        self._rest.setVisible(not saved and bool(page.rest_words()))
        self._correct.setVisible(saved)
        self._withdraw.setVisible(saved)
        self._drop.setVisible(self._dirty or bool(self._is_correction))
        where = self._following()
        words = where.words
        self.footer.set_primary(
            words[:1].upper() + words[1:] if saved else page.primary_words(words)
        )

    # --- drafts ---

    def _on_edited(self) -> None:
        self._dirty = True
        self._pause.start()

    def keep(self) -> None:
        """Keep what was typed, now."""
        self._pause.stop()
        if self._page is None or self._view is None:
            return
        content = self._page.content()
        if content is None:
            return
        on_visit = self._view.on_visit
        call = partial(
            keep_draft,
            self.work.desk,
            on_visit.form(self._page.step),
            on_visit.where,
            self._page.base(),
            json.dumps(content, ensure_ascii=False),
        )
        self._dirty = False
        self.ask(call, self._on_kept)

    def _on_kept(self, draft: Draft) -> None:
        if self._view is not None and self._page is not None:
            if draft.form == self._view.on_visit.form(self._page.step):
                self.steps.show_draft(f"Concept {show.hour(draft.saved_at)}")
                self._drop.show()

    def _drop_draft(self) -> None:
        if self._page is None or self._view is None:
            return
        self._pause.stop()
        self._dirty = False
        step = self._page.step
        call = partial(drop_draft, self.work.desk, self._view.on_visit.form(step))
        self.ask(call, lambda _none: self._open_step(step))

    # --- saving ---

    def save_and_go(self) -> None:
        """The primary button: save and follow the station; only go on when nothing is to save."""
        page = self._page
        if self._strip.isVisible():
            self._strip.confirm()
            return
        if page is not None and page.saved_state() is not None and not self._is_correction:
            self._follow(self._following())
            return
        self._save(then="go")

    def _save(self, then: str) -> None:
        page = self._page
        if page is None or self._view is None:
            return
        if page.saved_state() is not None and not self._is_correction:
            return
        problems = page.problems()
        if problems:
            self._show_problems(problems)
            return
        if self._is_correction and self._correcting is None:
            self.ask_correction()
            return
        self._pause.stop()
        saving = page.saving(reason=self._correcting)
        desk = self.work.desk
        self.ask(lambda: saving(desk), partial(self._on_saved, page, self._view, then))

    def _show_problems(self, problems: list[Problem]) -> None:
        acts = tuple(
            Act(problem.text, partial(problem.field.setFocus, Qt.FocusReason.OtherFocusReason))
            for problem in problems
        )
        self.messages.show_message(to_put_right(acts))
        self.messages.focus_first_link()

    def _on_saved(
        self, page: StepPage, view: PupilView, then: str, outcome: Outcome[Saved]
    ) -> None:
        pupil = view.on_visit.pupil
        name = show.full_name(pupil.family_name, pupil.given_name)
        self._dirty = False
        self._is_correction, self._correcting = False, None
        self.messages.clear()
        self.work.bus.changed.emit(outcome.changes)
        where = (
            self._following() if then == "go" else self._other_way() if then == "other" else None
        )
        if where is not None:
            self._follow(where)
        else:
            self._open_step(page.step)
        sentence = page.saved_sentence(name) or say("pupil.saved", part=page.part, name=name)
        act = Act(
            "Ongedaan maken",
            partial(self._undo, outcome.value, view, page.step),
            actions.hint(Key.UNDO),
        )
        self.work.bus.say(sentence, Severity.OK, act)

    def _undo(self, saved: Saved, view: PupilView, step: str) -> None:
        call = partial(undo, self.work.desk, saved)
        self.ask(call, partial(self._on_undone, view, step))

    def _on_undone(self, view: PupilView, step: str, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        on_visit = view.on_visit
        self.go(Destination(self.name, on_visit.visit_id, on_visit.pupil_id, step))
        self.work.bus.say(say("pupil.undone"))

    # --- where to next ---

    def _following(self) -> shown.Following:
        post = self.work.station.post
        if post != "all" and self._page is not None and self._page.step == post:
            return self._next_pupil(post)
        return self._next_step()

    def _other_way(self) -> shown.Following:
        following = self._following()
        if following.same_pupil and self._page is not None:
            return self._next_pupil(self._page.step)
        return self._next_step()

    def _next_step(self) -> shown.Following:
        current = self._current()
        if self._view is not None and current is not None:
            for one in self._view.steps:
                if one.step.number > current.step.number and one.step.name in self._pages:
                    to = Destination(
                        self.name,
                        self._view.on_visit.visit_id,
                        self._view.on_visit.pupil_id,
                        one.step.name,
                    )
                    return shown.Following(f"naar {one.step.label}", to, same_pupil=True)
        return self._next_pupil(None)

    def _next_pupil(self, step: str | None) -> shown.Following:
        if self._view is None:
            return shown.Following("naar de lijst", None)
        on_visit = self._view.on_visit
        order = self.work.station.order
        if on_visit.pupil_id in order:
            at = order.index(on_visit.pupil_id) + 1
            if at < len(order):
                to = Destination(self.name, on_visit.visit_id, order[at], step)
                return shown.Following("volgende leerling", to)
        return shown.Following("naar de lijst", None)

    def _follow(self, following: shown.Following) -> None:
        if following.to is None:
            visit_id = self._view.on_visit.visit_id if self._view else None
            self.go(Destination("class_list", visit_id))
        elif following.same_pupil and following.to.step is not None:
            self._look_again(following.to.step)
        else:
            self.go(following.to)

    def _look_again(self, step: str | None = None) -> None:
        assert self._view is not None
        on_visit = self._view.on_visit
        call = partial(view_pupil, self.work.desk, on_visit.visit_id, on_visit.pupil_id)
        self.ask(call, partial(self._on_looked, step))

    def _on_looked(self, step: str | None, view: PupilView) -> None:
        if self._view is None or view.on_visit.pupil_id != self._view.on_visit.pupil_id:
            return
        self._view = view
        self._show_banner()
        if step is not None:
            self._open_step(step)
        else:
            self._show_steps()

    def _other_pupil(self, by: int) -> None:
        if self._view is None:
            return
        order, on_visit = self.work.station.order, self._view.on_visit
        if on_visit.pupil_id not in order:
            return
        at = order.index(on_visit.pupil_id) + by
        if 0 <= at < len(order):
            step = self._page.step if self._page else None
            self.go(Destination(self.name, on_visit.visit_id, order[at], step))

    # --- not done, rest in order, correcting, withdrawing ---

    def ask_not_done(self) -> None:
        """F8: the strip with states and reasons."""
        if self._page is not None and self._not_done.isVisible():
            self._strip.ask(self._page.part)

    def _on_not_done(self, answer: NotDoneAnswer) -> None:
        if self._page is not None:
            self._page.set_not_done(ExamState(answer.state), answer.text or answer.reason)
            self._save(then="go")

    def _rest_in_order(self) -> None:
        if self._page is not None and self._rest.isVisible():
            self._page.rest_in_order()

    def _confirm_value(self) -> None:
        if self._page is not None:
            self._page.confirm_value()

    def _half_now(self) -> None:
        if self._page is not None and self._page.half_now():
            self._save(then="other" if self.work.station.post == "all" else "go")

    def ask_correction(self) -> None:
        """F2: a reason, then the saved values become a form again."""
        if self._page is not None and self._page.saved_state() is not None:
            self._reasons.ask("correct")
            self._reasons.show()

    def ask_withdrawal(self) -> None:
        """Intrekken…: a reason, then the record is withdrawn."""
        if self._page is not None and self._page.saved_state() is not None:
            self._reasons.ask("withdraw")
            self._reasons.show()

    def _on_reason(self, purpose: str, reason: str) -> None:
        self._reasons.hide()
        page = self._page
        if page is None or self._view is None:
            return
        saved = page.saved_state()
        if purpose == "withdraw" and saved is not None:
            call = partial(withdraw, self.work.desk, saved.record_ids, reason)
            self.ask(call, partial(self._on_withdrawn, page))
            return
        self._correcting = reason
        if self._is_correction:
            self._save(then="go")
            return
        self._is_correction = True
        page.set_editable(True)
        self._show_words()
        first = page.first_field()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_withdrawn(self, page: StepPage, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self._look_again(page.step)
        self.say(say("pupil.withdrawn", part=page.part))

    def _hide_strips(self) -> None:
        self._strip.hide()
        self._reasons.hide()
