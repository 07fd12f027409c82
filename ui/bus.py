"""What pages tell each other and the window, without knowing who listens.

A page says a message, asks to go somewhere, or tells what its service changed; the window decides
how that looks. Nothing here holds state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable


class Severity(StrEnum):
    """Info and success leave by themselves; attention and error stay until solved."""

    INFO = "info"
    OK = "ok"
    ATTENTION = "attention"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done from a message: its words, its key as shown, what it calls."""

    text: str
    call: Callable[[], None]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `act` is the button at the right; `links` lead to what must be put right.

    `seconds=None` takes the rule of the severity: 8 s for info and success, 10 s when it can be
    acted upon, no end for the rest.
    """

    text: str
    severity: Severity = Severity.INFO
    act: Act | None = None
    links: tuple[Act, ...] = ()
    seconds: float | None = None


class Bus(QObject):
    """The signals of the window.

    `message(Message)`; `navigate(object)` carries the destination that the window knows;
    `changed(object)` the ChangeSet of a service; `fault(object)` an exception that nobody could
    handle; `comfort(Settings)` how the window looks from now on; `discreet(bool)` a page that asks
    to be closed to view, or no longer.
    """

    message = Signal(object)
    navigate = Signal(object)
    changed = Signal(object)
    fault = Signal(object)
    comfort = Signal(object)
    discreet = Signal(bool)

    def say(self, text: str, severity: Severity = Severity.INFO, act: Act | None = None) -> None:
        """The common case of `message`."""
        self.message.emit(Message(text, severity, act))
