"""Lists keep the current row, open by Enter, mark by Space, and read aloud what they draw."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ui.models.list_model import Column, ListModel
from ui.theme import Role, Weight
from ui.widgets.cells import PartsCell, StateCell, TextCell
from ui.widgets.list_view import ListView


@dataclass(frozen=True)
class Row:
    key: str
    name: str
    still: frozenset[int] = frozenset()


NAMESAKE = StateCell("users", "naamgenoot", Role.ATTENTION)
COLUMNS = (
    Column("Naam", 343, lambda row: TextCell(row.name, Weight.SEMIBOLD, mark=NAMESAKE)),
    Column("Onderdelen te doen", 200, lambda row: PartsCell((1, 2, 3), row.still)),
    Column("Toestand", 0, lambda row: StateCell("check", "Klaar", Role.OK)),
    Column("Uur", 60, lambda row: "09:04", align_right=True),
)
ROWS = (
    Row("a", "AERTS, Mona"),
    Row("b", "BAERT, Noor", frozenset({2, 3})),
    Row("c", "CLAES, Finn"),
)


@pytest.fixture
def model():
    made = ListModel(COLUMNS, key=lambda row: row.key)
    made.show_rows(ROWS)
    return made


@pytest.fixture
def view(model, qtbot):
    made = ListView("Klas 1B", model)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    return made


def test_the_model_keeps_qts_contract(model, qtmodeltester):
    qtmodeltester.check(model)
    model.show_rows(ROWS[:1])
    qtmodeltester.check(model)


def test_cells_read_aloud_what_they_draw(model):
    words = [model.index(1, column).data() for column in range(4)]
    assert words == ["BAERT, Noor (naamgenoot)", "te doen 2, 3", "Klaar", "09:04"]
    assert model.index(0, 1).data() == "niets te doen"


def test_heads_are_told(model):
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Onderdelen te doen"
    assert model.headerData(9, Qt.Orientation.Horizontal) is None


def test_a_changed_row_is_redrawn_and_the_current_one_stays(model, view, qtbot):
    view.go_to(1)
    with qtbot.waitSignal(model.dataChanged) as seen:
        model.show_rows((ROWS[0], replace(ROWS[1], still=frozenset()), ROWS[2]))
    assert seen.args[0].row() == 1
    assert view.current() == 1


def test_rows_are_found_again_by_their_key(model):
    assert model.position("c") == 2
    assert model.position("x") is None
    assert model.key_at(1) == "b"
    assert model.key_at(-1) is None
    assert model.row(0) == ROWS[0]
    assert model.rows() == ROWS


def test_enter_opens_and_space_marks_the_current_row(view):
    opened, marked = [], []
    view.opened.connect(opened.append)
    view.marked.connect(marked.append)
    view.go_to(0)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert (marked, opened) == ([1], [1])


def test_an_empty_list_opens_nothing(view, model):
    model.show_rows(())
    opened = []
    view.opened.connect(opened.append)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert not opened


def test_letters_jump_to_a_name(view):
    view.go_to(0)
    QTest.keyClicks(view, "cl")
    assert view.current() == 2


def test_the_current_row_is_told(view, qtbot):
    with qtbot.waitSignal(view.current_changed) as seen:
        view.go_to(2)
    assert seen.args == [2]


def test_columns_of_no_width_take_the_rest(view):
    widths = [view.columnWidth(column) for column in range(4)]
    assert widths[0] == 343 + 16
    assert sum(widths) == view.viewport().width()


def test_a_whole_class_of_25_fits_in_the_body(view, model):
    model.show_rows([Row(str(number), f"P, {number}") for number in range(25)])
    assert view.height_of_all() == 28 + 25 * 23


def test_a_narrow_window_takes_air_from_the_columns_and_never_words(view):
    view.resize(560, 300)
    QTest.qWait(1)
    widths = [view.columnWidth(column) for column in range(4)]
    assert sum(widths) == view.viewport().width()
    assert all(width >= view._need(column) for column, width in enumerate(widths))


def test_a_name_that_is_too_long_is_shortened_before_a_state_is_out_of_sight(view, model):
    long = "VAN DEN BOSSCHE-D’HOOGHE-ØSTERGÅRD-WIŚNIEWSKA, Željka-Nguyễn Çağla"
    model.show_rows([*ROWS, Row("d", long)])
    view.resize(620, 300)
    QTest.qWait(1)
    widths = [view.columnWidth(column) for column in range(4)]
    assert sum(widths) == view.viewport().width()
    assert all(view.columnWidth(column) >= view._need(column) for column in (1, 2, 3))
    assert view.horizontalScrollBar().maximum() == 0
    assert model.index(3, 0).data().startswith(long)


def test_what_cannot_be_narrowed_can_be_scrolled_to(view):
    view.resize(300, 300)
    QTest.qWait(1)
    assert view.horizontalScrollBar().maximum() > 0
