"""What rights are about: classes of data, how far somebody reads and writes them, and relations.

The classes are the rows of handbook 3 §8. A centre narrows a right by a record of its own
(`RightsNarrowing`); what it says only ever takes away (domain/rights.py).
"""

from __future__ import annotations

from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.domain.revision import Role


class DataClass(StrEnum):
    """Classes of data, from who somebody is to what was entrusted."""

    IDENTITY = "identity"
    OFFICE = "office"
    PLANNING = "planning"
    DAY = "day"
    CAPACITY = "capacity"
    MEASURES = "measures"
    EXAMINATION = "examination"
    CONCLUSION = "conclusion"
    VACCINATION = "vaccination"
    STOCK = "stock"
    ORDERS = "orders"
    REQUEST = "request"
    GUIDANCE = "guidance"
    CONSULTATIVE = "consultative"
    INTERVENTION = "intervention"
    DISCLOSURE = "disclosure"
    SIGNAL = "signal"
    CIRCLE = "circle"


class Reads(StrEnum):
    """How far a role reads a class; `summary`: only what was released, never the record itself."""

    NO = "no"
    SUMMARY = "summary"
    YES = "yes"


class Writes(StrEnum):
    """How far a role writes a class.

    `provisional`: what the centre still has to recognise; `draft`: what a doctor still signs.
    """

    NO = "no"
    PROVISIONAL = "provisional"
    DRAFT = "draft"
    YES = "yes"


class Relation(StrEnum):
    """What somebody has to do with a record on a day, beside the function.

    `school`: works for its school by a membership of that day; of what belongs to no school, for
    any. `trajectory`: a talk crossed the border for this pupil, and its basis holds. `emergency`:
    the dossier is open to read with a reason.
    """

    SCHOOL = "school"
    TRAJECTORY = "trajectory"
    EMERGENCY = "emergency"


class RightsNarrowing(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A centre gives a role less than the table; its record id is derived from class and role."""

    data_class: DataClass
    role: Role
    reads: Reads
    writes: Writes
