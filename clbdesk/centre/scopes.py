"""What a vault receives: the revisions of a scope with their places in it (domain/scopes.py).

A visit's scope: what was written on the visit, what is known of every pupil who was ever on its
list, and for guidance what is known of the school; only kinds that a role with a key slot on the
device may read. A care meeting also brings who goes to the school, so that names in its notes are
noticed, and what is asked of guidance for them. The erased is not delivered and not counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
    union_all,
)

from clbdesk.centre.centre import Centre
from clbdesk.centre.checks import is_uuid
from clbdesk.centre.objection import Objection
from clbdesk.centre.schema import LEAF, NOT_MEDICAL, REVISION, VISIT_MEMBER
from clbdesk.domain.body import decode
from clbdesk.domain.data_class import Relation
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.scopes import CENTRE_SCOPE, ScopeState, Sequenced, digest_of
from clbdesk.domain.visits import Visit, VisitKind
from clbdesk.ids import PupilId, SchoolId, VisitId
from clbdesk.storage.schema import revision_of

_REVISION_COLUMNS = [
    column
    for column in REVISION.c
    if column.name not in ("centre_id", "seq", "received_at", "erased_at")
]


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope as one vault may see it. `visit_id` None: the scope "centre".

    `with_school`: everybody of the school comes along, as name and class and request alone.
    """

    centre_id: int
    visit_id: VisitId | None
    compartment: Compartment
    kinds: frozenset[str]
    school_id: SchoolId | None = None
    with_school: bool = False


# Who somebody is and where he or she goes to school, what is asked of guidance and what a doctor
# released to it.
_OF_SCHOOL = frozenset(
    {"pupil", "enrolment", "guidance_request", "request_answer", "released_summary"}
)

# What a meeting released to its school goes along with every medical visit there.
_TOLD_AT_SCHOOL = "meeting_text"


def scope_for(
    tx: Connection,
    centre: Centre,
    name: str,
    compartment: Compartment,
    held: Mapping[Role, frozenset[Relation]],
) -> Scope:
    """The scope of this name for who holds the key. Objection 404 when there is no such visit.

    `held`: the roles of the users, and what each has to do with the school of the visit.
    """
    centre_id = centre.centre_id
    kinds = centre.people.read(tx, centre_id).rights.kinds_for(held, compartment)
    if name == CENTRE_SCOPE:
        everywhere = frozenset(one for one in kinds if KINDS[one].centre_scope)
        return Scope(centre_id, None, compartment, everywhere)
    school_id, body = _visit(tx, centre_id, name)
    own = frozenset(one for one in kinds if not KINDS[one].centre_scope)
    meets = VisitKind.CARE_MEETING in decode(body, Visit).kinds
    with_school = meets and compartment is Compartment.GUIDANCE
    return Scope(centre_id, VisitId(name), compartment, own, school_id, with_school)


def school_of(tx: Connection, centre: Centre, visit_id: str) -> SchoolId | None:
    """The school of a visit. Objection 404 when there is no such visit."""
    return _visit(tx, centre.centre_id, visit_id)[0]


def _visit(tx: Connection, centre_id: int, visit_id: str) -> tuple[SchoolId | None, str]:
    """School and body of the newest standing version of a visit. Objection 404 without one."""
    if not is_uuid(visit_id):
        raise Objection(404, "unknown_visit")
    visit = tx.execute(
        select(REVISION.c.school_id, REVISION.c.body)
        .join(
            LEAF,
            and_(LEAF.c.centre_id == REVISION.c.centre_id, LEAF.c.rev_id == REVISION.c.rev_id),
        )
        .where(
            LEAF.c.centre_id == centre_id,
            LEAF.c.record_id == visit_id,
            LEAF.c.kind == "visit",
        )
        .order_by(REVISION.c.seq.desc())
        .limit(1)
    ).one_or_none()
    if visit is None:
        raise Objection(404, "unknown_visit")
    return visit.school_id, visit.body


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


