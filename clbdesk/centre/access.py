"""The access logs of all laptops: kept as they came, with an alarm for every broken chain.

Each vault epoch is a chain of its own (storage/access_log.py). A gap or a broken link is never a
reason to refuse the lines: they are evidence, and so is the alarm.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select

from clbdesk.centre import checks
from clbdesk.centre.schema import ACCESS_LINE, ALARM
from clbdesk.domain.device import AccessLine
from clbdesk.domain.revision import Compartment
from clbdesk.ids import DeviceId, derived_id
from clbdesk.storage.access_log import broken_at, first_link


def is_storable(line: AccessLine) -> bool:
    """Whether every column can hold it: number in range, moment sensible, no NUL."""
    texts = msgspec.structs.asdict(line).values()
    return (
        0 < line.number < checks.LARGEST_COUNT
        and checks.is_sensible(line.at)
        and not any(isinstance(one, str) and "\0" in one for one in texts)
    )


def receive(
    tx: Connection,
    centre_id: int,
    device: DeviceId,
    compartment: Compartment,
    epoch: str,
    lines: tuple[AccessLine, ...],
    now: datetime,
) -> int:
    """Keep new lines; the highest number without a gap below it.

    A line that is there already stays as it is; another one under its number is an alarm.
    """
    held = _held(tx, centre_id, device, epoch)
    known = dict(held)
    new: dict[int, AccessLine] = {}
    for line in lines:
        if line.number not in known:
            new[line.number] = line
            known[line.number] = line.digest
        elif known[line.number] != line.digest:
            raise_alarm(tx, centre_id, device, "access_line_changed", f"{epoch} {line.number}", now)
    if new:
        tx.execute(
            insert(ACCESS_LINE),
            [
                {
                    "centre_id": centre_id,
                    "device": device,
                    "epoch": epoch,
                    "compartment": compartment.value,
                    "received_at": now,
                    **msgspec.structs.asdict(line),
                    "role": line.role.value,
                }
                for line in new.values()
            ],
        )
        _check_links(tx, centre_id, device, epoch, held, new, now)
    numbers = held.keys() | new.keys()
    highest = 0
    while highest + 1 in numbers:
        highest += 1
    return highest


def _held(tx: Connection, centre_id: int, device: DeviceId, epoch: str) -> dict[int, str]:
    rows = tx.execute(
        select(ACCESS_LINE.c.number, ACCESS_LINE.c.digest).where(
            ACCESS_LINE.c.centre_id == centre_id,
            ACCESS_LINE.c.device == device,
            ACCESS_LINE.c.epoch == epoch,
        )
    )
    return {row.number: row.digest for row in rows}


def _check_links(
    tx: Connection,
    centre_id: int,
    device: DeviceId,
    epoch: str,
    held: dict[int, str],
    new: dict[int, AccessLine],
    now: datetime,
) -> None:
    """Every new line must follow on the one before it, and be what its digest says."""
    digests = {
        **held,
        **{number: line.digest for number, line in new.items()},
        0: first_link(epoch),
    }
    for number, line in sorted(new.items()):
        before = digests.get(number - 1)
        if before is None:
            raise_alarm(tx, centre_id, device, "access_log_gap", f"{epoch} {number}", now)
        elif broken_at([line], before, number - 1) is not None:
            raise_alarm(tx, centre_id, device, "access_log_broken", f"{epoch} {number}", now)


def raise_alarm(
    tx: Connection, centre_id: int, device: DeviceId, code: str, detail: str, now: datetime
) -> None:
    """One alarm per thing, however often it is told."""
    alarm_id = derived_id("alarm", device, code, detail)
    known = tx.execute(
        select(ALARM.c.alarm_id).where(ALARM.c.centre_id == centre_id, ALARM.c.alarm_id == alarm_id)
    ).one_or_none()
    if known is None:
        tx.execute(
            insert(ALARM),
            {
                "centre_id": centre_id,
                "alarm_id": alarm_id,
                "at": now,
                "device": device,
                "code": code,
                "detail": detail,
            },
        )
