"""Groei in the real window: what the nurse types is what the vault holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Clothing, Growth, ParentHeight
from clbdesk.domain.kinds import derived_record_id
from clbdesk.services.reading import one_standing
from tests.journeys.conftest import Opener
from tests.journeys.days import saved, started_at
from tests.journeys.moments import pause
from tests.journeys.world import AN, CONTACT, World
from ui.pages.base import Destination


def test_length_and_weight_of_a_pupil_are_saved_in_eleven_strokes(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.start_counting()

    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.save_and_go()

    assert hands.strokes == 11
    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert (growth.height_cm, growth.weight_kg) == (Decimal("121.5"), Decimal("24.8"))
    assert growth.clothing is Clothing.GYM_SUIT
    assert {one.rule_id for one in growth.judgements} >= {"BMI-7, BMI-3", "GRO-1"}
    assert hands.message() == "Groei van Lotte Peeters opgeslagen."


@pytest.mark.parametrize("typed", ["24.8", "24,8", "24,8 kg"])
def test_point_and_comma_mean_the_same(opened: Opener, world: World, typed: str) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")

    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type(typed)
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert growth.weight_kg == Decimal("24.8")


def test_the_wheel_changes_no_value(opened: Opener, world: World) -> None:
    hands = opened(AN)
    started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    field = QApplication.focusWidget()

    at = QPointF(10, 10)
    none = Qt.MouseButton.NoButton
    for delta in (120, -120, 360):
        turn = QWheelEvent(
            at,
            field.mapToGlobal(at),
            QPoint(),
            QPoint(0, delta),
            none,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(field, turn)

    assert field.text() == "121,5"


def test_an_impossible_length_is_refused_and_stays_on_the_screen(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")

    hands.type("1215")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.save_and_go()

    assert hands.message() == "Er is 1 ding na te kijken."
    (link,) = hands.page.messages.message().links
    assert link.text == "Lengte: 1215 kan niet. Vul een waarde in van 30 tot 300 cm."
    assert saved(hands, world, lotte, "growth", Growth) is None
    link.call()
    assert QApplication.focusWidget().text() == "1215"


def test_a_shorter_pupil_asks_and_f4_is_kept_with_the_record(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")

    hands.type("97,0")  # 98,1 in 2023
    hands.press(Qt.Key.Key_Return)
    question = hands.page._pages["growth"]._entry_card.rows["height"].question()
    hands.press(Qt.Key.Key_F4)
    hands.press(Qt.Key.Key_Return)
    hands.type("15,0")
    hands.press(Qt.Key.Key_Tab, Qt.Key.Key_F4)
    pause(hands)
    hands.save_and_go()

    assert question == "Lengte 97,0 cm is 1,1 cm minder dan op 09 okt 2023. Klopt dit?"
    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    confirmed = {one.field: one for one in growth.confirmed}
    assert (confirmed["height"].limit_id, confirmed["height"].value) == ("LIM-H", "97.0")
    assert confirmed["height"].confirmed_by == world.staff(AN)


def test_a_question_that_nobody_saw_is_shown_before_saving_and_blocks_no_second_time(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)

    hands.type("64,8")
    hands.save_and_go()
    first = saved(hands, world, lotte, "growth", Growth)
    asked = hands.page._pages["growth"]._entry_card.rows["weight"].question()
    pause(hands)
    hands.save_and_go()

    assert first is None
    assert asked.endswith("Klopt dit?")
    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert (growth.weight_kg, growth.confirmed) == (Decimal("64.8"), ())


def test_measuring_again_keeps_the_first_reading(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")

    hands.type("97,0")
    hands.press(Qt.Key.Key_Return)
    hands.page._pages["growth"]._entry_card.rows["height"]._question._again.click()
    hands.settle()
    assert QApplication.focusWidget().text() == ""
    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    (answer,) = growth.confirmed
    assert (answer.field, answer.value, answer.first_reading) == ("height", "121.5", "97.0")


def test_a_pupil_goes_to_the_end_of_the_queue_in_five_strokes(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.start_counting()

    hands.press(Qt.Key.Key_F8, Qt.Key.Key_U, Qt.Key.Key_Return, Qt.Key.Key_A)
    hands.save_and_go()

    assert hands.strokes == 5
    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert (growth.state, growth.state_reason) == (ExamState.POSTPONED, "end_of_queue")


def test_f8_gives_only_the_measure_that_is_still_open_a_state(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")

    hands.type("121,5")
    hands.press(Qt.Key.Key_Return, Qt.Key.Key_F8, Qt.Key.Key_W, Qt.Key.Key_Return, Qt.Key.Key_L)
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert (growth.height_cm, growth.height_state) == (Decimal("121.5"), ExamState.DONE)
    assert (growth.weight_kg, growth.weight_state) == (None, ExamState.REFUSED)
    assert growth.clothing is None


def test_why_something_was_refused_goes_when_it_was_measured_after_all(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")
    hands.press(Qt.Key.Key_F8, Qt.Key.Key_W, Qt.Key.Key_Return, Qt.Key.Key_L)
    hands.save_and_go()
    before = saved(hands, world, lotte, "growth", Growth)
    assert before is not None
    assert before.state_reason

    hands.go(Destination("pupil", world.visit(CONTACT), lotte, "growth"))
    hands.press(Qt.Key.Key_F2, Qt.Key.Key_T, Qt.Key.Key_Return)
    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.page._page._entry_card.clothing.set_value(Clothing.GYM_SUIT.value)
    pause(hands)
    hands.save_and_go()
    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert (growth.height_cm, growth.height_state) == (Decimal("121.5"), ExamState.DONE)
    assert growth.state_reason is None


def test_an_unreliable_weight_is_kept_and_not_judged(opened: Opener, world: World) -> None:
    hands = opened(AN)
    lotte = started_at(hands, world, "Peeters", "Lotte", "growth")

    hands.type("121,5")
    hands.press(Qt.Key.Key_Return)
    hands.type("24,8")
    hands.press(Qt.Key.Key_F8, Qt.Key.Key_O, Qt.Key.Key_Return, Qt.Key.Key_A)
    hands.save_and_go()

    growth = saved(hands, world, lotte, "growth", Growth)
    assert growth is not None
    assert (growth.weight_kg, growth.weight_state) == (Decimal("24.8"), ExamState.UNRELIABLE)
    assert not any(one.rule_id.startswith("BMI-7") for one in growth.judgements)


def test_the_length_of_the_parents_gives_the_target_height_and_is_kept(
    opened: Opener, world: World
) -> None:
    hands = opened(AN)
    pupil = started_at(hands, world, "Coppens", "Louis", "growth")
    page = hands.page._pages["growth"]

    page._computed.parents_asked.emit()
    hands.type("168")
    page._parents.father.setFocus()
    page._parents.father.selectAll()
    hands.type("181")
    target = page._computed._values["Doellengte"].text()
    page.first_field().setFocus()
    hands.type("116,0")
    hands.press(Qt.Key.Key_Return)
    hands.type("21,0")
    hands.save_and_go()

    assert target == "181,0"  # (168 + 181 + 13) / 2
    with hands.desk.vault.read() as reader:
        found = one_standing(reader, derived_record_id("parent_height", pupil), ParentHeight)
    assert found is not None
    assert (found.body.mother_cm, found.body.father_cm) == (Decimal(168), Decimal(181))
