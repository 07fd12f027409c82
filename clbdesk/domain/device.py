"""The laptop as the centre knows it: who may unlock it, until when, and what was done on it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from clbdesk.domain.revision import Role
from clbdesk.ids import StaffId


class DeviceStatus(StrEnum):
    """A revoked device may push what waits, and nothing else."""

    OK = "ok"
    REVOKED = "revoked"


class DeviceUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who gets a key slot on a device, with the roles of his or her memberships."""

    staff_id: StaffId
    name: str
    roles: tuple[Role, ...]


class Lease(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when a device may be used, and read only; `signature`: the authority's, hex Ed25519."""

    until: datetime
    grace_until: datetime
    signature: str

    @property
    def is_revoked(self) -> bool:
        """Whether the centre took the laptop back: only then it gives no days to read."""
        return self.until == self.grace_until


# Acts of the access log, and the reason of what is read by them (services/emergency.py).
EMERGENCY, UNPLANNED = "emergency", "unplanned"


class AccessLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the access log, hash-chained in its vault epoch (storage/access_log.py)."""

    number: int
    at: datetime
    staff_id: StaffId
    role: Role
    action: str
    kind: str | None
    record_id: str | None
    pupil_id: str | None
    reason: str
    previous: str
    digest: str
