"""A small fictional world for the journeys: a real centre, real laptops, the real window.

The world is made once per test process; every test works on copies of its laptops, so that no
test sees what another one did. `Hands` presses real keys on the widget that has the focus and
counts them, so that keystroke budgets can be asserted.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clbdesk import bootstrap
from clbdesk.bootstrap import Program
from clbdesk.cli.demo.setting import PASSPHRASE, Setting, build_setting
from clbdesk.clock import SetClock
from clbdesk.domain.names import normalise
from clbdesk.domain.people import Pupil
from clbdesk.ids import PupilId, StaffId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing
from clbdesk.services.synchronise import take_visit
from ui.app import Desktop, make_app
from ui.pages.base import Destination, Page

MORNING = datetime(2026, 11, 23, 7, 45, tzinfo=UTC)
AN, ELS, DOCTOR, WIM = "An Janssens", "Els Claes", "dr. Lieve Maes", "Wim Bos"
CONTACT, MEETING, VACCINATION = range(3)  # the visits of the fictional centre, in their order
_PATIENCE_MS = 60_000  # letters of a whole class on a machine that does more than this


@dataclass
class World:
    """The setting with laptops that took their visits along; `copy` gives one to a test."""

    setting: Setting

    def staff(self, name: str) -> StaffId:
        """The id of a member of staff."""
        return self.setting.staff[name]

    def visit(self, number: int) -> VisitId:
        """CONTACT, MEETING or VACCINATION."""
        return self.setting.visits[number]

    def copy(self, laptop: str, folder: Path) -> Program:
        """A laptop of this test alone, with a clock of its own."""
        target = folder / laptop
        shutil.copytree(self.setting.laptops[laptop].folder.root, target)
        return bootstrap.start(DataFolder(target), SetClock(MORNING), weak_slots=True)


def make_world(folder: Path, pupils: int = 120) -> World:
    """Build the centre and two laptops, and take all visits along."""
    setting = build_setting(folder, pupils=pupils, clock=SetClock(MORNING))
    seven = setting.enrol("LAP-07", [AN, DOCTOR, WIM])
    three = setting.enrol("LAP-03", [ELS, "Sofie Aerts"])
    for program, name, visits in (
        (seven, AN, (CONTACT, VACCINATION)),
        (seven, WIM, (MEETING,)),
        (three, ELS, (CONTACT, VACCINATION)),
        (three, "Sofie Aerts", (MEETING,)),
    ):
        desk = program.unlock(setting.staff[name], PASSPHRASE)
        transport = program.transport(desk)
        for visit in visits:
            take_visit(
                desk, program.laptop, transport, setting.visits[visit], lambda _step: None, Event()
            )
        transport.close()
        desk.close()
    return World(setting)


@dataclass
class Hands:
    """Somebody at the keyboard. `strokes` counts keys and chords since `start_counting`."""

    qtbot: QtBot
    desktop: Desktop
    strokes: int = field(default=0)

    @property
    def desk(self) -> Desk:
        """The open desk."""
        assert self.desktop.work is not None
        return self.desktop.work.desk

    @property
    def page(self) -> Page:
        """The page on the screen."""
        page = self.desktop.window.page()
        assert page is not None
        return page

    def start_counting(self) -> None:
        """From here on strokes count."""
        self.strokes = 0

    def press(
        self, *keys: Qt.Key, ctrl: bool = False, shift: bool = False, alt: bool = False
    ) -> None:
        """Press keys one after the other on whatever has the focus."""
        modifiers = Qt.KeyboardModifier.NoModifier
        if ctrl:
            modifiers |= Qt.KeyboardModifier.ControlModifier
        if shift:
            modifiers |= Qt.KeyboardModifier.ShiftModifier
        if alt:
            modifiers |= Qt.KeyboardModifier.AltModifier
        for key in keys:
            QTest.keyClick(self._focus(), key, modifiers)
            self.strokes += 1
            self.settle()

    def type(self, text: str) -> None:
        """Type characters one by one."""
        for char in text:
            QTest.keyClicks(self._focus(), char)
            self.strokes += 1

    def save_and_go(self) -> None:
        """Ctrl+Enter."""
        self.press(Qt.Key.Key_Return, ctrl=True)

    def settle(self) -> None:
        """Wait until nothing runs and everything has been shown."""
        if self.desktop.work is not None:
            tasks = self.desktop.work.tasks
            while tasks.is_busy():
                with self.qtbot.waitSignal(tasks.busy_changed, timeout=_PATIENCE_MS):
                    pass
        QApplication.processEvents()

    def go(self, to: Destination) -> None:
        """Go somewhere without counting strokes."""
        self.desktop.window.go(to)
        self.settle()

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(condition, timeout=_PATIENCE_MS)

    def message(self) -> str:
        """The message on the page, or an empty text."""
        message = self.page.messages.message()
        return message.text if message else ""

    def _focus(self) -> QWidget:
        focus = QApplication.focusWidget()
        return focus if focus is not None else self.desktop.window


def open_window(qtbot: QtBot, program: Program, staff_id: StaffId) -> Hands:
    """The real window of a laptop, unlocked by a passphrase typed on its first page."""
    desktop = Desktop(program, make_app())
    desktop._idle._now = lambda: 0.0  # a slow machine must not lock meanwhile; test_lock proves it
    qtbot.addWidget(desktop.window, before_close_func=lambda _window: _leave(desktop))
    desktop.window.resize(1366, 728)
    desktop.window.show()
    qtbot.waitExposed(desktop.window)
    desktop.open(program.unlock(staff_id, PASSPHRASE))
    hands = Hands(qtbot, desktop)
    hands.settle()
    return hands


def _leave(desktop: Desktop) -> None:
    desktop.window.close()
    desktop.quit()


def find_pupil(desk: Desk, family_name: str, given_name: str) -> PupilId:
    """A pupil on the laptop by name."""
    wanted = normalise(f"{family_name} {given_name}")
    with desk.vault.read() as reader:
        pupils = all_standing(reader.heads(kinds=("pupil",)), Pupil)
    (found,) = [
        one.revision.pupil_id
        for one in pupils
        if normalise(f"{one.body.family_name} {one.body.given_name}") == wanted
    ]
    assert found is not None
    return found
