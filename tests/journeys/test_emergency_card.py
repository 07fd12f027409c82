"""The centre's own emergency card: put at the centre, at hand at the school without a network."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from clbdesk.centre.documents import put_document, withdraw_document
from clbdesk.domain.centre_document import DocumentUse
from clbdesk.domain.incident import IncidentMark
from clbdesk.reports.paper import Paper
from tests.journeys.needles import go_to, have_session, planned
from tests.journeys.test_vaccination_after import give
from tests.journeys.town import Town
from tests.journeys.world import AN, VACCINATION
from tests.window.checks import nameless, outside, too_small
from ui.pages.base import Destination
from ui.pages.observation import ObservationPage

Key = Qt.Key


def card(tmp_path: Path, words: str) -> Path:
    paper = Paper(words)
    paper.heading(words)
    paper.paragraph("Roep hulp. Bel 112. Volg het stroomschema van het centrum.")
    path = tmp_path / "kaart.pdf"
    path.write_bytes(paper.printed().pdf)
    return path


def test_one_key_shows_the_card_beside_the_form_and_the_next_key_still_stamps(
    town: Town, tmp_path: Path
) -> None:
    centre, world = town.world.setting.centre, town.world
    put_document(centre, DocumentUse.EMERGENCY, "Noodkaart", card(tmp_path, "Noodkaart"))
    put_document(centre, DocumentUse.NEEDLESTICK, "Prikaccident", card(tmp_path, "Prikaccident"))
    hands = town.window("LAP-07", AN)
    town.synchronise("LAP-07", hands.desk)
    town.world.setting.running.stop()  # on the way to the school
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    give(hands, world, row)
    go_to(hands, world, row.pupil_id)
    hands.press(Key.Key_I, ctrl=True, shift=True)
    page = hands.page
    assert isinstance(page, ObservationPage)
    hands.type("n")

    hands.press(Key.Key_P, ctrl=True, shift=True)

    assert page.document.isVisible()
    assert "Bel 112" in page.document._paper.accessibleDescription()
    assert not page.watch.isVisible()
    hands.type("a")
    assert [one.mark for one in page.card.stamps.stamps()] == [IncidentMark.ADRENALINE]
    for size in ((1366, 728), (1093, 576)):
        hands.desktop.window.resize(*size)
        hands.settle()
        assert not [*too_small(page), *outside(page), *nameless(page)]

    hands.press(Key.Key_Escape)
    assert not page.document.isVisible()
    assert hands.page is page, "Esc closes the paper first"
    assert page.watch.isVisible()

    page.card.type.setFocus()
    hands.type("p")
    hands.press(Key.Key_P, ctrl=True, shift=True)
    assert page.document.title.text() == "Prikaccident"


def test_a_centre_that_took_it_away_is_said_so(town: Town) -> None:
    withdraw_document(town.world.setting.centre, DocumentUse.EMERGENCY, "verouderd")
    hands = town.window("LAP-07", AN)
    town.synchronise("LAP-07", hands.desk)
    hands.go(Destination("observation", town.world.visit(VACCINATION)))
    hands.press(Key.Key_P, ctrl=True, shift=True)
    assert hands.message().startswith("Het centrum gaf nog geen noodkaart")
