"""Signalen in the real window: two strokes without worry, words that only some may read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.domain.body import ExamState
from clbdesk.domain.development import (
    CareQuestion,
    Concern,
    Development,
    Nature,
    PassOn,
    Readers,
    ToldBy,
    WellBeing,
)
from clbdesk.domain.visits import ContactMoment
from clbdesk.services.decision import open_decision
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import find_on_visit
from tests.journeys.conftest import Opener
from tests.journeys.days import lock
from tests.journeys.moments import come_back, open_step, pause, saved, step_state
from tests.journeys.world import AN, CONTACT, DOCTOR, Hands, World
from ui.pages.signal_row import SignalRow

ENTER, TAB, F7, F8 = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_F7, Qt.Key.Key_F8
SECRET = "Vertelde over ruzie thuis"


def row(hands: Hands, kind: str, area: str) -> SignalRow:
    """One area on the screen."""
    found: SignalRow = hands.page._pages["signals"]._rows[kind][area]
    return found


def test_a_toddler_without_worries_is_two_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.KK1)

    hands.press(F7)
    said = hands.message()
    hands.save_and_go()

    assert hands.strokes == 2
    found = saved(hands, world, lotte, "development", Development)
    assert found is not None
    assert {one.concern for one in found.signals.values()} == {Concern.NONE}
    assert len(found.assumed) == len(found.signals) == 6
    assert said.startswith("F7 vulde in: Lichamelijk; Beweging; ")
    assert hands.message().startswith("Signalen van Lotte Peeters opgeslagen.")
    assert step_state(hands, world, lotte, "signals") is StepState.DONE


@pytest.mark.parametrize("moment", [ContactMoment.LO1, ContactMoment.LO4])
def test_a_worry_of_a_moment_without_signals_is_added_and_concluded(
    opened: Opener, world: World, moment: ContactMoment
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "growth", moment=moment)
    assert "signals" not in {one.step.name for one in hands.page._view.steps}

    hands.page._ask_step()
    hands.type("s")
    hands.settle()
    hands.press(Qt.Key.Key_A)  # the first area: physical
    first = row(hands, "development", "physical")
    first._words.setFocus()
    hands.type("Vaak moe")
    hands.press(TAB, Qt.Key.Key_S, F7)
    hands.save_and_go()

    found = saved(hands, world, lotte, "development", Development)
    assert found is not None
    assert found.signals["physical"].concern is Concern.ATTENTION
    assert len(found.signals) == 6
    assert saved(hands, world, lotte, "well_being", WellBeing) is None
    assert step_state(hands, world, lotte, "signals") is StepState.DONE
    with hands.desk.vault.read() as reader:
        on_visit = find_on_visit(reader, world.visit(CONTACT), lotte)[0]
    drawn = {one.domain: one for one in open_decision(hands.desk, on_visit).rows}
    assert drawn["development"].judgements
    assert "well_being" not in drawn


def test_a_question_alone_keeps_the_step_that_was_added(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "growth", moment=ContactMoment.LO1)
    hands.page._ask_step()
    hands.type("s")
    hands.settle()
    hands.page._pages["signals"]._question.question.setFocus()
    hands.type("Waar kan Lotte terecht voor logopedie")
    hands.press(TAB, Qt.Key.Key_M, TAB, Qt.Key.Key_T)
    pause(hands)
    hands.save_and_go()

    assert saved(hands, world, lotte, "care_question", CareQuestion) is not None
    assert step_state(hands, world, lotte, "signals") is StepState.DONE


def test_letters_and_enter_go_through_the_areas_and_a_worry_asks_for_its_words(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.KK1)

    hands.press(Qt.Key.Key_G, ENTER, Qt.Key.Key_G, ENTER, Qt.Key.Key_A, F7)
    hands.save_and_go()

    assert saved(hands, world, lotte, "development", Development) is None
    message = hands.page.messages.message()
    assert [link.text for link in message.links] == [
        "Vul bij Verstandelijk, taal de toelichting in.",
        "Kies bij Verstandelijk, taal van wie de zorg komt.",
    ]
    row(hands, "development", "mental")._words.setFocus()
    hands.type("Zoekt woorden")
    hands.press(TAB)
    hands.press(Qt.Key.Key_S)
    pause(hands)
    hands.save_and_go()
    found = saved(hands, world, lotte, "development", Development)
    assert found is not None
    signal = found.signals["mental"]
    assert (signal.concern, signal.text) == (Concern.ATTENTION, "Zoekt woorden")
    assert (signal.told_by, signal.nature) == (ToldBy.SCHOOL, Nature.OBSERVATION)
    assert set(found.assumed) == {"sexual", "personal", "social"}


def test_words_for_the_doctor_are_closed_for_a_colleague_and_open_for_the_doctor(
    opened: Opener, world: World
) -> None:
    hands = opened(DOCTOR)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.SO3)
    family = row(hands, "well_being", "family")
    family.choice.setFocus()
    hands.press(Qt.Key.Key_Z)
    family._words.setFocus()
    hands.type(SECRET)
    hands.press(TAB, Qt.Key.Key_L)
    family._doctor_only.setFocus()
    hands.press(Qt.Key.Key_Space, F7)
    hands.save_and_go()
    found = saved(hands, world, lotte, "well_being", WellBeing)
    assert found is not None
    assert found.signals["family"].readers is Readers.DOCTOR

    lock(hands)
    hands.desktop.open(hands.desktop.program.unlock(world.staff(AN), PASSPHRASE))
    hands.settle()
    come_back(hands, world, lotte, "signals")

    shown = row(hands, "well_being", "family")
    assert shown._words.value() != SECRET
    assert not shown._words.isVisible()
    assert shown._closed.isVisible()
    assert shown.choice.value() == Concern.WORRY.value


def test_refused_is_never_no_worry(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.SO3)

    hands.press(F8, Qt.Key.Key_W, ENTER, Qt.Key.Key_L)
    hands.save_and_go()

    talk = saved(hands, world, lotte, "well_being", WellBeing)
    assert talk is not None
    assert (talk.state, talk.state_reason, talk.signals) == (ExamState.REFUSED, "pupil", {})
    assert step_state(hands, world, lotte, "signals") is StepState.NOT_DONE


def test_a_question_is_received_with_whether_it_may_go_on(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.KK1)
    side = hands.page._pages["signals"]._question
    side.question.setFocus()

    hands.type("Kan iemand meekijken")
    hands.press(TAB, Qt.Key.Key_M, TAB, Qt.Key.Key_T, F7)
    hands.save_and_go()

    question = saved(hands, world, lotte, "care_question", CareQuestion)
    assert question is not None
    assert question.pass_on is PassOn.TO_ASK


def test_a_draft_comes_back_with_the_words_of_a_worry(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.KK1)
    hands.press(Qt.Key.Key_Z)
    row(hands, "development", "physical")._words.setFocus()
    hands.type("Vaak moe")

    hands.press(Qt.Key.Key_Escape)
    come_back(hands, world, lotte, "signals")

    assert row(hands, "development", "physical")._words.value() == "Vaak moe"
    assert saved(hands, world, lotte, "development", Development) is None


def test_a_safety_concern_is_one_button_away_and_the_input_waits(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = open_step(hands, world, "signals", moment=ContactMoment.KK1)
    hands.press(Qt.Key.Key_Z)

    hands.page._pages["signals"]._concern.click()
    hands.settle()

    assert hands.page.name == "safety_concern"
    come_back(hands, world, lotte, "signals")
    assert row(hands, "development", "physical").choice.value() == Concern.WORRY.value
