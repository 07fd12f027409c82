"""The database of a centre behind one face: embedded SQLCipher file or PostgreSQL.

Every transaction belongs to one centre. On PostgreSQL it runs as the application role and names
its centre with `app.centre`, without which row-level security shows nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url, text

from clbdesk.errors import ClbdeskError, Defect, Environment, Refused
from clbdesk.storage import cipher

APP_ROLE = "clbdesk_app"
POOL_SIZE = 8
_NAME_CENTRE = text("SELECT set_config('app.centre', :centre, true)")


def postgres_engine(url: str, *, as_owner: bool = False) -> Engine:
    """An engine on a PostgreSQL database; everything but migrations works as the app role.

    Refused when `url` is not the address of one.
    """
    engine = create_engine(
        _address(url).set(drivername="postgresql+psycopg"),
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=60,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    if not as_owner:
        event.listen(engine, "connect", _become_app)
    return engine


def _address(text: str) -> URL:
    try:
        found = make_url(text)
    except (exc.ArgumentError, ValueError) as error:
        raise Refused("centre.no_such_address", field="database") from error
    if not found.drivername.startswith("postgres"):
        raise Refused("centre.no_such_address", field="database")
    return found


def _become_app(connection: Any, _record: object) -> None:
    """Also when somebody serves with the owner's address: the owner would bypass the wall."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
        # A plan made without knowing that 240 ids are asked for reads the whole centre instead.
        cursor.execute("SET plan_cache_mode = force_custom_plan")
    connection.commit()


class Store:
    """Transactions of one centre. Its errors are ClbdeskErrors of the environment or ours."""

    def __init__(self, engine: Engine, centre_id: int = 1) -> None:
        """`engine`: of `postgres_engine` or `cipher.open_engine`."""
        self.engine = engine
        self.centre_id = centre_id
        self._writer = threading.Lock()
        self.is_postgres = engine.dialect.name == "postgresql"

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One commit, or nothing."""
        if not self.is_postgres:
            # Waiting here costs nothing; waiting in SQLite is polling, and ends after a while.
            with self._writer, cipher.begin_writing(self.engine) as connection:
                yield connection
            return
        with _translated(), self.engine.begin() as connection:
            self._name_centre(connection)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One steady picture of the data."""
        if not self.is_postgres:
            with cipher.begin_reading(self.engine) as connection:
                yield connection
            return
        with _translated(), self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                self._name_centre(connection)
                yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _name_centre(self, connection: Connection) -> None:
        connection.execute(_NAME_CENTRE, {"centre": str(self.centre_id)})


@contextmanager
def _translated() -> Iterator[None]:
    """What PostgreSQL says, as an Environment or Defect."""
    try:
        yield
    except exc.TimeoutError as error:
        raise Environment("centre.busy") from error
    except exc.DBAPIError as error:
        raise _meaning_of(error) from error


def _meaning_of(error: exc.DBAPIError) -> ClbdeskError:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if error.connection_invalidated or state[:2] in ("", "08", "53", "57") or state == "40001":
        return Environment("centre.database_unreachable", code=state or "none")
    return Defect("centre.defect", code=state)
