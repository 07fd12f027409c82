"""What the office does at the centre: schools, staff, visits, orders, lots, laptops.

Each function is one transaction. The command line (clbdesk/cli/centre.py) and the demonstration
call these; screens may follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import msgspec
from sqlalchemy import Connection, select

from clbdesk.centre import devices
from clbdesk.centre.centre import Centre
from clbdesk.centre.cohort import moments_on
from clbdesk.centre.directory import current
from clbdesk.centre.schema import DEVICE, LEAF
from clbdesk.centre.writing import Entry, write
from clbdesk.clock import BRUSSELS, local_day
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Enrolment, Membership, School, Staff, last_place, place_in
from clbdesk.domain.revision import RevisionStatus, Role
from clbdesk.domain.vaccination import Lot, StandingOrder
from clbdesk.domain.visits import ContactMoment, Visit, VisitPupil, school_year_of
from clbdesk.errors import Refused
from clbdesk.ids import DeviceId, PupilId, RecordId, SchoolId, StaffId, VisitId
from clbdesk.standards.vaccination.products import products
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.standards.vaccination.situation import STAGES
from clbdesk.sync.protocol import EnrolmentCode, fingerprint_of

# A membership that was not given a first day counts from the school year before this one: history
# that comes in under a name must not fail on the day that the program was installed.
_SCHOOL_YEAR_START = (9, 1)


def add_school(centre: Centre, school: School) -> SchoolId:
    """A new school. Refused without a name, or when there is one of that name already."""
    if not school.name.strip():
        raise Refused("centre.name_missing", field="name")
    with centre.store.writing() as tx:
        known = current(tx, centre.centre_id, School)
        if any(body.name == school.name for _, body in known.values()):
            raise Refused("centre.school_exists", field="name")
        school_id = SchoolId(centre.ids.new())
        write(tx, centre, [Entry(RecordId(school_id), school, school_id=school_id)])
    return school_id


def schools(centre: Centre) -> dict[SchoolId, School]:
    """All schools."""
    with centre.store.reading() as tx:
        known = current(tx, centre.centre_id, School)
    return {SchoolId(record_id): body for record_id, (_, body) in known.items()}


def add_staff(
    centre: Centre,
    name: str,
    roles: Sequence[Role],
    *,
    since: date | None = None,
    school_ids: Sequence[SchoolId] = (),
) -> StaffId:
    """A new member of staff with a membership per role: at these schools, or at all.

    `since`: first day; the start of the previous school year when it is not given.
    """
    if not name.strip() or not roles or Role.CENTRE in roles:
        raise Refused("centre.staff_incomplete", field="roles")
    first_day = since or _default_since(centre)
    staff_id = StaffId(centre.ids.new())
    entries = [Entry(RecordId(staff_id), Staff(name=name.strip(), roles=tuple(roles)))]
    entries += [
        _membership(
            centre, Membership(staff_id=staff_id, role=role, school_id=one, since=first_day)
        )
        for role in roles
        for one in (school_ids or (None,))
    ]
    with centre.store.writing() as tx:
        write(tx, centre, entries)
    return staff_id


def _default_since(centre: Centre) -> date:
    year = school_year_of(local_day(centre.clock.now())) - 1
    return date(year, *_SCHOOL_YEAR_START)


def _membership(centre: Centre, membership: Membership) -> Entry:
    return Entry(RecordId(centre.ids.new()), membership, school_id=membership.school_id)


def staff(centre: Centre) -> dict[StaffId, Staff]:
    """All members of staff."""
    with centre.store.reading() as tx:
        return dict(centre.people.read(tx, centre.centre_id).staff)


def add_membership(centre: Centre, membership: Membership) -> RecordId:
    """Another function of somebody, at a school or at all.

    Refused when there is no such person, or when it ends before it begins.
    """
    if membership.until is not None and membership.until < membership.since:
        raise Refused("centre.period_reversed", field="until")
    with centre.store.writing() as tx:
        if membership.staff_id not in centre.people.read(tx, centre.centre_id).staff:
            raise Refused("centre.no_such_staff", field="staff")
        entry = _membership(centre, membership)
        write(tx, centre, [entry])
    return entry.record_id


def end_memberships(centre: Centre, staff_id: StaffId, last_day: date) -> int:
    """Somebody leaves: all memberships end with a day; how many."""
    with centre.store.writing() as tx:
        known = current(tx, centre.centre_id, Membership)
        entries = [
            Entry(
                record_id,
                msgspec.structs.replace(body, until=last_day),
                school_id=body.school_id,
                reason="ended",
            )
            for record_id, (_, body) in known.items()
            if body.staff_id == staff_id and (body.until is None or body.until > last_day)
        ]
        return write(tx, centre, entries)


def plan_visit(centre: Centre, visit: Visit) -> VisitId:
    """A new visit, with who comes to it from its classes on its list.

    Refused when the school, a vaccine or somebody of the team does not exist, or when the visit
    ends before it begins.
    """
    _must_know(visit.vaccines)
    if visit.start is not None and visit.end is not None and visit.end <= visit.start:
        raise Refused("centre.times_reversed", field="end")
    visit_id = VisitId(centre.ids.new())
    with centre.store.writing() as tx:
        if RecordId(visit.school_id) not in current(tx, centre.centre_id, School):
            raise Refused("centre.no_such_school", field="school")
        people = centre.people.read(tx, centre.centre_id)
        if any(one not in people.staff for one in visit.team):
            raise Refused("centre.no_such_staff", field="team")
        starts = datetime.combine(visit.on, visit.start or time(8, 0), BRUSSELS)
        entry = Entry(
            RecordId(visit_id),
            visit,
            visit_id=visit_id,
            school_id=visit.school_id,
            occurred_at=starts,
        )
        write(tx, centre, [entry])
        fill_visit(tx, centre, visit_id, visit)
    return visit_id


def visits(centre: Centre) -> dict[VisitId, Visit]:
    """All visits, by day."""
    with centre.store.reading() as tx:
        known = current(tx, centre.centre_id, Visit)
    by_day = sorted(known.items(), key=lambda one: (one[1][1].on, one[0]))
    return {VisitId(record_id): body for record_id, (_, body) in by_day}


def count_listed(centre: Centre, visit_id: VisitId) -> int:
    """How many pupils stand on the list of a visit."""
    with centre.store.reading() as tx:
        return len(current(tx, centre.centre_id, VisitPupil, LEAF.c.visit_id == visit_id))


def fill_visit(tx: Connection, centre: Centre, visit_id: VisitId, visit: Visit) -> int:
    """Put on the list of a visit who comes from its classes; how many were not on it yet.

    Each with the contact that the rules of the planning give (`moments_on`). Nobody is taken off: who has moved on in between is for the team to see.
    """
    classes = {one.class_name for one in visit.classes}
    year = school_year_of(visit.on)
    enrolled = current(tx, centre.centre_id, Enrolment, LEAF.c.school_id == visit.school_id)
    listed = current(tx, centre.centre_id, VisitPupil, LEAF.c.visit_id == visit_id)
    present = {body.pupil_id for _, body in listed.values()}
    of_classes = [
        body
        for _, body in enrolled.values()
        if body.school_year == year and body.class_name in classes
    ]
    moments = moments_on(tx, centre, visit, of_classes)
    entries = [
        Entry(
            derived_record_id("visit_pupil", visit_id, body.pupil_id),
            VisitPupil(
                visit_id=visit_id,
                pupil_id=body.pupil_id,
                class_name=body.class_name,
                moment=moments[body.pupil_id],
            ),
            pupil_id=body.pupil_id,
            visit_id=visit_id,
            school_id=visit.school_id,
        )
        for body in of_classes
        if body.pupil_id in moments and body.pupil_id not in present
    ]
    return write(tx, centre, entries)


def fill_coming_visits(tx: Connection, centre: Centre, school_id: SchoolId) -> int:
    """The same for every visit of a school from today on: a new class list changes their lists."""
    today = local_day(centre.clock.now())
    known = current(tx, centre.centre_id, Visit, LEAF.c.school_id == school_id)
    return sum(
        fill_visit(tx, centre, VisitId(record_id), body)
        for record_id, (_, body) in known.items()
        if body.on >= today
    )


def add_to_visit(
    centre: Centre, visit_id: VisitId, pupil_id: PupilId, moment: ContactMoment | None = None
) -> None:
    """Put one pupil on the list of a visit. Refused when visit or enrolment does not exist."""
    with centre.store.writing() as tx:
        visits = current(tx, centre.centre_id, Visit, LEAF.c.record_id == visit_id)
        enrolled = current(tx, centre.centre_id, Enrolment, LEAF.c.pupil_id == pupil_id)
        places = [body for _, body in enrolled.values()]
        if not visits or not places:
            raise Refused("centre.no_such_visit", field="visit")
        _, visit = visits[RecordId(visit_id)]
        school_id = visit.school_id
        place = place_in(places, school_year_of(visit.on), school_id) or last_place(places)
        assert place is not None
        listed = VisitPupil(
            visit_id=visit_id, pupil_id=pupil_id, class_name=place.class_name, moment=moment
        )
        entry = Entry(
            derived_record_id("visit_pupil", visit_id, pupil_id),
            listed,
            pupil_id=pupil_id,
            visit_id=visit_id,
            school_id=school_id,
        )
        write(tx, centre, [entry])


def _must_know(vaccines: Sequence[str]) -> None:
    for vaccine in vaccines:
        if vaccine not in vaccine_types():
            raise Refused("centre.no_such_vaccine", field="vaccine", name=vaccine)


def add_lot(centre: Centre, lot: Lot) -> RecordId:
    """A lot in the fridge of the centre. Refused without a number, or of no known product."""
    _must_know((lot.vaccine,))
    product = products().get(lot.product)
    if product is None or product.type.name != lot.vaccine:
        raise Refused("centre.no_such_product", field="product", name=lot.product)
    if not lot.number.strip():
        raise Refused("centre.name_missing", field="number")
    record_id = RecordId(centre.ids.new())
    with centre.store.writing() as tx:
        write(tx, centre, [Entry(record_id, lot)])
    return record_id


def add_standing_order(centre: Centre, order: StandingOrder) -> RecordId:
    """A standing order of a doctor.

    Refused when that person is no doctor, for no known vaccine or grade, or for no days at all.
    """
    _must_know(order.vaccines)
    for stage in order.stages:
        if stage not in STAGES:
            raise Refused("centre.no_such_stage", field="stage", name=stage)
    if order.valid_until < order.valid_from:
        raise Refused("centre.period_reversed", field="valid_until")
    record_id = RecordId(centre.ids.new())
    with centre.store.writing() as tx:
        person = centre.people.read(tx, centre.centre_id).staff.get(order.doctor_id)
        if person is None or Role.DOCTOR not in person.roles:
            raise Refused("centre.no_such_doctor", field="doctor")
        write(tx, centre, [Entry(record_id, order)])
    return record_id


def cancel_visit(centre: Centre, visit_id: VisitId, reason: str) -> None:
    """Withdraw a visit that will not be. Refused when there is no such visit, or without a reason."""
    if not reason.strip():
        raise Refused("centre.reason_missing", field="reason")
    record_id = RecordId(visit_id)
    with centre.store.writing() as tx:
        known = current(tx, centre.centre_id, Visit, LEAF.c.record_id == record_id)
        if record_id not in known:
            raise Refused("centre.no_such_visit", field="visit")
        revision, body = known[record_id]
        entry = Entry(
            record_id,
            body,
            visit_id=visit_id,
            school_id=body.school_id,
            occurred_at=revision.occurred_at,
            status=RevisionStatus.WITHDRAWN,
            reason=reason,
        )
        write(tx, centre, [entry])


def new_enrolment_code(centre: Centre, device_name: str, users: Sequence[StaffId]) -> str:
    """A one-time code for a laptop and its first users: ten minutes, five tries."""
    if not device_name.strip() or len(device_name) > 40 or not users:
        raise Refused("centre.device_incomplete", field="device")
    with centre.store.writing() as tx:
        people = centre.people.read(tx, centre.centre_id)
        if any(one not in people.staff for one in users):
            raise Refused("centre.no_such_staff", field="users")
        taken = select(DEVICE.c.device_id).where(
            DEVICE.c.centre_id == centre.centre_id, DEVICE.c.name == device_name.strip()
        )
        if tx.execute(taken).first() is not None:
            raise Refused("centre.device_exists", field="device")
        secret = devices.new_code(
            tx,
            centre.centre_id,
            device_name=device_name.strip(),
            users=users,
            now=centre.clock.now(),
            random_bytes=centre.random_bytes,
        )
    return str(EnrolmentCode(secret, fingerprint_of(centre.authority.der)))


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A laptop in the list. `clock_offset_seconds`: centre minus laptop when last heard."""

    device_id: DeviceId
    name: str
    status: str
    users: tuple[str, ...]
    enrolled_at: datetime
    seen_at: datetime | None
    lease_until: datetime | None
    clock_offset_seconds: int | None


