"""Everything that the program says of one measurement of length and weight, in one value.

The rules judge on Flanders 2004 (Roelants, Hauspie, Hoppenbrouwers 2009). The rule lines stand in
the order in which the page shows them: weight, course, velocity, height, target height, then what
has no criterion and the reference that a doctor chose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import Judgement, Verdict
from clbdesk.errors import Environment
from clbdesk.standards.bmi import WeightClass, judge_weight
from clbdesk.standards.height import (
    Velocity,
    beside_flagged,
    judge_course,
    judge_height,
    judge_velocity,
    velocity,
)
from clbdesk.standards.lms import FLANDERS_2004, Measure, Score, curve, percentile
from clbdesk.standards.measurements import GrowthInput, body_mass_index
from clbdesk.standards.other_growth import judge_indicated, judge_on_other
from clbdesk.standards.references import STANDARD, Reference, reference
from clbdesk.standards.tables import damaged_table, rule, standards
from clbdesk.standards.target_height import TargetHeight, judge_target, target_height
from clbdesk.wording import say

if TYPE_CHECKING:
    from decimal import Decimal

    from clbdesk.domain.people import Sex


@dataclass(frozen=True, slots=True)
class GrowthJudgement:
    """Computed values in full precision, and the rule lines; None for what cannot be told.

    `bmi` kg/m², `weight_index` percent of the median BMI, `weight_class_rule` the deciding rule.
    The scores are those of `reference`; index and class are those of the Flemish charts.
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
    reference: Reference | None = None
    lines: tuple[Judgement, ...] = ()


def reference_name() -> tuple[str, str]:
    """Dutch name and edition of the growth reference in use."""
    table = standards().table(FLANDERS_2004)
    return table.name, table.edition


def score(
    measure: Measure, sex: Sex, age_years: float, value: float, on: Reference | None = None
) -> Score | None:
    """SDS and percentile of a positive value; None outside the reference.

    `on`: the reference, None = the standard.
    """
    found = (on or reference(STANDARD)).curve_at(measure, sex, age_years)
    sds = found.sds(age_years, value) if found else None
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
    chosen = reference(given.reference)
    standard = _score(Measure.HEIGHT, given, given.height_cm)
    scores = {
        measure: _score(measure, given, value, chosen)
        for measure, value in (
            (Measure.HEIGHT, given.height_cm),
            (Measure.WEIGHT, given.weight_kg),
            (Measure.BMI, bmi),
            (Measure.HEAD, given.head_cm),
        )
    }
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
    elif given.height_cm is not None:
        lines += _height_lines(given, standard, target)
    lines += judge_indicated(given, scores[Measure.HEAD])
    if known_sex and chosen.id != STANDARD:
        lines += judge_on_other(chosen, given.age, scores[Measure.HEIGHT], scores[Measure.BMI])
    return GrowthJudgement(
        age_years=given.age,
        age_months=given.months,
        bmi=bmi,
        height=scores[Measure.HEIGHT],
        weight=scores[Measure.WEIGHT],
        bmi_for_age=scores[Measure.BMI],
        head=scores[Measure.HEAD],
        weight_index=_weight_index(given, bmi),
        weight_class=weight.weight_class if weight else None,
        weight_class_rule=weight.rule_id if weight else None,
        target_height=target,
        velocity=velocity(given),
        reference=chosen,
        lines=lines,
    )


def _score(
    measure: Measure,
    given: GrowthInput,
    value: Decimal | float | None,
    on: Reference | None = None,
) -> Score | None:
    return None if value is None else score(measure, given.sex, given.age, float(value), on)


def _weight_index(given: GrowthInput, bmi: float | None) -> float | None:
    standard = curve(Measure.BMI, given.sex)
    lms = standard.at(given.age) if standard else None
    return bmi / lms.median * 100 if bmi is not None and lms is not None else None


def _height_lines(
    given: GrowthInput, height: Score | None, target: TargetHeight | None
) -> tuple[Judgement, ...]:
    ages = rule("GRO-5")
    first, last = ages.numbers
    if height is not None and first <= given.months <= last:
        lines = (
            *judge_course(given, height.sds),
            *judge_velocity(given),
            *judge_height(given.months, height.sds, target),
            *(judge_target(height.sds, target) if target else ()),
        )
        return (*lines, *beside_flagged(lines))
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
