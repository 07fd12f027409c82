"""Zicht in the real window: real keys, and what the vault holds afterwards."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    ColourVision,
    Correction,
    EyePosition,
    StereoVision,
    VisionTest,
)
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.records import Part, record
from tests.journeys.conftest import Opener
from tests.journeys.moments import come_back, open_step, pause, saved, step_state, versions
from tests.journeys.world import AN, CONTACT, Hands, World
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.label import Chip
from ui.widgets.question_line import QuestionLine

ENTER = Qt.Key.Key_Return
SAMI = ("Rahmani", "Sami")


def focused(hands: Hands) -> str:
    """The name of the control with the focus."""
    return getattr(QApplication.focusWidget(), "name", "")


def both_eyes(hands: Hands, right: str = "0", left: str = "0") -> None:
    """Without glasses, right, left; the focus stays in the last field."""
    hands.type("z")
    hands.press(ENTER)
    hands.type(right)
    hands.press(ENTER)
    hands.type(left)


def click(hands: Hands, words: str) -> None:
    """A button by its words."""
    (button,) = [
        one
        for one in hands.page.findChildren(QPushButton)
        if one.text() == words and one.isVisible()
    ]
    hands.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    hands.settle()


def make_other_version(hands: Hands, world: World, pupil_id: PupilId) -> None:
    """What a colleague's laptop recorded meanwhile, on the same base."""
    body = Acuity(state=ExamState.REFUSED, test=VisionTest.LOGMAR, on=date(2026, 11, 23))
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), pupil_id)
    record(hands.desk, [Part(body, on_visit.where, on_visit.exam_id("acuity"))])


def test_a_first_grade_is_seven_strokes_and_three_records(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision")

    both_eyes(hands)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    assert hands.strokes == 7
    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert acuity.test is VisionTest.LOGMAR
    assert (acuity.correction, acuity.occlusion) == (Correction.NONE, "leiden_glasses")
    assert acuity.right is not None
    assert acuity.left is not None
    assert (str(acuity.right.logmar), acuity.right.cooperation) == ("0.0", "good")
    assert acuity.assumed == ("left.cooperation", "right.cooperation")
    position = saved(hands, world, lotte, "eye_position", EyePosition)
    assert position is not None
    assert (position.reflexes, position.cover_near, position.cover_far) == (
        "symmetric",
        "none",
        "none",
    )
    colours = saved(hands, world, lotte, "colour_vision", ColourVision)
    assert colours is not None
    assert (colours.result, colours.assumed) == ("good", ("result",))
    assert step_state(hands, world, lotte, "vision") is StepState.DONE
    assert hands.message() == "Zicht van Lotte Peeters opgeslagen."


def test_a_first_grade_that_reads_a_line_less_is_nine_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision")

    both_eyes(hands, ",1", ",1")
    eyes = hands.page._pages["vision"].eyes.values()
    assert [row._decimal.text() for row in eyes] == ["= 0,8", "= 0,8"]
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    assert hands.strokes == 9
    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert acuity.right is not None
    assert acuity.left is not None
    assert (acuity.right.logmar, acuity.left.logmar) == (Decimal("0.1"), Decimal("0.1"))
    assert step_state(hands, world, lotte, "vision") is StepState.DONE


def test_a_fourth_grade_is_six_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO4)

    both_eyes(hands)
    hands.save_and_go()

    assert hands.strokes == 6
    assert saved(hands, world, lotte, "acuity", Acuity) is not None
    assert saved(hands, world, lotte, "eye_position", EyePosition) is None


def test_a_sixth_grade_with_stereo_vision_is_eight_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO6)

    both_eyes(hands)
    hands.press(ENTER)
    hands.type("6")
    hands.save_and_go()

    assert hands.strokes == 8
    found = saved(hands, world, lotte, "stereo_vision", StereoVision)
    assert found is not None
    assert found.result == "60"


def test_a_toddler_is_tested_with_kay_and_without_colours(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.KK1)

    both_eyes(hands, ",1", "0,2")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert acuity.test is VisionTest.KAY_NEW
    assert acuity.left is not None
    assert acuity.left.logmar == Decimal("0.2")
    assert saved(hands, world, lotte, "colour_vision", ColourVision) is None


