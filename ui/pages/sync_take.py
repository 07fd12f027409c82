"""How far taking along is: pupils received, of how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clbdesk.wording import say
from ui.pages.sync_steps import ProgressBar
from ui.theme import Weight
from ui.widgets.card import Card
from ui.widgets.label import Label

if TYPE_CHECKING:
    from clbdesk.services.synchronise import Progress


class TakeCard(Card):
    """One sentence and a bar; there only while a visit is taken along."""

    def __init__(self) -> None:
        """Hidden."""
        super().__init__("Meenemen")
        self._text = Label(weight=Weight.SEMIBOLD, wrap=True)
        self._bar = ProgressBar("Meenemen")
        self.body.addWidget(self._text)
        self.body.addWidget(self._bar)
        self.hide()

    def begin(self) -> None:
        """The first question is on its way."""
        self._text.setText("Het centrum wordt gevraagd wat nodig is. Verder werken kan.")
        self._bar.show_part(0, 0)
        self.show()

    def show_progress(self, progress: Progress) -> None:
        """Pupils of the visit; the centre's own list comes first and has none."""
        if not progress.pupils_expected:
            return
        self._text.setText(
            say("sync.taking", received=progress.pupils, expected=progress.pupils_expected)
        )
        self._bar.show_part(progress.done, progress.total)
