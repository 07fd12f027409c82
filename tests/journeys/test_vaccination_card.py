"""Vaccination cards and reports of side effects from Afdrukken, with what stands in front of them."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import have_session, planned
from tests.journeys.test_vaccination_after import give
from tests.journeys.tray import Tray
from tests.journeys.world import AN, VACCINATION, Hands, World
from ui.pages.base import Destination

Key = Qt.Key


def lists(hands: Hands, world: World) -> None:
    """Afdrukken, with the lists of the vaccination visit."""
    hands.go(Destination("print", world.visit(VACCINATION)))
    page = hands.page
    page.lines._documents.setFocus()
    hands.type("l")
    hands.settle()


def go_to_line(hands: Hands, key: str) -> None:
    page = hands.page
    page.lines._list.go_to(page.lines._model.position(key))
    page.lines._list.setFocus()
    hands.wait(lambda: page.lines.line().key == key)


def test_cards_of_a_visit_are_printed_behind_their_list(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    for row in planned(hands, world, "dTpa")[:2]:
        give(hands, world, row)
    lists(hands, world)
    go_to_line(hands, "cards")

    hands.press(Key.Key_Space)
    hands.save_and_go()

    assert hands.message() == "Vaccinatiekaarten naar de printer gestuurd."
    assert tray.pages(0) >= 3, "the list in front, and a card each"


def test_a_report_of_a_side_effect_is_printed_from_afdrukken(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    give(hands, world, row)
    hands.go(Destination("observation", world.visit(VACCINATION), row.pupil_id, "incident"))
    hands.type("a")
    pause(hands)
    hands.save_and_go()
    lists(hands, world)
    go_to_line(hands, "side_effects")

    hands.press(Key.Key_Space)
    hands.save_and_go()

    assert hands.message() == "Meldformulier bijwerking naar de printer gestuurd."
    assert tray.pages(0) == 1


def test_without_anybody_vaccinated_there_is_no_card_and_the_page_says_so(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lists(hands, world)
    go_to_line(hands, "cards")
    hands.wait(lambda: "geen vaccinatiekaarten" in hands.message())
