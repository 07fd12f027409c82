"""`clbdesk bench`: figures beside their budgets, and nothing left on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clbdesk.cli import main


def test_a_machine_is_measured_beside_the_budgets_and_nothing_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--data", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {name: one["budget"] for name, one in found.items()} == {
        "z_score_us": 5,
        "vaccination_1000_pupils_s": 1,
        "save_p95_ms": 5,
    }
    for one in found.values():
        assert one["measured"] > 0
        assert one["met"] == (one["measured"] <= one["budget"])
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".bench-")]
