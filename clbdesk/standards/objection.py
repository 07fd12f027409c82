"""The terms after an objection: when somebody else must have examined, and reported (OBJ-3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.objection import Objection
from clbdesk.standards.tables import Rule, rule


@dataclass(frozen=True, slots=True)
class ObjectionTerms:
    """`examined_by`: last day of the examination. `reported_by`: of the report, once examined.

    `is_signed`: a doctor confirmed both terms.
    """

    examined_by: date
    reported_by: date | None
    is_signed: bool


class ObjectionState(StrEnum):
    """What is waited for; late from the day after its term."""

    EXAMINATION_AWAITED = "examination_awaited"
    EXAMINATION_LATE = "examination_late"
    REPORT_AWAITED = "report_awaited"
    REPORT_LATE = "report_late"
    REPORTED = "reported"


def terms_of(objection: Objection, rules: Callable[[str], Rule] = rule) -> ObjectionTerms:
    """In days, counted from the letter and from the examination."""
    examine, report = rules("OBJ-3-EXAM"), rules("OBJ-3-REPORT")
    examined_on = objection.examined_on
    return ObjectionTerms(
        examined_by=objection.received_on + timedelta(days=int(examine.number)),
        reported_by=examined_on + timedelta(days=int(report.number)) if examined_on else None,
        is_signed=examine.status is RuleStatus.ON and report.status is RuleStatus.ON,
    )


def state_of(objection: Objection, terms: ObjectionTerms, today: date) -> ObjectionState:
    """How far it is: examined by somebody else, and reported to the centre."""
    if objection.report_received_on is not None:
        return ObjectionState.REPORTED
    if terms.reported_by is not None:
        is_late = today > terms.reported_by
        return ObjectionState.REPORT_LATE if is_late else ObjectionState.REPORT_AWAITED
    is_late = today > terms.examined_by
    return ObjectionState.EXAMINATION_LATE if is_late else ObjectionState.EXAMINATION_AWAITED
