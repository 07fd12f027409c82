"""Scores and values are each other's inverse, everywhere in the reference."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.people import Sex
from clbdesk.standards.lms import Curve, Lms, Measure, curve, percentile, sds_of_percentile
from tests.builders.growth import lms_at, reference

CURVES = [(measure, sex) for measure in Measure for sex in (Sex.FEMALE, Sex.MALE)]
scores = st.floats(-4, 4)
ages = st.floats(2, 20)
curves = st.sampled_from(CURVES)


@given(curves, ages, scores)
def test_the_value_on_a_line_has_the_score_of_that_line(of, age, sds):
    lms = lms_at(of[0], of[1], age)
    value = lms.value(sds)
    if 0 < value < math.inf:
        # Near the end of a skewed distribution the power loses digits.
        assert lms.sds(value) == pytest.approx(sds, abs=1e-6)


@given(curves, ages, st.floats(1, 250), st.floats(0.01, 20))
def test_more_is_always_a_higher_score(of, age, value, more):
    lms = lms_at(of[0], of[1], age)
    assert lms.sds(value + more) > lms.sds(value)


@given(curves, st.floats(2, 19.99), st.floats(0, 0.01), st.floats(-2, 2))
def test_a_line_has_no_jumps(of, age, later, sds):
    now, soon = lms_at(of[0], of[1], age).value(sds), lms_at(of[0], of[1], age + later).value(sds)
    assert soon == pytest.approx(now, rel=0.01)


@given(st.floats(-8, 8))
def test_percentiles_lie_between_0_and_100(sds):
    assert 0 <= percentile(sds) <= 100


@given(st.floats(0.1, 99.9))
def test_a_percentile_and_its_score_are_inverse(percent):
    assert percentile(sds_of_percentile(percent)) == pytest.approx(percent, abs=1e-9)


@pytest.mark.parametrize("power", [0.0, 1e-10])
def test_without_skewness_the_logarithm_takes_over(power):
    lms = Lms(power, 20.0, 0.1)
    assert lms.sds(20 * math.exp(0.15)) == pytest.approx(1.5)
    assert lms.value(1.5) == pytest.approx(20 * math.exp(0.15))


def test_a_skewed_distribution_ends():
    assert Lms(-2.0, 16.0, 0.2).value(4) == math.inf
    assert Lms(1.0, 50.0, 0.3).value(-4) == 0.0


def test_outside_its_ages_a_reference_knows_nothing():
    bmi = reference(Measure.BMI, Sex.MALE)
    assert bmi.at(bmi.first_age - 0.01) is None
    assert bmi.sds(bmi.last_age + 0.01, 20) is None
    assert bmi.sds(bmi.last_age, 21.9) == pytest.approx(0)


def test_an_unknown_sex_has_no_reference():
    assert curve(Measure.HEIGHT, Sex.UNKNOWN) is None


def test_between_two_ages_the_line_is_straight():
    straight = Curve([(6.0, 1.0, 100.0, 0.04), (8.0, 0.0, 120.0, 0.06)])
    assert straight.at(6.5) == pytest.approx((0.75, 105.0, 0.045))
    assert straight.at(8.0) == pytest.approx((0.0, 120.0, 0.06))
