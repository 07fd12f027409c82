"""Pupils found as you type: prefixes of names, class and birth date, in any order.

Every pupil has one row of words in an FTS5 table, so that a list of 20,000 answers within a
frame. The words are derived; `index_pupils` makes them from the heads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.dialects.sqlite import insert

from clbdesk.domain.names import normalise
from clbdesk.domain.revision import RevisionStatus
from clbdesk.ids import PupilId, SchoolId, VisitId
from clbdesk.storage.prepared import Prepared
from clbdesk.storage.schema import HEAD, PUPIL_ROW, REVISION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

# Kinds that say something about the row of a pupil, in the order in which a class is believed.
INDEXED_KINDS = ("pupil", "enrolment", "visit_pupil")

_T = TypeVar("_T")
_CHUNK = 500
_DAY_MONTH_YEAR = re.compile(r"\b(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})\b")
_YEAR_MONTH_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_DAY_MONTH = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class PupilHit:
    """One line under the search field. `class_name` "" when it is not known."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    call_name: str
    birth_date: date
    class_name: str
    school_id: SchoolId | None


class _Names(msgspec.Struct, frozen=True, kw_only=True):
    """What the index reads of a pupil, also of a newer version."""

    family_name: str
    given_name: str
    call_name: str = ""
    birth_date: date


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """What the index reads of an enrolment or a place on a visit's list."""

    class_name: str = ""
    school_id: SchoolId | None = None
    school_year: int = 0


_LEAVES = (
    select(HEAD.c.pupil_id, HEAD.c.kind, REVISION.c.body)
    .join(REVISION, REVISION.c.rev_id == HEAD.c.rev_id)
    .where(
        HEAD.c.pupil_id.in_(bindparam("pupils", expanding=True)),
        HEAD.c.kind.in_(INDEXED_KINDS),
        HEAD.c.stands,
        REVISION.c.status == RevisionStatus.FINAL.value,
    )
    .order_by(HEAD.c.rev_id)
)
_NUMBERS = select(PUPIL_ROW.c.pupil_id, PUPIL_ROW.c.number).where(
    PUPIL_ROW.c.pupil_id.in_(bindparam("pupils", expanding=True))
)
_DROP_ROWS = delete(PUPIL_ROW).where(PUPIL_ROW.c.number.in_(bindparam("numbers", expanding=True)))
_DROP_WORDS = Prepared(text("DELETE FROM pupil_search WHERE rowid = :number"))
_ADD_ROWS = Prepared(insert(PUPIL_ROW))
_ADD_WORDS = Prepared(text("INSERT INTO pupil_search(rowid, words) VALUES (:number, :words)"))
_FIND = (
    select(PUPIL_ROW)
    .where(
        PUPIL_ROW.c.number.in_(
            text("SELECT rowid FROM pupil_search WHERE pupil_search MATCH :match")
        )
    )
    .order_by(PUPIL_ROW.c.sort_key, PUPIL_ROW.c.number)
    .limit(bindparam("limit"))
)


_NAMES_ON = Prepared(
    select(PUPIL_ROW.c.pupil_id, PUPIL_ROW.c.family_name, PUPIL_ROW.c.given_name).where(
        PUPIL_ROW.c.pupil_id.in_(
            select(HEAD.c.pupil_id)
            .join(REVISION, REVISION.c.rev_id == HEAD.c.rev_id)
            .where(
                HEAD.c.visit_id == bindparam("visit"),
                HEAD.c.kind == "visit_pupil",
                REVISION.c.status == RevisionStatus.FINAL.value,
            )
        )
    )
)


def find_pupils(connection: Connection, typed: str, limit: int) -> list[PupilHit]:
    """Pupils of whom every typed piece begins a word; ordered by name; none for an empty text."""
    pieces = query_words(typed)
    if not pieces:
        return []
    match = " ".join(f'"{piece}"*' for piece in pieces)
    return [
        PupilHit(
            pupil_id=PupilId(row.pupil_id),
            family_name=row.family_name,
            given_name=row.given_name,
            call_name=row.call_name,
            birth_date=date.fromisoformat(row.birth_date),
            class_name=row.class_name,
            school_id=None if row.school_id is None else SchoolId(row.school_id),
        )
        for row in connection.execute(_FIND, {"match": match, "limit": limit})
    ]


