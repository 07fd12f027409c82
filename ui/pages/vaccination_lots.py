"""The lots of P11: a row per lot that can go along, and the card for a box nobody entered yet."""

from __future__ import annotations

import calendar
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from clbdesk.ids import RecordId
from clbdesk.services.vaccination_lots import LotChoice, LotEntry, same_lots, why_not_new
from clbdesk.standards.vaccination.products import products
from clbdesk.standards.vaccination.ruleset import vaccine_types
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.pages.base import Problem
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord, Label, Rule
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox
from ui.widgets.typed_dates import Lean, Precision, TypedDate

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.domain.vaccination import SessionLot
    from clbdesk.services.vaccination_session import SessionView

_HEADS = ("In gebruik", "Vaccin", "Product", "Lot", "Vervalt", "Mee", "Weg", "Standaardplaats", "")
_GIVEN = "Gegeven"
_WIDTHS = (92, 92, 132, 132, 120, 84, 48, 144, 0)
_MOST = 999


class _Row:
    """The controls of one lot; the widgets belong to the grid of the card."""

    def __init__(self, lot: LotChoice, lot_id: RecordId | None) -> None:
        self.lot, self.lot_id = lot, lot_id
        product = products()[lot.product]
        self.taken = DecimalEdit(
            f"Meegenomen dosissen {lot.product} {lot.number}", places=0, width=72
        )
        self.in_use = TickBox("")
        self.in_use.setAccessibleName(f"{lot.product} {lot.number} in gebruik")
        self.side = ChoiceRow(
            f"Standaardplaats {lot.vaccine}",
            (Choice("left", "Links", "l"), Choice("right", "Rechts", "r")),
            height=32,
            padding=10,
        )
        self.given = Label("0", role=Role.SECONDARY)
        route = product.routes[0]
        name = vaccine_types()[lot.vaccine].label
        self.cells: tuple[QWidget, ...] = (
            self.in_use,
            Label(name, weight=Weight.SEMIBOLD),
            Label(lot.product),
            Label(lot.number),
            Label(show.day(lot.expires_on), role=Role.SECONDARY),
            self.taken,
            Label(route),
            self.side,
            self.given,
        )

    def entry(self) -> LotEntry | None:
        """What goes along, or None when nothing does."""
        taken = self.taken.value()
        if taken is None or not taken:
            return None
        return LotEntry(
            lot_id=self.lot_id,
            product=self.lot.product,
            number=self.lot.number,
            expires_on=self.lot.expires_on,
            taken=int(taken),
            in_use=self.in_use.value(),
            side=self.side.value() or "left",
            gtin=self.lot.gtin,
        )


