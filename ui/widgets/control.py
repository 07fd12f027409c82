"""What every control of a form has in common, and how a field is dressed when it asks attention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@runtime_checkable
class Control(Protocol):
    """A control of a form: also `edited` and `left` signals and a typed `value`/`set_value`.

    `edited()` comes after every act of the user (never after `set_value`); `left()` on leaving.
    """

    name: str
    required: bool

    def is_open(self) -> bool:
        """Nothing has been filled in yet."""
        ...

    def problem(self) -> str:
        """The refusal of what cannot be saved as it stands, or an empty text."""
        ...


def mark(field: QWidget, state: str) -> None:
    """Dress a field as `error`, `question` or plain (empty text)."""
    if (field.property("state") or "") != state:
        field.setProperty("state", state)
        field.style().unpolish(field)
        field.style().polish(field)
        field.update()
