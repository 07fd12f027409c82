"""Laptops as the centre knows them: one-time codes, signatures, leases, revocation.

Freshness does not rest on clocks: a laptop that is wrong by a year must still be heard. Every
request carries a nonce that its device never used before; the time is signed too, but serves only
to tell how wrong that clock is. A revoked device may say hello and push what waits, nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from clbdesk.centre.checks import Slot
from clbdesk.centre.directory import People
from clbdesk.centre.objection import Objection
from clbdesk.centre.schema import DEVICE, DEVICE_USER, ENROLMENT_CODE, NONCE
from clbdesk.clock import local_day
from clbdesk.domain.device import DeviceStatus, DeviceUser
from clbdesk.errors import Refused
from clbdesk.ids import DeviceId, StaffId
from clbdesk.sync.protocol import Enrol, signed_text

CODE_MINUTES = 10
CODE_TRIES = 5
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_SELECTOR_LENGTH = 4
_SECRET_LENGTH = 12


_MINE = (DEVICE.c.centre_id == bindparam("centre"), DEVICE.c.device_id == bindparam("device"))
_KNOWN = select(*DEVICE.c).where(*_MINE)
_SEEN = (
    update(DEVICE)
    .where(*_MINE)
    .values(seen_at=bindparam("at"), clock_offset_seconds=bindparam("offset"))
)
_USE_NONCE = {
    "postgresql": postgresql.insert(NONCE).on_conflict_do_nothing().returning(NONCE.c.nonce),
    "sqlite": sqlite.insert(NONCE).on_conflict_do_nothing().returning(NONCE.c.nonce),
}
_SLOTS = select(*DEVICE_USER.c).where(
    DEVICE_USER.c.centre_id == bindparam("centre"),
    DEVICE_USER.c.device_id.in_(bindparam("devices", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled laptop."""

    device_id: DeviceId
    name: str
    status: DeviceStatus
    enrolled_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """The header values and content of a signed request; texts as they came."""

    device: str
    time: str
    nonce: str
    signature: str
    method: str
    path: str
    body: bytes


def authenticate(tx: Connection, centre_id: int, request: Signed, now: datetime) -> Device:
    """Who sent this request. Objection when nobody we know signed it, or it was seen before."""
    asked = {"centre": centre_id, "device": request.device[:100]}
    row = tx.execute(_KNOWN, asked).one_or_none()
    if row is None:
        raise Objection(403, "not_enrolled")
    content = signed_text(request.method, request.path, request.time, request.nonce, request.body)
    if not _is_signed(row.public_key, request.signature, content):
        raise Objection(403, "not_signed")
    _use_nonce(tx, centre_id, request)
    tx.execute(_SEEN, {**asked, "at": now, "offset": _offset(request.time, now)})
    return Device(DeviceId(row.device_id), row.name, DeviceStatus(row.status), row.enrolled_at)


def _is_signed(public_key: str, signature: str, content: bytes) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _use_nonce(tx: Connection, centre_id: int, request: Signed) -> None:
    if len(request.nonce) != 32 or not set(request.nonce) <= set("0123456789abcdef"):
        raise Objection(403, "not_signed")
    used = {"centre_id": centre_id, "device_id": request.device, "nonce": request.nonce}
    taken = tx.execute(_USE_NONCE[tx.dialect.name], used)
    if taken.one_or_none() is None:
        raise Objection(403, "not_signed")


def _offset(time: str, now: datetime) -> int | None:
    """Centre minus laptop in seconds, or None when the time says nothing."""
    try:
        told = datetime.fromisoformat(time)
        return int((now - told).total_seconds()) if told.tzinfo else None
    except (ValueError, OverflowError):
        return None


def new_code(
    tx: Connection,
    centre_id: int,
    *,
    device_name: str,
    users: Iterable[StaffId],
    now: datetime,
    random_bytes: Callable[[int], bytes],
) -> str:
    """A one-time secret of twelve characters; only its hash is kept."""
    taken = set(
        tx.execute(
            select(ENROLMENT_CODE.c.selector).where(ENROLMENT_CODE.c.centre_id == centre_id)
        ).scalars()
    )
    secret = _secret(random_bytes)
    while secret[:_SELECTOR_LENGTH] in taken:
        secret = _secret(random_bytes)
    tx.execute(
        insert(ENROLMENT_CODE),
        {
            "centre_id": centre_id,
            "selector": secret[:_SELECTOR_LENGTH],
            "secret_sha256": _hash(secret),
            "device_name": device_name,
            "users": msgspec.json.encode(list(users)).decode(),
            "expires_at": now + timedelta(minutes=CODE_MINUTES),
            "tries_left": CODE_TRIES,
            "used": False,
        },
    )
    return secret


def _secret(random_bytes: Callable[[int], bytes]) -> str:
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in _unbiased(random_bytes))


