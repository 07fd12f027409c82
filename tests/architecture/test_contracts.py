"""The dependency rules of pyproject.toml hold, and they would notice a breach."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command as c; c()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )


def test_every_import_contract_is_kept():
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_page_that_reads_the_database_breaks_the_contracts(tmp_path: Path):
    contracts = (ROOT / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(contracts)
    modules = {
        "clbdesk": "",
        "clbdesk/domain": "",
        "clbdesk/standards": "",
        "clbdesk/charts": "",
        "clbdesk/storage": "",
        "clbdesk/storage/vault": "",
        "clbdesk/sync": "",
        "clbdesk/services": "",
        "clbdesk/centre": "",
        "ui": "",
        "ui/pages": "import clbdesk.storage.vault",
    }
    for name, source in modules.items():
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "__init__.py").write_text(source)
    answer = lint_imports(tmp_path)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "never touch the database or the wire BROKEN" in answer.stdout


def test_no_layer_of_the_core_or_the_window_is_left_out_of_the_contracts():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layered = [each for each in contracts["contracts"] if each["type"] == "layers"]
    assert {each["containers"][0] for each in layered if "containers" in each} == {"clbdesk", "ui"}
    assert all(each["exhaustive"] for each in layered if "containers" in each)
