"""Numbers, days and ages as the sentences of judgements and charts write them.

Comma as decimal sign, real minus sign, halves rounded away from zero; a value that was rounded to
zero has no sign.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

MINUS = "\N{MINUS SIGN}"
WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
LONG_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def rounded(value: Decimal | float, places: int) -> Decimal:
    """Half away from zero; a float is taken at its shortest decimal form (14.25 stays 14.25)."""
    return _exact(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _exact(value: Decimal | float) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def number(value: Decimal | float, places: int = 1) -> str:
    """`121,5` or `−7,2`."""
    shown = rounded(value, places)
    text = f"{abs(shown):f}".replace(".", ",")
    return f"{MINUS}{text}" if shown < 0 else text


def signed(value: Decimal | float, places: int = 1) -> str:
    """`+0,1`, `−0,4`, and `0,0` for what rounds to zero."""
    text = number(value, places)
    return f"+{text}" if rounded(value, places) > 0 else text


def percentile(value: Decimal | float) -> str:
    """`P53`; one decimal below P1 and above P99; `P<0,1` and `P>99,9` beyond."""
    exact = _exact(value)
    if exact < Decimal("0.1"):
        return "P<0,1"
    if exact > Decimal("99.9"):
        return "P>99,9"
    return f"P{number(value, 0 if 1 <= value <= 99 else 1)}"


def day(value: date) -> str:
    """`09 okt 2023`."""
    return f"{value.day:02d} {MONTHS[value.month - 1]} {value.year:04d}"


def long_day(value: date) -> str:
    """`4 maart 2020`, for parents (ui.md: the long form for the public)."""
    return f"{value.day} {LONG_MONTHS[value.month - 1]} {value.year:04d}"


def long_month(value: date) -> str:
    """`maart 2020`, of a day that is known to the month."""
    return f"{LONG_MONTHS[value.month - 1]} {value.year:04d}"


def weekday(value: date) -> str:
    """`ma 23 nov 2026`."""
    return f"{WEEKDAYS[value.weekday()]} {day(value)}"


def age(months: int) -> str:
    """`6 j 8 m` from completed months."""
    return f"{months // 12} j {months % 12} m"
