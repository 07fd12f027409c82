"""Where a pupil stands in the school programme: grade, or age where there is no grade.

Special education, OKAN and home education follow the birth year: a slot is reached in the school
year that begins in the calendar year in which the pupil turns its age (VWVJ news 9, 2010).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months
from clbdesk.domain.visits import school_year_of

if TYPE_CHECKING:
    from clbdesk.standards.vaccination.ruleset import Slot

STAGES = (
    *("K1", "K2", "K3"),
    *("L1", "L2", "L3", "L4", "L5", "L6"),
    *("S1", "S2", "S3", "S4", "S5", "S6", "S7"),
)


@dataclass(frozen=True, slots=True)
class Situation:
    """A pupil on a day. `stage` None or special education: judged by birth year."""

    birth: date
    on: date
    stage: str | None
    special_education: bool = False
    dutch_schedule: bool = False

    @property
    def years(self) -> int:
        """Completed years."""
        return age_months(self.birth, self.on) // 12

    @property
    def school_year(self) -> int:
        """The calendar year in which the school year began."""
        return school_year_of(self.on)

    @property
    def by_grade(self) -> bool:
        """Whether the grade decides, not the birth year."""
        return self.stage is not None and not self.special_education

    def reached(self, slot: Slot) -> bool:
        """Whether the grade or age of a slot has come."""
        return self._years_since(slot) >= 0

    def is_at(self, slot: Slot) -> bool:
        """Whether this is the very school year of a slot."""
        return self._years_since(slot) == 0

    def day_of(self, slot: Slot) -> date:
        """1 September of the school year of a slot, for this pupil."""
        return date(self.school_year - self._years_since(slot), 9, 1)

    def is_at_stage(self, stage: str, age: int) -> bool:
        """Whether the pupil is in this grade, or in the cohort of this age without a grade."""
        return self._years_past(stage, age) == 0

    def had_reached(self, slot: Slot, day: date) -> bool:
        """Whether a slot had come on an earlier day, by birth year: old grades are not known."""
        return school_year_of(day) - self.birth.year >= slot.age

    def _years_since(self, slot: Slot) -> int:
        return self._years_past(slot.stage, slot.age)

    def _years_past(self, stage: str, age: int) -> int:
        if self.stage is not None and self.by_grade:
            return STAGES.index(self.stage) - STAGES.index(stage)
        return self.school_year - self.birth.year - age
