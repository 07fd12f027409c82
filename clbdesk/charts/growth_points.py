"""Measurements as points of a growth chart, and the read-out that says them in words.

All points of one chart are scored on one reference, and never joined across its tables; an
external report keeps its own mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months, age_years
from clbdesk.domain.people import Sex
from clbdesk.standards import phrases
from clbdesk.standards.growth import score
from clbdesk.standards.height import velocity
from clbdesk.standards.lms import Measure
from clbdesk.standards.measurements import EarlierGrowth, GrowthInput, body_mass_index
from clbdesk.standards.references import STANDARD, Reference, reference
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal


DECIMALS = 1
_SEXES = {Sex.MALE: "boys", Sex.FEMALE: "girls", Sex.UNKNOWN: "unknown_sex"}


class ChartMeasure(StrEnum):
    """What a growth chart shows; SDS shows length, weight and BMI together."""

    HEIGHT = "height"
    WEIGHT = "weight"
    BMI = "bmi"
    HEAD = "head"
    VELOCITY = "velocity"
    SDS = "sds"

    @property
    def shown(self) -> tuple[Measure, ...]:
        """The measures whose points stand on this chart; none for the velocity, which is made."""
        if self is ChartMeasure.SDS:
            return (Measure.HEIGHT, Measure.WEIGHT, Measure.BMI)
        return () if self is ChartMeasure.VELOCITY else (Measure(self.value),)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measuring day: cm, kg and cm of the head; `by`: who measured."""

    on: date
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    head_cm: Decimal | None = None
    by: str = ""
    current: bool = False
    external: bool = False


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One value of one measure; age in decimal years, `months` completed.

    `sds` and `percentile` are None where the reference does not reach; `reference` names the table
    that scored it. A velocity (cm per year) stands in the middle of its `years`.
    """

    measure: Measure | ChartMeasure
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
    years: float = 0.0


@dataclass(frozen=True, slots=True)
class ReadOutRow:
    """One point in words, for the column beside the chart and for the table.

    `exact_age`: decimal years; `interval`: of a velocity, else empty.
    """

    day: str
    age: str
    exact_age: str
    value: str
    unit: str
    sds: str
    percentile: str
    interval: str
    by: str
    reference: str
    current: bool
    external: bool


def chart_points(
    measure: ChartMeasure,
    sex: Sex,
    birth: date,
    measurements: Iterable[Measurement],
    on: Reference | None = None,
) -> tuple[ChartPoint, ...]:
    """The points of a chart, oldest first; days before birth and missing values are left out.

    `on`: the reference that scores them, None = the standard.
    """
    given = [one for one in measurements if one.on >= birth]
    chart = on or reference(STANDARD)
    if measure is ChartMeasure.VELOCITY:
        points = _velocities(sex, birth, given, chart)
    else:
        points = [
            _point(shown, sex, birth, measurement, value, chart)
            for measurement in given
            for shown in measure.shown
            if (value := _value(shown, measurement)) is not None
        ]
    return tuple(sorted(points, key=lambda point: (point.on, point.current)))


def shown_value(measure: ChartMeasure, point: ChartPoint) -> float | None:
    """What the vertical axis of this chart tells of a point."""
    return point.sds if measure is ChartMeasure.SDS else point.value


def lines_of(chart: Reference, sex: Sex) -> str:
    """Whose lines they are: Vlaamse groeicurven 2004 · meisjes."""
    return say("charts.lines", reference=chart.name, sex=say(f"charts.{_SEXES[sex]}"))


def read_out(points: Iterable[ChartPoint]) -> tuple[ReadOutRow, ...]:
    """The points in words, newest first."""
    return tuple(_row(point) for point in reversed(tuple(points)))


def in_words(row: ReadOutRow) -> str:
    """One point as one line: exact age, value, and its place on the reference that is named."""
    parts = (
        row.day,
        say("charts.exact_age", age=row.age, exact=row.exact_age),
        f"{row.value} {row.unit}",
        row.interval,
        row.percentile,
        f"{row.sds} SDS" if row.sds else "",
        row.reference if row.sds else "",
    )
    return " · ".join(part for part in parts if part)


def _row(point: ChartPoint) -> ReadOutRow:
    years = phrases.number(point.years)
    return ReadOutRow(
        day=phrases.day(point.on),
        age=phrases.age(point.months),
        exact_age=phrases.number(point.age + point.years / 2, 2),
        value=phrases.number(point.value, DECIMALS),
        unit=say(f"charts.unit_{point.measure.value}"),
        sds="" if point.sds is None else phrases.signed(point.sds),
        percentile="" if point.percentile is None else phrases.percentile(point.percentile),
        interval=say("charts.interval", years=years) if point.years else "",
        by=point.by or (say("charts.external_report") if point.external else ""),
        reference=point.reference,
        current=point.current,
        external=point.external,
    )


@dataclass(frozen=True, slots=True)
class PointTable:
    """The points of one measure in words: heads of the columns, and the rows, newest first."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(points: Iterable[ChartPoint]) -> tuple[PointTable, ...]:
    """The same points as tables, one per measure, with the exact age beside the completed months."""
    given = tuple(points)
    found = []
    for measure in (*Measure, ChartMeasure.VELOCITY):
        of_measure = [point for point in given if point.measure is measure]
        if not of_measure:
            continue
        name = say(f"charts.{measure.value}")
        unit = say(f"charts.unit_{measure.value}")
        scored = measure is not ChartMeasure.VELOCITY
        columns = ("sds", "percentile") if scored else ("interval",)
        heads = (
            say("charts.column_day"),
            say("charts.column_age"),
            f"{name} ({unit})",
            *(say(f"charts.column_{column}") for column in columns),
            say("charts.column_by"),
        )
        rows = []
        for row in read_out(of_measure):
            age = say("charts.exact_age", age=row.age, exact=row.exact_age)
            told = (row.sds, row.percentile) if scored else (row.interval,)
            rows.append((row.day, age, row.value, *told, row.by))
        found.append(PointTable(heads, tuple(rows)))
    return tuple(found)


