"""The growth chart: same function as the judgement, joined within one reference, words that never touch."""

from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.charts.chart_window import PLOT, Window, window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_curves import LABELS_APART
from clbdesk.charts.growth_points import (
    ChartMeasure,
    Measurement,
    chart_points,
    read_out,
    tables,
)
from clbdesk.charts.labels import Box, beside, place, spread, text_height, text_width
from clbdesk.charts.scene import (
    Anchor,
    ColourRole,
    Line,
    Marker,
    MarkerKind,
    Polygon,
    Scene,
    Text,
    baseline,
)
from clbdesk.domain.people import Sex
from clbdesk.standards.height import chart_lines
from clbdesk.standards.lms import Measure, sds_of_percentile
from clbdesk.standards.target_height import target_height
from tests.builders.growth import known, lms_at, reference

BIRTH = date(2020, 3, 4)
SEXES = (Sex.FEMALE, Sex.MALE)
ALL_WINDOWS = [
    (measure, sex, age) for measure in ChartMeasure for sex in SEXES for age in (6.0, 15.0)
]


def measured(day: str, cm: str | None = None, kg: str | None = None, **marks) -> Measurement:
    return Measurement(
        date.fromisoformat(day),
        None if cm is None else Decimal(cm),
        None if kg is None else Decimal(kg),
        **marks,
    )


HISTORY = (
    measured("2022-09-06", "89.8", "12.9", external=True),
    measured("2023-10-09", "98.1", "14.9", by="CLB, Els Claes"),
    measured("2026-11-23", "121.5", "24.8", by="An Janssens", current=True),
)


def drawn(
    *measurements: Measurement,
    measure: ChartMeasure = ChartMeasure.HEIGHT,
    sex: Sex = Sex.FEMALE,
    age: float = 6.7,
) -> Scene:
    points = chart_points(measure, sex, BIRTH, measurements)
    return growth_chart(measure, sex, points, window_for(measure, points, age))


def texts(scene: Scene) -> list[Text]:
    return [item for item in scene.items if isinstance(item, Text)]


def lines(scene: Scene, *roles: ColourRole) -> list[Line]:
    return [item for item in scene.items if isinstance(item, Line) and item.role in roles]


def markers(scene: Scene) -> list[Marker]:
    return [item for item in scene.items if isinstance(item, Marker)]


def own_lines(scene: Scene) -> list[Line]:
    """The joined points; risers are thin."""
    return [line for line in lines(scene, ColourRole.ACCENT) if line.width_mm > 0.4]


def box_of(text: Text) -> Box:
    width = text_width(text.text, text.size_pt)
    shift = {Anchor.START: 0, Anchor.MIDDLE: -width / 2, Anchor.END: -width}[text.anchor]
    left = text.x + shift
    return Box(left, text.y - text_height(text.size_pt), left + width, text.y)


def value_labels(scene: Scene) -> list[Text]:
    """The words inside the plot."""
    return [text for text in texts(scene) if text.anchor is Anchor.MIDDLE and text.y < PLOT.bottom]


def crosses(line: Line, box: Box) -> bool:
    """True when a polyline that runs to the right passes through a box."""
    for (x1, y1), (x2, y2) in pairwise(line.points):
        if x2 <= box.left or x1 >= box.right or x1 == x2:
            continue
        at = [max(x1, box.left), min(x2, box.right)]
        high, low = sorted(y1 + (y2 - y1) * (x - x1) / (x2 - x1) for x in at)
        if low > box.top and high < box.bottom:
            return True
    return False


# --- curves --------------------------------------------------------------------------------------


def test_a_point_on_a_percentile_stands_on_its_line():
    scene = drawn()
    window = window_for(ChartMeasure.HEIGHT, (), 6.7)
    curves = lines(scene, ColourRole.CURVE, ColourRole.CURVE_MEDIAN)
    assert len(curves) == len(chart_lines())
    for percent, line in zip(chart_lines(), curves, strict=True):
        for age in (2.0, 6.3, 11.9, 12.0):
            judged = lms_at(Measure.HEIGHT, Sex.FEMALE, age).value(sds_of_percentile(percent))
            nearest = min(line.points, key=lambda point: abs(point[0] - window.x(age)))
            assert nearest[0] == pytest.approx(window.x(age))
            assert nearest[1] == pytest.approx(window.y(judged))


