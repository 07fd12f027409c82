"""The growth chart with its read-out, and the same points as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.charts.growth_chart import growth_chart, window_for
from clbdesk.charts.growth_points import (
    ChartMeasure,
    Measurement,
    ReadOutRow,
    as_table,
    chart_points,
    read_out,
)
from clbdesk.domain.people import Sex
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import IconWord, Label, Rule
from ui.widgets.scene_view import SceneView

if TYPE_CHECKING:
    from clbdesk.services.growth import GrowthEntry, GrowthView
    from clbdesk.standards.growth import GrowthJudgement

_MEASURES = (
    Choice(ChartMeasure.HEIGHT.value, "Lengte", "l"),
    Choice(ChartMeasure.WEIGHT.value, "Gewicht", "g"),
    Choice(ChartMeasure.BMI.value, "BMI", "b"),
    Choice(ChartMeasure.SDS.value, "SDS", "s"),
)
_TITLES = {
    ChartMeasure.HEIGHT: "Lengte naar leeftijd",
    ChartMeasure.WEIGHT: "Gewicht naar leeftijd",
    ChartMeasure.BMI: "BMI naar leeftijd",
    ChartMeasure.SDS: "SDS naar leeftijd",
}
_SEXES = {Sex.MALE: "jongens", Sex.FEMALE: "meisjes", Sex.UNKNOWN: "geslacht niet gekend"}
_READ_OUT = 178
_SHOWN_POINTS = 4


class GrowthChartCard(Card):
    """Chart or table of one measure, chosen above it."""

    def __init__(self) -> None:
        """Length first."""
        super().__init__("Lengte naar leeftijd")
        self._given: tuple[GrowthView, GrowthEntry, GrowthJudgement] | None = None
        self._measure = ChoiceRow("Grafiek", _MEASURES, height=36)
        self._measure.set_value(ChartMeasure.HEIGHT.value)
        self._measure.edited.connect(self._draw)
        self._as_table = Button("Als tabel", height=36)
        self._as_table.setCheckable(True)
        self._as_table.toggled.connect(lambda _on: self._draw())
        self.add_to_head(self._measure, self._as_table)
        self._chart = SceneView()
        self._read_out = QVBoxLayout()
        self._read_out.setSpacing(4)
        side = QWidget()
        side.setLayout(self._read_out)
        side.setFixedWidth(theme.px(_READ_OUT))
        self._read_out.setContentsMargins(8, 8, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self._chart, 1)
        row.addWidget(side)
        self._drawn = QWidget()
        self._drawn.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setHorizontalSpacing(24)
        self._table.hide()
        self.body.addWidget(self._drawn)
        self.body.addWidget(self._table)

    def show_pupil(self, view: GrowthView, entry: GrowthEntry, found: GrowthJudgement) -> None:
        """Earlier points, and what stands in the form as the current one."""
        self._given = (view, entry, found)
        self._draw()

    def _draw(self) -> None:
        if self._given is None:
            return
        view, entry, found = self._given
        measure = ChartMeasure(self._measure.value() or ChartMeasure.HEIGHT.value)
        self.set_title(_TITLES[measure], f"Vlaamse groeicurven 2004 · {_SEXES[view.sex]}")
        points = chart_points(
            measure,
            view.sex,
            view.on_visit.pupil.birth_date,
            (
                *(
                    Measurement(
                        one.on,
                        one.height_cm,
                        one.weight_kg,
                        by=one.by,
                        external=one.external,
                    )
                    for one in view.earlier
                ),
                Measurement(view.today, entry.height_cm, entry.weight_kg, current=True),
            ),
        )
        window = window_for(measure, points, found.age_years)
        self._chart.show_scene(growth_chart(measure, view.sex, points, window, found.target_height))
        self._show_read_out(read_out(points)[:_SHOWN_POINTS])
        as_text = self._as_table.isChecked()
        self._drawn.setVisible(not as_text)
        self._table.setVisible(as_text)
        if as_text:
            self._show_table(as_table(points))

    def _show_read_out(self, rows: tuple[ReadOutRow, ...]) -> None:
        _empty(self._read_out)
        for index, row in enumerate(rows):
            if index:
                self._read_out.addWidget(Rule())
            self._read_out.addWidget(_read_out_row(row))
        self._read_out.addStretch(1)

    def _show_table(self, rows: tuple[tuple[str, ...], ...]) -> None:
        _empty(self._grid)
        for line, cells in enumerate(rows):
            for column, text in enumerate(cells):
                head = line == 0
                self._grid.addWidget(
                    Label(
                        text,
                        Size.QUIET if head else Size.BASE,
                        role=Role.SECONDARY if head else Role.TEXT,
                    ),
                    line,
                    column,
                )


def _read_out_row(row: ReadOutRow) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 2, 0, 2)
    grid.setVerticalSpacing(0)
    mark = IconWord("circle", row.day, Role.ACCENT, size=Size.QUIET, word_role=Role.TEXT)
    grid.addWidget(mark, 0, 0)
    grid.addWidget(Label(row.age, Size.QUIET, role=Role.SECONDARY), 0, 1)
    size = Size.FIGURE if row.current else Size.TITLE
    value = QHBoxLayout()
    value.setSpacing(5)
    value.addWidget(Label(row.value, size, Weight.BOLD if row.current else Weight.SEMIBOLD))
    value.addWidget(Label(row.unit, Size.QUIET, role=Role.SECONDARY))
    value.addStretch(1)
    grid.addLayout(value, 1, 0)
    grid.addWidget(Label(row.percentile, weight=Weight.BOLD), 1, 1)
    by = "extern verslag" if row.external else row.by
    grid.addWidget(Label(by, Size.QUIET, role=Role.SECONDARY), 2, 0)
    grid.addWidget(
        Label(f"{row.sds} SDS" if row.sds else "", Size.QUIET, role=Role.SECONDARY), 2, 1
    )
    grid.setColumnStretch(0, 1)
    return made


def _empty(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
