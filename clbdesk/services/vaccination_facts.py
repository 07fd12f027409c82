"""What is known before a needle: of the pupil (consents, doses) and of the station (session, lots).

Read in one steady picture, so that opening, judging and saving look at the same things; the
`prints` of both tell whether anything changed in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from clbdesk.domain.age import age_months
from clbdesk.domain.body import decode
from clbdesk.domain.doctor_order import DoctorOrder
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.people import Enrolment, Pupil, Staff
from clbdesk.domain.revision import Revision, RevisionStatus, Role
from clbdesk.domain.vaccination import (
    Consent,
    Dose,
    DoseSource,
    DoseStatus,
    Lot,
    SessionLot,
    StandingOrder,
    VaccinationSession,
    ValidityOverride,
)
from clbdesk.domain.visits import Visit, VisitKind, school_year_of
from clbdesk.ids import PupilId, RecordId, RevId, StaffId, VisitId
from clbdesk.services.lot_book import LotBook
from clbdesk.services.reading import BodyT, Standing, all_standing
from clbdesk.standards.tables import rule
from clbdesk.standards.vaccination.history import GivenDose, When, is_understood
from clbdesk.standards.vaccination.products import named, products_of
from clbdesk.standards.vaccination.situation import Situation
from clbdesk.storage.vault import Head, Reader
from clbdesk.wording import say

AT_THE_DESK = "desk"
# A register writes the code, a person who reads a booklet the name.
_NETHERLANDS = frozenset({"nl", "nederland"})
Prints = Mapping[RecordId, tuple[RevId, ...]]


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """One pupil on one day: where in the programme, every consent event and every dose fact.

    `orders`: of a doctor for this pupil alone. `is_newer`: a newer program wrote a form or a dose,
    which cannot be read here.
    """

    situation: Situation
    consents: tuple[Standing[Consent], ...]
    doses: tuple[Standing[Dose], ...]
    orders: tuple[Standing[DoctorOrder], ...] = ()
    is_newer: bool = False

    def order_for(self, vaccine: str) -> Standing[DoctorOrder] | None:
        """The order of a doctor for this pupil that holds on the day; none of two versions."""
        found = (one for one in self.orders if one.body.is_for(vaccine) and not one.is_conflict)
        return next((one for one in found if one.body.valid_until >= self.situation.on), None)

    def history(self, without: Collection[RecordId] = ()) -> tuple[GivenDose, ...]:
        """The doses that were given and that the engine understands."""
        return tuple(
            dose
            for one, dose in self._given()
            if one.record_id not in without
            if is_understood(dose)
        )

    def unreadable(self, without: Collection[RecordId] = ()) -> tuple[Dose, ...]:
        """Doses of a product or a date that nobody here knows: the engine is not given them."""
        return tuple(
            one.body
            for one, dose in self._given()
            if one.record_id not in without
            if not is_understood(dose)
        )

    def facts_of(self, visit_id: VisitId) -> tuple[Standing[Dose], ...]:
        """Given or not given on this visit."""
        return tuple(one for one in self.doses if one.revision.visit_id == visit_id)

    def undecided_form(self, vaccine: str) -> str:
        """Why no form about a vaccine is believed before a person chose, or an empty text."""
        if self.is_newer:
            return say("vaccination.newer_program")
        forks = (one.head for one in self.consents if one.is_conflict)
        if any(vaccine in body.vaccines for head in forks for body in _versions(head, Consent)):
            return say("vaccination.consent_two_versions")
        return ""

    def undecided_dose(self, unnamed: Collection[RecordId] = ()) -> str:
        """Two versions of a dose that differ in what counts, as a sentence, or an empty text.

        `unnamed`: doses of which the reader may not know more than that they count.
        """
        for one in self.doses:
            if one.is_conflict and len({_what_counts(leaf) for leaf in one.head.leaves}) > 1:
                if one.record_id in unnamed:
                    return say("vaccination.kept_dose")
                found = named(one.body.product or one.body.vaccine)
                name = found.type.label if found else one.body.vaccine
                return say("vaccination.dose_two_versions", vaccine=name)
        return ""

    def consent_events(self) -> tuple[Consent, ...]:
        """The bodies, for the rules."""
        return tuple(one.body for one in self.consents)

    def prints(self) -> Prints:
        """The leaves of every record."""
        found: list[Standing[Consent] | Standing[Dose] | Standing[DoctorOrder]]
        found = [*self.consents, *self.doses, *self.orders]
        return {one.record_id: one.head.tips for one in found}

    def _given(self) -> list[tuple[Standing[Dose], GivenDose]]:
        return [
            (one, entered(one.body)) for one in self.doses if one.body.status is DoseStatus.GIVEN
        ]


def _versions(head: Head, shape: type[BodyT]) -> list[BodyT]:
    """What every version that this program can read says, those withdrawn too."""
    known = KINDS[head.kind].version
    return [decode(leaf.body, shape) for leaf in head.leaves if leaf.kind_version <= known]


def _what_counts(leaf: Revision) -> tuple[object, ...]:
    """Of a version of a dose: whether it stands and went in, of what, when, and whether it is void."""
    body = decode(leaf.body, Dose)
    given = leaf.status is RevisionStatus.FINAL and body.status is DoseStatus.GIVEN
    return given, body.vaccine, body.product, body.on, body.validity_override


def _is_newer(head: Head) -> bool:
    known = KINDS[head.kind].version
    return any(leaf.kind_version > known for leaf in head.final)


def entered(dose: Dose) -> GivenDose:
    """A dose as the engine reads it."""
    return GivenDose(
        product=dose.product or dose.vaccine,
        on=dose.on,
        source=dose.source,
        is_void=dose.validity_override is ValidityOverride.INVALID,
    )


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What was fixed for a station on a visit. `lots`: every lot of the centre.

    `tables`: every session of the visit. `orders`: that of the session first, as it is the one to
    work under while it holds.
    `is_desk`: pupils are registered here and get their needle at another table.
    """

    visit_id: VisitId
    visit: Visit
    session: Standing[VaccinationSession] | None
    lots: LotBook
    orders: tuple[Standing[StandingOrder], ...]
    staff: Mapping[RecordId, Staff]
    is_desk: bool = False
    tables: Mapping[RecordId, Standing[VaccinationSession]] = field(default_factory=dict)

    @property
    def vaccines(self) -> tuple[str, ...]:
        """The types that can be given here: those of the open session, foreseen ones first."""
        if self.session is None:
            return self.visit.vaccines
        taken = [lot.vaccine for lot in self.session.body.lots]
        foreseen = [vaccine for vaccine in self.visit.vaccines if vaccine in taken]
        return tuple(dict.fromkeys((*foreseen, *taken)))

    @property
    def gives_vaccines(self) -> bool:
        """Whether doses belong to this visit at all, beside looking at the status."""
        return self.session is not None or VisitKind.VACCINATION in self.visit.kinds

    @property
    def observation_minutes(self) -> int:
        """How long a pupil stays after a dose: as the session fixed it, else the rule."""
        if self.session is not None:
            return self.session.body.observation_minutes
        return int(rule("OBSERVATION").number)

    def name(self, staff_id: StaffId | None) -> str:
        """The name of a member of staff, or an empty text."""
        found = self.staff.get(RecordId(staff_id)) if staff_id else None
        return found.name if found else ""

    def lots_of(self, vaccine: str, on: date) -> tuple[SessionLot, ...]:
        """The lots of the session that may be used on a day, the one in use first."""
        return self._fitting(self.session, vaccine, on)

    def lots_behind(self, dose: Dose) -> tuple[SessionLot, ...]:
        """The lot that a dose was given from, and what it could be: lots of the table that gave it.

        It stands first also when that table is not known here, or has it no more.
        """
        table = self.tables.get(dose.session_id) if dose.session_id else None
        taken = table.body.lots if table else ()
        used = next(
            (one for one in taken if (one.vaccine, one.number) == (dose.vaccine, dose.lot)),
            SessionLot(
                lot_id=RecordId(""),
                vaccine=dose.vaccine,
                product=dose.product,
                number=dose.lot,
                expires_on=dose.expires_on or date.max,
                taken=0,
                side=dose.side,
            ),
        )
        others = self._fitting(table, dose.vaccine, date.fromisoformat(dose.on))
        return used, *(one for one in others if one.number != used.number)

    def _fitting(
        self, table: Standing[VaccinationSession] | None, vaccine: str, on: date
    ) -> tuple[SessionLot, ...]:
        fitting = [
            lot
            for lot in (table.body.lots if table else ())
            if lot.vaccine == vaccine and self.lots.expiry(lot) >= on and not self.quarantine(lot)
        ]
        return tuple(sorted(fitting, key=_rank))

    def quarantine(self, lot: SessionLot | None) -> str | None:
        """Why a lot may not be used, or None; its own record may be of another number since."""
        if lot is None:
            return None
        found = self.lots.records.get(lot.lot_id)
        own = found.body.quarantined if found else None
        return own or self.lots.set_apart(lot.vaccine, lot.number)

    def product_of(self, vaccine: str, on: date) -> str:
        """The product that would be given: that of the lot in use, else the usual one."""
        lots = self.lots_of(vaccine, on)
        return lots[0].product if lots else products_of(vaccine)[0].name

    def vaccinator_role(self, role: Role, staff_id: StaffId) -> Role:
        """The function under which the needle is given: the user's, or that of the vaccinator."""
        if self.session is None or self.session.body.vaccinator == staff_id:
            return role
        found = self.staff.get(RecordId(self.session.body.vaccinator))
        roles = found.roles if found else ()
        return Role.DOCTOR if Role.DOCTOR in roles else Role.NURSE

    def prints(self) -> Prints:
        """The leaves of the session, its lots (every record of their number) and the orders."""
        taken = self.session.body.lots if self.session else ()
        looked_at: list[Standing[VaccinationSession] | Standing[Lot] | Standing[StandingOrder]] = [
            *self.orders,
            *self.lots.beside(taken),
        ]
        if self.session is not None:
            looked_at.append(self.session)
        return {one.record_id: one.head.tips for one in looked_at}


