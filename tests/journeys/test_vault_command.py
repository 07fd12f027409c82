"""`clbdesk vault` on a laptop that took visits along: what is derived is derived anew."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from clbdesk.cli import EXIT_DONE, EXIT_ENVIRONMENT, main
from clbdesk.cli.demo.setting import PASSPHRASE
from tests.journeys.world import AN, World


def vault(monkeypatch: pytest.MonkeyPatch, act: str, folder: Path) -> int:
    """One act on the laptop in a folder, with the passphrase on standard input; its exit code."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSPHRASE}\n"))
    return main(["vault", act, "--data", str(folder), "--user", AN, "--json"])


def test_heads_that_are_not_what_the_revisions_say_are_told_and_repaired(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = world.copy("LAP-07", tmp_path)
    desk = program.unlock(world.staff(AN), PASSPHRASE)
    with desk.vault.write() as work:
        work.connection.exec_driver_sql("UPDATE head SET stands = 0")
    desk.close()
    folder = tmp_path / "LAP-07"
    assert vault(monkeypatch, "check", folder) == EXIT_ENVIRONMENT
    assert "heads" in capsys.readouterr().err
    assert vault(monkeypatch, "repair", folder) == EXIT_DONE
    assert json.loads(capsys.readouterr().out)["troubles"] == []
    assert vault(monkeypatch, "check", folder) == EXIT_DONE
