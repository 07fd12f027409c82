"""The left side of Afdrukken: documents by class, what is ticked, and a line opened pupil by pupil."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.services.visit_papers import VisitList
from clbdesk.wording import say
from ui import format as show
from ui.models.list_model import Column, ListModel
from ui.pages.print_lines import (
    TICKED_FIRST,
    PrintLine,
    letter_lines,
    list_lines,
    of_keys,
    pupil_lines,
    state_cell,
)
from ui.theme import Role, Weight
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.services.letter_states import LetterRow, LetterState
    from clbdesk.services.letters import LettersView
    from ui.pages.base import Work

_OF_NEEDLES = frozenset({VisitList.CARDS, VisitList.SIDE_EFFECTS})
_LETTERS, _LISTS, _ALL = "letters", "lists", "all"


class PrintList(QWidget):
    """`line_changed()`: another line, or the same one with other letters; `refused(str)`: why not."""

    line_changed = Signal()
    refused = Signal(str)

    def __init__(self, work: Work, *strips: QWidget) -> None:
        """`strips`: what stands between the filters and the list when there is something to ask."""
        super().__init__()
        self._work = work
        self._view: LettersView | None = None
        self._opened: PrintLine | None = None
        self._ticked: set[str] = set()
        self._known: dict[str, LetterState] = {}
        self._no_envelopes: set[str] = set()
        self._lists: set[str] = set()
        self._documents = ChoiceRow(
            "Documenten",
            (Choice(_LETTERS, "Brieven", "b"), Choice(_LISTS, "Lijsten", "l")),
            height=36,
        )
        self._documents.set_value(_LETTERS)
        self._documents.edited.connect(self._on_filter)
        self._classes = ChoiceRow("Klas", (), height=36)
        self._classes.edited.connect(self._on_filter)
        self._model: ListModel[PrintLine] = ListModel(self._columns(), lambda line: line.key)
        self._list = ListView("Af te drukken", self._model, row_height=32)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.marked.connect(self._toggle)
        self._list.opened.connect(self._open)
        self._list.current_changed.connect(lambda _at: self.line_changed.emit())
        self._none = Label(role=Role.SECONDARY, wrap=True)
        self._none.hide()
        self._place(strips)
        self.setFocusProxy(self._list)

    def _columns(self) -> tuple[Column[PrintLine], ...]:
        return (
            Column("Druk", 84, _tick_cell),
            Column("Document", 0, lambda line: TextCell(line.what, Weight.SEMIBOLD)),
            Column("Klas", 64, lambda line: TextCell(line.class_name, role=Role.SECONDARY)),
            Column(
                "Aantal", 72, lambda line: TextCell(show.whole(line.count), align_right=True), True
            ),
            Column("Toestand", 176, self._state_cell),
        )

    def _place(self, strips: Sequence[QWidget]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 0, 0)
        head.setSpacing(16)
        head.addWidget(self._documents)
        head.addWidget(self._classes)
        head.addStretch(1)
        column.addLayout(head)
        inset = QVBoxLayout()
        inset.setContentsMargins(16, 0, 0, 0)
        for strip in strips:
            inset.addWidget(strip)
        inset.addWidget(self._none)
        column.addLayout(inset)
        column.addWidget(self._list, 1)

    # --- what is shown ---

    def show_letters(self, view: LettersView) -> bool:
        """The letters of a visit; ticks stay, except where a letter stands otherwise than before.

        True for another visit than the one that was shown.
        """
        is_new = self._view is None or self._view.visit_id != view.visit_id
        self._view = view
        if is_new:
            self._opened = None
            self._known.clear()
            self._ticked.clear()
        for row in view.rows:
            if self._known.get(row.key) is not row.state:
                (self._ticked.add if row.state in TICKED_FIRST else self._ticked.discard)(row.key)
            self._known[row.key] = row.state
        all_of_them = [Choice(_ALL, "Alle")] if len(view.classes) != 1 else []
        self._classes.set_choices((*all_of_them, *(Choice(one, one) for one in view.classes)))
        self._classes.setVisible(len(view.classes) > 1)
        if is_new or self._classes.value() is None:
            mine = self._work.station.class_name
            first = mine if mine in view.classes else self._classes.choices()[0].value
            self._classes.set_value(first)
        self.show_again()
        return is_new

    def show_again(self) -> None:
        """The same letters, as after names were hidden."""
        self._show_lines(self._model.key_at(self._list.current()) or "")

    def show_none(self, words: str) -> None:
        """Why there is nothing."""
        self._none.setText(words)
        self._none.show()
        self._list.hide()

    def close_line(self) -> bool:
        """From single letters back to all lines; False when none was opened."""
        if self._opened is None:
            return False
        key, self._opened = self._opened.key, None
        self._show_lines(key)
        return True

    def _lines(self) -> tuple[PrintLine, ...]:
        if self._view is None:
            return ()
        if self._documents.value() == _LISTS:
            return list_lines(self._of_visit(), self._lists)
        if self._opened is not None:
            rows = of_keys(self._view.rows, {row.key for row in self._opened.letters})
            return pupil_lines(rows, self._ticked, discreet=self._work.station.discreet)
        return letter_lines(self.rows(), self._ticked, self._no_envelopes)

    def _show_lines(self, wanted: str) -> None:
        lines = self._lines()
        self._model.show_rows(lines)
        self._list.setVisible(bool(lines))
        self._none.setVisible(not lines)
        if lines:
            self._list.go_to(self._model.position(wanted) or 0)
        else:
            self.show_none(say("print.nothing"))
        self.line_changed.emit()

    def _on_filter(self) -> None:
        self._opened = None
        self._show_lines("")

    def _state_cell(self, line: PrintLine) -> StateCell:
        return state_cell(line, local_day(self._work.desk.clock.now()))

    # --- what is asked ---

    def rows(self) -> tuple[LetterRow, ...]:
        """The letters of the chosen class, in the order of the envelopes."""
        rows, chosen = self._view.rows if self._view else (), self._classes.value()
        return tuple(row for row in rows if chosen in {None, _ALL, row.class_name})

    def line(self) -> PrintLine | None:
        """The current line."""
        at = self._list.current()
        return self._model.row(at) if 0 <= at < self._model.rowCount() else None

    def opened(self) -> PrintLine | None:
        """The line whose letters stand one by one."""
        return self._opened

    def has_letters(self) -> bool:
        """Whether letters are shown, and not lists."""
        return self._documents.value() == _LETTERS

    def ticked(self) -> tuple[str, ...]:
        """The keys of the letters to print, in the order of the envelopes."""
        shown = self.rows() if self.has_letters() else ()
        return tuple(row.key for row in of_keys(shown, self._ticked))

    def ticked_lists(self) -> tuple[VisitList, ...]:
        """The lists to print."""
        shown = () if self.has_letters() else self._of_visit()
        return tuple(one for one in shown if one.value in self._lists)

    def _of_visit(self) -> tuple[VisitList, ...]:
        """Vaccination cards and side effects only where doses are."""
        medical = self._work.is_medical()
        return tuple(one for one in VisitList if medical or one not in _OF_NEEDLES)

    def envelopes(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The classes of these letters whose envelope list is wanted too."""
        rows = of_keys(self._view.rows if self._view else (), keys)
        classes = dict.fromkeys(row.class_name for row in rows)
        return tuple(one for one in classes if one not in self._no_envelopes)

    def why_not(self, line: PrintLine) -> str:
        """Why the letters of a line cannot be printed."""
        return say("print.not_yet", why=self._state_cell(line).word)

    # --- acts ---

    def toggle_current(self) -> None:
        """The same as Space."""
        self._toggle(self._list.current())

    def open_current(self) -> None:
        """The same as Enter."""
        self._open(self._list.current())

    def _toggle(self, position: int) -> None:
        if not 0 <= position < self._model.rowCount():
            return
        line = self._model.row(position)
        on = line.ticked is not True
        if line.list_of is not None:
            (self._lists.add if on else self._lists.discard)(line.list_of.value)
        elif line.envelopes:
            (self._no_envelopes.discard if on else self._no_envelopes.add)(line.class_name)
        elif line.may_print:
            keys = {row.key for row in line.letters}
            self._ticked = self._ticked | keys if on else self._ticked - keys
        else:
            self.refused.emit(self.why_not(line))
        self._show_lines(line.key)

    def _open(self, position: int) -> None:
        """Enter: the letters of a line one by one."""
        if self._opened is None and 0 <= position < self._model.rowCount():
            line = self._model.row(position)
            if line.letters:
                self._opened = line
                self._show_lines("")


def _tick_cell(line: PrintLine) -> StateCell | TextCell:
    if not line.may_print:
        return TextCell("nog niet", role=Role.SECONDARY)
    if line.ticked is None:
        return StateCell("circle-half", "deels", Role.ACCENT)
    if line.ticked:
        return StateCell("check", "aan", Role.ACCENT, Weight.SEMIBOLD)
    return TextCell("uit", role=Role.SECONDARY)
