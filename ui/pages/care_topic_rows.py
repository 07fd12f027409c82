"""The rows of the guide's lists: strengths, attempts, needs, goals, agreements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.care import EducationalNeed, TeacherNeed, Tried
from clbdesk.services.care_entry import AgreementEntry, GoalEntry
from clbdesk.standards.care_guide import guide
from ui import theme
from ui.pages.care_rows import EntryRow
from ui.theme import Role, Size
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from PySide6.QtCore import QObject

    Today = Callable[[], date]

_WHO = 184
WHEN = 184  # with the longest day read back under it
PHASES = tuple(Choice(one.code, one.code, one.code) for one in guide().phase)
_EFFECTS = (Choice("+", "+", "+"), Choice("0", "0", "0"), Choice("−", "−", "-"))
_NEED_LETTERS = dict(zip((one.code for one in guide().need), "ioafglmu", strict=True))


class TextRow(EntryRow[str]):
    """One text."""

    def __init__(self, name: str, limit: int, *, required: bool = False) -> None:
        """Of two lines: Enter is a line break."""
        super().__init__()
        self._text = TextEdit(name, limit=limit, lines=2, required=required)
        _column(self).addWidget(self._text)
        self._text.edited.connect(self.edited)

    def entry(self) -> str:
        """The text."""
        return self._text.value()

    def set_entry(self, entry: str) -> None:
        """Show a text."""
        self._text.set_value(entry)

    def first(self) -> QWidget:
        """The text."""
        return self._text

    def texts(self) -> tuple[TextEdit, ...]:
        """The text."""
        return (self._text,)


class TriedRow(EntryRow[Tried]):
    """A measure, since when, with which effect, in which phase."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self._measure = TextEdit("Maatregel", limit=200, placeholder="maatregel")
        self._since = TextEdit("Sinds", limit=60, placeholder="sinds")
        self._since.setFixedWidth(theme.px(120))
        self._effect = ChoiceRow("Effect", _EFFECTS, height=40, padding=12)
        self._phase = ChoiceRow("Fase", PHASES, height=40, padding=12)
        column = _column(self)
        column.addWidget(self._measure)
        row = _row()
        row.addWidget(self._since)
        row.addWidget(_quiet("Effect"))
        row.addWidget(self._effect)
        row.addWidget(_quiet("Fase"))
        row.addWidget(self._phase)
        row.addStretch(1)
        column.addLayout(row)
        for control in (self._measure, self._since, self._effect, self._phase):
            control.edited.connect(self.edited)

    def entry(self) -> Tried:
        """The attempt."""
        phase = self._phase.value()
        return Tried(
            measure=self._measure.value(),
            since=self._since.value(),
            effect=self._effect.value() or "",
            phase=int(phase) if phase is not None else None,
        )

    def set_entry(self, entry: Tried) -> None:
        """Show an attempt."""
        self._measure.set_value(entry.measure)
        self._since.set_value(entry.since)
        self._effect.set_value(entry.effect or None)
        self._phase.set_value(None if entry.phase is None else str(entry.phase))

    def first(self) -> QWidget:
        """The measure."""
        return self._measure

    def texts(self) -> tuple[TextEdit, ...]:
        """Measure and since when."""
        return (self._measure, self._since)


class NeedRow(EntryRow[EducationalNeed]):
    """A sort of need and its words; worked on, all eight sorts are visible."""

    def __init__(self) -> None:
        """Open, as the row that is worked on."""
        super().__init__()
        self._sort = ChoiceRow(
            "Soort behoefte",
            [Choice(one.code, one.label, _NEED_LETTERS[one.code]) for one in guide().need],
            required=True,
            padding=9,
        )
        self._closed = FilteredList(
            "Soort behoefte", [Option(one.code, one.label) for one in guide().need], width=148
        )
        self._closed.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._text = TextEdit("Onderwijsbehoefte", limit=300, lines=3, required=True)
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(8)
        grid.addWidget(self._sort, 0, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._closed, 1, 0)
        grid.addWidget(self._text, 1, 1)
        grid.setColumnStretch(1, 1)
        self.set_open(True)
        for control in (self._sort, self._text):
            control.edited.connect(self.edited)
        for watched in (self._closed, self._text):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Going into a closed row opens it."""
        if event.type() == QEvent.Type.FocusIn and self._sort.isHidden():
            self.open_asked.emit()
            if watched is self._closed:
                self._sort.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def set_open(self, on: bool) -> None:
        """All sorts and three lines, or one line."""
        self._sort.setVisible(on)
        self._closed.setVisible(not on)
        self._text.set_lines(3 if on else 1)
        self._grid.setHorizontalSpacing(0 if on else 8)
        if not on:
            self._closed.set_value(self._sort.value())

    def entry(self) -> EducationalNeed:
        """The need."""
        return EducationalNeed(sort=self._sort.value() or "", text=self._text.value())

    def set_entry(self, entry: EducationalNeed) -> None:
        """Show a need."""
        self._sort.set_value(entry.sort or None)
        self._closed.set_value(entry.sort or None)
        self._text.set_value(entry.text)

    def first(self) -> QWidget:
        """The sorts."""
        return self._sort

    def texts(self) -> tuple[TextEdit, ...]:
        """The words."""
        return (self._text,)


class TeacherNeedRow(EntryRow[TeacherNeed]):
    """Who needs what."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self._who = who_field("Wie")
        self._what = TextEdit("Wat", limit=200, required=True)
        row = _row(self)
        row.addWidget(self._who)
        row.addWidget(self._what, 1)
        for control in (self._who, self._what):
            control.edited.connect(self.edited)

    def entry(self) -> TeacherNeed:
        """The need."""
        return TeacherNeed(who=self._who.value() or "", what=self._what.value())

    def set_entry(self, entry: TeacherNeed) -> None:
        """Show a need."""
        choose_person(self._who, entry.who)
        self._what.set_value(entry.what)

    def set_people(self, names: Sequence[str]) -> None:
        """Who sits at the table."""
        show_people(self._who, names)

    def first(self) -> QWidget:
        """Who."""
        return self._who

    def texts(self) -> tuple[TextEdit, ...]:
        """What."""
        return (self._what,)


