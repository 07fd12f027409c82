"""P11: what is fixed once per station on a visit: team, order, lots, cold chain, emergency kit.

An expired lot or one in quarantine cannot be chosen; a cool box outside its temperature puts its
lots in quarantine. Lot numbers are kept exactly, serial numbers never (handbook 2 §5.7, §5.8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clbdesk.clock import local_day
from clbdesk.domain.barcode import Package, read_package
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import School
from clbdesk.domain.revision import Role
from clbdesk.domain.stock import ColdChainMoment, lot_key
from clbdesk.domain.vaccination import DoseStatus, SessionLot, VaccinationSession
from clbdesk.domain.visits import Visit
from clbdesk.errors import Defect, Refused
from clbdesk.ids import RecordId, RevId, StaffId, VisitId
from clbdesk.services.class_list import ListRow, open_class_list
from clbdesk.services.counted import was_closed
from clbdesk.services.desk import Desk
from clbdesk.services.other_post import other_posts
from clbdesk.services.outcome import Outcome
from clbdesk.services.reading import Standing, one_standing, open_base
from clbdesk.services.records import Part, Saved, Where, add_parts, base_in, changes_of
from clbdesk.services.vaccination_facts import StationFacts, read_station
from clbdesk.services.vaccination_lots import LotChoice, LotEntry, lot_choices, taken_along
from clbdesk.services.vaccination_plan import PlanGroup
from clbdesk.services.vaccination_stock import (
    doses_of,
    out_of_range,
    quarantine_parts,
    reading_part,
    taken_parts,
)
from clbdesk.standards.tables import rule
from clbdesk.storage.vault import Reader


@dataclass(frozen=True, slots=True)
class OrderChoice:
    """A standing order: who gave it, for which vaccines and grades (none = all), until when."""

    order_id: RecordId
    title: str
    doctor: str
    vaccines: tuple[str, ...]
    stages: tuple[str, ...]
    valid_until: date
    in_time: bool


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who can vaccinate or register."""

    staff_id: StaffId
    name: str
    is_doctor: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """What the page shows. `counts`: pupils per tab of the list; `given`: doses by lot number."""

    visit_id: VisitId
    school: str
    visit: Visit
    today: date
    user: TeamMember
    team: tuple[TeamMember, ...]
    orders: tuple[OrderChoice, ...]
    lots: tuple[LotChoice, ...]
    counts: Mapping[PlanGroup, int]
    given: Mapping[str, int]
    saved: Standing[VaccinationSession] | None
    saved_by: str
    base: tuple[RevId, ...]
    knows_other_posts: bool

    def product_in(self, gtin: str) -> str:
        """The product of a package that was scanned before; empty when nobody told what it is."""
        found = {lot.product for lot in self.lots if gtin and lot.gtin == gtin}
        return found.pop() if len(found) == 1 else ""

    def uncovered(self, order_id: RecordId | None, vaccines: tuple[str, ...]) -> tuple[str, ...]:
        """The vaccines for which an order does not hold today."""
        order = next((one for one in self.orders if one.order_id == order_id), None)
        if order is None or not order.in_time:
            return vaccines
        return tuple(vaccine for vaccine in vaccines if vaccine not in order.vaccines)


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """The form. Temperatures in °C; `kit` None = not answered.

    `several_posts`: more tables work at this visit, also when this laptop knows of none.
    """

    vaccinator: StaffId
    registrar: StaffId | None
    doctor: StaffId
    order_id: RecordId | None
    lots: tuple[LotEntry, ...]
    departure: Decimal | None
    arrival: Decimal | None
    kit: bool | None
    several_posts: bool = False


