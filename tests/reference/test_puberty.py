"""Puberty and examination against the rules of the handbook, row by row (PUB-1 to PUB-9, SCO-1)."""

from datetime import date
from decimal import Decimal

import pytest

from clbdesk.domain.age import add_months
from clbdesk.domain.body import ExamState
from clbdesk.domain.doctor import (
    Basis,
    BlockResult,
    Descent,
    DoctorExam,
    ExamBlock,
    Finding,
    Menarche,
    OralHealth,
    Puberty,
    Symmetry,
)
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.people import Sex
from clbdesk.standards.examination import LEFT_OUT, NEEDED, judge_exam, judge_mouth
from clbdesk.standards.puberty import PubertyGiven, judge_puberty
from clbdesk.standards.tables import rule

ON = date(2026, 11, 23)
GIRL, BOY = Sex.FEMALE, Sex.MALE
OK, REFER, DOCTOR, NOT_DONE = Verdict.OK, Verdict.REFER, Verdict.DOCTOR, Verdict.NOT_DONE


def lines(sex, months, *, rose=False, **values):
    body = Puberty(state=ExamState.DONE, on=ON, **values)
    return judge_puberty(PubertyGiven(body, sex, add_months(ON, -months), growth_rose=rose))


@pytest.mark.parametrize(
    "sex, months, values, expected",
    [
        # girls, early: before 8 years (96 months), or menarche before 10
        (GIRL, 95, {"breast_stage": 2}, {"PUB-1": REFER}),
        (GIRL, 96, {"breast_stage": 2}, {"PUB-1, PUB-4": OK}),
        (GIRL, 95, {"breast_stage": 1}, {"PUB-1, PUB-4": OK}),
        (GIRL, 95, {"breast_stage": 1, "hair_stage": 2}, {"PUB-3": DOCTOR}),
        (GIRL, 96, {"breast_stage": 1, "hair_stage": 2}, {"PUB-1, PUB-4": OK}),
        (GIRL, 95, {"breast_stage": 2, "hair_stage": 2}, {"PUB-1": REFER}),
        (GIRL, 119, {"breast_stage": 3, "menarche": Menarche.YES}, {"PUB-1": REFER}),
        (GIRL, 120, {"breast_stage": 3, "menarche": Menarche.YES}, {"PUB-1, PUB-4": OK}),
        (
            GIRL,
            168,
            {"breast_stage": 4, "menarche": Menarche.YES, "menarche_age": Decimal("9.9")},
            {"PUB-1": REFER},
        ),
        (
            GIRL,
            168,
            {"breast_stage": 4, "menarche": Menarche.YES, "menarche_age": Decimal("10.0")},
            {"PUB-1, PUB-4": OK},
        ),
        # girls, late: B1 from 13 years, no menarche from 15 and 16
        (GIRL, 155, {"breast_stage": 1}, {"PUB-1, PUB-4": OK}),
        (GIRL, 156, {"breast_stage": 1}, {"PUB-4": DOCTOR}),
        (GIRL, 156, {"breast_stage": 2}, {"PUB-1, PUB-4": OK}),
        (GIRL, 179, {"breast_stage": 4, "menarche": Menarche.NO}, {"PUB-1, PUB-4": OK}),
        (GIRL, 180, {"breast_stage": 4, "menarche": Menarche.NO}, {"PUB-6": DOCTOR}),
        (GIRL, 192, {"breast_stage": 4, "menarche": Menarche.NO}, {"PUB-6": REFER}),
        # boys, early: before 9 years (108 months)
        (BOY, 107, {"genital_stage": 2}, {"PUB-2": REFER}),
        (BOY, 108, {"genital_stage": 2}, {"PUB-2, PUB-5": OK}),
        (BOY, 107, {"genital_stage": 1, "testis_left_ml": 4}, {"PUB-2": REFER}),
        (BOY, 107, {"genital_stage": 1, "testis_left_ml": 3}, {"PUB-2, PUB-5": OK}),
        (BOY, 107, {"genital_stage": 1, "hair_stage": 2}, {"PUB-3": DOCTOR}),
        # boys, late: from 14 years; measured testes weigh more than the stage
        (BOY, 167, {"genital_stage": 1}, {"PUB-2, PUB-5": OK}),
        (BOY, 168, {"genital_stage": 1}, {"PUB-5": DOCTOR}),
        (BOY, 168, {"genital_stage": 1, "testis_right_ml": 4}, {"PUB-2, PUB-5": OK}),
        (BOY, 168, {"genital_stage": 2, "testis_right_ml": 3}, {"PUB-5": DOCTOR}),
        (
            BOY,
            140,
            {"genital_stage": 2, "position_left": Descent.NOT_PALPABLE},
            {"PUB-8": REFER},
        ),
        (
            BOY,
            140,
            {"genital_stage": 2, "position_left": Descent.RETRACTILE},
            {"PUB-2, PUB-5": OK},
        ),
        # what was not looked at is not judged, and never in order
        (GIRL, 140, {"hair_stage": 2}, {"PUB-1": NOT_DONE}),
        (BOY, 140, {"hair_stage": 2}, {"PUB-2": NOT_DONE}),
        (BOY, 140, {"testis_right_ml": 4}, {"PUB-2, PUB-5": OK}),
        (Sex.UNKNOWN, 140, {"hair_stage": 2}, {"PUB-3": NOT_DONE}),
        (Sex.UNKNOWN, 95, {"breast_stage": 2}, {"PUB-1": REFER}),
        (GIRL, 140, {}, {}),
        (GIRL, 140, {"basis": Basis.EXAMINATION}, {}),
    ],
)
def test_puberty_is_judged_by_completed_months(sex, months, values, expected):
    found = lines(sex, months, **values)

    assert {one.rule_id: one.verdict for one in found} == expected
    assert all(one.status is RuleStatus.SIGN for one in found)


