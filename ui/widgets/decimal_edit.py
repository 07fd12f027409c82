"""Number entry without ten-fold errors: comma and point are both decimal, nothing is swallowed.

Qt's spin boxes and validators turn `12.5` into 125 under Belgian locales and change a value by
wheel; this field reads the text itself, answers `Decimal | None`, and never rewrites while the
user types. Thimbleby & Cairns, J R Soc Interface 2010;7:1429: unreadable input must be refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from PySide6.QtCore import Qt, Signal

from ui import format as show
from ui.widgets.typed_line import TypedLine

_NUMBER = re.compile(r"([+\-−]?)([0-9]*)(?:[.,]([0-9]+))?", re.ASCII)


class State(StrEnum):
    """What the text in a number field is."""

    EMPTY = "empty"
    READ = "read"
    UNREADABLE = "unreadable"
    TOO_PRECISE = "too_precise"


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome of reading a text; `value` only when the state is READ."""

    state: State
    value: Decimal | None = None


def read_decimal(text: str, places: int, unit: str = "") -> Reading:
    """Read a typed number with at most `places` decimals and perhaps its own unit behind it.

    No thousands marks: two separators, or a space inside, cannot be read. A separator without
    digits behind it cannot be read either (the number is not finished).
    """
    typed = text.strip()
    if unit and typed.casefold().endswith(unit.casefold()):
        typed = typed[: -len(unit)].rstrip()
    if not typed:
        return Reading(State.EMPTY if not text.strip() else State.UNREADABLE)
    match = _NUMBER.fullmatch(typed)
    if match is None or not (match[2] or match[3]):
        return Reading(State.UNREADABLE)
    sign, whole, fraction = match[1], match[2] or "0", match[3] or ""
    if len(fraction) > places:
        return Reading(State.TOO_PRECISE)
    digits = f"{whole}.{fraction}" if fraction else whole
    return Reading(State.READ, Decimal(f"-{digits}" if sign in {"-", "−"} else digits))


class DecimalEdit(TypedLine):
    """A field for one measured value; right-aligned, unit outside or typed behind the number.

    `value_changed(Decimal | None)` follows every key that makes another complete number (None when
    the text is not one); `left()` comes on leaving, the moment to judge format and range.
    """

    value_changed = Signal(object)

    def __init__(
        self,
        name: str,
        *,
        places: int,
        unit: str = "",
        minimum: Decimal | None = None,
        maximum: Decimal | None = None,
        example: str = "",
        required: bool = False,
        width: int = 96,
    ) -> None:
        """`minimum` and `maximum` are the impossible limits; `example` is shown in the refusal."""
        super().__init__(f"{name} ({unit})" if unit else name, width)
        self.name, self.places, self.unit = name, places, unit
        self.minimum, self.maximum, self._example = minimum, maximum, example
        self.required = required
        self._known: Decimal | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.textChanged.connect(self._on_text)

    def reading(self) -> Reading:
        """What the text is now."""
        return read_decimal(self.text(), self.places, self.unit)

    def value(self) -> Decimal | None:
        """The number, with the precision that was typed; None when empty or not readable."""
        return self.reading().value

    def set_value(self, value: Decimal | None) -> None:
        """Show a value from a draft or default; its undo history starts anew."""
        self.setText("" if value is None else show.number(value))

    def is_open(self) -> bool:
        """Nothing stands in it yet."""
        return not self.text().strip()

    def problem(self) -> str:
        """The refusal (R2 to R4) for what cannot be saved, or an empty text."""
        reading = self.reading()
        if reading.state is State.TOO_PRECISE:
            if self.places == 0:
                return f"{self.name}: vul een getal zonder komma in."
            digits = "1 cijfer" if self.places == 1 else f"{self.places} cijfers"
            return f"{self.name}: hoogstens {digits} na de komma."
        if reading.state is State.UNREADABLE:
            hint = f", bijvoorbeeld {self._example}" if self._example else ""
            return f"{self.name}: vul een getal in{hint}."
        if reading.value is not None and not self._is_possible(reading.value):
            return f"{self.name}: {show.number(reading.value)} kan niet. {self._range()}"
        return ""

    def put_in_order(self) -> None:
        """The number with a comma, which Ctrl+Z can take back."""
        value = self.value()
        if value is not None:
            self.replace(show.number(value))

    def _is_possible(self, value: Decimal) -> bool:
        below = self.minimum is not None and value < self.minimum
        above = self.maximum is not None and value > self.maximum
        return not (below or above)

    def _range(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        if self.minimum is None:
            assert self.maximum is not None
            return f"Vul een waarde in tot {show.number(self.maximum)}{unit}."
        if self.maximum is None:
            return f"Vul een waarde in vanaf {show.number(self.minimum)}{unit}."
        low, high = show.number(self.minimum), show.number(self.maximum)
        return f"Vul een waarde in van {low} tot {high}{unit}."

    def _on_text(self) -> None:
        value = self.value()
        same = value == self._known and (value is None) == (self._known is None)
        self._known = value
        if not same:
            self.value_changed.emit(value)
