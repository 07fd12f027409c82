"""One item that is known of a pupil across contacts: answer, and words when there is something."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.contact import BackgroundItem
from clbdesk.services.questionnaire import Known
from clbdesk.wording import label, say
from ui import theme
from ui.theme import Role, Size
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Chip, IconWord, Label
from ui.widgets.text_edit import TextEdit

_NOT_ASKED = Choice("not_asked", "Niet bevraagd", "b")
_YES_NO = (Choice("no", "Nee", "n"), Choice("yes", "Ja", "j"), _NOT_ASKED)
_CHOICES = {
    BackgroundItem.ALLERGY: (
        Choice("no", "Geen gekend", "g"),
        Choice("yes", "Ja", "j"),
        _NOT_ASKED,
    ),
    BackgroundItem.GLASSES: (
        Choice("no", "Nee", "n"),
        Choice("glasses", "Bril", "r"),
        Choice("lenses", "Lenzen", "l"),
        _NOT_ASKED,
    ),
}
_WITHOUT_WORDS = frozenset({"no", "not_asked", "unknown", "glasses", "lenses", None})
_LABEL_WIDTH = 136
# Needed on saving; the others may stay open.
_REQUIRED = frozenset(BackgroundItem) - {BackgroundItem.OTHER_CARE}


class KnownItemEdit(QWidget):
    """`edited()` when the answer or its words changed."""

    edited = Signal()

    def __init__(self, item: BackgroundItem) -> None:
        """Starts open."""
        super().__init__()
        self._item = item
        name = label(item)
        self.choice = ChoiceRow(name, _CHOICES.get(item, _YES_NO), required=item in _REQUIRED)
        limit = 80 if item is BackgroundItem.ALLERGY else 200
        self._words = TextEdit(f"{name}: wat", limit=limit, placeholder="wat")
        self._words.hide()
        self._known_chip = Chip("ongewijzigd?", Role.ACCENT)
        self._known_chip.hide()
        self._by_key = Chip("F7", Role.ACCENT)
        self._by_key.hide()
        self._is_known, self._editable = False, True
        self._wrong = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(12)
        words = Label(name)
        words.setFixedWidth(theme.px(_LABEL_WIDTH))
        row.addWidget(words)
        row.setSpacing(0)
        row.addWidget(self.choice)
        row.addSpacing(12)
        row.addWidget(self._words, 1)
        row.addSpacing(12)
        row.addWidget(self._known_chip)
        row.addWidget(self._by_key)
        row.addStretch(0)
        column.addLayout(row)
        column.addWidget(self._wrong)
        self.choice.edited.connect(self._on_choice)
        self._words.edited.connect(self.edited)

    def show_known(self, known: Known, *, from_dossier: bool) -> None:
        """What stands in the dossier (asked: still so?), or in a draft."""
        values = {choice.value for choice in self.choice.choices()}
        self.choice.set_value(known.answer if known.answer in values else None)
        self._words.set_value(known.text)
        self._is_known = from_dossier and known.answer in values
        self._by_key.hide()
        self._show_words()
        self.show_problem("")

    def known(self) -> Known:
        """The answer as it stands; an allergy is always in the banner."""
        answer = self.choice.value()
        text = "" if answer in _WITHOUT_WORDS else self._words.value()
        in_banner = self._item is BackgroundItem.ALLERGY and answer == "yes"
        return Known(answer, text, in_banner)

    def answer_no(self) -> None:
        """The normal answer of F7."""
        self.choice.set_value("no")
        self._by_key.show()
        self._show_words()

    def set_editable(self, on: bool) -> None:
        """Answers can be given, or stand as text."""
        self._editable = on
        self.choice.setEnabled(on)
        self._words.setReadOnly(not on)
        self._show_words()

    def problem(self) -> str:
        """What is missing."""
        if self.choice.is_open() and self._item in _REQUIRED:
            options = [choice.label.lower() for choice in self.choice.choices()]
            choices = f"{', '.join(options[:-1])} of {options[-1]}"
            return say("questionnaire.choose", item=label(self._item), choices=choices)
        if self.choice.value() == "yes" and not self._words.value():
            return say("questionnaire.which", item=label(self._item))
        return self._words.problem()

    def show_problem(self, text: str) -> None:
        """The refusal under the row."""
        self._wrong.show_state("x", text, Role.ERROR)
        self._wrong.setVisible(bool(text))
        self.choice.set_error(bool(text) and self.choice.is_open())

    def _on_choice(self) -> None:
        self._is_known = False
        self._by_key.hide()
        self.show_problem("")
        self._show_words()
        self.edited.emit()

    def _show_words(self) -> None:
        self._words.setVisible(self.choice.value() not in _WITHOUT_WORDS)
        self._known_chip.setVisible(self._is_known and self._editable)
