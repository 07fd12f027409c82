"""Leidraad: the steps of the conversation guide in the words of the centre, and its sentences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.services import care_guide as service
from clbdesk.services.care_guide import GuideStepView, PhraseEntry, StepEntry
from clbdesk.services.records import Saved, Where
from clbdesk.wording import say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.care_rows import EntryRow, Rows, has_focus
from ui.pages.care_topic_body import scrolling
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import NARROW, Card
from ui.widgets.cells import StateCell, TextCell
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.list_view import ListView
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from clbdesk.ids import RecordId
    from clbdesk.services.drafts import Draft
    from clbdesk.services.outcome import ChangeSet, Outcome

_FORM, _FORM_NARROW, _LABELS = 640, 560, 112


class PhraseRow(EntryRow[PhraseEntry]):
    """One sentence; an empty one is struck."""

    def __init__(self) -> None:
        """Empty."""
        super().__init__()
        self._text = TextEdit("Vaste zin", limit=service.LONGEST_PHRASE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._text)
        self._text.edited.connect(self.edited)
        self._entry = PhraseEntry()

    def entry(self) -> PhraseEntry:
        """The sentence with its record."""
        return PhraseEntry(record_id=self._entry.record_id, text=self._text.value())

    def set_entry(self, entry: PhraseEntry) -> None:
        """Show a sentence."""
        self._entry = entry
        self._text.set_value(entry.text)

    def first(self) -> QWidget:
        """The text."""
        return self._text

    def texts(self) -> tuple[TextEdit, ...]:
        """The text."""
        return (self._text,)


class CareGuidePage(Page):
    """The steps at the left, the words of the chosen one at the right."""

    name: ClassVar[str] = "care_guide"

    def __init__(self, work: Work) -> None:
        """Empty until the steps are read."""
        super().__init__(work)
        self._views: tuple[GuideStepView, ...] = ()
        self._shown: GuideStepView | None = None
        self._wanted: RecordId | None = None
        self._may_write = service.may_word_guide(work.desk)
        self._drafts = FormDraft(self, lambda: msgspec.json.encode(self.entry()).decode())
        self._drafts.kept.connect(self._on_kept)
        self._model: ListModel[GuideStepView] = ListModel(_columns(), lambda view: view.step.name)
        self.list = ListView("Stappen", self._model, row_height=34)
        self.list.current_changed.connect(self._on_chosen)
        self.list.opened.connect(self._begin)
        self.label = TextEdit("Naam van de stap", limit=service.LONGEST_LABEL, required=True)
        self.prompt = TextEdit("Vraag", limit=service.LONGEST_PROMPT, lines=3, required=True)
        self.required = TickBox("Verplicht")
        self._always = Label("", Size.QUIET, role=Role.SECONDARY)
        self.phrases: Rows[PhraseEntry] = Rows(PhraseRow)
        self.card = Card("", main=True, spacing=10)
        self._sentences = Card("Vaste zinnen", spacing=8)
        self.fill_body(self._place())
        self._reset = Button("Tekst van het programma")
        self._drop = Button("Concept weggooien")
        self._up, self._down = Button("Omhoog"), Button("Omlaag")
        self._out, self._add = Button("Weglaten"), Button("Stap toevoegen")
        self.footer.add_left(self._add, self._up, self._down, self._out, self._reset, self._drop)
        self.footer.set_primary("Stap opslaan")
        self.footer.primary_pressed.connect(self.save)
        self._reset.clicked.connect(self.reset)
        self._add.clicked.connect(self.add)
        self._up.clicked.connect(lambda: self.move_step(up=True))
        self._down.clicked.connect(lambda: self.move_step(up=False))
        self._out.clicked.connect(self.leave_out)
        self._drop.clicked.connect(lambda: self._drafts.drop(self._read))
        for control in (self.label, self.prompt, self.required, self.phrases):
            control.edited.connect(self._drafts.touched)
        self.top_line.set_title("Leidraad", "gespreksleidraad van het centrum")
        actions.bind(self, Key.SAVE, self.save)
        actions.bind(self, Key.NEW, self._new_phrase)

    def _place(self) -> QWidget:
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.required)
        line.addWidget(self._always)
        line.addStretch(1)
        self.card.body.addWidget(FieldRow("Naam", self.label, label_width=_LABELS, stretch=True))
        self.card.body.addWidget(FieldRow("Vraag", self.prompt, label_width=_LABELS, stretch=True))
        self.card.body.addLayout(line)
        self._state = Label("", Size.QUIET, role=Role.SECONDARY, wrap=True)
        self.card.body.addWidget(self._state)
        self._sentences.body.addWidget(Label(say("guide.how"), role=Role.SECONDARY, wrap=True))
        self._sentences.body.addWidget(self.phrases)
        right = QVBoxLayout()
        right.setContentsMargins(0, 12, 6, 12)
        right.setSpacing(8)
        right.addWidget(self.card)
        right.addWidget(self._sentences)
        right.addStretch(1)
        content = QWidget()
        content.setLayout(right)
        self._right = scrolling(content)
        body = QWidget()
        columns = QHBoxLayout(body)
        columns.setContentsMargins(0, 0, 10, 0)
        columns.setSpacing(16)
        columns.addWidget(self.list, 1)
        columns.addWidget(self._right)
        return body

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The form gives up air on a narrow window."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(NARROW)
        self._right.setFixedWidth(theme.px(_FORM_NARROW if narrow else _FORM))

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """Read the steps; the list has the focus."""
        del to
        self.messages.clear()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._read()

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A synchronisation may have brought words; what is being typed is left alone."""
        touched = changes.touches(service.KIND) or changes.touches(service.PHRASE)
        if touched and self.isVisible() and not has_focus(self._right):
            self._read()

    def close_open(self) -> bool:
        """Esc leaves the fields for the list first."""
        if self.list.hasFocus():
            return False
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def title_back(self) -> str:
        """Leidraad."""
        return "Leidraad"

    def _read(self) -> None:
        self.ask(partial(service.list_guide, self.work.desk), self._on_views)

    def _on_views(self, views: tuple[GuideStepView, ...]) -> None:
        self._views = views
        wanted = self._shown.step.name if self._shown else views[0].step.name
        added = next((one for one in views if one.record_id == self._wanted), None)
        self._model.show_rows(list(views))
        self.list.go_to(self._model.position(added.step.name if added else wanted) or 0)
        self._show(self.list.current())
        if added is not None:  # until its words are saved, or another step is chosen
            self._wanted = added.record_id
            self._begin(self.list.current())
            self.label.selectAll()

    def _on_chosen(self, row: int) -> None:
        """Another step: what was typed in the one before stays as its draft."""
        if 0 <= row < len(self._views) and self._views[row] is not self._shown:
            self._drafts.keep()
            self._wanted = None
            self._show(row)

    def _begin(self, _row: int) -> None:
        self.label.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._views):
            return
        view = self._shown = self._views[row]
        draft = view.draft
        entry = msgspec.json.decode(draft.content, type=StepEntry) if draft else view.entry
        self._drafts.watch(view.form, Where(), draft.base if draft else view.base)
        self.card.set_title(f"{view.number or '–'} {view.entry.label}")
        self.label.set_value(entry.label)
        self.prompt.set_value(entry.prompt)
        self.required.set_value(view.is_always_required or entry.required)
        self.phrases.set_entries(entry.phrases)
        self._always.setText(say("guide.always_required") if view.is_always_required else "")
        self._show_state(view, draft)

    def _show_state(self, view: GuideStepView, draft: Draft | None) -> None:
        for field in (self.label, self.prompt):
            field.setReadOnly(not self._may_write)
        self.required.setEnabled(self._may_write and not view.is_always_required)
        for row in self.phrases.rows():
            row.setEnabled(self._may_write)
        self.phrases.more.setVisible(self._may_write)
        self.footer.primary.setVisible(self._may_write)
        self._reset.setVisible(self._may_write and view.wording is not None and not view.is_own)
        self._add.setVisible(self._may_write)
        for button in (self._up, self._down, self._out):
            button.setVisible(self._may_write and view.is_free)
        self._out.set_words("Opnemen" if view.is_left_out else "Weglaten")
        self._drop.setVisible(draft is not None)
        words = say("guide.as_it_comes")
        if view.wording is not None:
            day = show.day(local_day(view.wording.revision.recorded_at))
            words = say("guide.worded", day=day, who=view.worded_by)
        self._state.setText(words if self._may_write else f"{words}. {say('guide.read_only')}")
        if view.wording is not None and view.wording.is_conflict:
            compare = Act("Vergelijken", lambda: self.go(Destination("conflicts")))
            self.say(say("guide.two_versions"), Severity.ATTENTION, compare)
        elif draft is not None:
            self.say(say("guide.draft_found", hour=show.hour(draft.saved_at)))

    def entry(self) -> StepEntry:
        """What stands in the form."""
        return StepEntry(
            label=self.label.value(),
            prompt=self.prompt.value(),
            required=self.required.value(),
            phrases=tuple(one for one in self.phrases.entries() if one.text),
        )

    def _on_kept(self, _draft: Draft) -> None:
        self._drop.setVisible(True)

    def _new_phrase(self) -> None:
        if self._may_write:
            self.phrases.add()

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: the words of this step, and its sentences."""
        view = self._shown
        if view is None or not self._may_write:
            return
        entry = self.entry()
        fields: dict[str, QWidget] = {"label": self.label, "prompt": self.prompt}
        problems = [Problem(text, fields[field]) for field, text in service.missing_in_step(entry)]
        texts = (self.label, self.prompt, *(t for row in self.phrases.rows() for t in row.texts()))
        problems += [Problem(one.problem(), one) for one in texts if one.problem()]
        if problems:
            self.show_problems(problems)
            return
        self._wanted = None
        call = partial(service.record_step, self.work.desk, view, entry, self._drafts.base)
        self._drafts.record(call, partial(self._on_saved, view, entry))

    def _on_saved(self, view: GuideStepView, entry: StepEntry, outcome: Outcome[Saved]) -> None:
        self._read()
        if not outcome.value.revisions:
            self.say(say("guide.unchanged"))
            return
        self._say_done(say("guide.saved", number=view.number or "–", label=entry.label), outcome)

    def add(self) -> None:
        """A step of the centre; its name is typed next."""
        self._drafts.keep()
        self.ask(partial(service.add_step, self.work.desk), self._on_added)

    def _on_added(self, outcome: Outcome[Saved]) -> None:
        self._wanted = outcome.value.revisions[0].record_id
        self._read()
        self._say_done(say("guide.added"), outcome)

    def move_step(self, *, up: bool) -> None:
        """Past the step before or after it."""
        view = self._shown
        if view is not None:
            self._drafts.keep()
            call = partial(service.move_step, self.work.desk, view, up=up)
            self.ask(call, partial(self._on_placed, say("guide.moved", label=view.entry.label)))

    def leave_out(self) -> None:
        """Leave the step out of the guide, or take it in again."""
        view = self._shown
        if view is not None:
            self._drafts.keep()
            key = "guide.taken_in" if view.is_left_out else "guide.left_out"
            call = partial(service.leave_out, self.work.desk, view, on=not view.is_left_out)
            self.ask(call, partial(self._on_placed, say(key, label=view.entry.label)))

    def _on_placed(self, sentence: str, outcome: Outcome[Saved]) -> None:
        self._read()
        if outcome.value.revisions:
            self._say_done(sentence, outcome)

    def reset(self) -> None:
        """The program's own words again."""
        view = self._shown
        if view is not None:
            call = partial(service.reset_step, self.work.desk, view)
            self.ask(call, partial(self._on_reset, view))

    def _on_reset(self, view: GuideStepView, outcome: Outcome[Saved]) -> None:
        self._drafts.stop()
        self._read()
        self._say_done(say("guide.reset", number=view.number or "–"), outcome)

    def _say_done(self, sentence: str, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        undo = partial(self._undo, outcome.value)
        act = Act("Ongedaan maken", undo, actions.hint(Key.UNDO))
        self.say(sentence, Severity.OK, act)

    def _undo(self, saved: Saved) -> None:
        self.ask(partial(service.undo_step, self.work.desk, saved), self._on_undone)

    def _on_undone(self, outcome: Outcome[Saved]) -> None:
        self._read()
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("guide.undone"))


def _columns() -> tuple[Column[GuideStepView], ...]:
    return (
        Column("", 32, lambda view: TextCell(str(view.number or "–"), role=Role.SECONDARY)),
        Column("Stap", 0, lambda view: TextCell(view.entry.label, Weight.SEMIBOLD)),
        Column("Verplicht", 104, _required),
        Column("Stand", 136, _state),
    )


def _required(view: GuideStepView) -> TextCell:
    return TextCell("verplicht" if view.entry.required else "", role=Role.SECONDARY)


def _state(view: GuideStepView) -> StateCell | TextCell:
    if view.wording is not None and view.wording.is_conflict:
        return StateCell("arrows-split", "Twee versies", Role.ATTENTION)
    if view.draft is not None:
        return StateCell("pencil", "Concept", Role.ACCENT)
    if view.is_left_out:
        return StateCell("minus", "Weggelaten", Role.SECONDARY)
    if view.is_own:
        return StateCell("plus", "Eigen stap", Role.ACCENT)
    if view.wording is not None:
        return StateCell("check", "Eigen tekst", Role.OK)
    return TextCell("")
