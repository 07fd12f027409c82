"""A defect of ours never costs input, and what is reported never names a pupil."""

from __future__ import annotations

import logging

import pytest
from PySide6.QtCore import Qt

from clbdesk.services.drafts import list_drafts
from tests.journeys.conftest import Opener
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.fault import FaultPage
from ui.widgets.decimal_edit import DecimalEdit

CANARIES = ("Peeters", "Lotte", "PEETERS", "20-03-04", "04 mrt 2020", "2020-03-04", "121,5")


def broken(*_given: object, **_named: object) -> None:
    """A defect with the worst of messages."""
    raise RuntimeError("Peeters Lotte 20-03-04 118 2020-03-04 121,5")


def plant(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on every saving fails."""
    monkeypatch.setattr("clbdesk.services.records._log", broken)


def meet_a_defect(hands: Hands, world: World, monkeypatch: pytest.MonkeyPatch) -> FaultPage:
    """Type a length on the growth step; saving meets the defect."""
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    hands.type("121,5")
    plant(monkeypatch)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.press(Qt.Key.Key_A, ctrl=True, shift=True)
    page = hands.page
    assert isinstance(page, FaultPage)
    return page


@pytest.mark.expects_log("fault")
def test_a_defect_brings_the_fault_page_with_a_code(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    page = meet_a_defect(hands, world, monkeypatch)

    report = page.work.fault
    assert report is not None
    assert report.code in page._code.text()
    assert "staat veilig" in page._sentence.text()


@pytest.mark.expects_log("fault")
def test_the_report_and_the_log_name_no_pupil(
    opened: Opener,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    hands = opened(AN)
    page = meet_a_defect(hands, world, monkeypatch)

    report = page.work.fault
    assert report is not None
    assert "RuntimeError" in report.text
    for canary in CANARIES:
        assert canary not in report.text
        assert canary not in caplog.text


@pytest.mark.expects_log("fault")
def test_what_was_typed_is_still_a_draft_and_work_goes_on(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    meet_a_defect(hands, world, monkeypatch)
    assert any("121,5" in draft.content for draft in list_drafts(hands.desk))
    monkeypatch.undo()

    hands.save_and_go()
    assert hands.page.name == "class_list"

    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    heights = [one for one in hands.page.findChildren(DecimalEdit) if one.name == "Lengte"]
    assert heights[0].text() == "121,5"


@pytest.mark.expects_log("fault")
def test_three_defects_within_a_minute_offer_to_begin_anew(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    page = meet_a_defect(hands, world, monkeypatch)
    for _ in range(2):
        assert page.footer.primary.text().startswith("Verder werken")
        page._on_primary()
        hands.settle()
        hands.press(Qt.Key.Key_A, ctrl=True, shift=True)

    assert page.footer.primary.text().startswith("Opnieuw beginnen")
    page._on_primary()
    hands.wait(lambda: hands.desktop.work is None)


def test_a_morning_of_work_leaves_no_name_in_the_log(
    opened: Opener, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.press(Qt.Key.Key_A, ctrl=True, shift=True)
    hands.press(Qt.Key.Key_K, ctrl=True)
    hands.type("peeters")
    hands.settle()
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    hands.type("121,5")
    hands.press(Qt.Key.Key_D, ctrl=True)
    hands.press(Qt.Key.Key_L, ctrl=True)
    hands.wait(lambda: not hands.desktop._tasks.is_busy())

    told = [record.getMessage() for record in caplog.records]
    told += list(hands.desktop._recent.lines)
    for canary in (*CANARIES, "peeters"):
        assert not any(canary in line for line in told)


def test_the_device_log_names_no_pupil(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    hands.press(Qt.Key.Key_L, ctrl=True)
    hands.wait(lambda: not hands.desktop._tasks.is_busy())

    log = hands.desktop.program.folder.log
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    assert not [canary for canary in CANARIES if canary in text]
