"""Recording, correcting, withdrawing and undoing: the one way in which revisions come about.

One call is one commit: revisions, heads, outbox lines, access-log line and the draft removed, or
nothing at all. A part is saved with the base on which its form was opened, so that a pull in
between shows as two versions instead of overwriting.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clbdesk.domain.body import Body, encode
from clbdesk.domain.kinds import KINDS, kind_of
from clbdesk.domain.revision import Revision, RevisionStatus, body_commit
from clbdesk.domain.rights import rights_in_force
from clbdesk.domain.visits import Visit
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, RevId, SchoolId, VisitId
from clbdesk.services.counted import refuse_counted
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import ChangeSet, Outcome
from clbdesk.services.reading import one_standing
from clbdesk.storage.vault import LeaseState, Reader, UnitOfWork

UNDONE = "ongedaan gemaakt"
_CIRCUMSTANCES = frozenset({"contact", "attendance"})


@dataclass(frozen=True, slots=True)
class Where:
    """What a record belongs to."""

    pupil_id: PupilId | None = None
    visit_id: VisitId | None = None
    school_id: SchoolId | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One record to write. `record_id` None = a new fact; `base` = the leaves it replaces."""

    body: Body
    where: Where
    record_id: RecordId | None = None
    base: tuple[RevId, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """The revisions of one commit, in the order of the parts; what undo takes back."""

    revisions: tuple[Revision, ...]

    @property
    def rev_ids(self) -> tuple[RevId, ...]:
        """Their ids."""
        return tuple(revision.rev_id for revision in self.revisions)


def record(
    desk: Desk,
    parts: Sequence[Part],
    *,
    occurred_at: datetime | None = None,
    reason: str | None = None,
    draft_form: str | None = None,
) -> Outcome[Saved]:
    """Write all parts in one commit and drop the draft of the form they came from.

    `occurred_at`: clinical time, aware; default now. `reason`: required for a correction of a
    saved value by the caller, free here. Raises Refused when the role may not write a kind,
    somebody does not work for the school or the lease has ended; Environment when the disk does
    not let us (nothing is changed then).
    """
    with desk.vault.write() as work:
        saved = add_parts(desk, work, parts, occurred_at=occurred_at, reason=reason)
        if draft_form is not None:
            work.drop_draft(desk.user.staff_id, draft_form)
    return Outcome(saved, changes_of(saved.revisions))


def add_parts(
    desk: Desk,
    work: UnitOfWork,
    parts: Sequence[Part],
    *,
    occurred_at: datetime | None = None,
    reason: str | None = None,
) -> Saved:
    """The same inside a commit that the caller has open (checks and writing in one)."""
    revisions = []
    for part in parts:
        kind = kind_of(part.body)
        revision = _new_revision(
            desk,
            work,
            kind.name,
            encode(part.body),
            part.where,
            part.record_id or RecordId(desk.ids.new()),
            part.base,
            status=RevisionStatus.FINAL,
            reason=reason,
            occurred_at=occurred_at,
        )
        work.add(revision)
        _log(desk, work, "record" if not part.base else "correct", revision)
        revisions.append(revision)
    return Saved(tuple(revisions))


def withdraw(desk: Desk, record_ids: Sequence[RecordId], reason: str) -> Outcome[Saved]:
    """Withdraw (foutief ingevoerd) the standing versions of these records, with a reason.

    Refused `vaccination.session_closed` for a dose that a closed session counted.
    """
    if not reason.strip():
        raise Refused("records.reason_missing", field="reason")
    with desk.vault.write() as work:
        for record_id in record_ids:
            refuse_counted(work, record_id)
        revisions = [withdraw_in(desk, work, record_id, reason) for record_id in record_ids]
    return Outcome(Saved(tuple(revisions)), changes_of(revisions))


def withdraw_in(desk: Desk, work: UnitOfWork, record_id: RecordId, reason: str) -> Revision:
    """Withdraw a record inside a commit that the caller has open."""
    head = work.head(record_id)
    if head is None:
        raise Defect("records.unknown_record")
    return _withdrawal(desk, work, head.leaf, head.tips, reason)


def undo_in(desk: Desk, work: UnitOfWork, saved: Saved) -> Saved:
    """Take back one saving: what it created is withdrawn, what it corrected is put back.

    The contact and the presence that came with it stay: the pupil was there. Refused
    `vaccination.session_closed` for a dose that a closed session counted.
    """
    revisions = []
    for revision in saved.revisions:
        if revision.kind in _CIRCUMSTANCES:
            continue
        base = (revision.rev_id,)
        before = _before(work, revision)
        refuse_counted(work, revision.record_id)
        if before is None:
            revisions.append(_withdrawal(desk, work, revision, base, UNDONE))
            continue
        revisions.append(restate(desk, work, before, base, UNDONE, "undo"))
    return Saved(tuple(revisions))


def _before(reader: Reader, revision: Revision) -> Revision | None:
    """What stood before a version; of one that undo put back, what stood before it the first time."""
    before = reader.revision(revision.base[-1]) if revision.base else None
    if before is None or revision.reason != UNDONE or not before.base:
        return before
    first = reader.revision(before.base[-1])
    return _before(reader, first) if first is not None else None


def restate(
    desk: Desk,
    work: UnitOfWork,
    version: Revision,
    base: tuple[RevId, ...],
    reason: str | None,
    action: str,
) -> Revision:
    """Let a version stand, final or withdrawn as it was, in the place of everything in `base`.

    `action`: the word in the access log ("undo", "choose").
    """
    restated = _new_revision(
        desk,
        work,
        version.kind,
        version.body,
        Where(version.pupil_id, version.visit_id, version.school_id),
        version.record_id,
        base,
        status=version.status,
        reason=reason,
        occurred_at=version.occurred_at,
    )
    work.add(restated)
    _log(desk, work, action, restated)
    return restated


def base_in(reader: Reader, record_id: RecordId, form_base: Sequence[RevId]) -> tuple[RevId, ...]:
    """The revisions of a form's base that belong to one of its records.

    A form of several records is opened on the leaves of all of them; each is saved with its own.
    """
    own = {revision.rev_id for revision in reader.history(record_id)}
    return tuple(rev_id for rev_id in form_base if rev_id in own)


def changes_of(revisions: Sequence[Revision]) -> ChangeSet:
    """The change set of some revisions."""
    return ChangeSet(
        frozenset(revision.kind for revision in revisions),
        frozenset(revision.pupil_id for revision in revisions if revision.pupil_id),
        frozenset(revision.visit_id for revision in revisions if revision.visit_id),
    )


def _withdrawal(
    desk: Desk, work: UnitOfWork, leaf: Revision, base: tuple[RevId, ...], reason: str
) -> Revision:
    revision = _new_revision(
        desk,
        work,
        leaf.kind,
        leaf.body,
        Where(leaf.pupil_id, leaf.visit_id, leaf.school_id),
        leaf.record_id,
        base,
        status=RevisionStatus.WITHDRAWN,
        reason=reason,
        occurred_at=leaf.occurred_at,
    )
    work.add(revision)
    _log(desk, work, "withdraw", revision)
    return revision


def _new_revision(
    desk: Desk,
    work: UnitOfWork,
    kind_name: str,
    body: str,
    where: Where,
    record_id: RecordId,
    base: tuple[RevId, ...],
    *,
    status: RevisionStatus,
    reason: str | None,
    occurred_at: datetime | None,
) -> Revision:
    now = desk.clock.now()
    relation = desk.relations(where.school_id or _school_of(work, where.visit_id))
    against = rights_in_force().against_writing(desk.user.role, kind_name, relation)
    if against is not None:
        raise Refused(f"records.{against}", kind=kind_name)
    if work.lease_state(now) in {LeaseState.READ_ONLY, LeaseState.ENDED}:
        raise Refused("records.read_only")
    salt = secrets.token_hex(16)
    kind = KINDS[kind_name]
    return Revision(
        rev_id=RevId(desk.ids.new()),
        record_id=record_id,
        base=base,
        kind=kind_name,
        kind_version=kind.version,
        compartment=kind.compartment or desk.vault.compartment,
        pupil_id=where.pupil_id,
        visit_id=where.visit_id,
        school_id=where.school_id,
        author=desk.user.staff_id,
        role=desk.user.role,
        device=desk.device_id,
        epoch=desk.vault.epoch,
        device_seq=work.next_device_seq(),
        occurred_at=occurred_at or now,
        recorded_at=now,
        status=status,
        reason=reason,
        clock_uncertain=work.clock_is_uncertain(now),
        body=body,
        salt=salt,
        body_commit=body_commit(salt, body),
    )


def _school_of(reader: Reader, visit_id: VisitId | None) -> SchoolId | None:
    """The school of a visit that is on this laptop."""
    visit = one_standing(reader, RecordId(visit_id), Visit) if visit_id else None
    return visit.body.school_id if visit else None


def _occasion(revision: Revision) -> str:
    """What somebody was busy with who writes this: a visit, a dossier, a school, else the centre."""
    if revision.visit_id:
        return "visit"
    if revision.pupil_id:
        return "dossier"
    return "school" if revision.school_id else "centre"


def _log(desk: Desk, work: UnitOfWork, action: str, revision: Revision) -> None:
    """One line, never without a reason: the person's own, else the occasion."""
    desk.log(
        work,
        action,
        kind=revision.kind,
        record_id=revision.record_id,
        pupil_id=revision.pupil_id,
        reason=revision.reason or _occasion(revision),
    )
