"""P17 Dossier: the history of one pupil; read, correct where it was made, withdraw with a reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from clbdesk.clock import local_day
from clbdesk.services.history import HistoryView, open_history, open_record, view_history
from clbdesk.services.history_rows import HistoryRow, RowState
from clbdesk.services.history_tests import open_tests
from clbdesk.services.move import may_move, move_record, others_on
from clbdesk.services.records import Saved, withdraw
from clbdesk.services.shielding import open_shielding, shield
from clbdesk.services.vaccination_card_paper import print_card
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.models.list_model import ListModel
from ui.pages import shown
from ui.pages.base import Destination, Page, Work
from ui.pages.growth_print import to_paper
from ui.pages.history_card import VaccinationCardView
from ui.pages.history_cells import CARD, GROWTH, TESTS, TIMELINE, columns, newest_of, views
from ui.pages.history_filter import TimelineFilter
from ui.pages.history_growth import GrowthHistory
from ui.pages.history_layout import beside_each_other, under_each_other
from ui.pages.history_record import RecordColumn
from ui.pages.history_strips import MoveStrip, ShieldStrip
from ui.pages.history_tests import TestsHistory
from ui.pages.print_dialog import ask_printer
from ui.pages.reason_strip import ReasonStrip
from ui.pages.scrolling import scrolling
from ui.theme import Role
from ui.widgets.button import Button
from ui.widgets.card import NARROW
from ui.widgets.choice_row import ChoiceRow
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from clbdesk.domain.shielding import Flag
    from clbdesk.ids import RecordId, StaffId
    from clbdesk.reports.paper import Printed
    from clbdesk.services.desk import Desk
    from clbdesk.services.history_record import RecordText
    from clbdesk.services.move import OtherPupil
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.shielding import ShieldingView

_RIGHT, _RIGHT_NARROW = 446, 340


class HistoryPage(Page):
    """Timeline, growth, vaccination card and tests of one pupil."""

    name: ClassVar[str] = "history"

    def __init__(self, work: Work) -> None:
        """Views and filters above, the list at the left, the opened record at the right."""
        super().__init__(work)
        self._view: HistoryView | None = None
        self._text: RecordText | None = None
        self._model: ListModel[HistoryRow] = ListModel(columns(), lambda row: row.record_id)
        self._list = ListView("Tijdlijn", self._model, row_height=44)
        self._list.opened.connect(self._open)
        self._list.clicked.connect(lambda index: self._open(index.row()))
        self._views = ChoiceRow("Weergave", views(is_medical=work.is_medical()), height=36)
        self._views.set_value(TIMELINE)
        self._views.edited.connect(self._show_chosen_view)
        self._filter = TimelineFilter()
        self._filter.changed.connect(self._show_rows)
        self._note = Button("Interventie…", actions.hint(Key.NEW), height=36)
        self._note.clicked.connect(lambda _on: self._to("intervention"))
        self._none = Label(role=Role.SECONDARY, wrap=True)
        self._record = RecordColumn()
        self._growth = GrowthHistory()
        self._growth.reference_chosen.connect(self._plot_on)
        self._growth.print_asked.connect(self.go)
        self._card = VaccinationCardView(*self._card_buttons())
        self._tests = TestsHistory()
        self._reasons = ReasonStrip()
        self._reasons.hide()
        self._reasons.chosen.connect(self._withdraw)
        self._shield = ShieldStrip()
        self._shield.chosen.connect(self._on_flags)
        self._move = MoveStrip()
        self._move.chosen.connect(self._on_other)
        for strip in (self._shield, self._move):
            strip.hide()
        self._shown = QStackedWidget()
        self._shield.opened.connect(self._shown.setHidden)
        self.fill_body(self._place())
        self._correct = Button("Verbeteren", actions.hint(Key.CORRECT))
        self._correct.clicked.connect(self.correct)
        self._take_back = Button("Intrekken…")
        self._take_back.clicked.connect(lambda: self._reasons.ask("withdraw"))
        self._tell = self._way("Mededeling aan school…", "school_message")
        self._access = self._way("Inzage voorbereiden…", "access_request")
        self.footer.add_left(self._tell, self._access)
        self._hide = Button("Afschermen…")
        self._hide.clicked.connect(lambda _on: self.ask_flags())
        self._elsewhere = Button("Verplaatsen…", actions.hint(Key.MOVE))
        self._elsewhere.clicked.connect(lambda _on: self.ask_other())
        self.footer.add_right(self._elsewhere, self._hide, self._correct, self._take_back)
        self.banner.show()
        for key, call in (
            (Key.CORRECT, self.correct),
            (Key.MOVE, self.ask_other),
            (Key.FILTER, self._filter.setFocus),
            (Key.NEW, self._new),
            (Key.CHARTS, self._to_paper),
        ):
            actions.bind(self, key, call)

    def _way(self, words: str, page: str) -> Button:
        button = Button(words)
        button.clicked.connect(lambda _on: self._to(page))
        return button

    def _card_buttons(self) -> tuple[Button, ...]:
        add = Button("Eerdere prikken…", actions.hint(Key.NEW), height=36)
        add.clicked.connect(lambda _on: self._to("earlier_doses"))
        on_paper = Button("Kaart afdrukken…", height=36)
        on_paper.clicked.connect(lambda _on: self._print_card())
        return add, on_paper

    def _place(self) -> QWidget:
        timeline = beside_each_other(self._list, self._record)
        for widget in (timeline, *map(scrolling, (self._growth, self._card, self._tests))):
            self._shown.addWidget(widget)
        self._none.setContentsMargins(0, 8, 0, 8)
        strips = (self._reasons, self._shield, self._move, self._none)
        head = (self._views, self._note)
        return under_each_other(head, self._filter, self._filter.group, strips, self._shown)

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The dossier of a pupil; the newest record of the step that one came from is opened."""
        if to.visit_id is None or to.pupil_id is None:
            return
        here = self._view.pupil.on_visit if self._view else None
        again = here is not None and here.pupil_id == to.pupil_id
        call = partial(
            view_history if again else open_history, self.work.desk, to.visit_id, to.pupil_id
        )
        closed = partial(self.go_to_closed, to.pupil_id)
        self.ask(call, partial(self._on_view, again, to.step), closed)
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: ChangeSet) -> None:
        """Something of this pupil was saved or withdrawn."""
        if self._view is None or self._view.pupil.on_visit.pupil_id not in changes.pupil_ids:
            return
        at = self._view.pupil.on_visit
        call = partial(view_history, self.work.desk, at.visit_id, at.pupil_id)
        self.ask(call, partial(self._on_view, True, None))

    def title_back(self) -> str:
        """Dossier."""
        return "Dossier"

    def close_open(self) -> bool:
        """Esc closes the strip that asks something."""
        strips = (self._reasons, self._shield, self._move)
        is_open = any(one.isVisible() for one in strips)
        for one in strips:
            one.hide()
        return is_open

    def _on_view(self, again: bool, step: str | None, view: HistoryView) -> None:
        self._view = view
        self.banner.show_pupil(shown.banner(view.pupil, local_day(self.work.desk.clock.now())))
        counted = show.counted(len(view.rows), "onderdeel", "onderdelen")
        self.top_line.set_title("Dossier", f"{counted} op deze laptop")
        if not again:
            self._views.set_value(TIMELINE)
            self._filter.show_everything()
            self._text = None
            self._record.clear()
        self._filter.offer(view.rows)
        self._show_rows()
        self._show_chosen_view()
        if again and self._text is not None:
            self._open_record(self._text.record_id)
        elif view.rows:
            self._list.go_to(newest_of(self._model.rows(), step))
            self._open(self._list.current())

    # --- what is shown ---

    def _show_rows(self) -> None:
        rows = self._view.rows if self._view else ()
        kept = self._filter.kept(rows)
        current = self._model.key_at(self._list.current())
        self._model.show_rows(kept)
        position = self._model.position(current) if current else None
        if kept:
            self._list.go_to(position or 0)
        empty = say("history.empty" if not rows else "history.empty_filter")
        self._none.setText("" if kept else empty)
        self._none.setVisible(not kept)
        self._show_acts()

    def _show_chosen_view(self) -> None:
        chosen = self._views.value() or TIMELINE
        self._filter.setVisible(chosen == TIMELINE)
        self._note.setVisible(chosen == TIMELINE)
        self._none.setVisible(chosen == TIMELINE and not self._model.rowCount())
        self._shown.setCurrentIndex((TIMELINE, GROWTH, CARD, TESTS).index(chosen))
        view = self._view
        if view is None:
            return
        if chosen == GROWTH:
            self.ask(
                partial(GrowthHistory.reading, self.work.desk, view.pupil.on_visit),
                self._growth.show_pupil,
            )
        elif chosen == CARD and view.card is not None:
            self._card.show_card(view.card)
        elif chosen == TESTS:
            pupil_id = view.pupil.on_visit.pupil_id
            self.ask(partial(open_tests, self.work.desk, pupil_id), self._tests.show_tests)
        self._show_acts()

    def _show_acts(self) -> None:
        text = self._text if self._views.value() == TIMELINE else None
        self._correct.setVisible(text is not None and text.row.state is not RowState.NEWER)
        self._take_back.setVisible(text is not None and text.may_withdraw)
        self._hide.setVisible(text is not None and text.of_pupil)
        movable = text is not None and text.may_withdraw and text.in_hand
        self._elsewhere.setVisible(movable and may_move(text.row.kind) if text else False)

    # --- one record ---

    def _open(self, position: int) -> None:
        if 0 <= position < self._model.rowCount():
            self._open_record(self._model.row(position).record_id)

    def _open_record(self, record_id: RecordId) -> None:
        if self._view is not None:
            pupil_id = self._view.pupil.on_visit.pupil_id
            self.ask(partial(open_record, self.work.desk, pupil_id, record_id), self._on_record)

    def _on_record(self, text: RecordText) -> None:
        again = self._text is not None and self._text.record_id == text.record_id
        self._text = text
        self.close_open()
        self._record.show_record(text)
        self._show_acts()
        if text.row.state is RowState.TWO_VERSIONS:
            act = Act("Vergelijken", lambda: self.go(Destination("conflicts")))
            self.say(say("history.two_versions"), Severity.ATTENTION, act)
        elif not again:  # after a saving the sentence about it stays
            self.messages.clear()

    def correct(self) -> None:
        """F2: to the step where it was made, when that visit is in hand."""
        text, view = self._text, self._view
        if text is None or view is None or not self._correct.isVisible():
            return
        if text.step is None or text.visit_id is None:
            self.say(say("history.correct_elsewhere"), Severity.ATTENTION)
            return
        pupil_id = view.pupil.on_visit.pupil_id
        self.go(Destination("pupil", text.visit_id, pupil_id, text.step))

    def _withdraw(self, _purpose: str, reason: str) -> None:
        self._reasons.hide()
        text = self._text
        if text is not None:
            call = partial(withdraw, self.work.desk, (text.record_id,), reason)
            self.ask(call, partial(self._on_withdrawn, text))

    def _on_withdrawn(self, text: RecordText, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        sentence = say("history.withdrawn", part=text.row.word, day=show.day(text.row.on))
        self.work.bus.say(sentence, Severity.OK)
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- shielding and moving ---

    def ask_flags(self) -> None:
        """Afschermen…: the flags of the record that is open."""
        text, view = self._text, self._view
        if text is not None and view is not None:
            pupil_id = view.pupil.on_visit.pupil_id
            call = partial(open_shielding, self.work.desk, pupil_id, text.record_id)
            self.ask(call, self._shield.ask)

    def _on_flags(
        self,
        view: ShieldingView,
        flags: tuple[Flag, ...],
        reason: str,
        person: RecordId | None,
        colleague: StaffId | None,
    ) -> None:
        call = partial(
            shield,
            self.work.desk,
            view.item_id,
            flags,
            reason,
            person_id=person,
            blocked_staff=colleague,
        )
        self.ask(
            call, partial(self._on_kept, say("access.shielded" if flags else "access.unshielded"))
        )

    def ask_other(self) -> None:
        """Ctrl+Shift+M: to whom this test belongs."""
        if self._view is not None and self._elsewhere.isVisible():
            at = self._view.pupil.on_visit
            kind = self._text.row.kind if self._text else ""
            self.ask(
                partial(others_on, self.work.desk, at.visit_id, at.pupil_id),
                partial(self._move.ask, about=kind),
            )

    def _on_other(self, other: OtherPupil) -> None:
        text, view = self._text, self._view
        if text is None or view is None:
            return
        pupil = view.pupil.on_visit.pupil
        old = show.full_name(pupil.family_name, pupil.given_name)
        new = show.full_name(other.family_name, other.given_name)
        call = partial(move_record, self.work.desk, text.record_id, other.pupil_id)
        key = "access.moved_dose" if text.row.kind == "dose" else "access.moved"
        self.ask(call, partial(self._on_kept, say(key, old=old, new=new)))

    def _on_kept(self, sentence: str, outcome: Outcome[Saved]) -> None:
        self.close_open()
        self.work.bus.changed.emit(outcome.changes)
        self.work.bus.say(sentence, Severity.OK)

    def _plot_on(self, choose: Callable[[Desk], Outcome[Saved]]) -> None:
        """A doctor plots this pupil on other charts."""
        kept = partial(self._on_kept, say("growth.reference_kept"))
        self.ask(partial(choose, self.work.desk), kept)

    def _to_paper(self) -> None:
        """The growth charts, for who holds medical data."""
        if self._view is not None and self.work.is_medical():
            self.go(to_paper(self._view.pupil.on_visit))

    def _print_card(self) -> None:
        if self._view is not None:
            pupil_id = self._view.pupil.on_visit.pupil_id
            call = partial(print_card, self.work.desk, pupil_id)
            self.ask(call, self._on_card_paper)

    def _on_card_paper(self, printed: Printed) -> None:
        key = ask_printer(self, printed.pdf)
        if key:
            sent = key.endswith("printed")
            self.say(say("card.sent" if sent else key), Severity.OK if sent else Severity.ERROR)

    def _new(self) -> None:
        """Ctrl+N: an intervention; on the card doses from a booklet."""
        self._to("earlier_doses" if self._views.value() == CARD else "intervention")

    def _to(self, page: str) -> None:
        if self._view is not None:
            at = self._view.pupil.on_visit
            self.go(Destination(page, at.visit_id, at.pupil_id))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The right column gives up air on a narrow window."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(NARROW)
        self._record.setFixedWidth(theme.px(_RIGHT_NARROW if narrow else _RIGHT))
