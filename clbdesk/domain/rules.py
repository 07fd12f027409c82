"""A rule that a doctor of the centre signed: the default is confirmed, or an empty one is filled.

One record per rule, so that two doctors who sign differently are two versions of one thing. What
was judged before keeps the rule and edition that it was judged with.
"""

from __future__ import annotations

from datetime import date

from clbdesk.domain.body import Body


class RuleSignoff(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`value` as in the rule table, `|` between several; None confirms the value of `edition`.

    `edition`: of the row that was signed; another edition has to be signed again. `source` and
    `page`: where the doctor read it. `valid_from`: the first day on which it holds.
    """

    rule_id: str
    value: str | None
    edition: str
    source: str
    page: str
    valid_from: date
    reason: str = ""
