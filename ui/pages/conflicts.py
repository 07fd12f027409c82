"""P26 Twee versies: one question at a time, both versions side by side, a person chooses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clbdesk.clock import local_day
from clbdesk.domain.age import age_months
from clbdesk.services.conflict_view import QuestionView, open_question
from clbdesk.services.conflicts import Asked, Choice, Question, choose, questions
from clbdesk.services.versions import Side
from clbdesk.wording import label, say
from ui import actions, theme
from ui import format as show
from ui.actions import Key
from ui.bus import Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.conflict_own import OwnField, own_field
from ui.pages.conflict_table import ConflictTable
from ui.pages.shown import allergy_alert
from ui.theme import Role, Size
from ui.widgets.banner import Alert, BannerView
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.label import IconWord, Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from clbdesk.errors import Environment, Refused
    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_TWO = Alert("arrows-split", "Twee versies", Role.ATTENTION)


class ConflictsPage(Page):
    """The questions of this vault, pupil by pupil; only one is ever on the page."""

    name: ClassVar[str] = "conflicts"

    def __init__(self, work: Work) -> None:
        """Empty until the questions are read."""
        super().__init__(work)
        self._questions: tuple[Question, ...] = ()
        self._at = 0
        self._view: QuestionView | None = None
        self.table = ConflictTable()
        self._table_card = Card(padding=16, spacing=0)
        self._table_card.body.addWidget(self.table)
        self._table_card.set_margins(top=10, bottom=6)
        self._empty = Label(say("conflicts.none"), role=Role.SECONDARY, wrap=True)
        self.reason_edit = TextEdit("Reden", limit=300)
        self._needed = Label("niet verplicht", Size.QUIET, role=Role.SECONDARY)
        self._stay = IconWord("arrows-split", "", Role.ATTENTION, word_role=Role.SECONDARY)
        self._own_row = QHBoxLayout()
        self._own: OwnField | None = None
        self._reason_card = self._make_reason_card()
        self.body.addWidget(self._empty)
        self.body.addWidget(self._table_card)
        self.body.addWidget(self._reason_card)
        self.body.addStretch(1)
        self._left = Button("Links", "L")
        self._right = Button("Rechts", "R")
        self._both = Button("Beide behouden", "B")
        self._self = Button("Zelf invullen", "Z")
        self._later = Button("Later", actions.hint(Key.BACK))
        self.footer.add_left(self._left, self._right, self._both, self._self, self._later)
        self._left.clicked.connect(partial(self._choose_all, Side.LEFT))
        self._right.clicked.connect(partial(self._choose_all, Side.RIGHT))
        self._both.clicked.connect(partial(self._on_letter, "B"))
        self._self.clicked.connect(partial(self._on_letter, "Z"))
        self._later.clicked.connect(self.top_line.back_asked)
        self.table.asked.connect(self._on_letter)
        self.table.changed.connect(self._on_changed)
        self.footer.primary_pressed.connect(self.save)
        actions.bind(self, Key.NEXT_PUPIL, partial(self._walk, 1))
        actions.bind(self, Key.PREVIOUS_PUPIL, partial(self._walk, -1))
        self.top_line.set_title("Twee versies")
        self._wants_both = False
        self._show_empty()

    def _make_reason_card(self) -> Card:
        card = Card(spacing=4)
        card.set_margins(top=6, bottom=4)
        row = QHBoxLayout()
        row.setSpacing(16)
        name = Label("Reden")
        name.setBuddy(self.reason_edit)
        name.setFixedWidth(theme.px(168))
        row.addWidget(name)
        row.addWidget(self.reason_edit, 1)
        row.addWidget(self._needed)
        row.addSpacing(theme.px(160))
        card.body.addLayout(self._own_row)
        card.body.addLayout(row)
        below = QHBoxLayout()
        below.setContentsMargins(theme.px(184), 0, 0, 0)
        below.addWidget(self._stay)
        below.addStretch(1)
        card.body.addLayout(below)
        return card

    # --- page ---

    def arrive(self, to: Destination) -> None:
        """Read the questions; begin at the record or pupil that was asked for."""
        self.messages.clear()
        self.ask(partial(questions, self.work.desk), partial(self._on_questions, to))

    def refresh(self, changes: ChangeSet) -> None:
        """A synchronisation may have brought questions, or a colleague's answer."""
        if changes.kinds and self.isVisible() and self._view is not None:
            self.ask(partial(questions, self.work.desk), self._on_new_questions)

    def title_back(self) -> str:
        """Twee versies."""
        return "Twee versies"

    def _on_questions(self, to: Destination, found: tuple[Question, ...]) -> None:
        self._questions = found
        self._at = next(
            (
                number
                for number, one in enumerate(found)
                if (to.record_id and to.record_id in one.record_ids)
                or (to.pupil_id and one.pupil_id == to.pupil_id)
            ),
            0,
        )
        self._open()

    def _on_new_questions(self, found: tuple[Question, ...]) -> None:
        if found != self._questions:
            here = self._view.question if self._view else None
            self._questions = found
            self._at = found.index(here) if here in found else 0
            if here not in found:
                self._open()
            else:
                self._show_title()

    def _open(self) -> None:
        if not self._questions:
            self._view = None
            self._show_empty()
            return
        self._at %= len(self._questions)
        call = partial(open_question, self.work.desk, self._questions[self._at])
        self.ask(call, self._on_view, self._on_gone)

    def _on_view(self, view: QuestionView) -> None:
        self._view = view
        self._wants_both = False
        self._drop_own()
        self.reason_edit.set_value("")
        for part in (self._table_card, self._reason_card, self._left, self._right, self._later):
            part.show()
        self._empty.hide()
        self.table.show_view(view)
        self._show_pupil(view)
        self._show_title()
        self._show_words(view)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_gone(self, trouble: Refused | Environment) -> None:
        """Answered meanwhile: say so and go on with the next one."""
        self.tell(trouble)
        self._questions = tuple(
            one for number, one in enumerate(self._questions) if number != self._at
        )
        self._open()

    def _walk(self, step: int) -> None:
        if len(self._questions) > 1:
            self._at += step
            self._open()

    # --- showing ---

    def _show_empty(self) -> None:
        for part in (
            self._table_card,
            self._reason_card,
            self._left,
            self._right,
            self._both,
            self._self,
            self._later,
        ):
            part.hide()
        self._empty.show()
        self.banner.hide()
        self.footer.set_primary("")
        self.top_line.set_title("Twee versies")

    def _show_title(self) -> None:
        view = self._view
        if view is not None:
            place = f"{self._at + 1} van {len(self._questions)}"
            quiet = f"{place} · {view.kind_words} van {show.weekday(view.on)}"
            self.top_line.set_title("Twee versies", quiet)

    def _show_pupil(self, view: QuestionView) -> None:
        head = view.pupil
        self.banner.setVisible(head is not None)
        if head is None:
            return
        pupil = head.pupil
        today = local_day(self.work.desk.clock.now())
        self.banner.show_pupil(
            BannerView(
                family_name=pupil.family_name,
                given_name=pupil.given_name,
                born=pupil.birth_date,
                age_months=age_months(pupil.birth_date, today),
                sex=label(pupil.sex),
                number=pupil.pupil_number,
                class_name=head.class_name,
                call_name=pupil.call_name if pupil.call_name != pupil.given_name else "",
                alerts=(_TWO, allergy_alert(head.allergy)),
            )
        )

    def _show_words(self, view: QuestionView) -> None:
        double = view.question.asked is Asked.DOUBLE_DOSE
        self._left.set_words("Eén prik, links klopt" if double else "Links")
        self._right.set_words("Eén prik, rechts klopt" if double else "Rechts")
        both = "Samenvoegen" if view.both and view.both.is_join else "Beide behouden"
        self._both.set_words("Twee prikken" if double else both)
        self._both.setVisible(view.both is not None)
        self._self.setVisible(view.by_field)
        stay = say("conflicts.one_needle_why") if double else say("conflicts.stay")
        if double:
            self.say(say("conflicts.one_needle"), Severity.ATTENTION)
        if view.left.is_newer or view.right.is_newer:
            stay = say("conflicts.newer")
        if view.more:
            stay = f"{stay} {say('conflicts.more')}"
        withdrawn = [one.reason for one in (view.left, view.right) if one.is_withdrawn]
        if withdrawn:
            stay = f"{stay} Ingetrokken: {withdrawn[0]}."
        self._show_stay(stay)
        for button in (self._left, self._right, self._both, self._self):
            button.setEnabled(view.may_choose)
        if not view.may_choose:
            self.say(say("conflicts.no_right"), Severity.ATTENTION)
        self.footer.set_primary("Keuze opslaan", enabled=view.may_choose)

    def _show_stay(self, text: str) -> None:
        self._stay.show_state("arrows-split", text, Role.ATTENTION, word_role=Role.SECONDARY)

    def _on_changed(self) -> None:
        if self.table.side() is not None and self._wants_both:
            self._wants_both = False
            self._show_stay(say("conflicts.stay"))
        needed = bool(self.table.own())
        self._needed.setText("verplicht" if needed else "niet verplicht")

    def _choose_all(self, side: Side) -> None:
        self._drop_own()
        self.table.choose_all(side)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- both, own value ---

    def _on_letter(self, letter: str) -> None:
        if self._view is None or not self._view.may_choose:
            return
        if letter == "B":
            self._keep_both()
        elif self._view.by_field:
            self._type_own()

    def _keep_both(self) -> None:
        view = self._view
        if view is None or view.both is None:
            self.say(say("conflicts.not_both"), Severity.ATTENTION)
            return
        self.table.show_view(view)
        self._wants_both = True
        if view.question.asked is Asked.DOUBLE_DOSE:
            self._show_stay("Twee prikken: beide blijven staan.")
        else:
            key = "join" if view.both.is_join else "keep_both"
            self._show_stay(say(f"conflicts.{key}"))

    def _type_own(self) -> None:
        row = self.table.row()
        if row is None or not row.is_typed:
            self.say(say("conflicts.not_typed"), Severity.ATTENTION)
            return
        self._drop_own()
        field = own_field(row)
        field.edited.connect(partial(self._on_own, row.path, field))
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        name = Label(f"{row.label}, zelf")
        name.setBuddy(field)
        name.setFixedWidth(theme.px(168))
        line.addWidget(name)
        is_wide = isinstance(field, TextEdit)
        line.addWidget(field, 1 if is_wide else 0)
        line.addWidget(Label(row.unit, Size.QUIET, role=Role.SECONDARY))
        line.addStretch(0 if is_wide else 1)
        self._own_row.addWidget(holder)
        self._own = field
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_own(self, path: tuple[str, ...], field: OwnField) -> None:
        self.table.set_own(path, field.value() or None)

    def _drop_own(self) -> None:
        self._own = None
        while (item := self._own_row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    # --- saving ---

    def save(self) -> None:
        """Write the choice, and go on with the next question."""
        view = self._view
        if view is None:
            return
        found = self._problems()
        if found:
            self.show_problems(found)
            return
        side = None if self._wants_both else self.table.side()
        choice = Choice(
            side=side,
            other=self.table.taken_from_other() if side else frozenset(),
            own=self.table.own() if side else {},
            reason=self.reason_edit.value(),
        )
        call = partial(choose, self.work.desk, view.question, view.seen, choice)
        self.ask(call, partial(self._on_saved, view, choice), self._on_refused)

    def _problems(self) -> list[Problem]:
        found = []
        if self._own is not None and (self._own.problem() or not self._own.value()):
            text = self._own.problem() or say("conflicts.own_value", field=self._own.name)
            found.append(Problem(text, self._own))
        if not self._wants_both and self.table.side() is None:
            found.append(Problem(say("conflicts.nothing_chosen"), self.table))
        if self.table.own() and not self.reason_edit.value().strip():
            found.append(Problem(say("conflicts.reason_missing"), self.reason_edit))
        return found

    def _on_saved(self, view: QuestionView, choice: Choice, outcome: Outcome[Saved]) -> None:
        head = view.pupil
        self.messages.clear()
        self._questions = tuple(one for one in self._questions if one != view.question)
        self._view = None
        self.work.bus.changed.emit(outcome.changes)
        self.ask(partial(questions, self.work.desk), self._on_rest)
        if head is None:
            text = say("conflicts.saved")
        else:
            name = show.full_name(head.pupil.family_name, head.pupil.given_name)
            two = view.question.asked is Asked.DOUBLE_DOSE and choice.side is None
            text = say("conflicts.saved_two_doses" if two else "conflicts.saved_pupil", name=name)
        self.say(text, Severity.OK)

    def _on_rest(self, found: tuple[Question, ...]) -> None:
        self._questions = found
        self._open()

    def _on_refused(self, trouble: Refused | Environment) -> None:
        """Somebody chose meanwhile, or there is more to see: show what stands now."""
        self.tell(trouble)
        if trouble.key.startswith("conflicts."):
            self.ask(partial(questions, self.work.desk), self._on_rest)
