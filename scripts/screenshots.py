"""Every page, light and dark, at 1366x728, from the fictional centre, into docs/screenshots.

Pages are shown as their users meet them: with a class half done, a pupil being measured, a session
open, a meeting at work. Run by scripts/screenshots.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ui.app import Desktop, make_app  # isort: skip - ui first, it mends the binding

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clbdesk.cli.demo.setting import PASSPHRASE, Setting, build_setting
from clbdesk.clock import SetClock
from clbdesk.domain.people import Pupil
from clbdesk.ids import PupilId
from clbdesk.services.desk import Desk
from clbdesk.services.reading import all_standing
from clbdesk.services.synchronise import take_visit
from ui import theme
from ui.pages.base import Destination
from ui.pages.registry import pages, steps

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
MORNING = datetime(2026, 11, 23, 7, 45, tzinfo=UTC)
CONTACT, MEETING, VACCINATION = range(3)


class Camera:
    """A window of one user that takes pictures."""

    def __init__(self, setting: Setting, user: str) -> None:
        """Unlocked, at 1366x728."""
        self.setting = setting
        self.app = make_app()
        program = setting.laptops["LAP-07"]
        self.desktop = Desktop(program, self.app)
        self.desktop.window.resize(1366, 728)
        self.desktop.window.show()
        self.user = user
        self.settle()

    def unlock(self) -> None:
        """Open the desk of the user."""
        program = self.setting.laptops["LAP-07"]
        self.desktop.open(program.unlock(self.setting.staff[self.user], PASSPHRASE))
        self.settle()

    @property
    def desk(self) -> Desk:
        """The open desk."""
        assert self.desktop.work is not None
        return self.desktop.work.desk

    def go(self, page: str, visit: int | None = None, **about: object) -> None:
        """Show a page."""
        visit_id = None if visit is None else self.setting.visits[visit]
        self.desktop.window.go(Destination(page, visit_id, **about))  # type: ignore[arg-type]
        self.settle()

    def type(self, text: str) -> None:
        """Type on the field with the focus."""
        focus = QApplication.focusWidget()
        if focus is not None:
            QTest.keyClicks(focus, text)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """Press one key."""
        focus = QApplication.focusWidget() or self.desktop.window
        QTest.keyClick(focus, key, modifiers or Qt.KeyboardModifier.NoModifier)
        self.settle()

    def settle(self, seconds: float = 0.4) -> None:
        """Let everything that was asked be shown."""
        until = time.monotonic() + seconds
        while time.monotonic() < until or self.desktop._tasks.is_busy():
            self.app.processEvents()
            time.sleep(0.005)

    def take(self, name: str) -> None:
        """Both schemes, then light again."""
        for scheme in (theme.Scheme.DARK, theme.Scheme.LIGHT):
            theme.apply(self.app, scheme)
            self.settle(0.1)
            self.desktop.window.grab().save(str(FOLDER / f"{name}-{scheme.value}.png"))
        sys.stderr.write(f"screenshots: {name}\n")

    def pupil(self, family_name: str, given_name: str) -> PupilId:
        """A pupil by name."""
        with self.desk.vault.read() as reader:
            for one in all_standing(reader.heads(kinds=("pupil",)), Pupil):
                if (one.body.family_name, one.body.given_name) == (family_name, given_name):
                    return PupilId(one.record_id)
        raise LookupError(given_name)


@contextmanager
def fictional(folder: Path) -> Iterator[Setting]:
    """The centre with a laptop that took everything along."""
    setting = build_setting(folder, pupils=130, clock=SetClock(MORNING))
    program = setting.enrol("LAP-07", ["An Janssens", "dr. Lieve Maes", "Wim Bos"])
    plan = (("An Janssens", (CONTACT, VACCINATION)), ("Wim Bos", (MEETING,)))
    for user, visits in plan:
        desk = program.unlock(setting.staff[user], PASSPHRASE)
        with closing(desk), closing(program.transport(desk)) as transport:
            for visit in visits:
                take_visit(
                    desk,
                    program.laptop,
                    transport,
                    setting.visits[visit],
                    lambda _step: None,
                    Event(),
                )
    try:
        yield setting
    finally:
        setting.close()


def medical(camera: Camera) -> None:
    """The pages of a nurse."""
    camera.take("unlock")
    camera.unlock()
    camera.go("visits")
    camera.take("visits")
    camera.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    camera.settle(0.6)
    camera.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    camera.go("class_list", CONTACT)
    camera.take("class-list")
    lotte = camera.pupil("Peeters", "Lotte")
    for step in steps():
        camera.go("pupil", CONTACT, pupil_id=lotte, step=step)
        if step == "growth":
            camera.type("121,5")
            camera.press(Qt.Key.Key_Return)
            camera.type("24,8")
            camera.settle(1.2)
        camera.take(f"step-{step}")
    for page in ("history",):
        if page in pages():
            camera.go(page, CONTACT, pupil_id=lotte)
            camera.take(page)
    camera.go("search")
    camera.type("pee")
    camera.settle()
    camera.take("search")
    if "vaccination_session" in pages():
        camera.go("vaccination_session", VACCINATION)
        camera.take("vaccination-session")
    camera.go("class_list", VACCINATION)
    camera.take("vaccination-list")
    for page in ("synchronise", "conflicts"):
        if page in pages():
            camera.go(page)
            camera.take(page)


def guidance(camera: Camera) -> None:
    """The pages of a psychopedagogue."""
    camera.unlock()
    for page in ("care_meeting", "care_topic"):
        if page in pages():
            camera.go(page, MEETING)
            camera.take(page.replace("_", "-"))


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    parts: tuple[tuple[str, Callable[[Camera], None]], ...] = (
        ("An Janssens", medical),
        ("Wim Bos", guidance),
    )
    with tempfile.TemporaryDirectory() as folder, fictional(Path(folder)) as setting:
        for user, take in parts:
            camera = Camera(setting, user)
            take(camera)
            camera.desktop.window.close()
            camera.desktop.quit()


if __name__ == "__main__":
    main()
