"""What the other tests of this contact found, the flagged first: where the doctor begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.judgement import Judgement, RuleStatus, Verdict
from clbdesk.wording import say
from ui.pages.decision_row import NAMES, speaking
from ui.pages.shown import VERDICTS
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.field_row import is_discreet, when_discreet_changes
from ui.widgets.label import Chip, IconWord, Label
from ui.widgets.rule_line import TO_CONFIRM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.proposal import DomainRow

# What asks something of the doctor comes before what is in order.
_ORDER = (
    Verdict.REFER,
    Verdict.RISK,
    Verdict.DOCTOR,
    Verdict.RETEST,
    Verdict.CHECK,
    Verdict.BORDERLINE,
    Verdict.NO_CRITERION,
    Verdict.KNOWN,
    Verdict.INFO,
    Verdict.OK,
    Verdict.NOT_DONE,
)
# Told beside the judgement that weighs most: the doctor reads it with the rest.
_BESIDE = frozenset({"AUD-TYMP"})
_NAME_WIDTH = 104
_HIDDEN = "••"


class FoundCard(Card):
    """One line per domain, with the judgement that weighs most."""

    def __init__(self) -> None:
        """Empty until `show_found`."""
        super().__init__("Vandaag gevonden", spacing=4)
        self._rows: QWidget | None = None
        self._found: Sequence[DomainRow] = ()
        self._question = ""
        when_discreet_changes(self._show)

    def show_found(self, rows: Sequence[DomainRow], question: str) -> None:
        """The flagged domains first; at the foot what the pupil asked."""
        self._found, self._question = rows, question
        self._show()

    def _show(self) -> None:
        """Discreet, the flags stay and their numbers go."""
        rows, question = self._found, self._question
        if self._rows is not None:
            self._rows.hide()
            self._rows.deleteLater()
        self._rows = QWidget()
        column = QVBoxLayout(self._rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        judged = [(_gravest(speaking(row)), row) for row in rows if row.judgements]
        judged.sort(key=lambda one: _ORDER.index(one[0].verdict))
        for line, row in judged:
            column.addLayout(_line(NAMES[row.domain.value], line))
            for also in row.judgements:
                if also is not line and (also.rule_id in _BESIDE or also.has_own_criterion):
                    column.addLayout(_line("", also))
        if not judged:
            column.addWidget(Label(say("doctor.nothing_found"), role=Role.SECONDARY, wrap=True))
        words = _HIDDEN if is_discreet() else question
        asked = say("doctor.question", question=words) if question else say("doctor.no_question")
        role = Role.TEXT if question else Role.SECONDARY
        column.addWidget(Label(asked, Size.QUIET, role=role, wrap=True))
        self.body.addWidget(self._rows)


def _gravest(judgements: Sequence[Judgement]) -> Judgement:
    return min(judgements, key=lambda one: _ORDER.index(one.verdict))


def _line(name: str, line: Judgement) -> QHBoxLayout:
    icon, role = VERDICTS[line.verdict]
    row = QHBoxLayout()
    row.setSpacing(8)
    title = Label(name, weight=Weight.SEMIBOLD)
    title.setFixedWidth(_NAME_WIDTH)
    row.addWidget(IconWord(icon, "", role))
    row.addWidget(title)
    text = _HIDDEN if is_discreet() else line.text
    row.addWidget(Label(f"{line.head} – {text}", Size.QUIET, wrap=True), 1)
    if line.status is RuleStatus.SIGN:
        row.addWidget(Chip(TO_CONFIRM, Role.ATTENTION, "signature", outline=True))
    return row
