"""Topical loggers, declared here and nowhere else, and the report of a defect.

A log line is an event name with facts: counts, keys, the last six characters of an id. Never a
name, birth date or number of a pupil: errors carry wording keys instead of sentences for that
reason, and a report shows types and places of code, never values.
"""

from __future__ import annotations

import logging
import platform
import secrets
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clbdesk import __version__
from clbdesk.clock import BRUSSELS
from clbdesk.errors import ClbdeskError

window = logging.getLogger("clbdesk.window")
sync = logging.getLogger("clbdesk.sync")
vault = logging.getLogger("clbdesk.vault")

_KEPT = 50


class Recent(logging.Handler):
    """The last fifty events, for a fault report."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__(level=logging.INFO)
        self.lines: deque[str] = deque(maxlen=_KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep event and level."""
        self.lines.append(f"{record.levelname} {record.name} {record.getMessage()}")


@dataclass(frozen=True, slots=True)
class FaultReport:
    """What may be sent to the makers: `code` names it, `text` is all there is."""

    code: str
    page: str
    text: str


def fault_report(error: BaseException, page: str, now: datetime, recent: Recent) -> FaultReport:
    """Versions, page, exception types and code places; no values, no locals, no messages.

    The key of an error of ours is kept: keys are words of the program.
    """
    code = f"{secrets.token_hex(1)}-{secrets.token_hex(2)}".upper()
    lines = [
        f"clbdesk {__version__}, Python {platform.python_version()}, {platform.system()}",
        f"{now.astimezone(BRUSSELS):%Y-%m-%d %H:%M} page {page} code {code}",
    ]
    return FaultReport(code, page, "\n".join([*lines, *_places(error), *recent.lines]))


def keep_messages_in(told: Callable[[BaseException], None]) -> None:
    """What nobody caught from here on: kind and places on standard error, the error to `told`.

    Standard error of a window ends in a file of the session, and the message of an exception may
    hold what was typed. `told` hears of the main thread alone, in the middle of whatever it does.
    """

    def on_main_thread(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
        _write(error)
        try:
            told(error)
        except Exception as another:  # noqa: BLE001 - Python would print both, with their messages
            _write(another)

    sys.excepthook = on_main_thread
    threading.excepthook = lambda given: _write(given.exc_value)
    sys.unraisablehook = lambda given: _write(given.exc_value)


def _write(error: BaseException | None) -> None:
    if error is not None and sys.stderr is not None:  # a window of Windows has none
        sys.stderr.write("\n".join(["clbdesk: not caught", *_places(error), ""]))


def _places(error: BaseException) -> list[str]:
    """Kind and places of an error and of what caused it; never a message."""
    lines = []
    seen: BaseException | None = error
    while seen is not None:
        key = f" {seen.key}" if isinstance(seen, ClbdeskError) else ""
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}{key}")
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(seen.__traceback__)
        ]
        seen = seen.__cause__
    return lines
