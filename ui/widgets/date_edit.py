"""Typed dates and hours: one field, read back in full under it before it counts.

No spin sections, no calendar that changes by wheel, an empty field is possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import format as show
from ui.theme import Role, Size
from ui.widgets.control import mark
from ui.widgets.label import Label
from ui.widgets.typed_dates import (
    Lean,
    Precision,
    TypedDate,
    read_date,
    read_day_month,
    read_time,
    typed,
)
from ui.widgets.typed_line import TypedLine

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, time


class DateEdit(QWidget):
    """A date field; `value()` is a TypedDate or None, `day()` a whole date or None.

    `today` is asked at every reading, so that midnight does not matter. `no_later_than_today`
    refuses the future (R5); `precision` is the least exact form that is allowed.
    """

    edited = Signal()
    left = Signal()

    def __init__(
        self,
        name: str,
        today: Callable[[], date],
        *,
        lean: Lean = Lean.NEAR,
        precision: Precision = Precision.DAY,
        no_later_than_today: bool = False,
        required: bool = False,
    ) -> None:
        """The focus is that of the line in it."""
        super().__init__()
        self.name, self.required = name, required
        self._today, self._lean, self._precision = today, lean, precision
        self._past_only = no_later_than_today
        self.line = TypedLine(name, 136)
        self._read_back = Label(size=Size.QUIET, role=Role.SECONDARY)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(self._read_back)
        self._read_back.hide()
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._on_text)
        self.line.edited.connect(self.edited)
        self.line.left.connect(self._on_left)

    def value(self) -> TypedDate | None:
        """What is typed, as far as it is a date."""
        text = self.line.text()
        return read_date(text, self._today(), lean=self._lean, precision=self._precision)

    def day(self) -> date | None:
        """The whole date; None when empty, not readable or known to the month only."""
        value = self.value()
        return value.first_day() if value is not None and value.day is not None else None

    def set_value(self, value: TypedDate | date | None) -> None:
        """Show a date from a draft, without telling anybody."""
        whole = value if value is None or isinstance(value, TypedDate) else typed(value)
        self.line.setText("" if whole is None else whole.shown())

    def is_open(self) -> bool:
        """Nothing stands in it yet."""
        return not self.line.text().strip()

    def problem(self) -> str:
        """The refusal of what is not a date, or lies after today where that cannot be."""
        if self.is_open():
            return ""
        value = self.value()
        if value is None:
            return f"{self.name}: vul een datum in, bijvoorbeeld 4/3/2020."
        if self._past_only and value.first_day() > self._today():
            return f"{self.name}: {value.shown()} ligt na vandaag."
        return ""

    def set_error(self, on: bool) -> None:
        """Dress the line as refused or not."""
        mark(self.line, "error" if on else "")

    def _on_text(self) -> None:
        value = self.value()
        self._read_back.setText(value.read_back() if value is not None else "")
        self._read_back.setVisible(value is not None)

    def _on_left(self) -> None:
        value = self.value()
        if value is not None:
            self.line.replace(value.shown())
        self.left.emit()


class DayMonthEdit(TypedLine):
    """Day and month of a birthday, typed to check identity: `1105`, `11 mei`."""

    def __init__(self, name: str, *, required: bool = False) -> None:
        """Never filled in from data: the value has to come from the child or the teacher."""
        super().__init__(name, 86)
        self.name, self.required = name, required
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def value(self) -> tuple[int, int] | None:
        """(day, month), or None."""
        return read_day_month(self.text())

    def is_open(self) -> bool:
        """Nothing stands in it yet."""
        return not self.text().strip()

    def problem(self) -> str:
        """The refusal of what is not a day and a month."""
        if self.is_open() or self.value() is not None:
            return ""
        return f"{self.name}: vul dag en maand in, bijvoorbeeld 1105."


class TimeEdit(TypedLine):
    """An hour on a 24-hour clock: `10:15`, `1015`, `9`."""

    def __init__(self, name: str, *, required: bool = False) -> None:
        """Shown as 10:15 on leaving."""
        super().__init__(name, 86)
        self.name, self.required = name, required
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.left.connect(self._on_left)

    def value(self) -> time | None:
        """The hour, or None."""
        return read_time(self.text())

    def set_value(self, value: time | None) -> None:
        """Show an hour from a draft, without telling anybody."""
        self.setText("" if value is None else show.hour(value))

    def is_open(self) -> bool:
        """Nothing stands in it yet."""
        return not self.text().strip()

    def problem(self) -> str:
        """The refusal of what is not an hour."""
        if self.is_open() or self.value() is not None:
            return ""
        return f"{self.name}: vul een uur in, bijvoorbeeld 10:15."

    def _on_left(self) -> None:
        value = self.value()
        if value is not None:
            self.replace(show.hour(value))
