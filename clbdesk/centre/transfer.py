"""Overdracht: the dossier of a pupil for the CLB that now serves the school, whole or despite an objection.

Whole only when the term for an objection has passed; with an objection only what moves whatever
anybody says (transfer_classes.csv) and the copy of the objection, and the rest is kept (handbook 3
§2.7 T2, T5, T6). Flags go along beside their item, or the next centre would show what was told in
confidence. Sealed concerns carry no pupil and never go. Nothing is erased here.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from clbdesk.centre.access_review import find_pupil
from clbdesk.centre.centre import Centre, particulars
from clbdesk.centre.exports import Exported, list_export, write_file
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.clock import local_day
from clbdesk.domain.body import decode
from clbdesk.domain.data_class import DataClass
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Revision
from clbdesk.domain.rights import class_of
from clbdesk.domain.shielding import Shielding
from clbdesk.errors import Environment, Refused
from clbdesk.ids import RecordId
from clbdesk.standards.retention import goes_despite_objection, working_days_after

FORMAT = "clbdesk-overdracht/1"
DOSSIER, OBJECTION = "dossier.json", "verzet"
_LARGEST_LETTER = 10_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Transfer:
    """What was written: kind → how many records went, and whether some were kept back."""

    export_id: str
    file: str
    records: dict[str, int]
    kept_back: bool


def write_transfer(
    centre: Centre, path: Path, who: str, told_on: date, objection: Path | None = None
) -> Transfer:
    """Write a new file. `who`: id, INSZ or name; `told_on`: day on which the family was told.

    Refused while the term of OVD-1 runs and nobody objected, and while a record has two versions:
    neither of them is the truth yet. `objection`: the letter, of which a copy goes along.
    """
    pupil_id = find_pupil(centre, who)
    today = local_day(centre.clock.now())
    until = working_days_after(told_on, "OVD-1")
    if objection is None and today <= until:
        raise Refused("transfer.term_runs", field="told_on", until=until.isoformat())
    letter = None if objection is None else _letter(objection)
    with centre.store.writing() as tx:
        records = StandingRecords(tx, centre)
        known = records.of_pupils([pupil_id], KINDS).get(pupil_id, [])
        if records.two_versions:
            raise Refused("transfer.two_versions", field="pupil")
        going = [one for one in known if _goes(one, objection is not None)]
        staff = centre.people.read(tx, centre.centre_id).staff
        names = {str(one): body.name for one, body in staff.items()}
        flags = _flags(known)
        kept_back = len(going) < sum(one.kind != "shielding" for one in known)
        export_id = centre.ids.new()
        document = {
            "format": FORMAT,
            "from": particulars(tx, centre.centre_id).name,
            "made_at": centre.clock.now(),
            "pupil_id": pupil_id,
            "objection": objection is not None,
            "kept_back": kept_back,
            "records": [_record(one, names, flags) for one in going],
        }
        content = _packed(document, objection, letter)
        write_file(path, content)
        done = Exported(export_id, "transfer", len(going), content, [pupil_id], Compartment.MEDICAL)
        list_export(tx, centre, done)
    counts = Counter(one.kind for one in going)
    return Transfer(export_id, path.name, dict(sorted(counts.items())), kept_back)


def _goes(revision: Revision, is_objected: bool) -> bool:
    data_class = class_of(revision.kind)
    if revision.kind == "shielding" or data_class is DataClass.CIRCLE:
        return False
    return not is_objected or goes_despite_objection(data_class)


def _flags(known: Iterable[Revision]) -> dict[RecordId, Shielding]:
    bodies = (decode(one.body, Shielding) for one in known if one.kind == "shielding")
    return {one.item_id: one for one in bodies}


def _record(
    revision: Revision, names: dict[str, str], flags: dict[RecordId, Shielding]
) -> dict[str, Any]:
    flagged = flags.get(revision.record_id)
    return {
        "record_id": revision.record_id,
        "kind": revision.kind,
        "class": class_of(revision.kind),
        "occurred_at": revision.occurred_at,
        "recorded_at": revision.recorded_at,
        "by": names.get(revision.author, ""),
        "function": revision.role,
        "status": revision.status,
        "reason": revision.reason,
        "body": msgspec.Raw(revision.body.encode()),
        "flags": flagged.flags if flagged else (),
        "flag_reason": flagged.reason if flagged else "",
    }


def _letter(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Environment("transfer.letter_unreadable") from error
    if not 0 < len(content) <= _LARGEST_LETTER:
        raise Refused("transfer.letter_size", field="objection")
    return content


def _packed(document: dict[str, Any], objection: Path | None, letter: bytes | None) -> bytes:
    """One file: the records, and the copy of the letter under a name that says no more."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(DOSSIER, msgspec.json.encode(document))
        if objection is not None and letter is not None:
            archive.writestr(f"{OBJECTION}{objection.suffix.lower()}", letter)
    return packed.getvalue()
