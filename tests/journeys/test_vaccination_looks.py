"""The pages of a session under way, light and dark, on both sizes of laptop screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clbdesk.domain.vaccination import SessionLot
from clbdesk.ids import RecordId
from clbdesk.services.vaccination_stock import LotLedger
from tests.journeys.conftest import Opener
from tests.journeys.needles import go_to, have_session, planned
from tests.journeys.test_contact_pages import LOOKS
from tests.journeys.test_vaccination_after import give, wait
from tests.journeys.world import AN, VACCINATION, Hands, World
from tests.window.checks import nameless, outside, too_small
from ui import format as show
from ui import theme
from ui.pages.base import Destination
from ui.pages.vaccination_close import VaccinationClosePage
from ui.pages.vaccination_count import CountCard
from ui.theme import Scheme


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """Light again for whoever comes next."""
    yield
    theme.apply(qapp, Scheme.LIGHT, 1.0)


def troubles(hands: Hands, where: str) -> list[str]:
    """What is cut off, outside or without a name on the page that is shown."""
    for _ in range(3):
        hands.settle()
    page = hands.page
    found = [f"cut off: {one}" for one in too_small(page)]
    found += [f"outside: {one}" for one in outside(page)]
    found += [f"nameless: {one}" for one in nameless(page)]
    return [f"{where}: {one}" for one in found]


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("scheme,size", LOOKS)
def test_nothing_is_cut_off_while_pupils_are_observed_and_a_session_is_closed(
    opened: Opener, world: World, scheme: Scheme, size: tuple[int, int]
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    first, second, third = planned(hands, world, "dTpa")[:3]
    for row in (first, second):
        give(hands, world, row)
        wait(hands, minutes=8)
    theme.apply(hands.desktop.app, scheme, 1.0)
    hands.desktop.window.resize(*size)
    visit = world.visit(VACCINATION)
    found: list[str] = []

    hands.go(Destination("vaccination_list", visit))
    found += troubles(hands, "list")
    hands.go(Destination("pupil", visit, third.pupil_id, "vaccination"))
    found += troubles(hands, "pupil")
    for letter in "npv":
        hands.go(Destination("observation", visit, first.pupil_id, "incident"))
        hands.type(letter)
        found += troubles(hands, f"incident {letter}")
    hands.go(Destination("observation", visit))
    hands.desktop.window.page().watch.mark_current()
    found += troubles(hands, "early")
    hands.go(Destination("vaccination_close", visit))
    page = hands.page
    assert isinstance(page, VaccinationClosePage)
    (lot,) = page.lots.rows
    hands.type("1")
    lot.returned.setFocus()
    hands.type("30")
    lot.why.set_value("other", "weggegeven")
    found += troubles(hands, "close")
    page._reopen.ask()
    found += troubles(hands, "reopen")
    hands.go(Destination("lot_recall"))
    hands.type("AC37B2210")
    hands.page.scan.scanned.emit("AC37B2210")
    found += troubles(hands, "recall")

    window = hands.desktop.window
    assert (window.width(), window.height()) == size
    assert not found, "\n".join(found)


def test_the_time_left_goes_on_while_the_page_stands_open(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world)
    give(hands, world, planned(hands, world, "dTpa")[0])
    hands.go(Destination("observation", world.visit(VACCINATION)))
    watch = hands.page.watch

    def shown() -> str:
        return str(watch.list.model().index(0, 1).data())

    assert shown() == "nog 15:00"
    wait(hands, minutes=10, seconds=50)
    hands.qtbot.waitUntil(lambda: shown() == "nog 04:10", timeout=3000)
    wait(hands, minutes=5)
    hands.qtbot.waitUntil(lambda: shown() == "mag gaan", timeout=3000)
    assert watch.current().left(hands.desk.clock.now()) == timedelta(0)


def test_in_discreet_mode_nobody_in_observation_is_named(opened: Opener, world: World) -> None:
    hands = opened(AN)
    have_session(hands, world)
    first, second = planned(hands, world, "dTpa")[:2]
    give(hands, world, first)
    step = go_to(hands, world, second.pupil_id)

    def shown() -> str:
        return str(step.watch.list.model().index(0, 0).data())

    assert shown() == show.list_name(first.family_name, first.given_name)
    hands.press(Qt.Key.Key_F9)
    assert shown() == show.initials(first.family_name, first.given_name)
    hands.press(Qt.Key.Key_F9)
    assert shown() == show.list_name(first.family_name, first.given_name)


def test_the_first_count_can_be_typed_the_moment_the_lots_are_shown(qtbot: QtBot) -> None:
    """A field that takes the focus before it is shown may lose it, and Enter then goes back."""
    card = CountCard()
    qtbot.addWidget(card)
    card.show()
    lot = SessionLot(
        lot_id=RecordId("lot"),
        vaccine="dTpa",
        product="Boostrix",
        number="AC37B2210",
        expires_on=date(2027, 5, 31),
        taken=40,
    )
    for _again in range(2):
        card.show_lots([LotLedger(lot, 40, 31)])
        assert card.rows[0].wasted.isVisible()