def test_outer_lines_and_median_are_solid_and_the_others_dashed():
    curves = lines(drawn(), ColourRole.CURVE, ColourRole.CURVE_MEDIAN)
    assert [bool(line.dash) for line in curves] == [False, True, True, False, True, True, False]
    assert curves[3].role is ColourRole.CURVE_MEDIAN
    assert curves[1].dash == curves[5].dash != curves[2].dash == curves[4].dash


@pytest.mark.parametrize("measure, sex, age", ALL_WINDOWS)
def test_every_curve_lies_inside_its_fixed_window(measure, sex, age):
    window = window_for(measure, (), age)
    for line in lines(
        growth_chart(measure, sex, (), window), ColourRole.CURVE, ColourRole.CURVE_MEDIAN
    ):
        assert all(PLOT.top < y < PLOT.bottom for _, y in line.points)
        assert all(PLOT.left - 1e-9 <= x <= PLOT.right + 1e-9 for x, _ in line.points)


@pytest.mark.parametrize(
    "measure, sex, age", [one for one in ALL_WINDOWS if one[0] is not ChartMeasure.VELOCITY]
)
def test_percentile_labels_stand_in_order_and_apart(measure, sex, age):
    scene = growth_chart(measure, sex, (), window_for(measure, (), age))
    labels = [text for text in texts(scene) if text.text.startswith("P")]
    assert [text.text for text in labels] == ["P3", "P10", "P25", "P50", "P75", "P90", "P97"]
    heights = [text.y for text in labels]
    for lower, upper in pairwise(heights):
        assert lower - upper >= LABELS_APART - 1e-9
    assert heights[0] < PLOT.bottom + 2
    (median,) = (text for text in labels if text.text == "P50")
    curve_end = lines(scene, ColourRole.CURVE_MEDIAN)[0].points[-1][1]
    assert median.y == pytest.approx(baseline(curve_end, 10))


def test_without_a_reference_there_are_points_and_no_curves():
    scene = drawn(*HISTORY, sex=Sex.UNKNOWN)
    assert not lines(scene, ColourRole.CURVE, ColourRole.CURVE_MEDIAN)
    assert not any(isinstance(item, Polygon) for item in scene.items)
    assert len(markers(scene)) == 3


# --- own points ----------------------------------------------------------------------------------


def test_marks_tell_now_earlier_and_elsewhere():
    assert [marker.kind for marker in markers(drawn(*HISTORY))] == [
        MarkerKind.OPEN_SQUARE,
        MarkerKind.OPEN_CIRCLE,
        MarkerKind.CIRCLE,
    ]


def test_a_value_outside_the_window_takes_the_wide_one_and_never_vanishes():
    heavy = measured("2030-03-04", "150.0", "140.0", current=True)
    points = chart_points(ChartMeasure.BMI, Sex.MALE, BIRTH, (heavy,))
    narrow = window_for(ChartMeasure.BMI, (), 10.0)
    wide = window_for(ChartMeasure.BMI, points, 10.0)
    assert (narrow.high, wide.high) == (28, 48)
    (marker,) = markers(growth_chart(ChartMeasure.BMI, Sex.MALE, points, wide))
    assert marker.y == pytest.approx(PLOT.top)  # 62 kg/m²: at the edge, with its value in words
    assert read_out(points)[0].value == "62,2"


@pytest.mark.parametrize("age, ages", [(6.0, (2, 12)), (11.4, (2, 12)), (11.5, (8, 20))])
def test_the_window_follows_the_age(age, ages):
    window = window_for(ChartMeasure.HEIGHT, (), age)
    assert (window.age_from, window.age_to) == ages


def test_points_of_other_ages_are_left_to_the_read_out():
    scene = drawn(*HISTORY, measured("2036-03-04", "170.0", current=True), age=16.0)
    assert len(markers(scene)) == 1


def test_the_sds_chart_shows_three_measures_told_apart_by_dash_and_word():
    scene = drawn(*HISTORY, measure=ChartMeasure.SDS)
    assert len({line.dash for line in own_lines(scene)}) == 3
    names = [text for text in texts(scene) if text.text in {"Lengte", "Gewicht", "BMI"}]
    assert len(names) == 3
    horizontal = lines(scene, ColourRole.CURVE, ColourRole.CURVE_MEDIAN)
    for text in names:
        assert not any(crosses(line, box_of(text)) for line in horizontal)
    for one, other in combinations(names, 2):
        assert not box_of(one).touches(box_of(other), 0)


