"""One block of the examination: normal, abnormal with words, or not done with its state."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clbdesk.domain.body import ExamState
from clbdesk.domain.doctor import BlockResult, ExamBlock, Finding
from clbdesk.standards.not_done import reason_label
from clbdesk.wording import label, say
from ui.pages.step import Problem
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.text_edit import TextEdit

LABEL_WIDTH = 128
_NOT_EXAMINED = "not_examined"
_FINDINGS = (
    Choice(Finding.NORMAL.value, label(Finding.NORMAL), "n"),
    Choice(Finding.ABNORMAL.value, label(Finding.ABNORMAL), "a"),
    Choice(_NOT_EXAMINED, "Niet onderzocht", "o"),
)


class BlockRow(QWidget):
    """`edited()` when something was chosen or typed."""

    edited = Signal()

    def __init__(self, block: ExamBlock) -> None:
        """Starts open."""
        super().__init__()
        self.block, self.block_name = block, label(block)
        self._state, self._reason = ExamState.DONE, ""
        self.choice = ChoiceRow(self.block_name, _FINDINGS, required=True, padding=10)
        self._row = FieldRow(self.block_name, self.choice, label_width=LABEL_WIDTH)
        self.words = TextEdit(f"{self.block_name}: wat", limit=300, placeholder="wat afwijkend is")
        self.words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._row)
        column.addWidget(self.words)
        self.choice.edited.connect(self._on_choice)
        self.words.edited.connect(self.edited)

    def result(self) -> BlockResult | None:
        """What stands in it; None while it is open."""
        value = self.choice.value()
        if self._state is not ExamState.DONE:
            return BlockResult(state=self._state, state_reason=self._reason or None)
        if value is None:
            return None
        if value == _NOT_EXAMINED:
            return BlockResult(state=ExamState.NOT_PLANNED)
        finding = Finding(value)
        words = self.words.value() if finding is Finding.ABNORMAL else ""
        return BlockResult(finding=finding, text=words)

    def show_result(self, result: BlockResult | None) -> None:
        """From a record or a draft."""
        self._state, self._reason = ExamState.DONE, ""
        value = result.finding.value if result and result.finding else None
        if result is not None and result.state is not ExamState.DONE:
            if result.state is ExamState.NOT_PLANNED and not result.state_reason:
                value = _NOT_EXAMINED
            else:
                self._state, self._reason = result.state, result.state_reason or ""
        self.choice.set_value(value)
        self.words.set_value(result.text if result else "")
        self._row.set_filled_by_key(False)
        self._show()

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """A state instead of a finding."""
        self._state, self._reason = state, reason
        self.choice.set_value(None)
        self._show()

    def is_open(self) -> bool:
        """Neither a finding nor a state."""
        return self.choice.is_open() and self._state is ExamState.DONE

    def fill_normal(self) -> None:
        """F7."""
        self.choice.set_value(Finding.NORMAL.value)
        self._row.set_filled_by_key(True)
        self._show()

    def set_filled_by_key(self, on: bool) -> None:
        """The chip of F7."""
        self._row.set_filled_by_key(on)

    def problems(self) -> list[Problem]:
        """A finding, and words for what is abnormal."""
        name, found = self.block_name, []
        if self.is_open():
            found.append(Problem(say("doctor.choose_block", block=name), self.choice))
        elif self.choice.value() == Finding.ABNORMAL.value and not self.words.value():
            found.append(Problem(say("doctor.words_missing", block=name), self.words))
        elif self.words.problem():
            found.append(Problem(self.words.problem(), self.words))
        self._row.set_error(found[0].text if found else "")
        return found

    def set_editable(self, on: bool) -> None:
        """To choose, or only to read."""
        self.choice.setEnabled(on)
        self.words.setReadOnly(not on)

    def content(self) -> list[str | None]:
        """For the draft."""
        return [self.choice.value(), self.words.value(), self._state.value, self._reason]

    def restore(self, content: list[Any]) -> None:
        """From a draft."""
        value, words, state, reason = content
        self.choice.set_value(value)
        self.words.set_value(words)
        self._state, self._reason = ExamState(state), reason
        self._show()

    def _on_choice(self) -> None:
        self._state, self._reason = ExamState.DONE, ""
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        self.words.setVisible(self.choice.value() == Finding.ABNORMAL.value)
        not_done = self._state is not ExamState.DONE
        self.choice.required = not not_done
        words = f"{label(self._state)}: {reason_label(self._state, self._reason)}"
        self._row.set_state("minus", words if not_done else "")
