"""Budgets of the window: start, unlock, class list, pupil page, filter, save, memory.

The real window on Qt's offscreen platform, on a laptop that took along a visit of 300 pupils with
fourteen measurements each. A page counts as open when nothing runs any more and it is painted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import bench_school
import bench_session
import shiboken6
from bench_school import PASSPHRASE, ROOT
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer

from clbdesk.domain.names import normalise
from clbdesk.services.growth import GrowthEntry, judge, open_growth, record_growth
from clbdesk.services.lot_recall import recall_lot
from clbdesk.services.pupil import view_pupil
from clbdesk.services.search import find_pupils
from clbdesk.services.synchronise import take_visit
from ui.app import Desktop, make_app
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination
from ui.pages.vaccination_list import VaccinationListPage
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from bench_school import BenchLaptop

    from clbdesk.bootstrap import Program
    from clbdesk.services.desk import Desk

PUPILS = 300
STARTS = 7
LIST = 1000


def run() -> dict[str, Any]:
    """All figures; milliseconds, and MiB where the name says so."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as root, bench_school.laptop(Path(root), PUPILS) as laptop:
        _take(laptop)
        folder = laptop.program.folder.root
        figures: dict[str, Any] = _starts(folder)
        figures |= _memory(folder, laptop)
        with Sight(laptop.program) as sight:
            figures |= _pages(sight, laptop)
            assert sight.desktop.work is not None
            figures |= _saves(sight.desktop.work.desk, laptop)
            figures |= _filters(sight)
            figures |= _session(sight)
            figures |= _recall(sight.desktop.work.desk)
        return figures


def _take(laptop: BenchLaptop) -> None:
    program, school = laptop.program, laptop.school
    desk = program.unlock(school.nurse, PASSPHRASE)
    with closing(program.transport(desk)) as transport, closing(desk):
        take_visit(
            desk,
            program.laptop,
            transport,
            school.visit_id,
            lambda _step: None,
            threading.Event(),
        )


# --- a new process ---


def _starts(folder: Path) -> dict[str, Any]:
    """Ours and bare Qt turn by turn, so that a busy moment of the machine strikes both."""
    ours, bare = [], []
    for _ in range(STARTS):
        ours.append(_started(folder, "page"))
        bare.append(_started(folder, "bare"))
    return {
        "start_ms_p50": _ms(statistics.median(ours)),
        "start_ms_best": _ms(min(ours)),
        "bare_qt_start_ms_p50": _ms(statistics.median(bare)),
        "start_to_bare_qt": round(statistics.median(ours) / statistics.median(bare), 2),
    }


def _started(folder: Path, what: str) -> float:
    return float(_child(folder, what, repr(time.time())))


def _memory(folder: Path, laptop: BenchLaptop) -> dict[str, Any]:
    told = _child(folder, "memory", laptop.school.nurse, laptop.school.visit_id).split()
    return {
        "memory_unlocked_mib": round(float(told[0])),
        "memory_after_20_pupils_mib": round(float(told[1])),
    }


