"""The class list as a service: presence with its reason, the end of the morning, new pupils."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Pupil, Sex
from clbdesk.domain.visits import AbsenceReason, Attendance, AttendanceState, ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, RecordId
from clbdesk.services.class_list import (
    ListRow,
    open_class_list,
    predicted_end,
    set_attendance,
)
from clbdesk.services.day_close import DayOutcome, outcome_of
from clbdesk.services.drafts import undo_to_draft
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.progress import PupilState, StepProgress, StepState
from clbdesk.services.provisional import NewPupil, add_pupil, find_similar, put_on_list
from clbdesk.services.records import Part, Where, record, withdraw
from clbdesk.standards.moments import steps_of
from tests.builders.contact_visit import VISIT, ContactVisit, opened_contact_visit

ADA = NewPupil("Zwart", "Ada", date(2020, 3, 4), Sex.FEMALE, "1B")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROW = ListRow(
    pupil_id=PupilId("one"),
    family_name="Zwart",
    given_name="Ada",
    birth_date=date(2020, 3, 4),
    class_name="1B",
    steps=tuple(StepProgress(step, StepState.OPEN) for step in steps_of(ContactMoment.LO1)),
    state=PupilState.EXPECTED,
    attendance=AttendanceState.EXPECTED,
    reason="",
    last_by="",
    last_at=None,
    has_namesake=False,
    has_draft=False,
    queued_at=None,
    vaccination=None,
)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def finished(minutes_ago: int) -> ListRow:
    """A pupil who was done some minutes ago."""
    done = tuple(replace(one, state=StepState.DONE) for one in ROW.steps)
    return replace(ROW, steps=done, last_at=NOW - timedelta(minutes=minutes_ago))


def rows(done_at: Sequence[int], left: int) -> list[ListRow]:
    return [*(finished(minutes) for minutes in done_at), *[ROW] * left]


def test_the_end_is_the_median_time_per_pupil_for_those_left() -> None:
    # 10, 4 and 6 minutes between them: 6 each
    assert predicted_end(rows((20, 10, 6, 0), left=5), "all", NOW) == NOW + timedelta(minutes=30)


def test_before_three_pupils_are_done_nothing_is_predicted() -> None:
    assert predicted_end(rows((10, 0), left=5), "all", NOW) is None


def test_when_nobody_is_left_nothing_is_predicted() -> None:
    assert predicted_end(rows((20, 10, 0), left=0), "all", NOW) is None


def test_the_absent_are_not_waited_for() -> None:
    listed = rows((20, 10, 0), left=1)
    listed.append(replace(ROW, attendance=AttendanceState.ABSENT))

    assert predicted_end(listed, "all", NOW) == NOW + timedelta(minutes=10)


def test_a_station_counts_its_own_step_only() -> None:
    grown = tuple(
        replace(one, state=StepState.DONE) if one.step.name == "growth" else one
        for one in ROW.steps
    )
    listed = [replace(ROW, steps=grown, last_at=NOW - timedelta(minutes=ago)) for ago in (8, 4, 0)]

    assert predicted_end([*listed, ROW], "growth", NOW) == NOW + timedelta(minutes=4)
    assert predicted_end([*listed, ROW], "all", NOW) is None


def test_absence_keeps_its_reason(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    set_attendance(visit.desk(), VISIT, [pupil.pupil_id], AttendanceState.ABSENT, AbsenceReason.ILL)

    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert (row.state, row.reason) == (PupilState.ABSENT, "ill")


def test_who_has_results_of_today_cannot_be_absent(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    view = open_growth(visit.desk(), pupil)
    refused = GrowthEntry(height_state=ExamState.REFUSED, weight_state=ExamState.REFUSED)
    record_growth(visit.desk(), view, refused, view.base)

    with pytest.raises(Refused, match=r"class_list\.has_results"):
        set_attendance(visit.desk(), VISIT, [pupil.pupil_id], AttendanceState.ABSENT)


def disputed(visit: ContactVisit, pupil_id: PupilId) -> RecordId:
    """This laptop says ill, another says present; neither knew of the other."""
    set_attendance(visit.desk(), VISIT, [pupil_id], AttendanceState.ABSENT, AbsenceReason.ILL)
    body = Attendance(visit_id=VISIT, pupil_id=pupil_id, state=AttendanceState.PRESENT)
    record_id = derived_record_id("attendance", VISIT, pupil_id)
    record(visit.desk(), [Part(body, Where(pupil_id, VISIT), record_id, ())])
    return record_id


def leaves_of(visit: ContactVisit, record_id: RecordId) -> int:
    with visit.desk().vault.read() as reader:
        head = reader.head(record_id)
    assert head is not None
    return len(head.leaves)


@pytest.mark.parametrize("how", ["undone", "withdrawn"])
def test_who_was_measured_by_mistake_can_be_absent_again(visit: ContactVisit, how: str) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    absent = (VISIT, [pupil.pupil_id], AttendanceState.ABSENT, AbsenceReason.ILL)
    set_attendance(visit.desk(), *absent)
    view = open_growth(visit.desk(), pupil)
    entry = GrowthEntry(height_cm=Decimal("121.5"), weight_kg=Decimal("24.8"))
    outcome = record_growth(visit.desk(), view, entry, view.base)
    if how == "undone":
        undo_to_draft(visit.desk(), outcome.value, pupil.form("growth"), pupil.where, None)
    else:
        withdraw(visit.desk(), [pupil.exam_id("growth")], "verkeerde leerling")
    set_attendance(visit.desk(), *absent)
    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert (row.attendance, row.reason) == (AttendanceState.ABSENT, AbsenceReason.ILL)
    assert outcome_of(row) is DayOutcome.ABSENT


def test_saving_a_test_does_not_end_two_versions_of_an_attendance(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    record_id = disputed(visit, pupil.pupil_id)

    view = open_growth(visit.desk(), pupil)
    refused = GrowthEntry(height_state=ExamState.REFUSED, weight_state=ExamState.REFUSED)
    record_growth(visit.desk(), view, refused, view.base)

    assert leaves_of(visit, record_id) == 2


def test_two_versions_of_an_attendance_are_settled_by_choosing_and_not_on_the_list(
    visit: ContactVisit,
) -> None:
    one, other = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO4)
    record_id = disputed(visit, one.pupil_id)

    with pytest.raises(Refused, match=r"class_list\.two_versions"):
        set_attendance(visit.desk(), VISIT, [one.pupil_id], AttendanceState.PRESENT)
    both = [one.pupil_id, other.pupil_id]
    outcome = set_attendance(visit.desk(), VISIT, both, AttendanceState.PRESENT)

    assert leaves_of(visit, record_id) == 2
    assert [rev.pupil_id for rev in outcome.value.revisions] == [other.pupil_id]


def test_a_new_pupil_stands_on_the_list_with_the_moment_of_the_class(visit: ContactVisit) -> None:
    outcome = add_pupil(visit.desk(), VISIT, ADA)

    view = open_class_list(visit.desk(), VISIT)
    assert [row.family_name for row in view.rows] == ["Zwart"]
    assert view.school == "Basisschool De Kring"
    assert {one.kind for one in outcome.value.revisions} == {"pupil", "enrolment", "visit_pupil"}
    assert view.rows[0].steps


@pytest.mark.parametrize(
    "new,key",
    [
        (replace(ADA, family_name=" "), "name_missing"),
        (replace(ADA, given_name="-"), "name_missing"),
        (replace(ADA, birth_date=date(2026, 11, 24)), "birth_after_today"),
    ],
)
def test_a_pupil_without_name_or_from_the_future_is_refused(
    visit: ContactVisit, new: NewPupil, key: str
) -> None:
    with pytest.raises(Refused, match=rf"class_list\.{key}"):
        add_pupil(visit.desk(), VISIT, new)

    assert open_class_list(visit.desk(), VISIT).rows == ()


def test_somebody_with_almost_the_same_name_is_found(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    found = find_similar(visit.desk(), VISIT, "peeters", "Fin", None)

    assert [(one.pupil_id, one.class_name, one.on_list) for one in found] == [
        (pupil.pupil_id, "1B", True)
    ]


def test_names_that_were_exchanged_are_found_by_birth_date(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    born = pupil.pupil.birth_date

    assert find_similar(visit.desk(), VISIT, "Finn", "Peeters", born)
    assert not find_similar(visit.desk(), VISIT, "Finn", "Peeters", date(2019, 1, 1))


def test_a_known_pupil_joins_the_list_without_a_second_dossier(visit: ContactVisit) -> None:
    pupil_id = PupilId("from-another-visit")
    body = Pupil(
        family_name="Peeters", given_name="Finn", birth_date=date(2020, 4, 9), sex=Sex.MALE
    )
    visit.save(body, pupil_id=pupil_id, record_id=pupil_id)
    (similar,) = find_similar(visit.desk(), VISIT, "Peeters", "Finn", None)
    assert not similar.on_list

    put_on_list(visit.desk(), VISIT, pupil_id, "1B")

    assert [row.pupil_id for row in open_class_list(visit.desk(), VISIT).rows] == [pupil_id]


def test_a_class_stands_in_the_order_of_the_school_whatever_marks_a_name_has(visit: ContactVisit):
    for family_name in ("Łukasik", "'t Jolle", "Éloy", "De Smet", "Debacker"):
        add_pupil(visit.desk(), VISIT, replace(ADA, family_name=family_name))

    assert [row.family_name for row in open_class_list(visit.desk(), VISIT).rows] == [
        "De Smet",
        "Debacker",
        "Éloy",
        "Łukasik",
        "'t Jolle",
    ]


def test_a_reason_that_no_window_can_name_is_no_record():
    row = b'{"visit_id":"v","pupil_id":"p","state":"absent","reason":"ziek"}'
    with pytest.raises(msgspec.ValidationError, match="reason"):
        msgspec.json.decode(row, type=Attendance)
    known = row.replace(b"ziek", b"ill")
    assert msgspec.json.decode(known, type=Attendance).reason is AbsenceReason.ILL
