"""The guards of tests/conftest.py bite."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import psycopg
import pytest

from tests.architecture.sources import ROOT


def test_the_internet_is_out_of_reach():
    with pytest.raises(Warning, match=r"192\.0\.2\.1"):  # an address reserved for documents
        socket.create_connection(("192.0.2.1", 443), timeout=1)


def test_a_server_on_this_machine_is_within_reach():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_the_home_folder_is_that_of_the_test(tmp_path_factory: pytest.TempPathFactory):
    assert Path.home().is_relative_to(tmp_path_factory.getbasetemp())
    assert Path(os.environ["XDG_DATA_HOME"]).is_relative_to(Path.home())


def test_postgresql_starts_by_itself_and_is_empty(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone()
    assert tables == (0,)


UNNOTICED = {
    "warned": "def test_it(): logging.getLogger('clbdesk').warning('disk nearly full')",
    "never_came": "@pytest.mark.expects_log('disk')\ndef test_it(): pass",
    "came_otherwise": (
        "@pytest.mark.expects_log('disk')\ndef test_it(): logging.getLogger('ui').error('other')"
    ),
    "old_habit": "def test_it(): warnings.warn('old habit', DeprecationWarning)",
    "unknown_mark": "@pytest.mark.unheard_of\ndef test_it(): pass",
}
ANNOUNCED = "@pytest.mark.expects_log('disk')\ndef test_it(): logging.getLogger('a').error('disk')"


@pytest.fixture(scope="module")
def troubles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Of each test, run by pytest under our guards in one go: whether anything was wrong with it."""
    folder = tmp_path_factory.mktemp("guards")
    for name, test in {**UNNOTICED, "announced": ANNOUNCED}.items():
        text = f"import logging\nimport warnings\nimport pytest\n{test}\n"
        (folder / f"test_{name}.py").write_text(text)
    report = folder / "report.xml"
    guards = ["-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    own = ["-p", "no:cacheprovider", "--basetemp", str(folder / "tmp")]
    all_of_it = ["--continue-on-collection-errors", "--junit-xml", str(report), str(folder)]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *own, *guards, *all_of_it],
        cwd=ROOT,
        capture_output=True,
    )
    found: dict[str, bool] = {}
    for case in ET.parse(report).iter("testcase"):
        name = (case.get("classname") or case.get("name") or "").removeprefix("test_")
        found[name] = len(case) > 0 or found.get(name, False)
    return found


@pytest.mark.parametrize("name", UNNOTICED)
def test_what_goes_unnoticed_elsewhere_fails_here(name: str, troubles: dict[str, bool]):
    assert troubles[name]


def test_an_announced_log_line_is_fine(troubles: dict[str, bool]):
    assert troubles["announced"] is False
