"""Numbers that cannot slip by ten: every trap that Qt's own fields fall into, and the way out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui import format as show
from ui.widgets import azerty
from ui.widgets.azerty import DigitRow
from ui.widgets.decimal_edit import DecimalEdit, State, read_decimal


def length(**options) -> DecimalEdit:
    options = {
        "places": 1,
        "unit": "cm",
        "minimum": Decimal(30),
        "maximum": Decimal(300),
        **options,
    }
    return DecimalEdit("Lengte", example="121,5", **options)


@pytest.fixture
def field(qtbot):
    made = length()
    qtbot.addWidget(made)
    return made


# --- reading ---


@pytest.mark.parametrize("separator", [",", "."])
@given(tenths=st.integers(0, 3000))
def test_every_length_reads_the_same_with_comma_and_point(separator, tenths):
    value = Decimal(tenths) / 10
    text = f"{value:.1f}".replace(".", separator)
    assert read_decimal(text, 1).value == value


@given(st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False))
def test_what_is_shown_reads_back_as_the_same_value(value):
    assert read_decimal(show.number(value), 2).value == value


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_and_never_guessed(text):
    reading = read_decimal(text, 1, "cm")
    assert (reading.value is not None) == (reading.state is State.READ)
    if reading.value is not None:
        digits = "".join(char for char in text if char.isdigit())
        assert int(reading.value.copy_abs().scaleb(1)) in {int(digits), int(digits) * 10}


@pytest.mark.parametrize(
    "text, value",
    [
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        (",1", "0.1"),
        ("0", "0"),
        (" 121,5 cm ", "121.5"),
        ("121,5CM", "121.5"),
        ("-9,8", "-9.8"),
        ("−9,8", "-9.8"),
        ("+0,6", "0.6"),
    ],
)
def test_numbers_as_people_type_them_are_read(text, value):
    assert read_decimal(text, 1, "cm").value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["1.250,0", "1 215", "121,", ".", "-", "1,2,3", "1e2", "abc", "cm", "1,21 m", "１２", "12 5"],
)
def test_what_is_not_one_finished_number_is_refused(text):
    assert read_decimal(text, 1, "cm").state is State.UNREADABLE


@pytest.mark.parametrize("text", ["1.250", "1,25", "12.55"])
def test_more_decimals_than_were_asked_are_refused_not_cut(text):
    assert read_decimal(text, 1).state is State.TOO_PRECISE


def test_an_empty_field_is_empty_and_not_nought():
    assert read_decimal("  ", 1).state is State.EMPTY
    assert read_decimal("", 1).value is None


# --- the field ---


def test_typing_twelve_point_five_is_twelve_and_a_half(field):
    QTest.keyClicks(field, "12.5")
    assert field.value() == Decimal("12.5")


def test_the_wheel_changes_nothing_and_scrolls_the_page(field):
    field.set_value(Decimal("121.5"))
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)
    assert field.value() == Decimal("121.5")
    assert not event.isAccepted()


def test_the_field_can_be_emptied(field):
    field.set_value(Decimal("121.5"))
    field.clear()
    assert field.value() is None
    assert field.is_open()


def test_values_follow_the_keys_but_unfinished_numbers_are_none(field):
    seen = []
    field.value_changed.connect(seen.append)
    QTest.keyClicks(field, "12,5")
    assert seen == [Decimal(1), Decimal(12), None, Decimal("12.5")]


def test_a_draft_fills_the_field_without_counting_as_typing(field):
    seen = []
    field.edited.connect(lambda: seen.append(True))
    field.set_value(Decimal("98.1"))
    assert field.text() == "98,1"
    assert not seen
    QTest.keyClicks(field, "2")
    assert seen


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("1215", "Lengte: 1215 kan niet. Vul een waarde in van 30 tot 300 cm."),
        ("29,9", "Lengte: 29,9 kan niet. Vul een waarde in van 30 tot 300 cm."),
        ("121,55", "Lengte: hoogstens 1 cijfer na de komma."),
        ("groot", "Lengte: vul een getal in, bijvoorbeeld 121,5."),
        ("300", ""),
        ("30", ""),
        ("", ""),
    ],
)
def test_refusals_say_what_to_do(field, text, sentence):
    field.setText(text)
    assert field.problem() == sentence


def test_refusals_without_example_unit_or_one_of_the_limits(qtbot):
    bare = DecimalEdit("Testis", places=0)
    above = DecimalEdit("SD", places=2, minimum=Decimal(0))
    below = DecimalEdit("SRT", places=1, maximum=Decimal(10), unit="dB")
    for made in (bare, above, below):
        qtbot.addWidget(made)
    bare.setText("x")
    assert bare.problem() == "Testis: vul een getal in."
    bare.setText("1,5")
    assert bare.problem() == "Testis: vul een getal zonder komma in."
    above.setText("-1")
    assert above.problem() == "SD: −1 kan niet. Vul een waarde in vanaf 0."
    above.setText("1,234")
    assert above.problem() == "SD: hoogstens 2 cijfers na de komma."
    below.setText("11")
    assert below.problem() == "SRT: 11 kan niet. Vul een waarde in tot 10 dB."


@pytest.fixture
def two_fields(qtbot):
    page, one, other = QWidget(), length(), length()
    layout = QVBoxLayout(page)
    layout.addWidget(one)
    layout.addWidget(other)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    one.setFocus()
    yield one, other
    page.close()


def test_leaving_shows_a_comma_and_undo_brings_the_typing_back(two_fields, qtbot):
    one, other = two_fields
    QTest.keyClicks(one, "12.5")
    with qtbot.waitSignal(one.left):
        other.setFocus()
    assert one.text() == "12,5"
    one.setFocus()
    QTest.keyClick(one, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert one.text() == "12.5"


def test_leaving_what_cannot_be_read_leaves_it_as_typed(two_fields):
    one, other = two_fields
    QTest.keyClicks(one, "1.250")
    other.setFocus()
    assert one.text() == "1.250"


# --- AZERTY ---


def press(field, characters):
    """Keys as Qt tells them; QTest cannot press what is not ASCII."""
    for char in characters:
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, char)
        QApplication.sendEvent(field, event)


@pytest.fixture
def digit_row():
    yield azerty.choose
    azerty.choose(DigitRow.AUTO)


def test_the_unshifted_row_of_a_belgian_keyboard_gives_digits(field, digit_row):
    digit_row(DigitRow.ON)
    press(field, "&é&,(")
    assert field.text() == "121,5"
    field.clear()
    press(field, "\"'§è!çà")
    assert field.text() == "3467890"


def test_on_other_keyboards_the_row_is_left_alone(field, digit_row):
    digit_row(DigitRow.OFF)
    press(field, "&é")
    assert field.text() == "&é"


def test_digits_from_the_row_count_as_typing(field, digit_row):
    digit_row(DigitRow.ON)
    seen = []
    field.edited.connect(lambda: seen.append(True))
    press(field, "&")
    assert seen


def test_without_a_setting_the_layout_in_use_decides(field):
    locale = QApplication.inputMethod().locale()
    expected = locale.name().endswith("BE") or locale.name().startswith("fr")
    assert azerty.is_on() == expected


def test_screen_readers_hear_name_and_unit(field):
    assert field.accessibleName() == "Lengte (cm)"
