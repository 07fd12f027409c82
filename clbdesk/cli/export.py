"""`clbdesk export …`: what goes out of the centre, as files (docs/cli.md).

Only from a centre: these files are readable text, and a laptop never writes such a thing.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from clbdesk.cli.arguments import day
from clbdesk.cli.centre import add_place


def add_parser(commands: Any) -> None:
    """Add `export` with its sub-commands to the command line."""
    text = "write files of what the centre holds, for registers and other programs"
    export = commands.add_parser("export", help=text, description=text)
    parts = export.add_subparsers(dest="part", required=True, metavar="PART")
    _add(parts, "vaccinnet", "write the batch of doses that are ready for Vaccinnet")
    fhir = _add(parts, "fhir", "write pupils, doses and measurements as a FHIR Bundle")
    fhir.add_argument("--pupil", action="append", default=[], help="id or INSZ of a pupil")
    fhir.add_argument("--school", help="everybody of a school, this school year")
    fhir.add_argument("--since", type=day, help="first day of what goes out")
    moves = _add(parts, "transfer", "write the dossier of a pupil for the next CLB")
    moves.add_argument("--pupil", required=True, help="id, INSZ, or family name and given name")
    told = "day on which pupil and parents were told"
    moves.add_argument("--told-on", type=day, required=True, help=told)
    copy = "letter of objection: only what moves despite it goes, with a copy of this file"
    moves.add_argument("--objection", type=Path, help=copy)
    creon = _add(parts, "creon", "write the mandatory set of a school year as CSV")
    creon.add_argument("--school-year", type=int, required=True, help="2026 = 2026-27")
    csv = _add(parts, "csv", "write records as CSV, one file per kind in a new folder")
    csv.add_argument("--kind", action="append", required=True, help="growth, dose, pupil, …")


def _add(parts: Any, command: str, text: str) -> Any:
    parser = parts.add_parser(command, help=text, description=text)
    parser.add_argument("--out", type=Path, required=True, help="a name that does not exist yet")
    add_place(parser)
    parser.set_defaults(run=partial(_run, command))
    return parser


def _run(command: str, options: Any) -> object:
    """The centre is heavy, so it is loaded when a file is asked for."""
    return import_module("clbdesk.cli.export_actions").perform(command, options)
