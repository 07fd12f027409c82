"""A passphrase typed twice by the person it belongs to, with what is wrong with it in words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from clbdesk.services.passphrases import trouble_with
from clbdesk.wording import say
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.label import IconWord, Label


def secret_edit(name: str) -> QLineEdit:
    """A hidden line of text."""
    edit = QLineEdit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    edit.setAccessibleName(name)
    edit.setMinimumHeight(theme.px(40))
    edit.setMinimumWidth(theme.px(200))
    return edit


class TwoWords(QWidget):
    """Name, passphrase, and the same again; empty when the person is not here."""

    finished = Signal()  # Enter in the second field

    def __init__(self, name: str, function: str) -> None:
        """`name`: whose passphrase it is."""
        super().__init__()
        self.first = secret_edit(f"Wachtzin van {name}")
        self.second = secret_edit(f"Wachtzin van {name}, nog eens")
        self.first.setPlaceholderText("Wachtzin")
        self.second.setPlaceholderText("Nog eens")
        self._trouble = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._sentence = Label(size=Size.QUIET, role=Role.ERROR, wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        who = QWidget()
        column = QGridLayout(who)
        column.setContentsMargins(0, 0, 0, 0)
        column.setVerticalSpacing(0)
        column.addWidget(Label(name, weight=Weight.SEMIBOLD), 0, 0)
        column.addWidget(Label(function, Size.QUIET, role=Role.SECONDARY), 1, 0)
        who.setFixedWidth(theme.px(176))
        grid.addWidget(who, 0, 0)
        grid.addWidget(self.first, 0, 1)
        grid.addWidget(self.second, 0, 2)
        line = QHBoxLayout()
        line.addWidget(self._trouble, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._sentence, 1)
        grid.addLayout(line, 1, 1, 1, 2)
        self.first.returnPressed.connect(self.second.setFocus)
        self.second.returnPressed.connect(self.finished)
        for edit in (self.first, self.second):
            edit.textEdited.connect(lambda _text: self._show(""))
        self._show("")

    def is_empty(self) -> bool:
        """Whether nothing was typed: the person is not here."""
        return not self.first.text() and not self.second.text()

    def passphrase(self) -> str:
        """What was typed first."""
        return self.first.text()

    def judge(self) -> bool:
        """Whether it can be taken; says what is wrong and goes there."""
        key = trouble_with(self.first.text(), self.second.text())
        self._show(say(key) if key else "")
        if key:
            field = self.second if key.endswith("differs") else self.first
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        return not key

    def forget(self) -> None:
        """Nothing of it stays on the screen."""
        self.first.clear()
        self.second.clear()

    def _show(self, text: str) -> None:
        self._sentence.setText(text)
        self.first.setAccessibleDescription(text)
        self._trouble.setVisible(bool(text))
        self._sentence.setVisible(bool(text))
