"""What the commands about one laptop share: its folder, its user, the passphrase."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clbdesk import bootstrap
from clbdesk.errors import Refused
from clbdesk.paths import DataFolder

if TYPE_CHECKING:
    import argparse

    from clbdesk.bootstrap import Program
    from clbdesk.domain.device import DeviceUser
    from clbdesk.services.desk import Desk


def add_data(parser: argparse.ArgumentParser) -> None:
    """`--data`: the folder of the laptop; the program's own when it is not given."""
    parser.add_argument("--data", type=Path, help="data folder of the laptop")


def add_user(parser: argparse.ArgumentParser) -> None:
    """`--user`: whose key slot; the passphrase is asked, or read from standard input."""
    parser.add_argument("--user", required=True, help="name of a user with a key slot")


def program_of(options: argparse.Namespace) -> Program:
    """The program on the folder that was given."""
    return bootstrap.start(DataFolder(options.data) if options.data else None)


def user_of(program: Program, name: str) -> DeviceUser:
    """The user of this name. Refused when nobody has it."""
    for user in program.device.users:
        if user.name == name:
            return user
    raise Refused("cli.no_such_user", user=name)


def desk_of(program: Program, name: str) -> Desk:
    """The open desk of a user, by the passphrase that is asked for."""
    return program.unlock(user_of(program, name).staff_id, passphrase())


def passphrase(prompt: str = "Passphrase: ") -> str:
    """Typed unseen, or the first line of standard input when it is not a terminal.

    Refused when there is none: that is no wrong passphrase, which would have to be waited for.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        typed = getpass.getpass(prompt, stream=sys.stderr)
    else:
        typed = "" if sys.stdin is None else sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise Refused("storage.passphrase_empty")
    return typed
