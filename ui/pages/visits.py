"""P02 Vandaag: the planned visits, what is on board for each, and starting one."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.visits import RoomCheck, VisitKind
from clbdesk.services.readiness import Level, Line, readiness
from clbdesk.services.visits import (
    VisitCard,
    VisitState,
    find_room_check,
    list_visits,
    record_room_check,
    start_visit,
)
from clbdesk.wording import label
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.pages.base import Destination, Page, Work
from ui.pages.room_check import RoomCheckRow
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label, Rule

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from clbdesk.bootstrap import Program
    from clbdesk.ids import VisitId
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_STATES: dict[VisitState, tuple[str, str, Role]] = {
    VisitState.NOT_TAKEN: ("circle", "Niet meegenomen", Role.SECONDARY),
    VisitState.TAKEN: ("circle-check", "Klaar voor vertrek", Role.OK),
    VisitState.STARTED: ("player-play", "Gestart", Role.ACCENT),
}
_LEVELS: dict[Level, tuple[str, Role]] = {
    Level.OK: ("check", Role.OK),
    Level.ATTENTION: ("alert-triangle", Role.ATTENTION),
    Level.STOP: ("x", Role.ERROR),
}


def headline(card: VisitCard) -> str:
    """De Kring – systematisch contact LO1, LO4."""
    moments = sorted({one.moment.value for one in card.classes if one.moment})
    kinds = " en ".join(label(kind) for kind in card.kinds)
    what = f"{kinds} {', '.join(moments)}" if moments else kinds
    return f"{card.school} – {what}"


def details(card: VisitCard) -> str:
    """1A 1B 4A · 66 leerlingen."""
    classes = " ".join(one.class_name for one in card.classes)
    parts = [classes]
    if card.pupils:
        parts.append(show.counted(card.pupils, "leerling", "leerlingen"))
    if card.vaccines:
        parts.append(", ".join(card.vaccines))
    return " · ".join(part for part in parts if part)


class _VisitRow(Card):
    """A visit in the list; a click or the arrows choose it."""

    pressed = Signal(str)

    def __init__(self, card: VisitCard) -> None:
        super().__init__(padding=16, spacing=4)
        self.card = card
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout()
        row.setSpacing(16)
        hour = Label(show.hour(card.start) if card.start else "–", weight=Weight.SEMIBOLD)
        hour.setFixedWidth(theme.px(48))
        row.addWidget(hour, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(6)
        title = card.school if VisitKind.CARE_MEETING not in card.kinds else headline(card)
        column.addWidget(Label(title, weight=Weight.SEMIBOLD, wrap=True))
        what = details(card)
        if VisitKind.CARE_MEETING not in card.kinds:
            kinds = ", ".join(label(kind) for kind in card.kinds)
            what = f"{kinds[:1].upper()}{kinds[1:]} · {what}" if what else kinds
        if what:
            column.addWidget(Label(what, Size.QUIET, role=Role.SECONDARY, wrap=True))
        icon, word, role = _STATES[card.state]
        state = QHBoxLayout()
        state.addWidget(IconWord(icon, word, role, size=Size.QUIET, weight=Weight.SEMIBOLD))
        state.addStretch(1)
        state.addWidget(Label(", ".join(card.team[:3]), Size.QUIET, role=Role.SECONDARY))
        column.addLayout(state)
        row.addLayout(column, 1)
        self.body.addLayout(row)
        self.setAccessibleName(f"{headline(card)}, {details(card)}, {word}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose this visit."""
        del event
        self.pressed.emit(self.card.visit_id)


