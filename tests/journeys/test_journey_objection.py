"""An objection with the report of another doctor: from the class list to the printed letter.

A mother objects in writing; until the report nobody examines. The report of the doctor that she
chose becomes the findings of the contact, under that doctor's name, and the letter goes home as any
other, without a word on the objection.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt

from clbdesk.domain.body import Source
from clbdesk.domain.contact import Acuity, Audiometry, Conclusion, Growth
from clbdesk.domain.letters import Letter
from clbdesk.services.class_list import open_class_list
from clbdesk.services.follow_up import open_follow_up
from clbdesk.services.follow_up_row import Group
from clbdesk.services.letter_states import LetterState
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.services.progress import PupilState
from clbdesk.services.reading import all_standing
from tests.builders.paper_words import pages_of
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, saved
from tests.journeys.moments import pause, set_defaults, take_over_proposals
from tests.journeys.tray import Tray
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, find_pupil, open_window
from ui.pages.base import Destination
from ui.pages.follow_up_words import what

ENTER, TAB, F7, F8 = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_F7, Qt.Key.Key_F8
EXAMINER = "dr. Greet Baert, Gent"


def object_to_it(hands: Hands, world: World) -> None:
    """F8 on the class list, Verzet, the letter of 20 November by a parent."""
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.page._rail.classes.set_value("1B")
    hands.page._rail.changed.emit()
    hands.type("peeters lotte")
    hands.press(Qt.Key.Key_Down, F8)
    hands.type("v")
    hands.save_and_go()
    hands.wait(lambda: hands.page.name == "objection")
    hands.settle()
    hands.type("20/11/2026")
    hands.press(TAB)
    hands.type("o")
    pause(hands)
    hands.save_and_go()


def report_comes(hands: Hands) -> None:
    """Who examined, and when the report came in."""
    page = hands.page
    page.examiner.setFocus()
    hands.type(EXAMINER)
    for field, day in (
        (page.model_given, "20/11/2026"),
        (page.examined, "21/11/2026"),
        (page.report, "23/11/2026"),
    ):
        field.line.setFocus()
        hands.type(day)
    pause(hands)
    hands.save_and_go()


def step(hands: Hands, world: World, name: str) -> None:
    """A step of Lotte; long enough after the last saving that the next is meant."""
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    hands.go(Destination("pupil", world.visit(CONTACT), lotte, name))
    pause(hands)


def type_report(hands: Hands, world: World) -> None:
    """The values of the report, on the pages of the contact."""
    step(hands, world, "questionnaire")
    hands.press(Qt.Key.Key_O, F7)
    hands.save_and_go()
    step(hands, world, "growth")  # what was refused before still stands there
    hands.save_and_go()
    step(hands, world, "vision")
    hands.type("z")
    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")
    hands.press(F7)
    hands.save_and_go()
    step(hands, world, "hearing")
    hands.press(F7)
    hands.save_and_go()
    step(hands, world, "vaccination")
    hands.save_and_go()


def conclude(hands: Hands, world: World) -> None:
    """F7, and "in orde" where no rule proposes anything."""
    step(hands, world, "decision")
    take_over_proposals(hands)
    hands.save_and_go()


def test_an_objection_ends_in_the_findings_of_another_doctor_and_a_letter(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    set_defaults(hands, world)
    lotte = find_pupil(hands.desk, "Peeters", "Lotte")
    object_to_it(hands, world)

    # Until the report: closed, on the list with its term, and no letter.
    rows = {row.pupil_id: row for row in open_class_list(hands.desk, world.visit(CONTACT)).rows}
    assert rows[lotte].state is PupilState.OBJECTION
    (waits,) = [one for one in open_follow_up(hands.desk).rows if one.group is Group.OBJECTION]
    assert waits.due == date(2027, 2, 18)
    assert what(waits) == "onderzoek door een andere arts (termijn te bevestigen)"
    step(hands, world, "growth")
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    hands.save_and_go()
    assert hands.message().startswith("Verzet aangetekend – niet onderzoeken.")
    assert saved(hands, world, lotte, "growth", Growth) is None
    assert open_letters(hands.desk, world.visit(CONTACT)).rows == ()

    hands.go(Destination("objection", world.visit(CONTACT), lotte))
    report_comes(hands)
    assert hands.message().startswith(f"Verslag van {EXAMINER} over Lotte Peeters")
    assert not [one for one in open_follow_up(hands.desk).rows if one.group is Group.OBJECTION]

    type_report(hands, world)
    for kind, shape in (("growth", Growth), ("acuity", Acuity), ("audiometry", Audiometry)):
        found = saved(hands, world, lotte, kind, shape)
        assert isinstance(found, Growth | Acuity | Audiometry), kind
        assert (found.source, found.performed_by_name) == (Source.EXTERNAL_REPORT, EXAMINER)
    conclude(hands, world)
    concluded = saved(hands, world, lotte, "conclusion", Conclusion)
    assert concluded is not None
    assert concluded.complete, concluded.open_parts

    program = hands.desktop.program
    lock(hands)
    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    step(doctor, world, "decision")
    doctor.save_and_go()
    (row,) = open_letters(doctor.desk, world.visit(CONTACT)).rows
    assert row.state is LetterState.READY

    doctor.go(Destination("class_list", world.visit(CONTACT)))
    doctor.press(Qt.Key.Key_P, ctrl=True)
    pause(doctor)
    doctor.save_and_go()
    doctor.press(Qt.Key.Key_J)
    assert tray.pages(0) == 2, "the list of the envelopes and one letter"
    with doctor.desk.vault.read() as reader:
        (letter,) = all_standing(reader.heads(kinds=("letter",)), Letter)
    assert letter.body.pupil_id == lotte
    made = make_letters(doctor.desk, world.visit(CONTACT), [row.key], action="preview")
    (page,) = pages_of(made.printed.pdf)
    for words in (
        "Aan de ouders van Lotte Peeters",
        "Groei De groei is in orde. Lengte: 121,5 cm.",
        "Zien Het zicht is in orde.",
        "Horen Het gehoor is in orde.",
        "dr. Lieve Maes, CLB-arts",
    ):
        assert words in page
    for hidden in ("Verzet", "verzet", "Baert", "verslag"):
        assert hidden not in page
