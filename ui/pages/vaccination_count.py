"""The lots of P15: taken, given, wasted, counted back, and the difference that needs a reason."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from clbdesk.domain.stock import DifferenceReason, StockMove, WasteReason
from clbdesk.services.vaccination_close import LotCount
from clbdesk.standards.vaccination.ruleset import vaccine_types
from clbdesk.wording import label, say
from ui import format as show
from ui import theme
from ui.pages.base import Problem
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord, Label, Rule
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clbdesk.ids import RecordId
    from clbdesk.services.vaccination_stock import LotLedger

_HEADS = ("Vaccin", "Lot", "Meegenomen", "Gegeven", "Verspild", "Geteld terug", "Verschil")
_WIDTHS = (104, 144, 112, 96, 104, 120, 0)
_MOST = Decimal(999)
_REASON = 104  # px of the words before a reason


class _Why(QWidget):
    """A reason from a closed list, with words for "andere"."""

    edited = Signal()

    def __init__(self, words: str, name: str, reasons: Sequence[Option], other: str) -> None:
        super().__init__()
        self._other = other
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.list = FilteredList(name, reasons, required=True, width=248)
        self.text = TextEdit(f"{name}, andere", limit=120, placeholder="reden")
        self.text.setFixedWidth(theme.px(240))
        self.text.hide()
        head = Label(words, Size.QUIET, role=Role.SECONDARY)
        head.setFixedWidth(theme.px(_REASON))
        row.addWidget(head)
        row.addWidget(self.list)
        row.addWidget(self.text)
        self.list.edited.connect(self._on_edited)
        self.text.edited.connect(self.edited)
        self.hide()

    def value(self) -> str | None:
        """The code of the reason; None while it is not asked."""
        return None if self.isHidden() else self.list.value()

    def words(self) -> str:
        """What was typed for "andere"."""
        return self.text.value() if self.value() == self._other else ""

    def set_value(self, value: str | None, words: str) -> None:
        """From a draft or a record."""
        self.list.set_value(value)
        self.text.set_value(words)
        self.text.setVisible(value == self._other)

    def problem(self, sentence: str) -> Problem | None:
        """The reason, or its words, that are still missing."""
        if self.isHidden():
            return None
        if self.list.value() is None:
            return Problem(sentence, self.list)
        if self.list.value() == self._other and not self.text.value():
            return Problem(sentence, self.text)
        return None

    def _on_edited(self) -> None:
        is_other = self.list.value() == self._other
        self.text.setVisible(is_other)
        if is_other:
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()


class _Row:
    """The controls of one lot; the widgets belong to the grid of the card."""

    def __init__(self, ledger: LotLedger) -> None:
        self.ledger = ledger
        lot = ledger.lot.number
        self.wasted = _number(f"Verspild {lot}")
        self.returned = _number(f"Geteld terug {lot}")
        self.state = IconWord()
        waste = [Option(one.value, label(one)) for one in WasteReason]
        difference = [Option(one.value, label(one)) for one in DifferenceReason]
        self.waste = _Why("Reden verspild", f"Reden verspild {lot}", waste, WasteReason.OTHER.value)
        self.why = _Why(
            "Reden verschil", f"Reden verschil {lot}", difference, DifferenceReason.OTHER.value
        )
        self.cells: tuple[QWidget, ...] = (
            Label(vaccine_types()[ledger.lot.vaccine].label, weight=Weight.SEMIBOLD),
            Label(lot),
            Label(show.whole(ledger.taken)),
            Label(show.whole(ledger.given)),
            self.wasted,
            self.returned,
            self.state,
        )

    def left_over(self) -> int | None:
        """The difference as typed; None while something is still to be counted."""
        wasted, returned = self.wasted.value(), self.returned.value()
        if wasted is None or returned is None:
            return None
        return self.ledger.left_over(int(wasted), int(returned))

    def show_state(self) -> None:
        """The difference in words, and the reasons that it asks."""
        left_over, wasted = self.left_over(), self.wasted.value()
        self.waste.setVisible(bool(wasted))
        self.why.setVisible(bool(left_over))
        if left_over is None:
            self.state.show_state("circle", "nog te tellen", Role.SECONDARY)
        elif left_over == 0:
            self.state.show_state("check", "0", Role.OK)
        else:
            self.state.show_state("x", show.whole(left_over), Role.ERROR, Weight.SEMIBOLD)

    def show_move(self) -> None:
        """What was counted before, when the session is closed or was reopened."""
        ledger = self.ledger
        counted = ledger.returned is not None
        wasted = ledger.wasted.doses if ledger.wasted else 0
        self.wasted.set_value(Decimal(wasted) if counted else None)
        self.returned.set_value(Decimal(ledger.returned.doses) if ledger.returned else None)
        for why, move in ((self.waste, ledger.wasted), (self.why, ledger.difference)):
            why.set_value(_reason_of(move), move.reason_text if move else "")
        self.show_state()

    def count(self) -> LotCount | None:
        """What was counted; None while a number is missing."""
        wasted, returned = self.wasted.value(), self.returned.value()
        if wasted is None or returned is None:
            return None
        waste, why = self.waste.value(), self.why.value()
        return LotCount(
            wasted=int(wasted),
            returned=int(returned),
            waste=WasteReason(waste) if waste else None,
            waste_text=self.waste.words(),
            difference=DifferenceReason(why) if why else None,
            difference_text=self.why.words(),
        )

    def problems(self) -> list[Problem]:
        """What is missing or cannot be."""
        lot, found = self.ledger.lot.number, []
        for edit in (self.wasted, self.returned):
            text = say("vaccination.count_missing", lot=lot) if edit.value() is None else ""
            text = edit.problem() or text
            if text:
                return [Problem(text, edit)]
        left_over = self.left_over() or 0
        sentence = say("vaccination.difference_reason", count=abs(left_over), lot=lot)
        for why, text in (
            (self.waste, say("vaccination.waste_reason", lot=lot)),
            (self.why, sentence),
        ):
            problem = why.problem(text)
            if problem is not None:
                found.append(problem)
        return found


class CountCard(Card):
    """A row per lot; Enter goes along it."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty until `show_lots`."""
        super().__init__(spacing=6)
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self.body.addWidget(self._holder)
        self.rows: list[_Row] = []

    def show_lots(self, lots: Sequence[LotLedger]) -> None:
        """Other lots, with what was counted before."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for column, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True)):
            self._grid.addWidget(Label(head, Size.SMALL, role=Role.SECONDARY), 0, column)
            if width:
                self._grid.setColumnMinimumWidth(column, theme.px(width))
        self._grid.setColumnStretch(len(_HEADS) - 1, 1)
        self.rows = [_Row(ledger) for ledger in lots]
        line = 1
        for row in self.rows:
            self._grid.addWidget(Rule(Role.LINE_FAINT), line, 0, 1, len(_HEADS))
            for column, cell in enumerate(row.cells):
                self._grid.addWidget(cell, line + 1, column, Qt.AlignmentFlag.AlignVCenter)
                cell.show()  # now, so that it can take the focus at once
            for place, why in enumerate((row.waste, row.why), 2):
                left = Qt.AlignmentFlag.AlignLeft
                self._grid.addWidget(why, line + place, 0, 1, len(_HEADS), left)
                why.edited.connect(self.edited)
            for edit in (row.wasted, row.returned):
                edit.edited.connect(partial(self._on_count, row))
            row.show_move()
            line += 4

    def counts(self) -> dict[RecordId, LotCount]:
        """What was counted of every lot."""
        found = ((row.ledger.lot.lot_id, row.count()) for row in self.rows)
        return {lot_id: count for lot_id, count in found if count is not None}

    def problems(self) -> list[Problem]:
        """What is missing, in reading order."""
        return [problem for row in self.rows for problem in row.problems()]

    def set_editable(self, on: bool) -> None:
        """To be typed, or only read."""
        for row in self.rows:
            for control in (row.wasted, row.returned, row.waste, row.why):
                control.setEnabled(on)

    def content(self) -> dict[str, Any]:
        """For a draft."""
        return {
            row.ledger.lot.lot_id: {
                "wasted": row.wasted.text(),
                "returned": row.returned.text(),
                "waste": [row.waste.list.value(), row.waste.text.value()],
                "why": [row.why.list.value(), row.why.text.value()],
            }
            for row in self.rows
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """From a draft; lots that are gone are left out."""
        for row in self.rows:
            kept = content.get(row.ledger.lot.lot_id)
            if kept is not None:
                row.wasted.setText(kept["wasted"])
                row.returned.setText(kept["returned"])
                row.waste.set_value(*kept["waste"])
                row.why.set_value(*kept["why"])
                row.show_state()

    def _on_count(self, row: _Row) -> None:
        row.show_state()
        self.edited.emit()


def _number(name: str) -> DecimalEdit:
    return DecimalEdit(name, places=0, minimum=Decimal(0), maximum=_MOST, required=True, width=72)


def _reason_of(move: StockMove | None) -> str | None:
    reason = (move.waste or move.difference) if move else None
    return reason.value if reason else None
