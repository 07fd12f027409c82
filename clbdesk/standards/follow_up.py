"""What a rule line asks for afterwards: to whom to refer, or which task, and by when.

follow_up_proposals.csv says it per rule; a term comes only from a rule that has a value, so that
an interval nobody confirmed stays open and is typed (FUP-1, FUP-2, AUD-1, AUD-2). A damaged table
proposes nothing, and concluding goes on.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clbdesk.domain.follow_up import ReferralTo, TaskKind
from clbdesk.domain.judgement import Verdict
from clbdesk.errors import Environment
from clbdesk.standards.tables import kept, rule, standards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.domain.judgement import Judgement

_REMINDER_TERM, _EXAM_TERM = "FUP-1-INT", "FUP-2-INT"
# Judgements that ask for nothing afterwards, whichever rule made them.
_QUIET = frozenset({Verdict.OK, Verdict.INFO, Verdict.KNOWN, Verdict.NOT_DONE})


@dataclass(frozen=True, slots=True)
class ReferralProposal:
    """`to` None where no rule names somebody; `reason`: the sentence of the rule."""

    to: ReferralTo | None
    reason: str
    look_on: date | None


@dataclass(frozen=True, slots=True)
class TaskProposal:
    """`task` None where no rule names one; `due` None where no term is known."""

    task: TaskKind | None
    due: date | None


@dataclass(frozen=True, slots=True)
class _Row:
    to: ReferralTo | None
    task: TaskKind | None
    term_rule: str


@kept
def _rows() -> dict[str, _Row]:
    return {
        row["rule_id"]: _Row(
            ReferralTo(row["to"]) if row["to"] else None,
            TaskKind(row["task"]) if row["task"] else None,
            row["term_rule"],
        )
        for row in standards().rows("follow_up_proposals.csv")
    }


def propose_referral(judgements: Sequence[Judgement], on: date) -> ReferralProposal:
    """What stands in a referral before anybody types; `on`: the day of the conclusion."""
    asking = _asking(judgements)
    to = next((row.to for one in asking for row in _rows_of(one) if row.to is not None), None)
    saying = [one for one in asking if one.verdict is not Verdict.NO_CRITERION]
    grave = [one for one in saying if one.verdict is Verdict.REFER] or saying
    reason = " ".join(f"{one.head}: {one.text}" for one in grave)
    return ReferralProposal(to, reason, look_again_on(on))


def propose_task(judgements: Sequence[Judgement], on: date) -> TaskProposal:
    """The first task that a rule line asks for; `on`: the day of the test."""
    for one in _asking(judgements):
        for row in _rows_of(one):
            if row.task is not None:
                return TaskProposal(row.task, _after(on, row.term_rule))
    return TaskProposal(None, None)


def look_again_on(day: date) -> date | None:
    """When a referral is looked at after a reminder of this day (FUP-1); None = to be typed."""
    return _after(day, _REMINDER_TERM)


def selective_exam_by(day: date) -> date | None:
    """By when a selective exam that is asked for on this day takes place (FUP-2)."""
    return _after(day, _EXAM_TERM)


def _asking(judgements: Sequence[Judgement]) -> list[Judgement]:
    return [one for one in judgements if one.verdict not in _QUIET]


def _rows_of(judgement: Judgement) -> list[_Row]:
    try:
        rows = _rows()
    except Environment:
        return []
    return [rows[one] for one in judgement.rule_id.split(", ") if one in rows]


def _after(on: date, rule_id: str) -> date | None:
    """The last day of the term of a rule; None for a rule without a value, or a damaged table."""
    if not rule_id:
        return None
    try:
        term = rule(rule_id)
    except Environment:
        return None
    if not term.values:
        return None
    count = int(term.numbers[-1])
    return _months_later(on, count) if term.unit == "maanden" else on + timedelta(days=count)


def _months_later(on: date, months: int) -> date:
    year, month = divmod(on.month - 1 + months, 12)
    last = calendar.monthrange(on.year + year, month + 1)[1]
    return date(on.year + year, month + 1, min(on.day, last))
