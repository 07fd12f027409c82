"""The files that git knows or would take in, with their parsed source; what the rules below look at."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file of the checkout that is not ignored, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = sorted(set(listed.stdout.splitlines()))
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


def modules(*packages: str) -> list[Path]:
    """Python files of these top-level folders."""
    return [f for f in repository_files() if f.parts[0] in packages and f.suffix == ".py"]


@cache
def parsed(module: Path) -> ast.Module:
    """Syntax tree of a module."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), filename=str(module))


def mentions(module: Path) -> list[tuple[str, int]]:
    """Every name and attribute that a module imports or reads, with its line."""
    found = []
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Name):
            found.append((node.id, node.lineno))
        elif isinstance(node, ast.Attribute):
            found.append((node.attr, node.lineno))
        elif isinstance(node, ast.alias):
            found.append((node.name, node.lineno))
    return found
