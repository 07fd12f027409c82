"""Ages from exact dates. Rules use completed months, SDS use decimal years (handbook 1 §0.5)."""

from __future__ import annotations

import calendar
from datetime import date

OF_AGE_MONTHS = 18 * 12  # old Civil Code art. 388: a minor is younger than 18 years
_SHORTEST_MONTH = 28


def age_years(birth: date, on: date) -> float:
    """Decimal age: days / 365.25."""
    return (on - birth).days / 365.25


def age_months(birth: date, on: date) -> int:
    """Completed calendar months; born on the 31st counts at the last day of a shorter month."""
    months = (on.year - birth.year) * 12 + on.month - birth.month
    if on.day >= birth.day:
        return months
    return months - (on.day < calendar.monthrange(on.year, on.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day some calendar months later, clipped to the end of the month."""
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    if day.day <= _SHORTEST_MONTH:
        return date(year, month + 1, day.day)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
