"""A doctor releases a summary; guidance reads it beside the request, and the nurse sees it stand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from clbdesk.domain.guidance_request import ReleasedSummary
from clbdesk.domain.visits import ContactMoment
from clbdesk.services.reading import all_standing
from tests.journeys.conftest import Opener
from tests.journeys.moments import open_step, pause
from tests.journeys.world import AN, CONTACT, DOCTOR, World
from ui.pages.base import Destination
from ui.pages.released_summary import ReleasedSummaryPage

WORDS = "Hoort links minder: vooraan zitten helpt."


def test_a_doctor_releases_words_with_the_status_of_vaccination(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    lotte = open_step(hands, world, "decision", moment=ContactMoment.KK1)
    to = Destination("released_summary", world.visit(CONTACT), lotte)
    hands.go(to)
    page = hands.page
    assert isinstance(page, ReleasedSummaryPage)
    assert page.words.hasFocus()
    hands.type(WORDS)
    page._status.click()
    assert page.words.value().startswith(f"{WORDS} Vaccinatie op ")
    page._status.click()
    assert page.words.value().count("Vaccinatie op") == 1
    page.gives.setFocus()
    hands.press(Qt.Key.Key_M)
    page.manner.setFocus()
    hands.press(Qt.Key.Key_M)
    shown = " ".join(one.text() for one in page._lines)
    assert WORDS in shown
    assert "moeder, mondeling, op 23 nov 2026" in shown
    pause(hands)
    hands.save_and_go()
    assert hands.message().startswith("Samenvatting van Lotte Peeters vrijgegeven.")
    with hands.desk.vault.read() as reader:
        (released,) = all_standing(reader.heads(kinds=("released_summary",)), ReleasedSummary)
    assert released.body.words.startswith(WORDS)


def test_a_nurse_sees_what_was_released_and_no_form(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "decision", moment=ContactMoment.KK1)
    hands.go(Destination("released_summary", world.visit(CONTACT), lotte))
    page = hands.page
    assert isinstance(page, ReleasedSummaryPage)
    assert page._only_doctor.isVisible()
    assert not page.card.isVisible()
    assert not page.preview.isVisible()
    assert not page.footer.primary.isVisible()
    assert [one.text() for one in page._earlier] == ["Nog niets vrijgegeven voor deze leerling."]
