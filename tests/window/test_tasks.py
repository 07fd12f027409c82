"""Work off the main thread comes back to it, in order, and trouble goes to the right place."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject

from clbdesk.errors import Environment, Refused
from ui.bus import Bus
from ui.tasks import Lane, Tasks


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def tasks(bus, qtbot):
    made = Tasks(bus)
    yield made
    made.close()


def test_work_runs_elsewhere_and_its_value_arrives_here(tasks, qtbot):
    seen = []
    tasks.run(Lane.MEDICAL, threading.get_ident, seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    arrived = []
    tasks.run(Lane.MEDICAL, lambda: 1, lambda _value: arrived.append(threading.get_ident()))
    qtbot.waitUntil(lambda: bool(arrived))
    assert seen != [threading.get_ident()]
    assert arrived == [threading.get_ident()]


def test_one_lane_works_in_the_order_of_asking(tasks, qtbot):
    seen = []
    for number in range(20):
        tasks.run(Lane.MEDICAL, lambda n=number: n, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == list(range(20))


def test_a_slow_network_does_not_hold_up_the_vault(tasks, qtbot):
    gate, seen = threading.Event(), []
    tasks.run(Lane.NETWORK, lambda: gate.wait(5), seen.append)
    tasks.run(Lane.MEDICAL, lambda: "vault", seen.append)
    qtbot.waitUntil(lambda: seen == ["vault"])
    gate.set()
    qtbot.waitUntil(lambda: len(seen) == 2)


@pytest.mark.parametrize("error", [Refused("x.y"), Environment("x.y")])
def test_an_answer_goes_to_who_asked(tasks, bus, qtbot, error):
    def fail():
        raise error

    answered, faults = [], []
    bus.fault.connect(faults.append)
    tasks.run(Lane.MEDICAL, fail, pytest.fail, failed=answered.append)
    qtbot.waitUntil(lambda: answered == [error])
    assert not faults


def test_a_defect_goes_to_the_fault_page_even_when_somebody_listens(tasks, bus, qtbot):
    def fail():
        raise ZeroDivisionError

    faults = []
    bus.fault.connect(faults.append)
    tasks.run(Lane.MEDICAL, fail, pytest.fail, failed=pytest.fail)
    qtbot.waitUntil(lambda: len(faults) == 1)
    assert isinstance(faults[0], ZeroDivisionError)


def test_a_page_that_has_gone_gets_nothing(tasks, qtbot):
    page, done = QObject(), []
    gate = threading.Event()
    tasks.run(Lane.MEDICAL, lambda: gate.wait(5), pytest.fail, owner=page)
    tasks.run(Lane.MEDICAL, lambda: 1, done.append)
    page.deleteLater()
    del page
    qtbot.wait(20)
    gate.set()
    qtbot.waitUntil(lambda: done == [1])


def test_progress_arrives_before_the_value(tasks, qtbot):
    seen = []

    def work(report):
        report(1)
        report(2)
        return "done"

    tasks.run_reporting(Lane.NETWORK, work, seen.append, progress=seen.append)
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [1, 2, "done"]


def test_busy_is_told_once_at_the_start_and_once_at_the_end(tasks, qtbot):
    told, done = [], []
    tasks.busy_changed.connect(told.append)
    tasks.run(Lane.MEDICAL, lambda: 1, done.append)
    tasks.run(Lane.MEDICAL, lambda: 2, done.append)
    assert tasks.is_busy()
    qtbot.waitUntil(lambda: len(done) == 2)
    assert told == [True, False]
    assert not tasks.is_busy()


def test_what_a_last_timer_asks_after_closing_is_not_begun(tasks):
    tasks.close()
    begun = []
    tasks.run(Lane.MEDICAL, lambda: begun.append("work"), begun.append)
    assert begun == []
    assert not tasks.is_busy()
