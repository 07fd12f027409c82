"""A note-taker who types on while everything happens: nothing is lost, nothing takes the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.services.care_entry import read_topic, topic_form
from clbdesk.services.synchronise import all_changed
from tests.journeys.conftest import Opener
from tests.journeys.meetings import hold_meeting
from tests.journeys.talks import fill_head, next_step, topic_page
from tests.journeys.world import MEETING, WIM, Hands, World
from ui.pages.base import Destination

SAID = "Lotte Peeters kijkt veel rond "


@pytest.fixture
def wim(opened: Opener, world: World) -> Hands:
    """Wim in the question of a new topic; another topic of today is recorded."""
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING))
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    next_step(hands)
    fill_head(hands)
    topic_page(hands).content.go_to(2)
    hands.settle()
    return hands


def kept(hands: Hands) -> str:
    """The question as the vault has it in a draft."""
    view = topic_page(hands)._view
    assert view is not None
    with hands.desk.vault.read() as reader:
        draft = reader.draft(hands.desk.user.staff_id, topic_form(view.record_id))
    return read_topic(draft).question if draft else ""


def test_who_never_pauses_loses_a_few_seconds_at_most(
    wim: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.pages.typing_pause.LONGEST_MS", 400)
    for _ in range(4):
        for word in SAID.split():
            wim.type(f"{word} ")
            wim.qtbot.wait(60)
    assert kept(wim).startswith("Lotte Peeters kijkt"), "typed on without a pause of a second"


def test_what_comes_in_while_somebody_types_neither_moves_the_focus_nor_touches_the_words(
    wim: Hands, world: World
) -> None:
    wim.type(SAID)
    field = QApplication.focusWidget()
    wim.page.work.bus.changed.emit(all_changed(wim.desk))
    wim.settle()
    assert QApplication.focusWidget() is field
    wim.page.work.bus.say("Nieuwe gegevens.")
    wim.settle()
    assert QApplication.focusWidget() is field
    wim.type("en vraagt hulp")
    assert topic_page(wim).entry().question == f"{SAID}en vraagt hulp"
    assert topic_page(wim).content.current == 2


def test_another_page_in_the_middle_of_a_word_and_back_loses_no_letter(
    wim: Hands, world: World
) -> None:
    wim.type(f"{SAID}en vraa")
    view = topic_page(wim)._view
    assert view is not None
    wim.press(Qt.Key.Key_Home, alt=True)
    assert wim.page.name == "visits"
    wim.go(Destination("care_topic", world.visit(MEETING), record_id=view.record_id))
    assert topic_page(wim).entry().question == f"{SAID}en vraa"


def test_a_signal_out_of_a_topic_gives_the_words_and_the_focus_back(wim: Hands) -> None:
    wim.type(SAID)
    field = QApplication.focusWidget()
    wim.press(Qt.Key.Key_S, ctrl=True, shift=True)
    assert QApplication.focusWidget() is not field
    wim.press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is field
    wim.type("en vraagt hulp")
    assert topic_page(wim).entry().question == f"{SAID}en vraagt hulp"


def test_a_name_that_is_typed_stands_in_no_title_no_log_and_no_message(
    wim: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    wim.type(SAID)
    wim.press(Qt.Key.Key_S, ctrl=True)
    message = wim.page.messages.message()
    said = [message.text, *(one.text for one in message.links)] if message else []
    window = wim.desktop.window
    assert not any("Lotte" in text or "Peeters" in text for text in said)
    assert "Lotte" not in window.windowTitle()
    assert "Lotte" not in f"{wim.page.top_line.windowTitle()}{window.accessibleName()}"
    log = "".join(
        path.read_text("utf-8", "replace")
        for path in wim.desktop.program.folder.root.rglob("*.log*")
    )
    assert "Lotte" not in log + caplog.text
