"""What can go wrong between laptop and centre; nothing stored is ever changed by it.

Environment
├── Unreachable        nothing was sent (E7)
├── ConnectionLost     sent, but no complete answer: it may or may not have arrived (E8)
└── GenerationChanged  the centre was set back; the machine starts over by itself
"""

from __future__ import annotations

from clbdesk.errors import Environment


class Unreachable(Environment):
    """The centre did not answer at all."""

    def __init__(self) -> None:
        """Its sentence is E7."""
        super().__init__("sync.unreachable")


class ConnectionLost(Environment):
    """The answer did not come, or not whole: repeat with the same batch id."""

    def __init__(self, done: int = 0, total: int = 0) -> None:
        """`done` of `total` revisions were confirmed before (E8)."""
        super().__init__("sync.connection_lost", done=done, total=total)


class GenerationChanged(Environment):
    """The centre works in another generation than the one that was asked for."""

    def __init__(self) -> None:
        """Its sentence is shown only when starting over does not help."""
        super().__init__("sync.generation_changed")
