"""One start of the window, measured from the outside: run by bench_window.py in a new process.

`bench_start.py page BEGAN`: seconds from BEGAN (time.time() of the caller) until the unlock page is
painted and answers. `bench_start.py bare BEGAN`: the same for an empty Qt window with three fields.
`bench_start.py memory STAFF VISIT`: resident MiB after unlocking, and after list and pupil were open.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _page(began: float) -> None:
    import shiboken6

    from clbdesk import bootstrap
    from ui.app import Desktop, make_app

    app = make_app()
    desktop = Desktop(bootstrap.start(), app)
    watch = _painted(desktop.window, lambda: _told(app, began))
    desktop.window.showMaximized()
    app.exec()
    del watch
    desktop.quit()
    shiboken6.delete(desktop.window)


def _bare(began: float) -> None:
    from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

    app = QApplication(sys.argv[:1])
    window = QWidget()
    column = QVBoxLayout(window)
    for widget in (QLabel("Wachtzin"), QLineEdit(), QPushButton("Ontgrendelen")):
        column.addWidget(widget)
    watch = _painted(window, lambda: _told(app, began))
    window.showMaximized()
    app.exec()
    del watch


def _told(app: object, began: float) -> None:
    sys.stdout.write(f"{time.time() - began}\n")
    app.quit()  # type: ignore[attr-defined]


def _painted(window: object, then: Callable[[], None]) -> object:
    """Call `then` when the window was painted once and events are handled again."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() == QEvent.Type.Paint:
                window.removeEventFilter(self)  # type: ignore[attr-defined]
                QTimer.singleShot(0, then)
            return super().eventFilter(watched, event)

    watch = Watch()
    window.installEventFilter(watch)  # type: ignore[attr-defined]
    return watch


def _memory(staff_id: str, visit_id: str) -> None:
    from bench_school import PASSPHRASE
    from bench_window import Sight

    from clbdesk import bootstrap
    from clbdesk.ids import StaffId, VisitId
    from clbdesk.paths import default_data_folder
    from ui.pages.base import Destination

    program = bootstrap.start(default_data_folder(), weak_slots=True)
    with Sight(program) as sight:
        sight.do(lambda: sight.desktop.open(program.unlock(StaffId(staff_id), PASSPHRASE)))
        unlocked = _resident()
        sight.go(Destination("class_list", VisitId(visit_id)))
        for pupil_id in sight.desktop.work.station.order[:20]:  # type: ignore[union-attr]
            sight.go(Destination("pupil", VisitId(visit_id), pupil_id, "growth"))
        sys.stdout.write(f"{unlocked} {_resident()}\n")


def _resident() -> float:
    """MiB of this process that are in memory now; the largest ever where /proc is missing."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "memory":
        _memory(*rest)
    else:
        {"page": _page, "bare": _bare}[what](float(rest[0]))
