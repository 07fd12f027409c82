"""Whom a visit is for: by class, by age where there is no class, and nobody twice."""

from __future__ import annotations

from datetime import date

import pytest

from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.cohort import Place, Planned, Proposal, propose

ON = date(2026, 11, 23)
LO1, LO4 = ContactMoment.LO1, ContactMoment.LO4


def pupil(stage: str | None = "L1", born: date = date(2020, 3, 4), **known: object) -> Planned:
    values: dict[str, object] = {
        "birth_date": born,
        "stage": stage,
        "special_education": False,
        "done": frozenset(),
        "objected": frozenset(),
        "missed": frozenset(),
    }
    return Planned(**{**values, **known})


@pytest.mark.parametrize(
    "stage, moment", [("K1", "KK1"), ("L1", "LO1"), ("L4", "LO4"), ("L6", "LO6"), ("S3", "SO3")]
)
def test_the_class_says_which_contact(stage, moment):
    found = propose(pupil(stage), ON)
    assert found == Proposal(ContactMoment(moment), Place.PROPOSED, "COH-2", is_signed=False)


@pytest.mark.parametrize("stage", ["K2", "L2", "L5", "S1", "S7"])
def test_other_classes_have_none(stage):
    assert propose(pupil(stage), ON) is None


@pytest.mark.parametrize(
    "born, moment",
    [
        (date(2023, 11, 24), None),
        (date(2023, 11, 23), "KK1"),
        (date(2020, 11, 23), "LO1"),
        (date(2017, 11, 24), "LO1"),
        (date(2017, 11, 23), "LO4"),
        (date(2015, 1, 1), "LO6"),
        (date(2010, 1, 1), "SO3"),
    ],
)
@pytest.mark.parametrize("special", [True, False])
def test_without_a_grade_the_age_says_it(born, moment, special):
    found = propose(pupil("L2" if special else None, born, special_education=special), ON)
    assert (found.moment.value if found else None) == moment
    assert found is None or found.rule_id == "COH-3"


def test_who_had_it_comes_not_again_and_who_missed_it_is_caught_up():
    one = frozenset({LO1})
    assert propose(pupil(done=one, missed=one), ON).place is Place.ALREADY_DONE
    assert propose(pupil(done=one), ON).rule_id == "COH-4"
    assert propose(pupil(objected=one, missed=one), ON).place is Place.OBJECTED
    assert propose(pupil(missed=one), ON).place is Place.CATCH_UP
    assert propose(pupil(missed=frozenset({LO4})), ON).place is Place.PROPOSED
