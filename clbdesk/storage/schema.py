"""Columns that vault and centre share, and the tables of the vault (SQLAlchemy Core).

One definition serves SQLCipher on the laptop and SQLCipher or PostgreSQL at the centre, which
puts its own `centre_id` in front and in every primary key. `body` is kept byte for byte.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    types,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import RowMapping

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(types.TypeDecorator[datetime]):
    """An aware UTC moment: microseconds since 1970 in SQLite, timestamptz in PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """The column type of this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To the database; a naive moment is a mistake of ours."""
        if value is None or dialect.name == "postgresql":
            return value
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            moment: datetime = value.astimezone(UTC)
            return moment
        return _EPOCH + timedelta(microseconds=value)


def revision_columns() -> list[Column[Any]]:
    """New columns for every field of Revision, plus `seq`, the order number of the centre.

    No primary key yet: the vault keys on rev_id, the centre on (centre_id, rev_id). `base` is
    the rev_ids with a space between, "" for a first revision.
    """
    return [
        Column("rev_id", Text, nullable=False),
        Column("record_id", Text, nullable=False),
        Column("base", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("kind_version", Integer, nullable=False),
        Column("compartment", Text, nullable=False),
        Column("pupil_id", Text),
        Column("visit_id", Text),
        Column("school_id", Text),
        Column("author", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("device", Text, nullable=False),
        Column("epoch", Text, nullable=False),
        Column("device_seq", BigInteger, nullable=False),
        Column("occurred_at", Moment, nullable=False),
        Column("recorded_at", Moment, nullable=False),
        Column("status", Text, nullable=False),
        Column("reason", Text),
        Column("clock_uncertain", Boolean, nullable=False),
        Column("body", Text, nullable=False),
        Column("salt", Text, nullable=False),
        Column("body_commit", Text, nullable=False),
        Column("seq", BigInteger),
    ]


def head_columns() -> list[Column[Any]]:
    """New columns for one leaf of one record. Derived: heads.py rebuilds them from revisions.

    `stands` is False for a leaf that says the same as another one (see domain.revision.leaves).
    """
    return [
        Column("record_id", Text, nullable=False),
        Column("rev_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("pupil_id", Text),
        Column("visit_id", Text),
        Column("school_id", Text),
        Column("occurred_at", Moment, nullable=False),
        Column("stands", Boolean, nullable=False),
    ]


def access_columns() -> list[Column[Any]]:
    """New columns for one line of the hash-chained access log (domain.device.AccessLine)."""
    return [
        Column("number", BigInteger, nullable=False),
        Column("at", Moment, nullable=False),
        Column("staff_id", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("kind", Text),
        Column("record_id", Text),
        Column("pupil_id", Text),
        Column("reason", Text, nullable=False),
        Column("previous", Text, nullable=False),
        Column("digest", Text, nullable=False),
    ]


def revision_values(revision: Revision, seq: int | None = None) -> dict[str, Any]:
    """The row of a revision."""
    return {
        "rev_id": revision.rev_id,
        "record_id": revision.record_id,
        "base": " ".join(revision.base),
        "kind": revision.kind,
        "kind_version": revision.kind_version,
        "compartment": revision.compartment.value,
        "pupil_id": revision.pupil_id,
        "visit_id": revision.visit_id,
        "school_id": revision.school_id,
        "author": revision.author,
        "role": revision.role.value,
        "device": revision.device,
        "epoch": revision.epoch,
        "device_seq": revision.device_seq,
        "occurred_at": revision.occurred_at,
        "recorded_at": revision.recorded_at,
        "status": revision.status.value,
        "reason": revision.reason,
        "clock_uncertain": revision.clock_uncertain,
        "body": revision.body,
        "salt": revision.salt,
        "body_commit": revision.body_commit,
        "seq": seq,
    }


_COMPARTMENTS = {one.value: one for one in Compartment}
_ROLES = {one.value: one for one in Role}
_STATUSES = {one.value: one for one in RevisionStatus}


def revision_of(row: Mapping[str, Any] | RowMapping) -> Revision:
    """The revision of a row mapping; further columns are left out."""
    return Revision(
        rev_id=row["rev_id"],
        record_id=row["record_id"],
        base=tuple(row["base"].split()),
        kind=row["kind"],
        kind_version=row["kind_version"],
        compartment=_COMPARTMENTS[row["compartment"]],
        pupil_id=row["pupil_id"],
        visit_id=row["visit_id"],
        school_id=row["school_id"],
        author=row["author"],
        role=_ROLES[row["role"]],
        device=row["device"],
        epoch=row["epoch"],
        device_seq=row["device_seq"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        status=_STATUSES[row["status"]],
        reason=row["reason"],
        clock_uncertain=bool(row["clock_uncertain"]),
        body=row["body"],
        salt=row["salt"],
        body_commit=row["body_commit"],
    )


def revision_of_bare(row: Sequence[Any]) -> Revision:
    """The revision of a row of the vault as its driver gives it: the columns of `revision_columns`
    in their order, moments as microseconds; further columns are left out. A list of 400 pupils
    has a thousand of them.
    """
    return Revision(
        rev_id=row[0],
        record_id=row[1],
        base=tuple(row[2].split()),
        kind=row[3],
        kind_version=row[4],
        compartment=_COMPARTMENTS[row[5]],
        pupil_id=row[6],
        visit_id=row[7],
        school_id=row[8],
        author=row[9],
        role=_ROLES[row[10]],
        device=row[11],
        epoch=row[12],
        device_seq=row[13],
        occurred_at=_EPOCH + timedelta(microseconds=row[14]),
        recorded_at=_EPOCH + timedelta(microseconds=row[15]),
        status=_STATUSES[row[16]],
        reason=row[17],
        clock_uncertain=bool(row[18]),
        body=row[19],
        salt=row[20],
        body_commit=row[21],
    )


# --- The vault ------------------------------------------------------------------------------------
vault = MetaData()


def _keyed(columns: list[Column[Any]], *key: str) -> list[Column[Any]]:
    """The columns with those of the primary key marked."""
    for column in columns:
        column.primary_key = column.name in key
    return columns


# Its index lot_of_dose is on an expression (migrations/versions/0003), which Alembic cannot compare.
REVISION = Table(
    "revision",
    vault,
    *_keyed(revision_columns(), "rev_id"),
    Index("revision_of_record", "record_id"),
)

HEAD = Table(
    "head",
    vault,
    *_keyed(head_columns(), "rev_id"),
    Index("head_of_record", "record_id"),
    Index("head_of_pupil", "pupil_id", "kind"),
    Index("head_of_visit", "visit_id", "kind"),
    Index("head_of_kind", "kind", "school_id"),
)

# What waits for the centre; the batch id is stored before the batch is sent.
OUTBOX = Table(
    "outbox",
    vault,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("rev_id", Text, nullable=False, unique=True),
    Column("batch_id", Text),
    sqlite_autoincrement=True,
)

# What a restored centre may have lost: offered again, of any device.
REOFFER = Table(
    "reoffer",
    vault,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("rev_id", Text, nullable=False, unique=True),
    Column("batch_id", Text),
    sqlite_autoincrement=True,
)

# What the centre keeps apart, with the reason it gave.
QUARANTINE = Table(
    "quarantine",
    vault,
    Column("rev_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
)

# A visit taken along, or the scope "centre". `also_taken`: JSON, device name → pupils in common.
SCOPE = Table(
    "scope",
    vault,
    Column("scope", Text, primary_key=True),
    Column("cursor", BigInteger, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("also_taken", Text, nullable=False),
)

# Which revisions a scope brought in: for its digest, and to purge it when it is given back.
SCOPE_REVISION = Table(
    "scope_revision",
    vault,
    Column("scope", Text, primary_key=True),
    Column("rev_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Index("scope_of_revision", "rev_id"),
    sqlite_with_rowid=False,
)

DRAFT = Table(
    "draft",
    vault,
    Column("author", Text, primary_key=True),
    Column("form", Text, primary_key=True),
    Column("pupil_id", Text),
    Column("visit_id", Text),
    Column("base", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

ACCESS = Table("access_log", vault, *_keyed(access_columns(), "number"))

# One row per pupil for the list under the search field. Its words are in the FTS5 table
# pupil_search (migrations/versions/0001), which Core cannot describe.
PUPIL_ROW = Table(
    "pupil_row",
    vault,
    Column("number", Integer, primary_key=True),
    Column("pupil_id", Text, nullable=False, unique=True),
    Column("family_name", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("call_name", Text, nullable=False),
    Column("birth_date", Text, nullable=False),
    Column("class_name", Text, nullable=False),
    Column("school_id", Text),
    Column("sort_key", Text, nullable=False),
    Index("pupil_by_name", "sort_key"),
)

RECEIPT = Table(
    "receipt",
    vault,
    Column("number", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("content", Text, nullable=False),
)

SETTING = Table(
    "setting",
    vault,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