def _value(measure: Measure, measurement: Measurement) -> float | None:
    height, weight = measurement.height_cm, measurement.weight_kg
    if measure is Measure.BMI:
        return None if height is None or weight is None else body_mass_index(height, weight)
    values = {Measure.HEIGHT: height, Measure.WEIGHT: weight, Measure.HEAD: measurement.head_cm}
    value = values[measure]
    return None if value is None else float(value)


def _point(
    measure: Measure,
    sex: Sex,
    birth: date,
    measurement: Measurement,
    value: float,
    chart: Reference,
) -> ChartPoint:
    age = age_years(birth, measurement.on)
    found = score(measure, sex, age, value, chart)
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
        reference=chart.name_at(age),
    )


def _velocities(
    sex: Sex, birth: date, given: Sequence[Measurement], chart: Reference
) -> list[ChartPoint]:
    """The growth up to each length, since the newest one of at least a year before (GRO-4)."""
    earlier = tuple(EarlierGrowth(one.on, one.height_cm) for one in given)
    points = []
    for one in given:
        found = velocity(
            GrowthInput(sex=sex, birth=birth, on=one.on, height_cm=one.height_cm, previous=earlier)
        )
        if found is None:
            continue
        now = age_years(birth, one.on)
        points.append(
            ChartPoint(
                measure=ChartMeasure.VELOCITY,
                on=one.on,
                age=now - found.years / 2,
                months=age_months(birth, one.on),
                value=found.cm_per_year,
                sds=None,
                percentile=None,
                by=one.by,
                current=one.current,
                external=one.external,
                reference=chart.name_at(now),
                years=found.years,
            )
        )
    return points
