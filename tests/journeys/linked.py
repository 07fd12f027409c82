"""Two laptops of one vaccination visit, linked, each with a window of its own."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.journeys.test_link import link
from tests.journeys.world import AN, VACCINATION, Hands, World, open_window
from ui.pages.base import Destination


def two_linked(qtbot: QtBot, school: World, folder: Path, other: str) -> tuple[Hands, Hands]:
    """An on the first laptop and somebody else on the second."""
    an, second = (
        open_window(qtbot, school.copy(laptop, folder), school.staff(user))
        for laptop, user in (("LAP-07", AN), ("LAP-03", other))
    )
    for hands in (an, second):
        hands.go(Destination("link", school.visit(VACCINATION)))
    link((an, second))
    return an, second


def to_the_front(hands: Hands) -> None:
    """The window that is typed into."""
    hands.desktop.window.activateWindow()
    hands.wait(hands.desktop.window.isActiveWindow)
