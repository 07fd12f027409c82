"""The card of puberty: stages of Tanner, menarche or testes, and how they are known."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from clbdesk.domain.body import ExamState
from clbdesk.domain.doctor import Basis, Descent, Menarche, Puberty
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.people import Sex
from clbdesk.errors import Environment
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.limits import Field
from clbdesk.standards.not_done import reason_label
from clbdesk.standards.tables import rule
from clbdesk.wording import label, say
from ui.pages.doctor_testis import TestisEdit
from ui.pages.step import Problem
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean, Precision, TypedDate

if TYPE_CHECKING:
    from datetime import date

STAGES = {"breast": "Borst B (M)", "genital": "Genitaal G", "hair": "Schaamhaar P"}
_OF_SEX = {
    Sex.FEMALE: ("breast", "hair"),
    Sex.MALE: ("genital", "hair"),
    Sex.UNKNOWN: ("breast", "genital", "hair"),
}
_SIDES = {"right": "Rechts", "left": "Links"}
_NUMBERS = tuple(Choice(str(one), str(one), str(one)) for one in range(1, 6))
_MENARCHE = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Menarche, "njb", strict=True)
)
_DESCENT = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Descent, "irv", strict=True)
)
_BASIS = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Basis, "oz", strict=True)
)
_LABEL_WIDTH = 112


class StagesCard(Card):
    """`edited()` when something was chosen or typed."""

    edited = Signal()

    def __init__(self) -> None:
        """Nothing is preselected."""
        super().__init__("Puberteit", spacing=4)
        self._sex, self._months = Sex.UNKNOWN, 0
        self.needed = True  # False: on indication, until something of it was examined
        self._on: date | None = None
        self._states: dict[str, ExamState] = {}
        self._reason = ""
        self.stages = {
            name: ChoiceRow(words, _NUMBERS, required=True) for name, words in STAGES.items()
        }
        self._rows = {
            name: FieldRow(STAGES[name], row, label_width=_LABEL_WIDTH)
            for name, row in self.stages.items()
        }
        low, high = limits(Field.MENARCHE_AGE).block or (None, None)
        self.menarche = ChoiceRow("Menarche", _MENARCHE)
        self.menarche_age = DecimalEdit(
            "Leeftijd bij menarche",
            places=1,
            unit="jaar",
            minimum=low,
            maximum=high,
            example="12,5",
        )
        self._month = DateEdit(
            "Maand van menarche",
            today=self._today,
            lean=Lean.PAST,
            precision=Precision.YEAR,
            no_later_than_today=True,
        )
        self._girl = [FieldRow("Menarche", self.menarche, label_width=_LABEL_WIDTH)]
        self._when = FieldRow("Op leeftijd", self.menarche_age, label_width=_LABEL_WIDTH)
        self._month_row = FieldRow("of in de maand", self._month, label_width=_LABEL_WIDTH)
        self.testes = {side: TestisEdit(words.lower()) for side, words in _SIDES.items()}
        self.descent = {
            side: ChoiceRow(f"Ligging {words.lower()}", _DESCENT, padding=10)
            for side, words in _SIDES.items()
        }
        self.basis = ChoiceRow("Bron", _BASIS)
        self._basis_row = FieldRow("Bron", self.basis, label_width=_LABEL_WIDTH)
        self.remark = TextEdit("Opmerking", limit=300)
        self._place()
        for name, row in self.stages.items():
            row.edited.connect(lambda name=name: self._on_stage(name))
        for choice in (self.menarche, *self.descent.values(), self.basis):
            choice.edited.connect(self._on_edited)
        for number in (self.menarche_age, *self.testes.values()):
            number.edited.connect(self._on_edited)
        self._month.edited.connect(self._on_edited)
        self.remark.edited.connect(self._on_edited)

    def _place(self) -> None:
        for row in self._rows.values():
            self.body.addWidget(row)
        for field in (*self._girl, self._when, self._month_row):
            self.body.addWidget(field)
        self._testis_rows = {
            side: FieldRow(f"Testis {words.lower()}", self.testes[side], label_width=_LABEL_WIDTH)
            for side, words in _SIDES.items()
        }
        for row in self._testis_rows.values():
            row.add_beside(Label("ml", role=Role.SECONDARY))
            self.body.addWidget(row)
        self._descent_rows = {
            side: FieldRow(f"Ligging {words.lower()}", self.descent[side], label_width=_LABEL_WIDTH)
            for side, words in _SIDES.items()
        }
        for row in self._descent_rows.values():
            self.body.addWidget(row)
        self.body.addWidget(self._basis_row)
        self.body.addWidget(
            FieldRow("Opmerking", self.remark, label_width=_LABEL_WIDTH, stretch=True)
        )
        self._of_boys = Label("", Size.SMALL, role=Role.SECONDARY, wrap=True)
        self.body.addWidget(self._of_boys)

    def _today(self) -> date:
        assert self._on is not None
        return self._on

    # --- showing ---

    def show_pupil(self, sex: Sex, on: date, months: int, title: str) -> None:
        """Which stages belong to the pupil."""
        self._sex, self._on, self._months = sex, on, months
        self.set_title(title)
        self._show()

    def show_body(self, body: Puberty | None) -> None:
        """What was recorded."""
        self._states, self._reason = {}, (body.stage_reason or "") if body else ""
        for name, row in self.stages.items():
            stage = getattr(body, f"{name}_stage") if body else None
            row.set_value(None if stage is None else str(stage))
            state = getattr(body, f"{name}_state") if body else ExamState.DONE
            if state is not ExamState.DONE:
                self._states[name] = state
        self.menarche.set_value(body.menarche.value if body and body.menarche else None)
        self.menarche_age.set_value(body.menarche_age if body else None)
        self._month.set_value(_typed(body.menarche_month) if body else None)
        for side in _SIDES:
            volume = getattr(body, f"testis_{side}_ml") if body else None
            self.testes[side].set_value(None if volume is None else Decimal(volume))
            descent = getattr(body, f"position_{side}") if body else None
            self.descent[side].set_value(descent.value if descent else None)
        self.basis.set_value(body.basis.value if body and body.basis else None)
        self.remark.set_value((body.remark or "") if body else "")
        self.show_filled(frozenset())
        self._show()

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        for row in (*self.stages.values(), self.menarche, *self.descent.values(), self.basis):
            row.setEnabled(on)
        for field in (self.menarche_age, *self.testes.values()):
            field.setReadOnly(not on)
        self.remark.setReadOnly(not on)
        self._month.setEnabled(on)

    def show_filled(self, names: frozenset[str]) -> None:
        """The chips of F7: position_right, position_left, basis."""
        for side, row in self._descent_rows.items():
            row.set_filled_by_key(f"position_{side}" in names)
        self._basis_row.set_filled_by_key("basis" in names)

    # --- value ---

    def drawn(self) -> tuple[str, ...]:
        """The stages of this pupil."""
        return _OF_SEX[self._sex]

    def open_stages(self) -> tuple[str, ...]:
        """Those without a stage or a state."""
        return tuple(
            name
            for name in self.drawn()
            if self.stages[name].is_open() and name not in self._states
        )

    def focused(self) -> str:
        """The stage with the focus, or an empty text."""
        return next((name for name, row in self.stages.items() if row.hasFocus()), "")

    def set_not_done(self, names: tuple[str, ...], state: ExamState, reason: str) -> None:
        """Give these stages a state; a stage that was seen but cannot be trusted stays."""
        for name in names:
            self._states[name] = state
            if state is not ExamState.UNRELIABLE:
                self.stages[name].set_value(None)
        self._reason = reason
        self._show()

    def is_touched(self) -> bool:
        """Whether anything of puberty stands in the form."""
        values = (
            *(row.value() for row in self.stages.values()),
            self.menarche.value(),
            *(field.text() for field in self.testes.values()),
            *(row.value() for row in self.descent.values()),
        )
        return bool(self._states) or any(values)

    def has_states(self) -> bool:
        """Whether something was not done."""
        return bool(self._states)

    def puberty(self, on: date) -> Puberty | None:
        """What stands in the form; None while nothing does."""
        if not self.is_touched():
            return None
        values = {name: self.stages[name].value() for name in self.drawn()}
        stage = {name: None if one is None else int(one) for name, one in values.items()}
        states = [self._states.get(name, ExamState.DONE) for name in self.drawn()]
        seen = any(one is not None for one in stage.values())
        one_state = states[0] if len(set(states)) == 1 and not seen else ExamState.DONE
        told = self.menarche.value_as(Menarche)
        typed = self._month.value()
        return Puberty(
            state=one_state,
            state_reason=self._reason or None if one_state is not ExamState.DONE else None,
            remark=self.remark.value() or None,
            breast_stage=stage.get("breast"),
            breast_state=self._states.get("breast", ExamState.DONE),
            genital_stage=stage.get("genital"),
            genital_state=self._states.get("genital", ExamState.DONE),
            hair_stage=stage.get("hair"),
            hair_state=self._states.get("hair", ExamState.DONE),
            stage_reason=self._reason or None if self._states else None,
            menarche=told,
            menarche_age=self.menarche_age.value() if told is Menarche.YES else None,
            menarche_month=_month_text(typed) if told is Menarche.YES and typed else "",
            testis_right_ml=self.testes["right"].volume(),
            testis_left_ml=self.testes["left"].volume(),
            position_right=self.descent["right"].value_as(Descent),
            position_left=self.descent["left"].value_as(Descent),
            basis=self.basis.value_as(Basis) if seen else None,
            on=on,
        )

    def fill_normal(self) -> list[str]:
        """F7: descended and by examination; never a stage or a volume. The names filled."""
        filled = []
        if Sex.FEMALE is not self._sex and self.testes_typed():
            for side, row in self.descent.items():
                if row.is_open():
                    row.set_value(Descent.DESCENDED.value)
                    filled.append(f"position_{side}")
        if self.basis.is_open() and any(row.value() for row in self.stages.values()):
            self.basis.set_value(Basis.EXAMINATION.value)
            filled.append("basis")
        return filled

    def testes_typed(self) -> bool:
        """Whether a volume was measured: only then is it known where a testis lies."""
        return any(field.volume() is not None for field in self.testes.values())

    # --- saving ---

    def problems(self) -> list[Problem]:
        """A stage without answer, what cannot be, and how it is known."""
        found = []
        for name in self.drawn():
            text = ""
            if name in self.open_stages():
                text = say("doctor.choose_stage", stage=STAGES[name])
                found.append(Problem(text, self.stages[name]))
            self._rows[name].set_error(text)
        found += self._menarche_problems()
        for side, field in self.testes.items():
            self._testis_rows[side].set_error(field.problem())
            if field.problem():
                found.append(Problem(field.problem(), field))
        seen = any(row.value() for row in self.stages.values())
        if seen and self.basis.is_open():
            found.append(Problem(say("doctor.choose_basis"), self.basis))
        if self.remark.problem():
            found.append(Problem(self.remark.problem(), self.remark))
        return found

    def _menarche_problems(self) -> list[Problem]:
        if self.menarche.value_as(Menarche) is not Menarche.YES:
            return []
        text = self.menarche_age.problem() or self._month.problem()
        age = self.menarche_age.value()
        if not text and age is not None and age * 12 > self._months + 12:
            text = say("doctor.menarche_later")
        if not text and age is None and self._month.value() is None:
            text = say("doctor.menarche_when")
        self._when.set_error(text)
        return [Problem(text, self.menarche_age)] if text else []

    # --- draft ---

    def content(self) -> dict[str, Any]:
        """What was chosen and typed."""
        return {
            "stages": {name: row.value() for name, row in self.stages.items()},
            "states": {name: state.value for name, state in self._states.items()},
            "reason": self._reason,
            "menarche": self.menarche.value(),
            "age": self.menarche_age.text(),
            "month": self._month.line.text(),
            "testes": {side: field.text() for side, field in self.testes.items()},
            "descent": {side: row.value() for side, row in self.descent.items()},
            "basis": self.basis.value(),
            "remark": self.remark.value(),
        }

    def restore(self, content: dict[str, Any]) -> None:
        """Put a draft back, also what could not be read."""
        for name, value in content["stages"].items():
            self.stages[name].set_value(value)
        self._states = {name: ExamState(state) for name, state in content["states"].items()}
        self._reason = content["reason"]
        self.menarche.set_value(content["menarche"])
        self.menarche_age.setText(content["age"])
        self._month.line.setText(content["month"])
        for side, text in content["testes"].items():
            self.testes[side].setText(text)
        for side, value in content["descent"].items():
            self.descent[side].set_value(value)
        self.basis.set_value(content["basis"])
        self.remark.set_value(content["remark"])
        self._show()

    # --- following ---

    def _on_stage(self, name: str) -> None:
        if self.stages[name].value() is not None:
            self._states.pop(name, None)
        self._on_edited()

    def _on_edited(self) -> None:
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        drawn = self.drawn()
        for name, row in self._rows.items():
            row.setVisible(name in drawn)
            state = self._states.get(name)
            self.stages[name].required = state is None and (self.needed or self.is_touched())
            words = f"{label(state)}: {reason_label(state, self._reason)}" if state else ""
            row.set_state("minus", words)
        girl, boy = "breast" in drawn, "genital" in drawn
        yes = girl and self.menarche.value_as(Menarche) is Menarche.YES
        for field in self._girl:
            field.setVisible(girl)
        self._when.setVisible(yes)
        self._month_row.setVisible(yes)
        for row in (*self._testis_rows.values(), *self._descent_rows.values()):
            row.setVisible(boy)
        self._of_boys.setText(_text_of("PUB-7"))
        self._of_boys.setVisible(boy and bool(self._of_boys.text()))


def _text_of(rule_id: str) -> str:
    """What the handbook says to the doctor, with its id; nothing while its table is damaged."""
    try:
        found = rule(rule_id)
    except Environment:
        return ""
    unsigned = ", te bevestigen" if found.status is RuleStatus.SIGN else ""
    return f"{found.text} ({found.id}, {found.source}{unsigned})"


def _typed(month: str) -> TypedDate | None:
    """As it was typed: 2025-03, or 2025 alone."""
    if not month:
        return None
    year, _, rest = month.partition("-")
    return TypedDate(int(year), int(rest) if rest else None)


def _month_text(typed: TypedDate) -> str:
    return f"{typed.year:04d}-{typed.month:02d}" if typed.month else f"{typed.year:04d}"