class LotsCard(Card):
    """Rows for the vaccines of the visit, first expired first; one lot per vaccine is in use."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty until `show_lots`."""
        super().__init__(spacing=6)
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self.body.addWidget(self._holder)
        self._rows: list[_Row] = []
        self._refused: tuple[LotChoice, ...] = ()

    def show_lots(self, view: SessionView) -> None:
        """The lots of the session, else those that this laptop knows for the visit."""
        saved = {lot.lot_id: lot for lot in view.saved.body.lots} if view.saved else {}
        wanted = [
            lot for lot in view.lots if lot.lot_id in saved or lot.vaccine in view.visit.vaccines
        ]
        self._refused = tuple(lot for lot in wanted if lot.why_not)
        # What went along before it was set apart is still counted when the session closes.
        shown = [lot for lot in wanted if not lot.why_not or lot.lot_id in saved]
        self._rows = [_Row(lot, lot.lot_id) for lot in shown]
        for row in self._rows:
            self._start(row, saved.get(row.lot.lot_id), view)
        self._draw()

    def _start(self, row: _Row, kept: SessionLot | None, view: SessionView) -> None:
        vaccines = [one.lot.vaccine for one in self._rows]
        first = vaccines.index(row.lot.vaccine) == self._rows.index(row)
        row.in_use.set_value(kept.in_use if kept else first)
        row.side.set_value(kept.side if kept else "left")
        row.taken.setText(str(kept.taken) if kept else "")
        row.given.setText(show.whole(view.given.get(row.lot.number, 0)))

    def vaccines(self) -> tuple[str, ...]:
        """The types that go along."""
        return tuple(dict.fromkeys(entry.vaccine for entry in self.entries()))

    def entries(self) -> tuple[LotEntry, ...]:
        """Every lot of which doses go along."""
        found = (row.entry() for row in self._rows)
        return tuple(entry for entry in found if entry is not None)

    def ask_number(self, lot: LotChoice) -> None:
        """A known lot was scanned: how many doses go along? It is the one in use from now on."""
        row = next((row for row in self._rows if row.lot.lot_id == lot.lot_id), None)
        if row is None:
            row = self._append(lot, lot.lot_id)
        self._use(row)
        row.taken.setFocus(Qt.FocusReason.OtherFocusReason)
        row.taken.selectAll()

    def add(self, lot: LotChoice) -> None:
        """A box as it was typed: a row of its own, or the row that it already has."""
        row = next(iter(self._rows_of(lot)), None) or self._append(lot, None)
        self._use(row)
        row.taken.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rows_of(self, lot: LotChoice) -> list[_Row]:
        same = same_lots((row.lot for row in self._rows), lot.product, lot.number)
        return [row for row in self._rows if row.lot in same]

    def product_in(self, gtin: str) -> str:
        """What a package holds by a lot that was added a moment ago; empty when none was."""
        return next((row.lot.product for row in self._rows if gtin and row.lot.gtin == gtin), "")

    def problems(self) -> list[Problem]:
        """Numbers that cannot be, and a vaccine of which no lot is in use."""
        found = []
        for row in self._rows:
            problem = row.taken.problem()
            taken = row.taken.value()
            if not problem and taken is not None and not 0 <= taken <= _MOST:
                problem = f"{row.taken.name}: vul een getal in van 1 tot {_MOST}."
            if problem:
                found.append(Problem(problem, row.taken))
        entries = self.entries()
        for vaccine in self.vaccines():
            if not any(entry.in_use for entry in entries if entry.vaccine == vaccine):
                row = next(row for row in self._rows if row.lot.vaccine == vaccine)
                found.append(Problem(f"Kies het lot van {vaccine} dat in gebruik is.", row.in_use))
        return found

    def _append(self, lot: LotChoice, lot_id: RecordId | None) -> _Row:
        row = _Row(lot, lot_id)
        self._rows.append(row)
        same = [one.side.value() for one in self._rows if one.lot.vaccine == lot.vaccine]
        row.side.set_value(same[0] or "left")
        self._draw()
        return row

    def _use(self, chosen: _Row) -> None:
        """One lot per vaccine is in use."""
        for row in self._rows:
            if row.lot.vaccine == chosen.lot.vaccine:
                row.in_use.set_value(row is chosen)
        self.edited.emit()

    def _draw(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                if not any(widget in row.cells for row in self._rows):
                    widget.deleteLater()
        heads = (*_HEADS[:-1], _GIVEN)
        for column, (head, width) in enumerate(zip(heads, _WIDTHS, strict=True)):
            self._grid.addWidget(Label(head, Size.SMALL, role=Role.SECONDARY), 0, column)
            if width:
                self._grid.setColumnMinimumWidth(column, theme.px(width))
        self._grid.setColumnStretch(8, 1)
        centre = Qt.AlignmentFlag.AlignVCenter
        line = 1
        for row in self._rows:
            self._grid.addWidget(Rule(Role.LINE_FAINT), line, 0, 1, len(heads))
            for column, cell in enumerate(row.cells):
                self._grid.addWidget(cell, line + 1, column, centre)
                cell.show()
            line += 2
            self._connect(row)
        for lot in self._refused:
            words = IconWord("x", lot.why_not, Role.ERROR)
            self._grid.addWidget(words, line, 0, 1, len(heads))
            line += 1

    def _connect(self, row: _Row) -> None:
        if row.in_use.property("connected"):
            return
        row.in_use.setProperty("connected", True)
        row.in_use.edited.connect(partial(self._use, row))
        row.taken.edited.connect(self.edited)
        row.side.edited.connect(self.edited)


class NewLotCard(Card):
    """Product, lot number and expiry of a box; `added()` when it is complete."""

    added = Signal()

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__("Lot toevoegen", "het lotnummer precies zoals het er staat", spacing=6)
        self.setProperty("whole", True)
        self._today: date | None = None
        self._known: tuple[LotChoice, ...] = ()
        self._gtin, self._said = "", ""
        self._product = FilteredList("Product", required=True, width=320)
        self._number = TextEdit("Lotnummer", limit=20, required=True)
        self._number.setMaximumWidth(theme.px(220))
        self._expiry = DateEdit(
            "Vervaldatum", self._day, lean=Lean.FUTURE, precision=Precision.MONTH, required=True
        )
        self._rows = [
            FieldRow("Product", self._product, label_width=104),
            FieldRow("Lotnummer", self._number, label_width=104, stretch=True),
            FieldRow("Vervaldatum", self._expiry, label_width=104),
        ]
        for row in self._rows:
            self.body.addWidget(row)
        for left in (self._product.edited, self._number.left, self._expiry.left):
            left.connect(self._judge)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        close = Button("Sluiten", actions.hint(Key.BACK), height=36)
        add = Button("Toevoegen", height=36)
        close.clicked.connect(self.hide)
        add.clicked.connect(self.add)
        foot.addWidget(close)
        foot.addWidget(add)
        self.body.addLayout(foot)
        self.hide()

    def ask(
        self,
        number: str,
        expires_on: date | None,
        view: SessionView,
        gtin: str = "",
        product: str = "",
    ) -> None:
        """With what the box said about itself; the products of the visit come first.

        `gtin`: its package; what it holds is remembered with the lot. `product`: what an earlier
        one held.
        """
        self._today, self._known, self._gtin = view.today, view.lots, gtin
        wanted = sorted(
            products().values(), key=lambda one: one.type.name not in view.visit.vaccines
        )
        self._product.set_options([Option(one.name, one.name, one.type.label) for one in wanted])
        self._product.set_value(product or None)
        self._number.set_value(number)
        self._expiry.set_value(expires_on)
        for row in self._rows:
            row.set_error("")
        self.show()
        self._product.setFocus(Qt.FocusReason.OtherFocusReason)

    def lot(self) -> LotChoice | None:
        """The lot as typed, once it is complete."""
        product, typed = self._product.value(), self._expiry.value()
        if product is None or typed is None or not self._number.value():
            return None
        return LotChoice(
            lot_id=RecordId(""),
            vaccine=products()[product].type.name,
            product=product,
            number=self._number.value(),
            expires_on=_last_day(typed),
            why_not="",
            gtin=self._gtin,
        )

    def add(self) -> None:
        """Take it, or say what is missing or why this box cannot be taken along."""
        for row in self._rows:
            row.judge()
        for row, control, text in (
            (self._rows[0], self._product, "Kies het vaccin."),
            (self._rows[1], self._number, "Vul het lotnummer in."),
            (self._rows[2], self._expiry, "Vul de vervaldatum in."),
        ):
            if not row.error() and control.is_open():
                row.set_error(text)
        self._judge()
        wrong = next((row for row in self._rows if row.error()), None)
        if wrong is not None:
            wrong.control.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.hide()
        self.added.emit()

    def _judge(self) -> None:
        """A box that is expired, set apart or otherwise known says so while it is typed."""
        typed, today = self._expiry.value(), self._day()
        last = _last_day(typed) if typed else None
        product, number = self._product.value() or "", self._number.value()
        why = why_not_new(self._known, today, product, number, last)
        for row in self._rows:
            if self._said and row.error() == self._said:
                row.set_error("")
        self._said = why
        if why:
            is_old = last is not None and last < today
            self._rows[2 if is_old else 1].set_error(why)

    def _day(self) -> date:
        assert self._today is not None  # the card is open
        return self._today


def _last_day(typed: TypedDate) -> date:
    """A month on a box means its last day (GS1: day 00)."""
    first = typed.first_day()
    if typed.day is not None:
        return first
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
