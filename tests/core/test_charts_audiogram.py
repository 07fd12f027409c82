"""The audiogram: shape and word with every colour, and nothing where nothing was answered."""

from itertools import pairwise

import pytest

from clbdesk.charts.audiogram import audiogram, heard_levels
from clbdesk.charts.scene import ColourRole, Line, Marker, MarkerKind, Scene, Text
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import AudiometryCell, CellResult

EARS = (ColourRole.RIGHT_EAR, ColourRole.LEFT_EAR)


def points(scene: Scene, role: ColourRole) -> list[Marker]:
    """The markers of an ear, without the one of the legend."""
    return [item for item in scene.items if isinstance(item, Marker) and item.role is role][:-1]


def joined(scene: Scene, role: ColourRole) -> list[Line]:
    return [item for item in scene.items if isinstance(item, Line) and item.role is role]


def test_right_is_a_circle_and_left_a_dashed_cross():
    scene = audiogram({500: 10, 1000: 10, 4000: 20}, {500: 15, 1000: 10, 4000: 35})
    right, left = (points(scene, role) for role in EARS)
    assert {marker.kind for marker in right} == {MarkerKind.OPEN_CIRCLE}
    assert {marker.kind for marker in left} == {MarkerKind.CROSS}
    assert [bool(line.dash) for role in EARS for line in joined(scene, role)] == [False, True]
    assert {"rechts", "links"} <= {item.text for item in scene.items if isinstance(item, Text)}


def test_louder_stands_lower_and_higher_tones_further_right():
    (low, high) = points(audiogram({500: 0, 4000: 60}, {}), ColourRole.RIGHT_EAR)
    assert low.x < high.x
    assert low.y < high.y


def test_octaves_are_equally_wide():
    marks = points(audiogram({500: 0, 1000: 0, 2000: 0, 4000: 0}, {}), ColourRole.RIGHT_EAR)
    gaps = [later.x - earlier.x for earlier, later in pairwise(marks)]
    assert gaps == pytest.approx([gaps[0]] * 3)


def test_an_unanswered_tone_is_absent_and_not_bridged():
    scene = audiogram({500: 10, 4000: 20}, {})
    assert len(points(scene, ColourRole.RIGHT_EAR)) == 2
    assert joined(scene, ColourRole.RIGHT_EAR) == []
    assert points(scene, ColourRole.LEFT_EAR) == []


def test_the_scale_runs_from_minus_10_to_120():
    scene = audiogram({500: -10, 1000: 120, 4000: 130}, {})
    top, bottom, beyond = (marker.y for marker in points(scene, ColourRole.RIGHT_EAR))
    assert beyond == bottom
    assert top < bottom
    shown = {item.text for item in scene.items if isinstance(item, Text)}
    assert {"0", "120", "500", "1k", "4k", "dB"} <= shown


def test_only_reliable_cells_with_a_level_are_drawn():
    cells = {
        "500": AudiometryCell(result=CellResult.PASS, level_db=10),
        "1000": AudiometryCell(result=CellResult.FAIL, level_db=40),
        "2000": AudiometryCell(result=CellResult.UNRELIABLE, level_db=20),
        "4000": AudiometryCell(result=CellResult.NOT_DONE, state=ExamState.REFUSED),
        "8000": AudiometryCell(result=CellResult.PASS),
    }
    assert heard_levels(cells) == {500: 10, 1000: 40}


def test_the_description_says_the_levels_per_ear():
    scene = audiogram({1000: 10, 500: 5}, {})
    assert scene.description == (
        "Audiogram, laagste gehoorde niveau in dB HL. Rechts: 500 Hz 5 dB, 1000 Hz 10 dB."
    )
