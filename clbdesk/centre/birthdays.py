"""Who reaches an age within a school year: everybody enrolled in it, by school and day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from clbdesk.centre.centre import Centre
from clbdesk.centre.class_lists import known_pupils
from clbdesk.centre.directory import current
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Enrolment, Pupil, School, place_in
from clbdesk.domain.visits import days_of_school_year
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId


@dataclass(frozen=True, slots=True)
class Birthday:
    """One pupil. `on`: the day of the age; `enrolments`: every one that the centre knows."""

    pupil_id: PupilId
    pupil: Pupil
    on: date
    school: str
    class_name: str
    enrolments: tuple[Enrolment, ...]


def must_be_school_year(school_year: int) -> None:
    """2026 = 2026-27. Refused when it is none."""
    if not 2000 <= school_year <= 2199:
        raise Refused("centre.year_unreadable", field="year")


def birthdays(
    tx: Connection, centre: Centre, school_year: int, of: Callable[[date], date]
) -> list[Birthday]:
    """Everybody for whom `of` (birth date → day of the age) falls in the school year."""
    first, last = days_of_school_year(school_year)
    schools = current(tx, centre.centre_id, School)
    found = []
    for one in known_pupils(tx, centre):
        day, now = of(one.pupil.birth_date), place_in(one.enrolments, school_year)
        if now is None or not first <= day <= last:
            continue
        school = schools.get(RecordId(now.school_id))
        name = school[1].name if school else ""
        found.append(Birthday(one.pupil_id, one.pupil, day, name, now.class_name, one.enrolments))
    return sorted(
        found,
        key=lambda one: (
            one.school,
            one.on,
            *on_a_list(one.pupil.family_name, one.pupil.given_name),
        ),
    )
