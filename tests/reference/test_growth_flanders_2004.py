"""Golden children: scores, lines and classes calculated by others from the published table."""

import csv
from pathlib import Path

import pytest

from clbdesk.domain.people import Sex
from clbdesk.standards.bmi import judge_weight, line_sds
from clbdesk.standards.lms import Measure, percentile
from tests.builders.growth import lms_at

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CHILDREN = rows("growth_flanders_2004.csv")
LINES = rows("bmi_lines_flanders_2004.csv")


def child_name(row: dict[str, str]) -> str:
    return f"{row['sex']} {row['age_years']} y {row['weight_kg']} kg"


def line_name(row: dict[str, str]) -> str:
    return f"{row['sex']} {row['age_years']} y"


def body_mass_index(row: dict[str, str]) -> float:
    return float(row["weight_kg"]) / (float(row["height_cm"]) / 100) ** 2


def test_all_golden_rows_are_there():
    assert (len(CHILDREN), len(LINES)) == (15, 44)


@pytest.mark.parametrize("row", CHILDREN, ids=child_name)
def test_a_golden_child_has_its_scores(row):
    age, sex = float(row["age_years"]), Sex(row["sex"])
    values = {
        Measure.HEIGHT: float(row["height_cm"]),
        Measure.WEIGHT: float(row["weight_kg"]),
        Measure.BMI: body_mass_index(row),
    }
    scores = {measure: lms_at(measure, sex, age).sds(value) for measure, value in values.items()}
    # The vectors are printed with two decimals: 0.005 of printing within the agreed 0.01.
    assert scores[Measure.HEIGHT] == pytest.approx(float(row["height_sds"]), abs=0.01)
    assert scores[Measure.WEIGHT] == pytest.approx(float(row["weight_sds"]), abs=0.01)
    assert scores[Measure.BMI] == pytest.approx(float(row["bmi_sds"]), abs=0.01)
    assert percentile(scores[Measure.HEIGHT]) == pytest.approx(
        float(row["height_percentile"]), abs=0.06
    )
    assert values[Measure.BMI] == pytest.approx(float(row["bmi"]), abs=0.006)


@pytest.mark.parametrize("row", CHILDREN, ids=child_name)
def test_a_golden_child_has_its_weight_class(row):
    age, sex = float(row["age_years"]), Sex(row["sex"])
    bmi = body_mass_index(row)
    judged = judge_weight(bmi, sex, age, round(age * 12))
    assert judged.weight_class == row["weight_class"]
    index = float(judged.lines[0].numbers["weight_index"])
    assert index == pytest.approx(float(row["weight_index"]), abs=0.06)


@pytest.mark.parametrize("row", LINES, ids=line_name)
def test_the_lines_of_underweight_and_overweight_run_as_printed(row):
    age, sex = float(row["age_years"]), Sex(row["sex"])
    lms = lms_at(Measure.BMI, sex, age)
    assert lms.median == pytest.approx(float(row["p50"]), abs=0.051)
    for rule_id, column in (
        ("BMI-1", "line_16"),
        ("BMI-2", "line_18_5"),
        ("BMI-5", "line_25"),
        ("BMI-6", "line_30"),
    ):
        line = lms.value(line_sds(rule_id, sex))
        assert line == pytest.approx(float(row[column]), abs=0.051), rule_id
    if row["index_120"]:
        assert lms.median * 1.2 == pytest.approx(float(row["index_120"]), abs=0.051)
        assert lms.median * 1.4 == pytest.approx(float(row["index_140"]), abs=0.051)


@pytest.mark.parametrize(
    "sex, expected",
    [(Sex.MALE, (-3.01, -1.20, 1.23, 2.13)), (Sex.FEMALE, (-2.70, -1.20, 1.01, 1.91))],
)
def test_each_line_is_one_fixed_score_per_sex(sex, expected):
    scores = [line_sds(rule_id, sex) for rule_id in ("BMI-1", "BMI-2", "BMI-5", "BMI-6")]
    assert scores == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize(
    "sex, age, percent_line, printed",
    [
        # belendo.be prints these for boys of 8; medipedia the adult ones.
        (Sex.MALE, 8, -1.880794, 120),
        (Sex.MALE, 8, 0, 130),
        (Sex.MALE, 8, 1.880794, 140),
        (Sex.MALE, 18, -2, 166),
        (Sex.FEMALE, 18, -1.880794, 155),
    ],
)
def test_published_charts_show_the_same_lines(sex, age, percent_line, printed):
    assert lms_at(Measure.HEIGHT, sex, age).value(percent_line) == pytest.approx(printed, abs=0.5)
