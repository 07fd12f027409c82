"""Signaalrapport: the counts of a school to look at, the words beside them, and their second reader."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from PySide6.QtCore import Qt

from clbdesk.charts.signal_chart import signal_chart, trend_chart
from clbdesk.reports.signal_report import least_words, total_words
from clbdesk.services import signal_report as service
from clbdesk.services.records import Where
from clbdesk.wording import say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.print_dialog import ask_printer
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.label import Label
from ui.widgets.list_view import ListView
from ui.widgets.scene_view import SceneView
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.errors import Environment, Refused
    from clbdesk.reports.paper import Printed
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved
    from clbdesk.services.signal_report import ReportLine, ReportsView

_RIGHT = 446


class SignalReportPage(Page):
    """Reports and bars at the left; the words and who read them at the right."""

    name: ClassVar[str] = "signal_report"
    prints_itself: ClassVar[bool] = True

    def __init__(self, work: Work) -> None:
        """Empty until the reports of this laptop are read."""
        super().__init__(work)
        self._view: ReportsView | None = None
        self._line: ReportLine | None = None
        self._model: ListModel[ReportLine] = ListModel(_columns(), lambda one: one.record_id)
        self.list = ListView("Signaalrapporten", self._model, row_height=44)
        self.list.current_changed.connect(self._choose)
        self._none = Label(say("signal_report.none"), role=Role.SECONDARY, wrap=True)
        self._total = Label("", Size.TITLE, Weight.SEMIBOLD)
        self._least = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._bars, self._trend = SceneView(), SceneView()
        self.text = TextEdit("Tekst bij het rapport", limit=service.LONGEST, lines=12)
        self.text.edited.connect(self._on_text)
        self._notice = Label("", Size.QUIET, role=Role.ATTENTION, wrap=True)
        self._state = Label("", wrap=True)
        self._agree = Button("Gelezen en akkoord")
        self._agree.clicked.connect(lambda _on: self.agree())
        self._drafts = FormDraft(self, lambda: msgspec.json.encode(self.text.value()).decode())
        self._print = Button("Afdrukken…", actions.hint(Key.PRINT))
        self._print.clicked.connect(lambda _on: self.print_report())
        self._place()
        self.footer.add_left(self._print)
        self.footer.set_primary("Tekst opslaan")
        self.footer.primary_pressed.connect(self.save)
        actions.bind(self, Key.PRINT, self.print_report)

    def _place(self) -> None:
        reports = Card("Rapporten", main=True)
        reports.body.addWidget(self._none)
        reports.body.addWidget(self.list)
        self._counts = Card("Signalen per domein en thema")
        for widget in (self._total, self._bars, self._trend, self._least):
            self._counts.body.addWidget(widget)
        self._words = Card("Tekst bij het rapport", "gaat mee naar de school")
        for part in (self.text, self._notice, self._state):
            self._words.body.addWidget(part)
        self._words.body.addWidget(self._agree, 0, Qt.AlignmentFlag.AlignLeft)
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(reports)
        columns.left.addWidget(self._counts)
        columns.right.addWidget(self._words)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- arriving ---

    def arrive(self, _to: Destination) -> None:
        """The reports on this laptop; the newest one is opened."""
        self._look_again()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A report came in, or somebody wrote or read."""
        if self.isVisible() and changes.touches(
            "signal_report", "signal_narrative", "second_reading"
        ):
            self._look_again()

    def title_back(self) -> str:
        """Signaalrapport."""
        return "Signaalrapport"

    def _look_again(self) -> None:
        self.ask(partial(service.view_reports, self.work.desk), self._on_view)

    def _on_view(self, view: ReportsView) -> None:
        self._view = view
        kept = self._line.record_id if self._line else None
        self.top_line.set_title(
            say("signal_report.title"),
            show.counted(len(view.lines), "rapport", "rapporten"),
        )
        self._model.show_rows(view.lines)
        self._none.setVisible(not view.lines)
        self.list.setVisible(bool(view.lines))
        self.list.setFixedHeight(self.list.height_of_all() + 2)
        place = self._model.position(kept) if kept else None
        if view.lines:
            self.list.go_to(place or 0)
        self._show(view.lines[place or 0] if view.lines else None)

    def _choose(self, row: int) -> None:
        if 0 <= row < self._model.rowCount():
            chosen = self._model.row(row)
            if self._line is None or chosen.record_id != self._line.record_id:
                self._drafts.keep()
                self._show(chosen)

    def _show(self, line: ReportLine | None) -> None:
        same = (
            self._line is not None and line is not None and line.record_id == self._line.record_id
        )
        self._line = line
        for card in (self._counts, self._words):
            card.setVisible(line is not None)
        self._show_acts()
        if line is None:
            return
        report = line.report
        self._counts.set_title(line.school, service.period_of(report))
        self._total.setText(total_words(report))
        self._bars.show_scene(signal_chart(report))
        self._trend.setVisible(len(line.trend) > 1)
        self._trend.show_scene(trend_chart(line.trend))
        self._least.setText(least_words(report))
        if not (same and self._drafts.is_dirty):
            saved = line.narrative.body.text if line.narrative else ""
            draft = msgspec.json.decode(line.draft.content, type=str) if line.draft else saved
            self.text.set_value(draft)
            self._drafts.watch(line.form, Where(), line.base)
        self._state.setText(_state_words(line))
        self._look_at_text()

    def _show_acts(self) -> None:
        line, view = self._line, self._view
        waits = line is not None and line.narrative is not None and line.reading is None
        own = line is not None and view is not None and view.own_id in line.writer_ids
        self._agree.setVisible(waits and not own)
        self._print.setVisible(line is not None and line.reading is not None)

    # --- the words ---

    def _on_text(self) -> None:
        self._drafts.touched()
        self._look_at_text()

    def _look_at_text(self) -> bool:
        """Underline names, point out small numbers; whether there is no name."""
        view, line = self._view, self._line
        if view is None or line is None:
            return True
        text = self.text.toPlainText()
        named = view.names.find(text)
        self.text.set_marks([(one.start, one.length) for one in named], Role.ERROR)
        small = service.small_numbers(text, line.report.least)
        words = ""
        if named:
            words = say("signal_report.name_blocks", name=named[0].word)
        elif small:
            numbers, least = ", ".join(small), line.report.least
            words = say("signal_report.small_number", numbers=numbers, least=least)
        self._notice.setText(words)
        self._notice.setVisible(bool(words))
        return not named

    def save(self) -> None:
        """Ctrl+Enter: the words; from here on a colleague reads them."""
        line = self._line
        if line is None:
            return
        problems = []
        if self.text.problem():
            problems.append(Problem(self.text.problem(), self.text))
        if not self.text.value().strip():
            problems.append(Problem(say("signal_report.empty_text"), self.text))
        if not self._look_at_text():
            problems.append(Problem(self._notice.text(), self.text))
        if problems:
            self.show_problems(problems)
            return
        call = partial(service.write_narrative, self.work.desk, line, self.text.value())
        done = partial(self._on_done, say("signal_report.saved", school=line.school))
        self._drafts.record(call, done)

    def agree(self) -> None:
        """Gelezen en akkoord, of exactly what stands there."""
        line = self._line
        if line is not None:
            call = partial(service.approve, self.work.desk, line)
            done = partial(self._on_done, say("signal_report.approved", school=line.school))
            self.ask(call, done, self._on_refused)

    def _on_done(self, sentence: str, outcome: Outcome[Saved]) -> None:
        self._drafts.stop()
        self.work.bus.changed.emit(outcome.changes)
        self._look_again()
        self.say(sentence, Severity.OK)

    def _on_refused(self, trouble: Refused | Environment) -> None:
        self._look_again()
        self.tell(trouble)

    def print_report(self) -> None:
        """Ctrl+P: the report for the school, once somebody else has read it."""
        line = self._line
        if line is not None:
            call = partial(service.report_paper, self.work.desk, line.record_id)
            self.ask(call, partial(self._on_paper, line.school))

    def _on_paper(self, school: str, printed: Printed) -> None:
        key = ask_printer(self, printed.pdf)
        if key:
            sent = key.endswith("printed")
            words = say("signal_report.printed", school=school) if sent else say(key)
            self.say(words, Severity.OK if sent else Severity.ERROR)


def _state_words(line: ReportLine) -> str:
    if line.is_conflict:
        return say("signal_report.two_versions")
    if line.narrative is None:
        return say("signal_report.not_written")
    writer = ", ".join(line.writers)
    if line.reading is None:
        return say("signal_report.waits", writer=writer)
    day = show.day(line.reading.on)
    return say("signal_report.read", writer=writer, reader=line.reading.reader, day=day)


def _columns() -> tuple[Column[ReportLine], ...]:
    return (
        Column("School", 0, lambda one: TextCell(one.school, Weight.SEMIBOLD)),
        Column(
            "Half schooljaar",
            220,
            lambda one: TextCell(service.period_of(one.report), role=Role.SECONDARY),
        ),
        Column("Toestand", 180, _state_cell),
    )


def _state_cell(one: ReportLine) -> StateCell:
    if one.is_conflict:
        return StateCell("arrows-split", "Twee versies", Role.ATTENTION)
    if one.narrative is None:
        return StateCell("pencil", "Zonder tekst", Role.SECONDARY)
    if one.reading is None:
        return StateCell("hourglass", "Wacht op lezer", Role.ATTENTION)
    return StateCell("check", "Goedgekeurd", Role.OK)