def device_list(centre: Centre) -> list[DeviceLine]:
    """All laptops, by name."""
    with centre.store.reading() as tx:
        people = centre.people.read(tx, centre.centre_id)
        rows = tx.execute(
            select(*DEVICE.c).where(DEVICE.c.centre_id == centre.centre_id).order_by(DEVICE.c.name)
        ).all()
        slots = devices.slots(tx, centre.centre_id, [row.device_id for row in rows])
    return [
        DeviceLine(
            device_id=DeviceId(row.device_id),
            name=row.name,
            status=row.status,
            users=tuple(
                sorted(
                    people.staff[one].name
                    for one, slot in slots.get(row.device_id, {}).items()
                    if slot.until is None and one in people.staff
                )
            ),
            enrolled_at=row.enrolled_at,
            seen_at=row.seen_at,
            lease_until=row.lease_until,
            clock_offset_seconds=row.clock_offset_seconds,
        )
        for row in rows
    ]


def find_device(centre: Centre, name_or_id: str) -> DeviceId:
    """A laptop by its name or id. Refused when there is none."""
    for line in device_list(centre):
        if name_or_id in (line.name, line.device_id):
            return line.device_id
    raise Refused("centre.no_such_device", field="device")


def set_device_users(centre: Centre, device_id: DeviceId, users: Sequence[StaffId]) -> None:
    """Who may have a key slot on a laptop from today on."""
    with centre.store.writing() as tx:
        devices.set_users(tx, centre.centre_id, device_id, users, centre.clock.now())


def revoke_device(centre: Centre, device_id: DeviceId) -> None:
    """From now on a laptop may only push what waits."""
    with centre.store.writing() as tx:
        devices.revoke(tx, centre.centre_id, device_id)
