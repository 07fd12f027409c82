"""One pupil on one visit: identity for the banner, alerts, steps, and where the tests belong.

Opening a pupil is logged, because reading counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from clbdesk.clock import local_day
from clbdesk.domain.body import Body
from clbdesk.domain.contact import Background, BackgroundItem
from clbdesk.domain.kinds import KINDS, contact_id, derived_record_id, exam_id
from clbdesk.domain.names import has_namesake
from clbdesk.domain.objection import Objection
from clbdesk.domain.people import Enrolment, Pupil, School, place_in
from clbdesk.domain.revision import Role
from clbdesk.domain.visits import (
    AttendanceState,
    Contact,
    ContactBasis,
    ContactMoment,
    Visit,
    VisitPupil,
    school_year_of,
)
from clbdesk.errors import Refused
from clbdesk.ids import ContactId, PupilId, RecordId, SchoolId, VisitId
from clbdesk.services.class_list import attendance_part, plans_of, progress_of, steps_for
from clbdesk.services.desk import Desk
from clbdesk.services.objection import closes, find_objection, heed
from clbdesk.services.progress import StepProgress
from clbdesk.services.reading import all_standing, one_standing, open_base, standing
from clbdesk.services.records import Part, Saved, Where, add_parts
from clbdesk.services.relation import must_work_for
from clbdesk.standards.moments import Step, steps_on_indication
from clbdesk.storage.vault import Reader, UnitOfWork


@dataclass(frozen=True, slots=True)
class Allergy:
    """Three different statements: none known, not asked, or which."""

    answer: str
    text: str


@dataclass(frozen=True, slots=True)
class PupilOnVisit:
    """Who and where: enough to open any step of a pupil. Handed to every step service.

    `examined_on`: beside an objection, the day on which the other doctor examined.
    """

    pupil_id: PupilId
    visit_id: VisitId
    school_id: SchoolId
    pupil: Pupil
    class_name: str
    moment: ContactMoment | None
    visit_on: date
    contact_id: ContactId | None
    stage: str | None
    special_education: bool
    contact_basis: ContactBasis
    examined_on: date | None = None

    @property
    def where(self) -> Where:
        """What a record made here belongs to."""
        return Where(self.pupil_id, self.visit_id, self.school_id)

    def exam_id(self, kind: str) -> RecordId:
        """The id of a test of this contact on this visit.

        A pupil without a contact moment (a vaccination visit) has the visit itself as contact.
        """
        contact = self.contact_id or ContactId(derived_record_id("contact", self.pupil_id))
        return exam_id(kind, contact, self.visit_id)

    def tested_on(self, today: date) -> date:
        """The day of what is found now: that of the other doctor, when a report is copied."""
        return self.examined_on or today

    def form(self, step: str) -> str:
        """The key of the draft of a step of this pupil on this visit."""
        return f"{step}/{self.pupil_id}/{self.visit_id}"


@dataclass(frozen=True, slots=True)
class PupilView:
    """What the shell around the steps shows. `addable`: steps that this user may add on indication."""

    on_visit: PupilOnVisit
    school: str
    allergy: Allergy | None
    has_namesake: bool
    conflicts: int
    objection: Objection | None
    steps: tuple[StepProgress, ...]
    addable: tuple[Step, ...] = ()


def open_pupil(
    desk: Desk,
    visit_id: VisitId,
    pupil_id: PupilId,
    reason: str = "",
    added: frozenset[str] = frozenset(),
) -> PupilView:
    """Open a pupil of a visit, and log it with the visit as its reason.

    `added`: names of the steps on indication that somebody added, and did not begin yet.
    Refused("emergency.closed") when the pupil is on no list of this visit any more, or the user
    does not work for the school.
    """
    view = view_pupil(desk, visit_id, pupil_id, added)
    desk.log_opening(
        kind="pupil", record_id=RecordId(pupil_id), pupil_id=pupil_id, reason=reason or "visit"
    )
    return view


def view_pupil(
    desk: Desk, visit_id: VisitId, pupil_id: PupilId, added: frozenset[str] = frozenset()
) -> PupilView:
    """The same without a new line in the log: the page looks again after a saving."""
    with desk.vault.read() as reader:
        return _view(desk, reader, visit_id, pupil_id, added)


def _view(
    desk: Desk, reader: Reader, visit_id: VisitId, pupil_id: PupilId, added: frozenset[str]
) -> PupilView:
    on_visit, visit, listed = find_on_visit(reader, visit_id, pupil_id)
    must_work_for(desk, visit.school_id)
    school = one_standing(reader, RecordId(visit.school_id), School)
    heads = reader.heads(visit_id=visit_id, pupil_id=pupil_id)
    by_kind = {head.kind: head for head in heads}
    allergy = one_standing(
        reader,
        derived_record_id("background", pupil_id, BackgroundItem.ALLERGY.value),
        Background,
    )
    drafts = {draft.form for draft in reader.drafts(desk.user.staff_id)}
    own = (on_visit.pupil.family_name, on_visit.pupil.given_name)
    plans = plans_of(desk, reader, visit_id, visit, {pupil_id: on_visit.pupil})
    possible = steps_on_indication(on_visit.moment)
    drawn = steps_for(listed, visit, (), {step.name for step in possible})
    kept = {step.name for step in drawn if on_visit.form(step.name) in drafts}
    steps = progress_of(listed, visit, by_kind, kept, plans.get(pupil_id), added)
    return PupilView(
        on_visit=on_visit,
        school=school.body.name if school else "",
        allergy=Allergy(allergy.body.answer, allergy.body.text) if allergy else None,
        has_namesake=has_namesake(
            own,
            (name for other, name in reader.names_on(visit_id).items() if other != pupil_id),
        ),
        conflicts=sum(len(head.leaves) > 1 for head in reader.heads(pupil_id=pupil_id)),
        objection=find_objection(
            reader, pupil_id, on_visit.moment, school_year_of(on_visit.visit_on)
        ),
        steps=steps,
        addable=tuple(
            step
            for step in possible
            if step.name not in {one.step.name for one in steps}
            and (desk.user.role is Role.DOCTOR or not step.doctor_only)
        ),
    )


def find_on_visit(
    reader: Reader, visit_id: VisitId, pupil_id: PupilId
) -> tuple[PupilOnVisit, Visit, VisitPupil]:
    """A pupil on a visit; Refused when the pupil is not on its list on this laptop."""
    visit = one_standing(reader, RecordId(visit_id), Visit)
    pupil = one_standing(reader, RecordId(pupil_id), Pupil)
    listed = standing(reader.head(derived_record_id("visit_pupil", visit_id, pupil_id)), VisitPupil)
    if visit is None or pupil is None or listed is None:
        raise Refused("emergency.closed")
    year = school_year_of(visit.body.on)
    enrolments = all_standing(reader.heads(kinds=("enrolment",), pupil_id=pupil_id), Enrolment)
    enrolment = place_in((one.body for one in enrolments), year, visit.body.school_id)
    moment = listed.body.moment
    objection = find_objection(reader, pupil_id, moment, year)
    on_visit = PupilOnVisit(
        pupil_id=pupil_id,
        visit_id=visit_id,
        school_id=visit.body.school_id,
        pupil=pupil.body,
        class_name=listed.body.class_name,
        moment=moment,
        visit_on=visit.body.on,
        contact_id=contact_id(pupil_id, moment, year) if moment else None,
        stage=enrolment.stage if enrolment else None,
        special_education=enrolment.special_education if enrolment else False,
        contact_basis=basis_of(enrolment),
        examined_on=None if objection is None or closes(objection) else objection.examined_on,
    )
    return on_visit, visit.body, listed.body


def basis_of(enrolment: Enrolment | None) -> ContactBasis:
    """Why a contact is due: by class unless the age counts. The same on every laptop."""
    is_by_age = enrolment is not None and enrolment.follows_age
    return ContactBasis.AGE if is_by_age else ContactBasis.CLASS


def with_presence(reader: Reader, on_visit: PupilOnVisit, parts: list[Part]) -> list[Part]:
    """The parts of a saving, with the contact they belong to and the pupil marked present.

    Both are written once; two laptops that do so write equal bodies, which is no conflict. Beside
    an objection only another doctor's findings are recorded, and nobody was here for those.
    Refused("objection.closed") as long as there are none.
    """
    objection = find_objection(
        reader, on_visit.pupil_id, on_visit.moment, school_year_of(on_visit.visit_on)
    )
    whole = [
        replace(part, body=heed(objection, part.body, _stands(reader, part))) for part in parts
    ]
    if on_visit.contact_id is not None and on_visit.moment is not None:
        record_id = RecordId(on_visit.contact_id)
        head = reader.head(record_id)
        if head is None or head.is_withdrawn:
            contact = Contact(
                pupil_id=on_visit.pupil_id,
                moment=on_visit.moment,
                school_year=school_year_of(on_visit.visit_on),
                basis=on_visit.contact_basis,
            )
            whole.append(Part(contact, on_visit.where, record_id, open_base(head)))
    if objection is not None:
        return whole
    present = attendance_part(reader, on_visit.visit_id, on_visit.pupil_id, AttendanceState.PRESENT)
    if present is not None:
        whole.append(present)
    return whole


def _stands(reader: Reader, part: Part) -> Body | None:
    """What a part would take the place of."""
    head = reader.head(part.record_id) if part.record_id is not None else None
    found = standing(head, KINDS[head.kind].shape) if head is not None else None
    return found.body if found is not None else None


def add_step(
    desk: Desk,
    work: UnitOfWork,
    on_visit: PupilOnVisit,
    step: str,
    parts: list[Part],
    *,
    reason: str | None,
) -> Saved:
    """Record a step of the contact in the commit at hand; its draft goes with it.

    `reason`: of a correction. Refused as `with_presence`.
    """
    saved = add_parts(desk, work, with_presence(work, on_visit, parts), reason=reason)
    work.drop_draft(desk.user.staff_id, on_visit.form(step))
    return saved


def today(desk: Desk) -> date:
    """The calendar day in Belgium."""
    return local_day(desk.clock.now())
