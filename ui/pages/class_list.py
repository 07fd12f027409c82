"""P03 Klaslijst: who is here, who is next, what is left. No clinical value stands on this page."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clbdesk.domain.names import normalise
from clbdesk.domain.visits import AbsenceReason, AttendanceState
from clbdesk.services.class_list import (
    ClassListView,
    ListRow,
    open_class_list,
    predicted_end,
    set_attendance,
)
from clbdesk.services.progress import PupilState
from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.models.list_model import Column, ListModel
from ui.pages.absence_strip import AbsenceStrip
from ui.pages.add_pupil import AddPupilCard
from ui.pages.base import Destination, Page, Work
from ui.pages.class_cells import (
    CLOSED,
    EVERYBODY,
    FILTERS,
    SEEN,
    TO_DO,
    detail_cell,
    filter_choices,
    searched_words,
    state_cell,
)
from ui.pages.class_rail import ClassRail
from ui.pages.scrolling import scrolling
from ui.theme import Role, Weight
from ui.widgets.button import Button
from ui.widgets.cells import PartsCell, StateCell, TextCell
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from clbdesk.errors import Environment, Refused
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved
    from ui.widgets.choice_row import Choice


class ClassListPage(Page):
    """The working list at the door."""

    name: ClassVar[str] = "class_list"
    first_filter: ClassVar[str] = EVERYBODY
    row_height: ClassVar[int] = 23

    def __init__(self, work: Work) -> None:
        """Rail with search, post, filter and order; the list over the rest."""
        super().__init__(work)
        self._view: ClassListView | None = None
        self._asked: ListRow | None = None
        self._wanted: str | None = None
        self._model: ListModel[ListRow] = ListModel(self._columns(), lambda row: row.pupil_id)
        self._list = ListView("Leerlingen", self._model, row_height=self.row_height)
        self._rail = ClassRail(work.station.post)
        self._rail.changed.connect(self._filter)
        self._rail.post_changed.connect(self._on_post)
        self._list.opened.connect(self._open)
        self._list.marked.connect(self._toggle_absent)
        self._absence = AbsenceStrip()
        self._absence.answered.connect(self._on_absence)
        self._absence.objection_asked.connect(self._to_objection)
        self._room = QStackedWidget()
        self._new = AddPupilCard(self)
        self._new.listed.connect(self._on_listed)
        self._new.added.connect(self._on_added)
        self.fill_body(self._place())
        self._all_present = Button("Hele klas aanwezig", actions.hint(Key.ALL_PRESENT))
        self._all_present.clicked.connect(self.mark_all_present)
        self._absent = Button("Afwezig…", actions.hint(Key.NOT_DONE))
        self._absent.clicked.connect(self.ask_absence)
        self._later = Button("Achteraan", actions.hint(Key.END_OF_QUEUE))
        self._later.clicked.connect(self._mark_later)
        self._add = Button("Leerling toevoegen…")
        self._add.clicked.connect(self.ask_new_pupil)
        self.footer.add_left(self._all_present, self._absent, self._later, self._add)
        self.footer.set_primary("Open", "Enter")
        self.footer.primary_pressed.connect(self._on_primary)
        actions.bind(self, Key.ALL_PRESENT, self.mark_all_present)
        actions.bind(self, Key.NOT_DONE, self.ask_absence)
        actions.bind(self, Key.END_OF_QUEUE, self._mark_later)
        actions.bind(self, Key.GRID, self._to_grid)
        actions.bind(self, Key.FILTER, self._rail.search.setFocus)
        actions.bind(self, Key.NEXT_PUPIL, partial(self._step_row, 1))
        actions.bind(self, Key.PREVIOUS_PUPIL, partial(self._step_row, -1))

    def _place(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        room = QWidget()
        places = QVBoxLayout(room)
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(0)
        strip = QVBoxLayout()
        strip.setContentsMargins(16, 0, 16, 0)
        strip.addWidget(self._absence)
        places.addLayout(strip)
        places.addWidget(self._list, 1)
        self._room.addWidget(room)
        self._room.addWidget(scrolling(self._new))
        row.addWidget(self._room, 1)
        return body

    def _columns(self) -> tuple[Column[ListRow], ...]:
        return (
            Column("Naam", 0, self._name_cell),
            Column(
                "Geboren", 136, lambda row: TextCell(show.day(row.birth_date), role=Role.SECONDARY)
            ),
            Column("Klas", 72, lambda row: TextCell(row.class_name, role=Role.SECONDARY)),
            Column("Onderdelen te doen", 224, self._parts_cell),
            Column("Toestand", 150, state_cell),
            Column("", 144, detail_cell),
        )

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The list of a visit; the current row stays where it was."""
        self.work.station.list_page, self.work.station.at_step = self.name, None
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if visit_id is not None:
            self.ask(partial(open_class_list, self.work.desk, visit_id), self._on_list)
        self._rail.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: ChangeSet) -> None:
        """A pupil of this visit changed."""
        if self._view is not None and self._view.visit_id in changes.visit_ids:
            self.ask(partial(open_class_list, self.work.desk, self._view.visit_id), self._on_list)

    def title_back(self) -> str:
        """Klas 1B, or the list."""
        chosen = self._rail.classes.value()
        return f"Klas {chosen}" if chosen else "Klaslijst"

    def _on_list(self, view: ClassListView) -> None:
        is_new = self._view is None or self._view.visit_id != view.visit_id
        self._view = view
        self._rail.show_classes(view.classes)
        if is_new:
            self._rail.classes.set_value(view.classes[0] if view.classes else None)
            self._rail.shown.set_choices(self._filters(()))
            self._rail.shown.set_value(self.first_filter)
        self._rail.show_legend(
            {(one.step.number, one.step.label) for row in view.rows for one in row.steps}
        )
        self._filter()
        if self._wanted is not None:
            self._go_to_pupil(self._wanted)
            self._wanted = None
        if not view.rows:
            self.say(say("class_list.empty"))

    # --- what is shown ---

    def _of_class(self) -> list[ListRow]:
        chosen = self._rail.classes.value()
        rows = self._view.rows if self._view else ()
        return [row for row in rows if chosen is None or row.class_name == chosen]

    def _filter(self) -> None:
        rows = self._of_class()
        self._rail.shown.set_choices(self._filters(rows))
        wanted = normalise(self._rail.search.text()).split()
        kept = [
            row
            for row in rows
            if self._fits(row) and all(word in searched_words(row) for word in wanted)
        ]
        if self._rail.order.value() == "queue":
            kept.sort(key=lambda row: (row.queued_at is not None, row.queued_at and row.queued_at))
        current = self._model.key_at(self._list.current())
        self._model.show_rows(kept)
        position = self._model.position(current) if current else None
        if kept:
            self._list.go_to(position if position is not None else 0)
        self.work.station.order = tuple(
            row.pupil_id
            for row in kept
            if row.state not in {PupilState.ABSENT, PupilState.OBJECTION}
        )
        self.work.station.class_name = self._rail.classes.value() or ""
        self._show_title(rows)
        if not kept:
            self._say_why_none(rows)

    def _filters(self, rows: list[ListRow] | tuple[ListRow, ...]) -> tuple[Choice, ...]:
        return filter_choices(rows)

    def _say_why_none(self, rows: list[ListRow]) -> None:
        chosen = self._rail.classes.value()
        if self._rail.search.text():
            self.say(say("class_list.none_found", where=chosen or "deze lijst"))
        elif chosen and rows and all(row.state in CLOSED for row in rows):
            counts = Counter(row.state for row in rows)
            seen, absent = sum(counts[state] for state in SEEN), counts[PupilState.ABSENT]
            text = say("class_list.all_done", where=chosen, seen=seen, absent=absent)
            self.say(text, Severity.OK)

    def _fits(self, row: ListRow) -> bool:
        chosen = self._rail.shown.value()
        if chosen == TO_DO:
            return row.state not in CLOSED
        states = FILTERS[chosen][1] if chosen in FILTERS else None
        return states is None or row.state in states

    def _show_title(self, rows: list[ListRow]) -> None:
        counts = Counter(row.state for row in rows)
        parts = [
            show.counted(len(rows), "leerling", "leerlingen"),
            f"{sum(counts[state] for state in SEEN)} klaar",
            f"{counts[PupilState.PARTIAL]} deels",
            f"{counts[PupilState.ABSENT]} afwezig",
            f"nog {sum(n for state, n in counts.items() if state not in CLOSED)}",
        ]
        if self._view is not None and self._view.school:
            parts.insert(0, self._view.school)
        now = self.work.desk.clock.now()
        end = predicted_end(rows, self.work.station.post, now)
        if end is not None:
            parts.append(f"± {show.hour(end)}")
        self.top_line.set_title(self.title_back(), " · ".join(parts))

    def _name_cell(self, row: ListRow) -> TextCell:
        name = show.list_name(row.family_name, row.given_name)
        if self.work.station.discreet and self._model.key_at(self._list.current()) != row.pupil_id:
            name = show.initials(row.family_name, row.given_name)
        mark = StateCell("users", "naamgenoot", Role.ATTENTION) if row.has_namesake else None
        return TextCell(name, Weight.SEMIBOLD, mark=mark)

    def _parts_cell(self, row: ListRow) -> PartsCell:
        numbers = tuple(one.step.number for one in row.steps)
        own = next(
            (one.step.number for one in row.steps if one.step.name == self.work.station.post), None
        )
        still = frozenset(step.number for step in row.open_steps)
        return PartsCell(numbers, still, own)

    # --- acting ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down from the search field goes to the list; Enter there opens its current row."""
        if event.key() == Qt.Key.Key_Down and self._rail.search.hasFocus():
            self._list.setFocus(Qt.FocusReason.TabFocusReason)
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._rail.search.hasFocus():
            self._open(self._list.current())
            return
        super().keyPressEvent(event)

    def _show_primary(self) -> None:
        self.footer.set_primary("Open", "Enter")

    def _primary(self) -> None:
        self._open(self._list.current())

    def _open(self, position: int) -> None:
        if self._view is None or not 0 <= position < self._model.rowCount():
            return
        row = self._model.row(position)
        post = self.work.station.post
        self.go(
            Destination("pupil", self._view.visit_id, row.pupil_id, None if post == "all" else post)
        )

    def _to_grid(self) -> None:
        if self._view is not None:
            self.go(Destination("grid", self._view.visit_id))

    def _on_post(self) -> None:
        self.work.station.post = self._rail.post.value() or "all"
        self._filter()

    def _toggle_absent(self, position: int) -> None:
        row = self._model.row(position)
        absent = row.attendance is AttendanceState.ABSENT
        self._set((row,), AttendanceState.PRESENT if absent else AttendanceState.ABSENT)

    def mark_all_present(self) -> None:
        """Everybody of this class who was expected is here now."""
        rows = tuple(row for row in self._of_class() if row.attendance is AttendanceState.EXPECTED)
        self._set(rows, AttendanceState.PRESENT)

    def _mark_later(self) -> None:
        position = self._list.current()
        if 0 <= position < self._model.rowCount():
            self._set((self._model.row(position),), AttendanceState.LATER)

    def _step_row(self, by: int) -> None:
        position = self._list.current() + by
        if 0 <= position < self._model.rowCount():
            self._list.go_to(position)

    def ask_absence(self) -> None:
        """F8: why the pupil of the current row is not here."""
        position = self._list.current()
        if 0 <= position < self._model.rowCount():
            row = self._model.row(position)
            self._asked = row
            self.footer.set_primary("Afwezig noteren", actions.hint(Key.SAVE_AND_GO))
            self._absence.ask(show.list_name(row.family_name, row.given_name))

    def _on_absence(self, reason: AbsenceReason) -> None:
        self._show_primary()
        if self._asked is not None:
            self._set((self._asked,), AttendanceState.ABSENT, reason)
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_objection(self) -> None:
        self._show_primary()
        if self._asked is not None and self._view is not None:
            self.go(Destination("objection", self._view.visit_id, self._asked.pupil_id))

    def close_open(self) -> bool:
        """Esc closes the strip of F8, or the form of a new pupil."""
        is_open = bool(self._absence.isVisible() or self._room.currentIndex() == 1)
        self._absence.hide()
        self._close_new()
        if is_open:
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        return is_open

    def _on_primary(self) -> None:
        if self._absence.isVisible():
            self._absence.confirm()
        elif self._room.currentIndex() == 1:
            self._new.confirm()
        else:
            self._primary()

    def _set(
        self,
        rows: tuple[ListRow, ...],
        state: AttendanceState,
        reason: AbsenceReason | None = None,
    ) -> None:
        if self._view is None or not rows:
            return
        ids = tuple(row.pupil_id for row in rows)
        call = partial(set_attendance, self.work.desk, self._view.visit_id, ids, state, reason)
        self.ask(call, self._on_set, partial(self._on_refused, rows[0]))

    def _on_set(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)

    def _on_refused(self, row: ListRow, error: Refused | Environment) -> None:
        name = show.full_name(row.family_name, row.given_name)
        self.say(say(error.key, name=name, **error.values), Severity.ATTENTION)

    # --- a pupil who is not on the list ---

    def ask_new_pupil(self) -> None:
        """The form takes the room of the list until it is done."""
        if self._view is not None:
            self._absence.hide()
            self._room.setCurrentIndex(1)
            self.footer.set_primary("Leerling toevoegen", actions.hint(Key.SAVE_AND_GO))
            self._new.ask(self._view.visit_id, self._view.classes, self._rail.classes.value())

    def _close_new(self) -> None:
        self._room.setCurrentIndex(0)
        self._show_primary()

    def _on_added(self, sentence: str, outcome: Outcome[Saved]) -> None:
        self._close_new()
        self.messages.clear()
        self._wanted = outcome.value.revisions[-1].pupil_id
        self.work.bus.changed.emit(outcome.changes)
        self.say(sentence, Severity.OK)

    def _on_listed(self, pupil_id: str) -> None:
        self._close_new()
        self._go_to_pupil(pupil_id)

    def _go_to_pupil(self, pupil_id: str) -> None:
        if (position := self._model.position(pupil_id)) is not None:
            self._list.go_to(position)
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
