"""Record and revision: the unit of storing, undoing, auditing and synchronising.

A record is a thing of the field; it exists only as immutable revisions. `base` names the
revisions that one replaces: none = create, one = edit or withdrawal, two or more = merge.
A record with more than one leaf is a conflict, found from `base` alone and never from clocks.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from clbdesk.ids import DeviceId, PupilId, RecordId, RevId, SchoolId, StaffId, VisitId


class Compartment(StrEnum):
    """Who can hold the key: planning data lies in both vaults, the other two each in one."""

    PLANNING = "planning"
    MEDICAL = "medical"
    GUIDANCE = "guidance"


class RevisionStatus(StrEnum):
    """Final, or withdrawn (foutief ingevoerd). There is no deletion."""

    FINAL = "final"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """The function under which somebody acts. CENTRE is the server itself (imports)."""

    DOCTOR = "doctor"
    NURSE = "nurse"
    SOCIAL_WORKER = "social_worker"
    PSYCHOPEDAGOGUE = "psychopedagogue"
    ADMINISTRATION = "administration"
    DIRECTOR = "director"
    CENTRE = "centre"


class Revision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One immutable revision; the same shape in vault, on the wire and at the centre.

    `body` is the canonical JSON text of the kind's struct, kept and passed on byte for byte.
    `epoch` names one life of one vault; `device_seq` counts in it from 1 without gaps (the
    centre's own revisions have epoch "centre" and device "centre").
    `body_commit` = hex HMAC-SHA256 of the body under `salt`: it survives an erasure of both.
    """

    rev_id: RevId
    record_id: RecordId
    base: tuple[RevId, ...]
    kind: str
    kind_version: int
    compartment: Compartment
    pupil_id: PupilId | None
    visit_id: VisitId | None
    school_id: SchoolId | None
    author: StaffId
    role: Role
    device: DeviceId
    epoch: str
    device_seq: int
    occurred_at: datetime
    recorded_at: datetime
    status: RevisionStatus
    reason: str | None
    clock_uncertain: bool
    body: str
    salt: str
    body_commit: str


def body_commit(salt: str, body: str) -> str:
    """Hex HMAC-SHA256 of the UTF-8 body under the hex salt."""
    return hmac.digest(bytes.fromhex(salt), body.encode(), "sha256").hex()


def is_sealed(revision: Revision) -> bool:
    """Whether the body is the one that its commitment was made for."""
    return hmac.compare_digest(revision.body_commit, body_commit(revision.salt, revision.body))


def leaves(revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """The revisions of one record that no other names as base, ordered by rev_id.

    Leaves with equal body and status count as one (the smallest rev_id stands for them): two
    people who typed the same do not disagree. No revision is written for that.
    """
    known = list(revisions)
    replaced = {rev_id for revision in known for rev_id in revision.base}
    standing: dict[tuple[RevisionStatus, str], Revision] = {}
    for revision in sorted(known, key=lambda one: one.rev_id):
        if revision.rev_id not in replaced:
            standing.setdefault((revision.status, revision.body), revision)
    return tuple(standing.values())
