"""The question under an unlikely value: confirm what was measured (F4), or measure again.

It blocks nothing while open; the form saves the answer with the record.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.label import Chip, IconWord, Label
from ui.widgets.rule_line import TO_CONFIRM


class QuestionLine(QWidget):
    """Attention icon, `sentence` with both numbers, and the two answers.

    `to_confirm`: the limit waits for the signature of a doctor, as a rule line says it.
    """

    confirmed = Signal()
    measure_again = Signal()

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__()
        self.sentence = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 2, 0, 4)
        outer.setSpacing(4)
        words = QHBoxLayout()
        words.setSpacing(8)
        answers = QHBoxLayout()
        answers.setSpacing(8)
        self._sentence = Label(size=Size.QUIET, role=Role.ATTENTION, wrap=True)
        self._sign = Chip(TO_CONFIRM, Role.ATTENTION, "signature", outline=True)
        self._confirm = Button("Nagemeten, klopt", "F4", height=36)
        self._again = Button("Opnieuw meten", height=36)
        icon = IconWord("alert-triangle", "", Role.ATTENTION, size=Size.QUIET)
        words.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        words.addWidget(self._sentence, 1)
        words.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        answers.addWidget(self._confirm)
        answers.addWidget(self._again)
        answers.addStretch(1)
        outer.addLayout(words)
        outer.addLayout(answers)
        self._confirm.clicked.connect(self.confirmed)
        self._again.clicked.connect(self.measure_again)
        self.hide()

    def ask(self, sentence: str, *, to_confirm: bool = False) -> None:
        """Show a question, or take it away with an empty text."""
        self.sentence = sentence
        self._sentence.setText(sentence)
        self._sign.setVisible(to_confirm)
        self.setAccessibleName(f"{sentence} ({TO_CONFIRM})" if to_confirm else sentence)
        self.setVisible(bool(sentence))
