"""The secondary buttons of the grid: which are shown depends on the row that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui import actions
from ui.actions import Key
from ui.widgets.button import Button

if TYPE_CHECKING:
    from ui.widgets.footer import Footer


class RowButtons:
    """Not done, end of the queue, rest in order, correct, and the page of this pupil."""

    def __init__(self, footer: Footer) -> None:
        """Puts them at the left of a footer."""
        self._footer = footer
        self.not_done = Button("Niet afgenomen…", actions.hint(Key.NOT_DONE))
        self.later = Button("Achteraan", actions.hint(Key.END_OF_QUEUE))
        self.rest = Button("Rest in orde", actions.hint(Key.REST_IN_ORDER))
        self.correct = Button("Verbeteren", actions.hint(Key.CORRECT))
        self.page = Button("Open pagina")
        footer.add_left(self.not_done, self.later, self.rest, self.correct, self.page)

    def show_for(self, *, has_row: bool, is_saved: bool, rest: str) -> None:
        """`rest`: words of F7, empty where it does nothing."""
        self.not_done.setVisible(has_row and not is_saved)
        self.later.setVisible(has_row and not is_saved)
        self.rest.set_words(rest, actions.hint(Key.REST_IN_ORDER))
        self.rest.setVisible(has_row and not is_saved and bool(rest))
        self.correct.setVisible(has_row and is_saved)
        self.page.setVisible(has_row)
        is_new = has_row and not is_saved
        self._footer.set_primary("Rij opslaan, volgende" if is_new else "Volgende rij")
