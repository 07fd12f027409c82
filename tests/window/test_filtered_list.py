"""Type, move, take: a list that nobody can change by accident."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.filtered_list import FilteredList, Option

OPTIONS = (
    Option("1", "Zoë Maes", "1A"),
    Option("2", "Noor Baert", "1B"),
    Option("3", "Noah Claes", "1B"),
)


@pytest.fixture
def field(qtbot):
    page, made, other = (
        QWidget(),
        FilteredList("Leerling", OPTIONS, required=True),
        FilteredList("Klas"),
    )
    layout = QVBoxLayout(page)
    layout.addWidget(made)
    layout.addWidget(other)
    made.other = other
    qtbot.addWidget(page)
    page.resize(400, 400)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    made.setFocus()
    yield made
    page.close()


def listed(field):
    return [field._model.item(row).text() for row in range(field._model.rowCount())]


def test_typing_filters_without_accents_and_enter_takes(field):
    QTest.keyClicks(field, "zoe")
    assert listed(field) == ["Zoë Maes"]
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == "1"
    assert field.text() == "Zoë Maes"
    assert not field.is_listing()


def test_quiet_words_are_searched_too(field):
    QTest.keyClicks(field, "1b no")
    assert listed(field) == ["Noor Baert", "Noah Claes"]


def test_down_opens_everything_and_moves(field):
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == "3"


def test_escape_closes_and_chooses_nothing(field):
    QTest.keyClicks(field, "noo")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.is_listing()
    assert field.value() is None


def test_words_that_are_not_in_the_list_are_refused_and_kept(field):
    QTest.keyClicks(field, "Jan")
    assert field.value() is None
    assert field.problem() == "Kies leerling uit de lijst."
    assert field.text() == "Jan"


def test_leaving_takes_the_only_one_that_is_left(field):
    QTest.keyClicks(field, "claes")
    field.other.setFocus()
    assert field.value() == "3"


def test_a_click_takes(field):
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    box = field._list.visualRect(field._model.index(1, 0))
    QTest.mouseClick(field._list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert field.value() == "2"


def test_another_list_empties_a_choice_that_has_gone(field):
    field.set_value("3")
    field.set_options(OPTIONS[1:])
    assert field.value() == "3"
    field.set_options(OPTIONS[:1])
    assert field.value() is None


def test_typing_over_a_choice_undoes_it(field):
    field.set_value("2")
    QTest.keyClicks(field, "x")
    assert field.value() is None
