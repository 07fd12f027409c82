"""A scene is painted where it says, in the colours of the theme, and read aloud."""

from __future__ import annotations

from PySide6.QtGui import QColor

from clbdesk.charts.scene import PX, ColourRole, Line, Marker, MarkerKind, Polygon, Scene, Text
from ui import theme
from ui.theme import Role
from ui.widgets.scene_view import SceneView

SIZE = 200 * PX


def painted(qtbot, *items):
    view = SceneView(Scene(SIZE, SIZE, items, "Lengte 121,5 cm"))
    qtbot.addWidget(view)
    view.resize(200, 200)
    return view, view.grab().toImage()


def test_shapes_stand_at_their_millimetres(qtbot):
    view, image = painted(
        qtbot,
        Polygon(((0, 0), (50 * PX, 0), (50 * PX, 50 * PX), (0, 50 * PX)), ColourRole.BAND),
        Line(((100 * PX, 0), (100 * PX, SIZE)), ColourRole.ACCENT, 4 * PX),
        Marker(MarkerKind.CIRCLE, 150 * PX, 150 * PX, 13 * PX, ColourRole.RIGHT_EAR),
    )
    assert image.pixelColor(20, 20) == QColor(theme.colour(Role.CHART_BAND))
    assert image.pixelColor(100, 150) == QColor(theme.colour(Role.ACCENT))
    assert image.pixelColor(150, 150) == QColor(theme.colour(Role.RIGHT_EAR))
    assert view.accessibleDescription() == "Lengte 121,5 cm"


def test_open_shapes_show_the_surface_and_crosses_do_not(qtbot):
    _view, image = painted(
        qtbot,
        Marker(MarkerKind.OPEN_CIRCLE, 50 * PX, 50 * PX, 20 * PX, ColourRole.ACCENT),
        Marker(MarkerKind.OPEN_SQUARE, 100 * PX, 50 * PX, 20 * PX, ColourRole.ACCENT),
        Marker(MarkerKind.CROSS, 150 * PX, 50 * PX, 20 * PX, ColourRole.LEFT_EAR),
    )
    assert image.pixelColor(50, 50) == QColor(theme.colour(Role.SURFACE))
    assert image.pixelColor(100, 50) == QColor(theme.colour(Role.SURFACE))
    assert image.pixelColor(150, 50).blue() > 120


def test_text_is_written_and_a_small_room_scales_the_whole(qtbot):
    view, image = painted(qtbot, Text(10 * PX, 100 * PX, "P97", 18))
    dark = sum(
        image.pixelColor(x, y).lightness() < 120 for x in range(10, 60) for y in range(80, 102)
    )
    assert dark > 40
    assert view.sizeHint().width() == 200
    view.resize(120, 120)
    small = view.grab().toImage()
    assert any(
        small.pixelColor(x, y).lightness() < 120 for x in range(6, 36) for y in range(48, 61)
    )


def test_every_role_of_a_scene_is_a_role_of_the_theme():
    assert {role.value for role in ColourRole} <= {role.value for role in Role}


def test_an_empty_view_paints_nothing(qtbot):
    view = SceneView()
    qtbot.addWidget(view)
    view.resize(10, 10)
    view.grab()
    assert view.sizeHint().isEmpty()
