"""Weight classes by BMI, rules BMI-1 to BMI-7 (VWVJ Standaard Gewicht 2018).

Up to 9 years 0 months the weight index (BMI against the median BMI) tells overweight; from 9 years
1 month the line that reaches 25 or 30 at 18 years. A line is one fixed SDS per sex, computed from
the reference at 18 years in full precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import Verdict
from clbdesk.domain.people import Sex
from clbdesk.standards.lms import Lms, Measure, curve
from clbdesk.standards.own_criterion import own_line
from clbdesk.standards.phrases import number
from clbdesk.standards.tables import Rule, kept, rule
from clbdesk.wording import say

if TYPE_CHECKING:
    from clbdesk.domain.judgement import Judgement

_ADULT = 18.0  # years, at which the lines reach the numbers of BMI-1 to BMI-6


class WeightClass(StrEnum):
    """Class of weight for age and sex."""

    WORRYING_UNDERWEIGHT = "worrying_underweight"
    LOW_WEIGHT = "low_weight"
    NORMAL = "normal"
    OVERWEIGHT = "overweight"
    OBESITY = "obesity"


@dataclass(frozen=True, slots=True)
class WeightJudgement:
    """Class, the rule that decided, and its rule lines; class None outside 2 to 18 years."""

    weight_class: WeightClass | None
    rule_id: str | None
    lines: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class _Limit:
    """A line: the class that begins there, its rule, and where it stands at this age.

    `shown` is the number of the line in words; `near`: this BMI counts as at the line.
    """

    weight_class: WeightClass
    rule: Rule
    reached: bool
    near: bool
    shown: str


@kept
def line_sds(rule_id: str, sex: Sex) -> float:
    """The SDS of the line that reaches the value of this rule at 18 years."""
    reference = curve(Measure.BMI, sex)
    adult = reference.at(_ADULT) if reference else None
    assert adult is not None  # a known sex has a reference beyond 18 years
    return adult.sds(float(rule(rule_id).number))


def judge_weight(bmi: float, sex: Sex, age: float, months: int) -> WeightJudgement:
    """The class of a BMI; age in decimal years and in completed months.

    No class outside 2 to 18 years or when the sex is not known.
    """
    ages = rule("BMI-AGE")
    first, last = ages.numbers
    reference = curve(Measure.BMI, sex)
    lms = reference.at(age) if reference and first <= months <= last else None
    if lms is None:
        line = ages.judgement(
            Verdict.INFO,
            domain="growth",
            head=say("growth_rules.weight_head"),
            text=say("growth_rules.bmi_age"),
            numbers={"age_months": months},
        )
        return WeightJudgement(None, None, (line,))
    by_index = months <= rule("BMI-SWITCH").number
    high = _index_limits(bmi, lms) if by_index else _line_limits(bmi, lms, sex, months)
    limits = (*_low_limits(bmi, lms, sex), *high)
    decided = next((limit for limit in limits if limit.reached), None)
    near = any(limit.near for limit in limits)
    return _judged(bmi, lms, months, decided, high[-1], near=near)


def _close(sds: float, line: float) -> bool:
    return abs(sds - line) <= float(rule("GRENS").number)


def _low_limits(bmi: float, lms: Lms, sex: Sex) -> tuple[_Limit, ...]:
    """BMI-1 is below its line, BMI-2 up to and including its line (VWVJ: at most 18,5)."""
    sds, worrying, low = lms.sds(bmi), line_sds("BMI-1", sex), line_sds("BMI-2", sex)
    return (
        _Limit(
            WeightClass.WORRYING_UNDERWEIGHT,
            rule("BMI-1"),
            sds < worrying,
            _close(sds, worrying),
            number(lms.value(worrying)),
        ),
        _Limit(
            WeightClass.LOW_WEIGHT,
            rule("BMI-2"),
            sds <= low,
            _close(sds, low),
            number(lms.value(low)),
        ),
    )


def _index_limits(bmi: float, lms: Lms) -> tuple[_Limit, ...]:
    """Up to 9 years 0 months: 140 and 120 percent of the median BMI."""
    limits = []
    for weight_class, found in (
        (WeightClass.OBESITY, rule("BMI-4")),
        (WeightClass.OVERWEIGHT, rule("BMI-3")),
    ):
        percent = found.numbers[0]
        line = lms.sds(lms.median * float(percent) / 100)
        reached = bmi / lms.median * 100 >= percent
        near = _close(lms.sds(bmi), line)
        limits.append(_Limit(weight_class, found, reached, near, number(percent, 0)))
    return tuple(limits)


def _line_limits(bmi: float, lms: Lms, sex: Sex, months: int) -> tuple[_Limit, ...]:
    """From 9 years 1 month: the lines to 30 and to 25, with the margin of the line to 30."""
    limits = []
    for weight_class, found, margin in (
        (WeightClass.OBESITY, rule("BMI-6"), _obesity_margin(sex, months)),
        (WeightClass.OVERWEIGHT, rule("BMI-5"), 0.0),
    ):
        line, sds = line_sds(found.id, sex), lms.sds(bmi)
        value = lms.value(line)
        near = _close(sds, line) or abs(bmi - value) <= margin
        limits.append(_Limit(weight_class, found, sds >= line, near, number(value)))
    return tuple(limits)


def _obesity_margin(sex: Sex, months: int) -> float:
    """How far the line to 30 may lie off at this age, kg/m² (BMI-6-M)."""
    first, last, boys, girls = rule("BMI-6-M").numbers
    if not first <= months <= last:
        return 0.0
    return float(boys if sex is Sex.MALE else girls)


def _judged(
    bmi: float,
    lms: Lms,
    months: int,
    decided: _Limit | None,
    overweight: _Limit,
    *,
    near: bool,
) -> WeightJudgement:
    """The rule line; a normal weight is shown against the line where overweight begins."""
    shown = decided or overweight
    weight_class = decided.weight_class if decided else WeightClass.NORMAL
    found = decided.rule if decided else rule("BMI-7")
    index = bmi / lms.median * 100
    of_index = shown.rule.id in {"BMI-3", "BMI-4"}
    parts = [
        say(
            "growth_rules.bmi_index" if of_index else "growth_rules.bmi_line",
            bmi=number(bmi),
            index=number(index, 0),
            limit=shown.shown,
        )
    ]
    if found.id == "BMI-4" and (degree := sum(index >= line for line in found.numbers)) > 1:
        parts.append(say("growth_rules.obesity_class", number=degree))
    if near:
        parts.append(say("growth_rules.borderline"))
    if months == rule("BMI-SWITCH").number:
        parts.append(say("growth_rules.switch_index"))
    elif months == rule("BMI-SWITCH").number + 1:
        parts.append(say("growth_rules.switch_line"))
    normal = weight_class is WeightClass.NORMAL
    verdict = Verdict.BORDERLINE if near else Verdict.OK if normal else Verdict.CHECK
    line = found.judgement(
        verdict,
        domain="growth",
        head=say(f"growth_rules.{weight_class.value}"),
        text=", ".join(parts),
        numbers={"bmi": bmi, "bmi_sds": lms.sds(bmi), "weight_index": index, "age_months": months},
        also=() if decided else (shown.rule.id,),
    )
    lines = (line,) if normal else (line, _follow_up())
    return WeightJudgement(weight_class, found.id, lines)


def _follow_up() -> Judgement:
    """BMI-F4: who is referred is written in a card that nobody has copied yet."""
    found = rule("BMI-F4")
    return own_line(found, domain="growth") or found.judgement(
        Verdict.NO_CRITERION,
        domain="growth",
        head=say("growth_rules.follow_up_head"),
        text=say("growth_rules.no_criterion"),
    )
