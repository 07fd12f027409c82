"""What is told beside the standard: head and sitting height, and the reference that a doctor chose.

Head and sitting height have no criterion, or the centre's own in words (GRO-HC, GRO-ZIT). Another reference judges nothing: its
line gives the scores, and for the WHO the word of its own cut-offs (WHO-1, WHO-2; handbook §2.6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.judgement import Judgement, Verdict
from clbdesk.standards.own_criterion import own_line
from clbdesk.standards.phrases import number, percentile, signed
from clbdesk.standards.tables import Rule, rule
from clbdesk.wording import say

if TYPE_CHECKING:
    from clbdesk.standards.lms import Score
    from clbdesk.standards.measurements import GrowthInput
    from clbdesk.standards.references import Reference

_WHO = "who"
_SECOND_RULE_FROM = 5.0  # years: from here on the WHO has other cut-offs
# The words of the classes between the cut-offs, from low to high.
_YOUNG = ("severe_thinness", "thinness", "normal", "risk", "overweight", "obesity")
_SCHOOL = ("severe_thinness", "thinness", "normal", "overweight", "obesity")


def judge_indicated(given: GrowthInput, head: Score | None) -> tuple[Judgement, ...]:
    """A line for each measure that a doctor took on indication: its score, and no criterion."""
    lines = []
    if given.head_cm is not None:
        text = say("growth_rules.centimetres", value=number(given.head_cm))
        scored = f"{text}, {_words(head)}" if head else text
        lines.append(_no_criterion(rule("GRO-HC"), "head_head", scored))
    if given.sitting_height_cm is not None:
        text = say("growth_rules.centimetres", value=number(given.sitting_height_cm))
        lines.append(_no_criterion(rule("GRO-ZIT"), "sitting_head", text))
    return tuple(lines)


def _no_criterion(found: Rule, head: str, text: str) -> Judgement:
    return own_line(found, domain="growth", shown=text) or found.judgement(
        Verdict.NO_CRITERION,
        domain="growth",
        head=say(f"growth_rules.{head}"),
        text=f"{text}, {say('growth_rules.no_criterion')}",
    )


def judge_on_other(
    chosen: Reference, age: float, height: Score | None, bmi: Score | None
) -> tuple[Judgement, ...]:
    """The line of another reference than the standard; age in years."""
    parts = [
        f"{say(f'growth_rules.{name}')} {_words(score)}"
        for name, score in (("of_height", height), ("of_bmi", bmi))
        if score is not None
    ]
    numbers: dict[str, object] = {"reference": chosen.id}
    numbers |= {"height_sds": height.sds} if height else {}
    numbers |= {"bmi_sds": bmi.sds} if bmi else {}
    found = rule("GRO-REF")
    also: tuple[str, ...] = ()
    if bmi is not None and chosen.id == _WHO:
        found, also = _who_rule(age), (found.id,)
        parts.append(say(f"growth_rules.who_{_class(bmi.sds, found)}"))
    text = ", ".join(parts) or say("growth_rules.outside_reference")
    head = say("growth_rules.other_reference", reference=chosen.name_at(age))
    return (
        found.judgement(
            Verdict.INFO, domain="growth", head=head, text=text, numbers=numbers, also=also
        ),
    )


def _who_rule(age: float) -> Rule:
    return rule("WHO-1" if age < _SECOND_RULE_FROM else "WHO-2")


def _class(sds: float, found: Rule) -> str:
    """Below the low cut-offs and above the high ones; on a cut-off is still the middle side."""
    low = sum(sds >= limit for limit in found.numbers if limit < 0)
    high = sum(sds > limit for limit in found.numbers if limit > 0)
    words = _YOUNG if found.id == "WHO-1" else _SCHOOL
    return words[low + high]


def _words(score: Score) -> str:
    return say("growth_rules.score", sds=signed(score.sds), percentile=percentile(score.percentile))
