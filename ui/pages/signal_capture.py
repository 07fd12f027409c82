"""P22 Signaal noteren: a strip above the page in hand, which stays exactly as it was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.domain.care import CareDomain
from clbdesk.domain.school_signal import SignalPriority, SignalSort
from clbdesk.ids import SchoolId
from clbdesk.services.drafts import drop_draft, keep_draft
from clbdesk.services.records import withdraw
from clbdesk.services.signal_capture import (
    FORM,
    LONGEST,
    SignalEntry,
    open_capture,
    record_signal,
    saved_for,
)
from clbdesk.wording import label, say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.theme import Role, Size
from ui.widgets.button import Button, Kind
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.page_frame import Strip
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.errors import Environment, Refused
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.records import Saved
    from clbdesk.services.signal_capture import SignalView
    from ui.pages.base import Destination, Page

_UNDONE = "signaal ongedaan gemaakt"
_FIRST = 48  # px of the words before the first field of a line
_DOMAINS = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(CareDomain, "lopg", strict=True)
)
_SORTS = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(SignalSort, "nbs", strict=True)
)
_PRIORITIES = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(SignalPriority, "lgh", strict=True)
)


def note_signal(page: Page, here: Destination) -> None:
    """Open the strip above a page; pressed again it only gets the focus back."""
    strip = page.above()
    if isinstance(strip, SignalStrip):
        strip.begin()
        return
    call = partial(open_capture, page.work.desk, here.visit_id)
    page.ask(call, partial(_show, page))


def _show(page: Page, view: SignalView) -> None:
    if not page.isVisible() or page.above() is not None:
        return
    strip = SignalStrip(page, view)
    page.show_above(strip)
    strip.begin()


class SignalStrip(Strip):
    """The fields of one signal; it goes when it was saved or thrown away."""

    def __init__(self, page: Page, view: SignalView) -> None:
        """With what a draft kept."""
        super().__init__("Signaal", spacing=6)
        self._page, self._view = page, view
        self._is_saving = False
        self.school = FilteredList("School", width=280, required=True)
        self.school.set_options([Option(one.school_id, one.name) for one in view.schools])
        self.school.set_value(view.here.school_id if view.here else None)
        self.domain = ChoiceRow("Domein", _DOMAINS, required=True)
        self.theme = FilteredList("Thema", width=240, required=True)
        self.sort = ChoiceRow("Aard", _SORTS, required=True)
        self.text = TextEdit("Tekst", limit=LONGEST, lines=1, required=True)
        self.priority = ChoiceRow("Prioriteit", _PRIORITIES)
        self.save_button = Button("Opslaan", actions.hint(Key.SAVE_AND_GO), height=36)
        drop = Button("Weggooien", kind=Kind.MUTED, height=36)
        self._wrong = Label("", role=Role.ERROR, wrap=True)
        self._wrong.hide()
        self.add_to_head(Label(f"bron {label(view.source)}", Size.QUIET, role=Role.SECONDARY))
        middle = (("Aard", self.sort), ("Prioriteit", self.priority), ("School", self.school))
        self.body.addLayout(_line(("Domein", self.domain), ("Thema", self.theme)))
        self.body.addLayout(_line(*middle))
        last = _line(("Tekst", self.text), stretch=True)
        last.addWidget(drop)
        last.addWidget(self.save_button)
        self.body.addLayout(last)
        self.body.addWidget(self._wrong)
        self.domain.edited.connect(self._on_domain)
        self.theme.edited.connect(self._on_theme)
        self.text.edited.connect(self.look)
        self.save_button.clicked.connect(lambda _on: self.save())
        drop.clicked.connect(lambda _on: self._throw_away())
        self._on_domain()
        self._show_draft()

    def begin(self) -> None:
        """The focus where one begins."""
        first = self.domain if self.domain.value() is None else self.text
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def entry(self) -> SignalEntry:
        """What stands in the strip."""
        school = self.school.value()
        return SignalEntry(
            school_id=SchoolId(school) if school else None,
            domain=self.domain.value_as(CareDomain),
            theme=self.theme.value(),
            sort=self.sort.value_as(SignalSort),
            priority=self.priority.value_as(SignalPriority) or SignalPriority.USUAL,
            text=self.text.value(),
        )

    def leave(self) -> None:
        """Something closes it: keep what was typed, for the next time it opens."""
        entry = self.entry()
        if not self._is_saving and (entry.text or entry.domain):
            self._keep(entry)

    def _keep(self, entry: SignalEntry) -> None:
        desk, where = self._page.work.desk, self._view.where
        written = msgspec.json.encode(entry).decode()
        self._page.keep_draft(
            FORM, partial(keep_draft, desk, FORM, where, (), written), lambda _draft: None
        )

    def primary(self) -> None:
        """Ctrl+Enter while the focus is here."""
        self.save()

    def look(self) -> bool:
        """Underline names; whether there are none."""
        found = self._view.names.find(self.text.toPlainText())
        self.text.set_marks([(one.start, one.length) for one in found], Role.ERROR)
        self._say(say("signal.name_blocks", name=found[0].word) if found else "")
        return not found

    def save(self) -> None:
        """Record it; the page under it is left alone."""
        if self._is_saving:
            return
        if self.text.problem():
            self._say(self.text.problem())
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._is_saving = True
        entry = self.entry()
        call = partial(record_signal, self._page.work.desk, self._view, entry)
        self._page.ask(call, partial(self._on_saved, entry), partial(self._on_trouble, entry))

    def _on_saved(self, entry: SignalEntry, outcome: Outcome[Saved]) -> None:
        page, school = self._page, saved_for(self._view, entry)
        page.let_go(FORM)
        if shiboken6.isValid(self):  # else somebody closed it meanwhile
            self.gone.emit()
        page.work.bus.changed.emit(outcome.changes)
        records = tuple(one.record_id for one in outcome.value.revisions)
        call = partial(withdraw, page.work.desk, records, _UNDONE)
        undone = partial(page.say, say("signal.undone"))
        act = Act("Ongedaan maken", lambda: page.ask(call, lambda _done: undone()))
        page.say(say("signal.saved", school=school.name if school else ""), Severity.OK, act)

    def _on_trouble(self, entry: SignalEntry, trouble: Refused | Environment) -> None:
        self._is_saving = False
        if not shiboken6.isValid(self):
            self._keep(entry)
            self._page.tell(trouble)
            return
        if self.look():  # it names what it underlines; the refusal itself never does
            self._say(say(trouble.key, **trouble.values))
        fields: dict[object, QWidget] = {
            "school": self.school,
            "domain": self.domain,
            "theme": self.theme,
            "sort": self.sort,
            "text": self.text,
        }
        field = fields.get(getattr(trouble, "field", None))
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _throw_away(self) -> None:
        self._is_saving = True
        self._page.let_go(FORM)
        self._page.ask(partial(drop_draft, self._page.work.desk, FORM), lambda _none: None)
        self.gone.emit()

    def _say(self, text: str) -> None:
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))

    def _on_domain(self) -> None:
        domain = self.domain.value()
        themes = [one for one in self._view.themes if domain in (None, one.domain.value)]
        self.theme.set_options([Option(one.code, one.label) for one in themes])

    def _on_theme(self) -> None:
        if self.theme.value() is not None and not self.theme.is_listing():
            self.sort.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_draft(self) -> None:
        draft = self._view.draft
        entry = msgspec.json.decode(draft.content, type=SignalEntry) if draft else SignalEntry()
        self.domain.set_value(entry.domain.value if entry.domain else None)
        self._on_domain()
        self.theme.set_value(entry.theme)
        self.sort.set_value(entry.sort.value if entry.sort else None)
        self.priority.set_value(entry.priority.value)
        self.text.set_value(entry.text)
        if draft is not None:
            self._say(say("signal.draft_found", hour=show.hour(draft.saved_at)))
            if entry.school_id is not None:
                self.school.set_value(entry.school_id)


def _line(*fields: tuple[str, QWidget], stretch: bool = False) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    for place, (word, control) in enumerate(fields):
        name = Label(word, Size.QUIET, role=Role.SECONDARY)
        if not place:  # the first fields stand under each other
            name.setMinimumWidth(theme.px(_FIRST))
        line.addWidget(name)
        line.addWidget(control, int(stretch))
    if not stretch:
        line.addStretch(1)
    return line
