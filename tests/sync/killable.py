"""A laptop in a process of its own that can be killed at any instruction, hundreds of times.

`Zygote` starts one Python that has everything imported; each turn it forks a laptop that unlocks,
saves, tells which revisions are committed, and synchronises. Run as a script it is that Python.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]


class Zygote:
    """The parent's side."""

    def __init__(
        self, folder: Path, user: str, visit: str, pupils: Sequence[str], now: datetime
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(folder), user, visit, now.isoformat(), *pupils],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._line() == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _go(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        word, _, pid = self._line().partition(" ")
        assert word == "pid"
        return int(pid)

    def _listen(self, acknowledged: list[str]) -> str:
        while True:
            word, _, rest = self._line().partition(" ")
            if word == "saved":
                acknowledged.append(rest)
            else:
                assert word == "over", word
                return rest

    def run_to_the_end(self, acknowledged: list[str]) -> float:
        """One turn left alone; how many seconds it took."""
        start = time.monotonic()
        self._go()
        assert self._listen(acknowledged) == "0"
        return time.monotonic() - start

    def kill_after(self, seconds: float, acknowledged: list[str]) -> bool:
        """One turn with SIGKILL after so many seconds; False when it was over before."""
        pid = self._go()
        time.sleep(seconds)
        with suppress(ProcessLookupError):  # it was over before
            os.kill(pid, signal.SIGKILL)
        return self._listen(acknowledged) != "0"


def _turn(folder: Path, user: str, visit: str, now: datetime, pupils: list[str]) -> None:
    from clbdesk.clock import SetClock
    from clbdesk.ids import PupilId, StaffId, VisitId
    from tests.sync.real_party import RealLaptop, growth_id, program_at

    laptop = RealLaptop(program_at(folder, SetClock(now)), StaffId(user))
    for number, pupil in enumerate(pupils):
        record = growth_id(PupilId(pupil), VisitId(visit))
        base = tuple(leaf.rev_id for leaf in laptop.leaves(record))
        saved = laptop.measure(PupilId(pupil), VisitId(visit), f"12{number}.0", base)
        os.write(1, f"saved {saved.rev_id}\n".encode())
    laptop.sync()
    laptop.close()


def main() -> None:
    folder, user, visit, now, *pupils = sys.argv[1:]
    import tests.sync.real_party  # noqa: F401 -- all imports happen once, before any fork

    os.write(1, b"ready\n")
    while sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                _turn(Path(folder), user, visit, datetime.fromisoformat(now), pupils)
                code = 0
            finally:
                os._exit(code)
        os.write(1, f"pid {pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        os.write(1, f"over {status}\n".encode())


if __name__ == "__main__":
    main()
