"""Audiograms of reports from outside beside the tests of hearing: drawn, or as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from clbdesk.charts.full_audiogram import full_audiogram, threshold_words
from clbdesk.domain.hearing import FREQUENCIES
from clbdesk.services.audiogram import ROWS
from clbdesk.wording import say
from ui import format as show
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button, Link
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label
from ui.widgets.scene_view import SceneView

if TYPE_CHECKING:
    from clbdesk.domain.hearing import Audiogram
    from clbdesk.services.reading import Standing

_CHOICES = 4  # days beside each other; older ones are in the dossier


class OutsideCard(Card):
    """The newest is drawn, another can be chosen; none is judged.

    `asked(record_id | None)`: correct one, or add one.
    """

    asked = Signal(object)

    def __init__(self) -> None:
        """Empty until `show_audiograms`."""
        super().__init__("Extern audiogram")
        self._found: tuple[Standing[Audiogram], ...] = ()
        self._content: QWidget | None = None
        self._as_table = Button("Als tabel", height=36)
        self._as_table.setCheckable(True)
        self._as_table.toggled.connect(lambda _on: self._show())
        self.add_to_head(self._as_table)
        self._which = ChoiceRow("Welk audiogram", (), height=36, padding=10)
        self._which.edited.connect(self._show)
        self._made = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._add = Link("Extern audiogram toevoegen…")
        self._add.clicked.connect(lambda _on: self.asked.emit(None))
        self._correct = Link("Verbeteren…", about="Extern audiogram")
        self._correct.clicked.connect(lambda _on: self.asked.emit(self._chosen().record_id))
        self.body.addWidget(self._which)
        self.body.addWidget(self._made)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._add)
        row.addWidget(self._correct)
        row.addStretch(1)
        self.body.addLayout(row)

    def show_audiograms(self, found: tuple[Standing[Audiogram], ...]) -> None:
        """Newest first; the newest is shown."""
        self._found = found
        self._which.set_choices(
            [Choice(one.record_id, show.day(one.body.on)) for one in found[:_CHOICES]]
        )
        self._which.set_value(found[0].record_id if found else None)
        self._which.setVisible(len(found) > 1)
        self._as_table.setVisible(bool(found))
        self._correct.setVisible(bool(found))
        self._show()

    def _chosen(self) -> Standing[Audiogram]:
        return next(
            (one for one in self._found if one.record_id == self._which.value()), self._found[0]
        )

    def _show(self) -> None:
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
            self._content = None
        if not self._found:
            self._made.setText(say("audiogram.none"))
            return
        body = self._chosen().body
        day, maker = show.day(body.on), body.performed_by_name or ""
        self._made.setText(say("audiogram.made", day=day, maker=maker))
        as_table = self._as_table.isChecked()
        self._content = _table(body) if as_table else SceneView(full_audiogram(body))
        self.body.insertWidget(2, self._content)


def _table(body: Audiogram) -> QWidget:
    """A row per frequency that was measured, a column per ear and way."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    rows = [row for row in ROWS if getattr(body, row)]
    for column, row in enumerate(rows, start=1):
        head = Label(say(f"audiogram.{row}"), Size.QUIET, role=Role.SECONDARY)
        grid.addWidget(head, 0, column)
    measured = [hertz for hertz in FREQUENCIES if any(hertz in getattr(body, row) for row in rows)]
    for line, hertz in enumerate(measured, start=1):
        grid.addWidget(Label(f"{hertz} Hz", weight=Weight.SEMIBOLD), line, 0)
        for column, row in enumerate(rows, start=1):
            found = getattr(body, row).get(hertz)
            words = threshold_words(found) if found else "–"
            cell = Label(words, Size.QUIET, wrap=True)
            grid.addWidget(cell, line, column, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(len(rows), 1)
    return made
