"""Making a centre and opening it: the embedded file by default, PostgreSQL for production.

Keys never lie in the data folder: store.key (embedded), authority.key, and recovery.key, whose
place is a safe (docs/runbooks/centre.md).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select

from clbdesk.centre import migrations
from clbdesk.centre.authority import Authority, Keys
from clbdesk.centre.centre import Centre
from clbdesk.centre.schema import CENTRE, CENTRE_CLOCK
from clbdesk.centre.store import Store, postgres_engine
from clbdesk.clock import Clock, SystemClock
from clbdesk.errors import Environment, Refused
from clbdesk.ids import IdSource
from clbdesk.storage import cipher

FILE_NAME = "centre.db"
DEFAULT_NAME = "CLB"
DEFAULT_PORT = 8443


@dataclass(frozen=True, slots=True)
class Place:
    """Where a centre lives. Exactly one of `data` (folder) and `database` (PostgreSQL) is set.

    `keys`: folder of its keys; beside the data folder when it is not given.
    """

    data: Path | None = None
    database: str | None = None
    keys: Path | None = None
    centre_id: int = 1

    def key_folder(self) -> Keys:
        """The keys of this centre. Refused when they would lie in the data folder."""
        if self.data is None:
            if self.keys is None:
                raise Refused("centre.keys_needed", field="keys")
            return Keys(self.keys)
        folder = self.keys or self.data.with_name(f"{self.data.name}.keys")
        if folder.resolve().is_relative_to(self.data.resolve()):
            raise Refused("centre.keys_inside_data", field="keys")
        return Keys(folder)


def initialise(place: Place, name: str = DEFAULT_NAME, clock: Clock | None = None) -> None:
    """Make a new centre. On PostgreSQL with the address of the database's owner.

    Refused when there is one already.
    """
    clock = clock or SystemClock()
    keys = place.key_folder()
    engine = _owner_engine(place, keys, create=True)
    try:
        store = Store(engine, place.centre_id)
        with store.writing() as tx:
            migrations.upgrade(tx)
        with store.writing() as tx:
            if _is_made(tx, place.centre_id):
                raise Refused("centre.exists", field="data")
            if keys.authority() is None:
                keys.make_authority(name)
            _write_centre(tx, place, name, keys.recovery_public_key(), clock)
    finally:
        engine.dispose()


def _write_centre(tx: Connection, place: Place, name: str, recovery_key: str, clock: Clock) -> None:
    now = clock.now()
    tx.execute(
        insert(CENTRE),
        {
            "centre_id": place.centre_id,
            "name": name,
            "generation": IdSource(clock).new(),
            "generation_since": now,
            "durable_seq": 0,
            "recovery_key": recovery_key,
            "created_at": now,
        },
    )
    tx.execute(insert(CENTRE_CLOCK), {"centre_id": place.centre_id, "seq": 0})


def open_centre(place: Place, clock: Clock | None = None) -> Centre:
    """Open a centre that exists; the embedded file is brought to the newest version first.

    Refused("centre.not_initialised") when there is none, Environment when a key is missing or the
    database is of another version.
    """
    clock = clock or SystemClock()
    keys = place.key_folder()
    authority = keys.authority()
    if authority is None:
        raise Refused("centre.not_initialised")
    if place.database is not None:
        store = Store(postgres_engine(place.database), place.centre_id)
        embedded = None
    else:
        engine = _owner_engine(place, keys, create=False)
        store = Store(engine, place.centre_id)
        _bring_up_to_date(store)
        embedded = (_file(place), keys.store_key(create=False) or b"")
    try:
        _check_version(store)
    except BaseException:
        store.close()
        raise
    return _centre(store, authority, clock, embedded)


def _bring_up_to_date(store: Store) -> None:
    with store.reading() as tx:
        is_newest = migrations.version_of(tx) == migrations.NEWEST
    if not is_newest:
        with store.writing() as tx:
            migrations.upgrade(tx)


def _centre(
    store: Store, authority: Authority, clock: Clock, embedded: tuple[Path, bytes] | None
) -> Centre:
    return Centre(
        store=store,
        authority=authority,
        clock=clock,
        ids=IdSource(clock),
        random_bytes=secrets.token_bytes,
        embedded=embedded,
    )


def _check_version(store: Store) -> None:
    with store.reading() as tx:
        if not inspect(tx).has_table("centre"):
            raise Refused("centre.not_initialised")
        version = migrations.version_of(tx)
        if version != migrations.NEWEST:
            raise Environment("centre.other_version", found=version, wanted=migrations.NEWEST)
        if not _is_made(tx, store.centre_id):
            raise Refused("centre.not_initialised")


def _is_made(tx: Connection, centre_id: int) -> bool:
    found = tx.execute(select(CENTRE.c.name).where(CENTRE.c.centre_id == centre_id))
    return found.one_or_none() is not None


def open_or_initialise(place: Place, name: str) -> Centre:
    """Open a centre; an embedded one that does not exist is made first, so that it just runs."""
    try:
        return open_centre(place)
    except Refused as refusal:
        if place.data is None or refusal.key != "centre.not_initialised":
            raise
    initialise(place, name)
    return open_centre(place)


def _file(place: Place) -> Path:
    assert place.data is not None
    return place.data / FILE_NAME


def _owner_engine(place: Place, keys: Keys, *, create: bool) -> Engine:
    if place.database is not None:
        return postgres_engine(place.database, as_owner=True)
    path = _file(place)
    if create:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
    key = keys.store_key(create=create and not path.exists())
    if key is None:
        raise Environment("centre.key_missing", file="store.key")
    if not create and not path.is_file():
        raise Refused("centre.not_initialised")
    return cipher.open_engine(path, key, create=create)
