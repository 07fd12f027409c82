"""Messages in the layout above what they are about: no boxes, no overlay.

Info and success leave after 8 s, 10 s when they can be undone; attention and error stay until
somebody solves them. Every message is announced to assistive technology.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.bus import Act, Message, Severity
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.button import Button, Link
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

_LOOK = {
    Severity.INFO: ("info-circle", Role.ACCENT, Role.SELECTED_LIGHT),
    Severity.OK: ("circle-check", Role.OK, Role.OK_GROUND),
    Severity.ATTENTION: ("alert-triangle", Role.ATTENTION, Role.ATTENTION_GROUND),
    Severity.ERROR: ("alert-triangle", Role.ERROR, Role.ERROR_GROUND),
}
_INFO_SECONDS = 8.0
_UNDO_SECONDS = 10.0
_LEFT, _RIGHT, _INDENT, _LINK_GAP = 16, 8, 32, 16


class MessageBar(QWidget):
    """Shows the newest message; one that stays comes back when an info above it has gone.

    `shown` and `emptied` let the page open and close the room.
    """

    emptied = Signal()

    def __init__(self) -> None:
        """Hidden until `show_message`."""
        super().__init__()
        self._messages: list[Message] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(_LEFT, 4, _RIGHT, 4)
        outer.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(12)
        self._icon = IconWord(size=Size.TITLE)
        self._text = Label(weight=Weight.SEMIBOLD, wrap=True)
        self._act = Button("", height=36)
        self._close = Button("Sluiten", height=36)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._act)
        row.addWidget(self._close)
        outer.addLayout(row)
        self._links = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._links.setContentsMargins(_INDENT, 0, 0, 4)
        outer.addLayout(self._links)
        self._ways_out: list[Link] = []
        self._act.clicked.connect(self.act)
        self._close.clicked.connect(self.dismiss)
        self._measure()
        theme.signals().changed.connect(self._measure)
        self.hide()

    def show_message(self, message: Message) -> None:
        """Show above what stands; an info replaces an older info."""
        self._messages = [one for one in self._messages if _seconds(one) is None]
        self._messages.append(message)
        self._draw()
        event = QAccessibleAnnouncementEvent(self, message.text)
        if message.severity is Severity.ERROR:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def say(self, text: str, severity: Severity = Severity.INFO, act: Act | None = None) -> None:
        """The common case of `show_message`."""
        self.show_message(Message(text, severity, act))

    def message(self) -> Message | None:
        """What is on the screen."""
        return self._messages[-1] if self._messages else None

    def act(self) -> None:
        """Do what the message offers (Ctrl+Shift+O for undo) and take it away."""
        message = self.message()
        if message is not None and message.act is not None:
            self.dismiss()
            message.act.call()

    def dismiss(self) -> None:
        """Take the newest message away."""
        if self._messages:
            self._messages.pop()
        self._draw()

    def form_left(self) -> None:
        """Another form is on the screen: take away what a key filled in and what was left to put
        right in the one before. What was saved, and what could not be, stays.
        """
        kept = [one for one in self._messages if _outlives_its_form(one)]
        if kept != self._messages:
            self._messages = kept
            self._draw()

    def clear(self) -> None:
        """Take all messages away, as on going to another pupil."""
        self._messages = []
        self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of the severity."""
        del event
        message = self.message()
        if message is not None:
            ground = _LOOK[message.severity][2]
            paint.frame(
                QPainter(self), QRectF(self.rect()), ground=ground, radius=paint.RADIUS_CARD
            )

    def _draw(self) -> None:
        self._timer.stop()
        message = self.message()
        if message is None:
            self.hide()
            self.emptied.emit()
            return
        icon, role, _ground = _LOOK[message.severity]
        self._icon.show_state(icon, "", role)
        self._text.setText(message.text)
        self.setAccessibleName(message.text)
        self._act.setVisible(message.act is not None)
        if message.act is not None:
            self._act.set_words(message.act.text, message.act.hint)
        seconds = _seconds(message)
        self._close.setVisible(seconds is None)
        self._draw_links(message)
        if seconds is not None:
            self._timer.start(round(seconds * 1000))
        self.show()
        self.update()

    def _draw_links(self, message: Message) -> None:
        while (item := self._links.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._ways_out = [Link(act.text, Size.BASE) for act in message.links]
        for act, link in zip(message.links, self._ways_out, strict=True):
            link.clicked.connect(lambda _=False, call=act.call: call())
            self._links.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        if message.links:
            self._links.addStretch(1)
        self._arrange_links()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What no longer fits beside each other goes below each other."""
        super().resizeEvent(event)
        self._arrange_links()

    def _arrange_links(self) -> None:
        """A sentence is never cut off: links that do not fit in one line stand in a column."""
        widths = [link.sizeHint().width() for link in self._ways_out]
        room = self.width() - _LEFT - _RIGHT - _INDENT
        needed = sum(widths) + _LINK_GAP * max(0, len(widths) - 1)
        directions = QBoxLayout.Direction
        below = needed > room
        self._links.setDirection(directions.TopToBottom if below else directions.LeftToRight)
        self._links.setSpacing(0 if below else _LINK_GAP)

    def focus_first_link(self) -> None:
        """Go to the first thing that must be put right."""
        if self._ways_out:
            self._ways_out[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _measure(self) -> None:
        self.setMinimumHeight(theme.px(44))


def _seconds(message: Message) -> float | None:
    if message.seconds is not None:
        return message.seconds
    if message.severity in {Severity.ATTENTION, Severity.ERROR}:
        return None
    return _UNDO_SECONDS if message.act is not None else _INFO_SECONDS


def _outlives_its_form(message: Message) -> bool:
    is_trouble = message.severity is Severity.ERROR and not message.links
    return is_trouble or message.severity is Severity.OK


def to_put_right(problems: tuple[Act, ...]) -> Message:
    """The summary on saving: "Er zijn 2 dingen na te kijken", each a link to its field."""
    count = len(problems)
    text = "Er is 1 ding na te kijken." if count == 1 else f"Er zijn {count} dingen na te kijken."
    return Message(text, Severity.ERROR, links=problems)
