"""The right column of P13: history, advice, and every condition with its state ("Waarom?")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.standards.vaccination.needs import AdviceState
from clbdesk.standards.vaccination.validity import Counts
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.button import Link
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clbdesk.services.vaccination_lines import AdviceLine, HistoryLine
    from clbdesk.standards.vaccination.conditions import Condition

_COUNTS = {
    Counts.YES: ("check", "Telt", Role.OK),
    Counts.NO: ("x", "Telt niet", Role.ATTENTION),
    Counts.DOCTOR: ("stethoscope", "Arts beslist", Role.ATTENTION),
    None: ("circle-half", "Telt deels", Role.ATTENTION),
}
_ADVICE = {
    AdviceState.DUE: ("arrow-right", Role.ACCENT),
    AdviceState.NOT_YET: ("clock", Role.SECONDARY),
    AdviceState.COMPLETE: ("check", Role.OK),
    AdviceState.DOCTOR: ("stethoscope", Role.ATTENTION),
    AdviceState.OUTSIDE_PROGRAMME: ("minus", Role.SECONDARY),
}
_ROW = 29


class _Lines(Card):
    """A card of rows of 29 px with faint lines between them."""

    def __init__(self, title: str) -> None:
        super().__init__(title, spacing=0)
        self._quiet = Label(size=Size.QUIET, role=Role.SECONDARY)
        self.add_to_head(self._quiet)
        self.title.setMinimumHeight(theme.px(26))

    def _empty(self) -> None:
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add(self, cells: Sequence[tuple[QWidget, int]], spoken: str) -> None:
        """One row; a width of 0 takes what is left, -1 what it needs."""
        self.body.addWidget(Rule(Role.LINE if self.body.isEmpty() else Role.LINE_FAINT))
        made = QWidget()
        made.setMinimumHeight(theme.px(_ROW - 1))
        made.setAccessibleName(spoken)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget, width in cells:
            if width > 0:
                widget.setFixedWidth(theme.px(width - 8))
            row.addWidget(widget, 1 if width == 0 else 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addWidget(made)


class HistoryCard(_Lines):
    """Every documented dose and whether it counts. `booklet_asked`: there is one to type over."""

    booklet_asked = Signal()

    def __init__(self) -> None:
        """Empty until `show_lines`."""
        super().__init__("Historiek")
        booklet = Link("Uit een boekje…", about="Eerdere prikken toevoegen")
        booklet.clicked.connect(self.booklet_asked)
        self.add_to_head(booklet)

    def show_lines(self, lines: Sequence[HistoryLine], quiet: str) -> None:
        """`quiet`: until when the history is known."""
        self._quiet.setText(quiet)
        self._empty()
        for line in lines:
            icon, word, role = _COUNTS[line.counts]
            state = IconWord(icon, word, role)
            state.setToolTip(line.why)
            self._add(
                (
                    (Label(line.on, role=Role.SECONDARY), 112),
                    (Label(line.vaccine), 0),
                    (Label(line.number), 72),
                    (state, 116),
                ),
                f"{line.on} {line.vaccine} {line.number}: {word}. {line.why}",
            )
        if not lines:
            self._add(((Label("Geen prikken gekend op deze laptop.", role=Role.SECONDARY), 0),), "")


class AdviceCard(_Lines):
    """What the engine says per vaccine, with the rules behind it."""

    def __init__(self) -> None:
        """Empty until `show_lines`."""
        super().__init__("Advies")

    def show_lines(self, lines: Sequence[AdviceLine], edition: str) -> None:
        """`edition`: of the tables."""
        self._quiet.setText(f"uitgave {edition}")
        self._empty()
        for line in lines:
            icon, role = _ADVICE[line.state]
            asks = line.state in {AdviceState.DUE, AdviceState.DOCTOR}
            state = IconWord(
                icon,
                line.word,
                role,
                weight=Weight.SEMIBOLD if asks else Weight.REGULAR,
                word_role=Role.TEXT if role is Role.SECONDARY else role,
            )
            state.setToolTip(line.text)
            rules = Label(line.rule_ids[0], Size.QUIET, role=Role.SECONDARY)
            rules.setToolTip(", ".join(line.rule_ids))
            self._add(
                (
                    (Label(line.vaccine, weight=Weight.SEMIBOLD), 104),
                    (state, 160),
                    (Label(line.detail, role=Role.SECONDARY), 0),
                    (rules, -1),
                ),
                f"{line.vaccine}: {line.word}, {line.text}, regel {', '.join(line.rule_ids)}",
            )


class ConditionsCard(_Lines):
    """Every condition of every dose, met or not."""

    def __init__(self) -> None:
        """Hidden until somebody asks why."""
        super().__init__("Voorwaarden")
        self.hide()

    def show_conditions(self, found: Mapping[str, Sequence[Condition]]) -> None:
        """By the label of the vaccine; what is the same for all stands once."""
        self._empty()
        shown: set[tuple[str, str]] = set()
        for conditions in found.values():
            for condition in conditions:
                if (condition.name, condition.text) in shown:
                    continue
                shown.add((condition.name, condition.text))
                icon, role = ("check", Role.OK) if condition.met else ("x", Role.ERROR)
                if condition.for_doctor and not condition.met:
                    icon, role = "stethoscope", Role.ATTENTION
                words = Label(condition.text, wrap=True)
                self._add(((IconWord(icon, "", role), 28), (words, 0)), condition.text)
        self._quiet.setText(" · ".join(found))
        if not found:
            self._add(((Label("Er is niets gepland.", role=Role.SECONDARY), 0),), "")
