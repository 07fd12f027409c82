"""Who may read and write what: role × kind × relation, one function for laptop and centre.

The rows are resources/standards/rights.csv (handbook 3 §8: need-to-know and the position of the
Order of Physicians). A centre may narrow a row, never widen it; and whatever a row says, the wall
between medical and guidance data is two keys, inside which this table works. What somebody has to
do with a record follows from membership (domain/membership.py); the row says what must be so.

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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from clbdesk.assets import resource
from clbdesk.domain.data_class import DataClass, Reads, Relation, RightsNarrowing, Writes
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.membership import OF_SCHOOL, Memberships
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
    "meeting_text": DataClass.CONSULTATIVE,
    "guide_wording": DataClass.CONSULTATIVE,
    "stock_phrase": DataClass.CONSULTATIVE,
    "letter": DataClass.CONCLUSION,
    "released_summary": DataClass.CONCLUSION,
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

# A summary of its class: read by whom the row gives "summary", written by whom it gives all.
SUMMARIES = frozenset({"released_summary"})

_CLASS_OF_COMPARTMENT = {
    Compartment.PLANNING: DataClass.OFFICE,
    Compartment.MEDICAL: DataClass.MEASURES,
    Compartment.GUIDANCE: DataClass.GUIDANCE,
    None: DataClass.DISCLOSURE,
}


@dataclass(frozen=True, slots=True)
class Right:
    """One row of the table.

    `within`: reading needs one of these relations to the record, none: it needs none;
    `writes_within`: the same for writing.
    """

    reads: Reads
    writes: Writes
    within: frozenset[Relation] = frozenset()
    writes_within: frozenset[Relation] = frozenset()

    def narrowed(self, reads: Reads, writes: Writes) -> Right:
        """The lesser of both, for reading and for writing apart."""
        return Right(
            min(self.reads, reads, key=tuple(Reads).index),
            min(self.writes, writes, key=tuple(Writes).index),
            self.within,
            self.writes_within,
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
        self._answers: dict[tuple[str, Role, str, frozenset[Relation]], bool] = {}

    def right(self, data_class: DataClass, role: Role) -> Right:
        """The row of a role; none = nothing."""
        return self._rows.get((data_class, role), NO_RIGHT)

    def may_read(self, role: Role, kind: str, relation: frozenset[Relation]) -> bool:
        """Whether somebody in this role and relation may see records of this kind.

        An unknown kind is never shown.
        """
        return self._answer("read", role, kind, relation)

    def may_write(self, role: Role, kind: str, relation: frozenset[Relation]) -> bool:
        """Whether somebody in this role and relation may record, correct or withdraw this kind."""
        return self._answer("write", role, kind, relation)

    def against_writing(self, role: Role, kind: str, relation: frozenset[Relation]) -> str | None:
        """Why not: "no_right" in whatever relation, "no_membership" in this one; None when it may."""
        if self.may_write(role, kind, relation):
            return None
        in_any = self.may_write(role, kind, frozenset(Relation))
        return "no_membership" if in_any else "no_right"

    def kinds_for(
        self, relations: Mapping[Role, frozenset[Relation]], compartment: Compartment
    ) -> frozenset[str]:
        """The kinds that a vault of this compartment receives.

        `relations`: the roles that hold a slot in it, and what they have to do with what is asked.
        """
        held = {role: one for role, one in relations.items() if compartment in _COMPARTMENTS[role]}
        return frozenset(
            name
            for name, kind in KINDS.items()
            if kind.compartment in (Compartment.PLANNING, compartment, None)
            and any(self.may_read(role, name, one) for role, one in held.items())
        )

    def _answer(self, act: str, role: Role, kind: str, relation: frozenset[Relation]) -> bool:
        """Looked up once for each question: a push asks the same for every revision."""
        asked = act, role, kind, relation
        if asked not in self._answers:
            self._answers[asked] = self._decide(act, role, kind, relation)
        return self._answers[asked]

    def _decide(self, act: str, role: Role, kind: str, relation: frozenset[Relation]) -> bool:
        if role is Role.CENTRE:
            return kind in KINDS
        if not _behind_the_wall(role, kind):
            return False
        row = self.right(class_of(kind), role)
        is_summary = kind in SUMMARIES
        if act == "read":
            may = row.reads is Reads.YES or (is_summary and row.reads is Reads.SUMMARY)
            within = row.within
        else:
            may = row.writes is Writes.YES if is_summary else row.writes is not Writes.NO
            within = row.writes_within
        return may and (not within or not within.isdisjoint(relation))


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


def relations(
    staff_id: StaffId, role: Role, school_id: SchoolId | None, day: date
) -> frozenset[Relation]:
    """What somebody at the open desk has to do with a school (None: with any) on this day.

    Before the first word of the centre this laptop knows no membership at all: then the key slot
    decides alone.
    """
    known = _InForce.memberships
    return OF_SCHOOL if known is None else known.relations(staff_id, role, school_id, day)


def compartments_of(role: Role) -> tuple[Compartment, ...]:
    """The vaults of which somebody in this role may hold a key slot on a laptop."""
    return _COMPARTMENTS[role]


def rights_in_force() -> Rights:
    """The table as it holds at the open desk."""
    return _InForce.rights or as_it_comes()


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
            _relations_in(row["within"]),
            _relations_in(row["writes_within"]),
        )
        for row in csv.DictReader(io.StringIO(content.decode("utf-8")))
    }


def _relations_in(cell: str) -> frozenset[Relation]:
    """Relations are separated by a bar; one of them is enough."""
    return frozenset(Relation(one) for one in cell.split("|") if one)
