"""The single steps of a synchronisation, each with every answer of the centre checked.

A conversation belongs to one generation of the centre's data: an answer of another one raises
GenerationChanged before anything of it is used. What must outlive a crash lives in the store;
here are only counts.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from clbdesk.clock import Clock
from clbdesk.domain.device import DeviceStatus, Lease
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import is_sealed
from clbdesk.domain.scopes import Applied, Batch, PushOutcome, ScopeState, Sequenced, digest_of
from clbdesk.errors import Environment, Refused
from clbdesk.ids import VisitId
from clbdesk.sync import protocol
from clbdesk.sync.failures import ConnectionLost, GenerationChanged, Unreachable
from clbdesk.sync.interfaces import Cancel, Store, Transport
from clbdesk.sync.progress import Progress, Report, Step

_STAGE_LINES = 500


class Conversation:
    """Laptop and centre, from one hello on. Counts add up over generations.

    `offset`: centre minus laptop. `received`: lines per scope. `pupils`: different pupils in the
    lines of the pull that runs; `pupils_expected` of the visit that is taken along.
    `was_restored`: the centre had been set back.
    """

    def __init__(
        self, store: Store, transport: Transport, clock: Clock, report: Report, cancel: Cancel
    ) -> None:
        """Says nothing yet."""
        self._store = store
        self._transport = transport
        self._clock = clock
        self._report = report
        self._cancel = cancel
        self._generation = ""
        self._accepted: dict[str, int] = {}
        self.offset = timedelta(0)
        self.confirmed = 0
        self.quarantined = 0
        self.received: dict[str, int] = {}
        self.pupils: set[str] = set()
        self.pupils_expected = 0
        self.was_restored = False

    @property
    def generation(self) -> str:
        """The generation of the centre's data that is talked about; empty before hello."""
        return self._generation

    def hello(self) -> protocol.HelloAnswer:
        """Ask how the centre is, and adopt its generation."""
        self._go_on()
        store = self._store
        known = store.generation()
        answer = self._transport.hello(
            protocol.Hello(
                protocol=protocol.PROTOCOL,
                kinds={name: kind.version for name, kind in KINDS.items()},
                generation=known,
                known_seq=store.known_seq(),
                compartment=store.compartment,
                epoch=store.epoch,
                in_hand=store.in_hand(),
            )
        )
        if answer.protocol_high < protocol.PROTOCOL:
            raise Environment("sync.older_centre")
        if answer.protocol_low > protocol.PROTOCOL:
            raise Environment("sync.older_laptop")
        if answer.generation != known:
            store.begin_generation(answer.generation)
            self.was_restored = self.was_restored or known is not None
        self._generation = answer.generation
        self._accepted = answer.kinds
        self.offset = answer.now - self._clock.now()
        lease = Lease(
            until=answer.lease_until,
            grace_until=answer.grace_until,
            signature=answer.lease_signature,
        )
        if answer.device_status is DeviceStatus.OK:
            store.keep_hello(
                lease=lease, users=answer.users, server_now=answer.now, offset=self.offset
            )
        else:
            store.end_lease(lease)
        return answer

    def hand_over_access_log(self) -> None:
        """Send the lines of the access log that the centre does not have."""
        store = self._store
        while lines := store.access_lines(protocol.ACCESS_LIMIT):
            self._go_on()
            log = protocol.AccessLog(
                generation=self._generation,
                compartment=store.compartment,
                epoch=store.epoch,
                lines=lines,
            )
            try:
                answer = self._transport.access(log)
            except (ConnectionLost, Unreachable) as failure:  # the centre did say hello
                done = self.confirmed + self.quarantined
                raise ConnectionLost(done, done + store.waiting()) from failure
            self._same_generation(answer.generation)
            store.access_confirmed(answer.held)
            if answer.held < lines[-1].number:
                # The centre has a gap and has raised its alarm; the data does not wait for it.
                return

    def push(self) -> None:
        """Send until nothing waits. Raises ConnectionLost with what was confirmed before (E8)."""
        store = self._store
        while True:
            done = self.confirmed + self.quarantined
            total = done + store.waiting()
            self._report(Progress(Step.SEND, done, total, quarantined=self.quarantined))
            self._go_on()
            batch = store.next_batch(protocol.BATCH_LIMIT)
            if batch is None:
                return
            self._check_kinds(batch)
            try:
                answer = self._send(batch)
            except (ConnectionLost, Unreachable) as failure:
                raise ConnectionLost(done, total) from failure
            self._same_generation(answer.generation)
            if [result.rev_id for result in answer.results] != [
                revision.rev_id for revision in batch.revisions
            ]:
                raise Environment("sync.answer_damaged")
            store.mark_results(batch.batch_id, answer.results)
            apart = sum(one.outcome is PushOutcome.QUARANTINE for one in answer.results)
            self.quarantined += apart
            self.confirmed += len(answer.results) - apart

    def _send(self, batch: Batch) -> protocol.PushAnswer:
        return self._transport.push(
            protocol.Push(
                generation=self._generation,
                batch_id=batch.batch_id,
                compartment=self._store.compartment,
                epoch=self._store.epoch,
                revisions=batch.revisions,
                reoffer=batch.reoffer,
            )
        )

    def _check_kinds(self, batch: Batch) -> None:
        for revision in batch.revisions:
            if revision.kind_version > self._accepted.get(revision.kind, 0):
                raise Environment("sync.older_centre")

    def tell_taken(self, visit_id: VisitId) -> protocol.TakeAnswer:
        """Tell the centre that a visit goes along."""
        self._go_on()
        answer = self._transport.take(
            protocol.Take(
                generation=self._generation,
                visit_id=visit_id,
                compartment=self._store.compartment,
            )
        )
        self._same_generation(answer.generation)
        self.pupils_expected = answer.pupils
        return answer

    def tell_released(self, visit_id: VisitId) -> None:
        """Tell the centre that a visit has left this vault."""
        self._transport.release(
            protocol.Release(
                generation=self._generation,
                visit_id=visit_id,
                compartment=self._store.compartment,
            )
        )

    def pull(self, scope: str, also_taken: dict[str, int] | None = None) -> Applied:
        """Receive a scope completely, then move it in together with its cursor.

        `also_taken` as in Store.apply_stage. Raises Environment("sync.answer_damaged") for a pull
        that contradicts itself; then nothing of it counts.
        """
        self._go_on()
        store = self._store
        self.pupils = set()
        store.begin_stage(scope)
        asked = protocol.Pull(
            generation=self._generation,
            scope=scope,
            compartment=store.compartment,
            cursor=store.cursor(scope),
        )
        with closing(self._transport.pull(asked)) as parts:
            header = next(parts, None)
            if not isinstance(header, protocol.PullHeader):
                raise ConnectionLost
            self._same_generation(header.generation)
            if (header.scope, header.cursor) != (scope, asked.cursor):
                raise Environment("sync.answer_damaged")
            received = _Received(asked.cursor)
            self._report(Progress(Step.RECEIVE, 0, header.expected, scope))
            for _ in range(header.expected):
                line = next(parts, None)
                if line is None:
                    raise ConnectionLost
                self.pupils.update(received.add(line))
                if len(received.unstaged) >= _STAGE_LINES:
                    self._stage(scope, received, header.expected)
            footer = next(parts, None)
            if footer is None:
                raise ConnectionLost
        received.check(footer)
        self._stage(scope, received, header.expected)
        assert isinstance(footer, protocol.PullFooter)
        applied = store.apply_stage(scope, footer.cursor, also_taken)
        self.received[scope] = self.received.get(scope, 0) + received.count
        return applied

    def _stage(self, scope: str, received: _Received, expected: int) -> None:
        self._go_on()
        if received.unstaged:
            self._store.stage(scope, received.unstaged)
            received.unstaged = []
        self._report(
            Progress(
                Step.RECEIVE,
                received.count,
                expected,
                scope,
                pupils=len(self.pupils),
                pupils_expected=self.pupils_expected,
            )
        )

    def verify(self, scopes: tuple[ScopeState, ...]) -> protocol.VerifyAnswer:
        """Ask what the centre sees for these scopes."""
        self._go_on()
        answer = self._transport.verify(
            protocol.Verify(
                generation=self._generation,
                compartment=self._store.compartment,
                epoch=self._store.epoch,
                scopes=scopes,
            )
        )
        self._same_generation(answer.generation)
        if [state.scope for state in answer.scopes] != [state.scope for state in scopes]:
            raise Environment("sync.answer_damaged")
        return answer

    def _same_generation(self, generation: str) -> None:
        if generation != self._generation:
            raise GenerationChanged

    def _go_on(self) -> None:
        if self._cancel.is_set():
            raise Refused("sync.cancelled")


class _Received:
    """The lines of one pull while they come in."""

    def __init__(self, cursor: int) -> None:
        self.unstaged: list[Sequenced] = []
        self.count = 0
        self._seq = cursor
        self._lowest = cursor + 1
        self._pairs: list[tuple[str, str]] = []

    def add(self, line: protocol.PullPart) -> tuple[str, ...]:
        """Take a line; the pupil it is about, if any."""
        if not isinstance(line, Sequenced):
            raise Environment("sync.answer_damaged")
        revision = line.revision
        if line.seq < max(self._seq, self._lowest) or not is_sealed(revision):
            raise Environment("sync.answer_damaged")
        self._seq = line.seq
        self.count += 1
        self.unstaged.append(line)
        self._pairs.append((revision.rev_id, revision.body_commit))
        return (revision.pupil_id,) if revision.pupil_id else ()

    def check(self, footer: protocol.PullPart) -> None:
        """Whether the footer is about exactly these lines."""
        if (
            not isinstance(footer, protocol.PullFooter)
            or footer.cursor < self._seq
            or footer.count != self.count
            or footer.digest != digest_of(self._pairs)
        ):
            raise Environment("sync.answer_damaged")
