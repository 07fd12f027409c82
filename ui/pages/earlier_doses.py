"""P17 Eerdere prikken: a booklet typed over, dose by dose, with the vaccination card beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.vaccination import DoseSource
from clbdesk.services.drafts import undo_to_draft
from clbdesk.services.earlier_doses import (
    EarlierDose,
    EarlierDosesView,
    earlier_form,
    known_vaccines,
    open_earlier,
    record_earlier,
    view_earlier,
)
from clbdesk.standards.vaccination.validity import Counts
from clbdesk.wording import say
from ui import actions
from ui.actions import Key
from ui.bus import Act, Severity
from ui.pages import shown
from ui.pages.base import Destination, Problem, Work
from ui.pages.form_values import put_values, values_as_json
from ui.pages.history_card import VaccinationCardView
from ui.pages.pupil_form import PupilForm
from ui.theme import Role, Size
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.filtered_list import FilteredList, Option
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean, Precision

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from clbdesk.services.outcome import Outcome
    from clbdesk.services.records import Saved
    from ui.pages.form_values import Field
    from ui.pages.pupil_form import Reading

_LEFT = 456
_LABELS = 112
_SOURCES = (
    Choice(DoseSource.DOCUMENT.value, "Document", "d"),
    Choice(DoseSource.VACCINNET.value, "Vaccinnet", "v"),
    Choice(DoseSource.ORAL.value, "Mondeling", "m"),
)
_SEEN = (
    Choice("original", "Origineel", "o"),
    Choice("copy", "Kopie", "k"),
    Choice("none", "Niet gezien", "n"),
)


class EarlierDosesPage(PupilForm):
    """The line of the booklet at the left; the card, judged again after every dose, at the right."""

    name: ClassVar[str] = "earlier_doses"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work)
        self._view: EarlierDosesView | None = None
        self.vaccine = FilteredList(
            "Vaccin",
            [Option(one.name, one.label, one.also) for one in known_vaccines()],
            width=None,
        )
        self.words = TextEdit("Naam in het boekje", limit=80)
        self.on = DateEdit(
            "Datum",
            today=self._today,
            lean=Lean.PAST,
            precision=Precision.YEAR,
            required=True,
            no_later_than_today=True,
        )
        self.source = ChoiceRow("Bron", _SOURCES, required=True)
        self.seen = ChoiceRow("Document gezien", _SEEN)
        self.country = TextEdit("Land", limit=60)
        fields: dict[str, Field] = {
            "vaccine": self.vaccine,
            "words": self.words,
            "on": self.on,
            "source": self.source,
            "seen": self.seen,
            "country": self.country,
        }
        self._card = VaccinationCardView(across=3)
        self.keep_fields(fields)
        self.source.edited.connect(self._show_seen)
        self._place()
        self.footer.set_primary("Opslaan en volgende prik", actions.hint(Key.SAVE_AND_GO))
        self.footer.primary_pressed.connect(self.save)
        self.banner.show()

    def _place(self) -> None:
        form = Card("Prik uit het boekje", main=True)
        self._seen_row = FieldRow("Gezien", self.seen, label_width=_LABELS)
        for name, control in (
            ("Vaccin", self.vaccine),
            ("Of in woorden", self.words),
            ("Datum", self.on),
            ("Bron", self.source),
        ):
            stretch = control in (self.vaccine, self.words)
            form.body.addWidget(FieldRow(name, control, label_width=_LABELS, stretch=stretch))
        form.body.addWidget(self._seen_row)
        form.body.addWidget(FieldRow("Land", self.country, label_width=_LABELS, stretch=True))
        form.body.addWidget(Label(say("earlier.how"), Size.QUIET, role=Role.SECONDARY, wrap=True))
        columns = Columns(left_width=_LEFT)
        columns.left.addWidget(form)
        columns.left.addStretch(1)
        columns.right.addWidget(self._card)
        columns.right.addStretch(1)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """The booklet of a pupil."""
        super().arrive(to)
        self.vaccine.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown(self) -> EarlierDosesView | None:
        """What is on the page."""
        return self._view

    def reading(self, *, again: bool) -> Reading:
        """Everything the page shows."""
        return view_earlier if again else open_earlier

    def title_back(self) -> str:
        """Eerdere prikken."""
        return "Eerdere prikken"

    def show_view(self, view: EarlierDosesView, *, again: bool) -> None:
        """Show what was read; a form that is being typed stays."""
        self._view = view
        self.banner.show_pupil(shown.banner(view.pupil, view.today))
        self.top_line.set_title("Eerdere prikken")
        self._card.show_card(view.card)
        if not again:
            put_values(self._fields, view.draft.content if view.draft else "{}")
            at = view.pupil.on_visit
            self._drafts.watch(earlier_form(at.pupil_id), at.where, ())
        self._show_seen()

    def _show_seen(self) -> None:
        self._seen_row.setVisible(self.source.value() == DoseSource.DOCUMENT)

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: this dose; source, document and country stay for the next one."""
        view = self._view
        if view is None:
            return
        problems = self._problems()
        if problems:
            self.show_problems(problems)
            return
        typed = self.on.value()
        entry = EarlierDose(
            vaccine=self.vaccine.value() or "",
            words=self.words.value(),
            on=typed.iso() if typed else "",
            source=self.source.value_as(DoseSource),
            document_seen=self.seen.value() or "none",
            country=self.country.value(),
        )
        kept = values_as_json(self._fields)
        call = partial(record_earlier, self.work.desk, view, entry)
        self._drafts.record(call, partial(self._on_saved, view, entry, kept))

    def _problems(self) -> list[Problem]:
        found = []
        if not (self.vaccine.value() or self.words.value().strip()):
            found.append(Problem(say("earlier.vaccine"), self.vaccine))
        if self.on.is_open():
            found.append(Problem(say("earlier.date"), self.on))
        elif wrong := self.on.problem():
            found.append(Problem(wrong, self.on))
        if self.source.is_open():
            found.append(Problem(say("earlier.source"), self.source))
        return found

    def _on_saved(
        self, view: EarlierDosesView, entry: EarlierDose, kept: str, outcome: Outcome[Saved]
    ) -> None:
        self._drafts.stop()
        self.vaccine.set_value(None)
        self.words.set_value("")
        typed = self.on.value()
        self.on.set_value(None)
        self.vaccine.setFocus(Qt.FocusReason.OtherFocusReason)
        self.work.bus.changed.emit(outcome.changes)
        when = typed.shown() if typed else ""
        self._look_again(partial(self._tell, view, entry, kept, outcome.value, when))

    def _look_again(self, then: Callable[[EarlierDosesView], None]) -> None:
        assert self._view is not None
        at = self._view.pupil.on_visit
        call = partial(view_earlier, self.work.desk, at.visit_id, at.pupil_id)

        def show(view: EarlierDosesView) -> None:
            self.show_view(view, again=True)
            then(view)

        self.ask(call, show)

    def _tell(
        self,
        before: EarlierDosesView,
        entry: EarlierDose,
        kept: str,
        saved: Saved,
        when: str,
        now: EarlierDosesView,
    ) -> None:
        (revision,) = saved.revisions
        counts = now.counts.get(revision.record_id)
        key = {None: "saved_unread", Counts.DOCTOR: "saved_doctor", Counts.NO: "saved_no"}
        which = key.get(counts, "saved")
        if entry.source is DoseSource.ORAL:
            which = "saved_oral"
        names = {one.name: one.label for one in known_vaccines()}
        vaccine = names.get(entry.vaccine, entry.vaccine) or entry.words.strip()
        back = partial(self._undo, before, saved, kept)
        undo = Act("Ongedaan maken", back, actions.hint(Key.UNDO))
        self.say(say(f"earlier.{which}", vaccine=vaccine, when=when), Severity.OK, undo)

    def _undo(self, view: EarlierDosesView, saved: Saved, kept: str) -> None:
        at = view.pupil.on_visit
        form = earlier_form(at.pupil_id)
        call = partial(undo_to_draft, self.work.desk, saved, form, at.where, kept)
        self.ask(call, partial(self._on_undone, kept))

    def _on_undone(self, kept: str, outcome: Outcome[Saved]) -> None:
        put_values(self._fields, kept)
        self._show_seen()
        self.work.bus.changed.emit(outcome.changes)
        self.messages.clear()

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())
