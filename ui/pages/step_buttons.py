"""The secondary buttons of a step: which are shown depends on what is recorded already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui import actions
from ui.actions import Key
from ui.widgets.button import Button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.pages.step import StepPage
    from ui.widgets.footer import Footer


class StepButtons:
    """Not done, rest in order, correct, withdraw, throw the draft away."""

    def __init__(self, footer: Footer) -> None:
        """Puts them at the left of a footer."""
        self.not_done = Button("Niet afgenomen…", actions.hint(Key.NOT_DONE))
        self.rest = Button("Rest in orde", actions.hint(Key.REST_IN_ORDER))
        self.correct = Button("Verbeteren", actions.hint(Key.CORRECT))
        self.withdraw = Button("Intrekken…")
        self.drop = Button("Concept weggooien")
        self._own: dict[StepPage, tuple[QWidget, ...]] = {}
        self._footer = footer
        footer.add_left(self.not_done, self.rest, self.correct, self.withdraw, self.drop)

    def add(self, page: StepPage) -> None:
        """With the buttons of a page itself, before F7."""
        self._own[page] = page.footer_buttons()
        for button in self._own[page]:
            self._footer.add_before(self.rest, button)

    def show_for(self, page: StepPage, *, is_saved: bool, has_draft: bool) -> None:
        """What can be done with this form now."""
        self.not_done.set_words(page.not_done_words())
        self.not_done.setVisible(not is_saved and page.may_be_not_done())
        self.rest.set_words(page.rest_words(), actions.hint(Key.REST_IN_ORDER))
        self.rest.setVisible(not is_saved and bool(page.rest_words()))
        for owner, buttons in self._own.items():
            for button in buttons:
                button.setVisible(owner is page and not is_saved)
        self.correct.setVisible(is_saved and page.may_record())
        self.withdraw.setVisible(is_saved and page.may_record())
        self.drop.setVisible(has_draft)
