"""For whom the programme's vaccine is free (rules FREE-*); None where no confirmed rule says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.standards.tables import rule

if TYPE_CHECKING:
    from clbdesk.standards.vaccination.ruleset import Ruleset
    from clbdesk.standards.vaccination.situation import Situation

_UNDER = {"DTPa-IPV": "FREE-DTPaIPV", "HEXA": "FREE-HEXA", "HBV": "FREE-HBV"}
_OTHERS = {
    "dTpa": "FREE-dTpa",
    "HPV": "FREE-HPV",
    "MBR": "FREE-MBR",
    "IPV": "FREE-IPV",
    "MenACWY": "FREE-MenACWY",
}


def free_rule(vaccine: str) -> str:
    """The rule that decides about a vaccine; "" when there is none."""
    return _UNDER.get(vaccine) or _OTHERS.get(vaccine, "")


def is_free(
    vaccine: str, situation: Situation, rules: Ruleset, *, at_slot: bool = False
) -> bool | None:
    """Whether a dose of this vaccine is free for the pupil on the day.

    `at_slot`: it is the dose of the programme itself, in its own school year.
    """
    if at_slot:
        return True
    if vaccine == "HBV" and _is_in_secondary(situation):
        return True
    if vaccine in _UNDER:
        return situation.years < rule(_UNDER[vaccine]).number
    if vaccine == "HPV":
        in_cohort = situation.is_at_stage("S1", 12) or situation.is_at_stage("S3", 14)
        return in_cohort or situation.years <= rule("FREE-HPV").number
    if vaccine == "dTpa":
        without_grade = situation.stage is None and situation.years >= 12
        return True if without_grade or _is_in_secondary(situation) else None
    if vaccine == "MBR" and rules.is_confirmed(rule("FREE-MBR")):
        return True
    return None


def _is_in_secondary(situation: Situation) -> bool:
    return situation.stage is not None and situation.stage.startswith("S")
