"""The fields of growth: length, weight, clothing and posture, with their questions and states."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Clothing
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.limits import Field
from clbdesk.standards.not_done import reason_label
from clbdesk.wording import label
from ui import theme
from ui.theme import Role, Size
from ui.widgets.button import Link
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import LABEL_WIDTH, FieldRow
from ui.widgets.label import Label
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_POSTURE = (("hair", "haardracht"), ("scoliosis", "scoliose"), ("wheelchair", "rolstoel"))
_CLOTHING = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Clothing, "opsg", strict=True)
)
MEASURES = ("height", "weight")


class GrowthEntryCard(Card):
    """The card of 180 px. Measures are named "height" and "weight".

    `edited()`: the user did something; `value_changed(name)`: another number while typing;
    `left(name)`, `confirmed(name)` and `measure_again(name)` are about one measure;
    `entered(name)`: it has the focus, an empty name when something else of the card has.
    """

    edited = Signal()
    value_changed = Signal(str)
    left = Signal(str)
    confirmed = Signal(str)
    measure_again = Signal(str)
    entered = Signal(str)

    def __init__(self) -> None:
        """Empty fields, clothing not chosen."""
        super().__init__(spacing=0)
        self.set_margins(top=14, bottom=8)
        self.fields = {
            "height": measure_edit("Lengte", Field.HEIGHT, "cm", "121,5", required=True),
            "weight": measure_edit("Gewicht", Field.WEIGHT, "kg", "26,3", required=True),
        }
        self.rows = {
            "height": FieldRow("Lengte (cm)", self.fields["height"]),
            "weight": FieldRow("Gewicht (kg)", self.fields["weight"]),
        }
        self.clothing = ChoiceRow("Kledij", _CLOTHING, required=True, padding=8)
        self._worn = Label()
        self._default = Label(size=Size.QUIET, role=Role.SECONDARY)
        self._change = Link("Wijzigen", about="kledij")
        self._proposed: Clothing | None = None
        self._posture = {name: TickBox(word, Size.QUIET) for name, word in _POSTURE}
        self._no_posture = Label("geen", Size.QUIET, role=Role.SECONDARY)
        self._no_posture.hide()
        self._place()
        self._connect()

    def _place(self) -> None:
        self.body.addWidget(self.rows["height"])
        self.body.addSpacing(8)
        self.body.addWidget(self.rows["weight"])
        self.body.addSpacing(6)
        worn = _row("Kledij")
        worn.addWidget(self._worn)
        worn.addSpacing(12)
        worn.addWidget(self._default)
        worn.addStretch(1)
        worn.addWidget(self._change)
        self.body.addLayout(worn)
        self.body.addWidget(self.clothing)
        remark = _row("Opmerking")
        remark.addWidget(self._no_posture)
        for box in self._posture.values():
            remark.addWidget(box)
            remark.addSpacing(10)
        remark.addStretch(1)
        self.body.addLayout(remark)

    def _connect(self) -> None:
        for name, field in self.fields.items():
            field.value_changed.connect(partial(self._on_value, name))
            field.edited.connect(self.edited)
            field.left.connect(partial(self.left.emit, name))
            self.rows[name].confirmed.connect(partial(self.confirmed.emit, name))
            self.rows[name].measure_again.connect(partial(self.measure_again.emit, name))
        for control in (self.clothing, self._change, *self._posture.values()):
            control.installEventFilter(self)
        for field in self.fields.values():
            field.installEventFilter(self)
        self.clothing.edited.connect(self._on_clothing)
        self.clothing.left.connect(self._show_clothing)
        self._change.clicked.connect(self._open_clothing)
        for box in self._posture.values():
            box.edited.connect(self.edited)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Tell which measure has the focus, for F8 and F4."""
        if event.type() == QEvent.Type.FocusIn:
            measures = [name for name, field in self.fields.items() if field is watched]
            self.entered.emit(measures[0] if measures else "")
        return False

    # --- values ---

    def show_clothing(self, clothing: Clothing | None, proposed: Clothing | None) -> None:
        """What was worn; `proposed`: the standard of today."""
        self._proposed = proposed
        self.clothing.set_value(clothing.value if clothing else None)
        self._show_clothing()

    def posture(self) -> tuple[str, ...]:
        """What is ticked."""
        return tuple(name for name, box in self._posture.items() if box.value())

    def show_posture(self, ticked: Collection[str]) -> None:
        """Tick from a draft or record."""
        for name, box in self._posture.items():
            box.set_value(name in ticked)

    def show_states(self, states: Mapping[str, ExamState], reason: str | None) -> None:
        """The not-done state of each measure with its word."""
        show_states(self.rows, states, reason)

    def set_editable(self, on: bool) -> None:
        """Fields, or what was saved as text."""
        for field in self.fields.values():
            field.setReadOnly(not on)
        for box in self._posture.values():
            box.setEnabled(on)
            box.setVisible(on or box.value())
        self._no_posture.setVisible(not on and not self.posture())
        self._change.setVisible(on)
        self.clothing.setEnabled(on)
        self._show_clothing()

    # --- clothing ---

    def _open_clothing(self) -> None:
        self.clothing.show()
        self.clothing.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_clothing(self) -> None:
        self._show_clothing()
        self.edited.emit()

    def _show_clothing(self) -> None:
        """The choice is open while nothing is known, and while somebody is choosing."""
        worn = self.clothing.value_as(Clothing)
        self._worn.setText(label(worn) if worn else "")
        is_default = worn is not None and worn is self._proposed
        self._default.setText("standaard van vandaag" if is_default else "")
        is_open = self.clothing.isEnabled() and (worn is None or self.clothing.hasFocus())
        self.clothing.setVisible(is_open)

    def _on_value(self, name: str, _value: object) -> None:
        self.value_changed.emit(name)


