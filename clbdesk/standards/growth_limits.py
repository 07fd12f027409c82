"""Unlikely length, weight and head: against the pupil's own line, never against others alone.

LIM-H, LIM-W, LIM-HC, LIM-D and LIM-B of the entry limits: exchanged fields, exchanged digits,
a tenfold value, shorter than before, faster than can be, far from the curve.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from clbdesk.domain.age import age_months, age_years
from clbdesk.standards.entry_limits import TABLE, Field, LimitContext, Unlikely, limits
from clbdesk.standards.height import bands
from clbdesk.standards.lms import Curve, Measure, curve
from clbdesk.standards.measurements import body_mass_index
from clbdesk.standards.phrases import day, number, signed
from clbdesk.standards.tables import rule, standards
from clbdesk.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_MEASURES = {
    Field.HEIGHT: Measure.HEIGHT,
    Field.WEIGHT: Measure.WEIGHT,
    Field.HEAD: Measure.HEAD,
}


def unlikely_growth(
    field: Field, name: str, value: Decimal, context: LimitContext
) -> Unlikely | None:
    """The first question about a length, weight or head; None for other fields."""
    if field not in _MEASURES:
        return None
    height = value if field is Field.HEIGHT else context.height_cm
    weight = value if field is Field.WEIGHT else context.weight_kg
    if field is not Field.HEAD and _look_swapped(height, weight):
        return Unlikely("LIM-W", say("limits.swapped_fields"))
    return (
        _other_digits(field, value, context)
        or _against_own_line(field, name, value, context)
        or (_unusual_bmi(height, weight) if field is not Field.HEAD else None)
    )


def _look_swapped(height: Decimal | None, weight: Decimal | None) -> bool:
    """Whether the weight is the larger number, and could be a length: 225 for 22,5 is none."""
    longest = limits(Field.HEIGHT).warn[1]
    if height is None or weight is None or longest is None:
        return False
    return height < weight <= longest


def _against_own_line(
    field: Field, name: str, value: Decimal, context: LimitContext
) -> Unlikely | None:
    return _against_before(field, name, value, context) or _far_from_curve(
        field, name, value, context
    )


def _reference(field: Field, context: LimitContext) -> Curve | None:
    return curve(_MEASURES[field], context.sex)


def _sds(field: Field, value: Decimal, context: LimitContext, on: date | None) -> float | None:
    reference = _reference(field, context)
    if reference is None or context.birth is None or on is None or value <= 0:
        return None
    return reference.sds(age_years(context.birth, on), float(value))


def _before(field: Field, context: LimitContext) -> tuple[date, Decimal] | None:
    """Day and value of the newest earlier measurement of this field."""
    values = (
        (point.on, point.height_cm if field is Field.HEIGHT else point.weight_kg)
        for point in context.previous
        if field is not Field.HEAD and (context.on is None or point.on < context.on)
    )
    known = [(on, value) for on, value in values if value is not None]
    return max(known, default=None)


def _other_digits(field: Field, value: Decimal, context: LimitContext) -> Unlikely | None:
    """LIM-D: another reading of the same digits lies much closer to the pupil's own line.

    Whole centimetres of a length need less (143 for 134), for nine of them are less than 2 SDS: it
    is enough that the other reading is closer and raises no question where this one does, or that
    it follows the own line where this one leaves it by a band, as GRO-1 counts them.
    """
    found = rule("LIM-D")
    sds = _sds(field, value, context, context.on)
    if sds is None:
        return None
    before = _before(field, context)
    expected = (_sds(field, before[1], context, before[0]) if before else None) or 0.0
    readings = [
        (abs(other_sds - expected), other, other_sds)
        for other in _other_readings(field, value)
        if (other_sds := _sds(field, other, context, context.on)) is not None
    ]
    if not readings:
        return None
    nearest, other, other_sds = min(readings)
    closer = abs(sds - expected) - nearest
    exchanged = field is Field.HEIGHT and closer > 0 and (value - other) % 1 == 0
    explained = exchanged and (
        (
            _against_own_line(field, "", value, context) is not None
            and _against_own_line(field, "", other, context) is None
        )
        or (
            before is not None
            and _leaves_line(sds, expected)
            and not _leaves_line(other_sds, expected)
        )
    )
    if closer < found.number and not explained:
        return None
    places = limits(field).places
    question = say("limits.other_digits", value=number(value, places), other=number(other, places))
    return Unlikely(found.id, question)


def _leaves_line(sds: float, expected: float) -> bool:
    """Whether a length is a band or more off the line on which it was before (GRO-1)."""
    return abs(bands(sds) - bands(expected)) >= rule("GRO-1").numbers[1]


def _other_readings(field: Field, value: Decimal) -> Iterator[Decimal]:
    """The value with two neighbouring digits exchanged, or its comma moved; possible ones only."""
    row = limits(field)
    assert row.block is not None  # length, weight and head have impossible values
    low, high = row.block
    digits = str(int(value.scaleb(row.places)))
    readings = [value.scaleb(1), value.scaleb(-1)]
    for place in range(len(digits) - 1):
        first, second = digits[place], digits[place + 1]
        if first != second:
            exchanged = digits[:place] + second + first + digits[place + 2 :]
            readings.append(Decimal(exchanged).scaleb(-row.places))
    for reading in readings:
        if low <= reading <= high and round(reading, row.places) == reading:
            yield reading


def _against_before(
    field: Field, name: str, value: Decimal, context: LimitContext
) -> Unlikely | None:
    before = _before(field, context)
    if before is None or context.on is None:
        return None
    if field is Field.HEIGHT:
        return _height_against(name, value, context.on, *before)
    return _weight_against(name, value, context.on, *before)


def _height_against(
    name: str, value: Decimal, on: date, before_on: date, before: Decimal
) -> Unlikely | None:
    """Shorter than before, or more growth than a year allows; a short interval counts as a year."""
    found = limits(Field.HEIGHT).rule
    _, shorter, per_year = found.numbers
    change = value - before
    whole_year = age_months(before_on, on) >= 12
    years = max(1.0, age_years(before_on, on))
    if change < -shorter or (whole_year and change < 0):
        key = "limits.less_than_before"
    elif change > float(per_year) * years:
        key = "limits.grew_much"
    else:
        return None
    question = say(
        key,
        field=name,
        value=number(value),
        difference=number(abs(change)),
        unit=found.unit,
        day=day(before_on),
    )
    return Unlikely(found.id, question)


def _weight_against(
    name: str, value: Decimal, on: date, before_on: date, before: Decimal
) -> Unlikely | None:
    """More change than a year allows; a short interval counts as a year."""
    found = limits(Field.WEIGHT).rule
    per_year = found.numbers[1]
    percent = (value - before) / before * 100
    if abs(percent) <= float(per_year) * max(1.0, age_years(before_on, on)):
        return None
    question = say(
        "limits.weight_more" if percent > 0 else "limits.weight_less",
        field=name,
        value=number(value),
        percent=number(abs(percent), 0),
        before=number(before),
        unit=found.unit,
        day=day(before_on),
    )
    return Unlikely(found.id, question)


def _far_from_curve(
    field: Field, name: str, value: Decimal, context: LimitContext
) -> Unlikely | None:
    row = limits(field)
    sds = _sds(field, value, context, context.on)
    if sds is None or abs(sds) <= row.rule.numbers[0]:
        return None
    question = say(
        "limits.far_from_curve",
        field=name,
        value=number(value, row.places),
        unit=row.rule.unit,
        sds=signed(sds),
    )
    return Unlikely(row.rule.id, question)


def _unusual_bmi(height: Decimal | None, weight: Decimal | None) -> Unlikely | None:
    if height is None or weight is None:
        return None
    (row,) = (row for row in standards().rows(TABLE) if row["id"] == "LIM-B")
    bmi = body_mass_index(height, weight)
    if float(row["warn_min"]) <= bmi <= float(row["warn_max"]):
        return None
    question = say(
        "limits.unusual_bmi", value=number(bmi), low=row["warn_min"], high=row["warn_max"]
    )
    return Unlikely("LIM-B", question)
