"""The growth chart with its read-out, and the same points as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import (
    ChartMeasure,
    Measurement,
    ReadOutRow,
    as_table,
    chart_points,
    read_out,
)
from clbdesk.domain.people import Sex
from clbdesk.wording import say
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import is_discreet, when_discreet_changes
from ui.widgets.label import Label, Rule
from ui.widgets.scene_view import SceneView

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

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
        self._rows: list[_ReadOutLine] = []
        self._read_out = QVBoxLayout()
        self._read_out.setSpacing(4)
        side = _Side()
        side.setLayout(self._read_out)
        side.setFixedWidth(theme.px(_READ_OUT))
        self._read_out.setContentsMargins(12, 4, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._chart, 1)
        row.addWidget(side)
        self._drawn = QWidget()
        self._drawn.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setHorizontalSpacing(24)
        self._table.hide()
        self._hidden = Label(say("charts.hidden"), role=Role.SECONDARY, wrap=True)
        self.body.addWidget(self._drawn)
        self.body.addWidget(self._table)
        self.body.addWidget(self._hidden)
        when_discreet_changes(self._show_what_may_be_seen)
        self._show_what_may_be_seen()

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
                Measurement(
                    view.on,
                    entry.height_cm,
                    entry.weight_kg,
                    view.saved_by or view.measured_by,
                    current=True,
                ),
            ),
        )
        window = window_for(measure, points, found.age_years)
        self._chart.show_scene(growth_chart(measure, view.sex, points, window, found.target_height))
        self._show_read_out(read_out(points)[:_SHOWN_POINTS])
        as_text = self._as_table.isChecked()
        self._as_table.set_words("Als grafiek" if as_text else "Als tabel")
        if as_text:
            self._show_table(as_table(points))
        self._show_what_may_be_seen()

    def _show_what_may_be_seen(self) -> None:
        """Earlier measurements are not for who stands by (F9)."""
        as_text = self._as_table.isChecked()
        self._drawn.setVisible(not as_text and not is_discreet())
        self._table.setVisible(as_text and not is_discreet())
        self._hidden.setVisible(is_discreet())

    def _show_read_out(self, rows: tuple[ReadOutRow, ...]) -> None:
        """Rows of the pupil before are used again: making labels costs more than filling them."""
        if [row.current for row in rows] != [made.is_current for made in self._rows]:
            _empty(self._read_out)
            self._rows = [_ReadOutLine(row.current) for row in rows]
            for index, made in enumerate(self._rows):
                if index:
                    self._read_out.addWidget(Rule())
                self._read_out.addWidget(made)
            self._read_out.addStretch(1)
        for made, row in zip(self._rows, rows, strict=True):
            made.show_row(row)

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


class _Side(QWidget):
    """The read-out stands right of a line."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        del event
        QPainter(self).fillRect(QRectF(0, 0, 1, self.height()), theme.colour(Role.LINE))


class _PointMark(QWidget):
    """The mark of a point as it stands on the chart: filled now, open before, square external."""

    def __init__(self) -> None:
        super().__init__()
        self._is_current = self._is_external = False
        self.setFixedSize(theme.px(14), theme.px(18))

    def show_point(self, *, current: bool, external: bool) -> None:
        """Which of the three marks."""
        self._is_current, self._is_external = current, external
        self.setAccessibleName("nu" if current else "extern verslag" if external else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Circle of 13, open circle of 10, open square of 9."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = theme.colour(Role.ACCENT)
        centre = QRectF(self.rect()).center()
        if self._is_current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(centre, 6.5, 6.5)
            return
        painter.setPen(QPen(accent, 2))
        if self._is_external:
            painter.drawRect(QRectF(centre.x() - 3.5, centre.y() - 3.5, 7, 7))
        else:
            painter.drawEllipse(centre, 4.0, 4.0)


class _ReadOutLine(QWidget):
    """One point in words; the current one larger."""

    def __init__(self, is_current: bool) -> None:
        super().__init__()
        self.is_current = is_current
        self._mark = _PointMark()
        self._day = Label("", Size.QUIET, Weight.SEMIBOLD if is_current else Weight.REGULAR)
        self._age = Label("", Size.QUIET, role=Role.SECONDARY)
        self._value = Label(
            "",
            Size.FIGURE if is_current else Size.TITLE,
            Weight.BOLD if is_current else Weight.SEMIBOLD,
        )
        self._unit = Label("", Size.QUIET, role=Role.SECONDARY)
        self._percentile = Label("", size=Size.TITLE, weight=Weight.SEMIBOLD)
        self._by = Label("", Size.QUIET, role=Role.SECONDARY)
        self._sds = Label("", Size.QUIET, role=Role.SECONDARY)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 3, 0, 3)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self._mark, 0, 0)
        grid.addWidget(self._day, 0, 1)
        grid.addWidget(self._age, 0, 2, right)
        value = QHBoxLayout()
        value.setSpacing(6)
        value.addWidget(self._value)
        value.addWidget(self._unit)
        value.addStretch(1)
        grid.addLayout(value, 1, 1)
        grid.addWidget(self._percentile, 1, 2, right)
        grid.addWidget(self._by, 2, 1)
        grid.addWidget(self._sds, 2, 2, right)
        grid.setColumnStretch(1, 1)

    def show_row(self, row: ReadOutRow) -> None:
        """The words of a point."""
        self._mark.show_point(current=row.current, external=row.external)
        self._day.setText(row.day)
        self._age.setText(row.age)
        self._value.setText(row.value)
        self._unit.setText(row.unit)
        self._percentile.setText(row.percentile)
        self._by.setText("extern verslag" if row.external else row.by)
        self._sds.setText(f"{row.sds} SDS" if row.sds else "")


def _empty(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
