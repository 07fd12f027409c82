"""The head of a topic: what it is about, grade, domains, phase, initiative; pupils by a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.domain.care import CareDomain, TopicSubject
from clbdesk.domain.grades import grade_words
from clbdesk.ids import RecordId
from clbdesk.services.care_missing import is_about_pupil
from clbdesk.standards.care_guide import names_allowed, often_from
from clbdesk.wording import label, say
from ui import format as show
from ui.pages.care_notice import Notice
from ui.pages.care_topic_rows import PHASES
from ui.pages.care_words import grades
from ui.theme import Role, Size
from ui.widgets.button import Link
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Chip, Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from clbdesk.services.care_earlier import EarlierTopic
    from clbdesk.services.care_entry import TopicEntry
    from clbdesk.services.care_topic import TopicView

_SUBJECTS = (
    Choice(TopicSubject.PUPIL_ANONYMOUS.value, "Leerling, anoniem", "l"),
    Choice(TopicSubject.PUPIL_INITIALS.value, "Initialen", "i"),
    Choice(TopicSubject.GROUP.value, "Groep of klas", "g"),
    Choice(TopicSubject.TEACHER_QUESTION.value, "Vraag leerkracht", "v"),
    Choice(TopicSubject.SCHOOL_THEME.value, "Schoolthema", "s"),
)
_DOMAINS = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(CareDomain, "lofg", strict=True)
)
_INITIATIVES = (Choice("school", "School", "s"), Choice("clb", "CLB", "c"))
_TIMES = {3: "derde", 4: "vierde", 5: "vijfde", 6: "zesde", 7: "zevende", 8: "achtste"}
_CONSENT_PHASES = {2, 3}


class TopicHead(Card):
    """`edited()` by the user; `follow_asked(EarlierTopic)`: the head of an earlier talk is taken."""

    edited = Signal()
    follow_asked = Signal(object)
    replace_asked = Signal()
    border_asked = Signal()

    def __init__(self) -> None:
        """Open: all fields are visible."""
        super().__init__(" ", spacing=6)
        self._view: TopicView | None = None
        self._pseudonym = ""
        self._since = Label("", Size.QUIET, role=Role.SECONDARY)
        self._change = Link("Wijzigen", Size.QUIET, about="de kop van de bespreking")
        self._change.clicked.connect(lambda _on: self._open_and_go())
        self.named = TickBox("Op naam")
        self._named_chip = Chip(say("care.named"), Role.ATTENTION, "alert-triangle", outline=True)
        for part in (self.named, self._named_chip):
            part.hide()
        self.add_to_head(self.named, self._named_chip, self._since, self._change)
        self.subject = ChoiceRow("Onderwerp", _SUBJECTS, padding=10)
        self.title_edit = TextEdit("Waarover", limit=60, placeholder="bijvoorbeeld klas 2B")
        self.grade = FilteredList("Leerjaar", width=216, required=True)
        self.follows = FilteredList("Vervolg van", width=320)
        self.domains = MultiChoiceRow("Domein", _DOMAINS, required=True)
        self.phase = ChoiceRow("Fase", PHASES, required=True)
        self.initiative = ChoiceRow("Initiatief", _INITIATIVES, required=True)
        self._follows_box = _labelled("Vervolg van", self.follows)
        self._wide = QWidget()
        wide = QVBoxLayout(self._wide)
        wide.setContentsMargins(0, 0, 0, 0)
        wide.setSpacing(6)
        first = _line(self._follows_box, _labelled("Leerjaar", self.grade))
        self._title_box = _labelled("Waarover", self.title_edit)
        second = _line(_labelled("Onderwerp", self.subject))
        wide.addLayout(first)
        wide.addLayout(second)
        wide.addWidget(self._title_box)
        self.body.addWidget(self._wide)
        last = QHBoxLayout()
        last.setSpacing(32)
        for word, control in (
            ("Domein", self.domains),
            ("Fase", self.phase),
            ("Initiatief", self.initiative),
        ):
            last.addWidget(_labelled(word, control))
        last.addStretch(1)
        self.body.addLayout(last)
        self._phase_notice, self._often_notice, self.notice = Notice(), Notice(), Notice()
        self.body.addWidget(self._phase_notice)
        self.body.addWidget(self._often_notice)
        self.body.addWidget(self.notice)
        self.notice.followed.connect(self.replace_asked)
        self._phase_notice.followed.connect(self.border_asked)
        for choices in (self.subject, self.domains, self.phase, self.initiative):
            choices.edited.connect(self._on_edited)
        self.title_edit.edited.connect(self._on_edited)
        self.named.edited.connect(self._on_edited)
        self.grade.edited.connect(self._on_edited)
        self.follows.edited.connect(self._on_follows)

    # --- from and to a form ---

    def show_entry(self, view: TopicView, entry: TopicEntry) -> None:
        """Show the head of a form."""
        self._view = view
        self.mark_missing(())
        is_mine = is_about_pupil(entry.subject) and entry.subject is TopicSubject.PUPIL_ANONYMOUS
        self._pseudonym = entry.title if is_mine else view.pseudonym
        self.grade.set_options(grades(view.level))
        self.follows.set_options([_option(one, view.on) for one in view.earlier])
        self.subject.set_value(entry.subject.value)
        self.title_edit.set_value("" if is_mine else entry.title)
        self.grade.set_value(entry.grade or None)
        known = {one.record_id for one in view.earlier}
        self.follows.set_value(entry.follows if entry.follows in known else None)
        self.domains.set_values([one.value for one in entry.domains])
        self.phase.set_value(None if entry.phase is None else str(entry.phase))
        self.initiative.set_value(entry.initiative or None)
        self.named.set_value(entry.personal_data)
        self.named.setVisible(names_allowed() or entry.personal_data)
        self._follows_box.setVisible(bool(view.earlier))
        self._show_words()

    def content(self) -> dict[str, Any]:
        """The fields of TopicEntry that stand here."""
        phase, follows = self.phase.value(), self.follows.value()
        return {
            "subject": self._subject(),
            "title": self.shown_title(),
            "grade": self.grade.value() or "",
            "domains": tuple(CareDomain(one) for one in self.domains.values()),
            "phase": int(phase) if phase is not None else None,
            "initiative": self.initiative.value() or "",
            "follows": RecordId(follows) if follows else None,
            "personal_data": self.named.value(),
        }

    def shown_title(self) -> str:
        """Leerling A, or what was typed."""
        if self._subject() is TopicSubject.PUPIL_ANONYMOUS:
            return self._pseudonym
        return self.title_edit.value()

    def instead_of_a_name(self) -> str:
        """What a name is replaced by."""
        about_pupil = is_about_pupil(self._subject()) and self.shown_title()
        return self.shown_title() if about_pupil else say("care.a_pupil")

    def texts(self) -> tuple[TextEdit, ...]:
        """Where a name may be typed; initials are what is asked for."""
        initials = self._subject() is TopicSubject.PUPIL_INITIALS
        return () if initials else (self.title_edit,)

    def first(self) -> QWidget:
        """Where a new topic begins."""
        return self.grade if self._follows_box.isHidden() else self.follows

    def field_of(self, name: str) -> QWidget:
        """Where something that is missing is put right."""
        fields: dict[str, QWidget] = {
            "title": self.title_edit,
            "grade": self.grade,
            "domains": self.domains,
            "phase": self.phase,
            "initiative": self.initiative,
        }
        return fields[name]

    def mark_missing(self, names: Collection[str]) -> None:
        """The choices that are still needed, until one is made."""
        for name in ("domains", "phase", "initiative"):
            choices = self.field_of(name)
            assert isinstance(choices, ChoiceRow)
            choices.set_error(name in names)

    def problem(self) -> tuple[str, QWidget] | None:
        """The first field that cannot be saved as it stands."""
        for field in (self.title_edit, self.grade, self.follows):
            if field.problem():
                return field.problem(), field
        return None

    def set_editable(self, on: bool) -> None:
        """Fields, or what is recorded."""
        for field in (self.title_edit, self.grade, self.follows):
            field.setReadOnly(not on)
        for choices in (self.subject, self.domains, self.phase, self.initiative, self.named):
            choices.setEnabled(on)
        self._change.setVisible(on and self._wide.isHidden())

    # --- open and closed ---

    def set_open(self, on: bool) -> None:
        """All fields, or the line that says what the topic is about."""
        self._wide.setVisible(on)
        self._change.setVisible(not on and self.domains.isEnabled())

    def is_complete(self) -> bool:
        """Whether the fields that close away are filled in."""
        return bool(self.shown_title() and self.grade.value())

    def _open_and_go(self) -> None:
        self.set_open(True)
        self.subject.setFocus(Qt.FocusReason.OtherFocusReason)

    def _subject(self) -> TopicSubject:
        return self.subject.value_as(TopicSubject) or TopicSubject.PUPIL_ANONYMOUS

    def _on_edited(self) -> None:
        for choices in (self.domains, self.phase, self.initiative):
            if not choices.is_open():
                choices.set_error(False)
        self._show_words()
        self.edited.emit()

    def _on_follows(self) -> None:
        chosen = self.follows.value()
        earlier = self._view.earlier if self._view else ()
        found = next((one for one in earlier if one.record_id == chosen), None)
        if found is not None:
            self.follow_asked.emit(found)
        elif self.follows.is_open():
            self._on_edited()

    def _show_words(self) -> None:
        self._named_chip.setVisible(self.named.value())
        title = self.shown_title() or "nieuwe bespreking"
        self.set_title(title, grade_words(self.grade.value() or ""))
        self._title_box.setVisible(self._subject() is not TopicSubject.PUPIL_ANONYMOUS)
        earlier = self._followed()
        self._since.setText(f"vervolg van {show.day(earlier.on)}" if earlier else "")
        phase = self.phase.value()
        asks = phase is not None and int(phase) in _CONSENT_PHASES
        self._phase_notice.show_notice(
            say("care.phase_asks", phase=phase) if asks else "",
            say("border.check") if asks else "",
        )
        times = earlier.times + 1 if earlier else 1
        often = ""
        if times >= often_from():
            often = say(
                "care.comes_back",
                title=title[:1].upper() + title[1:],
                times=_TIMES.get(times, f"{times}e"),
            )
        self._often_notice.show_notice(often)

    def _followed(self) -> EarlierTopic | None:
        chosen = self.follows.value()
        earlier = self._view.earlier if self._view else ()
        return next((one for one in earlier if one.record_id == chosen), None)


def _option(one: EarlierTopic, on: date) -> Option:
    words = f"{one.body.pseudonym} · {grade_words(one.body.grade)}"
    due = " · te evalueren" if one.is_due(on) else ""
    return Option(one.record_id, words, f"{show.short_day(one.on)}{due}")


def _labelled(word: str, control: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(Label(word, Size.QUIET, role=Role.SECONDARY))
    column.addWidget(control)
    return box


def _line(*boxes: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(16)
    for box in boxes:
        line.addWidget(box)
    line.addStretch(1)
    return line
