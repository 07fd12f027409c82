"""The window: one page at a time, a way back, the lock, and what nobody else handles.

Pages are made by `PageMaker` functions once per user and kept. Names of pupils never reach the
title bar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QWidget

from ui import actions
from ui.actions import Key, StepKeys
from ui.pages.base import Destination, Page, Work
from ui.tasks import Lane

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from clbdesk.services.outcome import ChangeSet
    from clbdesk.services.waiting import Waiting
    from ui.bus import Message

PageMaker = Callable[[Work], Page]
_HOME = Destination("visits")


class Window(QWidget):
    """Everything between the title bar and the edges of the screen.

    `locked` is called when the window is to be covered; it gets the place to return to.
    """

    def __init__(self, makers: Mapping[str, PageMaker], cover: QWidget) -> None:
        """`cover`: the unlock page, shown while no desk is open."""
        super().__init__()
        self.setWindowTitle("clbdesk")
        self.setMinimumSize(1024, 560)
        self.resize(1366, 728)
        self._makers = dict(makers)
        self._cover = cover
        self._work: Work | None = None
        self._pages: dict[str, Page] = {}
        self._trail: list[Destination] = []
        self._stack = QStackedLayout(self)
        self._stack.addWidget(cover)
        self._lock_call: Callable[[], None] = lambda: None
        self._fault_call: Callable[[BaseException, str], None] = lambda _error, _page: None
        whole = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for key, call in (
            (Key.BACK, self.back),
            (Key.TODAY, partial(self.go, _HOME)),
            (Key.FIND, partial(self.go, Destination("search"))),
            (Key.SYNCHRONISE, partial(self.go, Destination("synchronise"))),
            (Key.LOCK, self.lock),
            (Key.HISTORY, self._open_history),
        ):
            actions.bind(self, key, call, whole)
        self.step_keys = StepKeys(self)
        self.step_keys.step_asked.connect(self._on_step_asked)

    def on_lock(self, call: Callable[[], None]) -> None:
        """What closes the desk after the window was covered."""
        self._lock_call = call

    def on_fault(self, call: Callable[[BaseException, str], None]) -> None:
        """What is told of an exception that nobody could handle."""
        self._fault_call = call

    # --- opening and locking ---

    def open(self, work: Work, to: Destination | None = None) -> None:
        """A user is in: forget the pages of another one, and show where to begin."""
        self._forget()
        self._work = work
        work.bus.navigate.connect(self.go)
        work.bus.message.connect(self._on_message)
        work.bus.changed.connect(self._on_changed)
        work.bus.fault.connect(self._on_fault)
        self.go(to or _HOME)
        self._count_waiting()

    def lock(self) -> None:
        """Cover the window at once, keep what was typed, then let the desk be closed."""
        if self._work is None:
            return
        page = self.page()
        self._stack.setCurrentWidget(self._cover)
        if page is not None:
            page.leave()
        self._work = None
        self._lock_call()

    def place(self) -> Destination | None:
        """Where the user is, to come back to after unlocking."""
        return self._trail[-1] if self._trail else None

    def close_desk(self) -> None:
        """Drop every page, and with them everything that was shown."""
        self._forget()

    def _forget(self) -> None:
        self._stack.setCurrentWidget(self._cover)
        for page in self._pages.values():
            self._stack.removeWidget(page)
            page.deleteLater()
        self._pages, self._trail, self._work = {}, [], None

    # --- going ---

    def page(self) -> Page | None:
        """The page that is shown, or None while the window is locked."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def go(self, to: Destination) -> None:
        """Leave the page that is shown and arrive at another."""
        if self._work is None or to.page not in self._makers:
            return
        here = self.page()
        if here is not None:
            here.leave()
        # A page stands on the trail once: going on from it again does not make a longer way back.
        while any(one.page == to.page for one in self._trail):
            self._trail.pop()
        self._trail.append(to)
        self._show(to)

    def back(self) -> None:
        """Esc: close what is open on the page, else one page back; drafts are kept."""
        here = self.page()
        if here is None or here.close_open():
            return
        if len(self._trail) > 1:
            here.leave()
            self._trail.pop()
            self._show(self._trail[-1])

    def _show(self, to: Destination) -> None:
        assert self._work is not None
        page = self._pages.get(to.page)
        if page is None:
            page = self._makers[to.page](self._work)
            page.top_line.back_asked.connect(self.back)
            page.top_line.lock_asked.connect(self.lock)
            self._pages[to.page] = page
            self._stack.addWidget(page)
        before = self._trail[-2].page if len(self._trail) > 1 else None
        page.top_line.set_back(self._pages[before].title_back() if before else "")
        self._stack.setCurrentWidget(page)
        page.show_status()
        page.arrive(to)

    def _open_history(self) -> None:
        here = self.place()
        if here is not None and here.pupil_id is not None:
            self.go(Destination("history", here.visit_id, here.pupil_id, here.step))

    def _on_step_asked(self, number: int) -> None:
        page = self.page()
        if page is not None:
            page.go_to_step_number(number)

    # --- the bus ---

    def _on_message(self, message: Message) -> None:
        page = self.page()
        if page is not None:
            page.messages.show_message(message)

    def _on_changed(self, changes: ChangeSet) -> None:
        for page in self._pages.values():
            page.refresh(changes)
        self._count_waiting()

    def _count_waiting(self) -> None:
        """What waits for the centre stands on every page."""
        work = self._work
        if work is None:
            return
        from clbdesk.services.waiting import waiting

        lane = Lane(work.desk.vault.compartment.value)
        call = partial(waiting, work.desk)
        work.tasks.run(lane, call, self._show_waiting, failed=lambda _trouble: None, owner=self)

    def _show_waiting(self, found: Waiting) -> None:
        if self._work is not None:
            self._work.waiting, self._work.overdue = found.count, found.overdue
            page = self.page()
            if page is not None:
                page.show_status()

    def _on_fault(self, error: BaseException) -> None:
        here = self.place()
        self._fault_call(error, here.page if here else "unlock")
        if self._work is not None and here is not None and here.page != "fault":
            self._work.before_fault = here
            self.go(Destination("fault"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing keeps what was typed and locks; nobody is asked whether to save."""
        if self._work is not None:
            self.lock()
        event.accept()
