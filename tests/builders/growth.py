"""References and values that a test knows to exist."""

from __future__ import annotations

from typing import TypeVar

from clbdesk.domain.people import Sex
from clbdesk.standards.lms import Curve, Lms, Measure, curve

T = TypeVar("T")


def known(value: T | None) -> T:
    """The value, which must be there."""
    assert value is not None
    return value


def reference(measure: Measure, sex: Sex) -> Curve:
    """The curve of a known sex."""
    return known(curve(measure, sex))


def lms_at(measure: Measure, sex: Sex, age: float) -> Lms:
    """The distribution at an age inside the reference, in years."""
    return known(reference(measure, sex).at(age))
