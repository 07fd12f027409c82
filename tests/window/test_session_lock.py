"""The window is locked together with the laptop: told over a real D-Bus, and by messages of Windows."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from ctypes import wintypes

import pytest
import shiboken6
from PySide6.QtCore import QByteArray, QCoreApplication
from PySide6.QtDBus import QDBusConnection, QDBusMessage

from ui.session_lock import SessionLock, WindowsMessages


@pytest.fixture
def bus():
    """Address of a bus of its own."""
    if sys.platform == "win32":
        pytest.skip("Windows has no D-Bus")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # in a container it grumbles about limits
        text=True,
    )
    yield daemon.stdout.readline().strip()
    for name in ("listener", "desktop"):
        QDBusConnection.disconnectFromBus(name)
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


@pytest.fixture
def heard(qapp):
    """How often the window was asked to lock, and the lock that asks."""
    lock, times = SessionLock(), []
    lock.locked.connect(lambda: times.append(True))
    yield lock, times
    shiboken6.delete(lock)  # at once: before its connections go


def listen(lock, bus):
    """Hear the bus, and wait until it knows that we do."""
    listener = QDBusConnection.connectToBus(bus, "listener")
    lock.listen_on(listener, listener)
    ours = "org.freedesktop.DBus"
    listener.call(QDBusMessage.createMethodCall(ours, "/org/freedesktop/DBus", ours, "GetId"))


def say(bus, interface, member, value):
    desktop = QDBusConnection.connectToBus(bus, "desktop")
    signal = QDBusMessage.createSignal("/any", interface, member)
    signal.setArguments([value])
    assert desktop.send(signal)


@pytest.mark.parametrize(
    "interface, member",
    [
        ("org.gnome.ScreenSaver", "ActiveChanged"),
        ("org.freedesktop.ScreenSaver", "ActiveChanged"),
        ("org.freedesktop.login1.Manager", "PrepareForSleep"),
    ],
)
def test_a_desktop_that_locks_or_sleeps_locks_the_window(bus, heard, qtbot, interface, member):
    lock, times = heard
    listen(lock, bus)
    say(bus, interface, member, True)
    qtbot.waitUntil(lambda: times == [True])


def test_waking_up_and_other_news_lock_nothing(bus, heard, qtbot):
    lock, times = heard
    listen(lock, bus)
    say(bus, "org.gnome.ScreenSaver", "ActiveChanged", False)
    say(bus, "org.gnome.ScreenSaver", "WakeUpScreen", True)
    say(bus, "org.freedesktop.login1.Manager", "PrepareForSleep", False)
    say(bus, "org.freedesktop.login1.Manager", "PrepareForSleep", True)  # the last to arrive
    qtbot.waitUntil(lambda: times == [True])


def test_without_a_bus_nothing_is_heard_and_nothing_said(heard):
    lock, times = heard
    nobody = QDBusConnection.connectToBus("unix:path=/nonexistent", "nobody")
    lock.listen_on(nobody, nobody)
    QCoreApplication.processEvents()
    QDBusConnection.disconnectFromBus("nobody")
    assert not times


@pytest.mark.parametrize(
    "message, parameter, locks",
    [
        (0x02B1, 0x7, True),  # the session is locked
        (0x02B1, 0x8, False),  # and unlocked
        (0x0218, 0x4, True),  # the laptop goes to sleep
        (0x0218, 0x7, False),  # and wakes up
        (0x0100, 0x7, False),  # a key
    ],
)
def test_windows_says_it_by_a_message(heard, message, parameter, locks):
    lock, times = heard
    sent = wintypes.MSG(message=message, wParam=parameter)
    kind = QByteArray(b"windows_generic_MSG")
    kept = WindowsMessages(lock).nativeEventFilter(kind, ctypes.addressof(sent))
    assert kept == (False, 0)
    assert bool(times) is locks


def test_messages_of_another_kind_are_not_read(heard):
    lock, times = heard
    assert WindowsMessages(lock).nativeEventFilter(QByteArray(b"xcb_generic_event_t"), 0) == (
        False,
        0,
    )
    assert not times
