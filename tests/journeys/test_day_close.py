"""Leaving the school: what has no outcome stops, the rest is named, and a late result opens it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.vaccination import VaccinationSession
from clbdesk.domain.visits import AttendanceState, VisitClose
from clbdesk.errors import Refused
from clbdesk.services.class_list import open_class_list, set_attendance
from clbdesk.services.day_close import close_day, open_day
from clbdesk.services.progress import PupilState
from clbdesk.services.readiness import Level, Line
from clbdesk.services.reading import Standing, all_standing, one_standing
from clbdesk.services.records import Part, Where, record
from clbdesk.services.visits import VisitState, find_visit, start_visit
from tests.journeys.conftest import Opener
from tests.journeys.days import started_at
from tests.journeys.moments import pause
from tests.journeys.needles import have_session
from tests.journeys.world import AN, CONTACT, VACCINATION, Hands, World
from ui.pages.base import Destination
from ui.pages.readiness_rows import ReadinessRows

Key = Qt.Key
HARD_SPACE = "\N{NO-BREAK SPACE}"


def closing(hands: Hands, world: World) -> VisitClose | None:
    with hands.desk.vault.read() as reader:
        found = one_standing(
            reader, derived_record_id("visit_close", world.visit(CONTACT)), VisitClose
        )
    return found.body if found else None


def at_the_end(opened: Opener, world: World) -> Hands:
    """Lotte was measured, everybody else nothing; the page by its own keys."""
    hands = opened(AN)
    start_visit(hands.desk, world.visit(CONTACT))
    started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(Key.Key_Return)
    hands.type("24,8")
    hands.save_and_go()
    hands.settle()
    hands.press(Key.Key_M, ctrl=True)
    hands.type("dag")
    hands.press(Key.Key_Return)
    hands.wait(lambda: hands.page.name == "day_close" and hands.page._view is not None)
    hands.settle()
    return hands


def test_a_pupil_without_an_outcome_stops_and_the_rest_is_noted_in_one_go(
    opened: Opener, world: World
) -> None:
    hands = at_the_end(opened, world)
    pause(hands)
    hands.save_and_go()
    assert hands.message() == "Afsluiten kan nog niet: zie de regels met een kruis."
    assert closing(hands, world) is None
    without = hands.page._view.without_outcome
    said = [label.text() for label in hands.page._names.findChildren(QLabel) if label.isVisible()]
    classes = sorted({row.class_name for row in without})
    assert said[::3] == classes
    assert sum(int(count) for count in said[1::3]) == len(without)
    assert all(row.given_name.replace(" ", HARD_SPACE) in " ".join(said) for row in without)

    hands.qtbot.mouseClick(hands.page._rest, Qt.MouseButton.LeftButton)
    hands.type("a")
    pause(hands)
    hands.save_and_go()
    view = open_class_list(hands.desk, world.visit(CONTACT))
    states = [row.state for row in view.rows]
    assert states.count(PupilState.BUSY) == 1
    assert states.count(PupilState.ABSENT) == len(states) - 1

    hands.wait(lambda: not hands.page._view.stops)
    hands.start_counting()
    pause(hands)
    hands.save_and_go()

    body = closing(hands, world)
    assert body is not None
    assert (body.seen, body.complete) == (1, 0)
    assert (body.absent, body.refused, body.pupils) == (len(states) - 1, 0, len(states))
    assert "afgesloten om" in hands.message()
    card = find_visit(hands.desk, world.visit(CONTACT))
    assert card is not None
    assert card.state is VisitState.CLOSED


def test_what_came_after_the_day_was_looked_at_still_stops(opened: Opener, world: World) -> None:
    hands = opened(AN)
    visit = world.visit(CONTACT)
    ids = [row.pupil_id for row in open_class_list(hands.desk, visit).rows]
    set_attendance(hands.desk, visit, ids, AttendanceState.ABSENT)
    looked_at = open_day(hands.desk, visit)
    assert not looked_at.stops
    set_attendance(hands.desk, visit, ids[:1], AttendanceState.PRESENT)
    with pytest.raises(Refused, match=r"day\.stopped"):
        close_day(hands.desk, looked_at)
    assert closing(hands, world) is None


def test_many_names_of_values_without_confirmation_stay_within_the_window(qtbot: QtBot) -> None:
    names = " · ".join(["Maximiliaan Vandenbroucke-Van den Bergh: rechteroog 1,20 logMAR"] * 6)
    rows = ReadinessRows()
    qtbot.addWidget(rows)
    text = "Nog 6 waarden zonder bevestiging. Bevestig of meet opnieuw."
    rows.show_lines([Line(Level.STOP, text, names, page="class_list")])
    rows.resize(1029, rows.heightForWidth(1029))
    rows.show()
    assert rows.minimumSizeHint().width() <= 1029
    (quiet,) = [one for one in rows.findChildren(QLabel) if one.text() == names]
    assert quiet.height() >= quiet.heightForWidth(quiet.width())


def test_a_result_after_closing_opens_the_visit_again(opened: Opener, world: World) -> None:
    hands = opened(AN)
    visit = world.visit(CONTACT)
    start_visit(hands.desk, visit)
    rows = open_class_list(hands.desk, visit).rows
    ids = [row.pupil_id for row in rows]
    set_attendance(hands.desk, visit, ids, AttendanceState.ABSENT)
    hands.go(Destination("day_close", visit))
    hands.wait(lambda: hands.page._view is not None)
    hands.settle()
    hands.save_and_go()
    hands.wait(lambda: closing(hands, world) is not None)
    assert open_day(hands.desk, visit).is_closed
    texts = [line.text for line in open_day(hands.desk, visit).lines]
    waiting = open_day(hands.desk, visit).waiting
    assert f"Niet verzonden: {waiting} wijzigingen" in texts
    assert hands.message().endswith(f"{waiting} wijzigingen wachten op synchronisatie.")

    hands.desk.clock.set(hands.desk.clock.now() + timedelta(minutes=5))
    set_attendance(hands.desk, visit, ids[:1], AttendanceState.PRESENT)

    assert not open_day(hands.desk, visit).is_closed
    card = find_visit(hands.desk, visit)
    assert card is not None
    assert card.state is VisitState.STARTED


def test_leaving_the_school_takes_six_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    visit = world.visit(CONTACT)
    ids = [row.pupil_id for row in open_class_list(hands.desk, visit).rows]
    set_attendance(hands.desk, visit, ids, AttendanceState.ABSENT)
    hands.go(Destination("class_list", visit))
    hands.settle()
    hands.start_counting()
    hands.press(Key.Key_M, ctrl=True)
    hands.type("dag")
    hands.press(Key.Key_Return)
    hands.wait(lambda: hands.page.name == "day_close" and hands.page._view is not None)
    hands.settle()
    hands.save_and_go()
    hands.wait(lambda: closing(hands, world) is not None)
    assert hands.strokes == 6


def test_a_session_of_another_table_that_is_open_keeps_the_day_open(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    visit = world.visit(VACCINATION)
    have_session(hands, world)

    def sessions() -> list[Standing[VaccinationSession]]:
        with hands.desk.vault.read() as reader:
            heads = reader.heads(kinds=("vaccination_session",), visit_id=visit)
        return all_standing(heads, VaccinationSession)

    record(hands.desk, [Part(sessions()[0].body, Where(visit_id=visit))])  # of the other table
    first, second = sessions()
    for closed in (first, second):
        body = replace(closed.body, closed_at=hands.desk.clock.now())
        where = Where(visit_id=visit)
        record(hands.desk, [Part(body, where, closed.record_id, (closed.revision.rev_id,))])
        texts = [line.text for line in open_day(hands.desk, visit).stops]
        assert ("Vaccinatiesessie nog open" in texts) is (closed is first)
