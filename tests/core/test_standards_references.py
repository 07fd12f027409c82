"""Other references than the Flemish one: which table counts when, and what they say beside the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clbdesk.domain.age import add_months
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.domain.people import Sex
from clbdesk.standards.growth import judge_growth, score
from clbdesk.standards.lms import Measure, curve
from clbdesk.standards.measurements import GrowthInput
from clbdesk.standards.references import STANDARD, reference, references

BIRTH = date(2016, 3, 4)
WHO = reference("who")


def child(years: float, cm: str = "128.4", kg: str | None = "26.3", **rest: object) -> GrowthInput:
    given = GrowthInput(
        sex=Sex.MALE,
        birth=BIRTH,
        on=add_months(BIRTH, round(12 * years)),
        height_cm=Decimal(cm),
        weight_kg=None if kg is None else Decimal(kg),
        reference="who",
    )
    return replace(given, **rest)


def of_bmi(years: float, sds: float) -> GrowthInput:
    """A boy of 120 cm with this WHO score of BMI."""
    given = child(years, "120.0", None)
    found = WHO.curve_at(Measure.BMI, Sex.MALE, given.age)
    lms = found.at(given.age) if found else None
    assert lms is not None
    return replace(given, weight_kg=Decimal(f"{lms.value(sds) * 1.44:.6f}"))


def line(given: GrowthInput, rule_id: str) -> Judgement:
    (found,) = (each for each in judge_growth(given).lines if rule_id in each.rule_id.split(", "))
    return found


# Values as the WHO publishes them (P50 and SD lines, cm and kg/m²), month of age.
@pytest.mark.parametrize(
    "measure, sex, months, sds, published",
    [
        (Measure.HEIGHT, Sex.MALE, 24, 0, 87.1),
        (Measure.HEIGHT, Sex.MALE, 60, 0, 110.0),
        (Measure.HEIGHT, Sex.FEMALE, 60, -2, 99.9),
        (Measure.HEIGHT, Sex.MALE, 120, 0, 137.8),
        (Measure.HEIGHT, Sex.FEMALE, 120, 0, 138.6),
        (Measure.HEIGHT, Sex.MALE, 228, 0, 176.5),
        (Measure.BMI, Sex.MALE, 228, 1, 25.4),
        (Measure.BMI, Sex.FEMALE, 228, 2, 29.7),
        (Measure.WEIGHT, Sex.FEMALE, 120, 0, 31.9),
    ],
)
def test_the_who_tables_give_the_values_that_the_who_prints(measure, sex, months, sds, published):
    found = WHO.curve_at(measure, sex, months / 12)
    lms = found.at(months / 12) if found else None
    assert lms is not None
    assert round(lms.value(sds), 1) == published


def test_the_standard_comes_first_and_an_unknown_reference_has_no_scores():
    assert references()[0].id == STANDARD
    assert {one.id for one in references()} == {STANDARD, "who"}
    elsewhere = reference("nl-2010")
    assert elsewhere.name == "nl-2010"
    assert score(Measure.HEIGHT, Sex.MALE, 8.0, 128.0, elsewhere) is None


@pytest.mark.parametrize(
    "months, file",
    [
        (23, None),
        (24, "growth-who-2006.csv"),
        (60, "growth-who-2006.csv"),
        (61, "growth-who-2007.csv"),
        (228, "growth-who-2007.csv"),
        (229, None),
    ],
)
def test_one_table_of_the_who_counts_at_each_age(months, file):
    piece = WHO.piece_at(months / 12)
    assert (piece.file if piece else None) == file


def test_the_name_of_a_score_is_that_of_the_table_that_gave_it():
    assert WHO.name_at(4.0) == "WHO 2006"
    assert WHO.name_at(8.0) == "WHO 2007"
    assert WHO.name_at(30.0) == "WHO 2006 en 2007"


def test_scores_are_told_on_the_chosen_reference_and_rules_judge_on_the_flemish_one():
    chosen, standard = judge_growth(child(8)), judge_growth(child(8, reference=STANDARD))
    who = curve(Measure.HEIGHT, Sex.MALE, "growth-who-2007.csv")
    assert who is not None
    assert chosen.height is not None
    assert standard.height is not None
    assert chosen.height.sds == who.sds(chosen.age_years, 128.4)
    assert chosen.height.sds != pytest.approx(standard.height.sds, abs=0.05)
    assert chosen.lines[: len(standard.lines)] == standard.lines
    assert chosen.weight_class is standard.weight_class
    assert chosen.weight_index == standard.weight_index


def test_the_line_of_the_other_reference_names_it_and_its_numbers_and_judges_nothing():
    found = line(child(8), "GRO-REF")
    assert found.head == "Op de curve WHO 2007"
    assert found.text == "lengte +0,2 SDS (P58), BMI +0,1 SDS (P56), normaal gewicht"
    assert (found.verdict, found.status) == (Verdict.INFO, RuleStatus.SIGN)
    assert found.rule_id == "WHO-2, GRO-REF"
    assert found.numbers.keys() == {"reference", "height_sds", "bmi_sds"}


@pytest.mark.parametrize(
    "years, sds, word",
    [
        (4, -3.01, "ernstig ondergewicht"),
        (4, -2.5, "ondergewicht"),
        (4, -1.99, "normaal gewicht"),
        (4, 0.99, "normaal gewicht"),
        (4, 1.5, "risico op overgewicht"),
        (4, 2.5, "overgewicht"),
        (4, 3.01, "obesitas"),
        (10, -3.01, "ernstig ondergewicht"),
        (10, -2.01, "ondergewicht"),
        (10, 0.99, "normaal gewicht"),
        (10, 1.01, "overgewicht"),
        (10, 2.01, "obesitas"),
    ],
)
def test_the_who_word_follows_its_own_cut_offs(years, sds, word):
    assert line(of_bmi(years, sds), "GRO-REF").text.endswith(f", {word}")


def test_without_a_weight_only_the_length_is_told_and_no_class():
    found = line(child(8, kg=None), "GRO-REF")
    assert found.text == "lengte +0,2 SDS (P58)"
    assert found.rule_id == "GRO-REF"


def test_beyond_the_reference_it_says_so():
    assert line(child(19.5), "GRO-REF").text == "de leeftijd ligt buiten deze referentie"


def test_a_reference_that_is_not_installed_gives_no_scores_and_no_class():
    judged = judge_growth(child(8, reference="nl-2010"))
    assert (judged.height, judged.bmi_for_age) == (None, None)
    assert line(child(8, reference="nl-2010"), "GRO-REF").head == "Op de curve nl-2010"


def test_without_a_sex_no_other_reference_speaks_either():
    judged = judge_growth(child(8, sex=Sex.UNKNOWN))
    assert {one.rule_id for one in judged.lines} == {"GRO-LINES"}


def test_head_and_sitting_height_are_told_without_a_criterion():
    given = child(8, head_cm=Decimal("52.5"), sitting_height_cm=Decimal("68.0"), reference=STANDARD)
    head, sitting = line(given, "GRO-HC"), line(given, "GRO-ZIT")
    assert head.text == "52,5 cm, 0,0 SDS (P50), geen criterium ingesteld"
    assert sitting.text == "68,0 cm, geen criterium ingesteld"
    assert {head.verdict, sitting.verdict} == {Verdict.NO_CRITERION}
    assert {head.status, sitting.status} == {RuleStatus.EMPTY}


def test_a_head_beyond_the_reference_is_told_as_it_was_measured():
    given = child(8, head_cm=Decimal("52.5"))
    assert line(given, "GRO-HC").text == "52,5 cm, geen criterium ingesteld"
