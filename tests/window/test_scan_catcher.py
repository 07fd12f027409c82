"""A scanner types like a hand, only faster: its code is caught, and what stood there comes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from ui.pages.scan_catcher import ScanCatcher

CODE = "01054138681202571727053110AC37B2210"


class Form(QWidget):
    """A field, and what its catcher told."""

    def __init__(self):
        super().__init__()
        self.field = QLineEdit("0904")
        QVBoxLayout(self).addWidget(self.field)
        self.entered, self.found = 0, []
        self.field.returnPressed.connect(self._count)
        self.catcher = ScanCatcher(self, self.field.text)
        self.catcher.scanned.connect(lambda code, before: self.found.append((code, before)))
        self.at = 1000

    def _count(self):
        self.entered += 1

    def type(self, text, gap):
        for char in (*text, "\r"):
            self.at += gap
            key = Qt.Key.Key_Return if char == "\r" else Qt.Key.Key_unknown
            event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, char)
            event.setTimestamp(self.at)
            QApplication.sendEvent(self.field, event)


@pytest.fixture
def form(qtbot):
    made = Form()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.field.setFocus()
    qtbot.waitUntil(made.field.hasFocus)
    made.catcher.start()
    yield made
    made.catcher.stop()


def test_a_code_is_caught_with_what_stood_in_the_form_before_it(form):
    form.type(CODE, 5)
    assert form.found == [(CODE, "0904")]
    assert form.entered == 0


def test_a_hand_that_types_the_same_is_left_alone(form):
    form.type(CODE, 120)
    assert form.found == []
    assert form.entered == 1


def test_what_is_quick_and_no_code_of_a_box_is_left_alone(form):
    form.type("12345678901234567890", 5)
    assert form.found == []
    assert form.entered == 1


def test_after_a_pause_the_code_begins_anew(form):
    form.type("lat", 120)
    form.at += 500
    form.type(CODE, 5)
    assert [code for code, _before in form.found] == [CODE]


def test_nothing_is_caught_once_the_form_is_left(form):
    form.catcher.stop()
    form.type(CODE, 5)
    assert form.found == []
