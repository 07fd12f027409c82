"""The five blocks of P13 in one card: consent in words, identity, questions, dose rows, after.

Widgets hold no truth: the page fills them from its view and reads what was typed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.standards.vaccination.consent import ConsentState
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button, Link
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DayMonthEdit
from ui.widgets.label import IconWord, Label, Rule
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.vaccination_lines import ConsentLine
    from clbdesk.standards.vaccination.prescreen import Question

_NAME_AT, _CONTENT_AT = 20, 152
CONSENT_LOOKS = {
    ConsentState.CLB: ("check", "Toestemming CLB", Role.OK),
    ConsentState.GP: ("home-heart", "Huisarts", Role.SECONDARY),
    ConsentState.ALREADY_GIVEN: ("history", "Reeds gekregen", Role.SECONDARY),
    ConsentState.REFUSAL: ("hand-stop", "Weigering", Role.ATTENTION),
    ConsentState.WITHDRAWAL: ("x", "Toestemming ingetrokken", Role.ATTENTION),
    ConsentState.NONE: ("help", "Geen antwoord", Role.ATTENTION),
    ConsentState.CONFLICT: ("arrows-split", "Toestemming tegenstrijdig", Role.ERROR),
    ConsentState.TELEPHONE_ONLY: ("help", "Telefonisch", Role.ATTENTION),
    ConsentState.MINOR_ALONE: ("stethoscope", "Arts beslist", Role.ATTENTION),
}
_CONFIRMERS = (
    Choice("pupil", "Leerling", "l"),
    Choice("teacher", "Leerkracht", "k"),
    Choice("parent", "Ouder", "o"),
    Choice("other", "Andere", "a"),
)
NO, YES = "no", "yes"


class Block(QWidget):
    """One numbered block: number and name at the left, content from one line on, a line below."""

    def __init__(
        self, number: int | None, name: str, *, height: int = 32, last: bool = False
    ) -> None:
        """`content` is a column to add rows to, `height` that of its first row."""
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(0, 3, 0, 3)
        row.setSpacing(0)
        head = QWidget()
        head.setFixedWidth(theme.px(_CONTENT_AT))
        words = QHBoxLayout(head)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        digit = Label(
            "" if number is None else str(number), weight=Weight.SEMIBOLD, role=Role.ACCENT
        )
        digit.setFixedWidth(theme.px(_NAME_AT))
        title = Label(name, weight=Weight.SEMIBOLD)
        for label in (digit, title):
            label.setMinimumHeight(theme.px(height))
            words.addWidget(label)
        words.addStretch(1)
        row.addWidget(head, 0, Qt.AlignmentFlag.AlignTop)
        self.content = QVBoxLayout()
        self.content.setSpacing(0)
        row.addLayout(self.content, 1)
        outer.addLayout(row)
        self.below = QVBoxLayout()
        self.below.setContentsMargins(0, 0, 0, 0)
        self.below.setSpacing(0)
        outer.addLayout(self.below)
        if not last:
            outer.addWidget(Rule())
        self.setAccessibleName(name)


class ConsentBlock(Block):
    """What the forms come to, in words; a link to type a form over."""

    form_asked = Signal()

    def __init__(self) -> None:
        """Empty until `show_lines`."""
        super().__init__(1, "Toestemming")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self.link = Link("Formulier…", about="toestemming")
        self.link.clicked.connect(self.form_asked)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(self._lines, 1)
        row.addWidget(self.link, 0, Qt.AlignmentFlag.AlignTop)
        self.content.addLayout(row)

    def show_lines(self, lines: Sequence[ConsentLine]) -> None:
        """One line per answer."""
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            icon, word, role = CONSENT_LOOKS[line.state]
            made = QWidget()
            made.setMinimumHeight(theme.px(32))
            row = QHBoxLayout(made)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(12)
            centre = Qt.AlignmentFlag.AlignVCenter
            row.addWidget(IconWord(icon, word, role, weight=Weight.SEMIBOLD), 0, centre)
            row.addWidget(Label(line.text, wrap=True), 1, centre)
            made.setAccessibleName(f"{word}: {line.text}")
            self._lines.addWidget(made)


class IdentityBlock(Block):
    """Day and month, typed as the child or teacher says them, and who confirmed."""

    edited = Signal()
    left = Signal()

    def __init__(self) -> None:
        """Nothing is ever filled in from data."""
        super().__init__(2, "Identiteit", height=40)
        self.day = DayMonthEdit("Geboortedag en -maand", required=True)
        self.who = ChoiceRow("Bevestigd door", _CONFIRMERS, required=True)
        self.name = TextEdit("Naam van wie bevestigt", limit=80, required=True, placeholder="naam")
        self.name.hide()
        self._state = IconWord()
        self._state.hide()
        self._error = Label(size=Size.QUIET, role=Role.ERROR, wrap=True)
        self._error.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, theme.px(160))
        centre = Qt.AlignmentFlag.AlignVCenter
        first, second = Label("Geboortedag en -maand"), Label("Bevestigd door")
        first.setBuddy(self.day)
        second.setBuddy(self.who)
        grid.addWidget(first, 0, 0, centre)
        grid.addLayout(_row(self.day, self._state, spacing=20), 0, 1)
        grid.addWidget(self._error, 1, 1)
        grid.addWidget(second, 2, 0, centre)
        grid.addLayout(_row(self.who, self.name), 2, 1)
        grid.setColumnStretch(1, 1)
        self.content.addLayout(grid)
        self.day.edited.connect(self._on_edited)
        self.day.left.connect(self.left)
        self.who.edited.connect(self._on_who)
        self.name.edited.connect(self.edited)

    def typed(self) -> str:
        """`1105`; empty while it cannot be read."""
        value = self.day.value()
        return f"{value[0]:02d}{value[1]:02d}" if value else ""

    def show_right(self, words: str) -> None:
        """Day and month are those of the pupil; no words: not known yet."""
        self._state.show_state("check", words, Role.OK, Weight.SEMIBOLD)
        self._state.setVisible(bool(words))

    def show_error(self, sentence: str) -> None:
        """Why it cannot be so, or none."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self.day.setAccessibleDescription(sentence)

    def set_editable(self, on: bool) -> None:
        """Fields, or only to be read."""
        self.day.setReadOnly(not on)
        self.who.setEnabled(on)
        self.name.setReadOnly(not on)

    def show_name_field(self) -> None:
        """Only somebody else needs a name."""
        self.name.setVisible(self.who.value() == "other")

    def _on_edited(self) -> None:
        self.show_error("")
        self.edited.emit()

    def _on_who(self) -> None:
        self.show_name_field()
        if self.who.value() == "other":
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()


