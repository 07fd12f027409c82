"""Arts in the real window: puberty and examination by the doctor, read by the nurse."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Audiometry
from clbdesk.domain.doctor import Basis, Descent, DoctorExam, Finding, Menarche, Puberty
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.decision import open_decision
from clbdesk.services.desk import User
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import find_on_visit, view_pupil
from clbdesk.services.reading import one_standing
from clbdesk.services.records import Part, Where, record
from clbdesk.settings import read_settings
from tests.journeys.conftest import Opener
from tests.journeys.moments import come_back, open_step, pause, saved, step_state
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World, find_pupil
from ui.pages.base import Destination
from ui.pages.doctor import DoctorPage
from ui.widgets.label import Label

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
F7, F8 = Qt.Key.Key_F7, Qt.Key.Key_F8
LOUIS, LOTTE = ("Coppens", "Louis"), ("Peeters", "Lotte")


def page(hands: Hands) -> DoctorPage:
    found: DoctorPage = hands.page._pages["doctor"]
    return found


def found(hands: Hands) -> str:
    """What stands under "Vandaag gevonden"."""
    card = page(hands)._found
    return " ".join(one.text() for one in card.findChildren(Label) if one.isVisible())


def rules(hands: Hands) -> dict[str, str]:
    """The rule lines on the screen: id and head."""
    return {one.rule_id: one.head for one in page(hands).judgements()}


def test_a_boy_of_the_sixth_grade_is_nine_strokes(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    louis = open_step(hands, world, "doctor", moment=ContactMoment.LO6, name=LOUIS)

    hands.press(Qt.Key.Key_2, ENTER, Qt.Key.Key_1, TAB)
    hands.type("4")
    hands.press(TAB)
    hands.type("4")
    hands.press(F7)
    hands.save_and_go()

    assert hands.strokes == 9
    puberty = saved(hands, world, louis, "puberty", Puberty)
    assert puberty is not None
    assert (puberty.genital_stage, puberty.hair_stage, puberty.breast_stage) == (2, 1, None)
    assert (puberty.testis_right_ml, puberty.testis_left_ml) == (4, 4)
    assert puberty.position_left is Descent.DESCENDED
    assert puberty.basis is Basis.EXAMINATION
    assert puberty.assumed == ("basis", "position_left", "position_right")
    exam = saved(hands, world, louis, "doctor_exam", DoctorExam)
    assert exam is not None
    assert {one.finding for one in exam.blocks.values()} == {Finding.NORMAL}
    assert set(exam.assumed) == {"back", "legs", "feet", "forward_bend"}
    assert step_state(hands, world, louis, "doctor") is StepState.DONE
    assert hands.message().startswith("Arts van Louis Coppens opgeslagen.")


def test_a_girl_of_the_third_year_is_ten_strokes(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    lotte = open_step(hands, world, "doctor", moment=ContactMoment.SO3, name=LOTTE)
    born(hands, lotte, 2012)
    come_back(hands, world, lotte, "doctor")
    hands.start_counting()

    hands.press(Qt.Key.Key_4, ENTER, Qt.Key.Key_4, TAB, Qt.Key.Key_J, TAB)
    hands.type("12")
    hands.press(F7)
    hands.save_and_go()

    assert hands.strokes == 10
    puberty = saved(hands, world, lotte, "puberty", Puberty)
    assert puberty is not None
    assert (puberty.breast_stage, puberty.hair_stage) == (4, 4)
    assert (puberty.menarche, puberty.menarche_age) == (Menarche.YES, Decimal(12))
    assert [one.rule_id for one in puberty.judgements] == ["PUB-1, PUB-4"]


def born(hands: Hands, pupil_id: PupilId, year: int) -> None:
    """The centre corrects a birth date, so that age and moment fit."""
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, RecordId(pupil_id), Pupil)
    assert found is not None
    birth = found.body.birth_date.replace(year=year)
    body = msgspec.structs.replace(found.body, birth_date=birth)
    centre = replace(hands.desk, user=User(hands.desk.user.staff_id, "centrum", Role.CENTRE))
    where = Where(pupil_id=pupil_id)
    record(centre, [Part(body, where, RecordId(pupil_id), found.base)])


def test_early_puberty_is_a_proposal_that_waits_for_a_signature(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    open_step(hands, world, "doctor", moment=ContactMoment.LO6, name=LOTTE)  # 6 years old

    hands.press(Qt.Key.Key_2)

    assert rules(hands) == {"PUB-1": "Vroege puberteit"}
    (line,) = page(hands).rule_lines()
    assert line.to_confirm


def test_a_pupil_of_the_third_year_refuses_puberty_and_that_is_never_normal(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    louis = open_step(hands, world, "doctor", moment=ContactMoment.SO3, name=LOUIS)

    hands.press(F8, Qt.Key.Key_W, ENTER, Qt.Key.Key_L)  # puberteit: geweigerd, leerling
    hands.save_and_go()
    pause(hands)
    assert hands.page.messages.message().links[0].text == (
        "Kies bij Rug en houding: normaal, afwijkend of niet onderzocht."
    )
    hands.press(F7)
    assert "F7 kan niet bij puberteit" in hands.message()
    hands.save_and_go()

    puberty = saved(hands, world, louis, "puberty", Puberty)
    assert puberty is not None
    assert puberty.genital_state is puberty.hair_state is ExamState.REFUSED
    assert (puberty.stage_reason, puberty.judgements) == ("pupil", ())
    assert puberty.state is ExamState.REFUSED
    exam = saved(hands, world, louis, "doctor_exam", DoctorExam)
    assert exam is not None
    assert exam.judgements[0].verdict == "ok"


def test_a_nurse_reads_the_doctors_part_and_goes_past_it(opened: Opener, world: World) -> None:
    hands = opened(AN)
    louis = open_step(hands, world, "doctor", moment=ContactMoment.LO6, name=LOUIS)

    hands.press(Qt.Key.Key_2, F7)
    hands.save_and_go()

    assert page(hands)._closed.isVisibleTo(page(hands))
    assert saved(hands, world, louis, "puberty", Puberty) is None
    assert saved(hands, world, louis, "doctor_exam", DoctorExam) is None
    assert hands.page._page.step == "signals"


def test_a_volume_that_is_no_size_of_the_orchidometer_is_refused(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    louis = open_step(hands, world, "doctor", moment=ContactMoment.LO6, name=LOUIS)

    hands.press(Qt.Key.Key_2, ENTER, Qt.Key.Key_1, TAB)
    hands.type("7")
    hands.press(F7)
    hands.save_and_go()

    assert saved(hands, world, louis, "puberty", Puberty) is None
    words = [link.text for link in hands.page.messages.message().links]
    assert words == [
        "Testis rechts: kies een waarde van de orchidometer (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25)."
    ]


def test_an_abnormal_back_asks_what_and_a_block_on_indication_is_asked_too(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    louis = open_step(hands, world, "doctor", moment=ContactMoment.LO6, name=LOUIS)
    hands.press(Qt.Key.Key_2, ENTER, Qt.Key.Key_1)
    blocks = page(hands).blocks
    blocks.drawn()[0].choice.setFocus()
    hands.press(Qt.Key.Key_A)
    blocks.wanted.setFocus()
    hands.press(Qt.Key.Key_H)  # the letter of the heart

    hands.press(F7)
    hands.save_and_go()
    assert saved(hands, world, louis, "doctor_exam", DoctorExam) is None
    blocks.drawn()[0].words.setFocus()
    hands.type("bochel rechts")
    blocks.scoliometer.setFocus()
    hands.type("8")
    pause(hands)
    hands.save_and_go()

    exam = saved(hands, world, louis, "doctor_exam", DoctorExam)
    assert exam is not None
    assert (exam.blocks["back"].text, exam.scoliometer_deg) == ("bochel rechts", 8)
    assert exam.forward_bend is None
    assert exam.blocks["heart"].finding is Finding.NORMAL
    assert {one.rule_id for one in exam.judgements} == {"SCO-1", "DOC-1"}


def test_a_draft_of_the_doctor_comes_back(opened: Opener, world: World) -> None:
    hands = opened(DOCTOR)
    louis = open_step(hands, world, "doctor", moment=ContactMoment.LO6, name=LOUIS)
    hands.press(Qt.Key.Key_3, ENTER, Qt.Key.Key_2, TAB)
    hands.type("6")

    hands.press(Qt.Key.Key_Escape)
    come_back(hands, world, louis, "doctor")

    stages = page(hands).stages
    assert (stages.stages["genital"].value(), stages.testes["right"].text()) == ("3", "6")
    assert saved(hands, world, louis, "puberty", Puberty) is None
    assert QApplication.focusWidget() is not None


@pytest.mark.parametrize("sex", [Sex.FEMALE, Sex.MALE, Sex.UNKNOWN])
def test_the_stages_that_are_drawn_belong_to_the_pupil(
    opened: Opener, world: World, sex: Sex
) -> None:
    hands = opened(DOCTOR)
    open_step(hands, world, "doctor", moment=ContactMoment.LO6)
    stages = page(hands).stages

    stages.show_pupil(sex, stages._on, 140, "Puberteit")

    expected = {
        Sex.FEMALE: {"breast", "hair"},
        Sex.MALE: {"genital", "hair"},
        Sex.UNKNOWN: {"breast", "genital", "hair"},
    }
    assert {name for name, row in stages.stages.items() if row.isVisible()} == expected[sex]
    assert stages._of_boys.isVisible() is (sex is not Sex.FEMALE)
    assert "gynaecomastie" in stages._of_boys.text()
    assert stages._of_boys.text().endswith("(PUB-7, VWVJ Standaard Groei, te bevestigen)")


@pytest.mark.parametrize("moment", [ContactMoment.LO1, ContactMoment.LO4])
def test_early_signs_are_looked_at_on_indication_by_the_doctor_alone(
    opened: Opener, world: World, moment: ContactMoment
) -> None:
    hands = opened(DOCTOR)
    lotte = open_step(hands, world, "growth", moment=moment, name=LOTTE)  # 6 years old
    assert "doctor" not in {one.step.name for one in hands.page._view.steps}

    hands.page.steps._add.setFocus()
    hands.press(Qt.Key.Key_Space)
    assert hands.page._adding.isVisible()
    hands.type("a")  # Arts
    hands.settle()
    assert hands.page._page.step == "doctor"
    assert page(hands).blocks.drawn() == ()  # back, legs and feet are not for everybody here
    hands.press(Qt.Key.Key_2, ENTER, Qt.Key.Key_1, F7)
    hands.save_and_go()

    puberty = saved(hands, world, lotte, "puberty", Puberty)
    assert puberty is not None
    assert (puberty.breast_stage, puberty.hair_stage) == (2, 1)
    assert [(one.rule_id, one.verdict) for one in puberty.judgements] == [("PUB-1", "refer")]
    assert saved(hands, world, lotte, "doctor_exam", DoctorExam) is None
    assert step_state(hands, world, lotte, "doctor") is StepState.DONE
    with hands.desk.vault.read() as reader:
        on_visit = find_on_visit(reader, world.visit(CONTACT), lotte)[0]
    row = next(one for one in open_decision(hands.desk, on_visit).rows if one.domain == "puberty")
    assert row.proposal == "referral"


def test_a_step_that_was_added_and_left_empty_is_nothing_the_next_day(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    lotte = open_step(hands, world, "growth", name=LOTTE)
    hands.page._ask_step()
    hands.type("a")
    hands.settle()
    assert "doctor" in {one.step.name for one in hands.page._view.steps}

    view = view_pupil(hands.desk, world.visit(CONTACT), lotte)
    assert "doctor" not in {one.step.name for one in view.steps}
    assert [one.name for one in view.addable] == ["doctor", "signals"]


def test_a_nurse_is_not_offered_what_the_doctor_examines(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "growth", moment=ContactMoment.LO4, name=LOTTE)

    assert [one.name for one in hands.page._view.addable] == ["hearing", "signals"]
    hands.page._ask_step()
    hands.type("g")
    hands.settle()
    step = hands.page._pages["hearing"]
    assert "HE-4" in {line.rule_id for line in step.judgements()}
    step._concern.setFocus()
    hands.press(Qt.Key.Key_Space)
    hands.press(F7)
    hands.save_and_go()
    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    assert [line.rule_id for line in test.judgements] == ["HE-6", "AUD"]
    assert step_state(hands, world, lotte, "hearing") is StepState.DONE


def test_the_page_is_closed_to_view_while_puberty_has_the_focus_and_open_again_afterwards(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    open_step(hands, world, "growth", moment=ContactMoment.LO6, name=LOUIS)
    hands.type("121,5")
    hands.press(ENTER)
    hands.type("24,8")
    pause(hands)
    hands.save_and_go()
    pause(hands)
    hands.save_and_go()
    station = hands.desktop.work.station
    assert not station.discreet

    hands.press(Qt.Key.Key_5, alt=True)  # step 5: begins in puberty
    hands.settle()
    assert station.discreet
    assert "••" in found(hands)
    assert "BMI" not in found(hands)
    hands.press(Qt.Key.Key_F9)  # the doctor is alone with the pupil
    assert not station.discreet
    assert "••" not in found(hands)
    page(hands).blocks.drawn()[0].choice.setFocus()
    page(hands).stages.basis.setFocus()
    assert station.discreet
    hands.press(Qt.Key.Key_2, alt=True)
    hands.settle()
    assert not station.discreet


def test_who_was_discreet_before_puberty_stays_so_and_the_setting_turns_it_off(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    open_step(hands, world, "growth", moment=ContactMoment.LO6, name=LOUIS)
    station = hands.desktop.work.station
    hands.press(Qt.Key.Key_F9)
    hands.press(Qt.Key.Key_5, alt=True)
    hands.press(Qt.Key.Key_2, alt=True)
    assert station.discreet
    hands.press(Qt.Key.Key_F9)

    hands.go(Destination("settings"))
    hands.page.puberty.setFocus()
    hands.type("n")
    assert not read_settings(hands.desktop.program.folder).discreet_at_puberty
    come_back(hands, world, find_pupil(hands.desk, *LOUIS), "doctor")
    assert page(hands).stages.isAncestorOf(QApplication.focusWidget())
    assert not station.discreet
