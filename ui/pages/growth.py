"""P06 Groei: length and weight, judged at once against the own curve."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Clothing
from clbdesk.services.confirming import answers_in
from clbdesk.services.growth import (
    GrowthEntry,
    GrowthView,
    ask_about,
    judge,
    open_growth,
    record_growth,
)
from clbdesk.standards.limits import Field, Unlikely
from clbdesk.wording import say
from ui import actions
from ui.actions import Key
from ui.pages.growth_chart import GrowthChartCard
from ui.pages.growth_computed import ComputedCard
from ui.pages.growth_entry import MEASURES, GrowthEntryCard, ParentsCard
from ui.pages.growth_more import INDICATED, MoreCard
from ui.pages.growth_questions import GrowthQuestions
from ui.pages.step import Problem, SavedState, StepPage, saved_one
from ui.widgets.button import Button
from ui.widgets.card import Columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from PySide6.QtWidgets import QWidget

    from clbdesk.ids import RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved
    from ui.widgets.decimal_edit import DecimalEdit

_NAMES = {
    "height": "Lengte",
    "weight": "Gewicht",
    "head": "Hoofdomtrek",
    "sitting_height": "Zithoogte",
}
_UNITS = {
    "height": "height_cm",
    "weight": "weight_kg",
    "head": "head_cm",
    "sitting_height": "sitting_height_cm",
}
_MISSING = {
    "height": "Vul de lengte in of kies Niet afgenomen.",
    "weight": "Vul het gewicht in of kies Niet afgenomen.",
}
_END_OF_QUEUE = "end_of_queue"  # reason of not_done_reasons.csv


class GrowthPage(StepPage):
    """Length, weight, and what follows from them while typing."""

    step: ClassVar[str] = "growth"
    part: ClassVar[str] = "Groei"

    def __init__(self) -> None:
        """Entry and computed values at the left, the chart at the right."""
        super().__init__()
        self._view: GrowthView | None = None
        self._states: dict[str, ExamState] = {}
        self._reason: str | None = None
        self._subjects: list[str] = []
        self._focus = ""  # the measure that had the focus last
        self._entry_card = GrowthEntryCard()
        self._more = MoreCard()
        self._fields = self._entry_card.fields | self._more.fields
        self._rows = self._entry_card.rows | self._more.rows
        self._questions = GrowthQuestions(self._fields, self._rows, self._unlikely)
        self._parents = ParentsCard()
        self._computed = ComputedCard()
        self._chart = GrowthChartCard()
        columns = Columns(left_width=456)
        for card in (self._entry_card, self._more, self._parents, self._computed):
            columns.left.addWidget(card)
        columns.right.addWidget(self._chart)
        self.body.addWidget(columns)
        self._more_button = Button(say("growth.more"), actions.hint(Key.MORE))
        self._more_button.clicked.connect(lambda _on=False: self._ask_more())
        actions.bind(self, Key.MORE, self._ask_more)
        self._connect()

    def _connect(self) -> None:
        for card in (self._entry_card, self._more):
            card.edited.connect(self.edited)
            card.value_changed.connect(self._on_value)
            card.left.connect(self._questions.ask)
            card.confirmed.connect(self._on_confirmed)
            card.measure_again.connect(self._on_measure_again)
            card.entered.connect(self._on_entered)
        self._chart.reference_chosen.connect(self.aside)
        self._chart.print_asked.connect(self.go_to)
        actions.bind(self, Key.CHARTS, self._chart.ask_paper)
        self._parents.edited.connect(self.edited)
        self._parents.value_changed.connect(self._show_computed)
        self._computed.parents_asked.connect(self._parents.begin)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], GrowthView]:
        """Read earlier points, parents and what is saved."""
        return lambda desk: open_growth(desk, on_visit)

    def show_view(self, view: GrowthView) -> None:
        """Fields with the saved values or empty, and the previous values beside them."""
        self._view, self._base = view, view.base
        self._forget()
        body = view.saved.body if view.saved else None
        for name, unit in _UNITS.items():
            self._fields[name].set_value(getattr(body, unit) if body else None)
        self._parents.mother.set_value(view.mother_cm)
        self._parents.father.set_value(view.father_cm)
        self._parents.mother_measured.set_value(view.mother_measured)
        self._parents.father_measured.set_value(view.father_measured)
        self._parents.hide()
        self._entry_card.show_clothing(body.clothing if body else view.clothing, view.clothing)
        self._entry_card.show_posture(body.posture if body else ())
        if body is not None:
            states = {name: getattr(body, f"{name}_state") for name in _UNITS}
            indicated = set(INDICATED)
            self._states = {
                name: state
                for name, state in states.items()
                if name not in indicated or state is not ExamState.DONE
            }
            self._reason = body.state_reason
            self._questions.confirmed = answers_in(body.confirmed)
        for row in self._rows.values():
            row.ask("")
            row.set_error("")
        usual = view.device
        self._more.show_texts(
            body.device if body else usual, usual, (body.remark or "") if body else ""
        )
        self._more.show_filled(self._states, is_doctor=view.is_doctor)
        self._show_previous()
        self._show_states()
        self._show_computed()

    def _forget(self) -> None:
        self._states, self._reason = {}, None
        self._questions.forget()
        self._focus = ""

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when."""
        return saved_one(self._view)

    def set_editable(self, on: bool) -> None:
        """Fields, or what is saved as text."""
        self._entry_card.set_editable(on)
        self._more.set_editable(on, is_doctor=self._is_doctor())
        self._parents.set_editable(on)

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was typed, as it stands in the fields."""
        return {
            **{name: field.text() for name, field in self._fields.items()},
            "mother": self._parents.mother.text(),
            "father": self._parents.father.text(),
            "mother_measured": self._parents.mother_measured.value(),
            "father_measured": self._parents.father_measured.value(),
            "clothing": self._entry_card.clothing.value(),
            "posture": list(self._entry_card.posture()),
            "states": {name: state.value for name, state in self._states.items()},
            "reason": self._reason,
            "device": self._more.device.value(),
            "remark": self._more.remark.value(),
            **self._questions.content(),
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put the typed texts back as they were, also what could not be read."""
        assert self._view is not None
        self._base = base
        for name, field in self._fields.items():
            field.setText(content.get(name, ""))
        self._parents.mother.setText(content["mother"])
        self._parents.father.setText(content["father"])
        self._parents.mother_measured.set_value(content["mother_measured"])
        self._parents.father_measured.set_value(content["father_measured"])
        clothing = content["clothing"]
        self._entry_card.show_clothing(
            Clothing(clothing) if clothing else None, self._view.clothing
        )
        self._entry_card.show_posture(content["posture"])
        self._forget()
        self._states = {name: ExamState(state) for name, state in content["states"].items()}
        self._reason = content["reason"]
        self._questions.restore(content)
        usual = self._view.device
        self._more.show_texts(content.get("device", usual), usual, content.get("remark", ""))
        self._more.show_filled(self._states, is_doctor=self._is_doctor())
        self._show_states()
        self._show_computed()

    # --- judging ---

    def _entry(self) -> GrowthEntry:
        return GrowthEntry(
            height_cm=self._value("height"),
            height_state=self._states.get("height", ExamState.DONE),
            weight_kg=self._value("weight"),
            weight_state=self._states.get("weight", ExamState.DONE),
            head_cm=self._value("head"),
            head_state=self._states.get("head", ExamState.DONE),
            sitting_height_cm=self._value("sitting_height"),
            sitting_height_state=self._states.get("sitting_height", ExamState.DONE),
            state_reason=self._reason if self._is_undone() else None,
            clothing=self._entry_card.clothing.value_as(Clothing),
            device=self._more.device.value().strip(),
            remark=self._more.remark.value().strip(),
            posture=self._entry_card.posture(),
            mother_cm=_possible(self._parents.mother),
            mother_measured=self._parents.mother_measured.value(),
            father_cm=_possible(self._parents.father),
            father_measured=self._parents.father_measured.value(),
            confirmed=dict(self._questions.confirmed),
        )

    def _is_undone(self) -> bool:
        return any(state is not ExamState.DONE for state in self._states.values())

    def _value(self, name: str) -> Decimal | None:
        """The number that counts: none where the measure was not done after all."""
        state = self._states.get(name, ExamState.DONE)
        counts = state in {ExamState.DONE, ExamState.UNRELIABLE}
        return _possible(self._fields[name]) if counts else None

    def _on_value(self, name: str) -> None:
        """Another number: what was said of the number before no longer holds."""
        self._questions.value_changed(name)
        self._states.pop(name, None)
        self._show_states()
        self._show_computed()

    def _show_computed(self) -> None:
        if self._view is None:
            return
        entry = self._entry()
        found = judge(self._view, entry)
        self._lines = found.lines
        self._computed.show_values(entry, found)
        self._chart.show_pupil(self._view, entry, found)
        self.rules_changed.emit()

    def _show_previous(self) -> None:
        assert self._view is not None
        for name in _UNITS:
            self._rows[name].set_quiet(self._view.before(name))

    def _show_states(self) -> None:
        self._entry_card.show_states(self._states, self._reason)
        self._more.show_states(self._states, self._reason)

    # --- questions ---

    def _unlikely(self, name: str, value: Decimal) -> Unlikely | None:
        """What is unlikely about a value of a measure."""
        if self._view is None:
            return None
        found = ask_about(self._view, self._entry(), Field(name), value)
        return found if isinstance(found, Unlikely) else None

    def _on_confirmed(self, name: str) -> None:
        if self._questions.confirm(name):
            self.edited.emit()

    def _on_measure_again(self, name: str) -> None:
        self._questions.measure_again(name)
        self.edited.emit()

    def confirm_value(self) -> None:
        """F4: the question at the focused field, else the first open one."""
        for name in sorted(self._rows, key=lambda name: name != self._focus):
            row = self._rows[name]
            if row.question():
                row.confirm()
                return

    # --- saving ---

    def problems(self) -> list[Problem]:
        """Impossible values, a measure without value or state, a question nobody has seen yet."""
        found = []
        for name, field in self._fields.items():
            row, text = self._rows[name], field.problem()
            if not text and field.value() is None and name not in self._states:
                text = _MISSING.get(name, "")
            row.set_error(text)
            text = text or self._questions.unseen(name)
            if text:
                found.append(Problem(text, field))
        found += [
            Problem(field.problem(), field)
            for field in (self._parents.mother, self._parents.father)
            if field.problem()
        ]
        found += self._more.problems()
        if self._fields["weight"].value() is not None and self._entry_card.clothing.is_open():
            found.append(Problem("Kies de kledij.", self._entry_card.clothing))
        return found

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record what stands in the form; a first reading stays with the value that replaced it."""
        assert self._view is not None
        entry = replace(self._entry(), confirmed=self._questions.answers())
        return partial(record_growth, view=self._view, entry=entry, base=self._base, reason=reason)

    # --- not done ---

    def not_done_subject(self) -> str:
        """The measure that F8 is about when it is only one, else the whole."""
        self._subjects = self._not_done()
        return _NAMES[self._subjects[0]] if len(self._subjects) == 1 else self.part

    def _not_done(self) -> list[str]:
        """The measured value that has the focus, else everything that is still open."""
        focused = self._focus
        if focused in INDICATED or (focused and self._fields[focused].value() is not None):
            return [focused]
        return [name for name in MEASURES if self._fields[name].value() is None] or list(MEASURES)

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """Give what F8 was about this state; what was typed stays on the screen."""
        self._reason = reason
        self._states.update(dict.fromkeys(self._subjects, state))
        self._show_states()
        self._show_computed()

    def half_now(self) -> bool:
        """What is still open comes later today."""
        still = [name for name in MEASURES if self._fields[name].value() is None]
        if not still:
            return False
        self._reason = _END_OF_QUEUE
        self._states.update(dict.fromkeys(still, ExamState.POSTPONED))
        self._show_states()
        return True

    # --- on indication ---

    def footer_buttons(self) -> tuple[QWidget, ...]:
        """Meer."""
        return (self._more_button,)

    def _is_doctor(self) -> bool:
        return self._view is not None and self._view.is_doctor

    def _ask_more(self) -> None:
        if not self._fields["height"].isReadOnly():
            self._more.begin()

    def _on_entered(self, name: str) -> None:
        self._focus = name

    def first_field(self) -> QWidget | None:
        """Length."""
        return self._fields["height"]


def _possible(field: DecimalEdit) -> Decimal | None:
    """The number when it can be; what cannot be is never judged nor drawn."""
    return None if field.problem() else field.value()
