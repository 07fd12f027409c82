"""Long lists are worked out before they are opened, while the vault's thread has nothing to do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from ui.tasks import Lane

if TYPE_CHECKING:
    from clbdesk.errors import Environment, Refused
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import ChangeSet
    from clbdesk.services.vaccination_ahead import Piece
    from ui.tasks import Tasks

# After unlocking the first page is painted first; between pieces the keyboard is heard.
_FIRST_MS, _NEXT_MS = 400, 15
# Another list, other pupils on it, or other lots to give: every plan of it may be another one.
_LISTS = ("visit", "visit_pupil", "vaccination_session")


class Ahead(QObject):
    """One piece at a time, and none while anything runs that somebody asked for."""

    def __init__(self, tasks: Tasks) -> None:
        """Nothing to do until a desk is open."""
        super().__init__()
        self._tasks = tasks
        self._desk: Desk | None = None
        self._pieces: tuple[Piece, ...] | None = None
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._next)

    def begin(self, desk: Desk) -> None:
        """A desk was opened: soon everything of it is looked at."""
        self._desk, self._pieces = desk, None
        self._turn.start(_FIRST_MS)

    def notice(self, changes: ChangeSet) -> None:
        """Look again when a list is another one now."""
        if self._desk is not None and changes.touches(*_LISTS):
            self.begin(self._desk)

    def end(self) -> None:
        """The desk closes: no piece is begun any more."""
        self._turn.stop()
        self._desk, self._pieces = None, None

    def is_done(self) -> bool:
        """Whether nothing is left to be worked out."""
        return self._pieces == () and not self._tasks.is_busy()

    def _next(self) -> None:
        desk = self._desk
        if desk is None:
            return
        if self._tasks.is_busy():
            self._turn.start(_NEXT_MS)
            return
        # Not with the window: the unlock page stands before any of it is needed.
        from clbdesk.services.vaccination_ahead import pieces_ahead, work_out

        lane = Lane(desk.vault.compartment.value)
        if self._pieces is None:
            call = partial(pieces_ahead, desk)
            self._tasks.run(lane, call, partial(self._begun, desk), failed=self._stop)
        elif self._pieces:
            piece, self._pieces = self._pieces[0], self._pieces[1:]
            self._tasks.run(lane, partial(work_out, desk, piece), self._again, failed=self._stop)

    def _begun(self, desk: Desk, pieces: tuple[Piece, ...]) -> None:
        if desk is self._desk and not self._turn.isActive():  # else it is asked once more
            self._pieces = pieces
            self._turn.start(_NEXT_MS)

    def _again(self, _none: None) -> None:
        if self._desk is not None and not self._turn.isActive():
            self._turn.start(_NEXT_MS)

    def _stop(self, _trouble: Refused | Environment) -> None:
        """Who opens the list is told; here nobody asked."""
        self._pieces = ()
