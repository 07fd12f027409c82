"""History from registers and older programs: JSON lines, matched to pupils, entered once.

Format: docs/cli.md, `centre import-history`. A line that is wrong is a problem with its number and
never stops the others. The same file again changes nothing: record ids follow from what a line
says.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from clbdesk.centre import ledger
from clbdesk.centre.bulk import chunks
from clbdesk.centre.centre import Centre
from clbdesk.centre.checks import CENTRE_DEVICE
from clbdesk.centre.class_lists import known_pupils
from clbdesk.centre.directory import current
from clbdesk.centre.history_fit import misfit
from clbdesk.centre.writing import Entry, write
from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.body import Body, encode
from clbdesk.domain.contact import Background, ParentHeight
from clbdesk.domain.kinds import KINDS, Kind, contact_id, derived_record_id
from clbdesk.domain.names import normalise
from clbdesk.domain.people import School
from clbdesk.domain.revision import Compartment
from clbdesk.domain.visits import Contact
from clbdesk.errors import Refused
from clbdesk.exchange.class_list_match import KnownPupil
from clbdesk.ids import PupilId, RecordId, SchoolId

_NOON = time(12, 0)


class PupilReference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pupil by INSZ, or by school (its name), names and birth date."""

    insz: str | None = None
    school: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    birth_date: date | None = None


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line: `body` is the struct of `kind` without `pupil_id`; `source` names the register."""

    pupil: PupilReference
    kind: str
    occurred_on: date
    source: str
    body: dict[str, object]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a line; never what it says."""

    line: int
    code: str


@dataclass(slots=True)
class Imported:
    """What an import did. `known`: lines that the centre had already."""

    lines: int = 0
    entered: int = 0
    known: int = 0
    problems: list[LineProblem] = field(default_factory=list)


class Unfit(Exception):
    """A line that cannot be entered, and why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def import_history(centre: Centre, path: Path) -> Imported:
    """Enter a file of history. Refused when it cannot be read at all."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused("centre.unreadable_file", field="file") from error
    done = Imported()
    today = local_day(centre.clock.now())
    with centre.store.writing() as tx:
        finder = PupilFinder(tx, centre)
        entries: dict[RecordId, Entry] = {}
        for number, line in enumerate(content.splitlines(), start=1):
            if not line.strip():
                continue
            done.lines += 1
            try:
                entry = _entry(line, finder, today)
            except Unfit as unfit:
                done.problems.append(LineProblem(number, unfit.code))
            else:
                entries[entry.record_id] = entry
        done.entered = enter_once(tx, centre, entries.values())
    done.known = done.lines - done.entered - len(done.problems)
    return done


def enter_once(tx: Connection, centre: Centre, entries: Iterable[Entry]) -> int:
    """Enter what comes from outside; how many were new or different.

    What somebody on a laptop has corrected or withdrawn since stays as it is: a file that comes
    again knows less than a person who looked.
    """
    entered = 0
    for chunk in chunks(entries):
        leaves = ledger.leaf_revisions(tx, centre.centre_id, [one.record_id for one in chunk])
        touched = {leaf.record_id for leaf in leaves if leaf.device != CENTRE_DEVICE}
        entered += write(tx, centre, [one for one in chunk if one.record_id not in touched])
    return entered


def _entry(text: bytes, finder: PupilFinder, today: date) -> Entry:
    try:
        line = msgspec.json.decode(text, type=HistoryLine)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unfit("unreadable") from error
    kind = KINDS.get(line.kind)
    if kind is None or kind.compartment is not Compartment.MEDICAL or kind.centre_scope:
        raise Unfit("kind")
    if not line.source.strip():
        raise Unfit("source")
    pupil_id = finder.find(line.pupil)
    values = (
        {**line.body, "pupil_id": pupil_id}
        if "pupil_id" in kind.shape.__struct_fields__
        else line.body
    )
    try:
        body = msgspec.convert(values, kind.shape, strict=False)
    except msgspec.ValidationError as error:
        raise Unfit("body") from error
    if wrong := misfit(body, line.occurred_on, finder.births[pupil_id], today):
        raise Unfit(wrong)
    return Entry(
        _record_id(kind, body, pupil_id, line),
        body,
        pupil_id=pupil_id,
        occurred_at=datetime.combine(line.occurred_on, _NOON, BRUSSELS),
        reason=f"import: {line.source}",
    )


def _record_id(kind: Kind, body: Body, pupil_id: PupilId, line: HistoryLine) -> RecordId:
    """The id that laptops give to a thing that exists once; else one that follows from the line."""
    if isinstance(body, Background):
        return derived_record_id(kind.name, pupil_id, body.item.value)
    if isinstance(body, ParentHeight):
        return derived_record_id(kind.name, pupil_id)
    if isinstance(body, Contact):
        return RecordId(contact_id(pupil_id, body.moment, body.school_year))
    said = hashlib.sha256(encode(body).encode()).hexdigest()
    return derived_record_id(kind.name, "history", pupil_id, line.occurred_on.isoformat(), said)


class PupilFinder:
    """Finds the one pupil a line is about; more than one, or none, is a problem, never a guess."""

    def __init__(self, tx: Connection, centre: Centre) -> None:
        """Reads all pupils once; `births`: the birth date of each."""
        self.births: dict[PupilId, date] = {}
        self._by_number: dict[str, list[PupilId]] = defaultdict(list)
        self._by_identity: dict[tuple[object, ...], set[PupilId]] = defaultdict(set)
        names = {
            SchoolId(record_id): normalise(body.name)
            for record_id, (_, body) in current(tx, centre.centre_id, School).items()
        }
        for known in known_pupils(tx, centre):
            self.births[known.pupil_id] = known.pupil.birth_date
            if known.pupil.insz:
                self._by_number[known.pupil.insz].append(known.pupil_id)
            for key in _identities(known, names):
                self._by_identity[key].add(known.pupil_id)

    def find(self, reference: PupilReference) -> PupilId:
        """The pupil; Unfit when unsure."""
        if reference.insz is not None:
            return _only(self._by_number.get(reference.insz, ()))
        parts = (reference.school, reference.family_name, reference.given_name)
        if reference.birth_date is None or any(not part for part in parts):
            raise Unfit("pupil_incomplete")
        key = (*(normalise(part or "") for part in parts), reference.birth_date)
        return _only(self._by_identity.get(key, ()))


def _identities(known: KnownPupil, schools: dict[SchoolId, str]) -> Iterator[tuple[object, ...]]:
    pupil = known.pupil
    for school_id in {one.school_id for one in known.enrolments}:
        names = (normalise(pupil.family_name), normalise(pupil.given_name))
        yield (schools.get(school_id, ""), *names, pupil.birth_date)


def _only(found: Iterable[PupilId]) -> PupilId:
    several = list(found)
    if len(several) != 1:
        raise Unfit("pupil_unknown" if not several else "pupil_ambiguous")
    return several[0]
