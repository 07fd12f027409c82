"""The part of a growth chart that is shown: fixed windows per age, and closer looks at a point.

Fixed windows make every chart of one age look alike. A closer look is for the screen alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from clbdesk.charts.growth_points import ChartMeasure, shown_value
from clbdesk.charts.labels import Box
from clbdesk.charts.scene import PX
from clbdesk.standards.tables import standards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.charts.growth_points import ChartPoint
    from clbdesk.charts.scene import Point

WINDOWS = "chart_windows.csv"
WIDTH, HEIGHT = 640 * PX, 324 * PX
PLOT = Box(36 * PX, 26 * PX, 596 * PX, 288 * PX)

# Years that a closer look shows, from far to near.
CLOSER = (6.0, 3.0)
_STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_MOST_STEPS = 10
_HALF_YEARS_UNTIL = 4.0  # years shown: up to here half years have a line of their own


@dataclass(frozen=True, slots=True)
class Window:
    """Ages in years and values that a chart shows, with the step of its grid.

    `is_closer`: a closer look, in which what lies outside is not shown; in a fixed window it
    stands on the edge.
    """

    age_from: float
    age_to: float
    low: float
    high: float
    step: float
    is_closer: bool = False

    def x(self, age: float) -> float:
        """Distance from the left in mm."""
        return PLOT.left + (age - self.age_from) / (self.age_to - self.age_from) * (
            PLOT.right - PLOT.left
        )

    def y(self, value: float) -> float:
        """Distance from the top in mm; in a fixed window never outside the plot."""
        inside = value if self.is_closer else min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return PLOT.bottom - share * (PLOT.bottom - PLOT.top)

    def shows(self, age: float, value: float | None = None) -> bool:
        """True when an age lies in the window, and in a closer look the value too."""
        inside = self.age_from <= age <= self.age_to
        if value is None or not self.is_closer:
            return inside
        return inside and self.low <= value <= self.high

    @property
    def age_step(self) -> float:
        """Years between the lines of the grid."""
        return 0.5 if self.age_to - self.age_from <= _HALF_YEARS_UNTIL else 1.0


def window_for(measure: ChartMeasure, points: Sequence[ChartPoint], age: float) -> Window:
    """The fixed window for an age now; a wider one when a value lies outside."""
    of_age = [(window, until) for window, until in _windows(measure) if age < until]
    fitting = [window for window, until in of_age if until == of_age[0][1]]
    for window in fitting:
        values = [shown_value(measure, point) for point in points if window.shows(point.age)]
        if all(window.low <= value <= window.high for value in values if value is not None):
            return window
    return fitting[-1]


def closer(window: Window, times: int, age: float, value: float) -> Window:
    """The fixed window for 0 times, else a part of it around an age and value.

    It keeps the slope of the lines as they are, and never leaves the fixed window.
    """
    if times == 0:
        return window
    years = CLOSER[times - 1]
    share = years / (window.age_to - window.age_from)
    step = next(step for step in _STEPS if (window.high - window.low) * share <= _MOST_STEPS * step)
    span = step * math.ceil((window.high - window.low) * share / step)
    age_from = _within(round(2 * (age - years / 2)) / 2, window.age_from, window.age_to - years)
    low = _within(step * round((value - span / 2) / step), window.low, window.high - span)
    return Window(age_from, age_from + years, low, low + span, step, is_closer=True)


def clipped(points: Sequence[Point]) -> tuple[tuple[Point, ...], ...]:
    """The parts of a polyline inside the plot."""
    runs: list[list[Point]] = []
    for before, after in pairwise(points):
        part = _part(before, after)
        if part is None:
            continue
        if runs and runs[-1][-1] == part[0]:
            runs[-1].append(part[1])
        else:
            runs.append([*part])
    return tuple(tuple(run) for run in runs)


def _part(before: Point, after: Point) -> tuple[Point, Point] | None:
    """The part of one segment inside the plot."""
    (x1, y1), (x2, y2) = before, after
    first, last = 0.0, 1.0
    for change, room in (
        (x1 - x2, x1 - PLOT.left),
        (x2 - x1, PLOT.right - x1),
        (y1 - y2, y1 - PLOT.top),
        (y2 - y1, PLOT.bottom - y1),
    ):
        if change == 0:
            if room < 0:
                return None
        elif change > 0:
            last = min(last, room / change)
        else:
            first = max(first, room / change)
    if first >= last:
        return None
    start = before if first == 0 else (x1 + first * (x2 - x1), y1 + first * (y2 - y1))
    end = after if last == 1 else (x1 + last * (x2 - x1), y1 + last * (y2 - y1))
    return start, end


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


@cache
def _windows(measure: ChartMeasure) -> tuple[tuple[Window, float], ...]:
    """The windows of a measure, narrow before wide, with the age until which each is used."""
    return tuple(
        (
            Window(
                age_from=float(row["age_from"]),
                age_to=float(row["age_to"]),
                low=float(row["low"]),
                high=float(row["high"]),
                step=float(row["step"]),
            ),
            float(row["current_until"]),
        )
        for row in standards().rows(WINDOWS)
        if row["measure"] == measure
    )
