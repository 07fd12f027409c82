"""What goes out: own revisions that wait for the centre, and what a restored centre may have lost.

A batch gets its id and its content before it is sent and is repeated unchanged until it is
answered, so that an answer lost on the way does no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from clbdesk.domain.scopes import Batch, PushOutcome
from clbdesk.storage.schema import OUTBOX, QUARANTINE, REOFFER, REVISION, revision_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Table

    from clbdesk.domain.scopes import PushResult

_QUARANTINE = insert(QUARANTINE)
_KEEP_APART = _QUARANTINE.on_conflict_do_update(
    index_elements=["rev_id"], set_={"reason": _QUARANTINE.excluded.reason}
)
_NO_LONGER_APART = delete(QUARANTINE).where(QUARANTINE.c.rev_id == bindparam("one"))
_KEEP_PLACE = (
    update(REVISION).where(REVISION.c.rev_id == bindparam("one")).values(seq=bindparam("place"))
)


def waiting(connection: Connection) -> int:
    """Lines of the outbox and of what is offered again."""
    return sum(
        connection.scalar(select(func.count()).select_from(line)) or 0 for line in (OUTBOX, REOFFER)
    )


def next_batch(connection: Connection, limit: int, new_id: str) -> Batch | None:
    """The batch that was never answered, or else a new one under `new_id`; None = nothing waits."""
    for line in (OUTBOX, REOFFER):
        unanswered = connection.scalar(
            select(line.c.batch_id)
            .where(line.c.batch_id.is_not(None))
            .order_by(line.c.position)
            .limit(1)
        )
        if unanswered is not None:
            return _batch(connection, line, unanswered)
    # What waits in the outbox may rest on what a restored centre has lost: that goes first.
    for line in (REOFFER, OUTBOX):
        chosen = select(line.c.position).order_by(line.c.position).limit(limit)
        marked = connection.execute(
            update(line).where(line.c.position.in_(chosen)).values(batch_id=new_id)
        )
        if marked.rowcount:
            return _batch(connection, line, new_id)
    return None


def mark_results(
    connection: Connection, batch_id: str, results: Sequence[PushResult]
) -> int | None:
    """The centre answered a batch: its largest place, or None when the batch is not known."""
    known = 0
    for line in (OUTBOX, REOFFER):
        known += connection.execute(delete(line).where(line.c.batch_id == batch_id)).rowcount
    if not known or not results:
        return None
    connection.execute(_KEEP_PLACE, [{"one": one.rev_id, "place": one.seq} for one in results])
    connection.execute(_NO_LONGER_APART, [{"one": one.rev_id} for one in results])
    apart = [
        {"rev_id": one.rev_id, "reason": one.reason or ""}
        for one in results
        if one.outcome is PushOutcome.QUARANTINE
    ]
    if apart:
        connection.execute(_KEEP_APART, apart)
    return max(one.seq for one in results)


def offer_again(connection: Connection, rev_ids: Iterable[str]) -> None:
    """Mark revisions for re-offering, bases first; what waits in the outbox goes out anyway."""
    wanted = set(rev_ids)
    wanted -= set(connection.scalars(select(OUTBOX.c.rev_id)))
    wanted -= set(connection.scalars(select(REOFFER.c.rev_id)))
    rows = connection.execute(
        select(REVISION.c.rev_id, REVISION.c.base).order_by(REVISION.c.rev_id)
    )
    bases = {row.rev_id: row.base.split() for row in rows if row.rev_id in wanted}
    lines = [{"rev_id": rev_id} for rev_id in _bases_first(bases)]
    if lines:
        connection.execute(insert(REOFFER), lines)


def _bases_first(bases: dict[str, list[str]]) -> list[str]:
    """Every rev_id after those of its bases that are here."""
    ordered: dict[str, None] = {}
    for start in bases:
        stack = [start]
        while stack:
            top = stack[-1]
            open_bases = [one for one in bases[top] if one in bases and one not in ordered]
            if open_bases:
                stack.extend(open_bases)
            else:
                ordered[stack.pop()] = None
    return list(ordered)


def _batch(connection: Connection, line: Table, batch_id: str) -> Batch:
    rows = connection.execute(
        select(REVISION)
        .join(line, line.c.rev_id == REVISION.c.rev_id)
        .where(line.c.batch_id == batch_id)
        .order_by(line.c.position)
    ).mappings()
    revisions = tuple(map(revision_of, rows))
    return Batch(batch_id=batch_id, revisions=revisions, reoffer=line is REOFFER)
