"""`clbdesk import-class-list FILE`: what a school's class list holds, and importing it when told to."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from clbdesk.cli.arguments import school_year
from clbdesk.clock import SystemClock, local_day
from clbdesk.errors import Refused
from clbdesk.exchange.class_list import read_class_list
from clbdesk.exchange.class_list_answer import document_of_list

if TYPE_CHECKING:
    import argparse
    from datetime import date


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `import-class-list` to the command line."""
    text = "preview a class list (CSV or Excel): pupils and problems; import it with --commit"
    parser = commands.add_parser("import-class-list", help=text, description=text)
    parser.add_argument("file", type=Path, help="CSV or .xlsx file as the school sent it")
    parser.add_argument("--commit", action="store_true", help="import what has no problem")
    parser.add_argument("--school", help="name of the school at the centre")
    parser.add_argument("--school-year", type=school_year, help="2026 = 2026-27")
    parser.add_argument("--data", type=Path, help="folder of the embedded centre")
    parser.add_argument("--database", help="postgresql://… of a centre on PostgreSQL")
    parser.add_argument("--keys", type=Path, help="folder of the keys")
    parser.add_argument("--centre", type=int, default=1, help="number of the centre (PostgreSQL)")
    parser.add_argument("--json", action="store_true", help="answer one JSON document")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> object:
    """Without a centre a preview of the file alone; with one, compared with its pupils."""
    if options.data is None and options.database is None:
        if options.commit:
            raise Refused("cli.commit_needs_centre")
        return run(options.file, local_day(SystemClock().now()))
    if options.school is None:
        raise Refused("cli.school_needed")
    # The centre is heavy, and a preview does without.
    return import_module("clbdesk.cli.centre_actions").perform("import_class_list", options)


def run(path: Path, today: date) -> dict[str, object]:
    """The preview without a centre: every good row counts as new. Refused: no class list."""
    return document_of_list(read_class_list(path, today))
