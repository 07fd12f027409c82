"""What laptop and centre say to each other: JSON shapes of protocol 1, zstd over TLS.

Every request but `authority` and `enrol` is signed with the device's Ed25519 key (headers below)
and carries the generation of the centre's data that the laptop knows; every answer carries the
centre's own. Where the two differ (hello apart) the centre does nothing but answer Trouble
"generation". A pull is a stream of JSON lines: PullHeader, `expected` × Sequenced in order of seq,
PullFooter; without its footer it is void.

Bodies are JSON, zstd-compressed both ways (Content-Encoding: zstd), never larger than BODY_LIMIT
when unpacked; a line of a pull never larger than LINE_LIMIT. Answers other than 200 are Trouble: 409
generation, 403 revoked · not_enrolled · not_signed · no_right · laptop_full, 404 not_taken ·
unknown_visit, 422 refused (same batch id, other content), 426 other_version, 503 busy.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from clbdesk.domain.device import AccessLine, DeviceStatus, DeviceUser
from clbdesk.domain.revision import Compartment, Revision
from clbdesk.domain.scopes import (
    CENTRE_SCOPE,
    PushOutcome,
    PushResult,
    ScopeState,
    Sequenced,
    digest_of,
)
from clbdesk.ids import DeviceId, VisitId

__all__ = [
    "CENTRE_SCOPE",
    "AccessLine",
    "DeviceStatus",
    "DeviceUser",
    "PushOutcome",
    "PushResult",
    "ScopeState",
    "Sequenced",
    "digest_of",
]

PROTOCOL = 1
BATCH_LIMIT = 500
ACCESS_LIMIT = 1000
BODY_LIMIT = 64 * 1024 * 1024
LINE_LIMIT = 1024 * 1024
# Pupils on one laptop, asked on both sides: a theft must stay a small breach (handbook 3 §3.4).
PUPIL_LIMIT = 500

# Header values: the device id; ISO 8601 in UTC; 16 random bytes in hex; the signature in hex.
HEADER_DEVICE = "X-Clbdesk-Device"
HEADER_TIME = "X-Clbdesk-Time"
HEADER_NONCE = "X-Clbdesk-Nonce"
HEADER_SIGNATURE = "X-Clbdesk-Signature"
HEADER_BATCH = "Idempotency-Key"


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all shapes on the wire."""


class Authority(Message, frozen=True, kw_only=True):
    """GET /v1/authority, unsigned: the certificate (PEM) that all others of the centre rest on.

    A laptop that enrols compares it with the fingerprint in its code before it says anything.
    """

    certificate: str


class Enrol(Message, frozen=True, kw_only=True):
    """POST /v1/enrol: a laptop shows its one-time code; `public_key` Ed25519, `box_key` X25519, hex.

    `code`: only the secret half of what the centre printed (see EnrolmentCode).
    """

    code: str
    public_key: str
    box_key: str


class EnrolAnswer(Message, frozen=True, kw_only=True):
    """Who the laptop is from now on. `recovery_key`: X25519 public key of the centre, hex.

    `lease_key`: Ed25519 public key with which the centre signs leases, hex.
    """

    device_id: DeviceId
    device_name: str
    centre_name: str
    generation: str
    recovery_key: str
    lease_key: str
    users: tuple[DeviceUser, ...]


class Hello(Message, frozen=True, kw_only=True):
    """POST /v1/hello, from one vault: `known_seq` = largest place it knows of `generation`.

    A centre that never gave out `known_seq` in that generation was set back: it starts a new one
    before it answers. `in_hand`: the visits this vault holds, which mends the centre's list of who
    has what, also with visits that a restored centre does not know yet (they are re-offered); a
    visit that is not named is no longer held.
    """

    protocol: int
    kinds: dict[str, int]
    generation: str | None
    known_seq: int
    compartment: Compartment
    epoch: str
    in_hand: tuple[VisitId, ...] = ()


class HelloAnswer(Message, frozen=True, kw_only=True):
    """The state of the centre. `lease_signature`: hex Ed25519 over lease_text(...).

    `kinds`: newest version the centre accepts of each kind.
    """

    generation: str
    protocol_low: int
    protocol_high: int
    kinds: dict[str, int]
    now: datetime
    device_status: DeviceStatus
    lease_until: datetime
    grace_until: datetime
    lease_signature: str
    durable_seq: int
    users: tuple[DeviceUser, ...]


class Push(Message, frozen=True, kw_only=True):
    """POST /v1/push: at most BATCH_LIMIT revisions; `batch_id` was stored before sending.

    `reoffer`: what the laptop still holds after the centre was restored, of any device and author
    (the centre's own too): judged by the revision's own device and author, not by who brings it.
    A revision the centre has answers with the place it has. A base that the centre does not know
    is no reason for quarantine: it may follow, from another laptop. What leaves quarantine later
    gets a new place, or cursors would pass it by.
    """

    generation: str
    batch_id: str
    compartment: Compartment
    epoch: str
    revisions: tuple[Revision, ...]
    reoffer: bool = False


