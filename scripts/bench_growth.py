"""Budgets of growth: one z-score, a class of scores, a judgement, a chart; beside rcpchgrowth.

With rcpchgrowth installed (scripts/setup --bench) both programs score the same lengths on the same
WHO 2007 table, so that speed and answers can be compared; without it those figures are absent.
"""

from __future__ import annotations

import json
import time
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any

from clbdesk.charts.chart_window import window_for
from clbdesk.charts.growth_chart import growth_chart
from clbdesk.charts.growth_points import ChartMeasure, Measurement, chart_points
from clbdesk.cli.bench import z_score_us
from clbdesk.domain.people import Sex
from clbdesk.standards.growth import judge_growth
from clbdesk.standards.lms import Curve, Measure, curve
from clbdesk.standards.measurements import EarlierGrowth, GrowthInput

if TYPE_CHECKING:
    from collections.abc import Callable

PUPILS = 1000
_BIRTH = date(2012, 3, 4)
_TODAY = date(2026, 11, 23)
_TYPICAL = {
    Measure.HEIGHT: 128.4,
    Measure.WEIGHT: 26.3,
    Measure.BMI: 16.0,
    Measure.HEAD: 52.5,
}


def run() -> dict[str, float]:
    """Every figure by name; µs and ms are in the names."""
    figures = {
        "z_score_us": z_score_us(),
        "z_scores_1000_pupils_4_measures_ms": _class_ms(),
        "judge_growth_ms": _best(_judged, 200) * 1e3,
        "growth_chart_15_years_ms": _best(_chart, 50) * 1e3,
    }
    return figures | _beside_rcpchgrowth()


def _best(work: Callable[[], object], times: int) -> float:
    """Seconds of one call: the best of five rounds, so that other work on the machine counts less."""
    work()
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - start) / times)
    return min(rounds)


def _class_ms() -> float:
    curves = [(curve(measure, Sex.MALE), value) for measure, value in _TYPICAL.items()]

    def work() -> None:
        for pupil in range(PUPILS):
            age = 3 + 15 * pupil / PUPILS
            for reference, value in curves:
                assert reference is not None
                reference.sds(age, value)

    return _best(work, 3) * 1e3


def _history() -> tuple[Measurement, ...]:
    return tuple(
        Measurement(
            date(2014 + year, 11, 23),
            Decimal(90 + 6 * year),
            Decimal(13 + 3 * year),
            current=year == 12,
        )
        for year in range(13)
    )


def _judged() -> object:
    return judge_growth(
        GrowthInput(
            sex=Sex.FEMALE,
            birth=_BIRTH,
            on=_TODAY,
            height_cm=Decimal("161.5"),
            weight_kg=Decimal("51.8"),
            mother_cm=Decimal(168),
            father_cm=Decimal(180),
            previous=tuple(
                EarlierGrowth(point.on, point.height_cm, point.weight_kg)
                for point in _history()[:-1]
            ),
        )
    )


def _chart() -> object:
    points = chart_points(ChartMeasure.HEIGHT, Sex.FEMALE, _BIRTH, _history())
    window = window_for(ChartMeasure.HEIGHT, points, 14.7)
    return growth_chart(ChartMeasure.HEIGHT, Sex.FEMALE, points, window)


def _beside_rcpchgrowth() -> dict[str, float]:
    """Speed and largest difference on the WHO 2007 lengths; empty when it is not installed."""
    try:
        theirs: Any = import_module("rcpchgrowth.global_functions")
        who: Any = import_module("rcpchgrowth.who")
    except ImportError:
        return {}
    rows = who.WHO_2007_DATA["measurement"]["height"]["male"]
    ours = Curve([(row["decimal_age"], row["L"], row["M"], row["S"]) for row in rows])
    children = [(5.5 + 13 * place / 200, 95.0 + 85 * place / 200) for place in range(200)]

    def their_scores() -> list[float]:
        return [
            theirs.sds_for_measurement("who", age, "height", cm, "male") for age, cm in children
        ]

    def our_scores() -> list[float]:
        return [ours.sds(age, cm) or 0.0 for age, cm in children]

    differences = [
        abs(one - other) for one, other in zip(our_scores(), their_scores(), strict=True)
    ]
    our_seconds, their_seconds = _best(our_scores, 20), _best(their_scores, 2)
    return {
        "rcpchgrowth_z_score_us": their_seconds / len(children) * 1e6,
        "rcpchgrowth_times_slower": their_seconds / our_seconds,
        "rcpchgrowth_largest_difference_sds": max(differences),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
