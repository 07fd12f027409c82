"""How long a dossier is kept, and what goes along to another CLB: computed, never carried out here.

Destroying is done at the centre, by two people. Where sources differ the longest term counts
until the centre decides (handbook 3 §2.6, §2.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clbdesk.domain.age import add_months
from clbdesk.domain.body import Body, ExamBody, Source
from clbdesk.domain.data_class import DataClass
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.vaccination import Dose, DoseStatus
from clbdesk.standards.tables import Rule, kept, rule, standards

_TRANSFER = "transfer_classes.csv"
_CONTACT = frozenset({"contact", "conclusion"})


@dataclass(frozen=True, slots=True)
class Term:
    """One rule and the day that it leads to; None for a rule without a value or without a start."""

    rule: Rule
    until: date | None


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when at least: the dossier, and its health data. `terms`: how that was computed."""

    until: date
    health_until: date
    terms: tuple[Term, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether every rule that counts is confirmed."""
        return all(one.rule.status is RuleStatus.ON for one in self.terms if one.until)


def kept_until(birth_date: date, last_contact: date | None, *, ever_special: bool) -> Kept:
    """The terms for one pupil.

    `last_contact`: last systematic contact or vaccination that is known here; `ever_special`: was
    ever enrolled in special education (BEW-3, the longest reading).
    """
    age = Term(rule("BEW-2"), _after(birth_date, "BEW-2"))
    contact = Term(rule("BEW-1"), _after(last_contact, "BEW-1"))
    health = Term(rule("BEW-4"), _after(last_contact, "BEW-4"))
    terms = [contact, age]
    if ever_special:
        terms.append(Term(rule("BEW-3"), _after(birth_date, "BEW-3")))
    until = max((one.until for one in terms if one.until), default=date.max)
    health_until = max(until, health.until) if health.until else until
    return Kept(until, health_until, (*terms, health))


def is_contact(kind: str, body: Body | None) -> bool:
    """Whether a record makes its day one of a contact or a vaccination; None = cannot be read.

    What was only told or imported about an earlier life is none; a dose that somebody else gave is,
    because the longest reading counts.
    """
    if kind in _CONTACT:
        return True
    if isinstance(body, Dose):
        return body.status is DoseStatus.GIVEN
    return isinstance(body, ExamBody) and body.source is Source.CLB


def goes_despite_objection(data_class: DataClass) -> bool:
    """Whether a class moves to the next CLB although pupil or parents objected (T5)."""
    return data_class in _mandatory()


def working_days_after(start: date, rule_id: str) -> date:
    """The last day of a term in working days; public holidays are not left out, so never late."""
    day = start
    left = int(rule(rule_id).number)
    while left:
        day += timedelta(days=1)
        left -= day.isoweekday() <= 5
    return day


def _after(start: date | None, rule_id: str) -> date | None:
    row = rule(rule_id)
    if start is None or not row.values:
        return None
    return add_months(start, 12 * int(row.number))


@kept
def _mandatory() -> frozenset[DataClass]:
    rows = standards().rows(_TRANSFER)
    return frozenset(
        DataClass(row["data_class"]) for row in rows if row["despite_objection"] == "yes"
    )
