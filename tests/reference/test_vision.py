"""Golden findings of sight: nothing passes without a criterion, not testable is a risk."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    ColourVision,
    Correction,
    EyePosition,
    EyeResult,
    StereoVision,
    VisionTest,
)
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.tables import rule
from clbdesk.standards.vision import (
    VisionWord,
    decimal_acuity,
    eye_difference,
    judge_vision,
    shown_decimal,
)

ON = date(2026, 11, 23)
KK1, LO1, LO4, LO6, SO3 = ContactMoment


def eye(logmar="0.0", state=ExamState.DONE):
    return EyeResult(logmar=None if logmar is None else Decimal(logmar), state=state)


def acuity(right=None, left=None, correction=Correction.NONE, state=ExamState.DONE):
    return Acuity(
        state=state,
        test=VisionTest.LOGMAR,
        correction=correction,
        right=right,
        left=left,
        on=ON,
    )


def filled(value: str, status: RuleStatus = RuleStatus.ON):
    """Rules of a centre that copied limits for acuity from its Werkkaart."""

    def rules(rule_id: str):
        found = rule(rule_id)
        if rule_id in {"VIS-1", "VIS-2", "VIS-3"}:
            return replace(found, value=value, status=status)
        return found

    return rules


@pytest.mark.parametrize(
    "logmar, shown",
    [
        ("0.0", "1,0"),
        ("0.1", "0,8"),
        ("0.2", "0,63"),
        ("0.3", "0,5"),
        ("0.4", "0,4"),
        ("0.5", "0,32"),
        ("0.6", "0,25"),
        ("0.7", "0,2"),
        ("1.0", "0,1"),
        ("0.10", "0,8"),
        ("0.12", "0,76"),
        ("-0.1", "1,25"),
    ],
)
def test_decimal_acuity_is_shown_as_on_the_chart(logmar, shown):
    assert shown_decimal(Decimal(logmar)) == shown


def test_decimal_acuity_is_computed_in_full_precision():
    assert decimal_acuity(Decimal("0.3")) == pytest.approx(0.501187, abs=1e-6)


@pytest.mark.parametrize(
    "moment, rule_id", [(KK1, "VIS-1"), (LO1, "VIS-2"), (LO4, "VIS-3"), (LO6, "VIS-3")]
)
def test_without_a_criterion_the_best_acuity_is_not_a_pass(moment, rule_id):
    judged = judge_vision(moment, acuity=acuity(eye(), eye("0.1")))
    assert judged.overall is VisionWord.NO_CRITERION
    (line,) = judged.lines
    assert (line.rule_id, line.verdict, line.status) == (
        rule_id,
        Verdict.NO_CRITERION,
        RuleStatus.EMPTY,
    )
    assert "rechts 0,0, links 0,1, verschil 0,1" in line.text


@pytest.mark.parametrize(
    "right, left, word",
    [
        ("0.2", "0.1", VisionWord.PASS),
        ("0.3", "0.2", VisionWord.REFER),  # at the limit
        ("0.0", "0.2", VisionWord.REFER),  # difference of two lines
    ],
)
def test_a_filled_criterion_judges_the_worse_eye_and_the_difference(right, left, word):
    judged = judge_vision(LO1, acuity=acuity(eye(right), eye(left)), rules=filled("0.3|0.2"))
    assert judged.overall is word


@pytest.mark.parametrize(
    "moment, test, word",
    [
        (LO1, VisionTest.LOGMAR, VisionWord.PASS),
        (LO1, VisionTest.E_HOOKS, VisionWord.NO_CRITERION),
        (LO1, VisionTest.KAY_NEW, VisionWord.NO_CRITERION),
        (LO1, VisionTest.FFOOKS, VisionWord.NO_CRITERION),
        (KK1, VisionTest.KAY_OLD, VisionWord.PASS),
        (KK1, VisionTest.KAY_NEW, VisionWord.PASS),
        (KK1, VisionTest.LOGMAR, VisionWord.NO_CRITERION),
    ],
)
def test_a_limit_judges_the_test_of_its_moment_because_values_are_not_comparable(
    moment, test, word
):
    """Handbook 1 §4.2; both versions of Kay have the same criteria (VWVJ 2017)."""
    taken = msgspec.structs.replace(acuity(eye(), eye()), test=test)

    judged = judge_vision(moment, acuity=taken, rules=filled("0.3|0.2"))

    assert judged.overall is word
    departs = word is VisionWord.NO_CRITERION
    assert ("De grens geldt voor" in judged.lines[-1].text) is departs


def test_one_eye_alone_is_not_a_pass_even_with_a_criterion():
    judged = judge_vision(LO1, acuity=acuity(eye()), rules=filled("0.3|0.2"))
    assert judged.overall is VisionWord.NOT_DONE
    assert judged.lines[0].text == "links nog te doen"
    assert eye_difference(acuity(eye())) is None


def test_not_testable_is_a_risk_and_keeps_the_other_eye():
    judged = judge_vision(
        LO1, acuity=acuity(eye(None, ExamState.NOT_POSSIBLE), eye("0.2")), rules=filled("0.3|0.2")
    )
    assert judged.overall is VisionWord.RISK
    assert [line.rule_id for line in judged.lines] == ["VIS-4", "VIS-2"]


@pytest.mark.parametrize(
    "state, word",
    [
        (ExamState.NOT_POSSIBLE, VisionWord.RISK),
        (ExamState.UNRELIABLE, VisionWord.RETEST),
        (ExamState.POSTPONED, VisionWord.NOT_DONE),
        (ExamState.REFUSED, VisionWord.NOT_DONE),
        (ExamState.NOT_PLANNED, VisionWord.NOT_DONE),
    ],
)
def test_no_not_done_state_passes_per_eye_or_as_a_whole(state, word):
    rules = filled("0.3|0.2")
    per_eye = acuity(eye(), eye("0.1" if state is ExamState.UNRELIABLE else None, state))
    assert judge_vision(LO1, acuity=per_eye, rules=rules).overall is word
    whole = acuity(state=state)
    assert judge_vision(LO1, acuity=whole, rules=rules).overall is word


def test_with_glasses_the_own_ophthalmologist_is_advised():
    judged = judge_vision(LO1, acuity=acuity(eye(), eye(), Correction.GLASSES))
    assert judged.overall is VisionWord.KNOWN
    assert judged.lines[0].rule_id == "VIS-6"
    lenses = judge_vision(SO3, acuity=acuity(eye(), eye(), Correction.LENSES))
    assert lenses.overall is VisionWord.KNOWN


def test_a_known_disorder_is_said_beside_the_values():
    judged = judge_vision(LO1, acuity=acuity(eye(), eye()), known=True)
    assert [line.rule_id for line in judged.lines] == ["VIS-6", "VIS-2"]


def test_forgotten_glasses_never_refer():
    judged = judge_vision(
        LO1, acuity=acuity(eye("0.8"), eye("0.8"), Correction.FORGOTTEN), rules=filled("0.3|0.2")
    )
    assert judged.overall is VisionWord.RETEST
    assert [(line.rule_id, line.verdict) for line in judged.lines] == [
        ("VIS-7", Verdict.RETEST),
        ("VIS-2", Verdict.RETEST),
    ], "what a conclusion is proposed from"


def position(**changed):
    answers = {"reflexes": "symmetric", "cover_near": "none", "cover_far": "none"} | changed
    return EyePosition(state=changed.pop("state", ExamState.DONE), on=ON, **answers)


@pytest.mark.parametrize(
    "changed, word, text",
    [
        ({}, VisionWord.PASS, "geen teken"),
        ({"reflexes": "asymmetric"}, VisionWord.REFER, "asymmetrische lichtreflexen"),
        ({"cover_near": "eso"}, VisionWord.REFER, "beweging bij de covertest dichtbij"),
        ({"cover_far": "vertical"}, VisionWord.REFER, "beweging bij de covertest ver"),
        ({"signs": ("nystagmus",)}, VisionWord.REFER, "nystagmus"),
        ({"cover_far": "failed"}, VisionWord.RETEST, "covertest ver: probeer opnieuw"),
        ({"reflexes": None}, VisionWord.NOT_DONE, "lichtreflexen"),
    ],
)
def test_any_sign_of_eye_position_refers_and_nothing_open_passes(changed, word, text):
    judged = judge_vision(KK1, eye_position=position(**changed))
    assert (judged.overall, judged.lines[0].text) == (word, text)
    assert judged.lines[0].status is RuleStatus.SIGN


@pytest.mark.parametrize(
    "moment, result, verdict",
    [
        (LO1, "good", Verdict.OK),
        (LO1, "wrong", Verdict.INFO),
        (LO1, "doubtful", Verdict.RETEST),
        (LO6, "doubtful", Verdict.INFO),
        (LO1, None, Verdict.NOT_DONE),
    ],
)
def test_colour_vision_never_refers(moment, result, verdict):
    colour = ColourVision(state=ExamState.DONE, result=result, on=ON)
    (line,) = judge_vision(moment, colour=colour).lines
    assert (line.rule_id, line.verdict) == ("VIS-9", verdict)


@pytest.mark.parametrize("result", ["480", "15", "not_seen"])
def test_stereo_vision_is_information(result):
    stereo = StereoVision(state=ExamState.DONE, result=result, on=ON)
    (line,) = judge_vision(LO6, stereo=stereo).lines
    assert (line.rule_id, line.verdict) == ("VIS-10", Verdict.INFO)


@pytest.mark.parametrize("state", [state for state in ExamState if state is not ExamState.DONE])
def test_other_tests_that_were_not_done_never_pass(state):
    for given in (
        {"eye_position": EyePosition(state=state, on=ON)},
        {"colour": ColourVision(state=state, on=ON)},
        {"stereo": StereoVision(state=state, on=ON)},
    ):
        assert judge_vision(LO1, **given).overall in {VisionWord.NOT_DONE, VisionWord.RETEST}


def test_nothing_recorded_is_not_done():
    assert judge_vision(LO1).overall is VisionWord.NOT_DONE


def test_the_difference_between_the_eyes_is_told_as_finely_as_the_eyes():
    test = acuity(eye("0.30"), eye("0.42"))
    (line,) = judge_vision(LO4, acuity=test).lines
    assert "links 0,42, verschil 0,12" in line.text
    (line,) = judge_vision(LO4, acuity=test, rules=filled("0.45|0.15")).lines
    assert ("0,45" in line.text, "0,15" in line.text) == (True, True)


@pytest.mark.parametrize("moment", [LO6, SO3])
def test_doubt_about_colours_is_not_put_off_to_a_year_that_has_passed(moment):
    doubtful = ColourVision(state=ExamState.DONE, result="doubtful", on=ON)
    (line,) = judge_vision(moment, colour=doubtful).lines
    assert "6e leerjaar" not in line.text
