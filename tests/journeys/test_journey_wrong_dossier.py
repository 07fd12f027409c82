"""An entry with the wrong pupil: moved by keyboard, told by both dossiers and the log of both.

After synchronising the centre can show each of the two families who did what, without naming the
other child.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from clbdesk.centre.access_review import access_of_pupil
from clbdesk.domain.contact import Growth
from clbdesk.domain.intervention import Intervention
from clbdesk.ids import PupilId
from clbdesk.services.history_rows import RowState
from clbdesk.services.move import others_on
from clbdesk.services.reading import all_standing
from tests.journeys.moments import pause
from tests.journeys.town import Town, press_synchronise
from tests.journeys.world import AN, CONTACT, Hands, find_pupil
from ui.pages.base import Destination
from ui.pages.history import HistoryPage


def dossier(hands: Hands, town: Town, pupil_id: PupilId, kind: str) -> HistoryPage:
    """The dossier, with the newest record of a kind open."""
    hands.go(Destination("history", town.world.visit(CONTACT), pupil_id))
    page = hands.page
    assert isinstance(page, HistoryPage)
    place = next(at for at, row in enumerate(page._model.rows()) if row.kind == kind)
    page._list.go_to(place)
    page._list.setFocus()
    hands.press(Qt.Key.Key_Return)
    return page


def note_intervention(hands: Hands) -> None:
    """From the dossier, by the first letters of each list."""
    hands.press(Qt.Key.Key_N, ctrl=True)
    for letters in ("leer", "draai", "extern", "prev", "sla"):
        hands.type(letters)
        hands.press(Qt.Key.Key_Return, Qt.Key.Key_Tab)
    hands.type("huisarts gebeld")
    pause(hands)
    hands.save_and_go()
    hands.press(Qt.Key.Key_Escape)


def move_to(hands: Hands, family: str, given: str) -> None:
    """Ctrl+Shift+M, the name, Enter, and the button."""
    hands.press(Qt.Key.Key_M, ctrl=True, shift=True)
    hands.type(f"{family} {given}")
    hands.press(Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space)


@pytest.mark.parametrize("kind,shape", [("growth", Growth), ("intervention", Intervention)])
def test_what_was_entered_with_the_wrong_pupil_moves_with_audit_on_both(
    town: Town, kind: str, shape: type[Growth | Intervention]
) -> None:
    an = town.window("LAP-07", AN)
    wrong = find_pupil(an.desk, "Peeters", "Lotte")
    right = others_on(an.desk, town.world.visit(CONTACT), wrong)[0]
    if kind == "growth":
        town.measure(an.desk, wrong, "121.4", "22.8")
    else:
        an.go(Destination("history", town.world.visit(CONTACT), wrong))
        note_intervention(an)

    dossier(an, town, wrong, kind)
    move_to(an, right.family_name, right.given_name)

    assert "verplaatst van Lotte Peeters naar" in an.message()
    old = next(row for row in dossier(an, town, wrong, kind)._model.rows() if row.kind == kind)
    new = next(
        row for row in dossier(an, town, right.pupil_id, kind)._model.rows() if row.kind == kind
    )
    assert (old.state, new.state) == (RowState.WITHDRAWN, RowState.SAVED)
    with an.desk.vault.read() as reader:
        here = all_standing(reader.heads(kinds=(kind,), pupil_id=wrong), shape)
        there = all_standing(reader.heads(kinds=(kind,), pupil_id=right.pupil_id), shape)
    assert old.record_id not in {one.record_id for one in here}
    assert new.record_id in {one.record_id for one in there}

    press_synchronise(an)
    an.wait(lambda: an.page.work.waiting == 0)
    centre = town.world.setting.centre
    told = {
        pupil_id: [
            (line.action, line.reason)
            for line in access_of_pupil(centre, pupil_id)
            if line.kind == kind
        ]
        for pupil_id in (wrong, right.pupil_id)
    }
    assert ("withdraw", "verkeerde leerling, verplaatst") in told[wrong]
    assert ("record", "verplaatst van een andere leerling") in told[right.pupil_id]
    assert not any(right.given_name in reason for _, reason in told[wrong])
    assert not any("Lotte" in reason for _, reason in told[right.pupil_id])
