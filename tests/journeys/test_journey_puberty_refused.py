"""A pupil of the 3rd year who refuses the examination of puberty: from the list to the printed letter.

A refusal needs no comment and is never taken for normal. The rest of the contact is examined and
concluded; the letter goes to the pupil and the parents, and tells no more than it has to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import msgspec
from PySide6.QtCore import Qt

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Conclusion, ConclusionWord
from clbdesk.domain.doctor import DoctorExam, Puberty
from clbdesk.domain.letters import Letter, LetterKind, Recipient
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.class_list import open_class_list
from clbdesk.services.desk import User
from clbdesk.services.history import view_history
from clbdesk.services.history_rows import RowState
from clbdesk.services.letters import make_letters, open_letters
from clbdesk.services.progress import StepState
from clbdesk.services.reading import all_standing, one_standing
from clbdesk.services.records import Part, Where, record, withdraw
from tests.builders.paper_words import text_of
from tests.journeys.conftest import Opener
from tests.journeys.days import lock, saved, started_at
from tests.journeys.moments import give_moment, pause, step_state, take_over_proposals
from tests.journeys.tray import Tray
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, find_pupil, open_window
from ui.pages.base import Destination

ENTER, F7, F8 = Qt.Key.Key_Return, Qt.Key.Key_F7, Qt.Key.Key_F8
LOUIS = ("Coppens", "Louis")
WORDS = "wil zich niet uitkleden"


def of_the_third_year(hands: Hands, world: World) -> PupilId:
    """Louis is fourteen on the list of the third year."""
    pupil_id = find_pupil(hands.desk, *LOUIS)
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, RecordId(pupil_id), Pupil)
        known = reader.heads(kinds=("growth", "background"), pupil_id=pupil_id)
    assert found is not None
    body = msgspec.structs.replace(found.body, birth_date=date(2012, 5, 4))
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    record(centre, [Part(body, Where(pupil_id=pupil_id), RecordId(pupil_id), found.base)])
    withdraw(hands.desk, [head.record_id for head in known], "verkeerde leerling")
    give_moment(hands, world, pupil_id, ContactMoment.SO3)
    return pupil_id


def go_on(hands: Hands) -> None:
    """Ctrl+Enter, meant."""
    pause(hands)
    hands.save_and_go()


def the_nurse_examines(hands: Hands, world: World, pupil_id: PupilId) -> None:
    """From the list through every step of the nurse, up to the conclusion."""
    started_at(hands, world, *LOUIS, "questionnaire")
    hands.go(Destination("class_list", world.visit(CONTACT)))
    hands.page._list.go_to(hands.page._model.position(pupil_id))
    hands.page._list.setFocus()
    hands.press(ENTER, Qt.Key.Key_O, F7)
    go_on(hands)
    hands.type("165,0")
    hands.press(ENTER)
    hands.type("52,0")
    go_on(hands)
    hands.type("z")
    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")
    go_on(hands)
    for number in ("-10,2", "0,8", "-9,9"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("1,1")
    hands.press(F7)
    go_on(hands)
    hands.press(F7)  # signals
    go_on(hands)
    go_on(hands)  # vaccination: the status was looked at
    take_over_proposals(hands)
    go_on(hands)


def test_a_refused_examination_is_written_as_refused_and_the_letter_tells_no_more_than_it_must(
    opened: Opener, world: World, tray: Tray
) -> None:
    hands = opened(AN)
    louis = of_the_third_year(hands, world)
    the_nurse_examines(hands, world, louis)
    prepared = saved(hands, world, louis, "conclusion", Conclusion)
    assert prepared is not None
    assert prepared.open_parts == ("doctor",)
    program = hands.desktop.program
    lock(hands)

    doctor = open_window(hands.qtbot, program, world.staff(DOCTOR))
    doctor.go(Destination("pupil", world.visit(CONTACT), louis, "doctor"))
    step = doctor.page._pages["doctor"]
    doctor.press(F8, Qt.Key.Key_W, ENTER, Qt.Key.Key_L)  # puberteit: geweigerd, leerling
    doctor.save_and_go()
    step.stages.remark.setFocus()
    doctor.type(WORDS)
    doctor.press(F7)
    go_on(doctor)

    puberty = saved(doctor, world, louis, "puberty", Puberty)
    assert puberty is not None
    assert (puberty.state, puberty.stage_reason) == (ExamState.REFUSED, "pupil")
    assert (puberty.genital_state, puberty.hair_state) == (ExamState.REFUSED, ExamState.REFUSED)
    assert (puberty.genital_stage, puberty.judgements) == (None, ())
    exam = saved(doctor, world, louis, "doctor_exam", DoctorExam)
    assert exam is not None
    assert exam.state is ExamState.DONE
    assert step_state(doctor, world, louis, "doctor") is StepState.DONE
    row = next(
        one
        for one in view_history(doctor.desk, world.visit(CONTACT), louis).rows
        if one.kind == "puberty"
    )
    assert (row.state, row.not_done) == (RowState.NOT_DONE, ExamState.REFUSED)

    doctor.go(Destination("pupil", world.visit(CONTACT), louis, "decision"))
    decided = {one.row.domain.value: one for one in doctor.page._pages["decision"]._rows}
    assert decided["puberty"].value() is ConclusionWord.REFUSED
    assert decided["puberty"].row.proposal is None  # a refusal is never proposed as in order
    go_on(doctor)
    conclusion = saved(doctor, world, louis, "conclusion", Conclusion)
    assert conclusion is not None
    words = {one.domain: one.conclusion for one in conclusion.domains}
    assert (words["puberty"], words["posture"]) == (ConclusionWord.REFUSED, ConclusionWord.OK)
    assert conclusion.complete  # every part has a result or a state
    assert conclusion.signed_by == world.staff(DOCTOR)

    doctor.go(Destination("class_list", world.visit(CONTACT)))
    doctor.press(Qt.Key.Key_P, ctrl=True)
    pause(doctor)
    doctor.save_and_go()
    doctor.press(Qt.Key.Key_J)
    assert tray.pages(0) == 2, "the list of the envelopes and one letter"
    with doctor.desk.vault.read() as reader:
        (letter,) = all_standing(reader.heads(kinds=("letter",), pupil_id=louis), Letter)
    assert letter.body.document is LetterKind.RESULT
    assert letter.body.recipient is Recipient.PUPIL_AND_PARENTS
    (key,) = [one.key for one in open_letters(doctor.desk, world.visit(CONTACT)).rows]
    made = make_letters(doctor.desk, world.visit(CONTACT), [key], action="preview")
    assert made.letters[0].sha256 == letter.body.sha256  # the paper that came out
    text = text_of(made.printed.pdf)
    for sentence in (
        "Louis Coppens",
        "Lengte: 165,0 cm.",
        "Horen Het gehoor is in orde.",
        "Puberteit Dit is nu niet onderzocht.",
    ):
        assert sentence in text
    for hidden in (
        "geweiger",
        "weiger",
        WORDS,
        "PUB-",
        "Tanner",
        "testis",
        "schaamhaar",
        "stadium",
    ):
        assert hidden.casefold() not in text.casefold()
    listed = {one.pupil_id: one for one in open_class_list(doctor.desk, world.visit(CONTACT)).rows}
    assert {one.state for one in listed[louis].steps} == {StepState.DONE}
