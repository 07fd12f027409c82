"""Advice from text blocks of the centre: found by a few letters, edited per pupil, printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.contact import Conclusion
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.standards.letters import advice_blocks
from clbdesk.standards.tables import put_in_force
from tests.builders.paper_words import text_of
from tests.journeys.conftest import Opener
from tests.journeys.days import saved, started_at
from tests.journeys.moments import pause
from tests.journeys.world import CONTACT, DOCTOR, Hands, World
from ui.pages.advice_edit import AdviceEdit
from ui.pages.base import Destination
from ui.pages.rules import RulesPage

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
OWN = "Kom gerust langs op het spreekuur van woensdag."


@pytest.fixture(autouse=True)
def _nothing_stays_signed() -> Iterator[None]:
    yield
    put_in_force(())


def advice(hands: Hands) -> AdviceEdit:
    found: AdviceEdit = hands.page._pages["decision"]._advice
    return found


def word_own_block(hands: Hands) -> None:
    """The doctor words an empty block of the centre on Regels."""
    hands.go(Destination("rules"))
    page = hands.page
    assert isinstance(page, RulesPage)
    page.choose("ADVIES-EIGEN-1")
    hands.settle()
    hands.press(ENTER)
    hands.type(OWN)
    page.form.passphrase.setFocus()
    hands.type(PASSPHRASE)
    pause(hands)
    hands.save_and_go()
    assert hands.message().startswith("Regel ADVIES-EIGEN-1 afgetekend door dr. Lieve Maes.")


def test_a_block_of_the_centre_is_taken_by_a_few_letters_edited_and_stands_in_the_letter(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    word_own_block(hands)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    hands.save_and_go()
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "decision"))
    hands.press(Qt.Key.Key_F7)

    block = advice(hands).blocks
    block.setFocus()
    hands.start_counting()
    hands.type("eigen")
    hands.press(ENTER)
    assert hands.strokes == 6
    assert advice(hands).value() == OWN
    assert advice(hands).text.hasFocus(), "the words are edited at once"
    assert not advice(hands)._sign.isVisibleTo(hands.page), "a doctor worded it"
    block.setFocus()
    hands.type("vragen over de gr")
    hands.press(ENTER)
    assert advice(hands)._sign.isVisibleTo(hands.page), "nobody confirmed this one"
    hands.press(Qt.Key.Key_End, ctrl=True)
    hands.type(" Bel gerust.")
    pause(hands)
    hands.save_and_go()

    found = saved(hands, world, lotte, "conclusion", Conclusion)
    assert found is not None
    (of_growth,) = (one for one in advice_blocks(("growth",)) if one.domain == "growth")
    assert found.advice == f"{OWN}\n{of_growth.words} Bel gerust."
    (row,) = open_letters(hands.desk, world.visit(CONTACT)).rows
    made = make_letters(hands.desk, world.visit(CONTACT), [row.key], action="preview")
    assert f"Advies {OWN} {of_growth.words} Bel gerust." in text_of(made.printed.pdf)
    assert "bevestigen" not in text_of(made.printed.pdf), "the mark is not for the parents"
    assert of_growth.rule_id in made.to_confirm
    assert "ADVIES-EIGEN-1" not in made.to_confirm

    hands.go(Destination("print", world.visit(CONTACT)))
    sign = hands.page._preview._to_sign
    hands.wait(lambda: bool(sign.text()))
    assert sign.isVisibleTo(hands.page)
    assert sign.text() == (
        f"{len(made.to_confirm)} regels in deze brief te bevestigen door de CLB-arts (Regels). "
        "Op papier staat dat niet."
    )
