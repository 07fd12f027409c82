"""A disk that was full for a moment: what was recorded since does not come back as a draft."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from clbdesk.errors import Environment
from clbdesk.services.desk import Desk
from tests.journeys.conftest import Opener
from tests.journeys.days import started_at
from tests.journeys.talks import hold_october_meeting
from tests.journeys.world import AN, MEETING, WIM, World
from ui.pages.base import Destination


def full(*_words: object, **_more: object) -> None:
    raise Environment("storage.disk_full")


def drafts(desk: Desk) -> list[str]:
    with desk.vault.read() as reader:
        return [one.form for one in reader.drafts(desk.user.staff_id)]


def test_a_step_that_was_recorded_leaves_no_draft_behind(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    started_at(hands, world, "Peeters", "Lotte", "growth")
    page = hands.page
    with monkeypatch.context() as patched:
        patched.setattr("ui.pages.draft_keeper.keep_draft", full)
        hands.type("121,5")
        page._drafts.keep()
        hands.wait(lambda: page.unkept is not None)
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.save_and_go()
    assert hands.message() == "Groei van Lotte Peeters opgeslagen."
    page.keep_again()
    hands.settle()
    assert drafts(hands.desk) == []
    assert page.unkept is None


def test_a_meeting_that_was_recorded_leaves_no_draft_behind(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(WIM)
    hold_october_meeting(hands.desk, world.visit(MEETING))
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    page = hands.page
    with monkeypatch.context() as patched:
        patched.setattr("ui.pages.care_draft.keep_draft", full)
        hands.press(Qt.Key.Key_F7)
        page._drafts.keep()
        hands.wait(lambda: page.unkept is not None)
    hands.press(Qt.Key.Key_S, ctrl=True)
    hands.wait(lambda: not page._drafts.is_dirty)
    page.keep_again()
    hands.settle()
    assert drafts(hands.desk) == []
    assert page.unkept is None
