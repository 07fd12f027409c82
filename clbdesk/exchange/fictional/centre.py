"""A fictional centre with its schools, staff and the visits of one day, as plain values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any

from clbdesk.assets import resource
from clbdesk.domain.people import School, Sex
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import VisitClass, VisitKind

# The day before the first visits; nothing in the files is younger.
TODAY = date(2026, 11, 22)
VISIT_DAY = date(2026, 11, 23)
SCHOOL_YEAR = 2026


@dataclass(frozen=True, slots=True)
class FictionalPupil:
    """A pupil. `origin`: section of the name lists; `arrived_on`: came to Belgium then.

    `known` holds what pupils.toml fixes beyond identity. `sex` is that of the body; a list may
    show X (`shown_sex`).
    """

    key: str
    family_name: str
    given_name: str
    call_name: str
    birth_date: date
    sex: Sex
    shown_sex: Sex
    insz: str | None
    pupil_number: str
    class_name: str
    stage: str | None
    okan: bool
    origin: str
    arrived_on: date | None
    known: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FictionalSchool:
    """A school with its pupils in the order of the class list."""

    school: School
    pupils: tuple[FictionalPupil, ...]


@dataclass(frozen=True, slots=True)
class FictionalStaff:
    """A member of the staff."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class FictionalVisit:
    """A planned visit; school and team by name."""

    school: str
    on: date
    start: time
    end: time
    kinds: tuple[VisitKind, ...]
    classes: tuple[VisitClass, ...]
    team: tuple[str, ...]
    vaccines: tuple[str, ...] = ()
    room: str = ""


@dataclass(frozen=True, slots=True)
class FictionalCentre:
    """Everything that exists; `seed` decides every draw."""

    name: str
    seed: int
    staff: tuple[FictionalStaff, ...]
    schools: tuple[FictionalSchool, ...]
    visits: tuple[FictionalVisit, ...]


def names_in(centre: FictionalCentre) -> list[str]:
    """Every family name, given name and call name, for a scan of files that must not hold them."""
    return sorted(
        {
            name
            for school in centre.schools
            for pupil in school.pupils
            for name in (pupil.family_name, pupil.given_name, pupil.call_name)
            if name
        }
    )


def numbers_in(centre: FictionalCentre) -> list[str]:
    """Every INSZ of eleven digits."""
    pupils = (pupil for school in centre.schools for pupil in school.pupils)
    return sorted(pupil.insz for pupil in pupils if pupil.insz)


@cache
def fixed_pupils() -> tuple[Mapping[str, Any], ...]:
    """The rows of resources/demo/pupils.toml."""
    return tuple(
        tomllib.loads(resource("demo", "pupils.toml").read_text(encoding="utf-8"))["pupil"]
    )
