"""Afschermen: flags on one item of a dossier, set by its writer (handbook 3 §2.4).

A flag is a record beside the item, in the same vault, so that it can be set, corrected and
withdrawn like everything else; the item itself stays byte for byte what it was.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, RecordId, StaffId


class Flag(StrEnum):
    """Why an item is not like the others. Health follows from the vault and is no flag."""

    CONFIDENTIAL_SOURCE = "confidential_source"
    THIRD_PARTY = "third_party"
    COURT = "court"
    AGOGIC = "agogic"
    NOT_FOR_PARENTS = "not_for_parents"
    CONTEXT = "context"
    ABOUT_PARENT = "about_parent"
    CONFLICT_OF_INTEREST = "conflict_of_interest"


class Shielding(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The flags of one item; its record id is derived from the item's.

    `reason`: who told it and when, the pupil's reason, the court's reference. `review_on`: day on
    which an agogic exception is looked at again. `person_id`: the guardian whom context is about.
    `blocked_staff`: the colleague who does not see the item (family, neighbour).
    """

    item_id: RecordId
    pupil_id: PupilId
    flags: tuple[Flag, ...]
    reason: str
    review_on: date | None = None
    person_id: RecordId | None = None
    blocked_staff: StaffId | None = None
