"""Who decides about a dossier, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.wording import say
from ui import format as show

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.services.capacity import Capacity


def who_decides(capacity: Capacity, given_name: str, today: date) -> str:
    """The pupil or the parents, since when, and on what that rests."""
    decided = capacity.decided
    if decided is not None and decided.body.since <= today:
        key = "access.decided_pupil" if capacity.competent else "access.decided_parents"
        return say(
            key,
            name=given_name,
            day=show.day(decided.body.since),
            by=decided.body.decided_by,
            reasons=decided.body.reasons,
        )
    key = "access.presumed_pupil" if capacity.competent else "access.presumed_parents"
    return say(key, name=given_name, day=show.day(capacity.presumed_from))
