"""The lot of every dose has an index: a recall no longer reads the whole vault."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    # A body that is no JSON, as one that was erased, must not stop the revision from being kept.
    op.execute(
        "CREATE INDEX lot_of_dose ON revision"
        " (CASE WHEN json_valid(body) THEN json_extract(body, '$.lot') END, record_id)"
        " WHERE kind = 'dose'"
    )


def downgrade() -> None:
    """To the version before."""
    op.drop_index("lot_of_dose", table_name="revision")
