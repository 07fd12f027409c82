"""Where every dose of the centre stands on its way to Vaccinnet, and the steps that led there.

The state is computed from the standing revisions and the steps each time (domain/delivery.py): a
correction or withdrawal shows by itself, and nothing can say "accepted" of what was never sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, literal_column, select, update

from clbdesk.centre.bulk import among, chunks
from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.schema import DELIVERY_STEP, LEAF, REVISION, SETTING
from clbdesk.clock import local_day
from clbdesk.domain.body import decode
from clbdesk.domain.delivery import Delivery, DeliveryStep, Request, Step, Wanted, delivery_of
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Revision, RevisionStatus
from clbdesk.domain.vaccination import Dose
from clbdesk.exchange.vaccinnet.wanted import Doctor, KnownDose, wanted
from clbdesk.ids import DeviceId, PupilId, RecordId, StaffId
from clbdesk.standards.vaccination.doubles import WrittenDose, double_doses
from clbdesk.storage.schema import revision_of

_IS_DOSE = LEAF.c.kind == literal_column("'dose'")
_NIHDI = "nihdi."


@dataclass(frozen=True, slots=True)
class Standing:
    """A dose and its delivery. `pupil_id`: whose it is."""

    known: KnownDose
    pupil_id: PupilId
    wanted: Wanted
    delivery: Delivery


def settings(tx: Connection, centre: Centre) -> dict[str, str]:
    """What the centre set, by name."""
    rows = tx.execute(
        select(SETTING.c.name, SETTING.c.value).where(SETTING.c.centre_id == centre.centre_id)
    )
    return {row.name: row.value for row in rows}


def put_setting(tx: Connection, centre: Centre, name: str, value: str) -> None:
    """Set one value; what it was before is replaced."""
    values = {"value": value, "set_at": centre.clock.now()}
    mine = (SETTING.c.centre_id == centre.centre_id, SETTING.c.name == name)
    if tx.execute(update(SETTING).where(*mine).values(values)).rowcount == 0:
        tx.execute(insert(SETTING), {"centre_id": centre.centre_id, "name": name, **values})


def number_setting(staff_id: StaffId) -> str:
    """The name under which somebody's RIZIV number is set."""
    return f"{_NIHDI}{staff_id}"


def doctors(tx: Connection, centre: Centre) -> dict[StaffId, Doctor]:
    """Everybody of the staff with the RIZIV number that the centre set."""
    known = settings(tx, centre)
    people = centre.people.read(tx, centre.centre_id).staff
    return {
        staff_id: Doctor(body.name, known.get(number_setting(staff_id), ""))
        for staff_id, body in people.items()
    }


def standings(tx: Connection, centre: Centre) -> dict[RecordId, Standing]:
    """Every dose that was written on a visit, and every dose that something was sent about."""
    steps = _steps(tx, centre)
    today = local_day(centre.clock.now())
    return {
        record_id: Standing(
            known=known,
            pupil_id=known.dose.pupil_id,
            wanted=(wish := wanted(known, today)),
            delivery=delivery_of(wish, steps.get(record_id, ())),
        )
        for record_id, known in _known_doses(tx, centre, steps).items()
    }


def add_steps(
    tx: Connection,
    centre: Centre,
    done: Iterable[tuple[RecordId, DeliveryStep, str]],
    export_id: str | None = None,
) -> None:
    """Write steps down behind those that stand: (dose, step, words of the register)."""
    told = list(done)
    last = _last_numbers(tx, centre, {record_id for record_id, _, _ in told})
    rows = []
    for record_id, step, message in told:
        last[record_id] = last.get(record_id, 0) + 1
        rows.append(
            {
                "centre_id": centre.centre_id,
                "record_id": record_id,
                "number": last[record_id],
                "at": centre.clock.now(),
                "step": step.step.value,
                "request": step.request.value if step.request else None,
                "content": step.content,
                "register_id": step.register_id,
                "code": step.code,
                "message": message,
                "export_id": export_id,
            }
        )
    for chunk in chunks(rows):
        tx.execute(insert(DELIVERY_STEP), chunk)


def blank_messages(tx: Connection, centre: Centre, record_id: RecordId) -> None:
    """An erasure also takes the words of a register away: they may name somebody."""
    tx.execute(
        update(DELIVERY_STEP)
        .where(
            DELIVERY_STEP.c.centre_id == centre.centre_id, DELIVERY_STEP.c.record_id == record_id
        )
        .values(message="")
    )


@dataclass(frozen=True, slots=True)
class LastStep:
    """The newest step of a dose: when, by which file, and what the register said."""

    step: Step
    export_id: str | None
    message: str


