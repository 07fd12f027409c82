"""What the centre already holds of revisions and of their records, asked in one question.

Ask behind `ledger.bump`: then nothing of the answer changes until the commit. An evening's push
is nearly all new, so it pays for one question with four empty answers, not for four questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Connection,
    bindparam,
    literal_column,
    null,
    select,
    union_all,
)

from clbdesk.centre.bulk import among, among_bound, bound, chunks, is_postgres
from clbdesk.centre.schema import LEAF, QUARANTINE, REPLACED, REVISION
from clbdesk.domain.revision import Revision
from clbdesk.ids import RecordId, RevId
from clbdesk.storage.schema import revision_of


@dataclass(frozen=True, slots=True)
class Held:
    """`entered`: place of every revision that is in; `apart`: place and reason of those that wait.

    `replaced`: those that something names as its base which arrived earlier. `leaves`: all leaves
    of the records, equal ones included.
    """

    entered: dict[RevId, int] = field(default_factory=dict)
    apart: dict[RevId, tuple[int, str]] = field(default_factory=dict)
    replaced: set[RevId] = field(default_factory=set)
    leaves: list[Revision] = field(default_factory=list)

    def by_record(self) -> dict[RecordId, list[Revision]]:
        """The leaves of each record; none for a record without."""
        found: dict[RecordId, list[Revision]] = defaultdict(list)
        for leaf in self.leaves:
            found[leaf.record_id].append(leaf)
        return found


def look(
    tx: Connection, centre_id: int, rev_ids: Iterable[RevId], record_ids: Iterable[RecordId]
) -> Held:
    """What is known of these revisions, and the leaves of these records."""
    held = Held()
    leaves: list[RevId] = []
    question = _question(in_postgres=is_postgres(tx))
    for some, records in zip_longest(chunks(rev_ids), chunks(record_ids), fillvalue=()):
        asked = {"centre": centre_id, "ids": bound(tx, some), "records": bound(tx, records)}
        for rev_id, what, seq, reason in tx.execute(question, asked):
            if what == "entered":
                held.entered[rev_id] = seq
            elif what == "apart":
                held.apart[rev_id] = (seq, reason)
            elif what == "replaced":
                held.replaced.add(rev_id)
            else:
                leaves.append(rev_id)
    for chunk in chunks(leaves):
        rows = tx.execute(
            select(*REVISION.c).where(
                REVISION.c.centre_id == centre_id, among(tx, REVISION.c.rev_id, chunk)
            )
        )
        held.leaves.extend(map(revision_of, rows.mappings()))
    return held


@cache
def _question(*, in_postgres: bool) -> CompoundSelect[Any]:
    centre: BindParameter[int] = bindparam("centre")
    apart = select(
        QUARANTINE.c.rev_id, literal_column("'apart'"), QUARANTINE.c.seq, QUARANTINE.c.reason
    ).where(
        QUARANTINE.c.centre_id == centre,
        among_bound(QUARANTINE.c.rev_id, in_postgres=in_postgres),
        QUARANTINE.c.settled_at.is_(None),
    )
    entered = select(REVISION.c.rev_id, literal_column("'entered'"), REVISION.c.seq, null()).where(
        REVISION.c.centre_id == centre, among_bound(REVISION.c.rev_id, in_postgres=in_postgres)
    )
    replaced = select(REPLACED.c.base_rev_id, literal_column("'replaced'"), null(), null()).where(
        REPLACED.c.centre_id == centre,
        among_bound(REPLACED.c.base_rev_id, in_postgres=in_postgres),
    )
    leaf = select(LEAF.c.rev_id, literal_column("'leaf'"), null(), null()).where(
        LEAF.c.centre_id == centre,
        among_bound(LEAF.c.record_id, "records", in_postgres=in_postgres),
    )
    return union_all(apart, entered, replaced, leaf)
