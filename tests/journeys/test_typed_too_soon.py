"""A vault that takes its time: what is typed while a form is written or read is of no pupil."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clbdesk.domain.contact import Growth
from clbdesk.errors import Refused
from clbdesk.ids import PupilId
from clbdesk.services.drafts import list_drafts
from clbdesk.wording import say
from tests.journeys.conftest import Opener
from tests.journeys.moments import open_step, saved, set_defaults, versions
from tests.journeys.world import AN, CONTACT, Hands, World
from ui.pages.base import Destination
from ui.tasks import Lane
from ui.widgets.button import Button


@contextmanager
def slow_vault(hands: Hands, lane: Lane = Lane.MEDICAL) -> Iterator[None]:
    """The thread of the vault is busy until the block ends; then everything is waited for."""
    done = Event()
    work = hands.desktop.work
    assert work is not None
    work.tasks.run(lane, done.wait, lambda _: None)
    try:
        yield
    finally:
        done.set()
    hands.settle()


def at_once(key: Qt.Key) -> None:
    """Ctrl and a key, without waiting for what comes of it."""
    QTest.keyClick(QApplication.focusWidget(), key, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()


def measure(hands: Hands) -> None:
    """Length and weight in the fields."""
    hands.type("121,5")
    hands.press(Qt.Key.Key_Tab)
    hands.type("24,8")


def test_saving_twice_while_the_first_runs_writes_once(opened: Opener, world: World) -> None:
    hands = opened(AN)
    pupil_id = open_step(hands, world, "growth")
    measure(hands)
    with slow_vault(hands):
        at_once(Qt.Key.Key_S)
        at_once(Qt.Key.Key_S)
    assert versions(hands, world, pupil_id, "growth") == 1


def test_digits_typed_after_saving_are_of_nobody(opened: Opener, world: World) -> None:
    hands = opened(AN)
    pupil_id = open_step(hands, world, "growth")
    measure(hands)
    with slow_vault(hands):
        at_once(Qt.Key.Key_Return)
        hands.type("99")
        hands.page.leave()  # whatever would be kept is kept now
    found = saved(hands, world, pupil_id, "growth", Growth)
    assert found is not None
    assert str(found.weight_kg) == "24.8"
    assert list_drafts(hands.desk) == []


def first_two(hands: Hands, world: World) -> tuple[PupilId, PupilId]:
    """Two pupils who stand under each other on the list."""
    set_defaults(hands, world)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    assert hands.desktop.work is not None
    first, second, *_ = hands.desktop.work.station.order
    return first, second


def test_digits_typed_before_the_next_pupil_is_there_do_not_go_to_the_one_before(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    first, second = first_two(hands, world)
    hands.go(Destination("pupil", world.visit(CONTACT), first, "growth"))
    measure(hands)
    with slow_vault(hands):
        at_once(Qt.Key.Key_PageDown)
        hands.type("99")
        at_once(Qt.Key.Key_S)
        hands.page.leave()
    assert hands.page.place(Destination("pupil")).step == "growth"
    (draft,) = list_drafts(hands.desk)
    assert draft.pupil_id == first
    assert '"weight": "24,8"' in draft.content
    assert saved(hands, world, first, "growth", Growth) is None
    hands.type("118,0")
    hands.page.leave()
    hands.settle()
    assert {one.pupil_id for one in list_drafts(hands.desk)} == {first, second}


def test_in_the_grid_digits_typed_before_the_next_row_is_open_are_of_nobody(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    first, _second = first_two(hands, world)
    hands.go(Destination("grid", world.visit(CONTACT), first, "growth"))
    measure(hands)
    with slow_vault(hands):
        at_once(Qt.Key.Key_PageDown)
        hands.type("99")
        hands.page.leave()
    (draft,) = list_drafts(hands.desk)
    assert draft.pupil_id == first
    assert '"weight": "24,8"' in draft.content


def not_shown(*_words: object, **_more: object) -> None:
    raise Refused("records.not_shown")


def test_where_the_next_form_cannot_be_read_the_one_before_is_gone(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    first, second = first_two(hands, world)
    hands.go(Destination("pupil", world.visit(CONTACT), first, "growth"))
    measure(hands)
    form = hands.page._pages["growth"]
    with monkeypatch.context() as patched:
        patched.setattr("ui.pages.growth.open_growth", not_shown)
        hands.press(Qt.Key.Key_PageDown, ctrl=True)
        hands.wait(lambda: hands.message() == say("records.not_shown"))
    assert hands.page._view.on_visit.pupil_id == second
    assert not form.isVisible()
    assert hands.page.rules.lines() == ()
    hands.save_and_go()
    assert saved(hands, world, first, "growth", Growth) is None
    assert [one.pupil_id for one in list_drafts(hands.desk)] == [first]

    hands.go(Destination("pupil", world.visit(CONTACT), second, "growth"))
    hands.wait(form.isVisible)
    hands.type("118,0")
    hands.page.leave()
    hands.settle()
    assert {one.pupil_id for one in list_drafts(hands.desk)} == {first, second}


def test_what_was_recorded_is_not_recorded_again_where_the_next_form_cannot_be_read(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    pupil_id = open_step(hands, world, "growth")
    measure(hands)
    form = hands.page._page
    monkeypatch.setattr("ui.pages.vision.open_vision", not_shown)
    hands.save_and_go()
    assert not form.isVisible()
    hands.save_and_go()
    assert versions(hands, world, pupil_id, "growth") == 1


def test_a_refusal_is_told_although_what_had_the_focus_went_meanwhile(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    open_step(hands, world, "growth")
    measure(hands)
    passing = Button("Gaat voorbij")
    hands.page.body.addWidget(passing)
    hands.wait(passing.isVisible)
    passing.setFocus()
    monkeypatch.setattr("ui.pages.growth.record_growth", not_shown)
    with slow_vault(hands):
        at_once(Qt.Key.Key_S)
        shiboken6.delete(passing)
    assert hands.message() == say("records.not_shown")
