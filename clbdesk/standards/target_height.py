"""Target height from the biological parents, rules TH-1 to TH-3; defaults until a doctor signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import Judgement, Verdict
from clbdesk.domain.people import Sex
from clbdesk.standards.lms import Curve, Measure, curve
from clbdesk.standards.phrases import signed
from clbdesk.standards.tables import rule
from clbdesk.wording import say

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TargetHeight:
    """cm, exact; `sds` is that of the target among adults, `half_sds` half the range in SDS."""

    cm: Decimal
    low_cm: Decimal
    high_cm: Decimal
    sds: float
    half_sds: float

    def below(self, height_sds: float) -> bool:
        """True when a pupil of this height SDS is shorter than the range."""
        return height_sds < self.sds - self.half_sds

    def outside(self, height_sds: float) -> bool:
        """True when a pupil of this height SDS is shorter or taller than the range."""
        return abs(height_sds - self.sds) > self.half_sds


def target_height(
    sex: Sex, mother_cm: Decimal | None, father_cm: Decimal | None
) -> TargetHeight | None:
    """TH-1 with the range TH-2; None unless both parents and the sex are known."""
    reference: Curve | None = curve(Measure.HEIGHT, sex)
    adult = reference.at(reference.last_age) if reference else None
    if adult is None or mother_cm is None or father_cm is None:
        return None
    between = rule("TH-1").number
    half = rule("TH-2").number
    cm = (father_cm + mother_cm + (between if sex is Sex.MALE else -between)) / 2
    return TargetHeight(
        cm=cm,
        low_cm=cm - half,
        high_cm=cm + half,
        sds=adult.sds(float(cm)),
        half_sds=float(half) / (adult.median * adult.spread),
    )


def judge_target(height_sds: float, target: TargetHeight) -> tuple[Judgement, ...]:
    """TH-3: a line only when the height lies outside the range."""
    if not target.outside(height_sds):
        return ()
    return (
        rule("TH-3").judgement(
            Verdict.DOCTOR,
            domain="growth",
            head=say("growth_rules.outside_target_head"),
            text=say(
                "growth_rules.outside_target_text",
                sds=signed(height_sds),
                target=signed(target.sds),
                low=signed(target.sds - target.half_sds),
                high=signed(target.sds + target.half_sds),
            ),
            numbers={
                "height_sds": height_sds,
                "target_cm": target.cm,
                "target_sds": target.sds,
                "half_range_sds": target.half_sds,
            },
        ),
    )
