"""The right side of Afdrukken: the paper as it will be, the printer, and the question afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.wording import say
from ui import format as show
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord, Label
from ui.widgets.paper_view import PaperView
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

    from ui.pages.print_out import Printers

_YES, _AGAIN = "yes", "again"


class Preview(Card):
    """`turned(int)`: the next or previous letter; `search_asked`: look for printers again."""

    turned = Signal(int)
    search_asked = Signal()

    def __init__(self) -> None:
        """No paper, no printer."""
        super().__init__("Voorbeeld", wraps=True)
        back, on = Button("Vorige", height=36), Button("Volgende", height=36)
        back.clicked.connect(lambda: self.turned.emit(-1))
        on.clicked.connect(lambda: self.turned.emit(1))
        self._turns = (back, on)
        self.add_to_head(back, on)
        self._words = Label(role=Role.SECONDARY, wrap=True)
        self._sign = QWidget()
        self._to_sign = Label(size=Size.QUIET, role=Role.ATTENTION, wrap=True)
        sign = QHBoxLayout(self._sign)
        sign.setContentsMargins(0, 0, 0, 0)
        sign.addWidget(IconWord("signature", "", Role.ATTENTION, size=Size.QUIET))
        sign.addWidget(self._to_sign, 1)
        self._paper = PaperView("Voorbeeld van het document")
        self._printer = FilteredList("Printer", width=264)
        self._search = Button("Printers opnieuw zoeken", height=36)
        self._search.clicked.connect(self.search_asked)
        self._two_sided = TickBox("Dubbelzijdig")
        row = QHBoxLayout()
        row.setSpacing(12)
        name = Label("Printer")
        name.setBuddy(self._printer)
        row.addWidget(name)
        row.addWidget(self._printer)
        row.addWidget(self._search)
        row.addWidget(self._two_sided)
        row.addStretch(1)
        self.body.addWidget(self._words)
        self.body.addWidget(self._sign)
        self.body.addWidget(self._paper, 1)
        self.body.addLayout(row)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No document chosen, or it may not be seen now."""
        self.show_head("Voorbeeld")
        self._words.hide()
        self._sign.hide()
        self._paper.show_pages(())

    def show_head(self, title: str, number: int = 1, count: int = 1) -> None:
        """Whose paper it is, and which of how many."""
        several = count > 1
        place = say("print.place", number=number, count=count).replace(" ", "\N{NO-BREAK SPACE}")
        self.set_title(title, place if several else "")
        for button in self._turns:
            button.setVisible(several)

    def show_words(self, words: str) -> None:
        """Why there is no paper."""
        self._words.setText(words)
        self._words.show()
        self._sign.hide()
        self._paper.show_pages(())

    def show_pages(
        self, pages: Sequence[QImage], words: str, to_confirm: Sequence[str] = ()
    ) -> None:
        """The document, and its words to read aloud.

        `to_confirm`: rules behind its words that no doctor confirmed; the paper does not say so.
        """
        self._words.hide()
        count = show.counted(len(to_confirm), "regel", "regels")
        said = say("print.to_confirm", count=count) if to_confirm else ""
        self._to_sign.setText(said)
        self._sign.setVisible(bool(to_confirm))
        self._paper.show_pages(pages, words)

    # --- the printer ---

    def show_printers(self, found: Printers) -> None:
        """What can be chosen; the choice of before stays when it still exists."""
        before = self._printer.value()
        self._printer.set_options([Option(name, name) for name in found.names])
        self._printer.set_value(before if before in found.names else found.default or None)
        self._printer.setVisible(bool(found.names))
        self._search.setVisible(not found.names)

    def printer(self) -> str:
        """The chosen printer, or an empty text."""
        return self._printer.value() or ""

    def two_sided(self) -> bool:
        """Whether paper is printed on both sides."""
        return self._two_sided.value()


class PrintedStrip(Card):
    """`answered(bool)`: whether everything came out of the printer; asked until it is answered."""

    answered = Signal(bool)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__()
        self._words = Label(wrap=True)
        self._answers = ChoiceRow(
            "Alles goed uit de printer?",
            (Choice(_YES, "Ja", "j"), Choice(_AGAIN, "Opnieuw", "o")),
            required=True,
        )
        self._answers.edited.connect(self._on_answer)
        self.body.addWidget(self._words)
        self.body.addWidget(self._answers, 0, Qt.AlignmentFlag.AlignLeft)
        self.set_ground(Role.ATTENTION_GROUND)
        self.hide()

    def ask(self, question: str) -> None:
        """Ask, with the focus on the answers."""
        self._words.setText(question)
        self._answers.set_value(None)
        self.show()
        self._answers.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_again(self) -> None:
        """The same question still stands."""
        self._answers.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_answer(self) -> None:
        if self._answers.value() is not None:
            self.answered.emit(self._answers.value() == _YES)
