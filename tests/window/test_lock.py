"""The window locks when it is left alone, and when the laptop slept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from ui.lock import IdleLock


class Wall:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def lock(qapp, wall):
    made = IdleLock(qapp, 5, now=wall)
    made.start()
    yield made
    qapp.removeEventFilter(made)
    made.deleteLater()


def let_pass(lock, wall, seconds):
    """The ticks of a laptop that stays awake."""
    for _ in range(round(seconds / 5)):
        wall.seconds += 5
        lock.tick()


def test_nothing_touched_for_five_minutes_locks_once(lock, wall):
    asked = []
    lock.lock_asked.connect(lambda: asked.append(wall.seconds))
    let_pass(lock, wall, 295)
    assert not asked
    let_pass(lock, wall, 5)
    assert asked == [1300.0]
    assert not lock.is_watching()


def test_a_key_starts_the_time_anew(lock, wall, qtbot):
    asked, field = [], QLineEdit()
    qtbot.addWidget(field)
    lock.lock_asked.connect(lambda: asked.append(True))
    let_pass(lock, wall, 295)
    QTest.keyClick(field, Qt.Key.Key_A)
    let_pass(lock, wall, 295)
    assert not asked


def test_a_laptop_that_slept_locks_at_once(lock, wall):
    asked = []
    lock.lock_asked.connect(lambda: asked.append(True))
    wall.seconds += 60
    lock.tick()
    assert asked


@pytest.mark.parametrize("minutes, after", [(0, 60), (99, 900)])
def test_the_setting_stays_between_one_and_fifteen_minutes(lock, wall, minutes, after):
    asked = []
    lock.lock_asked.connect(lambda: asked.append(True))
    lock.set_minutes(minutes)
    let_pass(lock, wall, after - 5)
    assert not asked
    let_pass(lock, wall, 5)
    assert asked
