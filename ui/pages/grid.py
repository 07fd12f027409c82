"""P32 Rooster: one test for a whole class; one row is open, of the others only their state."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.body import ExamState
from clbdesk.domain.visits import AttendanceState
from clbdesk.services.class_list import ClassListView, ListRow, open_class_list, set_attendance
from clbdesk.services.drafts import Draft, find_draft
from clbdesk.services.progress import StepState
from clbdesk.services.pupil import PupilView, open_pupil
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.models.list_model import Column, ListModel
from ui.pages import shown
from ui.pages.base import Destination, Page
from ui.pages.draft_keeper import DraftKeeper
from ui.pages.grid_buttons import RowButtons
from ui.pages.grid_forms import GrowthRow, HearingRow, RowForm, VisionRow
from ui.pages.grid_now import NowCard
from ui.pages.grid_rows import following, name_cell, rows_for, state_cell, state_of, summary
from ui.pages.recording import Recording
from ui.pages.scrolling import scrolling
from ui.widgets.list_view import ListView
from ui.widgets.not_done_strip import NotDoneAnswer, NotDoneStrip

if TYPE_CHECKING:
    from clbdesk.ids import PupilId
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved
    from ui.pages.base import Work
    from ui.widgets.cells import TextCell

_LIST_WIDTH = 376
_NUMBERS = {2: "growth", 3: "vision", 4: "hearing"}


class GridPage(Page):
    """The class at the left, the open row at the right."""

    name: ClassVar[str] = "grid"
    _room: QWidget | None = None  # the frame asks its filter before the page is built

    def __init__(self, work: Work) -> None:
        """The forms are made once and used for every pupil."""
        super().__init__(work)
        self._growth = GrowthRow()
        self._forms: dict[str, RowForm] = {
            "growth": self._growth,
            "vision": VisionRow(),
            "hearing": HearingRow(),
        }
        self._step = "growth"
        self._view: ClassListView | None = None
        self._pupil: PupilView | None = None
        self._done: set[PupilId] = set()
        self._wanted: PupilId | None = None
        self._is_typed = False  # whether something stands in the open row
        self._drafts = DraftKeeper(self)
        self._recording = Recording(self, self._drafts)
        self._model: ListModel[ListRow] = ListModel(
            (
                Column("Naam", 0, self._name_cell),
                Column("Toestand", 136, lambda row: state_cell(row, self._step)),
            ),
            lambda row: row.pupil_id,
        )
        self._list = ListView("Leerlingen", self._model)
        self._now = NowCard()
        self._strip = NotDoneStrip(shown.not_done_states())
        self._buttons = RowButtons(self.footer)
        self.fill_body(self._place())
        self._connect()

    def _place(self) -> QWidget:
        body = QWidget()
        sides = QHBoxLayout(body)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(0)
        self._list.setFixedWidth(theme.px(_LIST_WIDTH))
        sides.addWidget(self._list)
        column = QWidget()
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        for widget in (self._now, self._strip, self._recording.reasons, *self._forms.values()):
            rows.addWidget(widget)
        rows.addStretch(1)
        self._room = scrolling(column)
        self._room.installEventFilter(self)  # it would scroll with the arrows
        sides.addWidget(self._room, 1)
        return body

    def _connect(self) -> None:
        for form in self._forms.values():
            form.edited.connect(self._on_edited)
            form.rules_changed.connect(self._show_rules)
            form.words_changed.connect(self._show_words)
            form.notice.connect(self.say)
            form.go_to.connect(self.go)
        self._strip.answered.connect(self._on_not_done)
        self._recording.recorded.connect(self._on_recorded)
        self._recording.changed.connect(lambda _step: self._move(0))
        self._recording.words_changed.connect(self._show_words)
        self._list.opened.connect(self._open_row)
        self._list.clicked.connect(lambda index: self._open_row(index.row()))
        self._buttons.not_done.clicked.connect(self._ask_not_done)
        self._buttons.later.clicked.connect(self._end_of_queue)
        self._buttons.rest.clicked.connect(self._rest_in_order)
        self._buttons.correct.clicked.connect(self._recording.ask_correction)
        self._buttons.page.clicked.connect(self._open_page)
        self.footer.primary_pressed.connect(self._save_and_go)
        for key, call in (
            (Key.SAVE, partial(self._recording.save, "stay")),
            (Key.NOT_DONE, self._ask_not_done),
            (Key.REST_IN_ORDER, self._rest_in_order),
            (Key.CONFIRM_VALUE, self._confirm_value),
            (Key.CORRECT, self._recording.ask_correction),
            (Key.END_OF_QUEUE, self._end_of_queue),
            (Key.NEXT_PUPIL, partial(self._move, 1)),
            (Key.PREVIOUS_PUPIL, partial(self._move, -1)),
        ):
            actions.bind(self, key, call)

    @property
    def _form(self) -> RowForm:
        return self._forms[self._step]

    def _where(self) -> str:
        class_name = self.work.station.class_name
        return f"klas {class_name}" if class_name else "deze lijst"

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """The class of the list, at the asked pupil or the first who is still to be measured."""
        asked = to.step or self.work.station.post
        step = asked if asked in self._forms else "growth"
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if step != self._step or self._view is None or self._view.visit_id != visit_id:
            self._done = set()
        self._step, self._wanted, self._pupil = step, to.pupil_id, None
        for name, form in self._forms.items():
            form.setVisible(name == step)
        self._hide_strips()
        if visit_id is not None:
            failed = self._recording.hold(self.tell)
            self.ask(partial(open_class_list, self.work.desk, visit_id), self._on_list, failed)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A pupil of this visit changed: other states in the list."""
        if self._view is not None and self._view.visit_id in changes.visit_ids:
            self._look_again()

    def _look_again(self) -> None:
        if self._view is not None:
            self.ask(partial(open_class_list, self.work.desk, self._view.visit_id), self._show_list)

    def close_open(self) -> bool:
        """Esc closes the strip that asks a state or a reason."""
        is_open = self._strip.isVisible() or self._recording.reasons.isVisible()
        self._hide_strips()
        return is_open

    def place(self, to: Destination) -> Destination:
        """The row that is open."""
        pupil_id = self._pupil.on_visit.pupil_id if self._pupil else None
        visit_id = self._view.visit_id if self._view else to.visit_id
        return Destination(self.name, visit_id, pupil_id, self._step)

    def title_back(self) -> str:
        """The name of the page that comes back here."""
        return "Rooster"

    def go_to_step_number(self, number: int) -> None:
        """Alt+2, Alt+3, Alt+4: another test for the same class."""
        step = _NUMBERS.get(number)
        if step is not None and step != self._step and self._view is not None:
            self.leave()
            self.arrive(Destination(self.name, self._view.visit_id, None, step))

    def show_discreet(self) -> None:
        """F9: initials in the list, numbers only at the focus."""
        self._list.viewport().update()
        self._growth.be_discreet(self.work.station.discreet)

    # --- the list ---

    def _on_list(self, view: ClassListView) -> None:
        self._show_list(view)
        rows = self._model.rows()
        wanted = next((row for row in rows if row.pupil_id == self._wanted), None)
        first = wanted or following(rows, None, self._step, ())
        if first is not None:
            self._open(first.pupil_id)
        elif rows:
            self._open(rows[0].pupil_id)
        else:
            self._show_nobody()
            self.say(say("grid.empty", where=self._where()))

    def _show_list(self, view: ClassListView) -> None:
        self._view = view
        station = self.work.station
        self._model.show_rows(rows_for(view.rows, self._step, station.class_name, station.order))
        self._show_title()

    def _show_title(self) -> None:
        rows = self._model.rows()
        at = self._position()
        saved = sum(state_of(row, self._step) is StepState.DONE for row in rows)
        self.top_line.set_title(
            say("grid.title", part=self._form.part, where=self._where()),
            say("grid.place", at=at + 1, count=len(rows), saved=saved),
        )
        if at >= 0:
            self._list.go_to(at)

    def _position(self) -> int:
        if self._pupil is None:
            return -1
        found = self._model.position(self._pupil.on_visit.pupil_id)
        return -1 if found is None else found

    def _name_cell(self, row: ListRow) -> TextCell:
        is_open = self._pupil is not None and self._pupil.on_visit.pupil_id == row.pupil_id
        return name_cell(row, is_open=is_open, is_discreet=self.work.station.discreet)

    # --- one row ---

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Up and down go to another row; what was typed stays as a draft."""
        if watched is self._room and isinstance(event, QKeyEvent):
            pressed = event.type() is QEvent.Type.KeyPress and not event.modifiers()
            if pressed and event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
                self._move(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        return super().eventFilter(watched, event)

    def _move(self, by: int) -> None:
        self._open_row(self._position() + by)

    def _open_row(self, position: int) -> None:
        key = self._model.key_at(position)
        if key is not None:
            self._open(self._model.row(position).pupil_id)

    def _open(self, pupil_id: PupilId) -> None:
        assert self._view is not None
        if self._is_typed:
            self._drafts.keep()
            self._look_again()
        self._hide_strips()
        desk, visit_id, form = self.work.desk, self._view.visit_id, self._form

        def read() -> tuple[PupilView, Any, Draft | None]:
            pupil = open_pupil(desk, visit_id, pupil_id)
            on_visit = pupil.on_visit
            return pupil, form.opening(on_visit)(desk), find_draft(desk, on_visit.form(form.step))

        self.ask(read, partial(self._on_row, form), self._recording.hold(self.tell))

    def _on_row(
        self,
        form: RowForm,
        answer: tuple[PupilView, Any, Draft | None],
    ) -> None:
        if form is not self._form:
            return
        pupil, view, draft = answer
        self._pupil, self._is_typed = pupil, draft is not None
        self._drafts.watch(form, pupil.on_visit)
        form.show_view(view)
        saved = form.saved_state()
        form.set_editable(saved is None or draft is not None)
        is_correction = saved is not None and draft is not None
        self._recording.watch(form, pupil, is_correction=is_correction)
        if draft is not None:
            form.restore(json.loads(draft.content), draft.base)
        form.setVisible(True)
        self._now.show_pupil(pupil, local_day(self.work.desk.clock.now()))
        self._show_title()
        self._show_rules()
        self._show_words()
        first = form.first_field() if saved is None or draft is not None else None
        (first or self.footer.primary).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_nobody(self) -> None:
        self._pupil = None
        self._now.show_nobody()
        self._form.setVisible(False)
        self.rules.show_lines(())
        self._show_words()

    def _show_rules(self) -> None:
        if self._pupil is not None:
            self.rules.show_lines(tuple(self._form.rule_lines()))

    def _show_words(self) -> None:
        self._buttons.show_for(
            has_row=self._pupil is not None,
            is_saved=self._recording.is_saved(),
            rest=self._form.rest_words(),
        )

    # --- saving ---

    def _save_and_go(self) -> None:
        if self._strip.isVisible():
            self._strip.confirm()
        elif self._pupil is None or self._recording.is_saved():
            self.say(self._go_on())
        else:
            self._recording.save("go")

    def _on_recorded(self, then: str) -> None:
        if self._pupil is None:
            return
        self._done.add(self._pupil.on_visit.pupil_id)
        if then == "stay":
            self._form.tail = ""
            self._move(0)
        else:
            self._form.tail = self._go_on()

    def _go_on(self) -> str:
        """Open the next who is still to be measured; the words for who it is, or for the end."""
        rows = self._model.rows()
        here = self._pupil.on_visit.pupil_id if self._pupil else None
        row = following(rows, here, self._step, self._done)
        if row is not None:
            self._open(row.pupil_id)
            return say("grid.next", name=show.full_name(row.family_name, row.given_name))
        self._show_nobody()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        return summary(rows, self._step, self._done, self._where())

    # --- not done, rest, end of the queue, the page ---

    def _ask_not_done(self) -> None:
        if self._pupil is not None and self._buttons.not_done.isVisible():
            self._strip.ask(self._form.not_done_subject())

    def _on_not_done(self, answer: NotDoneAnswer) -> None:
        self._form.set_not_done(ExamState(answer.state), answer.text or answer.reason)
        self._recording.save("go")

    def _rest_in_order(self) -> None:
        if self._pupil is not None and self._form.may_rest() and not self._recording.is_saved():
            self._form.rest_in_order()

    def _on_edited(self) -> None:
        self._is_typed = True
        self._drafts.touched()

    def _confirm_value(self) -> None:
        self._form.confirm_value()

    def _end_of_queue(self) -> None:
        """What is half done is saved with the rest for later; else the pupil comes back today."""
        if self._pupil is None or self._view is None or self._recording.is_saved():
            return
        if self._is_typed and self._form.half_now():
            self._recording.save("go")
            return
        pupil_id = self._pupil.on_visit.pupil_id
        later, visit_id = AttendanceState.LATER, self._view.visit_id
        call = partial(set_attendance, self.work.desk, visit_id, (pupil_id,), later)
        self.ask(call, partial(self._on_queued, pupil_id))

    def _on_queued(self, pupil_id: PupilId, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self._done.add(pupil_id)
        self.say(self._go_on())
        self._done.discard(pupil_id)

    def _open_page(self) -> None:
        if self._pupil is not None:
            on_visit = self._pupil.on_visit
            self.go(Destination("pupil", on_visit.visit_id, on_visit.pupil_id, self._step))

    def _hide_strips(self) -> None:
        self._strip.hide()
        self._recording.reasons.hide()
