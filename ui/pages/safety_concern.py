"""P23 Verontrusting: outside the page in hand, in its own closed circle, never alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.safety import ConcernStep
from clbdesk.ids import PupilId, RecordId, StaffId
from clbdesk.services.drafts import drop_draft
from clbdesk.services.records import Saved, withdraw
from clbdesk.services.safety_concern import (
    ConcernEntry,
    circle_of,
    entry_of,
    keep_concern_draft,
    missing_in_concern,
    open_concern,
    record_concern,
)
from clbdesk.wording import label, say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_rows import Rows
from ui.pages.safety_concern_parts import CircleCard, ConcernList, FactRow, NumbersCard, YesNo
from ui.pages.typing_pause import TypingPause
from ui.theme import Role
from ui.widgets.button import Button
from ui.widgets.card import Card, Columns
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.tick_box import TickBox
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from datetime import date

    from clbdesk.domain.safety import ConcernFact
    from clbdesk.errors import Environment, Refused
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.safety_concern import ConcernView

_RIGHT, _LABEL = 420, 168
_UNDONE, _ADDED = "verontrusting ingetrokken", "aangevuld"


class SafetyConcernPage(Page):
    """The form of one concern beside the numbers, the steps and the circle."""

    name: ClassVar[str] = "safety_concern"

    def __init__(self, work: Work) -> None:
        """Empty; nothing of the page in hand is taken along but the pupil."""
        super().__init__(work)
        self._view: ConcernView | None = None
        self._is_dirty = False
        self.pupil = FilteredList("Leerling", width=None)
        self.pupil_name = TextEdit("Naam", limit=100, placeholder="niet op deze laptop: naam")
        self.facts: Rows[ConcernFact] = Rows(FactRow, "Nog een feit")
        self.words = TextEdit("Woorden van de leerling", limit=1000, lines=2)
        self.seen_by = FilteredList("Gezien door", required=True, width=None)
        self.safe_now = YesNo("Nu veilig", required=True)
        self.assessment = TextEdit("Inschatting", limit=500, placeholder="in eigen woorden")
        self.discussed_with = FilteredList("Besproken met", width=None)
        self.parents = YesNo("Ouders ingelicht", required=True)
        self.parents_reason = TextEdit("Reden", limit=300, placeholder="waarom niet")
        self.pupil_view = TextEdit("Mening leerling", limit=500)
        self.decision = TextEdit("Besluit", limit=500)
        self.decided_by = TextEdit("Besluit door", limit=100)
        self.review_on = DateEdit("Opnieuw bekijken", self._today, lean=Lean.FUTURE, required=True)
        self.hidden = TickBox("Niet tonen aan de ouders")
        self.measures = {one: TickBox(label(one)) for one in ConcernStep}
        self.anonymous = YesNo("Anoniem advies")
        self.numbers, self.circle, self.list = NumbersCard(), CircleCard(), ConcernList()
        self._rows: dict[Any, FieldRow] = {}
        self._versions = Label("", role=Role.ATTENTION, wrap=True)
        self._build()
        self._drop = Button("Concept weggooien")
        self._withdraw = Button("Intrekken")
        self._new = Button("Nieuwe verontrusting")
        self.footer.add_left(self._new, self._withdraw, self._drop)
        self.footer.set_primary("Opslaan")
        self._pause = TypingPause(self)
        self._pause.due.connect(self._keep)
        self._connect()

    def _build(self) -> None:
        form = Card("Verontrusting", main=True, spacing=8)
        form.body.addWidget(self._versions)
        rows: tuple[tuple[str, Any], ...] = (
            ("Leerling", self.pupil),
            ("Naam", self.pupil_name),
            ("Feiten", self.facts),
            ("Woorden leerling", self.words),
            ("Gezien door", self.seen_by),
            ("Nu veilig", self.safe_now),
            ("Inschatting", self.assessment),
            ("Besproken met", self.discussed_with),
            ("Ouders ingelicht", self.parents),
            ("Reden", self.parents_reason),
            ("Mening leerling", self.pupil_view),
            ("Opnieuw bekijken", self.review_on),
            ("Besluit", self.decision),
            ("Besluit door", self.decided_by),
        )
        for word, control in rows:
            if control is self.facts:
                form.body.addWidget(Label("Feiten, letterlijk, met uur en bron"))
                form.body.addWidget(self.facts)
                continue
            wide = isinstance(control, TextEdit | FilteredList)
            row = FieldRow(word, control, label_width=_LABEL, stretch=wide)
            self._rows[control] = row
            form.body.addWidget(row)
        form.body.addWidget(self.hidden)
        steps = Card("Stappen", spacing=2)
        for box in self.measures.values():
            steps.body.addWidget(box)
        advice = QHBoxLayout()
        advice.setSpacing(10)
        advice.addWidget(Label("Anoniem advies"))
        advice.addWidget(self.anonymous)
        advice.addStretch(1)
        steps.body.addLayout(advice)
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(form)
        columns.left.addStretch(1)
        for card in (self.numbers, steps, self.circle, self.list):
            columns.right.addWidget(card)
        columns.right.addStretch(1)
        self.body.addWidget(self.list.unsent)
        self.body.addWidget(columns)

    def _connect(self) -> None:
        fields: tuple[Any, ...] = (
            self.pupil,
            self.pupil_name,
            self.facts,
            self.words,
            self.seen_by,
            self.safe_now,
            self.assessment,
            self.discussed_with,
            self.parents,
            self.parents_reason,
            self.pupil_view,
            self.decision,
            self.decided_by,
            self.review_on,
            self.hidden,
            self.anonymous,
            self.circle,
            *self.measures.values(),
        )
        for field in fields:
            field.edited.connect(self._on_edited)
        self.safe_now.edited.connect(self._on_safety)
        self.list.opened.connect(self._open_other)
        self._drop.clicked.connect(lambda _on: self._throw_away())
        self._withdraw.clicked.connect(lambda _on: self._take_back())
        self._new.clicked.connect(lambda _on: self._begin_new())
        self.footer.primary_pressed.connect(self.save)
        actions.bind(self, Key.NEW, self.facts.add)
        actions.bind(self, Key.SAVE, self.save)

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """A new one about the pupil in hand, or one of my circle by its record."""
        call = partial(open_concern, self.work.desk, to.record_id)
        self.ask(call, partial(self._on_view, to.pupil_id))

    def leave(self) -> None:
        """Keep what was typed, sealed to its author."""
        self._keep()

    def refresh(self, changes: ChangeSet) -> None:
        """Another version came while nothing was typed."""
        view = self._view
        if view and self.isVisible() and not self._is_dirty and changes.touches("safety_concern"):
            self.ask(
                partial(open_concern, self.work.desk, view.record_id), partial(self._on_view, None)
            )

    def title_back(self) -> str:
        """Nothing of what stands here goes to another page, not even its name."""
        return "Terug"

    def _on_view(self, pupil_id: PupilId | None, view: ConcernView) -> None:
        self._view, self._is_dirty = view, False
        entry = ConcernEntry(pupil_id=pupil_id, seen_by=view.me, review_on=view.latest_review)
        if view.draft is not None:
            entry = view.draft
            at = show.hour(view.draft_at) if view.draft_at else ""
            self.say(say("concern.draft_found", hour=at))
        elif view.opened:
            entry = entry_of(view.opened[0], view.me)
        staff = [Option(one.staff_id, one.name) for one in view.members]
        self.seen_by.set_options(staff)
        self.discussed_with.set_options([one for one in staff if one.value != view.me])
        self.pupil.set_options([Option(p.pupil_id, p.name, show.day(p.born)) for p in view.pupils])
        self.list.show_lines(view.mine, view.waiting)
        self._show_entry(entry)
        self._show_versions(view)
        self.top_line.set_title("Verontrusting", "gesloten kring")
        self._drop.setVisible(view.draft is not None)
        self._withdraw.setVisible(view.record_id is not None)
        first = self.facts.rows()[0].first() if entry.pupil_id else self.pupil
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_versions(self, view: ConcernView) -> None:
        """The other version in words, so that saving makes one of two."""
        others = view.opened[1:]
        lines = [say("concern.two_versions")] if others else []
        for one in others:
            who = view.name_of(one.revision.author)
            facts = "; ".join(f"{fact.at} {fact.text}" for fact in one.content.facts)
            lines.append(f"{who} {show.short_moment(one.revision.recorded_at)}: {facts}")
        self._versions.setText("\n".join(lines))
        self._versions.setVisible(bool(lines))

    def _show_entry(self, entry: ConcernEntry) -> None:
        assert self._view is not None
        self.pupil.set_value(entry.pupil_id)
        self.pupil_name.set_value(entry.pupil_name)
        self.facts.set_entries(entry.facts)
        self.words.set_value(entry.words)
        self.seen_by.set_value(entry.seen_by)
        self.safe_now.set_answer(entry.safe_now)
        self.assessment.set_value(entry.assessment)
        self.discussed_with.set_value(entry.discussed_with)
        self.parents.set_answer(entry.parents_informed)
        self.parents_reason.set_value(entry.parents_reason)
        self.pupil_view.set_value(entry.pupil_view)
        self.decision.set_value(entry.decision)
        self.decided_by.set_value(entry.decided_by)
        self.review_on.set_value(entry.review_on)
        self.hidden.set_value(entry.not_for_parents)
        for step, box in self.measures.items():
            box.set_value(step in entry.steps)
        self.anonymous.set_answer(entry.anonymous_advice)
        self.circle.show_circle(self._view, circle_of(self._view, entry), entry.circle)
        self._show_state()

    def entry(self) -> ConcernEntry:
        """What stands on the page."""
        pupil, seen, with_whom = (
            one.value() for one in (self.pupil, self.seen_by, self.discussed_with)
        )
        return ConcernEntry(
            pupil_id=PupilId(pupil) if pupil else None,
            pupil_name=self.pupil_name.value(),
            facts=tuple(one for one in self.facts.entries() if one.text or one.at or one.source),
            words=self.words.value(),
            seen_by=StaffId(seen) if seen else None,
            safe_now=self.safe_now.answer(),
            assessment=self.assessment.value(),
            discussed_with=StaffId(with_whom) if with_whom else None,
            circle=self.circle.extra(),
            steps=tuple(step for step, box in self.measures.items() if box.value()),
            anonymous_advice=self.anonymous.answer(),
            parents_informed=self.parents.answer(),
            parents_reason=self.parents_reason.value(),
            pupil_view=self.pupil_view.value(),
            decision=self.decision.value(),
            decided_by=self.decided_by.value(),
            review_on=self.review_on.day(),
            not_for_parents=self.hidden.value(),
        )

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())

    # --- typing ---

    def _on_edited(self) -> None:
        view = self._view
        if view is None:
            return
        entry = self.entry()
        self.circle.show_circle(view, circle_of(view, entry), entry.circle)
        self._show_state()
        self._is_dirty = True
        self._pause.touched()

    def _on_safety(self) -> None:
        """Nu veilig: nee. The numbers are large, and what comes first is said above everything."""
        if self.safe_now.value() == "no" and self._view is not None:
            numbers = " · ".join(one.number for one in self._view.numbers if one.number)
            self.say(f"{say('concern.first_safety')} {numbers}", Severity.ERROR)

    def _show_state(self) -> None:
        view = self._view
        assert view is not None
        self._rows[self.pupil_name].setVisible(self.pupil.value() is None)
        self._rows[self.parents_reason].setVisible(self.parents.value() == "no")
        self._rows[self.decided_by].setVisible(bool(self.decision.value()))
        self.numbers.show_numbers(view.numbers, urgent=self.safe_now.value() == "no")

    def _keep(self) -> None:
        self._pause.stop()
        view = self._view
        if view is None or not self._is_dirty or not view.may_write:
            return
        self._is_dirty = False
        call = partial(keep_concern_draft, self.work.desk, view.form, self.entry())
        self.keep_draft(view.form, call, lambda _draft: self._drop.show())

    def _throw_away(self) -> None:
        view = self._view
        if view is not None:
            self._pause.stop()
            self._is_dirty = False
            self.let_go(view.form)
            call = partial(drop_draft, self.work.desk, view.form)
            again = Destination(self.name, record_id=view.record_id)
            self.ask(call, lambda _none: self.arrive(again))

    def _begin_new(self) -> None:
        self._keep()
        self.arrive(Destination(self.name))

    def _open_other(self, record_id: str) -> None:
        self._keep()
        self.go(Destination(self.name, record_id=RecordId(record_id)))

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: seal it to its circle."""
        view = self._view
        if view is None:
            return
        entry = self.entry()
        problems = [
            Problem(one.text, self._field_of(one.field)) for one in missing_in_concern(view, entry)
        ]
        if problems:
            self.show_problems(problems)
            return
        self._pause.stop()
        self._is_dirty = False
        reason = _ADDED if view.record_id else None
        call = partial(record_concern, self.work.desk, view, entry, reason=reason)
        then = partial(self._on_saved, entry, len(circle_of(view, entry)))
        self.ask(call, then, self._on_refused)

    def _on_refused(self, trouble: Refused | Environment) -> None:
        """It was not recorded: what was typed is a draft after all."""
        self.tell(trouble)
        self._is_dirty = True
        self._keep()

    def _field_of(self, name: str) -> QWidget:
        fields: dict[str, QWidget] = {
            "pupil": self.pupil,
            "facts": self.facts.rows()[0].first(),
            "seen_by": self.seen_by,
            "safe_now": self.safe_now,
            "parents": self.parents,
            "parents_reason": self.parents_reason,
            "review_on": self.review_on,
            "discussed_with": self.discussed_with,
            "decided_by": self.decided_by,
        }
        return fields[name]

    def _on_saved(self, entry: ConcernEntry, count: int, outcome: Outcome[Saved]) -> None:
        if self._view is not None:
            self.let_go(self._view.form)
        self.messages.clear()
        self.arrive(Destination(self.name))
        self.work.bus.changed.emit(outcome.changes)
        key = "saved" if entry.discussed_with else "saved_alone"
        words = say(f"concern.{key}", count=show.counted(count, "persoon", "personen"))
        hint = actions.hint(Key.SYNCHRONISE)  # the sooner the circle has it, the better
        act = Act("Synchroniseren", lambda: self.go(Destination("synchronise")), hint)
        self.say(words, Severity.OK if entry.discussed_with else Severity.ATTENTION, act)

    def _take_back(self) -> None:
        view = self._view
        if view is not None and view.record_id is not None:
            call = partial(withdraw, self.work.desk, (view.record_id,), _UNDONE)
            self.ask(call, self._on_withdrawn)

    def _on_withdrawn(self, outcome: Outcome[Saved]) -> None:
        self.arrive(Destination(self.name))
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("concern.undone"), Severity.OK)
