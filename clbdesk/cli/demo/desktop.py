"""`clbdesk demo --window`: the window on a ready-made laptop of the fictional centre.

The centre goes on serving in this process while the window is open, so that taking along,
synchronising and giving back can be tried. Nothing of it is kept unless a folder is named.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from clbdesk.cli.demo.setting import PASSPHRASE, Setting, build_setting
from clbdesk.clock import SystemClock, local_day
from clbdesk.errors import Refused
from clbdesk.services.synchronise import take_visit

if TYPE_CHECKING:
    import argparse

    from clbdesk.bootstrap import Program

_USERS = ("An Janssens", "dr. Lieve Maes", "Wim Bos")


def run(options: argparse.Namespace) -> object:
    """Build, take along, open the window, and clean up when it is closed."""
    if options.keep is not None:
        if options.keep.exists():
            raise Refused("cli.folder_exists", folder=options.keep)
        options.keep.mkdir(parents=True)
        return _open(options.keep, options)
    with tempfile.TemporaryDirectory(prefix="clbdesk-demo-") as folder:
        return _open(Path(folder), options)


def _open(folder: Path, options: argparse.Namespace) -> object:
    say = sys.stderr.write
    say("demo: making a fictional centre …\n")
    setting = build_setting(
        folder,
        pupils=options.pupils,
        database=options.database,
        visit_day=local_day(SystemClock().now()),
    )
    try:
        program = setting.enrol("LAP-07", _USERS)
        _take_along(setting, program)
        say(f"demo: {setting.fictional.name} answers at {setting.running.url}\n")
        for name in _USERS:
            say(f"demo: {name}: {PASSPHRASE}\n")
        environment = {**os.environ, "CLBDESK_DATA": str(program.folder.root)}
        code = subprocess.run([sys.executable, "-m", "ui"], env=environment, check=False).returncode
    finally:
        setting.close()
    return {"window": code}


def _take_along(setting: Setting, program: Program) -> None:
    """What the team would have done in the morning: the contact and the meeting are on board."""
    for name, visit in (("Wim Bos", setting.visits[1]), ("An Janssens", setting.visits[0])):
        desk = program.unlock(setting.staff[name], PASSPHRASE)
        with closing(desk), closing(program.transport(desk)) as transport:
            take_visit(desk, program.laptop, transport, visit, lambda _step: None, Event())
