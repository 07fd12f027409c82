"""Reading a closed dossier: what opens it, for how long, and what stays closed whatever the reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Growth, ParentHeight
from clbdesk.domain.disclosing import Requester
from clbdesk.domain.follow_up import Task, TaskKind
from clbdesk.domain.people import Enrolment, Membership
from clbdesk.domain.revision import Role
from clbdesk.domain.rights import put_rights_in_force
from clbdesk.domain.shielding import Flag
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Defect, Refused
from clbdesk.ids import RecordId, SchoolId, StaffId
from clbdesk.services.access_request import weigh
from clbdesk.services.conflict_view import open_question
from clbdesk.services.conflicts import questions
from clbdesk.services.desk import Desk, User
from clbdesk.services.emergency import (
    ReadingReason,
    begin_reading,
    end_reading,
    look_at_closed,
    read_record,
    view_reading,
)
from clbdesk.services.follow_up import open_follow_up
from clbdesk.services.history import open_history, open_record
from clbdesk.services.narrowed import apply_rights
from clbdesk.services.pupil import PupilOnVisit, open_pupil
from clbdesk.services.records import Part, Where, record
from clbdesk.services.relation import Closed
from clbdesk.services.shielding import shield
from tests.builders.contact_visit import AN, SCHOOL, VISIT, ContactVisit, opened_contact_visit
from tests.core.test_services_access import asked, remarked

SUBSTITUTE = User(StaffId("staff-sub"), "Nele Smet", Role.NURSE)
REASON = "flauwgevallen op de speelplaats, allergie?"
TODAY = date(2026, 11, 23)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault, where An works for the school and the substitute for another."""
    with opened_contact_visit(tmp_path) as made:
        member(made, AN, SCHOOL)
        member(made, SUBSTITUTE, SchoolId("school-2"))
        apply_rights(made.desk())
        yield made
    put_rights_in_force(())


def member(
    visit: ContactVisit,
    user: User,
    school: SchoolId | None,
    *,
    since: date = date(2026, 9, 1),
    until: date | None = None,
    team: str = "",
) -> RecordId:
    body = Membership(
        staff_id=user.staff_id,
        role=user.role,
        school_id=school,
        since=since,
        until=until,
        team=team,
    )
    return visit.save(body, school_id=school)


def enrolled(visit: ContactVisit) -> PupilOnVisit:
    """A pupil of the school, on the list of the visit."""
    pupil = visit.pupil(ContactMoment.LO1)
    body = Enrolment(
        pupil_id=pupil.pupil_id, school_id=SCHOOL, school_year=2026, class_name="1B", stage="L1"
    )
    visit.save(body, pupil_id=pupil.pupil_id, school_id=SCHOOL)
    return pupil


def begin(desk: Desk, pupil: PupilOnVisit) -> None:
    begin_reading(desk, pupil.pupil_id, ReadingReason.OTHER, REASON)


def lines(visit: ContactVisit) -> list[tuple[str, str]]:
    with visit.station.vault.read() as reader:
        return [(one.action, one.reason) for one in reader.access_lines()]


def test_nothing_opens_for_who_does_not_work_for_the_school(visit: ContactVisit) -> None:
    pupil = enrolled(visit)
    item = remarked(visit, pupil, "GEHEIM")
    desk = visit.desk(SUBSTITUTE)
    for call in (
        lambda: open_pupil(desk, VISIT, pupil.pupil_id),
        lambda: open_history(desk, VISIT, pupil.pupil_id),
        lambda: open_record(desk, pupil.pupil_id, item),
        lambda: weigh(desk, pupil.pupil_id, asked(Requester.MOTHER)),
    ):
        with pytest.raises(Refused, match=r"emergency\.closed"):
            call()
    assert lines(visit) == [], "what stayed closed was not read"


