"""A bad network and a laptop that dies: wrappers that break calls where the dice say so."""

from __future__ import annotations

from collections.abc import Callable, Generator
from random import Random
from typing import Any

import msgspec

from clbdesk.domain.scopes import Sequenced
from clbdesk.sync import protocol
from clbdesk.sync.failures import ConnectionLost, Unreachable
from tests.sync.simulator.memory_centre import MemoryCentre
from tests.sync.simulator.memory_store import MemoryStore


class Crash(BaseException):
    """The process is gone; what the store had committed stays."""


class Faults:
    """How bad it is out there. `calm()` ends all faults, for the quiet end of a history."""

    def __init__(self, dice: Random, level: float) -> None:
        self.dice = dice
        self.level = level
        self.meanwhile: Callable[[], None] | None = None
        self.undelivered: list[Callable[[], object]] = []

    def calm(self) -> None:
        self.level = 0.0
        self.undelivered.clear()

    def strike(self, share: float = 1.0) -> bool:
        return self.level > 0 and self.dice.random() < self.level * share

    def between_calls(self) -> None:
        """What the rest of the world does between two calls of one synchronisation."""
        if self.meanwhile is not None and self.strike(0.5):
            self.meanwhile()


class CrashingStore:
    """Dies before or after any call to the vault; the vault's own attributes stay reachable."""

    def __init__(self, store: MemoryStore, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def call(*args: object, **values: object) -> object:
            self._faults.between_calls()
            if self._faults.strike(0.2):
                raise Crash(f"before {name}")
            result = found(*args, **values)
            if self._faults.strike(0.2):
                raise Crash(f"after {name}")
            return result

        return call


class BadNetwork:
    """Loses requests and answers, delivers twice or late, cuts and spoils pulls."""

    def __init__(self, centre: MemoryCentre, device: str, faults: Faults) -> None:
        self._centre = centre
        self._device = device
        self._faults = faults

    def hello(self, ask: protocol.Hello) -> protocol.HelloAnswer:
        return self._call(self._centre.hello, ask)

    def access(self, ask: protocol.AccessLog) -> protocol.AccessAnswer:
        return self._call(self._centre.access, ask)

    def push(self, ask: protocol.Push) -> protocol.PushAnswer:
        return self._call(self._centre.push, ask)

    def take(self, ask: protocol.Take) -> protocol.TakeAnswer:
        return self._call(self._centre.take, ask)

    def verify(self, ask: protocol.Verify) -> protocol.VerifyAnswer:
        return self._call(self._centre.verify, ask)

    def release(self, ask: protocol.Release) -> protocol.Done:
        return self._call(self._centre.release, ask)

    def _call(self, endpoint: Callable[[str, Any], Any], ask: Any) -> Any:
        faults = self._faults
        faults.between_calls()
        if faults.strike(0.3):
            raise Crash("before a request")
        if faults.strike():
            if faults.strike(2):
                # The request hangs somewhere and arrives later, when nobody waits for it.
                faults.undelivered.append(lambda: endpoint(self._device, ask))
            raise Unreachable if faults.dice.random() < 0.5 else ConnectionLost
        answer = endpoint(self._device, ask)
        if faults.strike():
            answer = endpoint(self._device, ask)
        if faults.strike():
            raise ConnectionLost
        if faults.strike(0.3):
            raise Crash("after an answer")
        return answer

    def pull(self, ask: protocol.Pull) -> Generator[protocol.PullPart, None, None]:
        faults = self._faults
        faults.between_calls()
        if faults.strike():
            raise Unreachable
        parts = list(self._centre.pull(self._device, ask))
        if faults.strike(1.5):
            del parts[faults.dice.randrange(len(parts)) :]
            yield from parts
            if faults.dice.random() < 0.5:
                raise ConnectionLost
            return
        if faults.strike():
            spot = faults.dice.randrange(len(parts))
            part = parts[spot]
            if isinstance(part, Sequenced) and faults.dice.random() < 0.5:
                spoilt = msgspec.structs.replace(part.revision, body='{"spoilt":1}')
                parts[spot] = Sequenced(seq=part.seq, revision=spoilt)
            else:
                del parts[spot]
        yield from parts
