"""A form of which the words cross to the guidance team: the words and the consent at the left.

The right column shows, while somebody types, all that the other side will read, and what crossed
before.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.care_outcome import Giver, Manner
from clbdesk.services.crossing import CrossingEntry, crossing_lines
from clbdesk.wording import label, say
from ui import format as show
from ui.bus import Severity
from ui.pages import shown
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.reason_strip import ReasonStrip
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow, MultiChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from clbdesk.domain.guidance_request import Crossing
    from clbdesk.ids import RecordId
    from clbdesk.services.crossing import CrossingView, MissingInCrossing
    from clbdesk.services.desk import Desk
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_RIGHT, _LABELS = 446, 152
_LETTERS = {Giver.PUPIL: "l", Giver.MOTHER: "m", Giver.FATHER: "v", Giver.GUARDIAN: "o"}
_MANNERS = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Manner, "mst", strict=True)
)


class CrossingForm(Page):
    """One such form. `section`: its words in resources/wording; `step`: where saving goes back to."""

    section: ClassVar[str]
    step: ClassVar[str]

    def __init__(self, work: Work, title: str, words: str, limit: int, before: str) -> None:
        """Empty until a pupil is shown. `words`: name of the text; `before`: of what crossed."""
        super().__init__(work)
        self._crossing: CrossingView | None = None
        self._drafts = FormDraft(self, lambda: msgspec.json.encode(self.entry()).decode())
        self.words = TextEdit(words, limit=limit, lines=3, required=True)
        self.gives = MultiChoiceRow("Toestemming van", (), required=True)
        self.refuses = MultiChoiceRow("Weigering van", ())
        self.manner = ChoiceRow("Hoe", _MANNERS, required=True)
        self.on = DateEdit(
            "Op", self._today, lean=Lean.PAST, no_later_than_today=True, required=True
        )
        self.until = DateEdit("Geldig tot", self._today, lean=Lean.FUTURE)
        self.card = Card(title, main=True, spacing=8)
        self._who = Label("", weight=Weight.SEMIBOLD, wrap=True)
        self.preview = Card(self._say("preview"))
        self._before = Card(before)
        self._lines: list[QWidget] = []
        self._earlier: list[QWidget] = []
        self._reasons = ReasonStrip()
        self._reasons.hide()
        self.take_back = Button(f"{self._say('withdraw')}…")
        self._place(words)
        self._reasons.chosen.connect(self._withdraw)
        self.take_back.clicked.connect(lambda: self._reasons.ask("withdraw"))
        self.footer.add_left(self.take_back)
        self.footer.primary_pressed.connect(self.save)
        self.banner.show()
        for field in self.fields().values():
            field.edited.connect(self._on_edited)

    def _say(self, key: str, **values: str) -> str:
        return say(f"{self.section}.{key}", **values)

    def fields(self) -> dict[str, TextEdit | MultiChoiceRow | ChoiceRow | DateEdit]:
        """The fields of the form by the name that a problem gives them."""
        return {
            "words": self.words,
            "gives": self.gives,
            "refuses": self.refuses,
            "manner": self.manner,
            "on": self.on,
            "until": self.until,
        }

    def _place(self, words: str) -> None:
        body = self.card.body
        body.addWidget(Label(self._say("opening"), role=Role.SECONDARY, wrap=True))
        body.addWidget(_row(words, self.words))
        body.addWidget(self._who)
        for name, control in (
            ("Toestemming van", self.gives),
            ("Weigering van", self.refuses),
            ("Hoe", self.manner),
            ("Op", self.on),
            ("Geldig tot", self.until),
        ):
            body.addWidget(_row(name, control))
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(self.card)
        columns.left.addStretch(1)
        columns.right.addWidget(self.preview)
        columns.right.addWidget(self._before)
        columns.right.addStretch(1)
        self.body.addWidget(self._reasons)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- what each form says itself ---

    def read(self, to: Destination) -> None:
        """Read the form of a pupil and give it to `show_crossing`."""
        raise NotImplementedError

    def missing(self, view: CrossingView) -> tuple[MissingInCrossing, ...]:
        """What keeps it from crossing."""
        raise NotImplementedError

    def crossing(self, view: CrossingView) -> Crossing:
        """The record as it would cross."""
        raise NotImplementedError

    def record(self, desk: Desk, view: CrossingView, entry: CrossingEntry) -> Outcome[Saved]:
        """Let it cross."""
        raise NotImplementedError

    def withdraw(self, desk: Desk, record_id: RecordId, reason: str) -> Outcome[Saved]:
        """Take back what crossed."""
        raise NotImplementedError

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """The form for a pupil of a visit."""
        if to.visit_id is not None and to.pupil_id is not None:
            self.messages.clear()
            self.read(to)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """Something of this pupil crossed or was taken back; what is being typed stays."""
        at = self._crossing.on_visit if self._crossing else None
        if at is not None and changes.touches(self.name, pupil_id=at.pupil_id):
            self._drafts.keep()
            self.read(Destination(self.name, at.visit_id, at.pupil_id))

    def close_open(self) -> bool:
        """Esc closes the strip that asks a reason."""
        is_open = self._reasons.isVisible()
        self._reasons.hide()
        return is_open

    def show_crossing(self, view: CrossingView) -> None:
        """The form, its draft, and what crossed before."""
        self._crossing = view
        self.banner.show_pupil(shown.banner(view.pupil, view.today))
        self._drafts.watch(view.form, view.on_visit.where, ())
        entry = CrossingEntry(on=view.today)
        if view.draft is not None:
            entry = msgspec.json.decode(view.draft.content, type=CrossingEntry)
        self._who.setText(view.who_decides)
        for row in (self.gives, self.refuses):
            row.set_choices(_givers(view.deciders))
        self.words.set_value(entry.words)
        self.gives.set_values([one.value for one in entry.gives if one in view.deciders])
        self.refuses.set_values([one.value for one in entry.refuses if one in view.deciders])
        self.manner.set_value(entry.manner.value if entry.manner else None)
        self.on.set_value(entry.on)
        self.until.set_value(entry.until)
        self._show_earlier(view)
        self._show_preview()
        self.focus_first()

    def _show_earlier(self, view: CrossingView) -> None:
        pairs = [
            (
                self._say(
                    "earlier",
                    day=show.weekday(one.body.on),
                    who=view.writers.get(one.revision.author, ""),
                ),
                one.body.words,
            )
            for one in view.earlier
        ]
        self._earlier = said_in(
            self._before, self._earlier, pairs or [(self._say("none_before"), "")]
        )
        self.take_back.setVisible(bool(view.earlier))

    # --- typing ---

    def entry(self) -> CrossingEntry:
        """What stands on the page."""
        return CrossingEntry(
            words=self.words.value(),
            gives=tuple(Giver(one) for one in self.gives.values()),
            refuses=tuple(Giver(one) for one in self.refuses.values()),
            manner=self.manner.value_as(Manner),
            on=self.on.day(),
            until=self.until.day(),
        )

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())

    def _on_edited(self) -> None:
        self._show_preview()
        self._drafts.touched()

    def _show_preview(self) -> None:
        view = self._crossing
        if view is None:
            return
        lines: Iterable[tuple[str, str]] = [(self._say("nothing_yet"), "")]
        if not self.missing(view):
            by = self.work.who()
            who = [("Leerling", view.name), ("School", view.pupil.school), ("Door", by)]
            lines = [*who, *crossing_lines(self.crossing(view))]
        self._lines = said_in(self.preview, self._lines, lines)

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: let it cross, and go back to the pupil."""
        view = self._crossing
        if view is None:
            return
        fields = self.fields()
        problems = [Problem(one.text, fields[one.field]) for one in self.missing(view)]
        if trouble := self.words.problem():
            problems.append(Problem(trouble, self.words))
        if problems:
            self.show_problems(problems)
            return
        call = partial(self.record, self.work.desk, view, self.entry())
        self._drafts.record(call, self._on_saved)

    def _on_saved(self, outcome: Outcome[Saved]) -> None:
        view = self._crossing
        self.work.bus.changed.emit(outcome.changes)
        if view is not None:
            at = view.on_visit
            self.go(Destination("pupil", at.visit_id, at.pupil_id, self.step))
            self.work.bus.say(self._say("saved", name=view.name), Severity.OK)

    def _withdraw(self, _purpose: str, reason: str) -> None:
        if self._crossing is not None and self._crossing.earlier:
            self._reasons.hide()
            newest = self._crossing.earlier[0].record_id
            self.ask(partial(self.withdraw, self.work.desk, newest, reason), self._on_withdrawn)

    def _on_withdrawn(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        if self._crossing is not None:
            self.say(self._say("withdrawn", name=self._crossing.name), Severity.OK)


def _givers(some: Iterable[Giver]) -> tuple[Choice, ...]:
    return tuple(Choice(one.value, label(one), _LETTERS[one]) for one in some)


def _row(name: str, control: QWidget) -> FieldRow:
    return FieldRow(name, control, label_width=_LABELS, stretch=isinstance(control, TextEdit))


def said_in(card: Card, old: list[QWidget], pairs: Iterable[tuple[str, str]]) -> list[QWidget]:
    """Name above value, in the place of what stood there."""
    for widget in old:
        card.body.removeWidget(widget)
        widget.hide()
        widget.deleteLater()
    made: list[QWidget] = []
    for name, value in pairs:
        made.append(Label(name, Size.QUIET, role=Role.SECONDARY, wrap=True))
        if value:
            made.append(Label(value, wrap=True))
    for widget in made:
        card.body.addWidget(widget)
    return made
