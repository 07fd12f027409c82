"""What happened on this laptop before a vault was open: unlocks and failed tries, no pupils.

Wrong passphrases wait 2ⁿ s, at most five minutes; nothing is erased by guessing. The wait only
slows the window: what an attacker with the disk meets is the cost in the key slot.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from clbdesk.ids import StaffId

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_WAIT = timedelta(minutes=5)


class DeviceEvent(StrEnum):
    """What is noted."""

    UNLOCKED = "unlocked"
    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105 - the name of an event
    RECOVERED = "recovered"
    SLOT_MADE = "slot_made"
    SLOT_REMOVED = "slot_removed"


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the device log."""

    at: datetime
    event: DeviceEvent
    staff_id: StaffId


class DeviceLog:
    """The log of one laptop: a JSON line per event."""

    def __init__(self, path: Path) -> None:
        """The file need not exist."""
        self._path = path

    def note(self, event: DeviceEvent, staff_id: StaffId, at: datetime) -> None:
        """Append a line; on the disk when this returns, or left when the disk takes nothing.

        A full or broken disk keeps nobody out: behind the cover may lie what somebody typed.
        """
        line = msgspec.json.encode(DeviceLine(at=at, event=event, staff_id=staff_id))
        with suppress(OSError), self._path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> list[DeviceLine]:
        """All lines, oldest first; one that a power cut tore off is left out."""
        found: list[DeviceLine] = []
        try:
            content = self._path.read_bytes()
        except OSError:  # none yet, or a disk that does not give it
            return found
        for line in content.splitlines():
            with suppress(msgspec.DecodeError):
                found.append(msgspec.json.decode(line, type=DeviceLine))
        return found

    def seconds_to_wait(self, staff_id: StaffId, now: datetime) -> int:
        """How long this user has to wait before the next try; 0 when it may be now."""
        failures: list[datetime] = []
        for line in self.lines():
            if line.staff_id != staff_id:
                continue
            if line.event is DeviceEvent.WRONG_PASSPHRASE:
                failures.append(line.at)
            else:
                failures.clear()
        if not failures or now < failures[-1]:  # a clock that was set back locks nobody out
            return 0
        wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(len(failures), 16)))
        left = wait - (now - failures[-1])
        return max(0, -(-left // timedelta(seconds=1)))
