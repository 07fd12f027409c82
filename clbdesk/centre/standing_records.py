"""What goes out of the centre: the standing version of every record of some kinds, read as it is.

A record with two versions stays here until a person chooses: neither of them is the truth yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from clbdesk.centre.bulk import among, chunks
from clbdesk.centre.centre import Centre
from clbdesk.centre.schema import LEAF, REVISION
from clbdesk.domain.body import decode
from clbdesk.domain.revision import Revision, RevisionStatus, leaves
from clbdesk.domain.shielding import Flag, Shielding
from clbdesk.ids import PupilId, RecordId
from clbdesk.storage.schema import revision_of


def stood_at(
    tx: Connection, centre: Centre, kinds: Collection[str], until: datetime
) -> list[Revision]:
    """The records of some kinds as they stood for the centre at a moment: what came in before it.

    Of two versions the newest; what was withdrawn or erased is not there. So what is counted once
    stays so, whatever comes in later (apart from an erasure).
    """
    rows = tx.execute(
        select(*REVISION.c)
        .where(
            REVISION.c.centre_id == centre.centre_id,
            REVISION.c.kind.in_(sorted(kinds)),
            REVISION.c.received_at < until,
            REVISION.c.erased_at.is_(None),
        )
        .order_by(REVISION.c.seq)
    ).mappings()
    versions: dict[RecordId, list[Revision]] = {}
    for row in rows:
        revision = revision_of(row)
        versions.setdefault(revision.record_id, []).append(revision)
    finals = (
        [one for one in leaves(known) if one.status is RevisionStatus.FINAL]
        for known in versions.values()
    )
    return [max(final, key=lambda one: (one.recorded_at, one.rev_id)) for final in finals if final]


class StandingRecords:
    """Reads records by pupil or by kind, and remembers which it left out."""

    def __init__(self, tx: Connection, centre: Centre) -> None:
        """Reads in the caller's transaction: one steady picture."""
        self._tx = tx
        self._centre_id = centre.centre_id
        self._forked: dict[str, str] = {}

    @property
    def two_versions(self) -> dict[str, int]:
        """Kind → records that were left out so far."""
        return dict(Counter(self._forked.values()))

    def of_pupils(
        self, pupil_ids: Iterable[PupilId], kinds: Collection[str]
    ) -> dict[PupilId, list[Revision]]:
        """The records of these pupils, oldest first."""
        found: dict[PupilId, list[Revision]] = {}
        for chunk in chunks(pupil_ids):
            for revision in self._read(kinds, among(self._tx, LEAF.c.pupil_id, chunk)):
                if revision.pupil_id is not None:
                    found.setdefault(revision.pupil_id, []).append(revision)
        return found

    def shielded(self, pupil_ids: Iterable[PupilId] | None = None) -> frozenset[RecordId]:
        """The records of these pupils, or of all, that carry a flag; with two versions, in either."""
        if pupil_ids is None:
            return frozenset(self._flagged())
        chunked = (among(self._tx, LEAF.c.pupil_id, chunk) for chunk in chunks(pupil_ids))
        return frozenset(item for condition in chunked for item in self._flagged(condition))

    def _flagged(self, *conditions: ColumnElement[bool]) -> Iterator[RecordId]:
        joined = (LEAF.c.centre_id == REVISION.c.centre_id) & (LEAF.c.rev_id == REVISION.c.rev_id)
        bodies = self._tx.execute(
            select(REVISION.c.body)
            .join(LEAF, joined)
            .where(
                LEAF.c.centre_id == self._centre_id,
                LEAF.c.stands,
                LEAF.c.kind == "shielding",
                REVISION.c.status == RevisionStatus.FINAL.value,
                REVISION.c.erased_at.is_(None),
                *conditions,
            )
        ).scalars()
        for one in (decode(body, Shielding) for body in bodies):
            if set(one.flags) - {Flag.CONFLICT_OF_INTEREST}:
                yield one.item_id

    def of_kind(self, kind: str) -> Iterator[Revision]:
        """All records of a kind, oldest first."""
        yield from self._read([kind])

    def _read(self, kinds: Collection[str], *conditions: ColumnElement[bool]) -> Iterator[Revision]:
        mine = (
            LEAF.c.centre_id == self._centre_id,
            LEAF.c.stands,
            LEAF.c.kind.in_(sorted(kinds)),
            *conditions,
        )
        forked = self._tx.execute(
            select(LEAF.c.record_id, LEAF.c.kind)
            .where(*mine)
            .group_by(LEAF.c.record_id, LEAF.c.kind)
            .having(func.count() > 1)
        ).all()
        left_out = {str(row.record_id) for row in forked}
        self._forked.update({str(row.record_id): str(row.kind) for row in forked})
        joined = (LEAF.c.centre_id == REVISION.c.centre_id) & (LEAF.c.rev_id == REVISION.c.rev_id)
        rows = self._tx.execute(
            select(*REVISION.c)
            .join(LEAF, joined)
            .where(*mine, REVISION.c.erased_at.is_(None))
            .order_by(REVISION.c.occurred_at, REVISION.c.seq)
        ).mappings()
        for row in rows:
            if row["record_id"] not in left_out:
                yield revision_of(row)
