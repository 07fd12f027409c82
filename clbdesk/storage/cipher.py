"""One encrypted SQLite file behind SQLAlchemy: raw 256-bit key, WAL, full synchronous writes.

The key stays in a closure: never in a URL, a repr, a statement or an exception. Why `creator=`
with a QueuePool and not the pysqlcipher dialect: that one defaults to SingletonThreadPool, which
closes connections that are in use, and carries the key in a URL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, exc
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from clbdesk.errors import ClbdeskError, Defect, Environment

KEY_BYTES = 32
BUSY_MILLISECONDS = 5000
_PLAINTEXT = b"SQLite format 3\x00"
_CACHED_STATEMENTS = 64
_CACHE_KIB = 8 * 1024

# The order matters: the key comes first, since without it every statement fails.
_PRAGMAS = (
    "PRAGMA cipher_log_level = NONE",  # a wrong key would be told on stderr
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",
    # A visit of 300 pupils, deciphered once: with SQLite's 2 MiB every page costs its HMAC again.
    f"PRAGMA cache_size = -{_CACHE_KIB}",
    "PRAGMA trusted_schema = OFF",
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
)

# Primary result codes of SQLite (https://sqlite.org/rescode.html) → sentence in storage.toml.
_CODES = {
    dbapi2.SQLITE_FULL: "storage.disk_full",
    dbapi2.SQLITE_BUSY: "storage.open_elsewhere",
    dbapi2.SQLITE_LOCKED: "storage.open_elsewhere",
    dbapi2.SQLITE_NOTADB: "storage.damaged",
    dbapi2.SQLITE_CORRUPT: "storage.damaged",
    dbapi2.SQLITE_IOERR: "storage.cannot_write",
    dbapi2.SQLITE_READONLY: "storage.cannot_write",
    dbapi2.SQLITE_CANTOPEN: "storage.cannot_write",
    dbapi2.SQLITE_PERM: "storage.cannot_write",
    dbapi2.SQLITE_NOLFS: "storage.cannot_write",
    dbapi2.SQLITE_PROTOCOL: "storage.open_elsewhere",
}


def open_engine(path: Path, key: bytes | bytearray, *, create: bool = False) -> Engine:
    """An engine on the file at `path`; the first connection has already proved the key.

    `begin_reading` and `begin_writing` start its transactions. Environment("storage.damaged")
    when key and file do not belong together, "storage.missing" when there is no file and `create`
    is False.
    """
    if len(key) != KEY_BYTES:
        raise Defect("storage.defect", code="key length")
    if not create and not path.is_file():
        raise Environment("storage.missing")

    def connect() -> Any:
        return open_raw(path, key, create=create)

    engine = create_engine(
        "sqlite://",
        creator=connect,
        module=dbapi2,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=4,
        pool_use_lifo=True,  # the connection that was used last has the pages at hand
        pool_reset_on_return=None,  # every use is one transaction that ended itself
        hide_parameters=True,
        isolation_level=None,
    )
    try:
        with translated():
            engine.connect().close()
    except ClbdeskError:
        engine.dispose()
        raise
    return engine


def open_raw(path: Path, key: bytes | bytearray, *, create: bool = False) -> Any:
    """A DB-API connection with the key given, proved and all pragmas set."""
    mode = "rwc" if create else "rw"
    connection = dbapi2.connect(
        f"file:{quote(path.as_posix())}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
        timeout=BUSY_MILLISECONDS / 1000,
    )
    try:
        connection.set_key(f"x'{key.hex()}'")
        connection.execute(_PRAGMAS[0])
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in _PRAGMAS[1:]:
            connection.execute(pragma).close()
        _assert_encrypted(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _assert_encrypted(path: Path) -> None:
    """A forgotten key on a new file silently makes a readable database."""
    with path.open("rb") as file:
        if file.read(len(_PLAINTEXT)) == _PLAINTEXT:
            raise Defect("storage.defect", code="plaintext")


@contextmanager
def begin_reading(engine: Engine) -> Iterator[Connection]:
    """A deferred transaction: one steady picture, never waiting for a writer."""
    with translated(), engine.connect() as connection, reading(connection):
        yield connection


@contextmanager
def begin_writing(engine: Engine) -> Iterator[Connection]:
    """BEGIN IMMEDIATE … one commit; rolled back on any exception."""
    with translated(), engine.connect() as connection, writing(connection):
        yield connection


@contextmanager
def reading(connection: Connection) -> Iterator[None]:
    """The same on a connection in hand; what goes wrong is not translated."""
    with connection.begin():
        _begin(connection, "BEGIN")
        yield


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """The same on a connection in hand; what goes wrong is not translated."""
    with connection.begin():
        _begin(connection, "BEGIN IMMEDIATE")
        yield


def _begin(connection: Connection, statement: str) -> None:
    """On the driver: SQLAlchemy's own begin says nothing to SQLite, and its events cost more."""
    driver: Any = connection.connection.driver_connection
    driver.execute(statement).close()


@contextmanager
def translated() -> Iterator[None]:
    """What the database says, as an Environment or Defect with its sentence."""
    try:
        yield
    except exc.DBAPIError as error:
        raise meaning_of(error.orig) from error
    except dbapi2.Error as error:
        raise meaning_of(error) from error


def meaning_of(error: BaseException | None) -> ClbdeskError:
    """Known troubles of disk, lock and file are Environment; anything else is ours."""
    code = getattr(error, "sqlite_errorcode", None)
    key = _CODES.get(code & 0xFF) if isinstance(code, int) else None
    if key is not None:
        return Environment(key)
    return Defect("storage.defect", code=getattr(error, "sqlite_errorname", type(error).__name__))
