"""Measurements as points of a growth chart, and the read-out that says them in words.

Points of different references are never joined; an external report keeps its own mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months, age_years
from clbdesk.standards import phrases
from clbdesk.standards.growth import score
from clbdesk.standards.lms import FLANDERS_2004, Measure
from clbdesk.standards.measurements import body_mass_index
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from clbdesk.domain.people import Sex

DECIMALS = 1


class ChartMeasure(StrEnum):
    """What a growth chart shows; SDS shows length, weight and BMI together."""

    HEIGHT = "height"
    WEIGHT = "weight"
    BMI = "bmi"
    SDS = "sds"

    @property
    def shown(self) -> tuple[Measure, ...]:
        """The measures whose points stand on this chart."""
        if self is ChartMeasure.SDS:
            return (Measure.HEIGHT, Measure.WEIGHT, Measure.BMI)
        return (Measure(self.value),)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measuring day: cm and kg; `by`: who measured; `reference`: the charts it was judged on."""

    on: date
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    by: str = ""
    current: bool = False
    external: bool = False
    reference: str = FLANDERS_2004


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One value of one measure; age in decimal years, `months` completed.

    `sds` and `percentile` are None where the reference does not reach.
    """

    measure: Measure
    on: date
    age: float
    months: int
    value: float
    sds: float | None
    percentile: float | None
    by: str
    current: bool
    external: bool
    reference: str


@dataclass(frozen=True, slots=True)
class ReadOutRow:
    """One point in words, for the column beside the chart and for the table."""

    day: str
    age: str
    value: str
    unit: str
    sds: str
    percentile: str
    by: str
    current: bool
    external: bool


def chart_points(
    measure: ChartMeasure, sex: Sex, birth: date, measurements: Iterable[Measurement]
) -> tuple[ChartPoint, ...]:
    """The points of a chart, oldest first; days before birth and missing values are left out."""
    points = [
        _point(shown, sex, birth, measurement, value)
        for measurement in measurements
        if measurement.on >= birth
        for shown in measure.shown
        if (value := _value(shown, measurement)) is not None
    ]
    return tuple(sorted(points, key=lambda point: (point.on, point.current)))


def read_out(points: Iterable[ChartPoint]) -> tuple[ReadOutRow, ...]:
    """The points in words, newest first."""
    return tuple(
        ReadOutRow(
            day=phrases.day(point.on),
            age=phrases.age(point.months),
            value=phrases.number(point.value, DECIMALS),
            unit=say(f"charts.unit_{point.measure.value}"),
            sds="" if point.sds is None else phrases.signed(point.sds),
            percentile="" if point.percentile is None else phrases.percentile(point.percentile),
            by=point.by or (say("charts.external_report") if point.external else ""),
            current=point.current,
            external=point.external,
        )
        for point in reversed(tuple(points))
    )


def as_table(points: Iterable[ChartPoint]) -> tuple[tuple[str, ...], ...]:
    """Head and rows of the same points as a table, newest first; one block per measure."""
    given = tuple(points)
    rows: list[tuple[str, ...]] = []
    for measure in Measure:
        of_measure = [point for point in given if point.measure is measure]
        if of_measure:
            name = say(f"charts.{measure.value}")
            unit = say(f"charts.unit_{measure.value}")
            columns = ("column_sds", "column_percentile", "column_by")
            rows.append(
                (
                    say("charts.column_day"),
                    say("charts.column_age"),
                    f"{name} ({unit})",
                    *(say(f"charts.{column}") for column in columns),
                )
            )
            rows += [
                (row.day, row.age, row.value, row.sds, row.percentile, row.by)
                for row in read_out(of_measure)
            ]
    return tuple(rows)


def _value(measure: Measure, measurement: Measurement) -> float | None:
    height, weight = measurement.height_cm, measurement.weight_kg
    if measure is Measure.BMI:
        return None if height is None or weight is None else body_mass_index(height, weight)
    value = height if measure is Measure.HEIGHT else weight
    return None if value is None else float(value)


def _point(
    measure: Measure, sex: Sex, birth: date, measurement: Measurement, value: float
) -> ChartPoint:
    age = age_years(birth, measurement.on)
    found = score(measure, sex, age, value)
    return ChartPoint(
        measure=measure,
        on=measurement.on,
        age=age,
        months=age_months(birth, measurement.on),
        value=value,
        sds=found.sds if found else None,
        percentile=found.percentile if found else None,
        by=measurement.by,
        current=measurement.current,
        external=measurement.external,
        reference=measurement.reference,
    )
