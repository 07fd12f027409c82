"""Interventie noteren: five codes, a day and a text, about a pupil or (after a meeting) the school."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.intervention import CodeList
from clbdesk.services.intervention import (
    LONGEST,
    InterventionEntry,
    open_interventions,
    record_intervention,
    view_interventions,
)
from clbdesk.wording import label, say
from ui import format as show
from ui.bus import Severity
from ui.models.list_model import Column, ListModel
from ui.pages import shown
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.care_draft import FormDraft
from ui.pages.form_values import put_values, values_as_json
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card, Columns
from ui.widgets.cells import TextCell
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.list_view import ListView
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from clbdesk.domain.intervention import Intervention, InterventionCode
    from clbdesk.errors import Environment, Refused
    from clbdesk.services.intervention import InterventionView
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.reading import Standing
    from clbdesk.services.records import Saved
    from ui.pages.form_values import Field

_RIGHT = 446
_LABELS = 120
# In the order in which one thinks of them; the subjects follow from the domain.
_LISTS = (
    CodeList.CLIENT,
    CodeList.FUNCTION,
    CodeList.ACTOR,
    CodeList.DOMAIN,
    CodeList.SUBJECT,
)


class InterventionPage(Page):
    """The form at the left, what was noted before at the right."""

    name: ClassVar[str] = "intervention"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil, or the school of a visit, is shown."""
        super().__init__(work)
        self._view: InterventionView | None = None
        self.on = DateEdit(
            "Datum", today=self._today, lean=Lean.PAST, no_later_than_today=True, required=True
        )
        self.lists = {
            one: FilteredList(label(one).capitalize(), required=True, width=None) for one in _LISTS
        }
        self.text = TextEdit("Tekst", limit=LONGEST, lines=3)
        self._fields: dict[str, Field] = {
            "on": self.on,
            **{one.value: control for one, control in self.lists.items()},
            "text": self.text,
        }
        self._proposal = Label("", Size.QUIET, role=Role.ATTENTION, wrap=True)
        self._drafts = FormDraft(self, lambda: values_as_json(self._fields))
        for field in self._fields.values():
            field.edited.connect(self._drafts.touched)
        self.on.edited.connect(self._show_choices)
        self.lists[CodeList.DOMAIN].edited.connect(self._show_subjects)
        self.lists[CodeList.SUBJECT].edited.connect(self._fill_domain)
        self._model: ListModel[Standing[Intervention]] = ListModel(
            self._columns(), lambda one: one.record_id
        )
        self.list = ListView("Interventies", self._model, row_height=44)
        self._none = Label(say("intervention.none"), role=Role.SECONDARY, wrap=True)
        self._place()
        self.footer.set_primary("Opslaan")
        self.footer.primary_pressed.connect(self.save)

    def _place(self) -> None:
        self._form = Card(say("intervention.title"), main=True)
        self._form.body.addWidget(self._row("Datum", self.on))
        for one, control in self.lists.items():
            self._form.body.addWidget(self._row(label(one).capitalize(), control))
        self._form.body.addWidget(self._row("Tekst", self.text))
        self._form.body.addWidget(self._proposal)
        earlier = Card("Eerder genoteerd")
        earlier.body.addWidget(self._none)
        earlier.body.addWidget(self.list)
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(self._form)
        columns.right.addWidget(earlier)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    @staticmethod
    def _row(name: str, control: DateEdit | FilteredList | TextEdit) -> FieldRow:
        stretch = not isinstance(control, DateEdit)
        return FieldRow(name, control, label_width=_LABELS, stretch=stretch)

    def _columns(self) -> tuple[Column[Standing[Intervention]], ...]:
        return (
            Column("Datum", 104, lambda one: TextCell(show.day(one.body.on), role=Role.SECONDARY)),
            Column("Functie", 150, partial(self._words, CodeList.FUNCTION, Weight.SEMIBOLD)),
            Column("Onderwerp", 0, partial(self._words, CodeList.SUBJECT, Weight.REGULAR)),
        )

    def _words(self, of: CodeList, weight: Weight, one: Standing[Intervention]) -> TextCell:
        view = self._view
        code = str(getattr(one.body, of.value))
        return TextCell(view.codes.words(of, code, one.body.on) if view else code, weight)

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """About a pupil of a visit; without one about the school of the visit."""
        if to.visit_id is None:
            return
        call = partial(open_interventions, self.work.desk, to.visit_id, to.pupil_id)
        self.ask(call, partial(self._on_view, False))
        self.lists[CodeList.CLIENT].setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Keep what was typed."""
        self._drafts.keep()

    def refresh(self, changes: ChangeSet) -> None:
        """An intervention or a list changed."""
        if self._view is not None and changes.touches("intervention", "intervention_code"):
            self._look_again()

    def title_back(self) -> str:
        """Interventie."""
        return "Interventie"

    def _look_again(self) -> None:
        view = self._view
        if view is not None:
            pupil_id = view.pupil.on_visit.pupil_id if view.pupil else None
            call = partial(view_interventions, self.work.desk, view.visit_id, pupil_id)
            self.ask(call, partial(self._on_view, True))

    def _on_view(self, again: bool, view: InterventionView) -> None:
        self._view = view
        self.banner.setVisible(view.pupil is not None)
        if view.pupil is not None:
            self.banner.show_pupil(shown.banner(view.pupil, view.today))
        self.top_line.set_title(say("intervention.title"), view.school)
        about = "about_pupil" if view.pupil else "about_school"
        self._form.set_title(say("intervention.title"), say(f"intervention.{about}"))
        proposed = [label(one) for one in _LISTS if view.codes.is_proposal(one)]
        words = say("intervention.proposal", lists=", ".join(proposed)) if proposed else ""
        self._proposal.setText(words)
        self._proposal.setVisible(bool(proposed))
        self._model.show_rows(view.earlier)
        self._none.setVisible(not view.earlier)
        self.list.setVisible(bool(view.earlier))
        self.list.setFixedHeight(self.list.height_of_all() + 2)
        if not again:
            self._empty()
            if view.draft is not None:
                put_values({"on": self.on}, view.draft.content)
                self._show_choices()
                put_values(self._fields, view.draft.content)
            self._drafts.watch(view.form, view.where, ())
        self._show_choices()

    def _empty(self) -> None:
        put_values(self._fields, "{}")
        self.on.set_value(self._today())
        self._show_choices()

    # --- choosing ---

    def _show_choices(self) -> None:
        """Only what is valid on the day of the intervention."""
        view, on = self._view, self.on.day()
        if view is None or on is None:
            return
        for one, control in self.lists.items():
            if one is not CodeList.SUBJECT:
                control.set_options(_options(view.codes.choices(one, on)))
        self._show_subjects()

    def _show_subjects(self) -> None:
        """Those of the chosen domain; without one all of them."""
        view, on = self._view, self.on.day()
        if view is None or on is None:
            return
        domain = self.lists[CodeList.DOMAIN].value()
        found = view.codes.choices(CodeList.SUBJECT, on)
        self.lists[CodeList.SUBJECT].set_options(
            _options(one for one in found if not domain or one.domain in ("", domain))
        )

    def _fill_domain(self) -> None:
        """A subject says its domain."""
        view, on = self._view, self.on.day()
        chosen = self.lists[CodeList.SUBJECT].value()
        if view is None or on is None or chosen is None:
            return
        code = view.codes.find(CodeList.SUBJECT, chosen, on)
        if code is not None and code.domain and self.lists[CodeList.DOMAIN].value() is None:
            self.lists[CodeList.DOMAIN].set_value(code.domain)

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: the intervention, when nothing is missing."""
        view, on = self._view, self.on.day()
        problems = []
        if on is None or self.on.problem():
            words = self.on.problem() or say("intervention.missing_on")
            problems.append(Problem(words, self.on))
        for one, control in self.lists.items():
            if control.problem() or control.value() is None:
                words = control.problem() or say(f"intervention.missing_{one}")
                problems.append(Problem(words, control))
        if self.text.problem():
            problems.append(Problem(self.text.problem(), self.text))
        if problems or view is None or on is None:
            self.show_problems(problems)
            return
        codes = {one: control.value() or "" for one, control in self.lists.items()}
        entry = InterventionEntry(on=on, codes=codes, text=self.text.value())
        call = partial(record_intervention, self.work.desk, view, entry)
        self._drafts.record(call, partial(self._on_saved, on), self._on_refused)

    def _on_saved(self, on: date, outcome: Outcome[Saved]) -> None:
        self._drafts.stop()
        self._empty()
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("intervention.saved", day=show.day(on)), Severity.OK)
        self.lists[CodeList.CLIENT].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_refused(self, trouble: Refused | Environment) -> None:
        """The sentence, and the focus in the field that it is about."""
        self.tell(trouble)
        field = self._fields.get(getattr(trouble, "field", None) or "")
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())


def _options(codes: Iterable[InterventionCode]) -> list[Option]:
    """Words first, the code beside them."""
    return [Option(one.code, one.label, one.code) for one in codes]
