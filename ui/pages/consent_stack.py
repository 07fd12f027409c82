"""Formulieren: a stack of consent forms typed over, by scanning its number or in the order of a class.

Scanned: number, letter, Ctrl+Enter. In class order: letter, Ctrl+Enter. After a form that was scanned
nobody stands open, so that the next letter never falls on the wrong pupil.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.age import age_months
from clbdesk.domain.form_code import read_form_code
from clbdesk.domain.names import normalise
from clbdesk.domain.vaccination import ConsentChoice
from clbdesk.services.consent_stack import FormRow, open_stack, record_form, take_back
from clbdesk.services.records import Where
from clbdesk.standards.vaccination.consent import ConsentState
from clbdesk.wording import label, say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Act, Severity
from ui.models.list_model import Column, ListModel
from ui.pages.base import Destination, Page, Work
from ui.pages.care_draft import FormDraft
from ui.pages.consent_cells import ALL, OPEN, filters, form_cell
from ui.pages.consent_form import FormCard, StackCard, Typed
from ui.pages.scan_catcher import ScanCatcher
from ui.pages.scrolling import scrolling
from ui.theme import Role, Weight
from ui.widgets.banner import BannerView
from ui.widgets.button import Button
from ui.widgets.cells import TextCell
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.label import Label
from ui.widgets.list_view import ListView

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QHideEvent, QShowEvent

    from clbdesk.errors import Environment, Refused
    from clbdesk.ids import PupilId
    from clbdesk.services.consent_stack import FormEntry, StackView
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_LEFT = 440
_EVERY = "every"


class ConsentStackPage(Page):
    """At the left who is still to answer, at the right the form of one pupil and its stack."""

    name: ClassVar[str] = "consent_stack"

    def __init__(self, work: Work) -> None:
        """Empty until a visit is shown."""
        super().__init__(work)
        self._view: StackView | None = None
        self._row: FormRow | None = None
        self._by_code = False
        self._wanted: PupilId | None = None
        self.search = QLineEdit()
        self.search.setAccessibleName("Scan een formulier, typ het nummer of zoek op naam")
        self.search.setPlaceholderText("scan een formulier, typ nummer of naam")
        self.search.setFont(theme.font())
        self.search.setMinimumHeight(theme.px(40))
        self.shown = ChoiceRow("Toon", (), height=32, padding=10)
        self.classes = ChoiceRow("Klas", (), height=32, padding=10)
        self._model: ListModel[FormRow] = ListModel(
            (
                Column("Naam", 0, self._name_cell),
                Column("Klas", 64, lambda row: TextCell(row.class_name, role=Role.SECONDARY)),
                Column("Formulier", 176, form_cell),
            ),
            lambda row: row.pupil_id,
        )
        self.list = ListView("Formulieren", self._model, row_height=29)
        self.form = FormCard()
        self.stack = StackCard(self._today)
        self._none = Label(role=Role.SECONDARY, wrap=True)
        self._drafts = FormDraft(self, lambda: msgspec.json.encode(self.form.typed()).decode())
        self._scans = ScanCatcher(self, self._picture, lambda code: bool(read_form_code(code)))
        self.fill_body(self._place())
        self._letters = Button("Brieven en lijst…", actions.hint(Key.PRINT))
        self._letters.clicked.connect(self._to_print)
        self.footer.add_left(self._letters)
        self.footer.primary_pressed.connect(self.save)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._on_entered)
        self.shown.edited.connect(self._filter)
        self.classes.edited.connect(self._filter)
        self.list.opened.connect(self._choose)
        self.form.edited.connect(self._drafts.touched)
        self._scans.scanned.connect(self._on_scanned)
        actions.bind(self, Key.FILTER, self.search.setFocus)
        actions.bind(self, Key.NEXT_PUPIL, partial(self._step, 1))
        actions.bind(self, Key.PREVIOUS_PUPIL, partial(self._step, -1))
        self.banner.show()

    def _place(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = QWidget()
        left.setFixedWidth(theme.px(_LEFT))
        column = QVBoxLayout(left)
        column.setContentsMargins(16, 12, 0, 8)
        column.setSpacing(8)
        for widget in (self.search, self.classes, self.shown):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        row.addWidget(left)
        room = QWidget()
        cards = QVBoxLayout(room)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(12)
        for card in (self._none, self.form, self.stack):
            cards.addWidget(card)
        row.addWidget(scrolling(room), 1)
        return body

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The forms of a visit; the stack stays as it was set."""
        visit_id = to.visit_id or (self._view.visit_id if self._view else None)
        if visit_id is None:
            return
        if self._view is not None and self._view.visit_id != visit_id:
            self._view = None
        self._row = None
        self._wanted = to.pupil_id
        self.ask(partial(open_stack, self.work.desk, visit_id), self._on_view)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """A form came in, here or at the other post; a dose was given."""
        concerned = any(changes.touches(kind) for kind in ("consent", "dose", "pupil"))
        if self._view is not None and concerned and self.isVisible():
            self.ask(partial(open_stack, self.work.desk, self._view.visit_id), self._on_view)

    def title_back(self) -> str:
        """Formulieren."""
        return "Formulieren"

    def show_discreet(self) -> None:
        """Names become initials, or names again."""
        self._show_rows(self._model.rows())

    def showEvent(self, event: QShowEvent) -> None:
        """A scanner may type anywhere on the page."""
        super().showEvent(event)
        self._scans.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Not any more."""
        super().hideEvent(event)
        self._scans.stop()

    def _on_view(self, view: StackView) -> None:
        is_new = self._view is None
        self._view = view
        names = [Choice(_EVERY, "Alle")] if len(view.classes) > 1 else []
        self.classes.set_choices((*names, *(Choice(one, one) for one in view.classes)))
        self.classes.setVisible(len(view.classes) > 1)
        if is_new or self.classes.value() is None:
            mine = self.work.station.class_name
            first = mine if mine in view.classes else next(iter(view.classes), None)
            self.classes.set_value(first)
            self.shown.set_choices(filters(0, 0))
            self.shown.set_value(OPEN)
        self._filter()
        wanted, self._wanted = self._wanted, None
        by_id = {row.pupil_id: row for row in view.rows}
        if wanted is not None and wanted in by_id:
            self._open(by_id[wanted])
        elif self._row is not None and self._row.pupil_id in by_id:
            self.form.show_before(by_id[self._row.pupil_id])
        else:
            self._close_form()

    # --- the list ---

    def _filter(self) -> None:
        view = self._view
        if view is None:
            return
        chosen = self.classes.value()
        rows = [row for row in view.rows if chosen in {None, _EVERY, row.class_name}]
        still = sum(row.is_unanswered for row in rows)
        self.shown.set_choices(filters(still, len(rows)))
        words = normalise(self.search.text()).split()
        kept = [
            row
            for row in rows
            if (words or self.shown.value() == ALL or row.is_unanswered)
            and all(word in normalise(row.name) for word in words)
        ]
        self._show_rows(kept)
        counts = Counter(state for row in rows for state in row.states)
        parts = [
            view.school,
            show.weekday(view.on),
            show.counted(len(rows), "leerling", "leerlingen"),
            f"{still} zonder antwoord",
            f"{counts[ConsentState.CONFLICT]} tegenstrijdig",
        ]
        self.top_line.set_title("Formulieren", " · ".join(part for part in parts if part))

    def _show_rows(self, rows: list[FormRow] | tuple[FormRow, ...]) -> None:
        here = self._row.pupil_id if self._row else None
        self._model.show_rows(())
        self._model.show_rows(rows)
        if rows:
            self.list.go_to(self._model.position(here or "") or 0)

    def _name_cell(self, row: FormRow) -> TextCell:
        name = show.list_name(row.pupil.family_name, row.pupil.given_name)
        here = self._row is not None and self._row.pupil_id == row.pupil_id
        if self.work.station.discreet and not here:
            name = show.initials(row.pupil.family_name, row.pupil.given_name)
        return TextCell(name, Weight.SEMIBOLD)

    def _choose(self, position: int) -> None:
        if 0 <= position < self._model.rowCount():
            self._by_code = False
            self._open(self._model.row(position))

    def _step(self, by: int) -> None:
        here = self._model.position(self._row.pupil_id) if self._row else None
        self._choose(self.list.current() if here is None else here + by)

    # --- finding by number ---

    def _picture(self) -> tuple[Typed, str]:
        return self.form.typed(), self.search.text()

    def _on_scanned(self, code: str, before: tuple[Typed, str]) -> None:
        typed, words = before
        self.form.put(typed)
        self.search.setText(words if read_form_code(words) is None else "")
        self._open_code(code)

    def _on_entered(self) -> None:
        """A number that was typed, or the first pupil that the name finds."""
        words = self.search.text().strip()
        if any(sign.isdigit() for sign in words) or read_form_code(words):
            self._open_code(words)
        else:
            self._choose(self.list.current())

    def _open_code(self, typed: str) -> None:
        view, code = self._view, read_form_code(typed)
        if view is None:
            return
        row = view.find(code) if code else None
        if row is not None:
            self.messages.clear()
            self.search.clear()
            self._by_code = True
            self._open(row)
            return
        key = "no_code"
        if code:
            key = "two_forms" if view.is_on_two_forms(code) else "unknown_code"
        self.say(say(f"consent_form.{key}"), Severity.ERROR)
        self.search.selectAll()

    # --- the form ---

    def _open(self, row: FormRow) -> None:
        """Show the form of a pupil; what was typed for another one is kept."""
        view = self._view
        assert view is not None
        self._drafts.keep()
        self._row = row
        self._drafts.watch(row.form, Where(row.pupil_id, view.visit_id), ())
        self.banner.show_pupil(
            BannerView(
                family_name=row.pupil.family_name,
                given_name=row.pupil.given_name,
                born=row.pupil.birth_date,
                age_months=age_months(row.pupil.birth_date, view.today),
                sex=label(row.pupil.sex),
                number=row.pupil.pupil_number,
                class_name=row.class_name,
            )
        )
        self._none.hide()
        for part in (self.banner, self.form, self.stack):
            part.show()
        self.form.show_form(row)
        position = self._model.position(row.pupil_id)
        if position is not None:
            self.list.go_to(position)
        following = "Opslaan, volgende scannen" if self._by_code else "Opslaan en volgende"
        self.footer.set_primary(following, actions.hint(Key.SAVE_AND_GO))
        self.form.focus_first()

    def _close_form(self) -> None:
        """Nobody is open: the next one is scanned or chosen."""
        self._row = None
        self.banner.hide()
        self.form.hide()
        rows = self._view.rows if self._view else ()
        key = "next_scan" if any(row.is_unanswered for row in rows) else "all_answered"
        self._none.setText(say(f"consent_form.{key if rows else 'empty'}"))
        self._none.show()
        self.footer.set_primary("Open", "Enter", enabled=bool(rows))
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Ctrl+Enter: record the form, or open the pupil of the list."""
        view, row = self._view, self._row
        if view is None:
            return
        if row is None:
            self._choose(self.list.current())
            return
        problems = [*self.form.problems(), *self.stack.problems()]
        if problems:
            self.show_problems(problems)
            return
        entry = self.form.entry(self.stack)
        call = partial(record_form, self.work.desk, view.visit_id, row, entry)
        self._drafts.record(call, partial(self._on_saved, row, entry), self._on_refused)

    def _on_refused(self, trouble: Refused | Environment) -> None:
        self.tell(trouble)
        if trouble.key in {"consent_form.name_missing", "consent_form.who_takes_back"}:
            self.form.relation.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_saved(self, row: FormRow, entry: FormEntry, outcome: Outcome[Saved]) -> None:
        self._drafts.stop()
        self._wanted = None if self._by_code else self._after(row)
        self._row = None
        self.work.bus.changed.emit(outcome.changes)
        undo = Act(
            "Ongedaan maken", partial(self._undo, row, outcome.value), actions.hint(Key.UNDO)
        )
        severity, key = Severity.OK, "saved"
        if ConsentChoice.WITHDRAWAL in entry.choices.values():
            severity, key = Severity.ATTENTION, "saved_withdrawal"
        elif entry.yes:
            severity, key = Severity.ATTENTION, "saved_yes"
        self.say(say(f"consent_form.{key}", name=row.name), severity, undo)

    def _after(self, row: FormRow) -> PupilId | None:
        """The next pupil of the list who did not answer yet."""
        here = self._model.position(row.pupil_id)
        rows = self._model.rows()
        following = rows[here + 1 :] if here is not None else ()
        return next((one.pupil_id for one in following if one.is_unanswered), None)

    def _undo(self, row: FormRow, saved: Saved) -> None:
        self._wanted = row.pupil_id
        self._drafts.keep()
        self._row = None
        self.ask(partial(take_back, self.work.desk, saved), partial(self._on_undone, row))

    def _on_undone(self, row: FormRow, outcome: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("consent_form.taken_back", name=row.name))

    def _to_print(self) -> None:
        if self._view is not None:
            self.go(Destination("print", self._view.visit_id))

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())
