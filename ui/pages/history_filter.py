"""What the timeline of the dossier is narrowed to: the sort of work, one kind of record, a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.services.history_rows import Group
from ui.theme import Role, Size
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clbdesk.services.history_rows import HistoryRow

ALL = "all"
_WORDS = {
    Group.CONTACT: ("Contact", "c"),
    Group.VACCINATION: ("Vaccinatie", "v"),
    Group.FOLLOW_UP: ("Opvolging", "o"),
    Group.GUIDANCE: ("Begeleiding", "b"),
    Group.DISCLOSURE: ("Mededelingen", "m"),
    Group.PLANNING: ("Aanwezigheid, gezag", "g"),
}
_NARROWEST = 120  # px; large text on a small screen leaves no more


class TimelineFilter(QWidget):
    """Only what the dossier has can be chosen; an empty list narrows nothing.

    `group` is a row of its own, for the page to put on a line of its own.
    """

    changed = Signal()

    def __init__(self) -> None:
        """Everything."""
        super().__init__()
        self.group = ChoiceRow("Toon", [Choice(ALL, "Alles", "a")], height=36)
        self.kind = FilteredList("Soort", width=None)
        self.domain = FilteredList("Domein", width=None)
        self.setFocusProxy(self.group)
        lists = QHBoxLayout(self)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.setSpacing(8)
        for name, control in (("Soort", self.kind), ("Domein", self.domain)):
            control.setPlaceholderText("alles")
            control.edited.connect(self.changed)
            lists.addWidget(Label(name, Size.QUIET, role=Role.SECONDARY))
            control.setMinimumWidth(_NARROWEST)
            lists.addWidget(control, 1)
        self.group.edited.connect(self.changed)

    def setVisible(self, visible: bool) -> None:
        """The row of groups goes along."""
        super().setVisible(visible)
        self.group.setVisible(visible)

    def show_everything(self) -> None:
        """Narrow nothing any more."""
        self.group.set_value(ALL)
        for one in (self.kind, self.domain):
            one.set_value(None)

    def offer(self, rows: Iterable[HistoryRow]) -> None:
        """What there is to choose from; a choice that is gone is emptied."""
        found = tuple(rows)
        groups = {row.group for row in found}
        self.group.set_choices(
            [
                Choice(ALL, "Alles", "a"),
                *(Choice(one.value, *_WORDS[one]) for one in Group if one in groups),
            ]
        )
        if self.group.value() is None:
            self.group.set_value(ALL)
        kinds = {row.word for row in found}
        self.kind.set_options([Option(one, one) for one in sorted(kinds)])
        domains = {one for row in found for one in row.domains}
        self.domain.set_options(
            [Option(one, one[:1].upper() + one[1:]) for one in sorted(domains, key=str.casefold)]
        )

    def kept(self, rows: Iterable[HistoryRow]) -> list[HistoryRow]:
        """The rows that fit all that is chosen."""
        group, kind, domain = self.group.value() or ALL, self.kind.value(), self.domain.value()
        return [
            row
            for row in rows
            if group in {ALL, row.group.value}
            and kind in {None, row.word}
            and (domain is None or domain in row.domains)
        ]
