"""The terms after an objection: when somebody else must have examined, and reported (OBJ-3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.objection import Objection
from clbdesk.standards.tables import rule


@dataclass(frozen=True, slots=True)
class ObjectionTerms:
    """`examined_by`: last day of the examination. `reported_by`: of the report, once examined.

    `is_signed`: a doctor confirmed both terms.
    """

    examined_by: date
    reported_by: date | None
    is_signed: bool


def terms_of(objection: Objection) -> ObjectionTerms:
    """In days, counted from the letter and from the examination."""
    examine, report = rule("OBJ-3-EXAM"), rule("OBJ-3-REPORT")
    examined_on = objection.examined_on
    return ObjectionTerms(
        examined_by=objection.received_on + timedelta(days=int(examine.number)),
        reported_by=examined_on + timedelta(days=int(report.number)) if examined_on else None,
        is_signed=examine.status is RuleStatus.ON and report.status is RuleStatus.ON,
    )
