"""P04 Leerling: the shell around the steps of one pupil.

Banner, steps, drafts, not-done strip, correcting, saving, undo and where to go next are the same
for every step and live here; a step page knows its own form only.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState
from clbdesk.services.drafts import Draft, find_draft
from clbdesk.services.pupil import PupilView, open_pupil, view_pupil
from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages import shown
from ui.pages.base import Destination, Page
from ui.pages.draft_keeper import DraftKeeper
from ui.pages.recording import Recording
from ui.pages.route import Route, own_steps
from ui.pages.step_adding import AddStrip
from ui.pages.step_buttons import StepButtons
from ui.pages.step_pages import StepPages
from ui.theme import Role, Size
from ui.widgets.label import Label
from ui.widgets.not_done_strip import NotDoneAnswer, NotDoneStrip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from clbdesk.services.outcome import ChangeSet
    from clbdesk.services.progress import StepProgress
    from clbdesk.services.pupil import PupilOnVisit
    from ui.pages.base import Work
    from ui.pages.step import StepPage


class PupilPage(Page):
    """One pupil at a time; `steps` make the step pages by name."""

    name: ClassVar[str] = "pupil"

    def __init__(self, work: Work, steps: Mapping[str, Callable[[], StepPage]]) -> None:
        """A step page is made when it is first shown, and used for every pupil."""
        super().__init__(work)
        self._pages = StepPages(steps, self._welcome)
        self._view: PupilView | None = None
        self._page: StepPage | None = None
        self._drafts = DraftKeeper(self)
        self._drafts.kept.connect(self._on_kept)
        self._recording = Recording(self, self._drafts)
        self._recording.recorded.connect(self._follow_route)
        self._recording.open_again.connect(partial(self._open_step, again=True))
        self._recording.changed.connect(self._look_again)
        self._recording.words_changed.connect(self._show_words)
        self._strip = NotDoneStrip(shown.not_done_states())
        self._strip.answered.connect(self._on_not_done)
        self._adding = AddStrip()
        self._adding.chosen.connect(self._add_step)
        self._strips = (self._strip, self._recording.reasons, self._adding)
        self._note = Label(size=Size.QUIET, role=Role.SECONDARY)
        self._note.hide()
        self.body.addWidget(self._note)
        for strip in self._strips:
            self.body.addWidget(strip)
        self.body.addStretch(1)
        self._buttons = StepButtons(self.footer)
        self._buttons.not_done.clicked.connect(self.ask_not_done)
        self._buttons.rest.clicked.connect(self._rest_in_order)
        self._buttons.correct.clicked.connect(self._recording.ask_correction)
        self._buttons.withdraw.clicked.connect(self._recording.ask_withdrawal)
        self._buttons.drop.clicked.connect(self._drop_draft)
        self.banner.show()
        self.steps.show()
        self.steps.step_asked.connect(self.go_to_step_number)
        self.steps.add_asked.connect(self._ask_step)
        self.rules.link_followed.connect(self._on_link)
        self.footer.primary_pressed.connect(self.save_and_go)
        actions.bind(self, Key.SAVE, partial(self._recording.save, "stay"))
        actions.bind(self, Key.SAVE_OTHER_WAY, partial(self._recording.save, "other"))
        actions.bind(self, Key.NOT_DONE, self.ask_not_done)
        actions.bind(self, Key.REST_IN_ORDER, self._rest_in_order)
        actions.bind(self, Key.CONFIRM_VALUE, self._confirm_value)
        actions.bind(self, Key.CORRECT, self._recording.ask_correction)
        actions.bind(self, Key.NEXT_PUPIL, partial(self._other_pupil, 1))
        actions.bind(self, Key.PREVIOUS_PUPIL, partial(self._other_pupil, -1))
        actions.bind(self, Key.END_OF_QUEUE, self._half_now)
        actions.bind(self, Key.INCIDENT, self._to_incident)

    def _welcome(self, page: StepPage) -> None:
        page.hide()
        self.body.insertWidget(self.body.count() - 1, page)
        page.edited.connect(self._drafts.touched)
        page.rules_changed.connect(self._show_rules)
        page.words_changed.connect(self._show_words)
        page.notice.connect(self.say)
        page.aside.connect(self._recording.beside)
        page.go_to.connect(self.go)
        page.discreet.connect(self.work.bus.discreet)
        page.show_link(self.work.link.state)
        self.work.link.changed.connect(page.show_link)
        self._buttons.add(page)

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """Open the pupil (logged), then the asked step or the first open one."""
        if to.visit_id is None or to.pupil_id is None:
            return
        here = self._view.on_visit if self._view else None
        other = here is None or (here.visit_id, here.pupil_id) != (to.visit_id, to.pupil_id)
        self._hide_strips()
        added = self.work.station.added_to(to.pupil_id)
        looking = open_pupil if other else view_pupil
        call = partial(looking, self.work.desk, to.visit_id, to.pupil_id, added=added)
        closed = self._recording.hold(partial(self.go_to_closed, to.pupil_id))
        self.ask(call, partial(self._on_opened, to.step, other), closed)

    def leave(self) -> None:
        """Keep the draft before anything else is shown."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A saving of this pupil elsewhere: steps and alerts may differ."""
        if self._view is not None and self._view.on_visit.pupil_id in changes.pupil_ids:
            self._look_again()

    def close_open(self) -> bool:
        """Esc closes the strip that asks a state or a reason."""
        is_open = any(strip.isVisible() for strip in self._strips)
        self._hide_strips()
        return is_open or (self._page is not None and self._page.close_open())

    def place(self, to: Destination) -> Destination:
        """The step that is open."""
        return replace(to, step=self._page.step) if self._page is not None else to

    def title_back(self) -> str:
        """The name of the page that comes back here."""
        return "Leerling"

    def _on_opened(self, step: str | None, is_other: bool, view: PupilView) -> None:
        self._view = view
        self.top_line.set_title(*shown.title(view.on_visit))
        self._show_banner()
        if is_other:
            before = self.messages.message()
            self.messages.clear()
            self.messages.show_message(shown.now_before(view.on_visit, before))
        names = [one.step.name for one in view.steps if one.step.name in self._pages]
        mine = own_steps(view, self._pages, self.work.desk.user.role)
        first_open = next(
            (one.step.name for one in view.steps if one.is_open and one.step.name in mine),
            names[0] if names else None,
        )
        chosen = step if step in names else first_open
        if chosen is not None:
            self._open_step(chosen)

    def _show_banner(self) -> None:
        assert self._view is not None
        today = local_day(self.work.desk.clock.now())
        self.banner.show_pupil(shown.banner(self._view, today))

    # --- the step ---

    def go_to_step_number(self, number: int) -> None:
        """Alt+1 … Alt+8, and a click on a step."""
        if self._view is None:
            return
        for one in self._view.steps:
            if one.step.number == number and one.step.name in self._pages:
                self.leave()
                self._open_step(one.step.name)

    def _open_step(self, name: str, *, again: bool = False) -> None:
        """`again`: the same form with what was typed, after something else changed."""
        assert self._view is not None
        self._hide_strips()
        page, on_visit = self._pages[name], self._view.on_visit
        opening = page.opening(on_visit)
        form, desk = on_visit.form(name), self.work.desk

        def read() -> tuple[Any, Draft | None]:
            return opening(desk), find_draft(desk, form)

        failed = self._recording.hold(self.tell, on_visit.pupil_id)
        self.ask(read, partial(self._on_step_read, page, on_visit, again), failed)

    def _on_step_read(
        self,
        page: StepPage,
        on_visit: PupilOnVisit,
        again: bool,
        answer: tuple[Any, Draft | None],
    ) -> None:
        if self._view is None or self._view.on_visit.pupil_id != on_visit.pupil_id:
            return
        view, draft = answer
        for other in self._pages.made():
            other.setVisible(other is page)
        self._page = page
        self._drafts.watch(page, on_visit, draft)
        page.show_view(view)
        saved = page.saved_state()
        page.set_editable(saved is None and page.may_record())
        is_correction = saved is not None and draft is not None
        self._recording.watch(page, self._view, is_correction=is_correction)
        if draft is not None:
            page.set_editable(True)
            page.restore(json.loads(draft.content), draft.base)
            self.steps.show_draft(f"Concept {show.hour(draft.saved_at)}")
            if not self._recording.told_undone("pupil.undone") and not again:
                self.say(shown.draft_found(self.messages.message(), show.hour(draft.saved_at)))
        else:
            self.steps.show_draft("")
            self._recording.told_undone("pupil.undone_without_draft")
        self._note.setText(saved.note if saved is not None else "")
        self._note.setVisible(saved is not None and draft is None)
        if saved is not None and saved.two_versions:
            self.say(
                say("pupil.two_versions"),
                Severity.ATTENTION,
                Act("Vergelijken", lambda: self.go(Destination("conflicts"))),
            )
        self._show_steps()
        self._show_rules()
        self._show_words()
        writes = page.may_record() and (saved is None or draft is not None)
        first = page.first_field() if writes else None
        (first or self.footer.primary).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_steps(self) -> None:
        assert self._view is not None
        current = self._current()
        self.steps.show_steps(
            tuple(shown.step(one) for one in self._view.steps if one.step.name in self._pages),
            current.step.number if current else None,
            may_add=bool(self._view.addable),
        )

    def _ask_step(self) -> None:
        """+ Onderdeel toevoegen: a step on indication, for this pupil alone."""
        if self._view is not None:
            self._hide_strips()
            self._adding.ask(self._view.addable)

    def _add_step(self, name: str) -> None:
        if self._view is not None:
            self.leave()
            self.work.station.added.add((self._view.on_visit.pupil_id, name))
            self._look_again(name)

    def _current(self) -> StepProgress | None:
        if self._view is None or self._page is None:
            return None
        return next((one for one in self._view.steps if one.step.name == self._page.step), None)

    def _show_rules(self) -> None:
        if self._page is not None:
            self.rules.show_lines(tuple(self._page.rule_lines()))

    def _on_link(self, index: int) -> None:
        if self._page is not None:
            self._page.follow_link(index)

    def _show_words(self) -> None:
        page = self._page
        if page is None:
            return
        saved = self._recording.is_saved()
        has_draft = self._drafts.stands or self._recording.is_correction
        self._buttons.show_for(page, is_saved=saved, has_draft=has_draft)
        route = self._route()
        words = route.following().words if route else ""
        self.footer.set_primary(
            words[:1].upper() + words[1:] if saved else page.primary_words(words)
        )

    # --- drafts ---

    def _on_kept(self, draft: Draft) -> None:
        self.steps.show_draft(f"Concept {show.hour(draft.saved_at)}")
        self._buttons.drop.show()

    def _drop_draft(self) -> None:
        if self._page is not None:
            self._drafts.drop(partial(self._open_step, self._page.step))

    # --- saving ---

    def save_and_go(self) -> None:
        """The primary button: save and follow the station; only go on when nothing is to save."""
        if self._strip.isVisible():
            self._strip.confirm()
        elif self._recording.is_saved():
            self._follow_route("go")
        else:
            self._recording.save("go")

    # --- where to next ---

    def _route(self) -> Route | None:
        if self._view is None or self._page is None:
            return None
        own = own_steps(self._view, self._pages, self.work.desk.user.role)
        return Route(self._view, self.work.station, self._page.step, own)

    def _follow_route(self, then: str) -> None:
        route = self._route()
        if route is None:
            return
        if then == "stay":
            self._look_again(route.step)
            return
        following = route.following() if then == "go" else route.other_way()
        if following.to is None:
            visit_id = self._view.on_visit.visit_id if self._view else None
            self.go(Destination(self.work.station.list_page, visit_id))
        elif following.same_pupil and following.to.step is not None:
            self._look_again(following.to.step)
        else:
            self.go(following.to)

    def _look_again(self, step: str | None = None) -> None:
        assert self._view is not None
        on_visit = self._view.on_visit
        pupil_id, added = on_visit.pupil_id, self.work.station.added_to(on_visit.pupil_id)
        call = partial(view_pupil, self.work.desk, on_visit.visit_id, pupil_id, added=added)
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
        route = self._route()
        to = route.neighbour(by, route.step) if route else None
        if to is not None:
            self.go(to)

    # --- not done, rest in order, correcting, withdrawing ---

    def ask_not_done(self) -> None:
        """F8: the strip with states and reasons."""
        if self._page is None or not self._buttons.not_done.isVisible():
            return
        if not self._page.ask_not_done():
            self._strip.ask(self._page.not_done_subject())

    def _on_not_done(self, answer: NotDoneAnswer) -> None:
        if self._page is not None:
            self._page.set_not_done(ExamState(answer.state), answer.text or answer.reason)
            self._recording.save("go")

    def _rest_in_order(self) -> None:
        page = self._page
        if page is not None and page.may_rest() and not self._buttons.correct.isVisible():
            focus: QWidget | None = self.focusWidget()
            if focus is not None and self.messages.isAncestorOf(focus):  # a link that goes away
                (page.first_field() or self.footer.primary).setFocus()
            page.rest_in_order()

    def _confirm_value(self) -> None:
        if self._page is not None:
            self._page.confirm_value()

    def _half_now(self) -> None:
        if self._page is not None and self._page.half_now():
            self._recording.save("other" if self.work.station.post == "all" else "go")

    def _to_incident(self) -> None:
        if self._view is not None and self._page is not None:
            on_visit = self._view.on_visit
            about = self._page.incident_pupil() or on_visit.pupil_id
            self.go(Destination("observation", on_visit.visit_id, about, "incident"))

    def _hide_strips(self) -> None:
        for strip in self._strips:
            strip.hide()
