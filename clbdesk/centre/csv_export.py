"""Records of the centre as CSV files in a folder, one file per kind.

What somebody shielded is left out, and counted: nobody knows here who will read the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from clbdesk.centre.centre import Centre, particulars
from clbdesk.centre.directory import current
from clbdesk.centre.exports import Exported, list_export, write_file
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.centre.writing import CENTRE_AUTHOR
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.people import Pupil, School
from clbdesk.domain.revision import Compartment, Revision
from clbdesk.errors import Environment, Refused
from clbdesk.exchange.csv_export import Names, written_csv
from clbdesk.ids import PupilId, RecordId, SchoolId


@dataclass(frozen=True, slots=True)
class CsvExport:
    """What was written: kind → rows; kind → records with two versions, and records with a flag,
    which were left out.
    """

    folder: str
    rows: dict[str, int]
    two_versions: dict[str, int]
    shielded: dict[str, int]


def write_csv(centre: Centre, folder: Path, kinds: Sequence[str]) -> CsvExport:
    """Write a file per kind in a new folder. Refused when a kind or the folder is not right."""
    if unknown := [one for one in kinds if one not in KINDS]:
        raise Refused("export.no_such_kind", field="kind", kind=unknown[0])
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise Refused("export.file_exists", field="out", file=folder.name) from error
    except OSError as error:
        raise Environment("export.cannot_write", file=folder.name) from error
    rows: dict[str, int] = {}
    left_out: dict[str, set[RecordId]] = {}
    with centre.store.writing() as tx:
        names = _names(tx, centre)
        records = StandingRecords(tx, centre)
        shielded = records.shielded()
        for name in dict.fromkeys(kinds):
            pupils: set[PupilId] = set()
            kept = left_out.setdefault(name, set())
            told = partial(_noting, records, name, pupils, shielded, kept)
            content, rows[name] = written_csv(KINDS[name], told, names)
            write_file(folder / f"{name}.csv", content)
            done = Exported(
                centre.ids.new(),
                f"csv {name}",
                rows[name],
                content,
                pupils,
                KINDS[name].compartment or Compartment.PLANNING,  # of either side
            )
            list_export(tx, centre, done)
    counted = {name: len(kept) for name, kept in left_out.items() if kept}
    return CsvExport(folder.name, rows, records.two_versions, counted)


def _noting(
    records: StandingRecords,
    kind: str,
    pupils: set[PupilId],
    shielded: frozenset[RecordId],
    kept: set[RecordId],
) -> Iterator[Revision]:
    """The records of a kind as they come, with a note of whose they are, and of what stays here."""
    for revision in records.of_kind(kind):
        if revision.record_id in shielded:
            kept.add(revision.record_id)
            continue
        if revision.pupil_id is not None:
            pupils.add(revision.pupil_id)
        yield revision


def _names(tx: Connection, centre: Centre) -> Names:
    people = centre.people.read(tx, centre.centre_id).staff
    own_name = particulars(tx, centre.centre_id).name
    pupils = current(tx, centre.centre_id, Pupil)
    schools = current(tx, centre.centre_id, School)
    return Names(
        pupils={PupilId(record_id): body for record_id, (_, body) in pupils.items()},
        staff={CENTRE_AUTHOR: own_name, **{one: body.name for one, body in people.items()}},
        schools={SchoolId(record_id): body.name for record_id, (_, body) in schools.items()},
    )