class PushAnswer(Message, frozen=True, kw_only=True):
    """One result per revision, in the order of the push."""

    generation: str
    results: tuple[PushResult, ...]


class Take(Message, frozen=True, kw_only=True):
    """POST /v1/take: this vault takes a visit along (no lock)."""

    generation: str
    visit_id: VisitId
    compartment: Compartment


class TakeAnswer(Message, frozen=True, kw_only=True):
    """Who else has pupils of it: device name → number of pupils in common."""

    generation: str
    pupils: int
    also_taken: dict[str, int]


class Pull(Message, frozen=True, kw_only=True):
    """POST /v1/pull: everything of a scope after `cursor`. `scope`: CENTRE_SCOPE or a visit id.

    What the device wrote itself comes too: only what was delivered counts in the digest.
    """

    generation: str
    scope: str
    compartment: Compartment
    cursor: int


class PullHeader(Message, frozen=True, kw_only=True):
    """First line of a pull: the cursor that was asked, and how many lines follow."""

    generation: str
    scope: str
    cursor: int
    expected: int


class PullFooter(Message, frozen=True, kw_only=True):
    """Last line: new cursor, number of lines, and the digest over exactly those lines."""

    cursor: int
    count: int
    digest: str


PullPart = PullHeader | Sequenced | PullFooter


class Verify(Message, frozen=True, kw_only=True):
    """POST /v1/verify: what the laptop sees."""

    generation: str
    compartment: Compartment
    epoch: str
    scopes: tuple[ScopeState, ...]


class VerifyAnswer(Message, frozen=True, kw_only=True):
    """What the centre sees for the same scopes and cursors, in the same order.

    `held` and `quarantined`: revisions of the laptop's epoch, applied and apart.
    """

    generation: str
    now: datetime
    scopes: tuple[ScopeState, ...]
    held: int
    quarantined: int
    durable_seq: int


class Release(Message, frozen=True, kw_only=True):
    """POST /v1/release: this vault has given a visit back."""

    generation: str
    visit_id: VisitId
    compartment: Compartment


class Done(Message, frozen=True, kw_only=True):
    """A plain confirmation."""

    generation: str


class AccessLog(Message, frozen=True, kw_only=True):
    """POST /v1/access: at most ACCESS_LIMIT lines in order; a gap or a broken chain is an alarm."""

    generation: str
    compartment: Compartment
    epoch: str
    lines: tuple[AccessLine, ...]


class AccessAnswer(Message, frozen=True, kw_only=True):
    """The highest line number that the centre holds of this epoch."""

    generation: str
    held: int


class Trouble(Message, frozen=True, kw_only=True):
    """Body of every answer that is not 200: `code` as listed above."""

    code: str
    generation: str | None = None


class EnrolmentCode(msgspec.Struct, frozen=True):
    """What a laptop is given on paper: a one-time secret, and whom it may tell it to.

    Text form: "K7QF-2M9X-4T6P." and 32 hex digits in groups of four; dashes, spaces and case do
    not matter. `fingerprint`: first 128 bits of the SHA-256 of the authority's certificate (DER).
    """

    secret: str
    fingerprint: str

    @classmethod
    def parse(cls, text: str) -> EnrolmentCode:
        """The code that was typed; ValueError when it cannot be one."""
        secret, dot, fingerprint = "".join(text.split()).replace("-", "").partition(".")
        if not (secret and dot and len(fingerprint) == 32):
            raise ValueError("not an enrolment code")
        return cls(secret.upper(), bytes.fromhex(fingerprint).hex())

    def __str__(self) -> str:
        """As it is printed, in groups of four."""
        return f"{_grouped(self.secret)}.{_grouped(self.fingerprint)}"


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def fingerprint_of(certificate_der: bytes) -> str:
    """First 128 bits of the SHA-256 of a certificate, hex: what an enrolment code carries."""
    return hashlib.sha256(certificate_der).hexdigest()[:32]


def signed_text(method: str, path: str, time: str, nonce: str, body: bytes) -> bytes:
    """What a device signs of a request: the body is the one on the wire (compressed)."""
    return "\n".join((method, path, time, nonce, hashlib.sha256(body).hexdigest())).encode()


def lease_text(device: DeviceId, until: datetime, grace_until: datetime) -> bytes:
    """What the centre signs of a lease: the device and both moments, ISO 8601 as received."""
    return f"{device}\n{until.isoformat()}\n{grace_until.isoformat()}".encode()
