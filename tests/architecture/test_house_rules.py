"""Rules of the house that no linter knows: sizes, openings, scripts, dependencies, what may not be named."""

import ast
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, modules, parsed, repository_files

LONGEST_MODULE = 400
EVERY_MODULE = modules("clbdesk", "ui", "resources", "tests", "scripts")


@pytest.mark.parametrize("module", modules("clbdesk", "ui", "resources"), ids=str)
def test_a_module_stays_small_enough_to_read(module: Path):
    lines = (ROOT / module).read_text(encoding="utf-8").count("\n")
    assert lines < LONGEST_MODULE, f"{lines} lines: this wants to be two modules"


@pytest.mark.parametrize("module", modules("clbdesk", "ui"), ids=str)
def test_a_module_opens_by_saying_what_it_is_for(module: Path):
    tree = parsed(module)
    if not tree.body:  # a package that only holds others
        return
    opening = ast.get_docstring(tree)
    assert opening, "no docstring"
    assert len(opening.splitlines()) <= 12, "an opening, not an essay"


def _sorted_bare(module: Path) -> list[int]:
    """Lines of a `key=` that reads a family name without asking where it stands on a list."""
    found = []
    for call in ast.walk(parsed(module)):
        keys = call.keywords if isinstance(call, ast.Call) else []
        for key in (one.value for one in keys if one.arg == "key"):
            placed = {
                read
                for asked in ast.walk(key)
                if isinstance(asked, ast.Call) and ast.unparse(asked.func) == "on_a_list"
                for read in ast.walk(asked)
            }
            found += [
                read.lineno
                for read in ast.walk(key)
                if isinstance(read, ast.Attribute)
                and read.attr == "family_name"
                and read not in placed
            ]
    return found


@pytest.mark.parametrize("module", modules("ui"), ids=str)
def test_nobody_holds_an_item_of_a_layout(module: Path):
    """Python keeps it after the layout has deleted it: the program dies when its address is used anew."""
    asked = [one for one in ast.walk(parsed(module)) if isinstance(one, ast.Attribute)]
    assert not [one.lineno for one in asked if one.attr in ("itemAt", "itemAtPosition")]


@pytest.mark.parametrize("module", modules("clbdesk", "ui"), ids=str)
def test_names_stand_in_one_order_on_every_list(module: Path):
    """Two orders on two screens, or a list of the school in a third: somebody is skipped."""
    if module.parts[:3] != ("clbdesk", "exchange", "fictional"):  # invents names, lists nobody
        assert _sorted_bare(module) == []


def test_every_script_can_be_run():
    scripts = [f for f in repository_files() if f.parts[0] in ("scripts", ".ci") and not f.suffix]
    assert scripts
    for script in scripts:
        assert os.access(ROOT / script, os.X_OK), f"{script} is not executable"
        assert (ROOT / script).read_text().startswith("#!"), f"{script} names no interpreter"


def test_every_script_says_what_it_does_in_its_first_comment():
    for script in (f for f in repository_files() if f.parts[0] == "scripts" and not f.suffix):
        second_line = (ROOT / script).read_text().splitlines()[1]
        assert re.match(r'(?:# |""")\w.{20,}', second_line), f"{script}: {second_line!r}"


def test_every_perfect_file_exists():
    lines = (ROOT / "scripts/perfect-files.txt").read_text().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert names == sorted(set(names))
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_every_standard_is_a_perfect_file():
    lines = (ROOT / "scripts/perfect-files.txt").read_text().splitlines()
    files = (ROOT / "clbdesk/standards").rglob("*.py")
    standards = {str(one.relative_to(ROOT)) for one in files if one.name != "__init__.py"}
    assert len(standards) > 40
    assert standards - set(lines) == set()


def names_of(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", each)[0].lower().replace("_", "-") for each in requirements}


def test_every_dependency_is_explained():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    explained = (ROOT / "docs/dependencies.md").read_text().lower()
    wanted = names_of(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted |= names_of(extra)
    assert not {name for name in wanted if f"**{name}**" not in explained}


def imported_packages(module: Path) -> set[str]:
    found = set()
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


# Distribution -> what one imports, where they differ.
IMPORT_NAMES = {
    "argon2-cffi": {"argon2"},
    "pynacl": {"nacl"},
    "pyside6-essentials": {"PySide6", "shiboken6"},
}
LOADED_BY_OTHERS = {"tzdata", "psycopg"}  # by zoneinfo, by SQLAlchemy


def test_the_program_imports_what_it_depends_on_and_nothing_else():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    imported = set().union(*(imported_packages(module) for module in modules("clbdesk", "ui")))
    foreign = imported - {"clbdesk", "ui", "resources"} - sys.stdlib_module_names
    offered = {name: IMPORT_NAMES.get(name, {name}) for name in names_of(project["dependencies"])}
    assert foreign - set().union(*offered.values()) == set(), "imported, not declared"
    never = {name for name, offers in offered.items() if not offers & foreign}
    assert never - LOADED_BY_OTHERS == set(), "declared, never imported"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_has_a_hash_for_everything_and_names_no_place(lock: str):
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert len(entries) > 40
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "@ " not in text


def test_the_locks_agree_with_each_other():
    pins = [
        set(re.findall(r"^([a-z0-9.-]+==\S+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
    ]
    assert pins[0] <= pins[1]
    assert pins[0] <= pins[2]


@pytest.mark.parametrize(
    "lock, extra",
    [
        ("requirements.lock", None),
        ("requirements-dev.lock", "dev"),
        ("requirements-bench.lock", "bench"),
    ],
)
def test_what_is_asked_for_is_locked(lock: str, extra: str | None):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = names_of(project["dependencies"])
    if extra:
        asked |= names_of(project["optional-dependencies"][extra])
    locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
    assert asked - locked == set(), "run scripts/lock"


FORBIDDEN = {
    "an address of a package registry": r"(?:files\.)?python(?:hosted\.org)|pypi\.org/simple",
    "a private address": r"\b(?:10|192\.168)\.\d{1,3}\.\d{1,3}\.\d{1,3}\b",
    "a home folder of somebody": r"/(?:home/[a-z]|Users/[A-Z]|root/\.)",
    "a private key": r"-----BEGIN (?:\w+ )?PRIVATE KEY-----\n[A-Za-z0-9+/]",
    "a merge that was not finished": r"^(?:<{7}|>{7}) ",
}


def test_the_repository_names_nothing_that_belongs_elsewhere():
    found = []
    for file in repository_files():
        content = (ROOT / file).read_bytes()
        if b"\0" in content[:4096] or file == Path(__file__).relative_to(ROOT):
            continue
        text = content.decode("utf-8")  # every text in the repository is UTF-8
        found += [
            f"{file}: {what}"
            for what, pattern in FORBIDDEN.items()
            if re.search(pattern, text, re.MULTILINE)
        ]
    assert found == []