def open_session(desk: Desk, visit_id: VisitId) -> SessionView:
    """Everything that a session is opened with; the standing one when this station has it."""
    listed = open_class_list(desk, visit_id).rows
    today = local_day(desk.clock.now())
    with desk.vault.read() as reader:
        visit = one_standing(reader, RecordId(visit_id), Visit)
        if visit is None:
            raise Defect("class_list.unknown_visit")
        school = one_standing(reader, RecordId(visit.body.school_id), School)
        station = read_station(reader, visit_id, visit.body, desk.user.staff_id)
        base = open_base(reader.head(_record_id(visit_id, desk.user.staff_id)))
        knows_other_posts = other_posts(reader, visit_id) is not None
    session = station.session
    return SessionView(
        visit_id=visit_id,
        school=school.body.name if school else "",
        visit=visit.body,
        today=today,
        user=TeamMember(desk.user.staff_id, desk.user.name, desk.user.role is Role.DOCTOR),
        team=_team(station, desk),
        orders=_orders(station, today),
        lots=lot_choices(station, today),
        counts=_counts(listed),
        given=_given(listed),
        saved=session,
        saved_by=station.name(session.revision.author) if session else "",
        base=base,
        knows_other_posts=knows_other_posts,
    )


def find_lot(view: SessionView, typed: str) -> tuple[LotChoice | None, Package]:
    """What a scanned or typed code names: a known lot, or what the package says about itself.

    Of two boxes of one number the one that cannot be chosen is named.
    """
    known = {lot_key(lot.number): lot for lot in sorted(view.lots, key=lambda lot: lot.why_not)}
    if found := known.get(lot_key(typed)):
        return found, Package(gtin=None, lot=found.number, expires_on=found.expires_on)
    written = {lot.number for lot in view.lots} | {key.upper() for key in known}
    package = read_package(typed.strip(), written)
    return known.get(lot_key(package.lot or "")), package


def record_session(
    desk: Desk, view: SessionView, entry: SessionEntry, base: tuple[RevId, ...]
) -> Outcome[Saved]:
    """Open the session of this station, or change what was fixed.

    Refused as `taken_along` says, `vaccination.lot_used` when a lot is left out of which doses were
    given, `vaccination.session_closed` after closing; all lots of the box go into quarantine when a
    temperature is out of range.
    """
    with desk.vault.write() as work:
        station = read_station(work, view.visit_id, view.visit, desk.user.staff_id)
        if station.session is not None and was_closed(station.session.head):
            raise Refused("vaccination.session_closed")
        today = local_day(desk.clock.now())
        lots, new = taken_along(station, entry.lots, today, lambda: RecordId(desk.ids.new()))
        _refuse_without(work, station, lots)
        parts = [Part(lot, Where(), lot_id) for lot_id, lot in new.items()]
        warm = next((t for t in (entry.departure, entry.arrival) if out_of_range(t)), None)
        if warm is not None:
            parts = quarantine_parts(station.lots.records, lots, warm, today, new)
        record_id = _record_id(view.visit_id, desk.user.staff_id)
        body = VaccinationSession(
            visit_id=view.visit_id,
            vaccinator=entry.vaccinator,
            registrar=entry.registrar,
            doctor=entry.doctor,
            order_id=entry.order_id,
            lots=lots,
            departure_celsius=entry.departure,
            arrival_celsius=entry.arrival,
            emergency_kit_checked=entry.kit,
            observation_minutes=int(rule("OBSERVATION").number),
            several_posts=entry.several_posts,
        )
        where = Where(visit_id=view.visit_id)
        parts += _ledger_parts(desk, work, body, record_id)
        parts.append(Part(body, where, record_id, base_in(work, record_id, base)))
        reason = "aangevuld" if base else None
        saved = add_parts(desk, work, parts, reason=reason)
        work.drop_draft(desk.user.staff_id, form_of(view.visit_id))
    return Outcome(saved, changes_of(saved.revisions))


