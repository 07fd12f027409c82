"""`clbdesk demo`: one whole day without a window, and the proof that nothing was lost or leaked.

A centre is made and filled, two laptops are enrolled and take their visits along, the centre is
switched off, the day at the school is recorded, both laptops measure some of the same pupils, the
centre is switched on again, everything is synchronised, the conflicts are settled, and the visits
are given back. Then every file of laptops and centre is searched for names and numbers.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event
from typing import TYPE_CHECKING

from clbdesk.centre import serve, upkeep
from clbdesk.centre.scopes import scope_for, state
from clbdesk.cli.demo.at_meeting import run_meeting
from clbdesk.cli.demo.at_school import measure_again, run_contact, run_vaccination
from clbdesk.cli.demo.leaks import readable_names
from clbdesk.cli.demo.setting import PASSPHRASE, Setting, build_setting
from clbdesk.clock import SystemClock, local_day
from clbdesk.domain.membership import OF_SCHOOL
from clbdesk.domain.scopes import digest_of
from clbdesk.errors import Refused
from clbdesk.services.class_list import open_class_list
from clbdesk.services.conflict_view import open_question
from clbdesk.services.conflicts import Choice, choose, questions
from clbdesk.services.desk import Desk
from clbdesk.services.synchronise import SyncDone, synchronise, take_visit
from clbdesk.services.versions import Side
from clbdesk.storage.sync_store import SyncStore

if TYPE_CHECKING:
    import argparse

    from clbdesk.bootstrap import Program
    from clbdesk.ids import PupilId, VisitId

NURSE, SECOND, PSYCHOPEDAGOGUE = "An Janssens", "Els Claes", "Wim Bos"
CONTACT, MEETING, VACCINATION = range(3)
_SAME_PUPILS = 3  # measured on both laptops


@dataclass(slots=True)
class _Day:
    """What is open, and what was counted so far."""

    setting: Setting
    desks: dict[str, tuple[Program, Desk]] = field(default_factory=dict)
    recorded: Counter[str] = field(default_factory=Counter)
    pushed: int = 0
    confirmed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a phase and say that it begins."""
        sys.stderr.write(f"demo: {name}\n")
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)

    def bring_home(self, who: str, give_back: tuple[VisitId, ...] = ()) -> SyncDone:
        """One synchronisation of one user."""
        program, desk = self.desks[who]
        with closing(program.transport(desk)) as transport:
            done = synchronise(
                desk, program.laptop, transport, lambda _step: None, Event(), give_back
            ).value
        self.pushed += done.sent
        self.confirmed += done.report.confirmed
        return done


def run(options: argparse.Namespace) -> object:
    """Do the day in a temporary folder, or in the one that is to be kept."""
    if options.keep is None:
        with tempfile.TemporaryDirectory(prefix="clbdesk-demo-") as folder:
            return _run(Path(folder), options)
    if options.keep.exists():
        raise Refused("cli.folder_exists", folder=options.keep)
    options.keep.mkdir(parents=True)
    return _run(options.keep, options)


def _run(folder: Path, options: argparse.Namespace) -> object:
    began = time.perf_counter()
    sys.stderr.write("demo: centre\n")
    setting = build_setting(
        folder,
        pupils=options.pupils,
        database=options.database,
        visit_day=local_day(SystemClock().now()),
    )
    day = _Day(setting)
    day.seconds["centre"] = round(time.perf_counter() - began, 3)
    try:
        return _through(day, folder)
    finally:
        for _program, desk in day.desks.values():
            desk.close()
        setting.close()


