"""Wie beslist: the decision on competence, the persons beside the pupil, and how long is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.clock import local_day
from clbdesk.domain.capacity import Guardian, Relationship
from clbdesk.services.access_request import open_capacity, view_access
from clbdesk.services.capacity import capacity_form, decide_competence, note_guardian
from clbdesk.services.retention import RetentionView, view_retention
from clbdesk.wording import label, say
from ui.bus import Severity
from ui.pages import shown
from ui.pages.base import Destination, Problem, Work
from ui.pages.capacity_words import who_decides
from ui.pages.form_values import put_values
from ui.pages.pupil_form import PupilForm
from ui.theme import Role, Size, Weight
from ui.widgets.card import Card, Columns
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.date_edit import DateEdit
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Chip, Label, Rule
from ui.widgets.text_edit import TextEdit
from ui.widgets.typed_dates import Lean

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from clbdesk.services.access_request import AccessView
    from clbdesk.services.outcome import Outcome
    from clbdesk.services.records import Saved
    from clbdesk.services.retention import TermLine
    from ui.pages.form_values import Field
    from ui.pages.pupil_form import Reading

_RIGHT = 446
_LABELS = 120
_PUPIL, _PARENTS = "pupil", "parents"
_YES, _NO = "yes", "no"


class CapacityPage(PupilForm):
    """Two short forms at the left; Ctrl+Enter saves what is filled in. The terms at the right."""

    name: ClassVar[str] = "capacity"

    def __init__(self, work: Work) -> None:
        """Empty until a pupil is shown."""
        super().__init__(work)
        self._view: AccessView | None = None
        self._who = Label("", weight=Weight.SEMIBOLD, wrap=True)
        self.decides = ChoiceRow(
            "Wie beslist", (Choice(_PUPIL, "Leerling", "l"), Choice(_PARENTS, "Ouders", "o"))
        )
        self.since = DateEdit("Vanaf", today=self._today, lean=Lean.NEAR)
        self.decided_by = TextEdit("Beslist door", limit=200)
        self.reasons = TextEdit("Redenen", limit=1000, lines=3)
        self.relationship = ChoiceRow(
            "Relatie",
            (
                Choice(Relationship.MOTHER.value, "Moeder", "m"),
                Choice(Relationship.FATHER.value, "Vader", "v"),
                Choice(Relationship.LEGAL_GUARDIAN.value, "Voogd", "o"),
                Choice(Relationship.CONFIDANT.value, "Vertrouwenspersoon", "e"),
            ),
            columns=2,
        )
        self.person = TextEdit("Naam van de persoon", limit=120)
        self.authority = ChoiceRow(
            "Gezag", (Choice(_YES, "Heeft gezag", "h"), Choice(_NO, "Geen gezag", "g"))
        )
        self.ground = TextEdit("Geen gezag op grond van", limit=200)
        self._known = Label("", wrap=True)
        self._keep = Card("Bewaren en overdracht")
        self._terms: list[QWidget] = []
        fields: dict[str, Field] = {
            "decides": self.decides,
            "since": self.since,
            "decided_by": self.decided_by,
            "reasons": self.reasons,
            "relationship": self.relationship,
            "person": self.person,
            "authority": self.authority,
            "ground": self.ground,
        }
        self.keep_fields(fields)
        self._place()
        self.footer.set_primary("Opslaan")
        self.footer.primary_pressed.connect(self.save)
        self.banner.show()

    def _place(self) -> None:
        decision = Card("Wie beslist", main=True)
        decision.body.addWidget(self._who)
        for name, control in (
            ("Anders beslist", self.decides),
            ("Vanaf", self.since),
            ("Beslist door", self.decided_by),
            ("Redenen", self.reasons),
        ):
            decision.body.addWidget(_row(name, control))
        people = Card("Ouders en vertrouwenspersoon", "elk apart", main=True)
        people.body.addWidget(self._known)
        for name, control in (
            ("Relatie", self.relationship),
            ("Naam", self.person),
            ("Gezag", self.authority),
            ("Op grond van", self.ground),
        ):
            people.body.addWidget(_row(name, control))
        columns = Columns(right_width=_RIGHT)
        columns.left.addWidget(decision)
        columns.left.addWidget(people)
        columns.right.addWidget(self._keep)
        self.body.addWidget(columns)
        self.body.addStretch(1)

    # --- arriving ---

    def arrive(self, to: Destination) -> None:
        """Who decides about this pupil."""
        super().arrive(to)
        if to.pupil_id is not None:
            self.ask(partial(view_retention, self.work.desk, to.pupil_id), self._show_terms)
        self.decides.setFocus(Qt.FocusReason.OtherFocusReason)

    def shown(self) -> AccessView | None:
        """What is on the page."""
        return self._view

    def reading(self, *, again: bool) -> Reading:
        """Everything the page shows."""
        return view_access if again else open_capacity

    def title_back(self) -> str:
        """Wie beslist."""
        return "Wie beslist"

    def show_view(self, view: AccessView, *, again: bool) -> None:
        """Show what was read; a form that is being typed stays."""
        self._view = view
        self.banner.show_pupil(shown.banner(view.pupil, view.today))
        self.top_line.set_title("Wie beslist")
        given_name = view.pupil.on_visit.pupil.given_name
        self._who.setText(who_decides(view.capacity, given_name, view.today))
        people = [_person_words(one.body) for one in view.capacity.guardians]
        self._known.setText("\n".join(people) or say("access.no_people"))
        if not again:
            self._empty_decision()
            self._empty_person()
            if view.capacity_draft is not None:
                put_values(self._fields, view.capacity_draft.content)
            pupil_id = view.pupil.on_visit.pupil_id
            self._drafts.watch(capacity_form(pupil_id), view.pupil.on_visit.where, ())

    def _empty_decision(self) -> None:
        self.decides.set_value(None)
        self.since.set_value(self._today())
        self.decided_by.set_value("")
        self.reasons.set_value("")

    def _empty_person(self) -> None:
        self.relationship.set_value(None)
        self.person.set_value("")
        self.authority.set_value(_YES)
        self.ground.set_value("")

    def _show_terms(self, view: RetentionView) -> None:
        for old in self._terms:
            self._keep.body.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._terms = [Label(view.sentence, weight=Weight.SEMIBOLD, wrap=True)]
        if self.work.is_medical():
            self._terms.append(Label(view.health_sentence, weight=Weight.SEMIBOLD, wrap=True))
        self._terms.append(_quiet(say("access.keep_how")))
        for term in view.terms:
            self._terms += _term(term)
        self._terms += [Rule(), *_term(view.transfer), _quiet(view.transfer_today)]
        for key, classes in (("access.moves", view.moves), ("access.stays", view.stays)):
            if classes:
                self._terms.append(_quiet(say(key, classes=", ".join(classes))))
        for widget in self._terms:
            self._keep.body.addWidget(widget)

    # --- saving ---

    def save(self) -> None:
        """Ctrl+Enter: the decision, or else the person; each with what belongs to it."""
        view = self._view
        if view is None:
            return
        pupil_id = view.pupil.on_visit.pupil_id
        relationship = self.relationship.value_as(Relationship)
        if self.decides.value() is not None:
            since = self.since.day()
            if since is None:
                self.show_problems([Problem("Vul in vanaf wanneer.", self.since)])
                return
            call = partial(
                decide_competence,
                self.work.desk,
                pupil_id,
                competent=self.decides.value() == _PUPIL,
                since=since,
                decided_by=self.decided_by.value(),
                reasons=self.reasons.value(),
            )
            self.ask(call, self._on_decided)
        elif relationship is not None:
            person = Guardian(
                pupil_id=pupil_id,
                name=self.person.value().strip(),
                relationship=relationship,
                has_authority=self.authority.value() != _NO,
                without_authority_because=self.ground.value().strip(),
            )
            self.ask(
                partial(note_guardian, self.work.desk, person), partial(self._on_person, person)
            )
        else:
            self.show_problems([Problem(say("access.nothing_filled"), self.decides)])

    def _on_decided(self, outcome: Outcome[Saved]) -> None:
        self._empty_decision()
        self._keep_rest()
        self.work.bus.changed.emit(outcome.changes)
        self.say(say("access.decided"), Severity.OK)

    def _keep_rest(self) -> None:
        """The other form may hold something that was not saved now."""
        self._drafts.stop()
        if self.relationship.value() is not None or self.decides.value() is not None:
            self._drafts.touched()

    def _on_person(self, person: Guardian, outcome: Outcome[Saved]) -> None:
        self._empty_person()
        self._keep_rest()
        self.work.bus.changed.emit(outcome.changes)
        words = say("access.person_saved", name=person.name, relation=label(person.relationship))
        self.say(words, Severity.OK)

    def _today(self) -> date:
        return local_day(self.work.desk.clock.now())


def _row(name: str, control: QWidget) -> FieldRow:
    return FieldRow(name, control, label_width=_LABELS, stretch=isinstance(control, TextEdit))


def _person_words(body: Guardian) -> str:
    relation = label(body.relationship)
    if body.has_authority:
        return say("access.with_authority", name=body.name, relation=relation)
    ground = body.without_authority_because
    return say("access.without_authority", name=body.name, relation=relation, ground=ground)


def _term(term: TermLine) -> list[QWidget]:
    made: list[QWidget] = [Label(term.text, wrap=True), _quiet(term.source)]
    if term.to_confirm:
        made.append(Chip("te bevestigen", Role.ATTENTION, "signature", outline=True))
    return made


def _quiet(text: str) -> Label:
    return Label(text, Size.QUIET, role=Role.SECONDARY, wrap=True)
