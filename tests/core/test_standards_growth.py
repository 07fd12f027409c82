"""What the program says of length and weight: every rule, its edges, and what it does not say."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.age import add_months, age_months
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.domain.people import Sex
from clbdesk.errors import Environment
from clbdesk.standards.bmi import WeightClass, judge_weight
from clbdesk.standards.growth import GrowthJudgement, judge_growth, score
from clbdesk.standards.height import bands, chart_lines
from clbdesk.standards.lms import Measure, sds_of_percentile
from clbdesk.standards.measurements import EarlierGrowth, GrowthInput
from clbdesk.standards.target_height import target_height
from tests.builders.growth import known, lms_at

BIRTH = date(2016, 3, 4)


def at_age(years: int, months: int = 0) -> date:
    return add_months(BIRTH, 12 * years + months)


def child(
    on: date,
    height: str | None = None,
    weight: str | None = None,
    *,
    sex: Sex = Sex.FEMALE,
    before: tuple[tuple[date, str], ...] = (),
    mother: str | None = None,
    father: str | None = None,
    head: str | None = None,
) -> GrowthInput:
    return GrowthInput(
        sex=sex,
        birth=BIRTH,
        on=on,
        height_cm=None if height is None else Decimal(height),
        weight_kg=None if weight is None else Decimal(weight),
        head_cm=None if head is None else Decimal(head),
        mother_cm=None if mother is None else Decimal(mother),
        father_cm=None if father is None else Decimal(father),
        previous=tuple(EarlierGrowth(day, Decimal(cm)) for day, cm in before),
    )


def height_at(on: date, sds: float, sex: Sex = Sex.FEMALE) -> str:
    """The height in cm of a child on this day with this score, in mm."""
    lms = lms_at(Measure.HEIGHT, sex, (on - BIRTH).days / 365.25)
    return f"{lms.value(sds):.4f}"


def lines(judged: GrowthJudgement) -> dict[str, Verdict]:
    return {line.rule_id: line.verdict for line in judged.lines}


def line(judged: GrowthJudgement, rule_id: str) -> Judgement:
    (found,) = (each for each in judged.lines if rule_id in each.rule_id.split(", "))
    return found


# --- the page as it was designed -----------------------------------------------------------------


def test_the_growth_page_of_the_design_is_computed_to_the_digit():
    judged = judge_growth(
        GrowthInput(
            sex=Sex.FEMALE,
            birth=date(2020, 3, 4),
            on=date(2026, 11, 23),
            height_cm=Decimal("121.5"),
            weight_kg=Decimal("24.8"),
            mother_cm=Decimal(168),
            father_cm=Decimal(180),
            previous=(
                EarlierGrowth(date(2023, 10, 9), Decimal("98.1"), Decimal("14.9")),
                EarlierGrowth(date(2022, 9, 6), Decimal("89.8")),
            ),
        )
    )
    assert [(each.head, each.text, each.rule_id) for each in judged.lines] == [
        ("Normaal gewicht", "BMI 16,8, index 109 % (grens 120 %)", "BMI-7, BMI-3"),
        ("Lengte volgt de curve", "P36 op 09 okt 2023, P53 nu, interval 3,1 j", "GRO-1"),
        ("Groeisnelheid", "geen criterium ingesteld", "GRO-2, GRO-3"),
    ]
    assert [each.verdict for each in judged.lines] == [
        Verdict.OK,
        Verdict.OK,
        Verdict.NO_CRITERION,
    ]
    assert known(judged.velocity).cm_per_year == pytest.approx(7.5, abs=0.05)
    target = known(judged.target_height)
    assert (target.cm, target.low_cm, target.high_cm) == (
        Decimal("167.5"),
        Decimal("159.0"),
        Decimal("176.0"),
    )
    assert (judged.age_months, round(known(judged.weight_index))) == (80, 109)


def test_every_line_belongs_to_growth_and_names_source_and_edition():
    judged = judge_growth(
        child(at_age(8), "100", "40", before=((at_age(5), "105"),), mother="170", father="190")
    )
    assert len(judged.lines) > 4
    for each in judged.lines:
        assert each.domain == "growth"
        assert each.source
        assert each.edition


# --- weight --------------------------------------------------------------------------------------


def weight_class(bmi: float, sex: Sex = Sex.MALE, months: int = 96) -> WeightClass | None:
    return judge_weight(bmi, sex, months / 12, months).weight_class


def test_the_same_bmi_changes_class_between_9_years_0_and_9_years_1_month():
    before, after = (judge_weight(19.2, Sex.MALE, months / 12, months) for months in (108, 109))
    assert (before.weight_class, before.rule_id) == (WeightClass.NORMAL, "BMI-7")
    assert (after.weight_class, after.rule_id) == (WeightClass.OVERWEIGHT, "BMI-5")
    assert "tot en met 9 j 0 m geldt de gewichtsindex" in before.lines[0].text
    assert "vanaf 9 j 1 m geldt de BMI-lijn" in after.lines[0].text


def test_the_weight_index_counts_from_its_limit_on():
    median = lms_at(Measure.BMI, Sex.MALE, 8.0).median
    assert weight_class(median * 1.2 - 0.001) is WeightClass.NORMAL
    assert weight_class(median * 1.2 + 0.001) is WeightClass.OVERWEIGHT
    assert weight_class(18.96) is WeightClass.OVERWEIGHT  # exactly 120 % of 15,8
    assert weight_class(median * 1.4 - 0.001) is WeightClass.OVERWEIGHT
    assert weight_class(median * 1.4 + 0.001) is WeightClass.OBESITY


@pytest.mark.parametrize("percent, words", [(150, ""), (165, "klasse 2"), (185, "klasse 3")])
def test_obesity_of_a_young_pupil_has_degrees(percent, words):
    median = lms_at(Measure.BMI, Sex.MALE, 8.0).median
    text = judge_weight(median * percent / 100, Sex.MALE, 8.0, 96).lines[0].text
    assert words in text
    assert words or "klasse" not in text


def test_low_weight_includes_its_line_and_worrying_underweight_does_not():
    adult = lms_at(Measure.BMI, Sex.FEMALE, 18.0)
    assert judge_weight(18.5, Sex.FEMALE, 18.0, 216).weight_class is WeightClass.LOW_WEIGHT
    assert judge_weight(18.51, Sex.FEMALE, 18.0, 216).weight_class is WeightClass.NORMAL
    assert judge_weight(16.0, Sex.FEMALE, 18.0, 216).weight_class is WeightClass.LOW_WEIGHT
    worrying = judge_weight(15.99, Sex.FEMALE, 18.0, 216)
    assert worrying.weight_class is WeightClass.WORRYING_UNDERWEIGHT
    assert adult.sds(18.5) == pytest.approx(-1.197, abs=0.001)


def test_overweight_and_obesity_begin_on_their_lines():
    assert judge_weight(25.0, Sex.MALE, 18.0, 216).weight_class is WeightClass.OVERWEIGHT
    assert judge_weight(30.0, Sex.MALE, 18.0, 216).weight_class is WeightClass.OBESITY


def test_obesity_by_the_derived_line_waits_for_a_signature():
    found = judge_weight(40.0, Sex.MALE, 12.0, 144).lines[0]
    assert (found.rule_id, found.status) == ("BMI-6", RuleStatus.SIGN)


@pytest.mark.parametrize(
    "bmi, sex, months, verdict",
    [
        (27.93, Sex.MALE, 138, Verdict.BORDERLINE),  # within 0,8 of the line to 30
        (29.0, Sex.MALE, 138, Verdict.CHECK),
        (25.4, Sex.FEMALE, 138, Verdict.BORDERLINE),  # girls: within 0,4
        (25.2, Sex.FEMALE, 138, Verdict.CHECK),
        (29.3, Sex.MALE, 216, Verdict.CHECK),  # at 18 the line is exact
    ],
)
def test_near_the_uncertain_line_of_obesity_it_is_called_borderline(bmi, sex, months, verdict):
    assert judge_weight(bmi, sex, months / 12, months).lines[0].verdict is verdict


def test_a_value_near_a_line_is_called_borderline_whatever_its_class():
    index = lms_at(Measure.BMI, Sex.MALE, 8.0).median * 1.2
    for bmi in (index - 0.05, index + 0.05):
        found = judge_weight(bmi, Sex.MALE, 8.0, 96).lines[0]
        assert found.verdict is Verdict.BORDERLINE
        assert found.text.endswith("grensgeval")


@pytest.mark.parametrize("months", [23, 217])
def test_no_weight_class_outside_2_to_18_years(months):
    judged = judge_weight(16.0, Sex.MALE, months / 12, months)
    assert (judged.weight_class, judged.rule_id) == (None, None)
    assert judged.lines[0].text == "De gewichtsklassen gelden van 2 tot 18 jaar."


def test_an_abnormal_weight_says_that_its_follow_up_has_no_criterion():
    judged = judge_weight(25.0, Sex.MALE, 8.0, 96)
    assert judged.lines[1].rule_id == "BMI-F4"
    assert judged.lines[1].verdict is Verdict.NO_CRITERION
    assert len(judge_weight(16.0, Sex.MALE, 8.0, 96).lines) == 1


@given(
    st.sampled_from([Sex.MALE, Sex.FEMALE]),
    st.integers(24, 216),
    st.floats(9, 60),
    st.floats(0.01, 10),
)
def test_a_higher_bmi_is_never_a_lower_class(sex, months, bmi, more):
    order = list(WeightClass)
    age = max(2.0, months / 12)
    lower, higher = (
        known(judge_weight(value, sex, age, months).weight_class) for value in (bmi, bmi + more)
    )
    assert order.index(lower) <= order.index(higher)


# --- the course of the height --------------------------------------------------------------------


def test_one_band_lost_in_two_years_is_a_deflection():
    now, then = at_age(8), at_age(6)
    p50, p25 = height_at(then, 0), height_at(now, sds_of_percentile(25))
    found = line(judge_growth(child(now, p25, before=((then, p50),))), "GRO-1")
    assert (found.verdict, found.head) == (Verdict.DOCTOR, "Lengte buigt af")
    assert found.text == "P50 op 04 mrt 2022, P25 nu, interval 2,0 j: −1,0 banden"


def test_one_band_gained_is_an_acceleration():
    now, then = at_age(8), at_age(6)
    found = line(
        judge_growth(child(now, height_at(now, 1.9), before=((then, height_at(then, 0)),))),
        "GRO-1",
    )
    assert (found.verdict, found.head) == (Verdict.DOCTOR, "Lengte versnelt")


def test_less_than_a_band_follows_the_curve():
    now, then = at_age(8), at_age(6)
    judged = judge_growth(child(now, height_at(now, -0.6), before=((then, height_at(then, 0)),)))
    assert lines(judged)["GRO-1"] is Verdict.OK


def test_the_course_is_not_judged_within_two_years():
    now, then = at_age(8), at_age(6, 1)
    judged = judge_growth(child(now, height_at(now, -2), before=((then, height_at(then, 0)),)))
    found = line(judged, "GRO-1")
    assert (found.verdict, found.text) == (
        Verdict.NOT_DONE,
        "geen meting van minstens 2 jaar geleden",
    )


def test_the_course_is_measured_from_the_newest_height_that_is_old_enough():
    now = at_age(10)
    before = (
        (at_age(4), height_at(at_age(4), 2)),
        (at_age(7), height_at(at_age(7), 0)),
        (at_age(9), height_at(at_age(9), 2)),
    )
    found = line(judge_growth(child(now, height_at(now, 0), before=before)), "GRO-1")
    assert found.verdict is Verdict.OK
    assert found.numbers["interval_years"].startswith("3.0")


def test_heights_from_before_the_standard_begins_are_left_aside():
    now, baby = at_age(5), at_age(2, 5)
    judged = judge_growth(child(now, height_at(now, 0), before=((baby, height_at(baby, 2)),)))
    assert lines(judged)["GRO-1"] is Verdict.NOT_DONE


def test_bands_are_counted_between_the_lines_and_go_on_outside():
    for place, percent in enumerate(chart_lines()):
        assert bands(sds_of_percentile(percent)) == pytest.approx(place)
    outer = sds_of_percentile(10) - sds_of_percentile(3)
    assert bands(sds_of_percentile(3) - outer) == pytest.approx(-1)
    assert bands(sds_of_percentile(97) + outer) == pytest.approx(7)


@given(st.floats(-5, 5), st.floats(0.001, 2))
def test_the_ruler_of_bands_only_rises(sds, more):
    assert bands(sds + more) > bands(sds)


# --- velocity ------------------------------------------------------------------------------------


def test_velocity_is_told_and_not_judged():
    judged = judge_growth(child(at_age(8), "128", before=((at_age(6), "116"),)))
    assert known(judged.velocity).cm_per_year == pytest.approx(6, abs=0.02)
    assert lines(judged)["GRO-2, GRO-3"] is Verdict.NO_CRITERION


def test_a_whole_year_is_long_enough_and_a_day_less_is_not():
    year = judge_growth(child(at_age(8), "128", before=((at_age(7), "122"),)))
    assert known(year.velocity).since == at_age(7)
    less = judge_growth(child(date(2024, 3, 3), "128", before=((date(2023, 3, 4), "122"),)))
    assert less.velocity is None
    found = line(less, "GRO-4")
    assert found.text == "interval 1,0 j is te kort om te beoordelen (minstens 1 jaar)"
    assert found.status is RuleStatus.SIGN


def test_velocity_skips_a_point_that_is_too_near():
    judged = judge_growth(
        child(at_age(8), "128", before=((at_age(7, 6), "126"), (at_age(6, 6), "119")))
    )
    assert known(judged.velocity).since == at_age(6, 6)


def test_without_history_there_is_no_line_about_velocity():
    judged = judge_growth(child(at_age(8), "128"))
    assert judged.velocity is None
    assert not any("GRO-2" in each.rule_id or each.rule_id == "GRO-4" for each in judged.lines)


def test_without_a_height_there_is_no_velocity():
    judged = judge_growth(child(at_age(8), None, "25", before=((at_age(6), "116"),)))
    assert (judged.velocity, judged.lines) == (None, ())


def test_points_on_or_after_the_day_are_left_aside():
    judged = judge_growth(child(at_age(8), "128", before=((at_age(8), "90"), (at_age(9), "130"))))
    assert judged.velocity is None


# --- height for age ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sds, expected",
    [
        (-3.1, {"GRO-7": Verdict.DOCTOR, "GRO-8": Verdict.REFER}),
        (-2.6, {"GRO-7": Verdict.DOCTOR}),
        (-1.95, {"GRO-7": Verdict.DOCTOR}),
        (-1.85, {"GRO-7": Verdict.BORDERLINE}),
        (-1.8, {}),
        (0.0, {}),
        (1.8, {}),
        (1.86, {"GRO-7": Verdict.BORDERLINE}),
        (2.0, {"GRO-7": Verdict.DOCTOR}),
    ],
)
def test_height_is_judged_at_its_limits(sds, expected):
    found = lines(judge_growth(child(at_age(8), height_at(at_age(8), sds))))
    del found["GRO-1"]
    assert found == expected


def test_just_beyond_the_line_it_is_a_signal_and_borderline():
    found = line(judge_growth(child(at_age(8), height_at(at_age(8), -1.9))), "GRO-7")
    assert found.verdict is Verdict.DOCTOR
    assert "grensgeval" in found.text
    assert found.text.endswith("vraag de lengte van de ouders")


def test_a_short_child_below_the_target_range_is_for_the_doctor():
    tall_parents = judge_growth(
        child(at_age(8), height_at(at_age(8), -2.6), mother="170", father="190")
    )
    assert line(tall_parents, "GRO-6").verdict is Verdict.DOCTOR
    assert "vraag" not in line(tall_parents, "GRO-7").text
    assert line(tall_parents, "TH-3").status is RuleStatus.SIGN
    short_parents = judge_growth(
        child(at_age(8), height_at(at_age(8), -2.6), mother="150", father="160")
    )
    assert "GRO-6" not in lines(short_parents)
    assert "TH-3" not in lines(short_parents)


def test_very_short_is_referred_from_3_years_on():
    young, three = at_age(2, 11), at_age(3)
    assert "GRO-8" not in lines(judge_growth(child(young, height_at(young, -3.1))))
    assert "GRO-8" in lines(judge_growth(child(three, height_at(three, -3.1))))


@pytest.mark.parametrize(
    "years, months, sentence",
    [
        (2, 5, "De standaard geldt vanaf 2,5 jaar."),
        (18, 1, "De standaard geldt tot 18 jaar."),
    ],
)
def test_outside_the_standard_it_says_so_and_judges_no_height(years, months, sentence):
    on = at_age(years, months)
    judged = judge_growth(child(on, height_at(on, -4)))
    assert [(each.rule_id, each.text) for each in judged.lines] == [("GRO-5", sentence)]
    assert judged.height is not None


# --- target height -------------------------------------------------------------------------------


def test_target_height_of_a_boy_and_a_girl():
    boy = known(target_height(Sex.MALE, Decimal(166), Decimal(180)))
    girl = known(target_height(Sex.FEMALE, Decimal(166), Decimal(180)))
    assert (boy.cm, girl.cm) == (Decimal("179.5"), Decimal("166.5"))
    assert boy.half_sds == pytest.approx(1.27, abs=0.005)
    assert girl.half_sds == pytest.approx(1.42, abs=0.005)
    assert boy.sds == pytest.approx((179.5 - 181.0) / (181.0 * 0.037))


def test_target_height_needs_both_parents_and_the_sex():
    assert target_height(Sex.MALE, Decimal(166), None) is None
    assert target_height(Sex.MALE, None, Decimal(180)) is None
    assert target_height(Sex.UNKNOWN, Decimal(166), Decimal(180)) is None


def test_far_taller_than_the_parents_is_outside_the_target_range():
    judged = judge_growth(child(at_age(8), height_at(at_age(8), 1.7), mother="155", father="165"))
    found = line(judged, "TH-3")
    assert found.verdict is Verdict.DOCTOR
    assert found.text.startswith("lengte +1,7 SDS, doellengte −2,2 SDS")


@pytest.mark.parametrize("side", [-1, 1])
def test_the_target_range_ends_where_it_ends(side):
    target = known(target_height(Sex.FEMALE, Decimal(166), Decimal(180)))
    assert not target.outside(target.sds + side * (target.half_sds - 0.001))
    assert target.outside(target.sds + side * (target.half_sds + 0.001))
    assert target.below(target.sds + side * (target.half_sds + 0.001)) is (side < 0)
    assert not target.below(target.sds - target.half_sds + 0.001)


# --- what is not known ---------------------------------------------------------------------------


def test_without_the_sex_there_is_a_bmi_and_no_verdict():
    judged = judge_growth(child(at_age(8), "128", "26", sex=Sex.UNKNOWN))
    assert judged.bmi == pytest.approx(15.869, abs=0.001)
    assert (judged.height, judged.weight_class, judged.weight_index) == (None, None, None)
    assert [each.verdict for each in judged.lines] == [Verdict.NOT_DONE]


def test_head_and_scores_of_adults_beyond_the_table():
    assert known(judge_growth(child(at_age(8), head="51.9")).head).percentile == pytest.approx(50)
    assert score(Measure.HEIGHT, Sex.MALE, 25.0, 180.0) is None
    assert score(Measure.HEIGHT, Sex.UNKNOWN, 8.0, 130.0) is None


def test_a_damaged_reference_judges_nothing_and_says_so(monkeypatch):
    def damaged(*_arguments):
        raise Environment("standards.table_damaged", name="Vlaamse groeicurven 2004")

    monkeypatch.setattr("clbdesk.standards.growth.curve", damaged)
    judged = judge_growth(child(at_age(8), "128", "26"))
    assert judged.bmi == pytest.approx(15.869, abs=0.001)
    assert judged.weight_class is None
    assert [each.rule_id for each in judged.lines] == ["E11"]


@given(
    st.sampled_from([Sex.MALE, Sex.FEMALE, Sex.UNKNOWN]),
    st.integers(0, 21 * 366),
    st.decimals(30, 300, places=1),
    st.decimals(2, 500, places=1),
)
def test_any_possible_measurement_gets_an_answer(sex, days, height, weight):
    on = date.fromordinal(BIRTH.toordinal() + days)
    given_input = GrowthInput(sex=sex, birth=BIRTH, on=on, height_cm=height, weight_kg=weight)
    judged = judge_growth(given_input)
    assert judged.bmi == pytest.approx(float(weight) / (float(height) / 100) ** 2)
    assert judged.age_months == age_months(BIRTH, on)
    for each in judged.lines:
        assert each.text


@given(st.dates(date(2000, 1, 1), date(2025, 1, 1)), st.integers(0, 240))
def test_completed_months_are_complete(birth, months):
    birthday = add_months(birth, months)
    assert age_months(birth, birthday) == months
    assert age_months(birth, date.fromordinal(birthday.toordinal() - 1)) == months - 1
