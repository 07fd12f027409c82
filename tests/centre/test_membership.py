"""Membership decides what a laptop receives and what the centre takes in: person, team, school, days."""

from __future__ import annotations

from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from clbdesk.centre import administration as office
from clbdesk.centre.objection import Objection
from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.data_class import Relation
from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.membership import Memberships
from clbdesk.domain.people import Membership, School, SchoolLevel
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.visits import ContactMoment, Visit, VisitClass, VisitKind, VisitStart
from clbdesk.ids import PupilId, SchoolId, StaffId
from tests.builders.centres import enrol_pupils


def moved(built, *, team: str = "", school_id: SchoolId | None = None, until: date | None = None):
    """The nurse works from now on elsewhere: for another school, or for a team."""
    today = local_day(built.clock.now())
    office.end_memberships(built.centre, built.nurse, today - timedelta(days=1))
    office.add_membership(
        built.centre,
        Membership(
            staff_id=built.nurse,
            role=Role.NURSE,
            school_id=school_id,
            since=today,
            until=until,
            team=team,
        ),
    )


def other_school(built) -> SchoolId:
    return office.add_school(
        built.centre, School(name="Basisschool De Beek", level=SchoolLevel.PRIMARY)
    )


def refused(call) -> str:
    with pytest.raises(Objection) as objection:
        call()
    return objection.value.code


def test_a_visit_goes_along_with_nobody_who_does_not_work_for_its_school(built):
    laptop = built.laptop("LAP-01", built.nurse)
    moved(built, school_id=other_school(built))
    assert refused(lambda: laptop.take(built.visit_id)) == "no_right"
    assert [one.staff_id for one in laptop.hello().users] == [built.nurse], (
        "still a member of staff"
    )


def test_saying_that_a_visit_is_in_hand_brings_nothing_of_it(built):
    laptop = built.laptop("LAP-01", built.nurse)
    moved(built, school_id=other_school(built))
    laptop.hello(in_hand=(built.visit_id,))
    assert refused(lambda: laptop.pull(built.visit_id)) == "no_right"


def test_the_last_day_counts_and_the_day_after_does_not(built):
    laptop = built.laptop("LAP-01", built.nurse)
    today = local_day(built.clock.now())
    moved(built, school_id=built.school_id, until=today)
    laptop.take(built.visit_id)
    laptop.hello(in_hand=())
    (before,) = laptop.push(built.growth(laptop, 0, "130.1", school_id=built.school_id))
    moved_away = Membership(
        staff_id=built.nurse, role=Role.NURSE, school_id=other_school(built), since=today
    )
    office.add_membership(built.centre, moved_away)
    built.clock.advance(timedelta(days=1))

    (after,) = laptop.push(built.growth(laptop, 1, "128.0", school_id=built.school_id))

    assert (before.reason, after.reason) == (None, "no_membership")
    assert refused(lambda: laptop.take(built.visit_id)) == "no_right"


@pytest.mark.parametrize("about", ["pupil", "nobody"])
def test_what_names_its_visit_alone_is_for_who_works_for_the_school_of_that_visit(built, about):
    """Observations, tasks and the close of a day carry no school; the laptop asks their visit too."""
    laptop = built.laptop("LAP-01", built.nurse)
    names = {"author": built.nurse, "visit_id": built.visit_id}
    body: Body
    if about == "pupil":
        names["pupil_id"] = built.pupils[0]
        body = Task(pupil_id=built.pupils[0], task=TaskKind.OTOSCOPY)
    else:
        body = VisitStart(visit_id=built.visit_id)
    (before,) = laptop.push(laptop.revision(body, **names))
    moved(built, school_id=other_school(built))
    (after,) = laptop.push(laptop.revision(body, **names))
    assert (before.reason, after.reason) == (None, "no_membership")


def test_what_was_taken_along_in_time_still_agrees_with_the_centre_and_goes_back(built):
    laptop = built.laptop("LAP-01", built.nurse)
    laptop.take(built.visit_id)
    built.clock.advance(timedelta(days=1))
    moved(built, school_id=other_school(built))
    _, lines, footer = laptop.pull(built.visit_id)
    assert len(lines) == footer.count > 0
    laptop.hello(in_hand=())
    assert refused(lambda: laptop.pull(built.visit_id)) == "not_taken"


