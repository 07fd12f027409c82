"""The guards of tests/conftest.py bite."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.architecture.sources import ROOT

FAILURES = {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}  # the latter: not collected


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


def outcome_of(test: str, folder: Path) -> pytest.ExitCode:
    """What pytest says of one test under our guards."""
    file = folder / "test_once.py"
    file.write_text(f"import logging\nimport warnings\nimport pytest\n{test}\n")
    guards = ["-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    own = ["-p", "no:cacheprovider", "--basetemp", str(folder / "tmp")]
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *own, *guards, str(file)],
        cwd=ROOT,
        capture_output=True,
    )
    return pytest.ExitCode(answer.returncode)


@pytest.mark.parametrize(
    "test",
    [
        "def test_it(): logging.getLogger('clbdesk').warning('disk nearly full')",
        "@pytest.mark.expects_log('disk')\ndef test_it(): pass",
        "@pytest.mark.expects_log('disk')\ndef test_it(): logging.getLogger('ui').error('other')",
        "def test_it(): warnings.warn('old habit', DeprecationWarning)",
        "@pytest.mark.unheard_of\ndef test_it(): pass",
    ],
)
def test_what_goes_unnoticed_elsewhere_fails_here(test: str, tmp_path: Path):
    assert outcome_of(test, tmp_path) in FAILURES


def test_an_announced_log_line_is_fine(tmp_path: Path):
    test = "@pytest.mark.expects_log('disk')\ndef test_it(): logging.getLogger('a').error('disk')"
    assert outcome_of(test, tmp_path) is pytest.ExitCode.OK
