"""Vragenlijst in the real window: what is asked once is known everywhere."""

from __future__ import annotations

from PySide6.QtCore import Qt

from clbdesk.domain.contact import (
    Background,
    BackgroundItem,
    Questionnaire,
    QuestionnaireState,
)
from clbdesk.domain.kinds import derived_record_id
from clbdesk.ids import PupilId
from clbdesk.services.pupil import view_pupil
from clbdesk.services.reading import one_standing
from tests.journeys.conftest import Opener
from tests.journeys.days import saved, started_at
from tests.journeys.moments import pause
from tests.journeys.world import AN, CONTACT, Hands, World


def known(hands: Hands, pupil_id: PupilId, item: BackgroundItem) -> Background | None:
    """What the vault knows of an item."""
    with hands.desk.vault.read() as reader:
        record_id = derived_record_id("background", pupil_id, item.value)
        found = one_standing(reader, record_id, Background)
    return found.body if found else None


def test_a_received_questionnaire_takes_three_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "questionnaire")
    hands.start_counting()

    hands.press(Qt.Key.Key_O, Qt.Key.Key_F7)
    hands.save_and_go()

    assert hands.strokes == 3
    found = saved(hands, world, lotte, "questionnaire", Questionnaire)
    assert found is not None
    assert found.received is QuestionnaireState.RECEIVED
    assert set(found.assumed) == {"vision", "hearing", "growth", "other_care"}
    vision = known(hands, lotte, BackgroundItem.VISION)
    assert vision is not None
    assert vision.answer == "no"
    allergy = known(hands, lotte, BackgroundItem.ALLERGY)
    assert allergy is not None
    assert (allergy.answer, allergy.text) == ("yes", "latex")


def test_f7_is_refused_until_the_questionnaire_is_received(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "questionnaire")

    hands.press(Qt.Key.Key_N, Qt.Key.Key_F7)

    assert hands.message() == "F7 kan alleen als de vragenlijst ontvangen is."
    hands.save_and_go()
    assert saved(hands, world, lotte, "questionnaire", Questionnaire) is None
    words = [link.text for link in hands.page.messages.message().links]
    assert words[0] == "Kies bij Zicht gekend: nee, ja of niet bevraagd."


def test_a_new_allergy_stands_in_the_banner_at_once(opened: Opener, world: World) -> None:
    hands = opened(AN)
    louis = started_at(hands, world, "Coppens", "Louis", "questionnaire")

    hands.press(Qt.Key.Key_O, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_J)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    assert hands.message() == "Er is 1 ding na te kijken."  # which allergy
    page = hands.page._pages["questionnaire"]
    page._items[BackgroundItem.ALLERGY]._words.setFocus()
    hands.type("pinda")
    pause(hands)
    hands.save_and_go()

    view = view_pupil(hands.desk, world.visit(CONTACT), louis)
    assert view.allergy is not None
    assert (view.allergy.answer, view.allergy.text) == ("yes", "pinda")
    allergy = known(hands, louis, BackgroundItem.ALLERGY)
    assert allergy is not None
    assert allergy.in_banner


def test_a_draft_comes_back_with_what_f7_filled_and_nothing_recorded(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "questionnaire")
    hands.press(Qt.Key.Key_O, Qt.Key.Key_F7)

    hands.press(Qt.Key.Key_Escape)
    started_at(hands, world, "Peeters", "Lotte", "questionnaire")

    assert saved(hands, world, lotte, "questionnaire", Questionnaire) is None
    hands.save_and_go()
    found = saved(hands, world, lotte, "questionnaire", Questionnaire)
    assert found is not None
    assert set(found.assumed) == {"vision", "hearing", "growth", "other_care"}


def test_what_is_to_put_right_or_filled_in_is_said_at_its_own_step_alone(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    started_at(hands, world, "Peeters", "Lotte", "questionnaire")

    hands.save_and_go()
    assert hands.message() == "Er zijn 4 dingen na te kijken."
    received = hands.page._pages["questionnaire"]._received_row
    assert received.error() == "Kies bij Vragenlijst: ontvangen, onvolledig of niet ontvangen."
    hands.press(Qt.Key.Key_2, alt=True)

    assert hands.message() == ""
    hands.press(Qt.Key.Key_1, alt=True)
    assert received.error() == ""
    hands.press(Qt.Key.Key_O, Qt.Key.Key_F7)
    assert hands.message().startswith("F7 vulde in")
    hands.press(Qt.Key.Key_2, alt=True)
    assert hands.message() == ""


def test_a_draft_that_was_found_can_be_thrown_away_at_once(opened: Opener, world: World) -> None:
    hands = opened(AN)
    started_at(hands, world, "Peeters", "Lotte", "questionnaire")
    hands.press(Qt.Key.Key_O)
    hands.press(Qt.Key.Key_2, alt=True)

    hands.press(Qt.Key.Key_1, alt=True)

    assert "kies Concept weggooien" in hands.message()
    page = hands.page
    assert page._buttons.drop.isVisible()
    page._buttons.drop.click()
    hands.settle()
    assert not page._buttons.drop.isVisible()
    assert page._pages["questionnaire"]._received.is_open()
