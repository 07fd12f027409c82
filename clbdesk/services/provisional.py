"""Adding a pupil who stands in the class and not on the list: provisional, recognised at the centre.

Whoever it may be already is offered first, so that one child does not get two dossiers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.names import normalise
from clbdesk.domain.people import Enrolment, Pupil, Sex, may_be
from clbdesk.domain.visits import Visit, VisitPupil, school_year_of
from clbdesk.errors import Defect, Refused
from clbdesk.ids import PupilId, RecordId, VisitId
from clbdesk.services.desk import Desk
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import all_standing, open_base
from clbdesk.services.records import Part, Saved, Where, add_parts, changes_of
from clbdesk.services.relation import visit_open_to
from clbdesk.storage.vault import Reader, UnitOfWork


@dataclass(frozen=True, slots=True)
class NewPupil:
    """What is asked at the door. `sex` unknown is an answer."""

    family_name: str
    given_name: str
    birth_date: date
    sex: Sex
    class_name: str


@dataclass(frozen=True, slots=True)
class SimilarPupil:
    """A pupil of this laptop who may be the same; `on_list`: stands on the list of this visit."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: date
    class_name: str
    on_list: bool


def find_similar(
    desk: Desk, visit_id: VisitId, family_name: str, given_name: str, birth_date: date | None
) -> tuple[SimilarPupil, ...]:
    """Pupils with (almost) the same name, or the same birth date and one of the names."""
    with desk.vault.read() as reader:
        _visit(desk, reader, visit_id)
        classes = _classes(reader)
        here = _classes(reader, visit_id)
        return tuple(
            SimilarPupil(
                pupil_id=PupilId(one.record_id),
                family_name=one.body.family_name,
                given_name=one.body.given_name,
                birth_date=one.body.birth_date,
                class_name=classes.get(PupilId(one.record_id), ""),
                on_list=PupilId(one.record_id) in here,
            )
            for one in all_standing(reader.heads(kinds=("pupil",)), Pupil)
            if may_be(one.body, family_name, given_name, birth_date)
        )


def add_pupil(desk: Desk, visit_id: VisitId, new: NewPupil) -> Outcome[Saved]:
    """Pupil, enrolment and place on the list in one commit."""
    if not normalise(new.family_name) or not normalise(new.given_name):
        raise Refused("class_list.name_missing", field="family_name")
    if new.birth_date > local_day(desk.clock.now()):
        raise Refused("class_list.birth_after_today", field="birth_date")
    pupil_id = PupilId(desk.ids.new())
    body = Pupil(
        family_name=new.family_name.strip(),
        given_name=new.given_name.strip(),
        birth_date=new.birth_date,
        sex=new.sex,
        provisional=True,
    )
    with desk.vault.write() as work:
        visit = _visit(desk, work, visit_id)
        where = Where(pupil_id=pupil_id, school_id=visit.school_id)
        year = school_year_of(visit.on)
        enrolment = Enrolment(
            pupil_id=pupil_id,
            school_id=visit.school_id,
            school_year=year,
            class_name=new.class_name,
            stage=_stage(work, visit, new.class_name),
        )
        enrolment_id = derived_record_id("enrolment", pupil_id, visit.school_id, str(year))
        parts = [
            Part(body, where, RecordId(pupil_id)),
            Part(enrolment, where, enrolment_id),
            _place(work, visit_id, visit, pupil_id, new.class_name),
        ]
        saved = add_parts(desk, work, parts)
    return Outcome(saved, changes_of(saved.revisions))


def put_on_list(
    desk: Desk, visit_id: VisitId, pupil_id: PupilId, class_name: str
) -> Outcome[Saved]:
    """A pupil who is known on this laptop joins the list of a visit."""
    with desk.vault.write() as work:
        visit = _visit(desk, work, visit_id)
        saved = add_parts(desk, work, [_place(work, visit_id, visit, pupil_id, class_name)])
    return Outcome(saved, changes_of(saved.revisions))


def _place(
    work: UnitOfWork, visit_id: VisitId, visit: Visit, pupil_id: PupilId, class_name: str
) -> Part:
    moments = {one.class_name: one.moment for one in visit.classes}
    listed = VisitPupil(
        visit_id=visit_id,
        pupil_id=pupil_id,
        class_name=class_name,
        moment=moments.get(class_name),
    )
    record_id = derived_record_id("visit_pupil", visit_id, pupil_id)
    base = open_base(work.head(record_id))
    return Part(listed, Where(pupil_id, visit_id, visit.school_id), record_id, base)


def _visit(desk: Desk, reader: Reader, visit_id: VisitId) -> Visit:
    visit = visit_open_to(desk, reader, visit_id)
    if visit is None:
        raise Defect("class_list.unknown_visit")
    return visit.body


def _stage(reader: Reader, visit: Visit, class_name: str) -> str | None:
    """The grade of the classmates; None where they have none or differ."""
    enrolments = all_standing(
        reader.heads(kinds=("enrolment",), school_id=visit.school_id), Enrolment
    )
    stages = {one.body.stage for one in enrolments if one.body.class_name == class_name}
    return stages.pop() if len(stages) == 1 else None


def _classes(reader: Reader, visit_id: VisitId | None = None) -> dict[PupilId, str]:
    heads = reader.heads(kinds=("visit_pupil",), visit_id=visit_id)
    return {one.body.pupil_id: one.body.class_name for one in all_standing(heads, VisitPupil)}
