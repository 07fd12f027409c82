"""Afspraken van vorige keer: one letter per agreement says what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.care import AgreementStatus
from clbdesk.services.care_entry import Mark
from clbdesk.wording import label, say
from ui import format as show
from ui.models.list_model import Column, ListModel
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.label import Label
from ui.widgets.list_view import ListView
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from PySide6.QtGui import QKeyEvent

    from clbdesk.services.care_meeting import EarlierAgreement

# Words of pages.md §4 with the letters of the list.
LOOKS = {
    AgreementStatus.OPEN: ("circle", Role.ACCENT),
    AgreementStatus.BUSY: ("player-play", Role.ACCENT),
    AgreementStatus.DONE: ("check", Role.OK),
    AgreementStatus.NOT_DONE: ("x", Role.ATTENTION),
    AgreementStatus.LAPSED: ("minus", Role.SECONDARY),
}
_LETTERS = {
    "o": AgreementStatus.OPEN,
    "b": AgreementStatus.BUSY,
    "g": AgreementStatus.DONE,
    "n": AgreementStatus.NOT_DONE,
    "v": AgreementStatus.LAPSED,
}


@dataclass(frozen=True, slots=True)
class _Row:
    earlier: EarlierAgreement
    mark: Mark


class AgreementList(ListView):
    """Letters give the current agreement its state; `marked_as(row, state)`."""

    marked_as = Signal(int, object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """G B N V O; all else as in every list."""
        state = _LETTERS.get(event.text().casefold())
        if state is not None and not event.modifiers() and self.current() >= 0:
            self.marked_as.emit(self.current(), state)
            return
        super().keyPressEvent(event)


class AgreementsCard(Card):
    """What was agreed before. `edited()` by the user."""

    edited = Signal()

    def __init__(self, today: Callable[[], date]) -> None:
        """`today`: for dates that are typed as a step."""
        super().__init__(say("care.earlier_title"), spacing=4)
        self._agreements: tuple[EarlierAgreement, ...] = ()
        self._marks: dict[str, Mark] = {}
        self._is_editable = True
        self._model: ListModel[_Row] = ListModel(_columns(), lambda row: row.earlier.record_id)
        self.list = AgreementList("Afspraken van vorige keer", self._model, row_height=29)
        self.list.marked_as.connect(self._on_marked)
        self.list.opened.connect(lambda _row: self._open_details())
        self.list.current_changed.connect(lambda _row: self._show_details())
        self._count = Label("", Size.QUIET, role=Role.SECONDARY)
        self.add_to_head(self._count)
        self._legend = Label(
            "G gedaan · B bezig · N niet gedaan · V vervallen · Enter nota en datum",
            Size.QUIET,
            role=Role.SECONDARY,
        )
        self._none = Label(say("care.earlier_empty"), role=Role.SECONDARY, wrap=True)
        self._state = ChoiceRow(
            "Toestand",
            [Choice(one.value, label(one), letter) for letter, one in _LETTERS.items()],
            padding=10,
        )
        self._note = TextEdit("Nota", limit=200, placeholder="nota")
        self._by = DateEdit("Nieuwe datum", today, lean=Lean.FUTURE)
        self._by.line.setPlaceholderText("nieuwe datum")
        self.details = QWidget()
        self.details.setProperty("whole", True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._note, 1)
        row.addWidget(self._by, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self.details)
        column.setContentsMargins(0, 8, 0, 4)
        column.setSpacing(8)
        column.addWidget(self._state)
        column.addLayout(row)
        self.details.hide()
        for part in (self._none, self.list, self._legend, self.details):
            self.body.addWidget(part)
        for control in (self._state, self._note, self._by):
            control.edited.connect(self._on_details)

    def show_agreements(
        self, agreements: Sequence[EarlierAgreement], marks: Mapping[str, Mark]
    ) -> None:
        """The agreements, with what was typed about them."""
        day = max((one.on for one in agreements), default=None)
        self.set_title(say("care.earlier_title"), f"({show.short_day(day)})" if day else "")
        self._agreements = tuple(agreements)
        self._marks = dict(marks)
        self._draw()
        if self._agreements and self.list.current() < 0:
            self.list.go_to(0)
        self._show_details()

    def marks(self) -> dict[str, Mark]:
        """What became of which agreement, as far as it was said here."""
        return dict(self._marks)

    def set_editable(self, on: bool) -> None:
        """Letters count, or not."""
        self._is_editable = on
        self._legend.setVisible(on and bool(self._agreements))
        if not on:
            self.details.hide()

    def close_details(self) -> bool:
        """Esc: the remark and date of one agreement; False when they were not open."""
        was_open = self.details.isVisible()
        self.details.hide()
        if was_open:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        return was_open

    def problem(self) -> tuple[str, QWidget] | None:
        """A date that cannot be read, or a remark that is too long."""
        for field in (self._by, self._note):
            if field.problem():
                return field.problem(), field
        return None

    def _draw(self) -> None:
        current = self.list.current()
        rows = [_Row(one, self._mark_of(one)) for one in self._agreements]
        self._model.show_rows(rows)
        if rows:
            self.list.go_to(min(len(rows) - 1, max(0, current)))
        still = sum(row.mark.status in {AgreementStatus.OPEN, AgreementStatus.BUSY} for row in rows)
        self._count.setText(f"{still} open" if rows else "")
        self.list.setFixedHeight(self.list.height_of_all() + 2)
        self.list.setVisible(bool(rows))
        self._none.setVisible(not rows)
        self._legend.setVisible(self._is_editable and bool(rows))

    def _mark_of(self, one: EarlierAgreement) -> Mark:
        standing = Mark(status=one.body.status, note=one.body.note)
        return self._marks.get(one.record_id, standing)

    def _current(self) -> EarlierAgreement | None:
        row = self.list.current()
        return self._agreements[row] if 0 <= row < len(self._agreements) else None

    def _on_marked(self, row: int, status: AgreementStatus) -> None:
        if not self._is_editable:
            return
        one = self._agreements[row]
        mark = self._mark_of(one)
        self._marks[one.record_id] = Mark(
            status=status, note=mark.note, by=mark.by, by_text=mark.by_text
        )
        self._draw()
        self._show_details()
        self.edited.emit()

    def _open_details(self) -> None:
        if self._is_editable and self._current() is not None:
            self._show_details()
            self.details.show()
            self._note.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_details(self) -> None:
        one = self._current()
        if one is None:
            self.details.hide()
            return
        mark = self._mark_of(one)
        self._state.set_value(mark.status.value)
        self._note.set_value(mark.note)
        self._by.line.setText(mark.by_text)

    def _on_details(self) -> None:
        one, status = self._current(), self._state.value_as(AgreementStatus)
        if one is None:
            return
        self._marks[one.record_id] = Mark(
            status=status or AgreementStatus.OPEN,
            note=self._note.value(),
            by=self._by.day(),
            by_text=self._by.line.text(),
        )
        self._draw()
        self.edited.emit()


def _columns() -> tuple[Column[_Row], ...]:
    return (
        Column("Wat", 0, lambda row: TextCell(row.earlier.body.what, Weight.SEMIBOLD)),
        Column("Wie", 120, lambda row: TextCell(row.earlier.body.who, role=Role.SECONDARY)),
        Column("Tegen", 76, _by_cell),
        Column("Toestand", 128, lambda row: state_cell(row.mark.status)),
    )


def _by_cell(row: _Row) -> TextCell:
    by = row.mark.by or row.earlier.body.by
    return TextCell(show.short_day(by) if by else "", role=Role.SECONDARY)


def state_cell(status: AgreementStatus) -> StateCell:
    """Icon and word of what became of an agreement."""
    icon, role = LOOKS[status]
    return StateCell(icon, label(status), role, Weight.SEMIBOLD)