def test_a_reason_is_asked_and_a_short_one_opens_nothing(visit: ContactVisit) -> None:
    pupil, desk = enrolled(visit), visit.desk(SUBSTITUTE)
    assert look_at_closed(desk, pupil.pupil_id).closed is Closed.NO_MEMBERSHIP
    for why, text in (
        (None, REASON),
        (ReadingReason.AFTERCARE, ""),
        (ReadingReason.OTHER, "negentien tekens ze"),
        (ReadingReason.OTHER, "a" + " " * 40 + "b"),
    ):
        with pytest.raises(Refused):
            begin_reading(desk, pupil.pupil_id, why, text)
    assert view_reading(desk, pupil.pupil_id) is None
    assert lines(visit) == []


def test_an_hour_to_read_and_every_record_is_a_line_with_its_reason(visit: ContactVisit) -> None:
    pupil = enrolled(visit)
    item = remarked(visit, pupil, "WOORD")
    desk = visit.desk(SUBSTITUTE)
    begin(desk, pupil)
    assert read_record(desk, pupil.pupil_id, item).record_id == item
    assert lines(visit) == [("emergency", f"other: {REASON}"), ("open", "emergency")]

    visit.station.clock.advance(timedelta(minutes=59, seconds=59))
    assert view_reading(desk, pupil.pupil_id) is not None
    visit.station.clock.advance(timedelta(seconds=1))
    assert view_reading(desk, pupil.pupil_id) is None
    with pytest.raises(Refused, match=r"emergency\.over"):
        read_record(desk, pupil.pupil_id, item)


def test_it_is_for_one_pupil_and_of_one_person_and_can_be_ended(visit: ContactVisit) -> None:
    first, second = enrolled(visit), enrolled(visit)
    item = remarked(visit, second, "ANDER")
    desk = visit.desk(SUBSTITUTE)
    begin(desk, first)
    with pytest.raises(Defect, match=r"history\.unknown_record"):
        read_record(desk, first.pupil_id, item)
    with pytest.raises(Refused, match=r"emergency\.over"):
        read_record(desk, second.pupil_id, item)

    begin(desk, second)
    assert view_reading(desk, first.pupil_id) is None, "a second pupil ends the first"
    other = visit.desk(User(StaffId("staff-y"), "Iemand", Role.NURSE))
    assert view_reading(other, second.pupil_id) is None

    end_reading(desk, second.pupil_id)
    assert view_reading(desk, second.pupil_id) is None


def test_it_writes_nothing(visit: ContactVisit) -> None:
    pupil, desk = enrolled(visit), visit.desk(SUBSTITUTE)
    begin(desk, pupil)
    for where in (Where(pupil.pupil_id, VISIT, SCHOOL), Where(pupil.pupil_id, VISIT)):
        with pytest.raises(Refused, match=r"records\.no_membership"):
            record(desk, [Part(ParentHeight(pupil_id=pupil.pupil_id), where)])
    with pytest.raises(Refused, match=r"emergency\.closed"):
        open_pupil(desk, VISIT, pupil.pupil_id)


def test_a_shielded_item_stays_closed_and_so_does_the_other_side_of_the_wall(
    visit: ContactVisit,
) -> None:
    pupil = enrolled(visit)
    item = remarked(visit, pupil, "GEHEIM")
    flags = (Flag.CONFLICT_OF_INTEREST,)
    shield(visit.desk(AN), item, flags, "familie", blocked_staff=SUBSTITUTE.staff_id)
    desk = visit.desk(SUBSTITUTE)
    begin(desk, pupil)
    reading = view_reading(desk, pupil.pupil_id)
    assert reading is not None
    assert item not in {row.record_id for row in reading.rows}
    with pytest.raises(Refused, match=r"history\.shielded"):
        read_record(desk, pupil.pupil_id, item)

    tom = visit.desk(User(StaffId("staff-tom"), "Tom Wouters", Role.PSYCHOPEDAGOGUE))
    begin(tom, pupil)
    assert "growth" not in {row.kind for row in view_reading(tom, pupil.pupil_id).rows}
    with pytest.raises(Defect, match=r"history\.unknown_record"):
        read_record(tom, pupil.pupil_id, item)


