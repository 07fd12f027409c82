"""Heads: the leaves of every record, derived from its revisions and rebuildable at any time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, delete, exists, func, insert, select

from clbdesk.domain.revision import Revision, RevisionStatus, leaves
from clbdesk.storage.prepared import AMONG, Prepared
from clbdesk.storage.schema import HEAD, REVISION, revision_of, revision_of_bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from clbdesk.ids import RecordId, RevId

_CHUNK = 500
_REVISIONS_OF = (
    select(REVISION)
    .where(REVISION.c.record_id.in_(bindparam("records", expanding=True)))
    .order_by(REVISION.c.record_id, REVISION.c.rev_id)
)
_DROP = delete(HEAD).where(HEAD.c.record_id.in_(bindparam("records", expanding=True)))
_REVISIONS_OF_ONE = Prepared(
    select(REVISION).where(REVISION.c.record_id == bindparam("record")).order_by(REVISION.c.rev_id)
)
_COUNTS = Prepared(
    select(REVISION.c.record_id, func.count().label("count"))
    .where(REVISION.c.record_id.in_(AMONG))
    .group_by(REVISION.c.record_id)
)
_ADD = Prepared(insert(HEAD))
# The head of a record that this revision begins; nothing when the record is known already.
_ADD_FIRST = Prepared(
    insert(HEAD).from_select(
        list(HEAD.columns.keys()),
        select(*(bindparam(column.name, type_=column.type) for column in HEAD.columns)).where(
            ~exists().where(
                REVISION.c.record_id == bindparam("record_id"),
                REVISION.c.rev_id != bindparam("rev_id"),
            )
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Head:
    """What a record says now. `tips`: the revisions that a next one names as its base.

    `tips` has more members than `leaves` when several leaves say the same: a next revision must
    replace all of them, or the twin would stand up as a conflict.
    """

    record_id: RecordId
    kind: str
    leaves: tuple[Revision, ...]
    tips: tuple[RevId, ...]

    @property
    def final(self) -> tuple[Revision, ...]:
        """The leaves that were not withdrawn."""
        return tuple(leaf for leaf in self.leaves if leaf.status is RevisionStatus.FINAL)

    @property
    def is_conflict(self) -> bool:
        """Two or more leaves that differ: both count until a person chooses."""
        return len(self.leaves) > 1

    @property
    def is_withdrawn(self) -> bool:
        """No leaf stands as final."""
        return all(leaf.status is RevisionStatus.WITHDRAWN for leaf in self.leaves)

    @property
    def leaf(self) -> Revision:
        """The only leaf, or the first one of a conflict."""
        return self.leaves[0]


def head_rows(revisions: Sequence[Revision]) -> list[dict[str, Any]]:
    """The rows of one record, one for each leaf, from all its revisions in any order."""
    if len(revisions) == 1:  # nearly every record
        return [_row(revisions[0], stands=True)]
    replaced = {rev_id for revision in revisions for rev_id in revision.base}
    standing = {leaf.rev_id for leaf in leaves(revisions)}
    return [
        _row(leaf, stands=leaf.rev_id in standing)
        for leaf in sorted(revisions, key=lambda one: one.rev_id)
        if leaf.rev_id not in replaced
    ]


def refresh_heads(connection: Connection, record_ids: Iterable[str]) -> None:
    """Derive the heads of these records anew."""
    records = sorted(set(record_ids))
    for start in range(0, len(records), _CHUNK):
        chunk = records[start : start + _CHUNK]
        rows = [
            row for record in revisions_by_record(connection, chunk) for row in head_rows(record)
        ]
        connection.execute(_DROP, {"records": chunk})
        _ADD.run_many(connection, rows)


def add_head(connection: Connection, added: Revision) -> None:
    """Bring the heads up to date after this revision was added."""
    if added.base or not _ADD_FIRST.run(connection, _row(added, stands=True)):
        refresh_heads(connection, (added.record_id,))


def add_heads(connection: Connection, added: Iterable[Revision]) -> None:
    """Bring the heads up to date after these revisions were added, many at once."""
    records: dict[str, list[Revision]] = {}
    for revision in added:
        records.setdefault(revision.record_id, []).append(revision)
    among = msgspec.json.encode(list(records)).decode()
    counted = {row["record_id"]: row["count"] for row in _COUNTS.rows(connection, among=among)}
    whole = [record for record_id, record in records.items() if counted[record_id] == len(record)]
    _ADD.run_many(connection, (row for record in whole for row in head_rows(record)))
    refresh_heads(connection, records.keys() - {record[0].record_id for record in whole})


def _row(leaf: Revision, *, stands: bool) -> dict[str, Any]:
    return {
        "record_id": leaf.record_id,
        "rev_id": leaf.rev_id,
        "kind": leaf.kind,
        "pupil_id": leaf.pupil_id,
        "visit_id": leaf.visit_id,
        "school_id": leaf.school_id,
        "occurred_at": leaf.occurred_at,
        "stands": stands,
    }


def revisions_of(connection: Connection, record_id: RecordId) -> list[Revision]:
    """All revisions of one record, in order of rev_id."""
    rows = _REVISIONS_OF_ONE.tuples(connection, {"record": record_id})
    return [revision_of_bare(row) for row in rows]


def revisions_by_record(connection: Connection, record_ids: Sequence[str]) -> list[list[Revision]]:
    """All revisions of these records, a list per record that exists."""
    rows = connection.execute(_REVISIONS_OF, {"records": record_ids}).mappings()
    revisions = map(revision_of, rows)
    return [list(record) for _, record in groupby(revisions, key=lambda one: one.record_id)]


def rebuild_heads(connection: Connection) -> None:
    """Throw the derived table away and make it again."""
    connection.execute(delete(HEAD))
    refresh_heads(connection, connection.scalars(select(REVISION.c.record_id).distinct()))


def heads_differ(connection: Connection) -> bool:
    """Whether the stored table is not what its revisions say."""
    stored = {tuple(row) for row in connection.execute(select(HEAD))}
    every = sorted(connection.scalars(select(REVISION.c.record_id).distinct()))
    derived: set[tuple[Any, ...]] = set()
    for start in range(0, len(every), _CHUNK):
        for record in revisions_by_record(connection, every[start : start + _CHUNK]):
            derived.update(tuple(row.values()) for row in head_rows(record))
    return stored != derived
