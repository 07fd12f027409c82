"""Recall at the centre: every pupil who got a dose of one lot, over all laptops and schools."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import Connection, select

from clbdesk.centre.centre import Centre
from clbdesk.centre.class_lists import known_pupils
from clbdesk.centre.directory import current
from clbdesk.centre.schema import LEAF, REVISION
from clbdesk.domain.body import decode
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import School, last_place
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.stock import lot_key
from clbdesk.domain.vaccination import Dose, DoseStatus
from clbdesk.ids import RecordId


class _OfLot(msgspec.Struct):
    """What a dose says of its lot; its other fields are left out."""

    lot: str = ""


_LOT = msgspec.json.Decoder(_OfLot)


@dataclass(frozen=True, slots=True)
class RecalledDose:
    """A dose of the lot, with whom it went into. `on`: as exactly as it is known."""

    pupil_id: str
    family_name: str
    given_name: str
    birth_date: date | None
    school: str
    class_name: str
    on: str
    vaccine: str
    product: str
    lot: str


def recall_lot(centre: Centre, number: str) -> tuple[RecalledDose, ...]:
    """Every dose of a lot that was given, whatever its case and spaces; both of two versions."""
    wanted = lot_key(number)
    with centre.store.reading() as tx:
        found = _doses(tx, centre, wanted) if wanted else {}
        pupils = {one.pupil_id: one for one in known_pupils(tx, centre)} if found else {}
        schools = {
            record_id: body.name
            for record_id, (_, body) in current(tx, centre.centre_id, School).items()
        }
    lines = []
    for dose in found.values():
        known = pupils.get(dose.pupil_id)
        place = last_place(known.enrolments) if known else None
        lines.append(
            RecalledDose(
                pupil_id=dose.pupil_id,
                family_name=known.pupil.family_name if known else "",
                given_name=known.pupil.given_name if known else "",
                birth_date=known.pupil.birth_date if known else None,
                school=schools.get(RecordId(place.school_id), "") if place else "",
                class_name=place.class_name if place else "",
                on=dose.on,
                vaccine=dose.vaccine,
                product=dose.product,
                lot=dose.lot,
            )
        )
    return tuple(
        sorted(
            lines,
            key=lambda one: (
                one.school,
                one.class_name,
                *on_a_list(one.family_name, one.given_name),
            ),
        )
    )


def _doses(tx: Connection, centre: Centre, wanted: str) -> dict[RecordId, Dose]:
    """The lot alone is read of every dose, and the whole of those that had it."""
    joined = (LEAF.c.centre_id == REVISION.c.centre_id) & (LEAF.c.rev_id == REVISION.c.rev_id)
    rows = tx.execute(
        select(REVISION.c.record_id, REVISION.c.body)
        .join(LEAF, joined)
        .where(LEAF.c.centre_id == centre.centre_id, LEAF.c.kind == "dose", LEAF.c.stands)
        .where(REVISION.c.erased_at.is_(None))
        .where(REVISION.c.status == RevisionStatus.FINAL.value)
        .order_by(REVISION.c.seq)
    ).all()
    found = {}
    for record_id, text in rows:
        if lot_key(_LOT.decode(text).lot) == wanted:
            dose = decode(text, Dose)
            if dose.status is DoseStatus.GIVEN:
                found[RecordId(record_id)] = dose
    return found
