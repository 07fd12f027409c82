"""F1: the keys that do something on this page, in a list over the page; Esc goes back.

A key is called as the button that it stands on: F8 is "Afwezig…" on a list, "Alle nee" is F7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui import actions
from ui.actions import KEYS, Key
from ui.pages.scrolling import scrolling
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.label import Label

if TYPE_CHECKING:
    from ui.widgets.page_frame import PageFrame

_COLUMNS = 2
_STEPS = ("Alt+1 … Alt+8", "Onderdeel 1 tot 8")


class PageKeys(QWidget):
    """The card takes the focus, so that arrows scroll and Esc reaches the window."""

    def __init__(self, page: PageFrame, window: QWidget) -> None:
        """What `page` and the window around it have bound, in the order of the table of keys."""
        super().__init__()
        card = Card("Toetsen op deze pagina", "Esc gaat terug", main=True)
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        lines = [(_keys_of(key), words) for key, words in _bound(page, window).items()]
        if not page.steps.isHidden():
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


def _bound(page: PageFrame, window: QWidget) -> dict[Key, str]:
    """The keys that act here and now, with what they do; what the footer hides does nothing."""
    parts = (page, *(part for part in page.findChildren(QWidget) if part.isVisibleTo(page)))
    bound = {action.text() for part in (window, *parts) for action in part.actions()}
    shown = {
        part.accessibleDescription(): part.text()
        for part in parts
        if isinstance(part, Button) and not page.top_line.isAncestorOf(part)
    }
    hidden = {
        button.accessibleDescription()
        for button in page.footer.findChildren(Button)
        if button.isHidden()
    }
    return {
        key: shown.get(actions.hint(key), one.text)
        for key, one in KEYS.items()
        if one.text in bound and actions.hint(key) not in hidden - shown.keys()
    }


def _keys_of(key: Key) -> str:
    """The key, and its second chord when it is another one."""
    first = actions.hint(key)
    others = [one for one in KEYS[key].sequences[1:] if not one.endswith("Enter")]
    return f"{first} of {others[0].replace('Space', 'Spatie')}" if others else first
