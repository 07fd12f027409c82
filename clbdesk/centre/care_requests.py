"""Aanvragen: crossings out of a care meeting that wait for a path of guidance at the centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.schema import LEAF, REVISION
from clbdesk.domain.body import decode
from clbdesk.domain.care_outcome import Transition
from clbdesk.domain.people import Pupil, School
from clbdesk.domain.revision import RevisionStatus
from clbdesk.ids import RecordId
from clbdesk.storage.schema import revision_of


@dataclass(frozen=True, slots=True)
class CareRequest:
    """One request: about whom, on what basis, since when."""

    record_id: str
    pupil: str
    birth_date: date | None
    school: str
    reason: str
    basis: str
    on: date
    until: date | None


def care_requests(centre: Centre) -> tuple[CareRequest, ...]:
    """All crossings as they stand, the oldest first."""
    with centre.store.reading() as tx:
        found = _transitions(tx, centre)
        pupils = current(tx, centre.centre_id, Pupil)
        schools = current(tx, centre.centre_id, School)
    lines = []
    for record_id, body in found.items():
        _, known = pupils.get(RecordId(body.pupil_id or ""), (None, None))
        school = schools.get(RecordId(body.school_id))
        lines.append(
            CareRequest(
                record_id=record_id,
                pupil=f"{known.given_name} {known.family_name}" if known else body.pupil_name,
                birth_date=known.birth_date if known else body.birth_date,
                school=school[1].name if school else "",
                reason=body.reason.value,
                basis=body.basis.value,
                on=body.on,
                until=body.until,
            )
        )
    return tuple(sorted(lines, key=lambda one: (one.on, one.record_id)))


def _transitions(tx: Connection, centre: Centre) -> dict[RecordId, Transition]:
    joined = (LEAF.c.centre_id == REVISION.c.centre_id) & (LEAF.c.rev_id == REVISION.c.rev_id)
    rows = tx.execute(
        select(*REVISION.c)
        .join(LEAF, joined)
        .where(LEAF.c.centre_id == centre.centre_id, LEAF.c.kind == "transition", LEAF.c.stands)
        .where(REVISION.c.erased_at.is_(None))
        .order_by(REVISION.c.seq)
    ).mappings()
    revisions = [revision_of(row) for row in rows]
    return {
        one.record_id: decode(one.body, Transition)
        for one in revisions
        if one.status is RevisionStatus.FINAL
    }
