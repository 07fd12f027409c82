"""A class of the first grade, from its list to its letters in the order of the envelopes.

24 pupils are there. One forgot the glasses, of one an eye cannot be tested, one does not hear a
tone. The questionnaires were entered at the centre; everything else is done at the keyboard as a
nurse does it with a class: who is here, growth and hearing in the grid, sight at a station, the
status and the conclusion of each pupil, the signatures of the doctor, and the paper.
"""

from __future__ import annotations

from random import Random

import pytest
from PySide6.QtCore import Qt

from clbdesk.cli.demo import at_school
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    CellResult,
    ColourVision,
    Conclusion,
    ConclusionWord,
)
from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.visits import AttendanceState
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow, open_class_list
from clbdesk.services.growth import ask_about, open_growth
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.services.pupil import PupilOnVisit, open_pupil
from clbdesk.services.reading import all_standing
from clbdesk.services.visit_papers import envelope_list
from clbdesk.standards.entry_limits import Field
from tests.builders.paper_words import pages_of, text_of
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, saved
from tests.journeys.moments import set_defaults
from tests.journeys.tray import Tray
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, open_window
from ui.pages.base import Destination
from ui.pages.class_list import ClassListPage
from ui.pages.grid import GridPage
from ui.widgets import footer

ENTER, F7, F8 = Qt.Key.Key_Return, Qt.Key.Key_F7, Qt.Key.Key_F8
CLASS = "1B"


class _Steady(Random):
    """Nobody of the healthy is an exception."""

    def random(self) -> float:
        return 0.5


def in_class(hands: Hands, world: World) -> list[ListRow]:
    """The pupils of the class who are here."""
    rows = open_class_list(hands.desk, world.visit(CONTACT)).rows
    present = AttendanceState.PRESENT
    return [row for row in rows if row.class_name == CLASS and row.attendance is present]


def who_is_here(hands: Hands, world: World) -> None:
    """The whole class in one stroke, and one who is ill."""
    hands.go(Destination("class_list", world.visit(CONTACT)))
    page = hands.page
    assert isinstance(page, ClassListPage)
    page._rail.classes.set_value(CLASS)
    page._rail.changed.emit()
    hands.press(Qt.Key.Key_A, ctrl=True, shift=True)
    hands.type("aydin")
    hands.press(F8)
    hands.type("z")
    hands.save_and_go()
    hands.press(Qt.Key.Key_F, ctrl=True)
    hands.press(Qt.Key.Key_A, ctrl=True)
    hands.press(Qt.Key.Key_Backspace)  # the whole class again


def plain_growth(hands: Hands, where: PupilOnVisit) -> tuple[str, str]:
    """Length and weight near the earlier ones, about which nothing is asked, as they are typed."""
    view = open_growth(hands.desk, where)
    for seed in range(200):
        entry = at_school._measured(view, Random(seed))
        values = ((Field.HEIGHT, entry.height_cm), (Field.WEIGHT, entry.weight_kg))
        if not any(ask_about(view, entry, field, value) for field, value in values if value):
            height, weight = (f"{value}".replace(".", ",") for _field, value in values)
            return height, weight
    raise AssertionError("no plain growth was found")


def open_grid(hands: Hands, world: World, post: str) -> GridPage:
    """Ctrl+Shift+R at a post: one test for the whole class."""
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.desktop.work.station.post = post
    hands.press(Qt.Key.Key_R, ctrl=True, shift=True)
    hands.settle()
    page = hands.page
    assert isinstance(page, GridPage)
    return page


def growth_in_line(hands: Hands, world: World, rows: list[ListRow]) -> None:
    """Length, Enter, weight, Ctrl+Enter: eleven strokes or less a row."""
    page = open_grid(hands, world, "growth")
    typed = 0
    hands.start_counting()
    for _ in rows:
        assert page._pupil is not None
        height, weight = plain_growth(hands, page._pupil.on_visit)
        hands.type(height)
        hands.press(ENTER)
        hands.type(weight)
        hands.save_and_go()
        typed += len(height) + len(weight) + 2
    assert hands.strokes == typed <= 11 * len(rows)


