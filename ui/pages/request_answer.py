"""A request for guidance as the guidance team reads it, and what the team makes of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt

from clbdesk.domain.guidance_request import RequestOutcome
from clbdesk.services.crossing import crossing_lines
from clbdesk.services.request_answer import (
    AnswerView,
    answer_request,
    open_request,
    request_of,
)
from clbdesk.wording import label, say
from ui import format as show
from ui.bus import Severity
from ui.pages.base import Destination, Page, Problem, Work
from ui.pages.crossing_form import said_in
from ui.theme import Role, Size
from ui.widgets.card import Card
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.field_row import FieldRow
from ui.widgets.label import Label
from ui.widgets.text_edit import TextEdit

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from clbdesk.services.outcome import ChangeSet, Outcome
    from clbdesk.services.records import Saved

_LABELS = 152
_OUTCOMES = tuple(
    Choice(one.value, label(one), letter) for one, letter in zip(RequestOutcome, "on", strict=True)
)


class RequestAnswerPage(Page):
    """What was asked above, what became of it below."""

    name: ClassVar[str] = "request_answer"

    def __init__(self, work: Work) -> None:
        """Empty until a request is shown."""
        super().__init__(work)
        self._view: AnswerView | None = None
        self._request = Card("", main=True, spacing=8)
        self._lines: list[FieldRow] = []
        self.outcome = ChoiceRow("Wat ermee gebeurt", _OUTCOMES, required=True)
        self.note = TextEdit("Toelichting", limit=500, lines=3, required=True)
        answer = Card("Antwoord", "alleen voor het begeleidend team", spacing=8)
        for name, control in (("Aanvraag", self.outcome), ("Toelichting", self.note)):
            stretch = isinstance(control, TextEdit)
            answer.body.addWidget(FieldRow(name, control, label_width=_LABELS, stretch=stretch))
        self._over = Label(say("request.consent_over"), Size.BASE, role=Role.ATTENTION, wrap=True)
        answer.body.addWidget(self._over)
        self.body.addWidget(self._request)
        self._released = Card(say("release.title"))
        self._summaries: list[QWidget] = []
        self.body.addWidget(self._released)
        self.body.addWidget(answer)
        self.body.addStretch(1)
        self.footer.set_primary("Antwoord opslaan")
        self.footer.primary_pressed.connect(self.save)
        self.top_line.set_title("Aanvraag voor begeleiding")

    def arrive(self, to: Destination) -> None:
        """One request, out of Opvolging."""
        if to.record_id is not None:
            self.messages.clear()
            self.ask(partial(open_request, self.work.desk, to.record_id), self._on_view)

    def refresh(self, changes: ChangeSet) -> None:
        """A colleague answered."""
        view = self._view
        mine = view is not None and changes.touches(
            "request_answer", pupil_id=view.request.body.pupil_id
        )
        if view is not None and mine and self.isVisible():
            self.ask(partial(open_request, self.work.desk, view.request.record_id), self._on_view)

    def title_back(self) -> str:
        """Aanvraag."""
        return "Aanvraag"

    def _on_view(self, view: AnswerView) -> None:
        self._view = view
        born = show.day(view.birth_date) if view.birth_date else ""
        self._request.set_title(request_of(view), label(view.role))
        for row in self._lines:
            self._request.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        lines = (
            ("Leerling", f"{view.pupil} · {born}"),
            ("School", view.school),
            *crossing_lines(view.request.body),
        )
        self._lines = [
            FieldRow(name, Label(value, wrap=True), label_width=_LABELS, stretch=True)
            for name, value in lines
        ]
        for row in self._lines:
            self._request.body.addWidget(row)
        self._released.setVisible(bool(view.released))
        pairs = [
            (say("release.earlier", day=show.weekday(one.on), who=one.by), one.body.words)
            for one in view.released
        ]
        self._summaries = said_in(self._released, self._summaries, pairs)
        answer = view.answer.body if view.answer else None
        self.outcome.set_value(answer.outcome.value if answer else None)
        self.note.set_value(answer.note if answer else "")
        self._over.setVisible(view.is_over)
        self.outcome.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Ctrl+Enter: keep the answer, and back to the list."""
        view, outcome = self._view, self.outcome.value_as(RequestOutcome)
        if view is None:
            return
        problems = []
        if outcome is None:
            problems.append(Problem(say("request.outcome_missing"), self.outcome))
        if not self.note.value().strip():
            problems.append(Problem(say("request.note_missing"), self.note))
        if problems or outcome is None:
            self.show_problems(problems)
            return
        call = partial(answer_request, self.work.desk, view, outcome, self.note.value())
        self.ask(call, partial(self._on_saved, view, outcome))

    def _on_saved(self, view: AnswerView, outcome: RequestOutcome, done: Outcome[Saved]) -> None:
        self.work.bus.changed.emit(done.changes)
        self.go(Destination("follow_up"))
        words = say("request.answered", name=view.pupil, outcome=label(outcome).lower())
        self.work.bus.say(words, Severity.OK)
