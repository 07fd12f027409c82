"""P29 Dag afsluiten: what is accounted for, what is not, and leaving the school with it in writing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.domain.visits import AbsenceReason, AttendanceState
from clbdesk.services.class_list import set_attendance
from clbdesk.services.day_close import DayView, close_day, open_day
from clbdesk.wording import say, say_count
from ui import format as show
from ui.bus import Severity
from ui.pages.absence_strip import AbsenceStrip
from ui.pages.base import Destination, Page, Work
from ui.pages.day_names import NamesByClass
from ui.pages.readiness_rows import ReadinessRows
from ui.widgets.button import Button
from ui.widgets.card import Card

if TYPE_CHECKING:
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_ABOUT_THE_VISIT = {"class_list", "vaccination_close", "vaccination_list", "print"}


class DayClosePage(Page):
    """One line per thing; a cross stops, a triangle is named in the record."""

    name: ClassVar[str] = "day_close"

    def __init__(self, work: Work) -> None:
        """Empty until a visit is shown."""
        super().__init__(work)
        self._view: DayView | None = None
        self._lines = ReadinessRows()
        self._lines.followed.connect(self._follow)
        self._names = NamesByClass()
        self._absence = AbsenceStrip(may_object=False)
        self._absence.answered.connect(self._note_absent)
        card = Card("Nog na te kijken", main=True)
        card.body.addWidget(self._lines)
        card.body.addWidget(self._names)
        self.body.addWidget(self._absence)
        self.body.addWidget(card)
        self.body.addStretch(1)
        self._rest = Button("Rest afwezig noteren…")
        self._rest.clicked.connect(self._ask_absence)
        self.footer.add_left(self._rest)
        self.footer.set_primary("Bezoek afsluiten")
        self.footer.primary_pressed.connect(self._on_primary)
        self.top_line.set_title("Dag afsluiten")

    def arrive(self, to: Destination) -> None:
        """The day of a visit."""
        if to.visit_id is not None:
            self.ask(partial(open_day, self.work.desk, to.visit_id), self._on_arrived)

    def refresh(self, changes: ChangeSet) -> None:
        """Something of this visit was recorded."""
        if self._view is not None and self._view.visit_id in changes.visit_ids:
            self.ask(partial(open_day, self.work.desk, self._view.visit_id), self._on_view)

    def close_open(self) -> bool:
        """Esc closes the strip of absence."""
        is_open = self._absence.isVisible()
        self._absence.hide()
        self._show_primary()
        return is_open

    def title_back(self) -> str:
        """Dag afsluiten."""
        return "Dag afsluiten"

    def _on_arrived(self, view: DayView) -> None:
        self._on_view(view)
        if view.is_closed:
            self.say(say("day.is_closed"))

    def _on_view(self, view: DayView) -> None:
        self._view = view
        self.top_line.set_title("Dag afsluiten", f"{view.school} · {show.weekday(view.visit.on)}")
        self._lines.show_lines(view.lines)
        without = view.without_outcome
        self._names.show_rows(without)
        self._rest.setVisible(bool(without))
        self._absence.hide()
        self._show_primary()
        self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_primary(self) -> None:
        closed = self._view is not None and self._view.is_closed
        self.footer.set_primary("Bezoek afsluiten", enabled=not closed)

    def _follow(self, page: str) -> None:
        visit_id = self._view.visit_id if self._view and page in _ABOUT_THE_VISIT else None
        self.go(Destination(page, visit_id))

    def _ask_absence(self) -> None:
        if self._view is not None:
            count = len(self._view.without_outcome)
            self.footer.set_primary("Afwezig noteren")
            self._absence.ask(show.counted(count, "leerling", "leerlingen"))

    def _note_absent(self, reason: AbsenceReason) -> None:
        view = self._view
        if view is None:
            return
        ids = tuple(row.pupil_id for row in view.without_outcome)
        call = partial(
            set_attendance, self.work.desk, view.visit_id, ids, AttendanceState.ABSENT, reason
        )
        self.ask(call, partial(self._on_absent, len(ids)))

    def _on_absent(self, count: int, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.say(say_count("day.absent_saved", count), Severity.OK)

    def _on_primary(self) -> None:
        if self._absence.isVisible():
            self._absence.confirm()
            return
        if self._view is not None:
            self.ask(partial(close_day, self.work.desk, self._view), self._on_closed)

    def _on_closed(self, outcome: Outcome[Saved]) -> None:
        assert self._view is not None
        view, (revision,) = self._view, outcome.value.revisions
        self.work.bus.changed.emit(outcome.changes)
        hour = show.hour(revision.recorded_at)
        said = say_count("day.closed", view.waiting + 1, school=view.school, hour=hour)
        self.say(said, Severity.OK)