def test_a_clock_that_was_set_back_gives_no_second_hour(visit: ContactVisit) -> None:
    pupil, desk = enrolled(visit), visit.desk(SUBSTITUTE)
    begin(desk, pupil)
    visit.station.clock.set(visit.station.clock.now() - timedelta(minutes=10))
    assert view_reading(desk, pupil.pupil_id) is None


# --- membership decides on the laptop ---


def saves(visit: ContactVisit, user: User, pupil: PupilOnVisit) -> bool:
    """Whether somebody can write for the school today."""
    apply_rights(visit.desk())
    part = Part(ParentHeight(pupil_id=pupil.pupil_id), Where(pupil.pupil_id, VISIT, SCHOOL))
    try:
        record(visit.desk(user), [part])
        open_pupil(visit.desk(user), VISIT, pupil.pupil_id)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    "since, until, is_open",
    [
        (TODAY, TODAY, True),
        (date(2026, 9, 1), date(2026, 11, 22), False),
        (date(2026, 11, 24), None, False),
        (date(2026, 9, 1), None, True),
    ],
)
def test_a_membership_counts_from_its_first_to_its_last_day(
    visit: ContactVisit, since: date, until: date | None, is_open: bool
) -> None:
    pupil = enrolled(visit)
    member(visit, SUBSTITUTE, SCHOOL, since=since, until=until)
    assert saves(visit, SUBSTITUTE, pupil) is is_open


def test_it_ends_at_midnight_on_a_laptop_that_stayed_open(visit: ContactVisit) -> None:
    pupil = enrolled(visit)
    member(visit, SUBSTITUTE, SCHOOL, since=TODAY, until=TODAY)
    assert saves(visit, SUBSTITUTE, pupil)
    visit.station.clock.advance(timedelta(days=1))
    assert not saves(visit, SUBSTITUTE, pupil)


def test_another_function_of_the_same_person_is_no_membership(visit: ContactVisit) -> None:
    pupil = enrolled(visit)
    member(visit, User(SUBSTITUTE.staff_id, "", Role.DOCTOR), SCHOOL)
    assert not saves(visit, SUBSTITUTE, pupil)


def test_who_is_in_a_team_works_for_the_schools_of_the_team(visit: ContactVisit) -> None:
    pupil = enrolled(visit)
    member(visit, SUBSTITUTE, None, team="Noord")
    assert not saves(visit, SUBSTITUTE, pupil)
    member(visit, AN, SCHOOL, team="Noord")
    assert saves(visit, SUBSTITUTE, pupil)


def test_before_the_first_word_of_the_centre_the_key_slot_decides(visit: ContactVisit) -> None:
    pupil = enrolled(visit)
    put_rights_in_force(())
    open_pupil(visit.desk(SUBSTITUTE), VISIT, pupil.pupil_id)


def test_what_was_promised_and_two_versions_of_another_school_stay_closed_too(
    visit: ContactVisit,
) -> None:
    pupil = enrolled(visit)
    body = Task(
        pupil_id=pupil.pupil_id, task=TaskKind.OTHER, text="WOORD", due=TODAY, origin_id=None
    )
    visit.save(body, pupil_id=pupil.pupil_id, visit_id=VISIT)
    for height in ("120.0", "140.0"):
        growth = Growth(state=ExamState.DONE, height_cm=Decimal(height), on=TODAY)
        where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT}
        visit.save(growth, record_id=pupil.exam_id("growth"), **where)
    (question,) = questions(visit.desk(SUBSTITUTE))

    assert [row.about.pupil_id for row in open_follow_up(visit.desk(AN)).rows] == [pupil.pupil_id]
    assert open_follow_up(visit.desk(SUBSTITUTE)).rows == ()
    open_question(visit.desk(AN), question)
    with pytest.raises(Refused, match=r"emergency\.closed"):
        open_question(visit.desk(SUBSTITUTE), question)
