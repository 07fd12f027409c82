"""P01 without a vault: this laptop gets a centre, a name, and key slots for who is here.

Two steps, because only the centre knows whose laptop it will be: first address and code, then a
passphrase typed twice by each user who is here. Nothing is stored before the second step.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clbdesk.wording import label, say
from ui import theme
from ui.pages.enrol_words import TwoWords
from ui.tasks import Lane, Tasks
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button, Kind
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from clbdesk.bootstrap import Enrolling, Program
    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import StaffId

Value = TypeVar("Value")


class EnrolCard(Card):
    """`enrolled(str)`: done; the sentence that says so."""

    enrolled = Signal(str)

    def __init__(self, program: Program, tasks: Tasks) -> None:
        """With the fields for address and code."""
        super().__init__(padding=32, spacing=12)
        self._program, self._tasks = program, tasks
        self._enrolling: Enrolling | None = None
        self._words: dict[StaffId, TwoWords] = {}
        self.setFixedWidth(theme.px(680))
        self._why = Label(say("storage.not_enrolled"), role=Role.SECONDARY, wrap=True)
        self.address = _line("Adres van het centrum", "https://…")
        self.code = _line("Code van het centrum", "XXXX-XXXX-XXXX.…")
        self._asking = QWidget()
        self._users = QWidget()
        self._trouble = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._sentence = Label(size=Size.QUIET, role=Role.ERROR, wrap=True)
        self._busy = Label("", Size.QUIET, role=Role.SECONDARY)
        self._go = Button("Verder", "Enter", kind=Kind.PRIMARY)
        self._go.clicked.connect(self.go_on)
        self.address.returnPressed.connect(self.code.setFocus)
        self.code.returnPressed.connect(self.go_on)
        self._place()
        self._show_trouble("")

    def _place(self) -> None:
        self.body.addWidget(Label("clbdesk", Size.FIGURE, Weight.BOLD))
        self.body.addWidget(self._why)
        column = QVBoxLayout(self._asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for name, edit in (("Adres", self.address), ("Code", self.code)):
            row = QHBoxLayout()
            words = Label(name)
            words.setBuddy(edit)
            words.setFixedWidth(theme.px(136))
            row.addWidget(words)
            row.addWidget(edit, 1)
            column.addLayout(row)
        self.body.addWidget(self._asking)
        self._list = QVBoxLayout(self._users)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        self.body.addWidget(self._users)
        self._users.hide()
        wrong = QHBoxLayout()
        wrong.addWidget(self._trouble, 0, Qt.AlignmentFlag.AlignTop)
        wrong.addWidget(self._sentence, 1)
        self.body.addLayout(wrong)
        buttons = QHBoxLayout()
        buttons.addWidget(self._busy, 1)
        buttons.addWidget(self._go)
        self.body.addLayout(buttons)

    def point(self) -> None:
        """The focus where the next answer is wanted."""
        self.address.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """The first step, or the second."""
        if not self._go.isEnabled():
            return
        if self._enrolling is None:
            self._ask()
        else:
            self._finish(self._enrolling)

    def _ask(self) -> None:
        address, code = self.address.text().strip(), self.code.text().strip()
        missing = {"address": not address, "code": not code}
        for name, edit in (("address", self.address), ("code", self.code)):
            if missing[name]:
                self._show_trouble(say(f"synchronise.{name}_missing"))
                edit.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        if "://" not in address:
            address = f"https://{address}"
        self._wait("Het centrum wordt gevraagd…")
        call = partial(self._program.ask_to_enrol, address, code)
        self._run(call, self._on_named)

    def _on_named(self, enrolling: Enrolling) -> None:
        self._enrolling = enrolling
        self._wait("")
        device = enrolling.device
        self._why.setText(
            f"{device.centre_name} · toestel {device.device_name}. "
            f"{say('synchronise.passphrase_advice')}"
        )
        self._asking.hide()
        for user in device.users:
            roles = ", ".join(label(role) for role in user.roles)
            words = TwoWords(user.name, roles)
            self._words[user.staff_id] = words
            self._list.addWidget(words)
        fields = list(self._words.values())
        for words, following in pairwise(fields):
            words.finished.connect(following.first.setFocus)
        if fields:
            fields[-1].finished.connect(self.go_on)
            fields[0].first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._users.show()
        self._go.set_words("Aanmelden")

    def _finish(self, enrolling: Enrolling) -> None:
        here = {who: words for who, words in self._words.items() if not words.is_empty()}
        if not here:
            self._show_trouble(say("synchronise.passphrase_nobody"))
            return
        if not all(words.judge() for words in here.values()):
            return
        passphrases = {who: words.passphrase() for who, words in here.items()}
        self._wait("Bezig met sleutels maken…")
        call = partial(self._program.finish_enrolling, enrolling, passphrases)
        self._run(call, lambda _none: self._on_enrolled(enrolling))

    def _on_enrolled(self, enrolling: Enrolling) -> None:
        for words in self._words.values():
            words.forget()
        device = enrolling.device
        self._wait("")
        self.enrolled.emit(
            say("synchronise.enrolled", centre=device.centre_name, device=device.device_name)
        )

    def _run(self, call: Callable[[], Value], then: Callable[[Value], None]) -> None:
        self._tasks.run(Lane.NETWORK, call, then, failed=self._on_trouble, owner=self)

    def _on_trouble(self, trouble: Refused | Environment) -> None:
        self._wait("")
        self._show_trouble(say(trouble.key, **trouble.values))
        if self._enrolling is None:
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _wait(self, words: str) -> None:
        self._show_trouble("")
        self._busy.setText(words)
        self._go.setEnabled(not words)

    def _show_trouble(self, text: str) -> None:
        self._sentence.setText(text)
        self.code.setAccessibleDescription(text)
        self._trouble.setVisible(bool(text))
        self._sentence.setVisible(bool(text))


def _line(name: str, example: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setAccessibleName(name)
    edit.setPlaceholderText(example)
    edit.setMinimumHeight(theme.px(40))
    return edit
