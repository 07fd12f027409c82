"""Budgets of synchronising on one laptop: take 200 pupils along, push an evening's work.

The centre runs in a process of its own, over loopback TLS, with everything that production has:
signatures, rights, commits that reach the disk. Figures in milliseconds.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bench_school
from bench_school import PASSPHRASE, growth

from clbdesk.domain.kinds import KINDS
from clbdesk.services.records import Part, Where, record
from clbdesk.storage.sync_store import SyncStore
from clbdesk.sync import protocol
from clbdesk.sync.conversation import Conversation
from clbdesk.sync.machine import take_along

if TYPE_CHECKING:
    from clbdesk.sync.progress import Progress

PUPILS = 200
EVENING = 240
ROUNDS = 12
_NEVER = threading.Event()


def run() -> dict[str, Any]:
    """All figures."""
    with tempfile.TemporaryDirectory() as root, bench_school.laptop(Path(root), PUPILS) as laptop:
        program, school = laptop.program, laptop.school
        desk = program.unlock(school.nurse, PASSPHRASE)
        store = SyncStore(desk.vault, program.laptop, program.clock, program.ids)
        with closing(program.transport(desk)) as transport, closing(desk):
            transport.hello(_hello(store))  # the connection is there before the clock runs
            began, used = time.perf_counter(), time.process_time()
            taken = take_along(store, transport, program.clock, school.visit_id, _ignore, _NEVER)
            figures: dict[str, Any] = {
                "take_along_ms": _ms(time.perf_counter() - began),
                "take_along_laptop_cpu_ms": _ms(time.process_time() - used),
                "take_along_revisions": taken.received,
            }
            talk = Conversation(store, transport, program.clock, _ignore, _NEVER)
            talk.hello()
            talk.push()  # what unlocking published
            before = talk.confirmed
            times, cpu = [], []
            for _ in range(ROUNDS):
                for number in range(EVENING):
                    where = Where(school.pupils[number % PUPILS], school.visit_id)
                    record(desk, [Part(growth(number), where)])
                began, used = time.perf_counter(), time.process_time()
                talk.push()
                times.append(time.perf_counter() - began)
                cpu.append(time.process_time() - used)
            assert talk.confirmed == before + ROUNDS * EVENING, talk.quarantined
    return figures | {
        "push_240_end_to_end_ms_p50": _ms(statistics.median(times[2:])),
        "push_240_end_to_end_ms_worst": _ms(max(times[2:])),
        "push_240_first_ms": _ms(times[0]),
        "push_240_laptop_cpu_ms": _ms(statistics.median(cpu[2:])),
    }


def _ignore(_: Progress) -> None:
    """Nobody looks."""


def _hello(store: SyncStore) -> protocol.Hello:
    return protocol.Hello(
        protocol=protocol.PROTOCOL,
        kinds={name: kind.version for name, kind in KINDS.items()},
        generation=None,
        known_seq=0,
        compartment=store.compartment,
        epoch=store.epoch,
    )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
