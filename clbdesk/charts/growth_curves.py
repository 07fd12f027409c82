"""What lies behind the points of a growth chart: the grid, and the percentile lines of the reference.

Curves come from the function that judges. Each table of a reference has lines of its own; between
two tables there is a gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from clbdesk.charts.chart_window import PLOT, Window, clipped
from clbdesk.charts.growth_points import ChartMeasure
from clbdesk.charts.labels import Box, spread, text_height, text_width
from clbdesk.charts.scene import (
    PX,
    Anchor,
    ColourRole,
    Item,
    Line,
    Point,
    Polygon,
    Text,
    Weight,
    baseline,
)
from clbdesk.standards.height import chart_lines
from clbdesk.standards.lms import Curve, Measure, curve, sds_of_percentile
from clbdesk.standards.phrases import number
from clbdesk.wording import say

if TYPE_CHECKING:
    from clbdesk.domain.people import Sex
    from clbdesk.standards.references import Reference

LABELS_APART = 14 * PX
_SAMPLES_PER_YEAR = 10
_MEDIAN = 50.0

LONG_DASH = (7 * PX, 4 * PX)
_SHORT_DASH = (4 * PX, 3 * PX)

Runs = tuple[tuple[Point, ...], ...]


@dataclass(slots=True)
class Drawing:
    """What is drawn so far, behind and in front; lines and boxes that words keep clear of."""

    items: list[Item] = field(default_factory=list)
    front: list[Item] = field(default_factory=list)
    lines: list[tuple[Point, ...]] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)


def draw_grid(drawing: Drawing, measure: ChartMeasure, window: Window, *, names_age: bool) -> None:
    """Lines and numbers of both axes, with the unit and, unless its place is taken, the word age."""
    steps = round((window.high - window.low) / window.step)
    places = 0 if window.step % 1 == 0 else 1
    for index in range(steps + 1):
        value = window.low + index * window.step
        y = window.y(value)
        drawing.items.append(Line(((PLOT.left, y), (PLOT.right, y)), ColourRole.LINE_FAINT))
        drawing.items.append(_axis_text(PLOT.left - 10 * PX, y, number(value, places), Anchor.END))
    for index in range(round((window.age_to - window.age_from) / window.age_step) + 1):
        age = window.age_from + index * window.age_step
        x = window.x(age)
        drawing.items.append(Line(((x, PLOT.top), (x, PLOT.bottom)), ColourRole.LINE_FAINT))
        drawing.items.append(
            Line(((x, PLOT.bottom), (x, PLOT.bottom + 4 * PX)), ColourRole.SECONDARY)
        )
        text = number(age, 0 if age % 1 == 0 else 1)
        drawing.items.append(_axis_text(x, PLOT.bottom + 14 * PX, text, Anchor.MIDDLE))
    axis = ((PLOT.left, PLOT.bottom), (PLOT.right, PLOT.bottom))
    drawing.items.append(Line(axis, ColourRole.SECONDARY))
    unit = say(f"charts.unit_{measure.value}")
    fits = text_width(unit, 9.5) <= PLOT.left - 10 * PX
    x, anchor = (PLOT.left - 10 * PX, Anchor.END) if fits else (0.0, Anchor.START)
    drawing.items.append(_axis_text(x, 9 * PX, unit, anchor))
    if names_age:
        name = say("charts.age_axis")
        drawing.items.append(_axis_text(PLOT.right, PLOT.bottom + 28 * PX, name, Anchor.END))


def _axis_text(x: float, middle: float, text: str, anchor: Anchor) -> Text:
    return Text(x, baseline(middle, 9.5), text, 9.5, anchor, role=ColourRole.SECONDARY)


def draw_curves(
    drawing: Drawing, measure: ChartMeasure, sex: Sex, window: Window, chart: Reference
) -> None:
    """The band between the outer lines, every percentile line, and their labels at the right."""
    if measure is ChartMeasure.VELOCITY:
        _draw_median_gain(drawing, sex, window, chart)
        return
    percentiles = chart_lines()
    scores = [sds_of_percentile(line) for line in percentiles]
    inside = [_cut(measure, sex, sds, window, chart) for sds in scores]
    if not any(inside):
        return
    drawing.items += _band(measure, sex, (scores[0], scores[-1]), window, chart)
    for index, (line, runs) in enumerate(zip(percentiles, inside, strict=True)):
        from_outside = min(index, len(inside) - 1 - index)
        drawing.items += [_styled(run, line, from_outside) for run in runs]
    # Words keep clear of the outer lines; on the SDS chart they stand between the lines.
    kept_clear = inside if measure is ChartMeasure.SDS else [inside[0], inside[-1]]
    drawing.lines += [run for runs in kept_clear for run in runs]
    _label(drawing, percentiles, inside)


def _label(drawing: Drawing, percentiles: tuple[float, ...], inside: list[Runs]) -> None:
    """P3 to P97 where the lines end at the right; a line that left the window before has none."""
    ends = {line: runs[-1][-1] for line, runs in zip(percentiles, inside, strict=True) if runs}
    right = max(x for x, _ in ends.values())
    labelled = {line: y for line, (x, y) in ends.items() if right - x < PX}
    named = list(labelled)
    middle = min(range(len(named)), key=lambda index: abs(named[index] - _MEDIAN))
    placed = spread(list(labelled.values()), middle, LABELS_APART)
    for line, y in zip(named, placed, strict=True):
        text = f"P{number(line, 0 if line % 1 == 0 else 1)}"
        is_median = line == _MEDIAN
        left, bottom = right + 8 * PX, baseline(y, 10)
        drawing.items.append(
            Text(
                left,
                bottom,
                text,
                10,
                weight=Weight.SEMIBOLD if is_median else Weight.REGULAR,
                role=ColourRole.TEXT if is_median else ColourRole.SECONDARY,
            )
        )
        box = Box(left, bottom - text_height(10), left + text_width(text, 10), bottom)
        drawing.taken.append(box)


def _styled(points: tuple[Point, ...], percentile: float, from_outside: int) -> Line:
    if percentile == _MEDIAN:
        return Line(points, ColourRole.CURVE_MEDIAN, 1.6 * PX)
    if from_outside == 0:
        return Line(points, ColourRole.CURVE, 1.4 * PX)
    dash = LONG_DASH if from_outside == 1 else _SHORT_DASH
    return Line(points, ColourRole.CURVE, 1.2 * PX, dash)


@cache
def _curve(measure: ChartMeasure, sex: Sex, sds: float, window: Window, chart: Reference) -> Runs:
    """One line in the window, a run for each table of the reference; empty when the sex has none."""
    if measure is ChartMeasure.SDS:
        return (((PLOT.left, window.y(sds)), (PLOT.right, window.y(sds))),)
    runs = []
    for piece in chart.pieces:
        found = curve(Measure(measure.value), sex, piece.file)
        ages = _ages(window, piece.age_from, piece.age_to)
        run = tuple(
            (window.x(age), window.y(lms.value(sds)))
            for age in ages
            if found is not None and (lms := found.at(age)) is not None
        )
        if len(run) > 1:
            runs.append(run)
    return tuple(runs)


@cache
def _cut(measure: ChartMeasure, sex: Sex, sds: float, window: Window, chart: Reference) -> Runs:
    """The parts of one line inside the plot."""
    return tuple(part for run in _curve(measure, sex, sds, window, chart) for part in clipped(run))


@cache
def _band(
    measure: ChartMeasure,
    sex: Sex,
    outer: tuple[float, float],
    window: Window,
    chart: Reference,
) -> tuple[Polygon, ...]:
    """The area between the outer lines, one for each table of the reference."""
    low, high = (_curve(measure, sex, sds, window, chart) for sds in outer)
    return tuple(
        Polygon(
            tuple((x, _inside(y)) for x, y in (*lower, *reversed(upper))), ColourRole.BAND, 0.75
        )
        for lower, upper in zip(low, high, strict=True)
    )


def _ages(window: Window, age_from: float, age_to: float) -> list[float]:
    """The ages of a table at which its lines are drawn, its own ends among them."""
    samples = round((window.age_to - window.age_from) * _SAMPLES_PER_YEAR)
    ages = [window.age_from + index / _SAMPLES_PER_YEAR for index in range(samples + 1)]
    ends = [age for age in (age_from, age_to) if window.age_from < age < window.age_to]
    return sorted({*(age for age in ages if age_from <= age < age_to), *ends})


def _inside(y: float) -> float:
    return min(max(y, PLOT.top), PLOT.bottom)


def _draw_median_gain(drawing: Drawing, sex: Sex, window: Window, chart: Reference) -> None:
    """The yearly gain of the median: there is no reference for the velocity itself (GRO-2, GRO-3)."""
    for piece in chart.pieces:
        found = curve(Measure.HEIGHT, sex, piece.file)
        points = tuple(
            (window.x(age), window.y(gain))
            for age in _ages(window, piece.age_from, piece.age_to)
            if found is not None and (gain := _gain(found, age)) is not None
        )
        for run in clipped(points):
            drawing.items.append(Line(run, ColourRole.CURVE, 1.2 * PX, LONG_DASH))
            drawing.lines.append(run)
    if drawing.lines:
        _explain(drawing)


def _explain(drawing: Drawing) -> None:
    """What the dashed line is, over the plot."""
    left, middle, text = PLOT.left + 24 * PX, 9 * PX, say("charts.median_gain")
    right = left + 22 * PX
    drawing.items.append(
        Line(((left, middle), (right, middle)), ColourRole.SECONDARY, PX, LONG_DASH)
    )
    words = Text(right + 6 * PX, baseline(middle, 9.5), text, 9.5, role=ColourRole.SECONDARY)
    drawing.items.append(words)
    half = text_height(9.5) / 2
    end = words.x + text_width(text, 9.5)
    drawing.taken.append(Box(left, middle - half, end, middle + half))


def _gain(found: Curve, age: float) -> float | None:
    """Cm by which the median grows in the year around an age."""
    before, after = found.at(age - 0.5), found.at(age + 0.5)
    return None if before is None or after is None else after.median - before.median
