"""What leaves the centre: settings for registers, the list of exports, the steps of every delivery.

The lists can only be added to; of a step the words of a register may be blanked by an erasure.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from clbdesk.storage.schema import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APP_ROLE = "clbdesk_app"
# Table → what the application may change in it; everything else is append-only.
_CHANGEABLE = {
    "setting": "UPDATE, DELETE",
    "export": "",
    "delivery_step": "UPDATE (message)",
}
_OWN_DOSE = "kind = 'dose' AND visit_id IS NOT NULL"
_MINE = "centre_id = nullif(current_setting('app.centre', true), '')::integer"


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "setting",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "name"),
    )
    op.create_table(
        "export",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("export_id", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("centre_id", "export_id"),
    )
    op.create_table(
        "delivery_step",
        sa.Column("centre_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("register_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("export_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("centre_id", "record_id", "number"),
    )
    op.create_index(
        "leaf_of_own_dose",
        "leaf",
        ["centre_id", "record_id"],
        sqlite_where=sa.text(_OWN_DOSE),
        postgresql_where=sa.text(_OWN_DOSE),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, changes in _CHANGEABLE.items():
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_centre ON {table} USING ({_MINE}) WITH CHECK ({_MINE})")
            op.execute(f"GRANT SELECT, INSERT ON {table} TO {_APP_ROLE}")
            if changes:
                op.execute(f"GRANT {changes} ON {table} TO {_APP_ROLE}")


def downgrade() -> None:
    """To the version before: what was sent, and what was answered, is forgotten."""
    op.drop_index("leaf_of_own_dose", "leaf")
    for table in _CHANGEABLE:
        op.drop_table(table)
