"""The main job from the command line: a day at a school with two laptops, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def demo(*arguments: str) -> Any:
    """What `clbdesk demo --json` answers on standard output; nothing else may stand there."""
    done = subprocess.run(
        [sys.executable, "-m", "clbdesk", "demo", "--json", "--pupils", "110", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def whole(answer: Any) -> None:
    """Nothing is lost, doubled, left behind or readable."""
    assert answer["pushed"] == answer["confirmed"] >= sum(answer["recorded"].values())
    assert answer["conflicts_found"] == answer["conflicts_settled"] == 3
    assert answer["left_on_laptop"] == 0
    assert answer["digest_laptop"] == answer["digest_centre"]
    assert answer["readable_names"] == []
    for kind in ("growth", "acuity", "audiometry", "dose", "care_meeting", "consultative_note"):
        assert answer["recorded"].get(kind), kind


def test_a_whole_day_with_two_laptops_ends_equal_and_leaves_nothing_readable(
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept"

    answer = demo("--keep", str(kept))

    whole(answer)
    files = [path for path in kept.rglob("*") if path.is_file()]
    assert any(path.suffix == ".vault" for path in files)
    assert not any(path.read_bytes().startswith(b"SQLite format 3") for path in files)


def test_the_same_day_on_postgresql(postgres_url: str) -> None:
    whole(demo("--database", postgres_url))


def test_a_folder_that_exists_is_not_used(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clbdesk", "demo", "--json", "--keep", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert "exists" in done.stderr
