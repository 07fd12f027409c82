"""Lists: rows of 23, 32 or 44 px with a bar at the current one, keys that hands expect.

Enter opens, Space marks, letters jump; the current row stays visible when the focus is elsewhere.
The model gives cells as values (`ui.widgets.cells`) under UserRole and widths as size hints.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QTableView,
    QToolTip,
    QWidget,
)

from ui import icons, theme
from ui.theme import Role, Size, Weight
from ui.widgets import paint
from ui.widgets.cells import PartsCell, StateCell, TextCell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QAbstractItemModel, QModelIndex
    from PySide6.QtGui import QHelpEvent, QKeyEvent, QPaintEvent, QResizeEvent
    from PySide6.QtWidgets import QStyleOptionViewItem

_MARGIN = 16
_GAP = 12
_PARTS_PITCH, _NARROW_PITCH = 30, 18
_BAR = 4
_SHORTEST = 180  # px that a column of words keeps, however narrow the window


class ListView(QTableView):
    """A list without grid; `opened(int)` on Enter or double click, `marked(int)` on Space.

    `current_changed(int)` follows the current row (-1: none).
    """

    opened = Signal(int)
    marked = Signal(int)
    current_changed = Signal(int)

    def __init__(
        self,
        name: str,
        model: QAbstractItemModel,
        *,
        row_height: int = 23,
    ) -> None:
        """`row_height` is 23 for a whole class, 29 in cards, 44 for fingers."""
        super().__init__()
        self._row_height = row_height
        self.setAccessibleName(name)
        self.setProperty("ring", False)
        self.setHorizontalHeader(_Head(self))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_CellDelegate(self))
        self.setModel(model)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        model.modelReset.connect(self._measure)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self._measure()
        theme.signals().changed.connect(self._measure)

    def current(self) -> int:
        """The current row, or -1."""
        return self.currentIndex().row()

    def go_to(self, row: int) -> None:
        """Make a row the current one and bring it into view."""
        self.setCurrentIndex(self.model().index(row, 0))

    def hide_columns(self, columns: Iterable[int], hidden: bool) -> None:
        """Leave columns out, as when a card beside the list needs the room."""
        for column in columns:
            self.setColumnHidden(column, hidden)
        self._divide()

    def height_of_all(self) -> int:
        """Head and all rows, for a list in a card that does not scroll by itself."""
        rows = self.model().rowCount()
        return self.horizontalHeader().height() + rows * theme.px(self._row_height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Space marks; left, right and Esc belong to the page."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if plain and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.current() >= 0:
            self.opened.emit(self.current())
        elif plain and key == Qt.Key.Key_Space and self.current() >= 0:
            self.marked.emit(self.current())
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns of width 0 share the rest."""
        super().resizeEvent(event)
        self._divide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The rows, and the ring round the current one while the list has the focus."""
        super().paintEvent(event)
        if self.hasFocus() and self.current() >= 0:
            box = self.visualRect(self.currentIndex())
            row = QRect(0, box.top(), self.viewport().width(), box.height())
            painter = QPainter(self.viewport())
            paint.frame(painter, row.toRectF(), ground=None, border=Role.ACCENT, width=2, radius=2)

    def _on_current(self, new: QModelIndex) -> None:
        self.viewport().update()
        self.current_changed.emit(new.row())

    def _measure(self) -> None:
        height = theme.px(self._row_height)
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setFixedHeight(theme.px(28))
        self._divide()

    def _divide(self) -> None:
        """Wished widths; on a narrow window each column gives up what its words do not need.

        Only names too long for any window are shortened; the whole is in the tooltip and is read
        aloud.
        """
        count = self.model().columnCount()
        wishes = [self._wish(column) for column in range(count)]
        widths = [wish or self._need(column) for column, wish in enumerate(wishes)]
        hidden = sum(width for place, width in enumerate(widths) if self.isColumnHidden(place))
        room = self.viewport().width() + hidden
        excess = sum(widths) - room
        if excess > 0:  # only now is it worth measuring every cell
            widths = self._narrower(widths, excess)
            widths = self._shorter(widths, sum(widths) - room)
        open_columns = [column for column, wish in enumerate(wishes) if not wish] or [count - 1]
        rest = max(0, room - sum(widths))
        for place, column in enumerate(open_columns):
            widths[column] += rest // (len(open_columns) - place)
            rest -= rest // (len(open_columns) - place)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def _narrower(self, widths: list[int], excess: int) -> list[int]:
        needs = [self._need(column) for column in range(len(widths))]
        slack: list[int] = [max(0, width - need) for width, need in zip(widths, needs, strict=True)]
        part = min(1.0, excess / math.fsum(slack)) if any(slack) else 0.0
        return [width - math.ceil(part * one) for width, one in zip(widths, slack, strict=True)]

    def _shorter(self, widths: list[int], excess: int) -> list[int]:
        """The widest words end in "…", rather than that a state scrolls out of sight."""
        cells = [self.model().index(0, column) for column in range(len(widths))]
        words = [
            place
            for place, cell in enumerate(cells)
            if isinstance(cell.data(Qt.ItemDataRole.UserRole), TextCell | str)
            and not self.isColumnHidden(place)
        ]
        if excess > 0 and words:
            widest = max(words, key=widths.__getitem__)
            least = min(widths[widest], theme.px(_SHORTEST))
            widths[widest] = max(least, widths[widest] - excess)
        return widths

    def _wish(self, column: int) -> int:
        hint = self.model().headerData(
            column, Qt.Orientation.Horizontal, Qt.ItemDataRole.SizeHintRole
        )
        width = theme.px(hint.width())
        return width + _MARGIN if width and column == 0 else width

    def _need(self, column: int) -> int:
        """What the longest cell of a column takes."""
        model = self.model()
        cells = [
            model.index(row, column).data(Qt.ItemDataRole.UserRole)
            for row in range(model.rowCount())
        ]
        head = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        widest = paint.width_of(head, theme.font(Size.SMALL))
        widest = max([widest, *(_width(cell) for cell in cells)])
        first, last = column == 0, column == model.columnCount() - 1
        return math.ceil(widest) + (_MARGIN if first else 0) + (_MARGIN if last else _GAP)


class _Head(QHeaderView):
    """Quiet heads, 28 px, with one line under them."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(16)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words of all columns, then the line."""
        del event
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour(Role.SURFACE))
        for column in range(self.count()):
            if self.isSectionHidden(column):
                continue
            left = self.sectionViewportPosition(column)
            box = QRectF(left, 0, self.sectionSize(column), self.height())
            words = str(self.model().headerData(column, Qt.Orientation.Horizontal) or "")
            side = self.model().headerData(
                column, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole
            )
            is_right = bool(side & Qt.AlignmentFlag.AlignRight)
            inner = _inner(box, first=column == 0, last=column == self.count() - 1)
            align = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
            paint.text(painter, inner, words, theme.font(Size.SMALL), Role.SECONDARY, align)
        y = self.height() - 1
        paint.hairline(painter, _MARGIN, y, self.viewport().width() - _MARGIN, Role.INPUT_BORDER)


