"""What laptop and centre say to each other: JSON shapes of protocol 1, zstd over TLS.

Every request but `enrol` is signed with the device's Ed25519 key (headers below) and carries the
generation of the centre's data that the laptop knows; every answer carries the centre's own. A
pull is a stream of JSON lines: PullHeader, Sequenced…, PullFooter; without its footer it is void.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from clbdesk.domain.revision import Compartment, Revision, Role
from clbdesk.ids import DeviceId, RevId, StaffId

PROTOCOL = 1
BATCH_LIMIT = 500
CENTRE_SCOPE = "centre"

HEADER_DEVICE = "X-Clbdesk-Device"
HEADER_TIME = "X-Clbdesk-Time"
HEADER_NONCE = "X-Clbdesk-Nonce"
HEADER_SIGNATURE = "X-Clbdesk-Signature"
HEADER_BATCH = "Idempotency-Key"


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all shapes on the wire."""


class DeviceStatus(StrEnum):
    """A revoked device may push what waits, and nothing else."""

    OK = "ok"
    REVOKED = "revoked"


class DeviceUser(Message, frozen=True, kw_only=True):
    """Somebody who gets a key slot on a device, with the roles of his or her memberships."""

    staff_id: StaffId
    name: str
    roles: tuple[Role, ...]


class Enrol(Message, frozen=True, kw_only=True):
    """POST /v1/enrol: a laptop shows its one-time code; `public_key` Ed25519, `box_key` X25519, hex."""

    code: str
    public_key: str
    box_key: str


class EnrolAnswer(Message, frozen=True, kw_only=True):
    """Who the laptop is from now on. `recovery_key`: X25519 public key of the centre, hex."""

    device_id: DeviceId
    device_name: str
    centre_name: str
    generation: str
    recovery_key: str
    users: tuple[DeviceUser, ...]


class Hello(Message, frozen=True, kw_only=True):
    """POST /v1/hello: `known_seq` = largest server seq this vault knows, `generation` of it."""

    protocol: int
    kinds: dict[str, int]
    generation: str | None
    known_seq: int
    epochs: dict[Compartment, str]


class HelloAnswer(Message, frozen=True, kw_only=True):
    """The state of the centre. `lease_signature`: Ed25519 of the authority over device and dates."""

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

    `reoffer`: what the laptop still holds after the centre was restored, of any device.
    """

    generation: str
    batch_id: str
    compartment: Compartment
    epoch: str
    revisions: tuple[Revision, ...]
    reoffer: bool = False


class PushOutcome(StrEnum):
    """The centre never rejects a save: what it cannot apply it keeps in quarantine."""

    OK = "ok"
    CONFLICT = "conflict"
    QUARANTINE = "quarantine"


class PushResult(Message, frozen=True, kw_only=True):
    """Answer per revision. `leaves`: other leaves of the record; `reason`: key in quarantine.toml."""

    rev_id: RevId
    outcome: PushOutcome
    seq: int
    leaves: tuple[RevId, ...] = ()
    reason: str | None = None


class PushAnswer(Message, frozen=True, kw_only=True):
    """One result per revision, in the order of the push."""

    generation: str
    results: tuple[PushResult, ...]


class Take(Message, frozen=True, kw_only=True):
    """POST /v1/take: this vault takes a visit along (no lock)."""

    generation: str
    visit_id: str
    compartment: Compartment


class TakeAnswer(Message, frozen=True, kw_only=True):
    """Who else has pupils of it: device name → number of pupils in common."""

    generation: str
    pupils: int
    also_taken: dict[str, int]


class Pull(Message, frozen=True, kw_only=True):
    """POST /v1/pull: everything of a scope after `cursor`. `scope`: CENTRE_SCOPE or a visit id."""

    generation: str
    scope: str
    compartment: Compartment
    cursor: int


class PullHeader(Message, frozen=True, kw_only=True):
    """First line of a pull."""

    generation: str
    scope: str
    cursor: int
    expected: int


class Sequenced(Message, frozen=True, kw_only=True):
    """One line of a pull."""

    seq: int
    revision: Revision


class PullFooter(Message, frozen=True, kw_only=True):
    """Last line: new cursor, number of lines, and the digest over exactly those lines."""

    cursor: int
    count: int
    digest: str


class ScopeState(Message, frozen=True, kw_only=True):
    """Count and digest of a scope up to a cursor, as one side sees it."""

    scope: str
    cursor: int
    count: int
    digest: str


class Verify(Message, frozen=True, kw_only=True):
    """POST /v1/verify: what the laptop sees."""

    generation: str
    compartment: Compartment
    epoch: str
    scopes: tuple[ScopeState, ...]


class VerifyAnswer(Message, frozen=True, kw_only=True):
    """What the centre sees for the same cursors, and what it holds of the laptop's epoch."""

    generation: str
    now: datetime
    scopes: tuple[ScopeState, ...]
    held: int
    quarantined: int
    durable_seq: int


class Release(Message, frozen=True, kw_only=True):
    """POST /v1/release: this vault has given a visit back."""

    generation: str
    visit_id: str
    compartment: Compartment


class Done(Message, frozen=True, kw_only=True):
    """A plain confirmation."""

    generation: str


class AccessLine(Message, frozen=True, kw_only=True):
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


class AccessLog(Message, frozen=True, kw_only=True):
    """POST /v1/access: lines in order; a gap or a broken chain is an alarm at the centre."""

    generation: str
    compartment: Compartment
    epoch: str
    lines: tuple[AccessLine, ...]


class AccessAnswer(Message, frozen=True, kw_only=True):
    """The highest line number that the centre holds of this epoch."""

    generation: str
    held: int


class Trouble(Message, frozen=True, kw_only=True):
    """Body of every answer that is not 200: `code` is a key of wording area "sync"."""

    code: str
    generation: str | None = None


def digest_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Hex SHA-256 over the sorted (rev_id, body_commit) pairs, one per line."""
    digest = hashlib.sha256()
    for rev_id, commit in sorted(pairs):
        digest.update(f"{rev_id} {commit}\n".encode())
    return digest.hexdigest()


def signed_text(method: str, path: str, time: str, nonce: str, body: bytes) -> bytes:
    """What a device signs of a request: the body is the one on the wire (compressed)."""
    return "\n".join((method, path, time, nonce, hashlib.sha256(body).hexdigest())).encode()
