"""What comes in: the lines of a pull are staged, and count only together with their cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from clbdesk.domain.revision import Revision
from clbdesk.domain.scopes import CENTRE_SCOPE, Applied, ScopeState, digest_of
from clbdesk.storage.heads import add_heads
from clbdesk.storage.outbox import offer_again
from clbdesk.storage.prepared import Prepared
from clbdesk.storage.schema import (
    QUARANTINE,
    REVISION,
    SCOPE,
    SCOPE_REVISION,
    STAGED,
    revision_values,
)
from clbdesk.storage.search import INDEXED_KINDS, index_pupils

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from clbdesk.domain.scopes import Sequenced

_STAGE = Prepared(insert(STAGED).on_conflict_do_nothing())
_ADD = Prepared(insert(REVISION).on_conflict_do_nothing())
_PLACE = (
    update(REVISION)
    .where(REVISION.c.rev_id == bindparam("one"), REVISION.c.seq.is_(None))
    .values(seq=bindparam("place"))
)
_MEMBER = insert(SCOPE_REVISION)
_MEMBERS = Prepared(
    _MEMBER.on_conflict_do_update(
        index_elements=["scope", "rev_id"], set_={"seq": _MEMBER.excluded.seq}
    )
)
_SCOPE = insert(SCOPE)
_IN_HAND = _SCOPE.on_conflict_do_update(
    index_elements=["scope"],
    set_={"cursor": _SCOPE.excluded.cursor, "also_taken": _SCOPE.excluded.also_taken},
)


def cursor_of(connection: Connection, scope: str) -> int:
    """Up to where a scope was received and applied."""
    return connection.scalar(select(SCOPE.c.cursor).where(SCOPE.c.scope == scope)) or 0


def in_hand(connection: Connection) -> list[str]:
    """Visits taken along and not given back, the first taken first."""
    query = (
        select(SCOPE.c.scope)
        .where(SCOPE.c.scope != CENTRE_SCOPE)
        .order_by(SCOPE.c.taken_at, SCOPE.c.scope)
    )
    return list(connection.scalars(query))


def begin_stage(connection: Connection, scope: str) -> None:
    """Forget what a broken pull left."""
    connection.execute(delete(STAGED).where(STAGED.c.scope == scope))


def stage(connection: Connection, scope: str, lines: Sequence[Sequenced]) -> None:
    """Put lines aside; they are invisible until `apply`."""
    rows = [
        {
            "scope": scope,
            "seq": line.seq,
            "rev_id": line.revision.rev_id,
            "content": msgspec.json.encode(line.revision).decode(),
        }
        for line in lines
    ]
    _STAGE.run_many(connection, rows)


def apply_stage(
    connection: Connection,
    scope: str,
    cursor: int,
    now: datetime,
    also_taken: dict[str, int] | None,
) -> Applied:
    """Move the stage in, with heads, search lines, memberships and the cursor."""
    rows = connection.execute(
        select(STAGED.c.seq, STAGED.c.content).where(STAGED.c.scope == scope)
    ).all()
    lines = [(row.seq, msgspec.json.decode(row.content, type=Revision)) for row in rows]
    staged = select(STAGED.c.rev_id).where(STAGED.c.scope == scope)
    known = set(connection.scalars(select(REVISION.c.rev_id).where(REVISION.c.rev_id.in_(staged))))
    new = [(seq, revision) for seq, revision in lines if revision.rev_id not in known]
    _ADD.run_many(connection, (revision_values(revision, seq) for seq, revision in new))
    if known:
        places = [{"one": one.rev_id, "place": seq} for seq, one in lines if one.rev_id in known]
        connection.execute(_PLACE, places)
    _MEMBERS.run_many(
        connection, ({"scope": scope, "rev_id": one.rev_id, "seq": seq} for seq, one in lines)
    )
    connection.execute(delete(QUARANTINE).where(QUARANTINE.c.rev_id.in_(staged)))
    add_heads(connection, (revision for _, revision in new))
    index_pupils(
        connection,
        (one.pupil_id for _, one in new if one.pupil_id and one.kind in INDEXED_KINDS),
    )
    _keep_cursor(connection, scope, cursor, now, also_taken)
    begin_stage(connection, scope)
    return Applied(new=len(new), pupils=pupils_in(connection, [scope]))


def scope_state(connection: Connection, scope: str) -> ScopeState:
    """Count and digest of what is really here of a scope, at its cursor."""
    cursor = cursor_of(connection, scope)
    rows = connection.execute(
        select(REVISION.c.rev_id, REVISION.c.body_commit)
        .join(SCOPE_REVISION, SCOPE_REVISION.c.rev_id == REVISION.c.rev_id)
        .where(SCOPE_REVISION.c.scope == scope, SCOPE_REVISION.c.seq <= cursor)
    ).all()
    digest = digest_of((row.rev_id, row.body_commit) for row in rows)
    return ScopeState(scope=scope, cursor=cursor, count=len(rows), digest=digest)


def restart(connection: Connection, scope: str) -> None:
    """Receive a scope from the start, and offer again what is here of it."""
    of_scope = SCOPE_REVISION.c.scope == scope
    offer_again(connection, connection.scalars(select(SCOPE_REVISION.c.rev_id).where(of_scope)))
    connection.execute(delete(SCOPE_REVISION).where(of_scope))
    connection.execute(update(SCOPE).where(SCOPE.c.scope == scope).values(cursor=0))


def pupils_in(connection: Connection, scopes: Sequence[str]) -> int:
    """How many pupils these scopes have together."""
    query = (
        select(func.count(REVISION.c.pupil_id.distinct()))
        .join(SCOPE_REVISION, SCOPE_REVISION.c.rev_id == REVISION.c.rev_id)
        .where(SCOPE_REVISION.c.scope.in_(scopes))
    )
    return connection.scalar(query) or 0


def _keep_cursor(
    connection: Connection,
    scope: str,
    cursor: int,
    now: datetime,
    also_taken: dict[str, int] | None,
) -> None:
    if also_taken is None:
        kept = connection.scalar(select(SCOPE.c.also_taken).where(SCOPE.c.scope == scope)) or "{}"
    else:
        kept = msgspec.json.encode(also_taken, order="sorted").decode()
    connection.execute(
        _IN_HAND, {"scope": scope, "cursor": cursor, "taken_at": now, "also_taken": kept}
    )
