"""Who may read and write what: role × kind, one function for the laptop and the centre.

Table of handbook 3 §8 (need-to-know and the position of the Order of Physicians). A centre may
narrow it, never widen it past the compartment: the wall between medical and guidance data is
two keys, and this table works inside it.
"""

from __future__ import annotations

from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Role

_COMPARTMENTS: dict[Role, tuple[Compartment, ...]] = {
    Role.DOCTOR: (Compartment.MEDICAL,),
    Role.NURSE: (Compartment.MEDICAL,),
    Role.SOCIAL_WORKER: (Compartment.GUIDANCE,),
    Role.PSYCHOPEDAGOGUE: (Compartment.GUIDANCE,),
    Role.ADMINISTRATION: (),
    Role.DIRECTOR: (),
    Role.CENTRE: (),
}

# Planning kinds that a role may write on a laptop; identity is corrected at the centre, except
# for a pupil that is added at a school and recognised there later.
_PLANNING_WRITERS: dict[str, frozenset[Role]] = {
    "attendance": frozenset({Role.DOCTOR, Role.NURSE}),
    "visit_start": frozenset(
        {Role.DOCTOR, Role.NURSE, Role.SOCIAL_WORKER, Role.PSYCHOPEDAGOGUE},
    ),
    "visit_defaults": frozenset({Role.DOCTOR, Role.NURSE}),
    "room_check": frozenset({Role.DOCTOR, Role.NURSE}),
    "pupil": frozenset({Role.DOCTOR, Role.NURSE}),
    "enrolment": frozenset({Role.DOCTOR, Role.NURSE}),
    "visit_pupil": frozenset({Role.DOCTOR, Role.NURSE}),
}

# Medical kinds that only a doctor writes.
_DOCTOR_ONLY = frozenset({"standing_order", "rule_signoff", "puberty"})


def compartments_of(role: Role) -> tuple[Compartment, ...]:
    """The vaults of which somebody in this role may hold a key slot on a laptop."""
    return _COMPARTMENTS[role]


def may_read(role: Role, kind: str) -> bool:
    """Whether this role may see records of this kind; an unknown kind is never shown."""
    known = KINDS.get(kind)
    if known is None:
        return False
    if role is Role.CENTRE:
        return True
    if known.compartment is Compartment.PLANNING:
        return True
    return known.compartment in _COMPARTMENTS[role]


def may_write(role: Role, kind: str) -> bool:
    """Whether this role may record, correct or withdraw records of this kind."""
    known = KINDS.get(kind)
    if known is None:
        return False
    if role is Role.CENTRE:
        return True
    if known.compartment is Compartment.PLANNING:
        return role in _PLANNING_WRITERS.get(kind, frozenset())
    if kind in _DOCTOR_ONLY:
        return role is Role.DOCTOR
    return known.compartment in _COMPARTMENTS[role]


def kinds_for(roles: frozenset[Role], compartment: Compartment) -> frozenset[str]:
    """The kinds that a vault of this compartment receives when these roles hold a slot in it."""
    held = [role for role in roles if compartment in _COMPARTMENTS[role]]
    return frozenset(
        name
        for name, kind in KINDS.items()
        if held
        and kind.compartment in (Compartment.PLANNING, compartment)
        and any(may_read(role, name) for role in held)
    )
