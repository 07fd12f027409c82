"""The growth chart: percentile lines of the reference, the pupil's own points, words that never touch.

Fixed windows per age, so that every chart of one age looks alike. Curves come from the function
that judges. Nothing is joined across references, no text lies on a curve, no colour tells a class.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from clbdesk.charts.growth_points import DECIMALS, ChartMeasure, ChartPoint, read_out
from clbdesk.charts.labels import GAP, Box, beside, place, spread, text_height, text_width
from clbdesk.charts.scene import (
    PX,
    Anchor,
    ColourRole,
    Item,
    Line,
    Marker,
    MarkerKind,
    Point,
    Polygon,
    Scene,
    Text,
    Weight,
    baseline,
)
from clbdesk.domain.people import Sex
from clbdesk.standards.growth import reference_name
from clbdesk.standards.height import chart_lines
from clbdesk.standards.lms import Curve, Measure, curve, sds_of_percentile
from clbdesk.standards.phrases import number
from clbdesk.standards.tables import standards
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.standards.target_height import TargetHeight

WINDOWS = "chart_windows.csv"
WIDTH, HEIGHT = 640 * PX, 324 * PX
PLOT = Box(36 * PX, 26 * PX, 596 * PX, 288 * PX)
LABELS_APART = 14 * PX
_SAMPLES_PER_YEAR = 10
_MEDIAN = 50.0

_LONG_DASH = (7 * PX, 4 * PX)
_SHORT_DASH = (4 * PX, 3 * PX)
_DOTS = (1 * PX, 2 * PX)
# Own lines of the SDS chart are told apart by dash and by word, never by colour.
_OWN_DASHES = {Measure.HEIGHT: (), Measure.WEIGHT: _LONG_DASH, Measure.BMI: _DOTS}


@dataclass(frozen=True, slots=True)
class Window:
    """Ages in years and values that a chart shows, with the step of its grid."""

    age_from: float
    age_to: float
    low: float
    high: float
    step: float

    def x(self, age: float) -> float:
        """Distance from the left in mm."""
        return PLOT.left + (age - self.age_from) / (self.age_to - self.age_from) * (
            PLOT.right - PLOT.left
        )

    def y(self, value: float) -> float:
        """Distance from the top in mm; what lies outside the window stands on its edge."""
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return PLOT.bottom - share * (PLOT.bottom - PLOT.top)

    def shows(self, point: ChartPoint) -> bool:
        """True when the point's age lies in the window."""
        return self.age_from <= point.age <= self.age_to


@dataclass(slots=True)
class _Drawing:
    """What is drawn so far, behind and in front; lines and boxes that words keep clear of."""

    items: list[Item] = field(default_factory=list)
    front: list[Item] = field(default_factory=list)
    lines: list[tuple[Point, ...]] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)


def window_for(measure: ChartMeasure, points: Sequence[ChartPoint], age: float) -> Window:
    """The fixed window for an age now; a wider one when a value lies outside."""
    of_age = [(window, until) for window, until in _windows(measure) if age < until]
    fitting = [window for window, until in of_age if until == of_age[0][1]]
    for window in fitting:
        values = [_shown(measure, point) for point in points if window.shows(point)]
        if all(window.low <= value <= window.high for value in values if value is not None):
            return window
    return fitting[-1]


def growth_chart(
    measure: ChartMeasure,
    sex: Sex,
    points: Sequence[ChartPoint],
    window: Window,
    target: TargetHeight | None = None,
) -> Scene:
    """The chart of one measure; without a reference for the sex it has points and no curves.

    `target`: its range is marked at the last age of a length chart.
    """
    drawing = _Drawing()
    _grid(drawing, measure, window)
    _curves(drawing, measure, sex, window)
    shown = [point for point in points if window.shows(point)]
    own = [point for point in shown if _shown(measure, point) is not None]
    _own_lines(drawing, measure, own, window)
    _markers(drawing, measure, own, window)
    if measure is ChartMeasure.SDS:
        _series_names(drawing, own, window)
    else:
        _values(drawing, measure, own, window)
    if target is not None and measure is ChartMeasure.HEIGHT:
        _target_range(drawing, sex, target, window)
    return Scene(
        WIDTH, HEIGHT, (*drawing.items, *drawing.front), _description(measure, sex, points, window)
    )


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


def _shown(measure: ChartMeasure, point: ChartPoint) -> float | None:
    """What the vertical axis of this chart tells of a point."""
    return point.sds if measure is ChartMeasure.SDS else point.value


