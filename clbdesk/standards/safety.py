"""Numbers to call and terms of a safety concern, as rules of care_rules.csv (handbook 3 §7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import rule, standards

_FILE, _NUMBER = "care_rules.csv", "SAFE-NR-"


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number to call; `number` empty while the centre did not fill it in."""

    number: str
    what: str
    is_signed: bool


def emergency_numbers() -> tuple[EmergencyNumber, ...]:
    """In the order of the table."""
    return tuple(
        EmergencyNumber(one.value, one.what, one.status is RuleStatus.ON)
        for one in standards().rules_of(_FILE).values()
        if one.id.startswith(_NUMBER)
    )


def latest_review(today: date) -> date:
    """The last day on which a concern is looked at again."""
    return today + timedelta(days=int(rule("SAFE-REVIEW").number))