def show_states(
    rows: Mapping[str, FieldRow], states: Mapping[str, ExamState], reason: str | None
) -> None:
    """The not-done state of each measure beside its field."""
    for name, row in rows.items():
        state = states.get(name, ExamState.DONE)
        word = ""
        if state is not ExamState.DONE:
            word = label(state)
            if reason:
                word += f" – {reason_label(state, reason)}"
        row.set_state("wave" if state is ExamState.UNRELIABLE else "minus", word)
        row.quiet.setVisible(not word)


def _row(words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(0)
    name = Label(words)
    name.setFixedWidth(theme.px(LABEL_WIDTH))
    name.setMinimumHeight(theme.px(32))
    row.addWidget(name)
    return row


def measure_edit(
    name: str, field: Field, unit: str, example: str, *, required: bool = False
) -> DecimalEdit:
    """A field within the impossible limits of the entry table."""
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


class ParentsCard(Card):
    """Lengths of the biological parents, opened from the target height.

    `edited()` and `value_changed()` as in the entry card.
    """

    edited = Signal()
    value_changed = Signal()

    def __init__(self) -> None:
        """Hidden until somebody asks for it."""
        super().__init__("Lengte van de ouders", "alleen biologische ouders", spacing=6)
        self.mother = measure_edit("Lengte moeder", Field.PARENT_HEIGHT, "cm", "168,0")
        self.father = measure_edit("Lengte vader", Field.PARENT_HEIGHT, "cm", "181,0")
        self.mother_measured = TickBox("gemeten", Size.QUIET)
        self.father_measured = TickBox("gemeten", Size.QUIET)
        for words, field, measured in (
            ("Moeder (cm)", self.mother, self.mother_measured),
            ("Vader (cm)", self.father, self.father_measured),
        ):
            measured.setAccessibleName(f"{field.name} gemeten")
            row = QHBoxLayout()
            row.setSpacing(16)
            row.addWidget(FieldRow(words, field), 1)
            row.addWidget(measured, 0, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(row)
            field.edited.connect(self.edited)
            field.value_changed.connect(lambda _value: self.value_changed.emit())
            measured.edited.connect(self.edited)
        self.hide()

    def begin(self) -> None:
        """Open, with the focus on the mother."""
        self.show()
        self.mother.setFocus(Qt.FocusReason.OtherFocusReason)
        self.mother.selectAll()

    def set_editable(self, on: bool) -> None:
        """Fields, or text."""
        for field in (self.mother, self.father):
            field.setReadOnly(not on)
        for box in (self.mother_measured, self.father_measured):
            box.setEnabled(on)
