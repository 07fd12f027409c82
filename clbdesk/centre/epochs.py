"""The gapless count of every vault's life: a missing number means a save that did not arrive.

`device_seq` counts per device and epoch from 1. What jumps ahead waits in quarantine and is let
through by itself when the missing ones have come; a number that was used before is never let in.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from clbdesk.centre.schema import EPOCH, QUARANTINE, REVISION

GAP = "sequence_gap"
TAKEN = "sequence_taken"


_OF_EPOCH = (
    EPOCH.c.centre_id == bindparam("centre"),
    EPOCH.c.device == bindparam("of"),
    EPOCH.c.epoch == bindparam("life"),
)
_HIGH = select(EPOCH.c.high).where(*_OF_EPOCH)
_RAISE = update(EPOCH).where(*_OF_EPOCH).values(high=bindparam("up_to"))


class Counted(msgspec.Struct, frozen=True):
    """A number in one vault's life."""

    device: str
    epoch: str
    number: int


class Continuity:
    """How far each epoch has come, read when first touched and stored at the end."""

    def __init__(self, tx: Connection, centre_id: int) -> None:
        """For one transaction that holds the counter."""
        self._tx = tx
        self._centre_id = centre_id
        self._highs: dict[tuple[str, str], int] = {}
        self._stored: dict[tuple[str, str], int] = {}
        self._counted: set[Counted] = set()

    def count(self, counted: Counted, *, excused: bool) -> str | None:
        """Count one in; the reason when its number does not follow.

        `excused`: offered again after a restore, when numbers may well be missing.
        """
        key = (counted.device, counted.epoch)
        high = self.high(*key)
        if not excused and counted.number > high + 1:
            return GAP
        # Below the highest: after a restore somebody else may have offered a later one first.
        if not excused and counted.number <= high and self._is_used(counted):
            return TAKEN
        self._highs[key] = max(high, counted.number)
        self._counted.add(counted)
        return None

    def _is_used(self, counted: Counted) -> bool:
        if counted in self._counted:
            return True
        entered = select(REVISION.c.rev_id).where(
            REVISION.c.centre_id == self._centre_id,
            REVISION.c.device == counted.device,
            REVISION.c.epoch == counted.epoch,
            REVISION.c.device_seq == counted.number,
        )
        apart = select(QUARANTINE.c.rev_id).where(
            QUARANTINE.c.centre_id == self._centre_id,
            QUARANTINE.c.writer == counted.device,
            QUARANTINE.c.epoch == counted.epoch,
            QUARANTINE.c.device_seq == counted.number,
        )
        return self._tx.execute(entered.union_all(apart).limit(1)).first() is not None

    def high(self, device: str, epoch: str) -> int:
        """The last number before the first gap."""
        key = (device, epoch)
        if key not in self._highs:
            asked = {"centre": self._centre_id, "of": device, "life": epoch}
            found = self._tx.execute(_HIGH, asked).scalar_one_or_none()
            if found is not None:
                self._stored[key] = found
            self._highs[key] = found or 0
        return self._highs[key]

    def store(self) -> None:
        """Write what has moved."""
        for (device, epoch), high in self._highs.items():
            before = self._stored.get((device, epoch))
            if before is None and high:
                self._tx.execute(
                    insert(EPOCH),
                    {
                        "centre_id": self._centre_id,
                        "device": device,
                        "epoch": epoch,
                        "high": high,
                    },
                )
            elif before != high:
                moved = {"centre": self._centre_id, "of": device, "life": epoch, "up_to": high}
                self._tx.execute(_RAISE, moved)
            self._stored[(device, epoch)] = high
