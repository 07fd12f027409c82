"""What a row of Besluit tells of a domain: what was found, and what no rule can say of it."""

from __future__ import annotations

from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from clbdesk.domain.judgement import OWN_CRITERION, Judgement, RuleStatus, Verdict
from clbdesk.services.proposal import Domain, DomainRow
from clbdesk.standards.follow_up import propose_referral, propose_task
from ui.pages.decision_row import DomainRowEdit
from ui.widgets.label import Label

TODAY = date(2026, 11, 23)


def judged(rule_id: str, verdict: Verdict, head: str, **numbers: str) -> Judgement:
    return Judgement(
        rule_id=rule_id,
        edition="2018",
        source="Standaard",
        status=RuleStatus.ON,
        verdict=verdict,
        head=head,
        text="zin",
        numbers=numbers,
    )


def told(qtbot: QtBot, *judgements: Judgement) -> list[str]:
    """Every sentence of the row."""
    row = DomainRow(
        domain=Domain.WEIGHT,
        judgements=judgements,
        proposal=None,
        fixed=None,
        has_records=True,
        referral=propose_referral(judgements, TODAY),
        task=propose_task(judgements, TODAY),
    )
    made = DomainRowEdit(row, ruled=False)
    qtbot.addWidget(made)
    return [one.text() for one in made.findChildren(Label)]


@pytest.mark.parametrize("numbers", [{}, {OWN_CRITERION: "BMI-F4"}])
def test_what_was_found_stands_before_what_has_no_criterion(
    qtbot: QtBot, numbers: dict[str, str]
) -> None:
    found = judged("BMI-5", Verdict.CHECK, "Overgewicht")
    empty = judged("BMI-F4", Verdict.NO_CRITERION, "Opvolging van het gewicht", **numbers)
    words = told(qtbot, found, empty)
    assert "Overgewicht – zin; Opvolging van het gewicht – zin" in words
    assert "BMI-5, BMI-F4 · Standaard" in words


def test_beside_what_is_in_order_only_the_rule_without_a_criterion_is_told(qtbot: QtBot) -> None:
    words = told(
        qtbot,
        judged("VIS-8", Verdict.OK, "In orde"),
        judged("VIS-2", Verdict.NO_CRITERION, "Geen criterium ingesteld"),
    )
    assert "Geen criterium ingesteld – zin" in words
