"""The access matrix against an independent restatement of handbook 3 §2.4, written here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import hypothesis.strategies as st
import pytest
from hypothesis import given

from clbdesk.domain.capacity import Competence
from clbdesk.domain.disclosing import Requester
from clbdesk.domain.revision import Role
from clbdesk.domain.shielding import Flag
from clbdesk.ids import PupilId, RecordId
from clbdesk.standards.access_matrix import Asker, Item, Why, is_co_signed, why_not
from clbdesk.standards.capacity import is_competent, presumed_from

MOTHER, FATHER = RecordId("mother"), RecordId("father")
PARENTS = (Requester.MOTHER, Requester.FATHER, Requester.LEGAL_GUARDIAN)

items = st.builds(
    Item,
    is_health=st.booleans(),
    flags=st.frozensets(st.sampled_from(list(Flag)), max_size=4),
    person_id=st.sampled_from([None, MOTHER, FATHER]),
)
askers = st.builds(
    Asker,
    requester=st.sampled_from(list(Requester)),
    pupil_is_competent=st.booleans(),
    person_id=st.sampled_from([None, MOTHER, FATHER]),
    has_authority=st.booleans(),
    permission=st.booleans(),
    signed=st.booleans(),
)


def is_given(item: Item, asker: Asker) -> bool:
    """The matrix in sentences."""
    own = item.person_id is not None and item.person_id == asker.person_id
    parent_only, context = Flag.ABOUT_PARENT in item.flags, Flag.CONTEXT in item.flags
    if item.flags & {Flag.CONFIDENTIAL_SOURCE, Flag.THIRD_PARTY, Flag.COURT}:
        return False
    health_is_fine = asker.signed or not item.is_health or parent_only
    if asker.requester in PARENTS:
        if Flag.NOT_FOR_PARENTS in item.flags:
            return False
        if Flag.AGOGIC in item.flags and asker.pupil_is_competent:
            return False
        if not asker.has_authority and not (own and (parent_only or context)):
            return False
        if parent_only:
            return own
        if context and not own:
            return False
        return health_is_fine and (asker.permission or not asker.pupil_is_competent)
    if parent_only:
        return False
    if asker.requester is Requester.CONFIDANT:
        return health_is_fine
    return asker.pupil_is_competent and Flag.AGOGIC not in item.flags and health_is_fine


@given(items, askers)
def test_every_requester_gets_what_the_handbook_says(item: Item, asker: Asker) -> None:
    assert (why_not(item, asker) == ()) is is_given(item, asker)


births = st.dates(date(2003, 1, 1), date(2024, 12, 31))
days = st.dates(date(2025, 9, 1), date(2027, 8, 31))
decisions = st.none() | st.builds(
    Competence,
    pupil_id=st.just(PupilId("finn")),
    competent=st.booleans(),
    since=days,
    decided_by=st.just("team"),
    reasons=st.just("besproken"),
)


# Whose signature lets health go along, function by function.
GIVES_HEALTH_ALONG = {
    Role.DOCTOR: True,
    Role.NURSE: False,
    Role.SOCIAL_WORKER: False,
    Role.PSYCHOPEDAGOGUE: False,
    Role.ADMINISTRATION: False,
    Role.DIRECTOR: False,
    Role.CENTRE: False,
}


@given(items, askers, births, days, decisions, st.sampled_from(Role), st.booleans())
def test_every_requester_at_every_age_gets_from_every_function_what_the_handbook_says(
    item: Item,
    asker: Asker,
    born: date,
    on: date,
    decided: Competence | None,
    maker: Role,
    ticked: bool,
) -> None:
    """Age and decision say who decides, the function of the maker whether health goes along."""
    has_birthday = (on.month, on.day) >= (born.month, born.day)
    competent = on.year - born.year - (not has_birthday) >= 12
    if decided is not None and decided.since <= on:
        competent = decided.competent
    asked = replace(
        asker,
        pupil_is_competent=is_competent(born, on, decided),
        signed=is_co_signed(maker, signed=ticked),
    )
    along = {True: GIVES_HEALTH_ALONG[maker], False: False}[ticked]
    known = replace(asker, pupil_is_competent=competent, signed=along)
    assert (why_not(item, asked) == ()) is is_given(item, known)


@given(items, askers, st.sampled_from(Flag))
def test_one_flag_more_gives_nobody_more(item: Item, asker: Asker, flag: Flag) -> None:
    """Beside an item about a parent alone, which follows the parent's own right."""
    if flag is not Flag.ABOUT_PARENT:
        more = replace(item, flags=item.flags | {flag})
        own_context = flag is Flag.CONTEXT and not asker.has_authority
        assert own_context or is_given(more, asker) <= is_given(item, asker)
        assert own_context or (why_not(more, asker) == ()) <= (why_not(item, asker) == ())


@given(askers, st.booleans(), st.sampled_from([None, MOTHER, FATHER]))
def test_a_confidential_source_is_given_to_nobody(
    asker: Asker, is_health: bool, person: RecordId | None
) -> None:
    item = Item(is_health, frozenset({Flag.CONFIDENTIAL_SOURCE}), person)
    assert why_not(item, asker)


@pytest.mark.parametrize(
    "requester,competent,is_shown",
    [
        (Requester.PUPIL, True, False),
        (Requester.CONFIDANT, True, True),
        (Requester.MOTHER, False, True),
        (Requester.FATHER, True, False),
    ],
)
def test_an_agogic_exception_holds_for_the_pupil_and_not_for_confidant_or_representing_parent(
    requester: Requester, competent: bool, is_shown: bool
) -> None:
    item = Item(is_health=False, flags=frozenset({Flag.AGOGIC}))
    asker = Asker(requester, competent, permission=True)
    assert (why_not(item, asker) == ()) is is_shown


def test_a_parent_of_a_pupil_of_twelve_needs_the_pupils_permission() -> None:
    item = Item(is_health=True)
    asker = Asker(Requester.MOTHER, pupil_is_competent=True, signed=True)
    assert why_not(item, asker) == (Why.PERMISSION,)


BORN = date(2014, 11, 24)


def decided(*, competent: bool, since: date) -> Competence:
    return Competence(
        pupil_id=PupilId("finn"),
        competent=competent,
        since=since,
        decided_by="dr. Maes, An Janssens",
        reasons="besproken op het team",
    )


def test_the_pupil_decides_from_the_twelfth_birthday_and_not_the_day_before() -> None:
    assert presumed_from(BORN) == date(2026, 11, 24)
    assert not is_competent(BORN, date(2026, 11, 23), None)
    assert is_competent(BORN, date(2026, 11, 24), None)


def test_the_team_may_decide_otherwise_both_ways_from_a_day_on() -> None:
    early = decided(competent=True, since=date(2026, 3, 1))
    late = decided(competent=False, since=date(2027, 3, 1))
    assert not is_competent(BORN, date(2026, 2, 28), early)
    assert is_competent(BORN, date(2026, 3, 1), early)
    assert is_competent(BORN, date(2027, 2, 28), late)
    assert not is_competent(BORN, date(2027, 3, 1), late)
