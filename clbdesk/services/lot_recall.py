"""Recall: everybody on this laptop who got a dose of one lot, at once and without a network.

The number is looked for as printed, whatever its case and spaces. Of a dose with two versions both
count: who may have had the lot is named. Asking is logged, because it opens names. A dose that this
colleague is kept from is counted and not named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.domain.body import decode
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Enrolment, Pupil, School
from clbdesk.domain.stock import lot_key
from clbdesk.domain.vaccination import Dose, DoseStatus, Lot
from clbdesk.domain.visits import VisitPupil
from clbdesk.ids import PupilId, RecordId, StaffId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing, final_bodies
from clbdesk.services.shielding import hidden_from, shieldings_of
from clbdesk.storage.vault import Reader


@dataclass(frozen=True, slots=True)
class Recalled:
    """A pupil who got a dose of the lot. `on`: as exactly as it is known."""

    record_id: RecordId
    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date
    class_name: str
    school: str
    on: str
    vaccine: str
    product: str
    visit_id: VisitId | None


@dataclass(frozen=True, slots=True)
class Recall:
    """What was found. `lot`: the number as asked; `quarantined`: why the lot may not be used.

    `unnamed`: pupils who got the lot and are not named: their name is not on this laptop, or the dose
    is not for this colleague; the centre knows them.
    """

    lot: str
    found: tuple[Recalled, ...]
    unnamed: int
    quarantined: str | None


def recall_lot(desk: Desk, number: str) -> Recall:
    """Every dose of a lot that was given, in the order of school, class and name."""
    wanted = lot_key(number)
    with desk.vault.read() as reader:
        doses = _doses(reader, wanted) if wanted else []
        found = _recalled(reader, _shown(reader, desk.user.staff_id, doses))
        lots = all_standing(reader.heads(kinds=("lot",)), Lot)
    if wanted:
        with desk.vault.write() as work:
            desk.log(work, "recall", kind="dose", reason=number.strip())
    said = (lot for one in lots for lot in final_bodies(one.head, Lot))
    apart = [lot.quarantined for lot in said if lot_key(lot.number) == wanted]
    return Recall(
        lot=number.strip(),
        found=found,
        unnamed=len({body.pupil_id for _record, _visit, body in doses})
        - len({one.pupil_id for one in found}),
        quarantined=next((reason for reason in apart if reason is not None), None),
    )


def _doses(reader: Reader, wanted: str) -> list[tuple[RecordId, VisitId | None, Dose]]:
    known = KINDS["dose"].version
    ids = reader.doses_of_lot(lambda printed: lot_key(printed) == wanted)
    found = []
    for head in reader.heads(record_ids=ids):
        for leaf in head.final:
            if leaf.kind_version > known:
                continue
            body = decode(leaf.body, Dose)
            if body.status is DoseStatus.GIVEN and lot_key(body.lot) == wanted:
                found.append((head.record_id, leaf.visit_id, body))
                break
    return found


def _shown(
    reader: Reader, staff_id: StaffId, doses: list[tuple[RecordId, VisitId | None, Dose]]
) -> list[tuple[RecordId, VisitId | None, Dose]]:
    """Without what this colleague is kept from (conflict of interest)."""
    ids = tuple({body.pupil_id for _record, _visit, body in doses})
    heads = reader.heads(kinds=("shielding",), pupil_ids=ids) if ids else ()
    hidden: frozenset[RecordId] = frozenset()
    for pupil_id in {head.leaf.pupil_id for head in heads}:
        if pupil_id is not None:
            hidden |= hidden_from(staff_id, shieldings_of(reader, pupil_id).values())
    return [one for one in doses if one[0] not in hidden]


def _recalled(
    reader: Reader, doses: list[tuple[RecordId, VisitId | None, Dose]]
) -> tuple[Recalled, ...]:
    if not doses:
        return ()
    ids = tuple({body.pupil_id for _record, _visit, body in doses})
    pupils = {
        PupilId(one.record_id): one.body
        for one in all_standing(reader.heads(kinds=("pupil",), pupil_ids=ids), Pupil)
    }
    enrolled = all_standing(reader.heads(kinds=("enrolment",), pupil_ids=ids), Enrolment)
    by_year = sorted((one.body for one in enrolled), key=lambda body: body.school_year)
    places = {body.pupil_id: body for body in by_year}  # the newest stands
    schools = {
        one.record_id: one.body.name
        for one in all_standing(reader.heads(kinds=("school",)), School)
    }
    # Where the dossier of somebody opens whose dose was given elsewhere.
    listed = {
        one.body.pupil_id: one.body.visit_id
        for one in all_standing(reader.heads(kinds=("visit_pupil",), pupil_ids=ids), VisitPupil)
    }
    found = []
    for record_id, visit_id, body in doses:
        pupil, place = pupils.get(body.pupil_id), places.get(body.pupil_id)
        if pupil is None:  # the name went with a visit that was given back: counted, not named
            continue
        found.append(
            Recalled(
                record_id=record_id,
                pupil_id=body.pupil_id,
                family_name=pupil.family_name,
                given_name=pupil.given_name,
                birth_date=pupil.birth_date,
                class_name=place.class_name if place else "",
                school=schools.get(RecordId(place.school_id), "") if place else "",
                on=body.on,
                vaccine=body.vaccine,
                product=body.product,
                visit_id=visit_id or listed.get(body.pupil_id),
            )
        )
    return tuple(sorted(found, key=_place_on_list))


def _place_on_list(one: Recalled) -> tuple[str, ...]:
    return (one.school, one.class_name, *on_a_list(one.family_name, one.given_name), one.on)
