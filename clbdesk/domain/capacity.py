"""Bekwaamheid and gezag: who decides about a dossier, recorded and never only computed.

From twelve years a pupil is presumed competent; the team may decide otherwise with reasons, both
ways (handbook 3 §2.4 A1). Parents stand each by themselves: there is no "the parents" (A7).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId


class Competence(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the team decided about one pupil; its record id is derived from the pupil.

    `decided_by`: names of who decided. Before `since` the age alone counts.
    """

    pupil_id: PupilId
    competent: bool
    since: date
    decided_by: str
    reasons: str


class Relationship(StrEnum):
    """What somebody is to the pupil."""

    MOTHER = "mother"
    FATHER = "father"
    LEGAL_GUARDIAN = "legal_guardian"
    CONFIDANT = "confidant"


class Guardian(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person beside the pupil. `has_authority`: ouderlijk gezag or voogdij, as far as known.

    `without_authority_because` tells on what that rests (a judgement, an agreement).
    """

    pupil_id: PupilId
    name: str
    relationship: Relationship
    has_authority: bool = True
    without_authority_because: str = ""
