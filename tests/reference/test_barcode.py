"""GS1 codes of vaccine boxes as scanners type them: whole, with lost separators, on AZERTY."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.barcode import Package, read_package

GTIN = "05413868000009"  # own number range, right check digit
BOX = Package(gtin=GTIN, lot="AC37B2210", expires_on=date(2027, 5, 31))
ON_BELGIAN_KEYS = str.maketrans("1234567890AQZW]", "&é\"'(§è!çàQAWZ$")
FORMS = [
    f"01{GTIN}1727053110AC37B2210\x1d21SN12345678",
    f"01{GTIN}21SN12345678\x1d1727053110AC37B2210",
    f"]d201{GTIN}1727053110AC37B2210^]21SN12345678",
    f"\x1d01{GTIN}10AC37B2210\x1d17270531",
    f"]C101{GTIN}10AC37B2210\x1d1727053121SN12345678",
    f"]Q3\x1d01{GTIN}10AC37B2210\x1d17270500",
    f"01{GTIN}10AC37B2210\x1d17270531\x1d21SN1\x1d7121234567",
    f"01{GTIN}10AC37B2210\x1d17270531\x1d99own text of the maker",
    f"(01){GTIN}(17)270531(10)AC37B2210(21)SN1",
    f"(01) {GTIN} (17) 270531 (10) AC37B2210",
    f"01{GTIN}1727053110AC37B2210\r\n",
]
WRONG = [
    "(01)05413868000008",  # check digit
    "(01)0541386800000",  # thirteen digits
    "(17)271331",  # month
    "(17)270230",  # day
    "(17)27O531",  # a letter O
    "(10)" + "A" * 21,
    "(10)é1",
    "AC37B2210",
    "",
    "0105413868000008",
    "99\x1d99",
]


@pytest.mark.parametrize("text", FORMS, ids=range(len(FORMS)))
def test_a_code_gives_package_lot_and_expiry_in_every_form(text):
    assert read_package(text) == BOX
    assert read_package(text).complete


def test_a_code_typed_through_a_belgian_keyboard_is_understood():
    typed = f"]d201{GTIN}1727053110AC37B2210".translate(ON_BELGIAN_KEYS)
    assert typed.startswith("$dé")
    assert read_package(typed) == BOX


# The keys of a keyboard as a scanner in US layout presses them, and what Belgian AZERTY types.
US_KEYS = "1234567890-qwertyuiop]asdfghjklzxcvbnm./QWERTYUIOPASDFGHJKLZXCVBNM_"
BELGIAN_KEYS = "&é\"'(§è!çà)azertyuiop$qsdfghjklwxcvbn,:=AZERTYUIOPQSDFGHJKLWXCVBN?°"


@pytest.mark.parametrize("lot", ["M37B", "m37b", "Q-z/W_a.", "30zwqA"])
def test_every_sign_of_a_lot_comes_through_a_belgian_keyboard_as_it_is_printed(lot):
    typed = f"01{GTIN}1727053110{lot}".translate(str.maketrans(US_KEYS, BELGIAN_KEYS))
    assert read_package(typed) == Package(gtin=GTIN, lot=lot, expires_on=date(2027, 5, 31))


@pytest.mark.parametrize("order", ["01 15 17 10", "15 01 17 10", "17 15 01 10", "01 17 15 11 10"])
def test_a_date_that_is_not_asked_for_stands_in_nobodys_way(order):
    """Fixed fields before the last one need no separator at all."""
    fields = {"01": GTIN, "15": "270131", "11": "250131", "17": "270531", "10": "AC37B2210"}
    text = "".join(identifier + fields[identifier] for identifier in order.split())
    assert read_package(text) == BOX


def test_day_zero_is_the_last_day_of_the_month():
    assert read_package("(17)280200").expires_on == date(2028, 2, 29)


@pytest.mark.parametrize("text, year", [("(17)490101", 2049), ("(17)500101", 1950)])
def test_years_to_49_lie_in_this_century(text, year):
    assert read_package(text).expires_on == date(year, 1, 1)


def test_a_lost_separator_before_fixed_fields_costs_nothing():
    assert read_package(f"01{GTIN}1727053110AC37B2210") == BOX
    assert read_package(f"01{GTIN}21ABC12345671727053110AC37B2210") == BOX


def test_a_lot_is_not_guessed_where_a_lost_separator_allows_two_readings():
    text = f"01{GTIN}1727053110AC37B221021SN12345678"
    package = read_package(text)
    assert (package.gtin, package.expires_on) == (GTIN, date(2027, 5, 31))
    assert package.lot is None
    assert not package.complete


def test_a_known_lot_settles_where_it_ends():
    text = f"01{GTIN}1727053110AC37B221021SN12345678"
    assert read_package(text, known_lots={"AC37B2210", "X012345"}) == BOX


def test_case_zeros_and_hyphens_of_a_lot_are_kept():
    assert read_package("(10)00x-0aB").lot == "00x-0aB"


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_left_out(text):
    package = read_package(text)
    assert package == Package(gtin=None, lot=None, expires_on=None)
    assert not package.complete


@given(st.text(max_size=80))
def test_whatever_a_scanner_types_there_is_an_answer(text):
    read_package(text)


SIGNS = st.text("ABCXYZ0123456789-", min_size=4, max_size=20)


@given(SIGNS, SIGNS, st.dates(date(2020, 1, 1), date(2049, 12, 31)), st.permutations(range(4)))
def test_with_separators_every_order_of_fields_gives_the_same(lot, serial, expiry, order):
    fields = [f"01{GTIN}", f"17{expiry:%y%m%d}", f"10{lot}", f"21{serial}"]
    text = "\x1d".join(fields[index] for index in order)
    assert read_package(text) == Package(gtin=GTIN, lot=lot, expires_on=expiry)


@given(SIGNS, SIGNS, st.dates(date(2020, 1, 1), date(2049, 12, 31)), st.permutations(range(4)))
def test_without_separators_a_wrong_lot_is_never_given(lot, serial, expiry, order):
    fields = [f"01{GTIN}", f"17{expiry:%y%m%d}", f"10{lot}", f"21{serial}"]
    package = read_package("".join(fields[index] for index in order))
    assert package.lot in {None, lot}


@pytest.mark.parametrize(
    "code",
    [
        "01054138681202571727053110AC37B2210\x1d10AC37B2211",
        "(01)05413868120257(17)270531(10)AC37B2210(10)AC37B2211",
    ],
)
def test_a_code_with_two_lots_names_none(code: str) -> None:
    found = read_package(code)
    assert found.lot is None
    assert found.gtin == "05413868120257"


def test_a_field_that_is_said_twice_in_the_same_words_is_no_doubt() -> None:
    found = read_package("01054138681202571727053110AC37\x1d10AC37")
    assert found.lot == "AC37"


@pytest.mark.parametrize(
    "separator", ["\x1d", "^]", "\\x1d", "\\u001d", "\N{SYMBOL FOR GROUP SEPARATOR}"]
)
def test_a_separator_is_one_however_it_was_written_down(separator: str) -> None:
    found = read_package(f"01054138681202571727053110AC37B2210{separator}21ABCD1234")
    assert found.lot == "AC37B2210"


@pytest.mark.parametrize("sign", ["~", "{", "\\", "#", " ", "\x07", "é"])
def test_a_lot_with_a_sign_that_no_code_may_hold_is_not_believed(sign: str) -> None:
    found = read_package(f"21ABCD\x1d01054138681202571727053110AC{sign}37")
    assert found.lot is None
