"""Height against age and against its own course, rules GRO-1 to GRO-8 (VWVJ Standaard Groei)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months, age_years
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.standards.lms import Measure, curve, percentile, sds_of_percentile
from clbdesk.standards.own_criterion import own_line
from clbdesk.standards.phrases import day, number, signed
from clbdesk.standards.phrases import percentile as percentile_text
from clbdesk.standards.tables import Rule, kept, rule
from clbdesk.wording import say

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from clbdesk.standards.measurements import GrowthInput
    from clbdesk.standards.target_height import TargetHeight


_FLAGGED = frozenset({Verdict.BORDERLINE, Verdict.DOCTOR, Verdict.REFER})


@dataclass(frozen=True, slots=True)
class Velocity:
    """Growth since the newest height that is old enough (GRO-4)."""

    cm_per_year: float
    years: float
    since: date


def chart_lines() -> tuple[float, ...]:
    """The percentiles that are drawn, ascending (GRO-LINES)."""
    return tuple(float(line) for line in rule("GRO-LINES").numbers)


def chart_lines_are_signed() -> bool:
    """Whether a doctor confirmed which percentiles are drawn (GRO-LINES)."""
    return rule("GRO-LINES").status is RuleStatus.ON


def bands(sds: float) -> float:
    """Where an SDS lies on a ruler whose marks are the percentile lines, one band apart.

    0 is the lowest line; beyond the outer lines the outer bands go on.
    """
    marks = _marks()
    index = min(max(bisect_right(marks, sds) - 1, 0), len(marks) - 2)
    low, high = marks[index], marks[index + 1]
    return index + (sds - low) / (high - low)


@kept
def _marks() -> tuple[float, ...]:
    return tuple(sds_of_percentile(line) for line in chart_lines())


def velocity(given: GrowthInput) -> Velocity | None:
    """Growth since the newest earlier height of at least a year ago (GRO-4)."""
    if given.height_cm is None:
        return None
    earlier = _at_least_ago(given, int(rule("GRO-4").number))
    if earlier is None:
        return None
    on, height = earlier
    years = age_years(on, given.on)
    return Velocity(float(given.height_cm - height) / years, years, on)


def judge_course(given: GrowthInput, height_sds: float) -> tuple[Judgement, ...]:
    """GRO-1: a band lost or gained since the newest height of at least two years ago.

    Points before the age at which the standard begins are left aside (GRO-5).
    """
    found = rule("GRO-1")
    interval, limit = found.numbers
    earlier = _at_least_ago(given, int(interval), from_months=int(rule("GRO-5").numbers[0]))
    reference = curve(Measure.HEIGHT, given.sex)
    before = (
        reference.sds(age_years(given.birth, earlier[0]), float(earlier[1]))
        if earlier and reference
        else None
    )
    if earlier is None or before is None:
        return (
            found.judgement(
                Verdict.NOT_DONE,
                domain="growth",
                head=say("growth_rules.course_head"),
                text=say("growth_rules.course_unknown"),
            ),
        )
    change = bands(height_sds) - bands(before)
    years = age_years(earlier[0], given.on)
    text = say(
        "growth_rules.course_text",
        before=percentile_text(percentile(before)),
        day=day(earlier[0]),
        now=percentile_text(percentile(height_sds)),
        years=number(years),
    )
    follows = abs(change) < limit
    if follows:
        verdict, head = Verdict.OK, say("growth_rules.course_follows")
    else:
        verdict = Verdict.DOCTOR
        head = say("growth_rules.course_down" if change < 0 else "growth_rules.course_up")
        text = say("growth_rules.course_bands", text=text, bands=signed(change))
    return (
        found.judgement(
            verdict,
            domain="growth",
            head=head,
            text=text,
            numbers={
                "sds_before": before,
                "sds_now": height_sds,
                "bands": change,
                "interval_years": years,
            },
        ),
    )


def judge_velocity(given: GrowthInput) -> tuple[Judgement, ...]:
    """GRO-2 and GRO-3 have no values yet; a shorter interval is not judged at all (GRO-4).

    What the centre wrote for one of them stands beside the velocity.
    """
    if given.height_cm is None or not given.earlier_heights:
        return ()
    head = say("growth_rules.velocity_head")
    found = velocity(given)
    if found is None:
        years = age_years(given.earlier_heights[0][0], given.on)
        shortest = rule("GRO-4")
        least = _in_words(int(shortest.number))
        text = say("growth_rules.velocity_short", years=number(years), least=least)
        return (shortest.judgement(Verdict.INFO, domain="growth", head=head, text=text),)
    shown = say(
        "growth_rules.velocity_shown", speed=number(found.cm_per_year), years=number(found.years)
    )
    own = [own_line(rule(one), domain="growth", shown=shown) for one in ("GRO-2", "GRO-3")]
    if any(own):
        return tuple(one for one in own if one)
    return (
        rule("GRO-2").judgement(
            Verdict.NO_CRITERION,
            domain="growth",
            head=head,
            text=say("growth_rules.no_criterion"),
            numbers={"cm_per_year": found.cm_per_year, "interval_years": found.years},
            also=("GRO-3",),
        ),
    )


def _in_words(months: int) -> str:
    years, rest = divmod(months, 12)
    return f"{months} maanden" if rest or not years else f"{years} jaar"


def beside_flagged(lines: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """GRO-10: the centre's own words on its trees, where a rule asks a doctor to look at a height."""
    flagged = any(one.verdict in _FLAGGED for one in lines)
    own = own_line(rule("GRO-10"), domain="growth") if flagged else None
    return (own,) if own else ()


