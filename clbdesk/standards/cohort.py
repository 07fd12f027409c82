"""Whom to put on the list of a systematic contact, and whom not (rules COH-1 to COH-4). Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clbdesk.domain.age import age_months
from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.visits import ContactMoment, school_year_of
from clbdesk.standards.tables import Rule, rule


class Place(StrEnum):
    """Where a pupil stands in the planning of a contact."""

    PROPOSED = "proposed"
    CATCH_UP = "catch_up"
    ALREADY_DONE = "already_done"
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of one pupil. `stage`: K1 … S7, or None where there is no grade.

    `done`: moments with a finished contact. `objected`: with an objection and no report yet.
    `missed`: those of an earlier visit of this school year or the one before that came to nothing,
    or to a part.
    """

    birth_date: date
    stage: str | None
    special_education: bool
    done: frozenset[ContactMoment]
    objected: frozenset[ContactMoment]
    missed: frozenset[ContactMoment]


@dataclass(frozen=True, slots=True)
class Proposal:
    """One pupil and one moment, by which rule; `is_signed`: a doctor confirmed the rule."""

    moment: ContactMoment
    place: Place
    rule_id: str
    is_signed: bool


def propose(pupil: Planned, on: date, rules: Callable[[str], Rule] = rule) -> Proposal | None:
    """The contact that a pupil is due for on a day; None = none of the five."""
    found = _moment(pupil, on, rules)
    if found is None:
        return None
    moment, by = found
    place = Place.PROPOSED
    if moment in pupil.done:
        place, by = Place.ALREADY_DONE, rules("COH-4")
    elif moment in pupil.objected:
        place = Place.OBJECTED
    elif moment in pupil.missed:
        place = Place.CATCH_UP
    return Proposal(moment, place, by.id, by.status is RuleStatus.ON)


def _moment(
    pupil: Planned, on: date, rules: Callable[[str], Rule]
) -> tuple[ContactMoment, Rule] | None:
    """By class where there is one, else by age.

    A grade without a moment catches up what was missed the year before, as an age would.
    """
    by_class, by_age = rules("COH-2"), rules("COH-3")
    if pupil.stage is not None and not pupil.special_education:
        by_year = rules("COH-1")
        if pupil.stage.startswith("K") and by_year.status is not RuleStatus.EMPTY:
            turns = school_year_of(on) - pupil.birth_date.year
            moment, by = (ContactMoment.KK1 if turns == by_year.number else None), by_year
        else:
            stages = (value.partition("=") for value in by_class.values)
            moments = {stage: ContactMoment(moment) for stage, _, moment in stages}
            moment, by = moments.get(pupil.stage), by_class
        if moment is not None:
            return moment, by
        open_ones = [one for one in ContactMoment if one in pupil.missed - pupil.done]
        return (open_ones[-1], by_age) if open_ones else None
    years = age_months(pupil.birth_date, on) // 12
    ages = zip(ContactMoment, by_age.numbers, strict=True)
    reached = [moment for moment, age in ages if age <= years]
    return (reached[-1], by_age) if reached else None
