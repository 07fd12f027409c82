"""One window per vault: a locked file, that the operating system frees when a process dies."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING

from clbdesk.errors import Environment

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """Held from construction to `release`."""

    def __init__(self, path: Path) -> None:
        """Environment("storage.open_elsewhere") when somebody else holds it (E3).

        Environment("storage.cannot_write") when the disk does not even take a name.
        """
        try:
            self._file = path.open("ab")
        except OSError as error:
            raise Environment("storage.cannot_write") from error
        try:
            _lock(self._file)
        except OSError as error:
            self._file.close()
            raise Environment("storage.open_elsewhere") from error

    def release(self) -> None:
        """Let go; may be repeated."""
        self._file.close()
