"""Dag afsluiten: who is still without an outcome, by class, so that a name is found at once."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import format as show
from ui.theme import Role, Size, Weight
from ui.widgets.label import Label, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.class_list import ListRow

_HARD_SPACE = "\N{NO-BREAK SPACE}"


class NamesByClass(QWidget):
    """One line per class: its name, how many, and who; nobody, no room."""

    def __init__(self) -> None:
        """Nobody."""
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 4, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(2, 1)
        self.hide()

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        """These pupils, in the order of the list."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        top = Qt.AlignmentFlag.AlignTop
        for place, (class_name, found) in enumerate(groupby(rows, lambda row: row.class_name)):
            names = [show.list_name(row.family_name, row.given_name) for row in found]
            unbroken = " · ".join(name.replace(" ", _HARD_SPACE) for name in names)
            self._grid.addWidget(Rule(Role.LINE_FAINT), 2 * place, 0, 1, 3)
            parts = (
                Label(class_name, weight=Weight.SEMIBOLD),
                Label(str(len(names)), Size.QUIET, role=Role.SECONDARY),
                Label(unbroken, wrap=True),
            )
            for column, part in enumerate(parts):
                # What wraps gets its height only without an alignment.
                align = top if column < 2 else Qt.AlignmentFlag(0)
                self._grid.addWidget(part, 2 * place + 1, column, align)
        self.setVisible(bool(rows))
