"""A vaccination visit in a real vault: a school, a team, lots, an order, and pupils with histories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from clbdesk.domain.body import Body
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.people import Enrolment, Pupil, School, SchoolLevel, Sex, Staff
from clbdesk.domain.revision import Role
from clbdesk.domain.vaccination import (
    Consent,
    ConsentChannel,
    ConsentChoice,
    ConsentGiver,
    ConsentReach,
    Dose,
    DoseSource,
    DoseStatus,
    Lot,
    StandingOrder,
)
from clbdesk.domain.visits import Visit, VisitClass, VisitKind, VisitPupil
from clbdesk.ids import PupilId, RecordId, SchoolId, StaffId, VisitId
from clbdesk.services.desk import Desk, User
from clbdesk.services.pupil import PupilOnVisit, find_on_visit
from clbdesk.services.reading import BodyT, Standing, all_standing
from clbdesk.services.records import Saved
from clbdesk.services.vaccination import VaccinationView, open_vaccination
from clbdesk.services.vaccination_entry import RowEntry, VaccinationEntry
from clbdesk.services.vaccination_lots import LotEntry
from clbdesk.services.vaccination_saving import record_vaccination
from clbdesk.services.vaccination_session import (
    SessionEntry,
    SessionView,
    open_session,
    record_session,
)
from clbdesk.standards.vaccination.prescreen import questions_for
from tests.builders.vaults import DEVICE, Station, new_station

TODAY = date(2026, 11, 23)
SCHOOL, VISIT = SchoolId("school-1"), VisitId("visit-1")
AN = User(StaffId("staff-an"), "An Janssens", Role.NURSE)
MAES = User(StaffId("staff-maes"), "dr. Lieve Maes", Role.DOCTOR)
ELS = User(StaffId("staff-els"), "Els Claes", Role.NURSE)
BIRTH = date(2012, 4, 9)  # in the third year of secondary school
_FULL = (
    ("Hexyon", "2012-06-04"),
    ("Hexyon", "2012-07-02"),
    ("Hexyon", "2012-07-30"),
    ("M-M-RVaxPro", "2013-04-15"),
    ("Hexyon", "2013-07-15"),
    ("Tetravac", "2018-10-08"),
    ("M-M-RVaxPro", "2022-11-14"),
)


@dataclass
class VaccinationVisit:
    """The vault of a station on a visit, and the acts of its people."""

    station: Station

    def desk(self, user: User = AN) -> Desk:
        """The open day of somebody."""
        return Desk(
            user,
            self.station.vault,
            DEVICE,
            "LAP-07",
            "CLB De Horizon",
            self.station.clock,
            self.station.ids,
        )

    def save(self, body: Body, **where: object) -> RecordId:
        """A record from elsewhere."""
        return self.station.save(body, **where).record_id

    def pupil(
        self, given: str = "Finn", *, birth: date = BIRTH, stage: str = "S3", history: bool = True
    ) -> PupilOnVisit:
        """A pupil on the list, by default vaccinated as the programme says up to now."""
        pupil_id = PupilId(self.station.ids.new())
        body = Pupil(family_name="Peeters", given_name=given, birth_date=birth, sex=Sex.MALE)
        self.save(body, pupil_id=pupil_id, record_id=pupil_id)
        place = Enrolment(
            pupil_id=pupil_id,
            school_id=SCHOOL,
            school_year=2026,
            class_name="3A",
            stage=stage,
        )
        self.save(place, pupil_id=pupil_id, school_id=SCHOOL)
        listed = VisitPupil(visit_id=VISIT, pupil_id=pupil_id, class_name="3A")
        record_id = derived_record_id("visit_pupil", VISIT, pupil_id)
        self.save(listed, pupil_id=pupil_id, visit_id=VISIT, record_id=record_id)
        for product, on in _FULL if history else ():
            self.dose(pupil_id, product, on)
        with self.station.vault.read() as reader:
            return find_on_visit(reader, VISIT, pupil_id)[0]

    def dose(
        self,
        pupil_id: PupilId,
        product: str,
        on: str,
        source: DoseSource = DoseSource.VACCINNET,
        country: str = "",
    ) -> RecordId:
        """A dose that a register or a booklet knows of."""
        body = Dose(
            pupil_id=pupil_id,
            status=DoseStatus.GIVEN,
            vaccine=product,
            product=product,
            on=on,
            source=source,
            country=country,
        )
        return self.save(body, pupil_id=pupil_id)

    def consent(
        self,
        on_visit: PupilOnVisit,
        *vaccines: str,
        choice: ConsentChoice = ConsentChoice.CLB,
        relation: str = "moeder",
        channel: ConsentChannel = ConsentChannel.PAPER,
        giver: ConsentGiver = ConsentGiver.PARENT,
        yes: tuple[str, ...] = (),
        signed_on: date = date(2026, 11, 2),
        reach: ConsentReach = ConsentReach.SERIES,
    ) -> RecordId:
        """A form that came back."""
        body = Consent(
            pupil_id=on_visit.pupil_id,
            vaccines=vaccines or ("dTpa",),
            choice=choice,
            giver=giver,
            giver_name=f"{relation} Peeters",
            relation=relation,
            channel=channel,
            signed_on=signed_on,
            received_on=date(2026, 11, 5),
            valid_until=date(2027, 8, 31),
            health_answers=dict.fromkeys(yes, True),
            reach=reach,
        )
        return self.save(body, pupil_id=on_visit.pupil_id)

    def lot(
        self, vaccine: str, product: str, number: str, expires_on: date = date(2027, 5, 31)
    ) -> RecordId:
        """A lot that the centre knows."""
        return self.save(
            Lot(vaccine=vaccine, product=product, number=number, expires_on=expires_on)
        )

    def session_entry(self, view: SessionView, **changes: object) -> SessionEntry:
        """Every lot that can be chosen goes along, the box is cold, the kit was looked at."""
        values: dict[str, object] = {
            "vaccinator": view.user.staff_id,
            "registrar": None,
            "doctor": MAES.staff_id,
            "order_id": view.orders[0].order_id if view.orders else None,
            "lots": tuple(
                LotEntry(lot.lot_id, lot.product, lot.number, lot.expires_on, taken=20)
                for lot in view.lots
                if not lot.why_not
            ),
            "departure": Decimal("4.8"),
            "arrival": Decimal("5.1"),
            "kit": True,
        }
        return SessionEntry(**(values | changes))

    def open_session(self, user: User = AN, **changes: object) -> RecordId:
        """The session of a station."""
        desk = self.desk(user)
        view = open_session(desk, VISIT)
        saved = record_session(desk, view, self.session_entry(view, **changes), view.base)
        return saved.value.revisions[-1].record_id

    def give(self, on_visit: PupilOnVisit, user: User = AN, **changes: object) -> Saved:
        """Everything that is planned is given, or the entry as changed."""
        view = self.view(on_visit, user)
        entry = full_entry(view, **changes)
        return record_vaccination(self.desk(user), view, entry, view.base).value

    def given(self, given: str = "Finn") -> PupilOnVisit:
        """A pupil who came with consent for dTpa, and just got it."""
        pupil = self.pupil(given)
        self.consent(pupil)
        self.give(pupil)
        return pupil

    def found(self, shape: type[BodyT]) -> list[Standing[BodyT]]:
        """Every standing record of one kind."""
        kind = next(one.name for one in KINDS.values() if one.shape is shape)
        with self.station.vault.read() as reader:
            return all_standing(reader.heads(kinds=(kind,)), shape)

    def view(self, on_visit: PupilOnVisit, user: User = AN) -> VaccinationView:
        """The page as it is opened."""
        return open_vaccination(self.desk(user), on_visit)


def full_entry(view: VaccinationView, **changes: object) -> VaccinationEntry:
    """Every planned row is given, the birthday is right, every question is answered with no."""
    rows = tuple(RowEntry(row.vaccine, give=True, side=row.side) for row in view.rows)
    planned = frozenset(row.vaccine for row in rows)
    values: dict[str, object] = {
        "rows": rows,
        "typed": f"{view.on_visit.pupil.birth_date:%d%m}",
        "confirmed_by": "pupil",
        "answers": {question.id: False for question in questions_for(planned)},
    }
    return VaccinationEntry(**(values | changes))


@contextmanager
def opened_visit(
    root: Path, *, order: bool = True, vaccines: tuple[str, ...] = ("dTpa", "HPV")
) -> Iterator[VaccinationVisit]:
    """The visit with its team, in a vault that is closed at the end; the test adds the rest."""
    made = VaccinationVisit(new_station(root))
    _plan(made, order=order, vaccines=vaccines)
    yield made
    made.station.vault.close()


@contextmanager
def dtpa_session(
    root: Path, *, order: bool = True, vaccines: tuple[str, ...] = ("dTpa", "HPV")
) -> Iterator[VaccinationVisit]:
    """The visit with one lot of dTpa and an open session of An that took it along."""
    with opened_visit(root, order=order, vaccines=vaccines) as made:
        made.lot("dTpa", "Boostrix", "AC37B2210")
        made.open_session()
        yield made


def _plan(made: VaccinationVisit, *, order: bool, vaccines: tuple[str, ...]) -> None:
    for user in (AN, MAES, ELS):
        made.save(Staff(name=user.name, roles=(user.role,)), record_id=user.staff_id)
    school = School(name="SO Ter Linde", level=SchoolLevel.SECONDARY)
    made.save(school, record_id=SCHOOL, school_id=SCHOOL)
    visit = Visit(
        school_id=SCHOOL,
        on=TODAY,
        kinds=(VisitKind.VACCINATION,),
        classes=(VisitClass(class_name="3A"),),
        team=(AN.staff_id, MAES.staff_id, ELS.staff_id),
        vaccines=vaccines,
    )
    made.save(visit, record_id=VISIT, visit_id=VISIT, school_id=SCHOOL)
    if order:
        made.save(
            StandingOrder(
                doctor_id=MAES.staff_id,
                title="order 2026-27",
                vaccines=("dTpa", "HPV", "MBR", "DTPa-IPV"),
                stages=("L1", "L4", "S1", "S3"),
                valid_from=date(2026, 9, 1),
                valid_until=date(2027, 8, 31),
            )
        )
