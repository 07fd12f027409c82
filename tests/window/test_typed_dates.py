"""Dates as people type them, read without guessing by locale."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import format as show
from ui.widgets.typed_dates import (
    Lean,
    Precision,
    TypedDate,
    read_date,
    read_day_month,
    read_time,
    typed,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text, day",
    [
        ("4/3/20", date(2020, 3, 4)),
        ("4-3-2020", date(2020, 3, 4)),
        ("4.3.2020", date(2020, 3, 4)),
        ("04032020", date(2020, 3, 4)),
        ("040320", date(2020, 3, 4)),
        ("4 mrt 2020", date(2020, 3, 4)),
        ("4 maart 20", date(2020, 3, 4)),
        ("4mrt.2020", date(2020, 3, 4)),
        ("04 MRT 2020", date(2020, 3, 4)),
        ("4 mrt", date(2027, 3, 4)),
        ("24/11", date(2026, 11, 24)),
        ("vandaag", TODAY),
        ("Gisteren", date(2026, 11, 22)),
        ("morgen", date(2026, 11, 24)),
        ("+6w", date(2027, 1, 4)),
        ("+3m", date(2027, 2, 23)),
        ("-2 d", date(2026, 11, 21)),
        ("+1j", date(2027, 11, 23)),
        ("29/2/2024", date(2024, 2, 29)),
    ],
)
def test_every_usual_way_of_typing_a_date_is_read(text, day):
    assert read_date(text, TODAY) == typed(day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/4/2026",
        "29/2/2026",
        "13/13/2026",
        "4/3/202",
        "4 xyz",
        "mrt 2020",
        "2020",
        "3/2020",
        "+6",
        "1234567",
        "+999j 4",
    ],
)
def test_what_is_no_whole_date_is_refused(text):
    assert read_date(text, TODAY) is None


def test_a_step_beyond_the_calendar_is_refused():
    assert read_date("+3w", date(9999, 12, 30)) is None


@pytest.mark.parametrize(
    "text, lean, day",
    [
        ("4 mrt", Lean.PAST, date(2026, 3, 4)),
        ("4 mrt", Lean.FUTURE, date(2027, 3, 4)),
        ("23/11", Lean.FUTURE, TODAY),
        ("23/11", Lean.PAST, TODAY),
        ("24/11", Lean.PAST, date(2025, 11, 24)),
        ("20/11", Lean.NEAR, date(2026, 11, 20)),
        ("29 feb", Lean.PAST, date(2024, 2, 29)),
        ("4/3/27", Lean.PAST, date(1927, 3, 4)),
        ("4/3/27", Lean.FUTURE, date(2027, 3, 4)),
        ("4/3/84", Lean.NEAR, date(1984, 3, 4)),
    ],
)
def test_a_missing_or_short_year_is_looked_for_where_the_field_says(text, lean, day):
    assert read_date(text, TODAY, lean=lean) == typed(day)


@pytest.mark.parametrize(
    "text, precision, value",
    [
        ("mrt 2020", Precision.MONTH, TypedDate(2020, 3)),
        ("3/2020", Precision.MONTH, TypedDate(2020, 3)),
        ("2020", Precision.MONTH, None),
        ("2020", Precision.YEAR, TypedDate(2020)),
        ("1850", Precision.YEAR, None),
        ("xyz 2020", Precision.YEAR, None),
        ("13/2020", Precision.MONTH, None),
        ("4/3/2020", Precision.YEAR, TypedDate(2020, 3, 4)),
    ],
)
def test_less_exact_dates_are_read_only_where_they_are_allowed(text, precision, value):
    assert read_date(text, TODAY, precision=precision) == value


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_what_is_shown_reads_back_as_the_same_day(day):
    assert read_date(show.day(day), TODAY) == typed(day)
    assert read_date(show.long_day(day), TODAY) == typed(day)
    assert read_date(f"{day:%d%m%Y}", TODAY) == typed(day)


@given(st.integers(0, 999))
def test_steps_in_days_and_weeks_are_exact(count):
    assert read_date(f"+{count}d", TODAY) == typed(TODAY + timedelta(days=count))
    assert read_date(f"-{count}w", TODAY) == typed(TODAY - timedelta(weeks=count))


def test_a_date_is_read_back_in_full_with_its_weekday():
    assert TypedDate(2020, 3, 4).read_back() == "woensdag 4 maart 2020"
    assert TypedDate(2020, 3).read_back() == "maart 2020"
    assert TypedDate(2020).read_back() == "het jaar 2020"


def test_a_date_is_shown_as_exactly_as_it_is_known():
    assert [
        one.shown() for one in (TypedDate(2020, 3, 4), TypedDate(2020, 3), TypedDate(2020))
    ] == [
        "04 mrt 2020",
        "mrt 2020",
        "2020",
    ]
    assert TypedDate(2020, 3).precision is Precision.MONTH
    assert TypedDate(2020).precision is Precision.YEAR
    assert TypedDate(2020, 3).first_day() == date(2020, 3, 1)


@pytest.mark.parametrize(
    "text, value",
    [
        ("1105", (11, 5)),
        ("11/5", (11, 5)),
        ("11 mei", (11, 5)),
        ("2902", (29, 2)),
        ("3002", None),
        ("11", None),
        ("11 xyz", None),
    ],
)
def test_a_birthday_is_day_and_month(text, value):
    assert read_day_month(text) == value


@pytest.mark.parametrize(
    "text, value",
    [
        ("10:15", time(10, 15)),
        ("10u15", time(10, 15)),
        ("1015", time(10, 15)),
        ("915", time(9, 15)),
        ("9", time(9)),
        ("9u", time(9)),
        ("24:00", None),
        ("9:75", None),
        ("laat", None),
    ],
)
def test_hours_are_on_a_24_hour_clock(text, value):
    assert read_time(text) == value
