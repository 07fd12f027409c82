"""The only place where parts are wired: data folder, clock and key slots become an open desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from clbdesk.clock import Clock, SystemClock
from clbdesk.domain.rights import compartments_of
from clbdesk.errors import Environment
from clbdesk.ids import IdSource, StaffId
from clbdesk.paths import DataFolder, default_data_folder
from clbdesk.services.desk import Desk, User
from clbdesk.storage.device_file import DeviceFile
from clbdesk.storage.laptop import DeviceKeys, Laptop, Unlocked, device_keys
from clbdesk.sync.enrolment import enrol
from clbdesk.sync.transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.domain.device import DeviceUser
    from clbdesk.domain.revision import Role
    from clbdesk.sync.protocol import EnrolAnswer


@dataclass(frozen=True, slots=True)
class Program:
    """This installation: where its files are, its clock, and the laptop they make up."""

    folder: DataFolder
    clock: Clock
    ids: IdSource
    laptop: Laptop

    def is_enrolled(self) -> bool:
        """Whether this laptop belongs to a centre."""
        return self.folder.device.exists()

    def users(self) -> list[DeviceUser]:
        """Who can unlock, the last one first."""
        return self.laptop.users()

    def unlock(self, staff_id: StaffId, passphrase: str) -> Desk:
        """Open the vault of a user's role. Environment as Laptop.unlock says."""
        return desk_of(self, self.laptop.unlock(staff_id, passphrase))

    def enrol(self, address: str, code: str, passphrases: Mapping[StaffId, str]) -> EnrolAnswer:
        """Make this laptop one of a centre's; each user who is here gets a key slot.

        Refused beside "code" (unreadable, used, too old); Environment when the centre is not
        reachable or is another one. `passphrases` of users whom the centre did not name are left.
        """
        sign, box = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        enrolled = enrol(
            address,
            code,
            public_key=sign.public_key().public_bytes_raw().hex(),
            box_key=box.public_key().public_bytes_raw().hex(),
        )
        answer = enrolled.answer
        device = DeviceFile(
            device_id=answer.device_id,
            device_name=answer.device_name,
            centre_name=answer.centre_name,
            centre_address=address,
            authority=enrolled.authority,
            recovery_key=answer.recovery_key,
            users=answer.users,
        )
        keys = DeviceKeys(
            sign=sign.private_bytes_raw().hex(),
            box=box.private_bytes_raw().hex(),
        )
        here = [
            (user, passphrases[user.staff_id])
            for user in answer.users
            if user.staff_id in passphrases
        ]
        self.laptop.enrol(device, keys, here)
        return answer

    def transport(self, desk: Desk) -> HttpTransport:
        """The way to the centre for this desk; close it after use."""
        device = self.laptop.device
        keys = device_keys(desk.vault)
        return HttpTransport(
            address=device.centre_address,
            authority=device.authority,
            device_id=device.device_id,
            key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys.sign)),
            clock=self.clock,
        )


def start(
    folder: DataFolder | None = None,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    laptop: Laptop | None = None,
) -> Program:
    """The program on a data folder; everything that is not given is the real thing."""
    folder = folder or default_data_folder()
    clock = clock or SystemClock()
    ids = ids or IdSource(clock)
    return Program(folder, clock, ids, laptop or Laptop(folder, clock, ids))


def desk_of(program: Program, unlocked: Unlocked) -> Desk:
    """The open day of who unlocked: the vault of the first role that has one; others close."""
    device = program.laptop.device
    for role in unlocked.user.roles:
        for compartment in compartments_of(role):
            vault = unlocked.vaults.get(compartment)
            if vault is not None:
                for other in unlocked.vaults.values():
                    if other is not vault:
                        other.close()
                unlocked.ring.wipe()
                return Desk(
                    user=_user(unlocked, role),
                    vault=vault,
                    device_id=device.device_id,
                    device_name=device.device_name,
                    centre_name=device.centre_name,
                    clock=program.clock,
                    ids=program.ids,
                )
    unlocked.close()
    raise Environment("storage.no_slot")


def _user(unlocked: Unlocked, role: Role) -> User:
    return User(unlocked.user.staff_id, unlocked.user.name, role)
