"""Dag afsluiten: every pupil ends in one of five ways, and each is counted by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from clbdesk.domain.body import Body, ExamState, decode
from clbdesk.domain.contact import Conclusion, VisionTest
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.visits import AbsenceReason, AttendanceState, ContactMoment, VisitClose
from clbdesk.services.class_list import set_attendance
from clbdesk.services.day_close import close_day, open_day
from clbdesk.services.objection import objection_id
from clbdesk.services.pupil import PupilOnVisit
from clbdesk.services.reading import one_standing
from clbdesk.services.visit_papers import VisitList, visit_paper
from clbdesk.standards.moments import steps_of
from clbdesk.wording import say_count
from tests.builders.contact_visit import ELS, TODAY, VISIT, ContactVisit, opened_contact_visit

LO4 = ContactMoment.LO4


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    with opened_contact_visit(tmp_path) as made:
        yield made


def examined(visit: ContactVisit, *, put_off: str = "") -> PupilOnVisit:
    """Every step of LO4 has an end; the test that was put off is still to come."""
    pupil = visit.pupil(LO4)
    for step in steps_of(LO4):
        for kind in step.parts:
            record_id = pupil.exam_id(kind)
            where = {"pupil_id": pupil.pupil_id, "visit_id": VISIT, "record_id": record_id}
            visit.save(a_part(kind, pupil, is_put_off=kind == put_off), **where)
    return pupil


def a_part(kind: str, pupil: PupilOnVisit, *, is_put_off: bool) -> Body:
    if kind == "conclusion":
        return Conclusion(
            pupil_id=pupil.pupil_id, domains=(), complete=True, signed_by=ELS.staff_id
        )
    state = ExamState.POSTPONED if is_put_off else ExamState.REFUSED
    answers = {"state": state, "on": TODAY, "test": VisionTest.LOGMAR, "received": None}
    shape = KINDS[kind].shape
    fields = {name: answers[name] for name in shape.__struct_fields__ if name in answers}
    if "pupil_id" in shape.__struct_fields__:
        fields["pupil_id"] = pupil.pupil_id
    return shape(**fields)


def absent(visit: ContactVisit, reason: AbsenceReason) -> None:
    ids = [visit.pupil(LO4).pupil_id]
    set_attendance(visit.desk(), VISIT, ids, AttendanceState.ABSENT, reason)


def words_of(pdf: bytes) -> str:
    with closing(PdfDocument(pdf)) as document:
        pages = [
            document[number].get_textpage().get_text_range() for number in range(len(document))
        ]
    return " ".join(" ".join(pages).split())


def test_every_pupil_is_counted_under_how_the_day_ended(visit: ContactVisit) -> None:
    for _ in range(3):
        examined(visit)
    for _ in range(2):
        examined(visit, put_off="acuity")
    absent(visit, AbsenceReason.ILL)
    absent(visit, AbsenceReason.REFUSES)
    objects = visit.pupil(LO4).pupil_id
    objection = Objection(
        pupil_id=objects, moment=LO4, school_year=2026, received_on=TODAY, by=ObjectionBy.PARENT
    )
    visit.save(objection, pupil_id=objects, record_id=objection_id(objects, LO4, 2026))

    desk = visit.desk()
    view = open_day(desk, VISIT)
    close_day(desk, view)

    assert view.lines[0].text == (
        "Leerlingen: 8, waarvan 3 volledig, 2 onvolledig, 1 afwezig, 1 geweigerd ter plaatse, "
        "1 verzet"
    )
    sheet = words_of(visit_paper(desk, VISIT, VisitList.DAY).pdf)
    for words in ("Volledig onderzocht 3", "Onvolledig onderzocht 2", "Geweigerd ter plaatse 1"):
        assert words in sheet
    with visit.station.vault.read() as reader:
        found = one_standing(reader, derived_record_id("visit_close", VISIT), VisitClose)
    assert found is not None
    body = found.body
    assert (body.pupils, body.seen, body.complete) == (8, 5, 3)
    assert (body.absent, body.refused, body.objections) == (1, 1, 1)


def test_a_close_of_an_older_program_is_still_read() -> None:
    old = '{"absent":2,"left_open":[],"objections":0,"pupils":3,"seen":1,"visit_id":"v"}'
    body = decode(old, VisitClose)
    assert (body.absent, body.complete, body.refused) == (2, None, None)


@pytest.mark.parametrize("key", ["day.watched", "day.waiting", "day.put_off", "day.absent_saved"])
def test_one_is_said_as_one(key: str) -> None:
    one, two = say_count(key, 1), say_count(key, 2)
    assert "1" in one
    assert one != two.replace("2", "1"), "the words of many, with a 1"
