"""P06 Groei: length and weight, judged at once against the own curve."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Clothing
from clbdesk.services.confirming import Answer
from clbdesk.services.growth import (
    GrowthEntry,
    GrowthView,
    ask_about,
    judge,
    open_growth,
    record_growth,
)
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.limits import Field, Unlikely
from clbdesk.standards.not_done import reason_label
from clbdesk.wording import label
from ui import format as show
from ui.pages.growth_chart import GrowthChartCard
from ui.pages.growth_computed import ComputedCard
from ui.pages.step import Problem, SavedState, StepPage
from ui.theme import Role
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clbdesk.domain.judgement import Judgement
    from clbdesk.ids import RevId
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.pupil import PupilOnVisit
    from clbdesk.services.records import Saved

_POSTURE = (("hair", "haardracht"), ("scoliosis", "scoliose"), ("wheelchair", "rolstoel"))


class GrowthPage(StepPage):
    """Length, weight, and what follows from them while typing."""

    step: ClassVar[str] = "growth"
    part: ClassVar[str] = "Groei"

    def __init__(self) -> None:
        """Entry and computed values at the left, the chart at the right."""
        super().__init__()
        self._view: GrowthView | None = None
        self._base: tuple[RevId, ...] = ()
        self._states: dict[str, ExamState] = {}
        self._reason: str | None = None
        self._confirmed: dict[str, Answer] = {}
        self._first_readings: dict[str, Decimal] = {}
        self._lines: tuple[Judgement, ...] = ()
        self.height_edit = _measure("Lengte", Field.HEIGHT, "cm", "121,5", required=True)
        self.weight_edit = _measure("Gewicht", Field.WEIGHT, "kg", "26,3", required=True)
        self._mother = _measure("Lengte moeder", Field.PARENT_HEIGHT, "cm", "168,0")
        self._father = _measure("Lengte vader", Field.PARENT_HEIGHT, "cm", "181,0")
        self._clothing = ChoiceRow(
            "Kledij",
            [
                Choice(one.value, label(one), letter)
                for one, letter in zip(Clothing, "opsg", strict=True)
            ],
            padding=8,
        )
        self._rows = {
            "height": FieldRow("Lengte (cm)", self.height_edit),
            "weight": FieldRow("Gewicht (kg)", self.weight_edit),
        }
        self._posture = {name: TickBox(word) for name, word in _POSTURE}
        self._computed = ComputedCard()
        self._chart = GrowthChartCard()
        self._place()
        for name, row in self._rows.items():
            row.confirmed.connect(partial(self._on_confirmed, name))
            row.measure_again.connect(partial(self._on_measure_again, name))
        for field in (self.height_edit, self.weight_edit, self._mother, self._father):
            field.value_changed.connect(self._on_value)
            field.edited.connect(self.edited)
        self.height_edit.left.connect(partial(self._question, "height"))
        self.weight_edit.left.connect(partial(self._question, "weight"))
        self._clothing.edited.connect(self.edited)
        for box in self._posture.values():
            box.edited.connect(self.edited)

    def _place(self) -> None:
        columns = Columns(left_width=456)
        entry = Card(spacing=8)
        for row in self._rows.values():
            entry.body.addWidget(row)
        entry.body.addWidget(FieldRow("Kledij", self._clothing, label_width=72))
        ticks = QHBoxLayout()
        ticks.setSpacing(16)
        for box in self._posture.values():
            ticks.addWidget(box)
        ticks.addStretch(1)
        holder = QWidget()
        holder.setLayout(ticks)
        ticks.setContentsMargins(0, 0, 0, 0)
        entry.body.addWidget(FieldRow("Opmerking", holder, label_width=96))
        columns.left.addWidget(entry)
        columns.left.addWidget(self._computed)
        parents = Card(spacing=8)
        parents.body.addWidget(FieldRow("Lengte moeder (cm)", self._mother))
        parents.body.addWidget(FieldRow("Lengte vader (cm)", self._father))
        columns.left.addWidget(parents)
        columns.left.addStretch(1)
        columns.right.addWidget(self._chart)
        columns.right.addStretch(1)
        self.body.addWidget(columns)

    # --- opening ---

    def opening(self, on_visit: PupilOnVisit) -> Callable[[Desk], GrowthView]:
        """Read earlier points, parents and what is saved."""
        return lambda desk: open_growth(desk, on_visit)

    def show_view(self, view: GrowthView) -> None:
        """Fields with the saved values or empty, and the previous values beside them."""
        self._view, self._base = view, view.base
        self._states, self._confirmed, self._first_readings, self._reason = {}, {}, {}, None
        body = view.saved.body if view.saved else None
        self.height_edit.set_value(body.height_cm if body else None)
        self.weight_edit.set_value(body.weight_kg if body else None)
        self._mother.set_value(view.mother_cm)
        self._father.set_value(view.father_cm)
        clothing = body.clothing if body else view.clothing
        self._clothing.set_value(clothing.value if clothing else None)
        for name, box in self._posture.items():
            box.set_value(body is not None and name in body.posture)
        if body is not None:
            self._states = {"height": body.height_state, "weight": body.weight_state}
            self._reason = body.state_reason
        for row in self._rows.values():
            row.ask("")
            row.set_error("")
        self._show_previous()
        self._show_states()
        self._show_computed()

    def saved_state(self) -> SavedState | None:
        """Recorded by whom, when."""
        saved = self._view.saved if self._view else None
        if saved is None or self._view is None:
            return None
        hour = show.hour(saved.revision.recorded_at)
        return SavedState(
            f"Opgeslagen om {hour} door {self._view.saved_by}",
            (saved.record_id,),
            two_versions=saved.is_conflict,
        )

    def base(self) -> tuple[RevId, ...]:
        """The leaves of growth and of the parents' lengths."""
        return self._base

    def set_editable(self, on: bool) -> None:
        """Fields can be typed in, or only read."""
        for field in (self.height_edit, self.weight_edit, self._mother, self._father):
            field.setReadOnly(not on)
        for control in (self._clothing, *self._posture.values()):
            control.setEnabled(on)

    # --- draft ---

    def content(self) -> dict[str, Any] | None:
        """What was typed, as it stands in the fields."""
        return {
            "height": self.height_edit.text(),
            "weight": self.weight_edit.text(),
            "mother": self._mother.text(),
            "father": self._father.text(),
            "clothing": self._clothing.value(),
            "posture": [name for name, box in self._posture.items() if box.value()],
            "confirmed": {
                name: [answer.limit_id, str(answer.first_reading or "")]
                for name, answer in self._confirmed.items()
            },
        }

    def restore(self, content: dict[str, Any], base: tuple[RevId, ...]) -> None:
        """Put the typed texts back as they were, also what could not be read."""
        self._base = base
        self._states, self._reason = {}, None
        for field, name in (
            (self.height_edit, "height"),
            (self.weight_edit, "weight"),
            (self._mother, "mother"),
            (self._father, "father"),
        ):
            field.setText(content[name])
        self._clothing.set_value(content["clothing"])
        for name, box in self._posture.items():
            box.set_value(name in content["posture"])
        self._confirmed = {
            name: Answer(limit_id, Decimal(first) if first else None)
            for name, (limit_id, first) in content["confirmed"].items()
        }
        self._show_states()
        self._show_computed()

    # --- judging ---

    def judgements(self) -> Sequence[Judgement]:
        """The rule lines of what stands in the fields."""
        return self._lines

    def _entry(self) -> GrowthEntry:
        clothing = self._clothing.value_as(Clothing)
        return GrowthEntry(
            height_cm=self.height_edit.value(),
            height_state=self._state("height", self.height_edit),
            weight_kg=self.weight_edit.value(),
            weight_state=self._state("weight", self.weight_edit),
            state_reason=self._reason,
            clothing=clothing,
            device=self._view.device if self._view else "",
            posture=tuple(name for name, box in self._posture.items() if box.value()),
            mother_cm=self._mother.value(),
            father_cm=self._father.value(),
            confirmed=self._confirmed,
        )

    def _state(self, name: str, field: DecimalEdit) -> ExamState:
        return (
            ExamState.DONE if field.value() is not None else self._states.get(name, ExamState.DONE)
        )

    def _on_value(self) -> None:
        for name, field in (("height", self.height_edit), ("weight", self.weight_edit)):
            if field.value() is not None:
                self._states.pop(name, None)
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
        for name, unit in (("height", "height_cm"), ("weight", "weight_kg")):
            points = [one for one in self._view.earlier if getattr(one, unit) is not None]
            last = max(points, key=lambda one: one.on, default=None)
            text = f"{show.number(getattr(last, unit))} op {show.day(last.on)}" if last else ""
            self._rows[name].set_quiet(text)

    def _show_states(self) -> None:
        for name, row in self._rows.items():
            state = self._states.get(name, ExamState.DONE)
            word = ""
            if state is not ExamState.DONE:
                word = label(state)
                if self._reason:
                    word += f" – {reason_label(state, self._reason)}"
            row.set_state("minus", word, Role.SECONDARY)

    # --- questions ---

    def _question(self, name: str) -> None:
        """On leaving: an unlikely value asks, once."""
        field = self.height_edit if name == "height" else self.weight_edit
        value = field.value()
        row = self._rows[name]
        if self._view is None or value is None or name in self._confirmed:
            row.ask("")
            return
        found = ask_about(self._view, self._entry(), Field(name), value)
        row.ask(found.question if isinstance(found, Unlikely) else "")

    def _on_confirmed(self, name: str) -> None:
        field = self.height_edit if name == "height" else self.weight_edit
        value = field.value()
        if self._view is None or value is None:
            return
        found = ask_about(self._view, self._entry(), Field(name), value)
        if isinstance(found, Unlikely):
            self._confirmed[name] = Answer(found.limit_id, self._first_readings.get(name))
            self.edited.emit()

    def _on_measure_again(self, name: str) -> None:
        field = self.height_edit if name == "height" else self.weight_edit
        value = field.value()
        if value is not None:
            self._first_readings[name] = value
        field.clear()
        self.edited.emit()

    def confirm_value(self) -> None:
        """F4: the question at the focused field, else the first open one."""
        rows = sorted(self._rows.values(), key=lambda row: not row.control.hasFocus())
        for row in rows:
            if row.question():
                row.confirm()
                return

    # --- saving ---

    def problems(self) -> list[Problem]:
        """Impossible values, and a measure without value or state."""
        found = []
        for name, field, missing in (
            ("height", self.height_edit, "Vul de lengte in of kies Niet afgenomen."),
            ("weight", self.weight_edit, "Vul het gewicht in of kies Niet afgenomen."),
        ):
            text = field.problem()
            if not text and field.value() is None and name not in self._states:
                text = missing
            self._rows[name].set_error(text)
            if text:
                found.append(Problem(text, field))
        found += [
            Problem(field.problem(), field)
            for field in (self._mother, self._father)
            if field.problem()
        ]
        if self.weight_edit.value() is not None and self._clothing.is_open():
            found.append(Problem("Kies de kledij.", self._clothing))
        return found

    def saving(self, *, reason: str | None) -> Callable[[Desk], Outcome[Saved]]:
        """Record what stands in the form."""
        assert self._view is not None
        return partial(
            record_growth, view=self._view, entry=self._entry(), base=self._base, reason=reason
        )

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """The measures that are still open get this state."""
        self._reason = reason
        for name, field in (("height", self.height_edit), ("weight", self.weight_edit)):
            if field.value() is None or state is ExamState.UNRELIABLE:
                self._states[name] = state
        self._show_states()

    def first_field(self) -> QWidget | None:
        """Length."""
        return self.height_edit


def _measure(
    name: str, field: Field, unit: str, example: str, *, required: bool = False
) -> DecimalEdit:
    low, high = limits(field).block or (None, None)
    return DecimalEdit(
        name,
        places=limits(field).places,
        unit=unit,
        minimum=low,
        maximum=high,
        example=example,
        required=required,
    )
