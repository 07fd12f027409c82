"""Meenemen, synchroniseren en vrijgeven: the sync machine on this desk's vault.

Runs on the network's thread. The vault is only held for the short transactions that the machine
asks of its store, so that pages go on being shown and saved meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clbdesk.domain.device import DeviceUser
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.people import Pupil, School
from clbdesk.domain.rights import compartments_of
from clbdesk.domain.scopes import (
    CENTRE_SCOPE,
    Batch,
    PushOutcome,
    PushResult,
    Receipt,
    Release,
)
from clbdesk.domain.visits import Visit
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.care_guide import apply_guide
from clbdesk.services.conflicts import question_count
from clbdesk.services.desk import Desk
from clbdesk.services.narrowed import apply_rights
from clbdesk.services.outcome import ChangeSet, Outcome
from clbdesk.services.reading import one_standing
from clbdesk.services.rules import apply_signatures
from clbdesk.services.visits import pupils_of, taken_visits
from clbdesk.standards.tables import standards
from clbdesk.storage.laptop import Laptop
from clbdesk.storage.sync_store import SyncStore
from clbdesk.storage.vault import Draft, Quarantined, Reader
from clbdesk.sync.interfaces import Cancel, Transport
from clbdesk.sync.machine import ScopeReport, SyncReport, TakenAlong, run_sync, take_along
from clbdesk.sync.progress import Progress, Step
from clbdesk.wording import label, say

__all__ = ["Progress", "Step", "SyncReport", "TakenAlong"]

# A clock that is less than this off is nobody's concern [T]; E9 speaks of more.
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class VisitInHand:
    """A visit that is still on this laptop. `also_taken`: device name → pupils in common."""

    visit_id: VisitId
    title: str
    school: str
    pupils: int
    waiting: int
    also_taken: dict[str, int]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft of this user: it is never sent, so it is named before anything is."""

    title: str
    saved_at: datetime
    step: str
    pupil_id: PupilId | None
    visit_id: VisitId | None


@dataclass(frozen=True, slots=True)
class SyncView:
    """What the page of synchronising shows before and after."""

    waiting: int
    drafts: tuple[DraftLine, ...]
    conflicts: int
    quarantined: tuple[Quarantined, ...]
    visits: tuple[VisitInHand, ...]
    receipts: tuple[Receipt, ...]
    lease_until: datetime | None
    rules_edition: str
    without_slot: tuple[DeviceUser, ...]

    @property
    def last_receipt(self) -> Receipt | None:
        """The newest proof, or None before the first one."""
        return self.receipts[0] if self.receipts else None


@dataclass(frozen=True, slots=True)
class VisitResult:
    """One line of the result. `visit_id` None: what belongs to no visit, and the centre itself.

    `confirmed` of `sent` revisions; `was_fetched_again`: both sides differed at first; `released`:
    pupils that left, None when it was not given back.
    """

    visit_id: VisitId | None
    title: str
    sent: int
    confirmed: int
    received: int
    is_equal: bool
    was_fetched_again: bool
    released: int | None


@dataclass(frozen=True, slots=True)
class SyncDone:
    """What a synchronisation did: the machine's report, per visit, and what it wrote to disk."""

    report: SyncReport
    visits: tuple[VisitResult, ...]
    schools: dict[VisitId, str]
    backup_bytes: int

    @property
    def sent(self) -> int:
        """Everything that the centre answered for."""
        return self.report.confirmed + self.report.quarantined

    @property
    def released(self) -> tuple[tuple[str, int], ...]:
        """School and pupils of every visit that left."""
        return tuple(
            (self.schools[one.visit_id], one.pupils)
            for one in self.report.releases
            if not (one.is_refused or one.is_waiting)
        )

    @property
    def held_back(self) -> tuple[Release, ...]:
        """The visits that were given back and stay, with what stands in the way."""
        return tuple(one for one in self.report.releases if one.is_refused or one.is_waiting)

    @property
    def unequal(self) -> tuple[ScopeReport, ...]:
        """The scopes on which both sides do not agree."""
        return tuple(one for one in self.report.scopes if not one.is_equal)