def names_on(connection: Connection, visit_id: VisitId) -> dict[PupilId, tuple[str, str]]:
    """Family and given name of the pupils on a visit's list."""
    rows = _NAMES_ON.rows(connection, visit=visit_id)
    return {PupilId(row["pupil_id"]): (row["family_name"], row["given_name"]) for row in rows}


def query_words(typed: str) -> list[str]:
    """The pieces of a typed text, dates made one word: "vdb 12/3/2015" → ["20150312", "vdb"]."""
    dates: list[str] = []

    def keep(year: str, month: str, day: str) -> str:
        dates.append(f"{year}{int(month):02}{int(day):02}")
        return " "

    def keep_day(match: re.Match[str]) -> str:
        dates.append(f"{int(match[1]):02}{int(match[2]):02}")
        return " "

    rest = _DAY_MONTH_YEAR.sub(lambda found: keep(found[3], found[2], found[1]), typed)
    rest = _YEAR_MONTH_DAY.sub(lambda found: keep(found[1], found[2], found[3]), rest)
    rest = _DAY_MONTH.sub(keep_day, rest)
    return dates + normalise(rest).split()


def index_pupils(connection: Connection, pupil_ids: Iterable[str]) -> None:
    """Make the rows and words of these pupils anew; who has no standing pupil record leaves."""
    every = sorted(set(pupil_ids))
    for start in range(0, len(every), _CHUNK):
        _index(connection, every[start : start + _CHUNK])


def rebuild_search(connection: Connection) -> None:
    """Throw all rows and words away and make them again."""
    old = connection.scalars(select(PUPIL_ROW.c.pupil_id)).all()
    named = connection.scalars(select(HEAD.c.pupil_id).where(HEAD.c.kind == "pupil")).all()
    index_pupils(connection, {*old, *named} - {None})


def pupil_count(connection: Connection) -> int:
    """How many pupils can be found."""
    return connection.scalar(select(func.count()).select_from(PUPIL_ROW)) or 0


def _index(connection: Connection, pupil_ids: list[str]) -> None:
    old = [row.number for row in connection.execute(_NUMBERS, {"pupils": pupil_ids})]
    if old:
        _DROP_WORDS.run_many(connection, ({"number": number} for number in old))
        connection.execute(_DROP_ROWS, {"numbers": old})
    names: dict[str, list[_Names]] = {}
    places: dict[str, list[tuple[int, int, _Place]]] = {}
    for row in connection.execute(_LEAVES, {"pupils": pupil_ids}):
        if row.kind == "pupil":
            names.setdefault(row.pupil_id, []).append(_read(row.body, _Names))
        else:
            place = _read(row.body, _Place)
            belief = -INDEXED_KINDS.index(row.kind)
            places.setdefault(row.pupil_id, []).append((belief, place.school_year, place))
    if not names:
        return
    first = (connection.scalar(select(func.max(PUPIL_ROW.c.number))) or 0) + 1
    rows, words = [], []
    for number, (pupil_id, known) in enumerate(sorted(names.items()), start=first):
        place = max(places.get(pupil_id, []), key=lambda one: one[:2], default=(0, 0, _Place()))[2]
        rows.append(_row(number, pupil_id, known[0], place))
        words.append({"number": number, "words": " ".join(_words(known, place))})
    _ADD_ROWS.run_many(connection, rows)
    _ADD_WORDS.run_many(connection, words)


def _read(body: str, shape: type[_T]) -> _T:
    return msgspec.json.decode(body, type=shape)


def _row(number: int, pupil_id: str, names: _Names, place: _Place) -> dict[str, Any]:
    return {
        "number": number,
        "pupil_id": pupil_id,
        "family_name": names.family_name,
        "given_name": names.given_name,
        "call_name": names.call_name,
        "birth_date": names.birth_date.isoformat(),
        "class_name": place.class_name,
        "school_id": place.school_id,
        "sort_key": f"{normalise(names.family_name)}\x1f{normalise(names.given_name)}",
    }


def _words(known: list[_Names], place: _Place) -> list[str]:
    """All leaves of a pupil with two versions count; "van d hondt" is also found by "dhondt"."""
    words: dict[str, None] = {}
    parts = [normalise(place.class_name)]
    for names in known:
        parts += map(normalise, (names.family_name, names.given_name, names.call_name))
        born = names.birth_date
        parts += [f"{born:%Y%m%d}", f"{born:%d%m%Y}"]
    for part in parts:
        pieces = part.split()
        words.update(dict.fromkeys(pieces))
        words.update(dict.fromkeys("".join(pieces[start:]) for start in range(len(pieces))))
    return list(words)
