"""What the status line says on every page: how much waits for the centre, and since when.

Apart from services/synchronise.py, because it is asked after every saving and must not load the
network's parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clbdesk.clock import local_day
from clbdesk.ids import VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.relation import closed_visits
from clbdesk.storage.vault import LeaseState

# Working days without a receipt after which the window says so (ui.md §7.11).
_OVERDUE_DAYS = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """`count`: revisions that the centre has not confirmed. `overdue`: working days, 0 = in time.

    `ends_at`: when the lease ends, if that is within a day. `is_read_only`: it has ended.
    `may_only_sync`: the days of grace are over too; nothing else opens, and nothing is lost.
    `is_revoked`: because the centre took this laptop back.
    `closed`: visits in hand of schools for which the user does not work today.
    """

    count: int
    overdue: int
    ends_at: datetime | None = None
    is_read_only: bool = False
    may_only_sync: bool = False
    is_revoked: bool = False
    closed: frozenset[VisitId] = frozenset()


def waiting(desk: Desk) -> Waiting:
    """What waits in this vault."""
    with desk.vault.read() as reader:
        receipts = reader.receipts()
        days = workdays(receipts[0].at, desk.clock.now()) if receipts else 0
        state, lease = reader.lease_state(desk.clock.now()), reader.lease()
        return Waiting(
            count=reader.outbox_count(),
            overdue=days if days >= _OVERDUE_DAYS else 0,
            ends_at=lease.until if lease and state is LeaseState.ENDS_SOON else None,
            is_read_only=state in {LeaseState.READ_ONLY, LeaseState.ENDED},
            may_only_sync=state is LeaseState.ENDED,
            is_revoked=lease is not None and lease.is_revoked,
            closed=closed_visits(desk, reader),
        )


def workdays(since: datetime, now: datetime) -> int:
    """The working days (Monday to Friday) after the day of `since` and before the day of `now`."""
    first, last = local_day(since), local_day(now)
    days = range(1, (last - first).days)
    return sum((first + timedelta(days=day)).weekday() < 5 for day in days)
