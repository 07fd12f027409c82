"""Impossible and unlikely values, judged against one table of entry limits (LIM-...).

An impossible value cannot be saved. An unlikely one is a question in words with both numbers,
answered by "Nagemeten, klopt" or by measuring again; a question never blocks saving.
"""

from __future__ import annotations

from decimal import Decimal

from clbdesk.errors import Environment
from clbdesk.standards.entry_limits import (
    Field,
    Impossible,
    LimitContext,
    Unlikely,
    as_typed,
    impossible,
    limits,
    unusual,
)
from clbdesk.standards.growth_limits import unlikely_growth
from clbdesk.wording import say

__all__ = ["Field", "Impossible", "LimitContext", "Unlikely", "check"]

_NOTHING_KNOWN = LimitContext()


def check(
    field: Field,
    value: Decimal,
    context: LimitContext = _NOTHING_KNOWN,
    *,
    label: str | None = None,
) -> Impossible | Unlikely | None:
    """The first thing that is wrong with a finite value, or None.

    `label` is the Dutch name in the sentence ("Lengte moeder", "Rechts, 4000 Hz"). A damaged
    table judges nothing and stops nobody from measuring: what it would have said is left out.
    """
    name = label or say(f"limits.{field.value}")
    try:
        found = impossible(field, name, value)
    except Environment:
        return None
    try:
        unlikely = unlikely_growth(field, name, value, context)
    except Environment:
        unlikely = None
    return (
        found
        or unlikely
        or _unlikely_hearing(field, name, value, context)
        or unusual(field, name, value)
    )


def _unlikely_hearing(
    field: Field, name: str, value: Decimal, context: LimitContext
) -> Unlikely | None:
    """Softer than the softest tone (LIM-A), or far from the population (LIM-S)."""
    found = limits(field).rule
    softest = context.softest_db
    if field is Field.HEARING_LEVEL and softest is not None and value < softest:
        question = say(
            "limits.unusual_from", field=name, value=as_typed(value), low=softest, unit=found.unit
        )
        return Unlikely(found.id, question)
    if field is not Field.SPEECH_THRESHOLD or context.moment not in found.values:
        return None
    place = found.values.index(str(context.moment))
    deviations, mean, spread = found.values[0], found.values[place + 1], found.values[place + 2]
    expected, margin = Decimal(mean), Decimal(deviations) * Decimal(spread)
    if abs(value - expected) <= margin and value <= 0:
        return None
    shown, around = as_typed(value), as_typed(expected)
    question = say("limits.unusual_around", field=name, value=shown, expected=around)
    return Unlikely(found.id, question)
