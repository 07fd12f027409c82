"""The window locks when it is left alone, and when the laptop slept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
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
    made.stop()
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


def press_a_key(field):
    QTest.keyClick(field.windowHandle(), Qt.Key.Key_A)


def move_the_mouse(field):
    QTest.mouseMove(field.windowHandle(), QPoint(5, 5))
    QTest.mouseMove(field.windowHandle(), QPoint(9, 9))


def click(field):
    QTest.mouseClick(field.windowHandle(), Qt.MouseButton.LeftButton, pos=QPoint(9, 9))


def turn_the_wheel(field):
    QTest.wheelEvent(field.windowHandle(), QPointF(9, 9), QPoint(0, 120))


@pytest.mark.parametrize("do", [press_a_key, move_the_mouse, click, turn_the_wheel])
@pytest.mark.parametrize("was_open", [True, False])
def test_a_sign_of_life_starts_the_time_anew_in_whatever_window(lock, wall, qtbot, do, was_open):
    if was_open:
        lock.stop()
    asked, field = [], QLineEdit()
    qtbot.addWidget(field)
    field.show()
    qtbot.waitUntil(field.isActiveWindow)
    if was_open:
        lock.start()
    lock.lock_asked.connect(lambda: asked.append(True))
    let_pass(lock, wall, 295)
    do(field)
    let_pass(lock, wall, 295)
    assert not asked


def test_a_window_that_went_is_not_asked_any_more(lock, wall, qtbot):
    asked, first, second = [], QLineEdit(), QLineEdit()
    for field in (first, second):
        qtbot.addWidget(field)
        field.show()
        field.activateWindow()
        qtbot.waitUntil(field.isActiveWindow)
        if field is first:
            first.close()
    lock.lock_asked.connect(lambda: asked.append(True))
    let_pass(lock, wall, 295)
    press_a_key(second)
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
