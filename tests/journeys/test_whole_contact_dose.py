"""Whole contacts in which a dose is given: the budgets of pages.md with a vaccine at the school."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.contact import Conclusion, ConclusionWord
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment, Visit, VisitKind
from clbdesk.ids import RecordId
from clbdesk.services.class_list import ListRow
from clbdesk.services.desk import User
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import view_pupil
from clbdesk.services.reading import one_standing
from clbdesk.services.records import Part, Where, record
from clbdesk.services.rules import RuleState, SignEntry, list_rules, sign_rule
from clbdesk.services.visits import propose_defaults, start_visit
from clbdesk.standards.tables import put_in_force
from tests.journeys.conftest import Opener
from tests.journeys.days import saved
from tests.journeys.moments import give_moment, pause
from tests.journeys.needles import doses, have_session, planned
from tests.journeys.world import AN, CONTACT, DOCTOR, VACCINATION, Hands, World
from ui.pages.base import Destination

ENTER, F7 = Qt.Key.Key_Return, Qt.Key.Key_F7


@pytest.fixture(autouse=True)
def as_it_comes() -> Iterator[None]:
    """What a doctor signed here is not in force in another test."""
    yield
    put_in_force(())


def bring(hands: Hands, world: World, vaccine: str) -> None:
    """The centre plans a vaccine on the visit of the contact; An has its lot with her."""
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    visit_id = world.visit(CONTACT)
    with hands.desk.vault.read() as reader:
        visit = one_standing(reader, RecordId(visit_id), Visit)
    assert visit is not None
    kinds = (*visit.body.kinds, VisitKind.VACCINATION)
    body = msgspec.structs.replace(visit.body, kinds=kinds, vaccines=(vaccine,))
    where = Where(visit_id=visit_id, school_id=body.school_id)
    record(centre, [Part(body, where, RecordId(visit_id), visit.base)])
    have_session(hands, world, vaccine, visit=CONTACT)


def sign(hands: Hands, world: World, *prefixes: str) -> None:
    """A doctor confirms the defaults of these rules."""
    doctor = replace(hands.desk, user=User(world.staff(DOCTOR), DOCTOR, Role.DOCTOR))
    today = local_day(hands.desk.clock.now())
    for rule in list_rules(doctor):
        if rule.row.id.startswith(prefixes) and rule.state is RuleState.TO_CONFIRM:
            typed = rule.row.values if rule.units else ()
            sign_rule(doctor, rule, SignEntry(typed, rule.row.source, "", today))


def at_the_list(hands: Hands, world: World, row: ListRow, visit: int = CONTACT) -> None:
    """The visit was started, and the pupil is the current row of the class list."""
    visit_id = world.visit(visit)
    proposed = propose_defaults(hands.desk, visit_id).defaults
    start_visit(hands.desk, visit_id, msgspec.structs.replace(proposed, occlusion="leiden_glasses"))
    hands.go(Destination("class_list", visit_id))
    if hands.page._model.position(row.pupil_id) is None:
        hands.page._rail.classes.set_value(row.class_name)
        hands.page._rail.changed.emit()
    hands.page._list.go_to(hands.page._model.position(row.pupil_id))
    hands.page._list.setFocus()
    hands.start_counting()


def go_on(hands: Hands) -> None:
    """Ctrl+Enter, meant."""
    hands.save_and_go()
    pause(hands)


def measured(hands: Hands, height: str, weight: str) -> None:
    """From the list: the questionnaire, length and weight, and both eyes."""
    hands.press(ENTER)
    hands.press(Qt.Key.Key_O, F7)
    go_on(hands)
    hands.type(height)
    hands.press(ENTER)
    hands.type(weight)
    go_on(hands)
    for text in ("z", "0"):
        hands.type(text)
        hands.press(ENTER)
    hands.type("0")


def dose_given(hands: Hands, row: ListRow) -> None:
    """Five for the identity, who said so, every question no, and one that records."""
    before = hands.strokes
    hands.type(f"{row.birth_date:%d%m}")
    hands.press(ENTER)
    assert hands.strokes - before == 5
    hands.type("l")
    hands.press(F7)
    assert hands.strokes - before == 7
    go_on(hands)
    assert hands.strokes - before == 8


def the_end(hands: Hands, world: World, row: ListRow, visit: int = CONTACT) -> set[StepState]:
    """The states of the steps of a pupil."""
    view = view_pupil(hands.desk, world.visit(visit), row.pupil_id)
    return {one.state for one in view.steps}


@pytest.mark.parametrize("cell_by_cell, strokes", [(False, 35), (True, 45)])
def test_a_first_grade_with_a_dose_is_thirty_five_strokes(
    opened: Opener, world: World, cell_by_cell: bool, strokes: int
) -> None:
    """Seven more than without; the doctor signed what earlier doses count by."""
    hands = opened(AN)
    sign(hands, world, "DTP-", "IPV-")
    bring(hands, world, "DTPa-IPV")
    rows = planned(hands, world, "DTPa-IPV", visit=CONTACT)
    (row,) = (one for one in rows if one.given_name == "Aline")  # 121 cm follows her line
    at_the_list(hands, world, row)

    measured(hands, "121,0", "22,5")
    hands.press(F7)
    go_on(hands)
    if cell_by_cell:
        hands.type("g")
        for letter in "ggggg":
            hands.press(ENTER)
            hands.type(letter)
    else:
        hands.press(F7)
    go_on(hands)
    dose_given(hands, row)
    hands.press(Qt.Key.Key_I, F7)
    go_on(hands)

    assert hands.strokes == strokes
    assert the_end(hands, world, row) == {StepState.DONE}
    (dose,) = doses(hands, world, row.pupil_id, CONTACT)
    assert (dose.vaccine, dose.dose_number) == ("DTPa-IPV", 5)
    conclusion = saved(hands, world, row.pupil_id, "conclusion", Conclusion)
    assert conclusion is not None
    words = {one.domain: one.conclusion for one in conclusion.domains}
    assert words["vaccination"] is ConclusionWord.OK
    assert conclusion.complete


def test_a_fourth_grade_with_mbr_is_thirty_two_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    bring(hands, world, "MBR")
    row = planned(hands, world, "MBR", visit=CONTACT)[0]
    at_the_list(hands, world, row)

    measured(hands, "138,0", "30,5")
    go_on(hands)
    dose_given(hands, row)
    hands.press(Qt.Key.Key_I, F7)
    go_on(hands)

    assert hands.strokes == 32
    assert the_end(hands, world, row) == {StepState.DONE}
    (dose,) = doses(hands, world, row.pupil_id, CONTACT)
    assert dose.product == "M-M-RVaxPro"


def test_the_part_of_the_nurse_in_the_third_year_is_eight_strokes_more_with_a_dose(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    have_session(hands, world)
    row = planned(hands, world, "dTpa")[0]
    give_moment(hands, world, row.pupil_id, ContactMoment.SO3, visit=VACCINATION)
    at_the_list(hands, world, row, VACCINATION)

    measured(hands, "162,0", "51,0")
    go_on(hands)
    for number in ("-9,9", "0,8", "-9,6"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("1,1")
    hands.press(F7)
    go_on(hands)
    hands.press(F7)
    go_on(hands)
    dose_given(hands, row)

    assert hands.strokes == 42 + 8
    (dose,) = doses(hands, world, row.pupil_id)
    assert (dose.vaccine, dose.dose_number) == ("dTpa", 6)
