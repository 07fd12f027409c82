"""Documents cannot lag: what they point at exists, and what can be run is named in them."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, repository_files

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
