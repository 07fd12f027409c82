"""The first shape of the vault. Written out, so that later shapes never change this step."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "access_log",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Text(), nullable=True),
        sa.Column("pupil_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "draft",
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.Text(), nullable=True),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("author", "form"),
    )
    op.create_table(
        "head",
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=True),
        sa.Column("visit_id", sa.Text(), nullable=True),
        sa.Column("school_id", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("rev_id"),
    )
    op.create_index("head_of_kind", "head", ["kind", "school_id"], unique=False)
    op.create_index("head_of_pupil", "head", ["pupil_id", "kind"], unique=False)
    op.create_index("head_of_record", "head", ["record_id"], unique=False)
    op.create_index("head_of_visit", "head", ["visit_id", "kind"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("position", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("rev_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pupil_row",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pupil_id", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("call_name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Text(), nullable=False),
        sa.Column("class_name", sa.Text(), nullable=False),
        sa.Column("school_id", sa.Text(), nullable=True),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("pupil_id"),
    )
    op.create_index("pupil_by_name", "pupil_row", ["sort_key"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rev_id"),
    )
    op.create_table(
        "receipt",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "reoffer",
        sa.Column("position", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("rev_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "revision",
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
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("clock_uncertain", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("body_commit", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("rev_id"),
    )
    op.create_index("revision_of_record", "revision", ["record_id"], unique=False)
    op.create_table(
        "scope",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("also_taken", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope"),
    )
    op.create_table(
        "scope_revision",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "rev_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("scope_of_revision", "scope_revision", ["rev_id"], unique=False)
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "staged",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "rev_id"),
    )
    # Deleted words leave the file at once, so that a purge leaves nothing behind.
    op.execute(
        "CREATE VIRTUAL TABLE pupil_search USING fts5("
        "words, detail='none', columnsize=0, prefix='1 2 3',"
        " tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute("INSERT INTO pupil_search(pupil_search, rank) VALUES ('secure-delete', 1)")


def downgrade() -> None:
    """To an empty file."""
    op.execute("DROP TABLE pupil_search")
    op.drop_table("staged")
    op.drop_table("setting")
    op.drop_index("scope_of_revision", table_name="scope_revision")
    op.drop_table("scope_revision")
    op.drop_table("scope")
    op.drop_index("revision_of_record", table_name="revision")
    op.drop_table("revision")
    op.drop_table("reoffer")
    op.drop_table("receipt")
    op.drop_table("quarantine")
    op.drop_index("pupil_by_name", table_name="pupil_row")
    op.drop_table("pupil_row")
    op.drop_table("outbox")
    op.drop_index("head_of_visit", table_name="head")
    op.drop_index("head_of_record", table_name="head")
    op.drop_index("head_of_pupil", table_name="head")
    op.drop_index("head_of_kind", table_name="head")
    op.drop_table("head")
    op.drop_table("draft")
    op.drop_table("access_log")
