"""What a conclusion promises: the strip of a referral, and the line of a task, for one domain.

Both begin with what the rules propose; what no rule knows (a term, to whom) stays open. They are
shown while the word of their domain asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from clbdesk.domain.follow_up import LetterWay, ReferralTo, TaskKind
from clbdesk.ids import RecordId, StaffId
from clbdesk.services.aftercare import ReferralEntry, TaskEntry
from clbdesk.wording import label, say
from ui import theme
from ui.theme import Role, Size, Weight
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord, Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.domain.follow_up import Referral, Task
    from clbdesk.services.aftercare import Member
    from clbdesk.services.proposal import DomainRow
    from clbdesk.services.reading import Standing

_NO_WIDER = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
_INDENT = 108
_FIRST_LABEL = 48
_LETTERS = {
    TaskKind.REMINDER: "r",
    TaskKind.SELECTIVE_EXAM: "s",
    TaskKind.OTOSCOPY: "o",
    TaskKind.SPIN_RETEST: "p",
    TaskKind.CATCH_UP_VACCINATION: "i",
    TaskKind.INFORM_PARENTS: "u",
    TaskKind.OTHER: "a",
}
_TASKS = tuple(
    Choice(kind.value, label(kind)[:1].upper() + label(kind)[1:], letter)
    for kind, letter in _LETTERS.items()
)
_WAYS = (
    Choice(LetterWay.WITH_PUPIL.value, "Mee", "m"),
    Choice(LetterWay.POST.value, "Post", "p"),
)
_SLIP = (Choice("yes", "Ja", "j"), Choice("no", "Nee", "n"))
_TO = tuple(Option(one.value, label(one)) for one in ReferralTo)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What every referral and task of one contact shares."""

    team: tuple[Member, ...]
    today: date


class _Promise(QWidget):
    """`edited()` when anything was typed or chosen."""

    edited = Signal()

    def __init__(self, title: str, around: Circumstances) -> None:
        super().__init__()
        self.title = title
        self.record_id: RecordId | None = None
        self.by_edit = DateEdit(f"Tegen {title}", lambda: around.today, lean=Lean.FUTURE)
        self.owner_list = FilteredList(
            f"Wie {title}", [Option(one.staff_id, one.name) for one in around.team], width=208
        )
        if around.team:
            self.owner_list.set_value(around.team[0].staff_id)
        self._wrong = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._wrong.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.setProperty("whole", True)
        for control in (self.by_edit, self.owner_list):
            control.edited.connect(self._on_edited)

    def show_problem(self, text: str) -> None:
        """The refusal under the line."""
        self._wrong.show_state("x", text, Role.ERROR)
        self._wrong.setVisible(bool(text))

    def _owner(self) -> StaffId | None:
        value = self.owner_list.value()
        return StaffId(value) if value else None

    def _on_edited(self) -> None:
        self.show_problem("")
        self.edited.emit()

    def _line(self, *pieces: QWidget | str, first: str = "") -> None:
        """One line of fields; a text becomes the label of what follows."""
        line = QHBoxLayout()
        line.setSpacing(8)
        head = Label(first, weight=Weight.SEMIBOLD)
        head.setFixedWidth(theme.px(_INDENT) - 8)
        line.addWidget(head)
        name: Label | None = None
        for place, piece in enumerate(pieces):
            if isinstance(piece, str):
                name = Label(piece, role=Role.SECONDARY)
                if place == 0:
                    name.setFixedWidth(theme.px(_FIRST_LABEL))
                line.addWidget(name)
            else:
                if name is not None:
                    name.setBuddy(piece)
                if isinstance(piece, DateEdit):  # its words under the line ask for no more room
                    piece.setSizePolicy(_NO_WIDER)
                line.addWidget(piece, 1 if isinstance(piece, TextEdit) else 0)
        line.addStretch(0)  # takes the room that no text field asks for
        self._column.addLayout(line)


