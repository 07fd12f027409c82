"""One line of history before it is written, and the school days on which such things happen."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from clbdesk.domain.body import Body
from clbdesk.exchange.fictional.centre import SCHOOL_YEAR, FictionalPupil
from clbdesk.ids import PupilId

_GRADES = [f"K{n}" for n in (1, 2, 3)] + [f"L{n}" for n in range(1, 7)]
_GRADES += [f"S{n}" for n in range(1, 8)]

# The importer fills in who it is about.
SOMEBODY = PupilId("")


@dataclass(frozen=True, slots=True)
class Fact:
    """A record of the past. `source`: lars, kind_en_gezin, vaccinnet, document, form or school."""

    on: date
    source: str
    body: Body


def school_day(luck: random.Random, school_year: int) -> date:
    """A working day between the middle of September and the end of May, outside Christmas."""
    while True:
        day = date(school_year, 9, 15) + timedelta(days=luck.randrange(258))
        christmas = (day.month, day.day) >= (12, 21) or (day.month, day.day) <= (1, 5)
        if day.weekday() < 5 and not christmas:
            return day


def year_in_grade(pupil: FictionalPupil, grade: str) -> int:
    """The school year in which this pupil was, is or will be in a grade (K1 to S7)."""
    if pupil.stage is None:
        return pupil.birth_date.year + 3 + _GRADES.index(grade)
    return SCHOOL_YEAR + _GRADES.index(grade) - _GRADES.index(pupil.stage)
