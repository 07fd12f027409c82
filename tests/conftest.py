"""Guards around every test: no network, no screen, no home of a user, no unnoticed warning in the log.

A test says `@pytest.mark.expects_log("pattern")` when the program must log a warning or an error; each
pattern has to be met. PostgreSQL comes from `postgres_url`, which starts a server of its own.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import ThrowAwayPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# A zone that no laptop of ours is in: who asks the machine for local time is found out.
os.environ["TZ"] = "America/St_Johns"
if hasattr(time, "tzset"):  # not on Windows
    time.tzset()

LONG = os.environ.get("CLBDESK_LONG") == "1"

# No deadlines: two cores are shared by all that runs, and budgets are measured by scripts/bench.
# The quick run asks the same examples every time: a red run means that the change did it. The long
# run draws new ones.
settings.register_profile(
    "quick", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", settings.get_profile("quick"), derandomize=False, max_examples=2_000
)
settings.load_profile("long" if LONG else "quick")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the long simulations out, visibly, unless they were asked for; mark what needs PostgreSQL."""
    for item in items:
        if not LONG and item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="long: scripts/test --long"))
        if {"postgres", "postgres_url"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.postgres)


def pytest_collection_finish() -> None:
    """What was imported stays: Python's collector need not look through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


class _Unexpected(logging.Handler):
    """Keeps what is logged at WARNING or above and was not announced by the test."""

    def __init__(self, expected: list[str]) -> None:
        super().__init__(level=logging.WARNING)
        self.unmet = dict.fromkeys(expected)
        self.expected = expected
        self.unexpected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.levelname} {record.name}: {record.getMessage()}"
        matching = [pattern for pattern in self.expected if re.search(pattern, line)]
        for pattern in matching:
            self.unmet.pop(pattern, None)
        if not matching:
            self.unexpected.append(line)


@pytest.fixture(autouse=True)
def _logs_are_expected(request: pytest.FixtureRequest) -> Iterator[None]:
    patterns = [mark.args[0] for mark in request.node.iter_markers("expects_log")]
    handler = _Unexpected(patterns)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
    if handler.unexpected:
        pytest.fail("logged without being expected:\n  " + "\n  ".join(handler.unexpected))
    if handler.unmet:
        pytest.fail(f"expected in the log, but never logged: {sorted(handler.unmet)}")


@pytest.fixture(autouse=True)
def _home_of_this_test(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give the test a home folder of its own; settings, caches and vaults of the user stay untouched."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    monkeypatch.delenv("CLBDESK_DATA", raising=False)
    return home


@pytest.fixture(scope="session")
def postgres() -> Iterator[ThrowAwayPostgres]:
    """A PostgreSQL server that exists for this test run alone; started when first asked for."""
    with ThrowAwayPostgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: ThrowAwayPostgres) -> str:
    """`postgresql://` address of an empty database of this test, as owner."""
    return postgres.new_database()
