"""The window: one page at a time, a way back, the lock, and what nobody else handles.

Pages are made by `PageMaker` functions once per user and kept. Names of pupils never reach the
title bar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QStackedLayout, QWidget

from ui import actions
from ui.actions import Key, StepKeys
from ui.bus import Severity
from ui.pages.base import Destination, Left, Page, Work
from ui.pages.blank import BlankPage
from ui.pages.border_route import door_to, way_to
from ui.pages.discretion import Discretion
from ui.pages.lease_words import lease_words
from ui.pages.page_keys import PageKeys
from ui.pages.return_to import focus_field
from ui.tasks import Lane

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from clbdesk.errors import Environment, Refused
    from clbdesk.services.outcome import ChangeSet
    from clbdesk.services.waiting import Waiting
    from ui.bus import Bus, Message

PageMaker = Callable[[Work], Page]
_HOME, _SYNC = Destination("visits"), Destination("synchronise")


class Window(QWidget):
    """Everything between the title bar and the edges of the screen."""

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
        self._bus: Bus | None = None
        self._over: QWidget | None = None
        self._field = self._told_lease = ""
        self._is_closing = False
        self._waiting: Waiting | None = None
        self._before_over: QWidget = self
        self.discretion = Discretion()
        self._blank = BlankPage()
        self._blank.woken.connect(self._close_over)
        self._blank.expired.connect(self.lock)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(cover)
        self._stack.addWidget(self._blank)
        self._lock_call: Callable[[], None] = lambda: None
        self._fault_call: Callable[[BaseException, str], None] = lambda _error, _page: None
        whole = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for key, call in (
            (Key.BACK, self.back),
            (Key.TODAY, partial(self.go, _HOME)),
            (Key.FIND, partial(self.go, Destination("search"))),
            (Key.SYNCHRONISE, partial(self.go, _SYNC)),
            (Key.LOCK, self.lock),
            (Key.HISTORY, partial(self._open_about, "history", pupil=True)),
            (Key.DISCREET, lambda: self._be_discreet(None)),
            (Key.BLANK, self._go_blank),
            (Key.PAGE_KEYS, self._show_keys),
            (Key.MENU, self._show_menu),
            (Key.SIGNAL, self._note_signal),
            (Key.CONCERN, partial(self._open_about, "safety_concern", pupil=False)),
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

    def open(self, work: Work, back_to: Left | None = None) -> None:
        """A user is in: forget the pages of another one; the same one goes on where he or she was."""
        self._forget()
        self._work = work
        self._listen(work.bus)
        trail = back_to.trail if back_to and back_to.trail else (_HOME,)
        self._trail = [one for one in trail if one.page in self._makers]
        self._field = back_to.field if back_to else ""
        self._told_lease = ""
        self._is_closing = False
        self._waiting = None
        self._count_waiting()
        if self._field:
            work.tasks.busy_changed.connect(self._return_to_field)

    def uncover(self, work: Work) -> None:
        """The vault stayed open behind the cover, because a draft could not be kept."""
        self._work = work
        self._is_closing = False
        page = self._pages[self._trail[-1].page]
        self._stack.setCurrentWidget(page)
        focus_field(page, self._field)

    def _listen(self, bus: Bus) -> None:
        if self._bus is bus:
            return
        self._bus = bus
        bus.navigate.connect(self.go)
        bus.message.connect(self._on_message)
        bus.changed.connect(self._on_changed)
        bus.fault.connect(self._on_fault)
        bus.discreet.connect(self._be_discreet)

    def lock(self) -> None:
        """Cover the window at once, keep what was typed, then let the desk be closed."""
        if self._work is None:
            return
        page = self._under()
        focus: QWidget | None = page.focusWidget() if page is not None else None
        self._field = focus.accessibleName() if focus is not None else ""
        self._close_over()
        self._stack.setCurrentWidget(self._cover)
        if page is not None:
            page.close_above()
            page.leave()
            page.keep_again()
            self._trail[-1] = page.place(self._trail[-1])
        self._work = None
        self._lock_call()

    def left(self) -> Left:
        """Where the user was when the window was covered."""
        return Left(tuple(self._trail), self._field)

    def trouble(self) -> Refused | Environment | None:
        """Why something that was typed could not be kept; None when all of it is safe."""
        return next((one.unkept for one in self._pages.values() if one.unkept is not None), None)

    def place(self) -> Destination | None:
        """Where the user is."""
        return self._trail[-1] if self._trail else None

    def close_desk(self) -> None:
        """Drop every page, and with them everything that was shown."""
        self._forget()
        if self._is_closing:
            self.close()

    def _drop(self, pages: Iterable[Page]) -> None:
        for page in pages:
            self._stack.removeWidget(page)
            page.deleteLater()

    def _forget(self) -> None:
        self._stack.setCurrentWidget(self._cover)
        self._drop(self._pages.values())
        self._pages, self._trail, self._work = {}, [], None

    def make_anew(self) -> None:
        """Drop the pages that are not shown: they were laid out for another size of text."""
        here = self._under()
        kept = {name: one for name, one in self._pages.items() if one is here or one.is_keeping()}
        self._drop([one for name, one in self._pages.items() if name not in kept])
        self._pages = kept

    def _return_to_field(self, is_busy: bool) -> None:
        """One answer may ask the next question: look when nothing follows."""
        if not is_busy:
            QTimer.singleShot(0, self._when_quiet)

    def _when_quiet(self) -> None:
        work, page = self._work, self.page()
        if work is None or not self._field or work.tasks.is_busy():
            return
        work.tasks.busy_changed.disconnect(self._return_to_field)
        if page is not None:
            focus_field(page, self._field)
        self._field = ""

    # --- going ---

    def page(self) -> Page | None:
        """The page that is shown, or None while the window is locked."""
        shown = self._stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def go(self, asked: Destination) -> None:
        """Leave the page that is shown and arrive at another."""
        if self._work is None or asked.page not in self._makers:
            return
        to = door_to(self._trail, asked, self._work.station)
        closed = self._waiting is not None and self._waiting.may_only_sync
        if closed and to.page != _SYNC.page:
            return
        here = self._under()
        self._close_over()
        if here is not None:
            here.close_above()
            here.leave()
            self._trail[-1] = here.place(self._trail[-1])
        self._trail = way_to(self._trail, to)
        self._show(to)

    def back(self) -> None:
        """Esc: close what is open over or on the page, else one page back; drafts are kept."""
        if self._over is not None:
            self._close_over()
            return
        here = self.page()
        if here is None or here.close_above() or here.close_open():
            return
        if len(self._trail) > 1:
            here.leave()
            self._trail.pop()
            self._show(self._trail[-1])

    def _show(self, to: Destination) -> None:
        page = self._made(to.page)
        before = self._trail[-2].page if len(self._trail) > 1 else None
        page.top_line.set_back(self._made(before).title_back() if before else "")
        self._stack.setCurrentWidget(page)
        page.show_status()
        page.arrive(to)

    def _made(self, name: str) -> Page:
        assert self._work is not None
        page = self._pages.get(name)
        if page is None:
            page = self._makers[name](self._work)
            page.top_line.back_asked.connect(self.back)
            page.top_line.lock_asked.connect(self.lock)
            if self._work.is_medical() and not page.prints_itself:
                actions.bind(page, Key.PRINT, partial(self._open_about, "print", pupil=False))
            self._pages[name] = page
            self._stack.addWidget(page)
        return page

    def _open_about(self, name: str, *, pupil: bool) -> None:
        page, here = self._under(), self.place()
        if page is not None and here is not None and (here.pupil_id is not None or not pupil):
            at = page.place(here)
            self.go(Destination(name, at.visit_id, at.pupil_id, at.step))

    def _note_signal(self) -> None:
        page, here = self.page(), self.place()
        if page is not None and here is not None:
            from ui.pages.signal_capture import note_signal

            note_signal(page, page.place(here))

    def _on_step_asked(self, number: int) -> None:
        page = self.page()
        if page is not None:
            page.go_to_step_number(number)

    # --- over the page ---

    def _under(self) -> Page | None:
        """The page that is shown, or that stands under the list of keys, the menu or the blank."""
        if self._over is None:
            return self.page()
        return self._pages.get(self._trail[-1].page) if self._trail else None

    def _cover_page(self, over: QWidget) -> None:
        page = self.page()
        if self._work is None or page is None:
            return
        page.leave()
        focus: QWidget | None = page.focusWidget()
        self._before_over = page if focus is None else focus
        self._over = over
        if over is not self._blank:
            self._stack.addWidget(over)
        self._stack.setCurrentWidget(over)
        over.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_over(self) -> None:
        over, self._over = self._over, None
        if over is None:
            return
        page = self._pages.get(self._trail[-1].page) if self._trail else None
        if page is not None:
            self._stack.setCurrentWidget(page)
            self._before_over.setFocus(Qt.FocusReason.OtherFocusReason)
        if over is self._blank:
            self._blank.stop()
        else:
            self._stack.removeWidget(over)
            over.deleteLater()

    def _be_discreet(self, on: bool | None) -> None:
        """What a page asks; None = F9."""
        if self._work is None:
            return
        if on is None:
            self.discretion.toggle(self._work.station)
        else:
            self.discretion.follow(self._work.station, on=on)
        for page in self._pages.values():
            page.show_discreet()

    def _go_blank(self) -> None:
        if self._work is not None and self._over is None:
            self._cover_page(self._blank)
            self._blank.start(self._work.desk.clock)

    def _show_keys(self) -> None:
        page = self.page()
        if page is not None:
            self._cover_page(PageKeys(page, self))

    def _show_menu(self) -> None:
        if self._work is None or self.page() is None:
            return
        from ui.pages.page_menu import PageMenu, menu_lines

        medical = self._work.is_medical()
        menu = PageMenu(menu_lines(self._makers, self.place(), is_medical=medical))
        menu.chosen.connect(self.go)
        self._cover_page(menu)

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
        work.tasks.run(lane, call, self._show_waiting, failed=self._show_first, owner=self)

    def _show_first(self, _trouble: Refused | Environment | None = None) -> None:
        """Behind the cover until it is known what the lease allows."""
        if self._work is not None and self._stack.currentWidget() is self._cover:
            self._show(self._trail[-1])

    def _show_waiting(self, found: Waiting) -> None:
        if self._work is not None:
            self._work.take_up(found)
            self._waiting = found
            if found.may_only_sync:
                self._trail = [_SYNC]
            self._show_first()
            self._tell_lease(self._work, found)
            page = self.page()
            if page is not None:
                page.show_status()

    def _tell_lease(self, work: Work, found: Waiting) -> None:
        """Once per unlocking: what the end of the lease means."""
        text = lease_words(found) if found.is_read_only or found.ends_at else ""
        if text and text != self._told_lease:
            self._told_lease = text
            work.bus.say(text, Severity.ATTENTION)

    def _on_fault(self, error: BaseException) -> None:
        here = self.place()
        self._fault_call(error, here.page if here else "unlock")
        if self._work is not None and here is not None and here.page != "fault":
            self._work.before_fault = here
            self.go(Destination("fault"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing keeps what was typed and locks; the window goes when the vault is closed."""
        if self._work is None:
            event.accept()
            return
        event.ignore()
        self._is_closing = True
        self.lock()