def test_names_at_the_right_edge_stand_left_of_their_points():
    scene = drawn(measured("2031-08-01", "150.0", "40.0", current=True), measure=ChartMeasure.SDS)
    names = [text for text in texts(scene) if text.text in {"Lengte", "Gewicht", "BMI"}]
    assert {text.anchor for text in names} == {Anchor.END}


def test_the_target_range_is_a_bar_at_the_last_age():
    target = known(target_height(Sex.FEMALE, Decimal(168), Decimal(180)))
    window = window_for(ChartMeasure.HEIGHT, (), 15.0)
    scene = growth_chart(ChartMeasure.HEIGHT, Sex.FEMALE, (), window, target)
    adult = lms_at(Measure.HEIGHT, Sex.FEMALE, 20.0)
    bar = next(
        line
        for line in lines(scene, ColourRole.SECONDARY)
        if line.points[0][0] == line.points[1][0] and line.width_mm > 0.4
    )
    ends = [window.y(adult.value(target.sds + side * target.half_sds)) for side in (-1, 1)]
    assert [y for _, y in bar.points] == pytest.approx(ends)
    assert "doellengte" in {text.text for text in texts(scene)}
    weight = growth_chart(ChartMeasure.WEIGHT, Sex.FEMALE, (), window, target)
    assert "doellengte" not in {text.text for text in texts(weight)}
    unknown = growth_chart(ChartMeasure.HEIGHT, Sex.UNKNOWN, (), window, target)
    assert "doellengte" not in {text.text for text in texts(unknown)}


# --- words ---------------------------------------------------------------------------------------


histories = st.lists(
    st.tuples(st.integers(2 * 365, 20 * 365), st.floats(-3, 3), st.booleans()),
    min_size=1,
    max_size=16,
    unique_by=lambda point: point[0],
)


@given(histories, st.sampled_from(SEXES), st.sampled_from(ChartMeasure), st.booleans())
def test_no_word_touches_another_or_lies_on_a_curve(history, sex, measure, with_target):
    heights, weights = reference(Measure.HEIGHT, sex), reference(Measure.WEIGHT, sex)
    newest = max(day for day, _, _ in history)
    measurements = [
        Measurement(
            date.fromordinal(BIRTH.toordinal() + day),
            Decimal(f"{known(heights.at(day / 365.25)).value(sds):.1f}"),
            Decimal(f"{known(weights.at(day / 365.25)).value(max(-3.0, min(sds, 2.0))):.1f}"),
            current=day == newest,
            external=external,
        )
        for day, sds, external in history
    ]
    points = chart_points(measure, sex, BIRTH, measurements)
    window = window_for(measure, points, newest / 365.25)
    target = target_height(sex, Decimal(165), Decimal(178)) if with_target else None
    scene = growth_chart(measure, sex, points, window, target)
    words = value_labels(scene)
    if measure is ChartMeasure.SDS:
        words = [text for text in texts(scene) if text.text in {"Lengte", "Gewicht", "BMI"}]
    obstacles = [
        *lines(scene, ColourRole.CURVE, ColourRole.CURVE_MEDIAN),
        *own_lines(scene),
    ]
    for text in words:
        box = box_of(text)
        assert PLOT.left - 1e-6 <= box.left
        assert box.right <= PLOT.right + 1e-6
        assert box.top >= 0
        assert not any(crosses(line, box) for line in obstacles)
    for one, other in combinations(words, 2):
        assert not box_of(one).touches(box_of(other), 0)


def test_the_newest_value_is_bold_and_stands_lowest_above_the_curves():
    labels = {text.text: text for text in value_labels(drawn(*HISTORY))}
    assert set(labels) == {"89,8", "98,1", "121,5"}
    assert labels["121,5"].role is ColourRole.ACCENT
    assert labels["121,5"].size_pt > labels["98,1"].size_pt


def test_all_text_is_horizontal_and_units_fit():
    for measure in ChartMeasure:
        scene = drawn(*HISTORY, measure=measure)
        for text in texts(scene):
            box = box_of(text)
            assert box.left >= -0.5, text
            assert box.right <= scene.width_mm + 0.5, text
            assert box.bottom <= scene.height_mm, text


def test_labels_are_pushed_outwards_and_the_middle_one_stays():
    assert spread((50, 49, 48, 30), 1, 5) == (54, 49, 44, 30)


def test_a_label_goes_below_when_there_is_no_room_above():
    bounds = Box(0, 0, 100, 100)
    ceiling = [((0.0, 2.0), (100.0, 2.0))]
    box = known(place(50, 20, 5, bounds=bounds, lines=ceiling, taken=()))
    assert box.top > 2
    beneath = known(place(50, 20, 5, bounds=bounds, lines=ceiling, taken=(box,)))
    assert beneath.top > box.bottom


