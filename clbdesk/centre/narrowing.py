"""The table of rights as a centre has it, and giving a role less than the table does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from clbdesk.centre.centre import Centre
from clbdesk.centre.schema import CHECKOUT
from clbdesk.centre.writing import Entry, write
from clbdesk.domain.data_class import DataClass, Reads, RightsNarrowing, Writes
from clbdesk.domain.kinds import KINDS, derived_record_id
from clbdesk.domain.revision import Role
from clbdesk.domain.rights import class_of
from clbdesk.errors import Refused


@dataclass(frozen=True, slots=True)
class RightLine:
    """One class for one role, with the kinds of record that belong to it."""

    data_class: str
    role: str
    reads: str
    within: str
    writes: str
    writes_within: str
    kinds: tuple[str, ...]


def rights_in_force(centre: Centre) -> list[RightLine]:
    """The catalogue of who may reach what (Act of 30/07/2018, art. 9), narrowings applied."""
    with centre.store.reading() as tx:
        rights = centre.people.read(tx, centre.centre_id).rights
    lines = []
    for data_class in DataClass:
        kinds = tuple(kind for kind in KINDS if class_of(kind) is data_class)
        for role in Role:
            right = rights.right(data_class, role)
            if role is not Role.CENTRE:
                line = RightLine(
                    data_class,
                    role,
                    right.reads.value,
                    ", ".join(sorted(right.within)),
                    right.writes.value,
                    ", ".join(sorted(right.writes_within)),
                    kinds,
                )
                lines.append(line)
    return lines


def narrow(
    centre: Centre, data_class: DataClass, role: Role, reads: Reads, writes: Writes, reason: str
) -> None:
    """Give a role less than the table does; more than the table says changes nothing.

    Refused without a reason, and while visits are taken along: what those laptops hold must stay
    what the centre counts.
    """
    if not reason.strip():
        raise Refused("centre.reason_missing", field="reason")
    with centre.store.writing() as tx:
        out = tx.execute(
            select(func.count()).where(
                CHECKOUT.c.centre_id == centre.centre_id, CHECKOUT.c.released_at.is_(None)
            )
        ).scalar_one()
        if out:
            raise Refused("centre.visits_are_out")
        body = RightsNarrowing(data_class=data_class, role=role, reads=reads, writes=writes)
        record_id = derived_record_id("rights_narrowing", data_class.value, role.value)
        write(tx, centre, [Entry(record_id, body, reason=reason.strip())])
