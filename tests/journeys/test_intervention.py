"""Noting an intervention by keyboard: from the dossier of a pupil, and about the school after a meeting."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from clbdesk.domain.intervention import Intervention
from clbdesk.services.history_rows import Group
from clbdesk.services.reading import all_standing
from tests.journeys.conftest import Opener
from tests.journeys.meetings import hold_meeting
from tests.journeys.world import AN, CONTACT, MEETING, WIM, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.history import HistoryPage
from ui.pages.intervention import InterventionPage
from ui.widgets.button import Button


def interventions(hands: Hands) -> list[Intervention]:
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("intervention",))
        return [one.body for one in all_standing(heads, Intervention)]


def choose(hands: Hands, *letters: str) -> None:
    """Type some letters in each list, take what they leave, and go on."""
    for text in letters:
        hands.type(text)
        hands.press(Qt.Key.Key_Return, Qt.Key.Key_Tab)


@pytest.fixture
def an(opened: Opener) -> Hands:
    return opened(AN)


def test_a_nurse_notes_an_intervention_from_the_dossier(an: Hands, world: World) -> None:
    lotte = find_pupil(an.desk, "Peeters", "Lotte")
    an.go(Destination("history", world.visit(CONTACT), lotte))
    an.press(Qt.Key.Key_N, ctrl=True)
    page = an.page
    assert isinstance(page, InterventionPage)

    choose(an, "leer", "draai", "extern", "prev", "sla")
    an.type("kinesist gebeld")
    an.save_and_go()

    (body,) = interventions(an)
    assert (body.client, body.function, body.actor) == ("LEERLING", "DRA", "EXTERN")
    assert (body.domain, body.pupil_id) == ("PGZ", lotte)
    assert body.text == "kinesist gebeld"
    assert an.message() == "Interventie van 23 nov 2026 opgeslagen."

    an.press(Qt.Key.Key_Escape)
    dossier = an.page
    assert isinstance(dossier, HistoryPage)
    assert [row.kind for row in dossier._model.rows() if row.group is Group.GUIDANCE] == [
        "intervention"
    ]


def test_the_timeline_is_narrowed_by_kind_and_by_domain(an: Hands, world: World) -> None:
    lotte = find_pupil(an.desk, "Peeters", "Lotte")
    an.go(Destination("history", world.visit(CONTACT), lotte))
    page = an.page
    assert isinstance(page, HistoryPage)
    everything = page._model.rowCount()

    page._filter.domain.setFocus()
    an.type("groei")
    an.press(Qt.Key.Key_Return)
    grown = page._model.rows()
    page._filter.show_everything()
    page._filter.kind.setFocus()
    an.type("vaccinatie")
    an.press(Qt.Key.Key_Return)
    given = page._model.rows()

    assert {one for row in grown for one in row.domains} == {"Groei"}
    assert {row.kind for row in given} == {"dose"}
    assert max(len(grown), len(given)) < everything


def test_a_draft_waits_and_a_list_without_a_choice_is_asked_for(an: Hands, world: World) -> None:
    lotte = find_pupil(an.desk, "Peeters", "Lotte")
    there = Destination("intervention", world.visit(CONTACT), lotte)
    an.go(there)
    choose(an, "leer", "draai")
    an.save_and_go()
    assert interventions(an) == []
    an.go(Destination("visits"))
    an.go(there)
    page = an.page
    assert isinstance(page, InterventionPage)
    assert [one.value() for one in page.lists.values()] == ["LEERLING", "DRA", None, None, None]


def test_after_a_meeting_it_is_about_the_school(opened: Opener, world: World) -> None:
    wim = opened(WIM)
    hold_meeting(wim.desk, world.visit(MEETING))
    wim.go(Destination("care_meeting", world.visit(MEETING)))
    (note,) = [one for one in wim.page.topics.findChildren(Button) if one.isVisible()]
    note.click()
    wim.settle()
    assert isinstance(wim.page, InterventionPage)

    choose(wim, "school", "consul", "zorg", "leren", "rek")
    wim.save_and_go()

    (body,) = interventions(wim)
    assert (body.pupil_id, body.function, body.subject) == (None, "CLLB", "maths")
    assert body.meeting_id is not None
