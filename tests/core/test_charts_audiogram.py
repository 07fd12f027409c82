"""The audiogram: shape and word with every colour, and nothing where nothing was answered."""

from datetime import date
from itertools import pairwise

import pytest

from clbdesk.charts.audiogram import audiogram, heard_levels
from clbdesk.charts.full_audiogram import full_audiogram
from clbdesk.charts.scene import PX, ColourRole, Line, Marker, MarkerKind, Scene, Text
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import AudiometryCell, CellResult
from clbdesk.domain.hearing import Audiogram, Threshold

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


# --- the full audiogram of a report from outside ---


def tone(level: int, **marks: bool) -> Threshold:
    return Threshold(level_db=level, **marks)


def report(**rows: dict[str, Threshold]) -> Audiogram:
    return Audiogram(state=ExamState.DONE, pupil_id="p", on=date(2026, 9, 14), **rows)


def shapes(scene: Scene, role: ColourRole) -> list[str]:
    """Markers by their kind, and symbols of lines by their number of points."""
    found = []
    for item in scene.items:
        if isinstance(item, Marker) and item.role is role:
            found.append(item.kind.value)
        elif isinstance(item, Line) and item.role is role and item.width_mm == 2 * PX:
            found.append(f"{len(item.points)} points")
    return found[: len(found) // 2]  # the second half is the legend


@pytest.mark.parametrize(
    "row, masked, expected",
    [
        ("right_air", False, "open_circle"),
        ("right_air", True, "4 points"),
        ("left_air", False, "cross"),
        ("left_air", True, "open_square"),
        ("right_bone", False, "3 points"),
        ("right_bone", True, "4 points"),
        ("left_bone", False, "3 points"),
        ("left_bone", True, "4 points"),
    ],
)
def test_every_way_of_testing_has_its_own_symbol(row: str, masked: bool, expected: str):
    role = ColourRole.RIGHT_EAR if row.startswith("right") else ColourRole.LEFT_EAR
    scene = full_audiogram(report(**{row: {"1000": tone(40, masked=masked)}}))
    found = shapes(scene, role)
    assert expected in found


def test_bone_of_the_right_opens_to_the_right_and_of_the_left_to_the_left():
    scene = full_audiogram(report(right_bone={"1000": tone(40)}, left_bone={"1000": tone(40)}))
    right, left = (
        next(item for item in scene.items if isinstance(item, Line) and item.role is role)
        for role in EARS
    )
    assert right.points[1][0] < right.points[0][0]  # "<"
    assert left.points[1][0] > left.points[0][0]  # ">"
    assert right.points[0][0] < left.points[0][0]  # beside each other, not over each other


def test_what_was_not_heard_has_an_arrow_and_is_not_joined():
    heard = {"500": tone(20), "1000": tone(30)}
    whole = full_audiogram(report(left_air=heard))
    scene = full_audiogram(report(left_air=heard | {"2000": tone(110, no_response=True)}))
    lines = [
        item
        for item in scene.items
        if isinstance(item, Line) and item.role is ColourRole.LEFT_EAR and item.dash
    ]
    assert [len(line.points) for line in lines] == [2]
    words = {item.text for item in scene.items if isinstance(item, Text)}
    assert "geen antwoord" in words
    assert "geen antwoord" not in {item.text for item in whole.items if isinstance(item, Text)}


def test_the_words_of_the_drawing_say_every_threshold():
    scene = full_audiogram(
        report(
            right_air={"250": tone(-5), "8000": tone(110, no_response=True)},
            left_bone={"500": tone(15, masked=True)},
        )
    )
    assert scene.description == (
        "Extern audiogram: drempels in dB HL."
        " Rechts lucht: 250 Hz −5 dB, 8000 Hz 110 dB geen antwoord."
        " Links been: 500 Hz 15 dB gemaskeerd."
    )
    words = {item.text for item in scene.items if isinstance(item, Text)}
    assert {"125", "250", "500", "1k", "2k", "4k", "8k"} <= words
    assert {"Rechts lucht", "Links been gemaskeerd"} <= words
