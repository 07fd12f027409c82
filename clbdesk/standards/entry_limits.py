"""The table of entry limits (LIM-...): which values cannot be and which are outside the usual."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.people import Sex
from clbdesk.standards.phrases import number
from clbdesk.standards.tables import Rule, kept, rule, standards
from clbdesk.wording import say

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.domain.visits import ContactMoment
    from clbdesk.standards.measurements import EarlierGrowth

TABLE = "entry_limits.csv"


class Field(StrEnum):
    """A measured field with limits; the units are those of the table."""

    HEIGHT = "height"
    SITTING_HEIGHT = "sitting_height"
    WEIGHT = "weight"
    HEAD = "head"
    PARENT_HEIGHT = "parent_height"
    ACUITY = "acuity"
    HEARING_LEVEL = "hearing_level"
    SPEECH_THRESHOLD = "speech_threshold"
    SPEECH_SPREAD = "speech_spread"
    TESTIS_VOLUME = "testis_volume"
    LIGHT = "light"
    COOL_BOX = "cool_box"
    SCOLIOMETER = "scoliometer"
    MENARCHE_AGE = "menarche_age"
    DEVELOPMENTAL_AGE = "developmental_age"
    BLOOD_PRESSURE = "blood_pressure"


@dataclass(frozen=True, slots=True)
class Impossible:
    """Cannot be saved; `sentence` says what can."""

    limit_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Unlikely:
    """To be confirmed; `question` is asked under the field."""

    limit_id: str
    question: str

    @property
    def to_confirm(self) -> bool:
        """Whether no doctor signed the limit."""
        return rule(self.limit_id).status is RuleStatus.SIGN


@dataclass(frozen=True, slots=True)
class LimitContext:
    """What is known around a value; without it only the fixed limits of the table are judged.

    `height_cm` and `weight_kg`: the other field of the same measurement. `softest_db`: softest
    tone of the audiometry protocol. Earlier measurements on or after `on` are left aside.
    """

    sex: Sex = Sex.UNKNOWN
    birth: date | None = None
    on: date | None = None
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    previous: tuple[EarlierGrowth, ...] = ()
    moment: ContactMoment | None = None
    softest_db: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """One row: impossible outside `block`, unusual outside `warn`; None where there is none."""

    rule: Rule
    block: tuple[Decimal, Decimal] | None
    warn: tuple[Decimal | None, Decimal | None]
    places: int


@kept
def limits(field: Field) -> Limits:
    """The row of a field; Environment `standards.table_damaged` when the table is damaged."""
    (row,) = (row for row in standards().rows(TABLE) if row["field"] == field)
    low, high = _limit(row["block_min"]), _limit(row["block_max"])
    return Limits(
        rule=rule(row["id"]),
        block=None if low is None or high is None else (low, high),
        warn=(_limit(row["warn_min"]), _limit(row["warn_max"])),
        places=int(row["places"]),
    )


def as_typed(value: Decimal) -> str:
    """The value with its own decimals, as in `1215` or `−0,50`."""
    return number(value, max(0, -int(value.as_tuple().exponent)))


def impossible(field: Field, name: str, value: Decimal) -> Impossible | None:
    """Why a finite value cannot be saved."""
    row = limits(field)
    found = row.rule
    if field is Field.TESTIS_VOLUME and value not in found.numbers:
        sentence = say(
            "limits.not_on_list",
            field=name,
            choices=", ".join(found.values),
        )
        return Impossible(found.id, sentence)
    if row.block is None:
        return None
    low, high = row.block
    shown = {"field": name, "low": as_typed(low), "high": as_typed(high), "unit": found.unit}
    if field is Field.HEARING_LEVEL and (not low <= value <= high or value % found.number):
        return Impossible(found.id, say("limits.steps", step=as_typed(found.number), **shown))
    if not low <= value <= high:
        return Impossible(found.id, say("limits.impossible", value=as_typed(value), **shown))
    if round(value, row.places) != value:
        return Impossible(found.id, _too_precise(name, row.places))
    return None


def unusual(field: Field, name: str, value: Decimal) -> Unlikely | None:
    """The question for a value outside what is expected of anybody."""
    row = limits(field)
    low, high = row.warn
    found = row.rule
    if (low is None or value >= low) and (high is None or value <= high):
        return None
    if low is None or high is None:
        key = "limits.unusual_to" if low is None else "limits.unusual_from"
    else:
        key = "limits.unusual"
    question = say(
        key,
        field=name,
        value=number(value, row.places),
        low=as_typed(low) if low is not None else "",
        high=as_typed(high) if high is not None else "",
        unit=found.unit,
    )
    return Unlikely(found.id, question)


def _limit(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _too_precise(name: str, places: int) -> str:
    if places == 0:
        return say("limits.whole_number", field=name)
    if places == 1:
        return say("limits.too_precise_one", field=name)
    return say("limits.too_precise", field=name, places=places)
