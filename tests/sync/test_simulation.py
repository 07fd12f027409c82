"""Random histories of laptops and centre, thousands of them, with the real sync machine inside.

CLBDESK_LONG=1 runs many more. A failing seed is in the message: `World(seed).live()` repeats it.
"""

from __future__ import annotations

import os

import pytest

from clbdesk.errors import Environment
from clbdesk.sync import conversation
from tests.sync.simulator import bugs
from tests.sync.simulator.world import World

SEEDS = 100_000 if os.environ.get("CLBDESK_LONG") == "1" else 2_500


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """A stage of a few lines, so that short pulls already come in several chunks."""
    monkeypatch.setattr(conversation, "_STAGE_LINES", 2)


def test_no_history_loses_doubles_or_divides_anything():
    for seed in range(SEEDS):
        World(seed).live()


def test_a_restore_without_its_command_loses_nothing():
    for seed in range(SEEDS // 5):
        World(seed, forgotten_restores=True).live()


def test_the_histories_are_not_tame():
    """What must have happened somewhere in them, or they prove nothing."""
    forks = restores = released = quarantined = came_back = 0
    for seed in range(150):
        world = World(seed)
        world.live()
        restores += world.centre.generation_number - 1
        released += world.released
        came_back += world.came_back
        quarantined += sum(bool(laptop.store.apart) for laptop in world.laptops)
        forks += sum(world.has_fork(laptop) for laptop in world.laptops)
    assert min(forks, restores, released, quarantined, came_back) > 30


@pytest.mark.parametrize("bug", bugs.ALL, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug):
    for seed in range(3_000):
        try:
            World(seed, bug).live()
        except AssertionError as found:
            if bug.found_as in str(found):
                return
        except Environment:
            continue
    pytest.fail(f"{bug.__name__} went unnoticed")
