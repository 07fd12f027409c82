"""`clbdesk centre lost DEVICE --steps`: what to do about a laptop that is lost, step by step.

Questions are Dutch and go to standard error, because a director answers them; the answers come
from standard input, and the notice goes to a new file that its password opens.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from clbdesk.centre import administration as office
from clbdesk.centre.centre import Centre
from clbdesk.centre.director_papers import LockedPaper, write_notice
from clbdesk.centre.notices import Loss, loss_notice, still_to_do
from clbdesk.centre.on_board import OnBoard, on_board
from clbdesk.clock import BRUSSELS
from clbdesk.errors import ClbdeskError, Refused
from clbdesk.ids import DeviceId
from clbdesk.wording import say

Ask = Callable[[str], str]


def lost_in_steps(
    centre: Centre, device_id: DeviceId, centre_name: str, ask: Ask
) -> dict[str, Any]:
    """Ask what is needed, revoke when told to, and write the notice; what was done."""
    board = on_board(centre, device_id)
    loss = Loss(_when(centre, ask, _line(board)), _words(ask))
    if _yes(ask):
        office.revoke_device(centre, device_id)
        board = on_board(centre, device_id)
    path = _write(centre, centre_name, board, loss, ask)
    return {
        "device": board.name,
        "status": board.status,
        "report_until": loss.report_until.isoformat(),
        "pupils": len(board.pupils),
        "file": str(path),
        "still": still_to_do(board, loss),
        "on_board": asdict(board),
    }


def ask_here(question: str) -> str:
    """One line of standard input. Refused when it has ended."""
    sys.stderr.write(question)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise Refused("cli.answers_ended")
    return line.strip()


def _line(board: OnBoard) -> str:
    heard = board.seen_at.astimezone(BRUSSELS).strftime("%Y-%m-%d %H:%M") if board.seen_at else ""
    at = heard or say("lost.never_heard")
    return say("lost.step_device", device=board.name, names=", ".join(board.users), at=at) + "\n"


def _when(centre: Centre, ask: Ask, before: str) -> datetime:
    now = centre.clock.now()
    question = before + say("lost.step_when")
    while True:
        typed = ask(question)
        if not typed:
            return now
        try:
            moment = datetime.strptime(typed, "%Y-%m-%d %H:%M").replace(tzinfo=BRUSSELS)
        except ValueError:
            moment = None
        if moment is not None and moment <= now:
            return moment
        question = say("lost.step_when_again") + say("lost.step_when")


def _words(ask: Ask) -> str:
    while True:
        typed = ask(say("lost.step_what"))
        if typed:
            return typed


def _yes(ask: Ask) -> bool:
    while True:
        typed = ask(say("lost.step_revoke")).lower()
        if typed in {"j", "ja", "n", "nee"}:
            return typed.startswith("j")


def _write(centre: Centre, centre_name: str, board: OnBoard, loss: Loss, ask: Ask) -> Path:
    text = loss_notice(centre_name, board, loss, centre.clock.now())
    pupils = {one.pupil_id for one in board.pupils}
    proposed = f"melding-{board.name}.pdf"
    question = say("lost.step_file", file=proposed)
    while True:
        path = Path(ask(question) or proposed)
        try:
            written = write_notice(centre, path, text, pupils)
        except ClbdeskError:
            question = say("lost.step_file_again") + say("lost.step_file", file=proposed)
            continue
        tell_password(written)
        return path


def tell_password(written: LockedPaper) -> None:
    """What opens a paper, once, where a person reads and no program does."""
    words = say("lost.password", file=written.file, password=written.password)
    sys.stderr.write(f"{words}\n")
