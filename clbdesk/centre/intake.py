"""Push: what laptops bring home. Never rejected, never doubled, never out of order.

Parse and check rights, bump, then look, judge and insert, commit. A batch that comes again gets the
answer it had; a revision that comes again keeps its place. What fails a check is quarantined.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select

from clbdesk.centre import checks, ledger
from clbdesk.centre.bulk import among, chunks, insert_rows
from clbdesk.centre.epochs import Continuity, Counted
from clbdesk.centre.held import look
from clbdesk.centre.objection import Objection
from clbdesk.centre.schema import BATCH, QUARANTINE, REVISION
from clbdesk.domain.revision import Compartment, Revision
from clbdesk.domain.scopes import PushOutcome, PushResult
from clbdesk.ids import DeviceId, RecordId, RevId, derived_id
from clbdesk.sync.protocol import BATCH_LIMIT, Message, PushAnswer

_BATCH = select(BATCH.c.body_sha256, BATCH.c.answer).where(
    BATCH.c.centre_id == bindparam("centre"),
    BATCH.c.device == bindparam("by"),
    BATCH.c.batch_id == bindparam("id"),
)
_REMEMBER = insert(BATCH)


class PushAsSent(Message, frozen=True, kw_only=True):
    """A Push whose revisions are looked at one by one: one that is unreadable spoils no other."""

    generation: str
    batch_id: str
    compartment: Compartment
    epoch: str
    revisions: tuple[msgspec.Raw, ...]
    reoffer: bool = False


@dataclass(slots=True)
class Item:
    """One element on its way in. `reason` set = bound for quarantine; `seq` 0 = has a place."""

    rev_id: RevId
    raw: str
    revision: Revision | None
    counts: Counted | None
    reason: str | None = None
    seq: int = 0


class _Glimpse(msgspec.Struct):
    """What can be saved of an element that is no revision."""

    rev_id: str = ""
    device: str = ""
    epoch: str = ""
    device_seq: int = 0


def take_apart(raws: tuple[msgspec.Raw, ...]) -> tuple[list[Item], list[RevId]]:
    """Read every revision by itself: each once, and the ids in the order of the push.

    Objection when there are too many of them.
    """
    if len(raws) > BATCH_LIMIT:
        raise Objection(413, "too_large")
    read = [read_item(bytes(raw)) for raw in raws]
    items: dict[RevId, Item] = {}
    for item in read:
        items.setdefault(item.rev_id, item)
    return list(items.values()), [item.rev_id for item in read]


def read_item(raw: bytes) -> Item:
    """One element; unreadable ones keep their text, and their id and count where these show."""
    text = raw.decode("utf-8", "replace").replace("\0", "\ufffd")
    revision = checks.read_revision(raw)
    if revision is not None:
        counted = Counted(revision.device, revision.epoch, revision.device_seq)
        return Item(revision.rev_id, text, revision, counted)
    try:
        glimpse = msgspec.json.decode(raw, type=_Glimpse)
    except (msgspec.DecodeError, UnicodeDecodeError):
        glimpse = _Glimpse()
    own = derived_id("unreadable", hashlib.sha256(raw).hexdigest())
    rev_id = RevId(glimpse.rev_id if checks.is_uuid(glimpse.rev_id) else own)
    plain = checks.is_plain(glimpse.device) and checks.is_plain(glimpse.epoch)
    sound = plain and 0 < glimpse.device_seq < checks.LARGEST_COUNT
    counted = Counted(glimpse.device, glimpse.epoch, glimpse.device_seq)
    return Item(rev_id, text, None, counted if sound else None, "unreadable")


def receive(
    tx: Connection,
    centre_id: int,
    items: list[Item],
    origin: checks.Origin,
    knowledge: checks.Knowledge,
) -> list[PushResult]:
    """Enter or keep everything; one result per element, in order."""
    for item in items:
        if item.revision is not None:
            item.reason = checks.reason_against(item.revision, origin, knowledge)
    first = ledger.bump(tx, centre_id, len(items))
    # From here on no other writer of this centre can be between us and the commit.
    records = {item.revision.record_id for item in items if item.revision}
    held = look(tx, centre_id, [item.rev_id for item in items], records)
    known: dict[RevId, tuple[int, str | None]] = {
        **held.apart,
        **{rev_id: (seq, None) for rev_id, seq in held.entered.items()},
    }
    new = [item for item in items if item.rev_id not in known]
    for place, item in enumerate(new, start=first):
        item.seq = place
    if len(new) < len(items):  # hardly ever: give back the places of what has one
        ledger.bump(tx, centre_id, len(new) - len(items))
    continuity = Continuity(tx, centre_id)
    kinds = {leaf.record_id: leaf.kind for leaf in held.leaves}
    judge_late(tx, centre_id, new, kinds, continuity, excused=origin.reoffer)
    accepted = [(item.seq, item.revision) for item in new if item.reason is None and item.revision]
    leaves = ledger.enter(tx, centre_id, accepted, held, knowledge.now)
    _keep(tx, centre_id, [item for item in new if item.reason], origin, knowledge.now)
    continuity.store()
    known.update({item.rev_id: (item.seq, item.reason) for item in new})
    return [_result(item, known, leaves) for item in items]


def judge_late(
    tx: Connection,
    centre_id: int,
    items: list[Item],
    kinds: dict[RecordId, str],
    continuity: Continuity,
    *,
    excused: bool,
) -> None:
    """The checks that need the counter: the gapless count, and what stands beside a revision.

    `kinds`: kind of every record that the centre knows; new ones are added.
    """
    records = _records_of_bases(tx, centre_id, items)
    for item in items:
        gap = None
        if item.counts is not None and item.reason != checks.OTHER_DEVICE:
            gap = continuity.count(item.counts, excused=excused)
        revision = item.revision
        if revision is None:
            continue
        late = checks.late_reason(revision, kinds=kinds, records=records)
        item.reason = item.reason or late or gap
        if item.reason is None:
            kinds[revision.record_id] = revision.kind
            records[revision.rev_id] = revision.record_id


def _records_of_bases(tx: Connection, centre_id: int, items: list[Item]) -> dict[RevId, RecordId]:
    """Which record every base that is named belongs to, as far as the centre knows it."""
    bases = {base for item in items if item.revision for base in item.revision.base}
    records: dict[RevId, RecordId] = {}
    for chunk in chunks(bases):
        rows = tx.execute(
            select(REVISION.c.rev_id, REVISION.c.record_id).where(
                REVISION.c.centre_id == centre_id, among(tx, REVISION.c.rev_id, chunk)
            )
        )
        records.update({RevId(row.rev_id): RecordId(row.record_id) for row in rows})
    return records


def _keep(
    tx: Connection, centre_id: int, items: list[Item], origin: checks.Origin, now: datetime
) -> None:
    """Put what has a reason in quarantine."""
    rows: list[dict[str, Any]] = [
        {
            "centre_id": centre_id,
            "rev_id": item.rev_id,
            "seq": item.seq,
            "reason": item.reason,
            "content": item.raw,
            "pushed_by": origin.device,
            "compartment": origin.compartment.value,
            "writer": None if item.counts is None else item.counts.device,
            "epoch": origin.epoch if item.counts is None else item.counts.epoch,
            "device_seq": None if item.counts is None else item.counts.number,
            "reoffer": origin.reoffer,
            "received_at": now,
            "settled_at": None,
        }
        for item in items
    ]
    insert_rows(tx, QUARANTINE, rows)


def _result(
    item: Item,
    known: dict[RevId, tuple[int, str | None]],
    leaves: dict[RecordId, list[Revision]],
) -> PushResult:
    """What the laptop is told of one element, after everything is in."""
    seq, reason = known[item.rev_id]
    others: list[RevId] = []
    outcome = PushOutcome.QUARANTINE if reason else PushOutcome.OK
    if item.revision is not None and reason is None:
        others = _others(item.revision, leaves.get(item.revision.record_id, []))
        outcome = PushOutcome.CONFLICT if others else PushOutcome.OK
    return PushResult(
        rev_id=item.rev_id, outcome=outcome, seq=seq, leaves=tuple(others), reason=reason
    )


def _others(revision: Revision, leaf_list: list[Revision]) -> list[RevId]:
    """The other leaves that say something else, when this revision is a leaf itself."""
    if len(leaf_list) < 2:
        return []
    own = [leaf for leaf in leaf_list if leaf.rev_id == revision.rev_id]
    said = {(leaf.status, leaf.body) for leaf in own}
    return sorted(leaf.rev_id for leaf in leaf_list if own and (leaf.status, leaf.body) not in said)


def answered_before(
    tx: Connection, centre_id: int, device: DeviceId, batch_id: str, body_sha256: str
) -> PushAnswer | None:
    """The answer that this batch had. Refused when the same id now carries something else."""
    asked = {"centre": centre_id, "by": device, "id": batch_id}
    row = tx.execute(_BATCH, asked).one_or_none()
    if row is None:
        return None
    if row.body_sha256 != body_sha256:
        raise Objection(422, "refused")
    return msgspec.json.decode(row.answer, type=PushAnswer)


def remember(
    tx: Connection,
    centre_id: int,
    device: DeviceId,
    batch_id: str,
    body_sha256: str,
    answer: PushAnswer,
    now: datetime,
) -> None:
    """Keep the answer in the same transaction as what it answers."""
    tx.execute(
        _REMEMBER,
        {
            "centre_id": centre_id,
            "device": device,
            "batch_id": batch_id,
            "body_sha256": body_sha256,
            "generation": answer.generation,
            "answer": msgspec.json.encode(answer).decode(),
            "received_at": now,
        },
    )
