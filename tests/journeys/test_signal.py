"""A signal from any page in ten strokes, after which the page in hand is exactly as it was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.care import CareDomain
from clbdesk.domain.revision import Compartment
from clbdesk.domain.school_signal import Signal, SignalSort, SignalSource
from clbdesk.errors import Refused
from clbdesk.services.desk import Desk
from clbdesk.services.drafts import list_drafts
from clbdesk.services.reading import Standing, all_standing
from clbdesk.wording import say
from tests.journeys.conftest import Opener
from tests.journeys.moments import open_step, pause
from tests.journeys.test_typed_too_soon import at_once, slow_vault
from tests.journeys.world import AN, CONTACT, MEETING, WIM, Hands, World
from ui.pages.base import Destination
from ui.pages.signal_capture import SignalStrip

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def signals(desk: Desk) -> list[Standing[Signal]]:
    with desk.vault.read() as reader:
        return all_standing(reader.heads(kinds=("signal",)), Signal)


def open_strip(hands: Hands) -> SignalStrip:
    hands.press(Qt.Key.Key_S, ctrl=True, shift=True)
    strip = hands.page.above()
    assert isinstance(strip, SignalStrip)
    return strip


def fill_in(hands: Hands, text: str) -> None:
    hands.press(Qt.Key.Key_P)
    hands.press(ENTER)
    hands.type("pau")
    hands.press(ENTER)
    hands.press(Qt.Key.Key_N)
    hands.press(ENTER)
    before = hands.strokes
    hands.type(text)
    hands.strokes = before


def test_a_signal_is_ten_strokes_and_the_page_in_hand_is_as_it_was(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_step(hands, world, "growth")
    hands.type("121,")
    page, focus = hands.page, QApplication.focusWidget()
    hands.start_counting()
    open_strip(hands)
    fill_in(hands, "drie klassen melden ruzie na de middag")
    hands.save_and_go()
    assert hands.strokes == 10
    (found,) = signals(hands.desk)
    signal = found.body
    assert (signal.domain, signal.theme, signal.sort) == (
        CareDomain.PSYCHOSOCIAL,
        "breaks",
        SignalSort.NEED,
    )
    assert signal.source is SignalSource.CONTACT
    assert signal.text == "drie klassen melden ruzie na de middag"
    assert found.revision.compartment is Compartment.MEDICAL
    assert found.revision.pupil_id is None
    assert hands.page is page
    assert page.above() is None
    assert QApplication.focusWidget() is focus
    assert focus.text() == "121,"
    assert "opgeslagen" in hands.message()


def test_a_pupils_name_stops_the_signal(opened: Opener, world: World) -> None:
    hands = opened(AN)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    strip = open_strip(hands)
    fill_in(hands, "Lotte wordt gepest")
    assert strip.text.marked() == ["Lotte"]
    hands.save_and_go()
    assert signals(hands.desk) == []
    sentence = "Een signaal gaat over de school, niet over één leerling. Haal Lotte uit de tekst."
    assert sentence in [one.text() for one in strip.findChildren(type(strip._wrong))]
    assert QApplication.focusWidget() is strip.text


def test_a_care_team_notes_signals_into_its_own_vault(opened: Opener, world: World) -> None:
    hands = opened(WIM)
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    open_strip(hands)
    fill_in(hands, "geen toezicht achteraan")
    hands.save_and_go()
    (found,) = signals(hands.desk)
    assert found.revision.compartment is Compartment.GUIDANCE
    assert found.body.source is SignalSource.CARE_MEETING


@pytest.mark.parametrize("leaving", ["escape", "lock", "another page"])
def test_what_was_typed_comes_back_after_the_strip_was_left(
    opened: Opener, world: World, leaving: str
) -> None:
    hands = opened(AN)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    open_strip(hands)
    fill_in(hands, "te weinig fonteinen")
    if leaving == "escape":
        hands.press(ESC)
        assert hands.page.name == "class_list"
    elif leaving == "another page":
        hands.go(Destination("visits"))
    else:
        hands.press(Qt.Key.Key_L, ctrl=True)
        hands.wait(lambda: not hands.desktop._tasks.is_busy())
        hands.desktop.open(hands.desktop.program.unlock(world.staff(AN), PASSPHRASE))
        hands.settle()
        hands.wait(lambda: hands.desktop.window.page() is not None)
    assert hands.page.above() is None
    strip = open_strip(hands)
    assert strip.text.value() == "te weinig fonteinen"
    assert strip.theme.value() == "breaks"


def test_what_is_missing_is_said_in_the_strip_and_gets_the_focus(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    strip = open_strip(hands)
    hands.save_and_go()
    assert signals(hands.desk) == []
    assert QApplication.focusWidget() is strip.domain
    pause(hands)
    hands.press(Qt.Key.Key_G)
    hands.save_and_go()
    assert QApplication.focusWidget() is strip.theme


def test_a_signal_can_be_taken_back(opened: Opener, world: World) -> None:
    hands = opened(AN)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    open_strip(hands)
    fill_in(hands, "te weinig fonteinen")
    hands.save_and_go()
    assert len(signals(hands.desk)) == 1
    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)
    assert signals(hands.desk) == []


def refused(*_words: object) -> None:
    raise Refused("records.read_only")


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_strip_that_is_closed_while_it_is_being_recorded_loses_nothing(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch, is_refused: bool
) -> None:
    hands = opened(AN)
    open_step(hands, world, "growth")
    open_strip(hands)
    fill_in(hands, "drie klassen melden ruzie na de middag")
    if is_refused:
        monkeypatch.setattr("ui.pages.signal_capture.record_signal", refused)
    with slow_vault(hands):
        at_once(ENTER)
        hands.page.close_above()
        QApplication.processEvents()
    hands.settle()
    assert hands.message().startswith(say("records.read_only") if is_refused else "Signaal voor")
    assert len(signals(hands.desk)) == (not is_refused)
    assert len(list_drafts(hands.desk)) == is_refused
