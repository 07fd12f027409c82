"""Time, injected: nothing in the core asks the operating system for the hour by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


class Clock(Protocol):
    """Anything that knows the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of this computer."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC, whole microseconds."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it was put: for tests, the demo and the simulator."""

    def __init__(self, at: datetime) -> None:
        """`at` must be aware."""
        if at.tzinfo is None:
            raise ValueError("an aware moment is needed")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The moment that was set last."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move to another moment, forward or back."""
        self._at = at.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Move by a step."""
        self._at += step


def local_day(moment: datetime) -> date:
    """The calendar day in Belgium of an aware moment."""
    return moment.astimezone(BRUSSELS).date()
