"""One of many: type to filter, arrows move, Enter takes; instead of a combo box.

The wheel changes nothing, what is typed but not chosen counts as nothing, and accents do not
matter while searching.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
)

from ui import icons, theme
from ui.theme import Role, Size
from ui.widgets import paint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
    from PySide6.QtWidgets import QStyleOptionViewItem

_SHOWN = 8
_ROW = 36
_QUIET = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Option:
    """One of the list: what is stored, what is shown, quiet words at the right."""

    value: str
    label: str
    quiet: str = ""


class FilteredList(QLineEdit):
    """A field with a list under it; `value()` is the value of the chosen option or None."""

    edited = Signal()
    left = Signal()

    def __init__(
        self,
        name: str,
        options: Sequence[Option] = (),
        *,
        required: bool = False,
        width: int | None = 280,
    ) -> None:
        """`width=None` lets the layout decide."""
        super().__init__()
        self.name, self.required = name, required
        self._width = width
        self._options: tuple[Option, ...] = tuple(options)
        self._value: str | None = None
        self._model = QStandardItemModel()
        self._list = _Popup(self._model)
        self._model.setParent(self._list)  # the list must never outlive what it shows
        self._list.clicked.connect(self._on_clicked)
        self.destroyed.connect(self._list.deleteLater)
        self.setAccessibleName(name)
        self.textEdited.connect(self._on_typed)
        self._measure()
        theme.signals().changed.connect(self._measure)

    def options(self) -> tuple[Option, ...]:
        """What can be chosen."""
        return self._options

    def set_options(self, options: Sequence[Option]) -> None:
        """Another list; a choice that no longer exists is emptied."""
        self._options = tuple(options)
        self.set_value(self._value if self._label_of(self._value) else None)

    def value(self) -> str | None:
        """What is chosen."""
        return self._value

    def set_value(self, value: str | None) -> None:
        """Choose from a draft, without telling anybody."""
        self._value = value
        self.setText(self._label_of(value))
        self.setCursorPosition(0)  # a long label is read from its beginning

    def is_open(self) -> bool:
        """Nothing is chosen and nothing typed."""
        return self._value is None and not self.text().strip()

    def problem(self) -> str:
        """The refusal of words that are not in the list."""
        if self._value is None and self.text().strip():
            return f"Kies {self.name.casefold()} uit de lijst."
        return ""

    def is_listing(self) -> bool:
        """Whether the list is open."""
        return self._list.isVisible()

    def show_list(self) -> None:
        """Open the list with everything that contains what is typed; not when it is only read."""
        if self.isReadOnly():
            return
        self._fill("" if self._value is not None else self.text())
        if not self._model.rowCount():
            self._list.hide()
            return
        window = self.window()
        self._list.setParent(window)
        rows = min(_SHOWN, self._model.rowCount())
        height = rows * theme.px(_ROW) + 2
        corner = self.mapTo(window, QPoint(0, self.height() + 4))
        if corner.y() + height > window.height():
            corner.setY(corner.y() - self.height() - 8 - height)
        self._list.setGeometry(corner.x(), corner.y(), self.width(), height)
        self._list.show()
        self._list.raise_()
        self._mark_row(self._row_of(self._value))

    # --- events ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows open and move, Enter takes, Esc closes; typing filters."""
        key = event.key()
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key), 0)
        if step and not self.is_listing():
            self.show_list()
        elif step:
            self._mark_row(self._list.currentIndex().row() + step)
        elif self.is_listing() and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self._list.currentIndex().row())
        elif self.is_listing() and key == Qt.Key.Key_Escape:
            self._list.hide()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click opens or closes the list."""
        super().mousePressEvent(event)
        if self.is_listing():
            self._list.hide()
        else:
            self.show_list()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls."""
        event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving takes the only option that is left, and closes the list."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        if (
            self.is_listing()
            and self._value is None
            and self._model.rowCount() == 1
            and self.text()
        ):
            self._take(0)
        self._list.hide()
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and the chevron of a list."""
        super().paintEvent(event)
        if self.isReadOnly():
            return
        side = theme.px(18)
        box = QRectF(self.width() - side - 10, (self.height() - side) / 2, side, side)
        icons.paint(QPainter(self), "chevron-down", Role.SECONDARY, box)

    def _on_typed(self, text: str) -> None:
        self._value = next((one.value for one in self._options if one.label == text.strip()), None)
        self.edited.emit()
        self.show_list()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._take(index.row())

    def _take(self, row: int) -> None:
        self._list.hide()
        if not 0 <= row < self._model.rowCount():
            return
        self.set_value(str(self._model.item(row).data(Qt.ItemDataRole.UserRole)))
        self.edited.emit()

    def _fill(self, typed: str) -> None:
        wanted = _plain(typed).split()
        self._model.clear()
        for option in self._options:
            words = _plain(f"{option.label} {option.quiet}")
            if all(part in words for part in wanted):
                item = QStandardItem(option.label)
                item.setEditable(False)
                item.setData(option.value, Qt.ItemDataRole.UserRole)
                item.setData(option.quiet, _QUIET)
                self._model.appendRow(item)

    def _mark_row(self, row: int) -> None:
        last = self._model.rowCount() - 1
        index = self._model.index(min(last, max(0, row)), 0)
        self._list.setCurrentIndex(index)
        self.setAccessibleDescription(str(index.data()))

    def _row_of(self, value: str | None) -> int:
        values = [
            self._model.item(row).data(Qt.ItemDataRole.UserRole)
            for row in range(self._model.rowCount())
        ]
        return values.index(value) if value in values else 0

    def _label_of(self, value: str | None) -> str:
        return next((one.label for one in self._options if one.value == value), "")

    def _measure(self) -> None:
        self.setFont(theme.font())
        self.setTextMargins(0, 0, theme.px(24), 0)
        if self._width is None:
            self.setFixedHeight(theme.px(40))
        else:
            self.setFixedSize(theme.px(self._width), theme.px(40))


class _Popup(QListView):
    """The list under the field; never has the focus, so typing goes on."""

    def __init__(self, model: QStandardItemModel) -> None:
        super().__init__()
        self.setObjectName("options")
        self.setModel(model)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(_OptionDelegate(self))
        self.setMouseTracking(True)
        self.hide()


class _OptionDelegate(QStyledItemDelegate):
    """Rows of 36 px: label, and quiet words at the right."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        size = super().sizeHint(option, index)
        size.setHeight(theme.px(_ROW))
        return size

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour(Role.SELECTED))
            painter.fillRect(
                QRectF(box.left(), box.top(), 4, box.height()), theme.colour(Role.ACCENT)
            )
        inner = box.adjusted(12, 0, -12, 0)
        paint.text(painter, inner, str(index.data()), theme.font(), Role.TEXT)
        quiet = str(index.data(_QUIET) or "")
        right = Qt.AlignmentFlag.AlignRight
        paint.text(painter, inner, quiet, theme.font(Size.QUIET), Role.SECONDARY, right)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
