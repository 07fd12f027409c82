"""What a doctor may sign, and that a signed rule judges as one that its source confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import (
    Acuity,
    Audiometry,
    AudiometryCell,
    CellResult,
    EyeResult,
    Otoscopy,
    VisionTest,
)
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.domain.people import Sex
from clbdesk.domain.rules import RuleSignoff
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Refused
from clbdesk.standards.bmi import line_sds
from clbdesk.standards.hearing import HearingWord, judge_audiometry
from clbdesk.standards.school_output import suspect_words
from clbdesk.standards.signing import (
    can_be_judged,
    can_be_signed,
    may_be_left_out,
    units_to_fill,
    value_to_sign,
    why_not_in_force,
)
from clbdesk.standards.tables import (
    Signature,
    all_rules,
    put_in_force,
    rule,
    standards,
    unsigned,
)
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.standards.vision import VisionWord, judge_vision

DAY = date(2026, 11, 23)
SIGNED = Signature(
    rule_id="VIS-2",
    value="0.3|0.2",
    edition="2018-09",
    source="Werkkaart visus 09/2018",
    page="3",
    signed_by="dr. Lieve Maes",
    signed_on=DAY,
)


@pytest.fixture(autouse=True)
def _nothing_stays_signed() -> Iterator[None]:
    yield
    put_in_force(())


def acuity(right: str, left: str) -> Acuity:
    one, other = (EyeResult(state=ExamState.DONE, logmar=Decimal(eye)) for eye in (right, left))
    return Acuity(state=ExamState.DONE, test=VisionTest.LOGMAR, right=one, left=other, on=DAY)


def heard(level: int | None) -> Audiometry:
    cell = AudiometryCell(result=CellResult.PASS, level_db=level)
    good = dict.fromkeys(("1000", "4000", "500"), AudiometryCell(result=CellResult.PASS))
    return Audiometry(state=ExamState.DONE, right=good | {"4000": cell}, left=good, on=DAY)


@pytest.mark.parametrize(
    "right, left, word",
    [
        ("0.0", "0.1", VisionWord.PASS),
        ("0.3", "0.2", VisionWord.REFER),
        ("0.0", "0.2", VisionWord.REFER),
        ("0.29", "0.2", VisionWord.PASS),
    ],
)
def test_an_empty_limit_judges_as_soon_as_a_doctor_filled_it(
    right: str, left: str, word: VisionWord
) -> None:
    before = judge_vision(ContactMoment.LO1, acuity=acuity(right, left))
    put_in_force([SIGNED])
    after = judge_vision(ContactMoment.LO1, acuity=acuity(right, left))
    assert before.overall is VisionWord.NO_CRITERION
    assert before.lines[0].status is RuleStatus.EMPTY
    assert after.overall is word
    assert after.lines[0].status is RuleStatus.ON
    assert after.lines[0].source == "Werkkaart visus 09/2018, blz. 3"
    assert after.lines[0].edition == "2018-09, afgetekend 2026-11-23 door dr. Lieve Maes"


def test_other_rules_stay_as_they_are_and_a_closed_desk_takes_its_signatures_along() -> None:
    put_in_force([SIGNED])
    assert rule("VIS-1").status is RuleStatus.EMPTY
    assert unsigned().rule("VIS-2").status is RuleStatus.EMPTY
    put_in_force(())
    assert rule("VIS-2").status is RuleStatus.EMPTY


def test_a_confirmed_default_keeps_its_value_and_loses_the_doubt() -> None:
    row = unsigned().rule("GRO-8")
    put_in_force([replace(SIGNED, rule_id="GRO-8", value=None, edition=row.edition)])
    assert rule("GRO-8").status is RuleStatus.ON
    assert rule("GRO-8").value == row.value


def test_a_confirmation_of_another_edition_is_to_be_given_again() -> None:
    put_in_force([replace(SIGNED, rule_id="GRO-8", value=None, edition="1999")])
    assert rule("GRO-8").status is RuleStatus.SIGN


def test_a_confirmed_empty_rule_stays_empty_and_a_rule_of_its_source_is_nobodys_to_change() -> None:
    other = replace(SIGNED, rule_id="BMI-1", value="99")
    put_in_force([replace(SIGNED, value=None), other])
    assert rule("VIS-2").status is RuleStatus.EMPTY
    assert rule("BMI-1").value == "16"


def test_what_was_computed_from_a_default_is_computed_again_from_a_signed_value() -> None:
    default = line_sds("BMI-6", Sex.MALE)
    put_in_force([replace(SIGNED, rule_id="BMI-6", value="28")])
    assert line_sds("BMI-6", Sex.MALE) < default
    put_in_force(())
    assert line_sds("BMI-6", Sex.MALE) == default


def test_a_signed_dose_rule_counts_as_confirmed() -> None:
    dtp = unsigned().rule("DTP-5")
    assert not ruleset().is_confirmed(rule("DTP-5"))
    put_in_force([replace(SIGNED, rule_id="DTP-5", value=None, edition=dtp.edition)])
    (row,) = [one for one in ruleset().dose_rules("DTP", "", 5, "") if one.rule.id == "DTP-5"]
    assert ruleset().is_confirmed(row.rule)


@pytest.mark.parametrize(
    "level, word",
    [(None, HearingWord.PASS), (35, HearingWord.PASS), (40, HearingWord.ABNORMAL)],
)
def test_a_signed_pass_level_judges_the_level_that_was_typed(
    level: int | None, word: HearingWord
) -> None:
    assert judge_audiometry(ContactMoment.LO1, heard(level)).overall is HearingWord.PASS
    put_in_force([replace(SIGNED, rule_id="AUD-LEVEL-LO1", value="35")])
    judged = judge_audiometry(ContactMoment.LO1, heard(level))
    assert judged.overall is word
    assert judged.lines[0].rule_id == "AUD, AUD-LEVEL-LO1"


def test_a_signed_term_says_when_to_repeat_after_wax() -> None:
    test = Audiometry(
        state=ExamState.DONE, right={"1000": AudiometryCell(result=CellResult.FAIL)}, on=DAY
    )
    wax = Otoscopy(state=ExamState.DONE, right=("cerumen",), left=(), on=DAY)
    before = judge_audiometry(ContactMoment.LO1, test, otoscopy=wax).lines[-1]
    put_in_force([replace(SIGNED, rule_id="AUD-2", value="3")])
    after = judge_audiometry(ContactMoment.LO1, test, otoscopy=wax).lines[-1]
    assert (before.verdict, after.verdict) == (Verdict.NO_CRITERION, Verdict.RETEST)
    assert after.text.endswith("opnieuw na 3 maanden")


@pytest.mark.parametrize(
    "rule_id, typed, value",
    [
        ("VIS-2", ("0,3", "0.2"), "0.3|0.2"),
        ("GRO-8", ("-3", "36"), None),
        ("GRO-8", ("−2,5", "36"), "-2.5|36"),
        ("DTP-2", ("10 w", "4 w"), None),
        ("DTP-6-INT", ("10 j",), "10 j"),
        ("HOL-2027-EASTER", ("2027-03-29", "2027-04-12"), "2027-03-29|2027-04-12"),
        ("DTP-2", ("25 j", "0 d"), "25 j|0 d"),
        ("GRO-7", ("2.5", "97,5"), "2.5|97.5"),
        ("HIB", (), None),
        ("HE-RISK", (), None),
        ("HE-NOISE", (), None),
    ],
)
def test_typed_values_become_the_text_of_the_table(
    rule_id: str, typed: tuple[str, ...], value: str | None
) -> None:
    assert value_to_sign(unsigned().rule(rule_id), typed) == value


@pytest.mark.parametrize(
    "rule_id, typed, key",
    [
        ("VIS-2", ("3,0", "0,2"), "rules.out_of_reach"),
        ("VIS-2", ("-0,1", "0,2"), "rules.out_of_reach"),
        ("VIS-2", ("", "0,2"), "rules.value_missing"),
        ("VIS-2", ("veel", "0,2"), "rules.not_a_number"),
        ("GRO-8", ("nan", "36"), "rules.not_a_number"),
        ("VIS-2", ("0,3",), "rules.not_fillable"),
        ("G8", ("14",), "rules.not_fillable"),
        ("DTP-2", ("10 w", "vier"), "rules.not_a_span"),
        ("HOL-2027-EASTER", ("29/3/2027", "2027-04-11"), "rules.not_a_day"),
        ("DTP-1", ("1000000000 w",), "rules.too_long"),
        ("DTP-1", ("999999 j",), "rules.too_long"),
        ("DTP-2", ("10 w", "26 j"), "rules.too_long"),
        ("GRO-4", ("1e99",), "rules.not_possible"),
        ("GRO-4", ("-12",), "rules.not_possible"),
        ("GRO-4", ("12,5",), "rules.not_whole"),
        ("G6-GRACE", ("99999999",), "rules.not_possible"),
        ("DUP", ("-5",), "rules.not_possible"),
        ("TH-2", ("1e400",), "rules.not_possible"),
        ("TH-2", ("-8,5",), "rules.not_possible"),
        ("GRO-8", ("3", "36"), "rules.not_possible"),
        ("GRO-7", ("0", "100"), "rules.not_rising"),
        ("GRO-7", ("97", "3"), "rules.not_rising"),
    ],
)
def test_a_value_that_cannot_be_is_refused(rule_id: str, typed: tuple[str, ...], key: str) -> None:
    with pytest.raises(Refused) as refused:
        value_to_sign(unsigned().rule(rule_id), typed)
    assert refused.value.key == key


def test_an_empty_rule_without_a_judgement_cannot_be_signed() -> None:
    assert not can_be_signed(unsigned().rule("G8"))
    assert not can_be_signed(unsigned().rule("BMI-1"))
    assert units_to_fill(unsigned().rule("VIS-1")) == ("logMAR slechtste oog", "verschil")


@pytest.mark.parametrize("typed, value", [("ja", "ja"), ("Ja", "ja"), ("nee", None)])
def test_a_yes_or_no_is_signed_as_a_word(typed, value):
    assert value_to_sign(rule("CARE-NAMES"), (typed,)) == value


def test_another_word_is_no_yes():
    with pytest.raises(Refused, match="not_yes_or_no"):
        value_to_sign(rule("CARE-NAMES"), ("misschien",))


# --- the lines of the growth chart ---------------------------------------------------------------


def test_a_doctor_leaves_out_or_moves_lines_of_the_growth_chart() -> None:
    row = unsigned().rule("GRO-LINES")
    assert len(units_to_fill(row)) == 7
    assert may_be_left_out(row.unit)
    assert not may_be_left_out("kg/m²")
    assert value_to_sign(row, ("3", "10", "25", "50", "75", "90", "97")) is None
    assert value_to_sign(row, ("97,5", "10", "", "50", "", "90", "2,5")) == "2.5|10|50|90|97.5"
    assert can_be_judged(row, "2.5|10|50|90|97.5")
    assert not can_be_judged(row, "97.5|2.5|50")


@pytest.mark.parametrize(
    "typed",
    [("3", "97", "", "", "", "", ""), ("3", "3", "97"), ("0", "50", "97"), ("3", "50", "100")],
)
def test_fewer_than_three_lines_or_a_line_that_cannot_be_is_refused(typed: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        value_to_sign(unsigned().rule("GRO-LINES"), typed)
    assert refused.value.key == "rules.not_percentiles"


# What a doctor does not sign: the centre sets its own traffic with the register by a command, and a
# code without a confirmed source goes out of no export whoever signs it.
_OF_NO_DOCTOR = {"vaccinnet.csv", "fhir_codes.csv"}


def test_every_row_that_waits_for_a_doctor_is_listed_and_what_waits_to_be_confirmed_can_be() -> (
    None
):
    tables = unsigned()
    listed = Counter(one.table for one in all_rules(tables))
    for table in tables.tables:
        if table.file in _OF_NO_DOCTOR or not table.file.endswith(".csv"):
            continue
        rows = tables.rows(table.file)
        waiting = [row for row in rows if row.get("status") in {"sign", "empty"}]
        if waiting:
            assert listed[table.file] == len(rows), table.file
    waiting_rules = [one for one in all_rules(tables) if one.status is RuleStatus.SIGN]
    assert len(waiting_rules) > 200
    assert all(can_be_signed(one) for one in waiting_rules)


@pytest.mark.parametrize(
    "rule_id", ["RECHT-MEASURES-NURSE", "INZAGE-HEALTH-PARENT", "VRAAG-PREGNANT", "WOORD-MEDICAL"]
)
def test_a_row_of_another_table_is_read_in_dutch_and_confirmed_as_it_is(rule_id: str) -> None:
    row = unsigned().rule(rule_id)
    assert row.value
    assert "_" not in row.what
    assert units_to_fill(row) == ()
    put_in_force([replace(SIGNED, rule_id=rule_id, value=None, edition=row.edition)])
    assert rule(rule_id).status is RuleStatus.ON


@pytest.mark.parametrize(
    "question, value",
    [
        ("ILL", "ja: de arts beslist over elk vaccin"),
        ("PREGNANT", "ja: de arts beslist over MBR, over HPV; bij ja geen MBR"),
        ("IMMUNITY", "ja: de arts beslist over MBR"),
    ],
)
def test_a_doctor_signs_of_a_question_what_a_yes_does(question: str, value: str) -> None:
    assert unsigned().rule(f"VRAAG-{question}").value == value


def test_what_a_doctor_confirmed_is_confirmed_wherever_its_row_is_read() -> None:
    row = unsigned().rule("VRAAG-PREGNANT")
    other = unsigned().rule("WOORD-MEDICAL")
    put_in_force(
        [replace(SIGNED, rule_id=one.id, value=None, edition=one.edition) for one in (row, other)]
    )
    states = {one["id"]: one["status"] for one in standards().rows("vaccination_questions.csv")}
    assert (states["pregnant"], states["ill"]) == ("on", "sign")
    (medical,) = {one.list.status for one in suspect_words("astma")}
    assert medical is RuleStatus.ON


@pytest.mark.parametrize(
    "rule_id, typed, value",
    [
        ("ZIN-VISION-OK", "Het zicht is in orde.", None),
        ("ZIN-VISION-OK", "  De ogen  zijn in orde. ", "De ogen zijn in orde."),
        ("ADVIES-EIGEN-1", "Vragen, of twijfel? Bel het CLB.", "Vragen, of twijfel? Bel het CLB."),
    ],
)
def test_words_of_a_letter_are_signed_as_they_are_typed(
    rule_id: str, typed: str, value: str | None
) -> None:
    row = unsigned().rule(rule_id)
    assert can_be_signed(row)
    assert value_to_sign(row, (typed,)) == value


@pytest.mark.parametrize("typed", ["", "   ", "een | twee", "x" * 401])
def test_words_that_cannot_stand_in_a_table_are_refused(typed: str) -> None:
    with pytest.raises(Refused):
        value_to_sign(unsigned().rule("ADVIES-EIGEN-1"), (typed,))


@pytest.mark.parametrize(
    "changed, text",
    [
        ({}, ""),
        ({"valid_from": date(2026, 11, 24)}, "Afgetekend, geldig vanaf 24 nov 2026."),
        (
            {"edition": "1999"},
            "Afgetekend voor editie 1999. Deze editie is opnieuw te bevestigen.",
        ),
        ({"value": "veel"}, "De waarde veel kan niet beoordeeld worden. Teken opnieuw af."),
    ],
)
def test_a_signature_says_why_it_does_not_judge(changed: dict[str, object], text: str) -> None:
    row = unsigned().rule("HBV-3-AGE")
    body = RuleSignoff(
        rule_id=row.id,
        value=None,
        edition=row.edition,
        source=row.source,
        page="3",
        valid_from=DAY,
    )
    assert why_not_in_force(msgspec.structs.replace(body, **changed), row, DAY) == text
