"""Block 4 of P13: a row per vaccine that is planned today, and the strip that asks why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.stock import lot_key
from clbdesk.domain.vaccination import DoseStatus, NotGivenReason
from clbdesk.services.vaccination_entry import RowEntry
from clbdesk.services.vaccination_plan import PlanState
from clbdesk.standards.vaccination.sites import site
from clbdesk.wording import label
from ui import format as show
from ui import theme
from ui.pages.vaccination_blocks import Block
from ui.pages.vaccination_not_given import NotGivenStrip
from ui.theme import Role, Size, Weight
from ui.widgets.button import Link
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord, Label
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from clbdesk.ids import RecordId
    from clbdesk.services.vaccination import DoseRow


class DoseLine(QWidget):
    """One vaccine: whether it is given, from which lot, where; or why not."""

    edited = Signal()
    off_asked = Signal(str)

    def __init__(self, row: DoseRow, *, may_tick: bool, at_desk: bool = False) -> None:
        """`may_tick`: whether this user may plan what was left to a doctor."""
        super().__init__()
        self.row = row
        self._is_later = at_desk and row.saved is None
        self._may_tick = may_tick
        self.reason: NotGivenReason | None = None
        self.reason_text = ""
        self._lot_id = row.lots[0].lot_id if row.lots else None
        self._side = row.side
        self._planned = row.plan.state is PlanState.PLANNED
        self._by_doctor = False
        self.tick = TickBox(row.label, strong=True)
        self.tick.setChecked(self._planned)
        self.tick.clicked.connect(self._on_ticked)
        self._product = Label()
        self._lot = Link("", Size.BASE, about=f"lot van {row.label}")
        self._lot.clicked.connect(self._change)
        self._expiry = Label(role=Role.SECONDARY)
        self._place = Label()
        self._amount = Label(f"{show.number(row.amount_ml)} ml")
        self._state = IconWord()
        self._change_row = QWidget()
        self._lots = FilteredList("Lot", width=320)
        self._sides = ChoiceRow(
            "Kant", (Choice("left", "Links", "l"), Choice("right", "Rechts", "r"))
        )
        self._place_widgets()
        self._lots.edited.connect(self._on_changed)
        self._sides.edited.connect(self._on_changed)
        if row.saved is not None:
            self._show_saved(row.saved.body.status, row.saved.body.reason)
        self.show_row()

    def _place_widgets(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        centre = Qt.AlignmentFlag.AlignVCenter
        for column, (widget, width) in enumerate(
            (
                (self.tick, 108),
                (self._product, 104),
                (self._lot, 92),
                (self._expiry, 96),
                (self._place, 0),
                (self._amount, 0),
            )
        ):
            grid.addWidget(widget, 0, column, centre)
            if width:
                grid.setColumnMinimumWidth(column, theme.px(width))
        grid.addWidget(self._state, 0, 1, 1, 4, centre)
        grid.setColumnStretch(4, 1)
        self._change_row.hide()
        inner = QHBoxLayout(self._change_row)
        inner.setContentsMargins(0, 4, 0, 4)
        inner.setSpacing(12)
        inner.addWidget(self._lots)
        inner.addWidget(self._sides)
        inner.addStretch(1)
        grid.addWidget(self._change_row, 1, 1, 1, 5)
        self.setMinimumHeight(theme.px(29))

    @property
    def is_given(self) -> bool:
        """Ticked: to be given, or given."""
        return self.tick.isChecked()

    @property
    def is_open(self) -> bool:
        """Neither given nor said why not."""
        return not self.is_given and self.reason is None

    def entry(self) -> RowEntry:
        """What the row says."""
        return RowEntry(
            vaccine=self.row.vaccine,
            give=self.is_given,
            lot_id=self._lot_id,
            side=self._side,
            reason=None if self.is_given else self.reason,
            reason_text="" if self.is_given else self.reason_text,
        )

    def content(self) -> dict[str, Any]:
        """For a draft."""
        return {
            "give": self.is_given,
            "lot": self._lot_id,
            "side": self._side,
            "reason": self.reason.value if self.reason else None,
            "text": self.reason_text,
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From a draft; a lot that is gone meanwhile is not put back."""
        lots: dict[str, RecordId] = {str(lot.lot_id): lot.lot_id for lot in self.row.lots}
        self._lot_id = lots.get(content["lot"], self._lot_id)
        self._side = content["side"]
        reason = content["reason"]
        self.reason = NotGivenReason(reason) if reason else None
        self.reason_text = content["text"]
        self.tick.setChecked(content["give"])
        self.show_row()

    def take_off(self, reason: NotGivenReason, text: str = "") -> None:
        """Not given, with a reason."""
        self.reason, self.reason_text = reason, text
        self.tick.setChecked(False)
        self.show_row()

    def use_lot(self, number: str) -> bool:
        """Take the lot of a scanned box; False when this row cannot be given from it."""
        key = lot_key(number)
        lot = next((one for one in self.row.lots if lot_key(one.number) == key), None)
        if lot is None:
            return False
        self._lot_id = lot.lot_id
        self.show_row()
        return True

    def follow_doctor(self, why_not: str) -> None:
        """What a doctor decided about today: not given, in these words; empty = as it was planned."""
        if why_not:
            self._by_doctor = True
            self.take_off(NotGivenReason.OTHER, why_not)
        elif self._by_doctor:
            self._by_doctor = False
            self.reason, self.reason_text = None, ""
            self.tick.setChecked(self._planned)
            self.show_row()

    def set_editable(self, on: bool) -> None:
        """The row can be changed, or only read."""
        self.tick.setEnabled(on)
        self._lot.setEnabled(on)
        if not on:
            self._change_row.hide()

    def show_row(self) -> None:
        """Draw what the row says now."""
        lot = self.row.lot(self._lot_id)
        given = self.is_given and not self._is_later
        for widget in (self._product, self._lot, self._expiry, self._place, self._amount):
            widget.setVisible(given)
        self._state.setVisible(not given)
        if not given:
            self._change_row.hide()
            self._show_why_not()
            return
        self._product.setText(lot.product if lot else self.row.product.name)
        self._lot.setText(lot.number if lot else "geen lot")
        self._lot.updateGeometry()
        self._expiry.setText(show.day(lot.expires_on) if lot else "")
        found = site(self.row.site)
        words = found.words(self._side) if found else ""
        self._place.setText(f"{self.row.route} · {words}")

    def _show_why_not(self) -> None:
        if self.is_given:
            self._state.show_state("needle", "aan de andere post", Role.SECONDARY)
            return
        if self.reason is None:
            self._state.show_state("stethoscope", "Arts beslist", Role.ATTENTION, Weight.SEMIBOLD)
            return
        words = f"Niet toegediend: {label(self.reason)}"
        if self.reason_text:
            words += f" – {self.reason_text}"
        role = Role.TEXT
        icon = "minus"
        if self.reason is NotGivenReason.DOCTOR_DECIDES:
            icon, role = "stethoscope", Role.ATTENTION
        self._state.show_state(icon, words, role)

    def _show_saved(self, status: DoseStatus, reason: NotGivenReason | None) -> None:
        assert self.row.saved is not None
        body = self.row.saved.body
        self.tick.setChecked(status is DoseStatus.GIVEN)
        self.reason, self.reason_text = reason, body.reason_text
        if body.side:
            self._side = body.side

    def _on_ticked(self) -> None:
        """A planned dose is never taken off by silence: the strip asks why."""
        if not self.tick.isChecked():
            self.tick.setChecked(True)
            self.off_asked.emit(self.row.vaccine)
            return
        if not (self._planned or self._may_tick):
            self.tick.setChecked(False)
            return
        self.reason, self.reason_text = None, ""
        self.show_row()
        self.edited.emit()

    def _change(self) -> None:
        """Another lot or the other side."""
        self._lots.set_options(
            [
                Option(str(lot.lot_id), lot.number, f"{lot.product} · {show.day(lot.expires_on)}")
                for lot in self.row.lots
            ]
        )
        self._lots.set_value(str(self._lot_id) if self._lot_id else None)
        self._sides.set_value(self._side)
        self._change_row.setVisible(self._change_row.isHidden())
        if self._change_row.isVisible():
            self._lots.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_changed(self) -> None:
        chosen = self._lots.value()
        lots = {str(lot.lot_id): lot.lot_id for lot in self.row.lots}
        self._lot_id = lots.get(chosen or "", self._lot_id)
        self._side = self._sides.value() or self._side
        self.show_row()
        self.edited.emit()


