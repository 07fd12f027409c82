"""Back to the field where somebody was, by its accessible name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from ui.pages.base import Page


def focus_field(page: Page, name: str) -> None:
    """Focus the first visible field of this name; nothing when there is none."""
    for widget in page.findChildren(QWidget):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page)
        if takes and name and widget.accessibleName() == name:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            return
