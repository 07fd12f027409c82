"""A world of one test alone, for journeys that write to the centre, and what its people do there."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from threading import Event

import msgspec
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from clbdesk import bootstrap
from clbdesk.bootstrap import Program
from clbdesk.centre import serve
from clbdesk.centre.opening import Place, open_centre
from clbdesk.centre.schema import REVISION
from clbdesk.cli.demo.setting import PASSPHRASE
from clbdesk.clock import SetClock
from clbdesk.domain.body import decode
from clbdesk.domain.contact import Clothing, Growth
from clbdesk.ids import PupilId
from clbdesk.paths import DataFolder
from clbdesk.services.desk import Desk
from clbdesk.services.growth import GrowthEntry, open_growth, record_growth
from clbdesk.services.pupil import find_on_visit
from clbdesk.services.synchronise import SyncDone, synchronise
from clbdesk.services.visits import pupils_of
from clbdesk.storage.device_file import keep_device
from clbdesk.storage.vault import Head
from tests.journeys.world import CONTACT, MORNING, Hands, World, make_world, open_window


@dataclass
class Town:
    """A centre that serves, two laptops that took the visits along, and windows on them."""

    world: World
    folder: Path
    qtbot: QtBot
    programs: dict[str, Program] = field(default_factory=dict)

    def laptop(self, name: str) -> Program:
        """The laptop as it goes through this test."""
        if name not in self.programs:
            self.programs[name] = self.world.copy(name, self.folder)
        return self.programs[name]

    def window(self, name: str, user: str) -> Hands:
        """The window of a laptop, unlocked by this user."""
        return open_window(self.qtbot, self.laptop(name), self.world.staff(user))

    def desk(self, name: str, user: str) -> Desk:
        """The open desk of a laptop without its window."""
        return self.laptop(name).unlock(self.world.staff(user), PASSPHRASE)

    def pupil(self, desk: Desk, number: int) -> PupilId:
        """A pupil on the list of the contact visit."""
        with desk.vault.read() as reader:
            return pupils_of(reader, self.world.visit(CONTACT))[number].pupil_id

    def measure(self, desk: Desk, pupil_id: PupilId, height: str, weight: str = "29.4") -> None:
        """Record a growth measurement as the page would."""
        with desk.vault.read() as reader:
            on_visit, _, _ = find_on_visit(reader, self.world.visit(CONTACT), pupil_id)
        view = open_growth(desk, on_visit)
        entry = GrowthEntry(
            height_cm=Decimal(height),
            weight_kg=Decimal(weight),
            clothing=Clothing.GYM_SUIT,
            device="Seca 213",
        )
        record_growth(desk, view, entry, view.base)

    def growth_head(self, desk: Desk, pupil_id: PupilId) -> Head:
        """What the vault says of that measurement."""
        with desk.vault.read() as reader:
            on_visit, _, _ = find_on_visit(reader, self.world.visit(CONTACT), pupil_id)
            head = reader.head(on_visit.exam_id("growth"))
        assert head is not None
        return head

    def synchronise(self, name: str, desk: Desk) -> SyncDone:
        """Synchronise without a window."""
        program = self.laptop(name)
        transport = program.transport(desk)
        try:
            return synchronise(desk, program.laptop, transport, lambda _step: None, Event()).value
        finally:
            transport.close()

    def at_centre(self) -> set[str]:
        """The ids of the revisions that the centre has applied."""
        with self.world.setting.centre.store.reading() as tx:
            return set(tx.execute(select(REVISION.c.rev_id)).scalars())


def make_template(folder: Path, pupils: int = 110) -> World:
    """A world that was closed again: towns are copies of it, which is quicker than building."""
    world = make_world(folder, pupils)
    world.setting.close()
    return world


def copy_town(template: World, folder: Path, qtbot: QtBot) -> Town:
    """The template's centre, opened and served anew, and its laptops that know where."""
    made = folder / "made"
    shutil.copytree(template.setting.folder, made)
    clock = SetClock(MORNING)
    centre = open_centre(Place(data=made / "centre", keys=made / "keys"), clock)
    running = serve.start(centre)
    laptops = {}
    for name in template.setting.laptops:
        program = bootstrap.start(DataFolder(made / name), clock, weak_slots=True)
        device = msgspec.structs.replace(program.device, centre_address=running.url)
        keep_device(program.folder, device)
        laptops[name] = program
    setting = replace(
        template.setting,
        folder=made,
        centre=centre,
        running=running,
        clock=clock,
        laptops=laptops,
    )
    return Town(World(setting), folder, qtbot)


def heights(head: Head) -> list[str]:
    """The lengths that the versions of a measurement say."""
    return [str(decode(leaf.body, Growth).height_cm) for leaf in head.leaves]


def press_synchronise(hands: Hands) -> None:
    """F5, Ctrl+Enter, and wait for the end."""
    hands.press(Qt.Key.Key_F5)
    hands.save_and_go()


def tasks_of(hands: Hands) -> Sequence[str]:
    """What the page of synchronising asks to do, word and sentence."""
    return [f"{task.word}: {task.sentence}" for task in hands.page._tasks.tasks]
