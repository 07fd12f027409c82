"""Class lists at the centre: compared with the pupils it knows, and imported once confirmed."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from sqlalchemy import Connection

from clbdesk.centre.administration import fill_coming_visits
from clbdesk.centre.bulk import chunks
from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.writing import Entry, write
from clbdesk.clock import local_day
from clbdesk.domain.people import Enrolment, Pupil, School
from clbdesk.domain.visits import school_year_of
from clbdesk.errors import Refused
from clbdesk.exchange.class_list import read_class_list
from clbdesk.exchange.class_list_match import Entry as Row
from clbdesk.exchange.class_list_match import KnownPupil, Preview, match
from clbdesk.ids import PupilId, RecordId, SchoolId


def known_pupils(tx: Connection, centre: Centre) -> list[KnownPupil]:
    """All pupils of the centre with all their enrolments."""
    enrolments: dict[PupilId, list[Enrolment]] = defaultdict(list)
    for _, body in current(tx, centre.centre_id, Enrolment).values():
        enrolments[body.pupil_id].append(body)
    return [
        KnownPupil(PupilId(record_id), body, tuple(enrolments[PupilId(record_id)]))
        for record_id, (_, body) in current(tx, centre.centre_id, Pupil).items()
    ]


def import_class_list(
    centre: Centre,
    path: Path,
    school_id: SchoolId,
    *,
    school_year: int | None = None,
    commit: bool = False,
) -> Preview:
    """What a list would do; with `commit` it is done, except for the rows with problems.

    `school_year` 2026 = 2026-27, this one when it is not given. Preview and import happen on one
    picture of the data. Refused when the file is no class list or the school does not exist.
    """
    today = local_day(centre.clock.now())
    read = read_class_list(path, today)
    with centre.store.writing() if commit else centre.store.reading() as tx:
        school = current(tx, centre.centre_id, School).get(RecordId(school_id))
        if school is None:
            raise Refused("centre.no_such_school", field="school")
        preview = match(
            read,
            known_pupils(tx, centre),
            school_id=school_id,
            school=school[1],
            school_year=school_year or school_year_of(today),
            new_id=centre.ids.new,
        )
        if commit:
            _record(tx, centre, preview, school_id)
    return preview


def _record(tx: Connection, centre: Centre, preview: Preview, school_id: SchoolId) -> None:
    for chunk in chunks((*preview.new, *preview.changed), 250):
        write(tx, centre, [entry for row in chunk for entry in _entries(row, school_id)])
    fill_coming_visits(tx, centre, school_id)


def _entries(row: Row, school_id: SchoolId) -> list[Entry]:
    entries = []
    if row.pupil_changed:
        entries.append(
            Entry(RecordId(row.pupil_id), row.pupil, pupil_id=row.pupil_id, reason="class list")
        )
    if row.enrolment_changed:
        entries.append(
            Entry(
                row.enrolment_id,
                row.enrolment,
                pupil_id=row.pupil_id,
                school_id=school_id,
                reason="class list",
            )
        )
    return entries