class GoalRow(EntryRow[GoalEntry]):
    """A goal and its term."""

    def __init__(self, today: Today) -> None:
        """`today`: for terms typed as a step."""
        super().__init__()
        self._text = TextEdit("Doel", limit=300, lines=2, required=True)
        self._by = date_field("Tegen", today)
        self._by.setMinimumWidth(theme.px(WHEN))
        row = _row(self)
        row.addWidget(self._text, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._by, 0, Qt.AlignmentFlag.AlignTop)
        for control in (self._text, self._by):
            control.edited.connect(self.edited)

    def entry(self) -> GoalEntry:
        """The goal."""
        return GoalEntry(text=self._text.value(), by=self._by.day(), by_text=self._by.line.text())

    def set_entry(self, entry: GoalEntry) -> None:
        """Show a goal."""
        self._text.set_value(entry.text)
        show_date(self._by, entry.by, entry.by_text)

    def first(self) -> QWidget:
        """The text."""
        return self._text

    def texts(self) -> tuple[TextEdit, ...]:
        """The text."""
        return (self._text,)


class AgreementRow(EntryRow[AgreementEntry]):
    """Who – what – when."""

    def __init__(self, today: Today) -> None:
        """`today`: for dates typed as a step (`+2w`)."""
        super().__init__()
        self._who = who_field("Wie")
        self._what = TextEdit("Wat", limit=200, required=True)
        self._by = date_field("Tegen", today)
        self._by.setMinimumWidth(theme.px(WHEN))
        row = _row(self)
        for control, stretch in ((self._who, 0), (self._what, 1), (self._by, 0)):
            row.addWidget(control, stretch, Qt.AlignmentFlag.AlignTop)
        for control in (self._who, self._what, self._by):
            control.edited.connect(self.edited)
        self._entry = AgreementEntry()

    def entry(self) -> AgreementEntry:
        """The agreement."""
        return AgreementEntry(
            record_id=self._entry.record_id,
            who=self._who.value() or "",
            what=self._what.value(),
            by=self._by.day(),
            by_text=self._by.line.text(),
        )

    def set_entry(self, entry: AgreementEntry) -> None:
        """Show an agreement."""
        self._entry = entry
        choose_person(self._who, entry.who)
        self._what.set_value(entry.what)
        show_date(self._by, entry.by, entry.by_text)

    def set_people(self, names: Sequence[str]) -> None:
        """Who sits at the table."""
        show_people(self._who, names)

    def first(self) -> QWidget:
        """Who."""
        return self._who

    def texts(self) -> tuple[TextEdit, ...]:
        """What."""
        return (self._what,)


# --- fields that several rows have ---


def who_field(name: str, *, required: bool = True) -> FilteredList:
    """Somebody at the table."""
    return FilteredList(name, width=_WHO, required=required)


def show_people(field: FilteredList, names: Sequence[str]) -> None:
    """Who can be chosen; who was chosen before and left the table stays."""
    chosen = field.value()
    kept = [*names, *([chosen] if chosen and chosen not in names else [])]
    field.set_options([Option(name, name) for name in dict.fromkeys(kept)])
    field.set_value(chosen)


def choose_person(field: FilteredList, name: str) -> None:
    """Choose somebody, also who is not at the table any more."""
    known = [one.value for one in field.options()]
    if name and name not in known:
        field.set_options([Option(one, one) for one in (*known, name)])
    field.set_value(name or None)


def date_field(name: str, today: Today) -> DateEdit:
    """A day to come, which is asked for."""
    made = DateEdit(name, today, lean=Lean.FUTURE, required=True)
    made.line.setPlaceholderText("+2w")
    return made


def show_date(field: DateEdit, day: date | None, text: str) -> None:
    """A date as it was typed, or as it was recorded."""
    if text:
        field.line.setText(text)
    else:
        field.set_value(day)


def _quiet(word: str) -> Label:
    return Label(word, Size.QUIET, role=Role.SECONDARY)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    return column


def _row(widget: QWidget | None = None) -> QBoxLayout:
    row = QHBoxLayout(widget) if widget is not None else QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    return row
