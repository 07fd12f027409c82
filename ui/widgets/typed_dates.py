"""Reading dates as people type them, without a locale that guesses.

`4/3/20`, `04032020`, `4 mrt`, `vandaag`, `+6w`; to the month or year only where the field allows.
Pure functions; the result is read back in full before it counts (NHS CUI D+Tc-0005 to 0012).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.age import add_months
from ui import format as show

if TYPE_CHECKING:
    from collections.abc import Callable

_WORDS = {"eergisteren": -2, "gisteren": -1, "vandaag": 0, "morgen": 1, "overmorgen": 2}
_STEP = re.compile(r"([+\-−])\s*(\d{1,3})\s*(d|w|m|j)")
_NUMBERS = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{4}|\d{2}))?")
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_NAMED = re.compile(r"(\d{1,2})\s*([a-z]{3,9})\.?(?:\s*(\d{4}|\d{2}))?")
_MONTH_NUMBERS = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_MONTH_NAMED = re.compile(r"([a-z]{3,9})\.?\s*(\d{4})")
_YEAR = re.compile(r"(\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.hu](\d{2})|(\d{1,2})(\d{2})|(\d{1,2})[hu]?")


class Lean(StrEnum):
    """Where a date without a year, or with two digits of it, is to be looked for."""

    PAST = "past"
    FUTURE = "future"
    NEAR = "near"


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class TypedDate:
    """A date as far as it is known; `month` and `day` are None when they are not."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> Precision:
        """Day, month or year."""
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    def first_day(self) -> date:
        """The day itself, or the first day of the month or year."""
        return date(self.year, self.month or 1, self.day or 1)

    def shown(self) -> str:
        """`04 mrt 2020`, `mrt 2020`, `2020`."""
        if self.month is None:
            return str(self.year)
        if self.day is None:
            return show.month(self.year, self.month)
        return show.day(self.first_day())

    def read_back(self) -> str:
        """`woensdag 4 maart 2020`, `maart 2020`, `het jaar 2020`."""
        if self.month is None:
            return f"het jaar {self.year}"
        if self.day is None:
            return f"{show.LONG_MONTHS[self.month - 1]} {self.year}"
        return show.long_weekday(self.first_day())

    def iso(self) -> str:
        """`2020-03-04`, `2020-03`, `2020`: no more than is known."""
        known = {Precision.YEAR: len("2020"), Precision.MONTH: len("2020-03")}
        return self.first_day().isoformat()[: known.get(self.precision)]

    @classmethod
    def from_iso(cls, text: str) -> TypedDate:
        """What `iso` wrote; ValueError for anything else."""
        year, month, day, *_ = (*(int(part) for part in text.split("-")), None, None)
        assert year is not None
        return cls(year, month, day)


def typed(day: date) -> TypedDate:
    """A whole date."""
    return TypedDate(day.year, day.month, day.day)


def read_date(
    text: str, today: date, *, lean: Lean = Lean.NEAR, precision: Precision = Precision.DAY
) -> TypedDate | None:
    """Read what was typed; None when it is not a date, or less exact than `precision` allows."""
    words = " ".join(text.casefold().split())
    readers: list[Callable[[str, date, Lean], TypedDate | None]] = [
        _read_word,
        _read_step,
        _read_day,
    ]
    if precision is not Precision.DAY:
        readers.append(_read_month)
    if precision is Precision.YEAR:
        readers.append(_read_year)
    try:
        return next((found for read in readers if (found := read(words, today, lean))), None)
    except (ValueError, OverflowError):  # 31 april, or a step beyond the calendar
        return None


def read_day_month(text: str) -> tuple[int, int] | None:
    """Day and month without a year: `1105`, `11/5`, `11 mei`; None when it is not one."""
    words = " ".join(text.casefold().split())
    match = re.fullmatch(r"(\d{2})(\d{2})", words) or re.fullmatch(
        r"(\d{1,2})[/.\- ](\d{1,2})", words
    )
    named = re.fullmatch(r"(\d{1,2})\s*([a-z]{3,9})", words)
    month = int(match[2]) if match else _month(named[2]) if named else None
    day = int(match[1]) if match else int(named[1]) if named else 0
    if month is None:
        return None
    try:
        date(2020, month, day)  # a leap year: 29 februari is a birthday
    except ValueError:
        return None
    return day, month


def read_time(text: str) -> time | None:
    """An hour on a 24-hour clock: `10:15`, `1015`, `915`, `9`; None when it is not one."""
    match = _TIME.fullmatch(text.strip().casefold())
    if match is None:
        return None
    hour = int(match[1] or match[3] or match[5])
    minute = int(match[2] or match[4] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _read_word(words: str, today: date, lean: Lean) -> TypedDate | None:
    del lean
    return typed(today + timedelta(days=_WORDS[words])) if words in _WORDS else None


def _read_step(words: str, today: date, lean: Lean) -> TypedDate | None:
    del lean
    match = _STEP.fullmatch(words)
    if match is None:
        return None
    count = int(match[2]) * (1 if match[1] == "+" else -1)
    if match[3] in "dw":
        return typed(today + timedelta(days=count * (7 if match[3] == "w" else 1)))
    return typed(add_months(today, count * (12 if match[3] == "j" else 1)))


def _read_day(words: str, today: date, lean: Lean) -> TypedDate | None:
    if match := _NUMBERS.fullmatch(words) or _DIGITS.fullmatch(words):
        month: int | None = int(match[2])
    elif match := _NAMED.fullmatch(words):
        month = _month(match[2])
    else:
        return None
    if month is None:
        return None
    day = int(match[1])
    if match[3]:
        return typed(date(_year(match[3], today, lean), month, day))
    return _without_year(day, month, today, lean)


def _read_month(words: str, today: date, lean: Lean) -> TypedDate | None:
    del today, lean
    if match := _MONTH_NUMBERS.fullmatch(words):
        month: int | None = int(match[1])
    elif match := _MONTH_NAMED.fullmatch(words):
        month = _month(match[1])
    else:
        return None
    if month is None:
        return None
    return TypedDate(date(int(match[2]), month, 1).year, month)


def _read_year(words: str, today: date, lean: Lean) -> TypedDate | None:
    del lean
    if _YEAR.fullmatch(words) and 1900 <= int(words) <= today.year + 20:
        return TypedDate(int(words))
    return None


def _month(name: str) -> int | None:
    """Three letters or the whole name; `mrt` and `maa` are both March."""
    for number, (short, long) in enumerate(zip(show.MONTHS, show.LONG_MONTHS, strict=True), 1):
        if name == short or (len(name) >= 3 and long.startswith(name)):
            return number
    return None


def _year(digits: str, today: date, lean: Lean) -> int:
    if len(digits) == 4:
        return int(digits)
    year = today.year // 100 * 100 + int(digits)
    ahead = 0 if lean is Lean.PAST else 20
    return year - 100 if year > today.year + ahead else year


def _without_year(day: int, month: int, today: date, lean: Lean) -> TypedDate:
    """The nearest such day on the side that is meant; 29 februari only in a leap year."""
    found = [
        date(year, month, day)
        for year in range(today.year - 4, today.year + 5)
        if (month, day) != (2, 29) or _is_leap(year)
    ]
    if lean is Lean.PAST:
        found = [one for one in found if one <= today]
    elif lean is Lean.FUTURE:
        found = [one for one in found if one >= today]
    return typed(min(found, key=lambda one: abs((one - today).days)))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