class _Tally(SyncStore):
    """The vault's store, counting what is sent per visit while it goes by."""

    def __init__(self, desk: Desk, laptop: Laptop) -> None:
        super().__init__(desk.vault, laptop, desk.clock, desk.ids)
        self.sent: Counter[VisitId | None] = Counter()
        self.confirmed: Counter[VisitId | None] = Counter()
        self.backup_bytes = 0
        self._visit_of: dict[str, VisitId | None] = {}

    def back_up(self) -> int:
        self.backup_bytes = super().back_up()
        return self.backup_bytes

    def next_batch(self, limit: int) -> Batch | None:
        batch = super().next_batch(limit)
        if batch is not None:
            self._visit_of = {one.rev_id: one.visit_id for one in batch.revisions}
        return batch

    def mark_results(self, batch_id: str, results: Sequence[PushResult]) -> None:
        super().mark_results(batch_id, results)
        for one in results:
            visit_id = self._visit_of[one.rev_id]
            self.sent[visit_id] += 1
            self.confirmed[visit_id] += one.outcome is not PushOutcome.QUARANTINE


def view_sync(desk: Desk, laptop: Laptop) -> SyncView:
    """Counts and visits as they stand in this vault; `laptop` knows who has no key slot yet."""
    with desk.vault.read() as reader:
        waiting = reader.outbox_by_visit()
        visits = tuple(
            VisitInHand(
                visit_id=VisitId(row.scope),
                title=_title(reader, VisitId(row.scope)),
                school=_school(reader, VisitId(row.scope)),
                pupils=len(pupils_of(reader, VisitId(row.scope))),
                waiting=waiting.get(VisitId(row.scope), 0),
                also_taken=row.also_taken,
            )
            for row in reader.scopes()
            if row.scope != CENTRE_SCOPE
        )
        receipts = tuple(reader.receipts()[:2])
        lease = reader.lease()
        return SyncView(
            waiting=reader.outbox_count(),
            drafts=tuple(_draft_line(reader, one) for one in reader.drafts(desk.user.staff_id)),
            conflicts=question_count(desk, reader),
            quarantined=tuple(reader.quarantined()),
            visits=visits,
            receipts=receipts,
            lease_until=lease.until if lease else None,
            rules_edition=_rules_edition(),
            without_slot=without_slot(laptop),
        )


def without_slot(laptop: Laptop) -> tuple[DeviceUser, ...]:
    """The users whom the centre named and who cannot unlock this laptop yet."""
    here = {user.staff_id for user in laptop.users()}
    return tuple(
        user
        for user in laptop.device.users
        if user.staff_id not in here and any(compartments_of(role) for role in user.roles)
    )


def all_changed(desk: Desk) -> ChangeSet:
    """Anything may have come in, also when a synchronisation broke off: pages look again.

    Rules that were signed elsewhere judge from here on.
    """
    apply_signatures(desk)
    apply_guide(desk)
    apply_rights(desk)
    with desk.vault.read() as reader:
        pupils = frozenset(
            head.leaf.pupil_id for head in reader.heads(kinds=("pupil",)) if head.leaf.pupil_id
        )
        visits = frozenset(VisitId(one) for one in taken_visits(reader))
    return ChangeSet(frozenset(KINDS), pupils, visits)


def synchronise(
    desk: Desk,
    laptop: Laptop,
    transport: Transport,
    report: Callable[[Progress], None],
    cancel: Cancel,
    give_back: Collection[VisitId] = (),
) -> Outcome[SyncDone]:
    """Push, pull, verify and release; see sync/machine.py for what it may raise."""
    store = _Tally(desk, laptop)
    with desk.vault.read() as reader:
        taken = [VisitId(row.scope) for row in reader.scopes() if row.scope != CENTRE_SCOPE]
        titles = {visit_id: _title(reader, visit_id) for visit_id in taken}
        schools = {visit_id: _school(reader, visit_id) for visit_id in taken}
    found = run_sync(store, transport, desk.clock, report, cancel, give_back)
    done = SyncDone(found, _results(found, store, titles), schools, store.backup_bytes)
    return Outcome(done, all_changed(desk))


