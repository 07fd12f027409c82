"""What a vault receives: the revisions of a scope with their places in it (domain/scopes.py).

A visit's scope: what was written on the visit, what is known of every pupil who was ever on its
list, and for guidance what is known of the school; only kinds that a role with a key slot on the
device may read. The erased is not delivered and not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, and_, case, or_, select

from clbdesk.centre.objection import Objection
from clbdesk.centre.schema import REVISION, VISIT_MEMBER
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.rights import kinds_for
from clbdesk.domain.scopes import CENTRE_SCOPE, ScopeState, Sequenced, digest_of
from clbdesk.ids import PupilId, SchoolId, VisitId
from clbdesk.storage.schema import revision_of

_REVISION_COLUMNS = [
    column
    for column in REVISION.c
    if column.name not in ("centre_id", "seq", "received_at", "erased_at")
]


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope as one vault may see it. `visit_id` None: the scope "centre"."""

    centre_id: int
    visit_id: VisitId | None
    compartment: Compartment
    kinds: frozenset[str]
    school_id: SchoolId | None = None


def scope_for(
    tx: Connection,
    centre_id: int,
    name: str,
    compartment: Compartment,
    roles: frozenset[Role],
) -> Scope:
    """The scope of this name for these roles. Objection 404 when there is no such visit."""
    kinds = kinds_for(roles, compartment)
    if name == CENTRE_SCOPE:
        everywhere = frozenset(one for one in kinds if KINDS[one].centre_scope)
        return Scope(centre_id, None, compartment, everywhere)
    school_id = tx.execute(
        select(REVISION.c.school_id)
        .where(
            REVISION.c.centre_id == centre_id,
            REVISION.c.record_id == name.replace("\0", ""),
            REVISION.c.kind == "visit",
        )
        .order_by(REVISION.c.seq.desc())
        .limit(1)
    ).one_or_none()
    if school_id is None:
        raise Objection(404, "unknown_visit")
    own = frozenset(one for one in kinds if not KINDS[one].centre_scope)
    return Scope(centre_id, VisitId(name), compartment, own, school_id[0])


def lines(tx: Connection, scope: Scope, after: int, until: int) -> list[Sequenced]:
    """What lies above one cursor and at or below another, in order of place, then of rev_id."""
    rows = _rows(tx, scope, _REVISION_COLUMNS, after, until)
    ordered = sorted(rows, key=lambda row: (row["place"], row["rev_id"]))
    return [Sequenced(seq=row["place"], revision=revision_of(row)) for row in ordered]


def state(tx: Connection, scope: Scope, name: str, cursor: int) -> ScopeState:
    """Count and digest of a scope at or below a cursor."""
    rows = _rows(tx, scope, [REVISION.c.rev_id, REVISION.c.body_commit], 0, cursor)
    pairs = [(str(row["rev_id"]), str(row["body_commit"])) for row in rows]
    return ScopeState(scope=name, cursor=cursor, count=len(pairs), digest=digest_of(pairs))


def members(tx: Connection, centre_id: int, visit_id: VisitId) -> frozenset[PupilId]:
    """Everybody who was ever on the list of a visit."""
    found = tx.execute(
        select(VISIT_MEMBER.c.pupil_id).where(
            VISIT_MEMBER.c.centre_id == centre_id, VISIT_MEMBER.c.visit_id == visit_id
        )
    )
    return frozenset(PupilId(one) for one in found.scalars())


def _rows(
    tx: Connection, scope: Scope, columns: Sequence[Column[Any]], after: int, until: int
) -> list[RowMapping]:
    """Rows with `place`, the given columns: the rule is domain.scopes.lies_in, as questions."""
    mine = and_(
        REVISION.c.centre_id == scope.centre_id,
        REVISION.c.kind.in_(sorted(scope.kinds)),
        REVISION.c.erased_at.is_(None),
        REVISION.c.seq <= until,
    )
    place: ColumnElement[int] = REVISION.c.seq.label("place")
    if scope.visit_id is None:
        found = tx.execute(select(place, *columns).where(mine, REVISION.c.seq > after))
        return list(found.mappings())
    about_nobody = tx.execute(
        select(place, *columns).where(
            mine, REVISION.c.seq > after, REVISION.c.pupil_id.is_(None), _of_visit(scope)
        )
    )
    joined = VISIT_MEMBER.c.joined_seq
    later = case((REVISION.c.seq > joined, REVISION.c.seq), else_=joined)
    on_the_list = and_(
        VISIT_MEMBER.c.centre_id == REVISION.c.centre_id,
        VISIT_MEMBER.c.pupil_id == REVISION.c.pupil_id,
    )
    about_pupils = tx.execute(
        select(later.label("place"), *columns)
        .join(VISIT_MEMBER, on_the_list)
        .where(mine, VISIT_MEMBER.c.visit_id == scope.visit_id, joined <= until)
        .where(or_(REVISION.c.seq > after, joined > after))
    )
    return [*about_nobody.mappings(), *about_pupils.mappings()]


def _of_visit(scope: Scope) -> ColumnElement[bool]:
    on_visit = REVISION.c.visit_id == scope.visit_id
    if scope.compartment is not Compartment.GUIDANCE or scope.school_id is None:
        return on_visit
    of_school = and_(
        REVISION.c.school_id == scope.school_id,
        REVISION.c.compartment == Compartment.GUIDANCE.value,
    )
    return or_(on_visit, of_school)
