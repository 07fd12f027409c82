"""Who may read and write what: role × kind × relation, one function for laptop and centre.

The rows are resources/standards/rights.csv (handbook 3 §8: need-to-know and the position of the
Order of Physicians). A centre may narrow a row, never widen it; and whatever a row says, the wall
between medical and guidance data is two keys, inside which this table works.

A new kind: its class in `_CLASS_OF`, one line. A kind without one belongs to the class of its
compartment: medical → measures, guidance → guidance, planning → office (read by all, written at
the centre), the vault of its author → disclosure. What goes out of the house at a rights request is
another matter (domain/disclosure.py).
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from clbdesk.assets import resource
from clbdesk.domain.data_class import DataClass, Reads, Relation, RightsNarrowing, Writes
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.membership import Memberships
from clbdesk.domain.people import Membership
from clbdesk.domain.revision import Compartment, Role
from clbdesk.errors import Environment
from clbdesk.ids import SchoolId, StaffId

_FILE = "rights.csv"

_COMPARTMENTS: dict[Role, tuple[Compartment, ...]] = {
    Role.DOCTOR: (Compartment.MEDICAL,),
    Role.NURSE: (Compartment.MEDICAL,),
    Role.SOCIAL_WORKER: (Compartment.GUIDANCE,),
    Role.PSYCHOPEDAGOGUE: (Compartment.GUIDANCE,),
    Role.ADMINISTRATION: (),
    Role.DIRECTOR: (),
    Role.CENTRE: (),
}

_CLASS_OF: dict[str, DataClass] = {
    "pupil": DataClass.IDENTITY,
    "enrolment": DataClass.IDENTITY,
    "visit_pupil": DataClass.IDENTITY,
    "competence": DataClass.CAPACITY,
    "guardian": DataClass.CAPACITY,
    "attendance": DataClass.PLANNING,
    "guidance_request": DataClass.REQUEST,
    "visit_defaults": DataClass.PLANNING,
    "room_check": DataClass.PLANNING,
    "visit_start": DataClass.DAY,
    "visit_close": DataClass.DAY,
    "puberty": DataClass.EXAMINATION,
    "growth_reference": DataClass.EXAMINATION,
    "conclusion": DataClass.CONCLUSION,
    "referral": DataClass.CONCLUSION,
    "consent": DataClass.VACCINATION,
    "identity_check": DataClass.VACCINATION,
    "prescreen": DataClass.VACCINATION,
    "dose": DataClass.VACCINATION,
    "observation": DataClass.VACCINATION,
    "vaccination_status": DataClass.VACCINATION,
    "vaccination_session": DataClass.VACCINATION,
    "incident": DataClass.VACCINATION,
    "lot": DataClass.STOCK,
    "stock_move": DataClass.STOCK,
    "cold_chain": DataClass.STOCK,
    "standing_order": DataClass.ORDERS,
    "doctor_order": DataClass.ORDERS,
    "rule_signoff": DataClass.ORDERS,
    "care_meeting": DataClass.CONSULTATIVE,
    "consultative_note": DataClass.CONSULTATIVE,
    "agreement": DataClass.CONSULTATIVE,
    "transition": DataClass.CONSULTATIVE,
    "school_output": DataClass.CONSULTATIVE,
    "guide_wording": DataClass.CONSULTATIVE,
    "stock_phrase": DataClass.CONSULTATIVE,
    "letter": DataClass.CONCLUSION,
    "intervention": DataClass.INTERVENTION,
    "shielding": DataClass.DISCLOSURE,
    "school_message": DataClass.DISCLOSURE,
    "access_request": DataClass.DISCLOSURE,
    "signal": DataClass.SIGNAL,
    "signal_narrative": DataClass.SIGNAL,
    "second_reading": DataClass.SIGNAL,
    # Ciphertext and public keys: who is in the circle is a matter of keys, not of functions.
    "safety_concern": DataClass.CIRCLE,
    "staff_key": DataClass.CIRCLE,
}

_CLASS_OF_COMPARTMENT = {
    Compartment.PLANNING: DataClass.OFFICE,
    Compartment.MEDICAL: DataClass.MEASURES,
    Compartment.GUIDANCE: DataClass.GUIDANCE,
    None: DataClass.DISCLOSURE,
}


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table. `within`: reading needs this relation to the record."""

    reads: Reads
    writes: Writes
    within: Relation | None = None

    def narrowed(self, reads: Reads, writes: Writes) -> Right:
        """The lesser of both, for reading and for writing apart."""
        return Right(
            min(self.reads, reads, key=tuple(Reads).index),
            min(self.writes, writes, key=tuple(Writes).index),
            self.within,
        )


NO_RIGHT = Right(Reads.NO, Writes.NO)


