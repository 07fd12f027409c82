"""P02 Vandaag: the planned visits, what is on board for each, and starting one."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.visits import RoomCheck, VisitKind
from clbdesk.services.follow_up import open_follow_up
from clbdesk.services.readiness import Level, Line, readiness
from clbdesk.services.visits import (
    DayDefaults,
    VisitCard,
    VisitState,
    find_room_check,
    list_visits,
    propose_defaults,
    record_defaults,
    record_room_check,
    start_visit,
)
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.pages.base import Destination, Page, Work
from ui.pages.day_defaults import DayDefaultsCard
from ui.pages.readiness_rows import ReadinessRows
from ui.pages.room_check import RoomCheckRow
from ui.pages.visit_row import STATES, VisitRow, headline
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import NARROW, Card
from ui.widgets.label import Chip, Label, Rule

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from clbdesk.bootstrap import Program
    from clbdesk.ids import VisitId
    from clbdesk.services.follow_up import FollowUpView
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_LIST_WIDTH, _LIST_WIDTH_NARROW = 440, 352
_WORDS = {
    VisitState.NOT_TAKEN: "Meenemen",
    VisitState.TAKEN: "Bezoek starten",
    VisitState.STARTED: "Openen",
    VisitState.CLOSED: "Openen",
}


class VisitsPage(Page):
    """The first page after unlocking: visits at the left, the chosen one at the right."""

    name: ClassVar[str] = "visits"

    def __init__(self, work: Work, program: Program) -> None:
        """Empty until the planning is read."""
        super().__init__(work)
        self._program = program
        self._rows: list[VisitRow] = []
        self._chosen: VisitId | None = None
        self._lines: tuple[Line, ...] = ()
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        self._side = QWidget()
        self._side.setLayout(self._list)
        self._side.setFixedWidth(theme.px(_LIST_WIDTH))
        self._defaults = DayDefaultsCard()
        self._card = Card(main=True, wraps=True, padding=8, spacing=6)
        self._state = Chip("", Role.SECONDARY)
        self._team = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._readiness = ReadinessRows()
        self._readiness.followed.connect(lambda page: self.go(Destination(page)))
        self._room = RoomCheckRow()
        self._room.edited.connect(self._save_room)
        self._place()
        self._sync = Button("Synchroniseren", actions.hint(Key.SYNCHRONISE), height=36)
        self._sync.clicked.connect(lambda: self.go(Destination("synchronise")))
        self._follow = Button("Opvolging", height=36)
        self._follow.clicked.connect(lambda: self.go(Destination("follow_up")))
        self.top_line.add(self._follow, self._sync)
        self._to_room = Button("Lokaalcheck")
        self._to_room.clicked.connect(self._room.begin)
        self._to_defaults = Button("Vandaag standaard")
        self._to_defaults.clicked.connect(self._ask_defaults)
        self._again = Button("Opnieuw meenemen")
        self._again.clicked.connect(self._take)
        self.footer.add_left(self._to_room, self._to_defaults, self._again)
        self.footer.primary_pressed.connect(self._primary)
        self.footer.primary.installEventFilter(self)
        today = local_day(work.desk.clock.now())
        self.top_line.set_title("Vandaag", show.weekday(today))

    def _place(self) -> None:
        columns = QHBoxLayout()
        columns.setSpacing(16)
        self._list.addStretch(1)
        columns.addWidget(self._side)
        right = QVBoxLayout()
        right.setSpacing(8)
        # The ground of a row that asks attention is 8 px wider than the text on both sides.
        self._card.head.setContentsMargins(8, 6, 8, 0)
        self._card.add_to_head(self._state)
        self._card.body.addLayout(_inset(self._team, Rule()))
        self._card.body.addWidget(self._readiness)
        self._card.body.addLayout(_inset(self._room))
        self._card.body.addStretch(1)
        right.addWidget(self._defaults, 1)
        right.addWidget(self._card, 1)
        columns.addLayout(right, 1)
        self.body.addLayout(columns, 1)

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """Read the planning again."""
        if to.visit_id is not None:
            self._chosen = to.visit_id
        self._look()

    def refresh(self, changes: ChangeSet) -> None:
        """Something was taken along, started, given back, or a rule was signed."""
        if changes.touches(
            "visit", "visit_start", "visit_close", "visit_pupil", "rule_signoff", "referral", "task"
        ):
            self._look()

    def close_open(self) -> bool:
        """Esc closes the strip; the visit is not started."""
        is_open = not self._defaults.isHidden()
        if is_open and self._chosen is not None:
            self.messages.clear()
            self._choose(self._chosen)
        return is_open

    def title_back(self) -> str:
        """Vandaag."""
        return "Vandaag"

    def _look(self) -> None:
        self.ask(partial(list_visits, self.work.desk), self._on_visits)
        self.ask(partial(open_follow_up, self.work.desk), self._on_follow_up)

    def _on_follow_up(self, view: FollowUpView) -> None:
        mine = sum(row.is_mine for row in view.rows)
        self._follow.set_words(f"Opvolging {mine}" if mine else "Opvolging")

    # --- keys ---

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """On the primary button: up and down choose a visit, right goes in, Enter opens."""
        if (
            watched is self.footer.primary
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            and self._on_key(Qt.Key(event.key()))
        ):
            return True
        return super().eventFilter(watched, event)

    def _on_key(self, key: Qt.Key) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if not self._defaults.isHidden():
            return False
        if step and self._rows:
            ids = [row.card.visit_id for row in self._rows]
            at = ids.index(self._chosen) if self._chosen in ids else 0
            self._choose(ids[min(len(ids) - 1, max(0, at + step))])
            return True
        if key == Qt.Key.Key_Right and not self._room.isHidden():
            self._room.begin()
            return True
        card = self._card_of(self._chosen)
        is_enter = key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and card is not None and card.state is not VisitState.NOT_TAKEN:
            self._open(card)
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window leaves the list less room, so that the visit stays beside it."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(NARROW)
        self._side.setFixedWidth(theme.px(_LIST_WIDTH_NARROW if narrow else _LIST_WIDTH))

    # --- the list ---

    def _on_visits(self, cards: list[VisitCard]) -> None:
        self._empty_list()
        today = local_day(self.work.desk.clock.now())
        for day, group in groupby(cards, key=lambda card: card.on):
            words = show.short_weekday(day)
            if (day - today).days == 1:
                words = f"Morgen · {words}"
            head = Label(words, Size.QUIET, weight=Weight.SEMIBOLD, role=Role.SECONDARY)
            self._list.addWidget(head)
            for card in group:
                made = VisitRow(card)
                made.pressed.connect(self._choose)
                self._rows.append(made)
                self._list.addWidget(made)
        self._list.addStretch(1)
        if cards:
            known = {card.visit_id for card in cards}
            chosen = self._chosen if self._chosen in known else None
            self._choose(chosen or self._fitting(cards))
        else:
            self._show_nothing()

    def _show_nothing(self) -> None:
        self._chosen = None
        words = "Geen bezoeken gepland. Haal de planning op bij het centrum (F5)."
        self._list.insertWidget(0, Label(words, role=Role.SECONDARY, wrap=True))
        for part in (self._card, self._defaults, self._to_room, self._to_defaults, self._again):
            part.hide()
        self.footer.set_primary("Synchroniseren")
        if self.isVisible():  # looking again behind another page takes nobody's focus
            self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)

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
        self._show_visit(card)
        if self.isVisible():  # looking again behind another page takes nobody's focus
            self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        if card.state is VisitState.NOT_TAKEN:
            return
        desk, folder = self.work.desk, self._program.folder
        self.ask(
            lambda: (
                readiness(desk, card.visit_id, folder),
                find_room_check(desk, card.visit_id),
            ),
            partial(self._on_ready, card.visit_id),
        )

    def _show_visit(self, card: VisitCard) -> None:
        self._defaults.hide()
        self._card.show()
        self._card.set_title(headline(card))
        team = f"Team  {', '.join(card.team)}" if card.team else ""
        room = f"lokaal: {card.room}" if card.room else ""
        self._team.setText("  ·  ".join(part for part in (team, room) if part))
        icon, word, role = STATES[card.state]
        self._state.show_state(word, role, icon)
        self._lines = ()
        self._readiness.show_lines(())
        taken = card.state is not VisitState.NOT_TAKEN
        here = taken and self._has_defaults(card)
        self._again.setVisible(taken)
        self._room.setVisible(here)
        self._to_room.setVisible(here)
        self._to_defaults.setVisible(here and card.is_begun)
        self.footer.set_primary(_WORDS[card.state])

    def _has_defaults(self, card: VisitCard) -> bool:
        contact = VisitKind.SYSTEMATIC_CONTACT in card.kinds
        return contact and self.work.is_medical()

    def _on_ready(self, visit_id: VisitId, answer: tuple[tuple[Line, ...], RoomCheck]) -> None:
        if visit_id == self._chosen:
            self._lines = answer[0]
            self._readiness.show_lines(answer[0])
            self._room.show_check(answer[1])

    # --- starting ---

    def _primary(self) -> None:
        card = self._card_of(self._chosen)
        if card is None:
            self.go(Destination("synchronise"))
        elif card.state is VisitState.NOT_TAKEN:
            self._take()
        elif not self._defaults.isHidden():
            self._use_defaults(card)
        elif card.is_begun:
            self._open(card)
        elif any(line.level is Level.STOP for line in self._lines):
            self.say("Meenemen is niet volledig. Kies Opnieuw meenemen.", Severity.ATTENTION)
        elif self._has_defaults(card):
            self._ask_defaults()
        else:
            self.ask(partial(start_visit, self.work.desk, card.visit_id), self._on_started)

    def _ask_defaults(self) -> None:
        if self._chosen is not None:
            call = partial(propose_defaults, self.work.desk, self._chosen)
            self.ask(call, partial(self._on_defaults, self._chosen))

    def _on_defaults(self, visit_id: VisitId, found: DayDefaults) -> None:
        card = self._card_of(visit_id)
        if card is None or visit_id != self._chosen:
            return
        self._card.hide()
        for button in (self._to_room, self._to_defaults, self._again):
            button.hide()
        self._defaults.ask(found)
        started = card.is_begun
        self.footer.set_primary("Standaard opslaan" if started else "Starten met deze standaard")
        self._defaults.first_field().setFocus(Qt.FocusReason.OtherFocusReason)
        points = sum(line.level is Level.ATTENTION for line in self._lines)
        if points and not started:
            words = "Er is 1 punt" if points == 1 else f"Er zijn {points} punten"
            self.say(f"{words} na te kijken. Starten kan.")

    def _use_defaults(self, card: VisitCard) -> None:
        defaults = self._defaults.defaults()
        if card.is_begun:
            self.ask(partial(record_defaults, self.work.desk, defaults), self._on_kept)
        else:
            call = partial(start_visit, self.work.desk, card.visit_id, defaults)
            self.ask(call, self._on_started)

    def _on_started(self, outcome: Outcome[Saved]) -> None:
        self._defaults.hide()
        self.messages.clear()
        self.work.bus.changed.emit(outcome.changes)
        card = self._card_of(self._chosen)
        if card is not None:
            self._open(card)

    def _on_kept(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        if self._chosen is not None:
            self._choose(self._chosen)
        self.say("Standaard van vandaag opgeslagen.", Severity.OK)

    def _open(self, card: VisitCard) -> None:
        page = "class_list"
        if VisitKind.CARE_MEETING in card.kinds:
            page = "care_meeting"
        elif card.kinds == (VisitKind.VACCINATION,):
            page = "vaccination_list"
        self.go(Destination(page, card.visit_id))

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

    def _empty_list(self) -> None:
        self._rows = []
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _inset(*widgets: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(8, 0, 8, 0)
    column.setSpacing(10)
    for widget in widgets:
        column.addWidget(widget)
    return column
