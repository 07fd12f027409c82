"""Audiometry by letters and digits, in the order of the protocol."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clbdesk.domain.contact import CellResult
from ui.widgets.threshold_grid import Ear, Threshold, ThresholdGrid


@pytest.fixture
def grid(qtbot):
    made = ThresholdGrid("Audiometrie")
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    return made


def test_six_letters_and_enters_fill_the_test_in_protocol_order(grid):
    for letter in "ggnogg":
        QTest.keyClicks(grid, letter)
        QTest.keyClick(grid, Qt.Key.Key_Return)
    assert [cell.result for cell in grid.value().values()] == [
        CellResult.PASS,
        CellResult.PASS,
        CellResult.FAIL,
        CellResult.UNRELIABLE,
        CellResult.PASS,
        CellResult.PASS,
    ]
    assert list(grid.value()) == [
        *((Ear.RIGHT, hertz) for hertz in (1000, 4000, 500)),
        *((Ear.LEFT, hertz) for hertz in (1000, 4000, 500)),
    ]
    assert not grid.is_open()


def test_a_letter_alone_never_moves_to_the_next_cell(grid):
    QTest.keyClicks(grid, "gn")
    assert grid.active() == (Ear.RIGHT, 1000)
    assert grid.cell((Ear.RIGHT, 1000)).result is CellResult.FAIL


def test_the_ear_that_is_tested_first_comes_first(grid):
    grid.set_first_ear(Ear.LEFT)
    assert grid.active_words() == "LINKS · 1000 Hz"


def test_digits_are_decibels_and_backspace_empties(grid):
    QTest.keyClicks(grid, "g20")
    assert grid.cell(grid.active()) == Threshold(CellResult.PASS, 20)
    QTest.keyClick(grid, Qt.Key.Key_Backspace)
    assert grid.cell(grid.active()).level_db == 2
    QTest.keyClick(grid, Qt.Key.Key_Backspace)
    assert not grid.value()


def test_a_minus_is_not_done_but_before_digits_it_is_a_sign(grid):
    QTest.keyClicks(grid, "-")
    assert grid.cell(grid.active()).result is CellResult.NOT_DONE
    QTest.keyClick(grid, Qt.Key.Key_Return)
    QTest.keyClicks(grid, "g-10")
    assert grid.cell(grid.active()) == Threshold(CellResult.PASS, -10)


def test_a_reaction_without_tone_is_no_level(grid):
    QTest.keyClicks(grid, "z")
    assert grid.cell(grid.active()) == Threshold(silent_response=True)
    QTest.keyClicks(grid, "z")
    assert not grid.value()


def test_arrows_go_anywhere_and_stop_at_the_edge(grid):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(grid, key)
    assert grid.active() == (Ear.LEFT, 500)


@pytest.mark.parametrize(
    "level, refused", [("7", True), ("125", True), ("120", False), ("0", False)]
)
def test_levels_outside_the_table_or_between_steps_are_refused(grid, level, refused):
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClicks(grid, level)
    sentence = "Rechts, 4000 Hz: vul een waarde in van −10 tot 120 dB, in stappen van 5."
    assert grid.problem() == (sentence if refused else "")


def test_f7_hears_only_what_is_open_and_gives_no_level(grid):
    QTest.keyClicks(grid, "n")
    filled = grid.pass_open_cells()
    assert len(filled) == 5
    assert grid.cell((Ear.RIGHT, 1000)).result is CellResult.FAIL
    assert grid.cell((Ear.LEFT, 500)) == Threshold(CellResult.PASS)
    assert grid.pass_open_cells() == ()


def test_a_draft_opens_at_the_first_open_cell_and_does_not_count_as_typing(grid):
    seen = []
    grid.edited.connect(lambda: seen.append(True))
    grid.set_value({(Ear.RIGHT, 1000): Threshold(CellResult.PASS)})
    assert grid.active() == (Ear.RIGHT, 4000)
    assert not seen


def test_enter_at_the_last_cell_and_other_keys_belong_to_the_page(grid):
    grid.go_to((Ear.LEFT, 500))
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(grid, event)
    assert not event.isAccepted()
    assert grid.active() == (Ear.LEFT, 500)


def test_a_click_makes_a_cell_the_active_one(grid):
    QTest.mouseClick(
        grid, Qt.MouseButton.LeftButton, pos=grid._box((Ear.LEFT, 4000)).center().toPoint()
    )
    assert grid.active_words() == "LINKS · 4000 Hz"
    assert grid.accessibleName() == "Audiometrie: Links 4000 Hz, leeg"
