"""The centre in memory: the rules of architecture §5 for the server, as small as they can be.

One counter for all places, idempotent batches, quarantine instead of refusal, a generation that
changes with every restore, a durable watermark that only a finished backup moves.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from clbdesk.clock import Clock
from clbdesk.domain.device import DeviceStatus
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Revision, is_sealed
from clbdesk.domain.scopes import (
    CENTRE_SCOPE,
    PushOutcome,
    PushResult,
    ScopeState,
    Sequenced,
    digest_of,
)
from clbdesk.ids import PupilId, VisitId
from clbdesk.sync import protocol
from clbdesk.sync.failures import GenerationChanged
from tests.sync.simulator.scope_rule import VisitScope, lies_in

STRANGER = "stranger"


@dataclass
class Kept:
    """What the centre has on disk."""

    counter: int = 0
    rows: list[tuple[int, Revision]] = field(default_factory=list)
    apart: list[tuple[int, Revision]] = field(default_factory=list)
    batches: dict[str, tuple[str, ...]] = field(default_factory=dict)
    access: dict[str, int] = field(default_factory=dict)
    held_by: dict[str, tuple[VisitId, ...]] = field(default_factory=dict)
    durable_seq: int = 0

    def copied(self) -> Kept:
        return replace(
            self,
            rows=list(self.rows),
            apart=list(self.apart),
            batches=dict(self.batches),
            access=dict(self.access),
            held_by=dict(self.held_by),
        )


class MemoryCentre:
    """`given[(generation, rev_id)]` remembers every place that was ever given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.kept = Kept()
        self.generation_number = 1
        self.given: dict[tuple[str, str], int] = {}
        self.accepted = {name: kind.version for name, kind in KINDS.items()}
        self.protocol_range = (1, 1)
        self.revoked: set[str] = set()
        self.moved: set[str] = set()
        self._copying: tuple[int, Kept] | None = None
        self.finished: Kept | None = None

    @property
    def generation(self) -> str:
        return f"g{self.generation_number}"

    # --- administration ---------------------------------------------------------------------------

    def backup_begin(self) -> None:
        self._copying = (self.kept.counter, self.kept.copied())

    def backup_done(self) -> None:
        if self._copying is None:
            return
        covered, copied = self._copying
        self._copying = None
        copied.durable_seq = covered
        self.finished = copied
        self.kept.durable_seq = max(self.kept.durable_seq, covered)

    def restore(self, *, new_generation: bool = True) -> None:
        """Set the centre back to its last finished backup (`clbdesk centre restored`)."""
        if self.finished is None:
            return
        self._copying = None
        self.kept = self.finished.copied()
        if new_generation:
            self.begin_generation()

    def begin_generation(self) -> None:
        self.generation_number += 1
        for seq, revision in (*self.kept.rows, *self.kept.apart):
            self.given[self.generation, revision.rev_id] = seq

    def accept_quarantined(self) -> None:
        """An administrator found the first one good: it gets a new place."""
        if self.kept.apart:
            _, revision = self.kept.apart.pop(0)
            self.moved.add(revision.rev_id)
            self._add(self.kept.rows, revision)

    def write(self, revision: Revision) -> None:
        """A save of the centre itself."""
        self._add(self.kept.rows, revision)

    # --- what laptops ask -------------------------------------------------------------------------

    def hello(self, device: str, ask: protocol.Hello) -> protocol.HelloAnswer:
        if ask.generation == self.generation and ask.known_seq > self.kept.counter:
            self.begin_generation()
        self.kept.held_by[f"{device}.{ask.compartment}"] = ask.in_hand
        low, high = self.protocol_range
        now = self._clock.now()
        is_ok = device not in self.revoked
        return protocol.HelloAnswer(
            generation=self.generation,
            protocol_low=low,
            protocol_high=high,
            kinds=self.accepted,
            now=now,
            device_status=DeviceStatus.OK if is_ok else DeviceStatus.REVOKED,
            lease_until=now + timedelta(days=7) if is_ok else now,
            grace_until=now + timedelta(days=10) if is_ok else now,
            lease_signature="",
            durable_seq=self.kept.durable_seq,
            users=(),
        )

    def push(self, device: str, ask: protocol.Push) -> protocol.PushAnswer:
        self._same(ask.generation)
        sent = tuple(one.rev_id for one in ask.revisions)
        assert self.kept.batches.get(ask.batch_id, sent) == sent, "same batch id, other content"
        self.kept.batches[ask.batch_id] = sent
        results = tuple(self._receive(revision) for revision in ask.revisions)
        return protocol.PushAnswer(generation=self.generation, results=results)

    def _receive(self, revision: Revision) -> PushResult:
        for rows, outcome in (
            (self.kept.rows, PushOutcome.OK),
            (self.kept.apart, PushOutcome.QUARANTINE),
        ):
            for seq, known in rows:
                if known.rev_id == revision.rev_id:
                    return PushResult(rev_id=revision.rev_id, outcome=outcome, seq=seq)
        if revision.author == STRANGER or not is_sealed(revision):
            seq = self._add(self.kept.apart, revision)
            return PushResult(
                rev_id=revision.rev_id,
                outcome=PushOutcome.QUARANTINE,
                seq=seq,
                reason="no_membership",
            )
        return PushResult(
            rev_id=revision.rev_id,
            outcome=PushOutcome.OK,
            seq=self._add(self.kept.rows, revision),
        )

    def _add(self, rows: list[tuple[int, Revision]], revision: Revision) -> int:
        self.kept.counter += 1
        rows.append((self.kept.counter, revision))
        self.given[self.generation, revision.rev_id] = self.kept.counter
        return self.kept.counter

    def access(self, device: str, ask: protocol.AccessLog) -> protocol.AccessAnswer:
        self._same(ask.generation)
        held = self.kept.access.get(ask.epoch, 0)
        for line in ask.lines:
            if line.number == held + 1:
                held += 1
        self.kept.access[ask.epoch] = held
        return protocol.AccessAnswer(generation=self.generation, held=held)

    def take(self, device: str, ask: protocol.Take) -> protocol.TakeAnswer:
        self._same(ask.generation)
        mine = f"{device}.{ask.compartment}"
        pupils = self._joined(ask.visit_id).keys()
        also = {
            other: len(common)
            for other, visits in self.kept.held_by.items()
            if other != mine
            and (common := pupils & {p for visit in visits for p in self._joined(visit)})
        }
        self.kept.held_by[mine] = (*self.kept.held_by.get(mine, ()), ask.visit_id)
        return protocol.TakeAnswer(generation=self.generation, pupils=len(pupils), also_taken=also)

    def pull(self, device: str, ask: protocol.Pull) -> Generator[protocol.PullPart, None, None]:
        self._same(ask.generation)
        lines = [line for line in self.scope(ask.scope, ask.compartment) if line.seq > ask.cursor]
        cursor, generation = self.kept.counter, self.generation
        yield protocol.PullHeader(
            generation=generation, scope=ask.scope, cursor=ask.cursor, expected=len(lines)
        )
        yield from lines
        pairs = [(line.revision.rev_id, line.revision.body_commit) for line in lines]
        yield protocol.PullFooter(cursor=cursor, count=len(lines), digest=digest_of(pairs))

    def verify(self, device: str, ask: protocol.Verify) -> protocol.VerifyAnswer:
        self._same(ask.generation)
        return protocol.VerifyAnswer(
            generation=self.generation,
            now=self._clock.now(),
            scopes=tuple(self.state(one.scope, ask.compartment, one.cursor) for one in ask.scopes),
            held=sum(one.epoch == ask.epoch for _, one in self.kept.rows),
            quarantined=sum(one.epoch == ask.epoch for _, one in self.kept.apart),
            durable_seq=self.kept.durable_seq,
        )

    def release(self, device: str, ask: protocol.Release) -> protocol.Done:
        self._same(ask.generation)
        mine = f"{device}.{ask.compartment}"
        self.kept.held_by[mine] = tuple(
            visit for visit in self.kept.held_by.get(mine, ()) if visit != ask.visit_id
        )
        return protocol.Done(generation=self.generation)

    # --- scopes -----------------------------------------------------------------------------------

    def scope(self, scope: str, compartment: Compartment) -> list[Sequenced]:
        """All lines of a scope in order of their place in it."""
        lines = []
        if scope == CENTRE_SCOPE:
            for seq, revision in self.kept.rows:
                allowed = revision.compartment in (Compartment.PLANNING, compartment)
                if allowed and KINDS[revision.kind].centre_scope:
                    lines.append(Sequenced(seq=seq, revision=revision))
            return lines
        joined = self._joined(scope)
        made, school = next(
            ((seq, one.school_id) for seq, one in self.kept.rows if one.record_id == scope),
            (0, None),
        )
        visit = VisitScope(
            visit_id=VisitId(scope), school_id=school, pupils=frozenset(map(PupilId, joined))
        )
        for seq, revision in self.kept.rows:
            if lies_in(visit, revision, compartment):
                since = joined[revision.pupil_id] if revision.pupil_id else made
                lines.append(Sequenced(seq=max(seq, since), revision=revision))
        return sorted(lines, key=lambda line: line.seq)

    def _joined(self, visit: str) -> dict[str, int]:
        """Pupil → place at which he or she came on the list of a visit."""
        since: dict[str, int] = {}
        for seq, revision in self.kept.rows:
            if revision.kind == "visit_pupil" and revision.visit_id == visit and revision.pupil_id:
                since.setdefault(revision.pupil_id, seq)
        return since

    def state(self, scope: str, compartment: Compartment, cursor: int) -> ScopeState:
        pairs = [
            (line.revision.rev_id, line.revision.body_commit)
            for line in self.scope(scope, compartment)
            if line.seq <= cursor
        ]
        return ScopeState(scope=scope, cursor=cursor, count=len(pairs), digest=digest_of(pairs))

    def _same(self, generation: str) -> None:
        if generation != self.generation:
            raise GenerationChanged