def take_visit(
    desk: Desk,
    laptop: Laptop,
    transport: Transport,
    visit_id: VisitId,
    report: Callable[[Progress], None],
    cancel: Cancel,
) -> Outcome[TakenAlong]:
    """Take a visit along, all or nothing."""
    store = SyncStore(desk.vault, laptop, desk.clock, desk.ids)
    taken = take_along(store, transport, desk.clock, visit_id, report, cancel)
    return Outcome(taken, all_changed(desk))


def _results(
    report: SyncReport, store: _Tally, titles: dict[VisitId, str]
) -> tuple[VisitResult, ...]:
    """A line per visit that was in hand, and one for everything else."""
    scopes = {one.scope: one for one in report.scopes}
    released = {
        one.visit_id: one.pupils
        for one in report.releases
        if not (one.is_refused or one.is_waiting)
    }

    def line(visit_id: VisitId | None, title: str, sent: int, confirmed: int) -> VisitResult:
        scope = scopes.get(visit_id or CENTRE_SCOPE)
        return VisitResult(
            visit_id=visit_id,
            title=title,
            sent=sent,
            confirmed=confirmed,
            received=scope.received if scope else 0,
            is_equal=scope is not None and scope.is_equal,
            was_fetched_again=scope is not None and scope.was_fetched_again,
            released=released.get(visit_id) if visit_id else None,
        )

    visits = [
        line(visit_id, title, store.sent[visit_id], store.confirmed[visit_id])
        for visit_id, title in titles.items()
    ]
    rest = [
        sum(count for visit_id, count in counted.items() if visit_id not in titles)
        for counted in (store.sent, store.confirmed)
    ]
    return (*visits, line(None, "", *rest))


def _draft_line(reader: Reader, draft: Draft) -> DraftLine:
    step = draft.form.partition("/")[0]
    labels = {row["name"]: row["label"] for row in standards().rows("contact_steps.csv")}
    if step in KINDS and step not in labels:  # most forms bear the name of what they make
        labels[step] = say(f"conflicts.kind.{step}")
    labels["care_topic"] = say("conflicts.kind.consultative_note")
    labels["capacity"] = say("conflicts.kind.competence")
    labels["earlier_doses"] = say("earlier.title")
    labels["consent_stack"] = say("consent_form.title")
    labels["vaccination_close"] = say("vaccination.closing")
    pupil = one_standing(reader, RecordId(draft.pupil_id), Pupil) if draft.pupil_id else None
    name = f"{pupil.body.given_name} {pupil.body.family_name}" if pupil else ""
    return DraftLine(
        title=" – ".join(part for part in (labels.get(step, ""), name) if part),
        saved_at=draft.saved_at,
        step=step,
        pupil_id=draft.pupil_id,
        visit_id=draft.visit_id,
    )


def _rules_edition() -> str:
    return max((table.edition for table in standards().tables if table.is_listed), default="")


def _title(reader: Reader, visit_id: VisitId) -> str:
    """De Kring – systematisch contact."""
    visit = one_standing(reader, RecordId(visit_id), Visit)
    kinds = ", ".join(label(kind) for kind in visit.body.kinds) if visit else ""
    return f"{_school(reader, visit_id)} – {kinds}"


def _school(reader: Reader, visit_id: VisitId) -> str:
    visit = one_standing(reader, RecordId(visit_id), Visit)
    if visit is None:
        return ""
    school = one_standing(reader, RecordId(visit.body.school_id), School)
    return school.body.name if school else ""
