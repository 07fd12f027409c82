"""What a rule line asks for afterwards, and terms that only a signed rule knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from clbdesk.assets import resource
from clbdesk.domain.follow_up import ReferralTo, TaskKind
from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.standards.follow_up import (
    look_again_on,
    propose_referral,
    propose_task,
    selective_exam_by,
)
from clbdesk.standards.tables import Signature, Standards, put_in_force, rule, standards

TODAY = date(2026, 11, 30)


@pytest.fixture
def signed() -> Iterator[None]:
    """A doctor filled the terms in."""
    put_in_force(
        Signature(rule_id, value, "2018", "Werkkaart", "3", "staff-maes", TODAY)
        for rule_id, value in (("FUP-1-INT", "42"), ("FUP-2-INT", "90"), ("AUD-2", "3"))
    )
    yield
    put_in_force(())


def line(rule_id: str, verdict: Verdict, text: str = "zin") -> Judgement:
    """A rule line."""
    return Judgement(
        rule_id=rule_id,
        edition="2018",
        source="Standaard",
        status=RuleStatus.ON,
        verdict=verdict,
        head="kop",
        text=text,
    )


def test_a_term_that_nobody_signed_is_not_invented() -> None:
    assert look_again_on(TODAY) is None
    assert selective_exam_by(TODAY) is None
    assert propose_task([line("AUD-2", Verdict.NO_CRITERION)], TODAY).due is None


def test_a_very_short_stature_proposes_a_paediatrician_and_what_a_doctor_judges_names_nobody() -> (
    None
):
    """Handbook 1 §2.4: GRO-8 refers, GRO-1, GRO-6 and GRO-7 are the doctor's; BMI-F4 is empty."""
    judged = [line("GRO-7", Verdict.DOCTOR, "onder P3"), line("GRO-8", Verdict.REFER, "-3,1 SDS")]

    found = propose_referral(judged, TODAY)

    assert (found.to, found.reason) == (ReferralTo.PAEDIATRICIAN, "kop: -3,1 SDS")
    for quiet in ("GRO-1", "GRO-6", "GRO-7", "BMI-2", "BMI-6"):
        assert propose_referral([line(quiet, Verdict.DOCTOR)], TODAY).to is None
    assert rule("BMI-F4").status is RuleStatus.EMPTY
    assert rule("GRO-8").status is RuleStatus.SIGN


def test_a_second_attempt_has_no_term_of_its_own() -> None:
    again = propose_task([line("SPIN-4", Verdict.RETEST)], TODAY)
    assert (again.task, again.due) == (TaskKind.SPIN_RETEST, None)


@pytest.mark.usefixtures("signed")
def test_a_signed_term_is_proposed_in_days_and_in_whole_months() -> None:
    assert look_again_on(TODAY) == date(2027, 1, 11)
    assert selective_exam_by(TODAY) == date(2027, 2, 28)
    again = propose_task([line("AUD-2", Verdict.RETEST)], TODAY)
    assert (again.task, again.due) == (TaskKind.SELECTIVE_EXAM, date(2027, 2, 28))  # no 30 February


def test_what_is_in_order_or_known_asks_for_nothing() -> None:
    quiet = [line("AUD-1", Verdict.OK), line("VIS-8", Verdict.KNOWN), line("VIS-2", Verdict.INFO)]

    assert propose_task(quiet, TODAY).task is None
    assert propose_referral(quiet, TODAY).to is None


def test_the_reason_is_the_sentence_of_the_rule_that_refers() -> None:
    lines = [
        line("VIS-2", Verdict.NO_CRITERION, "geen criterium"),
        line("VIS-7", Verdict.RETEST, "bril vergeten"),
        line("VIS-8", Verdict.REFER, "scheelzien"),
    ]

    found = propose_referral(lines, TODAY)

    assert (found.to, found.reason) == (ReferralTo.OPHTHALMOLOGIST, "kop: scheelzien")
    assert propose_referral(lines[:1], TODAY).reason == ""


def test_every_row_names_a_rule_that_exists_and_asks_for_something() -> None:
    for row in standards().rows("follow_up_proposals.csv"):
        assert rule(row["rule_id"]).id == row["rule_id"]
        assert bool(row["to"]) != bool(row["task"])
        if row["term_rule"]:
            assert rule(row["term_rule"]).id == row["term_rule"]


@pytest.mark.parametrize("file", ["follow_up_proposals.csv", "follow_up_rules.csv"])
def test_a_damaged_table_proposes_nothing_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    folder = tmp_path / "standards"
    shutil.copytree(resource("standards"), folder)
    (folder / file).write_text("id\n", encoding="utf-8")
    monkeypatch.setattr("clbdesk.standards.tables._InForce.tables", Standards(folder))

    assert look_again_on(TODAY) is None
    asked = propose_referral([line("VIS-8", Verdict.REFER, "scheelzien")], TODAY)
    assert asked.reason == "kop: scheelzien"
    assert propose_task([line("VIS-4", Verdict.RISK)], TODAY).due is None
