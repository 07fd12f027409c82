"""The thirteen steps of a topic as fields: from a form to the screen and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from clbdesk.domain.care import CONSULTATIVE, OwnAnswer
from clbdesk.domain.intervention import CodeList
from clbdesk.services.care_topic import BY_DEMAND
from clbdesk.standards.care_guide import guide, phrases_of, program_guide, steps_asked
from clbdesk.wording import say
from ui import format as show
from ui.pages.care_notice import Notice
from ui.pages.care_rows import Rows
from ui.pages.care_statement_row import HypothesisRow, StatementRow
from ui.pages.care_topic_rows import (
    WHEN,
    AgreementRow,
    GoalRow,
    NeedRow,
    TeacherNeedRow,
    TextRow,
    TriedRow,
    choose_person,
    date_field,
    show_date,
    show_people,
    who_field,
)
from ui.pages.care_topic_section import StepSection
from ui.theme import Role, Size
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from clbdesk.domain.care import EducationalNeed, Hypothesis, Statement, TeacherNeed, Tried
    from clbdesk.services.care_entry import AgreementEntry, GoalEntry, TopicEntry
    from clbdesk.services.care_topic import TopicView
    from clbdesk.standards.care_guide import EvaluationDate, GuideStep, Word

_WHO = 184
_OWN_LIMIT = 500
_INFORMED_LETTERS, _OUTCOME_LETTERS = "jng", "avost"


class TopicSteps(QObject):
    """All sections, by number. `edited()` by the user; `rows_changed()` when rows came or went;
    `arranged()`: other steps, or in another order.

    `border_asked()`: a core activity was chosen that begins with a question of pupil or parents.
    """

    edited = Signal()
    rows_changed = Signal()
    arranged = Signal()
    replace_asked = Signal()
    border_asked = Signal()

    def __init__(self, today: Callable[[], date], parent: QObject) -> None:
        """Empty; `today` for dates typed as a step."""
        super().__init__(parent)
        self._by_name = {one.name: StepSection(one) for one in program_guide().step}
        self._own: dict[str, TextEdit] = {}
        self.sections = tuple(self._by_name.values())
        self._informed = ChoiceRow(
            "Leerling en ouders op de hoogte",
            _choices(guide().informed, _INFORMED_LETTERS),
            required=True,
        )
        self._at_table = Label("", role=Role.TEXT, wrap=True)
        self._question = TextEdit("Vraag", limit=500, lines=4, required=True)
        self._strengths: Rows[str] = Rows(lambda: TextRow("Wat gaat goed", 200, required=True))
        self._observations: Rows[str | Statement] = Rows(StatementRow)
        self._tried: Rows[Tried] = Rows(TriedRow)
        self._hypotheses: Rows[Hypothesis] = Rows(HypothesisRow)
        self._needs: Rows[EducationalNeed] = Rows(NeedRow)
        self._teacher_needs: Rows[TeacherNeed] = Rows(TeacherNeedRow)
        self._goals: Rows[GoalEntry] = Rows(lambda: GoalRow(today))
        self._agreements: Rows[AgreementEntry] = Rows(lambda: AgreementRow(today))
        self._informing_by = who_field("Door wie")
        self._informing_on = date_field("Wanneer", today)
        self._informing_text = TextEdit("Wat wordt gezegd", limit=200)
        self._evaluation_on = date_field("Datum van de evaluatie", today)
        self._evaluation_by = who_field("Wie belt", required=False)
        self._moved = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._usefulness = ChoiceRow(
            "Nut", [Choice(str(one), str(one), str(one)) for one in range(1, 6)]
        )
        self._one_word = TextEdit("In één woord", limit=40)
        self._outcome = ChoiceRow("Uitkomst", _choices(guide().outcome, _OUTCOME_LETTERS))
        self.activity = FilteredList("Kernactiviteit", width=320)
        self.theme = FilteredList("Thema", width=288)
        self.by_demand = Notice()
        self._place()
        for section in self.sections:
            self._connect(section)

    def _connect(self, section: StepSection) -> None:
        section.edited.connect(self.edited)
        section.rows_changed.connect(self.rows_changed)
        section.replace_asked.connect(self.replace_asked)

    def _arrange(self, steps: Sequence[GuideStep]) -> None:
        """The sections of the guide under which this topic is written, in its order."""
        for step in steps:
            if step.name not in self._by_name:
                section = self._by_name[step.name] = StepSection(step)
                field = self._own[step.name] = TextEdit(step.label, limit=_OWN_LIMIT, lines=3)
                section.add_field(field)
                self._connect(section)
        self.sections = tuple(self._by_name[step.name] for step in steps)
        for section, step in zip(self.sections, steps, strict=True):
            section.ask_as(step, phrases_of(step.name))
            section.rule.setVisible(section is not self.sections[-1])
        for name, field in self._own.items():
            field.name = self._by_name[name].step.label
            field.setAccessibleName(field.name)
            field.required = self._by_name[name].step.required
        self.arranged.emit()

    def _place(self) -> None:
        by_name = self._by_name
        by_name["frame"].column.addWidget(self._at_table)
        by_name["frame"].add_field(self._informed, "Leerling en ouders op de hoogte")
        by_name["question"].add_field(self._question)
        lists: dict[str, tuple[Rows[Any], tuple[tuple[str, int], ...]]] = {
            "strengths": (self._strengths, ()),
            "observations": (self._observations, ()),
            "tried": (self._tried, ()),
            "hypotheses": (self._hypotheses, ()),
            "needs": (self._needs, ()),
            "teacher_needs": (self._teacher_needs, (("Wie", _WHO), ("Wat", 0))),
            "goals": (self._goals, (("Doel", 0), ("Tegen", WHEN))),
            "agreements": (
                self._agreements,
                (("Wie", _WHO), ("Wat", 0), ("Tegen", WHEN)),
            ),
        }
        for name, (rows, heads) in lists.items():
            by_name[name].add_rows(rows, heads)
        by_name["informing"].add_line(
            ("Door wie", self._informing_by, 0),
            ("Wanneer", self._informing_on, 0),
            ("Wat (mag leeg)", self._informing_text, 1),
        )
        by_name["evaluation"].add_line(
            ("Datum", self._evaluation_on, 0), ("Wie belt", self._evaluation_by, 0)
        )
        by_name["evaluation"].column.addWidget(self._moved)
        by_name["closing"].add_line(
            ("Nut", self._usefulness, 0), ("In één woord", self._one_word, 1)
        )
        by_name["closing"].add_field(self._outcome, "Uitkomst")
        by_name["closing"].add_line(
            ("Kernactiviteit", self.activity, 0), ("Thema (mag leeg)", self.theme, 0)
        )
        by_name["closing"].column.addWidget(self.by_demand)
        self.activity.edited.connect(self._show_demand)
        self.by_demand.followed.connect(self.border_asked)

    # --- from and to a form ---

    def show_entry(self, view: TopicView, entry: TopicEntry) -> None:
        """Show a form, with who sits at the table to choose from."""
        self._arrange(steps_asked(entry))
        answers = {one.step: one.text for one in entry.own}
        for name, answer in self._own.items():
            answer.set_value(answers.get(name, ""))
        names = [one.name for one in view.at_table]
        words = {one.code: one.label for one in guide().function}
        people = [
            f"{one.name} ({words[one.function]})" if one.function in words else one.name
            for one in view.at_table
        ]
        self._at_table.setText("Aan tafel: " + (", ".join(people) or "nog niemand") + ".")
        self._informed.set_value(entry.informed)
        self._question.set_value(entry.question)
        lists: tuple[tuple[Rows[Any], Sequence[Any]], ...] = (
            (self._strengths, entry.strengths),
            (self._observations, entry.observations),
            (self._tried, entry.tried),
            (self._hypotheses, entry.hypotheses),
            (self._needs, entry.needs),
            (self._teacher_needs, entry.teacher_needs),
            (self._goals, entry.goals),
            (self._agreements, entry.agreements),
        )
        for rows, entries in lists:
            rows.set_people(names)
            rows.set_entries(entries)
        for field, name in (
            (self._informing_by, entry.informing_by),
            (self._evaluation_by, entry.evaluation_by),
        ):
            show_people(field, names)
            choose_person(field, name)
        show_date(self._informing_on, entry.informing_on, entry.informing_on_text)
        self._informing_text.set_value(entry.informing_text)
        show_date(self._evaluation_on, entry.evaluation_on, entry.evaluation_on_text)
        self._moved.setText(moved_words(view.evaluation))
        self._moved.setVisible(bool(self._moved.text()))
        self._usefulness.set_value(None if entry.usefulness is None else str(entry.usefulness))
        self._one_word.set_value(entry.one_word)
        self._outcome.set_value(entry.outcome or None)
        known = {one.code: one.label for one in view.activities}
        activities = {entry.activity: entry.activity} | known  # one that ended is what it was
        self.activity.set_options([Option(code, word) for code, word in activities.items()])
        self.activity.set_value(entry.activity)
        themes = [Option(one.code, one.label, one.domain) for one in view.themes]
        if entry.theme and entry.theme not in {one.value for one in themes}:
            ended = view.codes.words(CodeList.SUBJECT, entry.theme, view.on)
            themes.append(Option(entry.theme, ended))  # it is what it was
        self.theme.set_options(themes)
        self.theme.set_value(entry.theme or None)
        self._show_demand()

    def _show_demand(self) -> None:
        by_demand = self.activity.value() in BY_DEMAND
        self.by_demand.show_notice(
            say("care.activity_asks") if by_demand else "", say("border.check") if by_demand else ""
        )

    def content(self) -> dict[str, Any]:
        """The fields of TopicEntry that stand here."""
        usefulness = self._usefulness.value()
        return {
            "informed": self._informed.value(),
            "question": self._question.value(),
            "strengths": self._strengths.entries(),
            "observations": self._observations.entries(),
            "tried": self._tried.entries(),
            "hypotheses": self._hypotheses.entries(),
            "needs": self._needs.entries(),
            "teacher_needs": self._teacher_needs.entries(),
            "goals": self._goals.entries(),
            "agreements": self._agreements.entries(),
            "informing_by": self._informing_by.value() or "",
            "informing_on": self._informing_on.day(),
            "informing_on_text": self._informing_on.line.text(),
            "informing_text": self._informing_text.value(),
            "evaluation_on": self._evaluation_on.day(),
            "evaluation_on_text": self._evaluation_on.line.text(),
            "evaluation_by": self._evaluation_by.value() or "",
            "usefulness": int(usefulness) if usefulness is not None else None,
            "one_word": self._one_word.value(),
            "outcome": self._outcome.value() or "",
            "activity": self.activity.value() or CONSULTATIVE,
            "theme": self.theme.value() or "",
            "own": tuple(
                OwnAnswer(step=name, text=field.value())
                for name, field in self._own.items()
                if field.value()
            ),
        }

    def every(self) -> tuple[StepSection, ...]:
        """Also those that this topic is not asked."""
        return tuple(self._by_name.values())

    def section(self, number: int) -> StepSection:
        """A step by its number."""
        return self.sections[number - 1]

    def texts(self) -> tuple[TextEdit, ...]:
        """All fields in which a name may be typed."""
        return tuple(text for section in self.sections for text in section.texts())

    def set_editable(self, on: bool) -> None:
        """Fields, or what is recorded."""
        for section in self.sections:
            section.set_editable(on)


def moved_words(evaluation: EvaluationDate) -> str:
    """Why the day of the evaluation is not six weeks from now; empty when it is."""
    if evaluation.moved_from is None:
        return ""
    wanted, day = show.weekday(evaluation.moved_from), show.weekday(evaluation.on)
    holiday = evaluation.holiday
    if holiday is None:
        return say("care.evaluation_weekend", wanted=wanted, day=day)
    name = holiday.rstrip("0123456789 ")  # the school year is known
    key = "care.evaluation_in" if "vakantie" in name else "care.evaluation_on"
    return say(key, wanted=wanted, holiday=name, day=day)


def _choices(words: Sequence[Word], letters: str) -> list[Choice]:
    return [
        Choice(one.code, one.label[:1].upper() + one.label[1:], letter)
        for one, letter in zip(words, letters, strict=True)
    ]
