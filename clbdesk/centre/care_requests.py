"""Aanvragen: what waits for a path of guidance at the centre, out of a care meeting or a contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current, read_leaves
from clbdesk.centre.schema import LEAF
from clbdesk.domain.body import Body, decode
from clbdesk.domain.care_outcome import BorderBasis, Transition
from clbdesk.domain.guidance_request import GuidanceRequest
from clbdesk.domain.people import Pupil, School
from clbdesk.domain.revision import RevisionStatus
from clbdesk.ids import RecordId

BodyT = TypeVar("BodyT", bound=Body)
_OF_CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class CareRequest:
    """One request: about whom, on what basis, since when.

    `reason`: a BorderReason, or "contact" for what the medical team asked.
    """

    record_id: str
    pupil: str
    birth_date: date | None
    school: str
    reason: str
    basis: str
    on: date
    until: date | None


def care_requests(centre: Centre) -> tuple[CareRequest, ...]:
    """All requests as they stand, the oldest first."""
    with centre.store.reading() as tx:
        found = _standing(tx, centre, "transition", Transition)
        asked = _standing(tx, centre, "guidance_request", GuidanceRequest)
        pupils = current(tx, centre.centre_id, Pupil)
        schools = current(tx, centre.centre_id, School)

    def line(record_id: RecordId, body: Transition | GuidanceRequest) -> CareRequest:
        _, known = pupils.get(RecordId(body.pupil_id or ""), (None, None))
        school = schools.get(RecordId(body.school_id))
        crossing = body if isinstance(body, Transition) else None
        said = crossing.pupil_name if crossing else ""
        return CareRequest(
            record_id=record_id,
            pupil=f"{known.given_name} {known.family_name}" if known else said,
            birth_date=known.birth_date if known else crossing.birth_date if crossing else None,
            school=school[1].name if school else "",
            reason=crossing.reason.value if crossing else _OF_CONTACT,
            basis=(crossing.basis if crossing else BorderBasis.CONSENT).value,
            on=body.on,
            until=body.until,
        )

    both: tuple[tuple[RecordId, Transition | GuidanceRequest], ...] = (
        *found.items(),
        *asked.items(),
    )
    lines = [line(record_id, body) for record_id, body in both]
    return tuple(sorted(lines, key=lambda one: (one.on, one.record_id)))


def _standing(
    tx: Connection, centre: Centre, kind: str, shape: type[BodyT]
) -> dict[RecordId, BodyT]:
    return {
        one.record_id: decode(one.body, shape)
        for one in read_leaves(tx, centre.centre_id, LEAF.c.kind == kind, LEAF.c.stands)
        if one.status is RevisionStatus.FINAL
    }