def _child(folder: Path, *words: str) -> str:
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "bench_start.py", *words],
        env={**os.environ, "CLBDESK_DATA": str(folder), "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()[-1]


# --- one window ---


class Sight:
    """A window that is looked at: `do` waits until everything asked has been painted."""

    def __init__(self, program: Program) -> None:
        """Shows the unlock page."""
        self.app = make_app()
        self.desktop = Desktop(program, self.app)
        self._paints = _Paints()
        self._pulse = QTimer()  # so that waiting never sleeps through the end
        self._pulse.start(20)

    def __enter__(self) -> Self:
        """The window is shown."""
        self.desktop.window.resize(1366, 728)
        self.desktop.window.installEventFilter(self._paints)
        self.do(self.desktop.window.show)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.desktop.window.close()
        self.desktop.quit()
        shiboken6.delete(self.desktop.window)  # as ui.app.main does

    def do(self, act: Callable[[], object]) -> float:
        """Seconds from now until nothing runs and the window was painted."""
        self._paints.count = 0
        began = time.perf_counter()
        act()
        sleeping = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        while (self.desktop.work is not None and self.desktop.work.tasks.is_busy()) or (
            not self._paints.count
        ):
            self.app.processEvents(sleeping)
        self.app.processEvents()
        return time.perf_counter() - began

    def go(self, to: Destination) -> float:
        """Seconds to arrive somewhere."""
        return self.do(lambda: self.desktop.window.go(to))


class _Paints(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Nothing is held back."""
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return super().eventFilter(watched, event)


def _pages(sight: Sight, laptop: BenchLaptop) -> dict[str, Any]:
    program, school = laptop.program, laptop.school
    window = sight.desktop.window
    unlocks = []
    for _ in range(5):
        unlocks.append(
            sight.do(lambda: sight.desktop.open(program.unlock(school.nurse, PASSPHRASE)))
        )
        sight.do(window.lock)
        while window.place() is not None:
            sight.app.processEvents()
    sight.do(lambda: sight.desktop.open(program.unlock(school.nurse, PASSPHRASE)))
    class_list = Destination("class_list", school.visit_id)
    first_list = sight.go(class_list)
    lists = []
    first_pupil = sight.go(Destination("pupil", school.visit_id, school.pupils[0], "growth"))
    pupils = [
        sight.go(Destination("pupil", school.visit_id, one, "growth"))
        for one in school.pupils[1:31]
    ]
    for _ in range(9):
        sight.go(Destination("visits"))
        lists.append(sight.go(class_list))
    return {
        "unlock_first_ms": _ms(unlocks[0]),
        "unlock_ms_p50": _ms(statistics.median(unlocks[1:])),
        "class_list_300_first_ms": _ms(first_list),
        "class_list_300_ms_p50": _ms(statistics.median(lists)),
        "pupil_first_ms": _ms(first_pupil),
        "pupil_ms_p50": _ms(statistics.median(pupils)),
        "pupil_ms_p95": _ms(statistics.quantiles(pupils, n=20)[-1]),
    }


def _saves(desk: Desk, laptop: BenchLaptop) -> dict[str, Any]:
    """What pressing Bewaar on the growth page asks of the services, one pupil after the other."""
    judged, saved = [], []
    entry = GrowthEntry(height_cm=Decimal("165.5"), weight_kg=Decimal("54.3"))
    for pupil_id in laptop.school.pupils[31:231]:
        view = open_growth(desk, view_pupil(desk, laptop.school.visit_id, pupil_id).on_visit)
        began = time.perf_counter()
        judge(view, entry)
        judged.append(time.perf_counter() - began)
        began = time.perf_counter()
        record_growth(desk, view, entry, view.base)
        saved.append(time.perf_counter() - began)
    searched = []
    for typed in ("peeters lotte", "van den", "dhondt zoe", "kow"):
        for end in range(1, len(typed) + 1):
            began = time.perf_counter()
            find_pupils(desk, typed[:end])
            searched.append(time.perf_counter() - began)
    return {
        "judge_growth_with_history_ms_p50": _ms(statistics.median(judged)),
        "save_growth_page_ms_p50": _ms(statistics.median(saved)),
        "save_growth_page_ms_p95": _ms(statistics.quantiles(saved, n=20)[-1]),
        "search_of_the_page_ms_p95": _ms(statistics.quantiles(searched, n=20)[-1]),
    }


def _filters(sight: Sight) -> dict[str, Any]:
    """A list of 1,000 that is filtered with every letter: choosing rows, model, and painting."""
    rows = [f"{one} {n}" for n in range(LIST // 4) for one in ("Peeters", "Maes", "Claes", "Bos")]
    model: ListModel[str] = ListModel(
        (Column("Naam", 0, lambda row: row), Column("Klas", 80, lambda row: row[:2])),
        lambda row: row,
    )
    view = ListView("Lijst", model, row_height=23)
    view.resize(900, 600)
    view.show()
    sight.app.processEvents()
    times = []
    for typed in ("pee", "peeters 1", "maes 20", "claes", "", "bos 7", "s 11"):
        for end in range(len(typed) + 1):
            wanted = normalise(typed[:end]).split()
            began = time.perf_counter()
            model.show_rows([r for r in rows if all(w in normalise(r) for w in wanted)])
            sight.app.processEvents()
            times.append(time.perf_counter() - began)
    view.close()
    return {
        "filter_1000_ms_p50": _ms(statistics.median(times)),
        "filter_1000_ms_p95": _ms(statistics.quantiles(times, n=20)[-1]),
    }


def _session(sight: Sight) -> dict[str, Any]:
    """The list of a vaccination session of 400: worked out ahead, the first time, again, and with
    every letter; and the first time when somebody is faster than what is worked out.
    """
    assert sight.desktop.work is not None
    desk, ahead = sight.desktop.work.desk, sight.desktop.ahead
    visit = Destination("vaccination_list", bench_session.fill(desk))
    unprepared = sight.go(visit)
    sight.go(Destination("visits"))
    desk.worked_out.clear()
    ahead.begin(desk)
    began = time.perf_counter()
    while not ahead.is_done():
        sight.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    worked = time.perf_counter() - began
    first = sight.go(visit)
    again = []
    for _ in range(9):
        sight.go(Destination("visits"))
        again.append(sight.go(visit))
    page = sight.desktop.window.page()
    assert isinstance(page, VaccinationListPage)
    rail = page._rail  # noqa: SLF001 - typed into as somebody does
    rail.classes.set_value(None)
    filtered = []
    for typed in ("peeters", "maes", "de smet", "jan"):
        letters = [partial(rail.search.setText, typed[: end + 1]) for end in range(len(typed))]
        filtered.extend([sight.do(letter) for letter in letters])
    return {
        "session_400_unprepared_ms": _ms(unprepared),
        "session_400_worked_ahead_ms": _ms(worked),
        "session_400_first_ms": _ms(first),
        "session_400_ms_p50": _ms(statistics.median(again)),
        "session_filter_400_ms_p50": _ms(statistics.median(filtered)),
    }


def _recall(desk: Desk) -> dict[str, Any]:
    """Who got one lot, asked again and again; the line of the access log is part of it."""
    lot = bench_session.fill_doses(desk)
    asked = []
    for _ in range(9):
        began = time.perf_counter()
        recall_lot(desk, lot)
        asked.append(time.perf_counter() - began)
    return {"recall_20000_doses_ms_p50": _ms(statistics.median(asked))}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
