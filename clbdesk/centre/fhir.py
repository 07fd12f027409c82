"""Pupils of the centre as a FHIR Bundle in a file: who they are, their doses and measurements.

What somebody shielded is left out: nobody knows here who will read the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from clbdesk.centre.bulk import among, chunks
from clbdesk.centre.centre import Centre, particulars
from clbdesk.centre.checks import CENTRE_DEVICE
from clbdesk.centre.class_lists import known_pupils
from clbdesk.centre.deliveries import doctors
from clbdesk.centre.exports import Exported, list_export, write_file
from clbdesk.centre.schema import ACCESS_LINE, REVISION
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.centre.writing import CENTRE_AUTHOR
from clbdesk.clock import local_day
from clbdesk.domain.body import decode
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus
from clbdesk.domain.visits import school_year_of
from clbdesk.errors import Refused
from clbdesk.exchange.fhir.bundle import PupilFile, bundle, encoded
from clbdesk.exchange.fhir.elements import Known, Person
from clbdesk.ids import PupilId, RecordId, SchoolId, StaffId

_KIND = "fhir"
_EXPORTED = ("dose", "growth", "acuity", "colour_vision", "audiometry", "speech_in_noise")


@dataclass(frozen=True, slots=True)
class FhirExport:
    """What was written: resource type → how many; kind → records with two versions, left out."""

    export_id: str
    file: str
    resources: dict[str, int]
    two_versions: dict[str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose records: pupils by id or INSZ, or everybody at a school this school year."""

    pupils: Collection[str] = ()
    school_id: SchoolId | None = None
    since: date | None = None


def write_fhir(centre: Centre, path: Path, choice: Choice) -> FhirExport:
    """Write a new file. Refused `centre.no_such_pupil` when nobody, or not everybody, is found."""
    with centre.store.writing() as tx:
        staff = _staff(tx, centre)
        chosen = _chosen(tx, centre, choice)
        records = StandingRecords(tx, centre)
        by_pupil = records.of_pupils(chosen, _EXPORTED)
        stays = records.shielded(chosen) | _never_told(tx, centre, by_pupil)
        files = [
            PupilFile(
                pupil_id,
                pupil,
                tuple(
                    _known(one, staff)
                    for one in by_pupil.get(pupil_id, ())
                    if one.record_id not in stays
                    and (choice.since is None or _last_day(one) >= choice.since)
                ),
            )
            for pupil_id, pupil in chosen.items()
        ]
        export_id = centre.ids.new()
        made = bundle(files, staff, export_id, centre.clock.now())
        content = encoded(made)
        write_file(path, content)
        count = len(made["entry"])
        done = Exported(export_id, _KIND, count, content, chosen.keys(), Compartment.MEDICAL)
        list_export(tx, centre, done)
    types = [str(entry["resource"]["resourceType"]) for entry in made["entry"]]
    counts = {one: types.count(one) for one in sorted(set(types))}
    return FhirExport(export_id, path.name, counts, records.two_versions)


def _never_told(
    tx: Connection, centre: Centre, by_pupil: Mapping[PupilId, Sequence[Revision]]
) -> frozenset[RecordId]:
    """What was withdrawn before any file told of it: nobody has to hear that it was a mistake."""
    gone = {
        one.record_id: one
        for records in by_pupil.values()
        for one in records
        if one.status is RevisionStatus.WITHDRAWN
    }
    came = _came_in(tx, centre, gone)
    told = _files_about(tx, centre, {one.pupil_id for one in gone.values() if one.pupil_id})
    return frozenset(
        record_id
        for record_id, one in gone.items()
        if not any(came[record_id][0] <= at < came[record_id][1] for at in told[one.pupil_id])
    )


def _came_in(
    tx: Connection, centre: Centre, gone: Collection[RecordId]
) -> dict[RecordId, tuple[datetime, datetime]]:
    """When the first version of each record came in, and when the last one did."""
    found: dict[RecordId, tuple[datetime, datetime]] = {}
    for chunk in chunks(gone):
        rows = tx.execute(
            select(
                REVISION.c.record_id,
                func.min(REVISION.c.received_at).label("first"),
                func.max(REVISION.c.received_at).label("last"),
            )
            .where(REVISION.c.centre_id == centre.centre_id)
            .where(among(tx, REVISION.c.record_id, chunk))
            .group_by(REVISION.c.record_id)
        )
        found.update({RecordId(row.record_id): (row.first, row.last) for row in rows})
    return found


def _files_about(
    tx: Connection, centre: Centre, pupil_ids: Collection[PupilId]
) -> dict[PupilId | None, list[datetime]]:
    """When a file like this went out about each pupil, as the access log has it."""
    found: dict[PupilId | None, list[datetime]] = defaultdict(list)
    for chunk in chunks(pupil_ids):
        rows = tx.execute(
            select(ACCESS_LINE.c.pupil_id, ACCESS_LINE.c.at)
            .where(ACCESS_LINE.c.centre_id == centre.centre_id)
            .where(ACCESS_LINE.c.device == CENTRE_DEVICE, ACCESS_LINE.c.kind == _KIND)
            .where(among(tx, ACCESS_LINE.c.pupil_id, chunk))
        )
        for row in rows:
            found[PupilId(row.pupil_id)].append(row.at)
    return found


def _last_day(revision: Revision) -> date:
    """The day from which it is news: that of a correction or withdrawal is its own."""
    return local_day(max(revision.occurred_at, revision.recorded_at))


def _staff(tx: Connection, centre: Centre) -> dict[StaffId, Person]:
    people = {
        staff_id: Person(staff_id, one.name, one.nihdi)
        for staff_id, one in doctors(tx, centre).items()
    }
    name = particulars(tx, centre.centre_id).name
    return {**people, CENTRE_AUTHOR: Person(CENTRE_AUTHOR, name, "")}


def _chosen(tx: Connection, centre: Centre, choice: Choice) -> dict[PupilId, Pupil]:
    year = school_year_of(local_day(centre.clock.now()))
    wanted = set(choice.pupils)
    found: dict[PupilId, Pupil] = {}
    for known in known_pupils(tx, centre):
        here = choice.school_id is not None and any(
            one.school_id == choice.school_id and one.school_year == year
            for one in known.enrolments
        )
        names = {known.pupil_id, known.pupil.insz} & wanted
        if here or names:
            found[known.pupil_id] = known.pupil
            wanted -= names
    if wanted or not found:
        raise Refused("centre.no_such_pupil", field="pupil")
    return found


def _known(revision: Revision, staff: dict[StaffId, Person]) -> Known:
    assert revision.pupil_id is not None  # asked for by pupil
    unknown = Person(revision.author, revision.author, "")
    return Known(
        record_id=revision.record_id,
        body=decode(revision.body, KINDS[revision.kind].shape),
        pupil_id=revision.pupil_id,
        occurred_at=revision.occurred_at,
        recorded_at=revision.recorded_at,
        author=staff.get(revision.author, unknown),
        withdrawn=revision.status is RevisionStatus.WITHDRAWN,
        at_school=revision.visit_id is not None,
    )
