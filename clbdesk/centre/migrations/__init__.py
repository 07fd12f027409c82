"""The centre's own Alembic environment: one set of steps for the embedded file and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection, inspect, text

# The newest version; versions/ has a file for each.
NEWEST = "0003"


def version_of(connection: Connection) -> str | None:
    """The version of a centre's database; None when it holds nothing of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(connection: Connection) -> None:
    """To the newest version, inside the caller's transaction; as owner on PostgreSQL."""
    from alembic import command

    command.upgrade(config_for(connection), NEWEST)


def config_for(connection: Connection) -> Config:
    """The Alembic configuration of this environment on an open database."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
