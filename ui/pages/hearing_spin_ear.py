"""One ear of speech in noise: SRT, SD, whether the limit was touched, the attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clbdesk.domain.body import ExamState
from clbdesk.domain.contact import SpinEar
from clbdesk.services.hearing import HearingView, ask_about_srt, is_to_repeat
from clbdesk.standards.entry_limits import limits
from clbdesk.standards.limits import Field
from clbdesk.wording import say
from ui import format as show
from ui.pages.measured_row import MeasuredRow
from ui.pages.step import Problem
from ui.widgets.choice_row import Choice, ChoiceRow
from ui.widgets.decimal_edit import DecimalEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from clbdesk.services.confirming import Answer

_LIMIT = (Choice("no", "Nee", "n"), Choice("yes", "Ja", "j"))
_ATTEMPT = (Choice("1", "1", "1"), Choice("2", "2", "2"))
EARS = {"right": "rechts", "left": "links"}


class SpinRow(MeasuredRow):
    """One ear; `result()` is what would be recorded of it."""

    def __init__(self, ear: str) -> None:
        """`ear`: right or left."""
        self.ear, self.ear_name = ear, EARS[ear]
        self.srt = _edit(say("hearing_page.srt", ear=self.ear_name), Field.SPEECH_THRESHOLD, "-9,8")
        self.sd = _edit(say("hearing_page.sd", ear=self.ear_name), Field.SPEECH_SPREAD, "1,2")
        # Not required for Enter: the hand goes on to the next number, F7 answers the rest.
        self.limit = ChoiceRow(f"Grens +10 geraakt {self.ear_name}", _LIMIT, padding=20)
        self.attempt = ChoiceRow(f"Poging {self.ear_name}", _ATTEMPT)
        self._view: HearingView | None = None
        super().__init__(self.ear_name.capitalize(), self.srt)
        self.add_beside(self.sd, self.limit, self.attempt)
        self.sd.left.connect(self.judge_both)

    # --- value ---

    def result(self) -> SpinEar | None:
        """Numbers or a state; None while the ear is still open."""
        state, _reason = self._not_done or (ExamState.DONE, "")
        touched = self.limit.value()
        if self.is_empty() and self._not_done is None:
            return None
        kept = state in {ExamState.DONE, ExamState.UNRELIABLE}
        return SpinEar(
            srt_db=self.srt.value() if kept else None,
            sd_db=self.sd.value() if kept else None,
            touched_limit=None if touched is None or not kept else touched == "yes",
            attempt=int(self.attempt.value() or 1),
            state=state,
        )

    def show_result(self, view: HearingView, result: SpinEar | None, answer: Answer | None) -> None:
        """A recorded ear; one that was postponed, or that is to be repeated, is open again."""
        self._view = view
        again = result is not None and is_to_repeat(result)
        self.set_quiet("")
        if result is not None and again:
            numbers = [
                "–" if value is None else show.number(value)
                for value in (result.srt_db, result.sd_db)
            ]
            self.set_quiet(say("hearing_page.first_attempt", srt=numbers[0], sd=numbers[1]))
        is_open = result is None or again or result.state is ExamState.POSTPONED
        kept = None if is_open else result
        self.srt.set_value(kept.srt_db if kept else None)
        self.sd.set_value(kept.sd_db if kept else None)
        touched = kept.touched_limit if kept else None
        self.limit.set_value(None if touched is None else "yes" if touched else "no")
        attempt = 2 if again else kept.attempt if kept else 1
        self.attempt.set_value(str(min(attempt, 2)))
        self._not_done = (kept.state, "") if kept and kept.state is not ExamState.DONE else None
        self._show_answer(answer)

    def is_empty(self) -> bool:
        """No number was typed."""
        return self.srt.is_open() and self.sd.is_open()

    def is_missing(self) -> bool:
        """Neither both numbers nor a state."""
        return (self.srt.is_open() or self.sd.is_open()) and self._not_done is None

    def has_state(self) -> bool:
        """Whether a not-done state stands here."""
        return self._not_done is not None

    def lock(self, on: bool) -> None:
        """Only to read."""
        for field in (self.srt, self.sd):
            field.setReadOnly(on)
        for row in (self.limit, self.attempt):
            row.setEnabled(not on)

    def problems(self) -> Iterator[Problem]:
        """What cannot be, and what is missing beside it."""
        for field in (self.srt, self.sd):
            if field.problem():
                yield Problem(field.problem(), field)
                return
        ear = self.ear_name.capitalize()
        if self.is_missing():
            field = self.srt if self.srt.is_open() else self.sd
            yield Problem(say("hearing_page.ear_missing", ear=ear), field)
        elif self.limit.is_open() and self._not_done is None:
            yield Problem(say("hearing_page.limit_missing", ear=ear), self.limit)

    # --- draft ---

    def content(self) -> dict[str, Any]:
        """As typed."""
        return {
            "srt": self.srt.text(),
            "sd": self.sd.text(),
            "limit": self.limit.value(),
            "attempt": self.attempt.value(),
            **super().content(),
        }

    def restore(self, content: Mapping[str, Any]) -> None:
        """Back as it was typed."""
        self.srt.setText(content["srt"])
        self.sd.setText(content["sd"])
        self.limit.set_value(content["limit"])
        self.attempt.set_value(content["attempt"])
        super().restore(content)

    # --- while typing ---

    def judge_both(self) -> None:
        """What cannot be saved as it stands, of either number."""
        self.set_error(self.srt.problem() or self.sd.problem())

    def _on_left(self) -> None:
        self.judge_both()
        super()._on_left()

    def _unlikely(self, value: Decimal) -> object:
        return ask_about_srt(self._view, self.srt.name, value) if self._view else None


def _edit(name: str, field: Field, example: str) -> DecimalEdit:
    low, high = limits(field).block or (None, None)
    return DecimalEdit(
        name,
        places=limits(field).places,
        unit="dB",
        minimum=low,
        maximum=high,
        example=example,
        required=True,
    )
