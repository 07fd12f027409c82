"""Pupils of the centre as a FHIR Bundle in a file: who they are, their doses and measurements.

What somebody shielded is left out: nobody knows here who will read the file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from clbdesk.centre.centre import Centre, particulars
from clbdesk.centre.class_lists import known_pupils
from clbdesk.centre.deliveries import doctors
from clbdesk.centre.exports import Exported, list_export, write_file
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
from clbdesk.ids import PupilId, SchoolId, StaffId

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
        shielded = records.shielded(chosen)
        files = [
            PupilFile(
                pupil_id,
                pupil,
                tuple(
                    _known(one, staff)
                    for one in by_pupil.get(pupil_id, ())
                    if one.record_id not in shielded
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
        done = Exported(export_id, "fhir", count, content, chosen.keys(), Compartment.MEDICAL)
        list_export(tx, centre, done)
    types = [str(entry["resource"]["resourceType"]) for entry in made["entry"]]
    counts = {one: types.count(one) for one in sorted(set(types))}
    return FhirExport(export_id, path.name, counts, records.two_versions)


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
