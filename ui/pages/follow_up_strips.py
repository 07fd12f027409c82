"""The strips of Opvolging: an answer that came, a reminder, another owner, a day, an end.

One is open at a time, above the list; the primary button of the page confirms it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from clbdesk.domain.follow_up import AnsweredBy, Referral, ReferralAnswer, ReminderWay, closes
from clbdesk.ids import StaffId
from clbdesk.standards.follow_up import look_again_on, selective_exam_by
from clbdesk.wording import say
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import IconWord, Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from clbdesk.services.aftercare import Member

_NO_WIDER = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
_WRITERS = (
    Choice(AnsweredBy.OPHTHALMOLOGIST.value, "Oogarts", "o"),
    Choice(AnsweredBy.ENT.value, "NKO-arts", "n"),
    Choice(AnsweredBy.GP.value, "Huisarts", "h"),
    Choice(AnsweredBy.OPTICIAN.value, "Opticien", "p"),
    Choice(AnsweredBy.OTHER.value, "Andere", "a"),
)
_ENDS = (Choice("yes", "Ja", "j"), Choice("no", "Nee", "n"))
_EXAM = "selective_exam"
_WAYS = (
    Choice(ReminderWay.LETTER.value, "Brief", "b"),
    Choice(ReminderWay.TELEPHONE.value, "Telefoon", "t"),
    Choice(_EXAM, "Selectief onderzoek", "s"),
)
_WHAT = (Choice("done", "Gedaan", "g"), Choice("lapsed", "Vervallen", "v"))


class ActStrip(Card):
    """A card with one line of fields; `words` stands on the primary button while it is open."""

    words = ""

    def __init__(self, title: str) -> None:
        """Hidden until it is asked for."""
        super().__init__(title, spacing=6)
        self._title = title
        self._wrong = IconWord("x", "", Role.ERROR, size=Size.QUIET)
        self._wrong.hide()
        self.hide()

    def open_for(self, about: str, first: QWidget) -> None:
        """Show about whom, with the focus where it begins."""
        self.set_title(self._title, about)
        self.show_problem("")
        self.show()
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def problem(self) -> tuple[str, QWidget]:
        """What stands in the way, and where."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether everything is filled in; says what is not, and goes there."""
        text, field = self.problem()
        self.show_problem(text)
        if text:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        return not text

    def show_problem(self, text: str) -> None:
        """The refusal under the fields."""
        self._wrong.show_state("x", text, Role.ERROR)
        self._wrong.setVisible(bool(text))

    def _line(self, *pieces: QWidget | str) -> None:
        line = QHBoxLayout()
        line.setSpacing(10)
        name: Label | None = None
        for piece in pieces:
            if isinstance(piece, str):
                name = Label(piece, role=Role.SECONDARY)
                line.addWidget(name)
            else:
                if name is not None:
                    name.setBuddy(piece)
                if isinstance(piece, DateEdit):  # its words under the line ask for no more room
                    piece.setSizePolicy(_NO_WIDER)
                line.addWidget(piece, 1 if isinstance(piece, TextEdit) else 0)
        line.addStretch(0)
        self.body.addLayout(line)


class AnswerStrip(ActStrip):
    """Antwoord ontvangen…: when, of whom, what, and whether that is the end of it."""

    words = "Antwoord opslaan"

    def __init__(self, today: Callable[[], date]) -> None:
        """The day is today; whether it ends follows from who wrote, until somebody says so."""
        super().__init__("Antwoord ontvangen")
        self._today = today
        self._referral: Referral | None = None
        self.on_edit = DateEdit(
            "Datum van het antwoord", today, lean=Lean.PAST, no_later_than_today=True, required=True
        )
        self.by_row = ChoiceRow("Antwoord van", _WRITERS, required=True, padding=10)
        self.text_edit = TextEdit("Verslag", limit=500, lines=2, required=True)
        self.end_row = ChoiceRow("Afgesloten", _ENDS, required=True)
        self._stays = IconWord("info-circle", "", Role.ATTENTION, size=Size.QUIET)
        self._line("Datum", self.on_edit, "Van", self.by_row)
        self._line("Verslag", self.text_edit, "Afgesloten", self.end_row)
        self.body.addWidget(self._stays)
        self.body.addWidget(self._wrong)
        self.by_row.edited.connect(self._on_writer)

    def ask(self, about: str, referral: Referral) -> None:
        """For one referral."""
        self._referral = referral
        self.on_edit.set_value(self._today())
        self.by_row.set_value(None)
        self.text_edit.set_value("")
        self._on_writer()
        self.open_for(about, self.by_row)

    def problem(self) -> tuple[str, QWidget]:
        """A day, a writer, words, and the end."""
        if trouble := self.on_edit.problem():
            return trouble, self.on_edit
        if self.on_edit.day() is None:
            return say("follow_up.choose_day"), self.on_edit
        if self.by_row.value() is None:
            return say("follow_up.choose_writer"), self.by_row
        if not self.text_edit.value().strip():
            return say("follow_up.answer_missing"), self.text_edit
        open_end = self.end_row.value() is None
        return (say("follow_up.choose_end") if open_end else ""), self.end_row

    def answer(self) -> ReferralAnswer:
        """What is filled in."""
        on, by = self.on_edit.day(), self.by_row.value_as(AnsweredBy)
        assert on is not None
        assert by is not None
        return ReferralAnswer(on=on, by=by, text=self.text_edit.value().strip())

    def closes(self) -> bool:
        """Whether nothing more is awaited."""
        return self.end_row.value() == "yes"

    def _on_writer(self) -> None:
        by = self.by_row.value_as(AnsweredBy)
        referral = self._referral
        may = by is None or referral is None or closes(referral, by)
        self.end_row.set_value(None if by is None else "yes" if may else "no")
        self.end_row.setEnabled(may)
        self._stays.show_state(
            "info-circle", "" if may else say("follow_up.stays_open"), Role.ATTENTION
        )
        self._stays.setVisible(not may)


