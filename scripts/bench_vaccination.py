"""Budget of the vaccination engine: every dose and every advice of 1,000 pupils.

The histories are those of the fictional schools: infant doses, boosters, holes, newcomers.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from clbdesk.domain.vaccination import Dose
from clbdesk.exchange.fictional.centre import TODAY
from clbdesk.exchange.fictional.doses import doses_of
from clbdesk.exchange.fictional.generate import make_centre
from clbdesk.standards.vaccination.advice import judge_vaccination
from clbdesk.standards.vaccination.history import GivenDose, is_understood
from clbdesk.standards.vaccination.ruleset import ruleset
from clbdesk.standards.vaccination.situation import Situation

if TYPE_CHECKING:
    from collections.abc import Sequence

PUPILS = 1000
_SEED = 2026

Case = tuple["Sequence[GivenDose]", Situation]


def run() -> dict[str, float]:
    """Every figure by name, in processor time: the engine waits for nothing."""
    cases = _cases()
    rules = ruleset()
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for history, situation in cases:
            judge_vaccination(history, situation, rules)
        rounds.append(time.process_time() - start)
    return {
        "judge_1000_pupils_s": min(rounds),
        "judge_1000_pupils_first_s": rounds[0],
        "doses_per_pupil": sum(len(history) for history, _ in cases) / len(cases),
    }


def _cases() -> list[Case]:
    """Pupils with a full history; who has none costs nothing and is left out."""
    found: list[Case] = []
    for school in make_centre(PUPILS * 5 // 4, _SEED).schools:
        for pupil in school.pupils:
            facts = [fact.body for fact in doses_of(pupil, _SEED)]
            history = [
                GivenDose(body.product or body.vaccine, body.on, body.source)
                for body in facts
                if isinstance(body, Dose)
            ]
            known = [dose for dose in history if is_understood(dose)]
            if known:
                found.append((known, Situation(pupil.birth_date, TODAY, pupil.stage)))
    return found[:PUPILS]


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
