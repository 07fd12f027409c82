"""The unshifted digit row of Belgian AZERTY keyboards, read as digits in number fields.

Digits need Shift there and small laptops have no keypad. Only when the layout in use is a Belgian
or French one, or when the setting says so. The mapping comes from knowledge of the layout.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_ROW = dict(zip("&é\"'(§è!çà", "1234567890", strict=True))


class DigitRow(StrEnum):
    """The setting."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class _Setting:
    chosen = DigitRow.AUTO


def choose(setting: DigitRow) -> None:
    """Set for the whole window."""
    _Setting.chosen = setting


def is_on() -> bool:
    """Whether the unshifted row counts as digits now."""
    if _Setting.chosen is not DigitRow.AUTO:
        return _Setting.chosen is DigitRow.ON
    layout = QGuiApplication.inputMethod().locale()
    return (
        layout.territory() == QLocale.Country.Belgium
        or layout.language() == QLocale.Language.French
    )


def digit(event: QKeyEvent) -> str:
    """The digit that a key press means in a number field, or an empty text."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers != Qt.KeyboardModifier.NoModifier or not is_on():
        return ""
    return _ROW.get(event.text(), "")