class VisitsPage(Page):
    """The first page after unlocking."""

    name: ClassVar[str] = "visits"

    def __init__(self, work: Work, program: Program) -> None:
        """The list at the left, what is on board at the right."""
        super().__init__(work)
        self._program = program
        self._rows: list[_VisitRow] = []
        self._chosen: VisitId | None = None
        self._lines: tuple[Line, ...] = ()
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(16, 12, 16, 8)
        row.setSpacing(16)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        left = QWidget()
        left.setLayout(self._list)
        self._list.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(left)
        scroll.setFixedWidth(theme.px(440))
        row.addWidget(scroll)
        self._card = Card(main=True)
        self._state = IconWord("circle", "", Role.SECONDARY, weight=Weight.SEMIBOLD)
        self._card.add_to_head(self._state)
        self._team = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._card.body.addWidget(self._team)
        self._card.body.addWidget(Rule())
        self._readiness = QVBoxLayout()
        self._readiness.setSpacing(0)
        self._card.body.addLayout(self._readiness)
        self._room = RoomCheckRow()
        self._room.edited.connect(self._save_room)
        self._card.body.addWidget(self._room)
        self._card.body.addStretch(1)
        row.addWidget(self._card, 1)
        self.fill_body(body)
        self._sync = Button("Synchroniseren", actions.hint(Key.SYNCHRONISE), height=36)
        self._sync.clicked.connect(lambda: self.go(Destination("synchronise")))
        self.top_line.add(self._sync)
        self._again = Button("Opnieuw meenemen")
        self._again.clicked.connect(self._take)
        self._give_back = Button("Vrijgeven…")
        self._give_back.clicked.connect(lambda: self.go(Destination("synchronise")))
        self.footer.add_left(self._again, self._give_back)
        self.footer.primary_pressed.connect(self._primary)
        today = local_day(work.desk.clock.now())
        self.top_line.set_title("Vandaag", show.weekday(today))

    def arrive(self, to: Destination) -> None:
        """Read the planning again."""
        if to.visit_id is not None:
            self._chosen = to.visit_id
        self.ask(partial(list_visits, self.work.desk), self._on_visits)

    def refresh(self, changes: ChangeSet) -> None:
        """Something was taken along, started or given back."""
        if changes.touches("visit", "visit_start", "visit_pupil"):
            self.ask(partial(list_visits, self.work.desk), self._on_visits)

    def title_back(self) -> str:
        """Vandaag."""
        return "Vandaag"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose a visit, Enter opens it."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and self._rows:
            at = next(
                (i for i, row in enumerate(self._rows) if row.card.visit_id == self._chosen), 0
            )
            chosen = self._rows[min(len(self._rows) - 1, max(0, at + step))]
            self._choose(chosen.card.visit_id)
            return
        card = self._card_of(self._chosen)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and card is not None:
            if card.state is not VisitState.NOT_TAKEN:
                self._open(card)
            return
        super().keyPressEvent(event)

    def _on_visits(self, cards: list[VisitCard]) -> None:
        _empty(self._list)
        self._rows = []
        today = local_day(self.work.desk.clock.now())
        for day, group in groupby(cards, key=lambda card: card.on):
            words = show.short_weekday(day)
            if (day - today).days == 1:
                words = f"Morgen · {words}"
            self._list.addWidget(
                Label(words, Size.QUIET, weight=Weight.SEMIBOLD, role=Role.SECONDARY)
            )
            for card in group:
                made = _VisitRow(card)
                made.pressed.connect(self._choose)
                self._rows.append(made)
                self._list.addWidget(made)
        self._list.addStretch(1)
        if not cards:
            self.say("Geen bezoeken gepland. Haal de planning op bij het centrum (F5).")
            self._card.hide()
            self.footer.set_primary("Synchroniseren")
            return
        self._card.show()
        known = {card.visit_id for card in cards}
        self._choose(self._chosen if self._chosen in known else self._fitting(cards))

    def _fitting(self, cards: list[VisitCard]) -> VisitId:
        """The first visit of this user's kind: meetings for guidance, the others for medical."""
        medical = self.work.is_medical()
        fits = [one for one in cards if (VisitKind.CARE_MEETING in one.kinds) != medical]
        return (fits or cards)[0].visit_id

    def _card_of(self, visit_id: str | None) -> VisitCard | None:
        return next((row.card for row in self._rows if row.card.visit_id == visit_id), None)

    def _choose(self, visit_id: VisitId | str) -> None:
        card = self._card_of(visit_id)
        if card is None:
            return
        self._chosen = card.visit_id
        for row in self._rows:
            row.set_chosen(row.card.visit_id == visit_id)
        self._card.set_title(headline(card))
        team = f"Team  {', '.join(card.team)}" if card.team else ""
        room = f"lokaal: {card.room}" if card.room else ""
        self._team.setText(" · ".join(part for part in (team, room) if part))
        icon, word, role = _STATES[card.state]
        self._state.show_state(icon, word, role)
        self._show_lines(())
        taken = card.state is not VisitState.NOT_TAKEN
        self._again.setVisible(taken)
        self._give_back.setVisible(taken)
        contact = VisitKind.SYSTEMATIC_CONTACT in card.kinds
        self._room.setVisible(taken and contact and self.work.is_medical())
        self.footer.set_primary(
            {
                VisitState.NOT_TAKEN: "Meenemen",
                VisitState.TAKEN: "Bezoek starten",
                VisitState.STARTED: "Openen",
            }[card.state]
        )
        self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        if taken:
            desk, folder = self.work.desk, self._program.folder
            self.ask(
                lambda: (
                    readiness(desk, card.visit_id, folder),
                    find_room_check(desk, card.visit_id),
                ),
                partial(self._on_ready, card.visit_id),
            )

    def _on_ready(self, visit_id: VisitId, answer: tuple[tuple[Line, ...], RoomCheck]) -> None:
        if visit_id == self._chosen:
            self._show_lines(answer[0])
            self._room.show_check(answer[1])

    def _show_lines(self, lines: tuple[Line, ...]) -> None:
        self._lines = lines
        _empty(self._readiness)
        for line in lines:
            self._readiness.addWidget(_readiness_row(line))

    def _primary(self) -> None:
        card = self._card_of(self._chosen)
        if card is None:
            self.go(Destination("synchronise"))
        elif card.state is VisitState.NOT_TAKEN:
            self._take()
        elif any(line.level is Level.STOP for line in self._lines):
            self.say("Meenemen is niet volledig. Kies Opnieuw meenemen.", Severity.ATTENTION)
        elif card.state is VisitState.TAKEN:
            call = partial(start_visit, self.work.desk, card.visit_id)
            self.ask(call, partial(self._on_started, card))
        else:
            self._open(card)

    def _on_started(self, card: VisitCard, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self._open(card)

    def _open(self, card: VisitCard) -> None:
        care = VisitKind.CARE_MEETING in card.kinds
        self.go(Destination("care_meeting" if care else "class_list", card.visit_id))

    def _take(self) -> None:
        """Taking along happens on the page of synchronising, which shows how far it is."""
        self.go(Destination("synchronise", self._chosen, step="take"))

    def _save_room(self) -> None:
        if self._chosen is not None and self._room.problem() == "":
            check = self._room.check(self._chosen)
            self.ask(
                partial(record_room_check, self.work.desk, check),
                lambda outcome: self.work.bus.changed.emit(outcome.changes),
            )


def _readiness_row(line: Line) -> QWidget:
    icon, role = _LEVELS[line.level]
    row = Card(padding=8, spacing=0)
    if line.level is Level.OK:
        row.set_ground(Role.SURFACE)
    else:
        row.set_ground(
            Role.ATTENTION_GROUND if line.level is Level.ATTENTION else Role.ERROR_GROUND
        )
    inner = QHBoxLayout()
    inner.setSpacing(12)
    inner.addWidget(IconWord(icon, "", role))
    weight = Weight.REGULAR if line.level is Level.OK else Weight.SEMIBOLD
    inner.addWidget(Label(line.text, weight=weight))
    inner.addWidget(Label(line.quiet, Size.QUIET, role=Role.SECONDARY))
    inner.addStretch(1)
    row.body.addLayout(inner)
    row.setAccessibleName(f"{line.level.value}: {line.text} {line.quiet}")
    return row


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
