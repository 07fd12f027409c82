"""What was not done, or not noticed, gets no line, and nothing is made up about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from clbdesk.cli import vaccination
from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import Acuity, Correction, EyeResult, VisionTest
from clbdesk.domain.development import WellBeing
from clbdesk.domain.doctor import OralHealth
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.care_guide import often_from
from clbdesk.standards.examination import judge_mouth
from clbdesk.standards.signals import judge_well_being
from clbdesk.standards.tables import Signature, all_rules, put_in_force, rule, unsigned
from clbdesk.standards.vaccination.conditions import (
    ConditionName,
    conditions_for_dose,
    may_be_given,
)
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.standards.vision import VisionWord, judge_vision
from tests.core.test_vaccination_conditions import planned

ON = date(2026, 11, 23)
UNDONE = sorted(set(ExamState) - {ExamState.DONE})


@pytest.fixture
def signed() -> Iterator[None]:
    """A doctor confirmed every default as it is."""
    put_in_force(
        Signature(row.id, None, row.edition, row.source, "1", "staff-maes", ON)
        for row in all_rules(unsigned())
        if row.status is RuleStatus.SIGN
    )
    yield
    put_in_force(())


@pytest.mark.parametrize("state", UNDONE)
def test_a_mouth_or_a_talk_that_was_not_done_has_no_line(state: ExamState) -> None:
    assert judge_mouth(OralHealth(state=state, on=ON)) == ()
    assert judge_well_being(WellBeing(state=state, on=ON)) == ()


def test_a_talk_without_signals_has_no_line() -> None:
    assert judge_well_being(WellBeing(state=ExamState.DONE, on=ON)) == ()


def test_two_eyes_that_cannot_be_tested_are_a_risk_and_are_held_against_no_limit() -> None:
    eye = EyeResult(logmar=None, state=ExamState.NOT_POSSIBLE)
    found = judge_vision(
        ContactMoment.KK1,
        acuity=Acuity(
            state=ExamState.DONE,
            test=VisionTest.KAY_NEW,
            correction=Correction.NONE,
            right=eye,
            left=eye,
            on=ON,
        ),
    )
    assert found.overall is VisionWord.RISK
    assert [line.verdict for line in found.lines] == [Verdict.RISK]


def advice(birth: str, stage: str, *doses: tuple[str, str, str]) -> dict[str, dict[str, object]]:
    """The advice of the command line by vaccine."""
    history = [{"product": name, "date": on, "source": source} for name, on, source in doses]
    item = {
        "id": "a",
        "birth_date": birth,
        "on": "2026-11-23",
        "stage": stage,
        "special_education": False,
        "history": history,
    }
    (answer,) = vaccination.run([item])
    return {one["vaccine"]: one for one in answer["advice"]}


@pytest.mark.usefixtures("signed")
def test_what_a_toddler_gets_later_in_one_needle_is_told_once() -> None:
    months = ("2022-05-01", "2022-07-01", "2022-09-01", "2023-06-01")
    found = advice("2022-03-01", "K2", *(("Hexyon", day, "own") for day in months))
    assert found["DTPa-IPV"]["state"] == "not_yet"
    assert "IPV" not in found


def test_a_dose_that_is_due_anyway_does_not_wait_for_an_unsigned_rule() -> None:
    found = advice(
        "2014-02-03",
        "S3",
        ("Tetravac", "2014-03-20", "own"),
        ("Hexyon", "2016-05-23", "vaccinnet"),
        ("Hexyon", "2016-06-06", "own"),
        ("Hexyon", "2018-01-25", "vaccinnet"),
        ("Tetravac", "2025-09-08", "vaccinnet"),
    )
    assert found["dTpa"]["state"] == "due"


def test_without_a_session_there_is_no_emergency_kit_and_nothing_is_given() -> None:
    conditions = conditions_for_dose(planned(session=None), ruleset())
    kit = next(one for one in conditions if one.name is ConditionName.EMERGENCY_KIT)
    assert not kit.met
    assert not may_be_given(conditions)
    assert may_be_given(conditions_for_dose(planned(), ruleset()))


def test_often_is_what_the_table_says() -> None:
    assert often_from() == int(rule("CARE-TIMES").number)
