"""What a page lets through is a fault as well, and no word of it reaches a file of the session."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import Opener
from tests.journeys.test_faults import CANARIES, broken
from tests.journeys.world import AN, CONTACT, World
from ui.pages.base import Destination
from ui.pages.fault import FaultPage

ROOT = Path(__file__).resolve().parent.parent.parent
# A slot, another thread and a finaliser that break, each on words of a pupil, in the running window.
_BREAK = """
import threading
from PySide6.QtCore import QTimer
from ui import app

class Gone:
    def __del__(self):
        raise ValueError("Zyxwvut Qponm")

def fail():
    try:
        raise ValueError("Zyxwvut Qponm")
    except ValueError as cause:
        raise KeyError("20.03.04-118.22") from cause

def others():
    Gone()
    threading.Thread(target=fail).start()

made = app.make_app()
QTimer.singleShot(0, fail)
QTimer.singleShot(50, others)
QTimer.singleShot(500, made.quit)
app.main()
"""


def test_standard_error_of_the_window_says_what_and_where_and_never_on_what(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BREAK],
        cwd=ROOT,
        env={**os.environ, "CLBDESK_DATA": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr.count("KeyError") == 2, done.stderr
    assert "ValueError" in done.stderr
    assert "in fail" in done.stderr
    for word in ("Zyxwvut", "Qponm", "20.03.04"):
        assert word not in done.stderr
        assert word not in done.stdout


@pytest.mark.expects_log("fault")
def test_what_a_page_lets_through_brings_the_fault_page(opened: Opener, world: World) -> None:
    hands = opened(AN)
    hands.go(Destination("class_list", world.visit(CONTACT)))
    with pytest.raises(RuntimeError) as caught:
        broken()

    hands.desktop.notice(caught.value)
    hands.wait(lambda: isinstance(hands.page, FaultPage))

    page = hands.page
    assert isinstance(page, FaultPage)
    report = page.work.fault
    assert report is not None
    assert "RuntimeError" in report.text
    assert not [canary for canary in CANARIES if canary in report.text]