def _grid(drawing: _Drawing, measure: ChartMeasure, window: Window) -> None:
    steps = round((window.high - window.low) / window.step)
    for index in range(steps + 1):
        value = window.low + index * window.step
        y = window.y(value)
        drawing.items.append(Line(((PLOT.left, y), (PLOT.right, y)), ColourRole.LINE_FAINT))
        text = number(value, 0)
        drawing.items.append(_axis_text(PLOT.left - 10 * PX, y, text, Anchor.END))
    for age in range(round(window.age_from), round(window.age_to) + 1):
        x = window.x(age)
        drawing.items.append(Line(((x, PLOT.top), (x, PLOT.bottom)), ColourRole.LINE_FAINT))
        drawing.items.append(
            Line(((x, PLOT.bottom), (x, PLOT.bottom + 4 * PX)), ColourRole.SECONDARY)
        )
        drawing.items.append(_axis_text(x, PLOT.bottom + 14 * PX, str(age), Anchor.MIDDLE))
    axis = ((PLOT.left, PLOT.bottom), (PLOT.right, PLOT.bottom))
    drawing.items.append(Line(axis, ColourRole.SECONDARY))
    unit = say(f"charts.unit_{measure.value}")
    fits = text_width(unit, 9.5) <= PLOT.left - 10 * PX
    x, anchor = (PLOT.left - 10 * PX, Anchor.END) if fits else (0.0, Anchor.START)
    drawing.items.append(_axis_text(x, 9 * PX, unit, anchor))
    name = say("charts.age_axis")
    drawing.items.append(_axis_text(PLOT.right, PLOT.bottom + 30 * PX, name, Anchor.END))


def _axis_text(x: float, middle: float, text: str, anchor: Anchor) -> Text:
    return Text(x, baseline(middle, 9.5), text, 9.5, anchor, role=ColourRole.SECONDARY)


def _curves(drawing: _Drawing, measure: ChartMeasure, sex: Sex, window: Window) -> None:
    """The band P3 to P97, every percentile line, and their labels at the right edge."""
    percentiles = chart_lines()
    lines = [_curve(measure, sex, sds_of_percentile(line), window) for line in percentiles]
    drawn = [(line, points) for line, points in zip(percentiles, lines, strict=True) if points]
    if not drawn:
        return
    outline = (*drawn[0][1], *reversed(drawn[-1][1]))
    drawing.items.append(Polygon(outline, ColourRole.BAND, 0.75))
    for place_in_set, (line, points) in enumerate(drawn):
        drawing.items.append(
            _styled(points, line, min(place_in_set, len(drawn) - 1 - place_in_set))
        )
    # Words keep clear of the outer lines; on the SDS chart they stand between the lines.
    outer = [drawn[0][1], drawn[-1][1]]
    drawing.lines += [points for _, points in drawn] if measure is ChartMeasure.SDS else outer
    ends = [points[-1][1] for _, points in drawn]
    middle = min(range(len(drawn)), key=lambda index: abs(drawn[index][0] - _MEDIAN))
    placed = spread(ends, middle, LABELS_APART)
    for (line, _), y in zip(drawn, placed, strict=True):
        is_median = line == _MEDIAN
        drawing.items.append(
            Text(
                PLOT.right + 8 * PX,
                baseline(y, 10),
                f"P{number(line, 0)}",
                10,
                weight=Weight.SEMIBOLD if is_median else Weight.REGULAR,
                role=ColourRole.TEXT if is_median else ColourRole.SECONDARY,
            )
        )


def _styled(points: tuple[Point, ...], percentile: float, from_outside: int) -> Line:
    if percentile == _MEDIAN:
        return Line(points, ColourRole.CURVE_MEDIAN, 1.6 * PX)
    if from_outside == 0:
        return Line(points, ColourRole.CURVE, 1.4 * PX)
    dash = _LONG_DASH if from_outside == 1 else _SHORT_DASH
    return Line(points, ColourRole.CURVE, 1.2 * PX, dash)


@cache
def _curve(measure: ChartMeasure, sex: Sex, sds: float, window: Window) -> tuple[Point, ...]:
    """One line of the reference inside the window; empty when the sex has none."""
    samples = round((window.age_to - window.age_from) * _SAMPLES_PER_YEAR)
    ages = [window.age_from + index / _SAMPLES_PER_YEAR for index in range(samples + 1)]
    if measure is ChartMeasure.SDS:
        return ((PLOT.left, window.y(sds)), (PLOT.right, window.y(sds)))
    reference: Curve | None = curve(Measure(measure.value), sex)
    if reference is None:
        return ()
    return tuple(
        (window.x(age), window.y(lms.value(sds)))
        for age in ages
        if (lms := reference.at(age)) is not None
    )


def _own_lines(
    drawing: _Drawing, measure: ChartMeasure, own: Sequence[ChartPoint], window: Window
) -> None:
    """The pupil's points joined per measure, broken where the reference changes."""
    for shown in measure.shown:
        of_measure = [point for point in own if point.measure is shown]
        for _, run in groupby(of_measure, key=lambda point: point.reference):
            points = tuple(_position(measure, point, window) for point in run)
            if len(points) > 1:
                dash = _OWN_DASHES[shown] if measure is ChartMeasure.SDS else ()
                drawing.front.append(Line(points, ColourRole.ACCENT, 2 * PX, dash))
                drawing.lines.append(points)


def _position(measure: ChartMeasure, point: ChartPoint, window: Window) -> Point:
    return window.x(point.age), window.y(_shown(measure, point) or 0.0)


