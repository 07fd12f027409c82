"""Why the centre does not do what a laptop asked: an HTTP status and a code of the protocol."""

from __future__ import annotations

from clbdesk.errors import Refused


class Objection(Refused):
    """Answered as Trouble. `code`: one of those listed in sync/protocol.py."""

    def __init__(self, status: int, code: str, generation: str | None = None) -> None:
        """`status` of HTTP; `generation` when that is what the laptop must know."""
        super().__init__("centre.objection", code=code)
        self.status = status
        self.code = code
        self.generation = generation
