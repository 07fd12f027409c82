"""Known bugs of sync engines, planted on purpose: a simulator that misses one proves nothing.

Each class swaps one part of the world for one with the bug; the machine itself stays as it is.
"""

from __future__ import annotations

from typing import Any

import msgspec

from clbdesk.domain.revision import Revision
from clbdesk.domain.scopes import Applied, PushOutcome, PushResult
from clbdesk.ids import VisitId
from clbdesk.sync import protocol
from tests.sync.simulator.faults import BadNetwork, Crash, Faults
from tests.sync.simulator.memory_centre import MemoryCentre
from tests.sync.simulator.memory_store import MemoryStore


class Bugs:
    """None: the parts as they should be. `found_as`: the invariant that a bug must break."""

    found_as = ""

    centre: type[MemoryCentre] = MemoryCentre
    store: type[MemoryStore] = MemoryStore

    @classmethod
    def network(cls, centre: MemoryCentre, store: MemoryStore, faults: Faults) -> BadNetwork:
        return BadNetwork(centre, store.device, faults)

    @classmethod
    def restore(cls, centre: MemoryCentre, *, new_generation: bool) -> None:
        centre.restore(new_generation=new_generation)


class _LastWriteWinsCentre(MemoryCentre):
    def _receive(self, revision: Revision) -> PushResult:
        for seq, known in list(self.kept.rows):
            if known.record_id == revision.record_id and known.rev_id not in revision.base:
                if known.recorded_at > revision.recorded_at:
                    return PushResult(rev_id=revision.rev_id, outcome=PushOutcome.OK, seq=seq)
                self.kept.rows.remove((seq, known))
        return super()._receive(revision)


class LastWriteWins(Bugs):
    """The later clock overwrites instead of leaving two leaves (row LWW, as in many engines)."""

    found_as = "LOST"
    centre = _LastWriteWinsCentre


class _RepeatingCentre(MemoryCentre):
    def push(self, device: str, ask: protocol.Push) -> protocol.PushAnswer:
        self._same(ask.generation)
        results = tuple(
            PushResult(
                rev_id=one.rev_id, outcome=PushOutcome.OK, seq=self._add(self.kept.rows, one)
            )
            for one in ask.revisions
        )
        return protocol.PushAnswer(generation=self.generation, results=results)


class NoIdempotency(Bugs):
    """A batch that comes twice is stored twice."""

    found_as = "DOUBLED"
    centre = _RepeatingCentre


class _BoastingCentre(MemoryCentre):
    def verify(self, device: str, ask: protocol.Verify) -> protocol.VerifyAnswer:
        answer = super().verify(device, ask)
        return msgspec.structs.replace(answer, durable_seq=self.kept.counter)


class NoWatermark(Bugs):
    """Giving back purges what the centre has, backed up or not."""

    found_as = "LOST"
    centre = _BoastingCentre


class _ForgetfulCentre(MemoryCentre):
    def begin_generation(self) -> None:
        for seq, revision in (*self.kept.rows, *self.kept.apart):
            self.given[self.generation, revision.rev_id] = seq


class NoGeneration(Bugs):
    """A restored centre goes on as if nothing happened (cht-core #8093)."""

    found_as = "AHEAD"
    centre = _ForgetfulCentre


class _HastyStore(MemoryStore):
    faults: Faults | None = None

    def apply_stage(
        self, scope: str, cursor: int, also_taken: dict[str, int] | None = None
    ) -> Applied:
        self._move_cursor(scope, cursor)
        if self.faults is not None and self.faults.strike():
            raise Crash("between cursor and content")
        new = self._move_in(scope)
        if also_taken is not None:
            self.taken[VisitId(scope)] = also_taken
        return Applied(new=new, pupils=len(self.pupils(scope)))


class CursorFirst(Bugs):
    """The cursor is written before what it stands for (pouchdb #1240, AnkiDroid #4366)."""

    found_as = "AHEAD"
    store = _HastyStore

    @classmethod
    def network(cls, centre: MemoryCentre, store: MemoryStore, faults: Faults) -> BadNetwork:
        assert isinstance(store, _HastyStore)
        store.faults = faults
        return super().network(centre, store, faults)


class _PullOnlyCentre(MemoryCentre):
    """Looks at the generation of a pull and at no other."""

    def pull(self, device: str, ask: protocol.Pull) -> Any:
        MemoryCentre._same(self, ask.generation)
        return super().pull(device, ask)

    def _same(self, generation: str) -> None:
        """Anything goes."""


class _PullOnlyNetwork(BadNetwork):
    """A laptop that believes every answer but a pull's to be of the generation it knows."""

    def __init__(self, centre: MemoryCentre, store: MemoryStore, faults: Faults) -> None:
        super().__init__(centre, store.device, faults)
        self._store = store
        self._told = False

    def hello(self, ask: protocol.Hello) -> protocol.HelloAnswer:
        answer = super().hello(ask)
        return answer if self._told else self._believed(answer)

    def push(self, ask: protocol.Push) -> protocol.PushAnswer:
        return self._believed(super().push(ask))

    def access(self, ask: protocol.AccessLog) -> protocol.AccessAnswer:
        return self._believed(super().access(ask))

    def verify(self, ask: protocol.Verify) -> protocol.VerifyAnswer:
        return self._believed(super().verify(ask))

    def pull(self, ask: protocol.Pull) -> Any:
        self._told = self._told or ask.generation != self._centre.generation
        return super().pull(ask)

    def _believed(self, answer: Any) -> Any:
        known = self._store.generation()
        return msgspec.structs.replace(answer, generation=known) if known else answer


class GenerationOnlyOnPull(Bugs):
    """The generation is compared when pulling, and nowhere else (first draft of this design)."""

    found_as = "ANOTHER PLACE"
    centre = _PullOnlyCentre

    @classmethod
    def network(cls, centre: MemoryCentre, store: MemoryStore, faults: Faults) -> BadNetwork:
        return _PullOnlyNetwork(centre, store, faults)


ALL = (
    LastWriteWins,
    NoIdempotency,
    NoWatermark,
    NoGeneration,
    CursorFirst,
    GenerationOnlyOnPull,
)
