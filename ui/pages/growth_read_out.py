"""The column beside the growth chart: its points in words, and the buttons of a closer look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.standards.height import chart_lines_are_signed
from clbdesk.wording import say
from ui import theme
from ui.actions import KEYS, Key, hint
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button, Link
from ui.widgets.label import Label, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from clbdesk.charts.growth_points import ReadOutRow

_WIDTH = 200
_SHOWN_POINTS = 4
_BESIDE_LINK = 3
_BUTTON = 28
_BY = 92  # room for a name beside its SDS


class ReadOutColumn(QWidget):
    """The newest points, or those up to the one that is read.

    `closer(±1)`, `whole()` and `print_asked()` of its buttons.
    """

    closer = Signal(int)
    whole = Signal()
    print_asked = Signal()

    def __init__(self, link: Link) -> None:
        """Empty until `show_rows`; `link`: stands over the buttons, for who may follow it."""
        super().__init__()
        self._link = link
        self.setFixedWidth(theme.px(_WIDTH))
        self._rows: list[_ReadOutLine] = []
        self._points = QVBoxLayout()
        self._points.setSpacing(4)
        self._back = Button("−", height=_BUTTON)
        self._nearer = Button("+", height=_BUTTON)
        self._whole = Button("Heel", height=_BUTTON)
        self._paper = Button("", icon="printer", height=_BUTTON)
        for button, name in (
            (self._back, "Verder weg"),
            (self._nearer, "Dichterbij"),
            (self._whole, "Hele grafiek (0)"),
            (self._paper, f"{KEYS[Key.CHARTS].text} ({hint(Key.CHARTS)})"),
        ):
            button.setAccessibleName(name)
            button.setToolTip(name)
        self._back.clicked.connect(lambda _on=False: self.closer.emit(-1))
        self._nearer.clicked.connect(lambda _on=False: self.closer.emit(1))
        self._whole.clicked.connect(lambda _on=False: self.whole.emit())
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        self._paper.clicked.connect(lambda _on=False: self.print_asked.emit())
        for button in (self._back, self._nearer, self._whole, self._paper):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(4)
        column.setContentsMargins(12, 4, 0, 0)
        column.addLayout(self._points)
        column.addStretch(1)
        self._unsigned = Label(say("charts.lines_unsigned"), Size.QUIET, role=Role.ATTENTION)
        column.addWidget(self._unsigned)
        column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(buttons)

    def show_rows(self, rows: Sequence[ReadOutRow], read: int | None, times: int) -> None:
        """All points, newest first; `read`: the place of the one that is read; `times` looked closer.

        Lines of the pupil before are used again: making labels costs more than filling them.
        """
        room = _SHOWN_POINTS if self._link.isHidden() else _BESIDE_LINK
        first = 0 if read is None else max(0, read - room + 1)
        shown = rows[first : first + room]
        if [row.current for row in shown] != [made.is_current for made in self._rows]:
            empty(self._points)
            self._rows = [_ReadOutLine(row.current) for row in shown]
            for index, made in enumerate(self._rows):
                if index:
                    self._points.addWidget(Rule())
                self._points.addWidget(made)
        for index, (made, row) in enumerate(zip(self._rows, shown, strict=True)):
            made.show_row(row, is_read=read == first + index)
        self._unsigned.setHidden(chart_lines_are_signed())
        self._back.setEnabled(times > 0)
        self._whole.setEnabled(times > 0)

    def set_nearest(self, nearest: bool) -> None:
        """Whether there is a closer look than this one."""
        self._nearer.setEnabled(not nearest)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line at the left."""
        del event
        QPainter(self).fillRect(QRectF(0, 0, 1, self.height()), theme.colour(Role.LINE))


class _PointMark(QWidget):
    """The mark of a point as it stands on the chart: filled now, open before, square external."""

    def __init__(self) -> None:
        super().__init__()
        self._is_current = self._is_external = False
        self.setFixedSize(theme.px(14), theme.px(18))

    def show_point(self, *, current: bool, external: bool) -> None:
        """Which of the three marks."""
        self._is_current, self._is_external = current, external
        self.setAccessibleName("nu" if current else "extern verslag" if external else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Circle of 13, open circle of 10, open square of 9."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = theme.colour(Role.ACCENT)
        centre = QRectF(self.rect()).center()
        if self._is_current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(centre, 6.5, 6.5)
            return
        painter.setPen(QPen(accent, 2))
        if self._is_external:
            painter.drawRect(QRectF(centre.x() - 3.5, centre.y() - 3.5, 7, 7))
        else:
            painter.drawEllipse(centre, 4.0, 4.0)


class _ReadOutLine(QWidget):
    """One point in words; the current one larger, the one that is read on a pale ground."""

    def __init__(self, is_current: bool) -> None:
        super().__init__()
        self.is_current = is_current
        self._is_read = False
        self._mark = _PointMark()
        self._day = Label("", Size.QUIET, Weight.SEMIBOLD if is_current else Weight.REGULAR)
        self._age = Label("", Size.QUIET, role=Role.SECONDARY)
        self._value = Label(
            "",
            Size.FIGURE if is_current else Size.TITLE,
            Weight.BOLD if is_current else Weight.SEMIBOLD,
        )
        self._unit = Label("", Size.QUIET, role=Role.SECONDARY)
        self._percentile = Label("", size=Size.TITLE, weight=Weight.SEMIBOLD)
        self._by = Label("", Size.QUIET, role=Role.SECONDARY)
        self._sds = Label("", Size.QUIET, role=Role.SECONDARY)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 3, 0, 3)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self._mark, 0, 0)
        grid.addWidget(self._day, 0, 1)
        grid.addWidget(self._age, 0, 2, right)
        value = QHBoxLayout()
        value.setSpacing(6)
        value.addWidget(self._value)
        value.addWidget(self._unit)
        value.addStretch(1)
        grid.addLayout(value, 1, 1)
        grid.addWidget(self._percentile, 1, 2, right)
        grid.addWidget(self._by, 2, 1)
        grid.addWidget(self._sds, 2, 2, right)
        grid.setColumnStretch(1, 1)

    def show_row(self, row: ReadOutRow, *, is_read: bool) -> None:
        """The words of a point."""
        self._is_read = is_read
        self._mark.show_point(current=row.current, external=row.external)
        self._day.setText(row.day)
        self._age.setText(row.age)
        self._value.setText(row.value)
        self._unit.setText(row.unit)
        self._percentile.setText(row.percentile)
        by = row.interval or ("extern verslag" if row.external else row.by)
        room, right = theme.px(_BY), Qt.TextElideMode.ElideRight
        self._by.setText(self._by.fontMetrics().elidedText(by, right, room))
        self._by.setToolTip(by)
        self._sds.setText(f"{row.sds} SDS" if row.sds else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of the point that is read."""
        del event
        if self._is_read:
            QPainter(self).fillRect(self.rect(), theme.colour(Role.SELECTED_LIGHT))


def empty(layout: QVBoxLayout | QGridLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
