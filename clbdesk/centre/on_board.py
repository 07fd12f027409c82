"""A laptop that is lost: exactly which pupils and kinds were on it, for the notice within 72 hours.

Counted is what the centre had given it when it was last heard (GDPR 33, handbook 3 §3.1 G5). What
was typed since and never sent is not known here; the answer says since when that may be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from clbdesk.centre import devices, scopes
from clbdesk.centre.centre import Centre
from clbdesk.centre.directory import current
from clbdesk.centre.schema import ACCESS_LINE, CHECKOUT, DEVICE, LEAF, REVISION
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.names import on_a_list
from clbdesk.domain.people import Pupil
from clbdesk.domain.revision import Compartment
from clbdesk.domain.scopes import CENTRE_SCOPE
from clbdesk.domain.visits import Visit
from clbdesk.ids import DeviceId, PupilId, VisitId


@dataclass(frozen=True, slots=True)
class PupilOnBoard:
    """One pupil on the laptop: records by kind."""

    pupil_id: PupilId
    family_name: str
    given_name: str
    birth_date: str
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class VisitOnBoard:
    """A visit that was not given back."""

    visit_id: VisitId
    compartment: str
    on: str
    taken_at: datetime
    pupils: int


@dataclass(frozen=True, slots=True)
class OnBoard:
    """What was on a laptop. `last_line_at`: the last act in its access log that reached us."""

    device_id: DeviceId
    name: str
    status: str
    seen_at: datetime | None
    last_line_at: datetime | None
    lease_until: datetime | None
    users: tuple[str, ...]
    visits: tuple[VisitOnBoard, ...]
    pupils: tuple[PupilOnBoard, ...]
    kinds: dict[str, int]


def on_board(centre: Centre, device_id: DeviceId) -> OnBoard:
    """What this laptop held when it was last heard."""
    with centre.store.reading() as tx:
        device = tx.execute(
            select(*DEVICE.c).where(
                DEVICE.c.centre_id == centre.centre_id, DEVICE.c.device_id == device_id
            )
        ).one()
        until = _seq_at(tx, centre, device.seen_at)
        visits: list[VisitOnBoard] = []
        by_pupil: dict[PupilId, Counter[str]] = defaultdict(Counter)
        for checkout in _in_hand(tx, centre, device_id):
            found = _contents(tx, centre, device_id, checkout, until)
            for pupil_id, kinds in found.items():
                by_pupil[pupil_id].update(kinds)
            visits.append(_visit(tx, centre, checkout, len(found)))
        pupils = tuple(_pupil(tx, centre, one, kinds) for one, kinds in by_pupil.items())
        people = centre.people.read(tx, centre.centre_id)
        users = devices.slots(tx, centre.centre_id, [device_id]).get(device_id, {})
        return OnBoard(
            device_id=device_id,
            name=device.name,
            status=device.status,
            seen_at=device.seen_at,
            last_line_at=_last_line(tx, centre, device_id),
            lease_until=device.lease_until,
            users=tuple(sorted(people.staff[one].name for one in users if one in people.staff)),
            visits=tuple(visits),
            pupils=tuple(
                sorted(pupils, key=lambda one: on_a_list(one.family_name, one.given_name))
            ),
            kinds=dict(sum((Counter(one.kinds) for one in pupils), Counter[str]())),
        )


def _seq_at(tx: Connection, centre: Centre, seen_at: datetime | None) -> int:
    """The place in the order that the laptop can have reached."""
    if seen_at is None:
        return 0
    newest = tx.execute(
        select(func.max(REVISION.c.seq)).where(
            REVISION.c.centre_id == centre.centre_id, REVISION.c.received_at <= seen_at
        )
    ).scalar_one()
    return int(newest or 0)


@dataclass(frozen=True, slots=True)
class _Checkout:
    visit_id: VisitId
    compartment: Compartment
    taken_at: datetime


def _in_hand(tx: Connection, centre: Centre, device_id: DeviceId) -> list[_Checkout]:
    rows = tx.execute(
        select(CHECKOUT.c.visit_id, CHECKOUT.c.compartment, CHECKOUT.c.taken_at)
        .where(
            CHECKOUT.c.centre_id == centre.centre_id,
            CHECKOUT.c.device_id == device_id,
            CHECKOUT.c.released_at.is_(None),
            CHECKOUT.c.visit_id != CENTRE_SCOPE,
        )
        .order_by(CHECKOUT.c.taken_at, CHECKOUT.c.visit_id)
    )
    return [
        _Checkout(VisitId(one.visit_id), Compartment(one.compartment), one.taken_at) for one in rows
    ]


def _contents(
    tx: Connection, centre: Centre, device_id: DeviceId, checkout: _Checkout, until: int
) -> dict[PupilId, Counter[str]]:
    """Pupil → kinds of a visit. Whoever ever had a slot counts: the key may still be there."""
    people = centre.people.read(tx, centre.centre_id)
    slots = devices.slots(tx, centre.centre_id, [device_id]).get(device_id, {})
    held = {
        membership.role: OF_SCHOOL
        for one in slots
        for membership in people.memberships.of_person.get(one, ())
    }
    scope = scopes.scope_for(tx, centre, checkout.visit_id, checkout.compartment, held)
    return scopes.contents(tx, scope, until)


def _visit(tx: Connection, centre: Centre, checkout: _Checkout, pupils: int) -> VisitOnBoard:
    known = current(tx, centre.centre_id, Visit, LEAF.c.record_id == checkout.visit_id)
    on = next((str(body.on) for _, body in known.values()), "")
    return VisitOnBoard(
        checkout.visit_id, checkout.compartment.value, on, checkout.taken_at, pupils
    )


def _pupil(tx: Connection, centre: Centre, pupil_id: PupilId, kinds: Counter[str]) -> PupilOnBoard:
    known = current(tx, centre.centre_id, Pupil, LEAF.c.pupil_id == pupil_id)
    body = next((body for _, body in known.values()), None)
    return PupilOnBoard(
        pupil_id=pupil_id,
        family_name=body.family_name if body else "",
        given_name=body.given_name if body else "",
        birth_date=str(body.birth_date) if body else "",
        kinds=dict(sorted(kinds.items())),
    )


def _last_line(tx: Connection, centre: Centre, device_id: DeviceId) -> datetime | None:
    newest: datetime | None = tx.execute(
        select(func.max(ACCESS_LINE.c.at)).where(
            ACCESS_LINE.c.centre_id == centre.centre_id, ACCESS_LINE.c.device == device_id
        )
    ).scalar_one()
    return newest
