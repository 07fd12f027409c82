"""A table of plain rows for Qt: columns say what is shown of a row.

The model holds no truth: a page hands it frozen rows, and it tells the view what changed. A cell
is a text, or a value with `words()` that the view knows how to draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
Row = TypeVar("Row")


class Cell(Protocol):
    """A value that is drawn by the view and can be read aloud."""

    def words(self) -> str:
        """What display and assistive technology read."""
        ...


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make a slotted `Column[Row](…)`
class Column(Generic[Row]):
    """One column: its head, its width in px (0 takes the rest), and the cell of a row."""

    head: str
    width: int
    cell: Callable[[Row], Cell | str]
    align_right: bool = False


class ListModel(QAbstractTableModel, Generic[Row]):
    """Rows of any frozen type, found again by a key, so that the current row survives an update."""

    def __init__(self, columns: Sequence[Column[Row]], key: Callable[[Row], str]) -> None:
        """`key` names a row for good, as a record id."""
        super().__init__()
        self._columns = tuple(columns)
        self._key = key
        self._rows: tuple[Row, ...] = ()

    def rows(self) -> tuple[Row, ...]:
        """What is shown, in order."""
        return self._rows

    def row(self, position: int) -> Row:
        """One row by position; IndexError when there is none."""
        return self._rows[position]

    def position(self, key: str) -> int | None:
        """Where a row stands now."""
        keys = [self._key(row) for row in self._rows]
        return keys.index(key) if key in keys else None

    def key_at(self, position: int) -> str | None:
        """The key of the row at a position, if there is one."""
        return self._key(self._rows[position]) if 0 <= position < len(self._rows) else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the same keys in the same order only redraw what differs."""
        new = tuple(rows)
        if [self._key(row) for row in new] != [self._key(row) for row in self._rows]:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        old, self._rows = self._rows, new
        last = len(self._columns) - 1
        for position, (before, after) in enumerate(zip(old, new, strict=True)):
            if before != after:
                self.dataChanged.emit(self.index(position, 0), self.index(position, last))

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        """Rows of the table; a row has none below it."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        """Columns of the table."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words for display and assistive technology, the cell itself as UserRole."""
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(align_right=column.align_right)
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.UserRole}:
            return None
        cell = column.cell(self._rows[index.row()])
        if role == Qt.ItemDataRole.UserRole:
            return cell
        return cell if isinstance(cell, str) else cell.words()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads, widths (as size hint) and sides of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        answers = {
            Qt.ItemDataRole.DisplayRole: column.head,
            Qt.ItemDataRole.SizeHintRole: QSize(column.width, 0),
            Qt.ItemDataRole.TextAlignmentRole: _side(align_right=column.align_right),
        }
        return answers.get(Qt.ItemDataRole(role))


def _side(*, align_right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if align_right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