class DosesBlock(Block):
    """The rows, and the strip of F8 for one of them or for all."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty until `show_rows`."""
        super().__init__(4, "Vandaag")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._note = Label(role=Role.SECONDARY, wrap=True)
        self._note.setMinimumHeight(theme.px(32))
        self.content.addLayout(self._rows)
        self.content.addWidget(self._note)
        self.strip = NotGivenStrip()
        self.strip.chosen.connect(self._on_reason)
        self.content.addWidget(self.strip)
        self.lines: list[DoseLine] = []
        self._asked: tuple[str, ...] = ()

    def show_rows(
        self, rows: Sequence[DoseRow], note: str, *, may_tick: bool, at_desk: bool
    ) -> None:
        """Other rows; `note` when there are none. `at_desk`: the needle is at another table."""
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines = []
        for row in rows:
            line = DoseLine(row, may_tick=may_tick, at_desk=at_desk)
            line.edited.connect(self.edited)
            line.off_asked.connect(self.ask_one)
            self._rows.addWidget(line)
            self.lines.append(line)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.strip.hide()

    def ask_why_not(self) -> bool:
        """F8: for the row that has the focus, else for every row that is not off yet."""
        focused = [line for line in self.lines if _has_focus(line)]
        wanted = focused or [line for line in self.lines if line.reason is None]
        self._asked = tuple(line.row.vaccine for line in wanted or self.lines)
        if not self._asked:
            return False
        labels = [line.row.label for line in self.lines if line.row.vaccine in self._asked]
        self.strip.ask(" + ".join(labels))
        return True

    def ask_one(self, vaccine: str) -> None:
        """The strip for one row."""
        self._asked = (vaccine,)
        labels = [line.row.label for line in self.lines if line.row.vaccine == vaccine]
        self.strip.ask(labels[0])

    def take_off(self, vaccines: Sequence[str], reason: NotGivenReason, text: str = "") -> None:
        """These rows are not given."""
        for line in self.lines:
            if line.row.vaccine in vaccines:
                line.take_off(reason, text)
        self.edited.emit()

    def set_editable(self, on: bool) -> None:
        """Rows can be changed; those that were saved before only as a correction."""
        for line in self.lines:
            line.set_editable(on)
        if not on:
            self.strip.hide()

    def _on_reason(self, reason: str, text: str) -> None:
        self.take_off(self._asked, NotGivenReason(reason), text)


class AfterBlock(Block):
    """Block 5: how long the pupil stays."""

    def __init__(self) -> None:
        """Empty until `show_until`."""
        super().__init__(5, "Na de prik", last=True)
        self._words = Label()
        self._words.setMinimumHeight(theme.px(32))
        self.content.addWidget(self._words)

    def show_until(self, minutes: int, until: datetime | None) -> None:
        """`Observatie 15 minuten, tot 13:41`; nothing is observed when nothing is given."""
        words = f"Observatie {minutes} minuten"
        self._words.setText(f"{words}, tot {show.hour(until)}" if until else words)


def _has_focus(line: QWidget) -> bool:
    return any(child.hasFocus() for child in line.findChildren(QWidget))
