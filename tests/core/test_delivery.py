"""The way of a dose to the register: no state without a step, and nothing twice or forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.delivery import (
    DeliveryState,
    DeliveryStep,
    Obstacle,
    Request,
    Step,
    Wanted,
    delivery_of,
    done_by_hand,
)

GIVEN, CORRECTED = Wanted("first"), Wanted("second")
WITHDRAWN = Wanted(None, (Obstacle.WITHDRAWN,))
WAITING = Wanted(None, (Obstacle.NO_INSZ,))
S = DeliveryState


def sent(wanted: Wanted, *steps: DeliveryStep) -> tuple[DeliveryStep, ...]:
    """The steps with the next one: sent as it is wanted now."""
    ready = delivery_of(wanted, steps)
    assert ready.state is S.READY
    return (*steps, DeliveryStep(Step.SENT, ready.request, wanted.content))


def accepted(number: str = "V1") -> DeliveryStep:
    return DeliveryStep(Step.ACCEPTED, register_id=number)


FAILED = DeliveryStep(Step.FAILED, code="E12")


def test_a_new_dose_is_ready_delivered_and_accepted():
    assert delivery_of(GIVEN, ()).request is Request.ADD
    steps = sent(GIVEN)
    assert delivery_of(GIVEN, steps).state is S.DELIVERED
    done = delivery_of(GIVEN, (*steps, accepted()))
    assert (done.state, done.register_id) == (S.ACCEPTED, "V1")


@pytest.mark.parametrize("wanted", [WITHDRAWN, WAITING])
def test_what_was_never_sent_and_may_not_go_says_why(wanted):
    found = delivery_of(wanted, ())
    assert (found.state, found.obstacles) == (S.NOT_TO_DELIVER, wanted.obstacles)


def test_a_correction_of_an_accepted_dose_supplements_it():
    steps = (*sent(GIVEN), accepted())
    assert delivery_of(CORRECTED, steps).request is Request.SUPPLEMENT
    done = delivery_of(CORRECTED, (*sent(CORRECTED, *steps), accepted("")))
    assert (done.state, done.register_id) == (S.ACCEPTED, "V1")


def test_a_correction_waits_for_the_answer_about_what_was_sent():
    assert delivery_of(CORRECTED, sent(GIVEN)).state is S.DELIVERED


def test_a_withdrawn_dose_is_removed_under_the_number_of_the_register():
    steps = (*sent(GIVEN), accepted())
    found = delivery_of(WITHDRAWN, steps)
    assert (found.state, found.request, found.register_id) == (S.READY, Request.REMOVE, "V1")
    gone = (*sent(WITHDRAWN, *steps), accepted(""))
    assert delivery_of(WITHDRAWN, gone).state is S.NOT_TO_DELIVER
    assert delivery_of(GIVEN, gone).request is Request.ADD  # withdrawn by mistake


def test_a_withdrawn_dose_whose_number_nobody_knows_is_for_a_person():
    found = delivery_of(WITHDRAWN, (*sent(GIVEN), accepted("")))
    assert (found.state, found.obstacles) == (S.FAILED, (Obstacle.NO_REGISTER_ID,))
    assert found.allowed == {Step.BY_HAND}


def test_a_refused_dose_stays_failed_until_it_changes_or_a_person_says_again():
    steps = (*sent(GIVEN), FAILED)
    found = delivery_of(GIVEN, steps)
    assert (found.state, found.code) == (S.FAILED, "E12")
    assert delivery_of(CORRECTED, steps).state is S.READY
    assert delivery_of(GIVEN, (*steps, DeliveryStep(Step.AGAIN))).request is Request.ADD


def test_an_answer_that_never_came_can_be_asked_again_but_is_never_taken_for_a_no():
    steps = (*sent(GIVEN), DeliveryStep(Step.AGAIN))
    assert delivery_of(GIVEN, steps).request is Request.ADD
    found = delivery_of(WITHDRAWN, steps)  # it may stand in the register
    assert (found.state, found.obstacles) == (S.FAILED, (Obstacle.NO_REGISTER_ID,))


@pytest.mark.parametrize(
    "now",
    [Wanted("other.first", subject="other"), Wanted(None, (Obstacle.WITHDRAWN,), "other")],
)
def test_a_dose_that_stands_under_another_insz_is_for_a_person(now):
    first = Wanted("one.first", subject="one")
    found = delivery_of(now, (*sent(first), accepted()))
    assert (found.state, found.obstacles) == (S.FAILED, (Obstacle.INSZ_CHANGED,))
    assert found.allowed == {Step.BY_HAND}
    assert delivery_of(now, (*sent(first), accepted(), done_by_hand(now))).state is S.BY_HAND


def test_two_versions_of_an_accepted_dose_leave_the_register_alone():
    forked = Wanted(None, (Obstacle.TWO_VERSIONS,))
    found = delivery_of(forked, (*sent(GIVEN), accepted()))
    assert (found.state, found.obstacles) == (S.ACCEPTED, (Obstacle.TWO_VERSIONS,))


@pytest.mark.parametrize(
    "entered, now, state",
    [
        (GIVEN, GIVEN, S.BY_HAND),
        (GIVEN, CORRECTED, S.FAILED),
        (GIVEN, WITHDRAWN, S.FAILED),
        (GIVEN, WAITING, S.BY_HAND),
        (WAITING, WAITING, S.BY_HAND),
        (WAITING, GIVEN, S.BY_HAND),
        (WAITING, WITHDRAWN, S.FAILED),
        (WITHDRAWN, WITHDRAWN, S.BY_HAND),
        (WITHDRAWN, GIVEN, S.FAILED),
    ],
)
def test_what_a_person_entered_is_for_a_person_when_it_changes(entered, now, state):
    found = delivery_of(now, (done_by_hand(entered),))
    assert found.state is state
    if state is S.FAILED:
        assert found.obstacles == (Obstacle.CHANGED_AFTER_BY_HAND,)
        assert found.allowed == {Step.BY_HAND}


def test_a_double_waits_for_a_person_who_calls_it_real_or_enters_it_by_hand():
    double = Wanted(None, (Obstacle.DOUBLE,))
    assert delivery_of(double, ()).allowed == {Step.REAL, Step.BY_HAND}
    assert delivery_of(GIVEN, (DeliveryStep(Step.REAL),)).state is S.READY


def test_an_answer_that_nobody_waits_for_changes_nothing():
    assert delivery_of(GIVEN, (accepted(), FAILED)).state is S.READY


@st.composite
def lives(draw):
    """A dose that is corrected, withdrawn and brought back while steps are taken as allowed."""
    steps: list[DeliveryStep] = []
    seen = []
    for wanted in draw(
        st.lists(st.sampled_from([GIVEN, CORRECTED, WITHDRAWN, WAITING]), min_size=1, max_size=12)
    ):
        found = delivery_of(wanted, steps)
        seen.append((wanted, tuple(steps), found))
        allowed = sorted(found.allowed)
        if not allowed:
            continue
        step = draw(st.sampled_from(allowed))
        if step is Step.SENT:
            steps.append(DeliveryStep(step, found.request, wanted.content))
        elif step is Step.BY_HAND:
            steps.append(done_by_hand(wanted))
        elif step is Step.ACCEPTED:
            steps.append(accepted(draw(st.sampled_from(["", "V1"]))))
        else:
            steps.append(DeliveryStep(step))
    return seen


@given(lives())
def test_accepted_is_said_only_of_what_the_register_answered_last(life):
    for wanted, steps, found in life:
        if found.state is S.ACCEPTED and wanted.content is not None:
            answered = [step for step in steps if step.step is Step.ACCEPTED]
            contents = [step.content for step in steps if step.step is Step.SENT]
            assert answered
            assert wanted.content in contents


@given(lives())
def test_a_dose_that_may_stand_in_the_register_is_never_called_not_to_deliver(life):
    for wanted, steps, found in life:
        if found.state is S.NOT_TO_DELIVER and wanted.is_nothing:
            last_sent = next((s for s in reversed(steps) if s.step is Step.SENT), None)
            if last_sent is not None and last_sent.request is not Request.REMOVE:
                after = steps[steps.index(last_sent) :]
                assert not any(s.step is Step.ACCEPTED for s in after)


@given(lives())
def test_there_is_a_way_out_of_every_open_state(life):
    for _, _, found in life:
        if found.state in (S.READY, S.DELIVERED, S.FAILED):
            assert found.allowed
