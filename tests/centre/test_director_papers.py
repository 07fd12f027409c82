"""What a director reads: written at the centre, opened by a password, and told in the log."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from clbdesk.centre import administration as office
from clbdesk.centre import narrowing
from clbdesk.centre.access_review import access_of_pupil, weekly_review
from clbdesk.centre.centre import Centre
from clbdesk.centre.checks import CENTRE_DEVICE
from clbdesk.centre.director_papers import LockedPaper, Period, write_meetings, write_review
from clbdesk.centre.schema import ACCESS_LINE, EXPORT
from clbdesk.clock import local_day
from clbdesk.domain.care_outcome import MeetingText, OutputForm
from clbdesk.domain.data_class import DataClass, Reads, Writes
from clbdesk.domain.people import School, SchoolLevel
from clbdesk.domain.revision import Compartment, Revision, RevisionStatus, Role
from clbdesk.errors import Refused
from clbdesk.ids import RecordId, SchoolId, StaffId
from tests.builders.centres import BuiltCentre
from tests.builders.paper_words import text_of

DAYS = Period(date(2026, 9, 1), date(2027, 6, 30))
WHY = "jaarlijks overleg met de school"


def read(path: Path, paper: LockedPaper) -> str:
    return text_of(path, paper.password)


def director_of(built: BuiltCentre, school_id: SchoolId | None) -> StaffId:
    at = () if school_id is None else (school_id,)
    return office.add_staff(built.centre, "Rita Maes", (Role.DIRECTOR,), school_ids=at)


def released(
    built: BuiltCentre, text: str, on: date = date(2026, 11, 23), **changes: object
) -> Revision:
    """A meeting text that came in from a psychologist's laptop."""
    name = f"LAP-{built.centre.ids.new()}"
    care = built.laptop(name, built.psychologist, compartment=Compartment.GUIDANCE)
    body = MeetingText(
        school_id=built.school_id,
        meeting_id=RecordId(f"meeting-{on}"),
        form=OutputForm.AGREEMENTS,
        on=on,
        text=text,
    )
    made = care.revision(
        body,
        author=built.psychologist,
        role=Role.PSYCHOPEDAGOGUE,
        school_id=built.school_id,
        **changes,
    )
    assert {one.outcome.value for one in care.push(made)} == {"ok"}
    return made


def centre_lines(centre: Centre) -> list[tuple[str, str, str, str | None, str]]:
    with centre.store.reading() as tx:
        rows = tx.execute(
            select(ACCESS_LINE)
            .where(ACCESS_LINE.c.device == CENTRE_DEVICE)
            .order_by(ACCESS_LINE.c.number)
        ).all()
    return [(one.staff_id, one.role, one.kind, one.record_id, one.reason) for one in rows]


def test_the_director_of_a_school_reads_what_its_meetings_released_and_the_log_says_so(
    built: BuiltCentre, tmp_path: Path
) -> None:
    director = director_of(built, built.school_id)
    released(built, "Afspraken van maandag")
    released(built, "Te vroeg", on=date(2026, 8, 31))
    out = tmp_path / "overleg.pdf"
    paper = write_meetings(built.centre, out, built.school_id, DAYS, director, WHY)
    told = read(out, paper)
    assert "Afspraken van maandag" in told
    assert "Te vroeg" not in told
    assert b"Afspraken van" not in out.read_bytes()
    (line,) = centre_lines(built.centre)
    assert line[:4] == (director, "director", "meeting_text", built.school_id)
    assert WHY in line[4]
    with built.centre.store.reading() as tx:
        assert [one.kind for one in tx.execute(select(EXPORT))] == ["meeting_text"]


def test_what_was_taken_back_is_not_read(built: BuiltCentre, tmp_path: Path) -> None:
    director = director_of(built, None)
    made = released(built, "Afspraken")
    released(
        built,
        "Afspraken",
        record_id=made.record_id,
        base=(made.rev_id,),
        status=RevisionStatus.WITHDRAWN,
        reason="te vroeg doorgegeven",
    )
    with pytest.raises(Refused, match=r"centre\.no_meetings"):
        write_meetings(built.centre, tmp_path / "overleg.pdf", built.school_id, DAYS, director, WHY)


@pytest.mark.parametrize("who", ["another school", "a nurse", "narrowed", "no reason"])
def test_nobody_else_reads_them_and_then_there_is_no_file_and_no_line(
    built: BuiltCentre, tmp_path: Path, who: str
) -> None:
    other = office.add_school(built.centre, School(name="Elders", level=SchoolLevel.PRIMARY))
    director = director_of(built, other if who == "another school" else built.school_id)
    if who == "narrowed":
        narrowing.narrow(
            built.centre, DataClass.CONSULTATIVE, Role.DIRECTOR, Reads.NO, Writes.NO, "beslist"
        )
    released(built, "Afspraken")
    out = tmp_path / "overleg.pdf"
    reader = built.nurse if who == "a nurse" else director
    reason = " " if who == "no reason" else WHY
    with pytest.raises(Refused):
        write_meetings(built.centre, out, built.school_id, DAYS, reader, reason)
    assert not out.exists()
    assert centre_lines(built.centre) == []


def test_a_file_that_exists_is_not_written_over_and_leaves_no_line(
    built: BuiltCentre, tmp_path: Path
) -> None:
    director = director_of(built, built.school_id)
    released(built, "Afspraken")
    out = tmp_path / "overleg.pdf"
    out.write_text("van iemand anders")
    with pytest.raises(Refused, match=r"export\.file_exists"):
        write_meetings(built.centre, out, built.school_id, DAYS, director, WHY)
    assert out.read_text() == "van iemand anders"
    assert centre_lines(built.centre) == []


def test_the_weekly_list_stands_in_the_log_of_its_pupils_and_in_no_later_list(
    built: BuiltCentre, tmp_path: Path
) -> None:
    out = tmp_path / "week.pdf"
    paper = write_review(built.centre, out, "Week\n\nNoodtoegang\n- Lotte", {built.pupils[0]})
    assert "Noodtoegang - Lotte" in read(out, paper)
    (line,) = access_of_pupil(built.centre, built.pupils[0])
    assert (line.action, line.kind) == ("review", "access_review")
    assert weekly_review(built.centre, local_day(built.centre.clock.now())) == []
