"""The right side of Synchroniseren: the receipt, and what is still on this laptop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.wording import say
from ui import format as show
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import Chip, Label, Rule
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from clbdesk.ids import VisitId
    from clbdesk.services.receipts import ReceiptView
    from clbdesk.services.synchronise import SyncView


class ReceiptCard(Card):
    """What the centre confirmed: count and code large, the rest below."""

    def __init__(self) -> None:
        """Without a receipt."""
        super().__init__("Ontvangstbewijs", main=True, padding=24, spacing=4)
        self._chip = Chip("Bevestigd", Role.OK, "shield-check")
        self.add_to_head(self._chip)
        self._holder: QWidget | None = None
        self.show_receipt(None)

    def show_receipt(self, receipt: ReceiptView | None) -> None:
        """The newest receipt; only a receipt may say that the centre confirmed."""
        if self._holder is not None:
            self._holder.deleteLater()
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._chip.setVisible(receipt is not None)
        if receipt is None:
            column.addWidget(Label(say("synchronise.no_receipt"), role=Role.SECONDARY, wrap=True))
        else:
            self._fill(column, receipt)
        self.body.addWidget(self._holder)

    def _fill(self, column: QVBoxLayout, receipt: ReceiptView) -> None:
        heads = QHBoxLayout()
        heads.addWidget(Label("Het centrum bevestigt", Size.SMALL, role=Role.SECONDARY))
        heads.addStretch(1)
        heads.addWidget(Label("Code", Size.SMALL, role=Role.SECONDARY))
        figures = QHBoxLayout()
        figures.setSpacing(10)
        figures.addWidget(Label(receipt.count, Size.FIGURE, Weight.BOLD))
        figures.addWidget(
            Label("wijzigingen", role=Role.SECONDARY), 0, Qt.AlignmentFlag.AlignVCenter
        )
        figures.addStretch(1)
        figures.addWidget(Label(receipt.code, Size.FIGURE, Weight.BOLD))
        column.addSpacing(6)
        column.addLayout(heads)
        column.addSpacing(4)
        column.addLayout(figures)
        column.addSpacing(8)
        column.addWidget(Rule())
        column.addSpacing(6)
        rows = [(name, value) for name, value in receipt.facts if value]
        for number, (name, value) in enumerate(rows):
            if number:
                column.addWidget(Rule(Role.LINE_FAINT))
            weight = Weight.SEMIBOLD if number < 2 else Weight.REGULAR
            column.addLayout(_pair(name, value, weight))
        self.setAccessibleDescription(f"{receipt.count} wijzigingen, code {receipt.code}")


class InHandCard(Card):
    """The visits that are still here, each with a tick to give it back."""

    ticked = Signal()

    def __init__(self) -> None:
        """Empty."""
        super().__init__("Nog op deze laptop", padding=24, spacing=4)
        self._holder: QWidget | None = None
        self._boxes: dict[VisitId, TickBox] = {}

    def chosen(self) -> tuple[VisitId, ...]:
        """The visits that are ticked."""
        return tuple(visit_id for visit_id, box in self._boxes.items() if box.value())

    def tick(self, visit_id: VisitId) -> None:
        """Propose to give this visit back."""
        if visit_id in self._boxes:
            self._boxes[visit_id].set_value(True)
            self.ticked.emit()

    def set_editable(self, on: bool) -> None:
        """Nothing can be ticked while a run goes on."""
        for box in self._boxes.values():
            box.setEnabled(on)

    def show_view(self, view: SyncView) -> None:
        """The visits with their pupils and the end of the term; ticks that fit stay."""
        kept = set(self.chosen())
        if self._holder is not None:
            self._holder.deleteLater()
        self._holder = QWidget()
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._boxes = {}
        until = show.short_weekday(view.lease_until.date()) if view.lease_until else ""
        for number, visit in enumerate(view.visits):
            if number:
                column.addWidget(Rule(Role.LINE_FAINT))
            pupils = show.counted(visit.pupils, "leerling", "leerlingen")
            box = TickBox(visit.title)
            box.setAccessibleName(f"Vrijgeven: {box.text()}")
            box.set_value(visit.visit_id in kept)
            box.edited.connect(self.ticked)
            self._boxes[visit.visit_id] = box
            column.addWidget(box)
            known = [pupils if visit.pupils else ""]
            known += [say("synchronise.until", until=until)] if until else []
            words = Label(
                " · ".join(part for part in known if part), Size.QUIET, role=Role.SECONDARY
            )
            words.setContentsMargins(theme.px(28), 0, 0, theme.px(6))
            column.addWidget(words)
        if view.visits:
            why = Label(
                say("synchronise.tick_to_release"), Size.QUIET, role=Role.SECONDARY, wrap=True
            )
            column.addSpacing(6)
            column.addWidget(why)
            column.addSpacing(6)
        else:
            column.addWidget(Label(say("synchronise.no_visits"), role=Role.SECONDARY))
        column.addWidget(Rule(Role.LINE_FAINT))
        drafts = show.whole(len(view.drafts))
        column.addLayout(_pair("Concepten, niet verzonden", drafts, Weight.SEMIBOLD, Role.TEXT))
        self.body.addWidget(self._holder)


def _pair(name: str, value: str, weight: Weight, role: Role = Role.SECONDARY) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    label = Label(name, role=role)
    label.setMinimumHeight(theme.px(29))
    row.addWidget(label)
    row.addStretch(1)
    row.addWidget(Label(value, weight=weight))
    return row
