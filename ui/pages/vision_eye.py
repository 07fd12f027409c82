"""One eye on the page of sight: logMAR with the decimal beside it, cooperation, state, question."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import EyeResult
from clbdesk.services.confirming import Answer
from clbdesk.services.vision import ask_about
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.limits import Field, Unlikely
from clbdesk.standards.not_done import reason_label
from clbdesk.standards.vision import shown_decimal
from clbdesk.wording import label, say
from ui import theme
from ui.theme import Weight
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

COOPERATION = (
    Choice("good", "Goed", "g"),
    Choice("moderate", "Matig", "m"),
    Choice("poor", "Niet", "n"),
)
LABEL_WIDTH = 72
_DECIMAL_WIDTH = 60
_LINE = Decimal("0.1")


class AcuityEdit(DecimalEdit):
    """logMAR: `0` is 0,0; a bare `1` is refused, because it could be 0,1 or a vision of 1,0."""

    def __init__(self, eye: str) -> None:
        """`eye`: Rechts or Links."""
        low, high = limits(Field.ACUITY).block or (None, None)
        super().__init__(
            eye,
            places=limits(Field.ACUITY).places,
            unit="logMAR",
            minimum=low,
            maximum=high,
            example="0,1",
            required=True,
        )

    def value(self) -> Decimal | None:
        """The number with at least one decimal; None while it could mean two things."""
        value = super().value()
        if value is None or self._is_ambiguous():
            return None
        exponent = value.as_tuple().exponent
        return value.quantize(_LINE) if isinstance(exponent, int) and exponent > -1 else value

    def problem(self) -> str:
        """Also the refusal of a bare `1`."""
        if self._is_ambiguous():
            return say("vision_page.ambiguous_one", eye=self.name)
        return super().problem()

    def _is_ambiguous(self) -> bool:
        return self.text().strip() in {"1", "+1"}


@dataclass(frozen=True, slots=True)
class _Confirmed:
    value: Decimal
    answer: Answer


class EyeRow(FieldRow):
    """`edit` and `cooperation`; `result()` is what would be recorded of this eye."""

    def __init__(self, eye: str, name: str) -> None:
        """`eye`: right or left; `name`: Rechts or Links."""
        self.eye, self.eye_name = eye, name
        self.edit = AcuityEdit(name)
        self.cooperation = ChoiceRow(f"{name}: medewerking", COOPERATION, padding=11)
        self._decimal = Label(weight=Weight.BOLD)
        self._decimal.setFixedWidth(theme.px(_DECIMAL_WIDTH))
        self._not_done: tuple[ExamState, str] | None = None
        self._confirmed: _Confirmed | None = None
        self._first_reading: Decimal | None = None
        self._locked = False
        super().__init__(name, self.edit, label_width=LABEL_WIDTH)
        self.add_beside(self._decimal, self.cooperation)
        self.edit.value_changed.connect(self._on_value)
        self.edit.left.connect(self._on_left)
        self.confirmed.connect(self._on_answer)
        self.measure_again.connect(self._on_again)

    # --- value ---

    def result(self) -> EyeResult | None:
        """Value or state; None while the eye is still open or cannot be read."""
        value, cooperation = self.edit.value(), self.cooperation.value()
        if self._not_done is not None:
            state, reason = self._not_done
            kept = value if state is ExamState.UNRELIABLE else None
            return EyeResult(logmar=kept, state=state, state_reason=reason, cooperation=cooperation)
        if value is None:
            return None
        return EyeResult(logmar=value, state=ExamState.DONE, cooperation=cooperation)

    def show_result(self, result: EyeResult | None, answer: Answer | None = None) -> None:
        """A recorded eye; one that was postponed is open again."""
        again = result is None or result.state is ExamState.POSTPONED
        self.edit.set_value(None if result is None else result.logmar)
        self.cooperation.set_value(None if result is None or again else result.cooperation)
        self._not_done = None
        if result is not None and not again and result.state is not ExamState.DONE:
            self._not_done = (result.state, result.state_reason or "")
        value = self.edit.value()
        self._confirmed = _Confirmed(value, answer) if answer and value is not None else None
        self._first_reading = None
        self._clean()

    def is_missing(self) -> bool:
        """Neither a value nor a state."""
        return self.edit.is_open() and self._not_done is None

    def may_fill(self) -> bool:
        """Whether F7 may answer here: no state and no open question."""
        return self._not_done is None and not self.question() and not self._locked

    def answer(self) -> Answer | None:
        """How the unlikely value was confirmed."""
        return self._confirmed.answer if self._confirmed else None

    def set_not_done(self, state: ExamState, reason: str) -> None:
        """A state; a value that was typed stays visible."""
        self._not_done = (state, reason)
        self._clean()

    def has_focus(self) -> bool:
        """Whether somebody is working on this eye, which is not finished already."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus) and not self._locked

    def lock(self, on: bool) -> None:
        """Recorded already: to read, while the other eye is completed."""
        self._locked = on
        self.edit.setReadOnly(on)
        self.cooperation.setEnabled(not on)

    # --- draft ---

    def content(self) -> dict[str, Any]:
        """As typed."""
        found = self._confirmed
        return {
            "text": self.edit.text(),
            "cooperation": self.cooperation.value(),
            "not_done": [*self._not_done] if self._not_done else None,
            "confirmed": None
            if found is None
            else [found.answer.limit_id, str(found.answer.first_reading or "")],
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was typed, also what could not be read."""
        self.edit.setText(content["text"])
        self.cooperation.set_value(content["cooperation"])
        not_done, confirmed = content["not_done"], content["confirmed"]
        self._not_done = (ExamState(not_done[0]), not_done[1]) if not_done else None
        self._confirmed = None
        value = self.edit.value()
        if confirmed and value is not None:
            first = Decimal(confirmed[1]) if confirmed[1] else None
            self._confirmed = _Confirmed(value, Answer(confirmed[0], first))
        self._clean()

    # --- while typing ---

    def _on_value(self, value: Decimal | None) -> None:
        if value is not None:
            self._not_done = None
        self.ask("")
        self._show()

    def _clean(self) -> None:
        self.set_error("")
        self.ask("")
        self._show()

    def _show(self) -> None:
        value = self.edit.value()
        self._decimal.setText("" if value is None else f"= {shown_decimal(value)}")
        word = ""
        if self._not_done is not None:
            state, reason = self._not_done
            word = label(state) + (f" – {reason_label(state, reason)}" if reason else "")
        self.set_state("minus", word)
        self.cooperation.setVisible(not word)
        self._decimal.setVisible(not word or bool(self._decimal.text()))

    # --- the question about an unlikely value ---

    def _on_left(self) -> None:
        found = self._unlikely()
        if found is None:
            self.ask("")
        else:
            self.ask(found.question, to_confirm=found.to_confirm)

    def _unlikely(self) -> Unlikely | None:
        value = self.edit.value()
        if value is None or self.edit.problem():
            return None
        if self._confirmed is not None and self._confirmed.value == value:
            return None
        found = ask_about(self.eye_name, value)
        return found if isinstance(found, Unlikely) else None

    def _on_answer(self) -> None:
        found, value = self._unlikely(), self.edit.value()
        if found is not None and value is not None:
            first = self._first_reading if self._first_reading != value else None
            self._confirmed = _Confirmed(value, Answer(found.limit_id, first))
            self.edit.edited.emit()

    def _on_again(self) -> None:
        self._first_reading = self.edit.value()
        self.edit.clear()
        self.edit.edited.emit()
