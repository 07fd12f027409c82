"""What could not be kept or recorded at once: neither lost, nor back when it was recorded since."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from clbdesk.errors import Environment, Refused
from clbdesk.services.desk import Desk
from clbdesk.services.safety_concern import open_concern
from clbdesk.wording import say
from tests.journeys.concerns import FACT, concern_page, fill_in
from tests.journeys.conftest import Opener
from tests.journeys.days import started_at
from tests.journeys.meetings import hold_meeting
from tests.journeys.moments import open_step
from tests.journeys.talks import hold_october_meeting, meeting_page
from tests.journeys.test_safety_concern import with_doctor
from tests.journeys.test_school_output import open_output
from tests.journeys.test_typed_too_soon import at_once, slow_vault
from tests.journeys.world import AN, DOCTOR, MEETING, WIM, World
from ui.pages.base import Destination
from ui.tasks import Lane


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


def refused(*_words: object, **_more: object) -> None:
    raise Refused("records.no_membership")


def test_what_could_not_be_recorded_is_a_draft_although_nobody_paused(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(WIM)
    hold_october_meeting(hands.desk, world.visit(MEETING))
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    monkeypatch.setattr("clbdesk.services.care_meeting.record_meeting", refused)
    hands.press(Qt.Key.Key_F7)
    hands.press(Qt.Key.Key_S, ctrl=True)
    hands.wait(lambda: "blijft als concept staan" in hands.message())
    hands.press(Qt.Key.Key_Escape)
    hands.settle()
    (form,) = drafts(hands.desk)
    assert form.startswith("care_meeting")


def test_a_concern_that_could_not_be_sealed_is_a_draft_although_nobody_paused(
    qtbot: QtBot, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = with_doctor(qtbot, world, tmp_path)
    open_step(hands, world, "growth")
    hands.press(Qt.Key.Key_V, ctrl=True, shift=True)
    page = concern_page(hands)
    fill_in(hands, page, world.staff(DOCTOR))
    monkeypatch.setattr("ui.pages.safety_concern.record_concern", refused)
    page._on_edited()  # typed within the second
    hands.save_and_go()
    assert hands.message() == say("records.no_membership")
    hands.wait(lambda: open_concern(hands.desk, None).draft is not None)
    draft = open_concern(hands.desk, None).draft
    assert draft is not None
    assert draft.facts[0].text == FACT
    assert draft.parents_reason == "veiligheid"


def test_what_was_typed_while_the_rest_was_being_refused_stays_in_the_draft(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(WIM)
    hold_october_meeting(hands.desk, world.visit(MEETING))
    hands.go(Destination("care_meeting", world.visit(MEETING)))
    monkeypatch.setattr("clbdesk.services.care_meeting.record_meeting", refused)
    hands.press(Qt.Key.Key_F7)
    page = meeting_page(hands)
    with slow_vault(hands, Lane.GUIDANCE):
        at_once(Qt.Key.Key_S)
        page.people.rows.rows()[0].name_edit.setFocus()
        hands.type("Later")
        page._drafts.keep()
    with hands.desk.vault.read() as reader:
        (draft,) = reader.drafts(hands.desk.user.staff_id)
    assert "Later" in draft.content


def test_a_concern_that_was_recorded_leaves_no_draft_behind(
    qtbot: QtBot, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = with_doctor(qtbot, world, tmp_path)
    open_step(hands, world, "growth")
    hands.press(Qt.Key.Key_V, ctrl=True, shift=True)
    page = concern_page(hands)
    with monkeypatch.context() as patched:
        patched.setattr("ui.pages.safety_concern.keep_concern_draft", full)
        fill_in(hands, page, world.staff(DOCTOR))
        page.leave()
        hands.wait(lambda: page.unkept is not None)
    hands.save_and_go()
    page.keep_again()
    hands.settle()
    assert open_concern(hands.desk, None).draft is None
    assert page.unkept is None


def test_a_text_for_the_school_that_was_refused_stands_there_as_it_was_typed(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(WIM)
    hold_meeting(hands.desk, world.visit(MEETING))
    page = open_output(hands, world)
    monkeypatch.setattr("clbdesk.services.school_output.release", refused)
    hands.press(Qt.Key.Key_F2)
    hands.press(Qt.Key.Key_End, ctrl=True)
    hands.type(" Tot dan")
    hands.save_and_go()
    hands.wait(lambda: hands.message() == say("records.no_membership"))
    assert page.text.value().endswith("Tot dan")


def test_another_size_of_text_drops_no_page_that_is_still_being_kept(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    started_at(hands, world, "Peeters", "Lotte", "growth")
    window = hands.desktop.window
    monkeypatch.setattr("ui.pages.draft_keeper.keep_draft", full)
    hands.type("121,5")
    with slow_vault(hands):
        window.go(Destination("settings"))
        window.make_anew()
    assert window.trouble() is not None
