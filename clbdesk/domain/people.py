"""Pupils, schools and staff: identity data, present in both compartments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.domain.names import is_similar, normalise
from clbdesk.domain.revision import Role
from clbdesk.ids import PupilId, SchoolId, StaffId


class Sex(StrEnum):
    """Sex as registered; "unknown" is shown and judged as not known."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class SchoolLevel(StrEnum):
    """Kind of school; special education follows age instead of grade."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SPECIAL = "special"


class School(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A school; its record id is the SchoolId."""

    name: str
    level: SchoolLevel
    municipality: str = ""
    number: str = ""


class Staff(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member of the centre's staff; its record id is the StaffId."""

    name: str
    roles: tuple[Role, ...]
    active: bool = True


class Membership(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person works for a school in a function; rights follow this, not the person.

    `school_id` None = all schools of the team, and of the centre where no `team` is named.
    `until` is the last day, None = open.
    """

    staff_id: StaffId
    role: Role
    school_id: SchoolId | None
    since: date
    until: date | None = None
    team: str = ""


class Pupil(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pupil (leerling); its record id is the PupilId.

    `insz`: eleven digits (rijksregister or BIS number) or None; hidden on screen.
    `provisional`: added at a school, to be recognised at the centre. `joined_to`: on a withdrawn
    one, the pupil who it turned out to be.
    """

    family_name: str
    given_name: str
    call_name: str = ""
    birth_date: date
    sex: Sex
    insz: str | None = None
    pupil_number: str = ""
    provisional: bool = False
    joined_to: PupilId | None = None


def may_be(pupil: Pupil, family_name: str, given_name: str, birth_date: date | None) -> bool:
    """Whether somebody can be this pupil: (almost) that name, or that birthday and one of the names."""
    if is_similar((pupil.family_name, pupil.given_name), (family_name, given_name)):
        return True
    told = {normalise(family_name), normalise(given_name)}
    known = {normalise(pupil.family_name), normalise(pupil.given_name)}
    return pupil.birth_date == birth_date and bool(told & known)


class Enrolment(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pupil in a class of a school for a school year (2026 = 2026-27).

    `stage`: K1–K3, L1–L6, S1–S7, or None where there is no grade (special education, OKAN).
    """

    pupil_id: PupilId
    school_id: SchoolId
    school_year: int
    class_name: str
    stage: str | None
    okan: bool = False
    special_education: bool = False

    @property
    def follows_age(self) -> bool:
        """Whether the age says which contact is due, and not the class (COH-3)."""
        return self.stage is None or self.special_education or self.okan


def place_in(
    enrolments: Iterable[Enrolment], school_year: int, school_id: SchoolId | None = None
) -> Enrolment | None:
    """Where a pupil is in a school year: at this school, else where the pupil went last.

    `enrolments`: of one pupil, in the order in which they began. Who changes school has two in a year.
    """
    found = [one for one in enrolments if one.school_year == school_year]
    here = [one for one in found if one.school_id == school_id]
    return next(reversed(here or found), None)


def last_place(enrolments: Iterable[Enrolment]) -> Enrolment | None:
    """Where a pupil went last, in whichever year. `enrolments`: as for `place_in`."""
    return max(reversed([*enrolments]), key=lambda one: one.school_year, default=None)
