"""A colleague who is here gets a passphrase on this laptop, while somebody has it unlocked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.services.synchronise import without_slot
from clbdesk.wording import label, say
from ui.bus import Severity
from ui.pages.base import Destination, Page, Work
from ui.pages.enrol_words import TwoWords
from ui.theme import Role
from ui.widgets.card import Card
from ui.widgets.label import Label

if TYPE_CHECKING:
    from clbdesk.bootstrap import Program
    from clbdesk.domain.device import DeviceUser


class EnrolColleaguePage(Page):
    """The users whom the centre named for this laptop and who have no key slot yet."""

    name: ClassVar[str] = "enrol_colleague"

    def __init__(self, work: Work, program: Program) -> None:
        """Empty until the users are known."""
        super().__init__(work)
        self._program = program
        self._words: dict[str, tuple[DeviceUser, TwoWords]] = {}
        self._card = Card("Wachtzin van een collega")
        advice = Label(say("synchronise.passphrase_advice"), role=Role.SECONDARY, wrap=True)
        self._card.body.addWidget(advice)
        self._nobody = Label(say("synchronise.colleague_none"), role=Role.SECONDARY, wrap=True)
        self._nobody.hide()
        self.body.addWidget(self._nobody)
        self.body.addWidget(self._card)
        self.body.addStretch(1)
        self.top_line.set_title("Collega toevoegen")
        self.footer.set_primary("Toevoegen")
        self.footer.primary_pressed.connect(self.save)

    def title_back(self) -> str:
        """Collega toevoegen."""
        return "Collega toevoegen"

    def arrive(self, to: Destination) -> None:
        """Who is missing."""
        del to
        self.ask(partial(without_slot, self._program.laptop), self._on_users)

    def leave(self) -> None:
        """Nothing of a passphrase stays on the screen."""
        for _user, words in self._words.values():
            words.forget()

    def _on_users(self, users: tuple[DeviceUser, ...]) -> None:
        for _user, words in self._words.values():
            words.hide()
            words.deleteLater()
        self._words = {}
        for user in users:
            words = TwoWords(user.name, ", ".join(label(role) for role in user.roles))
            words.finished.connect(self.footer.press_primary)
            self._words[user.staff_id] = (user, words)
            self._card.body.addWidget(words)
        self._card.setVisible(bool(users))
        self._nobody.setVisible(not users)
        self.footer.primary.setVisible(bool(users))
        first = next(iter(self._words.values()), None)
        if first is not None:
            first[1].first.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """A key slot for each who typed a passphrase."""
        here = [(user, words) for user, words in self._words.values() if not words.is_empty()]
        if not here:
            self.say(say("storage.passphrase_empty"), Severity.ERROR)
            return
        user, words = here[0]
        if words.judge():
            call = partial(self._program.add_colleague, self.work.desk, user, words.passphrase())
            self.ask(call, lambda _none: self._on_added(user))

    def _on_added(self, user: DeviceUser) -> None:
        self.say(say("synchronise.colleague_added", name=user.name), Severity.OK)
        self.arrive(Destination(self.name))
