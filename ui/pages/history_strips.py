"""The strips of the dossier: who does not get an item (afschermen), and to whom it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from clbdesk.domain.shielding import Flag
from clbdesk.ids import PupilId, RecordId, StaffId
from clbdesk.wording import label, say
from ui import format as show
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, MultiChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent

    from clbdesk.services.move import OtherPupil
    from clbdesk.services.shielding import ShieldingView

_ABOUT_SOMEBODY = {Flag.CONTEXT.value, Flag.ABOUT_PARENT.value}
_LABELS = 120


class ShieldStrip(Card):
    """`chosen(ShieldingView, flags, reason, person, colleague)` when somebody saves.

    `opened`: it needs the room of the timeline, and gives it back.
    """

    chosen = Signal(object, object, str, object, object)
    opened = Signal(bool)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__("Afschermen", "bij inzage, en voor een collega")
        self._view: ShieldingView | None = None
        self.flags = MultiChoiceRow(
            "Afscherming", [Choice(one.value, label(one).capitalize()) for one in Flag], columns=4
        )
        self.reason = TextEdit("Reden van de afscherming", limit=300)
        self.person = FilteredList("Over wie", width=None)
        self.colleague = FilteredList("Wie dit niet ziet", width=None)
        self._person_row = FieldRow("Over wie", self.person, label_width=_LABELS, stretch=True)
        self._colleague_row = FieldRow(
            "Wie dit niet ziet", self.colleague, label_width=_LABELS, stretch=True
        )
        save = Button("Afscherming opslaan")
        save.clicked.connect(lambda _on: self._give())
        self.body.addWidget(self.flags)
        self.body.addWidget(FieldRow("Reden", self.reason, label_width=_LABELS, stretch=True))
        self.body.addWidget(self._person_row)
        self.body.addWidget(self._colleague_row)
        self.body.addWidget(save, 0, Qt.AlignmentFlag.AlignLeft)
        self.flags.edited.connect(self._show_rows)

    def ask(self, view: ShieldingView) -> None:
        """Begin with the flags as they stand."""
        self._view = view
        now = view.current
        self.person.set_options([Option(one, name) for one, name in view.people])
        self.colleague.set_options([Option(one, name) for one, name in view.staff])
        self.flags.set_values([one.value for one in now.flags] if now else [])
        self.reason.set_value(now.reason if now else "")
        self.person.set_value(now.person_id if now else None)
        self.colleague.set_value(now.blocked_staff if now else None)
        self._show_rows()
        self.show()
        self.opened.emit(True)
        self.flags.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """The timeline has its room again."""
        super().hideEvent(event)
        self.opened.emit(False)

    def _show_rows(self) -> None:
        values = set(self.flags.values())
        self._person_row.setVisible(bool(values & _ABOUT_SOMEBODY))
        self._colleague_row.setVisible(Flag.CONFLICT_OF_INTEREST.value in values)

    def _give(self) -> None:
        flags = tuple(Flag(one) for one in self.flags.values())
        person, colleague = self.person.value(), self.colleague.value()
        self.chosen.emit(
            self._view,
            flags,
            self.reason.value(),
            RecordId(person) if person and _ABOUT_SOMEBODY & set(flags) else None,
            StaffId(colleague) if colleague and Flag.CONFLICT_OF_INTEREST in flags else None,
        )


class MoveStrip(Card):
    """`chosen(OtherPupil)`: it belongs to somebody else on the list."""

    chosen = Signal(object)

    def __init__(self) -> None:
        """Hidden until `ask`."""
        super().__init__("Verplaats naar andere leerling")
        self._others: dict[PupilId, OtherPupil] = {}
        self.other = FilteredList("Juiste leerling", width=360)
        self._note = Label(wrap=True)
        self._wrong = Label(size=Size.QUIET, role=Role.ERROR)
        go = Button("Verplaatsen")
        go.clicked.connect(lambda _on: self._give())
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.other)
        row.addWidget(go)
        row.addStretch(1)
        self.body.addWidget(self._note)
        self.body.addLayout(row)
        self.body.addWidget(self._wrong)

    def ask(self, others: Sequence[OtherPupil], about: str) -> None:
        """Begin with nobody chosen. `about`: the kind of the record; of a dose much more follows."""
        self._note.setText(say("access.move_dose"))
        self._note.setVisible(about == "dose")
        self._others = {one.pupil_id: one for one in others}
        self.other.set_options(
            [
                Option(one.pupil_id, show.list_name(one.family_name, one.given_name))
                for one in others
            ]
        )
        self.other.set_value(None)
        self._wrong.setText("")
        self.show()
        self.other.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        chosen = self.other.value()
        if chosen is None:
            self._wrong.setText("Kies de juiste leerling.")
            return
        self.chosen.emit(self._others[PupilId(chosen)])
