"""Planning a visit: who of a school is due for which contact, who was seen, objects or was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection

from clbdesk.centre.bulk import among, chunks
from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.schema import LEAF
from clbdesk.centre.signed_rules import signed_rules
from clbdesk.centre.standing_records import StandingRecords
from clbdesk.clock import local_day
from clbdesk.domain.body import Body, decode
from clbdesk.domain.contact import Conclusion
from clbdesk.domain.names import on_a_list
from clbdesk.domain.objection import Objection, ObjectionBy
from clbdesk.domain.people import Enrolment, Pupil
from clbdesk.domain.revision import Revision, RevisionStatus
from clbdesk.domain.visits import (
    Contact,
    ContactMoment,
    Visit,
    VisitKind,
    VisitPupil,
    school_year_of,
)
from clbdesk.ids import PupilId, RecordId, SchoolId, VisitId
from clbdesk.standards.cohort import Place, Planned, propose
from clbdesk.standards.objection import ObjectionState, state_of, terms_of
from clbdesk.standards.tables import Standards

_KINDS = ("contact", "conclusion", "objection")
BodyT = TypeVar("BodyT", bound=Body)


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """Who objected, and until when it may be examined and reported by somebody else.

    `reported_by` None = not examined yet; `is_signed`: a doctor confirmed both terms.
    """

    by: ObjectionBy
    received_on: date
    examiner: str
    examined_by: date
    examined_on: date | None
    reported_by: date | None
    state: ObjectionState
    is_signed: bool


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
    objection: ObjectionLine | None


@dataclass(frozen=True, slots=True)
class _Known:
    """A pupil, what the rules look at, and the objections to a contact that count."""

    pupil: Pupil
    planned: Planned
    objections: Mapping[ContactMoment, Objection]


def propose_pupils(centre: Centre, school_id: SchoolId, on: date) -> list[ProposedPupil]:
    """Everybody of a school who has a contact moment on this day, and how each stands."""
    today = local_day(centre.clock.now())
    with centre.store.reading() as tx:
        at_school = current(tx, centre.centre_id, Enrolment, LEAF.c.school_id == school_id)
        year = school_year_of(on)
        enrolled = {
            body.pupil_id: body for _, body in at_school.values() if body.school_year == year
        }
        known = _all_known(tx, centre, enrolled, on)
        rules = signed_rules(tx, centre, today)
    lines = []
    for pupil_id, one in known.items():
        found = propose(one.planned, on, rules.rule)
        if found is not None:
            objection = one.objections.get(found.moment)
            lines.append(
                ProposedPupil(
                    pupil_id=pupil_id,
                    family_name=one.pupil.family_name,
                    given_name=one.pupil.given_name,
                    class_name=enrolled[pupil_id].class_name,
                    moment=found.moment,
                    place=found.place,
                    rule_id=found.rule_id,
                    is_signed=found.is_signed,
                    objection=_objection_line(objection, rules, today) if objection else None,
                )
            )
    return sorted(
        lines, key=lambda one: (one.class_name, *on_a_list(one.family_name, one.given_name))
    )


def moments_on(
    tx: Connection, centre: Centre, visit: Visit, enrolments: Collection[Enrolment]
) -> dict[PupilId, ContactMoment | None]:
    """Who of these pupils of the classes of a visit comes on its list, and for which contact.

    A class without a moment comes as a whole, without one. In a class with a moment everybody has
    the own one of the rules; who had that contact, or is due for none, stays away, unless the
    visit is for something else too.
    """
    of_class = {one.class_name: one.moment for one in visit.classes}
    planned = [one for one in enrolments if of_class[one.class_name] is not None]
    found: dict[PupilId, ContactMoment | None] = {one.pupil_id: None for one in enrolments}
    if not planned:
        return found
    known = _all_known(tx, centre, {one.pupil_id: one for one in planned}, visit.on)
    rules = signed_rules(tx, centre, local_day(centre.clock.now())).rule
    proposed = {pupil_id: propose(one.planned, visit.on, rules) for pupil_id, one in known.items()}
    by_rule = {
        enrolment.class_name
        for enrolment in planned
        if (own := proposed.get(enrolment.pupil_id)) is not None
        and own.moment is of_class[enrolment.class_name]
    }
    stays_anyway = any(kind is not VisitKind.SYSTEMATIC_CONTACT for kind in visit.kinds)
    for one in planned:
        own = proposed.get(one.pupil_id)
        moment = own.moment if own else None
        # A moment that the rules give to nobody of a class, or to a pupil of an ordinary class of
        # which the grade is not known, is the choice of who planned the visit.
        if _has_unknown_grade(one) or (own is None and one.class_name not in by_rule):
            moment = of_class[one.class_name]
        if one.pupil_id in known and moment in known[one.pupil_id].planned.done:
            moment = None
        if moment is None and not stays_anyway:
            del found[one.pupil_id]
        else:
            found[one.pupil_id] = moment
    return found


def _has_unknown_grade(enrolment: Enrolment) -> bool:
    """Whoever is taught at home has none, as in special education and OKAN: the age says it."""
    at_home = "huisonderwijs" in enrolment.class_name.casefold()
    return enrolment.stage is None and not (
        enrolment.special_education or enrolment.okan or at_home
    )


def _all_known(
    tx: Connection, centre: Centre, enrolled: Mapping[PupilId, Enrolment], on: date
) -> dict[PupilId, _Known]:
    """What the records say of the contacts of these pupils, as it matters on a day."""
    pupils = {
        PupilId(record_id): body for record_id, body in _of(tx, centre, Pupil, enrolled).items()
    }
    visits = {
        VisitId(record_id): body
        for record_id, (_, body) in current(tx, centre.centre_id, Visit).items()
    }
    listed: dict[PupilId, list[VisitPupil]] = defaultdict(list)
    for body in _of(tx, centre, VisitPupil, pupils).values():
        listed[body.pupil_id].append(body)
    records = StandingRecords(tx, centre).of_pupils(pupils, _KINDS)
    return {
        pupil_id: _known(
            pupil,
            enrolled[pupil_id],
            [one for one in records.get(pupil_id, ()) if one.status is RevisionStatus.FINAL],
            [(one, visits[one.visit_id]) for one in listed[pupil_id] if one.visit_id in visits],
            on,
        )
        for pupil_id, pupil in pupils.items()
    }


def _of(
    tx: Connection, centre: Centre, shape: type[BodyT], pupil_ids: Iterable[PupilId]
) -> dict[RecordId, BodyT]:
    return {
        record_id: body
        for chunk in chunks(pupil_ids)
        for record_id, (_, body) in current(
            tx, centre.centre_id, shape, among(tx, LEAF.c.pupil_id, chunk)
        ).items()
    }


def _known(
    pupil: Pupil,
    enrolment: Enrolment,
    records: Collection[Revision],
    listed: Collection[tuple[VisitPupil, Visit]],
    on: date,
) -> _Known:
    """What the records say of one pupil's contacts.

    A contact that was begun on a visit is done with a complete conclusion; history that came in
    from elsewhere knows no conclusions and counts as done.
    """
    year = school_year_of(on)
    concluded = {
        one.visit_id
        for one in records
        if one.kind == "conclusion" and decode(one.body, Conclusion).complete
    }
    done = {
        body.moment
        for one, body in _bodies(records, "contact", Contact)
        if one.visit_id in concluded or (one.visit_id is None and body.school_year < year)
    }
    missed = set()
    for place, visit in listed:
        if place.moment is None:
            continue
        if place.visit_id in concluded:
            done.add(place.moment)
        elif visit.on < on and school_year_of(visit.on) >= year - 1:
            missed.add(place.moment)
    missed -= done
    bodies = [body for _, body in _bodies(records, "objection", Objection)]
    # That of last year still stands against a contact that came to nothing since.
    objections = {
        one.moment: one
        for one in sorted(bodies, key=lambda one: one.school_year)
        if one.school_year == year or (one.school_year == year - 1 and one.moment in missed)
    }
    planned = Planned(
        birth_date=pupil.birth_date,
        stage=None if enrolment.follows_age else enrolment.stage,
        special_education=enrolment.special_education,
        done=frozenset(done),
        objected=frozenset(
            moment for moment, one in objections.items() if one.report_received_on is None
        ),
        missed=frozenset(missed),
    )
    return _Known(pupil, planned, objections)


def _bodies(
    records: Iterable[Revision], kind: str, shape: type[BodyT]
) -> list[tuple[Revision, BodyT]]:
    return [(one, decode(one.body, shape)) for one in records if one.kind == kind]


def _objection_line(objection: Objection, rules: Standards, today: date) -> ObjectionLine:
    terms = terms_of(objection, rules.rule)
    return ObjectionLine(
        by=objection.by,
        received_on=objection.received_on,
        examiner=objection.examiner,
        examined_by=terms.examined_by,
        examined_on=objection.examined_on,
        reported_by=terms.reported_by,
        state=state_of(objection, terms, today),
        is_signed=terms.is_signed,
    )