def _unbiased(random_bytes: Callable[[int], bytes]) -> bytes:
    """Twelve bytes below the largest multiple of the alphabet's length."""
    limit = 256 - 256 % len(_ALPHABET)
    found = b""
    while len(found) < _SECRET_LENGTH:
        found += bytes(byte for byte in random_bytes(_SECRET_LENGTH) if byte < limit)
    return found[:_SECRET_LENGTH]


def _hash(secret: str) -> str:
    return hashlib.sha256(f"clbdesk enrolment {secret}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a code stood for."""

    device_name: str
    users: tuple[StaffId, ...]


def redeem(tx: Connection, centre_id: int, code: str, now: datetime) -> Redeemed | None:
    """Use a code up; None when it is wrong, too old or used. A wrong one costs a try.

    The caller commits also when the answer is None: a try that is not counted is no limit.
    """
    secret = code.replace("-", "").strip().upper()[: 2 * _SECRET_LENGTH]
    mine = (ENROLMENT_CODE.c.centre_id == centre_id) & (
        ENROLMENT_CODE.c.selector == secret[:_SELECTOR_LENGTH].replace("\0", "")
    )
    row = tx.execute(select(*ENROLMENT_CODE.c).where(mine).with_for_update()).one_or_none()
    if row is None or row.used or row.tries_left <= 0 or row.expires_at <= now:
        return None
    if not hmac.compare_digest(row.secret_sha256, _hash(secret)):
        tx.execute(update(ENROLMENT_CODE).where(mine).values(tries_left=row.tries_left - 1))
        return None
    tx.execute(update(ENROLMENT_CODE).where(mine).values(used=True))
    users = msgspec.json.decode(row.users, type=tuple[StaffId, ...])
    return Redeemed(device_name=row.device_name, users=users)


def enrol(
    tx: Connection,
    centre_id: int,
    redeemed: Redeemed,
    ask: Enrol,
    *,
    device_id: DeviceId,
    now: datetime,
) -> None:
    """Write a new device and its users down."""
    for key in (ask.public_key, ask.box_key):
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise Objection(400, "unreadable")
    tx.execute(
        insert(DEVICE),
        {
            "centre_id": centre_id,
            "device_id": device_id,
            "name": redeemed.device_name,
            "public_key": ask.public_key,
            "box_key": ask.box_key,
            "status": DeviceStatus.OK.value,
            "enrolled_at": now,
        },
    )
    set_users(tx, centre_id, device_id, redeemed.users, now)


def set_users(
    tx: Connection, centre_id: int, device_id: DeviceId, users: Iterable[StaffId], now: datetime
) -> None:
    """Say who has a slot on a device from today on; who is no longer named had it until today."""
    day = local_day(now)
    known = slots(tx, centre_id, [device_id]).get(device_id, {})
    wanted = set(users)
    for staff_id in sorted(wanted - known.keys()):
        tx.execute(
            insert(DEVICE_USER),
            {
                "centre_id": centre_id,
                "device_id": device_id,
                "staff_id": staff_id,
                "since": day,
                "until": None,
            },
        )
    for staff_id in sorted(known):
        until = None if staff_id in wanted else day
        if (known[staff_id].until is None) != (until is None):
            tx.execute(
                update(DEVICE_USER)
                .where(
                    DEVICE_USER.c.centre_id == centre_id,
                    DEVICE_USER.c.device_id == device_id,
                    DEVICE_USER.c.staff_id == staff_id,
                )
                .values(until=until)
            )


def slots(
    tx: Connection, centre_id: int, devices: Iterable[str]
) -> dict[DeviceId, dict[StaffId, Slot]]:
    """Device → staff member → since and until when there is a key slot."""
    rows = tx.execute(_SLOTS, {"centre": centre_id, "devices": sorted(set(devices))})
    found: dict[DeviceId, dict[StaffId, Slot]] = {}
    for row in rows:
        users = found.setdefault(DeviceId(row.device_id), {})
        users[StaffId(row.staff_id)] = Slot(row.since, row.until)
    return found


def users_of(
    people: People, users: Mapping[StaffId, Slot], now: datetime
) -> tuple[DeviceUser, ...]:
    """The people with a slot today, by name, with the roles they have today."""
    day = local_day(now)
    present = [
        DeviceUser(
            staff_id=staff_id,
            name=people.staff[staff_id].name,
            roles=people.roles_on(staff_id, day),
        )
        for staff_id, slot in users.items()
        if staff_id in people.staff and slot.until is None
    ]
    return tuple(
        sorted((one for one in present if one.roles), key=lambda one: (one.name, one.staff_id))
    )


def revoke(tx: Connection, centre_id: int, device_id: DeviceId) -> None:
    """From now on this device may only push what waits. Refused when there is no such device."""
    done = tx.execute(
        update(DEVICE)
        .where(DEVICE.c.centre_id == centre_id, DEVICE.c.device_id == device_id)
        .values(status=DeviceStatus.REVOKED.value)
    )
    if done.rowcount != 1:
        raise Refused("centre.no_such_device", field="device")
