"""The vault's own Alembic environment: a vault is migrated when it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

# The newest version; versions/ has a file for each. A higher one in a vault is a newer program's.
NEWEST = "0003"


def version_of(connection: Connection) -> str | None:
    """The version of a vault; None for a file without tables."""
    has_table = connection.exec_driver_sql(
        "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
    ).scalar_one()
    if not has_table:
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def upgrade(connection: Connection) -> None:
    """To the newest version, inside the caller's transaction: a failure leaves the vault as it was."""
    # Alembic takes longer to import than a vault takes to open, and is seldom needed.
    from alembic import command

    command.upgrade(config_for(connection), NEWEST)


def config_for(connection: Connection) -> Config:
    """The Alembic configuration of this environment on an open vault."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
