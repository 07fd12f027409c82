"""`clbdesk export …`: what goes out of the centre, as files (docs/cli.md).

Only from a centre: these files are readable text, and a laptop never writes such a thing.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from clbdesk.cli.centre import add_place


def add_parser(commands: Any) -> None:
    """Add `export` with its sub-commands to the command line."""
    text = "write files of what the centre holds, for registers and other programs"
    parts = commands.add_parser("export", help=text, description=text)
    parts = parts.add_subparsers(dest="part", required=True, metavar="PART")
    _add(parts, "vaccinnet", "write the batch of doses that are ready", "clbdesk.cli.vaccinnet")


def _add(parts: Any, command: str, text: str, module: str) -> Any:
    parser = parts.add_parser(command, help=text, description=text)
    parser.add_argument("--out", type=Path, required=True, help="a file that does not exist yet")
    add_place(parser)
    parser.set_defaults(run=partial(_run, module))
    return parser


def _run(module: str, options: Any) -> object:
    """The centre is heavy, so it is loaded when a file is asked for."""
    write = import_module(module).write
    return import_module("clbdesk.cli.centre_actions").at_centre(write, options)
