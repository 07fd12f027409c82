"""The card of the examination: back, legs, feet, blocks on indication, blood pressure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from clbdesk.domain.body import ExamState
from clbdesk.domain.doctor import DoctorExam, ExamBlock, Finding, Symmetry
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.examination import LEFT_OUT, NEEDED
from clbdesk.standards.limits import Field
from clbdesk.wording import label, say
from ui.pages.doctor_block_row import LABEL_WIDTH, BlockRow
from ui.pages.step import Problem
from ui.theme import Role
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

_SYMMETRY = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Symmetry, "sa", strict=True)
)
_SIGNS = {
    "forward_bend": "Adams",
    "shoulders": "Schouder, taille",
    "leg_length": "Beenlengte",
}
_MOUTH, _PRESSURE = "mouth", "blood_pressure"
_OF_THE_MOMENT = (
    Choice(ExamBlock.BACK.value, "Rug", "r"),
    Choice(ExamBlock.LEGS.value, "Benen", "e"),
    Choice(ExamBlock.FEET.value, "Voeten", "v"),
)
_ON_INDICATION = (
    Choice(_MOUTH, "Mond", "m"),
    Choice(ExamBlock.HEART.value, "Hart", "h"),
    Choice(ExamBlock.LUNGS.value, "Longen", "l"),
    Choice(_PRESSURE, "Bloeddruk", "b"),
    Choice(ExamBlock.EAR_NOSE_THROAT.value, "NKO", "n"),
    Choice(ExamBlock.SKIN.value, "Huid", "d"),
    Choice(ExamBlock.ABDOMEN.value, "Buik", "k"),
)


class BlocksCard(Card):
    """`edited()` when something changed; `mouth_wanted()` is whether the mouth is examined."""

    edited = Signal()

    def __init__(self) -> None:
        """The needed blocks are drawn, the others when they are asked for."""
        super().__init__("Onderzoek", spacing=4)
        self._needed: tuple[ExamBlock, ...] = NEEDED
        self.rows = {block: BlockRow(block) for block in ExamBlock}
        self.signs = {
            name: ChoiceRow(words, _SYMMETRY, padding=10) for name, words in _SIGNS.items()
        }
        self._sign_rows = {
            name: FieldRow(words, self.signs[name], label_width=LABEL_WIDTH)
            for name, words in _SIGNS.items()
        }
        self.scoliometer = _whole("Scoliometer", Field.SCOLIOMETER, "°")
        self.pressure = (
            _whole("Bloeddruk boven", Field.BLOOD_PRESSURE, "mmHg"),
            _whole("Bloeddruk onder", Field.BLOOD_PRESSURE, "mmHg"),
        )
        self.wanted = MultiChoiceRow("Op indicatie", _ON_INDICATION, padding=8)
        self._scoliometer_row = FieldRow("Scoliometer", self.scoliometer, label_width=LABEL_WIDTH)
        self._scoliometer_row.add_beside(Label("°", role=Role.SECONDARY))
        self._pressure_row = FieldRow("Bloeddruk", self.pressure[0], label_width=LABEL_WIDTH)
        self._pressure_row.add_beside(
            Label("/", role=Role.SECONDARY), self.pressure[1], Label("mmHg", role=Role.SECONDARY)
        )
        self._place()
        for row in self.rows.values():
            row.edited.connect(self.edited)
        for sign in self.signs.values():
            sign.edited.connect(self.edited)
        for number in (self.scoliometer, *self.pressure):
            number.edited.connect(self.edited)
        self.wanted.edited.connect(self._on_wanted)

    def _place(self) -> None:
        for block, row in self.rows.items():
            self.body.addWidget(row)
            if block is ExamBlock.BACK:
                for sign in (*self._sign_rows.values(), self._scoliometer_row):
                    self.body.addWidget(sign)
            if block is NEEDED[-1]:
                self.body.addWidget(self.wanted)
        self.body.addWidget(self._pressure_row)
        self._show()

    def show_parts(self, *, needed: bool, mouth: bool) -> None:
        """Whether back, legs and feet belong to the moment or are on indication, as the mouth is."""
        self._needed = NEEDED if needed else ()
        choices = _ON_INDICATION if mouth else _ON_INDICATION[1:]
        self.wanted.set_choices(choices if needed else (*_OF_THE_MOMENT, *choices))
        self.body.removeWidget(self.wanted)
        place = self.body.indexOf(self.rows[NEEDED[-1]]) + 1 if needed else 0
        self.body.insertWidget(place, self.wanted)

    def drawn(self) -> tuple[BlockRow, ...]:
        """The needed blocks and those on indication that were asked for."""
        wanted = self.wanted.values()
        return tuple(
            row
            for block, row in self.rows.items()
            if block in self._needed or block.value in wanted
        )

    def mouth_wanted(self) -> bool:
        """Whether the mouth is examined."""
        return _MOUTH in self.wanted.values()

    def show_body(self, body: DoctorExam | None, *, mouth: bool) -> None:
        """What was recorded."""
        wanted = [
            block
            for block, result in (body.blocks if body else {}).items()
            if ExamBlock(block) not in self._needed and result != LEFT_OUT
        ]
        if mouth:
            wanted.append(_MOUTH)
        if body is not None and body.systolic_mmhg is not None:
            wanted.append(_PRESSURE)
        self.wanted.set_values(tuple(wanted))
        for block, row in self.rows.items():
            result = body.blocks.get(block.value) if body else None
            row.show_result(None if result == LEFT_OUT and not self._needed else result)
        for name, choice in self.signs.items():
            value = getattr(body, name) if body else None
            choice.set_value(value.value if value else None)
        _show_whole(self.scoliometer, body.scoliometer_deg if body else None)
        _show_whole(self.pressure[0], body.systolic_mmhg if body else None)
        _show_whole(self.pressure[1], body.diastolic_mmhg if body else None)
        self.show_filled(frozenset())
        self._show()

    def exam(self, on: date) -> DoctorExam | None:
        """What stands in the form; None while nothing does."""
        blocks = {row.block.value: found for row in self.drawn() if (found := row.result())}
        signs = {name: choice.value_as(Symmetry) for name, choice in self.signs.items()}
        numbers = [_int(field.value()) for field in (self.scoliometer, *self.pressure)]
        if not blocks and not any(signs.values()) and not any(one is not None for one in numbers):
            return None
        states = {one.state for one in blocks.values()}
        whole = states.pop() if len(states) == 1 else ExamState.DONE
        reasons = {one.state_reason for one in blocks.values()}
        pressed = self._pressure_row.isVisibleTo(self)
        if not self._needed:
            blocks |= {one.value: LEFT_OUT for one in NEEDED if one.value not in blocks}
        return DoctorExam(
            state=whole,
            state_reason=reasons.pop() if whole is not ExamState.DONE and reasons else None,
            blocks=blocks,
            forward_bend=signs["forward_bend"],
            shoulders=signs["shoulders"],
            leg_length=signs["leg_length"],
            scoliometer_deg=numbers[0],
            systolic_mmhg=numbers[1] if pressed else None,
            diastolic_mmhg=numbers[2] if pressed else None,
            on=on,
        )

    def fill_normal(self) -> list[str]:
        """F7: the open blocks normal, and Adams symmetric; the names filled."""
        filled = []
        for row in self.drawn():
            if row.is_open():
                row.fill_normal()
                filled.append(row.block.value)
        back = self.rows[ExamBlock.BACK].choice.value()
        if self.signs["forward_bend"].is_open() and back == Finding.NORMAL.value:
            self.signs["forward_bend"].set_value(Symmetry.SYMMETRIC.value)
            filled.append("forward_bend")
        return filled

    def show_filled(self, names: frozenset[str]) -> None:
        """The chips of F7."""
        for block, row in self.rows.items():
            row.set_filled_by_key(block.value in names)
        self._sign_rows["forward_bend"].set_filled_by_key("forward_bend" in names)

    def focused(self) -> BlockRow | None:
        """The block with the focus."""
        return next((row for row in self.drawn() if row.choice.hasFocus()), None)

    def problems(self) -> list[Problem]:
        """Blocks without a finding, numbers that cannot be."""
        found = [one for row in self.drawn() for one in row.problems()]
        fields = [self.scoliometer]
        if self._pressure_row.isVisibleTo(self):
            fields += self.pressure
            if self.pressure[0].is_open() is not self.pressure[1].is_open():
                found.append(Problem(say("doctor.pressure_half"), self.pressure[1]))
        return found + [Problem(one.problem(), one) for one in fields if one.problem()]

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        for row in self.rows.values():
            row.set_editable(on)
        for choice in (*self.signs.values(), self.wanted):
            choice.setEnabled(on)
        for field in (self.scoliometer, *self.pressure):
            field.setReadOnly(not on)

    def content(self) -> dict[str, Any]:
        """For the draft."""
        return {
            "wanted": list(self.wanted.values()),
            "blocks": {block.value: row.content() for block, row in self.rows.items()},
            "signs": {name: choice.value() for name, choice in self.signs.items()},
            "numbers": [field.text() for field in (self.scoliometer, *self.pressure)],
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From a draft."""
        self.wanted.set_values(tuple(content["wanted"]))
        for block, row in self.rows.items():
            row.restore(content["blocks"][block.value])
        for name, choice in self.signs.items():
            choice.set_value(content["signs"][name])
        for field, text in zip((self.scoliometer, *self.pressure), content["numbers"], strict=True):
            field.setText(text)
        self._show()

    def _on_wanted(self) -> None:
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        wanted = self.wanted.values()
        for block, row in self.rows.items():
            row.setVisible(block in self._needed or block.value in wanted)
        for sign in (*self._sign_rows.values(), self._scoliometer_row):
            sign.setVisible(self.rows[ExamBlock.BACK] in self.drawn())
        self._pressure_row.setVisible(_PRESSURE in wanted)


def _whole(name: str, field: Field, unit: str) -> DecimalEdit:
    low, high = limits(field).block or (None, None)
    return DecimalEdit(name, places=0, unit=unit, minimum=low, maximum=high, example="5", width=72)


def _show_whole(field: DecimalEdit, value: int | None) -> None:
    field.setText("" if value is None else str(value))


def _int(value: Decimal | None) -> int | None:
    return None if value is None else int(value)
