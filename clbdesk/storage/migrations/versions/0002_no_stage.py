"""What is pulled waits in memory until it is complete: the table for it goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.drop_table("staged")


def downgrade() -> None:
    """To the version before."""
    op.create_table(
        "staged",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("rev_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "rev_id"),
    )
