"""Revisions another laptop made: stored once, with their heads and the search lines of their pupils.

They came through the centre (a pull, with a place) or along a link (without one).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import insert, select

from clbdesk.storage.heads import add_heads
from clbdesk.storage.prepared import AMONG, Prepared
from clbdesk.storage.schema import REVISION, revision_values
from clbdesk.storage.search import INDEXED_KINDS, index_pupils

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from clbdesk.domain.revision import Revision

_KNOWN = Prepared(select(REVISION.c.rev_id).where(REVISION.c.rev_id.in_(AMONG)))
_ADD = Prepared(insert(REVISION))


def add_arrived(
    connection: Connection, arrived: Sequence[tuple[Revision, int | None]]
) -> list[Revision]:
    """Store what is not here yet, each with its place at the centre (None: not known); what was new.

    A revision given twice counts once, with the first place.
    """
    first: dict[str, tuple[Revision, int | None]] = {}
    for revision, place in arrived:
        first.setdefault(revision.rev_id, (revision, place))
    among = msgspec.json.encode(list(first)).decode()
    known = {row["rev_id"] for row in _KNOWN.rows(connection, among=among)}
    added = [one for rev_id, one in first.items() if rev_id not in known]
    _ADD.run_many(connection, (revision_values(one, place) for one, place in added))
    new = [revision for revision, _ in added]
    add_heads(connection, new)
    index_pupils(
        connection, (one.pupil_id for one in new if one.pupil_id and one.kind in INDEXED_KINDS)
    )
    return new
