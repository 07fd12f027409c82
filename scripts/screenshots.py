"""Every page, light and dark, at 1366x728, from the fictional centre, into docs/screenshots.

Pages are shown as their users meet them: with a class half done, a pupil being measured, a session
open, a meeting at work. Run by scripts/screenshots.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from threading import Event
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ui.app import Desktop, make_app  # isort: skip - ui first, it mends the binding

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from clbdesk import bootstrap
from clbdesk.centre.writing import Entry, write
from clbdesk.cli.demo.at_meeting import run_meeting
from clbdesk.cli.demo.at_school import (
    contact_of,
    make_ready,
    measure_again,
    run_vaccination,
)
from clbdesk.cli.demo.setting import PASSPHRASE, Setting, build_setting
from clbdesk.clock import SetClock
from clbdesk.domain.care import CareDomain
from clbdesk.domain.kinds import derived_record_id
from clbdesk.domain.people import Membership, Pupil
from clbdesk.domain.revision import Role
from clbdesk.domain.rights import put_rights_in_force
from clbdesk.domain.school_signal import ReportDomain, ReportTheme, SignalReport
from clbdesk.domain.visits import AbsenceReason, AttendanceState
from clbdesk.ids import PupilId, StaffId, VisitId
from clbdesk.paths import DataFolder
from clbdesk.services.care_meeting import open_meeting
from clbdesk.services.care_topic import new_topic_id
from clbdesk.services.class_list import open_class_list, set_attendance
from clbdesk.services.outcome import ChangeSet
from clbdesk.services.reading import all_standing
from clbdesk.services.synchronise import synchronise, take_visit
from clbdesk.services.vaccination_observation import list_watched
from clbdesk.services.visits import start_visit
from ui import theme
from ui.pages.base import Destination
from ui.pages.registry import steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clbdesk.bootstrap import Program
    from clbdesk.services.desk import Desk

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
MORNING = datetime(2026, 11, 23, 7, 45, tzinfo=UTC)
CONTACT, MEETING, VACCINATION, _, THIRD_YEAR = range(5)
NURSE, SECOND, DOCTOR, PSYCHOPEDAGOGUE = "An Janssens", "Els Claes", "dr. Lieve Maes", "Wim Bos"


class Camera:
    """A window of one user that takes pictures."""

    def __init__(self, program: Program, setting: Setting | None = None, user: str = "") -> None:
        """Locked, at 1366x728; without a setting only what stands before unlocking can be seen."""
        self._setting = setting
        self.program = program
        self.app = make_app()
        self.desktop = Desktop(program, self.app)
        self.desktop.window.resize(1366, 728)
        self.desktop.window.show()
        # A slow machine must not lock meanwhile.
        self.desktop._idle._now = lambda: 0.0  # noqa: SLF001
        self.user = user
        self.settle()

    def unlock(self) -> None:
        """Open the desk of the user."""
        self.desktop.open(self.program.unlock(self.setting.staff[self.user], PASSPHRASE))
        self.settle()

    def close(self) -> None:
        """Leave the program."""
        self.desktop.window.close()
        self.desktop.quit()

    @property
    def setting(self) -> Setting:
        """The centre behind the laptop."""
        assert self._setting is not None
        return self._setting

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
        while time.monotonic() < until or self.desktop._tasks.is_busy():  # noqa: SLF001
            self.app.processEvents()
            time.sleep(0.005)

    def take(self, name: str) -> None:
        """Both schemes, beginning with the one that is on: dressing all pages anew takes long."""
        for scheme in sorted(theme.Scheme, key=lambda one: one is not theme.scheme()):
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
    """The centre with two laptops that took everything along; two pupils were measured twice."""
    setting = build_setting(folder, pupils=130, clock=SetClock(MORNING))
    setting.enrol("LAP-07", [NURSE, DOCTOR, PSYCHOPEDAGOGUE])
    setting.enrol("LAP-03", [SECOND])
    report_of_signals(setting)
    try:
        for who, visits in ((SECOND, (CONTACT,)), (NURSE, (CONTACT, VACCINATION))):
            with at_desk(setting, who) as desk:
                take(setting, desk, visits)
        for who, shift in ((SECOND, Decimal("1.3")), (NURSE, Decimal(0))):
            with at_desk(setting, who) as desk:
                rows = open_class_list(desk, setting.visits[CONTACT]).rows
                twice = [row.pupil_id for row in rows[4:6]]
                measure_again(desk, setting.visits[CONTACT], twice, shift)
                bring_home(setting, desk)
        with at_desk(setting, PSYCHOPEDAGOGUE) as desk:
            take(setting, desk, (MEETING,))
            run_meeting(desk, setting.visits[MEETING])
        yield setting
    finally:
        setting.close()


def program_of(setting: Setting, who: str) -> Program:
    """The laptop that somebody works with."""
    return setting.laptops["LAP-03" if who == SECOND else "LAP-07"]


@contextmanager
def at_desk(setting: Setting, who: str) -> Iterator[Desk]:
    """Somebody's open desk."""
    with closing(program_of(setting, who).unlock(setting.staff[who], PASSPHRASE)) as desk:
        yield desk


