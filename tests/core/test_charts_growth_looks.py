"""Looking at a growth chart: other references, a set of lines of the centre, closer looks, velocity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.charts.chart_window import CLOSER, PLOT, Window, clipped, closer, window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import (
    ChartMeasure,
    ChartPoint,
    Measurement,
    chart_points,
    in_words,
    read_out,
    tables,
)
from clbdesk.charts.scene import ColourRole, Line, Marker, Polygon, Scene, Text
from clbdesk.domain.people import Sex
from clbdesk.standards.height import bands
from clbdesk.standards.lms import Measure
from clbdesk.standards.references import Reference, reference
from clbdesk.standards.tables import Signature, put_in_force
from clbdesk.standards.target_height import target_height
from tests.builders.growth import known, lms_at

BIRTH = date(2016, 3, 4)
WHO = reference("who")
CURVES = (ColourRole.CURVE, ColourRole.CURVE_MEDIAN)


@pytest.fixture(autouse=True)
def _nothing_stays_signed() -> Iterator[None]:
    yield
    put_in_force(())


def at(year: int, cm: str, kg: str | None = None, head: str | None = None) -> Measurement:
    """A measurement in November."""
    return Measurement(
        date(year, 11, 23),
        Decimal(cm),
        None if kg is None else Decimal(kg),
        None if head is None else Decimal(head),
        by="An Janssens",
        current=year == 2026,
    )


HISTORY = (
    at(2019, "98.1", "15.0"),
    at(2020, "105.4", "17.2"),
    at(2022, "118.3", "21.5"),
    at(2026, "139.8", "34.1", "53.2"),
)


def points_of(measure: ChartMeasure, on: Reference | None = None) -> tuple[ChartPoint, ...]:
    return chart_points(measure, Sex.MALE, BIRTH, HISTORY, on)


def drawn(
    measure: ChartMeasure = ChartMeasure.HEIGHT,
    on: Reference | None = None,
    times: int = 0,
    marked: ChartPoint | None = None,
) -> tuple[Scene, Window]:
    points = points_of(measure, on)
    newest = points[-1]
    window = closer(window_for(measure, points, 10.7), times, newest.age, newest.value)
    return growth_chart(measure, Sex.MALE, points, window, on=on, marked=marked), window


def lines(scene: Scene, *roles: ColourRole) -> list[Line]:
    return [item for item in scene.items if isinstance(item, Line) and item.role in roles]


def own_lines(scene: Scene) -> list[Line]:
    return [line for line in lines(scene, ColourRole.ACCENT) if line.width_mm > 0.4]


def words(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def inside(line: Line) -> bool:
    near = 1e-6
    return all(
        PLOT.left - near <= x <= PLOT.right + near and PLOT.top - near <= y <= PLOT.bottom + near
        for x, y in line.points
    )


# --- one reference, and its tables ---------------------------------------------------------------


def test_own_points_are_joined_within_one_reference_only():
    flemish, _ = drawn()
    who, window = drawn(on=WHO)
    assert [len(line.points) for line in own_lines(flemish)] == [4]
    # Three and four years on WHO 2006, six and ten on WHO 2007: nothing crosses 61 months.
    assert [len(line.points) for line in own_lines(who)] == [2, 2]
    change = window.x(61 / 12)
    assert own_lines(who)[0].points[-1][0] < change < own_lines(who)[1].points[0][0]


def test_the_curves_of_two_tables_are_not_joined_either():
    who, window = drawn(on=WHO)
    medians = lines(who, ColourRole.CURVE_MEDIAN)
    assert len(medians) == 2
    assert medians[0].points[-1][0] <= window.x(61 / 12) <= medians[1].points[0][0]
    assert len([item for item in who.items if isinstance(item, Polygon)]) == 2


def test_the_curve_of_another_reference_is_the_function_that_scores_on_it():
    points = points_of(ChartMeasure.HEIGHT, WHO)
    scene, window = drawn(on=WHO)
    newest = points[-1]
    sds = known(newest.sds)
    median = lines(scene, ColourRole.CURVE_MEDIAN)[-1].points
    here = min(median, key=lambda point: abs(point[0] - window.x(newest.age)))
    assert (window.y(newest.value) > here[1]) is (sds < 0)


def test_the_read_out_names_the_reference_that_gave_the_percentile():
    flemish = read_out(points_of(ChartMeasure.HEIGHT))[0]
    who = read_out(points_of(ChartMeasure.HEIGHT, WHO))
    assert in_words(flemish) == (
        "23 nov 2026 · 10 j 8 m (10,72 jaar) · 139,8 cm · P24 · −0,7 SDS · Vlaamse groeicurven 2004"
    )
    assert in_words(who[0]).endswith("−0,3 SDS · WHO 2007")
    assert in_words(who[-1]).endswith("SDS · WHO 2006")


def test_where_a_reference_ends_its_labels_stand_at_the_end_of_its_lines():
    points = points_of(ChartMeasure.WEIGHT, WHO)
    window = window_for(ChartMeasure.WEIGHT, points, 10.7)
    scene = growth_chart(ChartMeasure.WEIGHT, Sex.MALE, points, window, on=WHO)
    labels = [item for item in scene.items if isinstance(item, Text) and item.text[:1] == "P"]
    assert len(labels) == 7
    assert all(window.x(10) < label.x < PLOT.right for label in labels)
    assert "23 nov 2026: 34,1 kg." in scene.description, "without a percentile beyond ten years"


def test_a_reference_that_is_not_installed_draws_points_and_no_curves():
    scene, _ = drawn(on=reference("nl-2010"))
    assert not lines(scene, *CURVES)
    assert len([item for item in scene.items if isinstance(item, Marker)]) == 4


@pytest.mark.parametrize("chart, adult", [(reference("flanders-2004"), 21.0), (WHO, 19.0)])
@pytest.mark.parametrize("now", [10.7, 15.0])
def test_the_target_range_stands_where_it_lies_among_the_adults_of_the_reference(chart, adult, now):
    target = known(target_height(Sex.MALE, Decimal(165), Decimal(178)))
    points = points_of(ChartMeasure.HEIGHT, chart)
    window = window_for(ChartMeasure.HEIGHT, points, now)
    scene = growth_chart(ChartMeasure.HEIGHT, Sex.MALE, points, window, target, on=chart)

    grown = known(known(chart.curve_at(Measure.HEIGHT, Sex.MALE, adult)).at(adult))
    age = min(window.age_to, adult)
    there = known(known(chart.curve_at(Measure.HEIGHT, Sex.MALE, age)).at(age))
    wanted = (target.high_cm, target.cm, target.low_cm)
    ends = [window.y(there.value(grown.sds(float(cm)))) for cm in wanted]
    bars = [line for line in lines(scene, ColourRole.SECONDARY) if line.width_mm > 0.4]
    assert sorted(bar.points[0][1] for bar in bars[1:]) == pytest.approx(sorted(ends))
    assert all(x <= window.x(age) for bar in bars for x, _ in bar.points)


def test_a_closer_look_shows_of_the_target_range_only_what_lies_in_it():
    target = known(target_height(Sex.MALE, Decimal(165), Decimal(178)))
    points = points_of(ChartMeasure.HEIGHT)
    fixed = window_for(ChartMeasure.HEIGHT, points, 10.7)
    bars = []
    for value in (139.8, 90.0):
        near = closer(fixed, 2, 10.7, value)
        scene = growth_chart(ChartMeasure.HEIGHT, Sex.MALE, points, near, target)
        marks = [line for line in lines(scene, ColourRole.SECONDARY) if line.width_mm > 0.4]
        assert all(inside(line) for line in marks)
        bars.append(len(marks))
    assert bars[0] > bars[1] == 0


# --- the set of lines is the centre's ------------------------------------------------------------


def test_a_centre_draws_and_counts_on_the_lines_that_its_doctor_signed():
    before = bands(-1.0)
    put_in_force(
        [
            Signature(
                rule_id="GRO-LINES",
                value="2.5|10|50|90|97.5",
                edition="2004",
                source="Vlaamse groeicurven 2004",
                page="1",
                signed_by="dr. Lieve Maes",
                signed_on=date(2026, 11, 23),
            )
        ]
    )
    scene, _ = drawn()
    assert len(lines(scene, *CURVES)) == 5
    assert {"P2,5", "P10", "P50", "P90", "P97,5"} <= set(words(scene))
    assert "P25" not in words(scene)
    assert bands(-1.0) != before, "GRO-1 counts the bands between the same lines"


# --- closer looks --------------------------------------------------------------------------------


@pytest.mark.parametrize("times", range(1, len(CLOSER) + 1))
@pytest.mark.parametrize("measure", [one for one in ChartMeasure if one is not ChartMeasure.SDS])
def test_a_closer_look_keeps_the_newest_point_in_sight_and_leaves_nothing_outside(measure, times):
    scene, window = drawn(measure, times=times)
    assert window.age_to - window.age_from == CLOSER[times - 1]
    assert window.shows(points_of(measure)[-1].age, points_of(measure)[-1].value)
    assert all(inside(line) for line in (*lines(scene, *CURVES), *own_lines(scene)))
    for item in scene.items:
        if isinstance(item, Marker):
            assert PLOT.top <= item.y <= PLOT.bottom


def test_a_closer_look_shows_more_millimetres_per_year_with_half_years_named():
    near, window = drawn(times=2)
    far, fixed = drawn()
    assert window.x(11) - window.x(10) > 3 * (fixed.x(11) - fixed.x(10))
    assert "10,5" in words(near)
    assert "10,5" not in words(far)


@given(
    st.sampled_from(list(ChartMeasure)),
    st.floats(2, 20),
    st.floats(-50, 400),
    st.integers(0, len(CLOSER)),
)
def test_no_closer_look_leaves_the_fixed_window(measure, age, value, times):
    fixed = window_for(measure, (), age)
    window = closer(fixed, times, age, value)
    assert fixed.age_from <= window.age_from < window.age_to <= fixed.age_to
    assert window.low >= fixed.low - 1e-9
    assert window.high <= fixed.high + 1e-9
    steps = (window.high - window.low) / window.step
    assert steps == pytest.approx(round(steps))


def test_a_line_that_leaves_the_plot_is_cut_at_its_edge_and_comes_back():
    middle = (PLOT.top + PLOT.bottom) / 2
    step = (PLOT.right - PLOT.left) / 4
    xs = [PLOT.left + index * step for index in range(5)]
    runs = clipped(tuple(zip(xs, (middle, middle, PLOT.top - 10, middle, middle), strict=True)))
    assert [len(run) for run in runs] == [3, 3]
    assert runs[0][-1][1] == pytest.approx(PLOT.top)
    assert runs[1][0][1] == pytest.approx(PLOT.top)
    assert clipped(((PLOT.left, PLOT.top - 5), (PLOT.right, PLOT.top - 5))) == ()
    assert clipped(((PLOT.left - 9, PLOT.top - 5), (PLOT.left - 1, PLOT.bottom))) == ()


# --- the point that is read ----------------------------------------------------------------------


def test_the_point_that_is_read_is_led_to_both_axes():
    marked = points_of(ChartMeasure.HEIGHT)[2]
    scene, window = drawn(marked=marked)
    there = (window.x(marked.age), window.y(marked.value))
    led = [line for line in lines(scene, ColourRole.SECONDARY) if line.points[0] == there]
    assert [line.points[1] for line in led] == [(there[0], PLOT.bottom), (PLOT.left, there[1])]
    assert not [line for line in lines(drawn()[0], ColourRole.SECONDARY) if line.points[0] == there]


# --- velocity and head ---------------------------------------------------------------------------


def test_a_velocity_stands_in_the_middle_of_at_least_a_year_and_is_never_joined():
    short = Measurement(date(2027, 3, 1), Decimal("141.9"))
    points = chart_points(ChartMeasure.VELOCITY, Sex.MALE, BIRTH, (*HISTORY, short))
    assert [round(point.years, 1) for point in points] == [1.0, 2.0, 4.0, 4.3]
    assert points[0].value == pytest.approx(7.3, abs=0.05)
    assert points[0].age == pytest.approx(4.22, abs=0.01)
    scene, window = drawn(ChartMeasure.VELOCITY)
    bars = own_lines(scene)
    assert len(bars) == 3
    for bar, point in zip(bars, points, strict=False):
        (x1, y1), (x2, y2) = bar.points
        assert y1 == y2 == pytest.approx(window.y(point.value))
        assert x1 == pytest.approx(window.x(point.age - point.years / 2))
        assert x2 == pytest.approx(window.x(point.age + point.years / 2))


def test_the_velocity_chart_has_the_gain_of_the_median_and_no_percentile_lines():
    scene, window = drawn(ChartMeasure.VELOCITY)
    (gain,) = lines(scene, *CURVES)
    (sample,) = (line for line in lines(scene, ColourRole.SECONDARY) if line.dash)
    assert gain.dash == sample.dash, "the words say what the dashed line is"
    assert "groei van P50, geen criterium" in words(scene)
    x, y = min(gain.points, key=lambda point: abs(point[0] - window.x(6.5)))
    expected = (
        lms_at(Measure.HEIGHT, Sex.MALE, 7.0).median - lms_at(Measure.HEIGHT, Sex.MALE, 6.0).median
    )
    assert expected == pytest.approx(6.6, abs=0.01), "the handbook prints 6,6 cm from 6 to 7"
    assert y == pytest.approx(window.y(expected), abs=0.01)
    assert x == pytest.approx(window.x(6.5))
    assert not [text for text in words(scene) if text.startswith("P")]
    unknown = growth_chart(ChartMeasure.VELOCITY, Sex.UNKNOWN, (), window)
    assert not lines(unknown, *CURVES)
    assert "P50" not in unknown.description


def test_the_table_of_velocities_tells_the_interval_instead_of_a_percentile():
    (found,) = tables(points_of(ChartMeasure.VELOCITY))
    assert found.heads == ("Datum", "Leeftijd", "Groeisnelheid (cm/jaar)", "Interval", "Bron")
    assert found.rows[0] == (
        "23 nov 2026",
        "10 j 8 m (10,72 jaar)",
        "5,4",
        "over 4,0 jaar",
        "An Janssens",
    )
    assert in_words(read_out(points_of(ChartMeasure.VELOCITY))[0]) == (
        "23 nov 2026 · 10 j 8 m (10,72 jaar) · 5,4 cm/jaar · over 4,0 jaar"
    )


def test_a_head_that_was_measured_has_a_chart_of_its_own():
    (point,) = points_of(ChartMeasure.HEAD)
    assert point.value == 53.2
    assert point.sds == pytest.approx(lms_at(Measure.HEAD, Sex.MALE, point.age).sds(53.2))
    scene, _ = drawn(ChartMeasure.HEAD)
    assert len(lines(scene, *CURVES)) == 7
    assert "53,2" in words(scene)
