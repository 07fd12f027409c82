"""The strip that asks for whom and why a file leaves the program, and then tells its password."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from clbdesk.errors import Environment
from clbdesk.wording import say
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from clbdesk.services.visit_papers import LockedFile

_LONGEST = 100


class FileStrip(Card):
    """`asked(purpose, recipient)`: both filled in; the page makes the file and tells it saved."""

    asked = Signal(str, str)
    closed = Signal()

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__(say("print.file_title"))
        self.purpose = TextEdit("Doel", limit=_LONGEST, required=True)
        self.recipient = TextEdit("Bestemmeling", limit=_LONGEST, required=True)
        self._words = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._wrong = Label(size=Size.QUIET, role=Role.ERROR, wrap=True)
        self._password = Label(weight=Weight.BOLD)
        self._password.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._save = Button("Bestand kiezen…", height=36)
        self._save.clicked.connect(self._give)
        close = Button("Sluiten", height=36)
        close.clicked.connect(self.close_strip)
        self._fields = QWidget()
        rows = QHBoxLayout(self._fields)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        for field in (self.purpose, self.recipient):
            name = Label(field.name)
            name.setBuddy(field)
            rows.addWidget(name)
            rows.addWidget(field, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._save)
        buttons.addWidget(close)
        buttons.addStretch(1)
        for widget in (self._words, self._fields, self._wrong, self._password):
            self.body.addWidget(widget)
        self.body.addLayout(buttons)
        self.setMinimumWidth(theme.px(200))
        self.hide()

    def ask(self) -> None:
        """Begin with nothing filled in."""
        self.purpose.set_value("")
        self.recipient.set_value("")
        self._words.setText(say("print.file_words"))
        self._tell("")
        self._password.hide()
        self._fields.show()
        self._save.show()
        self.show()
        self.purpose.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell_saved(self, saved: str, password: str) -> None:
        """The file is there; the password stands here until the strip is closed."""
        self._words.setText(f"{saved} {say('print.file_tell')}")
        self._password.setText(say("print.file_password", password=password))
        self._password.show()
        self._fields.hide()
        self._save.hide()
        self._tell("")

    def close_strip(self) -> bool:
        """Forget the password; False when the strip was not open."""
        was_open = self.isVisible()
        self._password.setText("")
        self.hide()
        if was_open:
            self.closed.emit()
        return was_open

    def _tell(self, words: str) -> None:
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))

    def _give(self) -> None:
        for field, key in (
            (self.purpose, "print.purpose_missing"),
            (self.recipient, "print.recipient_missing"),
        ):
            if not field.value().strip():
                self._tell(say(key))
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.asked.emit(self.purpose.value(), self.recipient.value())


def ask_file(parent: QWidget, name: str = "brieven.pdf") -> Path | None:
    """Where to; the proposed name says nothing of a pupil."""
    path, _ = QFileDialog.getSaveFileName(parent, say("print.file_title"), name, "PDF (*.pdf)")
    return Path(path) if path else None


def written(make: Callable[[], LockedFile], path: Path) -> LockedFile:
    """Make a locked PDF and write it; Environment("print.file_failed") when that cannot be."""
    locked = make()
    try:
        path.write_bytes(locked.pdf)
    except OSError as error:
        raise Environment("print.file_failed") from error
    return locked
