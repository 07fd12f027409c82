"""Whole contacts of the other moments at the keyboard, with their budgets of strokes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.contact import Conclusion
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import view_pupil
from tests.journeys.conftest import Opener
from tests.journeys.days import saved, started_at
from tests.journeys.moments import give_moment, pause
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination

ENTER, F7 = Qt.Key.Key_Return, Qt.Key.Key_F7


def at_the_list(
    hands: Hands, world: World, moment: ContactMoment, name: tuple[str, str] = ("Coppens", "Louis")
) -> PupilId:
    """The visit was started, and a pupil of this moment is the current row of the class list."""
    give_moment(hands, world, find_pupil(hands.desk, *name), moment)
    pupil_id = started_at(hands, world, *name, "questionnaire")
    hands.go(Destination("class_list", world.visit(CONTACT)))
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


def acuity(hands: Hands) -> None:
    hands.type("z")
    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")


def test_a_healthy_toddler_is_twenty_nine_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    louis = at_the_list(hands, world, ContactMoment.KK1)

    hands.press(ENTER)
    questionnaire(hands)
    growth(hands)
    acuity(hands)
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
    assert hands.strokes == 29
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
