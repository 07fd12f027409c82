"""What the access log is for: one pupil's lines for a rights request, and what to look at weekly.

A person may ask who looked at a dossier (GDPR 15); the director looks every week at what was
opened outside the day of a visit, and at what was taken out (handbook 3 §3.3).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.schema import ACCESS_LINE, DEVICE, LEAF, VISIT_MEMBER
from clbdesk.clock import local_day
from clbdesk.domain.device import EMERGENCY, UNPLANNED
from clbdesk.domain.names import normalise
from clbdesk.domain.people import Pupil
from clbdesk.domain.visits import Visit
from clbdesk.errors import Refused
from clbdesk.ids import PupilId

_TAKEN_OUT = frozenset({"export", "print"})
REVIEWED = timedelta(days=6)  # from the first to the last day of a weekly review


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One line in words of the field. `chain`: laptop and number, by which it can be proved."""

    at: datetime
    who: str
    role: str
    action: str
    kind: str
    reason: str
    device: str
    pupil_id: str
    chain: str


class Concern(StrEnum):
    """Why a line is worth a look."""

    EMERGENCY = "emergency"
    TAKEN_OUT = "taken_out"
    OUTSIDE_VISIT = "outside_visit"


@dataclass(frozen=True, slots=True)
class Review:
    """One line to look at, and why."""

    concern: Concern
    entry: AccessEntry


def find_pupil(centre: Centre, text: str) -> PupilId:
    """A pupil by id, INSZ, or "family name given name". Refused when none or several fit."""
    wanted = normalise(text)
    with centre.store.reading() as tx:
        known = current(tx, centre.centre_id, Pupil)
    found = {
        PupilId(record_id)
        for record_id, (_, body) in known.items()
        if text in (record_id, body.insz)
        or wanted == normalise(f"{body.family_name} {body.given_name}")
    }
    if len(found) != 1:
        raise Refused("centre.no_such_pupil" if not found else "centre.several_pupils")
    return found.pop()


def names_of(centre: Centre, pupils: Collection[PupilId]) -> dict[PupilId, str]:
    """Pupil → "Peeters Lotte", as far as the centre knows them."""
    with centre.store.reading() as tx:
        known = current(tx, centre.centre_id, Pupil, LEAF.c.pupil_id.in_(sorted(pupils)))
    return {
        PupilId(record_id): f"{body.family_name} {body.given_name}"
        for record_id, (_, body) in known.items()
    }


def access_of_pupil(centre: Centre, pupil_id: PupilId) -> list[AccessEntry]:
    """Everything that was done with one pupil's dossier, oldest first."""
    with centre.store.reading() as tx:
        return _entries(tx, centre, ACCESS_LINE.c.pupil_id == pupil_id)


def weekly_review(centre: Centre, last_day: date) -> list[Review]:
    """What to look at of the seven days up to and including this one.

    Everything that was read in an emergency, with its reason; everything that was printed or
    exported; and opening a pupil on a day without a visit of that pupil, or outside the plan.
    """
    first_day = last_day - REVIEWED
    with centre.store.reading() as tx:
        entries = [
            one
            for one in _entries(tx, centre, ACCESS_LINE.c.pupil_id.is_not(None))
            if first_day <= local_day(one.at) <= last_day
        ]
        planned = _days_of_visits(tx, centre)
    found = [(one, _concern(one, planned)) for one in entries]
    return [Review(concern, one) for one, concern in found if concern is not None]


def _concern(entry: AccessEntry, planned: set[tuple[str, date]]) -> Concern | None:
    if EMERGENCY in (entry.action, entry.reason):
        return Concern.EMERGENCY
    if UNPLANNED in (entry.action, entry.reason):
        return Concern.OUTSIDE_VISIT
    if entry.action in _TAKEN_OUT:
        return Concern.TAKEN_OUT
    is_planned = (entry.pupil_id, local_day(entry.at)) in planned
    return Concern.OUTSIDE_VISIT if entry.action == "open" and not is_planned else None


def _days_of_visits(tx: Connection, centre: Centre) -> set[tuple[str, date]]:
    """Pupil and day of every list that a pupil ever stood on."""
    days = {
        record_id: body.on for record_id, (_, body) in current(tx, centre.centre_id, Visit).items()
    }
    rows = tx.execute(
        select(VISIT_MEMBER.c.visit_id, VISIT_MEMBER.c.pupil_id).where(
            VISIT_MEMBER.c.centre_id == centre.centre_id
        )
    )
    return {(one.pupil_id, days[one.visit_id]) for one in rows if one.visit_id in days}


def _entries(tx: Connection, centre: Centre, *conditions: object) -> list[AccessEntry]:
    staff = centre.people.read(tx, centre.centre_id).staff
    devices = select(DEVICE.c.device_id, DEVICE.c.name).where(
        DEVICE.c.centre_id == centre.centre_id
    )
    names = {one.device_id: one.name for one in tx.execute(devices)}
    rows = tx.execute(
        select(*ACCESS_LINE.c)
        .where(ACCESS_LINE.c.centre_id == centre.centre_id, *conditions)  # type: ignore[arg-type]
        .order_by(ACCESS_LINE.c.at, ACCESS_LINE.c.device, ACCESS_LINE.c.number)
    )
    return [
        AccessEntry(
            at=row.at,
            who=staff[row.staff_id].name if row.staff_id in staff else row.staff_id,
            role=row.role,
            action=row.action,
            kind=row.kind or "",
            reason=row.reason,
            device=names.get(row.device, row.device),
            pupil_id=row.pupil_id or "",
            chain=f"{row.epoch} {row.number}",
        )
        for row in rows
    ]
