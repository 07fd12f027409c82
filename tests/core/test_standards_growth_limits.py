"""Impossible values are refused and unlikely ones asked about, in the exact words of the window."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clbdesk.domain.people import Sex
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Environment
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.limits import Field, Impossible, LimitContext, Unlikely, check
from clbdesk.standards.measurements import EarlierGrowth

BIRTH = date(2018, 3, 4)
TODAY = date(2026, 11, 23)


def context(
    *previous: tuple[str, str | None, str | None],
    sex: Sex = Sex.FEMALE,
    height: str | None = None,
    weight: str | None = None,
    moment: ContactMoment | None = None,
    softest: int | None = None,
) -> LimitContext:
    return LimitContext(
        sex=sex,
        birth=BIRTH,
        on=TODAY,
        height_cm=None if height is None else Decimal(height),
        weight_kg=None if weight is None else Decimal(weight),
        previous=tuple(
            EarlierGrowth(
                date.fromisoformat(day),
                None if cm is None else Decimal(cm),
                None if kg is None else Decimal(kg),
            )
            for day, cm, kg in previous
        ),
        moment=moment,
        softest_db=softest,
    )


def said(field: Field, value: str, about: LimitContext | None = None, label: str | None = None):
    """Limit id and sentence of what is wrong, or None."""
    found = check(field, Decimal(value), about or LimitContext(), label=label)
    match found:
        case Impossible(limit_id, sentence):
            return limit_id, sentence
        case Unlikely(limit_id, question):
            return limit_id, question
        case _:
            return None


@pytest.mark.parametrize(
    "field, value, label, sentence",
    [
        (Field.HEIGHT, "1215", None, "Lengte: 1215 kan niet. Vul een waarde in van 30 tot 300 cm."),
        (Field.WEIGHT, "1.9", None, "Gewicht: 1,9 kan niet. Vul een waarde in van 2 tot 500 kg."),
        (Field.HEIGHT, "121.55", None, "Lengte: hoogstens 1 cijfer na de komma."),
        (Field.ACUITY, "0.125", "Rechts", "Rechts: hoogstens 2 cijfers na de komma."),
        (
            Field.ACUITY,
            "3.0",
            "Rechts",
            "Rechts: 3,0 kan niet. Vul een waarde in van −0,50 tot 2,00 logMAR.",
        ),
        (
            Field.HEARING_LEVEL,
            "125",
            "Rechts, 4000 Hz",
            "Rechts, 4000 Hz: vul een waarde in van −10 tot 120 dB, in stappen van 5.",
        ),
        (
            Field.HEARING_LEVEL,
            "12",
            "Links, 500 Hz",
            "Links, 500 Hz: vul een waarde in van −10 tot 120 dB, in stappen van 5.",
        ),
        (
            Field.SPEECH_THRESHOLD,
            "10.1",
            "SRT links",
            "SRT links: 10,1 kan niet. Vul een waarde in van −30 tot 10 dB SNR.",
        ),
        (
            Field.SPEECH_SPREAD,
            "-0.1",
            "SD links",
            "SD links: −0,1 kan niet. Vul een waarde in van 0 tot 20 dB.",
        ),
        (Field.LIGHT, "700.5", None, "Licht: vul een geheel getal in."),
        (
            Field.COOL_BOX,
            "61",
            None,
            "Temperatuur: 61 kan niet. Vul een waarde in van −40 tot 60 °C.",
        ),
        (
            Field.PARENT_HEIGHT,
            "17.2",
            "Lengte moeder",
            "Lengte moeder: 17,2 kan niet. Vul een waarde in van 100 tot 250 cm.",
        ),
        (
            Field.HEAD,
            "5.2",
            None,
            "Hoofdomtrek: 5,2 kan niet. Vul een waarde in van 20 tot 80 cm.",
        ),
        (
            Field.TESTIS_VOLUME,
            "7",
            None,
            "Testisvolume: kies een waarde van de orchidometer (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25).",
        ),
        (
            Field.SCOLIOMETER,
            "46",
            None,
            "Scoliometer: 46 kan niet. Vul een waarde in van 0 tot 45 °.",
        ),
    ],
)
def test_an_impossible_value_is_refused_in_words(field, value, label, sentence):
    found = check(field, Decimal(value), label=label)
    assert isinstance(found, Impossible)
    assert found.sentence == sentence


@pytest.mark.parametrize(
    "field, value, label, question",
    [
        (
            Field.HEIGHT,
            "65",
            None,
            "Lengte 65,0 cm is ongewoon (verwacht 70 tot 215 cm). Klopt dit?",
        ),
        (
            Field.ACUITY,
            "1.1",
            "Links",
            "Links 1,10 logMAR is ongewoon (verwacht −0,10 tot 1,00 logMAR). Klopt dit?",
        ),
        (
            Field.COOL_BOX,
            "8.1",
            None,
            "Temperatuur 8,1 °C is ongewoon (verwacht 2,0 tot 8,0 °C). Klopt dit?",
        ),
        (
            Field.PARENT_HEIGHT,
            "139.9",
            "Lengte vader",
            "Lengte vader 139,9 cm is ongewoon (verwacht 140 tot 210 cm). Klopt dit?",
        ),
        (
            Field.LIGHT,
            "2001",
            None,
            "Licht 2001 lux is ongewoon (verwacht 500 tot 2000 lux). Klopt dit?",
        ),
        (
            Field.SPEECH_THRESHOLD,
            "0.1",
            "SRT links",
            "SRT links: 0,1 dB SNR is ongewoon (verwacht hoogstens 0 dB SNR). Klopt dit?",
        ),
    ],
)
def test_an_unusual_value_is_asked_about(field, value, label, question):
    found = check(field, Decimal(value), label=label)
    assert isinstance(found, Unlikely)
    assert found.question == question


@pytest.mark.parametrize(
    "field, value",
    [
        (Field.HEIGHT, "70"),
        (Field.HEIGHT, "215.0"),
        (Field.WEIGHT, "8"),
        (Field.ACUITY, "-0.10"),
        (Field.ACUITY, "1.0"),
        (Field.HEARING_LEVEL, "-10"),
        (Field.HEARING_LEVEL, "120"),
        (Field.SPEECH_THRESHOLD, "0"),
        (Field.SPEECH_SPREAD, "3.0"),
        (Field.TESTIS_VOLUME, "12"),
        (Field.LIGHT, "500"),
        (Field.COOL_BOX, "2.0"),
        (Field.SCOLIOMETER, "7"),
        (Field.SITTING_HEIGHT, "60"),
        (Field.HEAD, "52"),
        (Field.HEIGHT, "121.50"),
    ],
)
def test_the_limits_themselves_are_allowed(field, value):
    assert check(field, Decimal(value)) is None


# --- the questions of the growth page ------------------------------------------------------------


def test_the_three_questions_of_the_design_are_asked_word_for_word():
    assert said(Field.HEIGHT, "112.0", context(("2024-11-12", "121.5", None))) == (
        "LIM-H",
        "Lengte 112,0 cm is 9,5 cm minder dan op 12 nov 2024. Klopt dit?",
    )
    assert said(Field.WEIGHT, "42.0", context(("2025-11-10", None, "24.8"))) == (
        "LIM-W",
        "Gewicht 42,0 kg is 69 % meer dan 24,8 kg op 10 nov 2025. Klopt dit?",
    )
    assert said(Field.WEIGHT, "128.0", context(height="28.0")) == (
        "LIM-W",
        "Lengte en gewicht lijken verwisseld. Klopt dit?",
    )


def test_exchanged_digits_are_found_against_the_own_line():
    on_p97 = context(("2025-11-12", "139.0", None))
    assert said(Field.HEIGHT, "134.0", on_p97) == (
        "LIM-D",
        "134,0 ligt ver van de curve; 143,0 niet. Klopt 134,0?",
    )
    assert said(Field.HEIGHT, "143.0", on_p97) is None


@pytest.mark.parametrize(
    "before, typed, other",
    [("114.4", "143.0", "134.0"), ("121.5", "134.0", "143.0"), ("114.4", "143.2", "134.2")],
)
def test_exchanged_digits_are_found_after_the_years_between_two_contacts(before, typed, other):
    """Three years allow much growth: what tells is the line on which the pupil was."""
    about = context(("2023-11-23", before, None))
    shown, read = typed.replace(".", ","), other.replace(".", ",")
    asked = f"{shown} ligt ver van de curve; {read} niet. Klopt {shown}?"
    assert said(Field.HEIGHT, typed, about) == ("LIM-D", asked)
    assert said(Field.HEIGHT, other, about) is None


def test_a_length_that_bends_off_without_exchanged_digits_is_no_slip():
    about = context(("2023-11-23", "114.4", None))
    assert (
        said(Field.HEIGHT, "126.5", about) is None
    )  # 1.1 SDS lower; 162.5 and 125.6 are no better
    assert said(Field.HEIGHT, "137.0", about) is None  # within a band


def test_a_comma_that_moved_is_found_too():
    assert said(Field.WEIGHT, "248", context()) == (
        "LIM-D",
        "248,0 ligt ver van de curve; 24,8 niet. Klopt 248,0?",
    )


def test_without_birth_or_sex_digits_and_curve_are_not_judged():
    assert said(Field.HEIGHT, "160.0", LimitContext(on=TODAY, sex=Sex.MALE)) is None
    assert said(Field.HEIGHT, "160.0", context(sex=Sex.UNKNOWN)) is None


def test_far_from_the_curve_is_asked_about():
    assert said(Field.HEIGHT, "160.0", context()) == (
        "LIM-H",
        "Lengte 160,0 cm ligt ver van de curve (+4,6 SDS). Klopt dit?",
    )
    assert said(Field.HEAD, "60.0", context()) == (
        "LIM-HC",
        "Hoofdomtrek 60,0 cm ligt ver van de curve (+4,9 SDS). Klopt dit?",
    )


@pytest.mark.parametrize(
    "day, before, now, asked",
    [
        ("2026-10-01", "130.0", "129.5", False),  # within 5 mm
        ("2026-10-01", "130.0", "129.4", True),
        ("2025-11-23", "130.0", "129.9", True),  # a whole year without growth
        ("2025-11-24", "130.0", "129.9", False),
        ("2025-11-23", "120.0", "133.9", False),
        ("2025-11-23", "120.0", "134.1", True),
        ("2026-10-23", "120.0", "133.9", False),  # a short interval counts as a year
        ("2024-11-23", "110.0", "137.9", False),  # two years
    ],
)
def test_height_is_compared_with_the_previous_one(day, before, now, asked):
    found = said(Field.HEIGHT, now, context((day, before, None)))
    assert (found is not None and found[0] == "LIM-H") is asked


def test_more_growth_than_a_year_allows_is_asked_about():
    assert said(Field.HEIGHT, "134.1", context(("2025-11-23", "120.0", None))) == (
        "LIM-H",
        "Lengte 134,1 cm is 14,1 cm meer dan op 23 nov 2025. Klopt dit?",
    )


@pytest.mark.parametrize(
    "day, before, now, asked",
    [
        ("2025-11-23", "24.0", "30.0", None),
        ("2025-11-22", "24.0", "30.2", "26 % meer"),
        ("2025-11-22", "30.0", "22.4", "25 % minder"),
        ("2026-10-23", "24.0", "30.0", None),
        ("2023-11-22", "16.0", "27.9", None),  # 74 % in three years
    ],
)
def test_weight_is_compared_with_the_previous_one(day, before, now, asked):
    found = said(Field.WEIGHT, now, context((day, None, before)))
    assert found is None if asked is None else asked in found[1]


def test_only_the_newest_earlier_value_counts_and_none_of_today():
    about = context(
        ("2023-11-20", "133.0", None), ("2025-11-20", "125.0", None), ("2026-11-23", "150.0", None)
    )
    assert said(Field.HEIGHT, "131.0", about) is None


def test_an_unusual_bmi_of_both_together_is_asked_about():
    assert said(Field.WEIGHT, "12.5", context(height="120.0", sex=Sex.UNKNOWN)) == (
        "LIM-B",
        "BMI 8,7 is ongewoon (verwacht 9 tot 60). Klopt dit?",
    )
    assert said(Field.HEIGHT, "120.0", context(weight="25.0")) is None


def test_head_is_not_compared_with_length_and_weight():
    assert said(Field.HEAD, "52.0", context(height="40.0", weight="90.0")) is None


def test_digits_without_any_other_reading_are_left_alone():
    # 88.8 exchanges to itself, and ten times more or less is impossible or too precise.
    found = said(Field.HEIGHT, "88.8", context())
    assert found is not None
    assert found[0] == "LIM-H"


# --- hearing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment, value, question",
    [
        (
            ContactMoment.LO6,
            "9.8",
            "SRT links: 9,8 is ongewoon (verwacht rond −9,8). Klopt dit?",
        ),
        (ContactMoment.LO6, "-6.2", None),
        (
            ContactMoment.LO6,
            "-6.1",
            "SRT links: −6,1 is ongewoon (verwacht rond −9,8). Klopt dit?",
        ),
        (ContactMoment.SO3, "-13.7", None),
        (
            ContactMoment.SO3,
            "-13.8",
            "SRT links: −13,8 is ongewoon (verwacht rond −10,5). Klopt dit?",
        ),
        (ContactMoment.LO4, "-6.1", None),
    ],
)
def test_speech_in_noise_is_compared_with_pupils_of_that_moment(moment, value, question):
    found = said(Field.SPEECH_THRESHOLD, value, context(moment=moment), "SRT links")
    assert found == (None if question is None else ("LIM-S", question))


def test_softer_than_the_protocol_is_asked_about():
    assert said(Field.HEARING_LEVEL, "5", context(softest=10), "Rechts, 1000 Hz") == (
        "LIM-A",
        "Rechts, 1000 Hz: 5 dB is ongewoon (verwacht minstens 10 dB). Klopt dit?",
    )
    assert said(Field.HEARING_LEVEL, "10", context(softest=10)) is None


# --- for all -------------------------------------------------------------------------------------


@given(
    st.sampled_from(Field),
    st.decimals(-1000, 1000, places=2),
    st.sampled_from(Sex),
    st.decimals(30, 300, places=1),
    st.decimals(2, 500, places=1),
)
def test_every_finite_value_of_every_field_gets_an_answer(field, value, sex, height, weight):
    about = LimitContext(
        sex=sex,
        birth=BIRTH,
        on=TODAY,
        height_cm=height,
        weight_kg=weight,
        previous=(EarlierGrowth(date(2024, 3, 4), height, weight),),
    )
    found = check(field, value, about)
    if isinstance(found, Unlikely):
        assert found.question.endswith("?")
    block = limits(field).block
    if block is not None and not block[0] <= value <= block[1]:
        assert isinstance(found, Impossible)


def test_a_damaged_table_of_limits_stops_nobody_from_measuring(monkeypatch):
    monkeypatch.setattr("clbdesk.standards.limits.impossible", damaged)
    assert said(Field.HEIGHT, "1215") is None


def test_a_damaged_reference_leaves_the_fixed_limits(monkeypatch):
    monkeypatch.setattr("clbdesk.standards.growth_limits.curve", damaged)
    assert said(Field.HEIGHT, "160.0", context()) is None
    assert isinstance(check(Field.HEIGHT, Decimal(65), context()), Unlikely)
    assert isinstance(check(Field.HEIGHT, Decimal(1215), context()), Impossible)


def damaged(*_arguments: object) -> None:
    raise Environment("standards.table_damaged", name="Invoergrenzen")


def test_every_limit_waits_for_a_signature():
    assert {limits(field).rule.status.value for field in Field} == {"sign"}


def test_a_tenfold_weight_is_called_tenfold_and_not_exchanged_with_the_length() -> None:
    assert said(Field.WEIGHT, "265.0", context(height="127.0")) == (
        "LIM-D",
        "265,0 ligt ver van de curve; 26,5 niet. Klopt 265,0?",
    )
    assert said(Field.HEIGHT, "127.0", context(weight="265.0")) == (
        "LIM-B",
        "BMI 164,3 is ongewoon (verwacht 9 tot 60). Klopt dit?",
    )


def test_a_weight_above_the_length_is_asked_about_where_nothing_else_explains_it() -> None:
    unknown = LimitContext(height_cm=Decimal(90), weight_kg=Decimal(230))
    found = said(Field.WEIGHT, "230", unknown)
    assert found is not None
    assert found[1].endswith("Klopt dit?")
