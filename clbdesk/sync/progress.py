"""How far a synchronisation is: numbers for the page, never names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The five steps of the page Synchroniseren, in order."""

    BACKUP = "backup"
    SEND = "send"
    RECEIVE = "receive"
    CHECK = "check"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` in a step. SEND and RECEIVE count revisions, CHECK scopes, RELEASE visits.

    `scope`: the scope or visit id it is about. `pupils`: different pupils received so far,
    of `pupils_expected` when a visit is taken along. `quarantined`: revisions the centre put apart so far.
    """

    step: Step
    done: int
    total: int
    scope: str | None = None
    pupils: int = 0
    pupils_expected: int = 0
    quarantined: int = 0


Report = Callable[[Progress], None]
