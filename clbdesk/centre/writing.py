"""Revisions that the centre itself writes: plans, imports, corrections. Same shape, same counter.

Device and epoch are "centre", the role is CENTRE, and device_seq counts without gaps like that of
any laptop. A record that already says the same is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from clbdesk.centre import ledger
from clbdesk.centre.centre import Centre
from clbdesk.centre.checks import CENTRE_DEVICE
from clbdesk.centre.epochs import Continuity, Counted
from clbdesk.centre.held import Held, look
from clbdesk.centre.own_revisions import mark_own
from clbdesk.domain.body import Body, encode
from clbdesk.domain.kinds import kind_of
from clbdesk.domain.revision import Revision, RevisionStatus, Role
from clbdesk.ids import PupilId, RecordId, RevId, SchoolId, StaffId, VisitId

CENTRE_EPOCH = "centre"
CENTRE_AUTHOR = StaffId("centre")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to write down. `occurred_at` None = now; `status` withdrawn needs a reason."""

    record_id: RecordId
    body: Body
    pupil_id: PupilId | None = None
    visit_id: VisitId | None = None
    school_id: SchoolId | None = None
    occurred_at: datetime | None = None
    status: RevisionStatus = RevisionStatus.FINAL
    reason: str | None = None


def write(tx: Connection, centre: Centre, entries: Sequence[Entry]) -> int:
    """Write entries in order; how many were new or different. Records may occur once each.

    What exists is replaced: the new revision names every leaf of its record.
    """
    records = [entry.record_id for entry in entries]
    assert len(set(records)) == len(records), "one entry per record"
    # Lock first: the centre's own count, and the leaves that are replaced, must not move.
    ledger.bump(tx, centre.centre_id, 0)
    held = look(tx, centre.centre_id, (), records)
    leaves = held.by_record()
    revisions: list[Revision] = []
    for entry in entries:
        known = leaves[entry.record_id]
        text = encode(entry.body)
        if any((leaf.body, leaf.status) == (text, entry.status) for leaf in known):
            continue
        base = tuple(sorted(leaf.rev_id for leaf in known))
        revisions.append(_revision(centre, entry, text, base))
    enter_own(tx, centre, revisions, held)
    return len(revisions)


def enter_own(tx: Connection, centre: Centre, revisions: Sequence[Revision], held: Held) -> None:
    """Count, date and mark revisions as the centre's own, and enter them in this order.

    Author, role, device, numbers, moments of recording and seal are set here. `held` tells of all
    their records and was asked behind `ledger.bump`.
    """
    if not revisions:
        return
    continuity = Continuity(tx, centre.centre_id)
    now = centre.clock.now()
    own: list[Revision] = []
    for bare in revisions:
        number = continuity.high(CENTRE_DEVICE, CENTRE_EPOCH) + 1
        continuity.count(Counted(CENTRE_DEVICE, CENTRE_EPOCH, number), excused=False)
        signed = msgspec.structs.replace(
            bare,
            author=CENTRE_AUTHOR,
            role=Role.CENTRE,
            device=CENTRE_DEVICE,
            epoch=CENTRE_EPOCH,
            device_seq=number,
            recorded_at=now,
            clock_uncertain=False,
        )
        own.append(mark_own(signed, centre.authority, centre.random_bytes))
    first = ledger.bump(tx, centre.centre_id, len(own))
    ledger.enter(tx, centre.centre_id, list(enumerate(own, start=first)), held, now)
    continuity.store()


def _revision(centre: Centre, entry: Entry, text: str, base: tuple[RevId, ...]) -> Revision:
    kind = kind_of(entry.body)
    assert kind.compartment is not None, "what lies in its author's vault is never the centre's own"
    now = centre.clock.now()
    return Revision(
        rev_id=RevId(centre.ids.new()),
        record_id=entry.record_id,
        base=base,
        kind=kind.name,
        kind_version=kind.version,
        compartment=kind.compartment,
        pupil_id=entry.pupil_id,
        visit_id=entry.visit_id,
        school_id=entry.school_id,
        author=CENTRE_AUTHOR,
        role=Role.CENTRE,
        device=CENTRE_DEVICE,
        epoch=CENTRE_EPOCH,
        device_seq=0,
        occurred_at=entry.occurred_at or now,
        recorded_at=now,
        status=entry.status,
        reason=entry.reason,
        clock_uncertain=False,
        body=text,
        salt="",
        body_commit="",
    )
