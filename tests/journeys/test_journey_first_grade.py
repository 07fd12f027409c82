"""A class of the first grade, from its list to its letters in the order of the envelopes.

24 pupils are there. One forgot the glasses, of one an eye cannot be tested, one does not hear a
tone. Growth, questionnaires and the healthy eyes come from a colleague at another post; everything
else is done at the keyboard: who is here, hearing in line, the two special pairs of eyes, three
conclusions, the signatures of the doctor, and the paper.
"""

from __future__ import annotations

from random import Random

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clbdesk.cli.demo import at_school
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Acuity, Audiometry, CellResult, Conclusion, ConclusionWord
from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.visits import AttendanceState
from clbdesk.ids import PupilId
from clbdesk.services.class_list import ListRow, open_class_list
from clbdesk.services.growth import ask_about, open_growth, record_growth
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.services.pupil import PupilOnVisit, open_pupil
from clbdesk.services.reading import all_standing
from clbdesk.services.visit_papers import envelope_list
from clbdesk.standards.entry_limits import Field
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, saved
from tests.journeys.moments import pause, set_defaults
from tests.journeys.tray import Tray, pages_of
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, open_window
from ui.pages.base import Destination
from ui.pages.class_list import ClassListPage
from ui.pages.grid import GridPage

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
    hands.press(Qt.Key.Key_Escape)


def plain_growth(hands: Hands, where: PupilOnVisit) -> None:
    """Length and weight near the earlier ones, about which nothing is asked."""
    view = open_growth(hands.desk, where)
    for seed in range(200):
        entry = at_school._measured(view, Random(seed))
        values = ((Field.HEIGHT, entry.height_cm), (Field.WEIGHT, entry.weight_kg))
        if not any(ask_about(view, entry, field, value) for field, value in values if value):
            record_growth(hands.desk, view, entry, view.base)
            return
    raise AssertionError("no plain growth was found")


def other_posts(hands: Hands, world: World, rows: list[ListRow], special: set[PupilId]) -> None:
    """What a colleague records meanwhile."""
    for row in rows:
        where = open_pupil(hands.desk, world.visit(CONTACT), row.pupil_id).on_visit
        plain_growth(hands, where)
        parts = [at_school._questionnaire, at_school._status]
        if row.pupil_id not in special:
            parts.append(at_school._vision)
        for part in parts:
            part(hands.desk, where, _Steady())


def hearing_in_line(hands: Hands, world: World, deaf: PupilId, count: int) -> None:
    """F7 and Ctrl+Enter per pupil; of one the first tone is not heard."""
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.desktop.work.station.post = "hearing"
    hands.press(Qt.Key.Key_R, ctrl=True, shift=True)
    hands.settle()
    page = hands.page
    assert isinstance(page, GridPage)
    for _ in range(count):
        assert page._pupil is not None
        if page._pupil.on_visit.pupil_id == deaf:
            hands.type("n")
            hands.press(ENTER)
        hands.press(F7)
        hands.save_and_go()
        hands.settle()
        pause(hands)
    hands.desktop.work.station.post = "all"


def eyes(hands: Hands, world: World, pupil_id: PupilId, *typed: str) -> None:
    """The page of sight of one pupil: correction, right, left; F7 fills position and colours."""
    hands.go(Destination("pupil", world.visit(CONTACT), pupil_id, "vision"))
    for at, one in enumerate(typed):
        if at:
            hands.press(ENTER)
        hands.type(one)


def conclude(hands: Hands, world: World, pupil_id: PupilId, **letters: Qt.Key) -> None:
    """Besluit: F7, and a letter for every domain without a proposal; in order unless said."""
    hands.go(Destination("pupil", world.visit(CONTACT), pupil_id, "decision"))
    pause(hands)
    hands.press(F7)
    for row in hands.page._pages["decision"]._rows:
        if row.value() is None:
            row.choice.setFocus()
            hands.press(letters.get(row.row.domain.value, Qt.Key.Key_I))
    hands.save_and_go()
    links = hands.page.messages.message().links
    assert not links, [link.text for link in links]


def to_printer(hands: Hands) -> None:
    """Ctrl+Enter, and the patience that 24 letters with a chart ask on a busy machine."""
    focus = QApplication.focusWidget()
    QTest.keyClick(focus, ENTER, Qt.KeyboardModifier.ControlModifier)
    hands.strokes += 1
    tasks = hands.desktop.work.tasks
    hands.qtbot.waitUntil(lambda: not tasks.is_busy(), timeout=60_000)


def words(found: Conclusion | None) -> dict[str, ConclusionWord]:
    assert found is not None
    return {one.domain: one.conclusion for one in found.domains}


def test_a_first_grade_of_twenty_four_goes_home_with_its_letters(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    set_defaults(hands, world)
    who_is_here(hands, world)
    rows = in_class(hands, world)
    assert len(rows) == 24
    forgot, untestable, deaf = (rows[at].pupil_id for at in (2, 9, 17))
    other_posts(hands, world, rows, {forgot, untestable})
    hearing_in_line(hands, world, deaf, len(rows))

    eyes(hands, world, forgot, "v", "0,4", "0,4")
    hands.press(F7)
    hands.save_and_go()
    eyes(hands, world, untestable, "z", "0", "")
    hands.press(F8)
    hands.type("m")
    hands.press(ENTER)
    hands.type("b")
    hands.save_and_go()  # the strip
    hands.press(F7)
    pause(hands)
    hands.save_and_go()

    left = saved(hands, world, untestable, "acuity", Acuity).left
    assert left is not None
    assert left.state is ExamState.NOT_POSSIBLE
    tones = saved(hands, world, deaf, "audiometry", Audiometry)
    assert tones is not None
    assert [one.result for one in tones.right.values()].count(CellResult.FAIL) == 1
    assert {one.result for one in tones.left.values()} == {CellResult.PASS}

    del left, tones
    conclude(hands, world, forgot, vision=Qt.Key.Key_C)
    conclude(hands, world, untestable, vision=Qt.Key.Key_C)
    conclude(hands, world, deaf, hearing=Qt.Key.Key_C)
    for row in rows:
        if row.pupil_id not in {forgot, untestable, deaf}:
            where = open_pupil(hands.desk, world.visit(CONTACT), row.pupil_id).on_visit
            at_school._decision(hands.desk, where, _Steady())
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
        pause(doctor)
    assert doctor.strokes == 24
    assert doctor.page.name == "follow_up"

    # Three strokes: the envelope list and the letters of the class.
    doctor.go(Destination("class_list", world.visit(CONTACT)))
    doctor.start_counting()
    doctor.press(Qt.Key.Key_P, ctrl=True)
    letters = open_letters(doctor.desk, world.visit(CONTACT))
    assert [row.state for row in letters.rows] == [LetterState.READY] * 24
    to_printer(doctor)
    doctor.press(Qt.Key.Key_J)
    assert doctor.strokes == 3
    assert tray.pages(0) == 25, "the list of the envelopes and 24 letters"
    again = open_letters(doctor.desk, world.visit(CONTACT))
    assert {row.state for row in again.rows} == {LetterState.PRINTED}

    # What lies in the tray: the names of the list are those of the letters, in one order.
    keys = [row.key for row in letters.rows]
    made = make_letters(doctor.desk, world.visit(CONTACT), keys, action="preview")
    papers = pages_of(made.printed.pdf)
    envelopes = " ".join(pages_of(envelope_list(doctor.desk, letters, CLASS, keys).printed().pdf))
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
