"""The computed values of growth: bold, never in a field, with what they come from."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from ui import format as show
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import Chip, Label

if TYPE_CHECKING:
    from clbdesk.services.growth import GrowthEntry
    from clbdesk.standards.growth import GrowthJudgement, Score

_ROWS = ("Lengte", "Gewicht", "BMI", "Gewichtsindex", "Groei", "Doellengte")
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ComputedCard(Card):
    """One row per value: now, unit, SDS, percentile."""

    def __init__(self) -> None:
        """Empty values are a dash."""
        super().__init__(spacing=4)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(5)
        self._age = Label(size=Size.QUIET, role=Role.SECONDARY)
        grid.addWidget(self._age, 0, 0)
        for column, head in ((1, "Nu"), (3, "SDS"), (4, "Percentiel")):
            grid.addWidget(Label(head, Size.QUIET, role=Role.SECONDARY), 0, column, _RIGHT)
        self._cells: dict[tuple[str, int], Label] = {}
        for row, name in enumerate(_ROWS, start=1):
            grid.addWidget(Label(name), row, 0)
            for column in (1, 2, 3, 4):
                size = Size.QUIET if column == 2 else Size.BASE
                weight = Weight.REGULAR if column == 2 else Weight.BOLD
                role = Role.SECONDARY if column == 2 else Role.TEXT
                cell = Label("", size, weight, role=role)
                self._cells[name, column] = cell
                side = _RIGHT if column != 2 else Qt.AlignmentFlag.AlignVCenter
                grid.addWidget(cell, row, column, side)
        self._chip = Chip("te bevestigen", Role.ATTENTION, "signature", outline=True)
        grid.addWidget(self._chip, len(_ROWS), 3, 1, 2, _RIGHT)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(2, 2)
        grid.setColumnStretch(3, 1)
        grid.setColumnStretch(4, 1)
        self.body.addLayout(grid)

    def show_values(self, entry: GrowthEntry, found: GrowthJudgement) -> None:
        """What follows from the form as it stands now."""
        self._age.setText(f"Leeftijd {show.age(found.age_months)}")
        height = show.number(entry.height_cm) if entry.height_cm is not None else ""
        weight = show.number(entry.weight_kg) if entry.weight_kg is not None else ""
        self._row("Lengte", height, "cm", found.height)
        self._row("Gewicht", weight, "kg", found.weight)
        bmi = show.number(_decimal(found.bmi), 1) if found.bmi is not None else ""
        self._row("BMI", bmi, "kg/m²", found.bmi_for_age)
        index = show.number(_decimal(found.weight_index), 0) if found.weight_index else ""
        self._row("Gewichtsindex", index, "%", None)
        growth, since = "", ""
        if found.velocity is not None:
            growth = show.number(_decimal(found.velocity.cm_per_year), 1)
            since = f"cm/jaar over {show.number(_decimal(found.velocity.years), 1)} jaar"
        self._row("Groei", growth, since, None)
        target, span = "", ""
        if found.target_height is not None:
            target = show.number(found.target_height.cm, 1)
            low, high = found.target_height.low_cm, found.target_height.high_cm
            span = f"{show.number(low, 1)}–{show.number(high, 1)}"
        self._row("Doellengte", target, span, None)
        self._chip.setVisible(bool(target))

    def _row(self, name: str, value: str, unit: str, score: Score | None) -> None:
        sds = show.signed(_decimal(score.sds)) if score else ""
        percentile = show.percentile(_decimal(score.percentile)) if score else ""
        shown = (value or "–", unit if value else "", sds, percentile)
        for column, text in enumerate(shown, start=1):
            self._cells[name, column].setText(text)


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))
