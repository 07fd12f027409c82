"""Whom a visit is for: by class, by age where there is no class, and nobody twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from clbdesk.domain.judgement import RuleStatus
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.standards.cohort import Place, Planned, Proposal, propose
from clbdesk.standards.signing import units_to_fill, value_to_sign
from clbdesk.standards.tables import rule, unsigned

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


@pytest.mark.parametrize(
    "stage, born, moment, rule_id",
    [
        ("K1", date(2023, 1, 1), "KK1", "COH-1"),
        ("K2", date(2023, 12, 31), "KK1", "COH-1"),
        ("K1", date(2022, 12, 31), None, None),
        ("K1", date(2024, 1, 1), None, None),
        ("L1", date(2023, 1, 1), "LO1", "COH-2"),
    ],
)
def test_toddlers_come_by_their_birth_year_once_a_doctor_said_which(stage, born, moment, rule_id):
    def rules(wanted):
        found = rule(wanted)
        signed = replace(found, value="3", status=RuleStatus.ON)
        return signed if wanted == "COH-1" else found

    found = propose(pupil(stage, born), ON, rules)
    assert (found.moment.value if found else None) == moment
    assert (found.rule_id if found else None) == rule_id


def test_a_doctor_fills_in_the_birth_year_in_whole_years():
    row = unsigned().rule("COH-1")
    assert units_to_fill(row) == ("jaren",)
    assert value_to_sign(row, ("3",)) == "3"
    with pytest.raises(Refused, match=r"rules\.not_whole"):
        value_to_sign(row, ("3,5",))


def test_who_had_it_comes_not_again_and_who_missed_it_is_caught_up():
    one = frozenset({LO1})
    assert propose(pupil(done=one, missed=one), ON).place is Place.ALREADY_DONE
    assert propose(pupil(done=one), ON).rule_id == "COH-4"
    assert propose(pupil(objected=one, missed=one), ON).place is Place.OBJECTED
    assert propose(pupil(missed=one), ON).place is Place.CATCH_UP
    assert propose(pupil(missed=frozenset({LO4})), ON).place is Place.PROPOSED
