"""What goes wrong after or around a needle (handbook 2 §4.4): seconds as stamps, never a dose computed.

A needle-stick is an incident of staff: it names no pupil and stands outside every dossier. After a
vaccination error the dose stays as it was given; the dose itself says that it does not count.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from clbdesk.domain.body import Body
from clbdesk.ids import PupilId, RecordId, StaffId, VisitId


class IncidentType(StrEnum):
    """The six types of the form."""

    SYNCOPE = "syncope"
    LOCAL_REACTION = "local_reaction"
    ALLERGY = "allergy"
    ANAPHYLAXIS = "anaphylaxis"
    NEEDLESTICK = "needlestick"
    VACCINATION_ERROR = "vaccination_error"


class VaccinationError(StrEnum):
    """What was wrong with a dose that went in."""

    WRONG_VACCINE = "wrong_vaccine"
    EXPIRED = "expired"
    WRONG_PUPIL = "wrong_pupil"
    DOUBLE_DOSE = "double_dose"
    TOO_EARLY = "too_early"
    OTHER = "other"


class IncidentMark(StrEnum):
    """What gets the hour of a key press, A to D."""

    ADRENALINE = "adrenaline"
    EMERGENCY_CALL = "emergency_call"
    DOCTOR = "doctor"
    PARENTS = "parents"


class IncidentOutcome(StrEnum):
    """How it ended, as far as the session knows."""

    RECOVERED = "recovered"
    DOCTOR = "doctor"
    HOSPITAL = "hospital"


class Stamp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One mark at its hour; the same mark may come again."""

    mark: IncidentMark
    at: datetime


class Incident(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One incident. `pupil_id` None and `staff_id` set for a needle-stick, else the reverse.

    `dose_ids`: the doses of this visit; product and lot are read from them.
    """

    visit_id: VisitId
    type: IncidentType
    began_at: datetime
    pupil_id: PupilId | None = None
    staff_id: StaffId | None = None
    error: VaccinationError | None = None
    stamps: tuple[Stamp, ...] = ()
    adrenaline_dose: str = ""
    signs: str = ""
    treatment: str = ""
    outcome: IncidentOutcome | None = None
    dose_ids: tuple[RecordId, ...] = ()
