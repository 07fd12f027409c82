"""The first shape of the centre. Written out, so that later shapes never change this step.

On PostgreSQL every table gets row-level security, also against its owner: a transaction sees and
writes the centre that `app.centre` names, and without it nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clbdesk.storage.schema import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APP_ROLE = "clbdesk_app"
_TABLES = (
    "access_line",
    "alarm",
    "batch",
    "centre",
    "centre_clock",
    "checkout",
    "device",
    "device_user",
    "enrolment_code",
    "epoch",
    "leaf",
    "nonce",
    "quarantine",
    "replaced",
    "revision",
    "visit_member",
)
# Tables that the application may only add to, with the columns an erasure may blank.
_APPEND_ONLY = {"revision": ("body", "salt", "erased_at"), "access_line": ()}
_MINE = "centre_id = nullif(current_setting('app.centre', true), '')::integer"


def upgrade() -> None:
    """To this version."""
    _create()
    if op.get_bind().dialect.name == "postgresql":
        _wall_off()


def _wall_off() -> None:
    op.execute(
        f"DO $$ BEGIN CREATE ROLE {_APP_ROLE} LOGIN; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    op.execute(f"GRANT {_APP_ROLE} TO CURRENT_USER")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {_APP_ROLE}")
    op.execute(f"GRANT SELECT ON alembic_version TO {_APP_ROLE}")
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_centre ON {table} USING ({_MINE}) WITH CHECK ({_MINE})")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {_APP_ROLE}")
        if table not in _APPEND_ONLY:
            op.execute(f"GRANT UPDATE, DELETE ON {table} TO {_APP_ROLE}")
        elif _APPEND_ONLY[table]:
            columns = ", ".join(_APPEND_ONLY[table])
            op.execute(f"GRANT UPDATE ({columns}) ON {table} TO {_APP_ROLE}")


def _create() -> None:
    op.create_table(
        "access_line",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("compartment", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("pupil_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "device", "epoch", "number"),
    )
    op.create_table(
        "alarm",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alarm_id", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "alarm_id"),
    )
    op.create_table(
        "batch",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "device", "batch_id"),
    )
    op.create_table(
        "centre",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("generation_since", Moment(), nullable=False),
        sa.Column("durable_seq", sa.BigInteger(), nullable=False),
        sa.Column("recovery_key", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id"),
    )
    op.create_table(
        "centre_clock",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id"),
    )
    op.create_table(
        "checkout",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("compartment", sa.Text(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=False),
        sa.Column("released_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("centre_id", "visit_id", "device_id", "compartment"),
    )
    op.create_table(
        "device",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("box_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("enrolled_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.Column("clock_offset_seconds", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("centre_id", "device_id"),
    )
    op.create_table(
        "device_user",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("centre_id", "device_id", "staff_id"),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("selector", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("device_name", sa.Text(), nullable=False),
        sa.Column("users", sa.Text(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "selector"),
    )
    op.create_table(
        "epoch",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "device", "epoch"),
    )
    op.create_table(
        "leaf",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.Text(), nullable=True),
        sa.Column("school_id", sa.Text(), nullable=True),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("is_plan", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "rev_id"),
    )
    op.create_index(
        "leaf_of_kind",
        "leaf",
        ["centre_id", "kind", "school_id"],
        unique=False,
        sqlite_where=sa.text("is_plan"),
        postgresql_where=sa.text("is_plan"),
    )
    op.create_index(
        "leaf_of_pupil",
        "leaf",
        ["centre_id", "pupil_id", "kind"],
        unique=False,
        sqlite_where=sa.text("is_plan"),
        postgresql_where=sa.text("is_plan"),
    )
    op.create_index("leaf_of_record", "leaf", ["centre_id", "record_id"], unique=False)
    op.create_index(
        "leaf_of_visit",
        "leaf",
        ["centre_id", "visit_id", "kind"],
        unique=False,
        sqlite_where=sa.text("is_plan"),
        postgresql_where=sa.text("is_plan"),
    )
    op.create_table(
        "nonce",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "device_id", "nonce"),
    )
    op.create_table(
        "quarantine",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("pushed_by", sa.Text(), nullable=False),
        sa.Column("writer", sa.Text(), nullable=True),
        sa.Column("compartment", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=True),
        sa.Column("reoffer", sa.Boolean(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("settled_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("centre_id", "rev_id"),
    )
    op.create_index(
        "quarantine_of_epoch", "quarantine", ["centre_id", "writer", "epoch"], unique=False
    )
    op.create_table(
        "replaced",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base_rev_id", sa.Text(), nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "base_rev_id", "rev_id"),
    )
    op.create_table(
        "revision",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kind_version", sa.Integer(), nullable=False),
        sa.Column("compartment", sa.Text(), nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.Text(), nullable=True),
        sa.Column("school_id", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("clock_uncertain", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("body_commit", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("erased_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("centre_id", "rev_id"),
    )
    op.create_index(
        "revision_of_epoch",
        "revision",
        ["centre_id", "device", "epoch", "device_seq"],
        unique=False,
    )
    op.create_index(
        "revision_of_kind",
        "revision",
        ["centre_id", "kind", "seq"],
        unique=False,
        sqlite_where=sa.text("pupil_id IS NULL"),
        postgresql_where=sa.text("pupil_id IS NULL"),
    )
    op.create_index("revision_of_pupil", "revision", ["centre_id", "pupil_id", "seq"], unique=False)
    op.create_index(
        "revision_of_school",
        "revision",
        ["centre_id", "school_id", "kind", "seq"],
        unique=False,
        sqlite_where=sa.text("compartment <> 'medical'"),
        postgresql_where=sa.text("compartment <> 'medical'"),
    )
    op.create_index(
        "revision_of_visit",
        "revision",
        ["centre_id", "visit_id", "seq"],
        unique=False,
        sqlite_where=sa.text("pupil_id IS NULL"),
        postgresql_where=sa.text("pupil_id IS NULL"),
    )
    op.create_index("revision_seq", "revision", ["centre_id", "seq"], unique=True)
    op.create_table(
        "visit_member",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=False),
        sa.Column("joined_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "visit_id", "pupil_id"),
    )
    op.create_index(
        "visit_member_of_pupil", "visit_member", ["centre_id", "pupil_id"], unique=False
    )


def downgrade() -> None:
    """Back to nothing."""
    for table in _TABLES:
        op.drop_table(table)