def _refuse_without(reader: Reader, station: StationFacts, lots: tuple[SessionLot, ...]) -> None:
    """A lot from which somebody got a dose stays in the session: it is counted at the end."""
    if station.session is None:
        return
    kept = {(lot.vaccine, lot.number) for lot in lots}
    for one in doses_of(reader, station.session):
        body = one.body
        if body.status is DoseStatus.GIVEN and (body.vaccine, body.lot) not in kept:
            raise Refused("vaccination.lot_used", lot=body.lot)


def _ledger_parts(
    desk: Desk, reader: Reader, body: VaccinationSession, session_id: RecordId
) -> list[Part]:
    """What goes along and how cold it was, for the ledger of the station."""
    parts: list[Part | None] = [*taken_parts(reader, body.visit_id, session_id, body.lots)]
    for moment, celsius in (
        (ColdChainMoment.DEPARTURE, body.departure_celsius),
        (ColdChainMoment.ARRIVAL, body.arrival_celsius),
    ):
        for cool_box in dict.fromkeys(lot.cool_box for lot in body.lots):
            if celsius is not None:
                now = desk.clock.now()
                parts.append(
                    reading_part(reader, body.visit_id, session_id, cool_box, moment, celsius, now)
                )
    return [part for part in parts if part is not None]


def form_of(visit_id: VisitId) -> str:
    """The key of the draft of this page."""
    return f"vaccination_session/{visit_id}"


def _record_id(visit_id: VisitId, staff_id: StaffId) -> RecordId:
    return derived_record_id("vaccination_session", visit_id, staff_id)


def _team(station: StationFacts, desk: Desk) -> tuple[TeamMember, ...]:
    """Doctors and nurses of the visit; the user is always among them."""
    ids = dict.fromkeys((desk.user.staff_id, *station.visit.team))
    found = []
    for staff_id in ids:
        staff = station.staff.get(RecordId(staff_id))
        roles = staff.roles if staff else ()
        if {Role.DOCTOR, Role.NURSE} & set(roles):
            found.append(TeamMember(staff_id, station.name(staff_id), Role.DOCTOR in roles))
    if not any(one.is_doctor for one in found):
        found += [
            TeamMember(StaffId(record_id), staff.name, is_doctor=True)
            for record_id, staff in station.staff.items()
            if Role.DOCTOR in staff.roles and staff.active
        ]
    return tuple(found)


def _orders(station: StationFacts, today: date) -> tuple[OrderChoice, ...]:
    return tuple(
        OrderChoice(
            order_id=one.record_id,
            title=one.body.title,
            doctor=station.name(one.body.doctor_id),
            vaccines=one.body.vaccines,
            stages=one.body.stages,
            valid_until=one.body.valid_until,
            in_time=one.body.valid_from <= today <= one.body.valid_until,
        )
        for one in station.orders
    )


def _counts(listed: tuple[ListRow, ...]) -> dict[PlanGroup, int]:
    counts = dict.fromkeys(PlanGroup, 0)
    for row in listed:
        if row.vaccination is not None:
            counts[row.vaccination.group] += 1
    return counts


def _given(listed: tuple[ListRow, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in listed:
        for one in row.vaccination.vaccines if row.vaccination else ():
            if one.is_given and one.fact is not None:
                found[one.fact.body.lot] = found.get(one.fact.body.lot, 0) + 1
    return found


def tally(rows: tuple[ListRow, ...], staff_id: StaffId) -> dict[str, int]:
    """How many doses of each vaccine somebody gave on this visit."""
    found: dict[str, int] = {}
    for row in rows:
        for one in row.vaccination.vaccines if row.vaccination else ():
            if one.is_given and one.fact is not None and one.fact.body.vaccinator == staff_id:
                found[one.vaccine] = found.get(one.vaccine, 0) + 1
    return found


def has_session(desk: Desk, visit_id: VisitId) -> bool:
    """Whether this station opened its session."""
    with desk.vault.read() as reader:
        record_id = _record_id(visit_id, desk.user.staff_id)
        return one_standing(reader, record_id, VaccinationSession) is not None
