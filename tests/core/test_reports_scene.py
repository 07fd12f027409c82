"""Charts on paper: lines and letters where the scene has them, fonts inside, no picture."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.full_audiogram import full_audiogram
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import ChartMeasure, Measurement, chart_points
from clbdesk.charts.scene import Anchor, Line, Polygon, Scene, Text
from clbdesk.domain.body import ExamState
from clbdesk.domain.hearing import Audiogram, Threshold
from clbdesk.domain.people import Sex
from clbdesk.ids import PupilId
from clbdesk.reports.scene import draw_scene

BIRTH = date(2017, 3, 4)
MEASURED = (
    Measurement(date(2020, 10, 12), Decimal("96.4"), Decimal("14.2")),
    Measurement(date(2023, 10, 9), Decimal("118.5"), Decimal("21.0"), external=True),
    Measurement(date(2026, 11, 23), Decimal("136.2"), Decimal("31.4"), current=True),
)


def chart(measure: ChartMeasure) -> Scene:
    points = chart_points(measure, Sex.FEMALE, BIRTH, MEASURED)
    return growth_chart(measure, Sex.FEMALE, points, window_for(measure, points, 9.7))


def audiogram() -> Scene:
    """A report from outside with air and bone of both ears."""
    level = {
        "1000": Threshold(level_db=20),
        "2000": Threshold(level_db=35, masked=True),
        "4000": Threshold(level_db=60),
    }
    body = Audiogram(
        state=ExamState.DONE,
        pupil_id=PupilId("finn"),
        on=date(2026, 9, 14),
        right_air=level,
        left_air={
            "1000": Threshold(level_db=15),
            "4000": Threshold(level_db=110, no_response=True),
        },
        right_bone={"1000": Threshold(level_db=15)},
    )
    return full_audiogram(body)


def drawn(scene: Scene) -> bytes:
    """The scene alone on a page of its own size."""
    buffer = io.BytesIO()
    size = (scene.width_mm * mm, scene.height_mm * mm)
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    draw_scene(canvas, scene, 0, size[1])
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def words_at(pdf: bytes) -> list[tuple[str, float, float, float]]:
    """Every run of text with left, right and lower edge in mm from the top left corner."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    textpage = page.get_textpage()
    found = []
    for number in range(textpage.count_rects()):
        left, bottom, right, top = textpage.get_rect(number)
        text = textpage.get_text_bounded(left - 0.5, bottom - 0.5, right + 0.5, top + 0.5)
        found.append((text.strip(), left / mm, right / mm, (page.get_height() - bottom) / mm))
    document.close()
    return found


def strokes(pdf: bytes) -> list[tuple[tuple[float, float], ...]]:
    """Every polyline of the page, in mm from the top left corner, in the order of drawing."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    high, found = page.get_height(), []
    x, y = ctypes.c_float(), ctypes.c_float()
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,)):
        matrix = item.get_matrix()
        points = []
        for number in range(pdfium.FPDFPath_CountSegments(item.raw)):
            segment = pdfium.FPDFPath_GetPathSegment(item.raw, number)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            right, up = matrix.on_point(x.value, y.value)
            points.append((right / mm, (high - up) / mm))
        found.append(tuple(points))
    document.close()
    return found


EVERY_CHART = [pytest.param(partial(chart, one), id=one.value) for one in ChartMeasure]
EVERY_CHART.append(pytest.param(audiogram, id="audiogram"))


@pytest.mark.parametrize("scene_of", EVERY_CHART)
def test_every_line_of_a_chart_runs_where_the_screen_has_it(scene_of: Callable[[], Scene]):
    scene = scene_of()
    drawn_lines = [points for points in strokes(drawn(scene)) if len(points) > 1]
    wanted = [item.points for item in scene.items if isinstance(item, Line | Polygon)]

    assert len(wanted) > 10
    place = 0
    for points in wanted:
        while not same(points, drawn_lines[place]):
            place += 1  # the marks stand between the lines
            assert place < len(drawn_lines), points
        place += 1


def same(points: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> bool:
    """The same polyline within a hundredth of a millimetre."""
    return len(points) == len(others) and all(
        abs(one - other) < 0.01
        for point, beside in zip(points, others, strict=True)
        for one, other in zip(point, beside, strict=True)
    )


@pytest.mark.parametrize("measure", list(ChartMeasure))
def test_every_word_of_the_chart_stands_where_the_screen_has_it(measure):
    scene = chart(measure)
    placed = words_at(drawn(scene))

    for item in (one for one in scene.items if isinstance(one, Text)):
        near = [
            (left, right, low)
            for text, left, right, low in placed
            if item.text in text and abs(low - item.y) < 1.2
        ]
        edges = {
            Anchor.START: [left for left, _, _ in near],
            Anchor.END: [right for _, right, _ in near],
            Anchor.MIDDLE: [(left + right) / 2 for left, right, _ in near],
        }[item.anchor]
        assert any(abs(edge - item.x) < 1.0 for edge in edges), (item.text, edges)


def test_the_chart_is_drawn_in_lines_with_its_fonts_inside():
    pdf = drawn(chart(ChartMeasure.HEIGHT))
    document = pypdfium2.PdfDocument(pdf)
    kinds = {item.type for item in document[0].get_objects()}
    document.close()

    assert pdfium.FPDF_PAGEOBJ_PATH in kinds
    assert pdfium.FPDF_PAGEOBJ_IMAGE not in kinds
    assert pdf.count(b"/FontFile2") >= 2, "regular and bold"


def test_a_scene_gives_the_same_bytes_every_time():
    assert drawn(chart(ChartMeasure.SDS)) == drawn(chart(ChartMeasure.SDS))
