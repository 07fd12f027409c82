"""`clbdesk export creon`: the mandatory set of one school year as CSV, a row per pupil and day.

A day is what joins the tests of a contact: those of a visit, or of an imported contact. A test with
two versions stays out until a person chose, and is counted; what was withdrawn is not there.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.exports import Exported, list_export, write_file
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.clock import local_day
from clbdesk.domain.body import decode
from clbdesk.domain.people import Enrolment, Pupil, School
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus
from clbdesk.domain.visits import Contact, days_of_school_year
from clbdesk.errors import Refused
from clbdesk.exchange.csv_export import cell, flat
from clbdesk.ids import PupilId, RecordId
from clbdesk.standards.creon import creon_columns, creon_missing

_Day = tuple[date, PupilId, int]
_WHO = ("insz", "pupil_number", "school", "school_number", "class", "moment", "day")


@dataclass(frozen=True, slots=True)
class CreonFile:
    """What was written. `not_registered`: items of the list without a column; `two_versions`: kind →
    records that were left out.
    """

    export_id: str
    file: str
    rows: int
    columns: int
    not_registered: tuple[str, ...]
    two_versions: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Known:
    """Who and where, by id."""

    pupils: dict[RecordId, Pupil]
    schools: dict[RecordId, School]
    enrolments: dict[PupilId, Enrolment]
    moments: dict[tuple[PupilId, date], str]


def write_creon(centre: Centre, path: Path, school_year: int) -> CreonFile:
    """Write the set of a school year (2026 = 2026-27). Refused when the file exists already."""
    if not 2000 <= school_year <= 2199:
        raise Refused("export.no_school_year", field="school_year")
    first, last = days_of_school_year(school_year)
    with centre.store.writing() as tx:
        records = StandingRecords(tx, centre)
        known = _known(tx, centre, records, school_year)
        days: dict[_Day, dict[str, Revision]] = {}
        for kind in sorted({one.kind for one in creon_columns()}):
            for revision in records.of_kind(kind):
                day = local_day(revision.occurred_at)
                stands = revision.status is RevisionStatus.FINAL and first <= day <= last
                if stands and revision.pupil_id is not None:
                    _put(days, revision.pupil_id, day, revision)
        content = _written(days, known)
        write_file(path, content)
        pupils = {pupil_id for _, pupil_id, _ in days}
        export_id = centre.ids.new()
        done = Exported(export_id, "creon", len(days), content, pupils, Compartment.MEDICAL)
        list_export(tx, centre, done)
    return CreonFile(
        export_id=export_id,
        file=path.name,
        rows=len(days),
        columns=len(_WHO) + len(creon_columns()),
        not_registered=creon_missing(),
        two_versions=records.two_versions,
    )


def _put(
    days: dict[_Day, dict[str, Revision]], pupil_id: PupilId, day: date, revision: Revision
) -> None:
    """Beside the other tests of that day; a second test of one kind begins a row of its own."""
    row = 0
    while revision.kind in days.setdefault((day, pupil_id, row), {}):
        row += 1
    days[day, pupil_id, row][revision.kind] = revision


def _known(tx: Connection, centre: Centre, records: StandingRecords, school_year: int) -> _Known:
    pupils = current(tx, centre.centre_id, Pupil)
    schools = current(tx, centre.centre_id, School)
    enrolments = current(tx, centre.centre_id, Enrolment)
    moments: dict[tuple[PupilId, date], str] = {}
    for revision in records.of_kind("contact"):
        if revision.status is RevisionStatus.FINAL and revision.pupil_id is not None:
            body = decode(revision.body, Contact)
            moments[revision.pupil_id, local_day(revision.occurred_at)] = body.moment.value
    return _Known(
        pupils={record_id: body for record_id, (_, body) in pupils.items()},
        schools={record_id: body for record_id, (_, body) in schools.items()},
        enrolments={
            body.pupil_id: body
            for _, body in enrolments.values()
            if body.school_year == school_year
        },
        moments=moments,
    )


def _written(days: dict[_Day, dict[str, Revision]], known: _Known) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    columns = creon_columns()
    writer.writerow([*_WHO, *(one.name for one in columns)])
    for (day, pupil_id, _), found in sorted(days.items(), key=lambda one: one[0]):
        bodies = {
            kind: dict(flat(msgspec.json.decode(revision.body))) for kind, revision in found.items()
        }
        pupil = known.pupils.get(RecordId(pupil_id))
        values: list[object] = [
            bodies.get(one.kind, {}).get(one.path)
            if one.sex is None or (pupil is not None and pupil.sex is one.sex)
            else None
            for one in columns
        ]
        who = _about(pupil_id, day, known)
        writer.writerow([cell(value) for value in (*who, *values)])
    return text.getvalue().encode("utf-8-sig")


def _about(pupil_id: PupilId, day: date, known: _Known) -> tuple[object, ...]:
    pupil, enrolment = known.pupils.get(RecordId(pupil_id)), known.enrolments.get(pupil_id)
    school = known.schools.get(RecordId(enrolment.school_id)) if enrolment else None
    return (
        pupil.insz if pupil else None,
        pupil.pupil_number if pupil else None,
        school.name if school else None,
        school.number if school else None,
        enrolment.class_name if enrolment else None,
        known.moments.get((pupil_id, day)),
        day.isoformat(),
    )