def take(setting: Setting, desk: Desk, visits: tuple[int, ...]) -> None:
    """Take visits along."""
    program = program_of(setting, desk.user.name)
    with closing(program.transport(desk)) as transport:
        for visit in visits:
            take_visit(
                desk,
                program.laptop,
                transport,
                setting.visits[visit],
                lambda _step: None,
                Event(),
            )


def bring_home(setting: Setting, desk: Desk) -> None:
    """Synchronise once."""
    program = program_of(setting, desk.user.name)
    with closing(program.transport(desk)) as transport:
        synchronise(desk, program.laptop, transport, lambda _step: None, Event(), ())


def steps_of_a_first_grade(camera: Camera, pupil_id: PupilId) -> None:
    """Every step that belongs to the moment, but the one of another visit."""
    for step in steps():
        if step in {"vaccination", "doctor", "signals"}:
            continue
        camera.go("pupil", CONTACT, pupil_id=pupil_id, step=step)
        if step == "growth":
            camera.type("121,5")
            camera.press(Qt.Key.Key_Return)
            camera.type("24,8")
            camera.settle(1.2)
        camera.take(f"step-{step}")


def report_of_signals(setting: Setting) -> None:
    """What the centre published of an earlier half year, with invented counts."""
    school_id = next(iter(setting.schools.values()))
    themes = (("speelplaats, pauzes", 12), ("pesten", None), ("klasklimaat", None))
    report = SignalReport(
        school_id=school_id,
        first=date(2026, 2, 1),
        last=date(2026, 8, 31),
        least=5,
        least_sensitive=10,
        total=31,
        domains=(
            ReportDomain(
                domain=CareDomain.PSYCHOSOCIAL,
                total=25,
                themes=tuple(ReportTheme(theme=name, count=count) for name, count in themes),
            ),
            ReportDomain(
                domain=CareDomain.HEALTH, total=6, themes=(ReportTheme(theme="slaap", count=6),)
            ),
        ),
    )
    record_id = derived_record_id("signal_report", school_id, report.first.isoformat())
    with setting.centre.store.writing() as tx:
        write(tx, setting.centre, [Entry(record_id, report)])


def around_the_contact(camera: Camera, lotte: PupilId) -> None:
    """The dossier, paper, an objection, a request for guidance, the other post, and leaving."""
    for page in (
        "history",
        "intervention",
        "growth_print",
        "access_request",
        "capacity",
        "school_message",
        "guidance_request",
    ):
        camera.go(page, CONTACT, pupil_id=lotte)
        camera.take(page.replace("_", "-"))
    camera.go("audiogram", CONTACT, pupil_id=lotte)
    for typed in ("14/9/2026", "dr. Greet Baert, NKO Gent"):
        camera.type(typed)
        camera.press(Qt.Key.Key_Tab)
    for level in ("10", "15", "20", "25", "35 m", "60", "110 g", "", "", "10", "15", "20 m"):
        camera.type(level)
        camera.press(Qt.Key.Key_Return)
    camera.take("audiogram")
    camera.go("objection", CONTACT, pupil_id=lotte)
    camera.take("objection")
    camera.go("meeting_texts", CONTACT)
    camera.take("meeting-texts")
    camera.go("link", CONTACT)
    camera.take("link")
    camera.go("day_close", CONTACT)
    camera.take("day-close")