class TaskEdit(_Promise):
    """Which task, by when, who, and a few words."""

    def __init__(self, row: DomainRow, title: str, around: Circumstances) -> None:
        """Begins with what the rules of this domain ask for."""
        super().__init__(title, around)
        self.domain = row.domain.value
        self.kind_row = ChoiceRow(f"Nazorg {title}", _TASKS, required=True, padding=9)
        self.text_edit = TextEdit(f"Toelichting {title}", limit=200, placeholder="toelichting")
        self._line(self.kind_row, first=title)
        self._line("Tegen", self.by_edit, "Wie", self.owner_list, self.text_edit)
        self._column.addWidget(self._wrong)
        self.kind_row.set_value(row.task.task.value if row.task.task else None)
        self.by_edit.set_value(row.task.due)
        self.kind_row.edited.connect(self._on_edited)
        self.text_edit.edited.connect(self._on_edited)

    def first_field(self) -> QWidget:
        """Where it begins."""
        return self.kind_row

    def problem(self) -> tuple[str, QWidget]:
        """What stands in the way of saving, and where."""
        if self.kind_row.value() is None:
            return say("decision.choose_task", domain=self.title), self.kind_row
        if trouble := self.by_edit.problem():
            return trouble, self.by_edit
        return self.owner_list.problem(), self.owner_list

    def entry(self) -> TaskEntry | None:
        """What is filled in; None without a kind."""
        kind = self.kind_row.value_as(TaskKind)
        if kind is None:
            return None
        return TaskEntry(
            domain=self.domain,
            task=kind,
            due=self.by_edit.day(),
            owner=self._owner(),
            text=self.text_edit.value(),
            record_id=self.record_id,
        )

    def show_saved(self, saved: Standing[Task]) -> None:
        """What was promised before."""
        body, self.record_id = saved.body, saved.record_id
        self.kind_row.set_value(body.task.value)
        self.by_edit.set_value(body.due)
        self.owner_list.set_value(body.owner)
        self.text_edit.set_value(body.text)

    def set_editable(self, on: bool) -> None:
        """Fields, or text."""
        self.kind_row.setEnabled(on)
        self.by_edit.line.setReadOnly(not on)
        self.owner_list.setReadOnly(not on)
        self.text_edit.setReadOnly(not on)

    def content(self) -> dict[str, Any]:
        """For the draft."""
        return {
            "kind": self.kind_row.value(),
            "by": self.by_edit.line.text(),
            "owner": self.owner_list.value(),
            "text": self.text_edit.value(),
            "record_id": self.record_id,
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From the draft."""
        self.kind_row.set_value(content["kind"])
        self.by_edit.line.setText(content["by"])
        self.owner_list.set_value(content["owner"])
        self.text_edit.set_value(content["text"])
        self.record_id = content["record_id"]


class ReferralEdit(_Promise):
    """To whom, why, how urgent, with which letter, and when it is looked at again."""

    def __init__(self, row: DomainRow, title: str, around: Circumstances) -> None:
        """Begins with what the rules of this domain propose."""
        super().__init__(title, around)
        self.domain = row.domain.value
        self.to_list = FilteredList(f"Verwijzing {title} naar", _TO, required=True, width=248)
        self.name_edit = TextEdit(f"Naar wie {title}", limit=80, placeholder="naar wie")
        self.reason_edit = TextEdit(f"Reden verwijzing {title}", limit=500, lines=2)
        self.urgency_edit = TextEdit(f"Urgentie {title}", limit=60, placeholder="urgentie")
        self.way_row = ChoiceRow(f"Brief {title}", _WAYS)
        self.slip_row = ChoiceRow(f"Antwoordstrook {title}", _SLIP)
        self._line(
            "Naar",
            self.to_list,
            self.name_edit,
            "Brief",
            self.way_row,
            "Antwoordstrook",
            self.slip_row,
            first=title,
        )
        self._line("Reden", self.reason_edit)
        self._line("Tegen", self.by_edit, "Wie", self.owner_list, self.urgency_edit)
        self._column.addWidget(self._wrong)
        proposal = row.referral
        self.to_list.set_value(proposal.to.value if proposal.to else None)
        self.reason_edit.set_value(proposal.reason)
        self.by_edit.set_value(proposal.look_on)
        self.way_row.set_value(LetterWay.WITH_PUPIL.value)
        self.slip_row.set_value("yes")
        self._show_name()
        self.to_list.edited.connect(self._on_to)
        for control in (self.name_edit, self.reason_edit, self.urgency_edit):
            control.edited.connect(self._on_edited)
        for choices in (self.way_row, self.slip_row):
            choices.edited.connect(self._on_edited)

    def first_field(self) -> QWidget:
        """Where it begins: to whom, or why when that is known."""
        return self.to_list if self.to_list.is_open() else self.reason_edit

    def problem(self) -> tuple[str, QWidget]:
        """What stands in the way of saving, and where."""
        to = self.to_list.value()
        if to is None:
            return say("decision.choose_to", domain=self.title), self.to_list
        if to == ReferralTo.OTHER.value and not self.name_edit.value().strip():
            return say("decision.referral_to_whom"), self.name_edit
        if not self.reason_edit.value().strip():
            return say("decision.referral_why", domain=self.title), self.reason_edit
        if trouble := self.by_edit.problem():
            return trouble, self.by_edit
        return self.owner_list.problem(), self.owner_list

    def entry(self) -> ReferralEntry | None:
        """What is filled in; None while it goes to nobody."""
        to = self.to_list.value()
        if to is None:
            return None
        return ReferralEntry(
            domain=self.domain,
            to=ReferralTo(to),
            to_name=self.name_edit.value(),
            reason=self.reason_edit.value(),
            urgency=self.urgency_edit.value(),
            letter=self.way_row.value_as(LetterWay) or LetterWay.WITH_PUPIL,
            reply_slip=self.slip_row.value() != "no",
            look_on=self.by_edit.day(),
            owner=self._owner(),
            record_id=self.record_id,
        )

    def show_saved(self, saved: Standing[Referral]) -> None:
        """What was promised before."""
        body, self.record_id = saved.body, saved.record_id
        self.to_list.set_value(body.to.value)
        self.name_edit.set_value(body.to_name)
        self.reason_edit.set_value(body.reason)
        self.urgency_edit.set_value(body.urgency)
        self.way_row.set_value(body.letter.value)
        self.slip_row.set_value("yes" if body.reply_slip else "no")
        self.by_edit.set_value(body.look_on)
        self.owner_list.set_value(body.owner)
        self._show_name()

    def set_editable(self, on: bool) -> None:
        """Fields, or text."""
        for choices in (self.way_row, self.slip_row):
            choices.setEnabled(on)
        for chosen in (self.to_list, self.owner_list):
            chosen.setReadOnly(not on)
        for text in (self.name_edit, self.reason_edit, self.urgency_edit):
            text.setReadOnly(not on)
        self.by_edit.line.setReadOnly(not on)

    def content(self) -> dict[str, Any]:
        """For the draft."""
        return {
            "to": self.to_list.value(),
            "name": self.name_edit.value(),
            "reason": self.reason_edit.value(),
            "urgency": self.urgency_edit.value(),
            "way": self.way_row.value(),
            "slip": self.slip_row.value(),
            "by": self.by_edit.line.text(),
            "owner": self.owner_list.value(),
            "record_id": self.record_id,
        }

    def restore(self, content: dict[str, Any]) -> None:
        """From the draft."""
        self.to_list.set_value(content["to"])
        self.name_edit.set_value(content["name"])
        self.reason_edit.set_value(content["reason"])
        self.urgency_edit.set_value(content["urgency"])
        self.way_row.set_value(content["way"])
        self.slip_row.set_value(content["slip"])
        self.by_edit.line.setText(content["by"])
        self.owner_list.set_value(content["owner"])
        self.record_id = content["record_id"]
        self._show_name()

    def _on_to(self) -> None:
        self._show_name()
        self._on_edited()

    def _show_name(self) -> None:
        self.name_edit.setVisible(self.to_list.value() == ReferralTo.OTHER.value)
