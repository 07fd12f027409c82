"""Comfort: colours, size of text and minutes until locking hold at once, and the next time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.settings import Look, Settings, keep_settings, read_settings
from tests.journeys.conftest import Opener
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil, open_window
from tests.window.checks import outside, too_small
from ui import theme
from ui.pages.base import Destination
from ui.theme import Role, Scheme


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """Light again for whoever comes next."""
    yield
    theme.apply(qapp, Scheme.LIGHT, 1.0)


def at_settings(opened: Opener) -> Hands:
    hands = opened(AN)
    hands.go(Destination("settings"))
    hands.settle()
    return hands


def test_dark_and_larger_text_hold_at_once_and_are_kept(opened: Opener) -> None:
    hands = at_settings(opened)
    light = theme.colour(Role.WINDOW)

    hands.type("d")

    assert theme.colour(Role.WINDOW) != light
    hands.page.text_size.set_value("125")
    hands.page.text_size.edited.emit()
    kept = read_settings(hands.desktop.program.folder)
    assert (kept.look, kept.text_percent) == (Look.DARK, 125)
    assert hands.desktop.app.font().pointSizeF() > 0
    assert (hands.desktop.window.width(), hands.desktop.window.height()) != (0, 0)


def test_pages_seen_before_are_laid_out_for_the_larger_text_too(opened: Opener) -> None:
    hands = opened(AN)
    hands.go(Destination("visits"))
    before = hands.page
    hands.go(Destination("settings"))
    hands.settle()

    hands.page.text_size.set_value("150")
    hands.page.text_size.edited.emit()
    hands.press(Qt.Key.Key_Escape)
    hands.settle()

    assert hands.page.name == before.name
    assert hands.page is not before
    assert not too_small(hands.page)
    assert not outside(hands.page)


def test_a_window_opens_as_it_was_set(opened: Opener, world: World) -> None:
    hands = at_settings(opened)
    program = hands.desktop.program
    keep_settings(program.folder, Settings(look=Look.DARK, lock_minutes=1))
    hands.desktop.quit()

    again = open_window(hands.qtbot, program, world.staff(AN))

    assert again.desktop._idle._limit == 60.0
    theme.apply(again.desktop.app, Scheme.DARK, 1.0)  # nothing to do: it is dressed so already
    assert theme.colour(Role.TEXT).lightness() > theme.colour(Role.WINDOW).lightness()


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"text_percent": 900}', b'{"look": "pink"}', b"\xff"]
)
def test_settings_that_cannot_be_read_keep_nobody_from_working(
    opened: Opener, world: World, content: bytes
) -> None:
    program = world.copy("LAP-07", opened._folder)
    program.folder.settings.write_bytes(content)
    assert read_settings(program.folder) == Settings()


def test_the_scanner_test_says_what_the_keyboard_makes_of_a_box(opened: Opener) -> None:
    hands = at_settings(opened)
    page = hands.page
    page.scan.set_value("0105413868120257172705311" + "0AC37B2210")
    page.scan.edited.emit()
    assert page._scanned.text() == (
        "Scanner en toetsenbord passen bij elkaar. Gelezen: lot AC37B2210, vervalt 31 mei 2027."
    )
    page.scan.set_value("à&àé")
    page.scan.edited.emit()
    assert page._scanned.text().startswith("Scanner staat op QWERTY; clbdesk vertaalt dit.")


def test_two_columns_settle_where_a_scroll_bar_decides_whether_they_fit(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    theme.apply(hands.desktop.app, Scheme.LIGHT, 1.25)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")

    hands.go(Destination("access_request", world.visit(CONTACT), lotte))
    for size in ((1366, 728), (1093, 576), (1366, 728)):
        hands.desktop.window.resize(*size)
        hands.settle()

    assert not too_small(hands.page)
