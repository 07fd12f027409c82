"""The other posts of a visit: which laptops took it along too, and when one was last heard.

A refusal may have been noted there a minute ago. Linked posts know; others are asked, and that they
were asked is recorded beside the dose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from clbdesk.ids import VisitId
from clbdesk.storage.vault import Reader, UnitOfWork


@dataclass(frozen=True, slots=True)
class OtherPosts:
    """`laptops`: names, as far as the centre told. `heard_at`: when one last told something."""

    laptops: tuple[str, ...]
    heard_at: datetime | None


def other_posts(reader: Reader, visit_id: VisitId, *, are_said: bool = False) -> OtherPosts | None:
    """Who else works at this visit; None when this laptop knows of nobody.

    `are_said`: somebody said so when the session was opened. Who took the visit along first was not
    told of a laptop that took it later.
    """
    rows = [row for row in reader.scopes() if row.scope == visit_id]
    laptops = tuple(sorted(rows[0].also_taken)) if rows else ()
    kept = reader.setting(_key(visit_id))
    if not (laptops or kept or are_said):
        return None
    return OtherPosts(laptops, None if kept is None else datetime.fromisoformat(kept))


def keep_heard(work: UnitOfWork, visit_id: VisitId, now: datetime) -> None:
    """Another post told something of this visit just now."""
    work.set_setting(_key(visit_id), now.isoformat())


def _key(visit_id: VisitId) -> str:
    return f"heard_at/{visit_id}"
