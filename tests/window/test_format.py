"""One way to write numbers, dates, ages and names."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from ui import format as show


@pytest.mark.parametrize(
    "value, text",
    [
        ("121.5", "121,5"),
        ("0.5", "0,5"),
        ("121.50", "121,50"),
        ("-0.4", "−0,4"),
        ("8", "8"),
        ("1E+2", "100"),
    ],
)
def test_numbers_have_a_comma_and_the_decimals_that_were_measured(value, text):
    assert show.number(Decimal(value)) == text


def test_rounding_goes_up_at_half():
    assert show.number(Decimal("16.75"), 1) == "16,8"
    assert show.number(Decimal("-0.04"), 1) == "0,0"


@pytest.mark.parametrize(
    "value, text", [("0.14", "+0,1"), ("-0.44", "−0,4"), ("0.04", "0,0"), ("-0.04", "0,0")]
)
def test_a_score_carries_its_sign_but_zero_has_none(value, text):
    assert show.signed(Decimal(value)) == text


@pytest.mark.parametrize(
    "value, text",
    [
        ("53.4", "P53"),
        ("0.3", "P0,3"),
        ("0.02", "P<0,1"),
        ("99.6", "P99,6"),
        ("99.95", "P>99,9"),
        ("1", "P1"),
    ],
)
def test_a_percentile_is_never_zero_nor_a_hundred(value, text):
    assert show.percentile(Decimal(value)) == text


def test_large_numbers_have_no_thousands_marks():
    assert show.whole(12150) == "12150"
    assert show.whole(-5) == "−5"


def test_days_have_their_month_in_letters():
    day = date(2020, 3, 4)
    assert show.day(day) == "04 mrt 2020"
    assert show.weekday(date(2026, 11, 23)) == "ma 23 nov 2026"
    assert show.short_weekday(date(2026, 11, 20)) == "vr 20 nov"
    assert show.short_day(date(2026, 11, 23)) == "23 nov"
    assert show.long_day(day) == "4 maart 2020"
    assert show.long_weekday(day) == "woensdag 4 maart 2020"
    assert show.month(2020, 3) == "mrt 2020"


def test_hours_are_belgian_whatever_the_laptop_says():
    moment = datetime(2026, 11, 23, 15, 47, tzinfo=UTC)
    assert show.hour(moment) == "16:47"
    assert show.hour(time(8, 5)) == "08:05"
    assert show.moment(moment) == "ma 23 nov 2026 16:47"
    assert show.short_moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "02 jul 00:30"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        show.hour(datetime(2026, 11, 23, 15, 47))  # noqa: DTZ001 - the mistake that is refused


def test_ages_are_in_years_and_months():
    assert [show.age(months) for months in (80, 108, 8)] == ["6 j 8 m", "9 j 0 m", "8 m"]


@pytest.mark.parametrize(
    "family, given, shown",
    [
        ("Peeters", "Lotte", "PEETERS, Lotte"),
        ("Van den Berghe", "Amélie", "VAN DEN BERGHE, Amélie"),
        ("Nguyễn", "Bảo Linh", "NGUYỄN, Bảo Linh"),
        ("D'Hondt-Çelik", "Zoë", "D'HONDT-ÇELIK, Zoë"),
    ],
)
def test_family_names_are_in_capitals_with_particles_and_accents(family, given, shown):
    assert show.list_name(family, given) == shown


def test_names_in_sentences_and_in_the_discreet_view():
    assert show.full_name("Peeters", "Lotte") == "Lotte Peeters"
    assert show.initials("van den Berghe", "Amélie") == "A.B."
    assert show.initials("Nguyễn", "Bảo") == "B.N."


def test_counts_agree_with_their_noun():
    assert show.counted(1, "leerling", "leerlingen") == "1 leerling"
    assert show.counted(22, "leerling", "leerlingen") == "22 leerlingen"


@pytest.mark.parametrize(
    "size, text", [(512, "512 bytes"), (3_250_585, "3,1 MiB"), (44_023_414_784, "41 GiB")]
)
def test_sizes_on_disk_are_short(size, text):
    assert show.storage_size(size) == text
