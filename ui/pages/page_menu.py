"""Ctrl+M: every page that can be reached from here, chosen by a few letters and Enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from clbdesk.domain.names import normalise
from ui import actions
from ui.actions import Key
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination
from ui.theme import Role, Weight
from ui.widgets.card import Card
from ui.widgets.cells import TextCell
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QKeyEvent


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One page: its word, its key, and where it is."""

    word: str
    hint: str
    to: Destination


# page → word, key, whether it is about a visit, whether it is about a pupil
_PAGES: tuple[tuple[str, str, Key | None, bool, bool], ...] = (
    ("visits", "Vandaag", Key.TODAY, False, False),
    ("class_list", "Klaslijst", None, True, False),
    ("grid", "Rooster", Key.GRID, True, False),
    ("meeting_texts", "Besproken op school", None, True, False),
    ("vaccination_list", "Vaccinatielijst", None, True, False),
    ("consent_stack", "Formulieren", None, True, False),
    ("vaccination_session", "Vaccinatiesessie", None, True, False),
    ("observation", "Observatie en incident", Key.INCIDENT, True, False),
    ("vaccination_close", "Vaccinatiesessie afsluiten", None, True, False),
    ("lot_recall", "Lot terugroepen", None, False, False),
    ("care_meeting", "Zorgoverleg", None, True, False),
    ("school_output", "Uitvoer naar school", None, True, False),
    ("care_guide", "Leidraad en vaste zinnen", None, False, False),
    ("border_check", "Grens: consultatief of vraaggestuurd", None, True, False),
    ("safety_concern", "Verontrusting", Key.CONCERN, False, False),
    ("history", "Dossier van deze leerling", Key.HISTORY, True, True),
    ("guidance_request", "Aanvraag voor begeleiding", None, True, True),
    ("released_summary", "Vrijgeven aan het begeleidend team", None, True, True),
    ("earlier_doses", "Eerdere prikken", None, True, True),
    ("growth_print", "Groeigrafieken afdrukken", Key.CHARTS, True, True),
    ("audiogram", "Extern audiogram", None, True, True),
    ("access_request", "Inzage voorbereiden", None, True, True),
    ("capacity", "Wie beslist, bewaren", None, True, True),
    ("school_message", "Mededeling aan school", None, True, True),
    ("intervention", "Interventie bij deze leerling", None, True, True),
    ("intervention", "Interventie over de school", None, True, False),
    ("signal_report", "Signaalrapport van een school", None, False, False),
    ("follow_up", "Opvolging", None, False, False),
    ("print", "Afdrukken", Key.PRINT, True, False),
    ("link", "Posten koppelen", None, True, False),
    ("day_close", "Dag afsluiten", None, True, False),
    ("synchronise", "Synchroniseren", Key.SYNCHRONISE, False, False),
    ("conflicts", "Twee versies", None, False, False),
    ("search", "Zoeken", Key.FIND, False, False),
    ("rules", "Regels", None, False, False),
    ("settings", "Instellingen", None, False, False),
    ("enrol_colleague", "Collega toevoegen", None, False, False),
)
_MEDICAL = {
    "consent_stack",
    "guidance_request",
    "released_summary",
    "meeting_texts",
    "class_list",
    "grid",
    "vaccination_list",
    "vaccination_session",
    "observation",
    "vaccination_close",
    "lot_recall",
    "audiogram",
    "earlier_doses",
    "growth_print",
    "print",
}
_GUIDANCE = {"care_guide", "care_meeting", "school_output", "border_check"}


def menu_lines(
    made: Collection[str], here: Destination | None, *, is_medical: bool
) -> tuple[MenuLine, ...]:
    """The pages of the window that can be opened from here; about the visit and pupil at hand."""
    closed = _GUIDANCE if is_medical else _MEDICAL
    visit_id = here.visit_id if here else None
    pupil_id = here.pupil_id if here else None
    return tuple(
        MenuLine(
            word,
            actions.hint(key) if key else "",
            Destination(
                page,
                visit_id if about_visit else None,
                pupil_id if about_pupil else None,
            ),
        )
        for page, word, key, about_visit, about_pupil in _PAGES
        if page in made and page not in closed
        if (visit_id or not about_visit) and (pupil_id or not about_pupil)
    )


class PageMenu(QWidget):
    """`chosen(Destination)` on Enter or click."""

    chosen = Signal(object)

    def __init__(self, lines: tuple[MenuLine, ...]) -> None:
        """The focus belongs in the field."""
        super().__init__()
        self._lines = lines
        self._model: ListModel[MenuLine] = ListModel(
            (
                Column("Pagina", 0, lambda line: TextCell(line.word, Weight.SEMIBOLD)),
                Column("Toets", 160, lambda line: TextCell(line.hint, role=Role.SECONDARY)),
            ),
            lambda line: line.word,
        )
        self._find = QLineEdit()
        self._find.setAccessibleName("Zoek pagina")
        self._find.setPlaceholderText("eerste letters van een pagina")
        self._find.setMinimumHeight(40)
        self._find.textChanged.connect(self._filter)
        self._list = ListView("Pagina's", self._model, row_height=44)
        self._list.opened.connect(self._choose)
        self._list.clicked.connect(lambda index: self._choose(index.row()))
        card = Card("Menu", "Enter opent, Esc gaat terug", main=True)
        card.body.addWidget(self._find)
        card.body.addWidget(self._list, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addWidget(card)
        self.setFocusProxy(self._find)
        self.setAccessibleName("Menu")
        self._filter("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move while the focus stays in the field; Enter opens."""
        step = {Qt.Key.Key_Down.value: 1, Qt.Key.Key_Up.value: -1}.get(event.key(), 0)
        if step and self._model.rowCount():
            last = self._model.rowCount() - 1
            self._list.go_to(min(last, max(0, self._list.current() + step)))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._choose(self._list.current())
        else:
            super().keyPressEvent(event)

    def _filter(self, text: str) -> None:
        wanted = normalise(text)
        self._model.show_rows(tuple(line for line in self._lines if wanted in normalise(line.word)))
        if self._model.rowCount():
            self._list.go_to(0)

    def _choose(self, position: int) -> None:
        if 0 <= position < self._model.rowCount():
            self.chosen.emit(self._model.row(position).to)
