"""Vandaag against a real vault: what a day begins with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.domain.visits import RoomCheck, VisitDefaults
from clbdesk.services.visits import (
    VisitState,
    find_defaults,
    find_room_check,
    find_visit,
    list_visits,
    propose_defaults,
    record_defaults,
    record_room_check,
    start_visit,
)
from tests.builders.contact_visit import AN, ELS, VISIT, ContactVisit, opened_contact_visit


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[ContactVisit]:
    """A visit of one vault."""
    with opened_contact_visit(tmp_path) as made:
        yield made


def test_a_planned_visit_that_is_not_on_this_laptop_is_listed_as_not_taken(
    visit: ContactVisit,
) -> None:
    (card,) = list_visits(visit.desk())

    assert (card.visit_id, card.state, card.pupils) == (VISIT, VisitState.NOT_TAKEN, None)
    assert card.team == ("An Janssens", "Els Claes")


def test_my_own_defaults_go_before_those_of_a_colleague(visit: ContactVisit) -> None:
    theirs = find_defaults(visit.desk(ELS), VISIT)

    record_defaults(visit.desk(ELS), VisitDefaults(visit_id=VISIT, clothing="dressed"))

    assert theirs.occlusion == "hocus_focus"  # those of An, who was first
    assert find_defaults(visit.desk(ELS), VISIT).clothing == "dressed"
    assert find_defaults(visit.desk(AN), VISIT).clothing is None


def test_defaults_of_a_visit_that_has_some_are_proposed_as_they_are(visit: ContactVisit) -> None:
    found = propose_defaults(visit.desk(), VISIT)

    assert found.defaults == find_defaults(visit.desk(), VISIT)
    assert ([one.value for one in found.moments], found.asks_spin) == (["LO1"], False)


def test_starting_fixes_the_defaults_and_the_room_check_keeps_its_history(
    visit: ContactVisit,
) -> None:
    start_visit(visit.desk(), VISIT, VisitDefaults(visit_id=VISIT, clothing="underwear"))
    record_room_check(visit.desk(), RoomCheck(visit_id=VISIT, light_lux=300))
    record_room_check(visit.desk(), RoomCheck(visit_id=VISIT, light_lux=800, quiet=True))

    assert find_defaults(visit.desk(), VISIT).clothing == "underwear"
    assert find_room_check(visit.desk(), VISIT).light_lux == 800
    assert find_visit(visit.desk(), VISIT) is not None