class _CellDelegate(QStyledItemDelegate):
    """Draws cells as values; the ground of the current row runs over the full width."""

    def __init__(self, view: ListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Never what decides: the view sets widths and heights."""
        del option, index
        return QSize(10, 10)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """The whole of words that were shortened."""
        last = index.column() == index.model().columnCount() - 1
        room = _inner(QRectF(option.rect), first=index.column() == 0, last=last).width()
        if _width(index.data(Qt.ItemDataRole.UserRole)) > room:
            QToolTip.showText(event.globalPos(), str(index.data(Qt.ItemDataRole.DisplayRole)))
            return True
        return super().helpEvent(event, view, option, index)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Ground, line, bar, cell."""
        box = QRectF(option.rect)
        first = index.column() == 0
        last = index.column() == index.model().columnCount() - 1
        if index.row() == self._view.current():
            painter.fillRect(box, theme.colour(Role.SELECTED))
            if first:
                bar = QRectF(box.left(), box.top(), _BAR, box.height())
                painter.fillRect(bar, theme.colour(Role.ACCENT))
        else:
            left = box.left() + (_MARGIN if first else 0)
            right = box.right() - (_MARGIN if last else 0)
            paint.hairline(painter, left, box.bottom() - 1, right, Role.LINE_FAINT)
        inner = _inner(box, first=first, last=last)
        cell = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setClipRect(inner.adjusted(0, 0, 1, 0))
        if isinstance(cell, StateCell):
            _state(painter, inner, cell, theme.px(17), Size.BASE)
        elif isinstance(cell, PartsCell):
            _parts(painter, inner, cell)
        else:
            side = index.data(Qt.ItemDataRole.TextAlignmentRole)
            is_right = bool(side & Qt.AlignmentFlag.AlignRight)
            plain = cell if isinstance(cell, TextCell) else TextCell(str(cell or ""))
            _words(painter, inner, plain, align_right=is_right or plain.align_right)
        painter.restore()


def _inner(box: QRectF, *, first: bool, last: bool) -> QRectF:
    return box.adjusted(_MARGIN if first else 0, 0, -(_MARGIN if last else _GAP), 0)


def _width(cell: object) -> float:
    """The room that a cell needs, drawn at its narrowest."""
    if isinstance(cell, StateCell):
        return theme.px(17 + 8) + paint.width_of(cell.word, theme.font(Size.BASE, cell.weight))
    if isinstance(cell, PartsCell):
        return float(theme.px(9 + _NARROW_PITCH * max(0, len(cell.numbers) - 1)))
    plain = cell if isinstance(cell, TextCell) else TextCell(str(cell or ""))
    width = paint.width_of(
        plain.text, theme.font(Size.QUIET if plain.quiet else Size.BASE, plain.weight)
    )
    return width if plain.mark is None else width + _mark_width(plain.mark)


def _mark_width(mark: StateCell) -> float:
    """The gap before a mark, its icon and its word."""
    return 12 + theme.px(16 + 4) + paint.width_of(mark.word, theme.font(Size.QUIET))


def _words(painter: QPainter, box: QRectF, cell: TextCell, *, align_right: bool) -> None:
    font = theme.font(Size.QUIET if cell.quiet else Size.BASE, cell.weight)
    font.setStrikeOut(cell.struck)
    role = Role.SECONDARY if cell.quiet and cell.role is Role.TEXT else cell.role
    align = Qt.AlignmentFlag.AlignRight if align_right else Qt.AlignmentFlag.AlignLeft
    mark = 0.0 if cell.mark is None else _mark_width(cell.mark)
    words = QFontMetricsF(font).elidedText(
        cell.text, Qt.TextElideMode.ElideRight, math.ceil(box.width() - mark)
    )
    width = paint.text(painter, box, words, font, role, align)
    if cell.mark is not None:
        after = box.adjusted(width + 12, 0, 0, 0)
        _state(painter, after, cell.mark, theme.px(16), Size.QUIET)


def _state(painter: QPainter, box: QRectF, cell: StateCell, side: int, size: Size) -> None:
    y = box.top() + (box.height() - side) / 2
    icons.paint(painter, cell.icon, cell.role, QRectF(box.left(), y, side, side))
    gap = theme.px(8 if size is Size.BASE else 4)
    words = box.adjusted(side + gap, 0, 0, 0)
    paint.text(
        painter, words, cell.word, theme.font(size, cell.weight), cell.word_role or cell.role
    )


def _parts(painter: QPainter, box: QRectF, cell: PartsCell) -> None:
    if not cell.numbers:
        paint.text(painter, box, "–", theme.font(), Role.SECONDARY)
        return
    room = (box.width() - theme.px(9)) / max(1, len(cell.numbers) - 1)
    pitch = min(theme.px(_PARTS_PITCH), room)
    middle = Qt.AlignmentFlag.AlignHCenter
    for place, number in enumerate(cell.numbers):
        spot = QRectF(box.left() + place * pitch, box.top(), theme.px(9), box.height())
        if number in cell.still:
            weight = Weight.SEMIBOLD if number == cell.own else Weight.REGULAR
            paint.text(painter, spot, str(number), theme.font(Size.BASE, weight), Role.TEXT, middle)
        else:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(Role.SECONDARY))
            painter.drawEllipse(spot.center(), 1.5, 1.5)
            painter.restore()
