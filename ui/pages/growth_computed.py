"""The computed values of growth: bold, never in a field, with what they come from."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from clbdesk.standards.references import STANDARD
from clbdesk.wording import say
from ui import format as show
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.button import Link
from ui.widgets.card import Card
from ui.widgets.label import Chip, Label, Rule

if TYPE_CHECKING:
    from clbdesk.services.growth import GrowthEntry
    from clbdesk.standards.growth import GrowthJudgement
    from clbdesk.standards.lms import Score

_TARGET = "Doellengte"
# Rows of the grid by name; 1 and 6 are lines.
_ROWS = {"Lengte": 2, "Gewicht": 3, "BMI": 4, "Gewichtsindex": 5, "Groei": 7, _TARGET: 8}
_SDS, _PERCENTILE = 3, 4
_WIDTHS = (136, 52, 82, 50, 104)  # name, value, unit, SDS, percentile: 424 within the card
_ROW_HEIGHT, _HEAD_HEIGHT = 25, 30
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ComputedCard(Card):
    """One row per value: now, unit, SDS, percentile. `parents_asked()`: the target was clicked."""

    parents_asked = Signal()

    def __init__(self) -> None:
        """Empty values are a dash."""
        super().__init__(spacing=0)
        self.set_margins(top=8, bottom=8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(0)
        for column, width in enumerate(_WIDTHS):
            grid.setColumnMinimumWidth(column, theme.px(width))
        grid.setColumnStretch(len(_WIDTHS), 1)
        self._age = Label(size=Size.QUIET, role=Role.SECONDARY)
        grid.addWidget(self._age, 0, 0)
        for column, head in ((1, "Nu"), (_SDS, "SDS"), (_PERCENTILE, "Percentiel")):
            grid.addWidget(Label(head, Size.QUIET, role=Role.SECONDARY), 0, column, _RIGHT)
        grid.addWidget(Rule(Role.LINE_FAINT), 1, 0, 1, 6)
        grid.addWidget(Rule(Role.LINE_FAINT), 6, 0, 1, 6)
        self._values: dict[str, Label] = {}
        self._units: dict[str, Label] = {}
        self._scores: dict[str, tuple[Label, Label]] = {}
        for name, row in _ROWS.items():
            self._add_row(grid, name, row)
        self.chip = Chip("te bevestigen", Role.ATTENTION, "signature", outline=True)
        grid.addWidget(self.chip, _ROWS[_TARGET], _SDS, 1, 2, _RIGHT)
        for row in _ROWS.values():
            grid.setRowMinimumHeight(row, theme.px(_ROW_HEIGHT))
        grid.setRowMinimumHeight(0, theme.px(_HEAD_HEIGHT))
        self._reference = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        grid.addWidget(self._reference, max(_ROWS.values()) + 1, 0, 1, 6)
        self.body.addLayout(grid)

    def _add_row(self, grid: QGridLayout, name: str, row: int) -> None:
        if name == _TARGET:
            link = Link(name, Size.BASE, about="lengte van de ouders invullen")
            link.setFixedHeight(theme.px(_ROW_HEIGHT))
            link.clicked.connect(lambda _on=False: self.parents_asked.emit())
            grid.addWidget(link, row, 0, _LEFT)
        else:
            grid.addWidget(Label(name), row, 0)
        self._values[name] = Label("", weight=Weight.BOLD)
        grid.addWidget(self._values[name], row, 1, _RIGHT)
        self._units[name] = Label("", Size.QUIET, role=Role.SECONDARY)
        self._units[name].setIndent(theme.px(6))
        scored = row < _ROWS["Gewichtsindex"]
        grid.addWidget(self._units[name], row, 2, 1, 1 if scored else 3, _LEFT)
        if scored:
            self._scores[name] = (Label("", weight=Weight.BOLD), Label("", weight=Weight.BOLD))
            grid.addWidget(self._scores[name][0], row, _SDS, _RIGHT)
            grid.addWidget(self._scores[name][1], row, _PERCENTILE, _RIGHT)

    def show_values(self, entry: GrowthEntry, found: GrowthJudgement) -> None:
        """What follows from the form as it stands now."""
        self._age.setText(f"Leeftijd {show.age(found.age_months)}")
        other = found.reference if found.reference and found.reference.id != STANDARD else None
        name = other.name_at(found.age_years) if other else ""
        self._reference.setText(say("growth.scores_on", reference=name) if other else "")
        self._reference.setVisible(other is not None)
        height = show.number(entry.height_cm) if entry.height_cm is not None else ""
        weight = show.number(entry.weight_kg) if entry.weight_kg is not None else ""
        self._row("Lengte", height, "cm", found.height)
        self._row("Gewicht", weight, "kg", found.weight)
        bmi = show.number(_decimal(found.bmi), 1) if found.bmi is not None else ""
        self._row("BMI", bmi, "kg/m²", found.bmi_for_age)
        index = show.number(_decimal(found.weight_index), 0) if found.weight_index else ""
        self._row("Gewichtsindex", index, "%")
        growth, since = "", ""
        if found.velocity is not None:
            growth = show.number(_decimal(found.velocity.cm_per_year), 1)
            since = f"cm/jaar over {show.number(_decimal(found.velocity.years), 1)} jaar"
        self._row("Groei", growth, since)
        target, span = "", ""
        if found.target_height is not None:
            target = show.number(found.target_height.cm, 1)
            low, high = found.target_height.low_cm, found.target_height.high_cm
            span = f"{show.number(low, 1)}–{show.number(high, 1)}"
        self._row(_TARGET, target, span)
        if not target:
            self._units[_TARGET].setText("lengte van de ouders niet gekend")
        self.chip.setVisible(bool(target))

    def _row(self, name: str, value: str, unit: str, score: Score | None = None) -> None:
        self._values[name].setText(value or "–")
        self._units[name].setText(unit if value else "")
        if name in self._scores:
            sds, percentile = self._scores[name]
            sds.setText(show.signed(_decimal(score.sds)) if score else "")
            percentile.setText(show.percentile(_decimal(score.percentile)) if score else "")


def _decimal(value: float) -> Decimal:
    return Decimal(str(value))
