"""Whole contacts of the other moments at the keyboard, with their budgets of strokes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.contact import Audiometry, Conclusion, ConclusionWord, Growth
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.desk import User
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import view_pupil
from clbdesk.services.reading import one_standing
from clbdesk.services.records import Part, Where, record, withdraw
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, saved, started_at
from tests.journeys.moments import give_moment, pause, take_over_proposals
from tests.journeys.world import (
    AN,
    CONTACT,
    DOCTOR,
    Hands,
    World,
    find_pupil,
    open_window,
)
from ui.pages.base import Destination

ENTER, TAB, F7 = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_F7
BOY, GIRL = ("Coppens", "Louis"), ("Baert", "Noor")


def at_the_list(
    hands: Hands, world: World, moment: ContactMoment, name: tuple[str, str] = ("Coppens", "Louis")
) -> PupilId:
    """The visit was started, and a pupil of this moment is the current row of the class list."""
    give_moment(hands, world, find_pupil(hands.desk, *name), moment)
    pupil_id = started_at(hands, world, *name, "questionnaire")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    if hands.page._model.position(pupil_id) is None:
        hands.page._rail.classes.set_value("1B")
        hands.page._rail.changed.emit()
    hands.page._list.go_to(hands.page._model.position(pupil_id))
    hands.page._list.setFocus()
    hands.start_counting()
    return pupil_id


def go_on(hands: Hands) -> None:
    """Ctrl+Enter, meant."""
    hands.save_and_go()
    pause(hands)


def questionnaire(hands: Hands) -> None:
    hands.press(Qt.Key.Key_O, F7)
    go_on(hands)


def growth(hands: Hands, height: str = "121,0", weight: str = "22,5") -> None:
    hands.type(height)
    hands.press(ENTER)
    hands.type(weight)
    go_on(hands)


def acuity(hands: Hands, each: str = "0") -> None:
    hands.type("z")
    hands.press(ENTER)
    hands.type(each)
    hands.press(ENTER)
    hands.type(each)


def all_done(hands: Hands, world: World, pupil_id: PupilId) -> bool:
    view = view_pupil(hands.desk, world.visit(CONTACT), pupil_id)
    return {one.state for one in view.steps} == {StepState.DONE}


def test_a_healthy_fourth_grade_is_twenty_five_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    louis = at_the_list(hands, world, ContactMoment.LO4)

    hands.press(ENTER)
    questionnaire(hands)
    growth(hands)
    acuity(hands)
    go_on(hands)
    go_on(hands)  # vaccination: the status was looked at
    hands.press(Qt.Key.Key_I, F7)
    go_on(hands)

    assert all_done(hands, world, louis)
    assert hands.strokes == 25
    conclusion = saved(hands, world, louis, "conclusion", Conclusion)
    assert conclusion is not None
    assert {one.domain for one in conclusion.domains} == {
        "growth",
        "weight",
        "vision",
        "vaccination",
    }


def test_a_first_grade_with_audiometry_cell_by_cell_is_thirty_eight_strokes(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    louis = at_the_list(hands, world, ContactMoment.LO1)

    hands.press(ENTER)
    questionnaire(hands)
    growth(hands)
    acuity(hands)
    hands.press(F7)
    go_on(hands)
    hands.type("g")
    for letter in "ggggg":
        hands.press(ENTER)
        hands.type(letter)
    go_on(hands)
    go_on(hands)  # vaccination: the status was looked at
    hands.press(Qt.Key.Key_I, F7)
    go_on(hands)

    assert all_done(hands, world, louis)
    assert hands.strokes == 38
    test = saved(hands, world, louis, "audiometry", Audiometry)
    assert test is not None
    assert test.assumed == ()


def test_a_station_measures_the_next_pupil_of_the_list_by_keys_alone(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    at_the_list(hands, world, ContactMoment.LO1)
    page = hands.page
    page._list.go_to(0)
    page._rail.post.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type("g")
    hands.settle()
    order = hands.desktop.work.station.order
    page._list.setFocus()
    hands.start_counting()

    hands.press(ENTER)
    for place, pupil_id in enumerate(order[:3]):
        step = hands.page._page
        assert (hands.page._view.on_visit.pupil_id, step.step) == (pupil_id, "growth")
        hands.type("121,0")
        hands.press(ENTER)
        hands.type("22,5")
        hands.press(Qt.Key.Key_F4)  # a question about this pupil's own line: measured again
        go_on(hands)
        if hands.page._view.on_visit.pupil_id == pupil_id:
            go_on(hands)
        found = saved(hands, world, pupil_id, "growth", Growth)
        assert found is not None, place
        assert found.height_cm == Decimal("121.0")
    assert hands.page._view.on_visit.pupil_id == order[3]
    assert hands.page._page.step == "growth"


@pytest.mark.parametrize("each, strokes", [("0", 29), (",1", 31)])
def test_a_healthy_toddler_is_twenty_nine_strokes(
    opened: Opener, world: World, each: str, strokes: int
) -> None:
    hands = opened(AN)
    louis = at_the_list(hands, world, ContactMoment.KK1)

    hands.press(ENTER)
    questionnaire(hands)
    growth(hands)
    acuity(hands, each)
    hands.press(F7)
    go_on(hands)
    go_on(hands)  # hearing: not indicated
    hands.press(F7)
    go_on(hands)
    go_on(hands)  # vaccination: the status was looked at
    hands.press(Qt.Key.Key_I, F7)
    go_on(hands)

    view = view_pupil(hands.desk, world.visit(CONTACT), louis)
    states = {one.step.name: one.state for one in view.steps}
    assert set(states.values()) == {StepState.DONE}, states
    assert hands.strokes == strokes
    conclusion = saved(hands, world, louis, "conclusion", Conclusion)
    assert conclusion is not None
    concluded = {one.domain: one.conclusion for one in conclusion.domains}
    assert concluded["development"] == "ok"


def speech(hands: Hands) -> None:
    """Both ears as the tablet shows them; F7: no limit was touched."""
    for number in ("-9,9", "0,8", "-9,6"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("1,1")
    hands.press(F7)


@pytest.mark.parametrize("moment, strokes", [(ContactMoment.LO6, 44), (ContactMoment.SO3, 42)])
def test_the_part_of_the_nurse_ends_before_the_doctors(
    opened: Opener, world: World, moment: ContactMoment, strokes: int
) -> None:
    hands = opened(AN)
    louis = at_the_list(hands, world, moment)

    hands.press(ENTER)
    questionnaire(hands)
    growth(hands)
    acuity(hands)
    if moment is ContactMoment.LO6:
        hands.press(ENTER)
        hands.type("6")  # TNO: 60 seconds of arc
    go_on(hands)
    speech(hands)
    go_on(hands)
    hands.press(F7)
    go_on(hands)

    view = view_pupil(hands.desk, world.visit(CONTACT), louis)
    states = {one.step.name: one.state for one in view.steps}
    left = {name for name, state in states.items() if state is StepState.OPEN}
    assert left == {"doctor", "vaccination", "decision"}, states
    assert hands.strokes == strokes


def born(hands: Hands, pupil_id: PupilId, birth: date) -> None:
    """The centre corrects a birth date, so that age and moment fit; what was measured goes."""
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, RecordId(pupil_id), Pupil)
        measured = [head.record_id for head in reader.heads(kinds=("growth",), pupil_id=pupil_id)]
    assert found is not None
    withdraw(hands.desk, measured, "verkeerde leerling")
    body = msgspec.structs.replace(found.body, birth_date=birth)
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    record(centre, [Part(body, Where(pupil_id=pupil_id), RecordId(pupil_id), found.base)])


@pytest.mark.parametrize(
    "moment, name, birth, size, strokes, of_doctor",
    [
        (ContactMoment.LO6, BOY, date(2015, 5, 4), ("146,0", "36,0"), 44, 10),
        (ContactMoment.SO3, GIRL, date(2012, 5, 4), ("161,0", "50,0"), 42, 11),
    ],
)
def test_the_doctor_examines_and_signs_what_the_nurse_prepared(
    opened: Opener,
    world: World,
    moment: ContactMoment,
    name: tuple[str, str],
    birth: date,
    size: tuple[str, str],
    strokes: int,
    of_doctor: int,
) -> None:
    hands = opened(AN)
    born(hands, find_pupil(hands.desk, *name), birth)
    pupil = at_the_list(hands, world, moment, name)
    hands.press(ENTER)
    questionnaire(hands)
    growth(hands, *size)
    acuity(hands)
    if moment is ContactMoment.LO6:
        hands.press(ENTER)
        hands.type("6")  # TNO: 60 seconds of arc
    go_on(hands)
    speech(hands)
    go_on(hands)
    hands.press(F7)
    go_on(hands)
    assert hands.strokes == strokes
    go_on(hands)  # vaccination: the status was looked at
    take_over_proposals(hands)
    go_on(hands)
    prepared = saved(hands, world, pupil, "conclusion", Conclusion)
    assert prepared is not None
    words = {one.domain: one.conclusion for one in prepared.domains}
    assert words["puberty"] is words["posture"] is ConclusionWord.NOT_EXAMINED
    assert prepared.open_parts == ("doctor",)
    program = hands.desktop.program
    lock(hands)

    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    doctor.go(Destination("pupil", world.visit(CONTACT), pupil, "doctor"))
    doctor.start_counting()
    if moment is ContactMoment.LO6:
        doctor.press(Qt.Key.Key_2, ENTER, Qt.Key.Key_1, TAB)
        doctor.type("4")
        doctor.press(TAB)
        doctor.type("4")
    else:
        doctor.press(Qt.Key.Key_4, ENTER, Qt.Key.Key_4, TAB, Qt.Key.Key_J, TAB)
        doctor.type("12")
    doctor.press(F7)
    go_on(doctor)
    examined = doctor.strokes
    doctor.go(Destination("pupil", world.visit(CONTACT), pupil, "decision"))
    doctor.settle()
    doctor.start_counting()
    go_on(doctor)

    assert examined + doctor.strokes == of_doctor
    signed = saved(doctor, world, pupil, "conclusion", Conclusion)
    assert signed is not None
    assert signed.signed_by == world.staff(DOCTOR)
    assert signed.complete
    words = {one.domain: one.conclusion for one in signed.domains}
    assert words["puberty"] is words["posture"] is ConclusionWord.OK
    assert set(signed.assumed) == {"puberty", "posture"}  # found in order, and marked so
