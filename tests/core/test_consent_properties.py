"""Whatever comes in, in whatever order: a refusal that nobody took back stops the needle."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.vaccination import (
    Consent,
    ConsentChannel,
    ConsentChoice,
    ConsentGiver,
    ConsentReach,
    DoseSource,
)
from clbdesk.ids import PupilId
from clbdesk.standards.vaccination.consent import ConsentState, judge_consent
from clbdesk.standards.vaccination.history import GivenDose

BIRTH, TODAY = date(2012, 4, 9), date(2026, 11, 23)
FIRST = date(2026, 9, 1)

_days = st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days))


def event(choice: ConsentChoice, withdrawn_on: date, **said: Any) -> Consent:
    """A form; only a withdrawal has a day of its own."""
    is_back = choice is ConsentChoice.WITHDRAWAL
    return Consent(choice=choice, withdrawn_on=withdrawn_on if is_back else None, **said)


_events = st.lists(
    st.builds(
        event,
        pupil_id=st.just(PupilId("p")),
        vaccines=st.sampled_from([("HPV",), ("dTpa",), ("HPV", "dTpa")]),
        choice=st.sampled_from(ConsentChoice),
        giver=st.sampled_from(ConsentGiver),
        giver_name=st.sampled_from(["", "An", "Bo"]),
        relation=st.sampled_from(["", "moeder", "vader"]),
        channel=st.sampled_from(ConsentChannel),
        signed_on=st.none() | _days,
        received_on=_days,
        valid_until=st.none() | st.just(date(2027, 8, 31)) | st.just(date(2026, 10, 1)),
        withdrawn_on=_days,
        reach=st.sampled_from(ConsentReach),
        health_answers=st.dictionaries(st.sampled_from(["allergy", "reaction"]), st.booleans()),
    ),
    max_size=6,
)
_doses = st.lists(
    st.builds(GivenDose, st.just("Gardasil 9"), _days.map(str), st.just(DoseSource.OWN)), max_size=2
)


def holds(event: Consent) -> bool:
    """About HPV and not over."""
    is_over = event.valid_until is not None and event.valid_until < TODAY
    return "HPV" in event.vaccines and not is_over


def day(event: Consent) -> date:
    return event.day


AGAINST = {ConsentChoice.REFUSAL, ConsentChoice.WITHDRAWAL}


def was_taken_back(refusal: Consent, events: list[Consent]) -> bool:
    """The same person, by name or relation, wrote something else on a later day."""
    person = (refusal.giver, refusal.relation, refusal.giver_name)
    is_known = bool(refusal.relation or refusal.giver_name) or refusal.giver not in {
        ConsentGiver.PARENT,
        ConsentGiver.GUARDIAN,
    }
    return is_known and any(
        (one.channel is not ConsentChannel.TELEPHONE or one.choice in AGAINST)
        and (one.giver, one.relation, one.giver_name) == person
        and day(one) > day(refusal)
        for one in events
        if holds(one)
    )


@given(_events, _doses)
def test_a_refusal_that_nobody_took_back_never_ends_in_a_yes(
    events: list[Consent], doses: list[GivenDose]
) -> None:
    refusals = [one for one in events if one.choice is ConsentChoice.REFUSAL and holds(one)]
    state = judge_consent(events, "HPV", BIRTH, TODAY, doses).state
    if any(not was_taken_back(one, events) for one in refusals):
        assert state in {ConsentState.REFUSAL, ConsentState.CONFLICT}


@given(_events, _doses)
def test_after_a_withdrawal_nothing_is_given_before_the_same_person_answers_anew(
    events: list[Consent], doses: list[GivenDose]
) -> None:
    backs = [one for one in events if one.choice is ConsentChoice.WITHDRAWAL and holds(one)]
    if any(not was_taken_back(one, events) for one in backs):
        assert judge_consent(events, "HPV", BIRTH, TODAY, doses).state in {
            ConsentState.WITHDRAWAL,
            ConsentState.REFUSAL,
            ConsentState.CONFLICT,
        }


@given(_events)
def test_a_yes_is_written_and_of_somebody_who_may_decide(events: list[Consent]) -> None:
    if judge_consent(events, "HPV", BIRTH, TODAY, ()).state is ConsentState.CLB:
        yes = [one for one in events if one.choice is ConsentChoice.CLB and holds(one)]
        assert any(one.channel is not ConsentChannel.TELEPHONE for one in yes)
        assert any(one.giver in {ConsentGiver.PARENT, ConsentGiver.GUARDIAN} for one in yes)


@given(_events, _doses)
def test_doses_only_take_a_yes_away_and_never_leave_a_used_one(
    events: list[Consent], doses: list[GivenDose]
) -> None:
    before = judge_consent(events, "HPV", BIRTH, TODAY, ())
    after = judge_consent(events, "HPV", BIRTH, TODAY, doses)
    if after.state is ConsentState.CLB:
        assert before.state is ConsentState.CLB
        assert after.standing is not None
        is_one = after.standing.reach is ConsentReach.ONE_DOSE
        assert not (is_one and any(dose.on >= str(day(after.standing)) for dose in doses))
    assert after.told == before.told


def is_denied(told: Consent, question: str, events: list[Consent]) -> bool:
    """The same person, by name or relation, wrote "nee" to that question on a later day."""
    return any(
        was_taken_back(told, [told, one])
        for one in events
        if one.channel is not ConsentChannel.TELEPHONE and one.health_answers.get(question) is False
    )


@given(_events)
def test_a_ja_that_its_giver_did_not_deny_is_told_whoever_answered_later(
    events: list[Consent],
) -> None:
    told = judge_consent(events, "HPV", BIRTH, TODAY, ()).told
    for one in filter(holds, events):
        for question, is_yes in one.health_answers.items():
            if is_yes and not is_denied(one, question, events):
                assert one in told


@given(_events)
def test_only_a_form_about_the_vaccine_that_holds_tells_something(events: list[Consent]) -> None:
    for one in judge_consent(events, "HPV", BIRTH, TODAY, ()).told:
        assert holds(one)
        assert any(one.health_answers.values())


@given(_events.flatmap(lambda events: st.tuples(st.just(events), st.permutations(events))))
def test_the_order_in_which_forms_come_in_does_not_matter(
    pair: tuple[list[Consent], list[Consent]],
) -> None:
    events, shuffled = pair
    before = judge_consent(events, "HPV", BIRTH, TODAY, ())
    after = judge_consent(shuffled, "HPV", BIRTH, TODAY, ())
    assert before.state is after.state
    assert Counter(map(repr, before.told)) == Counter(map(repr, after.told))
    assert (before.standing is None) is (after.standing is None)
    if before.standing and after.standing:
        assert day(before.standing) == day(after.standing)
        assert before.standing.relation == after.standing.relation
