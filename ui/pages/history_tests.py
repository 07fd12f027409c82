"""The tests of sight and hearing in the dossier: a card per kind, a line per test, with its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from clbdesk.wording import say
from ui import format as show
from ui.pages.history_cells import state_cell
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from clbdesk.services.history_tests import KindTests, ToldTest

_TOP = Qt.AlignmentFlag.AlignTop


class TestsHistory(QWidget):
    """Nothing joins two tests: each kind has a card of its own."""

    def __init__(self) -> None:
        """Empty until `show_tests`."""
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._content: QWidget | None = None

    def show_tests(self, groups: tuple[KindTests, ...]) -> None:
        """Another pupil, or a test more."""
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.deleteLater()
        self._content = QWidget()
        cards = QVBoxLayout(self._content)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(8)
        for group in groups:
            card = Card(group.word)
            card.body.addWidget(_lines(group.lines))
            cards.addWidget(card)
        if not groups:
            cards.addWidget(Label(say("history.no_tests"), role=Role.SECONDARY, wrap=True))
        cards.addStretch(1)
        self._column.addWidget(self._content)


def _lines(lines: tuple[ToldTest, ...]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for place, one in enumerate(lines):
        row, state = one.row, state_cell(one.row)
        moment = row.moment.value if row.moment else ""
        grid.addWidget(Label(show.day(row.on), role=Role.SECONDARY), place, 0, _TOP)
        grid.addWidget(Label(moment), place, 1, _TOP)
        grid.addWidget(Label(one.said, weight=Weight.SEMIBOLD, wrap=True), place, 2, _TOP)
        grid.addWidget(IconWord(state.icon, state.word, state.role), place, 3, _TOP)
        grid.addWidget(Label(row.by, Size.QUIET, role=Role.SECONDARY), place, 4, _TOP)
    grid.setColumnMinimumWidth(0, 96)
    grid.setColumnMinimumWidth(1, 40)
    grid.setColumnStretch(2, 1)
    return made
