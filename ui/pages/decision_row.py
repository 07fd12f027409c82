"""One domain of a conclusion: what the rules proposed, and the professional's own word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.contact import ConclusionWord
from clbdesk.domain.judgement import RuleStatus, Verdict
from clbdesk.services.proposal import OF_DOCTOR
from clbdesk.wording import label, say
from ui import theme
from ui.pages.shown import VERDICTS
from ui.theme import Role, Size, Weight
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Chip, IconWord, Label, Rule
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.domain.contact import DomainConclusion
    from clbdesk.domain.judgement import Judgement
    from clbdesk.services.proposal import DomainRow

NAMES = {
    "growth": "Groei",
    "weight": "Gewicht",
    "vision": "Zien",
    "hearing": "Horen",
    "vaccination": "Vaccinatie",
    "mouth": "Mond",
    "posture": "Houding",
    "puberty": "Puberteit",
    "development": "Ontwikkeling",
    "well_being": "Welbevinden",
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
_NAME_WIDTH = 108
_ROW_HEIGHT = 48
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


_ASKS = frozenset({Verdict.BORDERLINE, Verdict.CHECK, Verdict.RETEST})
# What follows from the tests by itself.
_FOLLOWS = frozenset({ConclusionWord.NOT_EXAMINED, ConclusionWord.REFUSED})


class DomainRowEdit(QWidget):
    """Name, proposal and choice on one line. `edited()` when a word or a reason was given."""

    edited = Signal()

    def __init__(self, row: DomainRow, *, ruled: bool) -> None:
        """Starts open, or with the word that follows from what was (not) done."""
        super().__init__()
        self.row = row
        self.name = NAMES[row.domain.value]
        self.choice = ChoiceRow(f"Besluit {self.name}", _WORDS, required=True, padding=9)
        self._by_key = Chip("F7", Role.ACCENT)
        self._by_key.hide()
        self.reason_edit = TextEdit(
            f"Reden {self.name}", limit=300, placeholder="reden van afwijking"
        )
        self.reason_edit.hide()
        self._wrong = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._wrong.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        if ruled:
            column.addWidget(Rule(Role.LINE_FAINT))
        column.addLayout(self._line())
        beneath = QHBoxLayout()
        beneath.setContentsMargins(theme.px(_NAME_WIDTH), 0, 0, 0)
        beneath.addWidget(self.reason_edit)
        column.addLayout(beneath)
        column.addWidget(self._wrong)
        self.setProperty("whole", True)
        if row.fixed is not None:
            self.choice.set_value(row.fixed.value)
        self.choice.edited.connect(self._on_choice)
        self.reason_edit.edited.connect(self.edited)

    def _line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        title = Label(self.name, weight=Weight.SEMIBOLD)
        title.setFixedWidth(theme.px(_NAME_WIDTH) - 8)
        title.setMinimumHeight(theme.px(_ROW_HEIGHT) - 4)
        line.addWidget(title)
        verdict, words, source = _proposal(self.row)
        icon, role = VERDICTS[verdict]
        centre = Qt.AlignmentFlag.AlignVCenter
        line.addWidget(IconWord(icon, "", role), 0, centre)
        said = QVBoxLayout()
        said.setSpacing(0)
        empty = verdict in {Verdict.NO_CRITERION, Verdict.NOT_DONE}
        said.addStretch(1)
        said.addWidget(Label(words, role=Role.SECONDARY if empty else Role.TEXT, wrap=True))
        if source:
            said.addWidget(Label(source, Size.SMALL, role=Role.SECONDARY, wrap=True))
        said.addStretch(1)
        line.addLayout(said, 1)
        if self._to_confirm():
            chip = Chip("te bevestigen", Role.ATTENTION, "signature", outline=True)
            line.addWidget(chip, 0, centre)
        line.addWidget(self._by_key, 0, centre)
        line.addWidget(self.choice, 0, centre)
        return line

    def value(self) -> ConclusionWord | None:
        """The word that was chosen."""
        return self.choice.value_as(ConclusionWord)

    def reason(self) -> str:
        """Why it differs from the proposal."""
        return self.reason_edit.value() if self._differs() else ""

    def set_value(self, word: ConclusionWord | None, reason: str) -> None:
        """From a draft or a record."""
        self.choice.set_value(word.value if word else None)
        self.reason_edit.set_value(reason)
        self._by_key.hide()
        self._show_reason()

    def choose(self, word: ConclusionWord) -> None:
        """The same as its letter."""
        self.choice.set_value(word.value)
        self._on_choice()

    def take_over(self) -> bool:
        """F7: the proposal becomes the conclusion, when there is one and nothing was chosen."""
        if self.value() is not None or self.row.proposal is None:
            return False
        self.set_value(self.row.proposal, "")
        self._by_key.show()
        return True

    def is_overtaken(self, saved: DomainConclusion) -> bool:
        """Whether it only followed from what was not done, and that is no longer so."""
        followed = saved.conclusion in _FOLLOWS and not saved.rule_ids
        return followed and self.row.fixed is not saved.conclusion

    def take_over_own(self) -> bool:
        """The doctor who signs found in order what only a doctor examines: it stands there, marked."""
        own = self.row.domain in OF_DOCTOR and self.row.proposal is ConclusionWord.OK
        return own and self.take_over()

    def set_editable(self, on: bool) -> None:
        """A choice, or the word as text."""
        self.choice.setEnabled(on)
        self.reason_edit.setReadOnly(not on)

    def content(self) -> tuple[str | None, str]:
        """For the draft."""
        return self.choice.value(), self.reason_edit.value()

    def problem(self) -> tuple[str, QWidget]:
        """What stands in the way of saving, and where."""
        word = self.value()
        if word is None:
            silent = any(one.verdict is Verdict.NO_CRITERION for one in self.row.judgements)
            without = self.row.proposal is None and silent
            own = any(one.has_own_criterion for one in self.row.judgements)
            why = "decision.choose_own" if own else "decision.choose_without"
            key = why if without else "decision.choose"
            return say(key, domain=self.name), self.choice
        if self._differs() and not self.reason_edit.value():
            assert self.row.proposal is not None
            words = {"proposal": label(self.row.proposal).lower(), "word": label(word).lower()}
            return say("decision.differs", **words), self.reason_edit
        return "", self.choice

    def show_problem(self, text: str) -> None:
        """The refusal under the row."""
        self._wrong.show_state("x", text, Role.ERROR)
        self._wrong.setVisible(bool(text))
        self.choice.set_error(bool(text) and self.value() is None)

    def _to_confirm(self) -> bool:
        judgements = self.row.judgements
        return bool(judgements) and _gravest(judgements).status is RuleStatus.SIGN

    def _differs(self) -> bool:
        word = self.value()
        return self.row.proposal is not None and word is not None and word is not self.row.proposal

    def _on_choice(self) -> None:
        self._by_key.hide()
        self.show_problem("")
        self._show_reason()
        self.edited.emit()

    def _show_reason(self) -> None:
        self.reason_edit.setVisible(self._differs())


def _gravest(judgements: tuple[Judgement, ...]) -> Judgement:
    return max(judgements, key=lambda one: _WEIGHTS.index(one.verdict))


def speaking(row: DomainRow) -> tuple[Judgement, ...]:
    """Who speaks for a domain: where a proposal stands, no empty rule that stands beside it."""
    if row.proposal is None:
        return row.judgements
    return tuple(one for one in row.judgements if one.verdict is not Verdict.NO_CRITERION)


def _proposal(row: DomainRow) -> tuple[Verdict, str, str]:
    """Verdict, words and source of the judgement that weighs most.

    A rule without a criterion hides nothing that was found: it stands behind it.
    """
    if not row.judgements:
        key = "decision.nothing_found" if row.has_records else "decision.not_examined"
        return Verdict.NOT_DONE, say(key), ""
    one = _gravest(speaking(row))
    told = [one]
    if one.verdict is Verdict.NO_CRITERION:
        asks = tuple(each for each in row.judgements if each.verdict in _ASKS)
        told = [_gravest(asks), one] if asks else told
    words = "; ".join(f"{each.head} – {each.text}" for each in told)
    ids = ", ".join(each.rule_id for each in told)
    sources = ", ".join(dict.fromkeys(each.source for each in told))
    return told[0].verdict, words, f"{ids} · {sources}"
