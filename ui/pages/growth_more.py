"""What a doctor measures on indication: head and sitting height, folded away until F3 (P06)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal

from clbdesk.standards.limits import Field
from clbdesk.wording import say
from ui.pages.growth_entry import measure_edit, show_states
from ui.widgets.card import Card
from ui.widgets.field_row import FieldRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.domain.body import ExamState

INDICATED = ("head", "sitting_height")


class MoreCard(Card):
    """Measures named "head" and "sitting_height"; the signals are those of the entry card."""

    edited = Signal()
    value_changed = Signal(str)
    left = Signal(str)
    confirmed = Signal(str)
    measure_again = Signal(str)
    entered = Signal(str)

    def __init__(self) -> None:
        """Hidden until somebody asks for it or something was measured."""
        super().__init__(say("growth.more"), say("growth.more_quiet"), spacing=6)
        self.fields = {
            "head": measure_edit(say("growth.head"), Field.HEAD, "cm", "52,5"),
            "sitting_height": measure_edit(
                say("growth.sitting_height"), Field.SITTING_HEIGHT, "cm", "66,0"
            ),
        }
        self.rows = {
            name: FieldRow(f"{field.name} (cm)", field) for name, field in self.fields.items()
        }
        for name, row in self.rows.items():
            field = self.fields[name]
            self.body.addWidget(row)
            field.installEventFilter(self)
            field.edited.connect(self.edited)
            field.value_changed.connect(lambda _value, name=name: self.value_changed.emit(name))
            field.left.connect(partial(self.left.emit, name))
            row.confirmed.connect(partial(self.confirmed.emit, name))
            row.measure_again.connect(partial(self.measure_again.emit, name))
        self.hide()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Tell which measure has the focus."""
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit(next(n for n, field in self.fields.items() if field is watched))
        return False

    def begin(self) -> None:
        """Open, with the focus on the head."""
        self.show()
        self.fields["head"].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_filled(self, states: Mapping[str, ExamState]) -> None:
        """Open when something stands in it, folded away when not."""
        filled = any(field.text() for field in self.fields.values())
        self.setVisible(filled or any(name in states for name in INDICATED))

    def show_states(self, states: Mapping[str, ExamState], reason: str | None) -> None:
        """The not-done state of each measure with its word."""
        show_states(self.rows, states, reason)

    def set_editable(self, on: bool) -> None:
        """Fields, or what a doctor measured as text."""
        for field in self.fields.values():
            field.setReadOnly(not on)
