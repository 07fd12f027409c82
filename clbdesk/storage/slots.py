"""Key slots: how a passphrase opens the vaults of its owner's role, and only those.

    passphrase ── Argon2id (cost and salt in the slot) ─┐
                                                        ├─ HKDF-SHA256 ── AES-256-GCM ── vault key
    device secret (beside the slots) ───────────────────┘                            └─ own key

Each user has one slot; the vault key of a compartment is in the slots of its members. The user's
own private key is wrapped by the user's own passphrase, never by a vault's key. A recovery slot
holds the vault key sealed to the centre's public key. Sources: RFC 9106, RFC 5869.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from clbdesk.domain.revision import Compartment
from clbdesk.errors import Environment, Refused
from clbdesk.ids import StaffId
from clbdesk.storage.device_log import DeviceEvent, DeviceLog
from clbdesk.storage.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from clbdesk.paths import DataFolder

_SECRET_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12
_OWN = "own"


class KdfCost(msgspec.Struct, frozen=True, kw_only=True):
    """Argon2id: memory in KiB, passes, lanes."""

    memory_kib: int
    passes: int
    lanes: int


STANDARD_COST = KdfCost(memory_kib=256 * 1024, passes=3, lanes=4)
FLOOR_COST = KdfCost(memory_kib=64 * 1024, passes=3, lanes=4)


class _Slot(msgspec.Struct, frozen=True, kw_only=True):
    """The file of one slot; `wrapped`: compartment or "own" → nonce and ciphertext, hex."""

    version: int
    staff_id: StaffId
    cost: KdfCost
    salt: str
    wrapped: dict[str, str]


class _Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """The file of one recovery slot; `sealed`: hex."""

    version: int
    sealed: str


@dataclass(slots=True)
class KeyRing:
    """What one passphrase opened. `own`: X25519 private key of the user. Wipe it after use."""

    vaults: dict[Compartment, bytearray] = field(repr=False)
    own: bytearray = field(repr=False)

    def wipe(self) -> None:
        """Best effort: Python may have copied them."""
        for key in (*self.vaults.values(), self.own):
            key[:] = bytes(len(key))


class Slots:
    """The slots of one laptop."""

    def __init__(self, folder: DataFolder) -> None:
        """The cost of a slot that is made here is measured on this machine."""
        self._folder = folder
        self._log = DeviceLog(folder.log)
        self._cost: KdfCost | None = None

    @classmethod
    def weak_for_invented_children(cls, folder: DataFolder) -> Slots:
        """Slots that open in a millisecond, for the demo and for tests."""
        slots = cls(folder)
        slots._cost = KdfCost(memory_kib=64, passes=1, lanes=1)
        return slots

    def users(self) -> tuple[StaffId, ...]:
        """Who has a slot, in order of id."""
        folder = self._folder.slot("x").parent
        names = sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []
        return tuple(StaffId(name) for name in names if not name.startswith("recovery-"))

    def make(
        self,
        staff_id: StaffId,
        passphrase: str,
        vault_keys: Mapping[Compartment, bytes | bytearray],
        now: datetime,
    ) -> None:
        """Make or replace the slot of a user, with a new key pair of his or her own.

        Refused when the passphrase is empty.
        """
        if not passphrase.strip():
            raise Refused("storage.passphrase_empty", field="passphrase")
        cost = self._cost = self._cost or calibrated_cost()
        salt = secrets.token_bytes(_SALT_BYTES)
        root = self._root(passphrase, salt, cost)
        contents: dict[str, bytes] = {name.value: bytes(key) for name, key in vault_keys.items()}
        contents[_OWN] = PrivateKey.generate().encode()
        wrapped = {}
        for name, content in contents.items():
            nonce = secrets.token_bytes(_NONCE_BYTES)
            info = _info(staff_id, name)
            wrapped[name] = (
                nonce + AESGCM(_derived(root, info)).encrypt(nonce, content, info)
            ).hex()
        slot = _Slot(version=1, staff_id=staff_id, cost=cost, salt=salt.hex(), wrapped=wrapped)
        replace_file(self._folder.slot(staff_id), msgspec.json.encode(slot))
        self._log.note(DeviceEvent.SLOT_MADE, staff_id, now)

    def open(self, staff_id: StaffId, passphrase: str, now: datetime) -> KeyRing:
        """The keys behind a passphrase.

        Environment: no slot, still waiting after a wrong try, or wrong (with `seconds` to wait).
        """
        slot = self._slot(staff_id)
        waiting = self._log.seconds_to_wait(staff_id, now)
        if waiting:
            raise Environment("storage.wait", seconds=waiting)
        root = self._root(passphrase, bytes.fromhex(slot.salt), slot.cost)
        opened: dict[str, bytearray] = {}
        for name, wrapped in slot.wrapped.items():
            raw = bytes.fromhex(wrapped)
            info = _info(staff_id, name)
            try:
                content = AESGCM(_derived(root, info)).decrypt(
                    raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], info
                )
            except InvalidTag as error:
                self._log.note(DeviceEvent.WRONG_PASSPHRASE, staff_id, now)
                seconds = self._log.seconds_to_wait(staff_id, now)
                raise Environment("storage.wrong_passphrase", seconds=seconds) from error
            opened[name] = bytearray(content)
        own = opened.pop(_OWN)
        self._log.note(DeviceEvent.UNLOCKED, staff_id, now)
        return KeyRing({Compartment(name): key for name, key in opened.items()}, own)

    def remove(self, staff_id: StaffId, now: datetime) -> None:
        """Take a user's way in; the slot need not exist."""
        if self._folder.slot(staff_id).exists():
            self._folder.slot(staff_id).unlink()
            self._log.note(DeviceEvent.SLOT_REMOVED, staff_id, now)

    def seal_for_recovery(
        self, compartment: Compartment, key: bytes | bytearray, recovery_key: str
    ) -> None:
        """Keep the vault key for the centre; `recovery_key`: its X25519 public key, hex."""
        sealed = SealedBox(PublicKey(bytes.fromhex(recovery_key))).encrypt(bytes(key))
        content = msgspec.json.encode(_Recovery(version=1, sealed=sealed.hex()))
        replace_file(self._folder.recovery(compartment), content)

    def recovered_key(self, compartment: Compartment, private_key: str) -> bytearray:
        """The vault key, by the centre's private key (hex) that is kept offline.

        Environment("storage.wrong_recovery_key") when it is another key.
        """
        content = self._folder.recovery(compartment).read_bytes()
        sealed = bytes.fromhex(msgspec.json.decode(content, type=_Recovery).sealed)
        try:
            return bytearray(SealedBox(PrivateKey(bytes.fromhex(private_key))).decrypt(sealed))
        except (CryptoError, ValueError) as error:
            raise Environment("storage.wrong_recovery_key") from error

    def _slot(self, staff_id: StaffId) -> _Slot:
        try:
            return msgspec.json.decode(self._folder.slot(staff_id).read_bytes(), type=_Slot)
        except FileNotFoundError as error:
            raise Environment("storage.no_slot") from error

    def _root(self, passphrase: str, salt: bytes, cost: KdfCost) -> bytes:
        stretched = hash_secret_raw(
            passphrase.encode(),
            salt,
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=32,
            type=Type.ID,
        )
        return stretched + self._device_secret()

    def _device_secret(self) -> bytes:
        """32 random bytes, made with the first slot."""
        path = self._folder.secret
        if not path.exists():
            if self.users():
                raise Environment("storage.key_store_silent")
            replace_file(path, secrets.token_bytes(_SECRET_BYTES))
        return path.read_bytes()


def calibrated_cost(seconds: Callable[[KdfCost], float] | None = None) -> KdfCost:
    """The standard cost, halved in memory while it takes over a second, never below the floor."""
    measure = seconds or _seconds
    cost = STANDARD_COST
    while cost.memory_kib > FLOOR_COST.memory_kib and measure(cost) > 1.0:
        cost = msgspec.structs.replace(cost, memory_kib=cost.memory_kib // 2)
    return cost


def _seconds(cost: KdfCost) -> float:
    started = time.perf_counter()
    hash_secret_raw(
        b"calibration",
        bytes(_SALT_BYTES),
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
    return time.perf_counter() - started


def _info(staff_id: StaffId, name: str) -> bytes:
    return f"clbdesk slot 1\n{staff_id}\n{name}".encode()


def _derived(root: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(root)
