"""F1: the keys that do something on this page, in a list over the page; Esc goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui import actions
from ui.actions import KEYS, Key
from ui.pages.scrolling import scrolling
from ui.theme import Role, Weight
from ui.widgets.card import Card
from ui.widgets.label import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMNS = 2
_STEPS = ("Alt+1 … Alt+8", "Onderdeel 1 tot 8")


class PageKeys(QWidget):
    """The card takes the focus, so that arrows scroll and Esc reaches the window."""

    def __init__(self, keys: Sequence[Key], *, has_steps: bool) -> None:
        """`keys` in the order of the table of keys."""
        super().__init__()
        card = Card("Toetsen op deze pagina", "Esc gaat terug", main=True)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        lines = [(_keys_of(key), KEYS[key].text) for key in keys]
        if has_steps:
            lines.append(_STEPS)
        half = -(-len(lines) // _COLUMNS)
        for place, (sequence, words) in enumerate(lines):
            column, line = divmod(place, half)
            grid.addWidget(Label(sequence, weight=Weight.SEMIBOLD), line, 2 * column)
            grid.addWidget(Label(words, role=Role.SECONDARY, wrap=True), line, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
        card.body.addWidget(holder)
        column_of_page = QVBoxLayout(self)
        column_of_page.setContentsMargins(0, 0, 0, 0)
        column_of_page.addWidget(scrolling(card))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Toetsen op deze pagina")


def _keys_of(key: Key) -> str:
    """The key, and its second chord when it is another one."""
    first = actions.hint(key)
    others = [one for one in KEYS[key].sequences[1:] if not one.endswith("Enter")]
    return f"{first} of {others[0].replace('Space', 'Spatie')}" if others else first
