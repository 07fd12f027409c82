"""Plain text: limits are told, Tab leaves, nothing typed is rewritten."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.theme import Role
from ui.widgets.text_edit import TextEdit


@pytest.fixture
def page(qtbot):
    made = QWidget()
    made.enter = []

    def keep(event: QKeyEvent) -> None:
        if event.text():
            made.enter.append(event.key())

    made.keyPressEvent = keep
    QVBoxLayout(made)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def line(page):
    made = TextEdit("Reden", limit=10)
    page.layout().addWidget(made)
    return made


@pytest.fixture
def note(page):
    made = TextEdit("Nota", limit=500, lines=4)
    page.layout().addWidget(made)
    return made


def test_too_long_a_text_is_told_and_never_cut(line):
    line.set_value("x" * 12)
    assert line.problem() == "Reden: 2 tekens te lang. Hoogstens 10 kan."
    assert len(line.value()) == 12
    line.set_value("x" * 11)
    assert line.problem().startswith("Reden: 1 teken te lang.")
    line.set_value("x" * 10)
    assert not line.problem()


def test_enter_in_one_line_goes_on_to_the_page(line, page):
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert page.enter == [Qt.Key.Key_Return]
    assert line.value() == ""


def test_enter_in_several_lines_is_a_line_break_but_not_with_control(note, page):
    QTest.keyClicks(note, "a")
    QTest.keyClick(note, Qt.Key.Key_Return)
    QTest.keyClick(note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(note, "b")
    assert note.value() == "a\nb"
    assert page.enter == [Qt.Key.Key_Return]


def test_pasted_breaks_become_spaces_in_one_line(line, note):
    source = QMimeData()
    source.setText("een\ntwee  drie")
    line.insertFromMimeData(source)
    note.insertFromMimeData(source)
    assert line.value() == "een twee drie"
    assert note.value() == "een\ntwee  drie"


def test_a_draft_is_shown_without_counting_as_typing(note):
    seen = []
    note.edited.connect(lambda: seen.append(True))
    note.set_value("gisteren")
    assert not seen
    QTest.keyClicks(note, "!")
    assert seen


def test_tab_leaves_the_field(note):
    assert note.tabChangesFocus()


def test_words_are_marked_without_touching_the_text(note):
    note.set_value("rekenen met Lotte")
    note.set_marks([(12, 5)])
    assert note.marked() == ["Lotte"]
    assert note.value() == "rekenen met Lotte"
    image = note.grab().toImage()
    seen = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
    assert theme.colour(Role.ATTENTION).name() in seen
    QTest.keyClicks(note, "x")
    assert note.marked() == []


def test_spaces_alone_are_nothing(line):
    line.set_value("   ")
    assert line.is_open()


def test_what_is_recorded_stands_as_whole_text_without_a_hint(qtbot):
    field = TextEdit("Vraag", limit=500, lines=4, placeholder="vraag")
    qtbot.addWidget(field)
    field.resize(240, field.height())
    field.show()
    to_type_in = field.height()

    field.set_value("Kort.")
    field.setReadOnly(True)
    one_line = field.height()
    assert one_line < to_type_in
    assert field.placeholderText() == "–", "nothing recorded is no invitation to type"
    field.set_value("Een zin die veel te lang is voor een regel van dit veld. " * 6)

    assert field.height() > to_type_in, "all of it can be read"
    field.setReadOnly(False)
    assert field.height() == to_type_in
    assert field.placeholderText() == "vraag"
