"""Besproken op school: what meetings of this school released, for the doctor and the nurse."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.services.meeting_text import (
    KIND,
    MeetingTexts,
    ToldAtSchool,
    open_meeting_texts,
    view_meeting_texts,
)
from clbdesk.wording import say
from ui import format as show
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination, Page, Work
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card, Columns
from ui.widgets.cells import TextCell
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from clbdesk.ids import VisitId
    from clbdesk.services.outcome import ChangeSet

_RIGHT = 620


class MeetingTextsPage(Page):
    """The meetings at the left, the newest first; the text of the chosen one at the right."""

    name: ClassVar[str] = "meeting_texts"

    def __init__(self, work: Work) -> None:
        """Empty until a visit is shown."""
        super().__init__(work)
        self._visit_id: VisitId | None = None
        self._model: ListModel[ToldAtSchool] = ListModel(
            (
                Column("Datum", 120, lambda one: TextCell(show.day(one.on))),
                Column("Soort", 0, lambda one: TextCell(one.form, Weight.SEMIBOLD)),
                Column("Door", 160, lambda one: TextCell(one.by, role=Role.SECONDARY)),
            ),
            lambda one: one.record_id,
        )
        self.list = ListView("Besproken op school", self._model, row_height=44)
        self.list.current_changed.connect(lambda _row: self._show_chosen())
        self._none = Label(say("meeting_text.none"), role=Role.SECONDARY, wrap=True)
        self._by = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self.text = Label("", wrap=True)
        self._meetings = Card("Overleg", main=True)
        self._meetings.body.addWidget(self._none)
        self._meetings.body.addWidget(self.list)
        self._chosen = Card("Tekst")
        self._chosen.body.addWidget(self._by)
        self._chosen.body.addWidget(self.text)
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(self._meetings)
        columns.left.addStretch(1)
        columns.right.addWidget(self._chosen)
        columns.right.addStretch(1)
        self.body.addWidget(Label(say("meeting_text.note"), role=Role.SECONDARY, wrap=True))
        self.body.addWidget(columns)
        self.body.addStretch(1)

    def arrive(self, to: Destination) -> None:
        """What was released at the school of this visit."""
        if to.visit_id is not None:
            self._visit_id = to.visit_id
            self.ask(partial(open_meeting_texts, self.work.desk, to.visit_id), self._on_view)

    def refresh(self, changes: ChangeSet) -> None:
        """A synchronisation brought another."""
        if self._visit_id is not None and changes.touches(KIND) and self.isVisible():
            call = partial(view_meeting_texts, self.work.desk, self._visit_id)
            self.ask(call, self._on_view)

    def title_back(self) -> str:
        """Besproken op school."""
        return "Besproken op school"

    def _on_view(self, view: MeetingTexts) -> None:
        self.top_line.set_title("Besproken op school", view.school)
        self._model.show_rows(view.texts)
        self._none.setVisible(not view.texts)
        self.list.setVisible(bool(view.texts))
        self.list.setFixedHeight(self.list.height_of_all() + 2)
        if view.texts:
            self.list.go_to(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_chosen()

    def _show_chosen(self) -> None:
        at = self.list.current()
        one = self._model.row(at) if 0 <= at < self._model.rowCount() else None
        self._chosen.setVisible(one is not None)
        self._by.setText(say("meeting_text.by", who=one.by) if one else "")
        self.text.setText(one.text if one else "")
