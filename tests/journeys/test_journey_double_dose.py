"""A dose given twice by two stations that did not see each other: found at the first synchronising."""

from __future__ import annotations

from clbdesk.domain.vaccination import Dose
from clbdesk.ids import PupilId
from clbdesk.services.desk import Desk
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import open_letters
from clbdesk.services.reading import Standing, all_standing
from tests.journeys.moments import pause
from tests.journeys.needles import have_session, planned
from tests.journeys.test_journey_recall import els, give_at
from tests.journeys.test_vaccination_after import give
from tests.journeys.town import Town, press_synchronise, tasks_of
from tests.journeys.world import AN, VACCINATION, Hands
from ui.pages.base import Destination
from ui.pages.conflicts import ConflictsPage

__all__ = ["els"]


def doses_of(desk: Desk, pupil_id: PupilId) -> list[Standing[Dose]]:
    """The doses of today, of whichever station."""
    with desk.vault.read() as reader:
        found = all_standing(reader.heads(kinds=("dose",), pupil_id=pupil_id), Dose)
    return [one for one in found if one.body.on == "2026-11-23"]


def both_gave(town: Town, els: Desk) -> tuple[Hands, PupilId]:
    """Unlinked, each gave the same pupil the same vaccine; both came home."""
    world = town.world
    an = town.window("LAP-07", AN)
    have_session(an, world)
    row = planned(an, world, "dTpa")[0]
    give_at(els, world, row)
    give(an, world, row)
    town.synchronise("LAP-03", els)
    press_synchronise(an)
    return an, row.pupil_id


def test_a_dose_of_two_stations_is_asked_about_and_both_count_until_somebody_says(
    town: Town, els: Desk
) -> None:
    an, pupil_id = both_gave(town, els)

    assert len(doses_of(an.desk, pupil_id)) == 2
    assert any("twee" in one.casefold() for one in tasks_of(an)), tasks_of(an)
    visit = town.world.visit(VACCINATION)
    (letter,) = [one for one in open_letters(an.desk, visit).rows if one.pupil_id == pupil_id]
    assert letter.state is LetterState.TWO_VERSIONS, "no paper while nobody knows"


def test_one_needle_leaves_one_dose_and_the_other_laptop_hears_it(town: Town, els: Desk) -> None:
    an, pupil_id = both_gave(town, els)
    an.go(Destination("conflicts"))
    page = an.page
    assert isinstance(page, ConflictsPage)
    assert page._left.isVisible()
    assert page._left.text().startswith("Eén prik")
    an.type("l")
    page.reason_edit.setFocus()
    an.type("een prik, twee keer genoteerd")
    pause(an)
    an.save_and_go()

    (kept,) = doses_of(an.desk, pupil_id)
    town.synchronise("LAP-07", an.desk)
    town.synchronise("LAP-03", els)
    assert [one.record_id for one in doses_of(els, pupil_id)] == [kept.record_id]


def test_two_needles_both_stay(town: Town, els: Desk) -> None:
    an, pupil_id = both_gave(town, els)
    an.go(Destination("conflicts"))
    page = an.page
    assert isinstance(page, ConflictsPage)
    an.type("b")
    page.reason_edit.setFocus()
    an.type("twee vaccins door twee mensen")
    pause(an)
    an.save_and_go()
    assert page._empty.isVisible(), "nothing is asked any more"
    assert len(doses_of(an.desk, pupil_id)) == 2