@pytest.mark.parametrize(
    "month, expected",
    [
        ("2021", {"PUB-1": REFER}),
        ("2022-10", {"PUB-1": REFER}),
        ("2022-11", {"PUB-1": DOCTOR}),  # ten on the 23rd
        ("2022", {"PUB-1": DOCTOR}),
        ("2022-12", {"PUB-1, PUB-4": OK}),
        ("2023", {"PUB-1, PUB-4": OK}),
        ("", {"PUB-1, PUB-4": OK}),
    ],
)
def test_the_month_or_the_year_of_menarche_tells_its_age_as_far_as_it_goes(month, expected):
    found = lines(GIRL, 168, breast_stage=4, menarche=Menarche.YES, menarche_month=month)

    assert {one.rule_id: one.verdict for one in found} == expected


def test_a_typed_age_at_menarche_goes_before_the_month():
    (line,) = lines(
        GIRL,
        168,
        breast_stage=4,
        menarche=Menarche.YES,
        menarche_age=Decimal("11.5"),
        menarche_month="2021",
    )
    assert line.verdict is OK


def test_a_menarche_of_this_year_was_before_the_examination():
    """She turns ten in december: it cannot have been after that birthday."""
    found = lines(GIRL, 119, breast_stage=3, menarche=Menarche.YES, menarche_month="2026")
    assert found[0].verdict is REFER


def test_a_growth_curve_that_rises_with_early_puberty_goes_to_the_doctor():
    with_rise = lines(GIRL, 95, rose=True, breast_stage=2)
    later = lines(GIRL, 120, rose=True, breast_stage=2)

    assert [one.rule_id for one in with_rise] == ["PUB-1", "PUB-9"]
    assert [one.rule_id for one in later] == ["PUB-1, PUB-4"]


def test_a_line_says_the_age_and_that_the_pupil_told_it():
    (line,) = lines(BOY, 168, genital_stage=1, basis=Basis.SELF_REPORT)

    assert line.text.startswith("G1 op 14 j 0 m, zelfrapportage, vanaf 14 jaar")


def exam(**values):
    return DoctorExam(state=ExamState.DONE, on=ON, **values)


def all_blocks(**other):
    normal = BlockResult(finding=Finding.NORMAL)
    blocks = {one.value: normal for one in (ExamBlock.BACK, ExamBlock.LEGS, ExamBlock.FEET)}
    return blocks | other


def on_indication(*normal):
    """Blocks as a doctor leaves them who examined only these."""
    left_out = {one.value: LEFT_OUT for one in NEEDED}
    return left_out | dict.fromkeys(normal, BlockResult(finding=Finding.NORMAL))


@pytest.mark.parametrize(
    "values, expected",
    [
        ({"blocks": all_blocks()}, {"DOC-1": OK}),
        ({"blocks": all_blocks(), "scoliometer_deg": 6}, {"DOC-1": OK}),
        ({"blocks": all_blocks(), "scoliometer_deg": 7}, {"SCO-1": REFER}),
        ({"blocks": all_blocks(), "forward_bend": Symmetry.SYMMETRIC}, {"DOC-1": OK}),
        ({"blocks": all_blocks(), "forward_bend": Symmetry.ASYMMETRIC}, {"SCO-1": DOCTOR}),
        (
            {"blocks": all_blocks(feet=BlockResult(finding=Finding.ABNORMAL, text="plat"))},
            {"DOC-1": DOCTOR},
        ),
        (
            {"blocks": all_blocks(feet=BlockResult(state=ExamState.REFUSED))},
            {"DOC-1": NOT_DONE},
        ),
        ({"blocks": all_blocks(), "systolic_mmhg": 180, "diastolic_mmhg": 110}, {"DOC-1": OK}),
        ({"blocks": {}}, {}),
        ({"blocks": on_indication("heart")}, {"DOC-1": DOCTOR}),
        ({"blocks": on_indication("back", "legs", "feet")}, {"DOC-1": OK}),
        ({"blocks": on_indication()}, {}),
    ],
)
def test_the_examination_is_normal_only_when_every_needed_block_is(values, expected):
    assert {one.rule_id: one.verdict for one in judge_exam(exam(**values))} == expected


def test_the_mouth_has_no_criterion_and_is_never_in_order():
    (line,) = judge_mouth(OralHealth(state=ExamState.DONE, on=ON))

    assert line.verdict is Verdict.NO_CRITERION
    assert rule("TAND-1").status is RuleStatus.EMPTY
