"""Vectors of the check on INSZ numbers, computed by hand from the rule of the Rijksregister."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.insz import InszKind, print_form, read_insz
from clbdesk.domain.people import Sex

TODAY = date(2026, 11, 22)
VALID = [
    ("85073003328", InszKind.RRN, date(1985, 7, 30), Sex.MALE),
    ("17073003384", InszKind.RRN, date(2017, 7, 30), Sex.MALE),
    ("16050300118", InszKind.RRN, date(2016, 5, 3), Sex.MALE),
    ("12110900286", InszKind.RRN, date(2012, 11, 9), Sex.FEMALE),
    ("98472899765", InszKind.BIS, date(1998, 7, 28), Sex.MALE),
    ("01490700185", InszKind.BIS, date(2001, 9, 7), Sex.MALE),
    ("14221500324", InszKind.BIS, date(2014, 2, 15), Sex.UNKNOWN),
    ("14421500466", InszKind.BIS, date(2014, 2, 15), Sex.FEMALE),
    ("00000100591", InszKind.RRN, None, Sex.MALE),
]
INVALID = [
    "12345678901",  # check digits
    "16032376921",  # seen in public examples, fails the check
    "59050937740",
    "",
    "8507300332",  # ten digits
    "850730033280",  # twelve
    "85o73003328",  # a letter
    "٨٥٠٧٣٠٠٣٣٢٨",  # digits, but not ours
    "85133003346",  # month 13 fits neither register nor BIS
]


@pytest.mark.parametrize("number, kind, birth_date, sex", VALID)
def test_a_valid_number_tells_its_kind_birth_date_and_sex(number, kind, birth_date, sex):
    insz = read_insz(number, TODAY)
    assert (insz.valid, insz.number) == (True, number)
    assert (insz.kind, insz.birth_date, insz.sex) == (kind, birth_date, sex)


@pytest.mark.parametrize("number", INVALID)
def test_a_number_that_is_not_one_is_refused_and_says_nothing(number):
    insz = read_insz(number, TODAY)
    assert (insz.valid, insz.kind, insz.birth_date, insz.sex) == (False, None, None, Sex.UNKNOWN)


def with_check_digits(nine: str, century: int) -> str:
    prefix = "2" if century == 2000 else ""
    return f"{nine}{97 - int(prefix + nine) % 97:02d}"


def test_the_printed_form_is_read_and_written():
    assert read_insz(" 85.07.30-033.28 ", TODAY).number == "85073003328"
    assert print_form("85073003328") == "85.07.30-033.28"


def test_a_birth_after_today_is_refused_and_the_same_number_is_good_later():
    born_in_december = with_check_digits("261224005", 2000)
    assert not read_insz(born_in_december, TODAY).valid
    assert read_insz(born_in_december, date(2026, 12, 24)).birth_date == date(2026, 12, 24)
    assert not read_insz(with_check_digits("270000005", 2000), TODAY).valid


@pytest.mark.parametrize("nine", ["140000005", "140003005", "140200005"])
def test_a_date_that_is_partly_unknown_or_counted_out_gives_no_birth_date(nine):
    insz = read_insz(with_check_digits(nine, 2000), TODAY)
    assert insz.valid
    assert insz.birth_date is None


@pytest.mark.parametrize("nine", ["140230005", "140431005", "142255005", "144179005"])
def test_a_day_that_its_month_does_not_have_is_refused(nine):
    """Who comes after the last number of a day gets month 00, never a day that does not exist."""
    assert not read_insz(with_check_digits(nine, 2000), TODAY).valid


@pytest.mark.parametrize("nine", ["140215000", "140215999"])
def test_a_serial_number_that_is_never_issued_is_refused(nine):
    assert not read_insz(with_check_digits(nine, 2000), TODAY).valid


@given(st.dates(date(1915, 1, 1), TODAY), st.integers(1, 998), st.sampled_from([0, 20, 40]))
def test_any_number_that_is_made_by_the_rule_is_read_back(birth, serial, offset):
    nine = f"{birth.year % 100:02d}{birth.month + offset:02d}{birth.day:02d}{serial:03d}"
    insz = read_insz(with_check_digits(nine, birth.year // 100 * 100), TODAY)
    assert insz.birth_date == birth
    assert insz.kind is (InszKind.BIS if offset else InszKind.RRN)
    expected = Sex.UNKNOWN if offset == 20 else Sex.MALE if serial % 2 else Sex.FEMALE
    assert insz.sex is expected


@given(st.integers(0, 10**11 - 1), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_never_gives_the_same_birth_date_and_serial(number, position, step):
    text = f"{number:011d}"
    if not read_insz(text, TODAY).valid:
        nine = text[:9]
        text = with_check_digits(nine, 1900)
    wrong = text[:position] + str((int(text[position]) + step) % 10) + text[position + 1 :]
    first, second = read_insz(text, TODAY), read_insz(wrong, TODAY)
    if first.valid and second.valid and first.birth_date:
        # Only the other century can make a single slip pass.
        assert second.birth_date is None or first.birth_date.year // 100 != (
            second.birth_date.year // 100
        )