def judge_height(
    months: int, height_sds: float, target: TargetHeight | None
) -> tuple[Judgement, ...]:
    """GRO-6, GRO-7 and GRO-8: lines only for a height near or beyond a limit."""
    lines = []
    below = rule("GRO-6")
    if height_sds < below.number and target is not None and target.below(height_sds):
        lines.append(
            _height_line(
                below,
                Verdict.DOCTOR,
                say("growth_rules.short_head"),
                say("growth_rules.below_target_text", sds=signed(height_sds)),
                height_sds,
            )
        )
    lines += _outside_percentiles(height_sds, target)
    very_short = rule("GRO-8")
    limit, from_months = very_short.numbers
    if height_sds < limit and months >= from_months:
        text = _height_text(height_sds, f"{signed(limit)} SDS")
        head = say("growth_rules.very_short_head")
        lines.append(_height_line(very_short, Verdict.REFER, head, text, height_sds))
    return tuple(lines)


def _outside_percentiles(height_sds: float, target: TargetHeight | None) -> list[Judgement]:
    """GRO-7, with the word grensgeval at its lines (GRENS)."""
    found = rule("GRO-7")
    low, high = (float(line) for line in found.numbers)
    low_sds, high_sds = sds_of_percentile(low), sds_of_percentile(high)
    margin = float(rule("GRENS").number)
    line, limit = (high, high_sds) if height_sds > 0 else (low, low_sds)
    shown = percentile_text(line)
    text = _height_text(height_sds, shown)
    near = abs(height_sds - limit) <= margin
    if near:
        text = f"{text}, {say('growth_rules.borderline')}"
    if not low_sds <= height_sds <= high_sds:
        head = say("growth_rules.tall_head" if height_sds > 0 else "growth_rules.short_head")
        if target is None:
            text = f"{text}, {say('growth_rules.ask_parents')}"
        return [_height_line(found, Verdict.DOCTOR, head, text, height_sds)]
    if near:
        head = say("growth_rules.height_near", line=shown)
        return [_height_line(found, Verdict.BORDERLINE, head, text, height_sds)]
    return []


def _height_text(height_sds: float, limit: str) -> str:
    return say(
        "growth_rules.height_text",
        sds=signed(height_sds),
        percentile=percentile_text(percentile(height_sds)),
        limit=limit,
    )


def _height_line(
    found: Rule, verdict: Verdict, head: str, text: str, height_sds: float
) -> Judgement:
    numbers = {"height_sds": height_sds}
    return found.judgement(verdict, domain="growth", head=head, text=text, numbers=numbers)


def _at_least_ago(
    given: GrowthInput, months: int, *, from_months: int = 0
) -> tuple[date, Decimal] | None:
    """The newest earlier height at least so many months ago, taken at `from_months` or later."""
    return next(
        (
            (on, height)
            for on, height in given.earlier_heights
            if age_months(on, given.on) >= months and age_months(given.birth, on) >= from_months
        ),
        None,
    )
