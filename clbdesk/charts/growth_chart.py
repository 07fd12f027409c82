"""The growth chart: percentile lines of a reference, the pupil's own points, words that never touch.

Nothing is joined across references, no text lies on a curve, no colour tells a class. The same
scene is painted on the screen and printed.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from clbdesk.charts.chart_window import HEIGHT, PLOT, WIDTH, Window, clipped
from clbdesk.charts.growth_curves import LONG_DASH, Drawing, draw_curves, draw_grid
from clbdesk.charts.growth_points import (
    DECIMALS,
    ChartMeasure,
    ChartPoint,
    in_words,
    read_out,
    shown_value,
)
from clbdesk.charts.labels import GAP, Box, beside, place, text_height, text_width
from clbdesk.charts.scene import (
    PX,
    Anchor,
    ColourRole,
    Line,
    Marker,
    MarkerKind,
    Point,
    Scene,
    Text,
    Weight,
    baseline,
)
from clbdesk.domain.people import Sex
from clbdesk.standards.lms import Measure, curve
from clbdesk.standards.phrases import number
from clbdesk.standards.references import STANDARD, Reference, reference
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.standards.target_height import TargetHeight

_DOTS = (1 * PX, 2 * PX)
# Own lines of the SDS chart are told apart by dash and by word, never by colour.
_OWN_DASHES: dict[Measure | ChartMeasure, tuple[float, ...]] = {
    Measure.WEIGHT: LONG_DASH,
    Measure.BMI: _DOTS,
}


def growth_chart(
    measure: ChartMeasure,
    sex: Sex,
    points: Sequence[ChartPoint],
    window: Window,
    target: TargetHeight | None = None,
    *,
    on: Reference | None = None,
    marked: ChartPoint | None = None,
) -> Scene:
    """The chart of one measure; without a reference for the sex it has points and no curves.

    `target`: its range is marked at the last age of a length chart. `on`: the reference that
    scored the points, None = the standard. `marked`: a point that is read, led to both axes.
    """
    drawing = Drawing()
    chart = on or reference(STANDARD)
    draw_grid(drawing, measure, window, names_age=marked is None)
    draw_curves(drawing, measure, sex, window, chart)
    known = [point for point in points if shown_value(measure, point) is not None]
    own = [one for one in known if window.shows(one.age, shown_value(measure, one))]
    if marked is not None and marked in own:
        _lead_to_axes(drawing, measure, marked, window)
    _own_lines(drawing, measure, known if window.is_closer else own, window)
    _markers(drawing, measure, own, window)
    if measure is ChartMeasure.SDS:
        _series_names(drawing, own, window)
    else:
        _values(drawing, measure, own, window)
    if target is not None and measure is ChartMeasure.HEIGHT:
        _target_range(drawing, sex, target, window, chart)
    described = _description(measure, sex, points, window, chart)
    if marked is not None:
        described = f"{in_words(read_out((marked,))[0])}. {described}"
    return Scene(WIDTH, HEIGHT, (*drawing.items, *drawing.front), described)


def _lead_to_axes(
    drawing: Drawing, measure: ChartMeasure, point: ChartPoint, window: Window
) -> None:
    """Dotted lines from the point that is read to its age and value, and the point in words."""
    x, y = _position(measure, point, window)
    for end in ((x, PLOT.bottom), (PLOT.left, y)):
        drawing.items.append(Line(((x, y), end), ColourRole.SECONDARY, PX, _DOTS))
    (row,) = read_out((point,))
    line = baseline(PLOT.bottom + 28 * PX, 9.5)
    drawing.items.append(Text(PLOT.left, line, in_words(row), 9.5))


def _own_lines(
    drawing: Drawing, measure: ChartMeasure, own: Sequence[ChartPoint], window: Window
) -> None:
    """The pupil's points joined per measure, broken where the reference changes."""
    if measure is ChartMeasure.VELOCITY:
        _intervals(drawing, own, window)
    for shown in measure.shown:
        of_measure = [point for point in own if point.measure is shown]
        for _, run in groupby(of_measure, key=lambda point: point.reference):
            joined = tuple(_position(measure, point, window) for point in run)
            dash = _OWN_DASHES.get(shown, ()) if measure is ChartMeasure.SDS else ()
            for points in clipped(joined):
                drawing.front.append(Line(points, ColourRole.ACCENT, 1.6 * PX, dash))
                drawing.lines.append(points)


def _intervals(drawing: Drawing, own: Sequence[ChartPoint], window: Window) -> None:
    """The time over which each velocity was measured; velocities are never joined."""
    for point in own:
        y = window.y(point.value)
        ends = [window.x(point.age + side * point.years / 2) for side in (-1, 1)]
        for points in clipped(tuple((x, y) for x in ends)):
            drawing.front.append(Line(points, ColourRole.ACCENT, 1.6 * PX))
            drawing.lines.append(points)


def _position(measure: ChartMeasure, point: ChartPoint, window: Window) -> Point:
    return window.x(point.age), window.y(shown_value(measure, point) or 0.0)


def _markers(
    drawing: Drawing, measure: ChartMeasure, own: Sequence[ChartPoint], window: Window
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
    drawing: Drawing, measure: ChartMeasure, own: Sequence[ChartPoint], window: Window
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
    drawing: Drawing,
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


def _series_names(drawing: Drawing, own: Sequence[ChartPoint], window: Window) -> None:
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


def _target_range(
    drawing: Drawing, sex: Sex, target: TargetHeight, window: Window, chart: Reference
) -> None:
    """The target range as a bar at the last age of the reference here, in the SDS that it has among adults."""
    adult = curve(Measure.HEIGHT, sex, chart.pieces[-1].file) if chart.pieces else None
    if adult is None:
        return
    age = min(window.age_to, adult.last_age)
    here = chart.curve_at(Measure.HEIGHT, sex, age)
    assert here is not None  # no window ends before a reference begins
    lms, last = here.at(age), adult.at(adult.last_age)
    assert lms is not None
    assert last is not None
    x = window.x(age) - 4 * PX
    low, middle, high = (
        window.y(lms.value(last.sds(float(cm))))
        for cm in (target.low_cm, target.cm, target.high_cm)
    )
    runs = clipped(((x, low), (x, high)))
    drawing.items += [Line(run, ColourRole.SECONDARY, 2 * PX) for run in runs]
    for y in (low, middle, high):
        if PLOT.top <= y <= PLOT.bottom:
            ends = ((x - 4 * PX, y), (x + 4 * PX, y))
            drawing.items.append(Line(ends, ColourRole.SECONDARY, 2 * PX))
    for run in runs:
        drawing.lines.append(run)
        top = min(run, key=lambda end: end[1])
        text = say("charts.target")
        _riser_text(drawing, top, text, 9.5, Weight.REGULAR, ColourRole.SECONDARY)


def _description(
    measure: ChartMeasure,
    sex: Sex,
    points: Sequence[ChartPoint],
    window: Window,
    chart: Reference,
) -> str:
    words = {Sex.MALE: say("charts.boys"), Sex.FEMALE: say("charts.girls")}
    sentences = [
        say(
            "charts.growth_title",
            measure=say(f"charts.{measure.value}"),
            reference=chart.name,
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
