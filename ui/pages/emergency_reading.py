"""A dossier that is open to read and nothing more: its timeline, one record, and how long still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.wording import say
from ui import format as show
from ui import theme
from ui.models.list_model import ListModel
from ui.pages.history_cells import columns
from ui.pages.history_record import RecordColumn
from ui.theme import Role, Size, Weight
from ui.widgets.card import NARROW
from ui.widgets.label import IconWord, Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtGui import QResizeEvent

    from clbdesk.ids import RecordId
    from clbdesk.services.emergency import Reading
    from clbdesk.services.history_record import RecordText
    from clbdesk.services.history_rows import HistoryRow

_RECORD, _RECORD_NARROW = 420, 290


class ReadingView(QWidget):
    """`asked(RecordId)` when somebody opens a record."""

    asked = Signal(str)

    def __init__(self) -> None:
        """Empty until `show_reading`."""
        super().__init__()
        self._until: datetime | None = None
        self._words, self._role = "emergency.by_task", Role.SECONDARY
        self.notice = IconWord("lock", "", Role.SECONDARY, weight=Weight.SEMIBOLD)
        self.model: ListModel[HistoryRow] = ListModel(columns(), lambda row: row.record_id)
        self.list = ListView("Tijdlijn", self.model, row_height=44)
        self.list.opened.connect(self._open)
        self.list.clicked.connect(lambda index: self._open(index.row()))
        self.record = RecordColumn()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addWidget(Label(say("emergency.logged"), Size.QUIET, role=Role.SECONDARY))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.list, 1)
        row.addWidget(self.record)
        column.addLayout(row, 1)

    def show_reading(self, reading: Reading, now: datetime) -> None:
        """The timeline, with nothing opened: each reading is meant."""
        self._until = reading.until
        if reading.until is not None:
            kind = "running" if reading.is_emergency else "planned_running"
            self._words = f"emergency.{kind}"
        else:
            self._words = "emergency.by_task"
        self._role = Role.ERROR if reading.is_emergency else Role.SECONDARY
        self.model.show_rows(reading.rows)
        self.record.clear()
        self.show_time(now)

    def show_time(self, now: datetime) -> bool:
        """How long still; False when the time is over."""
        if self._until is None:
            self.notice.show_state("lock", say(self._words), self._role)
            return True
        seconds = int((self._until - now).total_seconds())
        words = say(
            self._words,
            minutes=show.counted(-(-max(seconds, 0) // 60), "minuut", "minuten"),
            hour=show.hour(self._until),
        )
        self.notice.show_state("alert-triangle", words, self._role)
        return seconds > 0

    def show_record(self, text: RecordText) -> None:
        """One record whole."""
        self.record.show_record(text)

    def forget(self) -> None:
        """Nothing of the dossier stays behind what is asked next."""
        self.model.show_rows(())
        self.record.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The record gives up air on a narrow window."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(NARROW)
        self.record.setFixedWidth(theme.px(_RECORD_NARROW if narrow else _RECORD))

    def _open(self, position: int) -> None:
        if 0 <= position < self.model.rowCount():
            record_id: RecordId = self.model.row(position).record_id
            self.asked.emit(record_id)
