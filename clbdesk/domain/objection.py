"""Verzet: parents, or a pupil from twelve years, refuse the centre or one of its people.

The contact itself cannot be refused: somebody else examines, and reports (medical handbook §1.5,
OBJ-1…5). Vaccination is a free choice and no part of it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from clbdesk.domain.body import Body
from clbdesk.domain.visits import ContactMoment
from clbdesk.ids import PupilId


class ObjectionBy(StrEnum):
    """Who objects in writing to the director."""

    PARENT = "parent"
    PUPIL = "pupil"


class Objection(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One per pupil, moment and school year; its record id is derived from those.

    `examiner`: the doctor who was chosen. `model_given_on`: the government's model of a report was
    handed over. The contact may be recorded from `report_received_on`, as that doctor's findings.
    """

    pupil_id: PupilId
    moment: ContactMoment
    school_year: int
    received_on: date
    by: ObjectionBy
    examiner: str = ""
    model_given_on: date | None = None
    examined_on: date | None = None
    report_received_on: date | None = None