def hearing_in_line(hands: Hands, world: World, deaf: PupilId, count: int) -> None:
    """F7 and Ctrl+Enter per pupil; of one the first tone is not heard."""
    page = open_grid(hands, world, "hearing")
    hands.start_counting()
    for _ in range(count):
        assert page._pupil is not None
        if page._pupil.on_visit.pupil_id == deaf:
            hands.type("n")
            hands.press(ENTER)
        hands.press(F7)
        hands.save_and_go()
    assert hands.strokes == 2 * count + 2


def first_of_class(hands: Hands, world: World, rows: list[ListRow], post: str) -> None:
    """The first of the class is opened from the list at a post."""
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.desktop.work.station.post = post
    hands.page._list.go_to(hands.page._model.position(rows[0].pupil_id))
    hands.page._list.setFocus()
    hands.start_counting()
    hands.press(ENTER)


def eyes_of_all(
    hands: Hands, world: World, rows: list[ListRow], forgot: PupilId, not_testable: PupilId
) -> None:
    """Seven strokes: correction, right, left, F7 for position and colours, the next of the list."""
    first_of_class(hands, world, rows, "vision")
    for _ in rows:
        pupil_id = hands.page._view.on_visit.pupil_id
        correction = "v" if pupil_id == forgot else "z"
        value = "0,4" if pupil_id == forgot else "0"
        hands.type(correction)
        hands.press(ENTER)
        hands.type(value)
        hands.press(ENTER)
        if pupil_id == not_testable:
            hands.press(F8)
            hands.type("m")
            hands.press(ENTER)
            hands.type("b")
            hands.save_and_go()  # the strip
        else:
            hands.type(value)
        hands.press(F7)
        hands.save_and_go()
        assert saved(hands, world, pupil_id, "colour_vision", ColourVision) is not None, (
            hands.message()
        )
    assert hands.strokes == 1 + 7 * len(rows) + 4 + 4


def concluded(hands: Hands, world: World, rows: list[ListRow], asked: dict[PupilId, str]) -> None:
    """The status in one stroke, then Besluit: F7, and a letter for every domain without proposal.

    `asked`: whose sight or hearing is looked at again (C); everybody else is in order.
    """
    first_of_class(hands, world, rows, "all")
    for _ in rows:
        pupil_id = hands.page._view.on_visit.pupil_id
        assert hands.page._page.step == "vaccination"
        hands.save_and_go()
        hands.press(F7)
        for row in hands.page._pages["decision"]._rows:
            if row.value() is None:
                row.choice.setFocus()
                hands.type("c" if row.row.domain.value == asked.get(pupil_id) else "i")
        hands.save_and_go()
        message = hands.page.messages.message()
        assert message is not None
        assert not message.links, [link.text for link in message.links]


def words(found: Conclusion | None) -> dict[str, ConclusionWord]:
    assert found is not None
    return {one.domain: one.conclusion for one in found.domains}


