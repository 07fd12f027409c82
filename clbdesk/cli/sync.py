"""`clbdesk sync`: bring one vault of this laptop home without a window."""

from __future__ import annotations

import sys
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING

from clbdesk.cli.laptop import add_data, add_user, desk_of, program_of
from clbdesk.ids import VisitId
from clbdesk.services.synchronise import synchronise

if TYPE_CHECKING:
    import argparse

    from clbdesk.services.synchronise import Progress


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sync`."""
    text = "push, pull, verify and release one vault of this laptop"
    parser = commands.add_parser("sync", help=text, description=text)
    add_data(parser)
    add_user(parser)
    parser.add_argument(
        "--give-back", action="append", default=[], metavar="VISIT", help="visit id to release"
    )
    parser.add_argument("--json", action="store_true", help="answer one JSON document")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> object:
    program = program_of(options)
    desk = desk_of(program, options.user)
    with closing(desk), closing(program.transport(desk)) as transport:
        give_back = tuple(VisitId(visit) for visit in options.give_back)
        done = synchronise(desk, program.laptop, transport, _report, Event(), give_back)
    report = done.value.report
    receipt = report.receipt
    return {
        "confirmed": report.confirmed,
        "quarantined": report.quarantined,
        "received": report.received,
        "equal": receipt is not None,
        "code": receipt.code if receipt else None,
        "released": [
            {
                "visit": one.visit_id,
                "pupils": one.pupils,
                "refused": one.is_refused,
                "waiting": one.is_waiting,
            }
            for one in report.releases
        ],
    }


def _report(progress: Progress) -> None:
    sys.stderr.write(f"{progress.step.value}: {progress.done} of {progress.total}\n")
