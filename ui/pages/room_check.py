"""Lokaalcheck of a visit: distance marked, light on the chart, quiet; nothing is preselected."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.visits import RoomCheck
from ui.theme import Role, Size
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.label import Label, Rule

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
        head.addWidget(Label("Lokaalcheck", Size.TITLE))
        head.addWidget(Label("aan te vullen op school", Size.QUIET, role=Role.SECONDARY))
        head.addStretch(1)
        column.addLayout(head)
        self._distance = ChoiceRow("Afstand 3 m afgetekend", _YES_NO)
        self._light = DecimalEdit("Licht (lux)", places=0, unit="lux", example="800")
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
        self._distance.edited.connect(self.edited)
        self._quiet.edited.connect(self.edited)
        self._light.left.connect(self._on_light_left)
        self._shown: Decimal | None = None

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
        if self._light.problem() == "" and self._light.value() != self._shown:
            self._shown = self._light.value()
            self.edited.emit()
