"""The body of a topic: guide at the left, head and steps in the middle, the rest at the right.

On a narrow window the right column follows under the steps, in the same scrolling column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clbdesk.services.care_missing import HEAD
from ui import theme
from ui.pages.base import Problem
from ui.pages.care_topic_guide import GuideRail
from ui.pages.care_topic_head import TopicHead
from ui.pages.care_topic_side import TopicSide
from ui.pages.care_topic_steps import TopicSteps
from ui.widgets.card import NARROW, Card
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from clbdesk.services.care_missing import Missing
    from ui.pages.care_notice import Notice
    from ui.pages.care_topic_section import StepSection
    from ui.widgets.text_edit import TextEdit

_SIDE = 332  # with room for its scroll bar
_AIR = 12  # kept free under the field that has the focus


class TopicBody(QWidget):
    """Where the focus is says which step is current: `step_changed(int)`, 0 = the head."""

    step_changed = Signal(int)

    def __init__(self, above: QWidget, today: Callable[[], date]) -> None:
        """`above` stands over the head: the strip that asks a reason."""
        super().__init__()
        self.guide = GuideRail()
        self.head = TopicHead()
        self.steps = TopicSteps(today, self)
        self.side = TopicSide()
        self.current = 0
        content = self._content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        self._arrange_steps()
        self._scroll = scrolling(content)
        card = Card(padding=14, spacing=0)
        card.body.addWidget(self._scroll)
        self._side_scroll = scrolling()
        self._side_scroll.setFixedWidth(theme.px(_SIDE))
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 12, 0, 8)
        middle.setSpacing(8)
        middle.addWidget(above)
        middle.addWidget(self.head)
        middle.addWidget(card, 1)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 12, 0, 8)
        right.addWidget(self._side_scroll)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 0)
        row.setSpacing(16)
        row.addWidget(self.guide)
        row.addLayout(middle, 1)
        row.addWidget(self._right)
        self._is_narrow: bool | None = None
        self._arrange()
        self.steps.arranged.connect(self._arrange_steps)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside or below."""
        super().resizeEvent(event)
        self._arrange()

    def watched(self) -> list[tuple[tuple[TextEdit, ...], Notice]]:
        """The fields in which a name may be typed, each group with the notice under it."""
        sections = [(one.texts(), one.notice) for one in self.steps.sections]
        head, side = self.head, self.side
        return [(head.texts(), head.notice), *sections, ((side.note,), side.notice)]

    def problems(self, missing: Sequence[Missing]) -> list[Problem]:
        """What cannot be read, then what is missing, each with its field."""
        sections = [one.problem() for one in self.steps.sections]
        unread = [self.head.problem(), *sections, self.side.problem()]
        found = [Problem(*one) for one in unread if one]
        self.head.mark_missing([one.field for one in missing if one.step == HEAD])
        for one in missing:
            if one.step == HEAD:
                found.append(Problem(one.text, self.head.field_of(one.field)))
            else:
                found.append(Problem(one.text, self.steps.section(one.step).first()))
        return found

    def set_editable(self, on: bool) -> None:
        """Fields, or what is recorded."""
        for part in (self.head, self.steps, self.side):
            part.set_editable(on)

    def begin(self) -> None:
        """Another topic: from the top, at its head."""
        self.current = 0
        self._scroll.verticalScrollBar().setValue(0)

    @property
    def last(self) -> int:
        """The number of the last step."""
        return len(self.steps.sections)

    def _arrange_steps(self) -> None:
        """The steps of this topic under each other; those that it is not asked are not there."""
        for section in self.steps.every():
            shown = section in self.steps.sections
            if self._column.indexOf(section) >= 0:
                self._column.removeWidget(section)
            if not shown:
                section.setParent(None)
        for place, section in enumerate(self.steps.sections):
            self._column.insertWidget(place, section)
            section.show()

    def go_to(self, number: int) -> None:
        """The focus into a step, and its head at the top."""
        if number == 0:
            self._set_current(0)
            self.head.set_open(True)
            self.head.subject.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        section = self.steps.section(number)
        self._set_current(number)
        section.first().setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, section, lambda: self._to_top(section))

    def _to_top(self, section: StepSection) -> None:
        top = section.mapTo(self._content, QPoint(0, 0)).y()
        self._scroll.verticalScrollBar().setValue(top)

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        del old
        if new is None or not shiboken6.isValid(self) or not self.isAncestorOf(new):
            return
        if self.head.isAncestorOf(new):
            self._set_current(0)
            return
        for section in self.steps.sections:
            if section.isAncestorOf(new):
                self._set_current(section.step.number)
                QTimer.singleShot(0, new, lambda: self._keep_in_view(new))

    def _set_current(self, number: int) -> None:
        if number and self.current == 0 and self.head.is_complete():
            self.head.set_open(False)
        if number != self.current:
            self.current = number
            self.step_changed.emit(number)

    def _keep_in_view(self, widget: QWidget) -> None:
        if shiboken6.isValid(widget) and self._content.isAncestorOf(widget):
            self._scroll.ensureWidgetVisible(widget, 0, _AIR)

    def _arrange(self) -> None:
        narrow = self.width() < theme.px(NARROW)
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        if narrow:
            self._side_scroll.takeWidget()
            self._column.insertWidget(self._column.count() - 1, self.side)
        else:
            self._column.removeWidget(self.side)
            self._side_scroll.setWidget(self.side)
            self.side.setAutoFillBackground(False)
        self.side.show()
        self._right.setVisible(not narrow)
        for label in self.side.findChildren(Label):
            label.redress()


def scrolling(content: QWidget | None = None) -> QScrollArea:
    """A column that scrolls vertically, without frame or ground, and never takes the focus."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.viewport().setAutoFillBackground(False)
    if content is not None:
        made.setWidget(content)
        content.setAutoFillBackground(False)
    return made
