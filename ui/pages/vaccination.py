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
from clbdesk.services.vaccination import VaccinationView, author_of, open_vaccination
from clbdesk.services.vaccination_entry import VaccinationEntry, conditions
from clbdesk.services.vaccination_lines import advice_lines, consent_lines, history_lines
from clbdesk.services.vaccination_saving import observed_until, record_vaccination
from clbdesk.standards.vaccination.conditions import Condition, ConditionName
from clbdesk.standards.vaccination.prescreen import questions_for
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.wording import label, say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.pages.base import Destination, Problem
from ui.pages.step import SavedState, StepPage
from ui.pages.vaccination_blocks import ConsentBlock, IdentityBlock, QuestionsBlock
from ui.pages.vaccination_consent import ConsentForm
from ui.pages.vaccination_doctor import DoctorBlock
from ui.pages.vaccination_doses import AfterBlock, DosesBlock
from ui.pages.vaccination_side import AdviceCard, ConditionsCard, HistoryCard
from ui.theme import Role
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.rule_line import RuleLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from clbdesk.domain.judgement import Judgement
    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved

_PENDING = {ConditionName.IDENTITY, ConditionName.QUESTIONS}
_TICK_MS = 15_000  # how often the hour until which a pupil would stay is drawn anew


class VaccinationPage(StepPage):
    """Five blocks in one card; history and advice beside them."""

    step: ClassVar[str] = "vaccination"
    part: ClassVar[str] = "Vaccinatie"

    def __init__(self) -> None:
        """Left the blocks, right what is known."""
        super().__init__()
        self._view: VaccinationView | None = None
        self._base: tuple[RevId, ...] = ()
        self._wrong: list[str] = []
        self._saved: Saved | None = None
        self._open_for = QElapsedTimer()
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_until)
        self.consent = ConsentBlock()
        self.identity = IdentityBlock()
        self.questions = QuestionsBlock()
        self.doctor = DoctorBlock()
        self.doses = DosesBlock()
        self.after = AfterBlock()
        self.form = ConsentForm()
        self._history, self._advice = HistoryCard(), AdviceCard()
        self._conditions = ConditionsCard()
        self._form_button = Button("Formulier…")
        self._form_button.clicked.connect(self._ask_form)
        self._place()
        self.consent.form_asked.connect(self._ask_form)
        self.form.recorded.connect(self.aside)
        self.identity.edited.connect(self._on_edited)
        self.identity.left.connect(self._judge_identity)
        self.questions.edited.connect(self._on_edited)
        self.questions.all_no_asked.connect(self.rest_in_order)
        self.doctor.edited.connect(self._on_edited)
        self.doses.edited.connect(self._on_edited)
        actions.bind(self, Key.WHY, self._toggle_why)

    def _place(self) -> None:
        columns = Columns(right_width=446)
        card = Card(spacing=0)
        card.body.setSpacing(0)
        whole = card.layout()
        assert whole is not None
        whole.setContentsMargins(16, 0, 16, 0)  # the blocks bring their own air
        for block in (
            self.consent,
            self.identity,
            self.questions,
            self.doses,
            self.doctor,
            self.after,
        ):
            card.body.addWidget(block)
        columns.left.addWidget(self.form)
        columns.left.addWidget(card)
        columns.left.addStretch(1)
        for side in (self._conditions, self._history, self._advice):
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
        self.consent.show_lines(consent_lines(view))
        note = ""
        if not view.rows:
            note = say("vaccination.nothing_planned", name=view.name)
        self.doses.show_rows(view.rows, note, may_tick=view.user_role is Function.DOCTOR)
        for block in (self.identity, self.after):
            block.setVisible(bool(view.rows))
        known = f"t.e.m. {show.weekday(view.known_until)}" if view.known_until else ""
        self._history.show_lines(history_lines(view), known)
        self._advice.show_lines(advice_lines(view), view.plan.judged.edition)
        self._show_saved(view)
        self._show_all()

    def _show_saved(self, view: VaccinationView) -> None:
        identity, prescreen = view.saved.identity, view.saved.prescreen
        self.identity.day.setText(identity.body.typed if identity else "")
        self.identity.who.set_value(identity.body.confirmed_by if identity else None)
        self.identity.name.set_value(identity.body.confirmed_by_name if identity else "")
        self.identity.show_name_field()
        self.identity.show_error("")
        body = prescreen.body if prescreen else None
        self.doctor.set_decision(
            body.doctor_decision if body else None, body.doctor_reason if body else ""
        )
        self.questions.show_questions(self._asked())
        self.questions.set_answers(
            dict(body.answers) if body else {},
            dict(body.remarks) if body else {},
            body.assumed if body else (),
        )

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when; None while a planned dose is open."""
        view = self._view
        if view is None or not view.is_saved:
            return None
        revisions = view.saved.revisions
        hour = show.hour(revisions[-1].recorded_at)
        return SavedState(
            f"Opgeslagen om {hour} door {author_of(view)}",
            tuple(dict.fromkeys(one.record_id for one in revisions)),
            two_versions=view.saved.has_conflict,
        )

    def base(self) -> tuple[RevId, ...]:
        """The leaves of everything that this visit holds of the pupil."""
        return self._base

    def set_editable(self, on: bool) -> None:
        """Fields, or only to be read; a dose that stands is only changed as a correction."""
        self.identity.set_editable(on)
        self.questions.set_editable(on)
        self.doctor.set_editable(on)
        self.doses.set_editable(on)
        saved = self._view is not None and self._view.is_saved
        if on and not saved:
            for line in self.doses.lines:
                line.set_editable(line.row.saved is None)

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was typed, as it stands in the fields."""
        if self._view is None or not self._view.rows:
            return None
        return {
            "day": self.identity.day.text(),
            "who": self.identity.who.value(),
            "name": self.identity.name.value(),
            "answers": self.questions.answers(),
            "remarks": self.questions.remarks(),
            "assumed": list(self.questions.assumed()),
            "decision": self.doctor.decision(),
            "why": self.doctor.reason(),
            "rows": {line.row.vaccine: line.content() for line in self.doses.lines},
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back; rows that are no longer planned are left out."""
        self._base = base
        self.identity.day.setText(content["day"])
        self.identity.who.set_value(content["who"])
        self.identity.name.set_value(content["name"])
        self.identity.show_name_field()
        correcting = self._view is not None and self._view.is_saved
        for line in self.doses.lines:
            kept = content["rows"].get(line.row.vaccine)
            if kept is not None and (line.row.saved is None or correcting):
                line.restore(kept)
        self.doctor.set_decision(content["decision"], content["why"])
        self.questions.show_questions(self._asked())
        self.questions.set_answers(content["answers"], content["remarks"], content["assumed"])
        self._show_all()

    # --- judging ---

    def entry(self) -> VaccinationEntry:
        """The form as it stands."""
        return VaccinationEntry(
            rows=tuple(line.entry() for line in self.doses.lines),
            typed=self.identity.typed(),
            confirmed_by=self.identity.who.value() or "",
            confirmed_by_name=self.identity.name.value(),
            answers=self.questions.answers(),
            remarks=self.questions.remarks(),
            assumed=self.questions.assumed(),
            doctor_decision=self.doctor.decision(),
            doctor_reason=self.doctor.reason(),
        )

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
        unmet = _unmet(found)
        if not unmet:
            return (self._all_met(),)
        hard = [one for one in unmet if one.name not in _PENDING or one.for_doctor]
        first = (hard or unmet)[0]
        if first.for_doctor:
            link = "Zet bij Wacht op arts" if view.user_role is not Function.DOCTOR else "Waarom?"
            return (_line("Arts beslist", first.text, "stethoscope", Role.ATTENTION, link),)
        if hard:
            link = "Waarom?"
            if view.station.session is None or first.name is ConditionName.EMERGENCY_KIT:
                link = "Vaccinatiesessie…"
            return (_line("Prikken kan niet", first.text, "x", Role.ERROR, link),)
        return (_line("Nog te doen", first.text, "circle", Role.SECONDARY, "Waarom?"),)

    def follow_link(self, index: int) -> None:
        """Why; to the session; or leave it to a doctor."""
        link = self.rule_lines()[index].link
        if link == "Zet bij Wacht op arts":
            self._leave_to_doctor()
        elif link == "Vaccinatiesessie…" and self._view is not None:
            self.go_to.emit(Destination("vaccination_session", self._view.on_visit.visit_id))
        else:
            self._toggle_why()

    def _all_met(self) -> RuleLine:
        assert self._view is not None
        standing = [one.consent.standing for one in self._view.plan.vaccines if one.is_open]
        until = min((one.valid_until for one in standing if one and one.valid_until), default=None)
        orders = {
            order.body.title
            for order in self._view.station.orders
            if set(order.body.vaccines) & self.entry().planned
        }
        parts = []
        if self._view.role is not Function.DOCTOR and orders:
            parts.append(" · ".join(sorted(orders)))
        if until is not None:
            parts.append(say("vaccination.consent_until", day=show.day(until)))
        words = " · ".join(parts)
        return _line("Alle voorwaarden voldaan", words, "check", Role.OK, "Waarom?")

    def _found(self) -> dict[str, tuple[Condition, ...]]:
        if self._view is None:
            return {}
        entry = self.entry()
        new = {line.row.vaccine for line in self.doses.lines if self._is_to_judge(line.row.vaccine)}
        found = conditions(self._view, entry)
        return {vaccine: each for vaccine, each in found.items() if vaccine in new}

    def _is_to_judge(self, vaccine: str) -> bool:
        """A dose that was given before is judged no more."""
        assert self._view is not None
        row = next(row for row in self._view.rows if row.vaccine == vaccine)
        return row.saved is None or row.saved.body.status is not DoseStatus.GIVEN

    def _asked(self) -> tuple[Any, ...]:
        given = frozenset(line.row.vaccine for line in self.doses.lines if line.is_given)
        return questions_for(given)

    def _on_edited(self) -> None:
        self._show_all()
        self.edited.emit()

    def _show_all(self) -> None:
        view = self._view
        if view is None:
            return
        self.questions.show_questions(self._asked() if view.rows else ())
        typed = self.identity.typed()
        right = typed == f"{view.on_visit.pupil.birth_date:%d%m}"
        words = _day_words(view) if right else ""
        self.identity.show_right(f"{words} klopt" if right else "")
        given = [line for line in self.doses.lines if line.is_given]
        self.after.setVisible(bool(given))
        self._show_until()
        found = self._found()
        asks = any(one.for_doctor for one in _unmet(found))
        doctor = view.user_role is Function.DOCTOR
        self.doctor.setVisible(doctor and (asks or self.doctor.decision() is not None))
        labels = {row.vaccine: row.label for row in view.rows}
        self._conditions.show_conditions({labels[name]: each for name, each in found.items()})
        self.rules_changed.emit()
        self.words_changed.emit()

    def _show_until(self) -> None:
        view = self._view
        if view is None:
            return
        observation = view.saved.observation
        if observation is not None:
            minutes = (observation.body.until - observation.body.started_at).seconds // 60
            self.after.show_until(minutes, observation.body.until)
            return
        session = view.station.session
        minutes = session.body.observation_minutes if session else 15
        now = view.opened_at + timedelta(milliseconds=self._open_for.elapsed())
        self.after.show_until(minutes, now + timedelta(minutes=minutes))

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
            problem = self._wrong_day(typed)
        self.identity.show_error(problem)

    def _wrong_day(self, typed: str) -> str:
        assert self._view is not None
        day = f"{int(typed[:2])} {show.LONG_MONTHS[int(typed[2:]) - 1]}"
        text = say("vaccination.identity_wrong", day=day, name=self._view.name)
        if len(self._wrong) < 2:
            return text
        names = self._view.same_day.get(typed, ())
        more = (
            say("vaccination.same_day", names=", ".join(names))
            if names
            else say("vaccination.nobody_that_day")
        )
        return f"{text} {more}"

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
            found.append(Problem(self.doctor.problem(), self.doctor.decisions))
        for condition in _unmet(self._found()):
            if condition.text not in {one.text for one in found}:
                found.append(Problem(condition.text, self._field_of(condition)))
        remark = self.questions.missing_remark()
        if remark is not None:
            found.append(Problem(say("vaccination.remark_missing"), remark))
        to_say = [line for line in self.doses.lines if line.row.saved is None]
        if to_say and all(line.is_open for line in to_say):
            line = to_say[0]
            text = say("vaccination.decide_or_leave", vaccine=line.row.label)
            found.append(Problem(text, line.tick))
        return found

    def _field_of(self, condition: Condition) -> QWidget:
        if condition.name is ConditionName.IDENTITY:
            if self.identity.typed() and self.identity.who.is_open():
                return self.identity.who
            return self.identity.day
        if condition.name is ConditionName.QUESTIONS:
            found = self.questions.first_open() or self.questions.first_yes()
            return found or self.doses.lines[0].tick
        if condition.name is ConditionName.CONSENT:
            return self.consent.link
        return self.doses.lines[0].tick

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record what stands in the form; keeps what was saved for the sentence after it."""
        view, entry, base = self._view, self.entry(), self._base
        assert view is not None

        def save(desk: Desk) -> Outcome[Saved]:
            outcome = record_vaccination(desk, view, entry, base, reason=reason)
            self._saved = outcome.value
            return outcome

        return save

    def must_look_again(self, trouble: Refused | Environment) -> bool:
        """What was judged is no longer what stands."""
        return trouble.key == "vaccination.changed"

    def saved_sentence(self, name: str) -> str | None:
        """Which vaccines, and until when the pupil stays."""
        entry = self.entry()
        given = _listed([_name(row.vaccine) for row in entry.given])
        if given:
            until = self._until()
            if until:
                return say("vaccination.given_saved", vaccines=given, name=name, hour=until)
            return say("vaccination.given_corrected", vaccines=given, name=name)
        off = [row for row in entry.rows if row.reason is not None]
        if not off or off[0].reason is None:
            return say("vaccination.status_saved", name=name)
        if off[0].reason is NotGivenReason.PUPIL_REFUSES:
            return say("vaccination.refusal_saved", name=name)
        names = _listed([_name(row.vaccine) for row in off])
        reason = label(off[0].reason)
        return say("vaccination.not_given_saved", vaccines=names, name=name, reason=reason)

    def _until(self) -> str:
        until = observed_until(self._saved) if self._saved else None
        return show.hour(until) if until else ""

    def primary_words(self, following: str) -> str:
        """Exactly what will be written, and where it leads."""
        where = "volgende" if following == "volgende leerling" else following
        if self._view is None or not self._view.rows:
            return f"Status nagekeken, en {where}"
        fresh = [line for line in self.doses.lines if line.row.saved is None] or self.doses.lines
        given = [_name(line.row.vaccine) for line in fresh if line.is_given]
        if given:
            return f"Toegediend: {' + '.join(given)}, en {where}"
        off = [_name(line.row.vaccine) for line in fresh if line.reason is not None]
        if off:
            return f"Niet toegediend: {' + '.join(off)}, en {where}"
        return f"Opslaan en {where}"

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
        self.doses.strip.hide()
        self.form.hide()
        return is_open

    def footer_buttons(self) -> tuple[QWidget, ...]:
        """Formulier…"""
        return (self._form_button,)

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


def _unmet(found: Mapping[str, Sequence[Condition]]) -> list[Condition]:
    return [condition for each in found.values() for condition in each if not condition.met]


def _line(head: str, sentence: str, icon: str, role: Role, link: str) -> RuleLine:
    return RuleLine(head, sentence, "", icon, role, link=link)


def _name(vaccine: str) -> str:
    return vaccine_types()[vaccine].label


def _listed(words: list[str]) -> str:
    """`MBR en DTPa-IPV`."""
    return " en ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _day_words(view: VaccinationView) -> str:
    birth = view.on_visit.pupil.birth_date
    return f"{birth.day} {show.LONG_MONTHS[birth.month - 1]}"
