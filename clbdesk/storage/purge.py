"""Giving a visit back: what the centre has proved and backed up leaves the vault, or nothing does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select

from clbdesk.domain.scopes import CENTRE_SCOPE, Release
from clbdesk.ids import VisitId
from clbdesk.storage.heads import refresh_heads
from clbdesk.storage.schema import (
    DRAFT,
    HEAD,
    OUTBOX,
    QUARANTINE,
    REOFFER,
    REVISION,
    SCOPE,
    SCOPE_REVISION,
)
from clbdesk.storage.search import index_pupils

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Concerned:
    """What a visit alone holds: rev_id → place or None, the records and the pupils of it."""

    places: dict[str, int | None]
    records: frozenset[str]
    pupils: frozenset[str]


def purge(connection: Connection, visit_id: VisitId, durable_seq: int) -> Release:
    """Remove what the visit alone holds, or say what stands in the way and change nothing."""
    concerned = _concerned(connection, visit_id)
    release = _obstacles(connection, visit_id, concerned, durable_seq)
    if release.is_refused or release.is_waiting:
        return release
    going = list(concerned.places)
    for start in range(0, len(going), _CHUNK):
        chunk = going[start : start + _CHUNK]
        connection.execute(delete(REVISION).where(REVISION.c.rev_id.in_(chunk)))
        connection.execute(delete(SCOPE_REVISION).where(SCOPE_REVISION.c.rev_id.in_(chunk)))
    connection.execute(delete(SCOPE_REVISION).where(SCOPE_REVISION.c.scope == visit_id))
    connection.execute(delete(SCOPE).where(SCOPE.c.scope == visit_id))
    refresh_heads(connection, concerned.records)
    index_pupils(connection, concerned.pupils)
    return Release(visit_id=visit_id, pupils=len(concerned.pupils))


def _concerned(connection: Connection, visit_id: VisitId) -> _Concerned:
    """The revisions of the visit and of its pupils that no other visit in hand needs."""
    others = [
        scope
        for scope in connection.scalars(select(SCOPE.c.scope))
        if scope not in {visit_id, CENTRE_SCOPE}
    ]
    here = _pupils_of(connection, [visit_id])
    pupils = here - _pupils_of(connection, others)
    places: dict[str, int | None] = {}
    records = set()
    belongs_elsewhere = select(SCOPE_REVISION.c.rev_id).where(SCOPE_REVISION.c.scope != visit_id)
    member = select(SCOPE_REVISION.c.rev_id).where(SCOPE_REVISION.c.scope == visit_id)
    rows = connection.execute(
        select(REVISION.c.rev_id, REVISION.c.record_id, REVISION.c.pupil_id, REVISION.c.seq).where(
            or_(
                REVISION.c.pupil_id.is_not(None),
                REVISION.c.visit_id == visit_id,
                REVISION.c.rev_id.in_(member),
            ),
            REVISION.c.rev_id.not_in(belongs_elsewhere),
        )
    )
    for row in rows:
        if row.pupil_id is None or row.pupil_id in pupils:
            places[row.rev_id] = row.seq
            records.add(row.record_id)
    return _Concerned(places, frozenset(records), frozenset(pupils))


def _pupils_of(connection: Connection, visits: list[str]) -> set[str]:
    """The pupils that came with these visits, and those that were added at the school."""
    member = select(SCOPE_REVISION.c.rev_id).where(SCOPE_REVISION.c.scope.in_(visits))
    query = (
        select(REVISION.c.pupil_id)
        .distinct()
        .where(
            REVISION.c.pupil_id.is_not(None),
            or_(REVISION.c.visit_id.in_(visits), REVISION.c.rev_id.in_(member)),
        )
    )
    return set(connection.scalars(query))


def _obstacles(
    connection: Connection, visit_id: VisitId, concerned: _Concerned, durable_seq: int
) -> Release:
    going = concerned.places.keys()

    def lines_in(table: Table) -> int:
        return len(going & set(connection.scalars(select(table.c.rev_id))))

    drafts = connection.execute(select(DRAFT.c.visit_id, DRAFT.c.pupil_id))
    forked = set(
        connection.scalars(
            select(HEAD.c.record_id)
            .where(HEAD.c.stands)
            .group_by(HEAD.c.record_id)
            .having(func.count() > 1)
        )
    )
    return Release(
        visit_id=visit_id,
        outbox=lines_in(OUTBOX) + lines_in(REOFFER),
        drafts=sum(row.visit_id == visit_id or row.pupil_id in concerned.pupils for row in drafts),
        conflicts=len(forked & concerned.records),
        quarantined=lines_in(QUARANTINE),
        not_backed_up=sum(
            place is None or place > durable_seq for place in concerned.places.values()
        ),
    )
