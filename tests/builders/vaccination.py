"""Pupils and histories for the vaccination rules, with defaults that change nothing."""

from __future__ import annotations

from datetime import date

from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.vaccination import DoseSource
from clbdesk.standards.tables import all_rules
from clbdesk.standards.vaccination.advice import Advice, VaccinationJudgement, judge_vaccination
from clbdesk.standards.vaccination.history import GivenDose
from clbdesk.standards.vaccination.ruleset import Ruleset, ruleset
from clbdesk.standards.vaccination.situation import Situation
from clbdesk.standards.vaccination.validity import DoseVerdict

Entry = tuple[str, str] | tuple[str, str, DoseSource]


def signed_rules() -> Ruleset:
    """The tables of a centre whose doctor signed every row."""
    return ruleset(frozenset(rule.id for rule in all_rules() if rule.status is RuleStatus.SIGN))


def doses(*entries: Entry) -> tuple[GivenDose, ...]:
    """Doses as (product, date) from Vaccinnet, or (product, date, source)."""
    return tuple(
        GivenDose(entry[0], entry[1], entry[2] if len(entry) == 3 else DoseSource.VACCINNET)
        for entry in entries
    )


def infant(birth: date, product: str = "Hexyon") -> tuple[Entry, ...]:
    """Four doses at 8, 12 and 16 weeks and 15 months, as in the Flemish schedule."""
    days = [date.fromordinal(birth.toordinal() + weeks * 7) for weeks in (8, 12, 16)]
    months = birth.month + 14
    last = date(birth.year + months // 12, months % 12 + 1, min(birth.day, 28))
    return tuple((product, day.isoformat()) for day in (*days, last))


def judge(
    birth: str,
    on: str,
    *entries: Entry,
    stage: str | None = None,
    special: bool = False,
    dutch: bool = False,
    rules: Ruleset | None = None,
) -> VaccinationJudgement:
    """The judgement of a pupil on a day."""
    situation = Situation(date.fromisoformat(birth), date.fromisoformat(on), stage, special, dutch)
    return judge_vaccination(doses(*entries), situation, rules or ruleset())


def advice_on(judged: VaccinationJudgement, vaccine: str) -> Advice:
    """The advice about one vaccine; KeyError when there is none."""
    return {advice.vaccine: advice for advice in judged.advice}[vaccine]


def due(judged: VaccinationJudgement) -> set[str]:
    """The vaccines that are due now."""
    return {advice.vaccine for advice in judged.advice if advice.state == "due"}


def verdict_on(judged: VaccinationJudgement, index: int, series: str) -> DoseVerdict:
    """What one dose is worth for a series; KeyError when it is not part of it."""
    return {verdict.series: verdict for verdict in judged.doses[index]}[series]
