"""The right column of the rules: all that wait in one table, read row by row and signed together.

A row without its tick is left out. The number of rows is typed by hand: nobody signs a table by
leaning on a key.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clbdesk.standards.tables import VALUE_SEPARATOR
from clbdesk.wording import say
from ui import format as show
from ui.pages.base import Problem
from ui.pages.rule_form import PassphraseEdit, with_unit
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.label import Rule as Line
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.rules import RuleView

_LABELS, _PASSPHRASE = 112, 72
_ID_CHARACTERS = 44


class RuleGroup(QWidget):
    """`show_group`, then `problems` and `chosen`; `edited()` when a tick changed."""

    edited = Signal()

    def __init__(self) -> None:
        """Nothing until `show_group`."""
        super().__init__()
        self.setAccessibleName("Samen aftekenen")
        self._ticks: list[tuple[TickBox, RuleView]] = []
        self.reason = TextEdit("Reden", limit=300, required=True)
        self.count = DecimalEdit("Aantal regels", places=0, required=True)
        self.passphrase = PassphraseEdit()
        self._card = Card(spacing=8)
        self._asked = Label("", Size.QUIET, wrap=True)
        self._rows = QScrollArea()
        self._rows.setFrameShape(QScrollArea.Shape.NoFrame)
        self._rows.setWidgetResizable(True)
        self._rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows.viewport().setAutoFillBackground(False)
        self._rows.setAccessibleName("Regels van de tabel")
        self._card.body.addWidget(self._rows, 1)
        self._card.body.addWidget(self._asked)
        self._passphrase_row = FieldRow(
            "Wachtzin", self.passphrase, label_width=_PASSPHRASE, stretch=True
        )
        self._card.body.addWidget(FieldRow("Reden", self.reason, label_width=_LABELS, stretch=True))
        last = QHBoxLayout()
        last.setSpacing(12)
        last.addWidget(FieldRow("Aantal regels", self.count, label_width=_LABELS))
        last.addWidget(self._passphrase_row, 1)
        self._card.body.addLayout(last)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 8)
        whole.addWidget(self._card)

    def show_group(self, table: str, views: Sequence[RuleView], *, ask_passphrase: bool) -> None:
        """These rules of one table, all ticked; the fields stand open."""
        self._card.set_title(table)
        self.reason.set_value("")
        self.count.set_value(None)
        self.passphrase.set_value("")
        self._passphrase_row.setVisible(ask_passphrase)
        self._ticks = []
        column = QWidget()
        places = QVBoxLayout(column)
        places.setContentsMargins(0, 0, 8, 0)
        places.setSpacing(4)
        places.addWidget(Label(say("rules.group_ask"), role=Role.SECONDARY, wrap=True))
        for view in views:
            tick = TickBox(view.row.id[:_ID_CHARACTERS], strong=True)
            tick.setAccessibleName(f"{view.row.id}: {view.row.what}")
            tick.set_value(True)
            tick.edited.connect(self._on_ticked)
            self._ticks.append((tick, view))
            places.addWidget(Line(Role.LINE_FAINT))
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(tick)
            head.addWidget(Label(view.row.what, wrap=True), 1)
            places.addLayout(head)
            for words, role in _said(view):
                places.addWidget(Label(words, Size.QUIET, role=role, wrap=True))
        places.addStretch(1)
        self._rows.setWidget(column)
        column.setAutoFillBackground(False)
        self._on_ticked()

    def begin(self) -> None:
        """The focus on the first row: reading comes before signing."""
        if self._ticks:
            self._ticks[0][0].setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> tuple[RuleView, ...]:
        """The rules that have their tick."""
        return tuple(view for tick, view in self._ticks if tick.value())

    def problems(self, *, ask_passphrase: bool) -> list[Problem]:
        """What stands in the way of signing."""
        chosen = len(self.chosen())
        if not chosen:
            return [Problem(say("rules.group_none"), self._ticks[0][0])]
        found = []
        if not self.reason.value():
            found.append(Problem(say("rules.no_reason_for_group"), self.reason))
        if self.count.value() != Decimal(chosen):
            found.append(Problem(_asked(chosen), self.count))
        if ask_passphrase and not self.passphrase.text():
            found.append(Problem("Vul de wachtzin in.", self.passphrase))
        return found

    def _on_ticked(self) -> None:
        self._asked.setText(_asked(len(self.chosen())))
        self.edited.emit()


def rules_of(count: int) -> str:
    """`1 regel`, `3 regels`."""
    return show.counted(count, "regel", "regels")


def _asked(count: int) -> str:
    return say("rules.group_count", count=count, rules=rules_of(count))


def _said(view: RuleView) -> tuple[tuple[str, Role], ...]:
    """What a row says in whole: its value, its text, and its source."""
    row = view.row
    values, units = row.value.split(VALUE_SEPARATOR), row.unit.split(VALUE_SEPARATOR)
    if len(set(units)) == 1:
        shown = with_unit(" · ".join(values), units[0]) if row.value else ""
    else:
        each = zip_longest(values, units[: len(values)], fillvalue="")
        shown = " · ".join(with_unit(value, unit) for value, unit in each)
    source = f"Bron {row.source} · editie {row.edition} · zekerheid {row.confidence.value}"
    lines = ((shown, Role.TEXT), (row.text, Role.TEXT), (source, Role.SECONDARY))
    return tuple((words, role) for words, role in lines if words)
