"""Advies: the words for the parents, made from text blocks of the centre and edited per pupil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clbdesk.wording import say
from ui import format as show
from ui.theme import Role, Size
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clbdesk.standards.letters import AdviceBlock

_LABELS = 88
_LIMIT = 1200


class AdviceEdit(QWidget):
    """`edited()` when words were typed or a block was taken. Typing in the list finds a block."""

    edited = Signal()

    def __init__(self) -> None:
        """Empty, without blocks."""
        super().__init__()
        self._blocks: dict[str, AdviceBlock] = {}
        self.text = TextEdit("Advies", limit=_LIMIT, lines=2)
        self.blocks = FilteredList("Tekstblok", width=None)
        self._sign = IconWord("signature", "", Role.ATTENTION, size=Size.QUIET)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._choosing = FieldRow("Tekstblok", self.blocks, label_width=_LABELS, stretch=True)
        column.addWidget(self._choosing)
        column.addWidget(FieldRow("Advies", self.text, label_width=_LABELS, stretch=True))
        column.addWidget(self._sign)
        self.text.edited.connect(self._on_edited)
        self.blocks.edited.connect(self._on_chosen)
        self._show_sign()

    def show_blocks(self, blocks: Sequence[AdviceBlock], names: Mapping[str, str]) -> None:
        """What can be chosen, the domains of this contact first. `names`: domain → Dutch word."""
        self._blocks = {one.rule_id: one for one in blocks}
        self.blocks.set_options(
            [
                Option(
                    one.rule_id,
                    one.what,
                    " · ".join(
                        part
                        for part in (
                            names.get(one.domain, say("decision.block_of_all")),
                            "" if one.is_signed else say("decision.block_to_confirm"),
                        )
                        if part
                    ),
                )
                for one in blocks
            ]
        )
        self._show_sign()

    def value(self) -> str:
        """The words."""
        return self.text.value()

    def set_value(self, words: str) -> None:
        """From a draft or a record."""
        self.text.set_value(words)
        self.blocks.set_value(None)
        self._show_sign()

    def set_editable(self, on: bool) -> None:
        """To type, or only to read."""
        self.text.setReadOnly(not on)
        self._choosing.setVisible(on)

    def problem(self) -> str:
        """Too many words."""
        return self.text.problem()

    def _on_chosen(self) -> None:
        """The block goes behind what stands there, and the words can be edited at once."""
        block = self._blocks.get(self.blocks.value() or "")
        if block is None:
            return
        before = self.text.value().rstrip()
        if block.words not in before:
            self.text.set_value(f"{before}\n{block.words}" if before else block.words)
        self.blocks.set_value(None)
        self.text.moveCursor(QTextCursor.MoveOperation.End)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_edited()

    def _on_edited(self) -> None:
        self._show_sign()
        self.edited.emit()

    def _show_sign(self) -> None:
        """Words that no doctor confirmed are visibly so; the parents do not see the mark."""
        words = self.text.value()
        unsigned = sum(not one.is_signed and one.words in words for one in self._blocks.values())
        count = show.counted(unsigned, "tekstblok", "tekstblokken")
        self._sign.show_state(
            "signature", say("decision.blocks_unsigned", count=count), Role.ATTENTION
        )
        self._sign.setVisible(bool(unsigned))
