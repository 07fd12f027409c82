"""How values are shown to Dutch readers: one form for numbers, dates, ages and names.

Comma with a zero before it, the precision that was measured and no more, a real minus sign;
days as `04 mrt 2020` (NHS CUI date display, adapted: months in letters can not be exchanged with
days), never the locale's own short form. Computes nothing clinical.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from clbdesk.clock import BRUSSELS
from clbdesk.standards.phrases import (
    LONG_MONTHS,
    MINUS,
    MONTHS,
    WEEKDAYS,
    day,
    long_day,
    percentile,
    rounded,
    signed,
    weekday,
)

# Written in one way by the sentences of rules and by the window.
__all__ = ["LONG_MONTHS", "MONTHS", "day", "long_day", "percentile", "signed", "weekday"]

LONG_WEEKDAYS = (
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
)


def number(value: Decimal, places: int | None = None) -> str:
    """`121,5`; keeps the decimals of the value, or rounds half up to `places`."""
    shown = value if places is None else rounded(value, places)
    text = f"{abs(shown):f}".replace(".", ",")
    return f"{MINUS}{text}" if shown < 0 else text


def whole(value: int) -> str:
    """`1215`: no thousands marks, so that none can be taken for a decimal."""
    return f"{MINUS}{-value}" if value < 0 else str(value)


def short_weekday(value: date) -> str:
    """`vr 20 nov`, where the year cannot be mistaken."""
    return f"{WEEKDAYS[value.weekday()]} {value.day:02d} {MONTHS[value.month - 1]}"


def short_day(value: date) -> str:
    """`23 nov`."""
    return f"{value.day:02d} {MONTHS[value.month - 1]}"


def long_weekday(value: date) -> str:
    """`woensdag 4 maart 2020`, to read a typed date back."""
    return f"{LONG_WEEKDAYS[value.weekday()]} {long_day(value)}"


def month(year: int, month_number: int) -> str:
    """`mrt 2020`, for a date known to the month."""
    return f"{MONTHS[month_number - 1]} {year:04d}"


def hour(value: datetime | time) -> str:
    """`10:42`, on a 24-hour clock; a moment must be aware and is shown in Belgian time."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an aware moment is needed")
        value = value.astimezone(BRUSSELS).time()
    return f"{value.hour:02d}:{value.minute:02d}"


def to_the_second(value: datetime) -> str:
    """`13:30:05` in Belgian time, for what counts in seconds."""
    return f"{hour(value)}:{value.second:02d}"


def time_left(value: timedelta) -> str:
    """`04:10`: minutes and seconds that are left; never below `00:00`."""
    seconds = max(0, round(value.total_seconds()))
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def moment(value: datetime) -> str:
    """`ma 23 nov 2026 16:47`, in Belgian time."""
    return f"{weekday(value.astimezone(BRUSSELS).date())} {hour(value)}"


def short_moment(value: datetime) -> str:
    """`23 nov 10:12`, in Belgian time."""
    return f"{short_day(value.astimezone(BRUSSELS).date())} {hour(value)}"


def age(completed_months: int) -> str:
    """`6 j 8 m`; under one year `8 m`."""
    years, months = divmod(completed_months, 12)
    return f"{years} j {months} m" if years else f"{months} m"


def list_name(family: str, given: str) -> str:
    """`PEETERS, Lotte`: the whole family name in capitals, particles and accents included."""
    return f"{family.upper()}, {given}"


def full_name(family: str, given: str) -> str:
    """`Lotte Peeters`, in sentences."""
    return f"{given} {family}"


def initials(family: str, given: str) -> str:
    """`L.P.`, in discreet mode: the first letter of the given name and of each capitalised part."""
    parts = [given[:1], *[part[0] for part in family.split() if part[:1].isupper()]]
    return "".join(f"{letter.upper()}." for letter in parts if letter)


def counted(count: int, one: str, many: str) -> str:
    """`1 leerling`, `22 leerlingen`."""
    return f"{whole(count)} {one if count == 1 else many}"


def storage_size(size: int) -> str:
    """`3,1 MiB`, `41 GiB`: one decimal below ten, none above."""
    amount = Decimal(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if amount < 1024 or unit == "GiB":
            places = 1 if amount < 10 and unit != "bytes" else 0
            return f"{number(amount, places)} {unit}"
        amount /= 1024
    raise AssertionError("the last unit takes every size")
