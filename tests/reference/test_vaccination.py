"""The golden cases of school vaccination in Flanders, and what no history may ever bring about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.vaccination import DoseSource
from clbdesk.errors import Refused
from clbdesk.standards.tables import rule
from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.ruleset import Span
from clbdesk.standards.vaccination.validity import Counts
from tests.builders.vaccination import (
    advice_on,
    due,
    infant,
    judge,
    signed_rules,
    verdict_on,
)

ORAL, PAPER, VACCINNET = DoseSource.ORAL, DoseSource.DOCUMENT, DoseSource.VACCINNET
MBR_DONE = (("MBR", "2016-06-01"), ("MBR", "2023-10-02"))


@pytest.mark.parametrize(
    "day, counts, rule_id",
    [
        ("2025-01-10", Counts.YES, "MBR-1"),
        ("2025-01-05", Counts.YES, "G2"),
        ("2025-01-04", Counts.NO, "MBR-1"),
    ],
)
def test_golden_1_mbr_counts_from_five_days_before_12_months(day, counts, rule_id):
    judged = judge("2024-01-10", "2026-11-22", ("MBR", day))
    verdict = verdict_on(judged, 0, "MBR")
    assert (verdict.counts, verdict.rule_id) == (counts, rule_id)


@pytest.mark.parametrize(
    "birth, repeat", [("2024-01-20", date(2025, 2, 7)), ("2024-03-01", date(2025, 3, 1))]
)
def test_golden_2_an_invalid_mbr_is_repeated_after_12_months_and_28_days(birth, repeat):
    judged = judge(birth, "2025-01-15", ("MBR", "2025-01-10"))
    assert verdict_on(judged, 0, "MBR").counts is Counts.NO
    advice = advice_on(judged, "MBR")
    assert (advice.state, advice.earliest, advice.dose_number) == (
        AdviceState.NOT_YET,
        repeat,
        1,
    )


@pytest.mark.parametrize(
    "day, counts",
    [("2026-02-07", Counts.YES), ("2026-02-06", Counts.YES), ("2026-02-01", Counts.NO)],
)
def test_golden_3_mbr_2_counts_from_23_days_after_mbr_1(day, counts):
    judged = judge("2016-01-20", "2026-11-22", ("MBR", "2026-01-10"), ("MBR", day), stage="L4")
    assert verdict_on(judged, 1, "MBR").counts is counts


def test_golden_4_mbr_within_28_days_of_varicella_does_not_count():
    history = (("VARICELLA", "2025-03-01"), ("MBR", "2025-03-20"))
    judged = judge("2016-01-20", "2025-03-25", *history, stage="L4")
    assert judged.doses[0] == ()
    verdict = verdict_on(judged, 1, "MBR")
    assert (verdict.counts, verdict.rule_id) == (Counts.NO, "G6")
    assert advice_on(judged, "MBR").earliest == date(2025, 4, 17)


@pytest.mark.parametrize("day", ["2025-03-01", "2025-03-29"])
def test_live_vaccines_of_one_day_or_28_days_apart_leave_each_other_alone(day):
    judged = judge("2016-01-20", "2025-05-25", ("VARICELLA", "2025-03-01"), ("MBR", day))
    assert verdict_on(judged, 1, "MBR").counts is Counts.YES


def test_the_live_rule_has_no_days_of_grace():
    judged = judge("2016-01-20", "2025-05-25", ("YF", "2025-03-01"), ("MBR", "2025-03-28"))
    assert verdict_on(judged, 1, "MBR").rule_id == "G6"


def test_golden_5_hpv_and_mbr_of_one_day_both_count():
    history = (("Gardasil 9", "2025-03-01"), ("MBR", "2025-03-01"))
    judged = judge("2012-01-20", "2025-03-25", *history, stage="S1")
    assert verdict_on(judged, 0, "HPV").counts is Counts.YES
    assert verdict_on(judged, 1, "MBR").counts is Counts.YES


@pytest.mark.parametrize("rules", [None, signed_rules()], ids=["as delivered", "signed"])
def test_golden_6_after_dtpa_in_the_first_grade_only_ipv_is_due(rules):
    birth = date(2019, 3, 1)
    history = (*infant(birth), ("Boostrix", "2025-10-10"), ("MBR", "2020-03-10"))
    judged = judge("2019-03-01", "2026-02-22", *history, stage="L1", rules=rules)
    assert due(judged) == {"IPV"}


def test_golden_6_signed_says_that_dtpa_counted():
    history = (*infant(date(2019, 3, 1)), ("Boostrix", "2025-10-10"))
    judged = judge("2019-03-01", "2026-02-22", *history, stage="L1", rules=signed_rules())
    dtpa = advice_on(judged, "dTpa")
    assert dtpa.state is AdviceState.NOT_YET
    assert "S2" in dtpa.rule_ids
    assert dtpa.recommended == date(2033, 9, 1)


@pytest.mark.parametrize("rules", [None, signed_rules()], ids=["as delivered", "signed"])
@pytest.mark.parametrize("day, is_due", [("2022-03-01", False), ("2022-02-28", True)])
def test_golden_7_dtpa_ipv_from_12_years_replaces_dtpa_of_s3(day, is_due, rules):
    history = (*infant(date(2010, 3, 1)), ("Tetravac", "2016-10-01"), ("Tetravac", day))
    judged = judge("2010-03-01", "2024-10-22", *history, stage="S3", rules=rules)
    assert ("dTpa" in due(judged)) is is_due
    advice = advice_on(judged, "dTpa")
    assert advice.state is (AdviceState.DUE if is_due else AdviceState.COMPLETE)
    assert ("S4" if is_due else "S3") in advice.rule_ids


@pytest.mark.parametrize(
    "third, counts",
    [
        ("2024-03-25", Counts.NO),  # day 84 after the first
        ("2024-04-16", Counts.NO),  # day 106
        ("2024-04-17", Counts.YES),  # day 107: five days of grace
        ("2024-04-22", Counts.YES),  # day 112
    ],
)
def test_golden_8_the_third_hepatitis_b_dose_needs_16_weeks_since_the_first(third, counts):
    history = (("HBV", "2024-01-01"), ("HBV", "2024-01-29"), ("HBV", third))
    judged = judge("2014-01-01", "2026-11-22", *history, stage="L6")
    assert verdict_on(judged, 2, "HBV").counts is counts


@pytest.mark.parametrize(
    "birth, stage, rule_id, left",
    [("2013-06-01", "S1", "S10", 2), ("2010-06-01", "S4", "S11", 3), ("2017-06-01", "L4", "S9", 3)],
)
def test_golden_9_hepatitis_b_never_given_depends_on_age(birth, stage, rule_id, left):
    advice = advice_on(judge(birth, "2026-11-22", stage=stage), "HBV")
    assert (advice.state, advice.rule_ids, advice.left) == (AdviceState.DUE, (rule_id,), left)


@pytest.mark.parametrize(
    "birth, stage, free",
    [
        ("2011-12-22", "S4", True),  # 14 years 11 months
        ("2011-11-22", "S4", False),  # 15 today
        ("2009-11-22", "S3", True),  # 17, but in S3
        ("2011-01-22", "S1", True),  # 15, but in S1
    ],
)
def test_golden_10_hpv_is_free_in_s1_and_s3_and_up_to_14_years(birth, stage, free):
    advice = advice_on(judge(birth, "2026-11-22", stage=stage), "HPV")
    assert advice.free is free
    assert advice.state is (AdviceState.DUE if free else AdviceState.OUTSIDE_PROGRAMME)


@pytest.mark.parametrize("rules", [None, signed_rules()], ids=["as delivered", "signed"])
@pytest.mark.parametrize(
    "birth, stage, product, vaccines",
    [
        (date(2015, 3, 1), "L6", "Tetravac", {"HEXA"}),
        (date(2015, 3, 1), "L6", "Hexyon", {"DTPa-IPV"}),
        (date(2014, 4, 1), "S1", "Hexyon", {"dTpa", "IPV"}),
        (date(2012, 4, 1), "S3", "Hexyon", {"dTpa"}),
    ],
)
def test_golden_11_one_missing_dose_is_caught_up_by_age(birth, stage, product, vaccines, rules):
    history = (*infant(birth, product), *MBR_DONE)
    judged = judge(birth.isoformat(), "2026-10-22", *history, stage=stage, rules=rules)
    assert due(judged) - {"HPV"} == vaccines


@pytest.mark.parametrize(
    "birth, vaccine, is_due",
    [
        ("2016-12-31", "MBR", True),
        ("2017-01-01", "MBR", False),
        ("2013-12-31", "HPV", True),
        ("2014-01-01", "HPV", False),
        ("2011-12-31", "dTpa", True),
        ("2019-12-31", "DTPa-IPV", True),
        ("2020-01-01", "DTPa-IPV", False),
    ],
)
def test_golden_12_special_education_follows_the_birth_year(birth, vaccine, is_due):
    day = date.fromisoformat(birth)
    history = (*infant(day), ("MBR", f"{day.year + 2}-01-20"))
    judged = judge(birth, "2025-11-20", *history, stage="L1", special=True)
    assert (vaccine in due(judged)) is is_due


def test_golden_13_a_year_without_a_day_leaves_it_to_the_doctor():
    judged = judge("2016-04-01", "2025-10-22", ("MBR", "2017", PAPER), stage="L4")
    verdict = verdict_on(judged, 0, "MBR")
    assert (verdict.counts, verdict.rule_id) == (Counts.DOCTOR, "YEAR")
    assert advice_on(judged, "MBR").state is AdviceState.DOCTOR


def test_golden_14_one_dose_from_two_sources_is_counted_once():
    history = (("M-M-RVaxPro", "2017-05-03", PAPER), ("MBR", "2017-05-02", VACCINNET))
    judged = judge("2016-04-01", "2025-10-22", *history, stage="L4")
    double = verdict_on(judged, 0, "MBR")
    assert (double.counts, double.rule_id, double.duplicate_of) == (Counts.NO, "DUP", 1)
    assert advice_on(judged, "MBR").dose_number == 2


def test_the_usual_first_grader_is_due_for_dtpa_ipv_also_before_the_table_is_signed():
    birth = date(2020, 3, 1)
    history = (*infant(birth), ("MBR", "2021-03-05"))
    judged = judge("2020-03-01", "2026-11-23", *history, stage="L1")
    assert due(judged) == {"DTPa-IPV"}
    assert advice_on(judged, "DTPa-IPV").free is True
    assert verdict_on(judged, 3, "DTP").counts is Counts.DOCTOR


def test_an_unsigned_row_never_says_complete_and_a_signed_one_does():
    birth = date(2017, 3, 1)
    history = (*infant(birth), ("Tetravac", "2023-10-01"))
    for rules, state in ((None, AdviceState.DOCTOR), (signed_rules(), AdviceState.COMPLETE)):
        judged = judge("2017-03-01", "2026-11-23", *history, stage="L4", rules=rules)
        assert advice_on(judged, "IPV").state is state


@pytest.mark.parametrize(
    "second, as_delivered, signed",
    [
        ("2026-04-01", Counts.YES, Counts.YES),  # six months
        ("2026-03-10", Counts.DOCTOR, Counts.YES),  # over five
        ("2026-01-10", Counts.DOCTOR, Counts.NO),  # three
    ],
)
def test_the_interval_of_hpv_is_confirmed_at_six_months_only(second, as_delivered, signed):
    history = (("Gardasil 9", "2025-10-01"), ("Gardasil 9", second))
    for rules, counts in ((None, as_delivered), (signed_rules(), signed)):
        judged = judge("2013-06-01", "2026-11-22", *history, stage="S2", rules=rules)
        assert verdict_on(judged, 1, "HPV").counts is counts


def test_hpv_started_after_15_is_for_the_doctor_from_the_second_dose():
    judged = judge("2009-11-22", "2026-11-22", ("Gardasil 9", "2026-01-10"), stage="S3")
    advice = advice_on(judged, "HPV")
    assert advice.state is AdviceState.DOCTOR
    assert "S14" in advice.rule_ids


def test_two_adult_hepatitis_b_doses_complete_only_when_started_at_11_to_15():
    pair = (("Engerix-B", "2025-01-10"), ("Engerix-B", "2025-07-10"))
    young = advice_on(judge("2013-01-10", "2026-11-22", *pair, stage="S2"), "HBV")
    old = advice_on(judge("2008-01-09", "2026-11-22", *pair, stage="S6"), "HBV")
    assert young.state is AdviceState.COMPLETE
    assert (old.state, old.left) == (AdviceState.DUE, 1)


def test_a_paediatric_second_dose_makes_it_three():
    pair = (("Engerix-B", "2025-01-10"), ("Engerix-B Junior", "2025-07-10"))
    advice = advice_on(judge("2013-01-10", "2026-11-22", *pair, stage="S2"), "HBV")
    assert (advice.state, advice.left) == (AdviceState.DUE, 1)


def test_a_dose_without_pertussis_is_for_the_doctor():
    birth = date(2010, 3, 1)
    history = (*infant(birth), ("Tetravac", "2016-10-01"), ("Revaxis", "2024-10-01"))
    judged = judge("2010-03-01", "2024-11-22", *history, stage="S3")
    assert verdict_on(judged, 5, "DTP").rule_id == "PART"
    assert advice_on(judged, "dTpa").state is AdviceState.DOCTOR


def test_the_dutch_schedule_is_offered_dtpa_ipv_in_the_first_grade():
    birth = date(2020, 3, 1)
    history = (*infant(birth), ("DTPa-IPV", "2024-03-10"))
    judged = judge("2020-03-01", "2026-11-22", *history, stage="L1", dutch=True)
    advice = advice_on(judged, "DTPa-IPV")
    assert advice.state is AdviceState.DUE
    assert "S5" in advice.rule_ids


def test_a_pupil_without_documents_is_for_the_doctor_but_gets_mbr_now():
    judged = judge("2018-03-01", "2026-11-22", stage="L2")
    assert advice_on(judged, "DTPa-IPV").state is AdviceState.DOCTOR
    assert advice_on(judged, "MBR").state is AdviceState.DUE
    assert advice_on(judged, "MBR").free is None  # free catch-up is not confirmed


def test_a_toddler_missing_one_dose_gets_hexavalent():
    birth = date(2022, 9, 1)
    judged = judge("2022-09-01", "2026-11-22", *infant(birth)[:3], stage="K2")
    assert advice_on(judged, "HEXA").rule_ids[0] == "S1"


def test_meningococcal_vaccine_is_outside_the_programme_until_a_signed_dose_completes_it():
    judged = judge("2022-01-10", "2026-11-22", ("Nimenrix", "2023-07-10"), stage="K3")
    assert advice_on(judged, "MenACWY").state is AdviceState.OUTSIDE_PROGRAMME
    signed = judge(
        "2022-01-10", "2026-11-22", ("Nimenrix", "2023-07-10"), stage="K3", rules=signed_rules()
    )
    assert advice_on(signed, "MenACWY").state is AdviceState.COMPLETE


def test_mbr_moved_from_the_fifth_to_the_fourth_grade_in_2023():
    first = ("MBR", "2014-06-01")
    assert "MBR" not in due(judge("2013-05-01", "2022-10-01", first, stage="L4"))
    assert "MBR" in due(judge("2013-05-01", "2022-10-01", first, stage="L5"))
    assert "MBR" in due(judge("2014-05-01", "2023-10-01", ("MBR", "2015-06-01"), stage="L4"))


@pytest.mark.parametrize("rules", [None, signed_rules()], ids=["as delivered", "signed"])
@pytest.mark.parametrize("given", [0, 3])
def test_more_than_one_missing_dose_in_s3_is_for_the_doctor(given, rules):
    birth = date(2012, 3, 1)
    judged = judge(
        "2012-03-01", "2026-11-22", *infant(birth)[:given], *MBR_DONE, stage="S3", rules=rules
    )
    for vaccine in ("dTpa", "IPV"):
        advice = advice_on(judged, vaccine)
        assert (advice.state, advice.rule_ids[0]) == (AdviceState.DOCTOR, "NEW")
    assert advice_on(judged, "dTpa").text == "dTpa: meer dan één dosis ontbreekt"


@pytest.mark.parametrize("rules", [None, signed_rules()], ids=["as delivered", "signed"])
def test_a_missing_dose_of_the_first_year_has_no_known_rule(rules):
    first, second, _, fourth = infant(date(2023, 3, 1))
    judged = judge("2023-03-01", "2026-11-22", first, second, fourth, stage="K1", rules=rules)
    advice = advice_on(judged, "DTPa-IPV")
    assert (advice.state, advice.rule_ids) == (AdviceState.DOCTOR, ("S6",))
    assert advice.text == "DTPa-IPV: geen bevestigde regel"
    assert "HEXA" not in due(judged)


@pytest.mark.parametrize("stage, birth", [("K3", "2021-03-01"), ("L1", "2020-08-01")])
def test_a_dose_caught_up_from_5_years_before_l1_leaves_only_the_booster_of_s3(stage, birth):
    born = date.fromisoformat(birth)
    day = f"{born.year + 5}-08-20"
    history = (*infant(born)[:3], ("Hexyon", day), ("MBR", f"{born.year + 1}-09-01"))
    judged = judge(birth, "2026-11-22", *history, stage=stage, rules=signed_rules())
    assert due(judged) == set()
    dtpa = advice_on(judged, "DTPa-IPV")
    assert (dtpa.state, dtpa.rule_ids[0]) == (AdviceState.NOT_YET, "S1")
    assert advice_on(judged, "IPV").state is AdviceState.COMPLETE


def test_the_dose_of_l1_given_at_5_years_does_not_stand_for_one_that_is_missing():
    born = date(2018, 11, 20)
    history = (*infant(born)[:3], ("Tetravac", "2024-11-25"), ("MBR", "2019-12-01"))
    judged = judge("2018-11-20", "2026-11-22", *history, stage="L3", rules=signed_rules())
    (dtp,) = [one for one in judged.advice if "DTP" in one.series]
    assert (dtp.state, dtp.rule_ids[0]) == (AdviceState.DUE, "S1")


def test_a_dose_caught_up_before_5_years_is_followed_by_the_usual_one_in_l1():
    history = (*infant(date(2020, 3, 1))[:3], ("Hexyon", "2024-10-01"), ("MBR", "2021-04-01"))
    judged = judge("2020-03-01", "2026-11-22", *history, stage="L1", rules=signed_rules())
    assert "DTPa-IPV" in due(judged)


@pytest.mark.parametrize("rules", [None, signed_rules()], ids=["as delivered", "signed"])
def test_a_reduced_vaccine_before_four_doses_is_for_the_doctor(rules):
    history = (*infant(date(2019, 3, 1))[:3], ("Boostrix", "2025-10-01"))
    judged = judge("2019-03-01", "2026-11-22", *history, stage="L2", rules=rules)
    verdict = verdict_on(judged, 3, "DTP")
    assert (verdict.counts, verdict.rule_id) == (Counts.DOCTOR, "S2")
    dtp = next(one for one in judged.advice if "DTP" in one.series)
    assert dtp.state is AdviceState.DOCTOR
    assert dtp.text.endswith("een vorige dosis is onzeker")


def test_papers_that_were_lost_count_for_nothing_and_everything_is_offered_again():
    told = (("Hexyon", "2019-05-01", ORAL), ("MBR", "2020", ORAL))
    judged = judge("2019-03-01", "2026-11-22", *told, stage="L2")
    assert [each.rule_id for doses in judged.doses for each in doses] == ["G11"] * 5
    assert advice_on(judged, "MBR").rule_ids == ("S7",)
    assert advice_on(judged, "DTPa-IPV").state is AdviceState.DOCTOR


@pytest.mark.parametrize("vaccine, year", [("MBR", "2014"), ("HPV", "2024"), ("HBV", "2013")])
def test_a_year_alone_leaves_the_advice_to_the_doctor_with_words(vaccine, year):
    judged = judge("2012-03-01", "2026-11-22", (vaccine, year, PAPER), stage="S3")
    advice = advice_on(judged, vaccine)
    assert (advice.state, advice.rule_ids[-1]) == (AdviceState.DOCTOR, "YEAR")
    assert advice.text.endswith("een vorige dosis is onzeker")


def test_a_dose_behind_one_of_an_unknown_day_is_judged_as_every_number_it_can_be():
    # 12 months and 6 days: enough for MBR 1, too early for MBR 2. Which it is depends on the year.
    result = judge("2012-04-09", "2026-11-23", ("MBR", "2013", PAPER), ("MBR", "2013-04-15", PAPER))
    assert [one[0].counts for one in result.doses] == [Counts.DOCTOR, Counts.DOCTOR]
    assert result.doses[1][0].rule_id == "YEAR"

    # Three hepatitis B doses that may all be worth nothing do not make the fourth one count.
    years = [("Engerix-B Junior", year, PAPER) for year in ("2012", "2013", "2014")]
    result = judge("2012-04-09", "2026-11-23", *years, ("Engerix-B Junior", "2016-02-01", PAPER))
    assert result.doses[3][0].counts is Counts.DOCTOR


def test_in_2023_both_grades_of_the_transition_are_offered_mbr():
    first = ("MBR", "2014-06-01")
    for stage in ("L4", "L5"):
        assert "MBR" in due(judge("2013-05-01", "2023-10-01", first, stage=stage))


@pytest.mark.parametrize(
    "first, second, counts",
    [("2026-09-01", "2026-09-24", Counts.YES), ("2026-09-01", "2026-09-23", Counts.NO)],
)
def test_the_grace_ends_on_the_fifth_day_before_28(first, second, counts):
    judged = judge("2016-01-20", "2026-11-22", ("MBR", first), ("MBR", second), stage="L4")
    assert verdict_on(judged, 1, "MBR").counts is counts


@pytest.mark.parametrize(
    "first, second, counts",
    [
        ("2018-05", "2018-09-01", Counts.YES),  # a month is enough when every day of it fits
        ("2018-05", "2018-06-10", Counts.DOCTOR),
        ("2018-05", "2018-06", Counts.DOCTOR),
        ("2018-06-30", "2018-07", Counts.DOCTOR),
        ("2018-05", "2018-05-31", Counts.DOCTOR),
    ],
)
def test_a_month_proves_an_interval_only_when_every_day_of_it_does(first, second, counts):
    judged = judge("2016-04-01", "2026-11-22", ("MBR", first), ("MBR", second), stage="L4")
    assert verdict_on(judged, 1, "MBR").counts is counts


def test_a_month_that_cannot_fit_does_not_count():
    judged = judge("2024-06-15", "2026-11-22", ("MBR", "2025-05"))
    assert verdict_on(judged, 0, "MBR").counts is Counts.NO


def test_another_live_vaccine_of_an_unknown_day_leaves_it_to_the_doctor():
    judged = judge("2016-04-01", "2026-11-22", ("VARICELLA", "2018"), ("MBR", "2018-06-01"))
    assert verdict_on(judged, 1, "MBR").rule_id == "YEAR"


def test_dtpa_ipv_from_12_years_before_s3_leaves_nothing_to_come():
    history = (*infant(date(2013, 3, 1)), ("Tetravac", "2025-10-01"))
    judged = judge("2013-03-01", "2026-11-22", *history, stage="S2", rules=signed_rules())
    assert advice_on(judged, "dTpa").state is AdviceState.COMPLETE


def test_ipv_alone_is_caught_up_after_a_dtpa_in_the_first_grade_years_ago():
    history = (*infant(date(2016, 3, 1)), ("Boostrix", "2022-10-01"), *MBR_DONE[1:])
    judged = judge("2016-03-01", "2026-11-22", *history, stage="L4", rules=signed_rules())
    assert advice_on(judged, "IPV").rule_ids == ("S2",)
    assert "IPV" in due(judged)


def test_adult_hepatitis_b_doses_three_months_apart_need_a_third():
    pair = (("Engerix-B", "2026-01-10"), ("Engerix-B", "2026-04-10"))
    advice = advice_on(judge("2013-01-10", "2026-11-22", *pair, stage="S1"), "HBV")
    assert (advice.state, advice.left) == (AdviceState.DUE, 1)


def test_three_dose_advice_keeps_to_months_0_1_and_6():
    judged = judge("2017-01-10", "2026-11-22", ("HBV", "2026-11-02"), stage="L4")
    advice = advice_on(judged, "HBV")
    assert (advice.earliest, advice.recommended) == (date(2026, 11, 30), date(2026, 12, 2))


@pytest.mark.parametrize(
    "state, verdict",
    [
        ("due", Verdict.CHECK),
        ("not_yet", Verdict.INFO),
        ("complete", Verdict.OK),
        ("doctor", Verdict.DOCTOR),
        ("outside_programme", Verdict.INFO),
    ],
)
def test_every_advice_can_be_kept_as_a_rule_line(state, verdict):
    history = (*infant(date(2017, 3, 1)), ("MBR", "2018-03-10"), ("Tetravac", "2023-10-02"))
    judged = judge("2017-03-01", "2026-11-22", *history, stage="L4")
    advice = next(one for one in judged.advice if one.state == state)
    line = advice.line()
    assert (line.verdict, line.domain, line.head) == (verdict, "vaccination", advice.head)
    assert line.rule_id == ", ".join(advice.rule_ids)


@pytest.mark.parametrize(
    "entry, key, field",
    [
        (("Onbekend", "2018-05-01"), "vaccination.unknown_product", "history[1].product"),
        (("MBR", "2018-02-30"), "vaccination.not_a_date", "history[1].date"),
        (("MBR", "mei 2018"), "vaccination.not_a_date", "history[1].date"),
    ],
)
def test_a_history_that_is_not_understood_is_refused_at_its_place(entry, key, field):
    with pytest.raises(Refused) as refused:
        judge("2016-04-01", "2026-11-22", ("MBR", "2017-05-01"), entry)
    assert (refused.value.key, refused.value.field) == (key, field)


def test_a_span_that_is_not_written_as_such_is_a_fault_of_the_table():
    with pytest.raises(ValueError, match="12 months"):
        Span.parse("12 months")


def test_no_mbr_at_all_after_its_grade_is_given_now_and_again_four_weeks_later():
    judged = judge("2014-03-01", "2026-11-22", stage="L6")
    assert advice_on(judged, "MBR").rule_ids == ("S8",)
    again = judge("2014-03-01", "2026-11-23", ("MBR", "2026-11-22"), stage="L6")
    advice = advice_on(again, "MBR")
    assert (advice.state, advice.dose_number) == (AdviceState.NOT_YET, 2)
    assert (advice.earliest, "S8" in advice.rule_ids) == (date(2026, 12, 20), True)


def test_a_started_hepatitis_b_series_gets_the_missing_doses_only():
    judged = judge("2014-03-01", "2026-11-22", ("HBV", "2015-01-10"), ("HBV", "2015-02-10"))
    advice = advice_on(judged, "HBV")
    assert (advice.rule_ids, advice.dose_number, advice.left) == (("S12",), 3, 1)


@pytest.mark.parametrize(
    "on, vaccine, stage, history, text",
    [
        (
            "2026-11-22",
            "MBR",
            "L4",
            (("MBR", "2018-05-14"),),
            "MBR, dosis 2: aanbevolen vanaf 01 sep 2026, ten vroegste 11 jun 2018",
        ),
        ("2026-11-22", "MBR", "L6", (), "MBR, dosis 1: aanbevolen vanaf 11 mei 2018"),
        ("2026-11-22", "HBV", "L4", (), "hepatitis B, dosis 1"),  # no day bounds the first one
        (
            "2025-11-22",
            "MBR",
            "L3",
            (("MBR", "2018-05-14"),),
            "MBR, dosis 2: aanbevolen vanaf 01 sep 2026, ten vroegste 11 jun 2018",
        ),
        (
            "2026-12-01",
            "MBR",
            "L6",
            (("MBR", "2026-11-22"),),
            "MBR, dosis 2: vanaf 20 dec 2026",
        ),
    ],
)
def test_advice_says_in_words_from_which_day(on, vaccine, stage, history, text):
    assert advice_on(judge("2017-05-11", on, *history, stage=stage), vaccine).text == text


PRODUCTS = st.sampled_from(
    ["Hexyon", "Tetravac", "Boostrix", "MBR", "Gardasil 9", "HBV", "Engerix-B", "IPV", "VARICELLA"]
)
DATES = st.dates(date(2012, 5, 1), date(2026, 11, 1)).map(date.isoformat)
ENTRIES = st.tuples(PRODUCTS, DATES, st.sampled_from([VACCINNET, PAPER, DoseSource.OWN]))
BIRTH, ON = "2012-03-01", "2026-11-22"
REACHED = {AdviceState.COMPLETE}


@given(
    st.lists(ENTRIES, max_size=9).flatmap(
        lambda all_: st.tuples(st.just(all_), st.permutations(all_))
    )
)
def test_the_order_of_entry_does_not_matter(pair):
    entered, shuffled = pair
    first = judge(BIRTH, ON, *entered, stage="S3", rules=signed_rules())
    second = judge(BIRTH, ON, *shuffled, stage="S3", rules=signed_rules())
    assert first.advice == second.advice


def complete_series(judged) -> set[str]:
    return {
        series for advice in judged.advice if advice.state in REACHED for series in advice.series
    }


@given(st.lists(ENTRIES, max_size=8), ENTRIES)
def test_a_dose_that_does_not_count_never_completes_a_series(entered, extra):
    before = judge(BIRTH, ON, *entered, stage="S3", rules=signed_rules())
    after = judge(BIRTH, ON, *entered, extra, stage="S3", rules=signed_rules())
    worthless = {v.series for v in after.doses[-1] if v.counts is Counts.NO}
    others_changed = {
        verdict.series
        for old, new in zip(before.doses, after.doses, strict=False)
        for verdict, again in zip(old, new, strict=True)
        if (verdict.counts, verdict.dose_number) != (again.counts, again.dose_number)
    }
    gained = complete_series(after) - complete_series(before)
    assert not gained & (worthless - others_changed)


@given(st.lists(ENTRIES, max_size=8), PRODUCTS, DATES)
def test_hearsay_changes_nothing(entered, product, day):
    before = judge(BIRTH, ON, *entered, stage="S3", rules=signed_rules())
    after = judge(BIRTH, ON, *entered, (product, day, ORAL), stage="S3", rules=signed_rules())
    assert after.advice == before.advice
    assert all(verdict.rule_id == "G11" for verdict in after.doses[-1])


@given(st.lists(ENTRIES, max_size=6), PRODUCTS, st.integers(2012, 2026))
def test_a_dose_known_by_its_year_never_counts_by_itself(entered, product, year):
    history = (*entered, (product, str(year), PAPER))
    judged = judge(BIRTH, ON, *history, stage="S3", rules=signed_rules())
    assert all(verdict.counts is not Counts.YES for verdict in judged.doses[-1])


@given(st.lists(ENTRIES, max_size=8))
def test_a_dose_counts_only_by_a_row_that_its_source_confirms(entered):
    for verdicts in judge(BIRTH, ON, *entered, stage="S3").doses:
        for verdict in verdicts:
            if verdict.counts is Counts.YES:
                assert rule(verdict.rule_id).status is RuleStatus.ON


def test_a_doubtful_dose_beside_enough_certain_ones_leaves_the_series_complete():
    certain = (("MBR", "2013-04-01"), ("MBR", "2022-09-20"))
    judged = judge("2012-03-01", "2026-11-22", *certain, ("MBR", "2024", PAPER), stage="S3")
    assert verdict_on(judged, 2, "MBR").counts is Counts.DOCTOR
    assert advice_on(judged, "MBR").state == AdviceState.COMPLETE
    one_short = judge("2012-03-01", "2026-11-22", certain[0], ("MBR", "2024", PAPER), stage="S3")
    assert advice_on(one_short, "MBR").state == AdviceState.DOCTOR
