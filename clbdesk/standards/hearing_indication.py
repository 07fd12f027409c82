"""Which hearing test belongs to a pupil at a moment: rules HE-1 to HE-8 (VWVJ Standaard Gehoor).

For toddlers the questions are compulsory, the test only on indication: no neonatal screening
known, or a risk factor for neurosensory loss. An unknown answer is asked, never taken for "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from clbdesk.domain.judgement import Verdict
from clbdesk.domain.visits import ContactMoment
from clbdesk.standards.hearing import DOMAIN
from clbdesk.standards.phrases import number
from clbdesk.standards.tables import rule
from clbdesk.wording import say

if TYPE_CHECKING:
    from decimal import Decimal

    from clbdesk.domain.judgement import Judgement


class HearingTest(StrEnum):
    """The screening that is indicated."""

    AUDIOMETRY = "audiometry"
    SPIN = "spin"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Screening:
    """The screening of the newborn, as it is asked: Kind en Gezin first, then the parents.

    `registered`: yes · no · unknown (Kind en Gezin does not know the child). `told`: what the
    parents know, yes · no; None = nobody asked them yet. Parents who know of one are believed.
    """

    registered: str | None = None
    told: str | None = None

    @property
    def asks_parents(self) -> bool:
        """Whether the parents have something to say: no screening was reported."""
        return self.registered in {"no", "unknown"}

    @property
    def known(self) -> str | None:
        """What holds: yes · no · unknown as long as the parents were not asked; None = open."""
        if self.asks_parents:
            return self.told or "unknown"
        return self.registered

    @property
    def source(self) -> str | None:
        """Who said what holds."""
        if self.known not in {"yes", "no"}:
            return None
        return "parents" if self.asks_parents else "child_and_family"


NOT_ASKED = Screening()


@dataclass(frozen=True, slots=True)
class HearingPlan:
    """The test that is indicated, None when something must be asked first, and the rule lines."""

    test: HearingTest | None
    lines: tuple[Judgement, ...]


def hearing_indication(
    moment: ContactMoment,
    *,
    screening: Screening = NOT_ASKED,
    risk_factors: tuple[str, ...] | None = None,
    known_loss: bool = False,
    developmental_concern: bool = False,
    special_education: bool = False,
    developmental_years: Decimal | None = None,
) -> HearingPlan:
    """Decide which test is drawn.

    `risk_factors`: None when they were not asked, empty when there are none.
    `developmental_years`: None when it is not known.
    """
    if known_loss:
        return _plan(HearingTest.NONE, "HE-8", Verdict.KNOWN, "known")
    if developmental_concern:
        return _plan(HearingTest.AUDIOMETRY, "HE-6", Verdict.INFO, "concern")
    if moment is ContactMoment.KK1:
        return _toddler(screening, risk_factors)
    if moment is ContactMoment.LO1:
        return _plan(HearingTest.AUDIOMETRY, "HE-3", Verdict.INFO, "for_all")
    if moment is ContactMoment.LO4:
        return _plan(HearingTest.NONE, "HE-4", Verdict.INFO, "none")
    if special_education:
        years = rule("HE-7").number
        if developmental_years is not None and developmental_years < years:
            shown = number(developmental_years, 1)
            return _plan(
                HearingTest.SPIN, "HE-7", Verdict.DOCTOR, "younger", age=shown, years=years
            )
        return _plan(HearingTest.SPIN, "HE-7", Verdict.INFO, "special", years=years)
    return _plan(HearingTest.SPIN, "HE-5", Verdict.INFO, "spin")


def _toddler(screening: Screening, risk_factors: tuple[str, ...] | None) -> HearingPlan:
    reasons = []
    if screening.known == "no":
        reasons.append(say("hearing.no_screening"))
    if risk_factors:
        reasons.append(say("hearing.risk_factor", count=len(risk_factors)))
    if reasons:
        line = rule("HE-1").judgement(
            Verdict.CHECK,
            domain=DOMAIN,
            head=say("hearing.indicated_head"),
            text=", ".join(reasons),
            numbers={"risk_factors": len(risk_factors or ())},
        )
        return HearingPlan(HearingTest.AUDIOMETRY, (line,))
    if screening.known != "yes" or risk_factors is None:
        return _plan(None, "HE-1", Verdict.CHECK, "ask", what=_to_ask(screening, risk_factors))
    believed = screening.registered == "no"
    return _plan(
        HearingTest.NONE, "HE-2", Verdict.INFO, "believed" if believed else "not_indicated"
    )


def _to_ask(screening: Screening, risk_factors: tuple[str, ...] | None) -> str:
    """What is to be asked of the parents, at school or by telephone."""
    found = []
    if screening.known is None:
        found.append(say("hearing.ask_screening"))
    elif screening.known == "unknown":
        found.append(say(f"hearing.ask_{screening.registered}"))
    if risk_factors is None:
        found.append(say("hearing.ask_risks"))
    return "; ".join(found)


def _plan(
    test: HearingTest | None, rule_id: str, verdict: Verdict, key: str, **values: object
) -> HearingPlan:
    line = rule(rule_id).judgement(
        verdict,
        domain=DOMAIN,
        head=say(f"hearing.{key}_head"),
        text=say(f"hearing.{key}_text", **values),
    )
    return HearingPlan(test, (line,))
