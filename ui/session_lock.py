"""Locks the window when the session is locked or the laptop goes to sleep, before anybody sees it.

Linux tells it over D-Bus (the screen saver of the desktop, systemd's logind), Windows by a message
to the window. Where neither answers, the time of `ui.lock` remains.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QObject, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtCore import QByteArray
    from PySide6.QtDBus import QDBusConnection
    from PySide6.QtWidgets import QApplication, QWidget

# The desktop says that its lock screen went on: GNOME by the first, KDE and others by the second.
_SCREEN_SAVERS = ("org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver")
_LOGIN_MANAGER = "org.freedesktop.login1.Manager"

# WinUser.h, WtsApi32.h: numbers of messages and what they say.
_WM_POWERBROADCAST, _PBT_APMSUSPEND = 0x0218, 0x0004
_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK = 0x02B1, 0x0007
_LOCKING = {(_WM_POWERBROADCAST, _PBT_APMSUSPEND), (_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK)}


class SessionLock(QObject):
    """Emits `locked` when the operating system locks the session or goes to sleep."""

    locked = Signal()

    def listen_on(self, session: QDBusConnection, system: QDBusConnection) -> None:
        """Hear the two buses of a Linux desktop; one that is not there says nothing."""
        slot: Any = SLOT("begins(bool)")  # text, whatever the types of PySide6 6.12 say
        for interface in _SCREEN_SAVERS if session.isConnected() else ():
            session.connect("", "", interface, "ActiveChanged", self, slot)
        if system.isConnected():
            system.connect("", "", _LOGIN_MANAGER, "PrepareForSleep", self, slot)

    @Slot(bool)
    def begins(self, on: bool) -> None:
        """The lock screen went on or off; sleep begins or ended."""
        if on:
            self.locked.emit()


class WindowsMessages(QAbstractNativeEventFilter):
    """Reads what Windows sends to the window about the session and its power."""

    def __init__(self, lock: SessionLock) -> None:
        """`lock` hears of it."""
        super().__init__()
        self._lock = lock

    def nativeEventFilter(
        self, event_type: QByteArray | bytes | bytearray | memoryview[int], message: int
    ) -> tuple[bool, int]:
        """Look at every message and keep none."""
        if event_type == b"windows_generic_MSG":
            sent = wintypes.MSG.from_address(int(message))
            self._lock.begins((sent.message, sent.wParam) in _LOCKING)
        return False, 0


def watch_session(app: QApplication, window: QWidget) -> SessionLock:
    """Begin to hear the operating system this program runs on, as long as the window lives."""
    lock = SessionLock(window)
    if sys.platform == "win32":
        # The answer does not matter: where Windows refuses, the idle lock remains.
        ctypes.windll.wtsapi32.WTSRegisterSessionNotification(int(window.winId()), 0)
        messages = WindowsMessages(lock)
        app.installNativeEventFilter(messages)
        app.aboutToQuit.connect(lambda: app.removeNativeEventFilter(messages))
    else:
        from PySide6.QtDBus import QDBusConnection

        lock.listen_on(QDBusConnection.sessionBus(), QDBusConnection.systemBus())
    return lock
