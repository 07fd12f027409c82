"""The base of every page: frame, regions and keys; a page fills body, footer and rule lines.

Top line 44, banner 60 and steps 40 (only on pages about one pupil), message bar, body, rule lines,
footer 48, status line 32. Only the body scrolls, and only vertically. Enter goes to the next
required field that is still open, else to the primary button; it never presses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui import actions, theme
from ui.actions import Key
from ui.widgets.banner import Banner
from ui.widgets.card import Card
from ui.widgets.control import Control
from ui.widgets.footer import Footer
from ui.widgets.frame_parts import StatusLine, TopLine
from ui.widgets.message_bar import MessageBar
from ui.widgets.rule_line import RuleLines
from ui.widgets.step_bar import StepBar
from ui.widgets.tab_order import after, tab_stops

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

_FEWEST_RULES = 4  # rule lines that always have room
_CLEAR = 12  # room kept round the focused control when the body scrolls to it


class Strip(Card):
    """A card above the page in hand, for something else in between; `gone()` when it is done."""

    gone = Signal()

    def primary(self) -> None:
        """Ctrl+Enter while the focus is in it."""

    def leave(self) -> None:
        """Keep what was typed; called before it closes."""


class PageFrame(QWidget):
    """A page with `top_line`, `banner`, `steps`, `messages`, `body`, `rules`, `footer`, `status`.

    `body` is a column layout with the margins of a page; `fill_body` instead gives the whole room
    to one widget that scrolls by itself (a list beside a rail).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Banner, steps and rule lines stay hidden until they are shown or filled."""
        super().__init__(parent)
        self.top_line = TopLine()
        self.banner = Banner()
        self.steps = StepBar()
        self.messages = MessageBar()
        self.rules = RuleLines()
        self.footer = Footer()
        self.status = StatusLine()
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(16, 12, 16, 8)
        self.body.setSpacing(8)
        self._scroll.setWidget(content)
        self._body: QWidget = content
        self._content = content
        self._scroll.verticalScrollBar().rangeChanged.connect(self._keep_margin)
        self._message_room = _room(self.messages, top=12)
        self._rule_room = _room(self.rules, bottom=8)
        self._above_room = QWidget()
        self._above: Strip | None = None
        self._before_above: QWidget | None = None
        QVBoxLayout(self._above_room).setContentsMargins(16, 12, 16, 0)
        self._above_room.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._above_room.hide()
        self._message_room.hide()
        self.banner.hide()
        self.steps.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        rooms = (self._message_room, self._above_room)
        for part in (self.top_line, self.banner, self.steps, *rooms):
            self._column.addWidget(part)
        self._column.addWidget(self._scroll, 1)
        for part in (self._rule_room, self.footer, self.status):
            self._column.addWidget(part)
        self.messages.installEventFilter(self)
        self.rules.installEventFilter(self)
        self._bind_keys()
        self._into_view = QTimer(self)
        self._into_view.setSingleShot(True)
        self._into_view.timeout.connect(self._show_focused)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keep_in_view)

    def _bind_keys(self) -> None:
        actions.bind(self, Key.NEXT_REGION, lambda: self.walk_regions(1))
        actions.bind(self, Key.PREVIOUS_REGION, lambda: self.walk_regions(-1))
        actions.bind(self, Key.SAVE_AND_GO, self._press_primary)
        actions.bind(self, Key.UNDO, self.messages.act)

    def fill_body(self, widget: QWidget) -> None:
        """Give the room between frame and footer to one widget without margins."""
        self._column.replaceWidget(self._scroll, widget)
        self._column.setStretchFactor(widget, 1)
        self._scroll.hide()
        self._body = widget

    def above(self) -> Strip | None:
        """The strip that is open above the page."""
        return self._above

    def show_above(self, strip: Strip) -> None:
        """Open a strip above the page; what stands on the page is not touched."""
        self._before_above = self.focusWidget()
        self._above = strip
        layout = self._above_room.layout()
        assert layout is not None
        layout.addWidget(strip)
        strip.gone.connect(self.close_above)
        self._above_room.show()

    def close_above(self) -> bool:
        """Close it, with what was typed kept, and give the focus back; False when there is none."""
        strip, self._above = self._above, None
        if strip is None:
            return False
        strip.leave()
        before = self._before_above
        if before is not None and shiboken6.isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._above_room.hide()
        strip.deleteLater()
        return True

    def _press_primary(self) -> None:
        """Ctrl+Enter acts where the focus is: in the strip, or on the page."""
        focus: QWidget | None = self.focusWidget()
        if self._above is not None and focus is not None and self._above.isAncestorOf(focus):
            self._above.primary()
        else:
            self.footer.press_primary()

    def focus_first(self) -> None:
        """Where the page begins: the first control of the body; a page may say otherwise."""
        first = next(iter(_controls(self._body)), None)
        (first or self.footer.primary).setFocus(Qt.FocusReason.OtherFocusReason)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab and Shift+Tab, as the page is laid out now."""
        if not self.isVisible():  # it is going: the focus goes where the next page wants it
            return super().focusNextPrevChild(forward)
        found = self._stops_after_focus(forward=forward)
        if found:
            tab, back = Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason
            found[0].setFocus(tab if forward else back)
        return bool(found)

    def _stops_after_focus(self, *, forward: bool = True) -> list[QWidget]:
        above = (self.top_line, self.steps, self.messages, self._above_room)
        parts = (*above, self._body, self.rules, self.footer)
        stops = [one for part in parts for one in tab_stops(part)]
        ring = after(stops, self.focusWidget(), forward=forward)
        return [one for one in ring if one.isVisibleTo(self) and one.isEnabled()]

    def go_to_next_open(self) -> None:
        """The next required field that is still open after the focus, else the primary button."""
        here: QWidget | None = self.focusWidget()
        stops = (one for one in self._stops_after_focus() if one is not here)
        target = next(filter(_is_open, stops), self.footer.primary)
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def regions(self) -> list[QWidget]:
        """Message bar, cards, rule lines, footer, top line: what F6 walks, those that can."""
        cards: list[QWidget] = [card for card in self._body.findChildren(Card) if card.isVisible()]
        cards.sort(key=lambda card: _reading_order(card, self))
        parts = [self.messages, *(cards or [self._body]), self.rules, self.footer, self.top_line]
        return [part for part in parts if part.isVisible() and _controls(part)]

    def walk_regions(self, step: int) -> None:
        """Focus the first control of the next or previous region."""
        regions = self.regions()
        if not regions:
            return
        focus: QWidget | None = self.focusWidget()
        here = -1 if step > 0 else len(regions)
        for index, region in enumerate(regions):
            if focus is not None and region.isAncestorOf(focus):
                here = index
        target = regions[(here + step) % len(regions)]
        _controls(target)[0].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter that no control used goes to the next open field."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and plain:
            self.go_to_next_open()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low page keeps room for its fields."""
        super().resizeEvent(event)
        self.rules.set_most(max(_FEWEST_RULES, (self.height() - theme.px(380)) // theme.px(50)))

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Rooms of message bar and rule lines open and close with what they hold."""
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            if watched is self.messages:
                self._message_room.setVisible(not self.messages.isHidden())
            elif watched is self.rules:
                self._rule_room.setVisible(not self.rules.isHidden())
        return False

    def _keep_margin(self, lowest: int, highest: int) -> None:
        bar = self._scroll.verticalScrollBar().sizeHint().width() if highest > lowest else 0
        self.body.setContentsMargins(16, 12, 16 - min(16, bar), 8)
        self._into_view.start(0)  # a message or a rule line took room: the focus stays visible

    def _keep_in_view(self, old: QWidget | None, new: QWidget | None) -> None:
        del old
        if new is not None and shiboken6.isValid(self) and self._content.isAncestorOf(new):
            self._into_view.start(0)  # after the layout knows where the control stands

    def _show_focused(self) -> None:
        focus: QWidget | None = self.focusWidget()
        if focus is None or not self._content.isAncestorOf(focus):
            return
        shown = [focus]
        widget = focus.parentWidget()
        while widget is not None and widget is not self._content:
            if widget.property("whole"):  # a field with its question, a strip
                shown.insert(0, widget)
            widget = widget.parentWidget()
        tops = [part.mapTo(self._content, QPoint(0, 0)).y() for part in shown]
        lowest = max(top + part.height() for top, part in zip(tops, shown, strict=True))
        if lowest + _CLEAR <= self._scroll.viewport().height():
            self._scroll.verticalScrollBar().setValue(0)  # with the head that it stands under
            return
        for top, part in zip(tops, shown, strict=True):
            self._scroll.ensureVisible(0, top + part.height(), 0, _CLEAR)
            self._scroll.ensureVisible(0, top, 0, _CLEAR)


def _room(widget: QWidget, *, top: int = 0, bottom: int = 0) -> QWidget:
    room = QWidget()
    layout = QVBoxLayout(room)
    layout.setContentsMargins(16, top, 16, bottom)
    layout.addWidget(widget)
    room.setVisible(not widget.isHidden())
    return room


def _controls(region: QWidget) -> list[QWidget]:
    """Visible enabled controls of a region that Tab would reach, in reading order."""
    found = [
        widget
        for widget in region.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    ]
    return sorted(found, key=lambda widget: _reading_order(widget, region))


def _reading_order(widget: QWidget, within: QWidget) -> tuple[int, int]:
    corner = widget.mapTo(within, QPoint(0, 0))
    return corner.y(), corner.x()


def _is_open(stop: QWidget) -> bool:
    """Whether it is a required field without an answer, or the line to type in of one."""
    both: tuple[object, object] = (stop, stop.parentWidget())
    return any(isinstance(one, Control) and one.required and one.is_open() for one in both)
