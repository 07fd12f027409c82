"""Whether a pupil is competent (bekwaam) on a day: what the team decided, else the age (BKW-1)."""

from __future__ import annotations

from datetime import date

from clbdesk.domain.age import add_months
from clbdesk.domain.capacity import Competence
from clbdesk.standards.tables import rule


def is_competent(birth_date: date, on: date, decided: Competence | None) -> bool:
    """A decision counts from its first day; before it, and without one, the age is presumed."""
    if decided is not None and decided.since <= on:
        return decided.competent
    return on >= presumed_from(birth_date)


def presumed_from(birth_date: date) -> date:
    """The birthday from which a pupil is presumed competent."""
    return add_months(birth_date, 12 * int(rule("BKW-1").number))
