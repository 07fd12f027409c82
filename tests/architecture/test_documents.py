"""Documents cannot lag: what they point at exists, and what can be run is named in them."""

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clbdesk.cli import build_parser
from tests.architecture.sources import ROOT, modules, parsed, repository_files

DOCUMENTS = [f for f in repository_files() if f.suffix == ".md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_inside_the_repository_leads_somewhere(document: Path):
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text)
    missing = [target for target in targets if not (ROOT / document.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_path_that_a_document_names_exists(document: Path):
    """Paths between backticks that begin with one of our folders; x.py stands for any module."""
    text = (ROOT / document).read_text(encoding="utf-8")
    folders = r"clbdesk|ui|resources|tests|docs|scripts"
    named = set(re.findall(rf"`((?:{folders})/[\w./-]+)(?:::\w+)?`", text))
    missing = {path for path in named if not (ROOT / path).exists() and Path(path).stem != "x"}
    assert missing == set()


def test_the_map_of_areas_points_at_modules_and_tables_that_exist():
    text = (ROOT / "docs/ARCHITECTURE.md").read_text("utf-8").partition("| Area | ")[2]
    columns = ("clbdesk/domain", "resources/standards", "clbdesk/services", "ui/pages")
    rows = [line.split(" | ")[2:] for line in text.partition("\n\n")[0].splitlines()[2:]]
    assert len(rows) > 5
    named = [
        f"{folder}/{name}.*"
        for row in rows
        for folder, cell in zip(columns, row, strict=True)
        for name in re.findall(r"`([\w*]+)`", cell)
    ]
    assert [name for name in named if not any(ROOT.glob(name))] == []


def test_every_script_is_named_in_a_document():
    text = "".join((ROOT / document).read_text(encoding="utf-8") for document in DOCUMENTS)
    scripts = [f for f in repository_files() if f.parts[0] == "scripts" and not f.suffix]
    assert [str(script) for script in scripts if str(script) not in text] == []


def test_every_test_that_the_hazard_log_names_exists():
    """A control without its proof is a wish."""
    hazards = (ROOT / "docs/HAZARDS.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(test_\w+)\b(?!\.py)", hazards))
    written = "\n".join(
        (ROOT / f).read_text(encoding="utf-8")
        for f in repository_files()
        if f.parts[0] == "tests" and f.suffix == ".py"
    )
    defined = set(re.findall(r"def (test_\w+)", written))
    assert named
    assert named - defined == set()


def classes(*packages: str) -> dict[str, Path]:
    """Public classes by name, with their module."""
    return {
        node.name: module
        for module in modules(*packages)
        for node in parsed(module).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


def test_the_glossary_has_every_class_of_the_domain_and_no_other_name():
    rows = re.findall(
        r"^\| ([^|]+) \|", (ROOT / "docs/GLOSSARY.md").read_text("utf-8"), re.MULTILINE
    )
    words = set(re.findall(r"\b[A-Z][a-z][A-Za-z]*\b", " ".join(rows))) - {"Code"}
    domain = {name for name, at in classes("clbdesk").items() if at.parts[1] == "domain"}
    assert domain - words == set()
    assert words - classes("clbdesk").keys() == set()


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command and option of the command line, each as "centre visit add --school"."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield " ".join((*path, name))
                yield from commands(below, (*path, name))
        elif option := next((one for one in action.option_strings if one.startswith("--")), ""):
            yield " ".join((*path, option))


def test_the_command_line_is_documented_whole_and_as_it_is():
    text = (ROOT / "docs/cli.md").read_text("utf-8")
    last = {one.rpartition(" ")[2] for one in commands(build_parser())}
    assert [word for word in sorted(last) if not re.search(rf"{word}(?![\w-])", text)] == []
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", text)) - last == set()
