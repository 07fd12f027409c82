"""P21 Uitvoer naar school: what leaves for the school, checked line by line, then released."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from PySide6.QtCore import Qt, QTimer

from clbdesk.domain.care_outcome import OutputForm
from clbdesk.services import school_output as service
from clbdesk.services.records import Saved, withdraw
from clbdesk.services.school_output import Finding, Trouble
from clbdesk.wording import label, say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.school_output_check import CheckCard
from ui.pages.sync_paper import send_to_printer
from ui.theme import Role, Size
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.domain.care_outcome import SchoolOutput
    from clbdesk.errors import Environment, Refused
    from clbdesk.reports.paper import Printed
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.school_output import OutputView

_RIGHT = 440
_LONGEST = 20_000
_LINES = 19
_PAUSE_MS = 250
_UNDONE = "vrijgave ongedaan gemaakt"
_FORMS = (
    Choice(OutputForm.AGREEMENTS.value, label(OutputForm.AGREEMENTS), "a"),
    Choice(OutputForm.REPORT.value, label(OutputForm.REPORT), "v"),
)


class _Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft of this page keeps. `texts`: only of forms that somebody changed."""

    form: OutputForm = OutputForm.AGREEMENTS
    texts: dict[OutputForm, str] = {}
    recipient: str = ""
    explained: dict[str, str] = {}