class Rights:
    """The table as one centre has it: as it comes, or narrowed."""

    def __init__(self, narrowings: Iterable[RightsNarrowing] = ()) -> None:
        """Several for one class and role all hold: the least of them counts."""
        self._rows = dict(table())
        for one in narrowings:
            key = one.data_class, one.role
            self._rows[key] = self._rows.get(key, NO_RIGHT).narrowed(one.reads, one.writes)

    def right(self, data_class: DataClass, role: Role) -> Right:
        """The row of a role; none = nothing."""
        return self._rows.get((data_class, role), NO_RIGHT)

    def may_read(self, role: Role, kind: str, relation: frozenset[Relation] = frozenset()) -> bool:
        """Whether this role may see records of this kind; an unknown kind is never shown.

        `relation`: what the person has to do with the record; none known = none.
        """
        if role is Role.CENTRE:
            return kind in KINDS
        if not _behind_the_wall(role, kind):
            return False
        right = self.right(class_of(kind), role)
        return right.reads is Reads.YES and (right.within is None or right.within in relation)

    def may_write(self, role: Role, kind: str) -> bool:
        """Whether this role may record, correct or withdraw records of this kind."""
        if role is Role.CENTRE:
            return kind in KINDS
        if not _behind_the_wall(role, kind):
            return False
        return self.right(class_of(kind), role).writes is not Writes.NO

    def kinds_for(self, roles: frozenset[Role], compartment: Compartment) -> frozenset[str]:
        """The kinds that a vault of this compartment receives when these roles hold a slot in it.

        What is read only in a relation is not among them: it goes from person to person.
        """
        held = [role for role in roles if compartment in _COMPARTMENTS[role]]
        return frozenset(
            name
            for name, kind in KINDS.items()
            if kind.compartment in (Compartment.PLANNING, compartment, None)
            and any(self.may_read(role, name) for role in held)
        )


@cache
def as_it_comes() -> Rights:
    """The table without a centre's narrowings."""
    return Rights()


class _InForce:
    """The rights on this laptop now: replaced as a whole, so that every thread sees one picture."""

    rights: Rights | None = None
    memberships: Memberships | None = None


def put_rights_in_force(
    narrowings: Iterable[RightsNarrowing], memberships: Iterable[Membership] = ()
) -> None:
    """Narrow from now on what the open desk may do, and say who works where.

    For a laptop, where one desk is open at a time. The centre asks its own `Rights`.
    """
    own, known = tuple(narrowings), tuple(memberships)
    _InForce.rights = Rights(own) if own else None
    _InForce.memberships = Memberships.of(known) if known else None


def works_for(staff_id: StaffId, role: Role, school_id: SchoolId | None, day: date) -> bool:
    """Whether somebody at the open desk works in this role for this school on this day.

    Before the first word of the centre this laptop knows no membership at all: then the key slot
    decides alone.
    """
    known = _InForce.memberships
    return known is None or role is Role.CENTRE or known.works_for(staff_id, role, school_id, day)


def compartments_of(role: Role) -> tuple[Compartment, ...]:
    """The vaults of which somebody in this role may hold a key slot on a laptop."""
    return _COMPARTMENTS[role]


def may_read(role: Role, kind: str, relation: frozenset[Relation] = frozenset()) -> bool:
    """Whether this role may read this kind at the open desk."""
    return (_InForce.rights or as_it_comes()).may_read(role, kind, relation)


def may_write(role: Role, kind: str) -> bool:
    """Whether this role may write this kind at the open desk."""
    return (_InForce.rights or as_it_comes()).may_write(role, kind)


def class_of(kind: str) -> DataClass:
    """The class of a known kind."""
    return _CLASS_OF.get(kind) or _CLASS_OF_COMPARTMENT[KINDS[kind].compartment]


def _behind_the_wall(role: Role, kind: str) -> bool:
    """Whether the key that this role can hold opens records of this kind; planning needs none."""
    known = KINDS.get(kind)
    if known is None:
        return False
    if known.compartment is Compartment.PLANNING:
        return True
    held = _COMPARTMENTS[role]
    return bool(held) if known.compartment is None else known.compartment in held


@cache
def table() -> dict[tuple[DataClass, Role], Right]:
    """The rows of rights.csv; Environment when they are not those of the manifest."""
    folder = resource("standards")
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    entry = next(one for one in manifest["table"] if one["file"] == _FILE)
    content = (folder / _FILE).read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise Environment("standards.table_damaged", name=entry["name"])
    return {
        (DataClass(row["data_class"]), Role(row["role"])): Right(
            Reads(row["reads"]),
            Writes(row["writes"]),
            Relation(row["within"]) if row["within"] else None,
        )
        for row in csv.DictReader(io.StringIO(content.decode("utf-8")))
    }
