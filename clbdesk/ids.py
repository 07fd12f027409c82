"""Identifiers: UUIDv7 (RFC 9562 §5.7) for new things, UUIDv5 for things that must coincide.

A derived id makes two laptops that each create the growth of one contact on one visit write
revisions of one record, so that the fork is seen instead of two silent records.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import NewType
from uuid import UUID, uuid5

from clbdesk.clock import Clock

RevId = NewType("RevId", str)
RecordId = NewType("RecordId", str)
PupilId = NewType("PupilId", str)
SchoolId = NewType("SchoolId", str)
VisitId = NewType("VisitId", str)
StaffId = NewType("StaffId", str)
DeviceId = NewType("DeviceId", str)
ContactId = NewType("ContactId", str)

# Root of all derived ids of clbdesk; a random UUID fixed for ever.
_NAMESPACE = UUID("6f0f6a5e-0b0c-5d86-9f0e-3f6f8c1d7a21")


class IdSource:
    """Makes UUIDv7 texts; the clock and the random bytes are given, so tests repeat exactly."""

    def __init__(self, clock: Clock, random_bytes: Callable[[int], bytes] | None = None) -> None:
        """`random_bytes(n)` defaults to the operating system's generator."""
        self._clock = clock
        self._random_bytes = random_bytes or secrets.token_bytes

    def new(self) -> str:
        """A new UUIDv7 as canonical text: 48 bits of milliseconds, 74 random bits."""
        milliseconds = int(self._clock.now().timestamp() * 1000) & ((1 << 48) - 1)
        random_bits = int.from_bytes(self._random_bytes(10), "big")
        value = milliseconds << 80
        value |= 0x7 << 76
        value |= (random_bits >> 62 & 0xFFF) << 64
        value |= 0b10 << 62
        value |= random_bits & ((1 << 62) - 1)
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def derived_id(*parts: str) -> str:
    """The UUIDv5 text that belongs to these parts, always and on every laptop."""
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))


def short(identifier: str) -> str:
    """The last six characters: the only form in which a record id may enter a log."""
    return identifier[-6:]