def test_a_first_grade_of_twenty_four_goes_home_with_its_letters(
    opened: Opener, world: World, tray: Tray, monkeypatch: pytest.MonkeyPatch
) -> None:
    # These hands wait for nothing: that a double press counts once is shown on one pupil.
    monkeypatch.setattr(footer, "_DOUBLE_PRESS_MS", 0)
    hands = opened(AN)
    set_defaults(hands, world)
    who_is_here(hands, world)
    rows = in_class(hands, world)
    assert len(rows) == 24
    forgot, untestable, deaf = (rows[at].pupil_id for at in (2, 9, 17))
    for row in rows:
        where = open_pupil(hands.desk, world.visit(CONTACT), row.pupil_id).on_visit
        at_school._questionnaire(hands.desk, where, _Steady())
    growth_in_line(hands, world, rows)
    hearing_in_line(hands, world, deaf, len(rows))
    eyes_of_all(hands, world, rows, forgot, untestable)

    left = saved(hands, world, untestable, "acuity", Acuity).left
    assert left is not None
    assert left.state is ExamState.NOT_POSSIBLE
    tones = saved(hands, world, deaf, "audiometry", Audiometry)
    assert tones is not None
    assert [one.result for one in tones.right.values()].count(CellResult.FAIL) == 1
    assert {one.result for one in tones.left.values()} == {CellResult.PASS}

    del left, tones
    concluded(hands, world, rows, {forgot: "vision", untestable: "vision", deaf: "hearing"})
    found = {
        one: saved(hands, world, one, "conclusion", Conclusion)
        for one in (forgot, untestable, deaf)
    }
    assert words(found[forgot])["vision"] is ConclusionWord.CHECK
    assert words(found[untestable])["vision"] is ConclusionWord.CHECK
    assert words(found[deaf])["hearing"] is not ConclusionWord.OK
    with hands.desk.vault.read() as reader:
        tasks = {
            one.body.pupil_id: one.body for one in all_standing(reader.heads(kinds=("task",)), Task)
        }
    assert tasks[forgot].task is tasks[untestable].task is TaskKind.SELECTIVE_EXAM
    assert tasks[deaf].task is TaskKind.OTOSCOPY

    # The doctor signs what waits, one stroke each.
    program = hands.desktop.program
    lock(hands)
    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    doctor.go(Destination("follow_up"))
    doctor.page._filters.group.set_value("to_sign")
    doctor.page._filters.changed.emit()
    doctor.settle()
    doctor.page._list.go_to(0)
    doctor.page._list.setFocus()
    doctor.press(ENTER)
    doctor.start_counting()
    for _ in rows:
        assert doctor.page.name == "pupil"
        doctor.save_and_go()
        assert "opgeslagen" in doctor.message() or "afgesloten" in doctor.message(), (
            doctor.message()
        )
    assert doctor.strokes == 24
    assert doctor.page.name == "follow_up"

    # Three strokes: the envelope list and the letters of the class.
    doctor.go(Destination("class_list", world.visit(CONTACT)))
    doctor.start_counting()
    doctor.press(Qt.Key.Key_P, ctrl=True)
    letters = open_letters(doctor.desk, world.visit(CONTACT))
    assert [row.state for row in letters.rows] == [LetterState.READY] * 24
    doctor.save_and_go()
    doctor.press(Qt.Key.Key_J)
    assert doctor.strokes == 3
    assert tray.pages(0) == 25, "the list of the envelopes and 24 letters"
    again = open_letters(doctor.desk, world.visit(CONTACT))
    assert {row.state for row in again.rows} == {LetterState.PRINTED}

    # What lies in the tray: the names of the list are those of the letters, in one order.
    keys = [row.key for row in letters.rows]
    made = make_letters(doctor.desk, world.visit(CONTACT), keys, action="preview")
    papers = pages_of(made.printed.pdf)
    envelopes = text_of(envelope_list(doctor.desk, letters, CLASS, keys).printed().pdf)
    order = [f"{row.given_name} {row.family_name}" for row in letters.rows]
    assert [
        one for one, page in zip(order, papers, strict=True) if f"Aan de ouders van {one}" in page
    ] == order
    places = [
        envelopes.index(f"{row.family_name.upper()}, {row.given_name}") for row in letters.rows
    ]
    assert "24 omslagen" in envelopes
    assert places == sorted(places)
    by_pupil = dict(zip((row.pupil_id for row in letters.rows), papers, strict=True))
    for pupil_id in (forgot, untestable):
        assert "Zien Het CLB kijkt dit later nog eens na." in by_pupil[pupil_id]
    assert "Horen Het gehoor is in orde." not in by_pupil[deaf]
    healthy = [page for one, page in by_pupil.items() if one not in {forgot, untestable, deaf}]
    for page in healthy:
        assert "Zien Het zicht is in orde." in page
        assert "Horen Het gehoor is in orde." in page
    for page in papers:
        for hidden in ("logMAR", "dB", "vergeten", "niet te testen", "VIS-", "AUD"):
            assert hidden not in page
