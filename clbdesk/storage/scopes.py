"""What comes in: the lines of a pull count only all together and with their cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from clbdesk.domain.scopes import CENTRE_SCOPE, Applied, ScopeState, digest_of
from clbdesk.storage.arrived import add_arrived
from clbdesk.storage.outbox import offer_again
from clbdesk.storage.prepared import AMONG, Prepared
from clbdesk.storage.schema import (
    QUARANTINE,
    REVISION,
    SCOPE,
    SCOPE_REVISION,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from clbdesk.domain.scopes import Sequenced

_NO_LONGER_APART = Prepared(delete(QUARANTINE).where(QUARANTINE.c.rev_id.in_(AMONG)))
_PLACE = Prepared(
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


def apply(
    connection: Connection,
    scope: str,
    lines: Iterable[Sequenced],
    cursor: int,
    now: datetime,
    also_taken: dict[str, int] | None,
) -> Applied:
    """Move a complete pull in: revisions, heads, search lines, memberships and the cursor."""
    first: dict[str, Sequenced] = {}
    for line in lines:
        first.setdefault(line.revision.rev_id, line)
    ids = msgspec.json.encode(list(first)).decode()
    new = add_arrived(connection, [(line.revision, line.seq) for line in first.values()])
    here = first.keys() - {one.rev_id for one in new}
    _PLACE.run_many(connection, ({"one": one, "place": first[one].seq} for one in sorted(here)))
    _MEMBERS.run_many(
        connection,
        ({"scope": scope, "rev_id": rev_id, "seq": line.seq} for rev_id, line in first.items()),
    )
    _NO_LONGER_APART.run(connection, {"among": ids})
    _keep_cursor(connection, scope, cursor, now, also_taken)
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
