"""LMS references: standard deviation scores, percentiles and the values on a line.

Cole and Green 1992: SDS = ((x/M)^L - 1) / (L S), or ln(x/M) / S when L is 0. L, M and S are
interpolated linearly in decimal age (docs/decisions/0002); chart and judgement both use `Curve`,
so that no point can stand on another side of a line than it is judged.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from statistics import NormalDist
from typing import NamedTuple

from clbdesk.domain.people import Sex
from clbdesk.standards.tables import standards

FLANDERS_2004 = "growth-flanders-2004.csv"

# Below this |L| the power and the logarithm agree to double precision.
_ZERO_POWER = 1e-9
_NORMAL = NormalDist()


class Measure(StrEnum):
    """What a growth reference exists for: cm, kg, kg/m², cm."""

    HEIGHT = "height"
    WEIGHT = "weight"
    BMI = "bmi"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Score:
    """Standard deviation score and percentile (0 to 100) for age and sex."""

    sds: float
    percentile: float


class Lms(NamedTuple):
    """The distribution of one measure at one age: skewness L, median M, variation S."""

    power: float
    median: float
    spread: float

    def sds(self, value: float) -> float:
        """The standard deviation score of a positive value."""
        power, median, spread = self
        if -_ZERO_POWER < power < _ZERO_POWER:
            return math.log(value / median) / spread
        return float(((value / median) ** power - 1) / (power * spread))

    def value(self, sds: float) -> float:
        """The value on an SDS line.

        A skewed distribution ends: beyond its end the value is infinite (or zero).
        """
        power, median, spread = self
        if -_ZERO_POWER < power < _ZERO_POWER:
            return median * math.exp(spread * sds)
        base = 1 + power * spread * sds
        if base <= 0:
            return math.inf if power < 0 else 0.0
        return float(median * base ** (1 / power))


class Curve:
    """L, M and S of one measure and sex over age; a score takes well under 5 µs."""

    __slots__ = ("_ages", "_rows", "_slopes")

    def __init__(self, rows: list[tuple[float, float, float, float]]) -> None:
        """`rows`: age in years, L, M, S in ascending age; at least two."""
        self._ages = tuple(row[0] for row in rows)
        self._rows = tuple(row[1:] for row in rows)
        slopes = [
            tuple(
                (up - low) / (after[0] - before[0]) for low, up in zip(before, after, strict=True)
            )
            for before, after in pairwise(rows)
        ]
        self._slopes = (*(slope[1:] for slope in slopes), (0.0, 0.0, 0.0))

    @property
    def first_age(self) -> float:
        """Youngest age of the reference, years."""
        return self._ages[0]

    @property
    def last_age(self) -> float:
        """Oldest age of the reference, years."""
        return self._ages[-1]

    def at(self, age: float) -> Lms | None:
        """The distribution at an age in years; None outside the reference."""
        index = bisect_right(self._ages, age) - 1
        if index < 0 or age > self._ages[-1]:
            return None
        beyond = age - self._ages[index]
        (l_at, m_at, s_at), (l_up, m_up, s_up) = self._rows[index], self._slopes[index]
        return Lms(l_at + l_up * beyond, m_at + m_up * beyond, s_at + s_up * beyond)

    def sds(self, age: float, value: float) -> float | None:
        """The SDS of a positive value; None outside the reference."""
        found = self.at(age)
        return None if found is None else found.sds(value)


@cache
def curve(measure: Measure, sex: Sex, file: str = FLANDERS_2004) -> Curve | None:
    """The reference of a measure; None for a sex that the table does not know.

    Environment `standards.table_damaged` when the table does not match its checksum.
    """
    rows = [
        (float(row["age_years"]), float(row["L"]), float(row["M"]), float(row["S"]))
        for row in standards().rows(file)
        if row["measure"] == measure and row["sex"] == sex
    ]
    return Curve(rows) if rows else None


def percentile(sds: float) -> float:
    """The percentage of the reference population below an SDS: 0 to 100."""
    return 50 * math.erfc(-sds / math.sqrt(2))


def sds_of_percentile(percent: float) -> float:
    """The SDS of a percentile line; `percent` strictly between 0 and 100."""
    return _NORMAL.inv_cdf(percent / 100)
