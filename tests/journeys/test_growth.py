"""Groei in the real window: what the nurse types is what the vault holds."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt

from clbdesk.domain.contact import Growth
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import one_standing
from tests.journeys.conftest import Opener
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination


def saved_growth(hands: Hands, world: World, family: str, given: str) -> Growth | None:
    """What the vault says of the growth of a pupil on this visit."""
    pupil_id = find_pupil(hands.desk, family, given)
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), pupil_id)
        found = one_standing(reader, on_visit.exam_id("growth"), Growth)
    return found.body if found else None


def test_length_and_weight_of_a_pupil_are_saved_in_eleven_strokes(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    hands.start_counting()

    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.save_and_go()

    assert hands.strokes == 11
    growth = saved_growth(hands, world, "Peeters", "Lotte")
    assert growth is not None
    assert growth.height_cm == Decimal("121.5")
    assert growth.weight_kg == Decimal("24.8")
    assert hands.message() == "Groei van Lotte Peeters opgeslagen."
