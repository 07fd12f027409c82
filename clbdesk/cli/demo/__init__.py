"""`clbdesk demo`: the main job with an invented school, without a window or with one."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from clbdesk.cli.arguments import count

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `demo`."""
    text = "the whole main job with a fictional school"
    parser = commands.add_parser("demo", help=text, description=text)
    parser.add_argument("--pupils", type=count, default=130, help="how many pupils there are")
    parser.add_argument("--keep", type=Path, help="folder to keep everything in; must not exist")
    parser.add_argument(
        "--database", help="postgresql://… instead of the embedded centre, as owner"
    )
    parser.add_argument("--window", action="store_true", help="open the window on it instead")
    parser.add_argument("--json", action="store_true", help="answer one JSON document")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> object:
    module = "clbdesk.cli.demo.desktop" if options.window else "clbdesk.cli.demo.day"
    return import_module(module).run(options)
