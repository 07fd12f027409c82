"""What a laptop knows of itself before anybody unlocks it: staff and centre, never pupils."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from clbdesk.domain.device import DeviceUser, Lease
from clbdesk.errors import Environment
from clbdesk.ids import DeviceId, StaffId
from clbdesk.storage.files import replace_file

if TYPE_CHECKING:
    from clbdesk.paths import DataFolder


class DeviceFile(msgspec.Struct, frozen=True, kw_only=True):
    """Who this laptop is. `authority`: PEM certificate that the centre's others rest on.

    `recovery_key`: X25519 public key of the centre, hex. `lease`: as the last hello said, for
    the unlock page; what counts is the copy in the vault.
    """

    device_id: DeviceId
    device_name: str
    centre_name: str
    centre_address: str
    authority: str
    recovery_key: str
    users: tuple[DeviceUser, ...]
    last_user: StaffId | None = None
    lease: Lease | None = None


def read_device(folder: DataFolder) -> DeviceFile:
    """Environment("storage.not_enrolled") when this laptop is not enrolled at a centre."""
    if not folder.device.exists():
        raise Environment("storage.not_enrolled")
    return msgspec.json.decode(folder.device.read_bytes(), type=DeviceFile)


def keep_device(folder: DataFolder, device: DeviceFile) -> None:
    """Put it in the place of what was known."""
    replace_file(folder.device, msgspec.json.format(msgspec.json.encode(device), indent=2))


def users_with_slot(folder: DataFolder) -> list[DeviceUser]:
    """Who can unlock, by name; the last one to do so first."""
    device = read_device(folder)
    known = [user for user in device.users if folder.slot(user.staff_id).exists()]
    return sorted(known, key=lambda user: (user.staff_id != device.last_user, user.name))
