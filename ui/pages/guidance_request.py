"""Aanvraag voor begeleiding: a worry of a contact is asked of the guidance team, with consent.

The right column shows, while somebody types, all that the other side will read.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec

from clbdesk.clock import local_day
from clbdesk.domain.care_outcome import Giver, Manner
from clbdesk.services.guidance_request import (
    RequestEntry,
    RequestView,
    crossing,
    crossing_lines,
    missing_in_request,
    open_request_form,
    record_request,
    withdraw_request,
)
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

    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_RIGHT, _LABELS = 446, 152
_LETTERS = {Giver.PUPIL: "l", Giver.MOTHER: "m", Giver.FATHER: "v", Giver.GUARDIAN: "o"}
_MANNERS = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(Manner, "mst", strict=True)
)


class GuidanceRequestPage(Page):
    """The words and the consent at the left; what crosses, and what crossed before, at the right."""

    name: ClassVar[str] = "guidance_request"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work)
        self._view: RequestView | None = None
        self._drafts = FormDraft(self, lambda: msgspec.json.encode(self.entry()).decode())
        self.words = TextEdit("Vraag", limit=500, lines=3, required=True)
        self.gives = MultiChoiceRow("Toestemming van", (), required=True)
        self.refuses = MultiChoiceRow("Weigering van", ())
        self.manner = ChoiceRow("Hoe", _MANNERS, required=True)
        self.on = DateEdit(
            "Op", self._today, lean=Lean.PAST, no_later_than_today=True, required=True
        )
        self.until = DateEdit("Geldig tot", self._today, lean=Lean.FUTURE)
        self._who = Label("", weight=Weight.SEMIBOLD, wrap=True)
        self._preview = Card(say("request.preview"))
        self._before = Card("Eerder aangevraagd")
        self._lines: list[QWidget] = []
        self._earlier: list[QWidget] = []
        self._reasons = ReasonStrip()
        self._reasons.hide()
        self._take_back = Button(f"{say('request.withdraw')}…")
        self._place()
        self._reasons.chosen.connect(self._withdraw)
        self._take_back.clicked.connect(lambda: self._reasons.ask("withdraw"))
        self.footer.add_left(self._take_back)
        self.footer.set_primary("Aanvraag opslaan")
        self.footer.primary_pressed.connect(self.save)
        self.top_line.set_title("Aanvraag voor begeleiding")
        self.banner.show()
        for field in self._fields().values():
            field.edited.connect(self._on_edited)

    def _fields(
        self,
    ) -> dict[str, TextEdit | MultiChoiceRow | ChoiceRow | DateEdit]:
        return {
            "words": self.words,
            "gives": self.gives,
            "refuses": self.refuses,
            "manner": self.manner,
            "on": self.on,
            "until": self.until,
        }

    def _place(self) -> None:
        card = Card("Aanvraag", main=True, spacing=8)
        card.body.addWidget(Label(say("request.opening"), role=Role.SECONDARY, wrap=True))
        card.body.addWidget(_row("Vraag", self.words))
        card.body.addWidget(self._who)
        for name, control in (
            ("Toestemming van", self.gives),
            ("Weigering van", self.refuses),
            ("Hoe", self.manner),
            ("Op", self.on),
            ("Geldig tot", self.until),
        ):
            card.body.addWidget(_row(name, control))
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(card)
        columns.left.addStretch(1)
        columns.right.addWidget(self._preview)
        columns.right.addWidget(self._before)
        columns.right.addStretch(1)
        self.body.addWidget(self._reasons)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """The form for a pupil of a visit."""
        if to.visit_id is not None and to.pupil_id is not None:
            self.messages.clear()
            self._read(to)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """Somebody else asked for this pupil; what is being typed stays."""
        at = self._view.on_visit if self._view else None
        if at is not None and changes.touches("guidance_request", pupil_id=at.pupil_id):
            self._drafts.keep()
            self._read(Destination(self.name, at.visit_id, at.pupil_id))

    def close_open(self) -> bool:
        """Esc closes the strip that asks a reason."""
        is_open = self._reasons.isVisible()
        self._reasons.hide()
        return is_open

    def title_back(self) -> str:
        """Aanvraag."""
        return "Aanvraag"

    def _read(self, to: Destination) -> None:
        assert to.visit_id is not None
        assert to.pupil_id is not None
        call = partial(open_request_form, self.work.desk, to.visit_id, to.pupil_id)
        self.ask(call, self._on_view)

    def _on_view(self, view: RequestView) -> None:
        self._view = view
        self.banner.show_pupil(shown.banner(view.pupil, view.today))
        self._drafts.watch(view.form, view.on_visit.where, ())
        entry = RequestEntry(on=view.today)
        if view.draft is not None:
            entry = msgspec.json.decode(view.draft.content, type=RequestEntry)
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

    def _show_earlier(self, view: RequestView) -> None:
        said = [
            say(
                "request.earlier",
                day=show.weekday(one.body.on),
                who=view.writers.get(one.revision.author, ""),
            )
            for one in view.earlier
        ]
        pairs = [(words, one.body.words) for words, one in zip(said, view.earlier, strict=True)]
        self._earlier = _said(
            self._before, self._earlier, pairs or [(say("request.none_before"), "")]
        )
        self._take_back.setVisible(bool(view.earlier))

    # --- typing ---

    def entry(self) -> RequestEntry:
        """What stands on the page."""
        return RequestEntry(
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
        view = self._view
        if view is None:
            return
        lines: Iterable[tuple[str, str]] = [(say("request.nothing_yet"), "")]
        if not missing_in_request(view, self.entry()):
            by = self.work.who()
            who = [("Leerling", view.name), ("School", view.pupil.school), ("Gevraagd door", by)]
            lines = [*who, *crossing_lines(crossing(view, self.entry()))]
        self._lines = _said(self._preview, self._lines, lines)

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: let it cross, and go back to the pupil."""
        view = self._view
        if view is None:
            return
        fields, entry = self._fields(), self.entry()
        problems = [Problem(one.text, fields[one.field]) for one in missing_in_request(view, entry)]
        if trouble := self.words.problem():
            problems.append(Problem(trouble, self.words))
        if problems:
            self.show_problems(problems)
            return
        self._drafts.stop()
        self.ask(partial(record_request, self.work.desk, view, entry), self._on_saved)

    def _on_saved(self, outcome: Outcome[Saved]) -> None:
        view = self._view
        self.work.bus.changed.emit(outcome.changes)
        if view is not None:
            at = view.on_visit
            self.go(Destination("pupil", at.visit_id, at.pupil_id, "signals"))
            self.work.bus.say(say("request.saved", name=view.name), Severity.OK)

    def _withdraw(self, _purpose: str, reason: str) -> None:
        if self._view is not None and self._view.earlier:
            self._reasons.hide()
            newest = self._view.earlier[0].record_id
            self.ask(partial(withdraw_request, self.work.desk, newest, reason), self._on_withdrawn)

    def _on_withdrawn(self, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        if self._view is not None:
            self.say(say("request.withdrawn", name=self._view.name), Severity.OK)


def _givers(some: Iterable[Giver]) -> tuple[Choice, ...]:
    return tuple(Choice(one.value, label(one), _LETTERS[one]) for one in some)


def _row(name: str, control: QWidget) -> FieldRow:
    return FieldRow(name, control, label_width=_LABELS, stretch=isinstance(control, TextEdit))


def _said(card: Card, old: list[QWidget], pairs: Iterable[tuple[str, str]]) -> list[QWidget]:
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
