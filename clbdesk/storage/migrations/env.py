"""Alembic asks this how to reach the vault: over the connection that opened it, never by URL."""

from __future__ import annotations

from alembic import context

from clbdesk.storage.schema import vault

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=vault,
    transactional_ddl=True,
)
context.run_migrations()
