"""Work away from the window: one thread per vault and one for the network.

A vault is only touched on its own thread, and a widget only on the main thread: work returns a
value, which comes back by signal. What goes wrong goes to the caller when it is an answer
(Refused, Environment) and otherwise to one place, `Bus.fault`.
"""

from __future__ import annotations

import gc
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from clbdesk.errors import Environment, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.bus import Bus

T = TypeVar("T")
P = TypeVar("P")


_COLLECT_EVERY_MS = 1000
_YOUNG_OBJECTS = 20_000  # made since the last time; Python's own rule collects at 700
_YOUNG_ROUNDS = 10  # rounds among the young before everything is looked at


class Collector(QObject):
    """Lets Python's collector run on the main thread only; one for the whole program.

    On a thread of the vault it would end widgets and timers that are garbage there, and Qt then
    sends the events of those timers to memory that is gone.
    """

    def __init__(self, parent: QObject) -> None:
        """`parent`: the application."""
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_COLLECT_EVERY_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect when enough was made since the last time."""
        young, _rounds, old = gc.get_count()
        if young > _YOUNG_OBJECTS:
            gc.collect(2 if old >= _YOUNG_ROUNDS else 1)


class Lane(StrEnum):
    """A thread; work in one lane is done in the order in which it was asked."""

    MEDICAL = "medical"
    GUIDANCE = "guidance"
    NETWORK = "network"


class Tasks(QObject):
    """The lanes of the open day. `busy_changed(bool)` follows whether anything runs."""

    busy_changed = Signal(bool)
    _back = Signal(object)

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        """Threads start when they first get work."""
        super().__init__(parent)
        self._bus = bus
        self._lanes = {
            lane: ThreadPoolExecutor(max_workers=1, thread_name_prefix=lane) for lane in Lane
        }
        self._running = 0
        self._is_closed = False
        self._back.connect(_call, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        then: Callable[[T], None],
        *,
        failed: Callable[[Refused | Environment], None] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Do `work` in a lane and `then` something with its value on the main thread.

        Without `failed` every exception is a fault. When `owner` (a page) has gone meanwhile, the
        value is dropped: what was written stays written. After `close` nothing begins any more.
        """
        if self._is_closed:  # a timer of a page that has not gone yet
            return
        self._started()
        future = self._lanes[lane].submit(work)
        future.add_done_callback(
            lambda done: self._back.emit(lambda: self._arrive(done, then, failed, owner))
        )

    def run_reporting(
        self,
        lane: Lane,
        work: Callable[[Callable[[P], None]], T],
        then: Callable[[T], None],
        *,
        progress: Callable[[P], None],
        failed: Callable[[Refused | Environment], None] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """As `run`; `work` gets a function that brings progress to the main thread."""

        def report(step: P) -> None:
            self._back.emit(lambda: progress(step) if _is_alive(owner) else None)

        self.run(lane, lambda: work(report), then, failed=failed, owner=owner)

    def is_busy(self) -> bool:
        """Whether anything runs or waits."""
        return self._running > 0

    def close(self) -> None:
        """Let what was asked finish, then end the threads."""
        self._is_closed = True
        for pool in self._lanes.values():
            pool.shutdown(wait=True)

    def _arrive(
        self,
        done: Future[T],
        then: Callable[[T], None],
        failed: Callable[[Refused | Environment], None] | None,
        owner: QObject | None,
    ) -> None:
        self._running -= 1
        if not self._running:
            self.busy_changed.emit(False)
        error = done.exception()
        if error is None:
            if _is_alive(owner):
                then(done.result())
        elif isinstance(error, Refused | Environment) and failed is not None:
            if _is_alive(owner):
                failed(error)
        else:
            self._bus.fault.emit(error)

    def _started(self) -> None:
        self._running += 1
        if self._running == 1:
            self.busy_changed.emit(True)


def _call(act: Callable[[], None]) -> None:
    act()


def _is_alive(owner: QObject | None) -> bool:
    return owner is None or shiboken6.isValid(owner)
