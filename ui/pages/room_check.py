"""Lokaalcheck of a visit: distance marked, light on the chart, quiet; nothing is preselected."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.visits import RoomCheck
from clbdesk.standards.entry_limits import Field, limits
from ui.theme import Role, Size, Weight
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.label import IconWord, Label, Rule

if TYPE_CHECKING:
    from clbdesk.ids import VisitId

_YES_NO = (Choice("yes", "Ja", "j"), Choice("no", "Nee", "n"))
_ANSWER = {"yes": True, "no": False, None: None}
_VALUE = {True: "yes", False: "no", None: None}


class RoomCheckRow(QWidget):
    """`edited()` when one of the three was answered."""

    edited = Signal()

    def __init__(self) -> None:
        """Nothing answered yet."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(Rule())
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Label("Lokaalcheck", Size.TITLE, Weight.SEMIBOLD))
        head.addWidget(Label("aan te vullen op school", Size.QUIET, role=Role.SECONDARY))
        head.addStretch(1)
        column.addLayout(head)
        self._distance = ChoiceRow("Afstand 3 m afgetekend", _YES_NO)
        low, high = limits(Field.LIGHT).block or (None, None)
        self._light = DecimalEdit(
            "Licht", places=0, unit="lux", minimum=low, maximum=high, example="800"
        )
        self._wrong = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._wrong.hide()
        self._quiet = ChoiceRow("Rustig lokaal", _YES_NO)
        row = QHBoxLayout()
        row.setSpacing(12)
        for words, control in (
            ("Afstand 3 m", self._distance),
            ("Licht (lux)", self._light),
            ("Rustig lokaal", self._quiet),
        ):
            row.addWidget(Label(words))
            row.addWidget(control)
            row.addSpacing(12)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._wrong)
        self._distance.edited.connect(self.edited)
        self._quiet.edited.connect(self.edited)
        self._light.left.connect(self._on_light_left)
        self._shown: Decimal | None = None

    def begin(self) -> None:
        """The focus to the first of the three."""
        self._distance.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_check(self, check: RoomCheck) -> None:
        """What was answered before."""
        self._distance.set_value(_VALUE[check.distance_marked])
        self._quiet.set_value(_VALUE[check.quiet])
        self._shown = None if check.light_lux is None else Decimal(check.light_lux)
        self._light.set_value(self._shown)

    def check(self, visit_id: VisitId) -> RoomCheck:
        """The answers as a record."""
        light = self._light.value()
        return RoomCheck(
            visit_id=visit_id,
            distance_marked=_ANSWER[self._distance.value()],
            light_lux=None if light is None else int(light),
            quiet=_ANSWER[self._quiet.value()],
        )

    def problem(self) -> str:
        """What cannot be saved as it stands."""
        return self._light.problem()

    def _on_light_left(self) -> None:
        problem = self._light.problem()
        self._wrong.show_state("x", problem, Role.ERROR)
        self._wrong.setVisible(bool(problem))
        if self._light.problem() == "" and self._light.value() != self._shown:
            self._shown = self._light.value()
            self.edited.emit()
