"""A visit for systematic contacts in a real vault: a school, a nurse, pupils of any moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from clbdesk.domain.body import Body
from clbdesk.domain.contact import Background, BackgroundItem
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Enrolment, Pupil, School, SchoolLevel, Sex, Staff
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.visits import (
    ContactMoment,
    Visit,
    VisitClass,
    VisitDefaults,
    VisitKind,
    VisitPupil,
)
from clbdesk.ids import PupilId, RecordId, SchoolId, StaffId, VisitId
from clbdesk.services.desk import Desk, User
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import PupilOnVisit, find_on_visit, view_pupil
from clbdesk.services.reading import Standing, one_standing
from tests.builders.vaults import DEVICE, Station, new_station

TODAY = date(2026, 11, 23)
SCHOOL, VISIT = SchoolId("school-1"), VisitId("visit-1")
AN = User(StaffId("staff-an"), "An Janssens", Role.NURSE)
ELS = User(StaffId("staff-els"), "Els Claes", Role.NURSE)
_BIRTH = {
    ContactMoment.KK1: date(2023, 4, 9),
    ContactMoment.LO1: date(2020, 4, 9),
    ContactMoment.LO4: date(2017, 4, 9),
    ContactMoment.LO6: date(2015, 4, 9),
    ContactMoment.SO3: date(2012, 4, 9),
}
BodyT = TypeVar("BodyT", bound=Body)


@dataclass
class ContactVisit:
    """The vault of a station on a visit."""

    station: Station

    def desk(self, user: User = AN) -> Desk:
        """The open day of somebody."""
        station = self.station
        return Desk(
            user, station.vault, DEVICE, "LAP-07", "CLB De Horizon", station.clock, station.ids
        )

    def save(self, body: Body, **where: object) -> RecordId:
        """A record from elsewhere."""
        return self.station.save(body, **where).record_id

    def pupil(self, moment: ContactMoment) -> PupilOnVisit:
        """A pupil of a moment on the list of the visit."""
        pupil_id = PupilId(self.station.ids.new())
        body = Pupil(
            family_name="Peeters", given_name="Finn", birth_date=_BIRTH[moment], sex=Sex.MALE
        )
        self.save(body, pupil_id=pupil_id, record_id=pupil_id)
        listed = VisitPupil(visit_id=VISIT, pupil_id=pupil_id, class_name="1B", moment=moment)
        record_id = derived_record_id("visit_pupil", VISIT, pupil_id)
        self.save(listed, pupil_id=pupil_id, visit_id=VISIT, record_id=record_id)
        with self.station.vault.read() as reader:
            return find_on_visit(reader, VISIT, pupil_id)[0]

    def enrolled(self, on_visit: PupilOnVisit, stage: str | None, **more: bool) -> PupilOnVisit:
        """The same pupil with a place in a class of this school year."""
        body = Enrolment(
            pupil_id=on_visit.pupil_id,
            school_id=SCHOOL,
            school_year=2026,
            class_name="1B",
            stage=stage,
            **more,
        )
        record_id = derived_record_id("enrolment", on_visit.pupil_id, SCHOOL, "2026")
        self.save(body, pupil_id=on_visit.pupil_id, school_id=SCHOOL, record_id=record_id)
        with self.station.vault.read() as reader:
            return find_on_visit(reader, VISIT, on_visit.pupil_id)[0]

    def special(self, on_visit: PupilOnVisit) -> PupilOnVisit:
        """The same pupil in special education."""
        return replace(on_visit, special_education=True)

    def knows(self, on_visit: PupilOnVisit, item: BackgroundItem, answer: str) -> None:
        """Something that parents told before."""
        body = Background(pupil_id=on_visit.pupil_id, item=item, answer=answer)
        record_id = derived_record_id("background", on_visit.pupil_id, item.value)
        self.save(body, pupil_id=on_visit.pupil_id, record_id=record_id)

    def standing(
        self, on_visit: PupilOnVisit, kind: str, shape: type[BodyT]
    ) -> Standing[BodyT] | None:
        """What the vault says of a test of this visit."""
        with self.station.vault.read() as reader:
            return one_standing(reader, on_visit.exam_id(kind), shape)

    def revisions(self, on_visit: PupilOnVisit, kind: str) -> int:
        """How many versions of a test there are."""
        with self.station.vault.read() as reader:
            return len(reader.history(on_visit.exam_id(kind)))

    def step(self, on_visit: PupilOnVisit, name: str) -> StepState:
        """The state of a step as the list shows it."""
        view = view_pupil(self.desk(), VISIT, on_visit.pupil_id)
        return next(one.state for one in view.steps if one.step.name == name)


@contextmanager
def opened_contact_visit(
    root: Path, compartment: Compartment = Compartment.MEDICAL
) -> Iterator[ContactVisit]:
    """The visit with its nurses and defaults of the day; the test adds pupils."""
    made = ContactVisit(new_station(root, compartment=compartment))
    for user in (AN, ELS):
        made.save(Staff(name=user.name, roles=(user.role,)), record_id=user.staff_id)
    school = School(name="Basisschool De Kring", level=SchoolLevel.PRIMARY)
    made.save(school, record_id=SCHOOL, school_id=SCHOOL)
    visit = Visit(
        school_id=SCHOOL,
        on=TODAY,
        kinds=(VisitKind.SYSTEMATIC_CONTACT,),
        classes=(VisitClass(class_name="1B", moment=ContactMoment.LO1),),
        team=(AN.staff_id, ELS.staff_id),
    )
    made.save(visit, record_id=VISIT, visit_id=VISIT, school_id=SCHOOL)
    defaults = VisitDefaults(
        visit_id=VISIT,
        occlusion="hocus_focus",
        vision_tests={"KK1": "KAY_OLD"},
        first_eye="left",
        first_ear="left",
        spin_device="tablet 3",
    )
    record_id = derived_record_id("visit_defaults", VISIT, AN.staff_id)
    made.save(defaults, record_id=record_id, visit_id=VISIT)
    yield made
    made.station.vault.close()
