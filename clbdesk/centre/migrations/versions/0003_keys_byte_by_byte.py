"""Keys compare byte by byte on PostgreSQL, as they always did in the embedded file.

In the language of a database (nl_BE) every step through an index costs a comparison of words, and
a newer C library can order words anew, which spoils an index without a sound
(https://wiki.postgresql.org/wiki/Locale_data_changes). Ids have no language.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What the evening's push goes through.
_KEYS = {
    "revision": (
        "rev_id",
        "record_id",
        "kind",
        "pupil_id",
        "visit_id",
        "school_id",
        "device",
        "epoch",
    ),
    "leaf": ("rev_id", "record_id", "kind", "pupil_id", "visit_id", "school_id"),
    "replaced": ("base_rev_id", "rev_id"),
}


def upgrade() -> None:
    """To this version."""
    _compare("C")


def downgrade() -> None:
    """To the version before."""
    _compare("default")


def _compare(collation: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in _KEYS.items():
        changes = (f'ALTER COLUMN {one} TYPE text COLLATE "{collation}"' for one in columns)
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")
