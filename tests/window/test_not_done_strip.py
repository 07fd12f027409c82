"""Why something was not done: state, reason, and words where the reason asks for them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ui.widgets.not_done_strip import NotDone, NotDoneAnswer, NotDoneStrip, Reason

STATES = (
    NotDone(
        "postponed",
        "Uitgesteld",
        "u",
        "Wordt later gedaan.",
        (Reason("ill", "Ziek", "z"), Reason("queue", "Achteraan in de rij", "a")),
    ),
    NotDone(
        "not_possible",
        "Niet mogelijk",
        "m",
        "Geprobeerd, lukt niet.",
        (Reason("wheelchair", "Rolstoel", "r"), Reason("other", "Andere", "a", asks_text=True)),
    ),
)


@pytest.fixture
def strip(qtbot):
    made = NotDoneStrip(STATES)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.ask("Gehoor")
    made.answers = []
    made.answered.connect(made.answers.append)
    return made


def test_later_at_the_end_of_the_queue_takes_five_strokes_with_f8(strip):
    QTest.keyClicks(strip.state, "u")
    QTest.keyClick(strip.state, Qt.Key.Key_Return)
    assert strip.reason.hasFocus()
    QTest.keyClicks(strip.reason, "a")
    QTest.keyClick(strip.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert strip.answers == [NotDoneAnswer("postponed", "queue")]
    assert not strip.isVisible()


def test_without_state_or_reason_nothing_is_answered(strip):
    strip.confirm()
    assert strip._state_row.error() == "Kies de toestand."
    strip.state.set_value("postponed")
    strip.state.edited.emit()
    strip.confirm()
    assert strip._reason_row.error() == "Kies de reden."
    assert not strip.answers
    assert strip.isVisible()


def test_another_reason_asks_for_words(strip):
    QTest.keyClicks(strip.state, "m")
    QTest.keyClicks(strip.reason, "a")
    strip.confirm()
    assert strip._text_row.error() == "Vul de toelichting in."
    strip.text.set_value("gips")
    strip.confirm()
    assert strip.answers == [NotDoneAnswer("not_possible", "other", "gips")]


def test_another_state_offers_its_own_reasons(strip):
    QTest.keyClicks(strip.state, "u")
    QTest.keyClicks(strip.reason, "z")
    QTest.keyClicks(strip.state, "m")
    assert [choice.value for choice in strip.reason.choices()] == ["wheelchair", "other"]
    assert strip.reason.value() is None


def test_escape_closes_without_an_answer_and_opening_again_is_empty(strip, qtbot):
    QTest.keyClicks(strip.state, "u")
    with qtbot.waitSignal(strip.closed):
        QTest.keyClick(strip.state, Qt.Key.Key_Escape)
    strip.ask("Zicht")
    assert strip.state.is_open()
    assert not strip.answers
