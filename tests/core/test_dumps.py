"""The memory of a program that holds an open vault is never written to a disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# Whatever is started, this is told at its end.
_TOLD = """
import atexit, ctypes, resource, runpy, sys
atexit.register(lambda: print("core", resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3)))
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=False)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux")
@pytest.mark.parametrize(
    "program",
    [("clbdesk", "insz", "00000000000"), ("clbdesk.centre", "--data", "/dev/null/nowhere")],
)
def test_no_program_can_leave_its_memory_in_a_dump(program: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TOLD, *program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "core (0, 0) 0" in done.stdout, done.stdout + done.stderr
