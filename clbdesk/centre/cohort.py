"""Planning a visit: who of a school is due for which contact, who was seen, objects or was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.schema import LEAF
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.domain.body import decode
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.objection import Objection
from clbdesk.domain.people import Enrolment, Pupil
from clbdesk.domain.revision import Revision
from clbdesk.domain.visits import Contact, ContactMoment, Visit, VisitPupil, school_year_of
from clbdesk.ids import PupilId, SchoolId, VisitId
from clbdesk.standards.cohort import Place, Planned, propose

_KINDS = ("contact", "conclusion", "objection")


@dataclass(frozen=True, slots=True)
class ProposedPupil:
    """One line of the planning, in the order of class and name."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    class_name: str
    moment: ContactMoment
    place: Place
    rule_id: str
    is_signed: bool


def propose_pupils(centre: Centre, school_id: SchoolId, on: date) -> list[ProposedPupil]:
    """Everybody of a school who has a contact moment on this day, and how each stands."""
    with centre.store.reading() as tx:
        at_school = current(tx, centre.centre_id, Enrolment, LEAF.c.school_id == school_id)
        year = school_year_of(on)
        enrolled = {
            body.pupil_id: body for _, body in at_school.values() if body.school_year == year
        }
        pupils = {
            PupilId(record_id): body
            for record_id, (_, body) in current(tx, centre.centre_id, Pupil).items()
            if PupilId(record_id) in enrolled
        }
        visits = {
            VisitId(record_id): body
            for record_id, (_, body) in current(tx, centre.centre_id, Visit).items()
        }
        listed: dict[PupilId, list[VisitPupil]] = defaultdict(list)
        for _, body in current(tx, centre.centre_id, VisitPupil).values():
            if body.pupil_id in pupils:
                listed[body.pupil_id].append(body)
        records = StandingRecords(tx, centre).of_pupils(pupils, _KINDS)
    lines = []
    for pupil_id, pupil in pupils.items():
        enrolment = enrolled[pupil_id]
        known = _known(pupil, enrolment, records.get(pupil_id, ()), listed[pupil_id], visits, on)
        found = propose(known, on)
        if found is not None:
            lines.append(
                ProposedPupil(
                    pupil_id=pupil_id,
                    family_name=pupil.family_name,
                    given_name=pupil.given_name,
                    class_name=enrolment.class_name,
                    moment=found.moment,
                    place=found.place,
                    rule_id=found.rule_id,
                    is_signed=found.is_signed,
                )
            )
    return sorted(lines, key=lambda one: (one.class_name, one.family_name, one.given_name))


def _known(
    pupil: Pupil,
    enrolment: Enrolment,
    records: Iterable[Revision],
    listed: Iterable[VisitPupil],
    visits: dict[VisitId, Visit],
    on: date,
) -> Planned:
    """What the records say of one pupil's contacts."""
    year = school_year_of(on)
    concluded = {
        one.visit_id
        for one in records
        if one.kind == "conclusion" and decode(one.body, Conclusion).complete
    }
    contacts = [decode(one.body, Contact) for one in records if one.kind == "contact"]
    objections = [decode(one.body, Objection) for one in records if one.kind == "objection"]
    done = {one.moment for one in contacts if one.school_year < year}
    missed = set()
    for place in listed:
        visit = visits.get(place.visit_id)
        if place.moment is None or visit is None or school_year_of(visit.on) != year:
            continue
        if place.visit_id in concluded:
            done.add(place.moment)
        elif visit.on < on:
            missed.add(place.moment)
    return Planned(
        birth_date=pupil.birth_date,
        stage=enrolment.stage,
        special_education=enrolment.special_education,
        done=frozenset(done),
        objected=frozenset(
            one.moment
            for one in objections
            if one.school_year == year and one.report_received_on is None
        ),
        missed=frozenset(missed),
    )
