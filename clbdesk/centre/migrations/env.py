"""Alembic asks this how to reach the centre's database: over the owner's open connection."""

from __future__ import annotations

from alembic import context

from clbdesk.centre.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
