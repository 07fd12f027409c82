"""Keeping a centre honest: state, proof of derived tables, backups, restore, erasure.

The derived tables (leaves, visit lists) can be recomputed from the revisions at any time; `verify`
proves that they are what they should be, and that every body still fits its commitment.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial

from sqlalchemy import Connection, func, select, update

from clbdesk.centre import backup, deliveries, devices, ledger, quarantine
from clbdesk.centre.centre import (
    Centre,
    Particulars,
    begin_generation,
    particulars,
    publish_durable,
)
from clbdesk.centre.checks import Knowledge
from clbdesk.centre.directory import school_of_visit
from clbdesk.centre.own_revisions import is_own
from clbdesk.centre.schema import (
    ACCESS_LINE,
    ALARM,
    DEVICE,
    LEAF,
    QUARANTINE,
    REVISION,
    VISIT_MEMBER,
)
from clbdesk.domain.revision import Revision, is_sealed, leaves
from clbdesk.errors import Refused
from clbdesk.ids import DeviceId, RecordId, RevId
from clbdesk.storage.access_log import broken_at, first_link, line_of
from clbdesk.storage.schema import revision_of


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody at the centre must look at."""

    at: datetime
    device: DeviceId
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Status:
    """A centre at a glance."""

    particulars: Particulars
    revisions: int
    quarantined: int
    devices: int
    alarms: tuple[Alarm, ...]


def status(centre: Centre) -> Status:
    """How the centre is."""
    with centre.store.reading() as tx:
        alarms = tx.execute(
            select(*ALARM.c).where(ALARM.c.centre_id == centre.centre_id).order_by(ALARM.c.at)
        ).all()
        return Status(
            particulars=particulars(tx, centre.centre_id),
            revisions=_count(tx, centre, REVISION.c.centre_id),
            quarantined=len(quarantine.standing(tx, centre.centre_id)),
            devices=_count(tx, centre, DEVICE.c.centre_id),
            alarms=tuple(
                Alarm(row.at, DeviceId(row.device), row.code, row.detail) for row in alarms
            ),
        )


def _count(tx: Connection, centre: Centre, column: object) -> int:
    question = select(func.count()).where(column == centre.centre_id)  # type: ignore[arg-type]
    return int(tx.execute(question).scalar_one())


@dataclass(slots=True)
class Proof:
    """What was compared and what was found wrong: ids of records or revisions, or epochs."""

    revisions: int = 0
    wrong_leaves: list[str] = field(default_factory=list)
    wrong_lists: list[str] = field(default_factory=list)
    broken_seals: list[str] = field(default_factory=list)
    broken_chains: list[str] = field(default_factory=list)
    seq_beyond_counter: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether nothing was wrong."""
        return not (
            self.wrong_leaves
            or self.wrong_lists
            or self.broken_seals
            or self.broken_chains
            or self.seq_beyond_counter
        )


def verify(centre: Centre) -> Proof:
    """Compute everything derived again, in one steady picture, and compare."""
    proof = Proof()
    with centre.store.reading() as tx:
        rows = tx.execute(
            select(*REVISION.c)
            .where(REVISION.c.centre_id == centre.centre_id)
            .order_by(REVISION.c.seq)
        ).mappings()
        records: dict[RecordId, list[Revision]] = defaultdict(list)
        joined: dict[tuple[str, str], int] = {}
        last = 0
        for row in rows:
            revision = revision_of(row)
            proof.revisions += 1
            last = row["seq"]
            records[revision.record_id].append(revision)
            if row["erased_at"] is None and not is_sealed(revision):
                proof.broken_seals.append(revision.rev_id)
            if revision.kind == "visit_pupil" and revision.visit_id and revision.pupil_id:
                joined.setdefault((revision.visit_id, revision.pupil_id), last)
        proof.seq_beyond_counter = last > particulars(tx, centre.centre_id).seq
        _compare_leaves(tx, centre, records, proof)
        _compare_lists(tx, centre, joined, proof)
        _check_chains(tx, centre, proof)
    return proof


def _compare_leaves(
    tx: Connection, centre: Centre, records: dict[RecordId, list[Revision]], proof: Proof
) -> None:
    rows = tx.execute(
        select(LEAF.c.record_id, LEAF.c.rev_id, LEAF.c.stands).where(
            LEAF.c.centre_id == centre.centre_id
        )
    )
    stored: dict[RecordId, dict[str, bool]] = defaultdict(dict)
    for row in rows:
        stored[RecordId(row.record_id)][row.rev_id] = bool(row.stands)
    for record_id in records.keys() | stored.keys():
        known = records.get(record_id, [])
        replaced = {base for one in known for base in one.base}
        standing = {one.rev_id for one in leaves(known)}
        right = {
            str(one.rev_id): one.rev_id in standing for one in known if one.rev_id not in replaced
        }
        if right != stored.get(record_id, {}):
            proof.wrong_leaves.append(record_id)


def _compare_lists(
    tx: Connection, centre: Centre, joined: dict[tuple[str, str], int], proof: Proof
) -> None:
    rows = tx.execute(select(*VISIT_MEMBER.c).where(VISIT_MEMBER.c.centre_id == centre.centre_id))
    stored = {(row.visit_id, row.pupil_id): row.joined_seq for row in rows}
    wrong = {key for key in joined.keys() | stored.keys() if joined.get(key) != stored.get(key)}
    proof.wrong_lists = sorted({visit_id for visit_id, _ in wrong})


def _check_chains(tx: Connection, centre: Centre, proof: Proof) -> None:
    rows = tx.execute(
        select(*ACCESS_LINE.c)
        .where(ACCESS_LINE.c.centre_id == centre.centre_id)
        .order_by(ACCESS_LINE.c.device, ACCESS_LINE.c.epoch, ACCESS_LINE.c.number)
    ).mappings()
    chains = defaultdict(list)
    for row in rows:
        chains[row["device"], row["epoch"]].append(line_of(row))
    for (_, epoch), lines in chains.items():
        if broken_at(lines, first_link(epoch)) is not None:
            proof.broken_chains.append(epoch)


def backup_begin(centre: Centre) -> int:
    """The seq that a backup which starts now will cover. The embedded centre needs none of this."""
    if centre.embedded is not None:
        raise Refused("centre.backs_itself_up")
    with centre.store.reading() as tx:
        return particulars(tx, centre.centre_id).seq


def backup_done(centre: Centre, seq: int) -> int:
    """A backup that covers `seq` is finished and checked; the watermark that stands now."""
    if centre.embedded is not None:
        raise Refused("centre.backs_itself_up")
    with centre.store.writing() as tx:
        return publish_durable(tx, centre.centre_id, seq)


def back_up_now(centre: Centre) -> int:
    """The embedded centre's own backup, at once."""
    if centre.embedded is None:
        raise Refused("centre.has_no_own_backup")
    return backup.back_up(centre)


