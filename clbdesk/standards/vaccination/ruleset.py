"""The vaccination tables as typed rows, and which of them a doctor of the centre has signed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from clbdesk.domain.age import add_months
from clbdesk.domain.judgement import RuleStatus
from clbdesk.standards.tables import Rule, kept, rule, standards

_TYPES = "vaccination_types.csv"
_DOSE_RULES = "vaccination_dose_rules.csv"
_SLOTS = "vaccination_slots.csv"
_SPAN = re.compile(r"(\d+) ([dwmj])")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: days and weeks are counted strictly, months and years by calendar (G1)."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Span:
        """`28 d`, `4 w`, `13 m`, `9 j`."""
        match = _SPAN.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        return cls(int(match[1]), match[2])

    def after(self, day: date) -> date:
        """The day on which the stretch since `day` is full."""
        if self.unit in "mj":
            return add_months(day, self.count * (12 if self.unit == "j" else 1))
        return day + timedelta(days=self.count * (7 if self.unit == "w" else 1))


class RuleRole(StrEnum):
    """A limit invalidates who breaks it; a confirmation validates who meets it."""

    LIMIT = "limit"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class VaccineType:
    """A type of vaccine. `series`: series → how it counts ("", full, reduced, partial)."""

    name: str
    label: str
    series: dict[str, str]
    live: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoseRule:
    """What one dose of a series must meet. `grace`: whether the five days of G2 apply."""

    rule: Rule
    series: str
    scheme: str
    dose: int | None
    role: RuleRole
    strength: str
    min_age: Span | None
    interval: Span | None
    interval_first: Span | None
    grace: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the school programme: from `stage` on, or by age on 31 December without grade."""

    rule: Rule
    series: str
    dose: int
    vaccine: str
    stage: str
    age: int
    from_year: int | None
    until_year: int | None


class Ruleset:
    """The tables with the sign-offs of one centre; `ruleset(signed)` keeps them."""

    def __init__(self, signed: frozenset[str]) -> None:
        """`signed`: ids of the rows of status `sign` that a doctor of the centre confirmed."""
        self.signed = signed
        self.edition = standards().table(_DOSE_RULES).edition
        self._dose_rules = _dose_rules()
        self.grace = timedelta(days=int(rule("G2").number))
        self.live_interval = timedelta(days=int(rule("G6").number))
        self.live_grace = timedelta(days=int(rule("G6-GRACE").number))
        self.duplicate_days = int(rule("DUP").number)

    def is_confirmed(self, found: Rule) -> bool:
        """Whether a row counts: confirmed by its source, or signed. An empty row never does."""
        return found.status is RuleStatus.ON or (
            found.status is RuleStatus.SIGN and found.id in self.signed
        )

    def dose_rules(
        self, series: str, scheme: str, dose: int, strength: str
    ) -> tuple[DoseRule, ...]:
        """The rows with a value for this dose; a row without dose holds for every dose."""
        return tuple(
            row
            for row in self._dose_rules
            if row.series == series
            and row.scheme in {"", scheme}
            and row.dose in {None, dose}
            and row.strength in {"", strength}
            and row.rule.status is not RuleStatus.EMPTY
        )

    def slot(self, series: str, school_year: int) -> Slot | None:
        """The active place of a series in the programme of a school year."""
        return next(
            (
                slot
                for slot in slots()
                if slot.series == series
                and slot.rule.status is not RuleStatus.EMPTY
                and (slot.from_year is None or slot.from_year <= school_year)
                and (slot.until_year is None or school_year <= slot.until_year)
            ),
            None,
        )

    def slot_of_dose(self, series: str, dose: int) -> Slot:
        """The slot of one dose of a series that has several."""
        return next(slot for slot in slots() if slot.series == series and slot.dose == dose)


@kept
def ruleset(signed: frozenset[str] = frozenset()) -> Ruleset:
    """The tables of the program with these sign-offs.

    Environment `standards.table_damaged` when one of the tables cannot be trusted.
    """
    return Ruleset(signed)


@cache
def vaccine_types() -> dict[str, VaccineType]:
    """Every type by name."""
    found = {}
    for row in standards().rows(_TYPES):
        pairs = (part.partition(":") for part in row["series"].split("|") if part)
        found[row["type"]] = VaccineType(
            name=row["type"],
            label=row["label"],
            series={series: strength for series, _, strength in pairs},
            live=row["live"] == "yes",
            aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
        )
    return found


@kept
def slots() -> tuple[Slot, ...]:
    """Every slot, also of earlier programmes and those that are empty."""
    rules = standards().rules_of(_SLOTS)
    return tuple(
        Slot(
            rule=rules[row["id"]],
            series=row["series"],
            dose=int(row["dose"]),
            vaccine=row["vaccine"],
            stage=row["stage"],
            age=int(row["age"]),
            from_year=int(row["from_year"]) if row["from_year"] else None,
            until_year=int(row["until_year"]) if row["until_year"] else None,
        )
        for row in standards().rows(_SLOTS)
    )


@kept
def _dose_rules() -> tuple[DoseRule, ...]:
    rules = standards().rules_of(_DOSE_RULES)
    found = []
    for row in standards().rows(_DOSE_RULES):
        units = row["unit"].split("|")
        spans = dict(zip(units, map(Span.parse, rules[row["id"]].values), strict=False))
        found.append(
            DoseRule(
                rule=rules[row["id"]],
                series=row["series"],
                scheme=row["scheme"],
                dose=int(row["dose"]) if row["dose"] else None,
                role=RuleRole(row["role"]),
                strength=row["strength"],
                min_age=spans.get("age") or spans.get("age_strict"),
                interval=spans.get("interval"),
                interval_first=spans.get("interval_first"),
                grace="age_strict" not in spans,
            )
        )
    return tuple(found)
