"""Tables of the centre: one definition for the embedded SQLCipher file and for PostgreSQL.

`centre_id` is in every primary key, so that one database can hold many centres behind row-level
security, and can be partitioned by it. There are no foreign keys between revisions on purpose: a
revision may arrive before the one it replaces.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TextClause,
    text,
)

from clbdesk.storage.schema import Moment, access_columns, head_columns, revision_columns

metadata = MetaData()


def _of_centre(key: tuple[str, ...], *columns: Column[Any]) -> list[Column[Any]]:
    """The columns behind `centre_id`, which leads the primary key."""
    for column in columns:
        if column.name in key:
            column.primary_key = True
            column.nullable = False
    leading = Column("centre_id", Integer, primary_key=True, autoincrement=False)
    return [leading, *columns]


# Conditions of indexes over a part of a table. A question that is to use one says the very same.
ABOUT_NOBODY = text("pupil_id IS NULL")
NOT_MEDICAL = text("compartment <> 'medical'")
IS_PLAN = text("is_plan")
# What a centre gives itself is written on a visit; history of registers is not.
IS_OWN_DOSE = text("kind = 'dose' AND visit_id IS NOT NULL")


def _narrow(name: str, only: TextClause, *columns: str) -> Index:
    """An index over the rows for which a condition holds."""
    return Index(name, "centre_id", *columns, sqlite_where=only, postgresql_where=only)


# What a centre is, and its place in time: `generation` changes when a backup is put back,
# `durable_seq` is what the last finished backup covers.
CENTRE = Table(
    "centre",
    metadata,
    *_of_centre(
        (),
        Column("name", Text, nullable=False),
        Column("generation", Text, nullable=False),
        Column("generation_since", Moment, nullable=False),
        Column("durable_seq", BigInteger, nullable=False),
        Column("recovery_key", Text, nullable=False),
        Column("created_at", Moment, nullable=False),
    ),
)

# The counter that orders all writes; its row lock is held until the commit.
CENTRE_CLOCK = Table(
    "centre_clock",
    metadata,
    *_of_centre((), Column("seq", BigInteger, nullable=False)),
)

REVISION = Table(
    "revision",
    metadata,
    *_of_centre(
        ("rev_id",),
        *(
            column if column.name != "seq" else Column("seq", BigInteger, nullable=False)
            for column in revision_columns()
        ),
        Column("received_at", Moment, nullable=False),
        Column("erased_at", Moment),
    ),
    Index("revision_seq", "centre_id", "seq", unique=True),
    Index("revision_of_pupil", "centre_id", "pupil_id", "seq"),
    # These three are never asked for what was measured: the evening's push need not pay them.
    _narrow("revision_of_visit", ABOUT_NOBODY, "visit_id", "seq"),
    _narrow("revision_of_kind", ABOUT_NOBODY, "kind", "seq"),
    _narrow("revision_of_school", NOT_MEDICAL, "school_id", "kind", "seq"),
    Index("revision_of_epoch", "centre_id", "device", "epoch", "device_seq"),
)

# Which revision replaces which; known also when the replaced one has not arrived.
REPLACED = Table(
    "replaced",
    metadata,
    *_of_centre(("base_rev_id", "rev_id"), Column("base_rev_id", Text), Column("rev_id", Text)),
)

# Leaves of records; derived, `verify` proves it against the revisions.
LEAF = Table(
    "leaf",
    metadata,
    *_of_centre(("rev_id",), *head_columns(), Column("is_plan", Boolean, nullable=False)),
    Index("leaf_of_record", "centre_id", "record_id"),
    _narrow("leaf_of_kind", IS_PLAN, "kind", "school_id"),
    _narrow("leaf_of_visit", IS_PLAN, "visit_id", "kind"),
    _narrow("leaf_of_pupil", IS_PLAN, "pupil_id", "kind"),
    _narrow("leaf_of_own_dose", IS_OWN_DOSE, "record_id"),
)

# Who was ever on the list of a visit, and from which place in the order (derived as well).
VISIT_MEMBER = Table(
    "visit_member",
    metadata,
    *_of_centre(
        ("visit_id", "pupil_id"),
        Column("visit_id", Text),
        Column("pupil_id", Text),
        Column("joined_seq", BigInteger, nullable=False),
    ),
    Index("visit_member_of_pupil", "centre_id", "pupil_id"),
)

# What came in and could not be applied: as durable as a revision, `content` as it was received.
# `pushed_by` and `compartment`: whose vault brought it; `writer`, `epoch`, `device_seq`: its own.
QUARANTINE = Table(
    "quarantine",
    metadata,
    *_of_centre(
        ("rev_id",),
        Column("rev_id", Text),
        Column("seq", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        Column("content", Text, nullable=False),
        Column("pushed_by", Text, nullable=False),
        Column("writer", Text),
        Column("compartment", Text, nullable=False),
        Column("epoch", Text, nullable=False),
        Column("device_seq", BigInteger),
        Column("reoffer", Boolean, nullable=False),
        Column("received_at", Moment, nullable=False),
        Column("settled_at", Moment),
    ),
    Index("quarantine_of_epoch", "centre_id", "writer", "epoch"),
)

# Answers given to batches, so that a repeated push gets the same answer.
BATCH = Table(
    "batch",
    metadata,
    *_of_centre(
        ("device", "batch_id"),
        Column("device", Text),
        Column("batch_id", Text),
        Column("body_sha256", Text, nullable=False),
        Column("generation", Text, nullable=False),
        Column("answer", Text, nullable=False),
        Column("received_at", Moment, nullable=False),
    ),
)

# How far the gapless count of one vault's life has come.
EPOCH = Table(
    "epoch",
    metadata,
    *_of_centre(
        ("device", "epoch"),
        Column("device", Text),
        Column("epoch", Text),
        Column("high", BigInteger, nullable=False),
    ),
)

DEVICE = Table(
    "device",
    metadata,
    *_of_centre(
        ("device_id",),
        Column("device_id", Text),
        Column("name", Text, nullable=False),
        Column("public_key", Text, nullable=False),
        Column("box_key", Text, nullable=False),
        Column("status", Text, nullable=False),
        Column("enrolled_at", Moment, nullable=False),
        Column("seen_at", Moment),
        Column("clock_offset_seconds", BigInteger),
        Column("lease_until", Moment),
    ),
)

# Who has a key slot on a device, and since and until when.
DEVICE_USER = Table(
    "device_user",
    metadata,
    *_of_centre(
        ("device_id", "staff_id"),
        Column("device_id", Text),
        Column("staff_id", Text),
        Column("since", Date, nullable=False),
        Column("until", Date),
    ),
)

ENROLMENT_CODE = Table(
    "enrolment_code",
    metadata,
    *_of_centre(
        ("selector",),
        Column("selector", Text),
        Column("secret_sha256", Text, nullable=False),
        Column("device_name", Text, nullable=False),
        Column("users", Text, nullable=False),
        Column("expires_at", Moment, nullable=False),
        Column("tries_left", Integer, nullable=False),
        Column("used", Boolean, nullable=False),
    ),
)

CHECKOUT = Table(
    "checkout",
    metadata,
    *_of_centre(
        ("visit_id", "device_id", "compartment"),
        Column("visit_id", Text),
        Column("device_id", Text),
        Column("compartment", Text),
        Column("taken_at", Moment, nullable=False),
        Column("released_at", Moment),
    ),
)

# Every nonce of every device, for the life of the device: freshness without trusting its clock.
NONCE = Table(
    "nonce",
    metadata,
    *_of_centre(("device_id", "nonce"), Column("device_id", Text), Column("nonce", Text)),
)

ACCESS_LINE = Table(
    "access_line",
    metadata,
    *_of_centre(
        ("device", "epoch", "number"),
        Column("device", Text),
        Column("epoch", Text),
        Column("compartment", Text, nullable=False),
        *access_columns(),
        Column("received_at", Moment, nullable=False),
    ),
)

# What somebody at the centre must look at; `detail` never names a pupil.
ALARM = Table(
    "alarm",
    metadata,
    *_of_centre(
        ("alarm_id",),
        Column("alarm_id", Text),
        Column("at", Moment, nullable=False),
        Column("device", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("detail", Text, nullable=False),
    ),
)

# What the centre sets for traffic with registers: numbers of people, codes that a register gave.
SETTING = Table(
    "setting",
    metadata,
    *_of_centre(
        ("name",),
        Column("name", Text),
        Column("value", Text, nullable=False),
        Column("set_at", Moment, nullable=False),
    ),
)

# Every file that left the centre: what, how much, and the checksum of what was written.
EXPORT = Table(
    "export",
    metadata,
    *_of_centre(
        ("export_id",),
        Column("export_id", Text),
        Column("at", Moment, nullable=False),
        Column("kind", Text, nullable=False),
        Column("count", BigInteger, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("asked_by", Text, nullable=False),
    ),
)

# What happened to a dose on its way to Vaccinnet, in order; the state follows from these lines.
DELIVERY_STEP = Table(
    "delivery_step",
    metadata,
    *_of_centre(
        ("record_id", "number"),
        Column("record_id", Text),
        Column("number", Integer),
        Column("at", Moment, nullable=False),
        Column("step", Text, nullable=False),
        Column("request", Text),
        Column("content", Text),
        Column("register_id", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("message", Text, nullable=False),
        Column("export_id", Text),
    ),
)
