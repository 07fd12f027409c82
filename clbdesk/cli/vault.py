"""`clbdesk vault new|check|repair|backup|recover`: the encrypted files of one laptop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clbdesk.cli.arguments import address, key_of
from clbdesk.cli.laptop import add_data, add_user, desk_of, passphrase, program_of, user_of
from clbdesk.errors import Environment

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `vault` with its acts."""
    text = "make, check, repair, back up and recover the vaults of this laptop"
    vault = commands.add_parser("vault", help=text, description=text)
    acts = vault.add_subparsers(dest="act", required=True, metavar="ACT")
    new = acts.add_parser("new", help="enrol this laptop with a one-time code of the centre")
    at = "address of the centre, https://host:port"
    new.add_argument("--centre", type=address, required=True, help=at)
    new.add_argument("--code", required=True, help="one-time code of the centre")
    check = acts.add_parser("check", help="check pages, heads, bodies and the access log")
    repair = acts.add_parser("repair", help="derive heads and search lines anew, then check")
    backup = acts.add_parser("backup", help="make an encrypted backup now")
    recover = acts.add_parser("recover", help="new passphrase by the centre's recovery key")
    recover.add_argument("--key-file", required=True, help="the recovery key, hex")
    for act, run in (
        (new, _new),
        (check, _check),
        (repair, _check),
        (backup, _backup),
        (recover, _recover),
    ):
        add_data(act)
        add_user(act)
        act.add_argument("--json", action="store_true", help="answer one JSON document")
        act.set_defaults(run=run)


def _new(options: argparse.Namespace) -> object:
    program = program_of(options)
    enrolling = program.ask_to_enrol(options.centre, options.code)
    device = enrolling.device
    named = [user for user in device.users if user.name == options.user]
    here = named or device.users  # the code is used by now: better everybody than nobody
    given = {user.staff_id: passphrase(f"Passphrase of {user.name}: ") for user in here}
    program.finish_enrolling(enrolling, given)
    return {
        "device": device.device_name,
        "centre": device.centre_name,
        "users": [user.name for user in device.users],
    }


def _check(options: argparse.Namespace) -> object:
    desk = desk_of(program_of(options), options.user)
    try:
        if options.act == "repair" and not desk.vault.has_damaged_pages():
            desk.vault.rebuild()
        troubles = desk.vault.check()
        with desk.vault.read() as reader:
            waiting = reader.outbox_count()
    finally:
        desk.close()
    answer = {
        "compartment": desk.vault.compartment.value,
        "troubles": troubles,
        "waiting": waiting,
    }
    if troubles:
        raise Environment("cli.vault_troubles", troubles=", ".join(troubles))
    return answer


def _backup(options: argparse.Namespace) -> object:
    desk = desk_of(program_of(options), options.user)
    try:
        path = desk.vault.back_up()
        return {"file": path.name, "bytes": path.stat().st_size}
    finally:
        desk.close()


def _recover(options: argparse.Namespace) -> object:
    program = program_of(options)
    user = user_of(program, options.user)
    key = key_of(Path(options.key_file))
    program.laptop.recover(user, key, passphrase("New passphrase: "))
    return {"recovered": user.name}
