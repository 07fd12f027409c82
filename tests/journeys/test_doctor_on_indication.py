"""What the doctor examines on indication, at moments where the examination is not for everybody."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState
from clbdesk.domain.doctor import Caries, DoctorExam, Finding, Hygiene, OralHealth, Puberty
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId
from clbdesk.services.decision import open_decision
from clbdesk.services.progress import StepState
from clbdesk.services.proposal import DomainRow
from clbdesk.services.pupil import find_on_visit
from tests.journeys.conftest import Opener
from tests.journeys.moments import come_back, open_step, pause, saved, step_state
from tests.journeys.world import CONTACT, DOCTOR, Hands, World
from ui.pages.doctor import DoctorPage

ENTER, TAB, F7 = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_F7
KK1, LO1, LO4 = ContactMoment.KK1, ContactMoment.LO1, ContactMoment.LO4


def page(hands: Hands) -> DoctorPage:
    found: DoctorPage = hands.page._pages["doctor"]
    return found


def add_doctor(hands: Hands, world: World, moment: ContactMoment) -> PupilId:
    """+ Onderdeel toevoegen, A: the step of the doctor at a moment that does not draw it."""
    lotte = open_step(hands, world, "growth", moment=moment)
    assert "doctor" not in {one.step.name for one in hands.page._view.steps}
    hands.page.steps._add.setFocus()
    hands.press(Qt.Key.Key_Space)
    hands.type("a")
    hands.settle()
    return lotte


def drawn_rows(hands: Hands, world: World, pupil_id: PupilId) -> dict[str, DomainRow]:
    """The domains of the conclusion."""
    with hands.desk.vault.read() as reader:
        on_visit = find_on_visit(reader, world.visit(CONTACT), pupil_id)[0]
    return {one.domain.value: one for one in open_decision(hands.desk, on_visit).rows}


def test_a_toddler_is_examined_by_the_doctor_without_puberty(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    lotte = add_doctor(hands, world, KK1)
    assert not page(hands).stages.isVisible()
    assert page(hands).blocks.drawn() == ()
    assert QApplication.focusWidget() is page(hands).blocks.wanted

    hands.press(Qt.Key.Key_H, F7)  # the letter of the heart
    hands.save_and_go()

    exam = saved(hands, world, lotte, "doctor_exam", DoctorExam)
    assert exam is not None
    assert exam.state is ExamState.DONE
    assert exam.blocks["heart"].finding is Finding.NORMAL
    left_out = {name: one.state for name, one in exam.blocks.items() if name != "heart"}
    assert left_out == dict.fromkeys(("back", "legs", "feet"), ExamState.NOT_PLANNED)
    assert saved(hands, world, lotte, "puberty", Puberty) is None
    assert step_state(hands, world, lotte, "doctor") is StepState.DONE
    row = drawn_rows(hands, world, lotte)["posture"]
    assert [one.verdict for one in row.judgements] == [Verdict.DOCTOR]
    assert "hart normaal" in row.judgements[0].text
    assert (row.proposal, row.fixed) == (None, None), "a heart says nothing of the posture"
    come_back(hands, world, lotte, "doctor")
    assert [row.block.value for row in page(hands).blocks.drawn()] == ["heart"]


@pytest.mark.parametrize("moment", [KK1, LO1])
def test_the_mouth_is_examined_on_indication_and_no_criterion_passes_it(
    opened: Opener, world: World, moment: ContactMoment
) -> None:
    hands = opened(DOCTOR)
    lotte = add_doctor(hands, world, moment)
    page(hands).blocks.wanted.setFocus()

    hands.press(Qt.Key.Key_M)  # the letter of the mouth
    mouth = page(hands)._mouth
    assert mouth.isVisible()
    hands.save_and_go()
    assert saved(hands, world, lotte, "oral_health", OralHealth) is None
    mouth._hygiene.setFocus()
    hands.type("m")
    hands.press(ENTER)
    hands.type("j")
    pause(hands)
    hands.save_and_go()

    found = saved(hands, world, lotte, "oral_health", OralHealth)
    assert found is not None
    assert (found.hygiene, found.caries) == (Hygiene.MODERATE, Caries.YES)
    assert saved(hands, world, lotte, "doctor_exam", DoctorExam) is None
    assert saved(hands, world, lotte, "puberty", Puberty) is None
    assert step_state(hands, world, lotte, "doctor") is StepState.DONE
    row = drawn_rows(hands, world, lotte)["mouth"]
    assert [one.verdict for one in row.judgements] == [Verdict.NO_CRITERION]
    assert row.proposal is None


@pytest.mark.parametrize("moment", [LO1, LO4])
def test_a_back_is_looked_at_on_indication_with_what_belongs_to_it(
    opened: Opener, world: World, moment: ContactMoment
) -> None:
    hands = opened(DOCTOR)
    lotte = add_doctor(hands, world, moment)
    blocks = page(hands).blocks
    assert not blocks.signs["forward_bend"].isVisible()
    blocks.wanted.setFocus()
    hands.press(Qt.Key.Key_R)  # the letter of the back
    assert blocks.signs["forward_bend"].isVisible()
    hands.press(TAB)
    hands.type("n")
    blocks.scoliometer.setFocus()
    hands.type("9")
    hands.save_and_go()

    exam = saved(hands, world, lotte, "doctor_exam", DoctorExam)
    assert exam is not None
    assert (exam.blocks["back"].finding, exam.scoliometer_deg) == (Finding.NORMAL, 9)
    verdicts = {one.rule_id: one.verdict for one in exam.judgements}
    assert verdicts["SCO-1"] is Verdict.REFER


def test_an_added_examination_asks_at_least_one_part(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    lotte = add_doctor(hands, world, LO1)

    hands.save_and_go()

    assert hands.page.messages.message().links[0].text == "Kies wat onderzocht wordt."
    assert saved(hands, world, lotte, "doctor_exam", DoctorExam) is None
    wanted = page(hands).blocks.wanted
    assert {one.value for one in wanted.choices()} >= {"mouth", "back", "legs", "feet", "heart"}


def test_the_mouth_is_not_looked_at_in_the_fourth_grade(opened: Opener, world: World) -> None:
    """Handbook 1 §1.3: mouth and teeth have a dash there."""
    hands = opened(DOCTOR)
    add_doctor(hands, world, LO4)

    assert "mouth" not in {one.value for one in page(hands).blocks.wanted.choices()}
