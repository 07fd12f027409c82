"""Reading one vault: one steady picture of it, in the words of the field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, func, literal_column, select

from clbdesk.domain.device import Lease
from clbdesk.domain.revision import RevisionStatus
from clbdesk.domain.scopes import Receipt
from clbdesk.ids import PupilId, RecordId, RevId, VisitId
from clbdesk.storage import access_log, drafts, search
from clbdesk.storage.heads import Head, revisions_of
from clbdesk.storage.prepared import AMONG, Prepared, among
from clbdesk.storage.schema import (
    HEAD,
    OUTBOX,
    QUARANTINE,
    RECEIPT,
    REVISION,
    SCOPE,
    SETTING,
    revision_of,
    revision_of_bare,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection

    from clbdesk.domain.device import AccessLine
    from clbdesk.domain.revision import Revision
    from clbdesk.ids import SchoolId, StaffId
    from clbdesk.storage.drafts import Draft
    from clbdesk.storage.search import PupilHit

# A clock that is further off than this against the vault is not believed (architecture §10).
CLOCK_JUMP = timedelta(hours=24)
# From here on the window says that the lease is about to end (pages.md P01).
LEASE_ENDS_SOON = timedelta(hours=24)

_REVISION = select(REVISION).where(REVISION.c.rev_id == bindparam("rev_id"))
_LEAVES = select(REVISION, HEAD.c.stands).join(HEAD, HEAD.c.rev_id == REVISION.c.rev_id)
_LEAVES_OF = Prepared(
    _LEAVES.where(HEAD.c.record_id == bindparam("record")).order_by(HEAD.c.rev_id)
)
_SETTINGS = Prepared(select(SETTING.c.key, SETTING.c.value))


class LeaseState(StrEnum):
    """What the lease allows: everything, reading only, or synchronising only."""

    ACTIVE = "active"
    ENDS_SOON = "ends_soon"
    READ_ONLY = "read_only"
    ENDED = "ended"


_BODIES = Prepared(
    select(HEAD.c.pupil_id, REVISION.c.body)
    .join(REVISION, REVISION.c.rev_id == HEAD.c.rev_id)
    .where(
        HEAD.c.kind == bindparam("kind"),
        HEAD.c.stands,
        HEAD.c.pupil_id.in_(AMONG),
        REVISION.c.status == RevisionStatus.FINAL.value,
    )
    .order_by(HEAD.c.occurred_at, HEAD.c.rev_id)
)


# As the index lot_of_dose has it (migrations/versions/0003), which SQLite uses for these words only.
_LOT: ColumnElement[str] = literal_column(
    "CASE WHEN json_valid(body) THEN json_extract(body, '$.lot') END"
)
_DOSES: ColumnElement[bool] = literal_column("kind = 'dose'")
FIND_LOTS = Prepared(select(_LOT.label("lot")).select_from(REVISION).where(_DOSES).distinct())
FIND_DOSES = Prepared(
    select(REVISION.c.record_id).where(_DOSES, _LOT.in_(among("lots"))).distinct()
)


_TIPS = Prepared(
    select(HEAD.c.pupil_id, func.group_concat(HEAD.c.rev_id, " "))
    .where(HEAD.c.kind.in_(among("kinds")), HEAD.c.pupil_id.in_(AMONG))
    .group_by(HEAD.c.pupil_id)
)

# What each question of `Reader.heads` asks of a leaf.
_FITS = {
    "kinds": HEAD.c.kind.in_(among("kinds")),
    "pupil_id": HEAD.c.pupil_id == bindparam("pupil_id"),
    "pupil_ids": HEAD.c.pupil_id.in_(among("pupil_ids")),
    "record_ids": HEAD.c.record_id.in_(among("record_ids")),
    "visit_id": HEAD.c.visit_id == bindparam("visit_id"),
    "school_id": HEAD.c.school_id == bindparam("school_id"),
}


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """A visit in hand, or the scope "centre". `also_taken`: device name → pupils in common."""

    scope: str
    cursor: int
    taken_at: datetime
    also_taken: dict[str, int]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A revision that the centre keeps apart; `reason` is a key of quarantine.toml."""

    revision: Revision
    reason: str