def _through(day: _Day, folder: Path) -> object:
    setting = day.setting
    contact, meeting, vaccination = setting.visits[:3]
    in_hand: tuple[tuple[str, tuple[VisitId, ...]], ...] = (
        (NURSE, (contact, vaccination)),
        (PSYCHOPEDAGOGUE, (meeting,)),
        (SECOND, (contact,)),
    )
    with day.phase("enrol"):
        _enrol(day)
    with day.phase("take_along"):
        for who, visits in in_hand:
            _take(day, who, visits)
    port = int(setting.running.url.rpartition(":")[2])
    with day.phase("school"):
        setting.running.stop()  # no network from here
        random = Random(setting.fictional.seed)  # noqa: S311 - the same day at every run
        nurse, second = day.desks[NURSE][1], day.desks[SECOND][1]
        day.recorded += run_contact(nurse, contact, random)
        day.recorded += run_vaccination(nurse, vaccination, random)
        day.recorded += run_meeting(day.desks[PSYCHOPEDAGOGUE][1], meeting)
        listed = [row.pupil_id for row in open_class_list(second, contact).rows]
        day.recorded += measure_again(second, contact, _measured_already(nurse, contact, listed))
    with day.phase("synchronise"):
        setting.running = serve.start(setting.centre, port=port)
        for who in (NURSE, SECOND, PSYCHOPEDAGOGUE, NURSE):
            day.bring_home(who)
    with day.phase("settle"):
        found = len(questions(day.desks[NURSE][1]))
        settled = _settle(day.desks[NURSE][1])
        for who in (NURSE, SECOND):
            day.bring_home(who)
    with day.phase("prove"):
        here, there = _digests(day)
    with day.phase("release"):
        if setting.centre.embedded is not None:
            upkeep.back_up_now(setting.centre)
        else:
            upkeep.backup_done(setting.centre, upkeep.backup_begin(setting.centre))
        left = 0
        for who, visits in in_hand:
            day.bring_home(who, visits)
            with day.desks[who][1].vault.read() as reader:
                left += reader.pupil_count()
    with day.phase("search_names"):
        readable = readable_names(folder, setting.fictional)
    pupils = sum(len(school.pupils) for school in setting.fictional.schools)
    return {
        "pupils": pupils,
        "recorded": dict(sorted(day.recorded.items())),
        "pushed": day.pushed,
        "confirmed": day.confirmed,
        "conflicts_found": found,
        "conflicts_settled": settled,
        "left_on_laptop": left,
        "digest_laptop": here,
        "digest_centre": there,
        "readable_names": readable,
        "seconds": day.seconds,
    }


def _enrol(day: _Day) -> None:
    first = day.setting.enrol("LAP-07", (NURSE, PSYCHOPEDAGOGUE))
    other = day.setting.enrol("LAP-03", (SECOND,))
    for who, program in ((NURSE, first), (PSYCHOPEDAGOGUE, first), (SECOND, other)):
        day.desks[who] = (program, program.unlock(day.setting.staff[who], PASSPHRASE))


def _take(day: _Day, who: str, visits: tuple[VisitId, ...]) -> None:
    program, desk = day.desks[who]
    with closing(program.transport(desk)) as transport:
        for visit in visits:
            take_visit(desk, program.laptop, transport, visit, lambda _step: None, Event())


def _measured_already(desk: Desk, visit_id: VisitId, pupil_ids: list[PupilId]) -> list[PupilId]:
    """The first pupils whose length the nurse has recorded."""
    with desk.vault.read() as reader:
        heads = reader.heads(kinds=("growth",), visit_id=visit_id)
    measured = [head.leaf.pupil_id for head in heads if '"height_cm":null' not in head.leaf.body]
    return [one for one in pupil_ids if one in measured][:_SAME_PUPILS]


def _settle(desk: Desk) -> int:
    """The nurse looks at both versions and keeps her own."""
    settled = 0
    for question in questions(desk):
        seen = open_question(desk, question).seen
        choose(desk, question, seen, Choice(side=Side.LEFT, reason="nagemeten"))
        settled += 1
    return settled


def _digests(day: _Day) -> tuple[str, str]:
    """All scopes of all vaults, as the vaults have them and as the centre has them."""
    here: list[tuple[str, str]] = []
    there: list[tuple[str, str]] = []
    centre = day.setting.centre
    for who, (program, desk) in day.desks.items():
        store = SyncStore(desk.vault, program.laptop, desk.clock, desk.ids)
        held = {desk.user.role: OF_SCHOOL}
        with centre.store.reading() as tx:
            for name in ("centre", *store.in_hand()):
                own = store.scope_state(name)
                scope = scope_for(tx, centre, name, desk.vault.compartment, held)
                centres = state(tx, scope, name, own.cursor)
                here.append((f"{who} {name}", own.digest))
                there.append((f"{who} {name}", centres.digest))
    return digest_of(here), digest_of(there)
