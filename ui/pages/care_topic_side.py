"""Beside the steps: the previous talk with what is open of it, the HGW principles, the CLB-nota."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.standards.care_guide import guide
from clbdesk.wording import label, say
from ui import format as show
from ui import theme
from ui.pages.care_meeting_agreements import LOOKS
from ui.pages.care_notice import Notice
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label, Rule
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.domain.care import Agreement, Hypothesis
    from clbdesk.services.care_earlier import EarlierTopic

_NOTE_LINES = 4


class TopicSide(QWidget):
    """`edited()` by the user; `replace_asked()` from the notice under the nota."""

    edited = Signal()
    replace_asked = Signal()

    def __init__(self) -> None:
        """Without a previous talk."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.previous = Card("Vorige bespreking", spacing=8)
        self._day = Label("", Size.QUIET, role=Role.SECONDARY)
        self.previous.add_to_head(self._day)
        self._agreements = QVBoxLayout()
        self._agreements.setSpacing(6)
        self.previous.body.addLayout(self._agreements)
        self.previous.hide()
        column.addWidget(self.previous)
        column.addWidget(self._principles())
        column.addWidget(self._clb_note(), 1)

    def _principles(self) -> Card:
        card = Card("HGW", spacing=6)
        card.body.addWidget(Rule(Role.LINE))
        self.ticks = {one.code: TickBox(one.label) for one in guide().principle}
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for place, box in enumerate(self.ticks.values()):
            grid.addWidget(box, place // 2, place % 2)
            box.edited.connect(self.edited)
        grid.setColumnStretch(1, 1)
        card.body.addLayout(grid)
        return card

    def _clb_note(self) -> Card:
        card = Card("CLB-nota", "niet naar school, wel inzagerecht", spacing=8)
        self.note = TextEdit("CLB-nota", limit=1000, lines=_NOTE_LINES)
        self.note.edited.connect(self.edited)
        self.notice = Notice()
        self.notice.followed.connect(self.replace_asked)
        card.body.addWidget(self.note)
        card.body.addWidget(self.notice)
        card.body.addStretch(1)
        return card

    def show_entry(self, principles: Sequence[str], note: str) -> None:
        """Ticks and nota of a form."""
        for code, box in self.ticks.items():
            box.set_value(code in principles)
        self.note.set_value(note)

    def principles(self) -> tuple[str, ...]:
        """What is ticked."""
        return tuple(code for code, box in self.ticks.items() if box.value())

    def show_previous(self, earlier: EarlierTopic | None) -> None:
        """What was agreed the last time, and what became of it."""
        self.previous.setVisible(earlier is not None)
        while (item := self._agreements.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if earlier is None:
            return
        self._day.setText(show.day(earlier.on))
        for place, one in enumerate(earlier.agreements):
            self._agreements.addWidget(Rule(Role.LINE if place == 0 else Role.LINE_FAINT))
            self._agreements.addWidget(_agreement(one))
        for thought in earlier.body.open_hypotheses():
            self._agreements.addWidget(Rule(Role.LINE_FAINT))
            self._agreements.addWidget(_open(thought))

    def problem(self) -> tuple[str, QWidget] | None:
        """A nota that is too long."""
        text = self.note.problem()
        return (text, self.note) if text else None

    def set_editable(self, on: bool) -> None:
        """Fields, or what is recorded."""
        self.note.setReadOnly(not on)
        for box in self.ticks.values():
            box.setEnabled(on)


def _open(one: Hypothesis) -> QWidget:
    """What was thought the last time and is still to be confirmed or rejected."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    line.addWidget(IconWord("help", "", Role.ATTENTION), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Label(one.text, wrap=True), 1, Qt.AlignmentFlag.AlignTop)
    state = Label(say("care.still_open"), Size.QUIET, Weight.SEMIBOLD, Role.ATTENTION)
    line.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
    row.setAccessibleName(f"{one.text}: {say('care.still_open')}")
    row.setMinimumHeight(theme.px(36))
    return row


def _agreement(one: Agreement) -> QWidget:
    icon, role = LOOKS[one.status]
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    line.addWidget(IconWord(icon, "", role), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(Label(one.what, wrap=True))
    by = f" · tegen {show.short_day(one.by)}" if one.by else ""
    words.addWidget(Label(f"{one.who}{by}", Size.QUIET, role=Role.SECONDARY))
    if one.note:
        words.addWidget(Label(one.note, Size.QUIET, role=Role.SECONDARY, wrap=True))
    line.addLayout(words, 1)
    state = Label(label(one.status), Size.QUIET, Weight.SEMIBOLD, role)
    line.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
    row.setAccessibleName(f"{one.what}, {one.who}{by}: {label(one.status)}")
    row.setMinimumHeight(theme.px(36))
    return row
