"""No picture of this program's memory is written to a disk when it crashes.

An open vault has its key and its pupils in memory: a dump of it would hold both in plain sight.
Whoever administers the machine can undo this (docs/HAZARDS.md).
"""

from __future__ import annotations

import ctypes
import sys

_PR_SET_DUMPABLE = 4  # linux/prctl.h
_WER_NO_HEAP = 1  # werapi.h: WER_FAULT_REPORTING_FLAG_NOHEAP


def forbid_dumps() -> None:
    """From here on a crash of this process leaves nothing of its memory. May be repeated."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.WerSetFlags(_WER_NO_HEAP)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)
