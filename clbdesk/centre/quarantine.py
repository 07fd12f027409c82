"""What stands apart: shown, tried again, let through by a person, or let through by itself.

A revision that leaves quarantine gets a new place in the order, since pullers have passed the old
one. Nothing leaves it by deletion.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from clbdesk.centre import checks, intake, ledger
from clbdesk.centre.epochs import GAP, Continuity
from clbdesk.centre.held import look
from clbdesk.centre.schema import QUARANTINE
from clbdesk.domain.revision import Compartment, Revision
from clbdesk.errors import Refused
from clbdesk.ids import DeviceId, RevId

_APART = (
    select(*QUARANTINE.c)
    .where(QUARANTINE.c.centre_id == bindparam("centre"), QUARANTINE.c.settled_at.is_(None))
    .order_by(QUARANTINE.c.seq)
)
# Asked at the end of every push.
_WAITING = _APART.where(
    QUARANTINE.c.writer == bindparam("by"),
    QUARANTINE.c.epoch == bindparam("life"),
    QUARANTINE.c.reason == GAP,
)
# The reason of what stood apart when its record was erased; its content is gone.
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Apart:
    """One element in quarantine; `kind` and `author` None when it was unreadable."""

    rev_id: RevId
    seq: int
    reason: str
    pushed_by: DeviceId
    received_at: datetime
    kind: str | None
    author: str | None


def standing(tx: Connection, centre_id: int) -> list[Apart]:
    """Everything that stands apart, in order of arrival."""
    return [
        Apart(
            rev_id=RevId(row["rev_id"]),
            seq=row["seq"],
            reason=row["reason"],
            pushed_by=DeviceId(row["pushed_by"]),
            received_at=row["received_at"],
            kind=None if revision is None else revision.kind,
            author=None if revision is None else revision.author,
        )
        for row in _rows(tx, centre_id)
        for revision in [checks.read_revision(row["content"].encode())]
    ]


def try_again(
    tx: Connection, centre_id: int, people_and_slots: checks.Knowledge, only: RevId | None
) -> list[RevId]:
    """Judge again what stands apart (a membership was added, a newer program installed)."""
    passed: list[Revision] = []
    kept: dict[str, str] = {}
    for row in _rows(tx, centre_id):
        if row["reason"] == ERASED or (only is not None and row["rev_id"] != only):
            continue
        item = intake.read_item(row["content"].encode())
        reason = item.reason
        if item.revision is not None:
            reason = checks.reason_against(item.revision, _origin(row), people_and_slots)
        if item.revision is not None and reason is None and row["reason"] != GAP:
            passed.append(item.revision)
        elif reason is not None:
            kept[row["rev_id"]] = reason
    _rename(tx, centre_id, kept)
    return _let_through(tx, centre_id, passed, people_and_slots.now)


def release(tx: Connection, centre_id: int, rev_id: RevId, now: datetime) -> None:
    """Let one through on the word of a person. Refused when it is not there or unreadable."""
    rows = [row for row in _rows(tx, centre_id) if row["rev_id"] == rev_id]
    revision = checks.read_revision(rows[0]["content"].encode()) if rows else None
    if revision is None or not checks.can_be_applied(revision):
        raise Refused("centre.cannot_release", field="rev_id")
    _let_through(tx, centre_id, [revision], now)


def let_through_what_waited(
    tx: Connection, centre_id: int, items: Iterable[intake.Item], knowledge: checks.Knowledge
) -> None:
    """What jumped ahead in the count, and whose missing ones have now come, goes in."""
    epochs = {(item.counts.device, item.counts.epoch) for item in items if item.counts}
    continuity = Continuity(tx, centre_id)
    for device, epoch in sorted(epochs):
        asked = {"centre": centre_id, "by": device, "life": epoch}
        waiting = tx.execute(_WAITING, asked).mappings()
        passed: list[Revision] = []
        for row in sorted(waiting, key=lambda one: int(one["device_seq"])):
            item = intake.read_item(row["content"].encode())
            if row["device_seq"] > continuity.high(device, epoch) + 1 or item.revision is None:
                break
            assert item.counts is not None
            continuity.count(item.counts, excused=True)
            if checks.reason_against(item.revision, _origin(row), knowledge) is None:
                passed.append(item.revision)
        _let_through(tx, centre_id, passed, knowledge.now)
    continuity.store()


def _let_through(
    tx: Connection, centre_id: int, revisions: list[Revision], now: datetime
) -> list[RevId]:
    if not revisions:
        return []
    first = ledger.bump(tx, centre_id, len(revisions))
    ids = [one.rev_id for one in revisions]
    held = look(tx, centre_id, ids, {one.record_id for one in revisions})
    new = [one for one in revisions if one.rev_id not in held.entered]
    ledger.enter(tx, centre_id, list(enumerate(new, start=first)), held, now)
    tx.execute(
        update(QUARANTINE)
        .where(QUARANTINE.c.centre_id == centre_id, QUARANTINE.c.rev_id.in_(ids))
        .values(settled_at=now)
    )
    return ids


def _rename(tx: Connection, centre_id: int, reasons: dict[str, str]) -> None:
    for rev_id, reason in reasons.items():
        tx.execute(
            update(QUARANTINE)
            .where(QUARANTINE.c.centre_id == centre_id, QUARANTINE.c.rev_id == rev_id)
            .values(reason=reason)
        )


def _rows(tx: Connection, centre_id: int) -> list[RowMapping]:
    return list(tx.execute(_APART, {"centre": centre_id}).mappings())


def _origin(row: RowMapping) -> checks.Origin:
    return checks.Origin(
        device=DeviceId(row["pushed_by"]),
        compartment=Compartment(row["compartment"]),
        epoch=row["epoch"],
        again=True,  # it was looked at when it came
        reoffer=bool(row["reoffer"]),
    )
