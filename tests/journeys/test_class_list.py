"""Klaslijst in the real window: who is here, who is not, and who was not on the list."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt

from clbdesk.domain.people import Enrolment, Pupil, Sex
from clbdesk.domain.visits import (
    AbsenceReason,
    Attendance,
    AttendanceState,
    ContactMoment,
    VisitPupil,
)
from clbdesk.ids import PupilId
from clbdesk.services.class_list import set_attendance
from clbdesk.services.reading import all_standing
from tests.journeys.conftest import Opener
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.class_list import ClassListPage


def attendances(hands: Hands, world: World) -> dict[PupilId, Attendance]:
    """What the vault says of presence on the contact visit."""
    with hands.desk.vault.read() as reader:
        heads = reader.heads(kinds=("attendance",), visit_id=world.visit(CONTACT))
    return {one.body.pupil_id: one.body for one in all_standing(heads, Attendance)}


def open_class(opened: Opener, world: World, name: str) -> tuple[Hands, ClassListPage]:
    """The list of one class, with the focus in its search field."""
    hands = opened(AN)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    page = hands.page
    assert isinstance(page, ClassListPage)
    page._rail.classes.set_value(name)
    page._rail.changed.emit()
    return hands, page


def names(page: ClassListPage) -> list[str]:
    return [f"{row.family_name} {row.given_name}" for row in page._model.rows()]


def test_a_whole_class_with_one_absent_takes_six_strokes(opened: Opener, world: World) -> None:
    hands, _page = open_class(opened, world, "1B")
    mona = find_pupil(hands.desk, "Aerts", "Mona")
    hands.start_counting()

    hands.press(Qt.Key.Key_A, ctrl=True, shift=True)
    hands.type("aer")
    hands.press(Qt.Key.Key_Down, Qt.Key.Key_Space)

    assert hands.strokes == 6
    found = attendances(hands, world)
    assert found[mona].state is AttendanceState.ABSENT
    here = [one for one in found.values() if one.state is AttendanceState.PRESENT]
    assert len(here) == 24


def test_a_class_of_which_nobody_is_left_to_see_says_so_and_how_many_came(
    opened: Opener, world: World
) -> None:
    hands, page = open_class(opened, world, "1B")
    page._rail.shown.set_value("to_do")
    view, visit_id = page._view, world.visit(CONTACT)
    assert view is not None
    pupils = [row.pupil_id for row in view.rows if row.class_name == "1B"]
    assert pupils

    def note_absent(who: list[PupilId]) -> None:
        absent, ill = AttendanceState.ABSENT, AbsenceReason.ILL
        page.refresh(set_attendance(hands.desk, visit_id, who, absent, ill).changes)
        hands.settle()

    note_absent(pupils[:-1])
    assert "is klaar" not in hands.message()
    note_absent(pupils[-1:])
    assert names(page) == []
    assert hands.message() == f"Klas 1B is klaar. 0 gezien, {len(pupils)} afwezig."


def test_f8_notes_why_somebody_is_not_here(opened: Opener, world: World) -> None:
    hands, page = open_class(opened, world, "1B")
    emir = find_pupil(hands.desk, "Aydin", "Emir")
    hands.type("aydin")

    hands.press(Qt.Key.Key_F8)
    hands.type("z")
    hands.save_and_go()

    noted = attendances(hands, world)[emir]
    assert (noted.state, noted.reason) == (AttendanceState.ABSENT, AbsenceReason.ILL)
    assert not page._absence.isVisible()


def test_f8_without_a_reason_notes_nothing(opened: Opener, world: World) -> None:
    hands, page = open_class(opened, world, "1B")

    hands.press(Qt.Key.Key_F8)
    hands.save_and_go()

    assert page._absence.isVisible()
    assert not attendances(hands, world)


def test_enter_opens_the_current_pupil_and_esc_comes_back_to_the_same_row(
    opened: Opener, world: World
) -> None:
    hands, page = open_class(opened, world, "1B")
    hands.type("rahmani")
    hands.press(Qt.Key.Key_Return)
    assert hands.page.name == "pupil"

    hands.press(Qt.Key.Key_Escape)

    assert hands.page is page
    assert page._model.row(page._list.current()).family_name == "Rahmani"


def test_who_goes_to_the_back_of_the_queue_comes_last_in_order_of_queue(
    opened: Opener, world: World
) -> None:
    hands, page = open_class(opened, world, "1B")
    hands.press(Qt.Key.Key_Q, ctrl=True, shift=True)
    page._rail.order.set_value("queue")
    page._rail.changed.emit()

    assert names(page)[-1] == "Aerts Mona"
    assert hands.page.work.station.order[-1] == find_pupil(hands.desk, "Aerts", "Mona")


def test_ctrl_page_down_walks_the_rows(opened: Opener, world: World) -> None:
    hands, page = open_class(opened, world, "1B")
    before = page._list.current()

    hands.press(Qt.Key.Key_PageDown, ctrl=True)
    assert page._list.current() == before + 1
    hands.press(Qt.Key.Key_PageUp, ctrl=True)
    assert page._list.current() == before


def test_a_pupil_who_is_not_on_the_list_is_added_in_one_commit(
    opened: Opener, world: World
) -> None:
    hands, page = open_class(opened, world, "1B")
    page.ask_new_pupil()

    hands.type("Zwart")
    hands.press(Qt.Key.Key_Tab)
    hands.type("Ada")
    hands.press(Qt.Key.Key_Tab)
    hands.type("4/3/2020")
    hands.press(Qt.Key.Key_Tab)
    hands.type("v")
    hands.save_and_go()

    ada = find_pupil(hands.desk, "Zwart", "Ada")
    with hands.desk.vault.read() as reader:
        written = {one.kind: one.leaf for one in reader.heads(pupil_id=ada)}
    assert set(written) == {"pupil", "enrolment", "visit_pupil"}
    assert len({leaf.recorded_at for leaf in written.values()}) == 1
    pupil = msgspec.json.decode(written["pupil"].body, type=Pupil)
    assert pupil.provisional
    assert pupil.sex is Sex.FEMALE
    enrolment = msgspec.json.decode(written["enrolment"].body, type=Enrolment)
    assert (enrolment.class_name, enrolment.stage) == ("1B", "L1")
    listed = msgspec.json.decode(written["visit_pupil"].body, type=VisitPupil)
    assert listed.moment is ContactMoment.LO1
    assert page._model.row(page._list.current()).pupil_id == ada
    assert (
        hands.message()
        == "Ada Zwart toegevoegd aan klas 1B. Het centrum herkent de leerling later."
    )


def test_who_it_may_be_already_is_offered_first(opened: Opener, world: World) -> None:
    hands, page = open_class(opened, world, "1B")
    page.ask_new_pupil()

    hands.type("Peeters")
    hands.press(Qt.Key.Key_Tab)
    hands.type("Lotte")
    hands.press(Qt.Key.Key_Tab)

    questions = [label.text() for label in page._new.findChildren(type(page._new.title))]
    assert "Lijkt op PEETERS, Lotte (04 mrt 2020, 1B). Dezelfde leerling?" in questions


def test_a_new_pupil_without_birth_date_is_not_added(opened: Opener, world: World) -> None:
    hands, page = open_class(opened, world, "1B")
    page.ask_new_pupil()
    hands.type("Zwart")

    hands.save_and_go()

    assert "na te kijken" in hands.message()
    assert "Zwart Ada" not in names(page)


def test_twenty_five_pupils_stand_without_scrolling(opened: Opener, world: World) -> None:
    _hands, page = open_class(opened, world, "1B")

    assert page._model.rowCount() == 25
    assert page._list.verticalScrollBar().maximum() == 0
    assert page._rail.verticalScrollBar().maximum() == 0


def test_in_discreet_mode_only_the_current_row_shows_its_name(opened: Opener, world: World) -> None:
    hands, page = open_class(opened, world, "1B")
    hands.press(Qt.Key.Key_F9)

    shown = [page._name_cell(row).text for row in page._model.rows()]
    assert shown[page._list.current()] == "AERTS, Mona"
    assert "PEETERS, Lotte" not in shown

    hands.press(Qt.Key.Key_F9)
    assert "PEETERS, Lotte" in [page._name_cell(row).text for row in page._model.rows()]
