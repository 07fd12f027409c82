"""One domain of a conclusion: what the rules proposed, and the professional's own word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.contact import ConclusionWord
from clbdesk.domain.judgement import Verdict
from clbdesk.wording import label, say
from ui import theme
from ui.pages.shown import VERDICTS
from ui.theme import Role, Size, Weight
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import IconWord, Label, Rule
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.domain.judgement import Judgement
    from clbdesk.services.decision import DomainRow

_NAMES = {
    "growth": "Groei",
    "weight": "Gewicht",
    "vision": "Zien",
    "hearing": "Horen",
    "vaccination": "Vaccinatie",
}
_WORDS = (
    Choice(ConclusionWord.OK.value, "In orde", "i"),
    Choice(ConclusionWord.FOLLOW_UP.value, "Op te volgen", "o"),
    Choice(ConclusionWord.CHECK.value, "Controle", "c"),
    Choice(ConclusionWord.REFERRAL.value, "Verwijzing", "v"),
    Choice(ConclusionWord.KNOWN.value, "Gekend", "g"),
    Choice(ConclusionWord.NOT_EXAMINED.value, "Niet onderzocht", "n"),
    Choice(ConclusionWord.REFUSED.value, "Geweigerd", "w"),
)
_NAME_WIDTH = 104


class DomainRowEdit(QWidget):
    """`edited()` when a word or a reason was given."""

    edited = Signal()

    def __init__(self, row: DomainRow) -> None:
        """Starts open, or with the word that follows from a not-done state."""
        super().__init__()
        self.row = row
        self.name = _NAMES[row.domain.value]
        self.choice = ChoiceRow(f"Besluit {self.name}", _WORDS, required=True, padding=10)
        self._reason = TextEdit(f"Reden {self.name}", limit=300, placeholder="reden van afwijking")
        self._reason.hide()
        self._wrong = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        title = Label(self.name, weight=Weight.SEMIBOLD)
        title.setFixedWidth(theme.px(_NAME_WIDTH))
        head.addWidget(title)
        icon, role = VERDICTS[_speaking(row)]
        head.addWidget(IconWord(icon, "", role))
        head.addWidget(Label(_proposal(row), role=Role.TEXT, wrap=True), 1)
        column.addLayout(head)
        answers = QHBoxLayout()
        answers.setContentsMargins(theme.px(_NAME_WIDTH) + 8, 0, 0, 0)
        answers.setSpacing(12)
        answers.addWidget(self.choice)
        answers.addWidget(self._reason, 1)
        answers.addStretch(0)
        column.addLayout(answers)
        column.addWidget(self._wrong)
        column.addWidget(Rule(Role.LINE_FAINT))
        if row.fixed is not None:
            self.choice.set_value(row.fixed.value)
        self.choice.edited.connect(self._on_choice)
        self._reason.edited.connect(self.edited)

    def value(self) -> ConclusionWord | None:
        """The word that was chosen."""
        return self.choice.value_as(ConclusionWord)

    def reason(self) -> str:
        """Why it differs from the proposal."""
        return self._reason.value()

    def set_value(self, word: ConclusionWord | None, reason: str) -> None:
        """From a draft, a record or a proposal."""
        self.choice.set_value(word.value if word else None)
        self._reason.set_value(reason)
        self._show_reason()

    def content(self) -> tuple[str | None, str]:
        """For the draft."""
        return self.choice.value(), self._reason.value()

    def problem(self) -> tuple[str, QWidget]:
        """What stands in the way of saving, and where."""
        word = self.value()
        if word is None:
            key = "decision.choose" if self.row.proposal else "decision.choose_without"
            return say(key, domain=self.name), self.choice
        if self._differs() and not self._reason.value():
            words = {"proposal": "", "word": label(word).lower()}
            if self.row.proposal is not None:
                words["proposal"] = label(self.row.proposal).lower()
            return say("decision.differs", **words), self._reason
        return "", self.choice

    def show_problem(self, text: str) -> None:
        """The refusal under the row."""
        self._wrong.show_state("x", text, Role.ERROR)
        self._wrong.setVisible(bool(text))
        self.choice.set_error(bool(text) and self.value() is None)

    def _differs(self) -> bool:
        word = self.value()
        return self.row.proposal is not None and word is not None and word is not self.row.proposal

    def _on_choice(self) -> None:
        self.show_problem("")
        self._show_reason()
        self.edited.emit()

    def _show_reason(self) -> None:
        self._reason.setVisible(self._differs())


def _speaking(row: DomainRow) -> Verdict:
    """The verdict that is shown: of the judgement that weighs most."""
    if not row.judgements:
        return Verdict.NOT_DONE
    return _gravest(row.judgements).verdict


_WEIGHTS = (
    Verdict.NOT_DONE,
    Verdict.INFO,
    Verdict.OK,
    Verdict.KNOWN,
    Verdict.BORDERLINE,
    Verdict.CHECK,
    Verdict.RETEST,
    Verdict.NO_CRITERION,
    Verdict.RISK,
    Verdict.DOCTOR,
    Verdict.REFER,
)


def _gravest(judgements: tuple[Judgement, ...]) -> Judgement:
    return max(judgements, key=lambda one: _WEIGHTS.index(one.verdict))


def _proposal(row: DomainRow) -> str:
    if not row.judgements:
        return say("decision.nothing_found" if row.has_records else "decision.not_examined")
    speaking = [_gravest(row.judgements)]
    if row.proposal is not None:
        decisive = [one for one in row.judgements if one.verdict is not Verdict.NO_CRITERION]
        speaking = [_gravest(tuple(decisive))]
    one = speaking[0]
    return f"{one.head} – {one.text} · {one.rule_id}"
