"""P05 Vragenlijst: what parents or pupil told us, and what is already known and matters today."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import BackgroundItem, ParentPresent, QuestionnaireState
from clbdesk.domain.visits import ContactMoment
from clbdesk.services.questionnaire import (
    ITEMS,
    Known,
    QuestionnaireEntry,
    QuestionnaireView,
    open_questionnaire,
    record_questionnaire,
)
from clbdesk.standards.hearing_indication import hearing_indication
from clbdesk.wording import label, say
from ui.pages.hearing_cards import IndicationCard
from ui.pages.known_item import KnownItemEdit
from ui.pages.step import Problem, SavedState, StepPage, saved_one
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from clbdesk.domain.judgement import Judgement
    from clbdesk.ids import RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved

_RECEIVED = tuple(
    Choice(one.value, label(one), letter)
    for one, letter in zip(QuestionnaireState, "ovn", strict=True)
)
_PARENT = tuple(
    Choice(one.value, label(one), letter)
    for one, letter in zip(ParentPresent, "nmvba", strict=True)
)


class QuestionnairePage(StepPage):
    """The questionnaire at the left, what is known at the right."""

    step: ClassVar[str] = "questionnaire"
    part: ClassVar[str] = "Vragenlijst"

    def __init__(self) -> None:
        """Nothing is chosen."""
        super().__init__()
        self._view: QuestionnaireView | None = None
        self._assumed: set[str] = set()
        self._state = ExamState.DONE
        self._reason: str | None = None
        self._received = ChoiceRow("Vragenlijst", _RECEIVED, required=True)
        self._received_row = FieldRow("Vragenlijst", self._received)
        self._parent = ChoiceRow("Ouder aanwezig", _PARENT)
        self._items = {item: KnownItemEdit(item) for item in ITEMS}
        self._question = TextEdit("Vragen van ouder of leerling", limit=500, lines=3)
        self._indication = IndicationCard(is_required=False, risk_columns=2)
        self._place()
        for control in (self._received, self._parent, self._question, self._indication):
            control.edited.connect(self.edited)
        self._indication.edited.connect(self.rules_changed)
        for name, item in self._items.items():
            item.edited.connect(partial(self._on_item, name))

    def _place(self) -> None:
        columns = Columns(right_width=446)
        asked = Card(spacing=8)
        asked.body.addWidget(self._received_row)
        asked.body.addWidget(FieldRow("Ouder aanwezig", self._parent))
        for item in self._items.values():
            asked.body.addWidget(item)
        columns.left.addWidget(asked)
        columns.left.addStretch(1)
        columns.right.addWidget(self._indication)
        questions = Card("Vragen van ouder of leerling", spacing=8)
        questions.body.addWidget(self._question)
        columns.right.addWidget(questions)
        columns.right.addStretch(1)
        self.body.addWidget(columns)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], QuestionnaireView]:
        """Read what is known."""
        return lambda desk: open_questionnaire(desk, on_visit)

    def show_view(self, view: QuestionnaireView) -> None:
        """The answers of this contact, and the known items as they stand."""
        self._view, self._base, self._assumed = view, view.base, set()
        self._state, self._reason = ExamState.DONE, None
        body = view.saved.body if view.saved else None
        self._received.set_value(body.received.value if body and body.received else None)
        self._parent.set_value(body.parent_present.value if body and body.parent_present else None)
        self._received_row.set_error("")
        self._question.set_value(body.question if body else "")
        for item, edit in self._items.items():
            edit.show_known(view.known[item], from_dossier=view.saved is None)
        self._indication.setVisible(view.asks_hearing_risk)
        self._indication.show_indication(view.indication)
        self.rules_changed.emit()

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when."""
        return saved_one(self._view)

    def set_editable(self, on: bool) -> None:
        """Answers can be given, or only read."""
        for control in (self._received, self._parent):
            control.setEnabled(on)
        self._indication.set_editable(on)
        for item in self._items.values():
            item.set_editable(on)
        self._question.setReadOnly(not on)

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was answered and typed."""
        return {
            "received": self._received.value(),
            "parent": self._parent.value(),
            "question": self._question.value(),
            "items": {
                item.value: [known.answer, known.text, known.in_banner]
                for item, edit in self._items.items()
                for known in (edit.known(),)
            },
            "indication": self._indication.content(),
            "assumed": sorted(self._assumed),
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put a draft back."""
        self._base = base
        self._received.set_value(content["received"])
        self._parent.set_value(content["parent"])
        self._question.set_value(content["question"])
        for name, (answer, text, in_banner) in content["items"].items():
            item, known = BackgroundItem(name), Known(answer, text, in_banner)
            untouched = self._view is not None and self._view.known[item] == known
            self._items[item].show_known(known, from_dossier=untouched)
        # A draft of an older program has the answers beside the others.
        self._indication.restore(content.get("indication", content))
        self._assumed = set(content["assumed"])
        self.rules_changed.emit()

    # --- judging ---

    def judgements(self) -> Sequence[Judgement]:
        """For a toddler: whether audiometry is indicated (HE-1, HE-2)."""
        if self._view is None or not self._view.asks_hearing_risk:
            return ()
        return hearing_indication(
            ContactMoment.KK1,
            screening=self._indication.answers(),
            risk_factors=self._indication.risk_factors(),
        ).lines

    def _on_item(self, name: BackgroundItem) -> None:
        self._assumed.discard(name.value)
        self.edited.emit()

    # --- saving ---

    def problems(self) -> list[Problem]:
        """The questionnaire itself, and every known item."""
        if self._state is not ExamState.DONE:
            return []
        found = []
        choices = "ontvangen, onvolledig of niet ontvangen"
        missing = ""
        if self._received.is_open():
            missing = say("questionnaire.choose", item="Vragenlijst", choices=choices)
        self._received_row.set_error(missing)
        if missing:
            found.append(Problem(missing, self._received))
        for edit in self._items.values():
            text = edit.problem()
            edit.show_problem(text)
            if text:
                found.append(Problem(text, edit.choice))
        return found

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record what was answered."""
        assert self._view is not None
        entry = QuestionnaireEntry(
            received=self._received.value_as(QuestionnaireState),
            parent_present=self._parent.value_as(ParentPresent),
            question=self._question.value(),
            known={item: edit.known() for item, edit in self._items.items()},
            screening=self._indication.answers(),
            risk_factors=self._indication.risk_factors(),
            assumed=tuple(sorted(self._assumed)),
            state=self._state,
            state_reason=self._reason,
        )
        return partial(
            record_questionnaire, view=self._view, entry=entry, base=self._base, reason=reason
        )

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """The questionnaire as a whole."""
        self._state, self._reason = state, reason

    def rest_words(self) -> str:
        """Rest: nee volgens vragenlijst."""
        return "Rest: nee volgens vragenlijst"

    def rest_in_order(self) -> None:
        """Every open question is "nee", only when the questionnaire was received."""
        if self._received.value_as(QuestionnaireState) is not QuestionnaireState.RECEIVED:
            self.notice.emit(say("questionnaire.rest_needs_received"))
            return
        filled = []
        for item, edit in self._items.items():
            if edit.choice.is_open():
                edit.answer_no()
                self._assumed.add(item.value)
                filled.append(label(item))
        if filled:
            self.notice.emit(say("questionnaire.filled", items=", ".join(filled)))
            self.edited.emit()

    def first_field(self) -> QWidget | None:
        """Whether it came back."""
        return self._received
