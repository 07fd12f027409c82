"""Lot terugroepen: everybody on this laptop who got a dose of one lot, at once and offline."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.barcode import read_package
from clbdesk.services.lot_recall import Recall, Recalled, recall_lot
from clbdesk.services.vaccination_lines import shown_when
from clbdesk.wording import say
from ui import format as show
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination, Page, Work
from ui.pages.vaccination_session import ScanLine
from ui.theme import Role, Size, Weight
from ui.widgets.cells import TextCell
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from clbdesk.services.outcome import ChangeSet


class LotRecallPage(Page):
    """A lot is scanned or typed; Enter on a pupil opens the dossier."""

    name: ClassVar[str] = "lot_recall"

    def __init__(self, work: Work) -> None:
        """A field and what fits it."""
        super().__init__(work)
        self._asked = ""
        self.scan = ScanLine()
        self.scan.scanned.connect(self._on_scanned)
        self._words = Label(size=Size.BASE, role=Role.SECONDARY, wrap=True)
        self._model: ListModel[Recalled] = ListModel(
            (
                Column("Naam", 0, self._name_cell),
                Column("Geboren", 136, lambda row: _quiet(show.day(row.birth_date))),
                Column("Klas", 72, lambda row: _quiet(row.class_name)),
                Column("School", 240, lambda row: _quiet(row.school)),
                Column("Dag", 128, lambda row: TextCell(shown_when(row.on))),
                Column("Vaccin", 160, lambda row: TextCell(row.product or row.vaccine)),
            ),
            lambda row: row.record_id,
        )
        self.list = ListView("Leerlingen met dit lot", self._model, row_height=32)
        self.list.opened.connect(self._open)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.scan)
        row.addWidget(self._words, 1)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        self.fill_body(body)
        self.top_line.set_title("Lot terugroepen", "prikken op deze laptop")
        self.footer.set_primary("Dossier", "Enter")
        self.footer.primary_pressed.connect(lambda: self._open(self.list.current()))

    def arrive(self, to: Destination) -> None:
        """Begin anew, or come back to the same lot."""
        del to
        if self._asked:
            self._look()
        self.scan.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: ChangeSet) -> None:
        """A dose was corrected or withdrawn."""
        if self._asked and self.isVisible() and changes.touches("dose"):
            self._look()

    def title_back(self) -> str:
        """Lot terugroepen."""
        return "Lot terugroepen"

    def show_discreet(self) -> None:
        """Names become initials, or names again."""
        rows = self._model.rows()
        self._model.show_rows(())
        self._model.show_rows(rows)

    def _on_scanned(self, code: str) -> None:
        """A number as typed, or the lot in the code of a box."""
        package = read_package(code, ())
        self._asked = package.lot if package.gtin and package.lot else code
        self.scan.setText(self._asked)
        self._look()

    def _look(self) -> None:
        self.ask(partial(recall_lot, self.work.desk, self._asked), self._on_found)

    def _on_found(self, recall: Recall) -> None:
        pupils = len({one.pupil_id for one in recall.found})
        key = "recall_found" if pupils else "recall_nobody"
        text = say(
            f"vaccination.{key}",
            lot=recall.lot,
            pupils=show.counted(pupils, "leerling", "leerlingen"),
        )
        if recall.unnamed:
            unnamed = show.counted(recall.unnamed, "leerling", "leerlingen")
            text += " " + say("vaccination.recall_unnamed", pupils=unnamed)
        if recall.quarantined:
            text += " " + say("vaccination.recall_quarantined", reason=recall.quarantined)
        self._words.setText(text)
        self._model.show_rows(recall.found)
        if recall.found:
            self.list.go_to(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, position: int) -> None:
        if 0 <= position < self._model.rowCount():
            found = self._model.row(position)
            if found.visit_id is not None:
                self.go(Destination("history", found.visit_id, found.pupil_id))

    def _name_cell(self, row: Recalled) -> TextCell:
        text = show.list_name(row.family_name, row.given_name)
        if self.work.station.discreet:
            text = show.initials(row.family_name, row.given_name)
        return TextCell(text, Weight.SEMIBOLD)


def _quiet(text: str) -> TextCell:
    return TextCell(text, role=Role.SECONDARY)