class Reader:
    """What can be asked of a vault. Lives inside `Vault.read()`; every list is in a fixed order."""

    def __init__(self, connection: Connection) -> None:
        """On a connection in a transaction."""
        self._connection = connection
        self._known_settings: dict[str, str] | None = None

    @property
    def connection(self) -> Connection:
        """For the other modules of storage."""
        return self._connection

    # --- records ---

    def revision(self, rev_id: RevId) -> Revision | None:
        """One revision."""
        row = self._connection.execute(_REVISION, {"rev_id": rev_id}).mappings().one_or_none()
        return None if row is None else revision_of(row)

    def head(self, record_id: RecordId) -> Head | None:
        """What a record says now."""
        found = _LEAVES_OF.tuples(self._connection, {"record": record_id})
        if not found:
            return None
        return _head_of([(revision_of_bare(row), bool(row[-1])) for row in found])

    def heads(
        self,
        *,
        kinds: Collection[str] | None = None,
        pupil_id: PupilId | None = None,
        pupil_ids: Collection[PupilId] | None = None,
        record_ids: Collection[RecordId] | None = None,
        visit_id: VisitId | None = None,
        school_id: SchoolId | None = None,
        include_withdrawn: bool = False,
    ) -> list[Head]:
        """The heads that fit all that is given, ordered by the occurred_at of their first leaf.

        A record of which one leaf fits comes whole: a conflict is never halved. Records of which
        all leaves are withdrawn are left out unless they are asked for.
        """
        asked = {
            "kinds": kinds,
            "pupil_id": pupil_id,
            "pupil_ids": pupil_ids,
            "record_ids": record_ids,
            "visit_id": visit_id,
            "school_id": school_id,
        }
        given = {
            name: value if isinstance(value, str) else _listed(value)
            for name, value in asked.items()
            if value is not None
        }
        rows = _heads_that_fit(tuple(given)).tuples(self._connection, given)
        every = [(revision_of_bare(row), bool(row[-1])) for row in rows]
        heads = [
            _head_of(list(record))
            for _, record in groupby(every, key=lambda pair: pair[0].record_id)
        ]
        heads.sort(key=lambda head: (head.leaf.occurred_at, head.leaf.rev_id))
        return [head for head in heads if include_withdrawn or not head.is_withdrawn]

    def bodies(self, kind: str, pupil_ids: Collection[PupilId]) -> list[tuple[PupilId, str]]:
        """Pupil and body text of every final leaf of one kind: for counting over many pupils."""
        rows = _BODIES.rows(self._connection, kind=kind, among=_listed(pupil_ids))
        return [(PupilId(row["pupil_id"]), row["body"]) for row in rows]

    def tips(self, kinds: Collection[str], pupil_ids: Collection[PupilId]) -> dict[PupilId, str]:
        """The revisions that stand of many pupils, in any order: equal when nothing changed."""
        values = {"kinds": _listed(kinds), "among": _listed(pupil_ids)}
        return dict(_TIPS.tuples(self._connection, values))

    def doses_of_lot(self, fits: Callable[[str], bool]) -> set[RecordId]:
        """The doses of which any revision, a replaced one too, has the number of a lot that fits."""
        printed = [lot for (lot,) in FIND_LOTS.tuples(self._connection, {}) if lot and fits(lot)]
        rows = FIND_DOSES.tuples(self._connection, {"lots": _listed(printed)})
        return {RecordId(record) for (record,) in rows}

    def history(self, record_id: RecordId) -> list[Revision]:
        """All revisions of a record, oldest first."""
        history = revisions_of(self._connection, record_id)
        return sorted(history, key=lambda one: (one.recorded_at, one.rev_id))

    def conflicts(self) -> list[Head]:
        """The records with two or more leaves that differ, ordered by record id."""
        forked = (
            select(HEAD.c.record_id)
            .where(HEAD.c.stands)
            .group_by(HEAD.c.record_id)
            .having(func.count() > 1)
            .order_by(HEAD.c.record_id)
        )
        found = (self.head(RecordId(record)) for record in self._connection.scalars(forked))
        return [head for head in found if head is not None]

    def every_revision(self) -> Iterator[Revision]:
        """All revisions, in order of rev_id."""
        query = select(REVISION).order_by(REVISION.c.rev_id)
        yield from map(revision_of, self._connection.execute(query).mappings())

    # --- pupils ---

    def find_pupils(self, typed: str, limit: int = 50) -> list[PupilHit]:
        """Pupils of whom every typed piece begins a name, the class or the birth date."""
        return search.find_pupils(self._connection, typed, limit)

    def names_on(self, visit_id: VisitId) -> dict[PupilId, tuple[str, str]]:
        """Family and given name of everybody on the list of a visit that is on this laptop."""
        return search.names_on(self._connection, visit_id)

    def pupil_count(self) -> int:
        """How many pupils this vault holds."""
        return search.pupil_count(self._connection)

    # --- drafts ---

    def draft(self, author: StaffId, form: str) -> Draft | None:
        """What this author has typed on this form."""
        return drafts.one(self._connection, author, form)

    def drafts(self, author: StaffId | None = None) -> list[Draft]:
        """All drafts of one author or of everybody, oldest first."""
        return drafts.every(self._connection, author)

    # --- synchronisation ---

    def outbox_count(self) -> int:
        """How many revisions wait for the centre."""
        return self._connection.scalar(select(func.count()).select_from(OUTBOX)) or 0

    def outbox_of(self, kind: str) -> frozenset[RevId]:
        """The revisions of a kind that wait for the centre."""
        query = (
            select(OUTBOX.c.rev_id)
            .join(REVISION, REVISION.c.rev_id == OUTBOX.c.rev_id)
            .where(REVISION.c.kind == kind)
        )
        return frozenset(RevId(one) for one in self._connection.scalars(query))

    def outbox_by_visit(self) -> dict[VisitId | None, int]:
        """The same per visit; None for what belongs to no visit."""
        query = (
            select(REVISION.c.visit_id, func.count())
            .join(OUTBOX, OUTBOX.c.rev_id == REVISION.c.rev_id)
            .group_by(REVISION.c.visit_id)
            .order_by(REVISION.c.visit_id)
        )
        return {
            None if visit is None else VisitId(visit): count
            for visit, count in self._connection.execute(query)
        }

    def quarantined(self) -> list[Quarantined]:
        """What the centre keeps apart, oldest first."""
        query = (
            select(REVISION, QUARANTINE.c.reason.label("told"))
            .join(QUARANTINE, QUARANTINE.c.rev_id == REVISION.c.rev_id)
            .order_by(REVISION.c.recorded_at, REVISION.c.rev_id)
        )
        rows = self._connection.execute(query).mappings()
        return [Quarantined(revision_of(row), row["told"]) for row in rows]

    def scopes(self) -> list[ScopeRow]:
        """The scope "centre" and the visits in hand, in a fixed order."""
        rows = self._connection.execute(select(SCOPE).order_by(SCOPE.c.taken_at, SCOPE.c.scope))
        return [
            ScopeRow(
                scope=row.scope,
                cursor=row.cursor,
                taken_at=row.taken_at,
                also_taken=msgspec.json.decode(row.also_taken, type=dict[str, int]),
            )
            for row in rows
        ]

    def receipts(self) -> list[Receipt]:
        """What the centre confirmed, newest first."""
        query = select(RECEIPT.c.content).order_by(RECEIPT.c.number.desc())
        return [
            msgspec.json.decode(content, type=Receipt)
            for content in self._connection.scalars(query)
        ]

    # --- the vault itself ---

    def access_lines(self, after: int = 0, limit: int = -1) -> Sequence[AccessLine]:
        """Lines of the access log after a number, oldest first; limit −1 = all."""
        return access_log.lines_after(self._connection, after, limit)

    def newest_access(self, staff_id: StaffId, actions: Collection[str]) -> AccessLine | None:
        """The last of these acts of somebody on this laptop."""
        return access_log.newest_of(self._connection, staff_id, actions)

    def setting(self, key: str) -> str | None:
        """A value that this vault keeps about itself (keys: settings.py)."""
        return self._settings().get(key)

    def lease(self) -> Lease | None:
        """Until when this laptop may be used; None before the first hello."""
        kept = self.setting("lease")
        return None if kept is None else msgspec.json.decode(kept, type=Lease)

    def lease_state(self, now: datetime) -> LeaseState:
        """What the lease allows at this moment. A clock that is not believed never ends it."""
        lease = self.lease()
        if lease is None or self.clock_is_uncertain(now):
            return LeaseState.ACTIVE
        if now >= lease.grace_until:
            return LeaseState.ENDED
        if now >= lease.until:
            return LeaseState.READ_ONLY
        return LeaseState.ENDS_SOON if now >= lease.until - LEASE_ENDS_SOON else LeaseState.ACTIVE

    def clock_is_uncertain(self, now: datetime) -> bool:
        """Whether the clock jumped more than 24 h against the largest time in the vault.

        Forward, a moment inside the lease is believed: a laptop may lie in a cupboard for a
        weekend, and the centre itself named the end of the lease.
        """
        kept = self.setting("largest_time")
        if kept is None:
            return False
        largest = datetime.fromisoformat(kept)
        lease = self.lease()
        latest = largest + CLOCK_JUMP
        if lease is not None:
            latest = max(latest, lease.until)
        return not largest - CLOCK_JUMP <= now <= latest

    def _settings(self) -> dict[str, str]:
        if self._known_settings is None:
            self._known_settings = dict(_SETTINGS.tuples(self._connection, {}))
        return self._known_settings


def _listed(values: Collection[str]) -> str:
    """As `among` reads it."""
    return msgspec.json.encode(sorted(values)).decode()


@cache
def _heads_that_fit(names: tuple[str, ...]) -> Prepared:
    """The leaves of every record of which one leaf fits what is asked under these names."""
    query = _LEAVES.order_by(HEAD.c.record_id, HEAD.c.rev_id)
    if names:
        fitting = select(HEAD.c.record_id).where(*(_FITS[name] for name in names))
        query = query.where(HEAD.c.record_id.in_(fitting))
    return Prepared(query)


def _head_of(found: list[tuple[Revision, bool]]) -> Head:
    first = found[0][0]
    if len(found) == 1:  # nearly every record; a leaf that is alone stands
        return Head(first.record_id, first.kind, (first,), (first.rev_id,))
    return Head(
        record_id=first.record_id,
        kind=first.kind,
        leaves=tuple(revision for revision, stands in found if stands),
        tips=tuple(revision.rev_id for revision, _ in found),
    )
