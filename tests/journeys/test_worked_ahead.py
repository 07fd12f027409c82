"""A list of a vaccination session stands at once: it was worked out while nobody waited."""

from __future__ import annotations

from tests.journeys.conftest import Opener
from tests.journeys.needles import have_session
from tests.journeys.test_locking import lock
from tests.journeys.world import AN, VACCINATION, WIM, Hands, World
from ui.pages.base import Destination
from ui.pages.vaccination_list import VaccinationListPage


def kept(hands: Hands) -> dict[object, object]:
    """The plan of every pupil as it was worked out, by pupil."""
    hands.wait(hands.desktop.ahead.is_done)
    return {key[2]: plan for key, (_print, plan) in hands.desk.worked_out.items()}


def shown(hands: Hands, world: World) -> dict[object, object]:
    """The plans on the list, by pupil."""
    hands.go(Destination("vaccination_list", world.visit(VACCINATION)))
    assert isinstance(hands.page, VaccinationListPage)
    assert hands.page._view is not None
    return {row.pupil_id: row.vaccination for row in hands.page._view.rows}


def test_no_plan_is_made_when_the_list_is_opened_after_the_work_ahead(
    opened: Opener, world: World
) -> None:
    an = opened(AN)
    before = kept(an)
    plans = shown(an, world)
    assert plans
    assert sum(plan is not before.get(pupil_id) for pupil_id, plan in plans.items()) == 0


def test_other_lots_to_give_are_worked_out_before_the_list_is_opened_again(
    opened: Opener, world: World
) -> None:
    an = opened(AN)
    first = kept(an)
    outcome = have_session(an, world)
    assert an.desktop.work is not None
    an.desktop.work.bus.changed.emit(outcome.changes)
    second = kept(an)
    plans = shown(an, world)
    assert sum(plan is not second.get(pupil_id) for pupil_id, plan in plans.items()) == 0
    assert all(plan is not first[pupil_id] for pupil_id, plan in plans.items())


def test_locking_drops_what_was_worked_out_and_begins_no_more(opened: Opener) -> None:
    an = opened(AN)
    desk = an.desk
    an.wait(lambda: bool(desk.worked_out))
    lock(an)
    an.wait(lambda: an.desktop.work is None and not an.desktop._tasks.is_busy())
    an.qtbot.wait(100)
    assert desk.worked_out == {}
    assert not an.desktop._tasks.is_busy()


def test_a_vault_without_medical_records_works_nothing_out(opened: Opener) -> None:
    assert kept(opened(WIM)) == {}
