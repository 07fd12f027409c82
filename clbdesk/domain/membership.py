"""For whom somebody works: person, team, school, function and days; laptop and centre ask the same.

Rights follow membership, not the person (handbook 3 §8): somebody may work for several schools, in
several teams, and a substitute gets a membership with a first and a last day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from clbdesk.domain.data_class import Relation
from clbdesk.domain.people import Membership
from clbdesk.domain.revision import Role
from clbdesk.ids import SchoolId, StaffId

OF_SCHOOL = frozenset({Relation.SCHOOL})
_Asked: TypeAlias = tuple[StaffId, Role, SchoolId | None, date]


@dataclass(frozen=True, slots=True)
class Memberships:
    """Everybody's memberships. One that names a team and no school is for the team's schools."""

    of_person: Mapping[StaffId, tuple[Membership, ...]]
    _found: dict[_Asked, frozenset[Relation]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, known: Iterable[Membership]) -> Memberships:
        """Sorted by person."""
        found: dict[StaffId, tuple[Membership, ...]] = {}
        for one in known:
            found[one.staff_id] = (*found.get(one.staff_id, ()), one)
        return cls(found)

    def roles_on(self, staff_id: StaffId, day: date) -> tuple[Role, ...]:
        """The roles of somebody on a day, at whatever school, in the order of the list of roles."""
        held = {one.role for one in self.of_person.get(staff_id, ()) if _covers(one, day)}
        return tuple(role for role in Role if role in held)

    def relations(
        self, staff_id: StaffId, role: Role, school_id: SchoolId | None, day: date
    ) -> frozenset[Relation]:
        """What membership makes of somebody in this role and a school (None: any) on this day.

        Found once: a push of a day of work asks the same few thousands of times.
        """
        asked = staff_id, role, school_id, day
        if asked not in self._found:
            self._found[asked] = OF_SCHOOL if self._works_for(*asked) else frozenset()
        return self._found[asked]

    def _works_for(
        self, staff_id: StaffId, role: Role, school_id: SchoolId | None, day: date
    ) -> bool:
        return any(
            one.role is role and _covers(one, day) and self._reaches(one, school_id, day)
            for one in self.of_person.get(staff_id, ())
        )

    def _reaches(self, membership: Membership, school_id: SchoolId | None, day: date) -> bool:
        if school_id is None or membership.school_id == school_id:
            return True
        if membership.school_id is not None:
            return False
        return not membership.team or any(
            one.team == membership.team and one.school_id == school_id and _covers(one, day)
            for held in self.of_person.values()
            for one in held
        )


def _covers(membership: Membership, day: date) -> bool:
    return membership.since <= day and (membership.until is None or day <= membership.until)