def closed_dossier(camera: Camera, pupil_id: PupilId) -> None:
    """Nobody at this laptop works for the school any more."""
    elsewhere = Membership(staff_id=StaffId(""), role=Role.NURSE, school_id=None, since=date.min)
    put_rights_in_force((), [elsewhere])
    camera.go("emergency", pupil_id=pupil_id)
    camera.take("closed-dossier")
    put_rights_in_force(())


def medical(camera: Camera) -> None:
    """The pages of a nurse."""
    camera.take("unlock")
    camera.unlock()
    camera.go("visits")
    camera.take("visits")
    camera.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    camera.settle(0.6)
    camera.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    half_of_a_class(camera.desk, camera.setting.visits[CONTACT])
    assert camera.desktop.work is not None
    camera.desktop.work.bus.changed.emit(ChangeSet())
    camera.go("class_list", CONTACT)
    camera.take("class-list")
    camera.go("grid", CONTACT)
    camera.type("121,5")
    camera.press(Qt.Key.Key_Return)
    camera.take("grid")
    camera.go("class_list", CONTACT)
    lotte = camera.pupil("Peeters", "Lotte")
    steps_of_a_first_grade(camera, lotte)
    around_the_contact(camera, lotte)
    closed_dossier(camera, lotte)
    camera.go("search")
    camera.type("pee")
    camera.settle()
    camera.take("search")
    camera.go("consent_stack", VACCINATION)
    camera.press(Qt.Key.Key_Return)
    camera.take("consent-stack")
    camera.go("vaccination_session", VACCINATION)
    camera.take("vaccination-session")
    make_ready(camera.desk, camera.setting.visits[VACCINATION])
    camera.go("vaccination_list", VACCINATION)
    camera.take("vaccination-list")
    camera.press(Qt.Key.Key_Return)
    camera.take("step-vaccination")
    after_the_needle(camera)
    camera.go("conflicts")
    camera.take("conflicts")
    camera.go("synchronise")
    camera.take("synchronise")
    camera.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    camera.settle(3.0)
    camera.take("synchronised")
    for page in ("signal_report", "rules", "settings", "enrol_colleague"):
        camera.go(page)
        camera.take(page.replace("_", "-"))
    assert camera.desktop.work is not None
    camera.desktop.work.bus.fault.emit(ValueError("for the picture"))
    camera.settle()
    camera.take("fault")


def after_the_needle(camera: Camera) -> None:
    """Somebody faints while the class is in observation; then the session is counted."""
    visit_id = camera.setting.visits[VACCINATION]
    run_vaccination(camera.desk, visit_id, Random(3))  # noqa: S311 - invented pupils
    clock = camera.setting.clock
    assert isinstance(clock, SetClock)
    clock.advance(timedelta(minutes=11, seconds=20))
    first = list_watched(camera.desk, visit_id)[0]
    camera.go("observation", VACCINATION, pupil_id=first.pupil_id, step="incident")
    camera.type("f")
    camera.settle()
    camera.type("d")
    camera.take("observation")
    camera.go("earlier_doses", VACCINATION, pupil_id=first.pupil_id)
    camera.type("MBR")
    camera.take("earlier-doses")
    camera.go("vaccination_close", VACCINATION)
    camera.type("1")
    camera.press(Qt.Key.Key_Return)
    camera.type("9")
    camera.press(Qt.Key.Key_Return)
    camera.take("vaccination-close")
    camera.go("lot_recall")
    camera.type("AC37B2299")
    camera.press(Qt.Key.Key_Return)
    camera.take("lot-recall")


