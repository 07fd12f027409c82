"""Choosing by letter, arrow and click; nothing is chosen for the user."""

from __future__ import annotations

from enum import StrEnum

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow

CHOICES = (
    Choice("none", "Zonder", "z"),
    Choice("glasses", "Met bril", "b"),
    Choice("lenses", "Met lenzen", "l"),
)


class Correction(StrEnum):
    NONE = "none"
    GLASSES = "glasses"
    LENSES = "lenses"


@pytest.fixture
def row(qtbot):
    made = ChoiceRow("Correctie", CHOICES, required=True)
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    return made


@pytest.fixture
def several(qtbot):
    made = MultiChoiceRow("Domein", CHOICES)
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    return made


def test_nothing_is_chosen_at_the_start(row):
    assert row.value() is None
    assert row.is_open()
    assert row.accessibleName() == "Correctie: niets gekozen"


def test_the_underlined_letter_chooses(row, qtbot):
    with qtbot.waitSignal(row.edited):
        QTest.keyClick(row, Qt.Key.Key_B)
    assert row.value() == "glasses"
    assert row.value_as(Correction) is Correction.GLASSES
    assert row.accessibleName() == "Correctie: Met bril"


def test_arrows_begin_at_the_near_end_and_stop_at_the_far_one(row):
    seen = []
    for key in ("Right", "Right", "Right", "Right", "Left"):
        QTest.keyClick(row, getattr(Qt.Key, f"Key_{key}"))
        seen.append(row.value())
    assert seen == ["none", "glasses", "lenses", "lenses", "glasses"]


def test_the_left_arrow_begins_at_the_last_answer(row):
    QTest.keyClick(row, Qt.Key.Key_Left)
    assert row.value() == "lenses"


def test_backspace_empties(row):
    row.set_value("none")
    QTest.keyClick(row, Qt.Key.Key_Backspace)
    assert row.is_open()


def test_a_click_chooses_the_answer_under_it(row):
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(row.width() - 10, 10))
    assert row.value() == "lenses"


def test_a_draft_is_shown_without_counting_as_an_answer(row):
    seen = []
    row.edited.connect(lambda: seen.append(True))
    row.set_value("lenses")
    assert row.value() == "lenses"
    assert not seen


def test_choosing_the_same_again_changes_nothing(row):
    seen = []
    row.set_value("lenses")
    row.edited.connect(lambda: seen.append(True))
    QTest.keyClick(row, Qt.Key.Key_L)
    assert not seen


def test_an_answer_that_does_not_exist_is_a_mistake_of_ours(row):
    with pytest.raises(ValueError, match="patch"):
        row.set_value("patch")


def test_two_answers_cannot_share_a_letter(qtbot):
    with pytest.raises(ValueError, match="letter"):
        ChoiceRow("Oor", (Choice("a", "Links", "l"), Choice("b", "Lager", "L")))


def test_other_keys_go_on_to_the_page(row, qtbot):
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_X):
        QTest.keyClick(row, key)
    QTest.keyClick(row, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert row.is_open()


def test_other_answers_keep_the_choice_only_when_it_still_exists(row):
    row.set_value("lenses")
    row.set_choices(CHOICES[1:])
    assert row.value() == "lenses"
    row.set_choices(CHOICES[:2])
    assert row.value() is None


def test_a_chosen_word_becomes_wider_but_the_row_does_not(row):
    before = row.sizeHint()
    row.set_value("glasses")
    assert row.sizeHint() == before


def test_filters_stand_in_columns_and_move_in_two_directions(qtbot):
    made = ChoiceRow("Post", [Choice(str(n), f"Post {n}", count="3") for n in range(4)], columns=2)
    qtbot.addWidget(made)
    made.set_value("0")
    QTest.keyClick(made, Qt.Key.Key_Down)
    assert made.value() == "2"
    QTest.keyClick(made, Qt.Key.Key_Right)
    assert made.value() == "3"


def test_several_answers_are_switched_on_and_off(several):
    QTest.keyClick(several, Qt.Key.Key_L)
    QTest.keyClick(several, Qt.Key.Key_Z)
    assert several.values() == ("none", "lenses")
    QTest.keyClick(several, Qt.Key.Key_L)
    assert several.values() == ("none",)


def test_in_several_answers_arrows_only_move_and_space_chooses(several):
    QTest.keyClick(several, Qt.Key.Key_Right)
    assert several.is_open()
    QTest.keyClick(several, Qt.Key.Key_Space)
    assert several.values() == ("glasses",)


def test_a_draft_can_hold_several_answers(several):
    several.set_values(("lenses", "none"))
    assert several.values() == ("none", "lenses")
    assert several.accessibleName() == "Domein: Zonder, Met lenzen"


def test_a_row_without_answers_yet_is_named_aloud(qtbot):
    made = ChoiceRow("Klas", ())
    qtbot.addWidget(made)
    assert made.accessibleName() == "Klas: niets gekozen"


def test_arrows_go_on_from_the_choice_when_the_answers_came_in_another_order(row):
    row.set_value("none")
    row.set_choices(CHOICES[::-1])
    row.set_value("none")
    QTest.keyClick(row, Qt.Key.Key_Left)
    assert row.value() == "glasses"


def test_the_same_answers_with_other_counts_are_shown(row):
    counted = (Choice("none", "Zonder", "z", "12"), *CHOICES[1:])
    row.set_choices(counted)
    assert row.choices() == counted
