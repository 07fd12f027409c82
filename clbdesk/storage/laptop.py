"""The enrolled laptop: from a user and a passphrase to open vaults, and back to closed ones."""

from __future__ import annotations

import secrets
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import msgspec

from clbdesk.clock import BRUSSELS
from clbdesk.domain.revision import Compartment
from clbdesk.domain.rights import compartments_of
from clbdesk.errors import Defect, Environment
from clbdesk.storage import backup
from clbdesk.storage.cipher import KEY_BYTES
from clbdesk.storage.device_file import DeviceFile, keep_device, read_device, users_with_slot
from clbdesk.storage.device_log import DeviceEvent, DeviceLog
from clbdesk.storage.files import replace_file
from clbdesk.storage.restore import restore
from clbdesk.storage.slots import KeyRing, Slots
from clbdesk.storage.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from clbdesk.clock import Clock
    from clbdesk.domain.device import DeviceUser, Lease
    from clbdesk.ids import IdSource, StaffId
    from clbdesk.paths import DataFolder


_DAMAGED = frozenset(
    {"storage.damaged", "storage.damaged_with_backup", "storage.missing"},
)


class DeviceKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The laptop's own private keys, hex: Ed25519 signs requests, X25519 opens what is sealed.

    `lease`: the centre's public key of leases, kept here and not in the open device file, where
    another could be put in its place; empty on a laptop that was enrolled before it was kept.
    """

    sign: str
    box: str
    lease: str = ""

    def __repr__(self) -> str:
        """Never the keys."""
        return "DeviceKeys()"


@dataclass(slots=True)
class Unlocked:
    """The vaults that a user's passphrase opened. `close` drops every key; so does a `with`."""

    user: DeviceUser
    vaults: dict[Compartment, Vault]
    ring: KeyRing = field(repr=False)

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Close the vaults and drop the keys. May be repeated."""
        for vault in self.vaults.values():
            vault.close()
        self.ring.wipe()


class Laptop:
    """One data folder. Knows who may unlock; makes and opens vaults."""

    def __init__(
        self, folder: DataFolder, clock: Clock, ids: IdSource, slots: Slots | None = None
    ) -> None:
        """`slots`: weak ones for the demo and for tests; otherwise of a cost measured here."""
        self.folder = folder
        self._clock = clock
        self._ids = ids
        self._log = DeviceLog(folder.log)
        self._slots = slots or Slots(folder)

    @property
    def device(self) -> DeviceFile:
        """Who this laptop is; Environment("storage.not_enrolled") when it is not enrolled."""
        return read_device(self.folder)

    def users(self) -> list[DeviceUser]:
        """Who can unlock, by name; the last one to do so first."""
        return users_with_slot(self.folder)

    def seconds_to_wait(self, staff_id: StaffId) -> int:
        """How long after a wrong passphrase; 0 = now."""
        return self._log.seconds_to_wait(staff_id, self._clock.now())

    def enrol(
        self, device: DeviceFile, keys: DeviceKeys, first: Sequence[tuple[DeviceUser, str]]
    ) -> None:
        """Make vaults and slots for the users who are here with their passphrase."""
        if self.folder.device.exists():
            raise Defect("storage.defect", code="enrolled already")
        if self.folder.enrolling.exists():
            self._forget_unfinished()
        replace_file(self.folder.enrolling, b"")
        made: dict[Compartment, bytearray] = {}
        for user, passphrase in first:
            self._give_slot(device, keys, user, passphrase, made)
        # First: beside the device file it would one day call a vault of years unfinished.
        self.folder.enrolling.unlink()
        keep_device(self.folder, device)

    def unlock(self, staff_id: StaffId, passphrase: str) -> Unlocked:
        """Open the vaults of this user's role.

        Environment: wrong passphrase or still waiting, open elsewhere (E3), damaged (E4), newer
        (E14). Then nothing is open.
        """
        device = self.device
        user = next((one for one in device.users if one.staff_id == staff_id), None)
        if user is None:
            raise Environment("storage.no_slot")
        ring = self._slots.open(staff_id, passphrase, self._clock.now())
        unlocked = Unlocked(user, {}, ring)
        try:
            for compartment, key in ring.vaults.items():
                unlocked.vaults[compartment] = self._open(device, compartment, key)
        except BaseException:
            unlocked.close()
            raise
        with suppress(OSError):  # who comes first on the next unlock page is worth no refusal
            keep_device(self.folder, msgspec.structs.replace(device, last_user=staff_id))
        return unlocked

    def confirm_passphrase(self, staff_id: StaffId, passphrase: str) -> None:
        """Try a passphrase on its key slot alone; Environment as `unlock` for a wrong one."""
        self._slots.open(staff_id, passphrase, self._clock.now()).wipe()

    def add_user(self, vault: Vault, user: DeviceUser, passphrase: str) -> None:
        """Give a slot to a colleague who is here with a passphrase, while this vault is open.

        A compartment that has no vault on this laptop yet gets one.
        Environment("storage.no_slot") when the colleague belongs to another compartment that has:
        then somebody of that one must have unlocked.
        """
        at_hand = {vault.compartment: vault.copy_of_key()}
        self._give_slot(self.device, device_keys(vault), user, passphrase, at_hand)

    def recover(self, user: DeviceUser, private_key: str, passphrase: str) -> None:
        """A new passphrase for a user, by the centre's recovery key (hex); noted in the log."""
        keys = {
            compartment: self._slots.recovered_key(compartment, private_key)
            for compartment in _compartments_of(user)
            if self.folder.recovery(compartment).exists()
        }
        if not keys:
            raise Environment("storage.no_slot")
        now = self._clock.now()
        self._slots.make(user.staff_id, passphrase, keys, now)
        self._log.note(DeviceEvent.RECOVERED, user.staff_id, now)

    def restore(self, staff_id: StaffId, passphrase: str) -> datetime:
        """Open the backup instead of a vault that is damaged or gone (E4), for who unlocks next.

        The moment at which the oldest of the backups that were used was made, aware. A vault that
        is whole is left alone. Environment as `unlock`, or "storage.no_backup".
        """
        device = self.device
        ring = self._slots.open(staff_id, passphrase, self._clock.now())
        made = []
        for compartment, key in ring.vaults.items():
            if self._is_damaged(device, compartment, key):
                made.append(
                    restore(
                        self.folder,
                        compartment,
                        device.device_id,
                        key,
                        clock=self._clock,
                        ids=self._ids,
                    )
                )
        ring.wipe()
        return min(made, default=self._clock.now())

    def keep_hello(self, users: Sequence[DeviceUser], lease: Lease) -> None:
        """What the centre said: who is no longer named loses the slot at once."""
        device = self.device
        named = {user.staff_id for user in users}
        for staff_id in self._slots.users():
            if staff_id not in named:
                self._slots.remove(staff_id, self._clock.now())
        keep_device(self.folder, msgspec.structs.replace(device, users=tuple(users), lease=lease))

    def _forget_unfinished(self) -> None:
        """The vaults and slots of an enrolment that broke off: nobody ever worked with them."""
        for staff_id in self._slots.users():
            self._slots.remove(staff_id, self._clock.now())
        for compartment in Compartment:
            vault = self.folder.vault(compartment)
            for tail in ("", "-wal", "-shm"):
                vault.with_name(f"{vault.name}{tail}").unlink(missing_ok=True)
            self.folder.recovery(compartment).unlink(missing_ok=True)

    def _is_damaged(self, device: DeviceFile, compartment: Compartment, key: bytearray) -> bool:
        """Whether only a backup helps. Environment for other troubles (open elsewhere, newer)."""
        try:
            with closing(self._open(device, compartment, key)) as vault:
                return vault.has_damaged_pages()
        except Environment as error:
            if error.key in _DAMAGED:
                return True
            raise

    def _open(self, device: DeviceFile, compartment: Compartment, key: bytearray) -> Vault:
        try:
            return Vault.open(
                self.folder, compartment, device.device_id, key, clock=self._clock, ids=self._ids
            )
        except Environment as error:
            copies = backup.backups_in(self.folder.backups(compartment))
            if error.key != "storage.damaged" or not copies:
                raise
            when = backup.made_at(copies[-1]).astimezone(BRUSSELS)
            raise Environment(
                "storage.damaged_with_backup", when=f"{when:%d/%m/%Y %H:%M}"
            ) from error

    def _give_slot(
        self,
        device: DeviceFile,
        keys: DeviceKeys,
        user: DeviceUser,
        passphrase: str,
        vault_keys: dict[Compartment, bytearray],
    ) -> None:
        """`vault_keys`: those at hand; grows by what is made here."""
        needed = _compartments_of(user)
        for compartment in needed:
            if compartment in vault_keys:
                continue
            if self.folder.vault(compartment).exists():
                raise Environment("storage.no_slot")
            key = bytearray(secrets.token_bytes(KEY_BYTES))
            self._slots.seal_for_recovery(compartment, key, device.recovery_key)
            vault = Vault.create(
                self.folder, compartment, device.device_id, key, clock=self._clock, ids=self._ids
            )
            with vault.write() as work:
                work.set_setting("device_keys", msgspec.json.encode(keys).decode())
            vault.close()
            vault_keys[compartment] = key
        own = {compartment: vault_keys[compartment] for compartment in needed}
        self._slots.make(user.staff_id, passphrase, own, self._clock.now())


def device_keys(vault: Vault) -> DeviceKeys:
    """The laptop's private keys: they lie in every vault, so that only an open one can sign."""
    with vault.read() as reader:
        kept = reader.setting("device_keys")
    if kept is None:
        raise Defect("storage.defect", code="device keys")
    return msgspec.json.decode(kept, type=DeviceKeys)


def _compartments_of(user: DeviceUser) -> list[Compartment]:
    """The compartments of all roles, each once, in a fixed order."""
    return sorted({held for role in user.roles for held in compartments_of(role)})
