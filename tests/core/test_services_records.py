"""Recording, undoing, withdrawing and drafts against a real vault."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Growth
from clbdesk.domain.revision import RevisionStatus, Role
from clbdesk.domain.visits import AbsenceReason, AttendanceState, ContactMoment
from clbdesk.errors import Refused
from clbdesk.ids import PupilId, SchoolId, StaffId
from clbdesk.services.class_list import open_class_list, set_attendance
from clbdesk.services.desk import User
from clbdesk.services.drafts import (
    drop_draft,
    find_draft,
    keep_draft,
    list_drafts,
    undo_to_draft,
)
from clbdesk.services.outcome import ChangeSet
from clbdesk.services.progress import PupilState
from clbdesk.services.pupil import PupilOnVisit, with_presence
from clbdesk.services.records import UNDONE, Part, Saved, Where, add_parts, record, withdraw
from tests.builders.contact_visit import ELS, TODAY, VISIT, ContactVisit, opened_contact_visit

WIM = User(StaffId("staff-wim"), "Wim Bos", Role.PSYCHOPEDAGOGUE)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def growth(height: str, state: ExamState = ExamState.DONE) -> Growth:
    """A length and weight."""
    return Growth(state=state, height_cm=Decimal(height), weight_kg=Decimal(25), on=TODAY)


def save(visit: ContactVisit, pupil: PupilOnVisit, body: Growth) -> Saved:
    """Record growth on what stands, with the contact and the presence."""
    desk = visit.desk()
    with desk.vault.write() as work:
        head = work.head(pupil.exam_id("growth"))
        part = Part(body, pupil.where, pupil.exam_id("growth"), head.tips if head else ())
        saved = add_parts(desk, work, with_presence(work, pupil, [part]))
        work.drop_draft(desk.user.staff_id, pupil.form("growth"))
    return saved


def height(visit: ContactVisit, pupil: PupilOnVisit) -> Decimal | None:
    """What stands."""
    found = visit.standing(pupil, "growth", Growth)
    return found.body.height_cm if found else None


def test_undo_of_a_first_saving_withdraws_it_and_the_pupil_stays_present(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    saved = save(visit, pupil, growth("121.5"))

    undo_to_draft(visit.desk(), saved, pupil.form("growth"), pupil.where, '{"height": "121,5"}')

    assert height(visit, pupil) is None
    with visit.station.vault.read() as reader:
        head = reader.head(pupil.exam_id("growth"))
    assert head is not None
    assert (head.leaf.status, head.leaf.reason) == (RevisionStatus.WITHDRAWN, UNDONE)
    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert row.attendance is AttendanceState.PRESENT
    draft = find_draft(visit.desk(), pupil.form("growth"))
    assert draft is not None
    assert draft.content == '{"height": "121,5"}'
    assert set(head.tips) <= set(draft.base)


def test_undo_of_a_correction_puts_back_what_stood(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    save(visit, pupil, growth("121.5"))
    corrected = save(visit, pupil, growth("131.5"))

    undo_to_draft(visit.desk(), corrected, pupil.form("growth"), pupil.where, None)

    assert height(visit, pupil) == Decimal("121.5")
    assert visit.revisions(pupil, "growth") == 3
    assert list_drafts(visit.desk()) == []


def test_of_two_savings_undo_of_the_first_after_the_last_leaves_nothing(
    visit: ContactVisit,
) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    save(visit, pupil, growth("121.5"))
    last = save(visit, pupil, growth("131.5"))
    form = pupil.form("growth")
    put_back = undo_to_draft(visit.desk(), last, form, pupil.where, None).value

    undo_to_draft(visit.desk(), put_back, form, pupil.where, None)

    assert height(visit, pupil) is None, "and not what was taken back before"


def test_a_withdrawal_needs_a_reason(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    save(visit, pupil, growth("121.5"))

    with pytest.raises(Refused, match="reason_missing"):
        withdraw(visit.desk(), [pupil.exam_id("growth")], "  ")
    assert height(visit, pupil) == Decimal("121.5")

    withdraw(visit.desk(), [pupil.exam_id("growth")], "verkeerde leerling")
    assert height(visit, pupil) is None


def test_who_may_not_write_a_kind_writes_nothing_of_the_whole_saving(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)

    with pytest.raises(Refused, match="no_right"):
        record(visit.desk(WIM), [Part(growth("121.5"), pupil.where, pupil.exam_id("growth"))])

    assert height(visit, pupil) is None
    assert visit.revisions(pupil, "growth") == 0


def test_a_draft_is_of_its_author_alone_and_goes_with_the_saving(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    form = pupil.form("growth")

    keep_draft(visit.desk(), form, pupil.where, (), '{"height": "12"}')
    keep_draft(visit.desk(), form, pupil.where, (), '{"height": "121,5"}')

    assert find_draft(visit.desk(ELS), form) is None
    (kept,) = list_drafts(visit.desk())
    assert kept.content == '{"height": "121,5"}'
    (row,) = open_class_list(visit.desk(), VISIT).rows
    assert (row.has_draft, row.state) == (True, PupilState.DRAFT)
    save(visit, pupil, growth("121.5"))
    assert list_drafts(visit.desk()) == []


def test_a_draft_that_is_thrown_away_is_gone(visit: ContactVisit) -> None:
    pupil = visit.pupil(ContactMoment.LO1)
    keep_draft(visit.desk(), pupil.form("growth"), pupil.where, (), "{}")

    drop_draft(visit.desk(), pupil.form("growth"))

    assert list_drafts(visit.desk()) == []


def test_a_pupil_with_results_of_today_cannot_be_absent(visit: ContactVisit) -> None:
    pupil, other = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)
    save(visit, pupil, growth("121.5"))
    both = (other.pupil_id, pupil.pupil_id)

    with pytest.raises(Refused, match="has_results"):
        set_attendance(visit.desk(), VISIT, both, AttendanceState.ABSENT, AbsenceReason.ILL)

    states = {row.pupil_id: row.attendance for row in open_class_list(visit.desk(), VISIT).rows}
    assert states == {
        pupil.pupil_id: AttendanceState.PRESENT,
        other.pupil_id: AttendanceState.EXPECTED,
    }


def test_a_whole_class_is_present_in_one_commit_and_a_second_time_writes_nothing(
    visit: ContactVisit,
) -> None:
    ids = [visit.pupil(ContactMoment.LO1).pupil_id for _ in range(3)]

    first = set_attendance(visit.desk(), VISIT, ids, AttendanceState.PRESENT)
    second = set_attendance(visit.desk(), VISIT, ids, AttendanceState.PRESENT)

    assert len(first.value.revisions) == 3
    assert (second.value.revisions, second.changes) == ((), ChangeSet())


def test_an_absent_pupil_and_one_who_comes_later_say_so_on_the_list(visit: ContactVisit) -> None:
    absent, later = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)

    set_attendance(
        visit.desk(), VISIT, [absent.pupil_id], AttendanceState.ABSENT, AbsenceReason.ILL
    )
    set_attendance(visit.desk(), VISIT, [later.pupil_id], AttendanceState.LATER)

    rows = {row.pupil_id: row for row in open_class_list(visit.desk(), VISIT).rows}
    assert (rows[absent.pupil_id].state, rows[absent.pupil_id].reason) == (
        PupilState.ABSENT,
        AbsenceReason.ILL,
    )
    assert rows[later.pupil_id].state is PupilState.LATER
    assert rows[later.pupil_id].queued_at is not None


def test_a_pupil_is_busy_after_the_first_result_and_nobody_else_is(visit: ContactVisit) -> None:
    pupil, other = visit.pupil(ContactMoment.LO1), visit.pupil(ContactMoment.LO1)

    save(visit, pupil, growth("121.5"))

    rows = {row.pupil_id: row for row in open_class_list(visit.desk(), VISIT).rows}
    assert rows[pupil.pupil_id].state is PupilState.BUSY
    assert "growth" not in {step.name for step in rows[pupil.pupil_id].open_steps}
    assert rows[pupil.pupil_id].last_by == "An Janssens"
    assert rows[other.pupil_id].state is PupilState.EXPECTED


@pytest.mark.parametrize(
    "where, occasion",
    [
        (Where(PupilId("finn"), VISIT), "visit"),
        (Where(PupilId("finn")), "dossier"),
        (Where(school_id=SchoolId("school-1")), "school"),
        (Where(), "centre"),
    ],
)
def test_a_saving_without_a_reason_of_its_own_tells_the_occasion(
    visit: ContactVisit, where: Where, occasion: str
) -> None:
    """What is about no pupil is never logged as somebody's dossier."""
    record(visit.desk(), [Part(growth("121.5"), where)])
    with visit.station.vault.read() as reader:
        assert reader.access_lines()[-1].reason == occasion
