"""P13 Vaccinatie: consent, identity, questions, doses and observation on one screen, one save.

Without a planned dose only the vaccination status is looked at and saved.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QElapsedTimer, QTimer

from clbdesk.domain.revision import Role as Function
from clbdesk.domain.vaccination import DoseStatus, NotGivenReason
from clbdesk.services.vaccination import VaccinationView, open_vaccination
from clbdesk.services.vaccination_entry import conditions, goes_in
from clbdesk.services.vaccination_lines import advice_lines, history_lines
from clbdesk.services.vaccination_meanwhile import LOOK_AGAIN
from clbdesk.services.vaccination_observation import release
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.pages import vaccination_words as words
from ui.pages.base import Destination, Problem
from ui.pages.observation_card import ObservationCard, let_go_sentence
from ui.pages.step import SavedState, StepPage
from ui.pages.vaccination_card import VaccinationCard
from ui.pages.vaccination_consent import ConsentForm
from ui.pages.vaccination_side import AdviceCard, ConditionsCard, HistoryCard
from ui.widgets.button import Button
from ui.widgets.card import Columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from clbdesk.domain.judgement import Judgement
    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import PupilId, RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved
    from clbdesk.services.station_link import LinkState
    from clbdesk.services.vaccination_observation import Watched
    from clbdesk.standards.vaccination.conditions import Condition
    from ui.widgets.rule_line import RuleLine

_TICK_MS = 15_000  # how often the hour until which a pupil would stay is drawn anew


class VaccinationPage(StepPage):
    """Five blocks in one card; history and advice beside them."""

    step: ClassVar[str] = "vaccination"
    part: ClassVar[str] = "Vaccinatie"

    def __init__(self) -> None:
        """Left the blocks, right what is known."""
        super().__init__()
        self._view: VaccinationView | None = None
        self._wrong: list[str] = []
        self._saved: Saved | None = None
        self._open_for = QElapsedTimer()
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_until)
        self.card = VaccinationCard()
        self.identity, self.questions = self.card.identity, self.card.questions
        self.doses, self.doctor = self.card.doses, self.card.doctor
        self.form = ConsentForm()
        self._history, self._advice = HistoryCard(), AdviceCard()
        self._history.booklet_asked.connect(self._to_booklet)
        self._conditions = ConditionsCard()
        self.watch = ObservationCard(self._now)
        self._let_go: tuple[Watched, str] | None = None
        self.form_button = Button("Formulier…")
        self.form_button.clicked.connect(self._ask_form)
        self._place()
        self.card.consent.form_asked.connect(self._ask_form)
        self.form.recorded.connect(self.aside)
        self.card.edited.connect(self._on_edited)
        self.card.noticed.connect(self.notice)
        self.card.ordered.connect(self.aside)
        self.identity.left.connect(self._judge_identity)
        self.questions.all_no_asked.connect(self.rest_in_order)
        self.watch.let_go.connect(self._release)
        self.watch.incident_asked.connect(self._to_incident)
        actions.bind(self, Key.WHY, self._toggle_why)

    def _place(self) -> None:
        columns = Columns(right_width=446)
        columns.left.addWidget(self.form)
        columns.left.addWidget(self.card)
        columns.left.addStretch(1)
        for side in (self.watch, self._conditions, self._history, self._advice):
            columns.right.addWidget(side)
        columns.right.addStretch(1)
        self.body.addWidget(columns)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], VaccinationView]:
        """Read consents, doses, session and what this visit already holds."""
        return partial(open_vaccination, on_visit=on_visit)

    def show_view(self, view: VaccinationView) -> None:
        """Every block as it begins, or as it was saved."""
        self._view, self._base, self._wrong = view, view.base, []
        self._open_for.start()
        self._clock.start()
        self.form.hide()
        self._conditions.hide()
        self.card.show_view(view)
        self._show_watched(view)
        known = f"t.e.m. {show.weekday(view.known_until)}" if view.known_until else ""
        self._history.show_lines(history_lines(view), known)
        self._advice.show_lines(advice_lines(view), view.plan.judged.edition)
        self._show_all()

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when; None while a planned dose is open."""
        is_saved = self._view is not None and self._view.is_saved
        return words.saved_state(self._view) if self._view and is_saved else None

    def show_link(self, link: LinkState) -> None:
        """The other post can be heard, or must be asked."""
        self.card.other_post.show_link(link)
        self._show_all()

    def set_editable(self, on: bool) -> None:
        """Fields, or only to be read."""
        self.card.set_editable(on)

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was typed, as it stands in the fields."""
        return self.card.content()

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back."""
        self._base = base
        self.card.restore(content)
        self._show_all()

    # --- judging ---

    def judgements(self) -> Sequence[Judgement]:
        """The advice is in its own card; above the footer stand the conditions."""
        return ()

    def rule_lines(self) -> Sequence[RuleLine]:
        """One line: all conditions met, or the first that is not."""
        view = self._view
        if view is None or not view.rows or view.is_saved:
            return ()
        found = self._found()
        if not found:
            return ()
        return (words.condition_line(view, self.card.entry(), found),)

    def follow_link(self, index: int) -> None:
        """Why; to the session; or leave it to a doctor."""
        link = self.rule_lines()[index].link
        if link == words.LEAVE_TO_DOCTOR:
            self._leave_to_doctor()
        elif link == words.TO_SESSION and self._view is not None:
            self.go_to.emit(Destination("vaccination_session", self._view.on_visit.visit_id))
        else:
            self._toggle_why()

    def _found(self) -> dict[str, tuple[Condition, ...]]:
        if self._view is None:
            return {}
        entry = self.card.entry()
        new = {line.row.vaccine for line in self.doses.lines if self._is_to_judge(line.row.vaccine)}
        found = conditions(self._view, entry)
        return {vaccine: each for vaccine, each in found.items() if vaccine in new}

    def _is_to_judge(self, vaccine: str) -> bool:
        """A dose that was given before is judged no more."""
        assert self._view is not None
        row = next(row for row in self._view.rows if row.vaccine == vaccine)
        return row.saved is None or row.saved.body.status is not DoseStatus.GIVEN

    def _on_edited(self) -> None:
        self._show_all()
        self.edited.emit()

    def _show_all(self) -> None:
        view = self._view
        if view is None:
            return
        self.card.show_questions()
        typed = self.identity.typed()
        right = typed == f"{view.on_visit.pupil.birth_date:%d%m}"
        self.identity.show_right(words.right_day(view) if right else "")
        given = [line for line in self.doses.lines if line.is_given]
        self.card.after.setVisible(bool(given) and not view.station.is_desk)
        self._show_until()
        found = self._found()
        asks = self.doctor.ask_about(words.for_doctor(view, found))
        self.doctor.setVisible(view.user_role is Function.DOCTOR and asks)
        labels = {row.vaccine: row.label for row in view.rows}
        self._conditions.show_conditions({labels[name]: each for name, each in found.items()})
        self.rules_changed.emit()
        self.words_changed.emit()

    def _show_until(self) -> None:
        view = self._view
        if view is None:
            return
        observation = view.saved.observation
        if observation is not None and not goes_in(view, self.card.entry()):
            minutes = (observation.body.until - observation.body.started_at).seconds // 60
            self.card.after.show_until(minutes, observation.body.until)
            return
        minutes = view.station.observation_minutes
        self.card.after.show_until(minutes, self._now() + timedelta(minutes=minutes))

    def _judge_identity(self) -> None:
        """On leaving: a day that cannot be read, or of somebody else; the second time of whom."""
        view = self._view
        if view is None:
            return
        problem = self.identity.day.problem()
        typed = self.identity.typed()
        if not problem and typed and typed != f"{view.on_visit.pupil.birth_date:%d%m}":
            if not self._wrong or self._wrong[-1] != typed:
                self._wrong.append(typed)
            problem = words.wrong_day(view, typed, again=len(self._wrong) > 1)
        self.identity.show_error(problem)

    # --- observation ---

    def _now(self) -> datetime:
        """By the clock of the desk, which was read when the page was opened."""
        assert self._view is not None
        return self._view.opened_at + timedelta(milliseconds=self._open_for.elapsed())

    def _show_watched(self, view: VaccinationView) -> None:
        self.watch.setVisible(bool(view.watched))
        self.watch.show_watched(view.watched)
        done, self._let_go = self._let_go, None
        if done is not None and done[0] not in view.watched:
            self.notice.emit(let_go_sentence(*done))

    def _release(self, watched: Watched, reason: str) -> None:
        self._let_go = (watched, reason)
        self.aside.emit(partial(release, watched=watched, reason=reason))

    def incident_pupil(self) -> PupilId | None:
        """The pupil of the list when somebody stands in it."""
        current = self.watch.current()
        return current.pupil_id if current and self.watch.list.hasFocus() else None

    def _to_incident(self) -> None:
        current, view = self.watch.current(), self._view
        if current is not None and view is not None:
            visit_id = view.on_visit.visit_id
            self.go_to.emit(Destination("observation", visit_id, current.pupil_id, "incident"))

    def _to_booklet(self) -> None:
        if self._view is not None:
            at = self._view.on_visit
            self.go_to.emit(Destination("earlier_doses", at.visit_id, at.pupil_id))

    # --- saving ---

    def problems(self) -> list[Problem]:
        """What stands in the way, in reading order; nothing of it is ever decided by silence."""
        view = self._view
        if view is None or not view.rows:
            return []
        self._judge_identity()
        found: list[Problem] = []
        if self.doses.strip.problem():
            found.append(Problem(self.doses.strip.problem(), self.doses.strip.reasons))
        if self.doctor.problem():
            found.append(Problem(self.doctor.problem(), self.doctor.reason_edit))
        for condition in words.unmet(self._found()):
            if condition.text not in {one.text for one in found}:
                found.append(Problem(condition.text, self.card.field_of(condition)))
        remark = self.questions.missing_remark()
        if remark is not None:
            found.append(Problem(say("vaccination.remark_missing"), remark))
        to_say = [line for line in self.doses.lines if line.row.saved is None]
        if to_say and all(line.is_open for line in to_say):
            line = to_say[0]
            text = say("vaccination.decide_or_leave", vaccine=line.row.label)
            found.append(Problem(text, line.tick))
        return found

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record what stands in the form; keeps what was saved for the sentence after it."""
        view, entry, base = self._view, self.card.entry(), self._base
        assert view is not None

        def save(desk: Desk) -> Outcome[Saved]:
            outcome = record_vaccination(desk, view, entry, base, reason=reason)
            self._saved = outcome.value
            return outcome

        return save

    def must_look_again(self, trouble: Refused | Environment) -> bool:
        """What was judged is no longer what stands."""
        return trouble.key in LOOK_AGAIN

    def saved_sentence(self, name: str) -> str | None:
        """Which vaccines, and until when the pupil stays."""
        at_desk = self._is_at_desk()
        return words.saved_sentence(self.card.entry(), self._saved, name, at_desk=at_desk)

    def primary_words(self, following: str) -> str:
        """Exactly what will be written, and where it leads."""
        lines = [line for line in self.doses.lines if line.row.saved is None] or self.doses.lines
        rows, at_desk = [line.entry() for line in lines], self._is_at_desk()
        return words.primary_words(rows, following, at_desk=at_desk)

    def _is_at_desk(self) -> bool:
        return self._view is not None and self._view.station.is_desk

    # --- not given, all no, form ---

    def may_be_not_done(self) -> bool:
        """Only a planned dose can be not given."""
        return self._view is not None and bool(self._view.rows)

    def not_done_words(self) -> str:
        """Niet toegediend…"""
        return "Niet toegediend…"

    def ask_not_done(self) -> bool:
        """F8: the reasons of a dose, not the five states of a test."""
        self.doses.ask_why_not()
        return True

    def close_open(self) -> bool:
        """Esc closes the strip or the form."""
        is_open = self.doses.strip.isVisible() or self.form.isVisible()
        is_open = self.watch.close_strip() or is_open
        self.doses.strip.hide()
        self.form.hide()
        return is_open

    def footer_buttons(self) -> tuple[QWidget, ...]:
        """Formulier…"""
        return (self.form_button,)

    def rest_in_order(self) -> None:
        """F7: every open question is answered with no."""
        self.questions.answer_no()

    def may_rest(self) -> bool:
        """The button of F7 stands in its block."""
        return self.questions.isVisible()

    def first_field(self) -> QWidget | None:
        """Day and month when a dose is planned, else the form is only looked at."""
        if self._view is None or not self._view.rows:
            return None
        if any(line.is_given for line in self.doses.lines):
            return self.identity.day
        return self.doses.lines[0].tick

    def _ask_form(self) -> None:
        view = self._view
        if view is not None:
            vaccines = view.station.vaccines or tuple(
                line.vaccine for line in view.plan.judged.advice
            )
            self.form.ask(view.on_visit, vaccines, view.today)

    def _leave_to_doctor(self) -> None:
        """Zet bij Wacht op arts: what only a doctor can decide is not given by this user."""
        found = self._found()
        vaccines = [
            vaccine
            for vaccine, each in found.items()
            if any(one.for_doctor and not one.met for one in each)
        ]
        self.doses.take_off(vaccines, NotGivenReason.DOCTOR_DECIDES)

    def _toggle_why(self) -> None:
        self._conditions.setVisible(self._conditions.isHidden())
