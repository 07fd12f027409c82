"""One visit in the list of Vandaag: hour, school, what it is for, how far it is, who goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from clbdesk.domain.visits import VisitKind
from clbdesk.services.visits import VisitCard, VisitState
from clbdesk.wording import label
from ui import format as show
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

STATES: dict[VisitState, tuple[str, str, Role]] = {
    VisitState.NOT_TAKEN: ("circle", "Niet meegenomen", Role.SECONDARY),
    VisitState.TAKEN: ("circle-check", "Klaar voor vertrek", Role.OK),
    VisitState.STARTED: ("player-play", "Gestart", Role.ACCENT),
    VisitState.CLOSED: ("check", "Afgesloten", Role.OK),
}
_NAMED = 3  # members of the team by name; the others are counted
_HEIGHT = 96
_TITLE = "dr."


def headline(card: VisitCard) -> str:
    """De Kring – systematisch contact LO1, LO4."""
    moments = sorted({one.moment.value for one in card.classes if one.moment})
    kinds = " en ".join(label(kind) for kind in card.kinds)
    what = f"{kinds} {', '.join(moments)}" if moments else kinds
    return f"{card.school} – {what}"


def details(card: VisitCard) -> str:
    """Systematisch contact · 1A 1B 4A · 66 leerlingen."""
    kinds = " en ".join(label(kind) for kind in card.kinds)
    parts = [kinds[:1].upper() + kinds[1:], " ".join(one.class_name for one in card.classes)]
    if card.pupils:
        parts.append(show.counted(card.pupils, "leerling", "leerlingen"))
    parts.append(", ".join(card.vaccines))
    return " · ".join(part for part in parts if part)


def short_team(team: tuple[str, ...]) -> str:
    """An, Els, dr. Maes: given names, and doctors by family name."""
    names = [_short(name) for name in team[:_NAMED]]
    rest = len(team) - len(names)
    return ", ".join(names) + (f" +{rest}" if rest else "")


def _short(name: str) -> str:
    words = name.split()
    if len(words) > 1 and words[0] == _TITLE:
        return f"{_TITLE} {words[-1]}"
    return words[0] if words else ""


class VisitRow(Card):
    """A visit; a click chooses it."""

    pressed = Signal(str)

    def __init__(self, card: VisitCard) -> None:
        """Draws the state the visit is in now."""
        super().__init__(padding=16, spacing=0)
        self.card = card
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        hour = Label(show.hour(card.start) if card.start else "–", weight=Weight.SEMIBOLD)
        hour.setFixedWidth(theme.px(48))
        row.addWidget(hour, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(3)
        care = VisitKind.CARE_MEETING in card.kinds
        title = headline(card) if care else card.school
        column.addWidget(Label(title, weight=Weight.SEMIBOLD, wrap=True))
        column.addWidget(Label(details(card), Size.QUIET, role=Role.SECONDARY, wrap=True))
        icon, word, role = STATES[card.state]
        state = QHBoxLayout()
        state.addWidget(IconWord(icon, word, role, size=Size.QUIET, weight=Weight.SEMIBOLD))
        state.addStretch(1)
        state.addWidget(Label(short_team(card.team), Size.QUIET, role=Role.SECONDARY))
        column.addLayout(state)
        row.addLayout(column, 1)
        self.body.addLayout(row)
        self.setMinimumHeight(theme.px(_HEIGHT))
        self.setAccessibleName(f"{headline(card)}, {details(card)}, {word}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose this visit."""
        del event
        self.pressed.emit(self.card.visit_id)