def test_a_team_brings_its_schools_and_no_other(built):
    laptop = built.laptop("LAP-01", built.nurse)
    moved(built, team="Noord")
    assert refused(lambda: laptop.take(built.visit_id)) == "no_right"
    office.add_membership(
        built.centre,
        Membership(
            staff_id=built.doctor,
            role=Role.DOCTOR,
            school_id=built.school_id,
            since=local_day(built.clock.now()),
            team="Noord",
        ),
    )
    assert laptop.take(built.visit_id).pupils == 3


def test_the_colleague_who_does_work_there_opens_no_more_than_the_own_kinds(built):
    """Two users on a laptop: the visit comes with the kinds of who works for the school alone."""
    laptop = built.laptop(
        "LAP-02", built.psychologist, built.nurse, compartment=Compartment.GUIDANCE, epoch="e-2"
    )
    moved(built, school_id=other_school(built))
    laptop.take(built.visit_id)
    kinds = {one.revision.kind for one in laptop.pull(built.visit_id)[1]}
    assert "pupil" in kinds
    assert not kinds & {"growth", "contact", "background"}


DAYS = st.dates(date(2026, 9, 1), date(2026, 9, 12))
SCHOOLS = st.sampled_from([None, SchoolId("a"), SchoolId("b"), SchoolId("c")])
PEOPLE = st.sampled_from([StaffId("an"), StaffId("els")])
ROLES = st.sampled_from([Role.NURSE, Role.DOCTOR])
TEAMS = st.sampled_from(["", "Noord", "Zuid"])
known_memberships = st.lists(
    st.builds(
        Membership,
        staff_id=PEOPLE,
        role=ROLES,
        school_id=SCHOOLS,
        since=DAYS,
        until=st.none() | DAYS,
        team=TEAMS,
    ),
    max_size=8,
)


@given(known_memberships, PEOPLE, ROLES, SCHOOLS, DAYS)
def test_the_rule_of_membership_once_more_in_sentences(known, person, role, school, day):
    def runs(one: Membership) -> bool:
        return one.since <= day <= (one.until or date.max)

    own = [one for one in known if one.staff_id == person and one.role is role and runs(one)]
    teams = {one.team for one in own if one.team and one.school_id is None}
    expected = bool(own) and (
        school is None
        or school in {one.school_id for one in own}
        or any(one.school_id is None and not one.team for one in own)
        or any(one.school_id == school and one.team in teams and runs(one) for one in known)
    )
    expected_relation = frozenset({Relation.SCHOOL}) if expected else frozenset()
    assert Memberships.of(known).relations(person, role, school, day) == expected_relation


# --- how many pupils a laptop holds ---


def test_a_laptop_holds_no_more_pupils_at_once_than_the_limit(built, monkeypatch):
    """Counted are different pupils over all visits in hand; giving back makes room."""
    newcomers = [PupilId(built.centre.ids.new()) for _ in range(2)]
    enrol_pupils(built.centre, built.school_id, newcomers, class_name="5B")
    second = office.plan_visit(
        built.centre,
        Visit(
            school_id=built.school_id,
            on=date(2026, 12, 1),
            kinds=(VisitKind.SYSTEMATIC_CONTACT,),
            classes=(VisitClass(class_name="5B", moment=ContactMoment.LO4),),
            team=(built.nurse,),
        ),
    )
    monkeypatch.setattr("clbdesk.sync.protocol.PUPIL_LIMIT", 4)
    laptop = built.laptop("LAP-01", built.nurse)

    assert laptop.take(built.visit_id).pupils == 3
    assert laptop.take(built.visit_id).pupils == 3, "the same pupils again are no more pupils"
    assert refused(lambda: laptop.take(second)) == "laptop_full"
    laptop.hello(in_hand=())
    assert laptop.take(second).pupils == 2
