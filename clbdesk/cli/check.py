"""`clbdesk check`: the health of this installation, without a passphrase."""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import version
from typing import TYPE_CHECKING

from clbdesk import __version__
from clbdesk.assets import resource
from clbdesk.cli.laptop import add_data, program_of
from clbdesk.standards.tables import standards

if TYPE_CHECKING:
    import argparse

_PACKAGES = ("SQLAlchemy", "sqlcipher3", "PySide6-Essentials", "reportlab", "msgspec")
_FONTS = ("Lato-Regular.ttf", "Lato-SemiBold.ttf", "Lato-Bold.ttf")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check`."""
    text = "health of this installation: versions, key slots, fonts, rule tables, disk"
    parser = commands.add_parser("check", help=text, description=text)
    add_data(parser)
    parser.add_argument("--json", action="store_true", help="answer one JSON document")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> object:
    program = program_of(options)
    folder = program.folder.root
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return {
        "clbdesk": __version__,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
        "fonts": {name: resource("fonts", name).exists() for name in _FONTS},
        "tables": len(standards().tables),
        "damaged_tables": [table.file for table in standards().damaged()],
        "enrolled": program.is_enrolled(),
        "key_slots": [user.name for user in program.users()] if program.is_enrolled() else [],
        "free_bytes": shutil.disk_usage(existing).free,
    }
