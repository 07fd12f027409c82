"""Verontrusting: a safety concern, readable for the members of its circle only (handbook 3 §7.4).

The record that travels holds ciphertext; who it is about and who is in the circle stand inside as
well. That somebody wrote one, and when, is visible to whoever holds a vault or the centre's database.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from clbdesk.domain.body import Body
from clbdesk.ids import DeviceId, PupilId, StaffId


class StaffKey(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public key of a member of staff on one laptop: X25519, hex; what is sealed to it opens
    with the passphrase of that person on that laptop.
    """

    staff_id: StaffId
    device: DeviceId
    public_key: str


class SealedKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The key of the content, sealed to one public key (libsodium sealed box, hex).

    `public_key`: of whom, in records of before; now nothing says so, and who opens tries them all.
    """

    sealed: str
    public_key: str = ""


class SafetyConcern(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A concern as it is stored and sent. `box`: XSalsa20-Poly1305 of a `ConcernContent`, hex.

    `keys`: of every laptop of every member, the recovery key that the centre keeps offline, and as
    many that open for nobody that their number says little. `circle`: in records of before.
    """

    box: str
    keys: tuple[SealedKey, ...]
    circle: tuple[StaffId, ...] = ()


class ConcernFact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fact, literally. `at`: day and hour as they were said; `source`: who or what says so."""

    text: str
    at: str
    source: str


class ConcernStep(StrEnum):
    """What was done or will be."""

    TALK_WITH_PARENTS = "talk_with_parents"
    CONSULTED_VK = "consulted_vk"
    OCJ = "ocj"
    EMERGENCY = "emergency"
    FAMILY_DOCTOR = "family_doctor"


class ConcernContent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What only the circle reads. `pupil_id` None: a pupil who is not on this laptop, `pupil_name`.

    `words`: of the pupil, between quotes. `assessment`: in words, as long as the centre has no
    scale. `discussed_with` empty: nobody yet, which may last until `review_on` at most.
    `not_for_parents`: stays hidden from a request of the parents; on unless somebody says why not.
    """

    pupil_id: PupilId | None
    pupil_name: str
    facts: tuple[ConcernFact, ...]
    words: str
    seen_by: StaffId
    safe_now: bool
    assessment: str
    discussed_with: tuple[StaffId, ...]
    steps: tuple[ConcernStep, ...]
    anonymous_advice: bool | None
    parents_informed: bool
    parents_reason: str
    pupil_view: str
    decision: str
    decided_by: str
    review_on: date
    not_for_parents: bool = True
    circle: tuple[StaffId, ...] = ()