def test_a_bare_one_is_refused_because_it_could_mean_two_things(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision")

    both_eyes(hands, "1", "0")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    assert saved(hands, world, lotte, "acuity", Acuity) is None
    refusal = "Rechts: vul 0,1 of 1,0 in (logMAR, hoger is slechter)."
    message = hands.page.messages.message()
    assert message is not None
    assert [act.text for act in message.links] == [refusal]
    hands.press(Qt.Key.Key_Space)  # the link brings the focus to the field
    assert focused(hands) == "Rechts"
    hands.press(Qt.Key.Key_End, Qt.Key.Key_Backspace)
    hands.type("0,1")
    pause(hands)
    hands.save_and_go()
    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert acuity.right is not None
    assert acuity.right.logmar == Decimal("0.1")


def test_nothing_is_saved_without_correction_and_the_focus_goes_there(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO4)

    hands.press(ENTER)
    hands.type("0")
    hands.press(ENTER)
    hands.type("0")
    hands.save_and_go()

    assert saved(hands, world, lotte, "acuity", Acuity) is None
    message = hands.page.messages.message()
    assert message is not None
    assert [act.text for act in message.links] == ["Kies de correctie."]


def test_one_eye_now_and_the_other_later_is_one_record_of_two_revisions(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    sami = open_step(hands, world, "vision", moment=ContactMoment.LO4, name=SAMI)

    hands.type("z")
    hands.press(ENTER)
    hands.type("0,1")
    hands.press(Qt.Key.Key_Q, ctrl=True, shift=True)

    half = saved(hands, world, sami, "acuity", Acuity)
    assert half is not None
    assert half.left is not None
    assert (half.left.state, half.left.state_reason) == (ExamState.POSTPONED, "end_of_queue")
    assert hands.message() == "Zicht van Sami Rahmani opgeslagen. Nog te doen: links."
    assert step_state(hands, world, sami, "vision") is StepState.PARTIAL

    come_back(hands, world, sami, "vision")
    assert focused(hands) == "Links"
    hands.type("0,2")
    hands.save_and_go()

    whole = saved(hands, world, sami, "acuity", Acuity)
    assert whole is not None
    assert whole.right == half.right
    assert whole.left is not None
    assert whole.left.logmar == Decimal("0.2")
    assert versions(hands, world, sami, "acuity") == 2
    assert step_state(hands, world, sami, "vision") is StepState.DONE


def test_an_eye_that_cannot_be_tested_is_a_risk_and_the_other_keeps_its_value(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO4)

    both_eyes(hands, "0", "")
    hands.press(Qt.Key.Key_F8)
    hands.type("m")
    hands.press(ENTER)
    hands.type("b")
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert acuity.right is not None
    assert acuity.right.logmar == Decimal("0.0")
    assert acuity.left is not None
    assert (acuity.left.state, acuity.left.state_reason) == (
        ExamState.NOT_POSSIBLE,
        "does_not_understand",
    )
    assert Verdict.RISK in {line.verdict for line in acuity.judgements}


def test_a_refusal_of_everything_is_five_strokes_and_no_pass(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision")

    hands.press(Qt.Key.Key_F8)
    hands.type("w")
    hands.press(ENTER)
    hands.type("l")
    hands.save_and_go()

    assert hands.strokes == 5
    for kind, shape in (
        ("acuity", Acuity),
        ("eye_position", EyePosition),
        ("colour_vision", ColourVision),
    ):
        found = saved(hands, world, lotte, kind, shape)
        assert isinstance(found, Acuity | EyePosition | ColourVision)
        assert (found.state, found.state_reason) == (ExamState.REFUSED, "pupil")
        assert Verdict.OK not in {line.verdict for line in found.judgements}


def test_forgotten_glasses_are_recorded_and_ask_a_selective_check(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO4)

    hands.type("v")
    hands.press(ENTER)
    hands.type("0,4")
    hands.press(ENTER)
    hands.type("0,4")
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert acuity.correction is Correction.FORGOTTEN
    assert ("VIS-7", Verdict.RETEST) in {(line.rule_id, line.verdict) for line in acuity.judgements}


def test_an_unlikely_value_is_asked_confirmed_with_f4_and_kept(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO4)

    both_eyes(hands, "1,2", "0")
    hands.press(Qt.Key.Key_F4)
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert [(one.limit_id, one.field, one.value) for one in acuity.confirmed] == [
        ("LIM-V", "right", "1.2")
    ]


def test_the_question_of_a_limit_says_so_as_long_as_no_doctor_signed_it(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_step(hands, world, "vision", moment=ContactMoment.LO4)
    both_eyes(hands, "1,2", "0")
    (line,) = (one for one in hands.page.findChildren(QuestionLine) if one.isVisible())
    (chip,) = line.findChildren(Chip)
    assert chip.isVisible()
    assert line.accessibleName().endswith("(te bevestigen)")

    line.ask(line.sentence)
    assert not chip.isVisible()


def test_f7_never_fills_a_value_and_is_refused_where_a_question_is_open(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    open_step(hands, world, "vision", moment=ContactMoment.LO4)

    both_eyes(hands, "1,2", "")
    hands.press(Qt.Key.Key_F7)

    refusal = "F7 kan niet bij gezichtsscherpte: er staat nog een toestand of een vraag open."
    assert hands.message() == refusal
    left = QApplication.focusWidget()
    assert isinstance(left, DecimalEdit)
    assert left.is_open()


def test_a_draft_comes_back_as_it_was_typed(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision")

    both_eyes(hands, "0,1", "1")
    hands.press(Qt.Key.Key_F7)
    come_back(hands, world, lotte, "vision")

    assert hands.message().startswith("Er stond nog een concept van")
    hands.save_and_go()
    message = hands.page.messages.message()
    assert message is not None
    assert [act.text for act in message.links] == [
        "Links: vul 0,1 of 1,0 in (logMAR, hoger is slechter)."
    ]


def test_a_correction_asks_a_reason_and_writes_one_revision(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision")
    both_eyes(hands)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    come_back(hands, world, lotte, "vision")

    hands.press(Qt.Key.Key_F2)
    hands.type("t")
    hands.press(Qt.Key.Key_Space)
    assert focused(hands) == "Correctie"
    hands.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert focused(hands) == "Links"
    hands.press(Qt.Key.Key_A, ctrl=True)
    hands.type("0,3")
    pause(hands)
    hands.save_and_go()

    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert acuity.left is not None
    assert acuity.left.logmar == Decimal("0.3")
    assert versions(hands, world, lotte, "acuity") == 2
    assert versions(hands, world, lotte, "colour_vision") == 1


def test_withdrawing_takes_all_tests_back_and_the_form_is_open_again(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision")
    both_eyes(hands)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    come_back(hands, world, lotte, "vision")

    click(hands, "Intrekken…")
    hands.type("v")
    hands.press(Qt.Key.Key_Space)

    assert saved(hands, world, lotte, "acuity", Acuity) is None
    assert saved(hands, world, lotte, "colour_vision", ColourVision) is None
    assert step_state(hands, world, lotte, "vision") is StepState.OPEN


def test_undo_puts_the_typed_values_back_as_a_draft(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO4)
    both_eyes(hands, "0,1", "0,2")
    hands.save_and_go()

    hands.press(Qt.Key.Key_O, ctrl=True, shift=True)

    assert saved(hands, world, lotte, "acuity", Acuity) is None
    pause(hands)
    hands.save_and_go()
    acuity = saved(hands, world, lotte, "acuity", Acuity)
    assert acuity is not None
    assert acuity.left is not None
    assert acuity.left.logmar == Decimal("0.2")


def test_two_versions_are_shown_to_read_and_a_person_chooses(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "vision", moment=ContactMoment.LO4)
    both_eyes(hands)
    make_other_version(hands, world, lotte)
    hands.save_and_go()
    come_back(hands, world, lotte, "vision")

    assert hands.message().startswith("Er zijn twee versies van dit onderdeel.")
    assert step_state(hands, world, lotte, "vision") is StepState.TWO_VERSIONS
