"""P15 Vaccinatiesessie afsluiten: every dose and every pupil accounted for, in one commit."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from clbdesk.domain.stock import ColdChainMoment
from clbdesk.services.drafts import Draft, find_draft
from clbdesk.services.records import Where
from clbdesk.services.vaccination_close import (
    CloseEntry,
    CloseView,
    close_session,
    form_of,
    open_close,
    reopen_session,
)
from clbdesk.services.vaccination_stock import out_of_range
from clbdesk.standards.entry_limits import Field, limits
from clbdesk.wording import label, say
from ui import actions
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.observation import INCIDENT
from ui.pages.vaccination_close_parts import Blocker, ReopenCard
from ui.pages.vaccination_count import CountCard
from ui.theme import Role, Size, Weight
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.decimal_edit import DecimalEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import IconWord, Label

if TYPE_CHECKING:
    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import VisitId
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_CHANGES = (
    "dose",
    "observation",
    "attendance",
    "vaccination_session",
    "stock_move",
    "incident",
    "consent",
)


class VaccinationClosePage(Page):
    """Counts per lot, cool boxes, and what still stands in the way."""

    name: ClassVar[str] = "vaccination_close"

    def __init__(self, work: Work) -> None:
        """The lots above, cool boxes and pupils below."""
        super().__init__(work)
        self._view: CloseView | None = None
        self.lots = CountCard()
        self.boxes: dict[str, DecimalEdit] = {}
        self._warm = Label(size=Size.QUIET, weight=Weight.SEMIBOLD, role=Role.ERROR, wrap=True)
        self._cold = Card("Koelbox", "vaccins tussen +2 en +8 °C", spacing=6)
        self._cold_rows = QWidget()
        self._grid = QGridLayout(self._cold_rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(24)
        self._cold.body.addWidget(self._cold_rows)
        self._cold.body.addWidget(self._warm)
        self.without = Blocker("Leerlingen zonder uitkomst", "Lijst")
        self.observed = Blocker("In observatie", "Observatie")
        self._waiting = Blocker("Wacht op arts", "Lijst")
        self._incidents = IconWord()
        self._note = Label(size=Size.QUIET, role=Role.SECONDARY, wrap=True)
        self._off = Label(weight=Weight.SEMIBOLD, role=Role.ERROR, wrap=True)
        self._reopen = ReopenCard()
        self._place()
        self._again = Button("Heropenen…")
        self._again.clicked.connect(self._reopen.ask)
        self._drop = Button("Concept weggooien")
        self.footer.add_left(self._again, self._drop)
        self._drafts = FormDraft(self, lambda: json.dumps(self._typed(), ensure_ascii=False))
        self._drop.clicked.connect(lambda: self._drafts.drop(self._read))
        self._drafts.kept.connect(lambda _draft: self._drop.show())
        self.footer.primary_pressed.connect(self._primary)
        self.lots.edited.connect(self._drafts.touched)
        self._reopen.given.connect(self._on_reopen)
        actions.bind(self, Key.INCIDENT, partial(self._to, "observation", INCIDENT))

    def _place(self) -> None:
        state = Card("Leerlingen", spacing=4)
        for blocker in (self.without, self.observed, self._waiting):
            state.body.addWidget(blocker)
        state.body.addWidget(self._incidents)
        state.body.addWidget(self._note)
        for part in (self._off, self._reopen, self.lots, self._cold, state):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.without.link.clicked.connect(partial(self._to, "vaccination_list"))
        self._waiting.link.clicked.connect(partial(self._to, "vaccination_list"))
        self.observed.link.clicked.connect(partial(self._to, "observation"))

    # --- arriving and leaving ---

    def arrive(self, to: Destination) -> None:
        """The session of this station on a visit."""
        if to.visit_id is not None:
            self._ask(to.visit_id, is_arriving=True)

    def leave(self) -> None:
        """Keep the draft before anything else is shown."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A pupil was let go, a dose corrected: what stands in the way may be gone."""
        view = self._view
        if view is not None and view.visit_id in changes.visit_ids and changes.touches(*_CHANGES):
            self._drafts.keep()
            self._ask(view.visit_id, is_arriving=False)

    def close_open(self) -> bool:
        """Esc closes the question why it is opened again."""
        is_open = self._reopen.isVisible()
        self._reopen.hide()
        return is_open

    def title_back(self) -> str:
        """Afsluiten."""
        return "Afsluiten"

    def _read(self) -> None:
        if self._view is not None:
            self._ask(self._view.visit_id, is_arriving=True)

    def _ask(self, visit_id: VisitId, *, is_arriving: bool) -> None:
        desk = self.work.desk

        def read() -> tuple[CloseView | None, Draft | None]:
            view = open_close(desk, visit_id)
            return view, find_draft(desk, form_of(view)) if view is not None else None

        self.ask(read, partial(self._on_view, is_arriving=is_arriving))

    def _on_view(self, answer: tuple[CloseView | None, Draft | None], *, is_arriving: bool) -> None:
        view, draft = answer
        self._view = view
        has_session = view is not None
        for part in (self.lots, self._cold):
            part.setVisible(has_session)
        self._off.hide()
        self._again.hide()
        self._drop.setVisible(draft is not None)
        if view is None:
            self.top_line.set_title("Vaccinatiesessie afsluiten", "")
            self.say(say("vaccination.no_session"))
            self.footer.set_primary("Naar de vaccinatielijst", actions.hint(Key.SAVE_AND_GO))
            return
        self._show_view(view)
        self._drafts.watch(form_of(view), Where(visit_id=view.visit_id), ())
        if draft is not None and not view.is_closed:
            self._restore(json.loads(draft.content))
        self.set_editable(on=not view.is_closed)
        if is_arriving:
            self._focus_first(view)

    def _show_view(self, view: CloseView) -> None:
        quiet = f"{view.school} · {show.weekday(view.visit.on)} · {view.vaccinator}"
        self.top_line.set_title("Vaccinatiesessie afsluiten", quiet)
        self.lots.show_lots(view.lots)
        self._show_boxes(view)
        self.without.show_count(len(view.without_outcome), blocks=True)
        self.observed.show_count(len(view.in_observation), blocks=True)
        self._waiting.show_count(len(view.waiting), blocks=False)
        words = f"Incidenten {show.whole(view.incidents)}"
        self._incidents.show_state("minus", words, Role.SECONDARY, word_role=Role.TEXT)
        closed_at = view.session.body.closed_at
        notes = [
            say("vaccination.was_reopened", hour=show.hour(one.at), name=one.by, reason=one.reason)
            for one in view.reopened
        ]
        if closed_at is not None:
            hour = show.hour(closed_at)
            notes.append(say("vaccination.is_closed", hour=hour, name=view.closed_by))
        elif view.waiting:
            notes.append(say("vaccination.waiting_note"))
        self._note.setText("\n".join(notes))
        self._note.setVisible(bool(notes))
        off = ", ".join(view.counted_before)
        self._off.setText(say("vaccination.counted_before", lots=off) if off else "")
        self._off.setVisible(bool(off))
        self._reopen.hide()
        self._again.setVisible(view.may_reopen)
        self.footer.set_primary(
            "Naar de vaccinatielijst" if view.is_closed else "Vaccinatiesessie afsluiten",
            actions.hint(Key.SAVE_AND_GO),
        )

    def _show_boxes(self, view: CloseView) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        low, high = limits(Field.COOL_BOX).block or (None, None)
        for line, box in enumerate(view.boxes):
            edit = DecimalEdit(
                f"Temperatuur terug koelbox {box}",
                places=1,
                unit="°C",
                minimum=low,
                maximum=high,
                example="5,6",
                required=True,
            )
            back = view.readings.get((box, ColdChainMoment.RETURN))
            edit.set_value(back.celsius if back else None)
            edit.left.connect(self._judge_boxes)
            edit.edited.connect(self._drafts.touched)
            self._grid.addWidget(Label(f"Koelbox {box}", weight=Weight.SEMIBOLD), line, 0)
            self._grid.addWidget(FieldRow("Terug (°C)", edit, label_width=88), line, 1)
            self._grid.addWidget(Label(_readings(view, box), role=Role.SECONDARY), line, 2)
            self.boxes[box] = edit
        self._grid.setColumnStretch(2, 1)
        self._judge_boxes()

    def set_editable(self, *, on: bool) -> None:
        """To be counted, or only read."""
        self.lots.set_editable(on)
        for edit in self.boxes.values():
            edit.setEnabled(on)

    def _focus_first(self, view: CloseView) -> None:
        if view.is_closed or not self.lots.rows:
            self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.lots.rows[0].wasted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _judge_boxes(self) -> None:
        words = [
            say("vaccination.too_warm", celsius=show.number(value), box=box)
            for box, edit in self.boxes.items()
            if (value := edit.value()) is not None and out_of_range(value)
        ]
        self._warm.setText(" ".join(words))
        self._warm.setVisible(bool(words))

    # --- draft ---

    def _typed(self) -> dict[str, Any]:
        boxes = {box: edit.text() for box, edit in self.boxes.items()}
        return {"lots": self.lots.content(), "boxes": boxes}

    def _restore(self, content: dict[str, Any]) -> None:
        self.lots.restore(content["lots"])
        for box, text in content["boxes"].items():
            if box in self.boxes:
                self.boxes[box].setText(text)
        self._judge_boxes()

    # --- closing ---

    def problems(self) -> list[Problem]:
        """What is still to be counted or read, each with its field."""
        found = self.lots.problems()
        for box, edit in self.boxes.items():
            missing = say("vaccination.celsius_missing", box=box) if edit.value() is None else ""
            text = edit.problem() or missing
            if text:
                found.append(Problem(text, edit))
        return found

    def _primary(self) -> None:
        view = self._view
        if view is None or view.is_closed:
            self._to("vaccination_list")
            return
        problems = self.problems()
        if problems:
            self.show_problems(problems)
            return
        if self._stands_in_the_way(view):
            return
        celsius = {box: edit.value() for box, edit in self.boxes.items()}
        entry = CloseEntry(
            self.lots.counts(), {box: value for box, value in celsius.items() if value is not None}
        )
        call = partial(close_session, self.work.desk, view, entry)
        self._drafts.record(call, partial(self._on_closed, view, entry))

    def _stands_in_the_way(self, view: CloseView) -> bool:
        """Pupils without outcome or in observation, with the way to them."""
        count, observed = len(view.without_outcome), len(view.in_observation)
        if count:
            key = "without_outcome" if count > 1 else "without_outcome_one"
            link = Act("Lijst", partial(self._to, "vaccination_list"))
            self.say(say(f"vaccination.{key}", count=count), Severity.ATTENTION, link)
        elif observed:
            link = Act("Observatie", partial(self._to, "observation"))
            self.say(say("vaccination.still_observed", count=observed), Severity.ATTENTION, link)
        return bool(count or observed)

    def _on_closed(self, view: CloseView, entry: CloseEntry, outcome: Outcome[Saved]) -> None:
        self._drafts.stop()
        self.messages.clear()
        self.work.bus.changed.emit(outcome.changes)
        counts = entry.counts.values()
        self.say(
            say(
                "vaccination.closed",
                school=view.school,
                given=view.given,
                wasted=sum(one.wasted for one in counts),
                returned=sum(one.returned for one in counts),
            ),
            Severity.OK,
        )
        self.footer.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_reopen(self, reason: str) -> None:
        view = self._view
        if view is not None:
            self._reopen.setEnabled(False)  # pressed twice, it is reopened once
            call = partial(reopen_session, self.work.desk, view, reason)
            self.ask(call, partial(self._on_reopened, view), self._on_not_reopened)

    def _on_not_reopened(self, trouble: Refused | Environment) -> None:
        self._reopen.setEnabled(True)
        self.tell(trouble)

    def _on_reopened(self, view: CloseView, outcome: Outcome[Saved]) -> None:
        self._reopen.setEnabled(True)
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("vaccination.reopened", school=view.school), Severity.OK)
        self._read()

    def _to(self, page: str, step: str | None = None) -> None:
        place = self._view.visit_id if self._view else None
        self.go(Destination(page, place, step=step))


def _readings(view: CloseView, box: str) -> str:
    """`vertrek 4,8 °C 12:40 · aankomst 5,1 °C 13:05`; without the hour for older sessions."""
    body = view.session.body
    kept = {
        ColdChainMoment.DEPARTURE: body.departure_celsius,
        ColdChainMoment.ARRIVAL: body.arrival_celsius,
    }
    words = []
    for moment, old in kept.items():
        reading = view.readings.get((box, moment))
        celsius = reading.celsius if reading else old
        if celsius is not None:
            hour = f" {show.hour(reading.read_at)}" if reading else ""
            words.append(f"{label(moment)} {show.number(celsius)} °C{hour}")
    return " · ".join(words)
