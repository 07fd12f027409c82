"""Which visits a laptop has in hand: noted when they go along, mended by what it says it holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from clbdesk.centre import checks, scopes
from clbdesk.centre.centre import Centre
from clbdesk.centre.devices import Device
from clbdesk.centre.schema import CHECKOUT
from clbdesk.domain.revision import Compartment
from clbdesk.ids import PupilId, VisitId
from clbdesk.sync.protocol import Hello


def mend(tx: Connection, centre: Centre, device: Device, ask: Hello, now: datetime) -> None:
    """Let the list of who has what follow what the vault really holds."""
    mine = (
        (CHECKOUT.c.centre_id == centre.centre_id)
        & (CHECKOUT.c.device_id == device.device_id)
        & (CHECKOUT.c.compartment == ask.compartment.value)
        & CHECKOUT.c.released_at.is_(None)
    )
    held = set(tx.execute(select(CHECKOUT.c.visit_id).where(mine)).scalars())
    if gone := held - set(ask.in_hand):
        tx.execute(
            update(CHECKOUT).where(mine, CHECKOUT.c.visit_id.in_(gone)).values(released_at=now)
        )
    for visit_id in dict.fromkeys(ask.in_hand):
        if visit_id not in held and checks.is_uuid(visit_id):
            check_out(tx, centre, device, visit_id, ask.compartment, now)


def check_out(
    tx: Connection,
    centre: Centre,
    device: Device,
    visit_id: VisitId,
    compartment: Compartment,
    now: datetime,
) -> None:
    """Note that a vault has a visit from now on."""
    mine = (
        (CHECKOUT.c.centre_id == centre.centre_id)
        & (CHECKOUT.c.device_id == device.device_id)
        & (CHECKOUT.c.compartment == compartment.value)
        & (CHECKOUT.c.visit_id == visit_id)
    )
    again = tx.execute(update(CHECKOUT).where(mine).values(taken_at=now, released_at=None))
    if again.rowcount == 0:
        tx.execute(
            insert(CHECKOUT),
            {
                "centre_id": centre.centre_id,
                "visit_id": visit_id,
                "device_id": device.device_id,
                "compartment": compartment.value,
                "taken_at": now,
                "released_at": None,
            },
        )


def taken_at(
    tx: Connection, centre: Centre, device: Device, visit_id: str, compartment: Compartment
) -> datetime | None:
    """When this vault took a visit along that it still has."""
    found: datetime | None = tx.execute(
        select(CHECKOUT.c.taken_at).where(
            CHECKOUT.c.centre_id == centre.centre_id,
            CHECKOUT.c.visit_id == visit_id,
            CHECKOUT.c.device_id == device.device_id,
            CHECKOUT.c.compartment == compartment.value,
            CHECKOUT.c.released_at.is_(None),
        )
    ).scalar_one_or_none()
    return found


def pupils_on(tx: Connection, centre: Centre, device: Device) -> frozenset[PupilId]:
    """Everybody on the list of a visit that this laptop has in hand."""
    taken = tx.execute(
        select(CHECKOUT.c.visit_id).where(
            CHECKOUT.c.centre_id == centre.centre_id,
            CHECKOUT.c.device_id == device.device_id,
            CHECKOUT.c.released_at.is_(None),
        )
    ).scalars()
    lists = (scopes.members(tx, centre.centre_id, VisitId(one)) for one in taken.all())
    return frozenset[PupilId]().union(*lists)
