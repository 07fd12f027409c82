"""What is seldom filled in, folded away until F3 (P06): device, another remark, a doctor's measures.

The device is that of the day until somebody says otherwise.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal

from clbdesk.standards.limits import Field
from clbdesk.wording import say
from ui.pages.base import Problem
from ui.pages.growth_entry import measure_edit, show_states
from ui.widgets.card import Card
from ui.widgets.field_row import FieldRow
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.domain.body import ExamState

INDICATED = ("head", "sitting_height")
_DEVICE, _REMARK = 40, 200  # most characters


class MoreCard(Card):
    """Device, remark, and measures named "head" and "sitting_height"; signals as the entry card's."""

    edited = Signal()
    value_changed = Signal(str)
    left = Signal(str)
    confirmed = Signal(str)
    measure_again = Signal(str)
    entered = Signal(str)

    def __init__(self) -> None:
        """Hidden until somebody asks for it or something stands in it."""
        super().__init__(say("growth.more"), spacing=6)
        self._usual = ""
        self.device = TextEdit("Meettoestel", limit=_DEVICE)
        self.remark = TextEdit("Andere opmerking", limit=_REMARK)
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
        for text in (self.device, self.remark):
            text.edited.connect(self.edited)
            self.body.addWidget(FieldRow(text.name, text, stretch=True))
        self.hide()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Tell which measure has the focus."""
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit(next(n for n, field in self.fields.items() if field is watched))
        return False

    def begin(self) -> None:
        """Open, with the focus on the first field."""
        self.show()
        first = self.rows["head"].isVisibleTo(self)
        (self.fields["head"] if first else self.device).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_texts(self, device: str, usual: str, remark: str) -> None:
        """What was used and noted; `usual`: the device of the day."""
        self._usual = usual
        self.device.set_value(device)
        self.remark.set_value(remark)

    def show_filled(self, states: Mapping[str, ExamState], *, is_doctor: bool) -> None:
        """Open when something stands in it, folded away when not; others only read a measure."""
        filled = {name for name, field in self.fields.items() if field.text() or name in states}
        for name, row in self.rows.items():
            row.setVisible(is_doctor or name in filled)
        other = self.device.value() != self._usual or bool(self.remark.value())
        self.setVisible(bool(filled) or other)

    def show_states(self, states: Mapping[str, ExamState], reason: str | None) -> None:
        """The not-done state of each measure with its word."""
        show_states(self.rows, states, reason)

    def set_editable(self, on: bool, *, is_doctor: bool) -> None:
        """Fields, or what was measured and noted as text."""
        for field in self.fields.values():
            field.setReadOnly(not on or not is_doctor)
        for text in (self.device, self.remark):
            text.setReadOnly(not on)

    def problems(self) -> list[Problem]:
        """Texts that are too long."""
        texts = (self.device, self.remark)
        return [Problem(text.problem(), text) for text in texts if text.problem()]
