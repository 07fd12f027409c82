"""The rest of a known sentence is offered, and never typed for anybody who did not ask for it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_ahead import meant

KNOWN = ("Werkt zelfstandig na een voorbeeld", "werkt graag samen", "vraagt hulp")


@pytest.mark.parametrize(
    "before, rest",
    [
        ("we", "rkt zelfstandig na een voorbeeld"),
        ("WERKT g", "raag samen"),
        ("Leest vlot. vr", "aagt hulp"),
        ("Leest vlot\nvr", "aagt hulp"),
        ("w", ""),
        ("leest we", ""),
        ("vraagt hulp", ""),
        ("", ""),
    ],
)
def test_the_rest_belongs_to_the_last_sentence(before: str, rest: str) -> None:
    found = meant(before, KNOWN)
    assert (found[1][len(before) - found[0] :] if found else "") == rest


@pytest.fixture
def field(qtbot: QtBot) -> TextEdit:
    made = TextEdit("Wat gaat goed", limit=200, lines=2)
    made.set_known(KNOWN)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def test_the_arrow_takes_over_and_nothing_else_does(field: TextEdit) -> None:
    QTest.keyClicks(field, "vr")
    assert field.value() == "vr", "what is offered is not typed"
    assert "aagt hulp" in field.accessibleDescription()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == "vr"
    QTest.keyClicks(field, "wer")
    QTest.keyClick(field, Qt.Key.Key_Right)
    assert field.value() == "vr\nWerkt zelfstandig na een voorbeeld"
    QTest.keyClick(field, Qt.Key.Key_Right)
    assert field.value() == "vr\nWerkt zelfstandig na een voorbeeld"


def test_in_the_middle_of_a_text_the_arrow_is_an_arrow(field: TextEdit) -> None:
    QTest.keyClicks(field, "vr")
    QTest.keyClick(field, Qt.Key.Key_Left)
    assert field.offered() == ""
    QTest.keyClick(field, Qt.Key.Key_Right)
    assert field.value() == "vr"


def test_what_was_taken_over_can_be_undone(field: TextEdit) -> None:
    QTest.keyClicks(field, "vr")
    QTest.keyClick(field, Qt.Key.Key_Right)
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.value() == "vr"


def test_a_field_that_only_tells_offers_nothing(field: TextEdit) -> None:
    field.set_value("vr")
    field.setReadOnly(True)
    assert field.offered() == ""
