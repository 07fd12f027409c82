"""Vandaag in the real window: what the day starts with is what the vault holds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clbdesk.domain.visits import RoomCheck, VisitDefaults
from clbdesk.services.visits import VisitState, find_defaults, find_room_check, find_visit
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.world import AN, CONTACT, Hands, World
from ui.pages.base import Destination


def _state(hands: Hands, world: World, number: int) -> VisitState:
    card = find_visit(hands.desk, world.visit(number))
    assert card is not None
    return card.state


def test_the_first_visit_of_the_day_starts_in_two_strokes_with_its_defaults(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    hands.start_counting()

    hands.save_and_go()
    pause(hands)
    hands.save_and_go()

    assert hands.strokes == 2
    assert hands.page.name == "class_list"
    assert _state(hands, world, CONTACT) is VisitState.STARTED
    defaults = find_defaults(hands.desk, world.visit(CONTACT))
    assert defaults == VisitDefaults(
        visit_id=world.visit(CONTACT),
        clothing="gym_suit",
        vision_tests={"LO1": "LOGMAR", "LO4": "LOGMAR"},
    )


def test_a_double_ctrl_enter_only_opens_the_strip(opened: Opener, world: World) -> None:
    hands = opened(AN)
    control = Qt.KeyboardModifier.ControlModifier

    for _ in range(2):  # at once: a busy machine must not pause between them
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, control)
    hands.settle()

    assert hands.page.name == "visits"
    assert _state(hands, world, CONTACT) is VisitState.TAKEN


def test_esc_closes_the_strip_and_starts_nothing(opened: Opener, world: World) -> None:
    hands = opened(AN)
    hands.save_and_go()

    hands.press(Qt.Key.Key_Escape)

    assert hands.page.name == "visits"
    assert hands.page.footer.primary.text() == "Bezoek starten"
    assert _state(hands, world, CONTACT) is VisitState.TAKEN


def test_what_is_chosen_in_the_strip_holds_for_the_visit_and_can_be_changed_later(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    hands.save_and_go()

    hands.press(Qt.Key.Key_O)  # ondergoed
    hands.press(Qt.Key.Key_Tab)
    hands.type("Seca 217")
    pause(hands)
    hands.save_and_go()

    first = find_defaults(hands.desk, world.visit(CONTACT))
    assert (first.clothing, first.growth_device) == ("underwear", "Seca 217")

    hands.go(Destination("visits", world.visit(CONTACT)))
    hands.page._to_defaults.click()
    hands.settle()
    hands.press(Qt.Key.Key_G)  # gekleed
    pause(hands)
    hands.save_and_go()

    assert find_defaults(hands.desk, world.visit(CONTACT)).clothing == "dressed"
    assert hands.message() == "Standaard van vandaag opgeslagen."


def test_arrows_choose_a_visit_and_enter_opens_its_list_without_starting_it(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)

    hands.press(Qt.Key.Key_Down)
    of_the_meeting = hands.page.footer.primary.text()
    hands.press(Qt.Key.Key_Up)
    hands.press(Qt.Key.Key_Return)

    assert of_the_meeting == "Meenemen"
    assert hands.desktop.window.place() == Destination("class_list", world.visit(CONTACT))
    assert _state(hands, world, CONTACT) is VisitState.TAKEN


def test_the_room_check_keeps_what_was_answered_and_refuses_impossible_light(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)

    hands.press(Qt.Key.Key_Right)
    hands.press(Qt.Key.Key_J)
    hands.press(Qt.Key.Key_Tab)
    hands.type("850")
    hands.press(Qt.Key.Key_Tab, Qt.Key.Key_N)

    visit = world.visit(CONTACT)
    expected = RoomCheck(visit_id=visit, distance_marked=True, light_lux=850, quiet=False)
    assert find_room_check(hands.desk, visit) == expected

    hands.press(Qt.Key.Key_Backtab, shift=True)
    hands.type("999999")
    hands.press(Qt.Key.Key_Tab)

    assert find_room_check(hands.desk, visit) == expected
