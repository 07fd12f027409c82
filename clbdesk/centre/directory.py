"""What the centre knows about its own people, schools and visits: the current records of a kind.

Staff and memberships decide at every push who may write what, so they are kept in memory and
read again when a newer revision of them exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection, bindparam, func, select

from clbdesk.centre.schema import LEAF, REVISION
from clbdesk.domain.body import Body, decode
from clbdesk.domain.data_class import RightsNarrowing
from clbdesk.domain.kinds import kind_of_shape
from clbdesk.domain.membership import Memberships
from clbdesk.domain.people import Membership, Staff
from clbdesk.domain.revision import Revision, RevisionStatus, Role
from clbdesk.domain.rights import Rights
from clbdesk.domain.visits import Visit
from clbdesk.ids import RecordId, SchoolId, StaffId, VisitId
from clbdesk.storage.schema import revision_of

BodyT = TypeVar("BodyT", bound=Body)


def current(
    tx: Connection, centre_id: int, shape: type[BodyT], *conditions: object
) -> dict[RecordId, tuple[Revision, BodyT]]:
    """Record id → standing leaf and body of all records of one planning kind that are not withdrawn.

    A record in conflict shows its earliest standing leaf. `conditions` narrow the LEAF table.
    """
    of_kind = (LEAF.c.kind == kind_of_shape(shape).name, LEAF.c.is_plan, LEAF.c.stands)
    found: dict[RecordId, tuple[Revision, BodyT]] = {}
    for revision in read_leaves(tx, centre_id, *of_kind, *conditions):
        if revision.status is RevisionStatus.FINAL:
            found.setdefault(revision.record_id, (revision, decode(revision.body, shape)))
    return found


def read_leaves(tx: Connection, centre_id: int, *conditions: object) -> Iterator[Revision]:
    """What nothing replaced and was not erased, withdrawn or not, in order of arrival.

    `conditions` narrow the LEAF table.
    """
    joined = (LEAF.c.centre_id == REVISION.c.centre_id) & (LEAF.c.rev_id == REVISION.c.rev_id)
    rows = tx.execute(
        select(*REVISION.c)
        .join(LEAF, joined)
        .where(LEAF.c.centre_id == centre_id)
        .where(REVISION.c.erased_at.is_(None), *conditions)  # type: ignore[arg-type]
        .order_by(REVISION.c.seq)
    ).mappings()
    return map(revision_of, rows)


_NEWEST = select(func.max(REVISION.c.seq)).where(
    REVISION.c.centre_id == bindparam("centre"),
    REVISION.c.kind.in_(("staff", "membership", "rights_narrowing")),
    REVISION.c.pupil_id.is_(None),
)


def school_of_visit(tx: Connection, centre_id: int, visit_id: VisitId) -> SchoolId | None:
    """The school of a visit; None when no visit of this id stands."""
    found = current(tx, centre_id, Visit, LEAF.c.record_id == visit_id)
    return next((body.school_id for _, body in found.values()), None)


@dataclass(frozen=True, slots=True)
class People:
    """Staff, memberships and rights as they stand at one place in the order."""

    seq: int
    staff: dict[StaffId, Staff]
    memberships: Memberships
    rights: Rights

    def roles_on(self, staff_id: StaffId, day: date) -> tuple[Role, ...]:
        """The roles of somebody's memberships on a day; none for who is no longer active."""
        person = self.staff.get(staff_id)
        if person is None or not person.active:
            return ()
        return self.memberships.roles_on(staff_id, day)


@dataclass(slots=True)
class PeopleCache:
    """People, read again only when a newer revision of staff or memberships exists."""

    known: People | None = field(default=None)

    def read(self, tx: Connection, centre_id: int) -> People:
        """The people as this transaction sees them."""
        newest = tx.execute(_NEWEST, {"centre": centre_id}).scalar_one()
        known = self.known
        if known is None or known.seq != (newest or 0):
            known = _read_people(tx, centre_id, newest or 0)
            self.known = known
        return known


def _read_people(tx: Connection, centre_id: int, seq: int) -> People:
    staff = {
        StaffId(record_id): body for record_id, (_, body) in current(tx, centre_id, Staff).items()
    }
    memberships = Memberships.of(body for _, body in current(tx, centre_id, Membership).values())
    narrowings = current(tx, centre_id, RightsNarrowing).values()
    return People(
        seq=seq,
        staff=staff,
        memberships=memberships,
        rights=Rights(body for _, body in narrowings),
    )
