"""One measured thing of one side (an eye, an ear): its number, its not-done state, its question.

A number that the limits call unlikely is asked about on leaving, and counts as confirmed only as long
as it stays the same; the first reading of a second measurement is kept with the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState
from clbdesk.services.confirming import Answer
from clbdesk.standards.limits import Unlikely
from clbdesk.standards.not_done import reason_label
from clbdesk.wording import label
from ui.widgets.field_row import FieldRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.widgets.decimal_edit import DecimalEdit

LABEL_WIDTH = 72


@dataclass(frozen=True, slots=True)
class _Confirmed:
    value: Decimal
    answer: Answer


class MeasuredRow(FieldRow):
    """A row around one number that may be asked about; a page adds what stands beside it."""

    def __init__(self, title: str, measured: DecimalEdit) -> None:
        """`measured`: the number that the question is about."""
        self._measured = measured
        self._not_done: tuple[ExamState, str] | None = None
        self._confirmed: _Confirmed | None = None
        self._first_reading: Decimal | None = None
        super().__init__(title, measured, label_width=LABEL_WIDTH)
        measured.value_changed.connect(self._on_value)
        measured.left.connect(self._on_left)
        self.confirmed.connect(self._on_answer)
        self.measure_again.connect(self._on_again)

    # --- state and answer ---

    def may_fill(self) -> bool:
        """Whether F7 may answer here: no state and no open question."""
        return self._not_done is None and not self.question()

    def answer(self) -> Answer | None:
        """How the unlikely value was confirmed."""
        return self._confirmed.answer if self._confirmed else None

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """A state; what was typed stays visible."""
        self._not_done = (state, reason)
        self._clean()

    def has_focus(self) -> bool:
        """Whether somebody is working on this row."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _show_answer(self, answer: Answer | None) -> None:
        """The answer that was recorded with the number that stands here now."""
        value = self._measured.value()
        self._confirmed = _Confirmed(value, answer) if answer and value is not None else None
        self._first_reading = None
        self._clean()

    # --- draft ---

    def content(self) -> dict[str, Any]:
        """State and answer, as JSON values."""
        found = self.answer()
        return {
            "not_done": [*self._not_done] if self._not_done else None,
            "confirmed": [found.limit_id, str(found.first_reading or "")] if found else None,
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """State and answer back, once the number stands there again."""
        not_done, confirmed = content["not_done"], content["confirmed"]
        self._not_done = (ExamState(not_done[0]), not_done[1]) if not_done else None
        first = Decimal(confirmed[1]) if confirmed and confirmed[1] else None
        self._show_answer(Answer(confirmed[0], first) if confirmed else None)

    # --- while typing ---

    def not_done_words(self) -> str:
        """The state with its reason, empty when there is none."""
        if self._not_done is None:
            return ""
        state, reason = self._not_done
        return label(state) + (f" – {reason_label(state, reason)}" if reason else "")

    def _clean(self) -> None:
        self.set_error("")
        self.ask("")
        self._show()

    def _show(self) -> None:
        self.set_state("minus", self.not_done_words())

    def _on_value(self, value: Decimal | None) -> None:
        if value is not None:
            self._not_done = None
        self.ask("")
        self._show()

    # --- the question about an unlikely value ---

    def _unlikely(self, value: Decimal) -> object:
        """What the limits say of a value."""
        raise NotImplementedError

    def _asked(self) -> Unlikely | None:
        value = self._measured.value()
        if value is None or self._measured.problem():
            return None
        if self._confirmed is not None and self._confirmed.value == value:
            return None
        found = self._unlikely(value)
        return found if isinstance(found, Unlikely) else None

    def _on_left(self) -> None:
        found = self._asked()
        if found is None:
            self.ask("")
        else:
            self.ask(found.question, to_confirm=found.to_confirm)

    def _on_answer(self) -> None:
        found, value = self._asked(), self._measured.value()
        if found is not None and value is not None:
            first = self._first_reading if self._first_reading != value else None
            self._confirmed = _Confirmed(value, Answer(found.limit_id, first))
            self._measured.edited.emit()

    def _on_again(self) -> None:
        self._first_reading = self._measured.value()
        self._measured.clear()
        self._measured.edited.emit()
