"""Planning at the centre: who is due, who was seen, who objects, who was missed."""

from __future__ import annotations

from datetime import date

import pytest

from clbdesk.centre.cohort import propose_pupils
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.cohort import Place
from tests.builders.centres import build

DAY, LATER = date(2026, 11, 23), date(2026, 12, 10)


@pytest.fixture
def built(place):
    made = build(place, pupils=4)
    yield made
    made.centre.close()


def places(built, on: date) -> list[Place]:
    """Of the pupils in their order."""
    found = {one.pupil_id: one for one in propose_pupils(built.centre, built.school_id, on)}
    return [found[pupil_id].place for pupil_id in built.pupils]


def test_the_whole_class_is_proposed_with_its_moment_and_an_unsigned_rule(built):
    found = propose_pupils(built.centre, built.school_id, DAY)
    assert [one.given_name for one in found] == [f"Annelies{n}" for n in range(4)]
    assert {(one.moment, one.place, one.rule_id, one.is_signed) for one in found} == {
        (ContactMoment.LO4, Place.PROPOSED, "COH-2", False)
    }


def test_after_the_visit_each_stands_where_the_records_say(built):
    laptop = built.laptop("LAP-01", built.nurse, built.doctor)
    _, seen, objects, partly = built.pupils
    conclusion = laptop.revision(
        Conclusion(pupil_id=seen, domains=(), complete=True, signed_by=built.doctor),
        author=built.doctor,
        role=Role.DOCTOR,
        pupil_id=seen,
        visit_id=built.visit_id,
        school_id=built.school_id,
    )
    half = laptop.revision(
        Conclusion(pupil_id=partly, domains=(), complete=False, open_parts=("acuity",)),
        author=built.nurse,
        pupil_id=partly,
        visit_id=built.visit_id,
        school_id=built.school_id,
    )
    objection = laptop.revision(
        Objection(
            pupil_id=objects,
            moment=ContactMoment.LO4,
            school_year=2026,
            received_on=date(2026, 11, 20),
            by=ObjectionBy.PARENT,
        ),
        author=built.nurse,
        pupil_id=objects,
        school_id=built.school_id,
    )
    laptop.push(conclusion, half, objection)
    missed, done, objected = Place.CATCH_UP, Place.ALREADY_DONE, Place.OBJECTED
    assert places(built, LATER) == [missed, done, objected, missed]
    assert places(built, DAY) == [Place.PROPOSED, done, objected, Place.PROPOSED]


def test_last_years_class_is_nobodys_any_more(built):
    assert propose_pupils(built.centre, built.school_id, date(2027, 10, 1)) == []
