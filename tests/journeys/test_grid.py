"""Rooster in the real window: a class measured in line, with the records and questions of the page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    CellResult,
    ColourVision,
    EyePosition,
    Growth,
)
from clbdesk.domain.visits import AbsenceReason, Attendance, AttendanceState, ContactMoment
from clbdesk.ids import PupilId
from clbdesk.services.class_list import open_class_list, set_attendance
from clbdesk.services.drafts import list_drafts
from clbdesk.services.growth import open_growth
from clbdesk.services.progress import PupilState
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import all_standing
from tests.journeys.conftest import Opener
from tests.journeys.moments import give_moment, pause, saved, set_defaults
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.grid import GridPage
from ui.pages.grid_rows import following, state_cell

ENTER, F7, F8 = Qt.Key.Key_Return, Qt.Key.Key_F7, Qt.Key.Key_F8


def open_grid(hands: Hands, world: World, post: str = "growth") -> GridPage:
    """Ctrl+Shift+R on the class list; strokes count from here."""
    set_defaults(hands, world)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.desktop.work.station.post = post
    hands.press(Qt.Key.Key_R, ctrl=True, shift=True)
    hands.settle()
    page = hands.page
    assert isinstance(page, GridPage)
    hands.start_counting()
    return page


def open_pupil_id(page: GridPage) -> PupilId:
    assert page._pupil is not None
    return page._pupil.on_visit.pupil_id


def plausible(hands: Hands, world: World, pupil_id: PupilId) -> tuple[str, str]:
    """A length and a weight that fit what was measured before, five and four characters."""
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), pupil_id)
    earlier = open_growth(hands.desk, on_visit).earlier
    heights = [one.height_cm for one in earlier if one.height_cm is not None]
    weights = [one.weight_kg for one in earlier if one.weight_kg is not None]
    height = max(heights) + 12 if heights else Decimal("119.5")
    weight = weights[-1] + 3 if weights else Decimal("22.4")
    return f"{height:.1f}".replace(".", ","), f"{weight:.1f}".replace(".", ",")


def measure(hands: Hands, height: str, weight: str) -> None:
    hands.type(height)
    hands.press(ENTER)
    hands.type(weight)
    hands.save_and_go()
    hands.settle()


def test_growth_of_a_whole_class_is_eleven_strokes_a_row(opened: Opener, world: World) -> None:
    hands = opened(AN)
    page = open_grid(hands, world)
    ids = [row.pupil_id for row in page._model.rows()]
    values: dict[PupilId, tuple[str, str]] = {}

    for _ in ids:
        pupil_id = open_pupil_id(page)
        values[pupil_id] = plausible(hands, world, pupil_id)
        measure(hands, *values[pupil_id])
        if page._pupil is not None and open_pupil_id(page) == pupil_id:
            hands.press(Qt.Key.Key_F4)  # an unlikely value is asked about, as on the page
            pause(hands)
            hands.save_and_go()
            hands.strokes -= 2
        pause(hands)

    assert set(values) == set(ids)
    characters = sum(len(height) + len(weight) for height, weight in values.values())
    assert hands.strokes == characters + 2 * len(ids)
    assert hands.message().endswith(f"{len(ids)} metingen opgeslagen voor klas 1A.")
    for pupil_id, (height, _weight) in values.items():
        growth = saved(hands, world, pupil_id, "growth", Growth)
        assert growth is not None
        assert f"{growth.height_cm}".replace(".", ",") == height
        assert growth.judgements


def test_a_row_is_eleven_strokes_and_says_who_is_next(opened: Opener, world: World) -> None:
    hands = opened(AN)
    page = open_grid(hands, world)
    first = open_pupil_id(page)
    second = page._model.row(page._position() + 1)

    measure(hands, "121,5", "24,8")

    assert hands.strokes == 11
    growth = saved(hands, world, first, "growth", Growth)
    assert growth is not None
    assert (growth.height_cm, growth.weight_kg) == (Decimal("121.5"), Decimal("24.8"))
    assert open_pupil_id(page) == second.pupil_id
    assert hands.message().endswith(f"opgeslagen. Nu: {second.given_name} {second.family_name}.")
    with hands.desk.vault.read() as reader:
        (attendance,) = all_standing(
            reader.heads(pupil_id=first, kinds=("attendance",)), Attendance
        )
    assert attendance.body.state is AttendanceState.PRESENT
    assert QApplication.focusWidget() is page._form.first_field()


def test_an_unlikely_value_asks_in_the_row_and_f4_answers(opened: Opener, world: World) -> None:
    hands = opened(AN)
    page = open_grid(hands, world)
    first = open_pupil_id(page)

    measure(hands, "121,5", "248")  # ten times too heavy
    pause(hands)
    asked = page._growth._entry_card.rows["weight"].question()
    assert saved(hands, world, first, "growth", Growth) is None
    page._growth._fields["weight"].setFocus()
    hands.press(Qt.Key.Key_F4)
    hands.save_and_go()

    assert "Klopt 248,0?" in asked
    growth = saved(hands, world, first, "growth", Growth)
    assert growth is not None
    assert [one.field for one in growth.confirmed] == ["weight"]


def test_absent_and_queued_pupils_are_passed_by(opened: Opener, world: World) -> None:
    hands = opened(AN)
    set_defaults(hands, world)
    rows = open_class_list(hands.desk, world.visit(CONTACT)).rows
    own = [row for row in rows if row.class_name == "1A"]
    visit = world.visit(CONTACT)
    set_attendance(hands.desk, visit, (own[0].pupil_id,), AttendanceState.ABSENT, AbsenceReason.ILL)
    set_attendance(hands.desk, visit, (own[1].pupil_id,), AttendanceState.LATER)
    page = open_grid(hands, world)

    assert open_pupil_id(page) == own[2].pupil_id
    hands.press(Qt.Key.Key_Q, ctrl=True, shift=True)
    hands.settle()

    assert open_pupil_id(page) == own[3].pupil_id
    again = {row.pupil_id: row for row in open_class_list(hands.desk, visit).rows}
    assert again[own[2].pupil_id].attendance is AttendanceState.LATER


def test_a_row_that_is_left_half_typed_stays_a_draft(opened: Opener, world: World) -> None:
    hands = opened(AN)
    page = open_grid(hands, world)
    first = open_pupil_id(page)
    hands.type("121,5")

    hands.press(Qt.Key.Key_Down)
    hands.settle()
    assert open_pupil_id(page) != first
    hands.settle()
    assert state_cell(page._model.row(0), "growth").word == "concept"
    hands.press(Qt.Key.Key_Up)
    hands.settle()

    assert open_pupil_id(page) == first
    assert page._growth._fields["height"].text() == "121,5"
    assert [draft.pupil_id for draft in list_drafts(hands.desk)] == [first]
    assert saved(hands, world, first, "growth", Growth) is None


def test_no_other_value_stands_on_the_screen_and_discreet_hides_the_rest(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    page = open_grid(hands, world)
    measure(hands, "121,5", "24,8")
    texts = [field.text() for field in page.findChildren(QLineEdit) if field.isVisible()]
    hands.type("123,0")
    hands.press(ENTER)

    hands.press(Qt.Key.Key_F9)

    assert "121,5" not in texts
    height, weight = (page._growth._fields[name] for name in ("height", "weight"))
    assert height.echoMode() is QLineEdit.EchoMode.Password
    assert weight.echoMode() is QLineEdit.EchoMode.Normal
    other = page._model.row(0)
    assert page._name_cell(other).text != other.family_name
    hands.press(Qt.Key.Key_F9)
    assert height.echoMode() is QLineEdit.EchoMode.Normal


def test_refused_in_line_is_the_same_refusal(opened: Opener, world: World) -> None:
    hands = opened(AN)
    page = open_grid(hands, world)
    first = open_pupil_id(page)

    hands.press(F8, Qt.Key.Key_W, ENTER, Qt.Key.Key_L)
    hands.save_and_go()
    hands.settle()

    growth = saved(hands, world, first, "growth", Growth)
    assert growth is not None
    assert (growth.height_state, growth.state_reason) == (ExamState.REFUSED, "pupil")
    assert open_pupil_id(page) != first


def test_undo_opens_the_row_again_with_what_was_typed(opened: Opener, world: World) -> None:
    hands = opened(AN)
    page = open_grid(hands, world)
    first = open_pupil_id(page)
    measure(hands, "121,5", "24,8")

    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)
    hands.settle()

    assert saved(hands, world, first, "growth", Growth) is None
    assert open_pupil_id(page) == first
    assert page._growth._fields["weight"].text() == "24,8"


def test_acuity_in_line_is_six_strokes_and_leaves_the_other_tests_to_do(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    page = open_grid(hands, world, "vision")
    first = open_pupil_id(page)

    hands.type("z")
    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")
    hands.save_and_go()
    hands.settle()

    assert hands.strokes == 6
    acuity = saved(hands, world, first, "acuity", Acuity)
    assert acuity is not None
    assert open_pupil_id(page) != first
    with hands.desk.vault.read() as reader:
        kinds = {head.kind for head in reader.heads(pupil_id=first, visit_id=world.visit(CONTACT))}
    assert "eye_position" not in kinds


def test_what_was_begun_of_other_tests_at_a_station_goes_along_from_the_row(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    pupil_id = open_pupil_id(open_grid(hands, world, "vision"))
    give_moment(hands, world, pupil_id, ContactMoment.LO1)
    hands.go(Destination("pupil", world.visit(CONTACT), pupil_id, "vision"))
    colour = hands.page._page._tests._choices["colour"]
    colour.set_value("wrong")
    colour.edited.emit()
    hands.page.leave()
    hands.go(Destination("grid", world.visit(CONTACT), pupil_id, "vision"))
    assert colour_in_row(hands).isVisible()
    for text in ("z", "0,1", "0,1"):
        hands.type(text)
        hands.press(ENTER)
    hands.save_and_go()
    found = saved(hands, world, pupil_id, "colour_vision", ColourVision)
    assert found is not None
    assert found.result == "wrong"
    assert saved(hands, world, pupil_id, "eye_position", EyePosition) is None, "still to do"
    assert not colour_in_row(hands).isVisible(), "the next row is about acuity alone"


def colour_in_row(hands: Hands) -> QWidget:
    assert isinstance(hands.page, GridPage)
    return hands.page._forms["vision"]._tests._rows["colour"]


def test_hearing_in_line_is_f7_and_ctrl_enter(opened: Opener, world: World) -> None:
    hands = opened(AN)
    page = open_grid(hands, world, "hearing")
    first = open_pupil_id(page)

    hands.press(F7)
    hands.save_and_go()
    hands.settle()

    assert hands.strokes == 2
    tones = saved(hands, world, first, "audiometry", Audiometry)
    assert tones is not None
    assert {one.result for one in tones.right.values()} == {CellResult.PASS}
    assert open_pupil_id(page) != first


@pytest.mark.parametrize("number, step", [(3, "vision"), (4, "hearing"), (2, "growth")])
def test_alt_and_a_number_change_the_test_of_the_class(
    opened: Opener, world: World, number: int, step: str
) -> None:
    hands = opened(AN)
    page = open_grid(hands, world, "growth" if step != "growth" else "vision")

    page.go_to_step_number(number)
    hands.settle()

    assert page._step == step
    assert page._form.isVisible()
    assert find_pupil(hands.desk, "Peeters", "Lotte")


def test_a_pupil_with_an_objection_is_passed_by_and_says_so(opened: Opener, world: World) -> None:
    hands = opened(AN)
    rows = open_class_list(hands.desk, world.visit(CONTACT)).rows
    objected = replace(rows[0], state=PupilState.OBJECTION)

    found = following((objected, *rows[1:]), None, "growth", ())

    assert found is not None
    assert found.pupil_id == rows[1].pupil_id
    assert state_cell(objected, "growth").word == "Verzet"