class SchoolOutputPage(Page):
    """The text of one of two forms; a name blocks, a word asks, Ctrl+Enter releases."""

    name: ClassVar[str] = "school_output"

    def __init__(self, work: Work) -> None:
        """The text at the left, the check and who receives it at the right."""
        super().__init__(work)
        self._view: OutputView | None = None
        self._texts: dict[OutputForm, str] = {}
        self._drafts = FormDraft(self, lambda: msgspec.json.encode(self._entry()).decode())
        self.form = ChoiceRow("Soort", _FORMS)
        self.text = TextEdit("Tekst", limit=_LONGEST, lines=_LINES, required=True)
        self.check = CheckCard()
        self.recipient = FilteredList("Ontvanger", required=True, width=None)
        paper = Card("Uitvoer", main=True, spacing=8)
        paper.body.addWidget(self.form)
        paper.body.addWidget(self.text)
        paper.body.addWidget(
            Label(say("care_output.closing"), Size.QUIET, role=Role.SECONDARY, wrap=True)
        )
        whom = Card(spacing=6)
        whom.body.addWidget(FieldRow("Ontvanger", self.recipient, label_width=88, stretch=True))
        self._released = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        whom.body.addWidget(self._released)
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(paper)
        columns.left.addStretch(1)
        columns.right.addWidget(whom)
        columns.right.addWidget(self.check)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)
        self._print = Button("Afdrukken", actions.hint(Key.PRINT))
        self._edit = Button("Tekst aanpassen", actions.hint(Key.CORRECT))
        self._again = Button("Opnieuw opstellen")
        self.footer.add_left(self._print, self._edit, self._again)
        self.footer.set_primary("Vrijgeven aan school")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self._connect()

    def _connect(self) -> None:
        self.form.edited.connect(self._on_form)
        self.text.edited.connect(self._on_text)
        self.recipient.edited.connect(self._drafts.touched)
        self.check.edited.connect(self._drafts.touched)
        self.check.away_asked.connect(self._take_away)
        self._print.clicked.connect(lambda _on: self.print_released())
        self._edit.clicked.connect(lambda _on: self.edit_text())
        self._again.clicked.connect(lambda _on: self._compose_again())
        self.footer.primary_pressed.connect(self.release)
        actions.bind(self, Key.PRINT, self.print_released)
        actions.bind(self, Key.CORRECT, self.edit_text)

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """The output of the meeting of a visit."""
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if visit_id is not None:
            call = partial(service.open_output, self.work.desk, visit_id)
            self.ask(call, partial(self._on_view, arriving=True), self._on_refused)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """The meeting, a topic or an earlier release changed."""
        touched = changes.touches("care_meeting", "consultative_note", "agreement", "school_output")
        if self._view is not None and self.isVisible() and touched and not self._drafts.is_dirty:
            self._look_again()

    def title_back(self) -> str:
        """Uitvoer."""
        return "Uitvoer"

    def _on_refused(self, trouble: Refused | Environment) -> None:
        """Nothing was recorded yet: there is nothing to release."""
        self._view = None
        self.text.set_value("")
        self.check.show_findings((), (), open_=False)
        self.recipient.set_options(())
        self._show_state()
        self.top_line.set_title("Uitvoer naar school")
        self.say(say(trouble.key, **trouble.values), Severity.ATTENTION)

    def _look_again(self) -> None:
        if self._view is not None:
            call = partial(service.view_output, self.work.desk, self._view.visit_id)
            self.ask(call, partial(self._on_view, arriving=False), self._on_refused)

    def _on_view(self, view: OutputView, *, arriving: bool) -> None:
        self._view = view
        draft = view.draft
        entry = msgspec.json.decode(draft.content, type=_Entry) if draft else _Entry()
        self._drafts.watch(view.form, view.where, draft.base if draft else ())
        self._texts = dict(view.texts) | entry.texts
        self.form.set_value(entry.form.value)
        self.recipient.set_options(
            [Option(one.name, one.name, one.function_label) for one in view.recipients]
        )
        self.recipient.set_value(entry.recipient or view.recipient)
        self.check.set_explained(entry.explained)
        self.text.setReadOnly(not entry.texts)
        self._show_text()
        self.top_line.set_title("Uitvoer naar school", f"{view.school} · {show.weekday(view.on)}")
        self._show_state()
        if arriving:
            self.messages.clear()
            self._focus_first()

    def _focus_first(self) -> None:
        """The first thing to put right, else the primary button."""
        (self.check.first() or self.footer.primary).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_text(self) -> None:
        self.text.set_value(self._texts.get(self._form(), ""))
        self.look()

    def _show_state(self) -> None:
        view = self._view
        self._print.setEnabled(bool(view and view.released))
        for one in (self._edit, self.form, self.recipient):
            one.setEnabled(view is not None)
        self.footer.primary.setEnabled(view is not None)
        self._edit.setVisible(self.text.isReadOnly())
        changed = view is not None and self.text.value() != view.texts[self._form()].strip()
        self._again.setVisible(changed)
        lines = [service.released_words(one.body) for one in view.released] if view else []
        self._released.setText("\n".join(lines))
        self._released.setVisible(bool(lines))

    # --- typing ---

    def _form(self) -> OutputForm:
        return self.form.value_as(OutputForm) or OutputForm.AGREEMENTS

    def _entry(self) -> _Entry:
        view = self._view
        changed = {
            one: text for one, text in self._texts.items() if view and text != view.texts[one]
        }
        return _Entry(
            form=self._form(),
            texts=changed,
            recipient=self.recipient.value() or "",
            explained=self.check.explained(),
        )

    def _on_form(self) -> None:
        self._show_text()
        self._show_state()
        self._drafts.touched()

    def _on_text(self) -> None:
        self._texts[self._form()] = self.text.value()
        self._pause.start()
        self._drafts.touched()

    def edit_text(self) -> None:
        """Tekst aanpassen: the text opens, and is checked while somebody types."""
        if self._view is not None:
            self.text.setReadOnly(False)
            self._show_state()
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _compose_again(self) -> None:
        """What somebody changed goes; the text is again what the meeting says."""
        if self._view is not None:
            self._texts[self._form()] = self._view.texts[self._form()]
            self.text.setReadOnly(True)
            self._show_text()
            self._show_state()
            self._drafts.touched()

    def look(self) -> None:
        """Check what stands there now."""
        view = self._view
        if view is None:
            return
        found = service.findings(view, self._form(), self.text.toPlainText())
        named = any(one.trouble is Trouble.NAME for one in found)
        places = [(one.start, one.length) for one in found if one.length]
        self.text.set_marks(places, Role.ERROR if named else Role.ATTENTION)
        self.check.show_findings(found, view.left_out[self._form()], open_=True)
        self._show_state()

    def _take_away(self, finding: Finding) -> None:
        """A word leaves the text; a name becomes "een leerling"."""
        instead = say("care.a_pupil") if finding.trouble is Trouble.NAME else ""
        view = self._view
        if view is None:
            return
        text = self.text.toPlainText()
        for one in reversed(service.findings(view, self._form(), text)):
            if one.trouble is finding.trouble and one.key == finding.key and one.length:
                text = text[: one.start] + instead + text[one.start + one.length :]
        self.text.setReadOnly(False)
        self.text.set_value("\n".join(" ".join(line.split()) for line in text.split("\n")))
        self._on_text()
        self.look()
        self._focus_first()

    # --- releasing and printing ---

    def release(self) -> None:
        """Ctrl+Enter: keep exactly this text as what went to the school."""
        view = self._view
        if view is None:
            return
        text = self.text.value()
        problems = self._problems(view, text)
        if problems:
            self.look()
            self.show_problems(problems)
            return
        call = partial(
            service.release,
            self.work.desk,
            view,
            self._form(),
            text,
            self.recipient.value() or "",
            self.check.explained(),
        )
        self._drafts.record(call, self._on_released, self._on_not_released)

    def _problems(self, view: OutputView, text: str) -> list[Problem]:
        problems = []
        if not text:
            problems.append(Problem(say("care_output.missing_text"), self.text))
        if self.recipient.value() is None:
            problems.append(Problem(say("care_output.missing_recipient"), self.recipient))
        if self.text.problem():
            problems.append(Problem(self.text.problem(), self.text))
        found = service.findings(view, self._form(), text)
        for one in found:
            if one.trouble is Trouble.NAME:
                instead = say("care.a_pupil")
                words = say("care_output.name_blocks", name=one.word, instead=instead)
                problems.append(Problem(words, self.check.field_of(one) or self.text))
        least = service.least_explanation()
        distinct = {one.key: one for one in found}.values()
        for one in service.missing_explanations(distinct, self.check.explained()):
            key = "explain_length" if one.trouble is Trouble.PAGES else "explain"
            words = say(f"care_output.{key}", word=one.word, least=least)
            problems.append(Problem(words, self.check.field_of(one) or self.text))
        return problems

    def _on_not_released(self, trouble: Refused | Environment) -> None:
        """What came in meanwhile (a pupil of that name) is looked for again, and underlined."""
        self._look_again()
        self.tell(trouble)

    def _on_released(self, outcome: Outcome[Saved]) -> None:
        self._look_again()
        self.work.bus.changed.emit(outcome.changes)
        view = self._view
        assert view is not None
        recipient = self.recipient.value() or ""
        sentence = say(
            "care_output.released",
            form=label(self._form()),
            day=show.day(view.today),
            recipient=recipient,
        )
        records = tuple(one.record_id for one in outcome.value.revisions)
        undo = partial(withdraw, self.work.desk, records, _UNDONE)
        act = Act("Ongedaan maken", lambda: self.ask(undo, self._on_undone), actions.hint(Key.UNDO))
        self.work.bus.say(sentence, Severity.OK, act)

    def _on_undone(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self._look_again()
        self.say(say("care_output.withdrawn"))

    def print_released(self) -> None:
        """Ctrl+P: the newest release of this form, word for word."""
        view = self._view
        own = [one.body for one in view.released if one.body.form is self._form()] if view else []
        if view is None or not own:
            self.say(say("care_output.print_first"), Severity.ATTENTION)
            return
        call = partial(service.print_output, self.work.desk, view, own[-1])
        self.ask(call, partial(self._on_paper, own[-1]))

    def _on_paper(self, output: SchoolOutput, printed: Printed) -> None:
        if printed.missing:
            words = say("care_output.signs_missing", signs=printed.missing)
            self.say(words, Severity.ATTENTION)
            return
        said = send_to_printer(self, printed)
        if said == "synchronise.printed":
            self.say(say("care_output.printed", form=label(output.form)), Severity.OK)
        elif said:
            self.say(say("care_output.printer_silent"), Severity.ERROR)
