"""Rows that can be added: the last one is for the next thing; an empty row is nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui import actions
from ui.actions import Key
from ui.widgets.button import Button, Kind
from ui.widgets.control import Control

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ui.widgets.text_edit import TextEdit

Entry = TypeVar("Entry")


class EntryRow(QWidget, Generic[Entry]):
    """One row: its controls in reading order, its value, and its fields of text.

    `open_asked()`: somebody goes into a row that is not the one worked on.
    """

    edited = Signal()
    open_asked = Signal()

    def entry(self) -> Entry:
        """What stands in it."""
        raise NotImplementedError

    def set_entry(self, entry: Entry) -> None:
        """Show a value, without telling anybody."""
        raise NotImplementedError

    def first(self) -> QWidget:
        """Where typing begins."""
        raise NotImplementedError

    def texts(self) -> tuple[TextEdit, ...]:
        """Fields in which a name may be typed."""
        return ()

    def controls(self) -> tuple[Any, ...]:
        """All its controls, in reading order."""
        own = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return tuple(one for one in own if isinstance(one, Control))

    def set_open(self, on: bool) -> None:
        """The row that is worked on may show more than the others."""

    def set_people(self, names: Sequence[str]) -> None:
        """Who can be chosen."""


class Rows(QWidget, Generic[Entry]):
    """Rows under each other with "Nog een". `edited()` by the user; `changed()`: rows came or went."""

    edited = Signal()
    changed = Signal()

    def __init__(self, make: Callable[[], EntryRow[Entry]], more: str = "Nog een") -> None:
        """One empty row to begin with."""
        super().__init__()
        self._make = make
        self._people: tuple[str, ...] = ()
        self._rows: list[EntryRow[Entry]] = []
        self._is_editable = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        column.addLayout(self._column)
        self.more = Button(more, actions.hint(Key.NEW), kind=Kind.QUIET, icon="plus", height=32)
        self.more.clicked.connect(lambda _on: self.add())
        column.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        self._append()

    def rows(self) -> tuple[EntryRow[Entry], ...]:
        """All rows, in order."""
        return tuple(self._rows)

    def entries(self) -> tuple[Entry, ...]:
        """What stands in all rows, the empty ones as well."""
        return tuple(row.entry() for row in self._rows)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, or one empty row."""
        while self._rows:
            row = self._rows.pop()
            row.hide()
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        for entry in entries:
            self._append().set_entry(entry)
        if not entries:
            self._append()
        self.open_row(self._rows[-1])
        self.changed.emit()

    def set_people(self, names: Sequence[str]) -> None:
        """Who can be chosen in every row."""
        self._people = tuple(names)
        for row in self._rows:
            row.set_people(self._people)

    def add(self) -> None:
        """Another row, and the focus in it."""
        row = self._append()
        self.open_row(row)
        self.changed.emit()
        row.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def open_row(self, chosen: EntryRow[Entry]) -> None:
        """The row that is worked on."""
        for row in self._rows:
            row.set_open(self._is_editable and row is chosen)

    def set_editable(self, on: bool) -> None:
        """One row is worked on, or all only tell."""
        self._is_editable = on
        self.more.setVisible(on)
        self.open_row(self._rows[-1])

    def _append(self) -> EntryRow[Entry]:
        row = self._make()
        row.set_people(self._people)
        row.edited.connect(self.edited)
        row.open_asked.connect(lambda: self.open_row(row))
        self._column.addWidget(row)
        self._rows.append(row)
        row.show()
        return row


def has_focus(part: QWidget) -> bool:
    """Whether somebody is at work somewhere in it."""
    focus = QApplication.focusWidget()
    return focus is not None and part.isAncestorOf(focus)
