"""At the right of the tests of hearing: the audiogram with its table, and what the standard says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from clbdesk.charts.audiogram import audiogram, heard_levels
from clbdesk.domain.visits import ContactMoment
from clbdesk.errors import Environment
from clbdesk.standards.tables import rule
from clbdesk.wording import label
from ui import format as show
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.scene_view import SceneView

if TYPE_CHECKING:
    from clbdesk.domain.contact import Audiometry, AudiometryCell

_RULES = {
    ContactMoment.KK1: ("HE-1", "HE-2", "AUD-ORDER", "AUD-4"),
    ContactMoment.LO6: ("SPIN-1", "SPIN-3", "SPIN-4", "SPIN-8"),
    ContactMoment.SO3: ("SPIN-2", "SPIN-3", "SPIN-4", "SPIN-8"),
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class AudiogramCard(Card):
    """The lowest level heard per ear, live; the same cells as a table."""

    def __init__(self) -> None:
        """Drawing first."""
        super().__init__("Audiogram", "laagste gehoorde dB")
        self._as_table = Button("Als tabel", height=36)
        self._as_table.setCheckable(True)
        self._as_table.toggled.connect(lambda _on: self._show())
        self.add_to_head(self._as_table)
        self._chart = SceneView()
        self._table: QWidget | None = None
        self._test: tuple[Audiometry, tuple[str, ...]] | None = None
        self.body.addWidget(self._chart, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_test(self, test: Audiometry, order: tuple[str, ...]) -> None:
        """The cells as they stand in the form; `order`: frequencies in test order."""
        if self._test == (test, order):
            return
        self._test = (test, order)
        self._chart.show_scene(audiogram(heard_levels(test.right), heard_levels(test.left)))
        self._show()

    def _show(self) -> None:
        if self._table is not None:
            self._table.hide()
            self._table.deleteLater()
            self._table = None
        as_table = self._as_table.isChecked()
        self._chart.setVisible(not as_table)
        if as_table and self._test is not None:
            self._table = _table(*self._test)
            self.body.addWidget(self._table)


def _table(test: Audiometry, order: tuple[str, ...]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    for column, words in enumerate(("", "Rechts", "Links")):
        grid.addWidget(Label(words, Size.QUIET, role=Role.SECONDARY), 0, column)
    for line, hertz in enumerate(order, start=1):
        grid.addWidget(Label(f"{hertz} Hz", weight=Weight.SEMIBOLD), line, 0)
        for column, cells in enumerate((test.right, test.left), start=1):
            grid.addWidget(Label(_cell(cells.get(hertz))), line, column)
    grid.setColumnStretch(2, 1)
    return made


def _cell(cell: AudiometryCell | None) -> str:
    if cell is None:
        return "–"
    words = [label(cell.result)]
    if cell.level_db is not None:
        words.append(f"{show.whole(cell.level_db)} dB")
    if cell.silent_response:
        words.append("zonder toon")
    return ", ".join(words)


class StandardCard(Card):
    """What the standard says of this moment, in its own words with their source."""

    def __init__(self) -> None:
        """Empty until `show_moment`."""
        super().__init__("Werkkaart", spacing=4)
        self._rows: QWidget | None = None
        self.body.addStretch(1)

    def show_moment(self, moment: ContactMoment) -> None:
        """The rules of the moment; nothing where there are none or their table is damaged."""
        if self._rows is not None:
            self._rows.hide()
            self._rows.deleteLater()
        self._rows = QWidget()
        grid = QGridLayout(self._rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        texts = _texts(moment)
        for line, (rule_id, text, limit) in enumerate(texts):
            name = Label(rule_id, Size.QUIET, role=Role.SECONDARY)
            grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(f"{limit}{text}", Size.QUIET, wrap=True), line, 1)
        grid.setColumnStretch(1, 1)
        self.body.insertWidget(0, self._rows)
        self.setVisible(bool(texts))


def _texts(moment: ContactMoment) -> list[tuple[str, str, str]]:
    """Id, text, and for a limit its value in front."""
    try:
        found = [rule(rule_id) for rule_id in _RULES.get(moment, ())]
    except Environment:
        return []
    return [
        (
            one.id,
            one.text,
            f"Grens {show.number(one.number)} {one.unit}. "
            if one.id in {"SPIN-1", "SPIN-2"}
            else "",
        )
        for one in found
    ]
