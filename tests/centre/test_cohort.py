"""Planning at the centre: who is due, who was seen, who objects, who was missed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from clbdesk.centre import administration as office
from clbdesk.centre.cohort import ProposedPupil, propose_pupils
from clbdesk.centre.directory import current
from clbdesk.centre.schema import LEAF
from clbdesk.centre.writing import Entry, write
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.kinds import contact_id, derived_record_id
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.people import Enrolment
from clbdesk.domain.revision import Role
from clbdesk.domain.rules import RuleSignoff
from clbdesk.domain.visits import Contact, ContactMoment, Visit, VisitClass, VisitKind, VisitPupil
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.standards.cohort import Place
from clbdesk.standards.objection import ObjectionState
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


# --- Builders ---------------------------------------------------------------------------------------
LO1, LO4 = ContactMoment.LO1, ContactMoment.LO4
LAST_YEAR = date(2025, 11, 24)


def enrol(built, pupil_id: PupilId, class_name: str, stage: str | None, **more: object) -> None:
    """One pupil in a class of this year, in the place of 4A."""
    year = more.pop("school_year", 2026)
    body = Enrolment(
        pupil_id=pupil_id,
        school_id=built.school_id,
        school_year=year,
        class_name=class_name,
        stage=stage,
        **more,
    )
    record_id = derived_record_id("enrolment", pupil_id, built.school_id, str(year))
    enter(built, Entry(record_id, body, pupil_id=pupil_id, school_id=built.school_id))


def enter(built, *entries: Entry) -> None:
    with built.centre.store.writing() as tx:
        write(tx, built.centre, list(entries))


def plan(
    built, *classes: tuple[str, ContactMoment | None], on: date = LATER, **changes: object
) -> VisitId:
    values: dict[str, object] = {
        "school_id": built.school_id,
        "on": on,
        "kinds": (VisitKind.SYSTEMATIC_CONTACT,),
        "classes": tuple(VisitClass(class_name=name, moment=moment) for name, moment in classes),
    }
    return office.plan_visit(built.centre, Visit(**{**values, **changes}))


def on_list(built, visit_id: VisitId) -> dict[int, ContactMoment | None]:
    """Number of the pupil → moment, of who is on a list."""
    with built.centre.store.reading() as tx:
        found = current(tx, built.centre.centre_id, VisitPupil, LEAF.c.visit_id == visit_id)
    return {built.pupils.index(body.pupil_id): body.moment for _, body in found.values()}


def conclude(built, pupil_id: PupilId, visit_id: VisitId, *, complete: bool) -> Entry:
    body = Conclusion(
        pupil_id=pupil_id, domains=(), complete=complete, open_parts=() if complete else ("acuity",)
    )
    record_id = derived_record_id("conclusion", pupil_id, visit_id)
    return Entry(record_id, body, pupil_id=pupil_id, visit_id=visit_id, school_id=built.school_id)


def begin(pupil_id: PupilId, moment: ContactMoment, year: int, visit_id: VisitId | None) -> Entry:
    """A contact that began on a visit, or that came in as history."""
    body = Contact(pupil_id=pupil_id, moment=moment, school_year=year)
    record_id = RecordId(contact_id(pupil_id, moment, year))
    return Entry(record_id, body, pupil_id=pupil_id, visit_id=visit_id)


def seen_last_year(built, class_name: str = "4Z") -> VisitId:
    """All pupils were in one fourth grade, with a visit."""
    for pupil_id in built.pupils:
        enrol(built, pupil_id, class_name, "L4", school_year=2025)
    return plan(built, (class_name, LO4), on=LAST_YEAR)


def line(built, number: int, on: date = LATER) -> ProposedPupil | None:
    found = propose_pupils(built.centre, built.school_id, on)
    return next((one for one in found if one.pupil_id == built.pupils[number]), None)


# --- The list of a visit ----------------------------------------------------------------------------
def test_in_a_mixed_class_only_the_own_grade_comes_for_its_contact(built):
    for number, pupil_id in enumerate(built.pupils):
        enrol(built, pupil_id, "3-4B", "L4" if number < 2 else "L3")
    assert on_list(built, plan(built, ("3-4B", LO4), on=DAY)) == {0: LO4, 1: LO4}


def test_without_a_grade_each_comes_for_the_contact_of_the_own_age(built):
    nine, okan, unknown, last = built.pupils
    enrol(built, nine, "BuO 2", None, special_education=True)
    enrol(built, okan, "BuO 2", None, okan=True)
    enrol(built, unknown, "BuO 2", None)
    enrol(built, last, "4B", "L4")
    assert on_list(built, plan(built, ("BuO 2", LO1))) == {0: LO4, 1: LO4, 2: LO1}


def test_who_is_taught_at_home_comes_for_the_contact_of_the_own_age(built):
    for pupil_id in built.pupils:
        enrol(built, pupil_id, "Huisonderwijs", None)
    of_nine = dict.fromkeys(range(4), LO4)
    assert on_list(built, plan(built, ("Huisonderwijs", LO1))) == of_nine


def test_who_had_the_contact_stays_off_the_list_of_a_second_visit(built):
    enter(
        built,
        conclude(built, built.pupils[1], built.visit_id, complete=True),
        conclude(built, built.pupils[2], built.visit_id, complete=False),
    )
    assert on_list(built, plan(built, ("4A", LO4))) == {0: LO4, 2: LO4, 3: LO4}


def test_who_had_the_contact_comes_for_the_vaccination_alone(built):
    enter(built, conclude(built, built.pupils[1], built.visit_id, complete=True))
    kinds = (VisitKind.SYSTEMATIC_CONTACT, VisitKind.VACCINATION)
    visit_id = plan(built, ("4A", LO4), kinds=kinds)
    assert on_list(built, visit_id) == {0: LO4, 1: None, 2: LO4, 3: LO4}


def test_a_class_without_a_moment_comes_as_a_whole(built):
    visit_id = plan(built, ("4A", None), kinds=(VisitKind.VACCINATION,))
    assert on_list(built, visit_id) == dict.fromkeys(range(4))


def test_a_moment_that_no_rule_gives_to_a_class_is_the_choice_of_the_office(built):
    for pupil_id in built.pupils:
        enrol(built, pupil_id, "5A", "L5")
    enter(built, begin(built.pupils[3], LO4, 2025, None))
    assert on_list(built, plan(built, ("5A", LO4))) == {0: LO4, 1: LO4, 2: LO4}


def test_of_a_fifth_grade_who_missed_last_year_is_caught_up(built):
    visit_id = seen_last_year(built)
    for pupil_id in built.pupils:
        enrol(built, pupil_id, "5A", "L5")
    enter(built, *(conclude(built, one, visit_id, complete=True) for one in built.pupils[:3]))
    assert on_list(built, plan(built, ("5A", LO4))) == {3: LO4}


# --- What counts as done ----------------------------------------------------------------------------
def test_a_contact_of_an_earlier_year_is_done_when_it_was_completed(built):
    visit_id = seen_last_year(built)
    whole, half, history, never = built.pupils
    enter(
        built,
        begin(whole, LO4, 2025, visit_id),
        conclude(built, whole, visit_id, complete=True),
        begin(half, LO4, 2025, visit_id),
        conclude(built, half, visit_id, complete=False),
        begin(history, LO4, 2025, None),
        begin(never, LO4, 2025, visit_id),
    )
    done, missed = Place.ALREADY_DONE, Place.CATCH_UP
    assert places(built, DAY) == [done, missed, done, missed]


def test_a_missed_contact_is_caught_up_the_year_after_and_not_later(built):
    office.cancel_visit(built.centre, built.visit_id, "niet dit jaar")
    visit_id = seen_last_year(built)
    for pupil_id in built.pupils:
        enrol(built, pupil_id, "5A", "L5")
    enter(built, conclude(built, built.pupils[0], visit_id, complete=True))
    found = line(built, 1)
    assert (found.moment, found.place, found.rule_id) == (LO4, Place.CATCH_UP, "COH-3")
    assert line(built, 0) is None
    enrol(built, built.pupils[1], "5B", "L5", school_year=2027)
    assert line(built, 1, date(2027, 11, 22)) is None


# --- Signatures and objections ----------------------------------------------------------------------
def test_what_a_doctor_signed_holds_for_the_planning_of_the_centre(built):
    enrol(built, built.pupils[0], "BuO 2", None, special_education=True)
    assert (line(built, 0).moment, line(built, 0).is_signed) == (LO4, False)
    laptop = built.laptop("LAP-01", built.nurse, built.doctor)
    sign = partial(sign_ages, built, laptop)
    laptop.push(sign("3|6|10|11|14", "4"))
    assert (line(built, 0).moment, line(built, 0).is_signed) == (LO1, True)
    visit_id = plan(built, ("BuO 2", LO4))
    assert on_list(built, visit_id) == {0: LO1}
    laptop.push(sign("3|6|9|12|14", "5"))  # beside the other: neither is in force
    assert (line(built, 0).moment, line(built, 0).is_signed) == (LO4, False)


def test_a_signature_that_does_not_hold_yet_changes_nothing(built):
    enrol(built, built.pupils[0], "BuO 2", None, special_education=True)
    laptop = built.laptop("LAP-01", built.nurse, built.doctor)
    laptop.push(sign_ages(built, laptop, "3|6|10|11|14", "4", DAY + timedelta(days=1)))
    assert (line(built, 0).moment, line(built, 0).is_signed) == (LO4, False)


def sign_ages(built, laptop, value: str, page: str, valid_from: date = DAY):
    return laptop.revision(
        RuleSignoff(
            rule_id="COH-3",
            value=value,
            edition="2018",
            source="Afspraak van het centrum",
            page=page,
            valid_from=valid_from,
            reason="eigen afspraak",
        ),
        author=built.doctor,
        role=Role.DOCTOR,
        record_id=derived_record_id("rule_signoff", "COH-3"),
    )


@pytest.mark.parametrize(
    "received, examined, reported, state, reported_by",
    [
        (date(2026, 11, 20), None, None, ObjectionState.EXAMINATION_AWAITED, None),
        (date(2026, 6, 1), None, None, ObjectionState.EXAMINATION_LATE, None),
        (
            *(date(2026, 11, 1), date(2026, 11, 20), None),
            *(ObjectionState.REPORT_AWAITED, date(2026, 12, 5)),
        ),
        (
            *(date(2026, 9, 1), date(2026, 10, 1), None),
            *(ObjectionState.REPORT_LATE, date(2026, 10, 16)),
        ),
        (
            *(date(2026, 9, 1), date(2026, 10, 1), date(2026, 10, 9)),
            *(ObjectionState.REPORTED, date(2026, 10, 16)),
        ),
    ],
)
def test_who_objects_stands_with_the_terms_and_how_far_it_is(
    built, received, examined, reported, state, reported_by
):
    pupil_id = built.pupils[2]
    body = Objection(
        pupil_id=pupil_id,
        moment=LO4,
        school_year=2026,
        received_on=received,
        by=ObjectionBy.PARENT,
        examiner="dr. Wouters",
        examined_on=examined,
        report_received_on=reported,
    )
    record_id = derived_record_id("objection", pupil_id, "LO4", "2026")
    enter(built, Entry(record_id, body, pupil_id=pupil_id))
    found = line(built, 2, DAY)
    assert found.place is (Place.PROPOSED if reported else Place.OBJECTED)
    shown = found.objection
    assert (shown.by, shown.received_on, shown.examiner) == (
        *(ObjectionBy.PARENT, received),
        "dr. Wouters",
    )
    assert (shown.examined_by, shown.reported_by) == (received + timedelta(days=90), reported_by)
    assert (shown.state, shown.is_signed) == (state, False)
    assert line(built, 1, DAY).objection is None
