"""An open centre: its store, authority and clock, and what it is (name, generation, watermark)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, bindparam, select, update

from clbdesk.centre.authority import Authority
from clbdesk.centre.directory import PeopleCache
from clbdesk.centre.schema import CENTRE, CENTRE_CLOCK
from clbdesk.centre.store import Store
from clbdesk.clock import Clock
from clbdesk.errors import Defect, Refused
from clbdesk.ids import IdSource

# Settings of a centre (architecture §10).
LEASE = timedelta(days=7)
GRACE = timedelta(days=3)


_PARTICULARS = (
    select(*CENTRE.c, CENTRE_CLOCK.c.seq)
    .outerjoin(CENTRE_CLOCK, CENTRE_CLOCK.c.centre_id == CENTRE.c.centre_id)
    .where(CENTRE.c.centre_id == bindparam("centre"))
)


@dataclass(slots=True)
class Centre:
    """One centre, open. `embedded`: path of its encrypted file and the key, for its backups."""

    store: Store
    authority: Authority
    clock: Clock
    ids: IdSource
    random_bytes: Callable[[int], bytes]
    embedded: tuple[Path, bytes] | None = None
    people: PeopleCache = field(default_factory=PeopleCache)
    backing_up: threading.Lock = field(default_factory=threading.Lock)

    @property
    def centre_id(self) -> int:
        """The number of this centre in its database."""
        return self.store.centre_id

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a centre is at this moment."""

    name: str
    generation: str
    generation_since: datetime
    durable_seq: int
    recovery_key: str
    seq: int


def particulars(tx: Connection, centre_id: int) -> Particulars:
    """The row of the centre, with the counter as this transaction sees it."""
    row = tx.execute(_PARTICULARS, {"centre": centre_id}).one_or_none()
    if row is None:
        raise Refused("centre.not_initialised")
    if row.seq is None:
        raise Defect("centre.no_clock")
    return Particulars(
        name=row.name,
        generation=row.generation,
        generation_since=row.generation_since,
        durable_seq=row.durable_seq,
        recovery_key=row.recovery_key,
        seq=row.seq,
    )


def begin_generation(tx: Connection, centre_id: int, generation: str, now: datetime) -> None:
    """The data was set back: laptops that hear another generation offer again what they hold."""
    done = tx.execute(
        update(CENTRE)
        .where(CENTRE.c.centre_id == centre_id)
        .values(generation=generation, generation_since=now)
    )
    if done.rowcount != 1:
        raise Defect("centre.not_initialised")


def publish_durable(tx: Connection, centre_id: int, seq: int) -> int:
    """Say that a finished backup covers everything up to `seq`; the watermark that stands now.

    Never backwards, and never past the counter: Refused.
    """
    known = particulars(tx, centre_id)
    if seq > known.seq:
        raise Refused("centre.beyond_counter", field="seq")
    if seq > known.durable_seq:
        tx.execute(update(CENTRE).where(CENTRE.c.centre_id == centre_id).values(durable_seq=seq))
    return max(seq, known.durable_seq)