class RemindStrip(ActStrip):
    """Rappel…: how the parents were reminded, or that the pupil is examined again, and by when."""

    words = "Rappel noteren"

    def __init__(self, today: Callable[[], date]) -> None:
        """A term that no doctor signed is not known, so the day is typed."""
        super().__init__("Rappel")
        self._today = today
        self.way_row = ChoiceRow("Rappel met", _WAYS, required=True)
        self.by_edit = DateEdit("Nieuwe datum", today, lean=Lean.FUTURE)
        self._line("Met", self.way_row, "Nieuwe datum", self.by_edit)
        self.body.addWidget(self._wrong)
        self.way_row.edited.connect(self._propose)

    def ask(self, about: str) -> None:
        """For one referral."""
        self.way_row.set_value(None)
        self.by_edit.set_value(None)
        self.open_for(about, self.way_row)

    def problem(self) -> tuple[str, QWidget]:
        """Letter, telephone, or an exam."""
        if self.way_row.value() is None:
            return say("follow_up.choose_way"), self.way_row
        return self.by_edit.problem(), self.by_edit

    def way(self) -> ReminderWay | None:
        """Letter or telephone; None = a selective exam instead."""
        return None if self.way_row.value() == _EXAM else self.way_row.value_as(ReminderWay)

    def _propose(self) -> None:
        if self.by_edit.is_open():
            term = selective_exam_by if self.way_row.value() == _EXAM else look_again_on
            self.by_edit.set_value(term(self._today()))


class AssignStrip(ActStrip):
    """Toewijzen…: who does it."""

    words = "Toewijzen"

    def __init__(self) -> None:
        """The list is set when it opens."""
        super().__init__("Toewijzen")
        self.owner_list = FilteredList("Wie doet het", (), required=True)
        self._line("Wie", self.owner_list)
        self.body.addWidget(self._wrong)

    def ask(self, about: str, team: Sequence[Member]) -> None:
        """For one or several rows."""
        self.owner_list.set_options([Option(one.staff_id, one.name) for one in team])
        self.owner_list.set_value(None)
        self.open_for(about, self.owner_list)

    def problem(self) -> tuple[str, QWidget]:
        """Somebody of the list."""
        chosen = self.owner_list.value() is not None
        return ("" if chosen else say("follow_up.no_owner")), self.owner_list

    def owner(self) -> tuple[StaffId, str]:
        """Who, and the name."""
        return StaffId(self.owner_list.value() or ""), self.owner_list.text()


class PlanStrip(ActStrip):
    """Inplannen…: the day on which it will be done."""

    words = "Inplannen"

    def __init__(self, today: Callable[[], date]) -> None:
        """A day in the future, typed."""
        super().__init__("Inplannen")
        self.on_edit = DateEdit("Gepland op", today, lean=Lean.FUTURE, required=True)
        self._line("Op", self.on_edit)
        self.body.addWidget(self._wrong)

    def ask(self, about: str) -> None:
        """For one row."""
        self.on_edit.set_value(None)
        self.open_for(about, self.on_edit)

    def problem(self) -> tuple[str, QWidget]:
        """A whole day."""
        missing = say("follow_up.choose_day") if self.on_edit.day() is None else ""
        return self.on_edit.problem() or missing, self.on_edit


class FinishStrip(ActStrip):
    """Klaar…: what became of it, in a few words."""

    words = "Afronden"

    def __init__(self) -> None:
        """Done, or not done any more."""
        super().__init__("Klaar")
        self.what_row = ChoiceRow("Wat ermee gebeurde", _WHAT, required=True)
        self.reason_edit = TextEdit("Reden", limit=300, required=True, placeholder="uitkomst")
        self._line("Toestand", self.what_row, "Reden", self.reason_edit)
        self.body.addWidget(self._wrong)

    def ask(self, about: str) -> None:
        """For one task or agreement."""
        self.what_row.set_value(None)
        self.reason_edit.set_value("")
        self.open_for(about, self.what_row)

    def problem(self) -> tuple[str, QWidget]:
        """Both are needed: nothing disappears without a word."""
        if self.what_row.value() is None:
            return say("follow_up.choose_what"), self.what_row
        missing = not self.reason_edit.value().strip()
        return (say("follow_up.reason_missing") if missing else ""), self.reason_edit

    def is_done(self) -> bool:
        """Done, and not lapsed."""
        return self.what_row.value() == "done"