def contents(tx: Connection, scope: Scope, until: int) -> dict[PupilId, Counter[str]]:
    """Pupil → kind → how many records lie at or below a cursor; what is about nobody is left out."""
    columns = [REVISION.c.pupil_id, REVISION.c.kind, REVISION.c.record_id]
    records = {
        (row["pupil_id"], row["kind"], row["record_id"])
        for row in _rows(tx, scope, columns, 0, until)
        if row["pupil_id"] is not None
    }
    found: dict[PupilId, Counter[str]] = defaultdict(Counter)
    for pupil_id, kind, _record_id in records:
        found[PupilId(pupil_id)][kind] += 1
    return found


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
        REVISION.c.compartment.in_([Compartment.PLANNING.value, scope.compartment.value]),
        REVISION.c.erased_at.is_(None),
        REVISION.c.seq <= until,
    )
    place: ColumnElement[int] = REVISION.c.seq.label("place")
    if scope.visit_id is None:
        found = tx.execute(
            select(place, *columns).where(
                mine, REVISION.c.seq > after, REVISION.c.pupil_id.is_(None)
            )
        )
        return list(found.mappings())
    about_nobody = tx.execute(
        select(place, *columns).where(
            mine, REVISION.c.seq > after, REVISION.c.pupil_id.is_(None), _of_visit(scope)
        )
    )
    about_pupils = [
        _about_pupils(tx, columns, after, until, mine, joined, kinds)
        for joined, kinds in _joinings(scope)
    ]
    return [*about_nobody.mappings(), *(row for found in about_pupils for row in found)]


def _about_pupils(
    tx: Connection,
    columns: Sequence[Column[Any]],
    after: int,
    until: int,
    mine: ColumnElement[bool],
    joined: Subquery,
    kinds: frozenset[str],
) -> list[RowMapping]:
    since = joined.c.joined_seq
    later = case((REVISION.c.seq > since, REVISION.c.seq), else_=since)
    found = tx.execute(
        select(later.label("place"), *columns)
        .join(joined, joined.c.pupil_id == REVISION.c.pupil_id)
        .where(mine, REVISION.c.kind.in_(sorted(kinds)), since <= until)
        .where(or_(REVISION.c.seq > after, since > after))
    )
    return list(found.mappings())


def _joinings(scope: Scope) -> list[tuple[Subquery, frozenset[str]]]:
    """Since when which pupils are in a scope, and for which kinds.

    Of a pupil who is both on the list and at the school the first of the two counts, so that what
    lies below a cursor never changes.
    """
    listed = select(VISIT_MEMBER.c.pupil_id, VISIT_MEMBER.c.joined_seq).where(
        VISIT_MEMBER.c.centre_id == scope.centre_id, VISIT_MEMBER.c.visit_id == scope.visit_id
    )
    if not scope.with_school:
        return [(listed.subquery(), scope.kinds)]
    enrolled = select(REVISION.c.pupil_id, REVISION.c.seq.label("joined_seq")).where(
        REVISION.c.centre_id == scope.centre_id,
        REVISION.c.kind == "enrolment",
        REVISION.c.school_id == scope.school_id,
        NOT_MEDICAL,
    )
    either = union_all(listed, enrolled).subquery()
    known = select(either.c.pupil_id, func.min(either.c.joined_seq).label("joined_seq")).group_by(
        either.c.pupil_id
    )
    return [
        (listed.subquery(), scope.kinds - _OF_SCHOOL),
        (known.subquery(), scope.kinds & _OF_SCHOOL),
    ]


def _of_visit(scope: Scope) -> ColumnElement[bool]:
    on_visit = REVISION.c.visit_id == scope.visit_id
    if scope.school_id is None:
        return on_visit
    if scope.compartment is Compartment.GUIDANCE:
        carried = REVISION.c.compartment == Compartment.GUIDANCE.value
    else:
        carried = REVISION.c.kind == _TOLD_AT_SCHOOL
    return or_(on_visit, and_(REVISION.c.school_id == scope.school_id, carried, NOT_MEDICAL))