def _rank(lot: SessionLot) -> tuple[bool, date, str]:
    """The lot in use first, then first expired first."""
    return not lot.in_use, lot.expires_on, lot.number


def read_station(
    reader: Reader, visit_id: VisitId, visit: Visit, staff_id: StaffId
) -> StationFacts:
    """The station of a member of staff on a visit; a session is opened once per station."""
    own = derived_record_id("vaccination_session", visit_id, staff_id)
    sessions = all_standing(
        reader.heads(kinds=("vaccination_session",), visit_id=visit_id), VaccinationSession
    )
    session = next((one for one in sessions if one.record_id == own), None)
    chosen = session.body.order_id if session else None
    orders = all_standing(reader.heads(kinds=("standing_order",)), StandingOrder)
    return StationFacts(
        visit_id=visit_id,
        visit=visit,
        session=session,
        lots=LotBook(
            {one.record_id: one for one in all_standing(reader.heads(kinds=("lot",)), Lot)}
        ),
        orders=tuple(sorted(orders, key=lambda one: one.record_id != chosen)),
        staff={
            one.record_id: one.body for one in all_standing(reader.heads(kinds=("staff",)), Staff)
        },
        is_desk=reader.setting(desk_key(visit_id, staff_id)) == AT_THE_DESK,
        tables={one.record_id: one for one in sessions},
    )


