"""The date field reads back, refuses, and never turns by wheel."""

from __future__ import annotations

from datetime import date, time

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.date_edit import DateEdit, DayMonthEdit, TimeEdit
from ui.widgets.label import Label
from ui.widgets.typed_dates import Lean, Precision, TypedDate

TODAY = date(2026, 11, 23)


@pytest.fixture
def field(qtbot):
    made = DateEdit("Datum van de prik", lambda: TODAY, lean=Lean.PAST, no_later_than_today=True)
    qtbot.addWidget(made)
    made.show()
    return made


def read_back(field):
    return field.findChild(Label).text()


def test_what_is_typed_is_read_back_in_full(field):
    QTest.keyClicks(field.line, "4/3/20")
    assert field.day() == date(2020, 3, 4)
    assert read_back(field) == "woensdag 4 maart 2020"


def test_half_a_date_is_not_read_back(field):
    QTest.keyClicks(field.line, "4/")
    assert field.value() is None
    assert not field.findChild(Label).isVisible()


def test_leaving_shows_the_date_in_its_one_form(field, qtbot):
    QTest.keyClicks(field.line, "04032020")
    field.line.left.emit()
    assert field.line.text() == "04 mrt 2020"


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("24/11/2026", "Datum van de prik: 24 nov 2026 ligt na vandaag."),
        ("31/2/2026", "Datum van de prik: vul een datum in, bijvoorbeeld 4/3/2020."),
        ("23/11/2026", ""),
        ("", ""),
    ],
)
def test_refusals_say_what_to_do(field, text, sentence):
    field.line.setText(text)
    assert field.problem() == sentence


def test_a_draft_is_shown_without_counting_as_typing(field):
    seen = []
    field.edited.connect(lambda: seen.append(True))
    field.set_value(date(2020, 3, 4))
    assert field.value() == TypedDate(2020, 3, 4)
    field.set_value(None)
    assert field.is_open()
    assert not seen


def test_a_date_known_to_the_month_has_no_whole_day(qtbot):
    made = DateEdit("Oogarts", lambda: TODAY, precision=Precision.MONTH)
    qtbot.addWidget(made)
    made.line.setText("mrt 2020")
    assert made.value() == TypedDate(2020, 3)
    assert made.day() is None
    assert not made.problem()


def test_a_birthday_is_typed_and_never_filled_in(qtbot):
    made = DayMonthEdit("Geboortedag en -maand", required=True)
    qtbot.addWidget(made)
    QTest.keyClicks(made, "1105")
    assert made.value() == (11, 5)
    assert not hasattr(made, "set_value")
    made.setText("3205")
    assert made.problem() == "Geboortedag en -maand: vul dag en maand in, bijvoorbeeld 1105."


def test_an_hour_is_shown_on_a_24_hour_clock_on_leaving(qtbot):
    page, made = QWidget(), TimeEdit("Einde")
    QVBoxLayout(page).addWidget(made)
    qtbot.addWidget(page)
    QTest.keyClicks(made, "915")
    made.left.emit()
    assert made.text() == "09:15"
    assert made.value() == time(9, 15)
    made.setText("25")
    assert made.problem() == "Einde: vul een uur in, bijvoorbeeld 10:15."
    made.set_value(time(11, 30))
    assert made.text() == "11:30"
