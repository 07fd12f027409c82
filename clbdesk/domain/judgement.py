"""What a rule says about a finding. The program proposes (voorstel), the professional concludes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from clbdesk.ids import StaffId

# Under this name in `numbers` stands the rule for which the centre wrote its own criterion.
OWN_CRITERION = "own_criterion"


class RuleStatus(StrEnum):
    """`on` confirmed · `sign` default until a doctor signs · `empty` value unknown."""

    ON = "on"
    SIGN = "sign"
    EMPTY = "empty"


class Verdict(StrEnum):
    """The word of a rule line (pages.md §4)."""

    OK = "ok"
    INFO = "info"
    BORDERLINE = "borderline"
    CHECK = "check"
    RETEST = "retest"
    REFER = "refer"
    DOCTOR = "doctor"
    RISK = "risk"
    KNOWN = "known"
    NOT_DONE = "not_done"
    NO_CRITERION = "no_criterion"


class Judgement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule's proposal, stored with the record that it was shown for.

    `head`: two or three Dutch words ("Normaal gewicht"); `text`: the rest of the Dutch sentence
    with the numbers used; `numbers`: the same numbers, named, as text with a decimal point.
    """

    rule_id: str
    edition: str
    source: str
    status: RuleStatus
    verdict: Verdict
    head: str
    text: str
    numbers: dict[str, str] = {}
    domain: str = ""

    @property
    def has_own_criterion(self) -> bool:
        """Whether only the centre's own words stand there: somebody compares, and concludes."""
        return OWN_CRITERION in self.numbers


class Confirmation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An unlikely value that was measured again and stands (nagemeten, klopt).

    `first_reading`: the value typed before, when the second differs.
    """

    limit_id: str
    field: str
    value: str
    first_reading: str | None
    confirmed_by: StaffId
    confirmed_at: datetime