def last_steps(tx: Connection, centre: Centre) -> dict[RecordId, LastStep]:
    """The newest step of every dose that has one."""
    rows = tx.execute(
        select(*DELIVERY_STEP.c)
        .where(DELIVERY_STEP.c.centre_id == centre.centre_id)
        .order_by(DELIVERY_STEP.c.record_id, DELIVERY_STEP.c.number)
    )
    return {
        RecordId(row.record_id): LastStep(Step(row.step), row.export_id, row.message)
        for row in rows
    }


def _steps(tx: Connection, centre: Centre) -> dict[RecordId, list[DeliveryStep]]:
    rows = tx.execute(
        select(*DELIVERY_STEP.c)
        .where(DELIVERY_STEP.c.centre_id == centre.centre_id)
        .order_by(DELIVERY_STEP.c.record_id, DELIVERY_STEP.c.number)
    )
    found: dict[RecordId, list[DeliveryStep]] = defaultdict(list)
    for row in rows:
        step = DeliveryStep(
            step=Step(row.step),
            request=Request(row.request) if row.request else None,
            content=row.content,
            register_id=row.register_id,
            code=row.code,
        )
        found[RecordId(row.record_id)].append(step)
    return found


def _last_numbers(
    tx: Connection, centre: Centre, record_ids: Iterable[RecordId]
) -> dict[RecordId, int]:
    found: dict[RecordId, int] = {}
    for chunk in chunks(record_ids):
        rows = tx.execute(
            select(DELIVERY_STEP.c.record_id, func.max(DELIVERY_STEP.c.number).label("last"))
            .where(
                DELIVERY_STEP.c.centre_id == centre.centre_id,
                among(tx, DELIVERY_STEP.c.record_id, chunk),
            )
            .group_by(DELIVERY_STEP.c.record_id)
        )
        found.update({RecordId(row.record_id): int(row.last) for row in rows})
    return found


def _known_doses(
    tx: Connection, centre: Centre, steps: Mapping[RecordId, list[DeliveryStep]]
) -> dict[RecordId, KnownDose]:
    leaves = _leaves(tx, centre, frozenset(steps))
    doubles = _doubles(leaves)
    real = {one for one, done in steps.items() if any(each.step is Step.REAL for each in done)}
    pupils = {
        PupilId(record_id): body
        for record_id, (_, body) in current(tx, centre.centre_id, Pupil).items()
    }
    known_doctors = doctors(tx, centre)
    found = {}
    for record_id, standing in leaves.items():
        newest = standing[-1]
        dose = decode(newest.body, Dose)
        found[record_id] = KnownDose(
            record_id=record_id,
            dose=dose,
            pupil=pupils.get(dose.pupil_id),
            doctor=known_doctors.get(dose.doctor) if dose.doctor else None,
            withdrawn=newest.status is RevisionStatus.WITHDRAWN,
            two_versions=len(standing) > 1,
            double=record_id in doubles - real,
        )
    return found


def _leaves(
    tx: Connection, centre: Centre, also: frozenset[RecordId]
) -> dict[RecordId, list[Revision]]:
    """The standing revisions of each dose record, by place in the order of the centre.

    The order is made here: a database that is asked for it reads all revisions to find it.
    """
    joined = (LEAF.c.centre_id == REVISION.c.centre_id) & (LEAF.c.rev_id == REVISION.c.rev_id)
    base = (
        select(*REVISION.c)
        .join(LEAF, joined)
        .where(LEAF.c.centre_id == centre.centre_id, LEAF.c.stands)
        .where(REVISION.c.erased_at.is_(None))
    )
    # In the very words of its index, which takes no parameters.
    rows = {
        row["rev_id"]: row
        for row in tx.execute(base.where(_IS_DOSE, LEAF.c.visit_id.is_not(None))).mappings()
    }
    # What is no longer ours, but was sent.
    for chunk in chunks(also - {RecordId(row["record_id"]) for row in rows.values()}):
        asked = base.where(_IS_DOSE, among(tx, LEAF.c.record_id, chunk))
        rows.update({row["rev_id"]: row for row in tx.execute(asked).mappings()})
    found: dict[RecordId, list[Revision]] = defaultdict(list)
    for row in sorted(rows.values(), key=lambda one: int(one["seq"])):
        found[RecordId(row["record_id"])].append(revision_of(row))
    return found


def _doubles(leaves: Mapping[RecordId, list[Revision]]) -> frozenset[RecordId]:
    """Own doses that may be one needle written down twice: a person says which.

    Unlike on a laptop also two of the same laptop: two messages about one needle cannot be unsent.
    """
    by_pupil: dict[PupilId, list[WrittenDose]] = defaultdict(list)
    for record_id, standing in leaves.items():
        if standing[-1].status is RevisionStatus.FINAL:
            dose = decode(standing[-1].body, Dose)
            by_pupil[dose.pupil_id].append(WrittenDose(record_id, DeviceId(record_id), dose))
    pairs = [pair for written in by_pupil.values() for pair in double_doses(written)]
    return frozenset(one.record_id for pair in pairs for one in pair)
