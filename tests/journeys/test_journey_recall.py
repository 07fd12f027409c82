"""A lot is recalled: at once on the laptop without a network, and over all schools at the centre."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import Qt

from clbdesk.centre.recall import recall_lot as recall_at_centre
from clbdesk.domain.vaccination import DoseStatus
from clbdesk.services.class_list import ListRow
from clbdesk.services.desk import Desk
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.vaccination import open_vaccination
from clbdesk.services.vaccination_saving import record_vaccination
from tests.builders.vaccination_visit import full_entry
from tests.journeys.needles import doses, have_session, planned
from tests.journeys.test_vaccination_after import give
from tests.journeys.town import Town
from tests.journeys.world import AN, ELS, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.history import HistoryPage
from ui.pages.lot_recall import LotRecallPage

Key = Qt.Key
LOT = "AC37B2210"


def ask(hands: Hands, number: str) -> LotRecallPage:
    """Lot terugroepen, the number as somebody reads it out on the telephone."""
    hands.go(Destination("lot_recall"))
    page = hands.page
    assert isinstance(page, LotRecallPage)
    page.scan.clear()
    page.scan.setFocus()
    hands.type(number)
    hands.press(Key.Key_Return)
    return page


def give_at(desk: Desk, world: World, row: ListRow) -> None:
    """A session and a dose at a table without a window; who sits there asked the other table."""
    have_session(cast("Hands", SimpleNamespace(desk=desk)), world, user=desk.user.name)
    with desk.vault.read() as reader:
        on_visit = find_on_visit(reader, world.visit(VACCINATION), row.pupil_id)[0]
    view = open_vaccination(desk, on_visit)
    record_vaccination(desk, view, full_entry(view, asked_other_post=True), view.base)


@pytest.fixture
def els(town: Town) -> Iterator[Desk]:
    """Els at the other table; the two laptops do not see each other."""
    desk = town.desk("LAP-03", ELS)
    yield desk
    desk.close()


def test_a_lot_is_found_on_the_laptop_at_once_and_at_the_centre_over_all_laptops(
    town: Town, els: Desk
) -> None:
    world = town.world
    an = town.window("LAP-07", AN)
    have_session(an, world)
    here, there = planned(an, world, "dTpa")[:2]
    give(an, world, here)
    give_at(els, world, there)

    page = ask(an, "ac37 b2210")
    assert [row.pupil_id for row in page._model.rows()] == [here.pupil_id]
    assert page._words.text() == (
        "Lot ac37 b2210: 1 leerling op deze laptop. Het centrum zoekt in alle scholen."
    )
    an.press(Key.Key_Return)
    assert isinstance(an.page, HistoryPage), "Enter opens the dossier"

    town.synchronise("LAP-07", an.desk)
    town.synchronise("LAP-03", els)
    found = recall_at_centre(world.setting.centre, "AC37 B2210")
    assert {one.pupil_id for one in found} >= {here.pupil_id, there.pupil_id}
    assert all(one.family_name and one.school and one.on for one in found)

    town.synchronise("LAP-07", an.desk)
    page = ask(an, LOT)
    assert {row.pupil_id for row in page._model.rows()} == {here.pupil_id, there.pupil_id}
    assert [one.status for one in doses(an, world, there.pupil_id)] == [DoseStatus.GIVEN]


def test_asking_is_a_line_of_the_access_log_and_nobody_is_named_for_another_lot(
    town: Town,
) -> None:
    an = town.window("LAP-07", AN)
    have_session(an, town.world)
    give(an, town.world, planned(an, town.world, "dTpa")[0])
    page = ask(an, "ZZ999")
    assert page._model.rows() == ()
    assert page._words.text().startswith("Geen prik met lot ZZ999 op deze laptop.")
    with an.desk.vault.read() as reader:
        last = list(reader.access_lines())[-1]
    assert (last.action, last.reason) == ("recall", "ZZ999")
