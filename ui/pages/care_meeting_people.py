"""Aan tafel: who sits there, in which function, and who is bound by beroepsgeheim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.services.care_entry import ParticipantEntry
from clbdesk.services.care_people import is_bound
from clbdesk.standards.care_guide import guide
from clbdesk.wording import say
from ui import theme
from ui.pages.care_notice import Notice
from ui.pages.care_rows import EntryRow, Rows
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Sequence

_FUNCTION, _ORGANISATION, _BOUND = 272, 112, 92
_FAMILY = {"parent", "pupil"}


class ParticipantRow(EntryRow[ParticipantEntry]):
    """Name, function, organisation, beroepsgeheim. The last follows from the function."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self.name_edit = TextEdit("Naam", limit=80, required=True)
        options = [Option(one.code, one.label) for one in guide().function]
        self.function = FilteredList("Functie", options, width=None)
        self.function.setFixedWidth(theme.px(_FUNCTION))
        self._organisation = TextEdit("Organisatie", limit=80)
        self._organisation.setFixedWidth(theme.px(_ORGANISATION))
        self._bound = TickBox("")
        self._bound.name = "Beroepsgeheim"
        self._bound.setAccessibleName("Beroepsgeheim")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name_edit, 1)
        row.addWidget(self.function)
        row.addWidget(self._organisation)
        holder = QHBoxLayout()
        holder.setContentsMargins(theme.px(16), 0, 0, 0)
        holder.addWidget(self._bound)
        room = QWidget()
        room.setFixedWidth(theme.px(_BOUND))
        room.setLayout(holder)
        row.addWidget(room)
        for control in (self.name_edit, self._organisation, self._bound):
            control.edited.connect(self.edited)
        self.function.edited.connect(self._on_function)
        self.name_edit.taken_over.connect(self._on_known)
        self._known: dict[str, ParticipantEntry] = {}

    def know(self, people: Sequence[ParticipantEntry]) -> None:
        """Who may be meant by the first letters of a name."""
        self._known = {one.name: one for one in people}
        self.name_edit.set_known(tuple(self._known))

    def entry(self) -> ParticipantEntry:
        """What stands in the row."""
        return ParticipantEntry(
            name=self.name_edit.value(),
            function=self.function.value(),
            organisation=self._organisation.value(),
            bound=self._bound.value(),
        )

    def set_entry(self, entry: ParticipantEntry) -> None:
        """Show somebody."""
        self.name_edit.set_value(entry.name)
        self.function.set_value(entry.function)
        self._organisation.set_value(entry.organisation)
        self._bound.set_value(entry.bound)

    def first(self) -> QWidget:
        """The name."""
        return self.name_edit

    def texts(self) -> tuple[TextEdit, ...]:
        """None: names of who sits here belong here."""
        return ()

    def _on_known(self, name: str) -> None:
        """Somebody who is known comes with function and organisation."""
        known = self._known.get(name)
        if known is not None and self.function.is_open():
            self.set_entry(known)
            self.edited.emit()

    def _on_function(self) -> None:
        self._bound.set_value(is_bound(self.function.value()))
        self.edited.emit()


class ParticipantsCard(Card):
    """The table. `edited()` by the user; `border_asked()` from the notice."""

    edited = Signal()
    border_asked = Signal()

    def __init__(self) -> None:
        """With one empty row."""
        super().__init__("Aan tafel", spacing=6)
        heads = QHBoxLayout()
        heads.setSpacing(8)
        heads.addWidget(_head("Naam"), 1)
        for word, width in (
            ("Functie", _FUNCTION),
            ("Organisatie", _ORGANISATION),
            ("Beroepsgeheim", _BOUND),
        ):
            label = _head(word)
            label.setFixedWidth(theme.px(width))
            heads.addWidget(label)
        self.body.addLayout(heads)
        self.rows: Rows[ParticipantEntry] = Rows(ParticipantRow, "Nieuwe deelnemer")
        self.body.addWidget(self.rows)
        self._notice = Notice()
        self.body.addWidget(self._notice)
        self._notice.followed.connect(self.border_asked)
        self.rows.edited.connect(self._on_edited)
        self.rows.changed.connect(self._offer)
        self._people: tuple[ParticipantEntry, ...] = ()

    def know(self, people: Sequence[ParticipantEntry]) -> None:
        """Who is offered in every row: not who sits there already."""
        self._people = tuple(people)
        self._offer()

    def _offer(self) -> None:
        seated = {one.name for one in self.entries()}
        for row in self.rows.rows():
            if isinstance(row, ParticipantRow):
                row.know([one for one in self._people if one.name not in seated])

    def entries(self) -> tuple[ParticipantEntry, ...]:
        """All rows."""
        return self.rows.entries()

    def set_entries(self, entries: Sequence[ParticipantEntry]) -> None:
        """Show these people."""
        self.rows.set_entries(entries)
        self._show_notice()

    def set_editable(self, on: bool) -> None:
        """Rows to type in, or what is recorded."""
        for row in self.rows.rows():
            row.setEnabled(on)
        self.rows.more.setVisible(on)

    def field_of(self, problem: str) -> QWidget:
        """Where something that is missing is put right."""
        rows = [row for row in self.rows.rows() if isinstance(row, ParticipantRow)]
        if problem == "functions":
            for row in rows:
                if row.name_edit.value() and row.function.value() is None:
                    return row.function
        empty = [row for row in rows if not row.name_edit.value()]
        return (empty or rows)[0].name_edit

    def notice(self) -> str:
        """What the card says about who sits there."""
        return self._notice.text()

    def _on_edited(self) -> None:
        self._show_notice()
        self.edited.emit()

    def _show_notice(self) -> None:
        people = [one for one in self.entries() if one.name]
        sentences = []
        if any(one.function and not one.bound for one in people):
            sentences.append(say("care.not_bound") + ".")
        if any(one.function in _FAMILY for one in people):
            sentences.append(say("care.with_family"))
        family = say("care.with_family") in sentences
        self._notice.show_notice(" ".join(sentences), say("border.check") if family else "")


def _head(word: str) -> Label:
    return Label(word, Size.QUIET, role=Role.SECONDARY)
