"""The growth charts of a pupil on paper: from the step and from the dossier, chosen and printed."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt

from clbdesk.charts.growth_points import ChartMeasure
from tests.builders.paper_words import pages_of, text_of
from tests.journeys.conftest import Opener
from tests.journeys.test_growth_looks import at_growth, measure
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.growth_print import GrowthPrintPage

Key = Qt.Key


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What went to the printer."""
    found: list[bytes] = []

    def paper(_parent: object, pdf: bytes) -> str:
        found.append(pdf)
        return "access.printed"

    monkeypatch.setattr("ui.pages.growth_print.ask_printer", paper)
    return found


def on_paper(hands: Hands) -> GrowthPrintPage:
    page = hands.page
    assert isinstance(page, GrowthPrintPage)
    hands.wait(lambda: bool(page.ticks))
    return page


def test_the_charts_are_printed_from_the_step_with_what_is_saved(
    opened: Opener, world: World, sent: list[bytes]
) -> None:
    hands = opened(AN)
    at_growth(hands, world)
    measure(hands)
    hands.press(Key.Key_G, ctrl=True, shift=True)
    page = on_paper(hands)
    assert set(page.ticks) == set(ChartMeasure) - {ChartMeasure.HEAD}
    hands.wait(lambda: "Lengte naar leeftijd" in page.paper.accessibleDescription())

    hands.press(Key.Key_P, ctrl=True)
    hands.settle()

    (pdf,) = sent
    words = text_of(pdf)
    assert "Lotte Peeters" in words
    assert "98,1" in words
    assert "121,5" not in words, "what is being typed is not recorded yet"
    assert hands.message() == "Groeigrafieken van Lotte Peeters naar de printer gestuurd."


def test_from_the_dossier_only_what_is_ticked_is_printed(
    opened: Opener, world: World, sent: list[bytes]
) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("history", world.visit(CONTACT), lotte))
    hands.settle()
    hands.press(Key.Key_G, ctrl=True, shift=True)
    page = on_paper(hands)
    for chart, tick in page.ticks.items():
        if chart is not ChartMeasure.BMI:
            tick.click()
    hands.settle()
    hands.save_and_go()
    hands.settle()

    (pdf,) = sent
    (words,) = pages_of(pdf)
    assert "BMI naar leeftijd" in words

    page.ticks[ChartMeasure.BMI].click()
    hands.press(Key.Key_P, ctrl=True)
    assert hands.message() == "Kies een grafiek."
    assert len(sent) == 1


def test_the_charts_are_saved_as_a_file_that_opens_with_a_password(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hands = opened(AN)
    target = tmp_path / "kaart.pdf"
    monkeypatch.setattr("ui.pages.growth_print.ask_file", lambda _parent, _name: target)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("growth_print", world.visit(CONTACT), lotte))
    page = on_paper(hands)

    page._as_file.click()
    page.file.purpose.set_value("groei bespreken")
    page.file.recipient.set_value("dr. Ruiz")
    page.file._save.click()
    hands.wait(target.exists)
    hands.settle()

    password = page.file._password.text().removeprefix("Wachtwoord: ")
    document = pypdfium2.PdfDocument(target, password=password)
    assert len(document) == 5
    document.close()
    hands.press(Key.Key_Escape)
    assert page.file.isHidden()
    assert page.file._password.text() == ""
    assert hands.page is page


def test_a_silent_printer_is_told(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    monkeypatch.setattr("ui.pages.growth_print.ask_printer", lambda *_: "access.printer_silent")
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("growth_print", world.visit(CONTACT), lotte))
    on_paper(hands)
    hands.save_and_go()
    hands.settle()
    assert hands.message().startswith("De printer antwoordt niet. De grafieken zijn niet gedrukt.")


def test_what_is_not_for_bystanders_leaves_the_preview(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("growth_print", world.visit(CONTACT), lotte))
    page = on_paper(hands)
    hands.wait(lambda: "Lengte naar leeftijd" in page.paper.accessibleDescription())
    hands.press(Key.Key_F9)
    hands.settle()
    assert page.paper.accessibleDescription() == ""
    hands.press(Key.Key_F9)
    hands.wait(lambda: "Lengte naar leeftijd" in page.paper.accessibleDescription())
