"""The process may be killed at any instruction: no acknowledged save is lost, none is torn.

A child saves and acknowledges over a pipe; SIGKILL falls at random. Fifty kills, and a thousand
with CLBDESK_LONG=1.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest

from clbdesk.clock import SystemClock
from clbdesk.domain.contact import Background, BackgroundItem
from clbdesk.domain.revision import Compartment, Role
from clbdesk.domain.scopes import Sequenced
from clbdesk.ids import IdSource, PupilId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.storage import purge, scopes
from clbdesk.storage.vault import Draft, Vault
from tests.builders.vaults import DEVICE, KEY, NURSE, Station, new_station

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = os.environ.get("CLBDESK_LONG") == "1"
KILLS = 1000 if LONG else 50
PARTS = 3

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


def open_vault(root: Path) -> Station:
    clock = SystemClock()
    ids = IdSource(clock)
    vault = Vault.open(DataFolder(root), Compartment.MEDICAL, DEVICE, KEY, clock=clock, ids=ids)
    return Station(vault, clock, ids)


def save_for_ever(root: Path, pipe: int) -> None:
    """Consults of three parts and an access line, with a draft in between; told when committed."""
    station = open_vault(root)
    while True:
        consult = station.ids.new()
        form = f"growth/{consult}"
        with station.vault.write() as work:
            work.keep_draft(
                Draft(
                    author=NURSE.staff_id,
                    form=form,
                    pupil_id=PupilId(consult),
                    visit_id=VisitId(consult),
                    base=(),
                    content="{}",
                    saved_at=station.clock.now(),
                )
            )
        with station.vault.write() as work:
            for part in range(PARTS):
                body = Background(
                    pupil_id=PupilId(consult),
                    item=BackgroundItem.ALLERGY,
                    answer="yes",
                    text=f"{part}" * random.randint(1, 3000),
                )
                work.add(station.revision(work, body, pupil_id=PupilId(consult), visit_id=consult))
            work.log_access(NURSE.staff_id, Role.NURSE, "record", pupil_id=PupilId(consult))
            work.drop_draft(NURSE.staff_id, form)
        os.write(pipe, f"{consult}\n".encode())


def killed(task: Callable[[Path, int], None], root: Path, after: float) -> list[str]:
    """Run a task in a child, kill it some seconds after its first word; all that it told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - it never comes back
        os.close(reading)
        try:
            task(root, writing)
        finally:
            os._exit(1)
    os.close(writing)
    told = os.read(reading, 4096)
    assert told, "the child died by itself"
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    while more := os.read(reading, 65536):
        told += more
    os.close(reading)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    return told.decode().split("\n")[:-1]


def _millisecond(consult: str) -> str:
    """The moment in a UUIDv7; a fast disk takes two saves in one of them."""
    return consult[:13]


def test_no_acknowledged_save_is_lost_and_none_is_torn(tmp_path):
    new_station(tmp_path).vault.close()
    chance = random.Random(20261123)
    acknowledged: list[str] = []
    for kills in range(KILLS):
        acknowledged += killed(save_for_ever, tmp_path, chance.uniform(0, 0.08))
        station = open_vault(tmp_path)
        with station.vault.read() as reader:
            heads = reader.heads()
            drafts = {draft.visit_id for draft in reader.drafts()}
            lines = [line.pupil_id or "" for line in reader.access_lines()]
            waiting = reader.outbox_count()
        parts: dict[str, int] = {}
        for head in heads:
            parts[head.leaf.visit_id] = parts.get(head.leaf.visit_id, 0) + 1
        assert set(parts.values()) <= {PARTS}
        assert parts.keys() >= set(acknowledged)
        assert sorted(lines) == sorted(parts)
        assert lines == sorted(lines, key=_millisecond), "written in the order of their making"
        assert waiting == len(heads)
        assert not drafts & parts.keys()
        numbers = sorted(head.leaf.device_seq for head in heads)
        assert numbers == list(range(1, len(heads) + 1))
        if kills % 10 == 0:
            assert station.vault.check() == []
        station.vault.close()
    assert len(acknowledged) >= KILLS
    sys.stdout.write(f"{KILLS} kills, {len(acknowledged)} acknowledged saves, none lost\n")


PULLED = 40


def take_and_give_back_for_ever(root: Path, pipe: int) -> None:
    """A visit comes in and is given back, over and over."""
    station = open_vault(root)
    source = new_station(root / f"source-{os.getpid()}")
    for _ in range(PULLED):
        source.save_pupil(birth_date=date(2014, 3, 12))
    lines = [Sequenced(seq=at, revision=one) for at, one in enumerate(source.saved, 1)]
    os.write(pipe, b"ready\n")
    while True:
        with station.vault.write() as work:
            scopes.apply(work.connection, "visit", lines, PULLED, station.clock.now(), {})
        with station.vault.write() as work:
            assert purge.purge(work.connection, VisitId("visit"), PULLED).pupils == PULLED
        station.vault.shrink()


def test_a_visit_is_here_whole_or_not_at_all(tmp_path):
    new_station(tmp_path).vault.close()
    chance = random.Random(7)
    seen = set()
    for _ in range(100 if LONG else 12):
        killed(take_and_give_back_for_ever, tmp_path, chance.uniform(0, 0.15))
        station = open_vault(tmp_path)
        with station.vault.read() as reader:
            state = (reader.pupil_count(), len(reader.heads()), bool(reader.scopes()))
            seen.add(state)
        assert state in {(0, 0, False), (PULLED, PULLED, True)}
        assert station.vault.check() == []
        station.vault.close()
    assert seen
