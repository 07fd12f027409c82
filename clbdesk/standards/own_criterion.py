"""What a centre wrote for a rule that is a curve or a tree: shown, never computed with.

The line says whose words they are. It never passes as "in orde" and never asks for a referral: who
concludes compares what was found with the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.domain.judgement import OWN_CRITERION, Verdict
from clbdesk.standards.phrases import day
from clbdesk.wording import say

if TYPE_CHECKING:
    from clbdesk.domain.judgement import Judgement
    from clbdesk.standards.tables import Rule


def own_line(found: Rule, *, domain: str, shown: str = "") -> Judgement | None:
    """The line of a rule that the centre filled in words; None for any other.

    `shown`: in Dutch, what was found and what to compare with the words.
    """
    signature = found.signature
    if signature is None or not found.criterion:
        return None
    words = say(
        "rules.own_criterion",
        who=signature.signed_by,
        day=day(signature.signed_on),
        words=found.criterion.rstrip("."),
    )
    return found.judgement(
        Verdict.NO_CRITERION,
        domain=domain,
        head=f"{found.what[:1].upper()}{found.what[1:]}",
        text=f"{shown}, {words}" if shown else words,
        numbers={OWN_CRITERION: found.id},
    )
