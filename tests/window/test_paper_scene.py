"""One drawing, two painters: the chart on paper and on the screen are the same picture."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import ChartMeasure, Measurement, chart_points
from clbdesk.charts.scene import PX, Scene
from clbdesk.domain.people import Sex
from clbdesk.reports.scene import draw_scene
from ui.widgets.paper import page_images
from ui.widgets.scene_view import SceneView

BIRTH = date(2017, 3, 4)
MEASURED = (
    Measurement(date(2020, 10, 12), Decimal("96.4"), Decimal("14.2")),
    Measurement(date(2026, 11, 23), Decimal("136.2"), Decimal("31.4"), current=True),
)
# Letters are smoothed differently by the two; a stroke in another place differs far more.
_SMOOTHING, _FAINT, _SHARE, _COARSE = 18, 8, 0.012, 8


def chart(measure: ChartMeasure) -> Scene:
    points = chart_points(measure, Sex.FEMALE, BIRTH, MEASURED)
    return growth_chart(measure, Sex.FEMALE, points, window_for(measure, points, 9.7))


def on_paper(scene: Scene) -> QImage:
    buffer = io.BytesIO()
    size = (scene.width_mm * mm, scene.height_mm * mm)
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    draw_scene(canvas, scene, 0, size[1])
    canvas.showPage()
    canvas.save()
    (image,) = page_images(buffer.getvalue(), 96)
    return image


def coarse(image: QImage, width: int, height: int) -> list[int]:
    """Lightness in squares of 8 px, so that a hair's breadth does not count."""
    small = image.scaled(
        width // _COARSE,
        height // _COARSE,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return [
        small.pixelColor(x, y).lightness()
        for y in range(small.height())
        for x in range(small.width())
    ]


@pytest.mark.parametrize("measure", list(ChartMeasure))
def test_the_chart_on_paper_is_the_chart_on_the_screen(qtbot, measure):
    scene = chart(measure)
    width, height = round(scene.width_mm / PX), round(scene.height_mm / PX)
    view = SceneView(scene)
    qtbot.addWidget(view)
    view.resize(width, height)
    view.setStyleSheet("background: white")

    screen = coarse(view.grab().toImage(), width, height)
    paper = coarse(on_paper(scene), width, height)

    differences = [abs(one - other) for one, other in zip(screen, paper, strict=True)]
    assert max(differences) <= _SMOOTHING
    assert sum(one > _FAINT for one in differences) / len(differences) < _SHARE
