"""A safety concern behind what the centre refuses: the centre goes on, and the circle gets it."""

from __future__ import annotations

import pytest

from clbdesk.domain.revision import Role
from clbdesk.domain.safety import SafetyConcern
from clbdesk.domain.scopes import PushOutcome
from tests.builders.centres import BuiltCentre

CONCERN = SafetyConcern(box="ab12", keys=())


@pytest.mark.parametrize(
    "spoilt",
    [
        {"author": "nobody-of-here"},
        {"kind": "unheard_of"},
        {"body": "no JSON"},
        {"role": Role.PSYCHOPEDAGOGUE},
    ],
    ids=["unknown author", "unknown kind", "unreadable", "role that may not"],
)
def test_a_refused_revision_holds_no_concern_behind_it_up(
    built: BuiltCentre, spoilt: dict[str, object]
) -> None:
    laptop = built.laptop("LAP-01", built.nurse)
    before = built.growth(laptop, 0, "130.1", **spoilt)
    concern = laptop.revision(CONCERN, author=built.nurse)
    found = [one.outcome for one in laptop.push(before, concern)]
    assert found == [PushOutcome.QUARANTINE, PushOutcome.OK]
    other = built.laptop("LAP-02", built.doctor)
    delivered = [line.revision.rev_id for line in other.pull("centre")[1]]
    assert concern.rev_id in delivered
