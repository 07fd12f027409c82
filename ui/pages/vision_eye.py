"""One eye on the page of sight: logMAR with the decimal beside it, cooperation, state, question."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import EyeResult
from clbdesk.services.vision import ask_about
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.limits import Field
from clbdesk.standards.vision import shown_decimal
from clbdesk.wording import say
from ui import theme
from ui.pages.measured_row import MeasuredRow
from ui.theme import Weight
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clbdesk.services.confirming import Answer

COOPERATION = (
    Choice("good", "Goed", "g"),
    Choice("moderate", "Matig", "m"),
    Choice("poor", "Niet", "n"),
)
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


class EyeRow(MeasuredRow):
    """`edit` and `cooperation`; `result()` is what would be recorded of this eye."""

    def __init__(self, eye: str, name: str) -> None:
        """`eye`: right or left; `name`: Rechts or Links."""
        self.eye, self.eye_name = eye, name
        self.edit = AcuityEdit(name)
        self.cooperation = ChoiceRow(f"{name}: medewerking", COOPERATION, padding=11)
        self._decimal = Label(weight=Weight.BOLD)
        self._decimal.setFixedWidth(theme.px(_DECIMAL_WIDTH))
        self._locked = False
        super().__init__(name, self.edit)
        self.add_beside(self._decimal, self.cooperation)

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
        self._show_answer(answer)

    def is_missing(self) -> bool:
        """Neither a value nor a state."""
        return self.edit.is_open() and self._not_done is None

    def may_fill(self) -> bool:
        """Whether F7 may answer here, which is not while it is only read."""
        return super().may_fill() and not self._locked

    def has_focus(self) -> bool:
        """Whether somebody is working on this eye, which is not finished already."""
        return super().has_focus() and not self._locked

    def lock(self, on: bool) -> None:
        """Recorded already: to read, while the other eye is completed."""
        self._locked = on
        self.edit.setReadOnly(on)
        self.cooperation.setEnabled(not on)

    # --- draft ---

    def content(self) -> dict[str, Any]:
        """As typed."""
        return {
            "text": self.edit.text(),
            "cooperation": self.cooperation.value(),
            **super().content(),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was typed, also what could not be read."""
        self.edit.setText(content["text"])
        self.cooperation.set_value(content["cooperation"])
        super().restore(content)

    # --- while typing ---

    def _show(self) -> None:
        super()._show()
        value, is_done = self.edit.value(), not self.not_done_words()
        self._decimal.setText("" if value is None else f"= {shown_decimal(value)}")
        self.cooperation.setVisible(is_done)
        self._decimal.setVisible(is_done or bool(self._decimal.text()))

    def _unlikely(self, value: Decimal) -> object:
        return ask_about(self.eye_name, value)