def _markers(
    drawing: _Drawing, measure: ChartMeasure, own: Sequence[ChartPoint], window: Window
) -> None:
    for point in own:
        x, y = _position(measure, point, window)
        if point.current:
            kind, size = MarkerKind.CIRCLE, 13 * PX
        elif point.external:
            kind, size = MarkerKind.OPEN_SQUARE, 9 * PX
        else:
            kind, size = MarkerKind.OPEN_CIRCLE, 10 * PX
        drawing.front.append(Marker(kind, x, y, size, ColourRole.ACCENT))
        half = size / 2
        drawing.lines.append(((x - half, y - half), (x + half, y - half)))
        drawing.lines.append(((x - half, y + half), (x + half, y + half)))


def _values(
    drawing: _Drawing, measure: ChartMeasure, own: Sequence[ChartPoint], window: Window
) -> None:
    """Values on dotted risers, the current one first, then from new to old."""
    for point in sorted(own, key=lambda each: (each.current, each.on), reverse=True):
        size = 12.5 if point.current else 10
        position = _position(measure, point, window)
        text = number(point.value, DECIMALS)
        weight = Weight.BOLD if point.current else Weight.REGULAR
        role = ColourRole.ACCENT if point.current else ColourRole.TEXT
        _riser_text(drawing, position, text, size, weight, role, to_axis=point.current)


def _riser_text(
    drawing: _Drawing,
    position: Point,
    text: str,
    size_pt: float,
    weight: Weight,
    role: ColourRole,
    *,
    to_axis: bool = False,
) -> None:
    """A text over (or under) all curves with a dotted line to its point; none without room."""
    x, y = position
    box = place(
        x,
        text_width(text, size_pt),
        text_height(size_pt),
        bounds=Box(PLOT.left, GAP, PLOT.right, PLOT.bottom - GAP),
        lines=drawing.lines,
        taken=drawing.taken,
    )
    if box is None:
        return
    drawing.taken.append(box)
    above = box.bottom <= y
    start = (x, box.bottom + GAP) if above else (x, box.top - GAP)
    end = (x, PLOT.bottom) if to_axis and above else (x, y)
    drawing.items.append(Line((start, end), ColourRole.ACCENT, PX, _DOTS))
    middle = (box.left + box.right) / 2
    drawing.front.append(Text(middle, box.bottom, text, size_pt, Anchor.MIDDLE, weight, role))


def _series_names(drawing: _Drawing, own: Sequence[ChartPoint], window: Window) -> None:
    """The name of each measure of the SDS chart beside its newest point, between the lines."""
    newest = {point.measure: point for point in own}
    for point in newest.values():
        text = say(f"charts.{point.measure.value}")
        x, y = _position(ChartMeasure.SDS, point, window)
        width = text_width(text, 10)
        fits = x + 12 * PX + width < PLOT.right
        box = beside(
            x + 12 * PX if fits else x - 12 * PX - width,
            y,
            width,
            text_height(10),
            bounds=PLOT,
            lines=drawing.lines,
            taken=drawing.taken,
        )
        if box is not None:
            drawing.taken.append(box)
            side, anchor = (box.left, Anchor.START) if fits else (box.right, Anchor.END)
            drawing.front.append(Text(side, box.bottom, text, 10, anchor, role=ColourRole.ACCENT))


def _target_range(drawing: _Drawing, sex: Sex, target: TargetHeight, window: Window) -> None:
    """The target range as a bar at the last age, in the SDS that it has among adults."""
    reference = curve(Measure.HEIGHT, sex)
    lms = reference.at(window.age_to) if reference else None
    if lms is None:
        return
    x = PLOT.right - 4 * PX
    low, middle, high = (
        window.y(lms.value(target.sds + side * target.half_sds)) for side in (-1, 0, 1)
    )
    drawing.items.append(Line(((x, low), (x, high)), ColourRole.SECONDARY, 2 * PX))
    for y in (low, middle, high):
        drawing.items.append(Line(((x - 4 * PX, y), (x + 4 * PX, y)), ColourRole.SECONDARY, 2 * PX))
    drawing.lines.append(((x, low), (x, high)))
    text = say("charts.target")
    _riser_text(drawing, (x, high), text, 9.5, Weight.REGULAR, ColourRole.SECONDARY)


def _description(
    measure: ChartMeasure, sex: Sex, points: Sequence[ChartPoint], window: Window
) -> str:
    words = {Sex.MALE: say("charts.boys"), Sex.FEMALE: say("charts.girls")}
    name, _ = reference_name()
    sentences = [
        say(
            "charts.growth_title",
            measure=say(f"charts.{measure.value}"),
            reference=name,
            sex=words.get(sex, ""),
            low=number(window.age_from, 0),
            high=number(window.age_to, 0),
        )
    ]
    sentences += [
        say(
            "charts.growth_point" if row.percentile else "charts.growth_point_outside",
            day=row.day,
            value=row.value,
            unit=row.unit,
            percentile=row.percentile,
        )
        for row in read_out(points)
    ]
    return " ".join(sentences)
