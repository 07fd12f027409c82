"""`clbdesk centre import-codes`: the coded lists of interventions, with their days of validity.

A CSV with the columns list, code, label, domain, valid_from, valid_until and source (docs/cli.md).
A line that is wrong is a problem with its number and never stops the others; the same file again
changes nothing. A code is never taken away: it ends on a day.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.writing import Entry, write
from clbdesk.domain.intervention import CodeList, InterventionCode
from clbdesk.domain.kinds import derived_record_id
from clbdesk.errors import Refused
from clbdesk.ids import RecordId

_COLUMNS = ("list", "code", "label", "domain", "valid_from", "valid_until", "source")
_NEEDED = frozenset({"list", "code", "label", "valid_from", "source"})


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """What is wrong with a line; lines count from 2, as a spreadsheet numbers them."""

    line: int
    code: str


@dataclass(slots=True)
class ImportedCodes:
    """What an import did. `known`: lines that the centre had already, word for word."""

    lines: int = 0
    entered: int = 0
    known: int = 0
    problems: list[CodeProblem] = field(default_factory=list)


def import_codes(centre: Centre, path: Path) -> ImportedCodes:
    """Enter a file of codes. Refused when it cannot be read, or a column is missing.

    A line is a problem when two periods of one code would overlap: then nobody could tell which
    of its words holds.
    """
    done = ImportedCodes()
    with centre.store.writing() as tx:
        known = {
            record_id: body
            for record_id, (_, body) in current(tx, centre.centre_id, InterventionCode).items()
        }
        entries: dict[RecordId, Entry] = {}
        for code, number in _codes(path, done):
            record_id = derived_record_id(
                "intervention_code", code.list, code.code, code.valid_from.isoformat()
            )
            others = [one for other, one in known.items() if other != record_id]
            if record_id in entries or any(_overlaps(code, one) for one in others):
                done.problems.append(CodeProblem(number, "overlaps"))
                continue
            known[record_id] = code
            entries[record_id] = Entry(record_id, code)
        done.entered = write(tx, centre, tuple(entries.values()))
    done.known = len(entries) - done.entered
    done.problems.sort(key=lambda one: one.line)
    return done


def _codes(path: Path, done: ImportedCodes) -> list[tuple[InterventionCode, int]]:
    """The lines that can be read, the earliest first: a period ends before the next one begins."""
    found = []
    for number, row in enumerate(_rows(path), start=2):
        done.lines += 1
        try:
            found.append((_code(row), number))
        except ValueError as wrong:
            done.problems.append(CodeProblem(number, str(wrong)))
    return sorted(found, key=lambda one: (one[0].valid_from, one[1]))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("centre.unreadable_file", field="file") from error
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    try:
        rows = [{name: (row.get(name) or "").strip() for name in _COLUMNS} for row in reader]
    except csv.Error as error:
        raise Refused("centre.unreadable_file", field="file") from error
    if not set(reader.fieldnames or ()) >= _NEEDED:
        raise Refused("centre.codes_column_missing", field="file")
    return rows


def _code(row: dict[str, str]) -> InterventionCode:
    """One line; ValueError with the code of its problem."""
    if row["list"] not in list(CodeList):
        raise ValueError("list")
    for name in ("code", "label", "source"):
        if not row[name]:
            raise ValueError(name)
    valid_from = _day(row["valid_from"], "valid_from")
    valid_until = _day(row["valid_until"], "valid_until") if row["valid_until"] else None
    if valid_until is not None and valid_until < valid_from:
        raise ValueError("valid_until")
    return InterventionCode(
        list=CodeList(row["list"]),
        code=row["code"],
        label=row["label"],
        domain=row["domain"],
        valid_from=valid_from,
        valid_until=valid_until,
        source=row["source"],
    )


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(name) from error


def _overlaps(one: InterventionCode, other: InterventionCode) -> bool:
    if (one.list, one.code) != (other.list, other.code):
        return False
    last, other_last = one.valid_until or date.max, other.valid_until or date.max
    return one.valid_from <= other_last and other.valid_from <= last
