"""Locking in the real window: covered at once, nothing typed is lost, and only the same user returns."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.device import Lease
from clbdesk.domain.visits import AttendanceState
from clbdesk.errors import Environment, Refused
from clbdesk.ids import PupilId
from clbdesk.services import drafts
from clbdesk.services.class_list import set_attendance
from clbdesk.services.drafts import list_drafts
from tests.journeys.conftest import Opener
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, find_pupil
from ui.app import Desktop, make_app
from ui.pages.base import Destination
from ui.pages.draft_keeper import keep_draft
from ui.pages.growth_chart import GrowthChartCard
from ui.pages.unlock import UnlockPage
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label


def cover(hands: Hands) -> UnlockPage:
    return hands.desktop._unlock


def is_covered(hands: Hands) -> bool:
    return hands.desktop.window.page() is None


def open_growth_of_lotte(hands: Hands, world: World) -> PupilId:
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    return lotte


def lock(hands: Hands) -> None:
    """Ctrl+L, and wait until the vault is closed or known to stay open."""
    hands.press(Qt.Key.Key_L, ctrl=True)
    hands.wait(lambda: not hands.desktop._tasks.is_busy())


def unlock(hands: Hands, user: str, world: World) -> None:
    """Type the passphrase on the cover."""
    page = cover(hands)
    page._who.set_value(world.staff(user))
    page._passphrase.setFocus()
    QTest.keyClicks(page._passphrase, PASSPHRASE)
    QTest.keyClick(page._passphrase, Qt.Key.Key_Return)
    hands.wait(lambda: hands.desktop.work is not None or bool(page._sentence.text()))
    hands.settle()


def field(hands: Hands, name: str) -> DecimalEdit:
    """The measured field of the page with this name."""
    (found,) = [
        one
        for one in hands.page.findChildren(DecimalEdit)
        if one.name == name and one.isVisibleTo(hands.page)
    ]
    return found


def test_ctrl_l_covers_the_window_and_closes_the_vault(opened: Opener, world: World) -> None:
    hands = opened(AN)
    vault = hands.desk.vault
    open_growth_of_lotte(hands, world)

    lock(hands)

    assert is_covered(hands)
    with pytest.raises(Environment, match=r"storage\.closed"), vault.read():
        pass
    assert not hands.desktop.window._pages


def test_the_same_user_returns_to_the_page_the_field_and_the_draft(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_growth_of_lotte(hands, world)
    hands.type("121,5")
    hands.press(Qt.Key.Key_Tab)
    hands.type("2")

    lock(hands)
    unlock(hands, AN, world)

    assert hands.desktop.window.place() == Destination(
        "pupil", world.visit(CONTACT), lotte, "growth"
    )
    assert (field(hands, "Lengte").text(), field(hands, "Gewicht").text()) == ("121,5", "2")
    assert hands.desktop.app.focusWidget() is field(hands, "Gewicht")
    hands.press(Qt.Key.Key_Escape)
    assert hands.page.name == "class_list"


def test_another_user_starts_at_today_and_sees_no_draft_of_a_colleague(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_growth_of_lotte(hands, world)
    hands.type("121,5")

    lock(hands)
    unlock(hands, DOCTOR, world)

    assert hands.page.name == "visits"
    assert list_drafts(hands.desk) == []


def test_unlocking_twice_does_not_make_a_page_turn_twice(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lock(hands)
    unlock(hands, AN, world)
    arrivals = []
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.page.arrive = arrivals.append  # type: ignore[assignment]

    hands.page.go(Destination("class_list", world.visit(CONTACT)))

    assert len(arrivals) == 1


def test_a_window_that_is_left_alone_locks(opened: Opener, world: World) -> None:
    hands = opened(AN)
    hands.desktop._idle.lock_asked.emit()
    hands.wait(lambda: not hands.desktop._tasks.is_busy())

    assert is_covered(hands)


def test_when_the_draft_cannot_be_kept_the_vault_stays_open_behind_the_cover(
    opened: Opener, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = opened(AN)
    vault = hands.desk.vault
    open_growth_of_lotte(hands, world)
    hands.type("121,5")

    def full(*_given: object) -> drafts.Draft:
        raise Environment("storage.disk_full")

    monkeypatch.setattr("ui.pages.draft_keeper.keep_draft", full)
    lock(hands)

    assert is_covered(hands)
    assert cover(hands)._sentence.text().startswith("De schijf is vol.")
    with vault.read() as reader:
        assert reader.pupil_count() > 0

    unlock(hands, DOCTOR, world)
    assert is_covered(hands)
    assert "collega" in cover(hands)._sentence.text()

    unlock(hands, AN, world)
    assert field(hands, "Lengte").text() == "121,5"
    monkeypatch.setattr("ui.pages.draft_keeper.keep_draft", keep_draft)
    hands.page.keep_again()
    hands.type("0")
    lock(hands)
    with pytest.raises(Environment, match=r"storage\.closed"), vault.read():
        pass


def test_after_the_lease_reading_goes_on_and_saving_is_refused(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lease_ends(hands, until=timedelta(minutes=-5), grace=timedelta(days=3))
    lock(hands)
    unlock(hands, AN, world)

    assert hands.message() == (
        "De gebruikstermijn is afgelopen. Lezen kan, opslaan niet. Synchroniseer op het centrum."
    )
    assert "Alleen lezen" in hands.page.status.accessibleName()
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    with pytest.raises(Refused, match=r"records\.read_only"):
        set_attendance(hands.desk, world.visit(CONTACT), [lotte], AttendanceState.PRESENT)


def test_after_the_grace_only_synchronising_opens(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lease_ends(hands, until=timedelta(days=-3), grace=timedelta(minutes=-5))
    lock(hands)
    unlock(hands, AN, world)

    assert hands.page.name == "synchronise"
    assert "gaat pas weer open na synchronisatie" in hands.message()
    hands.press(Qt.Key.Key_Home, alt=True)
    hands.press(Qt.Key.Key_K, ctrl=True)
    assert hands.page.name == "synchronise"


def test_a_laptop_that_the_centre_took_back_says_so_whenever_it_is_unlocked(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lease_ends(hands, until=timedelta(minutes=-5), grace=timedelta(minutes=-5))
    lock(hands)
    unlock(hands, AN, world)

    assert hands.page.name == "synchronise"
    assert hands.message().startswith("Deze laptop is ingetrokken door het centrum.")


def lease_ends(hands: Hands, until: timedelta, grace: timedelta) -> None:
    """Give the vault a lease that ends around now."""
    now = hands.desk.clock.now()
    lease = Lease(until=now + until, grace_until=now + grace, signature="")
    with hands.desk.vault.write() as work:
        work.set_setting("lease", msgspec.json.encode(lease).decode())


def test_shift_f9_empties_the_screen_and_any_key_brings_it_back(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_growth_of_lotte(hands, world)
    hands.type("121")

    hands.press(Qt.Key.Key_F9, shift=True)
    assert is_covered(hands)
    hands.press(Qt.Key.Key_X)

    assert field(hands, "Lengte").text() == "121"
    assert hands.desktop.app.focusWidget() is field(hands, "Lengte")


def test_an_empty_screen_locks_after_two_minutes(opened: Opener) -> None:
    hands = opened(AN)
    hands.press(Qt.Key.Key_F9, shift=True)
    blank = hands.desktop.window._blank
    assert blank._end.interval() == 120_000

    blank.expired.emit()
    hands.wait(lambda: not hands.desktop._tasks.is_busy())

    assert hands.desktop.work is None


def test_f1_lists_the_keys_of_the_page_and_esc_returns_to_the_field(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_growth_of_lotte(hands, world)

    hands.press(Qt.Key.Key_F1)
    shown = hands.desktop.window._stack.currentWidget()
    assert shown is not hands.desktop.window._pages["pupil"]
    hands.press(Qt.Key.Key_Escape)

    assert hands.desktop.app.focusWidget() is field(hands, "Lengte")


def keys_shown(hands: Hands) -> dict[str, str]:
    """What F1 says, key by key; then back on the page."""
    hands.press(Qt.Key.Key_F1)
    over = hands.desktop.window._over
    assert over is not None
    words = [one.text() for one in over.findChildren(Label) if one.text()]
    hands.press(Qt.Key.Key_Escape)
    after_title = words[words.index("Esc gaat terug") + 1 :]
    return dict(zip(after_title[::2], after_title[1::2], strict=True))


def test_f1_calls_a_key_as_the_button_on_the_page_and_leaves_out_what_is_not_there(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_growth_of_lotte(hands, world)
    at_growth = keys_shown(hands)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.settle()
    at_list = keys_shown(hands)

    assert at_growth["F8 of Ctrl+U"] == "Niet afgenomen…"
    assert at_growth["F3"] == "Meer"
    assert at_growth["Ctrl+Enter"] == "Opslaan en naar Zicht"
    assert "F2" not in at_growth  # nothing is saved that could be corrected
    assert at_list["F8 of Ctrl+U"] == "Afwezig…"


def test_ctrl_m_opens_a_page_by_its_first_letters(opened: Opener, world: World) -> None:
    hands = opened(AN)
    open_growth_of_lotte(hands, world)

    hands.press(Qt.Key.Key_M, ctrl=True)
    hands.type("klas")
    hands.press(Qt.Key.Key_Return)
    hands.settle()

    assert hands.page.name == "class_list"


def test_alt_home_goes_to_today(opened: Opener, world: World) -> None:
    hands = opened(AN)
    open_growth_of_lotte(hands, world)

    hands.press(Qt.Key.Key_Home, alt=True)

    assert hands.page.name == "visits"


def test_in_discreet_mode_previous_values_show_only_at_the_field_with_the_focus(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_growth_of_lotte(hands, world)
    rows = {row.label.text(): row for row in hands.page.findChildren(FieldRow)}
    height, weight = rows["Lengte (cm)"].quiet, rows["Gewicht (kg)"].quiet
    field(hands, "Lengte").setFocus()
    hands.press(Qt.Key.Key_F9)

    assert "98,1" in height.text()
    assert weight.text() == "••"
    (chart,) = hands.page.findChildren(GrowthChartCard)
    assert not chart._drawn.isVisible()
    assert chart._hidden.text() == "Verborgen. F9 toont de curve weer."
    hands.press(Qt.Key.Key_F9)
    assert chart._drawn.isVisible()
    assert "14,9" in weight.text()


def test_the_unlock_page_stands_without_database_paper_or_network() -> None:
    script = (
        "import sys, ui.app;"
        "heavy = {'sqlalchemy', 'reportlab', 'httpx2', 'sqlcipher3'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_window_that_is_painted_as_it_is_left_prepares_nothing_any_more(
    qtbot: QtBot, world: World, tmp_path: Path
) -> None:
    desktop = Desktop(world.copy("LAP-07", tmp_path), make_app())
    qtbot.addWidget(desktop.window)
    desktop.quit()

    with qtbot.captureExceptions() as raised:
        desktop._unlock.painted.emit()

    assert raised == []
    assert not desktop._tasks.is_busy()