def test_a_label_without_any_room_is_left_out():
    bounds = Box(0, 0, 100, 100)
    everywhere = (Box(0, 0, 100, 100),)
    assert place(50, 20, 5, bounds=bounds, lines=(), taken=everywhere) is None
    assert beside(50, 50, 20, 5, bounds=bounds, lines=(), taken=everywhere) is None


def test_a_value_without_room_stands_in_the_read_out_only():
    crowd = [
        measured(f"2029-{month:02}-{day:02}", "131.0")
        for month in range(1, 13)
        for day in range(1, 29, 3)
    ]
    points = chart_points(ChartMeasure.HEIGHT, Sex.FEMALE, BIRTH, crowd)
    shown = value_labels(drawn(*crowd, age=10.0))
    assert len(shown) < len(points) == len(read_out(points))
    for one, other in combinations(shown, 2):
        assert not box_of(one).touches(box_of(other), 0)


def test_a_name_without_room_is_left_out():
    zigzag = [
        measured(f"2031-{month:02}-{day:02}", "90.0" if day == 1 else "215.0", current=month == 12)
        for month in range(3, 13)
        for day in (1, 15)
    ]
    scene = drawn(*zigzag, measure=ChartMeasure.SDS, age=11.0)
    assert len(markers(scene)) == len(zigzag)
    assert "Lengte" not in {text.text for text in texts(scene)}


def test_texts_are_centred_on_their_capitals():
    assert baseline(10, 10) - 10 == pytest.approx(text_height(10) / 2)


# --- read-out ------------------------------------------------------------------------------------


def test_the_read_out_says_the_points_newest_first():
    points = chart_points(ChartMeasure.HEIGHT, Sex.FEMALE, BIRTH, HISTORY)
    first, _, last = read_out(points)
    assert (first.day, first.age, first.value, first.unit, first.percentile, first.sds) == (
        "23 nov 2026",
        "6 j 8 m",
        "121,5",
        "cm",
        "P53",
        "+0,1",
    )
    assert (first.by, first.current) == ("An Janssens", True)
    assert (last.by, last.external, last.percentile) == ("extern verslag", True, "P35")


def test_beyond_the_reference_the_read_out_keeps_the_value():
    points = chart_points(ChartMeasure.HEIGHT, Sex.UNKNOWN, BIRTH, HISTORY)
    assert (read_out(points)[0].value, read_out(points)[0].sds) == ("121,5", "")
    scene = drawn(*HISTORY, sex=Sex.UNKNOWN)
    assert "23 nov 2026: 121,5 cm." in scene.description


def test_the_table_has_a_block_per_measure():
    points = chart_points(ChartMeasure.SDS, Sex.FEMALE, BIRTH, HISTORY)
    found = tables(points)
    assert [one.heads[2] for one in found] == ["Lengte (cm)", "Gewicht (kg)", "BMI (kg/m²)"]
    assert [len(one.rows) for one in found] == [3, 3, 3]
    assert found[0].rows[0] == (
        "23 nov 2026",
        "6 j 8 m (6,72 jaar)",
        "121,5",
        "+0,1",
        "P53",
        "An Janssens",
    )


def test_a_measure_that_was_not_taken_gives_no_point():
    only_height = measured("2026-11-23", "121.5")
    assert len(chart_points(ChartMeasure.SDS, Sex.FEMALE, BIRTH, (only_height,))) == 1
    assert chart_points(ChartMeasure.WEIGHT, Sex.FEMALE, BIRTH, (only_height,)) == ()
    before_birth = measured("2019-01-01", "50.0")
    assert chart_points(ChartMeasure.HEIGHT, Sex.FEMALE, BIRTH, (before_birth,)) == ()


def test_the_description_says_in_words_what_the_chart_shows():
    assert drawn(*HISTORY).description == (
        "Lengte naar leeftijd, Vlaamse groeicurven 2004, meisjes, 2–12 j. "
        "23 nov 2026: 121,5 cm, P53. 09 okt 2023: 98,1 cm, P36. 06 sep 2022: 89,8 cm, P35."
    )


def test_a_window_puts_what_lies_outside_on_its_edge():
    window = Window(age_from=2, age_to=12, low=80, high=170, step=10)
    assert window.y(300) == pytest.approx(PLOT.top)
    assert window.y(0) == pytest.approx(PLOT.bottom)
