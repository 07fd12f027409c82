"""P27 Zoeken: nothing opens by itself, not even a single hit; Enter opens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clbdesk.services.search import Hit, Hits, find_pupils
from clbdesk.wording import label, say
from ui import format as show
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination, Page, Work
from ui.theme import Role, Size, Weight
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class SearchPage(Page):
    """A field and what fits it."""

    name: ClassVar[str] = "search"

    def __init__(self, work: Work) -> None:
        """Empty; the focus stands in the field."""
        super().__init__(work)
        self._asked = ""
        self._find = QLineEdit()
        self._find.setMinimumHeight(40)
        self._find.setAccessibleName("Zoek leerling")
        self._find.setPlaceholderText("naam, klas of geboortedatum")
        self._find.textChanged.connect(self._search)
        self._count = Label(size=Size.QUIET, role=Role.SECONDARY)
        self._none = Label(role=Role.SECONDARY, wrap=True)
        self._model: ListModel[Hit] = ListModel(_columns(work), lambda hit: hit.pupil_id)
        self._list = ListView("Gevonden leerlingen", self._model, row_height=44)
        self._list.opened.connect(self._open)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._find, 1)
        row.addWidget(self._count)
        column.addLayout(row)
        column.addWidget(self._none)
        column.addWidget(self._list, 1)
        self.fill_body(body)
        self.top_line.set_title("Zoeken", "leerlingen op deze laptop")
        self.footer.set_primary("Open", "Enter")
        self.footer.primary_pressed.connect(lambda: self._open(self._list.current()))

    def arrive(self, to: Destination) -> None:
        """Begin anew."""
        del to
        self.messages.clear()
        self._find.clear()
        self._search("")
        self._find.setFocus(Qt.FocusReason.OtherFocusReason)

    def title_back(self) -> str:
        """Zoeken."""
        return "Zoeken"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move in the list while the focus stays in the field; Enter opens."""
        step = {Qt.Key.Key_Down.value: 1, Qt.Key.Key_Up.value: -1}.get(event.key(), 0)
        if step and self._model.rowCount():
            last = self._model.rowCount() - 1
            self._list.go_to(min(last, max(0, self._list.current() + step)))
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open(self._list.current())
            return
        super().keyPressEvent(event)

    def _search(self, text: str) -> None:
        self._asked = text
        self.ask(partial(find_pupils, self.work.desk, text), partial(self._on_found, text))

    def _on_found(self, text: str, hits: Hits) -> None:
        if text != self._asked:
            return
        self._count.setText(f"{show.counted(hits.pupils, 'leerling', 'leerlingen')} op deze laptop")
        self._model.show_rows(hits.found)
        if hits.found:
            self._list.go_to(0)
        missing = bool(text.strip()) and not hits.found
        self._none.setText(say("search.none", text=text.strip()) if missing else "")
        self._none.setVisible(missing)

    def _open(self, position: int) -> None:
        if 0 <= position < self._model.rowCount():
            hit = self._model.row(position)
            post = self.work.station.post
            step = None if post == "all" else post
            self.go(Destination("pupil", hit.visit_id, hit.pupil_id, step))


def _columns(work: Work) -> tuple[Column[Hit], ...]:
    def name(hit: Hit) -> TextCell:
        text = show.list_name(hit.family_name, hit.given_name)
        if work.station.discreet:
            text = show.initials(hit.family_name, hit.given_name)
        mark = StateCell("users", "naamgenoot", Role.ATTENTION) if hit.has_namesake else None
        return TextCell(text, Weight.SEMIBOLD, mark=mark)

    return (
        Column("Naam", 0, name),
        Column("Geboren", 136, lambda hit: TextCell(show.day(hit.birth_date), role=Role.SECONDARY)),
        Column("Klas", 72, lambda hit: TextCell(hit.class_name, role=Role.SECONDARY)),
        Column("School", 280, lambda hit: TextCell(hit.school, role=Role.SECONDARY)),
        Column("Toestand", 150, lambda hit: TextCell(label(hit.attendance), role=Role.SECONDARY)),
    )
