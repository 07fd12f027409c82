"""P16 Besluit: one conclusion per domain beside what the program proposed; closes the contact."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from clbdesk.domain.contact import ConclusionWord, DomainConclusion
from clbdesk.services.decision import (
    DecisionView,
    open_decision,
    record_decision,
    unanswered,
)
from clbdesk.standards.letters import advice_blocks
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.pages.advice_edit import AdviceEdit
from ui.pages.base import Destination
from ui.pages.decision_promises import PromisesCard
from ui.pages.decision_row import DomainRowEdit
from ui.pages.step import Problem, SavedState, StepPage
from ui.theme import Role
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord, Label
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from clbdesk.domain.body import ExamState
    from clbdesk.ids import RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved


class DecisionPage(StepPage):
    """The domains that were examined, what they promise, advice, and the state of the contact."""

    step: ClassVar[str] = "decision"
    part: ClassVar[str] = "Besluit"

    def __init__(self) -> None:
        """Rows come with the view."""
        super().__init__()
        self._view: DecisionView | None = None
        self._on_visit: PupilOnVisit | None = None
        self._rows: list[DomainRowEdit] = []
        self._assumed: set[str] = set()
        self._domains = Card(spacing=0)
        self._domains.set_margins(top=4, bottom=4)
        self._promises = PromisesCard()
        self._promises.edited.connect(self.edited)
        self.refer_button = Button("Verwijzing…", actions.hint(Key.NEW))
        self.refer_button.clicked.connect(self.refer)
        window = Qt.ShortcutContext.WindowShortcut
        actions.bind(self.refer_button, Key.NEW, self.refer, window)
        self._catch_up = DateEdit("Inhalen", self._today, lean=Lean.FUTURE)
        self._catch_up.edited.connect(self.edited)
        self._state = IconWord("check", "", Role.OK)
        self._state_words = Label(wrap=True)
        self._advice = AdviceEdit()
        self._advice.edited.connect(self.edited)
        rest = Card(spacing=8)
        rest.body.addWidget(self._advice)
        contact = QHBoxLayout()
        contact.setSpacing(8)
        head = Label("Contact")
        head.setFixedWidth(theme.px(80))
        contact.addWidget(head)
        contact.addWidget(self._state)
        contact.addWidget(self._state_words, 1)
        rest.body.addLayout(contact)
        self._catch_up_row = FieldRow(
            "Inhalen", self._catch_up, label_width=88, quiet=say("decision.catch_up_empty")
        )
        rest.body.addWidget(self._catch_up_row)
        self.body.addWidget(self._domains)
        self.body.addWidget(self._promises)
        self.body.addWidget(rest)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], DecisionView]:
        """Gather what the tests found."""
        self._on_visit = on_visit
        return lambda desk: open_decision(desk, on_visit)

    def show_view(self, view: DecisionView) -> None:
        """One row per domain, and what is still open."""
        self._view, self._base, self._assumed = view, view.base, set()
        for row in self._rows:
            self._domains.body.removeWidget(row)
            row.deleteLater()
        self._rows = [DomainRowEdit(one, ruled=at > 0) for at, one in enumerate(view.rows)]
        for row in self._rows:
            row.edited.connect(partial(self._on_row, row))
            self._domains.body.addWidget(row)
        self._promises.show_view(view, {row.row.domain.value: row.name for row in self._rows})
        saved = view.saved.body if view.saved else None
        if saved is not None:
            for one in saved.domains:
                for row in self._rows:
                    if row.row.domain == one.domain and not row.is_overtaken(one):
                        row.set_value(one.conclusion, one.reason)
        if self._waits_for_me():
            self._assumed = {row.row.domain.value for row in self._rows if row.take_over_own()}
        self._advice.show_blocks(
            advice_blocks(row.row.domain.value for row in self._rows),
            {row.row.domain.value: row.name for row in self._rows},
        )
        self._advice.set_value(saved.advice if saved else "")
        self._catch_up.set_value(
            date.fromisoformat(saved.catch_up) if saved and saved.catch_up else None
        )
        self._follow_words()
        self._show_contact(view)
        self.words_changed.emit()

    def _today(self) -> date:
        assert self._view is not None
        return self._view.today

    def _on_row(self, row: DomainRowEdit) -> None:
        self._assumed.discard(row.row.domain.value)
        self._follow_words()
        self.edited.emit()

    def _follow_words(self) -> None:
        self._promises.follow({row.row.domain.value: row.value() for row in self._rows})

    def _show_contact(self, view: DecisionView) -> None:
        parts = ", ".join(one.step.label.lower() for one in view.open_steps)
        words = say("decision.incomplete", parts=parts) if parts else say("decision.complete")
        if view.open_questions:
            values = ", ".join(one.words for one in view.open_questions)
            words += " " + say("decision.questions", values=values)
        if view.is_overtaken:
            words += " " + say("decision.overtaken")
        elif view.saved is not None and view.saved.body.signed_by is None:
            hour = show.hour(view.saved.revision.recorded_at)
            words += " " + say("decision.waits_since", hour=hour)
        whole = not parts and not view.open_questions and not view.is_overtaken
        icon, role = ("check", Role.OK) if whole else ("circle-half", Role.ATTENTION)
        self._state.show_state(icon, "", role)
        self._state_words.setText(words)
        self._catch_up_row.setVisible(bool(parts))

    def saved_state(self) -> SavedState | None:
        """Recorded, and signed or waiting for a doctor; for the doctor who signs it is open."""
        saved = self._view.saved if self._view else None
        if saved is None or self._view is None or self._waits_for_me():
            return None
        hour = show.hour(saved.revision.recorded_at)
        signed = saved.body.signed_by is not None
        key = "decision.signed_at" if signed else "decision.waits_since"
        return SavedState(
            say(key, hour=hour),
            (saved.record_id, *unanswered(self._view)),
            two_versions=saved.is_conflict,
        )

    def _waits_for_me(self) -> bool:
        view = self._view
        if view is None or view.saved is None:
            return False
        return view.may_sign and (view.is_overtaken or view.saved.body.signed_by is None)

    def set_editable(self, on: bool) -> None:
        """Choices can be made, or only read."""
        for row in self._rows:
            row.set_editable(on)
        self._promises.set_editable(on)
        self._catch_up.line.setReadOnly(not on)
        self._advice.set_editable(on)

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was chosen and typed."""
        return {
            "domains": {row.row.domain.value: list(row.content()) for row in self._rows},
            "promises": self._promises.content(),
            "catch_up": self._catch_up.line.text(),
            "advice": self._advice.value(),
            "assumed": sorted(self._assumed),
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back."""
        self._base = base
        for row in self._rows:
            word, reason = content["domains"].get(row.row.domain.value, (None, ""))
            row.set_value(ConclusionWord(word) if word else None, reason)
        self._follow_words()
        self._promises.restore(content.get("promises", {}))
        self._catch_up.line.setText(content.get("catch_up", ""))
        self._advice.set_value(content["advice"])
        self._assumed = set(content["assumed"])

    # --- saving ---

    def problems(self) -> list[Problem]:
        """A domain without a conclusion, and one that differs without a reason."""
        found = []
        for row in self._rows:
            text, field = row.problem()
            row.show_problem(text)
            if text:
                found.append(Problem(text, field))
        found += [Problem(text, field) for text, field in self._promises.problems()]
        if trouble := self._advice.problem():
            found.append(Problem(trouble, self._advice.text))
        if trouble := self._catch_up.problem():
            found.append(Problem(trouble, self._catch_up))
        return [*found, *self._unconfirmed()]

    def _unconfirmed(self) -> Iterator[Problem]:
        """The values that nobody confirmed, each with the way to its step."""
        asked = self._view.open_questions if self._view is not None and self._rows else ()
        for step in dict.fromkeys(one.step for one in asked):
            values = ", ".join(one.words for one in asked if one.step == step)
            text = say("decision.question_open", values=values)
            yield Problem(text, self._rows[0].choice, self._at(step))

    def _at(self, step: str) -> Destination:
        assert self._on_visit is not None
        return Destination("pupil", self._on_visit.visit_id, self._on_visit.pupil_id, step)

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record the conclusion; a doctor's saving signs it."""
        assert self._view is not None
        assert self._on_visit is not None
        domains = tuple(
            DomainConclusion(
                domain=row.row.domain.value,
                proposal=row.row.proposal,
                rule_ids=tuple(one.rule_id for one in row.row.judgements),
                conclusion=word,
                reason=row.reason(),
            )
            for row in self._rows
            if (word := row.value()) is not None
        )
        return partial(
            record_decision,
            on_visit=self._on_visit,
            domains=domains,
            advice=self._advice.value(),
            open_parts=tuple(one.step.name for one in self._view.open_steps),
            assumed=tuple(sorted(self._assumed)),
            base=self._base,
            referrals=self._promises.referrals(),
            tasks=self._promises.tasks(),
            catch_up=self._catch_up.day(),
            reason=reason,
            over=self._view.over,
        )

    def saved_sentence(self, name: str) -> str | None:
        """Signed, waiting for the doctor, or incomplete."""
        assert self._view is not None
        if self._view.open_steps:
            parts = ", ".join(one.step.label.lower() for one in self._view.open_steps)
            return say("decision.saved_incomplete", name=name, parts=parts)
        if self._view.may_sign:
            return say("decision.closed", name=name)
        doctor = self._view.doctor.split()[-1:]
        if doctor:
            return say("decision.saved_for", name=name, doctor=doctor[0])
        return say("decision.saved_by_nurse", name=name)

    def primary_words(self, following: str) -> str:
        """A doctor signs, a nurse saves."""
        signs = self._view is not None and self._view.may_sign
        return f"Tekenen en {following}" if signs else f"Opslaan en {following}"

    def may_be_not_done(self) -> bool:
        """A conclusion is never "not done"."""
        return False

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """Not offered here."""
        raise NotImplementedError

    def rest_words(self) -> str:
        """Voorstellen overnemen."""
        return "Voorstellen overnemen"

    def rest_in_order(self) -> None:
        """Take the proposals over for the domains that are still open; others stay open."""
        taken = [row for row in self._rows if row.take_over()]
        if taken:
            self._assumed.update(row.row.domain.value for row in taken)
            names = ", ".join(row.name for row in taken)
            self.notice.emit(say("decision.taken_over", domains=names))
            self._follow_words()
            self.edited.emit()
        first = next((row.choice for row in self._rows if row.value() is None), None)
        begin = first or self._promises.first_open()
        if begin is not None:
            begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def footer_buttons(self) -> tuple[QWidget, ...]:
        """Verwijzing…"""
        return (self.refer_button,)

    def refer(self) -> None:
        """Ctrl+N: refer for the domain at hand, else for the first one that proposes it."""
        row = self._row_at_hand()
        if row is None:
            return
        if row.value() is not ConclusionWord.REFERRAL:
            row.choose(ConclusionWord.REFERRAL)
        self._promises.begin(row.row.domain.value)

    def _row_at_hand(self) -> DomainRowEdit | None:
        focus = cast("QWidget | None", self.focusWidget())
        here = [row for row in self._rows if focus is not None and row.isAncestorOf(focus)]
        proposed = [row for row in self._rows if row.row.proposal is ConclusionWord.REFERRAL]
        referred = [row for row in self._rows if row.value() is ConclusionWord.REFERRAL]
        found = here or referred or proposed or self._rows
        return found[0] if found else None

    def first_field(self) -> QWidget | None:
        """The first domain without a proposal, else the first open one."""
        still = [row for row in self._rows if row.value() is None]
        without = [row for row in still if row.row.proposal is None]
        chosen = without or still
        return chosen[0].choice if chosen else self._advice.text
