"""The documented doses of a pupil, read and put in order of date.

A date may be known to the day, the month or the year; what is not known to the day can prove less.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.vaccination import DoseSource
from clbdesk.errors import Refused
from clbdesk.standards.vaccination.products import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clbdesk.standards.vaccination.products import Named

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# Of one dose in two sources, the better document stands.
_SOURCE_ORDER = (DoseSource.OWN, DoseSource.VACCINNET, DoseSource.DOCUMENT, DoseSource.ORAL)


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class When:
    """The first and last day on which a dose can have been given."""

    first: date
    last: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> When:
        """YYYY-MM-DD, YYYY-MM or YYYY; ValueError for anything else."""
        match = _DATE.fullmatch(text)
        if match is None:
            raise ValueError(text)
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if month is None:
            return cls(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)
        if day is None:
            first = date(year, month, 1)
            last = date(year, month, calendar.monthrange(year, month)[1])
            return cls(first, last, Precision.MONTH)
        exact = date(year, month, day)
        return cls(exact, exact, Precision.DAY)

    @property
    def is_exact(self) -> bool:
        """Known to the day."""
        return self.precision is Precision.DAY


@dataclass(frozen=True, slots=True)
class GivenDose:
    """A dose as it was entered: product, Vaccinnet code or type; date; where it is known from.

    `is_void`: somebody said that it does not count (a vaccination error).
    """

    product: str
    on: str
    source: DoseSource
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class KnownDose:
    """A dose that was understood. `index` counts from 0 in the order of entry."""

    index: int
    named: Named
    when: When
    source: DoseSource
    is_void: bool = False

    def is_possibly_the_same(self, other: KnownDose, days: int) -> bool:
        """Same day, or from another source at most `days` apart: one dose known twice."""
        if not (self.when.is_exact and other.when.is_exact):
            return False
        if self.when.first == other.when.first:
            return True
        apart = abs((self.when.first - other.when.first).days)
        return self.source is not other.source and apart <= days


def read_history(doses: Iterable[GivenDose]) -> tuple[KnownDose, ...]:
    """The doses in order of date, whatever the order of entry.

    Refused `vaccination.unknown_product` or `vaccination.not_a_date`, with the index as field.
    """
    known = [_known(index, dose) for index, dose in enumerate(doses)]
    return tuple(sorted(known, key=_order))


def is_understood(dose: GivenDose) -> bool:
    """Whether the engine knows this product and can read this date."""
    try:
        _known(0, dose)
    except Refused:
        return False
    return True


def _known(index: int, dose: GivenDose) -> KnownDose:
    found = named(dose.product)
    if found is None:
        raise Refused("vaccination.unknown_product", field=f"history[{index}].product")
    try:
        when = When.parse(dose.on)
    except ValueError as error:
        raise Refused("vaccination.not_a_date", field=f"history[{index}].date") from error
    return KnownDose(index, found, when, dose.source, dose.is_void)


def _order(dose: KnownDose) -> tuple[date, date, int, str, str]:
    """By date; equal dates by source and product, so that the order of entry does not matter."""
    product = dose.named.product.name if dose.named.product else ""
    rank = _SOURCE_ORDER.index(dose.source)
    return dose.when.first, dose.when.last, rank, dose.named.type.name, product
