"""The growth chart with its read-out, and the same points as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from clbdesk.charts.chart_window import CLOSER, Window, closer, window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import (
    ChartMeasure,
    ChartPoint,
    Measurement,
    chart_points,
    lines_of,
    read_out,
    shown_value,
    tables,
)
from clbdesk.charts.scene import PX
from clbdesk.standards.references import reference
from clbdesk.wording import say
from ui.pages.growth_plot import GrowthPlot
from ui.pages.growth_print import to_paper
from ui.pages.growth_read_out import ReadOutColumn, empty
from ui.pages.growth_reference import ReferenceRow
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import is_discreet, when_discreet_changes
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clbdesk.charts.growth_points import PointTable
    from clbdesk.services.growth import GrowthEntry, GrowthView
    from clbdesk.standards.growth import GrowthJudgement

_MEASURES = (
    Choice(ChartMeasure.HEIGHT.value, "Lengte", "l"),
    Choice(ChartMeasure.WEIGHT.value, "Gewicht", "g"),
    Choice(ChartMeasure.BMI.value, "BMI", "b"),
    Choice(ChartMeasure.VELOCITY.value, "Snelheid", "n"),
    Choice(ChartMeasure.SDS.value, "SDS", "s"),
)
_HEAD = Choice(ChartMeasure.HEAD.value, "Hoofd", "h")  # only where one was measured
_NEAR = 24 * PX  # mm around a point in which the mouse reads it


class GrowthChartCard(Card):
    """Chart or table of one measure, chosen above it; `reference_chosen(call)`: to be recorded.

    `print_asked(destination)`: on paper, with the other charts.
    """

    reference_chosen = Signal(object)
    print_asked = Signal(object)

    def __init__(self) -> None:
        """Length first."""
        super().__init__(say("charts.title_height"))
        self._given: tuple[GrowthView, GrowthEntry, GrowthJudgement] | None = None
        self._points: tuple[ChartPoint, ...] = ()
        self._read: int | None = None
        self._about: int | None = None  # what a closer look is about; the mouse does not move it
        self._times = 0
        self._measure = ChoiceRow("Grafiek", _MEASURES, height=36, padding=8)
        self._measure.set_value(ChartMeasure.HEIGHT.value)
        self._measure.edited.connect(self._on_measure)
        self._as_table = Button("Als tabel", height=36)
        self._as_table.setCheckable(True)
        self._as_table.toggled.connect(lambda _on: self._draw())
        self.add_to_head(self._measure, self._as_table)
        self._reference = ReferenceRow()
        self._reference.chosen.connect(self.reference_chosen)
        self._plot = GrowthPlot()
        self._side = ReadOutColumn(self._reference.link)
        self._connect()
        self._drawn = QWidget()
        row = QHBoxLayout(self._drawn)
        row.setSpacing(8)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._plot, 1)
        row.addWidget(self._side)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setHorizontalSpacing(24)
        self._table.hide()
        self._hidden = Label(say("charts.hidden"), role=Role.SECONDARY, wrap=True)
        for part in (self._drawn, self._table, self._hidden, self._reference):
            self.body.addWidget(part)
        when_discreet_changes(self._show_what_may_be_seen)
        self._show_what_may_be_seen()

    def _connect(self) -> None:
        self._plot.stepped.connect(self._step)
        self._plot.pointed.connect(self._point)
        self._plot.left.connect(self._unread)
        for source in (self._plot, self._side):
            source.closer.connect(self._look)
            source.whole.connect(lambda: self._look(-self._times))
        self._side.print_asked.connect(self.ask_paper)

    def show_pupil(self, view: GrowthView, entry: GrowthEntry, found: GrowthJudgement) -> None:
        """Earlier points, and what stands in the form as the current one."""
        before = self._given[0] if self._given else None
        if before is None or before.on_visit != view.on_visit:
            self._forget()
        self._given = (view, entry, found)
        has_head = entry.head_cm is not None or any(one.head_cm for one in view.earlier)
        choices = (*_MEASURES, _HEAD) if has_head else _MEASURES
        if choices != self._measure.choices():
            chosen = self._measure.value()
            self._measure.set_choices(choices)
            self._measure.set_value(chosen if self._measure.value() else _MEASURES[0].value)
        self._reference.show_view(view)
        self._draw()

    # --- what is drawn ---

    def _chart(self) -> ChartMeasure:
        return ChartMeasure(self._measure.value() or ChartMeasure.HEIGHT.value)

    def _draw(self) -> None:
        if self._given is None:
            return
        view, entry, found = self._given
        measure, chart = self._chart(), reference(view.chosen.reference)
        self.set_title(say(f"charts.title_{measure.value}"), lines_of(chart, view.sex))
        self._points = chart_points(
            measure, view.sex, view.on_visit.pupil.birth_date, _measured(view, entry), chart
        )
        if self._read is not None and self._read >= len(self._points):
            self._read = self._about = None
        marked = self._points[self._read] if self._read is not None else None
        self._plot.show_scene(
            growth_chart(
                measure,
                view.sex,
                self._points,
                self._window(found.age_years),
                found.target_height,
                on=chart,
                marked=marked,
            )
        )
        rows = read_out(self._points)
        read = len(rows) - 1 - self._read if self._read is not None else None
        self._side.show_rows(rows, read, self._times)
        self._side.set_nearest(self._times == len(CLOSER))
        as_text = self._as_table.isChecked()
        self._as_table.set_words("Als grafiek" if as_text else "Als tabel")
        if as_text:
            self._show_tables(tables(self._points))
        self._show_what_may_be_seen()

    def _window(self, age: float) -> Window:
        """The fixed window of the pupil's age, or a closer look at the point that was gone to."""
        measure = self._chart()
        fixed = window_for(measure, self._points, age)
        if not self._times or not self._points:
            return fixed
        about = self._points[self._about if self._about is not None else -1]
        value = shown_value(measure, about)
        return closer(fixed, self._times, about.age, 0.0 if value is None else value)

    def _show_what_may_be_seen(self) -> None:
        """Earlier measurements are not for who stands by (F9)."""
        as_text = self._as_table.isChecked()
        self._drawn.setVisible(not as_text and not is_discreet())
        self._table.setVisible(as_text and not is_discreet())
        self._hidden.setVisible(is_discreet())

    def ask_paper(self) -> None:
        """To the page that prints the charts of this pupil."""
        if self._given is not None:
            self.print_asked.emit(to_paper(self._given[0].on_visit))

    # --- looking ---

    def _on_measure(self) -> None:
        self._forget()
        self._draw()

    def _forget(self) -> None:
        self._read, self._about, self._times = None, None, 0

    def _look(self, change: int) -> None:
        times = min(max(self._times + change, 0), len(CLOSER))
        if times != self._times:
            self._times = times
            self._draw()

    def _step(self, change: int) -> None:
        """Read the point before or after; the newest one first."""
        last = len(self._points) - 1
        if last < 0:
            return
        read = last if self._read is None else min(max(self._read + change, 0), last)
        self._about = read
        self._mark(read)

    def _point(self, x_mm: float, y_mm: float) -> None:
        """Read the point under the mouse."""
        if self._given is None or not self._points:
            return
        measure, window = self._chart(), self._window(self._given[2].age_years)
        away = {
            place: math.hypot(window.x(one.age) - x_mm, window.y(value) - y_mm)
            for place, one in enumerate(self._points)
            if (value := shown_value(measure, one)) is not None and window.shows(one.age, value)
        }
        nearest = min(away, key=lambda place: away[place], default=None)
        if nearest is not None and away[nearest] <= _NEAR:
            self._mark(nearest)
        elif not self._plot.hasFocus():
            self._unread()

    def _unread(self) -> None:
        if self._read is not None:
            self._read = None
            self._draw()

    def _mark(self, read: int) -> None:
        if read != self._read:
            self._read = read
            self._draw()

    def _show_tables(self, found: Iterable[PointTable]) -> None:
        empty(self._grid)
        lines: list[tuple[bool, tuple[str, ...]]] = []
        for one in found:
            lines += [(True, one.heads), *((False, cells) for cells in one.rows)]
        for line, (head, cells) in enumerate(lines):
            for column, text in enumerate(cells):
                self._grid.addWidget(
                    Label(
                        text,
                        Size.QUIET if head else Size.BASE,
                        role=Role.SECONDARY if head else Role.TEXT,
                    ),
                    line,
                    column,
                )


def _measured(view: GrowthView, entry: GrowthEntry) -> list[Measurement]:
    """What was measured before, and what stands in the form."""
    now = Measurement(
        view.on,
        entry.height_cm,
        entry.weight_kg,
        entry.head_cm,
        view.saved_by or view.measured_by,
        current=True,
    )
    before = [
        Measurement(
            one.on, one.height_cm, one.weight_kg, one.head_cm, by=one.by, external=one.external
        )
        for one in view.earlier
    ]
    return [*before, now]
