"""What the end of the lease means, in one sentence; said once per unlocking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.wording import say
from ui import format as show

if TYPE_CHECKING:
    from clbdesk.services.waiting import Waiting


def lease_words(found: Waiting) -> str:
    """Taken back by the centre, only synchronising, soon read-only, or read-only now."""
    if found.may_only_sync and found.is_revoked:
        return say("sync.revoked")
    if found.may_only_sync:
        return say("lock.only_sync", waiting=found.count)
    if found.ends_at is not None:
        return say("lock.ends_soon", moment=show.moment(found.ends_at))
    return say("records.read_only")
