"""Everything that the program says of one measurement of length and weight, in one value.

The reference is Flanders 2004 (Roelants, Hauspie, Hoppenbrouwers 2009). The rule lines stand in
the order in which the page shows them: weight, course, velocity, height, target height.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import Judgement, Verdict
from clbdesk.errors import Environment
from clbdesk.standards.bmi import WeightClass, judge_weight
from clbdesk.standards.height import (
    Velocity,
    judge_course,
    judge_height,
    judge_velocity,
    velocity,
)
from clbdesk.standards.lms import FLANDERS_2004, Measure, curve, percentile
from clbdesk.standards.measurements import GrowthInput, body_mass_index
from clbdesk.standards.tables import damaged_table, rule, standards
from clbdesk.standards.target_height import TargetHeight, judge_target, target_height
from clbdesk.wording import say

if TYPE_CHECKING:
    from decimal import Decimal

    from clbdesk.domain.people import Sex


@dataclass(frozen=True, slots=True)
class Score:
    """Standard deviation score and percentile (0 to 100) for age and sex."""

    sds: float
    percentile: float


@dataclass(frozen=True, slots=True)
class GrowthJudgement:
    """Computed values in full precision, and the rule lines; None for what cannot be told.

    `bmi` kg/m², `weight_index` percent of the median BMI, `weight_class_rule` the deciding rule.
    """

    age_years: float
    age_months: int
    bmi: float | None = None
    height: Score | None = None
    weight: Score | None = None
    bmi_for_age: Score | None = None
    head: Score | None = None
    weight_index: float | None = None
    weight_class: WeightClass | None = None
    weight_class_rule: str | None = None
    target_height: TargetHeight | None = None
    velocity: Velocity | None = None
    lines: tuple[Judgement, ...] = ()


def reference_name() -> tuple[str, str]:
    """Dutch name and edition of the growth reference in use."""
    table = standards().table(FLANDERS_2004)
    return table.name, table.edition


def score(measure: Measure, sex: Sex, age_years: float, value: float) -> Score | None:
    """SDS and percentile of a positive value; None outside the reference."""
    reference = curve(measure, sex)
    sds = reference.sds(age_years, value) if reference else None
    return None if sds is None else Score(sds, percentile(sds))


def judge_growth(given: GrowthInput) -> GrowthJudgement:
    """All scores and rule lines of one measurement.

    A damaged table leaves the scores empty and says so in the only rule line (E11).
    """
    try:
        return _judged(given)
    except Environment as error:
        return GrowthJudgement(
            age_years=given.age,
            age_months=given.months,
            bmi=_bmi(given),
            lines=(damaged_table(error, "growth"),),
        )


def _bmi(given: GrowthInput) -> float | None:
    if given.height_cm is None or given.weight_kg is None:
        return None
    return body_mass_index(given.height_cm, given.weight_kg)


def _judged(given: GrowthInput) -> GrowthJudgement:
    bmi = _bmi(given)
    height = _score(Measure.HEIGHT, given, given.height_cm)
    target = target_height(given.sex, given.mother_cm, given.father_cm)
    known_sex = curve(Measure.BMI, given.sex) is not None
    weight = (
        judge_weight(bmi, given.sex, given.age, given.months)
        if bmi is not None and known_sex
        else None
    )
    lines = weight.lines if weight else ()
    if not known_sex:
        lines += (_sex_unknown(),)
    elif height is not None:
        lines += _height_lines(given, height.sds, target)
    return GrowthJudgement(
        age_years=given.age,
        age_months=given.months,
        bmi=bmi,
        height=height,
        weight=_score(Measure.WEIGHT, given, given.weight_kg),
        bmi_for_age=_score(Measure.BMI, given, bmi),
        head=_score(Measure.HEAD, given, given.head_cm),
        weight_index=_weight_index(given, bmi),
        weight_class=weight.weight_class if weight else None,
        weight_class_rule=weight.rule_id if weight else None,
        target_height=target,
        velocity=velocity(given),
        lines=lines,
    )


def _score(measure: Measure, given: GrowthInput, value: Decimal | float | None) -> Score | None:
    return None if value is None else score(measure, given.sex, given.age, float(value))


def _weight_index(given: GrowthInput, bmi: float | None) -> float | None:
    reference = curve(Measure.BMI, given.sex)
    lms = reference.at(given.age) if reference else None
    return bmi / lms.median * 100 if bmi is not None and lms is not None else None


def _height_lines(
    given: GrowthInput, height_sds: float, target: TargetHeight | None
) -> tuple[Judgement, ...]:
    ages = rule("GRO-5")
    first, last = ages.numbers
    if first <= given.months <= last:
        return (
            *judge_course(given, height_sds),
            *judge_velocity(given),
            *judge_height(given.months, height_sds, target),
            *(judge_target(height_sds, target) if target else ()),
        )
    young = given.months < first
    return (
        ages.judgement(
            Verdict.INFO,
            domain="growth",
            head=say("growth_rules.growth_head"),
            text=say("growth_rules.too_young" if young else "growth_rules.too_old"),
            numbers={"age_months": given.months},
        ),
    )


def _sex_unknown() -> Judgement:
    return rule("GRO-LINES").judgement(
        Verdict.NOT_DONE,
        domain="growth",
        head=say("growth_rules.sex_unknown_head"),
        text=say("growth_rules.sex_unknown_text"),
    )
