"""Which documented doses count: minimum ages and intervals in days (rules G1 to G6, G11).

A dose counts only when a confirmed row says so and no row speaks against it; a row that nobody
signed, a year without a day or a product without all components leaves it to the doctor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months
from clbdesk.domain.vaccination import DoseSource
from clbdesk.standards.tables import rule
from clbdesk.standards.vaccination.history import Precision
from clbdesk.standards.vaccination.ruleset import RuleRole, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.standards.vaccination.history import KnownDose
    from clbdesk.standards.vaccination.ruleset import DoseRule, Ruleset

SERIES = ("DTP", "IPV", "Hib", "HBV", "MBR", "HPV", "MenACWY", "MenC")
PARTIAL = "partial"
REDUCED = "reduced"
# A reduced vaccine is a booster: it counts when the four doses before it were given (S2).
_FIRST_BOOSTER = 5
VOID = "VOID"  # a person said so, no rule


class Counts(StrEnum):
    """Whether a dose counts for a series."""

    YES = "yes"
    NO = "no"
    DOCTOR = "doctor"


class _Met(StrEnum):
    """How a dose stands to one limit; EARLY: too early, within the days of grace."""

    YES = "yes"
    EARLY = "early"
    UNSURE = "unsure"
    NO = "no"


@dataclass(frozen=True, slots=True)
class DoseVerdict:
    """What one dose is worth for one series, the rule that decided, and the first valid day.

    `not_before`: the day from which this dose would have counted, when it came too early.
    """

    dose: KnownDose
    series: str
    counts: Counts
    dose_number: int | None
    rule_id: str
    not_before: date | None = None
    duplicate_of: int | None = None

    @property
    def is_in_doubt(self) -> bool:
        """The dose itself is uncertain (date, components, S2), not only an unsigned table."""
        return self.counts is Counts.DOCTOR and self.rule_id in {"YEAR", "PART", "S2"}


@dataclass(frozen=True, slots=True)
class SeriesHistory:
    """The verdicts of one series in order of date, and the scheme that its first dose chose."""

    series: str
    scheme: str
    verdicts: tuple[DoseVerdict, ...]

    @property
    def counted(self) -> tuple[DoseVerdict, ...]:
        """The doses that count or may count."""
        return tuple(one for one in self.verdicts if one.dose_number is not None)

    @property
    def is_certain(self) -> bool:
        """Whether no doctor has to decide about a dose."""
        return all(one.counts is not Counts.DOCTOR for one in self.verdicts)

    @property
    def is_undecided(self) -> bool:
        """Whether a dose itself is in doubt, not only an unsigned table."""
        return any(one.is_in_doubt for one in self.verdicts)

    @property
    def given(self) -> tuple[KnownDose, ...]:
        """Every dose that was given, valid or not; doubles and hearsay left out."""
        return tuple(one.dose for one in self.verdicts if one.rule_id not in {"DUP", "G11"})


def scheme_for(series: str, birth: date, first: date) -> str:
    """The number of doses of the scheme that a first dose on this day begins; "" where it is one.

    HPV: two doses up to and including 14 years (S13). Hepatitis B: two doses of adult strength
    at 11 to 15 years (S10).
    """
    years = age_months(birth, first) // 12
    if series == "HPV":
        return "2" if years <= rule("S13").number else "3"
    if series == "HBV":
        youngest, oldest = rule("S10").numbers[:2]
        return "2" if youngest <= years <= oldest else "3"
    return ""


def judge_series(
    series: str, history: Sequence[KnownDose], birth: date, rules: Ruleset
) -> SeriesHistory:
    """Judge the doses of one series; `history` holds all doses in order of date."""
    return _SeriesJudge(series, history, birth, rules).judged()


def first_day(
    found: SeriesHistory,
    birth: date,
    live: Sequence[KnownDose],
    rules: Ruleset,
    strength: str = "",
    *,
    advised: bool = False,
) -> date:
    """The first day on which the next dose would count, without grace (G3, G6).

    `live`: all live vaccines that were given. Where a shorter interval is not signed, the
    confirmed longer one holds; `advised` always takes the longer one (G4).
    """
    given = found.given
    first = found.counted[0].dose if found.counted else None
    days = [birth]
    rows = _rows(found.series, found.scheme, len(found.counted) + 1, strength, rules)
    limits = [row for row in rows if row.role is RuleRole.LIMIT]
    if limits and not advised and all(rules.is_confirmed(row.rule) for row in limits):
        rows = tuple(limits)
    for row in rows:
        if row.min_age:
            days.append(row.min_age.after(birth))
        if row.interval and given:
            days.append(row.interval.after(given[-1].when.last))
        if row.interval_first and first:
            days.append(row.interval_first.after(first.when.last))
    if found.series == "MBR":
        days += [
            dose.when.last + rules.live_interval
            for dose in live
            if "MBR" not in dose.named.type.series
        ]
    return max(days)


@lru_cache(maxsize=1024)
def _rows(
    series: str, scheme: str, number: int, strength: str, rules: Ruleset
) -> tuple[DoseRule, ...]:
    """The rows of a dose. Dose 1 that repeats an invalid one keeps the interval of dose 2 (G3)."""
    rows = rules.dose_rules(series, scheme, number, strength)
    if number > 1:
        return rows
    repeat = (
        replace(row, min_age=None, interval_first=None)
        for row in rules.dose_rules(series, scheme, 2, strength)
        if row.role is RuleRole.LIMIT and row.dose == 2
    )
    return (*rows, *repeat)


class _SeriesJudge:
    """Walks through the doses of one series from the first to the last."""

    def __init__(
        self, series: str, history: Sequence[KnownDose], birth: date, rules: Ruleset
    ) -> None:
        self._series = series
        self._history = history
        self._birth = birth
        self._rules = rules
        self._scheme = ""
        self._verdicts: list[DoseVerdict] = []
        self._counted: list[KnownDose] = []
        self._given: list[KnownDose] = []

    def judged(self) -> SeriesHistory:
        for dose in self._history:
            if self._series in dose.named.type.series:
                verdict = self._verdict(dose)
                self._verdicts.append(verdict)
                if verdict.dose_number is not None:
                    self._counted.append(dose)
                if verdict.rule_id not in {"DUP", "G11"}:
                    self._given.append(dose)
        if not self._counted:
            self._scheme = ""
        return SeriesHistory(self._series, self._scheme, tuple(self._verdicts))

    def _verdict(self, dose: KnownDose) -> DoseVerdict:
        if dose.source is DoseSource.ORAL:
            return self._no(dose, "G11")
        if dose.is_void:
            return self._no(dose, VOID)
        for earlier in self._given:
            if earlier.is_possibly_the_same(dose, self._rules.duplicate_days):
                return self._no(dose, "DUP", duplicate_of=earlier.index)
        if too_close := self._too_close_to_live(dose):
            return too_close
        number = len(self._counted) + 1
        self._choose_scheme(dose, number)
        verdict = self._as_number(dose, number)
        # Doses before it that may turn out not to count would make this one an earlier number.
        doubts = [one.rule_id for one in self._verdicts if one.is_in_doubt]
        for lower in range(number - len(doubts), number):
            if self._as_number(dose, lower).counts is not verdict.counts:
                return self._number(dose, Counts.DOCTOR, number, doubts[0])
        return verdict

    def _as_number(self, dose: KnownDose, number: int) -> DoseVerdict:
        """What the rows of this dose number say."""
        rows = _rows(self._series, self._scheme, number, self._strength(dose), self._rules)
        met = [(row, self._met(row, dose)) for row in rows]
        limits = [pair for pair in met if pair[0].role is RuleRole.LIMIT]
        broken = [row for row, how in limits if how is _Met.NO]
        for row in broken:
            if self._rules.is_confirmed(row.rule):
                return self._no(dose, row.rule.id, not_before=self._not_before(rows, dose))
        if dose.when.precision is Precision.YEAR or any(how is _Met.UNSURE for _, how in limits):
            return self._number(dose, Counts.DOCTOR, number, "YEAR")
        if dose.named.type.series[self._series] == PARTIAL:
            return self._number(dose, Counts.DOCTOR, number, "PART")
        if self._series == "DTP" and number < _FIRST_BOOSTER and self._strength(dose) == REDUCED:
            return self._number(dose, Counts.DOCTOR, number, "S2")
        if broken:
            return self._number(dose, Counts.DOCTOR, number, broken[0].rule.id)
        if not rows:
            return self._number(dose, Counts.YES, number, "EXTRA")
        own = [(row, how) for row, how in met if row.dose in {None, number}]
        for row, how in own:
            if how in {_Met.YES, _Met.EARLY} and self._rules.is_confirmed(row.rule):
                early = any(each is _Met.EARLY for _, each in limits)
                return self._number(dose, Counts.YES, number, "G2" if early else row.rule.id)
        return self._number(dose, Counts.DOCTOR, number, own[-1][0].rule.id)

    def _met(self, row: DoseRule, dose: KnownDose) -> _Met:
        grace = self._rules.grace if row.grace else timedelta(0)
        found = [
            _compare(dose, span, since, since, grace)
            for span, since in ((row.min_age, self._birth),)
            if span
        ]
        for span, earlier in (
            (row.interval, self._given[-1] if self._given else None),
            (row.interval_first, self._counted[0] if self._counted else None),
        ):
            if span and earlier:
                if earlier.when.precision is Precision.YEAR:
                    found.append(_Met.UNSURE)
                else:
                    found.append(_compare(dose, span, earlier.when.first, earlier.when.last, grace))
        for worst in (_Met.NO, _Met.UNSURE, _Met.EARLY):
            if worst in found:
                return worst
        return _Met.YES

    def _not_before(self, rows: tuple[DoseRule, ...], dose: KnownDose) -> date:
        """The first day without grace, by the confirmed limits of this dose."""
        days = [dose.when.first]
        for row in rows:
            if row.role is RuleRole.LIMIT and self._rules.is_confirmed(row.rule):
                if row.min_age:
                    days.append(row.min_age.after(self._birth))
                if row.interval and self._given:
                    days.append(row.interval.after(self._given[-1].when.last))
                if row.interval_first and self._counted:
                    days.append(row.interval_first.after(self._counted[0].when.last))
        return max(days)

    def _too_close_to_live(self, dose: KnownDose) -> DoseVerdict | None:
        """G6: after another injected live vaccine, same day or at least four weeks."""
        if not dose.named.type.live:
            return None
        wanted = self._rules.live_interval - self._rules.live_grace
        for other in self._history:
            is_same_kind = self._series in other.named.type.series
            if not other.named.type.live or is_same_kind or other.source is DoseSource.ORAL:
                continue
            if other.when.last < dose.when.first and dose.when.last < other.when.first + wanted:
                return self._no(dose, "G6", not_before=other.when.last + wanted)
            if other.when.first < dose.when.last and dose.when.first < other.when.last + wanted:
                return self._number(dose, Counts.DOCTOR, len(self._counted) + 1, "YEAR")
        return None

    def _choose_scheme(self, dose: KnownDose, number: int) -> None:
        """The age at the first dose that counts chooses between two and three doses."""
        if number == 1:
            self._scheme = scheme_for(self._series, self._birth, dose.when.first)
        if self._series != "HBV" or self._scheme != "2":
            return
        if dose.named.strength != "adult":
            self._scheme = "3"
        elif number == 2:
            soonest = Span.parse(rule("HBV2-2-MIN").value).after(self._counted[0].when.last)
            if dose.when.last < soonest - self._rules.grace:
                self._scheme = "3"

    def _strength(self, dose: KnownDose) -> str:
        """Full or reduced for DTP; paediatric or adult for hepatitis B."""
        return dose.named.type.series[self._series] or dose.named.strength

    def _no(
        self,
        dose: KnownDose,
        rule_id: str,
        *,
        not_before: date | None = None,
        duplicate_of: int | None = None,
    ) -> DoseVerdict:
        return DoseVerdict(
            dose=dose,
            series=self._series,
            counts=Counts.NO,
            dose_number=None,
            rule_id=rule_id,
            not_before=not_before,
            duplicate_of=duplicate_of,
        )

    def _number(self, dose: KnownDose, counts: Counts, number: int, rule_id: str) -> DoseVerdict:
        return DoseVerdict(
            dose=dose,
            series=self._series,
            counts=counts,
            dose_number=number,
            rule_id=rule_id,
        )


def _compare(
    dose: KnownDose, span: Span, since_first: date, since_last: date, grace: timedelta
) -> _Met:
    """Whether `span` was full; unsure when that depends on a day that is not known."""
    full = span.after(since_last)
    if dose.when.first >= full:
        return _Met.YES
    if dose.when.first >= full - grace:
        return _Met.EARLY
    if dose.when.last < span.after(since_first) - grace:
        return _Met.NO
    return _Met.UNSURE
