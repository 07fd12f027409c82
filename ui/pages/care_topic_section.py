"""One step of the guide as it stands in the column: number, name, prompt, fields, notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.wording import say
from ui import theme
from ui.pages.care_notice import Notice
from ui.theme import Role, Size, Weight
from ui.widgets.label import Label, Rule
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clbdesk.standards.care_guide import GuideStep
    from ui.pages.care_rows import Rows
    from ui.widgets.control import Control

_INDENT = 20


class StepSection(QWidget):
    """`edited()` by the user; `rows_changed()` when a row came or went; `replace_asked()`."""

    edited = Signal()
    rows_changed = Signal()
    replace_asked = Signal()

    def __init__(self, step: GuideStep) -> None:
        """With its head; fields are added."""
        super().__init__()
        self.step = step
        self.rows: Rows[Any] | None = None
        self._first: QWidget | None = None
        self._texts: list[TextEdit] = []
        self._fields: list[Control] = []
        self._phrases: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 2, 0)
        column.setSpacing(8)
        head = QGridLayout()
        head.setHorizontalSpacing(0)
        head.setVerticalSpacing(0)
        self._head = head
        self._number = Label("", Size.TITLE, Weight.SEMIBOLD, Role.ACCENT)
        head.addWidget(self._number, 0, 0, Qt.AlignmentFlag.AlignLeft)
        self._label = Label(step.label, Size.TITLE, Weight.SEMIBOLD)
        head.addWidget(self._label, 0, 1)
        self._prompt = Label(step.prompt, role=Role.SECONDARY, wrap=True)
        head.addWidget(self._prompt, 1, 1)
        head.setColumnStretch(1, 1)
        column.addLayout(head)
        self._told = QWidget()
        self.column = QVBoxLayout(self._told)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        column.addWidget(self._told)
        self._nothing = Label(say("care.nothing_noted"), role=Role.SECONDARY)
        self._nothing.hide()
        column.addWidget(self._nothing)
        self.notice = Notice()
        self.notice.followed.connect(self.replace_asked)
        column.addWidget(self.notice)
        self.rule = Rule(Role.LINE)
        column.addSpacing(8)
        column.addWidget(self.rule)
        column.addSpacing(6)

    def add_rows(self, rows: Rows[Any], heads: Sequence[tuple[str, int]]) -> None:
        """A list of rows; `heads` are the words over the columns with their widths (0 = rest)."""
        if heads:
            line = QHBoxLayout()
            line.setSpacing(8)
            for word, width in heads:
                label = Label(word, Size.QUIET, role=Role.SECONDARY)
                if width:
                    label.setFixedWidth(theme.px(width))
                line.addWidget(label, 0 if width else 1)
            self.column.addLayout(line)
            self.column.setSpacing(2)
        self.rows = rows
        self.column.addWidget(rows)
        rows.edited.connect(self.edited)
        rows.changed.connect(self._on_rows)

    def add_field(self, field: Any, label: str = "") -> None:
        """A field of its own, with its label over it."""
        if label:
            self.column.addWidget(Label(label, Size.QUIET, role=Role.SECONDARY))
        if isinstance(field, TextEdit):
            self.column.addWidget(field)
        else:
            self.column.addWidget(field, alignment=Qt.AlignmentFlag.AlignLeft)
        self._note(field)

    def add_line(self, *fields: tuple[str, Any, int]) -> None:
        """Fields beside each other: label, field, stretch."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        for place, (label, field, stretch) in enumerate(fields):
            grid.addWidget(Label(label, Size.QUIET, role=Role.SECONDARY), 0, place)
            grid.addWidget(field, 1, place, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(place, stretch)
            self._note(field)
        if not any(stretch for _, _, stretch in fields):
            grid.setColumnStretch(len(fields), 1)
        self.column.addLayout(grid)

    def _note(self, field: Any) -> None:
        self._first = self._first or field
        self._fields.append(field)
        if isinstance(field, TextEdit):
            self._texts.append(field)
        field.edited.connect(self.edited)

    def ask_as(self, step: GuideStep, phrases: Sequence[str]) -> None:
        """The step in the words of the centre, and the sentences that are offered in it."""
        self.step = step
        self._number.setText(str(step.number))
        wide = _INDENT if step.number < 10 else _INDENT + 8
        self._head.setColumnMinimumWidth(0, theme.px(wide))
        self._label.setText(step.label)
        self._prompt.setText(step.prompt)
        self._phrases = tuple(phrases)
        self._offer()

    def _on_rows(self) -> None:
        self._offer()
        self.rows_changed.emit()

    def _offer(self) -> None:
        for text in self.texts():
            text.set_known(self._phrases)

    def first(self) -> QWidget:
        """Where the step begins: the last row of a list, or its first field."""
        if self.rows is not None:
            return self.rows.rows()[-1].first()
        assert self._first is not None
        return self._first

    def texts(self) -> tuple[TextEdit, ...]:
        """All fields in which a name may be typed."""
        of_rows = self.rows.rows() if self.rows is not None else ()
        return (*self._texts, *(text for row in of_rows for text in row.texts()))

    def problem(self) -> tuple[str, QWidget] | None:
        """The first field that cannot be saved as it stands."""
        controls: list[Any] = [*self._fields]
        if self.rows is not None:
            controls += [one for row in self.rows.rows() for one in row.controls()]
        for control in controls:
            if control.problem():
                return control.problem(), control
        return None

    def set_editable(self, on: bool) -> None:
        """Fields, or what is recorded; a step without words says so."""
        for field in self._fields:
            _set_editable(field, on)
        if self.rows is not None:
            for row in self.rows.rows():
                for control in row.controls():
                    _set_editable(control, on)
            self.rows.set_editable(on)
        nothing = not on and self._is_empty()
        self._told.setVisible(not nothing)
        self._nothing.setVisible(nothing)

    def _is_empty(self) -> bool:
        fields: list[Control] = [*self._fields, *self.texts()]
        return all(one.is_open() for one in fields)


def _set_editable(field: Any, on: bool) -> None:
    line = getattr(field, "line", field)
    if hasattr(line, "setReadOnly"):
        line.setReadOnly(not on)
    else:
        field.setEnabled(on)