def desk_key(visit_id: VisitId, staff_id: StaffId) -> str:
    """Where a laptop keeps what somebody does at a visit; `AT_THE_DESK`, or nothing."""
    return f"post/{visit_id}/{staff_id}"


def read_pupils(
    reader: Reader, pupils: Mapping[PupilId, Pupil], on: date, visit_id: VisitId | None = None
) -> dict[PupilId, PupilFacts]:
    """The facts of many pupils; an order for a later visit holds nothing on `visit_id`."""
    ids = tuple(pupils)
    consents: dict[PupilId, list[Standing[Consent]]] = defaultdict(list)
    forms = reader.heads(kinds=("consent",), pupil_ids=ids)
    for consent in all_standing(forms, Consent):
        consents[consent.body.pupil_id].append(consent)
    doses: dict[PupilId, list[Standing[Dose]]] = defaultdict(list)
    needles = reader.heads(kinds=("dose",), pupil_ids=ids)
    for dose in all_standing(needles, Dose):
        doses[dose.body.pupil_id].append(dose)
    newer = {head.leaf.pupil_id for head in (*forms, *needles) if _is_newer(head)}
    orders: dict[PupilId, list[Standing[DoctorOrder]]] = defaultdict(list)
    for order in all_standing(reader.heads(kinds=("doctor_order",), pupil_ids=ids), DoctorOrder):
        if visit_id in {None, order.revision.visit_id} or order.body.valid_until <= on:
            orders[order.body.pupil_id].append(order)
    year = school_year_of(on)
    places = {
        one.body.pupil_id: one.body
        for one in all_standing(reader.heads(kinds=("enrolment",), pupil_ids=ids), Enrolment)
        if one.body.school_year == year
    }
    return {
        pupil_id: PupilFacts(
            situation=_situation(
                pupil, places.get(pupil_id), on, [one.body for one in doses[pupil_id]]
            ),
            consents=tuple(consents[pupil_id]),
            doses=tuple(doses[pupil_id]),
            orders=tuple(orders[pupil_id]),
            is_newer=pupil_id in newer,
        )
        for pupil_id, pupil in pupils.items()
    }


def _situation(
    pupil: Pupil, place: Enrolment | None, on: date, doses: Collection[Dose]
) -> Situation:
    return Situation(
        birth=pupil.birth_date,
        on=on,
        stage=place.stage if place else None,
        special_education=place.special_education if place else False,
        dutch_schedule=any(_is_dutch_booster(dose, pupil.birth_date) for dose in doses),
    )


def _is_dutch_booster(dose: Dose, birth: date) -> bool:
    """A documented DTPa-IPV of the Netherlands at 4 years, the booster of its schedule (S5)."""
    if dose.status is not DoseStatus.GIVEN or dose.country.strip().casefold() not in _NETHERLANDS:
        return False
    given, found = entered(dose), named(dose.product or dose.vaccine)
    if found is None or given.source is DoseSource.ORAL or given.is_void:
        return False
    if not is_understood(given) or found.type.name != "DTPa-IPV":
        return False
    when = When.parse(given.on)
    years = {age_months(birth, day) // 12 for day in (when.first, when.last) if day >= birth}
    return int(rule("S5").number) in years
