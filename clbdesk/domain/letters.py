"""A letter that came out of the printer: of whom, for whom, and made from which versions.

The versions tell afterwards whether something changed after printing ("gewijzigd na het
afdrukken"); the hash proves which bytes were printed, because the same content gives the same
bytes. Lists of a class are no letters: they hold names only and are logged, not recorded.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.ids import ContactId, PupilId, RecordId, RevId, VisitId


class LetterKind(StrEnum):
    """Which letter."""

    RESULT = "result"
    REFERRAL = "referral"
    VACCINATION = "vaccination"
    CONSENT = "consent"


class Recipient(StrEnum):
    """To whom: from 12 years on the pupil is addressed too, an adult alone (handbook 3 §2.3 A8)."""

    PARENTS = "parents"
    PUPIL_AND_PARENTS = "pupil_and_parents"
    PUPIL = "pupil"
    CARE_GIVER = "care_giver"


class Letter(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One letter on paper. `about_id`: the record that it tells (a conclusion, a referral), or the
    place of the pupil on the visit whose vaccinations it tells or asks about.

    `based_on`: the revisions it was made from, sorted; `sha256`: hex, of the PDF of this letter
    alone; `pages`: sides of paper.
    """

    document: LetterKind
    pupil_id: PupilId
    visit_id: VisitId
    contact_id: ContactId | None = None
    about_id: RecordId
    based_on: tuple[RevId, ...]
    recipient: Recipient
    printed_at: datetime
    pages: int
    sha256: str
