"""`clbdesk import-class-list FILE`: what a school's class list holds, before anything is imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clbdesk.clock import SystemClock, local_day
from clbdesk.exchange.class_list import read_class_list
from clbdesk.exchange.class_list_answer import document_of_list

if TYPE_CHECKING:
    import argparse
    from datetime import date


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `import-class-list` to the command line."""
    text = "preview a class list (CSV or Excel): pupils and problems; imports nothing"
    parser = commands.add_parser("import-class-list", help=text, description=text)
    parser.add_argument("file", type=Path, help="CSV or .xlsx file as the school sent it")
    parser.add_argument("--json", action="store_true", help="answer one JSON document")
    parser.set_defaults(run=lambda options: run(options.file, _today()))


def run(path: Path, today: date) -> dict[str, object]:
    """The preview without a centre: every good row counts as new. Refused: no class list."""
    return document_of_list(read_class_list(path, today))


def _today() -> date:
    return local_day(SystemClock().now())
