"""One table of keys: none twice, none that Windows, AZERTY or text fields need."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from ui import actions
from ui.actions import KEYS, Key

SEQUENCES = [text for keys in KEYS.values() for text in keys.sequences]


def test_every_act_has_its_keys_and_dutch_words():
    assert set(KEYS) == set(Key)
    assert all(keys.text and keys.sequences for keys in KEYS.values())


def test_no_key_does_two_things():
    parsed = [QKeySequence(text).toString() for text in SEQUENCES]
    assert all(parsed)
    assert len(parsed) == len(set(parsed))


@pytest.mark.parametrize("text", SEQUENCES)
def test_no_key_is_one_that_others_need(text):
    parts = text.split("+")
    assert not {"Ctrl", "Alt"} <= set(parts), "Ctrl+Alt is AltGr"
    assert not (parts[0] == "Ctrl" and parts[-1] in {*"0123456789[]", "Home", "End"})
    assert text != "Ctrl+Shift+Z"


def test_hints_are_what_stands_on_the_key():
    assert actions.hint(Key.SAVE_AND_GO) == "Ctrl+Enter"
    assert actions.hint(Key.NEXT_PUPIL) == "Ctrl+PgDn"
    assert actions.hint(Key.NOT_DONE) == "F8"


@pytest.mark.parametrize("key", [Qt.Key.Key_F8, Qt.Key.Key_U])
def test_both_keys_of_an_act_reach_the_page_from_a_text_field(qtbot, key):
    page, field, seen = QWidget(), QLineEdit(), []
    QVBoxLayout(page).addWidget(field)
    qtbot.addWidget(page)
    actions.bind(page, Key.NOT_DONE, lambda: seen.append(True))
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    field.setFocus()
    modifier = (
        Qt.KeyboardModifier.NoModifier
        if key == Qt.Key.Key_F8
        else Qt.KeyboardModifier.ControlModifier
    )
    QTest.keyClick(field, key, modifier)
    assert seen == [True]


def press(key: int, text: str, modifiers: Qt.KeyboardModifier, native: int = 0) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, 0, native, 0, text)


ALT = Qt.KeyboardModifier.AltModifier


@pytest.mark.parametrize(
    "key, text, native, step",
    [
        (Qt.Key.Key_3, "3", 0, 3),
        (Qt.Key.Key_QuoteDbl, '"', 0, 3),  # AZERTY, unshifted 3
        (Qt.Key.Key_Egrave, "è", 0, 7),
        (Qt.Key.Key_Egrave, "", 0x37, 7),  # Windows: the physical key
        (Qt.Key.Key_9, "9", 0, 0),
        (Qt.Key.Key_A, "a", 0, 0),
    ],
)
def test_alt_and_the_key_of_a_digit_asks_for_that_step(key, text, native, step):
    assert actions.step_of(press(key.value, text, ALT, native)) == step


def test_alt_on_the_numeric_keypad_is_left_to_windows():
    keypad = ALT | Qt.KeyboardModifier.KeypadModifier
    assert actions.step_of(press(Qt.Key.Key_3.value, "3", keypad)) == 0


def test_a_step_key_reaches_the_window_before_the_field(qtbot):
    keys, field, seen = actions.StepKeys(), QLineEdit(), []
    qtbot.addWidget(field)
    keys.step_asked.connect(seen.append)
    field.installEventFilter(keys)
    QTest.keyClick(field, Qt.Key.Key_4, ALT)
    assert seen == [4]
    assert not field.text()


def test_what_looks_at_the_focus_goes_along_with_it_and_sees_nothing_else(qtbot):
    class Looking(QObject):
        def __init__(self):
            super().__init__()
            self.seen = []

        def eventFilter(self, watched, event):  # noqa: N802 - a name of Qt
            if event.type() == QEvent.Type.KeyPress:
                self.seen.append(watched)
            return False

    window = QWidget()
    places = QVBoxLayout(window)
    first, second = QLineEdit(), QLineEdit()
    places.addWidget(first)
    places.addWidget(second)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.isActiveWindow)
    looking = Looking()
    at_focus = actions.AtFocus(looking)

    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_A)
    at_focus.start()
    QTest.keyClick(first, Qt.Key.Key_B)
    second.setFocus()
    QTest.keyClick(first, Qt.Key.Key_C)
    QTest.keyClick(second, Qt.Key.Key_D)
    at_focus.stop()
    QTest.keyClick(second, Qt.Key.Key_E)

    assert looking.seen == [first, second]
