"""A whole contact at the keyboard, and what happens when something goes otherwise on the way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState, encode
from clbdesk.domain.contact import Acuity, Conclusion, ConclusionWord, Growth
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.visits import Attendance, AttendanceState, Contact
from clbdesk.errors import Refused
from clbdesk.services.drafts import list_drafts
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import view_pupil
from clbdesk.services.reading import all_standing
from clbdesk.services.records import Part, record
from tests.journeys.conftest import Opener
from tests.journeys.days import on_visit, saved, started_at
from tests.journeys.moments import pause
from tests.journeys.world import AN, CONTACT, Hands, World
from ui.pages.base import Destination

ENTER = Qt.Key.Key_Return


def measure(hands: Hands) -> None:
    """A healthy length and weight, saved."""
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    hands.save_and_go()


def test_a_healthy_first_grade_is_twenty_eight_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    louis = started_at(hands, world, "Coppens", "Louis", "questionnaire")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.page._list.go_to(hands.page._model.position(louis))
    hands.page._list.setFocus()
    hands.start_counting()

    hands.press(ENTER)  # opens at the first open step
    hands.press(Qt.Key.Key_O, Qt.Key.Key_F7)
    hands.save_and_go()
    pause(hands)
    hands.type("121,0")
    hands.press(ENTER)
    hands.type("22,5")
    hands.save_and_go()
    pause(hands)
    hands.type("z")
    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    pause(hands)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    pause(hands)
    hands.save_and_go()  # vaccination: the status was looked at
    pause(hands)
    hands.press(Qt.Key.Key_I, Qt.Key.Key_F7)
    hands.save_and_go()

    assert hands.strokes == 28
    view = view_pupil(hands.desk, world.visit(CONTACT), louis)
    states = {one.step.name: one.state for one in view.steps}
    assert set(states.values()) == {StepState.DONE}, states
    conclusion = saved(hands, world, louis, "conclusion", Conclusion)
    assert conclusion is not None
    assert conclusion.complete
    concluded = {one.domain: one.conclusion for one in conclusion.domains}
    assert set(concluded) == {"growth", "weight", "vision", "hearing", "vaccination"}
    assert concluded["vision"] is concluded["hearing"] is ConclusionWord.OK
    assert set(conclusion.assumed) == set(concluded) - {"vision"}
    saved_words = "Besluit van Louis Coppens opgeslagen. Dr. Maes tekent."
    assert hands.message().startswith(saved_words)
    with hands.desk.vault.read() as reader:
        heads = reader.heads(pupil_id=louis, kinds=("contact",))
        contacts = [one.body for one in all_standing(heads, Contact)]
        here = reader.heads(pupil_id=louis, kinds=("attendance",))
        (attendance,) = all_standing(here, Attendance)
    assert sum(one.school_year == 2026 for one in contacts) == 1
    assert attendance.body.state is AttendanceState.PRESENT


def test_undo_withdraws_and_puts_the_input_back_as_a_draft(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    measure(hands)

    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)

    assert saved(hands, world, lotte, "growth", Growth) is None
    assert hands.message() == "Ongedaan gemaakt. De invoer staat weer als concept."
    assert QApplication.focusWidget().text() == "121,5"
    (draft,) = list_drafts(hands.desk)
    assert draft.form == on_visit(hands, world, lotte).form("growth")
    pause(hands)
    hands.save_and_go()
    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert growth.weight_kg == Decimal("24.8")
    assert list_drafts(hands.desk) == []


def test_a_correction_asks_a_reason_and_keeps_what_stood_before(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    measure(hands)
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))

    hands.press(Qt.Key.Key_F2, Qt.Key.Key_T)  # tikfout
    hands.press(ENTER)
    field = QApplication.focusWidget()
    field.selectAll()
    hands.type("122,5")
    pause(hands)
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert growth.height_cm == Decimal("122.5")
    with hands.desk.vault.read() as reader:
        history = reader.history(on_visit(hands, world, lotte).exam_id("growth"))
    assert len(history) == 2
    (corrected,) = [one for one in history if one.base]
    assert corrected.reason == "tikfout"
    assert corrected.base == tuple(one.rev_id for one in history if not one.base)


def test_a_withdrawal_asks_a_reason_and_the_step_is_open_again(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    measure(hands)
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))

    hands.page._buttons.withdraw.click()
    hands.settle()
    hands.press(Qt.Key.Key_V, ENTER)  # verkeerde leerling

    assert saved(hands, world, lotte, "growth", Growth) is None
    with hands.desk.vault.read() as reader:
        head = reader.head(on_visit(hands, world, lotte).exam_id("growth"))
    assert head is not None
    assert (head.leaf.status, head.leaf.reason) == (RevisionStatus.WITHDRAWN, "verkeerde leerling")
    view = view_pupil(hands.desk, world.visit(CONTACT), lotte)
    states = {one.step.name: one.state for one in view.steps}
    assert states["growth"] is StepState.OPEN


def test_ctrl_enter_pressed_twice_at_once_touches_one_pupil_only(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")

    hands.save_and_go()
    hands.save_and_go()

    assert hands.desktop.window.place().pupil_id == lotte
    with hands.desk.vault.read() as reader:
        history = reader.history(on_visit(hands, world, lotte).exam_id("growth"))
    assert len(history) == 1


@pytest.mark.parametrize("leaves", [False, True])
def test_no_draft_comes_after_what_is_being_recorded(
    opened: Opener, world: World, leaves: bool
) -> None:
    """The pause after the last key ends, or somebody leaves, while the vault is still writing."""
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    QTest.keyClick(QApplication.focusWidget(), ENTER, Qt.KeyboardModifier.ControlModifier)
    if leaves:
        hands.desktop.window.go(Destination("visits"))
    else:
        hands.page._drafts.keep()  # the pause after the last key ends
    hands.settle()

    assert saved(hands, world, lotte, "growth", Growth) is not None
    assert list_drafts(hands.desk) == []


def test_the_last_of_a_station_leaves_no_draft_behind(opened: Opener, world: World) -> None:
    """The last eye stands as it was typed until the focus leaves it, after it was recorded."""
    hands = opened(AN)
    started_at(hands, world, "Peeters", "Lotte", "vision")
    station = hands.desktop.work.station
    station.post = "vision"
    last = station.order[-1]
    hands.go(Destination("pupil", world.visit(CONTACT), last, "vision"))
    keeper = hands.page._drafts
    hands.type("z")
    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    keeper.keep()  # the pause after the last change ends
    hands.settle()

    assert hands.page.name == "class_list"
    assert saved(hands, world, last, "acuity", Acuity) is not None
    assert list_drafts(hands.desk) == []


def test_what_could_not_be_recorded_is_a_draft(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    step = hands.page._page
    step.saving = lambda *, reason: _refuse
    hands.save_and_go()

    assert saved(hands, world, lotte, "growth", Growth) is None
    (draft,) = list_drafts(hands.desk)
    assert "121,5" in draft.content


def _refuse(_desk: object) -> NoReturn:
    raise Refused("records.read_only")


def at_most(drivers: list[Any], pages: int) -> None:
    """How large the file may grow, on every connection: any of them may be the one that saves."""
    for driver in drivers:
        driver.execute(f"PRAGMA max_page_count = {pages}").fetchall()


def test_a_full_disk_says_so_and_keeps_the_input_on_the_screen(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    hands.page._drafts.keep()
    hands.settle()
    hands.desk.vault.shrink()  # packed to the last byte: the next row needs a page
    with hands.desk.vault.read() as reader:
        pages = reader.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    drivers = [kept.connection.driver_connection for kept in hands.desk.vault._idle]
    at_most(drivers, pages)

    hands.save_and_go()

    assert saved(hands, world, lotte, "growth", Growth) is None
    assert hands.message().startswith("De schijf is vol. De invoer staat nog op het scherm")
    assert hands.page._pages["growth"].first_field().text() == "121,5"
    at_most(drivers, 1_000_000)
    pause(hands)
    hands.save_and_go()
    assert saved(hands, world, lotte, "growth", Growth) is not None


def test_what_came_in_between_opening_and_saving_stands_beside_it(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    where = on_visit(hands, world, lotte)
    theirs = Growth(
        state=ExamState.DONE,
        height_cm=Decimal("121.0"),
        weight_kg=Decimal("24.6"),
        on=where.visit_on,
    )
    record(hands.desk, [Part(theirs, where.where, where.exam_id("growth"))])

    hands.save_and_go()

    with hands.desk.vault.read() as reader:
        head = reader.head(where.exam_id("growth"))
    assert head is not None
    assert head.is_conflict
    assert encode(theirs) in {leaf.body for leaf in head.leaves}
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    assert hands.message() == (
        "Er zijn twee versies van dit onderdeel. Beide blijven gelden tot iemand kiest."
    )
