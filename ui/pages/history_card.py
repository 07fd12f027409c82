"""The vaccination card of the dossier: per series its doses, whether they count, and the advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from clbdesk.standards.vaccination.validity import Counts
from clbdesk.wording import label, say
from ui import format as show
from ui.pages import shown
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label, Rule

if TYPE_CHECKING:
    from clbdesk.services.vaccination_card import VaccinationCard
    from clbdesk.standards.vaccination.advice import Advice
    from clbdesk.standards.vaccination.history import When
    from clbdesk.standards.vaccination.validity import DoseVerdict
    from ui.widgets.button import Button

COUNTS = {
    Counts.YES: ("check", Role.OK),
    Counts.NO: ("x", Role.ATTENTION),
    Counts.DOCTOR: ("stethoscope", Role.ATTENTION),
}


class VaccinationCardView(Card):
    """A card without fields: what is known, what it is worth, what is advised."""

    def __init__(self, *buttons: Button, across: int = 5) -> None:
        """Empty until `show_card`; `buttons`: what can be done with it, in its head.

        `across`: how many doses stand beside each other; further ones stand on the next line.
        """
        super().__init__("Vaccinatiekaart", main=True)
        self._across = across
        self._content: QWidget | None = None
        self.add_to_head(*buttons)

    def show_card(self, found: VaccinationCard) -> None:
        """Another pupil, or a dose more."""
        until = say("history.card_until", day=show.day(found.on), edition=found.edition)
        self.set_title("Vaccinatiekaart", until)
        if self._content is not None:
            self.body.removeWidget(self._content)
            self._content.deleteLater()
        self._content = _content(found, self._across)
        self.body.addWidget(self._content)


def _content(found: VaccinationCard, across: int) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    line = 0
    for row in found.rows:
        grid.addWidget(Label(row.series, weight=Weight.SEMIBOLD), line, 0)
        for place, verdict in enumerate(row.doses):
            grid.addWidget(_dose(verdict), line + place // across, 1 + place % across)
        line += 1 + (len(row.doses) - 1) // across
        grid.addWidget(Rule(Role.LINE_FAINT), line, 0, 1, across + 2)
        line += 1
    if not found.rows:
        grid.addWidget(
            Label(say("history.card_empty"), role=Role.SECONDARY, wrap=True), line, 0, 1, across + 2
        )
        line += 1
    if found.unread:
        names = ", ".join(found.unread)
        sentence = Label(say("history.card_unread", names=names), role=Role.ATTENTION, wrap=True)
        grid.addWidget(sentence, line, 0, 1, across + 2)
        line += 1
    grid.addWidget(Label("Advies", Size.TITLE, Weight.SEMIBOLD), line, 0)
    for advice in found.advice:
        line += 1
        grid.addWidget(_advice(advice), line, 0, 1, across + 2)
    grid.setColumnStretch(across + 1, 1)
    return made


def _dose(verdict: DoseVerdict) -> QWidget:
    """The day, and under it whether it counts and where it is known from."""
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(0)
    icon, role = COUNTS[verdict.counts]
    number = f"{verdict.dose_number} · " if verdict.dose_number else ""
    left = Qt.AlignmentFlag.AlignLeft
    grid.addWidget(Label(f"{number}{_when(verdict.dose.when)}"), 0, 0, left)
    word = f"{label(verdict.counts)} · {label(verdict.dose.source)}"
    grid.addWidget(IconWord(icon, word, role, size=Size.QUIET), 1, 0, left)
    grid.setColumnStretch(0, 1)
    made.setToolTip(verdict.rule_id)
    return made


def _when(when: When) -> str:
    """As precise as it is known: a day, a month, a year."""
    if when.is_exact:
        return show.day(when.first)
    if when.first.month == when.last.month and when.first.year == when.last.year:
        return show.month(when.first.year, when.first.month)
    return str(when.first.year)


def _advice(advice: Advice) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 2, 0, 2)
    line = shown.rule_line(advice.line())
    top = Qt.AlignmentFlag.AlignTop
    grid.addWidget(IconWord(line.icon, line.head, line.role, weight=Weight.SEMIBOLD), 0, 0, top)
    grid.addWidget(Label(line.sentence, wrap=True), 0, 1)
    grid.addWidget(Label(line.source, Size.QUIET, role=Role.SECONDARY, wrap=True), 1, 1)
    grid.setColumnMinimumWidth(0, 220)
    grid.setColumnStretch(1, 1)
    return made
