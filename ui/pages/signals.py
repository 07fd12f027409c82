"""P10 Signalen: worries of development by area, the talk about well-being, a question received."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from clbdesk.domain.body import ExamState
from clbdesk.domain.development import DevelopmentArea, WellBeing, WellBeingTopic, words_for_letter
from clbdesk.services.signals import (
    AREAS,
    SignalsEntry,
    SignalsView,
    bodies_of,
    judge,
    open_signals,
    record_signals,
)
from clbdesk.standards.signals import DEVELOPMENT, WELL_BEING
from clbdesk.wording import label, say
from ui import actions
from ui.actions import Key
from ui.pages.base import Destination
from ui.pages.signal_row import LABEL_WIDTH, SignalRow
from ui.pages.signals_side import YES_NO, ParentsCard, QuestionCard
from ui.pages.step import Problem, SavedState, StepPage, saved_whole
from ui.theme import Role
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Rule
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from clbdesk.ids import RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved

_NAMES = {
    DEVELOPMENT: {area.value: label(area) for area in DevelopmentArea},
    WELL_BEING: {topic.value: label(topic) for topic in WellBeingTopic},
}


class SignalsPage(StepPage):
    """Areas and topics at the left, question and parents at the right."""

    step: ClassVar[str] = "signals"
    part: ClassVar[str] = "Signalen"

    def __init__(self) -> None:
        """Nothing is chosen."""
        super().__init__()
        self._view: SignalsView | None = None
        self._assumed: set[str] = set()
        self._state, self._reason = ExamState.DONE, ""
        self._rows = {
            kind: {area: SignalRow(_NAMES[kind][area]) for area in areas}
            for kind, areas in AREAS.items()
        }
        self._taken = ChoiceRow("Vragenlijst van de leerling afgenomen", YES_NO)
        self._outcome = TextEdit("Besluit van de vragenlijst", limit=300, placeholder="besluit")
        self._agrees = ChoiceRow("Leerling akkoord met de brief", YES_NO)
        self._cards = {
            DEVELOPMENT: Card("Ontwikkeling", spacing=4),
            WELL_BEING: Card("Leefgewoonten en welbevinden", "vertrouwelijk", spacing=4),
        }
        self._concern = Button("Verontrusting…", actions.hint(Key.CONCERN))
        self._concern.clicked.connect(partial(self._go_to, "safety_concern"))
        self._request = Button("Aanvraag begeleiding…")
        self._request.clicked.connect(partial(self._go_to, "guidance_request"))
        self._question = QuestionCard()
        self._parents = ParentsCard()
        self._place()
        for kind, rows in self._rows.items():
            for area, row in rows.items():
                row.edited.connect(partial(self._on_area, f"{kind}.{area}"))
        for control in (self._taken, self._outcome, self._agrees, self._question, self._parents):
            control.edited.connect(self._on_edited)

    def _place(self) -> None:
        columns = Columns(right_width=432)
        for kind, card in self._cards.items():
            for row in self._rows[kind].values():
                card.body.addWidget(row)
            columns.left.addWidget(card)
        talk = self._cards[WELL_BEING].body
        talk.addWidget(Rule(Role.LINE_FAINT))
        taken = FieldRow("Vragenlijst leerling", self._taken, label_width=LABEL_WIDTH)
        talk.addWidget(taken)
        talk.addWidget(self._outcome)
        talk.addWidget(
            FieldRow("Leerling akkoord met brief", self._agrees, label_width=LABEL_WIDTH)
        )
        columns.right.addWidget(self._question)
        columns.right.addWidget(self._parents)
        columns.right.addStretch(1)
        self.body.addWidget(columns)

    def _drawn(self) -> dict[str, SignalRow]:
        """The rows of this moment by "kind.area"."""
        kinds = self._view.parts if self._view else ()
        return {f"{kind}.{area}": row for kind in kinds for area, row in self._rows[kind].items()}

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], SignalsView]:
        """Read what was said."""
        return lambda desk: open_signals(desk, on_visit)

    def show_view(self, view: SignalsView) -> None:
        """What is recorded, or open rows."""
        self._view, self._base, self._assumed = view, view.base, set()
        self._state, self._reason = ExamState.DONE, ""
        for kind, card in self._cards.items():
            card.setVisible(kind in view.parts)
            saved = view.saved.get(kind)
            for area, row in self._rows[kind].items():
                signal = saved.body.signals.get(area) if saved else None
                hidden = f"{kind}.{area}" in view.hidden
                row.show_signal(signal, hidden=hidden, may_release=view.may_release)
            if saved is not None:
                self._assumed |= {f"{kind}.{area}" for area in saved.body.assumed}
        talk = view.well_being.body if view.well_being else None
        self._show_talk(talk)
        first = view.development.body if view.development else None
        closed = next((one.body.not_for_parents for one in view.saved.values()), "")
        informed = first.parents_informed if first else None
        self._parents.show_values(informed=informed, not_for_parents=closed)
        self._question.show_question(view.question.body if view.question else None)
        self._show_rules()

    def _show_talk(self, talk: WellBeing | None) -> None:
        taken = talk.questionnaire_taken if talk else None
        agrees = talk.pupil_agrees if talk else None
        self._taken.set_value(None if taken is None else "yes" if taken else "no")
        self._agrees.set_value(None if agrees is None else "yes" if agrees else "no")
        self._outcome.set_value(talk.questionnaire_outcome if talk else "")
        self._outcome.setVisible(bool(taken))

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when; None while something is left to do."""
        return saved_whole(self._view)

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        for row in self._drawn().values():
            row.set_editable(on)
            if not on:
                row.set_filled_by_key(False)
        for choice in (self._taken, self._agrees):
            choice.setEnabled(on)
        self._outcome.setReadOnly(not on)
        self._question.set_editable(on)
        self._parents.set_editable(on)

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was chosen and typed."""
        return {
            "areas": {name: row.content() for name, row in self._drawn().items()},
            "taken": self._taken.value(),
            "outcome": self._outcome.value(),
            "agrees": self._agrees.value(),
            "question": self._question.content(),
            "parents": self._parents.content(),
            "assumed": sorted(self._assumed),
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back."""
        self._base = base
        drawn = self._drawn()
        for name, one in content["areas"].items():
            if name in drawn:
                drawn[name].restore(one)
        self._taken.set_value(content["taken"])
        self._outcome.set_value(content["outcome"])
        self._outcome.setVisible(content["taken"] == "yes")
        self._agrees.set_value(content["agrees"])
        self._question.restore(content["question"])
        self._parents.restore(content["parents"])
        self._assumed = set(content["assumed"])
        for name, row in drawn.items():
            row.set_filled_by_key(name in self._assumed)
        self._show_rules()

    # --- judging ---

    def _entry(self) -> SignalsEntry:
        assert self._view is not None
        found = {name: row.signal() for name, row in self._drawn().items()}
        of_kind = {
            kind: {
                name.partition(".")[2]: one
                for name, one in found.items()
                if one is not None and name.startswith(f"{kind}.")
            }
            for kind in AREAS
        }
        taken, agrees = self._taken.value(), self._agrees.value()
        return SignalsEntry(
            development=of_kind[DEVELOPMENT],
            well_being=of_kind[WELL_BEING],
            parents_informed=self._parents.informed,
            questionnaire_taken=None if taken is None else taken == "yes",
            questionnaire_outcome=self._outcome.value() if taken == "yes" else "",
            pupil_agrees=None if agrees is None else agrees == "yes",
            not_for_parents=self._parents.not_for_parents,
            question=self._question.value(self._view.on_visit.pupil_id),
            state=self._state,
            state_reason=self._reason or None,
            assumed=frozenset(self._assumed),
        )

    def _show_rules(self) -> None:
        if self._view is None:
            return
        entry = self._entry()
        self._lines = judge(self._view, entry)
        bodies = bodies_of(self._view, entry).values()
        words = [one for body in bodies for one in words_for_letter(body)]
        released = any(one.for_letter for body in bodies for one in body.signals.values())
        if words:
            self._parents.show_letter(say("signals.letter", words=" ".join(words)))
        else:
            key = "signals.letter_no_agreement" if released else "signals.letter_nothing"
            self._parents.show_letter(say(key))
        self.rules_changed.emit()

    def _on_area(self, name: str) -> None:
        self._assumed.discard(name)
        self._drawn()[name].set_filled_by_key(False)
        self._on_edited()

    def _on_edited(self) -> None:
        self._outcome.setVisible(self._taken.value() == "yes")
        self._show_rules()
        self.edited.emit()

    # --- rest in order ---

    def rest_words(self) -> str:
        """Rest: geen zorg."""
        return "Rest: geen zorg"

    def rest_in_order(self) -> None:
        """Every area that is asked and still open: no worry."""
        filled = []
        for name, row in self._asked().items():
            if row.is_open():
                row.fill_normal()
                self._assumed.add(name)
                filled.append(row.area_name)
        if filled:
            self.notice.emit(say("signals.filled", items="; ".join(filled)))
            self._show_rules()
            self.edited.emit()

    def _asked(self) -> dict[str, SignalRow]:
        """The rows of what this moment asks, and of what somebody began."""
        drawn = self._drawn()
        begun = {name.partition(".")[0] for name, row in drawn.items() if not row.is_open()}
        kinds = begun | (set(self._view.required) if self._view else set())
        return {name: row for name, row in drawn.items() if name.partition(".")[0] in kinds}

    # --- saving ---

    def problems(self) -> list[Problem]:
        """Every asked area, the words behind a worry, and a question that was begun."""
        found = []
        for row in self._asked().values():
            left_open = row.is_open() and self._state is not ExamState.DONE
            troubles = [] if left_open else row.problems()
            row.show_problem(troubles[0].text if troubles else "")
            found += troubles
        if self._taken.value() == "yes" and not self._outcome.value():
            found.append(Problem(say("signals.outcome_missing"), self._outcome))
        elif self._outcome.problem():
            found.append(Problem(self._outcome.problem(), self._outcome))
        return found + self._question.problems() + self._parents.problems()

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record what stands in the form."""
        assert self._view is not None
        return partial(
            record_signals, view=self._view, entry=self._entry(), base=self._base, reason=reason
        )

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """What is still open; what was said stays."""
        self._state, self._reason = state, reason
        self._show_rules()

    def footer_buttons(self) -> tuple[QWidget, ...]:
        """What must not wait for a conclusion."""
        return (self._request, self._concern)

    def _go_to(self, page: str) -> None:
        if self._view is not None:
            on_visit = self._view.on_visit
            self.go_to.emit(Destination(page, on_visit.visit_id, on_visit.pupil_id))

    def first_field(self) -> QWidget | None:
        """The first open area."""
        rows = tuple(self._drawn().values())
        first = next((row for row in self._asked().values() if row.is_open()), None)
        return (first or rows[0]).choice if rows else None
