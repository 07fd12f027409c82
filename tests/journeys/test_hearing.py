"""Gehoor in the real window: real keys, and what the vault holds afterwards."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Audiometry,
    Background,
    BackgroundItem,
    CellResult,
    HearingIndication,
    Otoscopy,
    SpeechInNoise,
)
from clbdesk.domain.hearing import TympanogramType, Tympanometry
from clbdesk.domain.judgement import Verdict
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId
from clbdesk.services.decision import open_decision
from clbdesk.services.field_words import field_text
from clbdesk.services.hearing import HearingEntry, open_hearing
from clbdesk.services.hearing_saving import record_hearing
from clbdesk.services.history import open_record
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.reading import open_base
from clbdesk.services.records import Part, Where, record
from clbdesk.standards.hearing_indication import Screening
from tests.journeys.conftest import Opener
from tests.journeys.moments import come_back, open_step, pause, saved, step_state, versions
from tests.journeys.world import AN, CONTACT, Hands, World, find_pupil
from ui.pages.doctor_found import FoundCard
from ui.pages.hearing import HearingPage
from ui.widgets.label import Chip, Label

ENTER = Qt.Key.Key_Return
LOTTE = ("Peeters", "Lotte")


def focused() -> str:
    """The name of the control with the focus."""
    return getattr(QApplication.focusWidget(), "name", "")


def knows_loss(hands: Hands, pupil_id: PupilId) -> None:
    """Parents told before that hearing is followed up."""
    record_id = derived_record_id("background", pupil_id, BackgroundItem.HEARING.value)
    with hands.desk.vault.read() as reader:
        head = reader.head(record_id)
    body = Background(pupil_id=pupil_id, item=BackgroundItem.HEARING, answer="yes")
    record(hands.desk, [Part(body, Where(pupil_id=pupil_id), record_id, open_base(head))])


def test_six_times_heard_is_two_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")

    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    assert hands.strokes == 2
    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    cells = [*test.right.values(), *test.left.values()]
    assert [cell.result for cell in cells] == [CellResult.PASS] * 6
    assert {cell.level_db for cell in cells} == {None}
    assert len(test.assumed) == 6
    assert step_state(hands, world, lotte, "hearing") is StepState.DONE
    assert hands.message() == "Gehoor van Lotte Peeters opgeslagen."


def test_cell_by_cell_in_the_order_of_the_protocol_is_twelve_strokes(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")

    tones = hands.page._pages["hearing"].tones
    told = [tones._now.text()]
    hands.type("g")
    for letter in "ggggg":
        hands.press(ENTER)
        told.append(tones._now.text())
        hands.type(letter)
    hands.save_and_go()

    assert hands.strokes == 12
    assert told == [
        f"Nu: {ear} · {tone} Hz · begin hoorbaar, dan 20 dB, dan 10 dB"
        for ear in ("RECHTS", "LINKS")
        for tone in (1000, 4000, 500)
    ]
    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    assert set(test.right) == set(test.left) == {"1000", "4000", "500"}
    assert test.assumed == ()


def test_letters_levels_and_silent_trials_stand_in_the_right_cells(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")

    for typed in ("g10", "n35", "o", "z", "g0"):
        hands.type(typed)
        hands.press(ENTER)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    assert saved(hands, world, lotte, "audiometry", Audiometry) is None  # z alone is no outcome
    come_back(hands, world, lotte, "hearing")
    hands.press(Qt.Key.Key_F4)
    pause(hands)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    right, left = test.right, test.left
    assert (right["1000"].result, right["1000"].level_db) == (CellResult.PASS, 10)
    assert (right["4000"].result, right["4000"].level_db) == (CellResult.FAIL, 35)
    assert right["500"].result is CellResult.UNRELIABLE
    assert left["1000"].silent_response
    assert left["4000"].level_db == 0
    assert [one.field for one in test.confirmed] == ["left.4000"]
    assert {"AUD", "AUD-1"} <= {line.rule_id for line in test.judgements}


def test_cells_without_an_outcome_are_named_by_their_number(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")

    hands.type("g")
    hands.press(ENTER)
    hands.type("g")
    hands.save_and_go()

    assert saved(hands, world, lotte, "audiometry", Audiometry) is None
    message = hands.page.messages.message()
    assert message is not None
    assert [act.text for act in message.links] == [
        "Nog 4 cellen zonder uitslag. Vul ze aan of kies Niet afgenomen."
    ]


def test_a_level_that_cannot_be_is_refused_with_its_place(opened: Opener, world: World) -> None:
    hands = opened(AN)
    open_step(hands, world, "hearing")

    hands.type("g")
    hands.press(ENTER)
    hands.type("g12")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    message = hands.page.messages.message()
    assert message is not None
    assert [act.text for act in message.links] == [
        "Rechts, 4000 Hz: vul een waarde in van −10 tot 120 dB, in stappen van 5."
    ]


def test_one_ear_now_comes_back_at_the_first_cell_of_the_other(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")

    for letter in "ggg":
        hands.type(letter)
        hands.press(ENTER)
    hands.press(Qt.Key.Key_Q, ctrl=True, shift=True)

    assert hands.message() == "Gehoor van Lotte Peeters opgeslagen. Nog te doen: links."
    assert step_state(hands, world, lotte, "hearing") is StepState.PARTIAL
    come_back(hands, world, lotte, "hearing")
    for letter in "gng":
        hands.type(letter)
        hands.press(ENTER)
    hands.save_and_go()

    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    assert test.left["4000"].result is CellResult.FAIL
    assert {cell.result for cell in test.right.values()} == {CellResult.PASS}
    assert versions(hands, world, lotte, "audiometry") == 2


def test_an_unreliable_test_keeps_its_cells_and_is_to_be_done_again(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")

    hands.type("g")
    hands.press(Qt.Key.Key_F8)
    hands.type("o")
    hands.press(ENTER)
    hands.type("g")
    hands.save_and_go()

    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    assert (test.state, test.state_reason) == (ExamState.UNRELIABLE, "answers_without_tone")
    assert test.right["1000"].result is CellResult.PASS
    assert step_state(hands, world, lotte, "hearing") is StepState.RETEST


def test_speech_in_noise_is_nineteen_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing", moment=ContactMoment.LO6)

    for number in ("-9,8", "1,2", "-9,6"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("1,1")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    assert hands.strokes == 19
    test = saved(hands, world, lotte, "speech_in_noise", SpeechInNoise)
    assert test is not None
    assert test.right is not None
    assert test.left is not None
    assert (test.right.srt_db, test.right.sd_db) == (Decimal("-9.8"), Decimal("1.2"))
    assert (test.left.srt_db, test.left.touched_limit) == (Decimal("-9.6"), False)
    assert test.assumed == ("left.touched_limit", "right.touched_limit")
    assert [line.verdict for line in test.judgements if line.rule_id == "SPIN-1"] == [
        Verdict.OK,
        Verdict.OK,
    ]
    assert step_state(hands, world, lotte, "hearing") is StepState.DONE


def test_an_unreliable_ear_is_repeated_as_second_attempt(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing", moment=ContactMoment.SO3)
    for number in ("-10,2", "1,2", "-9,9"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("3,4")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    assert hands.message() == "Gehoor van Lotte Peeters opgeslagen. Nog te doen: links herhalen."

    come_back(hands, world, lotte, "hearing")
    assert focused() == "SRT links"
    hands.type("-10,1")
    hands.press(ENTER)
    hands.type("1,4")
    pause(hands)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    test = saved(hands, world, lotte, "speech_in_noise", SpeechInNoise)
    assert test is not None
    assert test.right is not None
    assert test.left is not None
    assert (test.right.attempt, test.left.attempt) == (1, 2)
    assert test.left.srt_db == Decimal("-10.1")
    assert step_state(hands, world, lotte, "hearing") is StepState.DONE


def test_a_forgotten_minus_is_asked_and_does_not_block(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing", moment=ContactMoment.LO6)
    for number in ("9,8", "1,2", "-9,6"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("1,1")

    hands.press(Qt.Key.Key_F7)
    refusal = "F7 kan niet bij SPIN: er staat nog een toestand of een vraag open."
    assert hands.message() == refusal
    hands.press(Qt.Key.Key_F4)
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    test = saved(hands, world, lotte, "speech_in_noise", SpeechInNoise)
    assert test is not None
    assert [(one.limit_id, one.field) for one in test.confirmed] == [("LIM-S", "right.srt")]
    assert Verdict.REFER in {line.verdict for line in test.judgements}


def test_a_toddler_without_indication_is_one_stroke(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = find_pupil(hands.desk, *LOTTE)
    open_step(hands, world, "vision", moment=ContactMoment.KK1)
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), lotte)
    view = open_hearing(hands.desk, on_visit)
    answers = HearingEntry(screening=Screening("yes"), risk_factors=())
    record_hearing(hands.desk, view, answers, view.base)
    come_back(hands, world, lotte, "hearing")
    hands.start_counting()

    hands.save_and_go()

    assert hands.strokes == 1
    assert step_state(hands, world, lotte, "hearing") is StepState.DONE
    page = hands.page.findChild(HearingPage)
    assert page is not None
    assert not page.isVisible()  # the next step is on the screen


def test_a_toddler_with_a_risk_factor_is_tested_on_the_same_page(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing", moment=ContactMoment.KK1)

    hands.type("j")
    hands.press(ENTER)
    hands.type("c")
    hands.press(ENTER)
    assert focused() == "Verkorte audiometrie"
    now = hands.page._pages["hearing"].tones._now.text()
    assert now == "Nu: RECHTS · 1000 Hz · begin hoorbaar, dan 25 dB, dan 15 dB"
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    found = saved(hands, world, lotte, "hearing_indication", HearingIndication)
    assert found is not None
    assert (found.indicated, found.risk_factors) == (True, ("cmv",))
    assert saved(hands, world, lotte, "audiometry", Audiometry) is not None
    assert step_state(hands, world, lotte, "hearing") is StepState.DONE


def test_a_known_loss_is_not_screened_and_one_stroke_says_so(opened: Opener, world: World) -> None:
    hands = opened(AN)
    knows_loss(hands, find_pupil(hands.desk, *LOTTE))
    lotte = open_step(hands, world, "hearing")

    hands.save_and_go()

    assert hands.strokes == 1
    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    assert test.state is ExamState.NOT_PLANNED
    assert [line.rule_id for line in test.judgements] == ["HE-8"]


def test_otoscopy_is_recorded_per_ear_beside_the_audiometry(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")

    hands.type("n")
    hands.press(Qt.Key.Key_F7)
    hands.press(Qt.Key.Key_Tab)
    hands.type("c")
    hands.press(Qt.Key.Key_Tab)
    hands.type("n")
    hands.save_and_go()

    seen = saved(hands, world, lotte, "otoscopy", Otoscopy)
    assert seen is not None
    assert (seen.right, seen.left) == (("cerumen",), ("normal",))
    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    assert "AUD-2" in {line.rule_id for line in test.judgements}


def test_a_tympanogram_per_ear_stands_in_the_dossier_and_with_what_the_doctor_reads(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")
    step = hands.page._pages["hearing"]

    hands.press(Qt.Key.Key_F7)
    step.tympanometry._ears["right"].setFocus()
    hands.type("b")
    hands.press(Qt.Key.Key_Tab)
    hands.type("a")
    assert [line.rule_id for line in step.judgements()] == ["AUD", "AUD-TYMP"]
    hands.save_and_go()

    found = saved(hands, world, lotte, "tympanometry", Tympanometry)
    assert found is not None
    assert (found.right, found.left) == (TympanogramType.B, TympanogramType.A)
    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), lotte)
    text = open_record(hands.desk, lotte, on_visit.exam_id("tympanometry"))
    assert [(one.label, field_text(one)) for one in text.fields[:2]] == [
        ("Rechts", "type B"),
        ("Links", "type A"),
    ]
    assert text.step == "hearing"  # where it is corrected
    card = FoundCard()
    hands.qtbot.addWidget(card)
    card.show_found(open_decision(hands.desk, on_visit).rows, "")
    words = " ".join(one.text() for one in card.findChildren(Label))
    assert "tympanogram rechts type B, links type A" in words


def test_what_a_rule_that_nobody_confirmed_found_says_so_to_the_doctor(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")
    hands.type("n")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()

    with hands.desk.vault.read() as reader:
        on_visit, _visit, _listed = find_on_visit(reader, world.visit(CONTACT), lotte)
    card = FoundCard()
    hands.qtbot.addWidget(card)
    card.show_found(open_decision(hands.desk, on_visit).rows, "")
    (chip,) = card.findChildren(Chip)
    assert chip.accessibleName() == "te bevestigen"


def test_a_refused_otoscopy_is_written_down_as_refused(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing")

    hands.press(Qt.Key.Key_F7)
    hands.page._pages["hearing"].otoscopy._ears["left"].setFocus()
    hands.press(Qt.Key.Key_F8)
    hands.type("w")
    hands.press(ENTER)
    hands.type("l")
    hands.save_and_go()

    seen = saved(hands, world, lotte, "otoscopy", Otoscopy)
    assert seen is not None
    assert (seen.state, seen.state_reason, seen.left) == (ExamState.REFUSED, "pupil", ())
    test = saved(hands, world, lotte, "audiometry", Audiometry)
    assert test is not None
    assert test.state is ExamState.DONE


def test_the_questions_for_a_toddler_lead_from_kind_en_gezin_to_the_parents(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing", moment=ContactMoment.KK1)
    step: HearingPage = hands.page._pages["hearing"]
    assert not step.indication.told.isVisible()

    hands.type("n")  # Kind en Gezin meldt geen screening
    assert step.indication.told.isVisible()
    hands.press(ENTER)
    assert focused() == "Screening volgens de ouders"
    hands.type("v")  # nog te vragen
    hands.press(ENTER)
    hands.type("g")
    assert step.judgements()[0].text == (
        "Kind en Gezin meldt geen screening: vraag de ouders of bel hen"
    )
    hands.save_and_go()
    assert hands.message() == (
        "Gehoor van Lotte Peeters opgeslagen. Nog te doen: aanwijzing voor audiometrie."
    )
    assert step_state(hands, world, lotte, "hearing") is not StepState.OPEN

    come_back(hands, world, lotte, "hearing")
    step.indication.told.setFocus()
    hands.type("j")  # de ouders weten van een screening op neonatologie: geloofd
    assert step.judgements()[0].rule_id == "HE-2"
    assert "de melding van Kind en Gezin vervalt" in step.judgements()[0].text
    pause(hands)
    hands.save_and_go()

    found = saved(hands, world, lotte, "hearing_indication", HearingIndication)
    assert found is not None
    assert (found.registered_screening, found.neonatal_screening) == ("no", "yes")
    assert (found.screening_source, found.indicated) == ("parents", False)


def test_a_question_that_is_left_open_is_named(opened: Opener, world: World) -> None:
    hands = opened(AN)
    open_step(hands, world, "hearing", moment=ContactMoment.KK1)

    hands.type("o")
    hands.save_and_go()

    message = hands.page.messages.message()
    assert message is not None
    assert [act.text for act in message.links] == [
        "Kies wat de ouders zeggen.",
        "Kies de risicofactoren.",
    ]


def test_around_speech_in_noise_stand_tablet_version_hour_and_what_was_told_of_noise(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing", moment=ContactMoment.SO3)
    step: HearingPage = hands.page._pages["hearing"]
    for number in ("-10,2", "1,2", "-9,9"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("1,1")
    hands.press(Qt.Key.Key_F7)
    step.circumstances.version.setFocus()
    hands.type("2.4")
    step.circumstances.started.setFocus()
    hands.type("2515")
    hands.press(Qt.Key.Key_Tab)
    hands.type("o")  # oortjes
    hands.type("t")  # oorsuizen
    hands.save_and_go()

    message = hands.page.messages.message()
    assert message is not None
    assert [act.text for act in message.links] == [
        "Begin van de test: vul een uur in, bijvoorbeeld 10:15."
    ]
    step.circumstances.started.setFocus()
    step.circumstances.started.selectAll()
    hands.type("1015")
    pause(hands)
    hands.save_and_go()

    test = saved(hands, world, lotte, "speech_in_noise", SpeechInNoise)
    assert test is not None
    assert (test.version, test.started_at) == ("2.4", time(10, 15))
    assert test.noise == ("earphones", "tinnitus")
    assert all(line.rule_id != "HE-NOISE" for line in test.judgements)


def test_noise_that_nobody_asked_about_is_no_answer_and_none_stands_alone(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "hearing", moment=ContactMoment.LO6)
    card = hands.page._pages["hearing"].circumstances
    card.noise.setFocus()
    hands.type("o")
    hands.type("g")  # geen
    assert card.noise.values() == ("none",)
    hands.page._pages["hearing"].spin.rows["right"].srt.setFocus()
    for number in ("-9,8", "1,2", "-9,6"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("1,1")
    hands.press(Qt.Key.Key_F7)
    hands.save_and_go()
    test = saved(hands, world, lotte, "speech_in_noise", SpeechInNoise)
    assert test is not None
    assert test.noise == ()

    louis = open_step(hands, world, "hearing", moment=ContactMoment.LO6, name=("Coppens", "Louis"))
    for number in ("-9,8", "1,2", "-9,6"):
        hands.type(number)
        hands.press(ENTER)
    hands.type("1,1")
    hands.press(Qt.Key.Key_F7)
    pause(hands)
    hands.save_and_go()
    other = saved(hands, world, louis, "speech_in_noise", SpeechInNoise)
    assert other is not None
    assert other.noise is None
