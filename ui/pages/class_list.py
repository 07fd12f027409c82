"""P03 Klaslijst: who is here, who is next, what is left. No clinical value stands on this page."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clbdesk.domain.names import normalise
from clbdesk.domain.visits import AttendanceState
from clbdesk.services.class_list import ClassListView, ListRow, open_class_list, set_attendance
from clbdesk.services.progress import PupilState
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination, Page, Work
from ui.pages.shown import PUPIL_STATES
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.cells import PartsCell, StateCell, TextCell
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from clbdesk.errors import Environment, Refused
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_RAIL = 264
_POSTS = (
    Choice("all", "Alles", "l"),
    Choice("growth", "Groei", "g"),
    Choice("vision", "Zicht", "z"),
    Choice("hearing", "Gehoor", "h"),
    Choice("vaccination", "Vaccinatie", "v"),
)
_TO_DO = "to_do"
_EVERYBODY = "everybody"
_FILTERS: dict[str, tuple[str, PupilState | None]] = {
    _TO_DO: ("Te doen", None),
    _EVERYBODY: ("Alle", None),
    "doctor": ("Wacht op arts", PupilState.WAITS_FOR_DOCTOR),
    "absent": ("Afwezig", PupilState.ABSENT),
    "draft": ("Concept", PupilState.DRAFT),
    "two": ("Twee versies", PupilState.TWO_VERSIONS),
}
_CLOSED = {PupilState.DONE, PupilState.ABSENT, PupilState.WAITS_FOR_DOCTOR}


class ClassListPage(Page):
    """The working list at the door."""

    name: ClassVar[str] = "class_list"
    first_filter: ClassVar[str] = _EVERYBODY
    row_height: ClassVar[int] = 23

    def __init__(self, work: Work) -> None:
        """Rail with search, post, filter and order; the list over the rest."""
        super().__init__(work)
        self._view: ClassListView | None = None
        self._model: ListModel[ListRow] = ListModel(self._columns(), lambda row: row.pupil_id)
        self._list = ListView("Leerlingen", self._model, row_height=self.row_height)
        self._find = QLineEdit()
        self._find.setAccessibleName("Zoek in de lijst")
        self._find.setPlaceholderText("Zoek in de lijst")
        self._find.setMinimumHeight(40)
        self._find.textChanged.connect(self._filter)
        self._find.installEventFilter(self)
        self._class = ChoiceRow("Klas", (), columns=3, height=32)
        self._post = ChoiceRow("Mijn post", _POSTS, columns=2, height=32)
        self._post.set_value(work.station.post)
        self._shown = ChoiceRow("Toon", (), columns=1, height=32)
        self._order = ChoiceRow(
            "Volgorde",
            (Choice("class", "Klas", "k"), Choice("queue", "Rij", "r")),
            columns=2,
            height=32,
        )
        self._order.set_value("class")
        for row in (self._class, self._shown, self._order):
            row.edited.connect(self._filter)
        self._post.edited.connect(self._on_post)
        self._list.opened.connect(self._open)
        self._list.marked.connect(self._toggle_absent)
        self.fill_body(self._place())
        self._all_present = Button("Hele klas aanwezig", actions.hint(Key.ALL_PRESENT))
        self._all_present.clicked.connect(self.mark_all_present)
        self._later = Button("Achteraan", actions.hint(Key.END_OF_QUEUE))
        self._later.clicked.connect(self._mark_later)
        self.footer.add_left(self._all_present, self._later)
        self.footer.set_primary("Open", "Enter")
        self.footer.primary_pressed.connect(self._primary)
        actions.bind(self, Key.ALL_PRESENT, self.mark_all_present)
        actions.bind(self, Key.END_OF_QUEUE, self._mark_later)
        actions.bind(self, Key.FILTER, lambda: self._find.setFocus())

    def _place(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        rail = QWidget()
        rail.setFixedWidth(theme.px(_RAIL))
        column = QVBoxLayout(rail)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(6)
        column.addWidget(self._find)
        self._class_label, self._post_label = _head("Klas"), _head("Mijn post")
        for head, control in (
            (self._class_label, self._class),
            (self._post_label, self._post),
            (_head("Toon"), self._shown),
            (_head("Volgorde"), self._order),
        ):
            column.addWidget(head)
            column.addWidget(control)
        column.addStretch(1)
        self._legend = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        column.addWidget(self._legend)
        row.addWidget(rail)
        row.addWidget(self._list, 1)
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
            Column("", 144, self._detail_cell),
        )

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The list of a visit; the current row stays where it was."""
        self.work.station.list_page = self.name
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if visit_id is not None:
            self.ask(partial(open_class_list, self.work.desk, visit_id), self._on_list)
        self._find.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: ChangeSet) -> None:
        """A pupil of this visit changed."""
        if self._view is not None and self._view.visit_id in changes.visit_ids:
            self.ask(partial(open_class_list, self.work.desk, self._view.visit_id), self._on_list)

    def title_back(self) -> str:
        """Klas 1B, or the list."""
        chosen = self._class.value()
        return f"Klas {chosen}" if chosen else "Klaslijst"

    def _on_list(self, view: ClassListView) -> None:
        is_new = self._view is None or self._view.visit_id != view.visit_id
        self._view = view
        self._class.set_choices(tuple(Choice(name, name) for name in view.classes))
        several = len(view.classes) > 1
        self._class.setVisible(several)
        self._class_label.setVisible(several)
        if is_new:
            self._class.set_value(view.classes[0] if view.classes else None)
            self._shown.set_choices(self._filters(()))
            self._shown.set_value(self.first_filter)
        steps = {one.step.number: one.step.label for row in view.rows for one in row.steps}
        self._legend.setText(
            "   ".join(f"{number} {word}" for number, word in sorted(steps.items()))
        )
        self._filter()
        if self._model.rowCount() and self._list.current() < 0:
            self._list.go_to(0)
        if not view.rows:
            self.say(say("class_list.empty"))

    # --- what is shown ---

    def _of_class(self) -> list[ListRow]:
        chosen = self._class.value()
        rows = self._view.rows if self._view else ()
        return [row for row in rows if chosen is None or row.class_name == chosen]

    def _filter(self) -> None:
        rows = self._of_class()
        self._shown.set_choices(self._filters(rows))
        wanted = normalise(self._find.text()).split()
        kept = [
            row
            for row in rows
            if self._fits(row) and all(word in _searched(row) for word in wanted)
        ]
        if self._order.value() == "queue":
            kept.sort(key=lambda row: (row.queued_at is not None, row.queued_at and row.queued_at))
        current = self._model.key_at(self._list.current())
        self._model.show_rows(kept)
        position = self._model.position(current) if current else None
        if kept:
            self._list.go_to(position if position is not None else 0)
        self.work.station.order = tuple(
            row.pupil_id for row in kept if row.state is not PupilState.ABSENT
        )
        self._show_title(rows)
        if not kept and self._find.text():
            self.say(say("class_list.none_found", where=self._class.value() or "deze lijst"))

    def _fits(self, row: ListRow) -> bool:
        chosen = self._shown.value()
        if chosen == _TO_DO:
            return row.state not in _CLOSED
        state = _FILTERS[chosen][1] if chosen in _FILTERS else None
        return state is None or row.state is state

    def _filters(self, rows: list[ListRow] | tuple[ListRow, ...]) -> tuple[Choice, ...]:
        counts = Counter(row.state for row in rows)
        made = []
        for name, (word, state) in _FILTERS.items():
            count = counts[state] if state else len(rows)
            if name == _TO_DO:
                count = sum(number for state, number in counts.items() if state not in _CLOSED)
            made.append(Choice(name, word, count=show.whole(count)))
        return tuple(made)

    def _show_title(self, rows: list[ListRow]) -> None:
        counts = Counter(row.state for row in rows)
        ready = counts[PupilState.DONE] + counts[PupilState.WAITS_FOR_DOCTOR]
        parts = [
            show.counted(len(rows), "leerling", "leerlingen"),
            f"{ready} klaar",
            f"{counts[PupilState.PARTIAL]} deels",
            f"{counts[PupilState.ABSENT]} afwezig",
            f"nog {sum(n for state, n in counts.items() if state not in _CLOSED)}",
        ]
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

    def _detail_cell(self, row: ListRow) -> TextCell:
        text = row.reason
        if row.state is PupilState.DONE and row.last_at is not None:
            text = show.hour(row.last_at)
        elif row.state in {PupilState.PARTIAL, PupilState.BUSY}:
            text = row.last_by
        elif row.state is PupilState.LATER and row.queued_at is not None:
            text = show.hour(row.queued_at)
        return TextCell(text, quiet=True, role=Role.SECONDARY)

    # --- acting ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down from the search field goes to the list; Enter there opens its current row."""
        if event.key() == Qt.Key.Key_Down and self._find.hasFocus():
            self._list.setFocus(Qt.FocusReason.TabFocusReason)
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._find.hasFocus():
            self._open(self._list.current())
            return
        super().keyPressEvent(event)

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

    def _on_post(self) -> None:
        self.work.station.post = self._post.value() or "all"
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

    def _set(self, rows: tuple[ListRow, ...], state: AttendanceState) -> None:
        if self._view is None or not rows:
            return
        ids = tuple(row.pupil_id for row in rows)
        call = partial(set_attendance, self.work.desk, self._view.visit_id, ids, state)
        self.ask(call, self._on_set, partial(self._on_refused, rows[0]))

    def _on_set(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)

    def _on_refused(self, row: ListRow, error: Refused | Environment) -> None:
        name = show.full_name(row.family_name, row.given_name)
        self.say(say(error.key, name=name, **error.values), Severity.ATTENTION)


def _head(text: str) -> Label:
    return Label(text, Size.QUIET, weight=Weight.SEMIBOLD, role=Role.SECONDARY)


def state_cell(row: ListRow) -> StateCell:
    """The state of a pupil; semibold where it asks something."""
    look = PUPIL_STATES[row.state]
    asks = look.role is Role.ATTENTION or row.state in {PupilState.BUSY, PupilState.DRAFT}
    return StateCell(look.icon, look.word, look.role, Weight.SEMIBOLD if asks else Weight.REGULAR)


def _searched(row: ListRow) -> str:
    born = row.birth_date
    return normalise(
        f"{row.family_name} {row.given_name} {row.class_name} {born.day}/{born.month} {born.year}"
    )