def restored(centre: Centre) -> str:
    """The data was put back from a backup: a new generation, so that laptops offer again."""
    generation = centre.ids.new()
    with centre.store.writing() as tx:
        begin_generation(tx, centre.centre_id, generation, centre.clock.now())
    return generation


def erase(centre: Centre, record_id: RecordId) -> int:
    """Take body and salt of every revision of a record away; the envelopes stay. How many.

    The commitments stay too: chains and digests of others still fit, and without the salt nobody
    can guess what was said. Also what stands in quarantine of this record loses its content.
    """
    with centre.store.writing() as tx:
        done = tx.execute(
            update(REVISION)
            .where(
                REVISION.c.centre_id == centre.centre_id,
                REVISION.c.record_id == record_id,
                REVISION.c.erased_at.is_(None),
            )
            .values(body="", salt="", erased_at=centre.clock.now())
        )
        if done.rowcount == 0:
            raise Refused("centre.no_such_record", field="record")
        ledger.mark_standing(tx, centre.centre_id, [record_id])
        _erase_copies(tx, centre, record_id)
        deliveries.blank_messages(tx, centre, record_id)
        return done.rowcount


def _erase_copies(tx: Connection, centre: Centre, record_id: RecordId) -> None:
    """Copies that quarantine kept of revisions of this record."""
    rows = tx.execute(
        select(QUARANTINE.c.rev_id).where(
            QUARANTINE.c.centre_id == centre.centre_id,
            QUARANTINE.c.content.contains(f'"{record_id}"', autoescape=True),
        )
    ).scalars()
    if found := list(rows):
        tx.execute(
            update(QUARANTINE)
            .where(QUARANTINE.c.centre_id == centre.centre_id, QUARANTINE.c.rev_id.in_(found))
            .values(content="", reason=quarantine.ERASED)
        )


def quarantined(centre: Centre) -> list[quarantine.Apart]:
    """What stands apart."""
    with centre.store.reading() as tx:
        return quarantine.standing(tx, centre.centre_id)


def try_quarantine_again(centre: Centre, only: RevId | None = None) -> list[RevId]:
    """Judge what stands apart once more; the ids that went in."""
    with centre.store.writing() as tx:
        everyone = tx.execute(
            select(DEVICE.c.device_id).where(DEVICE.c.centre_id == centre.centre_id)
        ).scalars()
        knowledge = Knowledge(
            people=centre.people.read(tx, centre.centre_id),
            slots=devices.slots(tx, centre.centre_id, list(everyone)),
            now=centre.clock.now(),
            school_of_visit=cache(partial(school_of_visit, tx, centre.centre_id)),
            is_own=partial(is_own, authority=centre.authority),
        )
        return quarantine.try_again(tx, centre.centre_id, knowledge, only)


def release_from_quarantine(centre: Centre, rev_id: RevId) -> None:
    """Let one through on the word of a person."""
    with centre.store.writing() as tx:
        quarantine.release(tx, centre.centre_id, rev_id, centre.clock.now())