def half_of_a_class(desk: Desk, visit_id: VisitId) -> None:
    """Some pupils are ready, one is ill, and the ones of two versions are left alone."""
    rows = [row.pupil_id for row in open_class_list(desk, visit_id).rows]
    done = [*rows[:4], *rows[7:12]]
    set_attendance(desk, visit_id, [*done, *rows[12:15]], AttendanceState.PRESENT)
    set_attendance(desk, visit_id, rows[6:7], AttendanceState.ABSENT, AbsenceReason.ILL)
    for pupil_id in done:
        contact_of(desk, visit_id, pupil_id, Random(pupil_id))  # noqa: S311 - invented


def contact_of_a_doctor(camera: Camera) -> None:
    """Signing what nurses prepared; two days later what only the 3rd year has."""
    camera.unlock()
    camera.go("follow_up")
    camera.take("follow-up")
    rows = open_class_list(camera.desk, camera.setting.visits[CONTACT]).rows
    for row in rows[:3]:
        camera.go("pupil", CONTACT, pupil_id=row.pupil_id, step="decision")
        camera.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    camera.go("print", CONTACT)
    camera.settle(1.0)
    camera.take("print")
    camera.go("released_summary", CONTACT, pupil_id=rows[0].pupil_id)
    camera.take("released-summary")
    camera.go("meeting_texts", CONTACT)
    camera.take("meeting-texts")
    clock = camera.setting.clock
    assert isinstance(clock, SetClock)
    clock.advance(timedelta(days=2))
    take(camera.setting, camera.desk, (THIRD_YEAR,))
    start_visit(camera.desk, camera.setting.visits[THIRD_YEAR])
    camera.go("class_list", THIRD_YEAR)
    rows = open_class_list(camera.desk, camera.setting.visits[THIRD_YEAR]).rows
    for step in ("doctor", "signals"):
        camera.go("pupil", THIRD_YEAR, pupil_id=rows[0].pupil_id, step=step)
        camera.press(Qt.Key.Key_2 if step == "doctor" else Qt.Key.Key_A)
        camera.press(Qt.Key.Key_F7)
        camera.take(f"step-{step}")


def guidance(camera: Camera) -> None:
    """The pages of a psychopedagogue."""
    camera.unlock()
    visit_id = camera.setting.visits[MEETING]
    camera.go("care_meeting", MEETING)
    camera.take("care-meeting")
    topic = open_meeting(camera.desk, visit_id).topics[0]
    camera.go("care_topic", MEETING, record_id=topic.record_id)
    camera.take("care-topic")
    camera.go("care_topic", MEETING, record_id=new_topic_id(camera.desk))
    camera.take("care-topic-new")
    camera.go("care_guide")
    camera.take("care-guide")
    camera.go("school_output", MEETING)
    camera.take("school-output")
    lotte = camera.pupil("Peeters", "Lotte")
    camera.go("border_check", MEETING, pupil_id=lotte, step="open_file", record_id=topic.record_id)
    camera.press(Qt.Key.Key_1)
    camera.take("border-check")
    camera.go("safety_concern", pupil_id=lotte)
    camera.take("safety-concern")
    camera.go("visits")
    camera.press(
        Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    camera.take("signal")
    camera.press(Qt.Key.Key_Escape)


def enrolling(folder: Path) -> None:
    """A laptop that belongs to nobody yet."""
    program = bootstrap.start(DataFolder(folder), SetClock(MORNING), weak_slots=True)
    camera = Camera(program)
    camera.take("enrol")
    camera.close()


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    parts: tuple[tuple[str, Callable[[Camera], None]], ...] = (
        (NURSE, medical),
        (PSYCHOPEDAGOGUE, guidance),
        (DOCTOR, contact_of_a_doctor),
    )
    with tempfile.TemporaryDirectory() as folder, fictional(Path(folder)) as setting:
        for user, shoot in parts:
            camera = Camera(program_of(setting, user), setting, user)
            shoot(camera)
            camera.close()
        new = Path(folder) / "new"
        new.mkdir()
        enrolling(new)


if __name__ == "__main__":
    main()
