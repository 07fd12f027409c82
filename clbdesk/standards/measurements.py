"""What the rules of growth are given: the measurements of one pupil, with their exact dates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months, age_years
from clbdesk.standards.references import STANDARD

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from clbdesk.domain.people import Sex


@dataclass(frozen=True, slots=True)
class EarlierGrowth:
    """An earlier measurement, whoever made it: cm and kg, None when not measured."""

    on: date
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None


@dataclass(frozen=True)
class GrowthInput:
    """One measurement of one pupil with what came before; parents only when biological.

    Values are positive; `on` is not before `birth`. `previous` may stand in any order; points on
    or after `on` are left aside. `reference`: the charts on which the scores are told; the rules
    are always those of the Flemish ones.
    """

    sex: Sex
    birth: date
    on: date
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    head_cm: Decimal | None = None
    sitting_height_cm: Decimal | None = None
    mother_cm: Decimal | None = None
    father_cm: Decimal | None = None
    previous: tuple[EarlierGrowth, ...] = ()
    reference: str = STANDARD

    @cached_property
    def age(self) -> float:
        """Decimal years, for SDS."""
        return age_years(self.birth, self.on)

    @cached_property
    def months(self) -> int:
        """Completed calendar months, for rules."""
        return age_months(self.birth, self.on)

    @cached_property
    def earlier_heights(self) -> tuple[tuple[date, Decimal], ...]:
        """Day and cm of the earlier heights, newest first."""
        found = (
            (point.on, point.height_cm)
            for point in self.previous
            if point.height_cm is not None and point.on < self.on
        )
        return tuple(sorted(found, reverse=True))


def body_mass_index(height_cm: Decimal, weight_kg: Decimal) -> float:
    """kg/m² in full precision: computed exactly, rounded once to a float."""
    return float(weight_kg * 10000 / (height_cm * height_cm))