class QuestionsBlock(Block):
    """The questions of the day in two columns; a yes asks for words."""

    edited = Signal()
    all_no_asked = Signal()

    def __init__(self) -> None:
        """Empty until `show_questions`."""
        super().__init__(3, "Bevraging", height=36)
        self._count = Label(role=Role.SECONDARY)
        self._told = Label(size=Size.QUIET, role=Role.SECONDARY)
        self.all_no = Button("Alle nee", actions.hint(Key.REST_IN_ORDER), height=36)
        self.all_no.clicked.connect(self.all_no_asked)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._told)
        head.addWidget(self.all_no)
        self.content.addLayout(head)
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self.below.setContentsMargins(0, 0, 0, 4)
        self.below.addWidget(self._holder)
        self._questions: tuple[Question, ...] = ()
        self._rows: dict[str, ChoiceRow] = {}
        self._remarks: dict[str, TextEdit] = {}
        self._assumed: set[str] = set()

    def show_questions(self, questions: tuple[Question, ...]) -> None:
        """Other questions; answers to those that stay are kept."""
        self.setVisible(bool(questions))
        if questions == self._questions:
            return
        answers, remarks, assumed = self.answers(), self.remarks(), self.assumed()
        self._questions = questions
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._rows, self._remarks = {}, {}
        half = -(-len(questions) // 2)
        for index, question in enumerate(questions):
            self._add(question, row=index % half * 2, column=index // half * 4)
        for column in (1, 5):
            self._grid.setColumnStretch(column, 1)
        self._grid.setColumnMinimumWidth(3, theme.px(16))
        self.set_answers(answers, remarks, assumed)

    def set_answers(
        self, answers: dict[str, bool], remarks: dict[str, str], assumed: Sequence[str]
    ) -> None:
        """From a draft or a record, without telling anybody."""
        for name, row in self._rows.items():
            known = answers.get(name)
            row.set_value(None if known is None else YES if known else NO)
            self._remarks[name].set_value(remarks.get(name, ""))
            self._remarks[name].setVisible(known is True)
        self._assumed = {name for name in assumed if name in self._rows}
        self._tell()

    def answers(self) -> dict[str, bool]:
        """By question id, those that are answered."""
        return {
            name: row.value() == YES for name, row in self._rows.items() if row.value() is not None
        }

    def remarks(self) -> dict[str, str]:
        """The words with a yes."""
        return {
            name: edit.value()
            for name, edit in self._remarks.items()
            if edit.value() and self._rows[name].value() == YES
        }

    def assumed(self) -> tuple[str, ...]:
        """The questions that F7 answered, in order."""
        return tuple(one.id for one in self._questions if one.id in self._assumed)

    def answer_no(self) -> tuple[int, ...]:
        """F7: every open question is answered with no; their numbers."""
        filled = [one for one in self._questions if self._rows[one.id].value() is None]
        for question in filled:
            self._rows[question.id].set_value(NO)
            self._assumed.add(question.id)
        self._tell()
        if filled:
            self.edited.emit()
        return tuple(question.number for question in filled)

    def first_open(self) -> QWidget | None:
        """The first question without an answer."""
        return next((row for row in self._rows.values() if row.value() is None), None)

    def first_yes(self) -> QWidget | None:
        """The first question answered with yes."""
        return next((row for row in self._rows.values() if row.value() == YES), None)

    def missing_remark(self) -> QWidget | None:
        """A yes without words."""
        return next(
            (
                edit
                for name, edit in self._remarks.items()
                if self._rows[name].value() == YES and not edit.value()
            ),
            None,
        )

    def set_editable(self, on: bool) -> None:
        """Answers can be changed, or only read."""
        for row in self._rows.values():
            row.setEnabled(on)
        for edit in self._remarks.values():
            edit.setReadOnly(not on)
        self.all_no.setVisible(on)

    def _add(self, question: Question, row: int, column: int) -> None:
        centre = Qt.AlignmentFlag.AlignVCenter
        digit = Label(str(question.number), Size.QUIET, role=Role.SECONDARY)
        digit.setFixedWidth(theme.px(18))
        digit.setAlignment(Qt.AlignmentFlag.AlignRight | centre)
        size = Size.BASE if len(question.text) <= 38 else Size.QUIET  # long ones take two lines
        words = Label(question.text, size, wrap=True)
        answer = ChoiceRow(
            f"{question.number} {question.text}",
            (Choice(NO, "Nee", "n"), Choice(YES, "Ja", "j")),
            required=True,
            height=28,
            padding=12,
        )
        words.setBuddy(answer)
        remark = TextEdit(
            f"Toelichting bij vraag {question.number}", limit=300, placeholder="toelichting"
        )
        remark.hide()
        self._grid.addWidget(digit, row, column, centre)
        self._grid.addWidget(words, row, column + 1, centre)
        self._grid.addWidget(answer, row, column + 2, centre)
        self._grid.addWidget(remark, row + 1, column + 1, 1, 2)
        self._rows[question.id], self._remarks[question.id] = answer, remark
        answer.edited.connect(partial(self._on_answer, question.id))
        remark.edited.connect(self.edited)

    def _on_answer(self, name: str) -> None:
        self._assumed.discard(name)
        self._remarks[name].setVisible(self._rows[name].value() == YES)
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        self._count.setText(show.counted(len(self._questions), "vraag", "vragen"))
        numbers = [one.number for one in self._questions if one.id in self._assumed]
        self._told.setText(f"F7 vulde in: {_span(numbers)}" if numbers else "")


def _span(numbers: Sequence[int]) -> str:
    """`2 t.e.m. 11`, or the numbers one by one."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} t.e.m. {numbers[-1]}"
    return ", ".join(map(str, numbers))


def _row(*widgets: QWidget, spacing: int = 12) -> QHBoxLayout:
    """From the left; a text field takes most of what is left."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget, 20 if isinstance(widget, TextEdit) else 0)
    row.addStretch(1)
    return row
