"""A rule that is a curve or a tree, filled in words: shown where it speaks, never computed with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import SpeechInNoise, SpinEar
from clbdesk.domain.doctor import OralHealth
from clbdesk.domain.hearing import TympanogramType, Tympanometry
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.domain.people import Sex
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.standards.examination import judge_mouth
from clbdesk.standards.growth import judge_growth
from clbdesk.standards.hearing import judge_spin, judge_tympanometry
from clbdesk.standards.measurements import EarlierGrowth, GrowthInput
from clbdesk.standards.signing import can_be_judged, can_be_signed, units_to_fill, value_to_sign
from clbdesk.standards.tables import IN_WORDS, Signature, all_rules, put_in_force, rule, unsigned

DAY = date(2026, 11, 23)
WORDS = "Onder 4 cm per jaar: bespreek met de arts."
SAID = (
    "criterium van het centrum (dr. Lieve Maes, 23 nov 2026): "
    "Onder 4 cm per jaar: bespreek met de arts – de arts beslist"
)


@pytest.fixture(autouse=True)
def _nothing_stays_signed() -> Iterator[None]:
    yield
    put_in_force(())


def fill(*rule_ids: str) -> None:
    """What the doctor of the centre wrote for these rules is in force."""
    put_in_force(
        Signature(
            rule_id=one,
            value=WORDS,
            edition=unsigned().rule(one).edition,
            source="Criterium van het centrum",
            page="",
            signed_by="dr. Lieve Maes",
            signed_on=DAY,
        )
        for one in rule_ids
    )


def growth_lines(height: str = "130", weight: str = "27") -> dict[str, Judgement]:
    """The lines of a girl of ten who was measured at eight."""
    given = GrowthInput(
        sex=Sex.FEMALE,
        birth=date(2016, 11, 20),
        on=DAY,
        height_cm=Decimal(height),
        weight_kg=Decimal(weight),
        head_cm=Decimal(52),
        sitting_height_cm=Decimal(70),
        previous=(EarlierGrowth(date(2024, 11, 20), Decimal(124)),),
    )
    return {one.rule_id: one for one in judge_growth(given).lines}


def spin_lines(srt: str = "-9.8") -> dict[str, Judgement]:
    ear = SpinEar(srt_db=Decimal(srt), sd_db=Decimal("1.2"), touched_limit=False, attempt=1)
    test = SpeechInNoise(state=ExamState.DONE, right=ear, left=ear, on=DAY)
    return {one.rule_id: one for one in judge_spin(ContactMoment.LO6, test).lines}


def mouth_line(*, refer: bool = False) -> Judgement:
    (line,) = judge_mouth(OralHealth(state=ExamState.DONE, refer=refer, on=DAY))
    return line


def tympanogram_line() -> Judgement:
    (line,) = judge_tympanometry(
        Tympanometry(state=ExamState.DONE, right=TympanogramType.B, left=None, on=DAY)
    )
    return line


def test_every_rule_of_a_contact_that_is_a_curve_or_a_tree_can_be_filled_in_words() -> None:
    rows = [one for one in all_rules(unsigned()) if one.unit == IN_WORDS]
    assert {one.id for one in rows} == {
        *("BMI-F4", "GRO-2", "GRO-3", "GRO-10", "GRO-HC", "GRO-ZIT"),
        *("AUD-TYMP", "SPIN-6", "TAND-1", "BEW-5"),
    }
    for row in rows:
        assert row.status is RuleStatus.EMPTY
        assert can_be_signed(row)
        assert units_to_fill(row) == (IN_WORDS,)
        assert can_be_judged(row, WORDS)
        assert not can_be_judged(row, None)


@pytest.mark.parametrize("typed", ["", "  ", "a | b", "x" * 201])
def test_no_words_too_many_or_a_bar_are_refused(typed: str) -> None:
    with pytest.raises(Refused):
        value_to_sign(unsigned().rule("GRO-2"), (typed,))


def test_what_is_filled_in_words_is_signed_and_stays_without_a_value() -> None:
    fill("GRO-2")
    assert (rule("GRO-2").status, rule("GRO-2").values) == (RuleStatus.EMPTY, ())
    assert rule("GRO-2").criterion == WORDS
    assert rule("GRO-3").criterion == ""


def test_a_velocity_stands_beside_the_words_of_the_centre_and_is_not_judged_by_them() -> None:
    assert growth_lines()["GRO-2, GRO-3"].verdict is Verdict.NO_CRITERION
    fill("GRO-3")
    line = growth_lines()["GRO-3"]
    assert line.verdict is Verdict.NO_CRITERION
    assert line.status is RuleStatus.EMPTY
    assert line.head == "Groeisnelheid onder P25"
    assert line.text == f"3,0 cm per jaar over 2,0 j, {SAID}"
    assert line.edition.endswith("afgetekend 2026-11-23 door dr. Lieve Maes")
    assert line.has_own_criterion
    fill("GRO-2", "GRO-3")
    assert {"GRO-2", "GRO-3"} <= growth_lines().keys()


@pytest.mark.parametrize(
    "months, words", [("12", "1 jaar"), ("24", "2 jaar"), ("18", "18 maanden")]
)
def test_a_short_interval_names_the_shortest_one_that_the_doctor_signed(
    months: str, words: str
) -> None:
    row = unsigned().rule("GRO-4")
    put_in_force([Signature("GRO-4", months, row.edition, "artsen", "", "dr. Lieve Maes", DAY)])
    given = GrowthInput(
        sex=Sex.FEMALE,
        birth=date(2016, 11, 20),
        on=DAY,
        height_cm=Decimal(130),
        previous=(EarlierGrowth(date(2026, 3, 1), Decimal(128)),),
    )
    (line,) = [one for one in judge_growth(given).lines if one.rule_id == "GRO-4"]
    assert line.text == f"interval 0,7 j is te kort om te beoordelen (minstens {words})"


def test_the_trees_of_the_centre_stand_beside_a_height_that_is_flagged_and_nowhere_else() -> None:
    fill("GRO-10")
    assert "GRO-10" not in growth_lines(height="137")
    assert growth_lines()["GRO-10"].text == SAID


@pytest.mark.parametrize("rule_id", ["BMI-F4", "GRO-HC", "GRO-ZIT"])
def test_weight_head_and_sitting_height_carry_the_words_of_the_centre(rule_id: str) -> None:
    before = growth_lines(weight="48")[rule_id]
    fill(rule_id)
    after = growth_lines(weight="48")[rule_id]
    assert not before.has_own_criterion
    assert after.has_own_criterion
    assert after.text.endswith(SAID)
    assert after.verdict is before.verdict is Verdict.NO_CRITERION


def test_hearing_and_the_mouth_carry_the_words_of_the_centre() -> None:
    fill("SPIN-6", "AUD-TYMP", "TAND-1")
    assert spin_lines()["SPIN-6"].text == SAID
    assert tympanogram_line().text == f"rechts type B, {SAID}"
    assert mouth_line().text == SAID
    assert mouth_line(refer=True).text == f"De arts verwijst naar de tandarts, {SAID}"
    for line in (spin_lines()["SPIN-6"], tympanogram_line(), mouth_line()):
        assert line.verdict is Verdict.NO_CRITERION
        assert "Geen criterium" not in line.head
