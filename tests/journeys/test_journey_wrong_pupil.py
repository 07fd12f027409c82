"""A wrong pupil vaccinated: from the needle to the letter, with what both dossiers keep."""

from __future__ import annotations

from PySide6.QtCore import Qt

from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.incident import Incident, VaccinationError
from clbdesk.domain.vaccination import DoseStatus, ValidityOverride
from clbdesk.services.class_list import ListRow
from clbdesk.services.follow_up_acts import finish
from clbdesk.services.history_rows import RowState
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.services.vaccination_observation import list_watched
from tests.builders.paper_words import pages_of
from tests.journeys.conftest import Opener
from tests.journeys.moments import pause
from tests.journeys.needles import doses, go_to, have_session, planned, rows, say_birthday
from tests.journeys.test_vaccination_after import found
from tests.journeys.town import Town
from tests.journeys.world import AN, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.history import HistoryPage

Key = Qt.Key


def needle(hands: Hands, world: World) -> tuple[ListRow, ListRow]:
    """The name that was called, and who came: the needle is written down with the first."""
    called, came = planned(hands, world, "dTpa")[:2]
    go_to(hands, world, called.pupil_id)
    say_birthday(hands, called.birth_date)
    hands.press(Key.Key_F7)
    pause(hands)
    hands.save_and_go()
    assert [one.status for one in doses(hands, world, called.pupil_id)] == [DoseStatus.GIVEN]
    return called, came


def dose_in_dossier(hands: Hands, world: World, row: ListRow) -> HistoryPage:
    """The dossier of a pupil, with the dose of this visit opened."""
    hands.go(Destination("history", world.visit(VACCINATION), row.pupil_id))
    page = hands.page
    assert isinstance(page, HistoryPage)
    for at, one in enumerate(page._model.rows()):
        if one.kind == "dose" and "Boostrix" in one.about:
            page._list.go_to(at)
            page._list.setFocus()
            hands.press(Key.Key_Return)
            return page
    raise AssertionError("no dose in the dossier")


def move_to(hands: Hands, page: HistoryPage, other: ListRow) -> None:
    """Ctrl+Shift+M, the name, Verplaatsen."""
    hands.press(Key.Key_M, ctrl=True, shift=True)
    assert page._move.isVisible()
    assert "vaccinatiefout" in page._move._note.text()
    hands.type(f"{other.family_name} {other.given_name}"[:12])
    hands.press(Key.Key_Return, Key.Key_Tab, Key.Key_Space)


def test_a_needle_in_the_wrong_pupil_is_moved_both_dossiers_keep_it_and_parents_are_told(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    called, came = needle(hands, world)
    page = dose_in_dossier(hands, world, called)

    move_to(hands, page, came)

    assert "als vaccinatiefout" in hands.message()
    assert doses(hands, world, called.pupil_id) == []
    (dose,) = doses(hands, world, came.pupil_id)
    assert (dose.status, dose.lot) == (DoseStatus.GIVEN, "AC37B2210")
    assert dose.validity_override is ValidityOverride.INVALID
    (shown,) = [one for one in page._model.rows() if one.kind == "dose" and "Boostr" in one.about]
    assert shown.state is RowState.WITHDRAWN, "the record stays"
    (incident,) = found(hands, Incident)
    assert incident.body.error is VaccinationError.WRONG_PUPIL
    assert incident.body.pupil_id == came.pupil_id
    assert {one.body.pupil_id for one in found(hands, Task)} == {called.pupil_id, came.pupil_id}
    watched = list_watched(hands.desk, world.visit(VACCINATION))
    assert [one.pupil_id for one in watched] == [came.pupil_id]
    again = next(one for one in rows(hands, world) if one.pupil_id == called.pupil_id)
    assert again.vaccination is not None
    assert [one.vaccine for one in again.vaccination.vaccines if one.is_open] == ["dTpa"]

    visit = world.visit(VACCINATION)
    (letter,) = [
        one for one in open_letters(hands.desk, visit).rows if one.pupil_id == came.pupil_id
    ]
    assert letter.state is LetterState.TELL_FIRST
    for task in found(hands, Task):
        assert task.body.task is TaskKind.INFORM_PARENTS
        finish(hands.desk, task, done=True, reason="gebeld")
    made = make_letters(hands.desk, visit, [letter.key], action="print")
    words = pages_of(made.printed.pdf)[0]
    assert f"{came.given_name} {came.family_name}" in words
    assert "Lotnummer AC37B2210" in words
    assert "vergissing van het CLB" in words
    assert called.family_name not in words


def test_the_error_comes_home_with_the_laptop(town: Town) -> None:
    world = town.world
    hands = town.window("LAP-07", AN)
    have_session(hands, world)
    called, came = needle(hands, world)
    move_to(hands, dose_in_dossier(hands, world, called), came)
    town.synchronise("LAP-07", hands.desk)

    other = town.desk("LAP-03", "Els Claes")
    town.synchronise("LAP-03", other)
    with other.vault.read() as reader:
        head = [
            one
            for one in reader.heads(
                kinds=("dose",), pupil_id=called.pupil_id, include_withdrawn=True
            )
            if one.leaf.visit_id == world.visit(VACCINATION)
        ]
        assert [one.is_withdrawn for one in head] == [True]
        (standing,) = [
            one
            for one in reader.heads(kinds=("dose",), pupil_id=came.pupil_id)
            if one.leaf.visit_id == world.visit(VACCINATION)
        ]
        assert not standing.is_conflict
    other.close()
