"""Starting the window: theme, unlock page, and what belongs to one open desk.

Heavy parts (charts, paper, sync) are imported when a page first needs them, so that the unlock
page stands within the budget of architecture §8.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from clbdesk import bootstrap, logs
from clbdesk.dumps import forbid_dumps
from clbdesk.settings import Look, Settings, read_settings
from clbdesk.wording import say
from ui import theme
from ui.actions import AtFocus
from ui.ahead import Ahead
from ui.bus import Bus
from ui.lock import IdleLock
from ui.pages.base import Left, Work
from ui.pages.registry import page_makers
from ui.pages.unlock import UnlockPage
from ui.tasks import Collector, Lane, Tasks
from ui.widgets import focus_ring
from ui.window import Window

if TYPE_CHECKING:
    from clbdesk.bootstrap import Program
    from clbdesk.services.desk import Desk
    from ui.link import PostLink
    from ui.session_lock import SessionLock


@dataclass(eq=False)
class Desktop:
    """The running window of one installation."""

    program: Program
    app: QApplication
    window: Window = field(init=False)
    work: Work | None = field(init=False, default=None)
    _bus: Bus = field(init=False)
    _tasks: Tasks = field(init=False)
    ahead: Ahead = field(init=False)
    _unlock: UnlockPage = field(init=False)
    _idle: IdleLock = field(init=False)
    _keys: AtFocus = field(init=False)
    _session: SessionLock | None = field(init=False, default=None)
    _recent: logs.Recent = field(init=False)
    _left: tuple[str, Left | None] = field(init=False, default=("", None))
    _closing: Work | None = field(init=False, default=None)
    _kept_open: Work | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Build the window with the unlock page on it."""
        self._bus = Bus()
        self._tasks = Tasks(self._bus)
        self.ahead = Ahead(self._tasks)
        self._bus.changed.connect(self.ahead.notice)
        self._unlock = UnlockPage(self.program, self._tasks)
        self.window = Window(page_makers(self.program), self._unlock)
        self._idle = IdleLock(self.app)
        self.window.installEventFilter(self.window.step_keys)  # keys when nothing has the focus
        self._keys = AtFocus(self.window.step_keys)
        self._keys.start()
        self._unlock.unlocked.connect(self.open)
        self._unlock.painted.connect(self._prepare)
        self._idle.lock_asked.connect(self.window.lock)
        self.window.on_lock(self.close_desk)
        self.window.on_fault(self._keep_fault)
        self._bus.comfort.connect(self._dress)
        self._dress(read_settings(self.program.folder))
        self._recent = logs.Recent()
        logging.getLogger("clbdesk").addHandler(self._recent)

    def _dress(self, settings: Settings) -> None:
        """Colours, size of text, when to lock and what to hide, as they were set on this laptop."""
        before = theme.text_scale()
        theme.apply(self.app, _scheme(self.app, settings.look), settings.text_percent / 100)
        if theme.text_scale() != before:
            self.window.make_anew()
        self._idle.set_minutes(settings.lock_minutes)
        self.window.discretion.at_puberty = settings.discreet_at_puberty

    def _prepare(self) -> None:
        """Import what unlocking needs while the passphrase is being typed."""
        self._tasks.run(Lane.NETWORK, bootstrap.prepare, lambda _none: None)

    def open(self, desk: Desk) -> None:
        """A user is in: the same one returns to where he or she was."""
        kept_open, self._kept_open = self._kept_open, None
        if kept_open is not None:
            self.work = kept_open
            self.window.uncover(kept_open)
        else:
            self.work = Work(desk, self._tasks, self._bus, self._post_link(desk))
            who, place = self._left
            self.window.open(self.work, place if who == desk.user.staff_id else None)
        self._idle.start()
        self.ahead.begin(desk)
        if self._session is None:
            self._session = self._watch_session()

    def _watch_session(self) -> SessionLock:
        """When the laptop is locked or put to sleep, so is the window."""
        from ui.session_lock import watch_session

        session = watch_session(self.app, self.window)
        session.locked.connect(self.window.lock)
        return session

    def _post_link(self, desk: Desk) -> PostLink:
        """What is recorded here goes to the other post, and what comes from there to the pages."""
        from ui.link import PostLink

        link = PostLink(desk)
        self._bus.changed.connect(link.notice)
        link.heard.connect(self._bus.changed)
        return link

    def close_desk(self) -> None:
        """After the window was covered: let drafts be kept first, then close the vault."""
        self._idle.stop()
        self.ahead.end()
        clipboard = self.app.clipboard()
        if clipboard.ownsClipboard():  # what another program put there is not ours to take away
            clipboard.clear()
        work, self.work = self.work, None
        if work is None:
            return
        work.link.end()
        self._closing = work
        self._left = (work.desk.user.staff_id, self.window.left())
        lane = Lane(work.desk.vault.compartment.value)
        self._tasks.run(lane, lambda: None, lambda _none: self._on_drafts_kept(work))

    def _on_drafts_kept(self, work: Work) -> None:
        """Close the vault; or leave it open behind the cover when typing would be lost."""
        if self._closing is not work:
            return  # the program was left meanwhile
        self._closing = None
        trouble = self.window.trouble()
        if trouble is not None:
            self._kept_open = work
            self._unlock.stay_open(work.desk, say(trouble.key, **trouble.values))
            return
        self._unlock.stay_open(None)
        lane = Lane(work.desk.vault.compartment.value)
        self._tasks.run(lane, work.desk.close, self._on_closed)

    def notice(self, error: BaseException) -> None:
        """What a page let through is a fault too: told when that page has finished what it does."""
        QTimer.singleShot(0, self.window, lambda: self._bus.fault.emit(error))

    def _keep_fault(self, error: BaseException, page: str) -> None:
        """Note a defect; the page of faults shows the report."""
        report = logs.fault_report(error, page, self.program.clock.now(), self._recent)
        logs.window.error("fault %s on %s", report.code, page)
        if self.work is not None:
            self.work.fault = report

    def _on_closed(self, _none: None) -> None:
        self.window.close_desk()
        self._unlock.prepare()

    def quit(self) -> None:
        """Finish what was asked, close the vault, end the threads.

        No filter of ours stays: Qt asks it while everything is taken down at the end of the
        process, when Python cannot answer any more.
        """
        self._unlock.blockSignals(True)  # it may be painted for the first time after this
        self.close_desk()
        self._idle.stop()
        self._keys.stop()
        self._tasks.close()
        for work in (self._closing, self._kept_open):
            if work is not None:
                work.desk.close()
        self._closing = self._kept_open = None


def _scheme(app: QApplication, look: Look) -> theme.Scheme:
    dark = app.styleHints().colorScheme() is Qt.ColorScheme.Dark
    if look is Look.DARK or (look is Look.SYSTEM and dark):
        return theme.Scheme.DARK
    return theme.Scheme.LIGHT


def make_app() -> QApplication:
    """The application with its fonts, colours and Dutch words of Qt's own menus."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("clbdesk")
    QLocale.setDefault(QLocale(QLocale.Language.Dutch, QLocale.Country.Belgium))
    if app.findChild(QTranslator) is None:
        translator = QTranslator(app)
        words = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load("qtbase_nl", words):
            app.installTranslator(translator)
    theme.apply(app, theme.Scheme.LIGHT)
    focus_ring.install(app)
    if app.findChild(Collector) is None:
        Collector(app)
    return app


def main() -> int:
    """Run the window until it is closed."""
    forbid_dumps()
    app = make_app()
    desktop = Desktop(bootstrap.start(), app)
    logs.keep_messages_in(desktop.notice)
    desktop.window.showMaximized()
    code = app.exec()
    desktop.quit()
    # While Qt still stands: what Python takes apart at its end, in any order, crashed one time in three.
    shiboken6.delete(desktop.window)
    return code
