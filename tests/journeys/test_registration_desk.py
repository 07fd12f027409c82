"""Two laptops at one session: Els registers without a needle, An vaccinates; the link carries it over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.vaccination import DoseStatus, IdentityCheck, NotGivenReason, Prescreen
from clbdesk.domain.visits import Attendance, AttendanceState
from clbdesk.services.class_list import ListRow
from clbdesk.services.vaccination_plan import PlanGroup
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import (
    doses,
    go_to,
    have_session,
    planned,
    records,
    rows,
    say_birthday,
    sentences,
)
from tests.journeys.test_link import link, unmet
from tests.journeys.world import AN, ELS, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.vaccination_list import VaccinationListPage
from ui.widgets.cells import StateCell

Key = Qt.Key


@pytest.fixture
def tables(opened: Opener, world: World) -> tuple[Hands, Hands]:
    """An with her session, Els at the desk of the same visit, linked."""
    an, els = opened(AN), opened(ELS, "LAP-03")
    have_session(an, world)
    for hands in (an, els):
        hands.go(Destination("link", world.visit(VACCINATION)))
    link((an, els))
    to_the_front(els)
    sit_at_desk(els, world)
    return an, els


def to_the_front(hands: Hands) -> None:
    hands.desktop.window.activateWindow()
    hands.wait(hands.desktop.window.isActiveWindow)


def sit_at_desk(hands: Hands, world: World) -> None:
    """Mijn post: Aanmelden."""
    hands.go(Destination("vaccination_list", world.visit(VACCINATION)))
    assert isinstance(hands.page, VaccinationListPage)
    hands.page._rail.post.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type("a")
    hands.settle()
    assert hands.page.footer.primary.text() == "Open"


def state_on_list(hands: Hands, world: World, row: ListRow) -> str:
    """The word of a pupil on the vaccination list."""
    hands.go(Destination("vaccination_list", world.visit(VACCINATION)))
    page = hands.page
    assert isinstance(page, VaccinationListPage)
    page._rail.classes.set_value(row.class_name)
    page._filter()
    position = page._model.position(row.pupil_id)
    assert position is not None
    cell = page._columns()[4].cell(page._model.row(position))
    assert isinstance(cell, StateCell)
    return cell.word


def register(els: Hands, world: World, row: ListRow) -> None:
    """At the desk: the birthday, who said it, no to every question."""
    to_the_front(els)
    go_to(els, world, row.pupil_id)
    say_birthday(els, row.birth_date)
    els.press(Key.Key_F7)
    assert els.page.footer.primary.text().startswith("Aangemeld, en ")
    els.save_and_go()


def test_the_desk_records_everything_but_the_needle_in_eight_strokes(
    tables: tuple[Hands, Hands], world: World
) -> None:
    _an, els = tables
    row = planned(els, world, "dTpa")[0]

    register(els, world, row)

    assert els.strokes == 8
    assert els.message().startswith(f"{row.given_name} {row.family_name} aangemeld.")
    assert doses(els, world, row.pupil_id) == []
    assert records(els, world, row.pupil_id, "observation") == []
    (identity,) = records(els, world, row.pupil_id, "identity_check")
    assert isinstance(identity, IdentityCheck)
    (prescreen,) = records(els, world, row.pupil_id, "prescreen")
    assert isinstance(prescreen, Prescreen)
    assert set(prescreen.answers.values()) == {False}
    (attendance,) = records(els, world, row.pupil_id, "attendance")
    assert isinstance(attendance, Attendance)
    assert attendance.state is AttendanceState.PRESENT


def test_what_the_desk_recorded_stands_in_the_form_of_the_vaccinator_who_asks_the_birthday_again(
    tables: tuple[Hands, Hands], world: World
) -> None:
    an, els = tables
    row = planned(els, world, "dTpa")[0]
    register(els, world, row)
    an.wait(lambda: bool(records(an, world, row.pupil_id, "prescreen")))

    to_the_front(an)
    assert state_on_list(an, world, row) == "Aangemeld"
    page = go_to(an, world, row.pupil_id)
    assert page.identity.typed() == ""
    assert set(page.questions.answers().values()) == {False}
    say_birthday(an, row.birth_date)
    assert unmet(page) == set()
    an.save_and_go()

    assert an.strokes == 7
    (dose,) = doses(an, world, row.pupil_id)
    assert dose.status is DoseStatus.GIVEN
    els.wait(lambda: bool(doses(els, world, row.pupil_id)))
    assert state_on_list(an, world, row) != "Aangemeld"
    with an.desk.vault.read() as reader:
        (head,) = reader.heads(
            kinds=("identity_check",), visit_id=world.visit(VACCINATION), pupil_id=row.pupil_id
        )
    assert head.leaf.author == world.staff(AN)  # both checks are kept, this one stands
    assert head.leaf.base


def test_a_refusal_at_the_desk_is_on_the_list_of_the_vaccinator(
    tables: tuple[Hands, Hands], world: World
) -> None:
    an, els = tables
    row = planned(els, world, "dTpa")[0]
    go_to(els, world, row.pupil_id)
    els.press(Key.Key_F8)
    els.type("w")
    els.save_and_go()
    an.wait(lambda: bool(doses(an, world, row.pupil_id)))

    (dose,) = doses(an, world, row.pupil_id)
    assert (dose.status, dose.reason) == (DoseStatus.NOT_GIVEN, NotGivenReason.PUPIL_REFUSES)
    to_the_front(an)
    page = go_to(an, world, row.pupil_id)
    assert not page.doses.lines[0].is_given


def test_a_yes_at_the_desk_waits_for_a_doctor_at_both_tables(
    tables: tuple[Hands, Hands], world: World
) -> None:
    an, els = tables
    row = planned(els, world, "dTpa")[0]
    page = go_to(els, world, row.pupil_id)
    say_birthday(els, row.birth_date)
    els.press(Key.Key_F7)
    page.questions.set_answers(
        {**page.questions.answers(), "allergy": True}, {"allergy": "latex"}, ()
    )
    page.card.edited.emit()
    els.save_and_go()
    assert "arts" in sentences(els)
    assert records(els, world, row.pupil_id, "prescreen") == []

    page.follow_link(0)
    pause(els)
    els.save_and_go()
    an.wait(lambda: bool(doses(an, world, row.pupil_id)))
    (listed,) = [one for one in rows(an, world) if one.pupil_id == row.pupil_id]
    assert listed.vaccination is not None
    assert listed.vaccination.group is PlanGroup.WAITS


def test_a_wrong_birthday_is_not_registered(tables: tuple[Hands, Hands], world: World) -> None:
    _an, els = tables
    row = planned(els, world, "dTpa")[0]
    go_to(els, world, row.pupil_id)
    els.type("3112")
    els.press(Key.Key_Return)
    els.type("l")
    els.press(Key.Key_F7)
    els.save_and_go()
    assert records(els, world, row.pupil_id, "identity_check") == []
    assert "hoort niet bij" in sentences(els)
