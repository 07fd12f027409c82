"""What laptop and centre compare: scopes, places in them, batches, obstacles and receipts.

A scope is all that one vault receives for one visit, or of the centre as a whole. In a visit's:
everything about a pupil who is or was on its list; about nobody, what was written on the visit,
in guidance vaults all guidance of its school, in medical ones what its meetings released to it; a
care meeting brings who goes to the school, as name and class, and what crossed to guidance about
them. So a record is in a scope whole or not at all. A revision's place in a scope is the later of
its own and its pupil's on the list: who joins late comes with full history. A digest is over what
lies at or below a cursor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from clbdesk.domain.revision import Revision
from clbdesk.ids import RevId, VisitId

CENTRE_SCOPE = "centre"


class Sequenced(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A revision at its place in a scope."""

    seq: int
    revision: Revision


class ScopeState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Count and digest of a scope up to and including a cursor, as one side sees it."""

    scope: str
    cursor: int
    count: int
    digest: str


class PushOutcome(StrEnum):
    """The centre never rejects a save: what it cannot apply it keeps in quarantine."""

    OK = "ok"
    CONFLICT = "conflict"
    QUARANTINE = "quarantine"


class PushResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the centre did with a revision: `seq` its place in the centre's own order.

    `leaves`: other leaves of the record; `reason`: key in resources/wording/quarantine.toml.
    """

    rev_id: RevId
    outcome: PushOutcome
    seq: int
    leaves: tuple[RevId, ...] = ()
    reason: str | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Revisions that go out under one id, stored before sending and the same at every attempt.

    `reoffer`: held revisions, of any device, that a restored centre may have lost.
    """

    batch_id: str
    revisions: tuple[Revision, ...]
    reoffer: bool = False


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What a pull brought: revisions new to this vault, and how many pupils the scope has now."""

    new: int
    pupils: int


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """Outcome of giving a visit back: what stood in the way (then nothing changed), or what left.

    `not_backed_up`: revisions above the centre's durable watermark, or of unknown place.
    """

    visit_id: VisitId
    outbox: int = 0
    drafts: int = 0
    conflicts: int = 0
    quarantined: int = 0
    not_backed_up: int = 0
    pupils: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether a user must first finish something."""
        return bool(self.outbox or self.drafts or self.conflicts or self.quarantined)

    @property
    def is_waiting(self) -> bool:
        """Whether only the centre's own backup is waited for."""
        return not self.is_refused and self.not_backed_up > 0


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ontvangstbewijs: what the centre confirmed, in its own hour.

    `sent` and `confirmed`: revisions of this synchronisation; `held` and `quarantined`: what the
    centre has of this vault's epoch. `scopes`: the states on which both sides agree.
    """

    at: datetime
    generation: str
    sent: int
    confirmed: int
    received: int
    held: int
    quarantined: int
    scopes: tuple[ScopeState, ...]
    code: str


def digest_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Hex SHA-256 over the sorted (rev_id, body_commit) pairs, one per line."""
    digest = hashlib.sha256()
    for rev_id, commit in sorted(pairs):
        digest.update(f"{rev_id} {commit}\n".encode())
    return digest.hexdigest()


def receipt_code(scopes: Iterable[ScopeState]) -> str:
    """First eight hex digits over the digests of all scopes, as "7F3A-92C1"."""
    digest = digest_of((state.scope, state.digest) for state in scopes)[:8].upper()
    return f"{digest[:4]}-{digest[4:]}"
