"""What is shown of Opvolging: whose, which kind, found by a few letters, in which order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clbdesk.domain.names import normalise
from ui.pages.follow_up_words import GROUPS, searched
from ui.theme import Role
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.follow_up_row import FollowUpRow

_ALL = "all"
_WHOSE = (Choice("mine", "Mijn", "m"), Choice("team", "Team", "t"))
_ORDERS = (
    Choice("due", "Tegen", "t"),
    Choice("school", "School", "s"),
    Choice("pupil", "Leerling", "l"),
)


class FollowUpFilters(QWidget):
    """Two lines above the list. `changed()` when another choice was made."""

    changed = Signal()

    def __init__(self) -> None:
        """Mine, everything, in the order of the terms."""
        super().__init__()
        self.whose = ChoiceRow("Toon", _WHOSE)
        self.whose.set_value("mine")
        self.group = ChoiceRow("Soort", (), padding=12)
        self.order = ChoiceRow("Volgorde", _ORDERS)
        self.order.set_value("due")
        self.search = QLineEdit()
        self.search.setAccessibleName("Zoek in de lijst")
        self.search.setPlaceholderText("Zoek in de lijst")
        self.search.setMinimumHeight(40)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 0, 16, 0)
        column.setSpacing(8)
        first, second = QHBoxLayout(), QHBoxLayout()
        for line in (first, second):
            line.setSpacing(12)
            column.addLayout(line)
        first.addWidget(self.whose)
        first.addWidget(self.group)
        first.addStretch(1)
        second.addWidget(self.search, 1)
        second.addWidget(Label("Volgorde", role=Role.SECONDARY))
        second.addWidget(self.order)
        for row in (self.whose, self.group, self.order):
            row.edited.connect(self.changed)
        self.search.textChanged.connect(self.changed)

    def of_choice(self, rows: Sequence[FollowUpRow]) -> list[FollowUpRow]:
        """Whose it is; the kinds and their counts follow from it."""
        whose = [row for row in rows if self.whose.value() == "team" or row.is_mine]
        counts = Counter(row.group for row in whose)
        kinds = [
            Choice(group.value, f"{word} {counts[group]}")
            for group, word in GROUPS.items()
            if counts[group]
        ]
        self.group.set_choices((Choice(_ALL, f"Alles {len(whose)}"), *kinds))
        if self.group.value() is None:
            self.group.set_value(_ALL)
        return whose

    def kept(self, rows: Sequence[FollowUpRow]) -> list[FollowUpRow]:
        """The rows of the chosen kind that are searched for, in the chosen order."""
        wanted = normalise(self.search.text()).split()
        kept = [
            row
            for row in rows
            if self.group.value() in {_ALL, row.group.value}
            and all(word in searched(row) for word in wanted)
        ]
        if self.order.value() == "school":
            kept.sort(key=lambda row: row.school.casefold())
        elif self.order.value() == "pupil":
            kept.sort(key=lambda row: row.place)
        return kept
