"""The growth of a pupil in the dossier: the chart of the growth step, with nothing being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clbdesk.services.growth import GrowthEntry, GrowthView, judge, open_growth
from clbdesk.wording import say
from ui import format as show
from ui.pages.growth_chart import GrowthChartCard
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card, Columns
from ui.widgets.label import Label

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from clbdesk.services.desk import Desk
    from clbdesk.services.pupil import PupilOnVisit

    _Point = tuple[date, tuple[Decimal | None, ...], str]

_VALUES = ("height_cm", "weight_kg", "head_cm", "sitting_height_cm")
_HEADS = ("Lengte (cm)", "Gewicht (kg)", "Hoofd (cm)", "Zithoogte (cm)")


class GrowthHistory(QWidget):
    """The chart, and every measurement beside it; a sentence when there is none.

    `reference_chosen(call)`: a doctor plots on other charts; to be recorded.
    `print_asked(destination)`: the charts on paper.
    """

    reference_chosen = Signal(object)
    print_asked = Signal(object)

    def __init__(self) -> None:
        """Empty until `show_pupil`."""
        super().__init__()
        self._chart = GrowthChartCard()
        self._chart.reference_chosen.connect(self.reference_chosen)
        self._chart.print_asked.connect(self.print_asked)
        self._points = Card("Alle metingen")
        self._table = QWidget()
        self._points.body.addWidget(self._table)
        self._none = Label(say("history.no_growth"), role=Role.SECONDARY, wrap=True)
        self._columns = Columns(right_width=400)
        self._columns.left.addWidget(self._chart)
        self._columns.right.addWidget(self._points)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._none)
        column.addWidget(self._columns)

    @staticmethod
    def reading(desk: Desk, on_visit: PupilOnVisit) -> GrowthView:
        """For the vault's thread."""
        return open_growth(desk, on_visit)

    def show_pupil(self, view: GrowthView) -> None:
        """Earlier points, and what is saved on this visit as the newest one."""
        body = view.saved.body if view.saved else None
        entry = GrowthEntry(
            height_cm=body.height_cm if body else None,
            weight_kg=body.weight_kg if body else None,
            head_cm=body.head_cm if body else None,
            sitting_height_cm=body.sitting_height_cm if body else None,
            mother_cm=view.mother_cm,
            father_cm=view.father_cm,
        )
        points = [
            (one.on, tuple(getattr(one, name) for name in _VALUES), one.by) for one in view.earlier
        ]
        if body is not None:
            values = tuple(getattr(body, name) for name in _VALUES)
            points.append((body.on, values, view.saved_by))
        self._none.setVisible(not points)
        self._columns.setVisible(bool(points))
        self._chart.show_pupil(view, entry, judge(view, entry))
        table = _table(points)
        self._points.body.replaceWidget(self._table, table)
        self._table.deleteLater()
        self._table = table


def _table(points: list[_Point]) -> QWidget:
    """Newest first, numbers aligned at the right; head and sitting height where one was measured."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    right = Qt.AlignmentFlag.AlignRight
    indicated = [place for place in (2, 3) if any(values[place] for _, values, _ in points)]
    shown = [0, 1, *indicated]
    heads = ["Datum", *(_HEADS[place] for place in shown), "Door"]
    for column, head in enumerate(heads):
        quiet = Label(head, Size.SMALL, role=Role.SECONDARY)
        is_number = 0 < column <= len(shown)
        grid.addWidget(quiet, 0, column, right if is_number else Qt.AlignmentFlag.AlignLeft)
    for line, (on, values, by) in enumerate(sorted(points, key=_day, reverse=True), start=1):
        grid.addWidget(Label(show.day(on)), line, 0)
        for column, place in enumerate(shown, start=1):
            value = values[place]
            words = show.number(value) if value is not None else "–"
            grid.addWidget(Label(words, weight=Weight.SEMIBOLD), line, column, right)
        by_words = Label(by, Size.QUIET, role=Role.SECONDARY, wrap=True)
        grid.addWidget(by_words, line, len(heads) - 1)
    grid.setColumnStretch(len(heads) - 1, 1)
    return made


def _day(point: _Point) -> date:
    return point[0]
