"""What importing a class list would do: new, matched, changed, problems. It writes nothing.

A pupil matches by INSZ, else by normalised name and birth date at that school. More than one
match is a problem, never a guess. Accents and capitals do not make a change: schools type names
without them, and a list must not undo the spelling that the centre knows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.names import normalise
from clbdesk.domain.people import Enrolment, Pupil, School, SchoolLevel, Sex
from clbdesk.exchange.class_list_columns import Field
from clbdesk.exchange.class_list_rows import ClassListRow, Problem
from clbdesk.exchange.class_list_values import grade_of
from clbdesk.ids import PupilId, RecordId, SchoolId

if TYPE_CHECKING:
    from clbdesk.exchange.class_list import ClassList


@dataclass(frozen=True, slots=True)
class KnownPupil:
    """A pupil of the centre with all enrolments that it knows."""

    pupil_id: PupilId
    pupil: Pupil
    enrolments: tuple[Enrolment, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One good row, ready to be recorded. `changes`: names of the fields that are new or other.

    `pupil_changed` and `enrolment_changed` tell which of the two records needs a revision.
    """

    row: int
    pupil_id: PupilId
    pupil: Pupil
    pupil_changed: bool
    enrolment_id: RecordId
    enrolment: Enrolment
    enrolment_changed: bool
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What the list would do; `matched` are the pupils for whom nothing changes."""

    count: int
    new: tuple[Entry, ...]
    matched: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    problems: tuple[Problem, ...]


class _Refusal(Exception):
    def __init__(self, field: Field, code: str) -> None:
        super().__init__(code)
        self.field, self.code = field, code


def match(
    class_list: ClassList,
    known: Iterable[KnownPupil],
    *,
    school_id: SchoolId,
    school: School,
    school_year: int,
    new_id: Callable[[], str],
) -> Preview:
    """Compare a list with the pupils of the centre (of all its schools); `new_id` makes UUIDs."""
    pupils = list(known)
    finder = _Finder(pupils, school_id)
    problems = list(class_list.problems)
    found: list[tuple[ClassListRow, KnownPupil | None]] = []
    for row in class_list.rows:
        try:
            found.append((row, finder.find(row)))
        except _Refusal as refusal:
            problems.append(Problem(row.row, refusal.field, refusal.code, sheet=row.sheet))
    times = Counter(pupil.pupil_id for _, pupil in found if pupil)
    new: list[Entry] = []
    matched: list[Entry] = []
    changed: list[Entry] = []
    for row, pupil in found:
        if pupil is not None and times[pupil.pupil_id] > 1:
            problems.append(
                Problem(row.row, Field.FAMILY_NAME, "two_rows_one_pupil", sheet=row.sheet)
            )
            continue
        entry = _entry(row, pupil, school_id, school, school_year, new_id)
        if pupil is None:
            new.append(entry)
        else:
            (changed if entry.changes else matched).append(entry)
    problems.sort(key=lambda problem: (problem.sheet, problem.row))
    return Preview(class_list.count, tuple(new), tuple(matched), tuple(changed), tuple(problems))


class _Finder:
    """Looks pupils up by number over the centre, by name and birth date at one school."""

    def __init__(self, pupils: list[KnownPupil], school_id: SchoolId) -> None:
        self._by_number: defaultdict[str, list[KnownPupil]] = defaultdict(list)
        self._by_identity: defaultdict[tuple[object, ...], list[KnownPupil]] = defaultdict(list)
        for known in pupils:
            if known.pupil.insz:
                self._by_number[known.pupil.insz].append(known)
            if any(enrolment.school_id == school_id for enrolment in known.enrolments):
                self._by_identity[_identity(known.pupil)].append(known)

    def find(self, row: ClassListRow) -> KnownPupil | None:
        """The one pupil that this row is about; None when new; _Refusal when that is unsure."""
        if row.insz and (same_number := self._by_number.get(row.insz)):
            if len(same_number) > 1:
                raise _Refusal(Field.INSZ, "more_than_one_match")
            if not _agrees_in_something(row, same_number[0].pupil):
                raise _Refusal(Field.INSZ, "insz_of_somebody_else")
            return same_number[0]
        candidates = self._by_identity.get(row.identity, [])
        if len(candidates) > 1:
            raise _Refusal(Field.FAMILY_NAME, "more_than_one_match")
        if not candidates:
            return None
        if row.insz and candidates[0].pupil.insz:
            raise _Refusal(Field.INSZ, "known_with_other_insz")
        return candidates[0]


def _identity(pupil: Pupil) -> tuple[object, ...]:
    return normalise(pupil.family_name), normalise(pupil.given_name), pupil.birth_date


def _agrees_in_something(row: ClassListRow, pupil: Pupil) -> bool:
    pairs = zip(row.identity, _identity(pupil), strict=True)
    return any(listed == known for listed, known in pairs)


def _entry(
    row: ClassListRow,
    known: KnownPupil | None,
    school_id: SchoolId,
    school: School,
    school_year: int,
    new_id: Callable[[], str],
) -> Entry:
    pupil_id = known.pupil_id if known else PupilId(new_id())
    pupil = _pupil(row, known.pupil if known else None)
    grade = grade_of(row.class_name, row.grade, school.level)
    enrolment = Enrolment(
        pupil_id=pupil_id,
        school_id=school_id,
        school_year=school_year,
        class_name=row.class_name,
        stage=grade.stage,
        okan=grade.okan,
        special_education=school.level is SchoolLevel.SPECIAL,
    )
    current = next(
        (
            each
            for each in (known.enrolments if known else ())
            if each.school_id == school_id and each.school_year == school_year
        ),
        None,
    )
    pupil_changes = _differences(pupil, known.pupil) if known else ()
    enrolment_changes = _differences(enrolment, current) if current else ("enrolment",)
    return Entry(
        row=row.row,
        pupil_id=pupil_id,
        pupil=pupil,
        pupil_changed=known is None or bool(pupil_changes),
        enrolment_id=derived_record_id("enrolment", pupil_id, school_id, str(school_year)),
        enrolment=enrolment,
        enrolment_changed=bool(enrolment_changes),
        changes=(*pupil_changes, *enrolment_changes) if known else (),
    )


def _pupil(row: ClassListRow, known: Pupil | None) -> Pupil:
    """The pupil as the list has it; what the list leaves empty stays as it was known."""
    if known is None:
        return Pupil(
            family_name=row.family_name,
            given_name=row.given_name,
            call_name=row.call_name,
            birth_date=row.birth_date,
            sex=row.sex,
            insz=row.insz,
            pupil_number=row.pupil_number,
        )
    return msgspec.structs.replace(
        known,
        family_name=_spelling(row.family_name, known.family_name),
        given_name=_spelling(row.given_name, known.given_name),
        call_name=_spelling(row.call_name or known.call_name, known.call_name),
        birth_date=row.birth_date,
        sex=known.sex if row.sex is Sex.UNKNOWN else row.sex,
        insz=row.insz or known.insz,
        pupil_number=row.pupil_number or known.pupil_number,
        provisional=False,
    )


def _spelling(listed: str, known: str) -> str:
    return known if normalise(listed) == normalise(known) else listed


def _differences(one: msgspec.Struct, other: msgspec.Struct) -> tuple[str, ...]:
    return tuple(
        name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name)
    )
