"""The mark by which the centre knows what it wrote itself, when a laptop brings it back.

After a restore laptops offer again whatever they hold, also plans and memberships. Without a mark
anybody with a laptop could bring back a membership that was never given. It stands in the salt,
which no rule looks into and which goes along everywhere: sixteen random bytes, then the mark.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC

import msgspec

from clbdesk.centre.authority import Authority
from clbdesk.domain.revision import Revision, body_commit

_RANDOM = 16
_MARK = 16


def mark_own(
    revision: Revision, authority: Authority, random_bytes: Callable[[int], bytes]
) -> Revision:
    """The same revision with a salt that carries the mark, and its seal."""
    chance = random_bytes(_RANDOM)
    salt = (chance + _mark(revision, authority, chance)).hex()
    return msgspec.structs.replace(
        revision, salt=salt, body_commit=body_commit(salt, revision.body)
    )


def is_own(revision: Revision, authority: Authority) -> bool:
    """Whether this centre wrote exactly this."""
    salt = bytes.fromhex(revision.salt)
    expected = _mark(revision, authority, salt[:_RANDOM])
    return hmac.compare_digest(salt[_RANDOM:], expected)


def _mark(revision: Revision, authority: Authority, chance: bytes) -> bytes:
    """Keyed by the authority, which outlives a restore; over everything but salt and seal."""
    key = hashlib.blake2b(
        authority.key.private_bytes_raw(), person=b"clbdesk own", digest_size=32
    ).digest()
    bare = msgspec.structs.replace(
        revision,
        salt="",
        body_commit="",
        occurred_at=revision.occurred_at.astimezone(UTC),  # as the database gives it back
        recorded_at=revision.recorded_at.astimezone(UTC),
    )
    return hmac.digest(key, chance + msgspec.json.encode(bare), "sha256")[:_MARK]
