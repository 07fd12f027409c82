"""Besprekingen: the topics of a meeting and how far each is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from clbdesk.domain.care import CareDomain
from clbdesk.domain.grades import grade_words
from clbdesk.wording import label, say
from ui.models.list_model import Column, ListModel
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.care_meeting import TopicLine


class TopicsCard(Card):
    """`opened(RecordId)` on Enter or a double click; `note_asked`: an intervention about the school."""

    opened = Signal(str)
    note_asked = Signal()

    def __init__(self) -> None:
        """Empty until `show_topics`."""
        super().__init__("Besprekingen", spacing=4)
        self._model: ListModel[TopicLine] = ListModel(_columns(), lambda row: row.record_id)
        self.list = ListView("Besprekingen", self._model, row_height=29)
        self.list.opened.connect(lambda row: self.opened.emit(self._model.row(row).record_id))
        note = Button("Interventie…", height=36)
        note.clicked.connect(self.note_asked)
        self.add_to_head(note)
        self._none = Label(say("care.empty"), role=Role.SECONDARY, wrap=True)
        self.body.addWidget(self._none)
        self.body.addWidget(self.list)

    def show_topics(self, topics: Sequence[TopicLine]) -> None:
        """All topics, by number, and how many touch each domain."""
        self.set_title("Besprekingen", self._counts(topics))
        current = self._model.key_at(self.list.current())
        self._model.show_rows(list(topics))
        place = self._model.position(current) if current else None
        if topics:
            self.list.go_to(place if place is not None else len(topics) - 1)
        self.list.setFixedHeight(self.list.height_of_all() + 2)
        self.list.setVisible(bool(topics))
        self._none.setVisible(not topics)

    @staticmethod
    def _counts(topics: Sequence[TopicLine]) -> str:
        counts = Counter(domain for one in topics for domain in one.domains)
        return " · ".join(f"{label(one)} {counts[one]}" for one in CareDomain if counts[one])


def _columns() -> tuple[Column[TopicLine], ...]:
    return (
        Column("", 28, lambda row: TextCell(str(row.number), role=Role.SECONDARY)),
        Column("Onderwerp", 0, lambda row: TextCell(row.title, Weight.SEMIBOLD)),
        Column("Leerjaar", 112, lambda row: TextCell(grade_words(row.grade), role=Role.SECONDARY)),
        Column("Domein", 112, _domains),
        Column("Toestand", 128, _state),
    )


def _domains(row: TopicLine) -> TextCell:
    return TextCell(", ".join(label(one) for one in row.domains), role=Role.SECONDARY)


def _state(row: TopicLine) -> StateCell:
    if row.is_conflict:
        return StateCell("arrows-split", "Twee versies", Role.ATTENTION)
    if row.is_draft:
        return StateCell("pencil", "Concept", Role.ACCENT)
    return StateCell("check", "Klaar", Role.OK)
