"""Rights against an independent restatement of handbook 3 §8, written here and nowhere else."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from clbdesk.domain.data_class import DataClass, Reads, Relation, RightsNarrowing, Writes
from clbdesk.domain.kinds import KINDS
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.rights import SUMMARIES, Rights, as_it_comes, class_of, compartments_of

STAFF = [role for role in Role if role is not Role.CENTRE]
MEDICAL_STAFF = {Role.DOCTOR, Role.NURSE}
GUIDANCE_STAFF = {Role.SOCIAL_WORKER, Role.PSYCHOPEDAGOGUE}
PROFESSIONALS = MEDICAL_STAFF | GUIDANCE_STAFF

# Written by hand, kind by kind: what only a doctor writes, what medical staff alone read, …
DOCTOR_WRITES = {"standing_order", "doctor_order", "rule_signoff", "puberty", "growth_reference"}
MEDICAL_WRITE_PLANNING = {
    "pupil",
    "enrolment",
    "visit_pupil",
    "attendance",
    "visit_defaults",
    "room_check",
}
OFFICE_WRITES_PLANNING = MEDICAL_WRITE_PLANNING
ALL_PROFESSIONALS_WRITE = {
    "visit_start",
    "visit_close",
    "signal",
    "safety_concern",
    "staff_key",
    "competence",
    "guardian",
    "signal_narrative",
    "second_reading",
}
ADMINISTRATION_DOES_NOT_READ = {
    "meeting_text",
    "guidance_request",
    "signal",
    "safety_concern",
    "staff_key",
    "competence",
    "guardian",
    "signal_narrative",
    "second_reading",
}
DIRECTOR_DOES_NOT_READ = {"guidance_request", "signal", "safety_concern", "staff_key"}

kinds = st.sampled_from(sorted(KINDS))
roles = st.sampled_from(STAFF)
relations = st.frozensets(st.sampled_from(list(Relation)))
narrowings = st.lists(
    st.builds(
        RightsNarrowing,
        data_class=st.sampled_from(list(DataClass)),
        role=roles,
        reads=st.sampled_from(list(Reads)),
        writes=st.sampled_from(list(Writes)),
    ),
    max_size=6,
)


# What is read at the own school alone, also in an emergency: what belongs to no pupil.
NOT_IN_AN_EMERGENCY = {
    "school",
    "staff",
    "membership",
    "rights_narrowing",
    "visit",
    "centre_document",
    "intervention_code",
    "signal",
    "signal_report",
    "signal_narrative",
    "second_reading",
    "staff_key",
    "safety_concern",
    "lot",
    "stock_move",
    "cold_chain",
}


def reads(role: Role, kind: str, relation: frozenset[Relation]) -> bool:
    """The matrix once more: a function that may, and who has something to do with the record."""
    if not reads_somewhere(role, kind):
        return False
    if Relation.SCHOOL in relation:
        return True
    if kind == "meeting_text" and role not in GUIDANCE_STAFF:
        return False
    return Relation.EMERGENCY in relation and kind not in NOT_IN_AN_EMERGENCY


def reads_somewhere(role: Role, kind: str) -> bool:
    """What the function reads at the own schools."""
    match KINDS[kind].compartment:
        case Compartment.MEDICAL:
            return role in MEDICAL_STAFF
        case Compartment.GUIDANCE:
            return role in GUIDANCE_STAFF
        case None:
            return role in PROFESSIONALS
    if kind == "released_summary":
        return role in PROFESSIONALS
    if role is Role.ADMINISTRATION:
        return kind not in ADMINISTRATION_DOES_NOT_READ
    if role is Role.DIRECTOR:
        return kind not in DIRECTOR_DOES_NOT_READ
    return True


def writes(role: Role, kind: str, relation: frozenset[Relation]) -> bool:
    """The matrix once more: at the own school, and never because of an emergency."""
    return Relation.SCHOOL in relation and writes_somewhere(role, kind)


def writes_somewhere(role: Role, kind: str) -> bool:
    """What the function writes at the own schools."""
    compartment = KINDS[kind].compartment
    if kind in DOCTOR_WRITES | {"released_summary"}:
        return role is Role.DOCTOR
    if kind == "guidance_request":
        return role in MEDICAL_STAFF
    if kind == "meeting_text":
        return role in GUIDANCE_STAFF
    if compartment is Compartment.PLANNING:
        if kind in ALL_PROFESSIONALS_WRITE:
            return role in PROFESSIONALS
        return (role in MEDICAL_STAFF and kind in MEDICAL_WRITE_PLANNING) or (
            role is Role.ADMINISTRATION and kind in OFFICE_WRITES_PLANNING
        )
    return reads_somewhere(role, kind)


@given(kinds, roles, relations)
def test_every_role_reads_and_writes_what_the_handbook_says(
    kind: str, role: Role, relation: frozenset[Relation]
) -> None:
    assert as_it_comes().may_read(role, kind, relation) is reads(role, kind, relation)
    assert as_it_comes().may_write(role, kind, relation) is writes(role, kind, relation)


@given(kinds, roles, relations, narrowings, st.sampled_from(Reads), st.sampled_from(Writes))
def test_a_centre_narrows_and_never_widens(
    kind: str,
    role: Role,
    relation: frozenset[Relation],
    others: list[RightsNarrowing],
    own_reads: Reads,
    own_writes: Writes,
) -> None:
    own = RightsNarrowing(data_class=class_of(kind), role=role, reads=own_reads, writes=own_writes)
    rights = Rights([*others, own])
    assert rights.may_read(role, kind, relation) <= reads(role, kind, relation)
    assert rights.may_write(role, kind, relation) <= writes(role, kind, relation)
    stays = own_reads is Reads.YES or (own_reads is Reads.SUMMARY and kind in SUMMARIES)
    assert stays or not rights.may_read(role, kind, relation)
    assert not (own_writes is Writes.NO and rights.may_write(role, kind, relation))


@given(kinds, roles, relations, narrowings)
def test_what_is_left_after_narrowing_is_exactly_what_every_narrowing_leaves(
    kind: str, role: Role, relation: frozenset[Relation], made: list[RightsNarrowing]
) -> None:
    own = [one for one in made if (one.data_class, one.role) == (class_of(kind), role)]
    rights = Rights(made)
    assert rights.may_read(role, kind, relation) is (
        reads(role, kind, relation) and all(one.reads is Reads.YES for one in own)
    )
    assert rights.may_write(role, kind, relation) is (
        writes(role, kind, relation) and all(one.writes is not Writes.NO for one in own)
    )


@given(kinds, roles, relations)
def test_without_anything_to_do_with_a_record_no_function_reads_or_writes_it(
    kind: str, role: Role, relation: frozenset[Relation]
) -> None:
    """A relation is asked on top of a function, and never stands in for one."""
    rights = as_it_comes()
    assert not rights.may_read(role, kind, frozenset())
    assert not rights.may_write(role, kind, frozenset())
    assert rights.may_write(role, kind, relation) <= (Relation.SCHOOL in relation)
    assert rights.may_write(role, kind, relation) <= rights.may_read(role, kind, relation)


@given(kinds, roles, relations)
def test_what_is_against_writing_tells_a_missing_right_from_a_missing_membership(
    kind: str, role: Role, relation: frozenset[Relation]
) -> None:
    expected = None if writes(role, kind, relation) else "no_membership"
    if not writes_somewhere(role, kind):
        expected = "no_right"
    assert as_it_comes().against_writing(role, kind, relation) == expected


@given(
    st.dictionaries(roles, relations), st.sampled_from([Compartment.MEDICAL, Compartment.GUIDANCE])
)
def test_a_vault_receives_nothing_that_none_of_its_users_may_read(
    held: dict[Role, frozenset[Relation]], compartment: Compartment
) -> None:
    other = Compartment.GUIDANCE if compartment is Compartment.MEDICAL else Compartment.MEDICAL
    given_out = as_it_comes().kinds_for(held, compartment)
    with_key = {role for role in held if compartment in compartments_of(role)}
    assert given_out == {
        kind
        for kind in KINDS
        if KINDS[kind].compartment is not other
        and any(reads(role, kind, held[role]) for role in with_key)
    }


@pytest.mark.parametrize("role", [Role.ADMINISTRATION, Role.DIRECTOR])
def test_office_and_director_hold_no_key_and_read_no_medical_or_guidance_record(role: Role) -> None:
    assert compartments_of(role) == ()
    for compartment in (Compartment.MEDICAL, Compartment.GUIDANCE):
        assert as_it_comes().kinds_for({role: frozenset(Relation)}, compartment) == frozenset()
    assert not any(
        as_it_comes().may_read(role, kind, frozenset(Relation))
        for kind, one in KINDS.items()
        if one.compartment is not Compartment.PLANNING
    )


def test_an_unknown_kind_is_neither_read_nor_written() -> None:
    for role in Role:
        assert not as_it_comes().may_read(role, "nothing", frozenset(Relation))
        assert not as_it_comes().may_write(role, "nothing", frozenset(Relation))


def test_every_kind_has_a_class_that_somebody_reads() -> None:
    for kind in KINDS:
        assert any(
            as_it_comes().right(class_of(kind), role).reads is not Reads.NO for role in STAFF
        ), kind
