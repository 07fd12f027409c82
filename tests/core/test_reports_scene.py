"""The growth chart on paper: lines and letters where the scene has them, fonts inside, no picture."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import ChartMeasure, Measurement, chart_points
from clbdesk.charts.scene import Anchor, Scene, Text
from clbdesk.domain.people import Sex
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
