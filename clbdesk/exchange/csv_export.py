"""Records of one kind as CSV: one row per record, one column per field, the same names as in `domain`.

UTF-8 with a mark and semicolons, so that a Belgian spreadsheet opens it; dates ISO, decimals with a
point. Text that a spreadsheet would run as a formula gets a quote in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from clbdesk.domain.kinds import Kind
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Revision
from clbdesk.ids import PupilId, SchoolId, StaffId

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_REVISION = (
    "record_id",
    "occurred_at",
    "recorded_at",
    "author",
    "revision_status",
    "revision_reason",
)
_PUPIL = ("pupil_id", "insz", "family_name", "given_name", "birth_date", "sex")
_PLACE = ("school", "visit_id")


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for: pupils, staff and schools of the centre."""

    pupils: Mapping[PupilId, Pupil]
    staff: Mapping[StaffId, str]
    schools: Mapping[SchoolId, str]


def written_csv(
    kind: Kind, records: Callable[[], Iterable[Revision]], names: Names
) -> tuple[bytes, int]:
    """The file of one kind, and how many records are in it. `records` is read twice.

    Columns: who and where, then the fields of the kind, then the revision that stands. What a field
    holds by name has columns of its own (`right.1000.level_db`); a list is JSON in its cell.
    """
    own = _columns(kind, records())
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([*_PUPIL, *_PLACE, *own, *_REVISION])
    count = 0
    for revision in records():
        body = dict(flat(msgspec.json.decode(revision.body)))
        cells = [*_about_pupil(revision, names), *_about_place(revision, names)]
        cells += [cell(body.get(name)) for name in own]
        cells += _about_revision(revision, names)
        writer.writerow(cells)
        count += 1
    return text.getvalue().encode("utf-8-sig"), count


def _columns(kind: Kind, records: Iterable[Revision]) -> list[str]:
    """The fields of the kind in their order, each followed by what the records hold inside it."""
    inside: dict[str, dict[str, None]] = {}
    for revision in records:
        for name, _ in flat(msgspec.json.decode(revision.body)):
            outer, point, _ = name.partition(".")
            if point:
                inside.setdefault(outer, {})[name] = None
    elsewhere = {*_PUPIL, *_PLACE, *_REVISION}
    own = [name for name in kind.shape.__struct_fields__ if name not in elsewhere]
    return [column for name in own for column in inside.get(name, (name,))]


def flat(body: dict[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """Every value that is no object, under the path that leads to it."""
    for name, value in body.items():
        if isinstance(value, dict) and value:
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _about_pupil(revision: Revision, names: Names) -> list[str]:
    pupil = names.pupils.get(revision.pupil_id) if revision.pupil_id else None
    if pupil is None:
        return [cell(revision.pupil_id), *("" for _ in _PUPIL[1:])]
    values = (pupil.insz, pupil.family_name, pupil.given_name, pupil.birth_date.isoformat())
    return [cell(revision.pupil_id), *map(cell, values), pupil.sex.value]


def _about_place(revision: Revision, names: Names) -> list[str]:
    school = names.schools.get(revision.school_id, "") if revision.school_id else ""
    return [cell(school), cell(revision.visit_id)]


def _about_revision(revision: Revision, names: Names) -> list[str]:
    return [
        revision.record_id,
        revision.occurred_at.isoformat(),
        revision.recorded_at.isoformat(),
        cell(names.staff.get(revision.author, revision.author)),
        revision.status.value,
        cell(revision.reason),
    ]


def cell(value: object) -> str:
    """A value as it stands in a file; what a spreadsheet would run gets a quote in front."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    """A negative measure (logMAR -0.1) is no formula."""
    return text.removeprefix("-").replace(".", "", 1).isdecimal()
