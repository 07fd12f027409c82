"""The only place where parts are wired: data folder, clock and key slots become an open desk.

What the unlock page needs is light; database, keys and network are imported when somebody
unlocks (or by `prepare`, while the passphrase is being typed), so that the window stands at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clbdesk.clock import Clock, SystemClock
from clbdesk.ids import IdSource, StaffId
from clbdesk.paths import DataFolder, default_data_folder
from clbdesk.storage.device_file import DeviceFile, read_device, users_with_slot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.domain.device import DeviceUser
    from clbdesk.services.desk import Desk
    from clbdesk.storage.laptop import DeviceKeys, Laptop, Unlocked
    from clbdesk.sync.transport import HttpTransport


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What the centre answered to a code; in memory only until the users gave passphrases."""

    device: DeviceFile
    keys: DeviceKeys = field(repr=False)


@dataclass(frozen=True, slots=True)
class Program:
    """This installation: where its files are, its clock, and whether its children are invented.

    `weak_slots`: key slots that open in a millisecond, for the demo and for tests.
    """

    folder: DataFolder
    clock: Clock
    ids: IdSource
    weak_slots: bool = False

    @property
    def device(self) -> DeviceFile:
        """Who this laptop is; Environment("storage.not_enrolled") when it is nobody's yet."""
        return read_device(self.folder)

    @property
    def laptop(self) -> Laptop:
        """The laptop with its key slots."""
        from clbdesk.storage.laptop import Laptop
        from clbdesk.storage.slots import Slots

        slots = Slots.weak_for_invented_children(self.folder) if self.weak_slots else None
        return Laptop(self.folder, self.clock, self.ids, slots)

    def is_enrolled(self) -> bool:
        """Whether this laptop belongs to a centre."""
        return self.folder.device.exists()

    def users(self) -> list[DeviceUser]:
        """Who can unlock, the last one first."""
        return users_with_slot(self.folder)

    def unlock(self, staff_id: StaffId, passphrase: str) -> Desk:
        """Open the vault of a user's role. Environment as Laptop.unlock says."""
        laptop = self.laptop
        return self._desk(laptop, laptop.unlock(staff_id, passphrase))

    def ask_to_enrol(self, address: str, code: str) -> Enrolling:
        """Redeem a one-time code: the centre names this laptop and its users.

        Refused beside "code" (unreadable, used, too old); Environment when the centre is not
        reachable or is another one. Nothing is stored before `finish_enrolling`.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        from clbdesk.storage.laptop import DeviceKeys
        from clbdesk.sync.enrolment import enrol

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
            lease=answer.lease_key,
        )
        return Enrolling(device, keys)

    def finish_enrolling(self, enrolling: Enrolling, passphrases: Mapping[StaffId, str]) -> None:
        """Make the vaults; each user who is here with a passphrase gets a key slot.

        `passphrases` of users whom the centre did not name are left.
        """
        here = [
            (user, passphrases[user.staff_id])
            for user in enrolling.device.users
            if user.staff_id in passphrases
        ]
        self.laptop.enrol(enrolling.device, enrolling.keys, here)

    def confirm_passphrase(self, staff_id: StaffId, passphrase: str) -> None:
        """Whether this is the user who unlocked; the open vault is left alone.

        Environment "storage.wrong_passphrase" or "storage.wait".
        """
        self.laptop.confirm_passphrase(staff_id, passphrase)

    def confirm(self, desk: Desk, staff_id: StaffId, passphrase: str) -> None:
        """Whether it is the user of this open desk who comes back.

        Environment as `unlock` says; nobody else gets in while the desk is open.
        """
        from clbdesk.errors import Environment

        if staff_id != desk.user.staff_id:
            raise Environment("storage.open_for_another")
        self.confirm_passphrase(staff_id, passphrase)

    def enrol(self, address: str, code: str, passphrases: Mapping[StaffId, str]) -> DeviceFile:
        """Both at once, where the users are known beforehand."""
        enrolling = self.ask_to_enrol(address, code)
        self.finish_enrolling(enrolling, passphrases)
        return enrolling.device

    def add_colleague(self, desk: Desk, user: DeviceUser, passphrase: str) -> None:
        """Give a colleague who is here a key slot, while this desk is open.

        Environment("storage.no_slot") for another compartment that has a vault already.
        """
        self.laptop.add_user(desk.vault, user, passphrase)

    def transport(self, desk: Desk) -> HttpTransport:
        """The way to the centre for this desk; close it after use."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        from clbdesk.storage.laptop import device_keys
        from clbdesk.sync.transport import HttpTransport

        device, keys = self.device, device_keys(desk.vault)
        return HttpTransport(
            address=device.centre_address,
            authority=device.authority,
            device_id=device.device_id,
            key=Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys.sign)),
            lease_key=keys.lease,
            clock=self.clock,
        )

    def _desk(self, laptop: Laptop, unlocked: Unlocked) -> Desk:
        """The open day of who unlocked: the vault of the first role that has one.

        What the desk does not use is closed, so that another window or the next unlock finds it
        free; the keys have done their work.
        """
        from clbdesk.domain.rights import compartments_of
        from clbdesk.errors import Environment
        from clbdesk.services.care_guide import apply_guide
        from clbdesk.services.circle import publish_key
        from clbdesk.services.desk import Desk, User
        from clbdesk.services.narrowed import apply_rights
        from clbdesk.services.rules import apply_signatures

        held = [
            (role, unlocked.vaults[compartment])
            for role in unlocked.user.roles
            for compartment in compartments_of(role)
            if compartment in unlocked.vaults
        ]
        if not held:
            unlocked.close()
            raise Environment("storage.no_slot")
        role, vault = held[0]
        for other in unlocked.vaults.values():
            if other is not vault:
                other.close()
        own_key = bytearray(unlocked.ring.own)
        unlocked.ring.wipe()
        device = laptop.device
        desk = Desk(
            user=User(unlocked.user.staff_id, unlocked.user.name, role),
            vault=vault,
            device_id=device.device_id,
            device_name=device.device_name,
            centre_name=device.centre_name,
            clock=self.clock,
            ids=self.ids,
            own_key=own_key,
            recovery_key=device.recovery_key,
        )
        apply_signatures(desk)
        apply_guide(desk)
        apply_rights(desk)
        publish_key(desk)
        return desk


def start(
    folder: DataFolder | None = None, clock: Clock | None = None, *, weak_slots: bool = False
) -> Program:
    """The program on a data folder; everything that is not given is the real thing."""
    clock = clock or SystemClock()
    return Program(folder or default_data_folder(), clock, IdSource(clock), weak_slots)


def prepare() -> None:
    """Import what unlocking needs, on a thread that nobody waits for."""
    from clbdesk.services import (
        class_list,
        desk,
        synchronise,
        visits,
    )

    del class_list, desk, synchronise, visits
